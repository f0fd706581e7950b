"""Who is who in a dossier: creditor, debtor, and the third parties some letters are written to.

Field names are the YAML keys and the template variables.
"""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from generator.fields import Amount, Bic, Block, Country, Day, Iban, PostalCode, Siren, Siret, Text, Vat, Yes

DebtorKind = Literal["professionnel", "particulier", "public"]


class Address(Block):
    """A postal address; `lignes` holds one to four lines above the postal code."""

    lignes: tuple[Text, ...] = Field(min_length=1, max_length=4)
    code_postal: PostalCode
    ville: Text
    pays: Country = "FR"

    @model_validator(mode="after")
    def _french_postal_code(self) -> Self:
        if self.pays == "FR" and not re.fullmatch("[0-9]{5}", self.code_postal.replace(" ", "")):
            raise ValueError("code postal français : cinq chiffres attendus (ou indiquer pays)")
        return self


class _Party(Block):
    nom: Text
    siren: Siren | None = None
    siret: Siret | None = None
    tva: Vat | None = None

    @model_validator(mode="after")
    def _identifiers_agree(self) -> Self:
        if self.siren and self.siret and not self.siret.startswith(self.siren):
            raise ValueError("le SIRET ne commence pas par ce SIREN : l'un des deux est faux")
        if self.siren and self.tva and self.tva.startswith("FR") and not self.tva.endswith(self.siren):
            raise ValueError("le numéro de TVA ne contient pas ce SIREN : l'un des deux est faux")
        return self


class ConsumerMediator(Block):
    """The médiateur de la consommation a business serving consumers belongs to (C. conso. L612-1, L616-1)."""

    nom: Text
    adresse: Text
    site_web: Text | None = None


class Creditor(_Party):
    """Who is owed. What C. com. R123-237 and R123-238 want on business letters is here."""

    forme: Text | None = None
    capital: Amount | None = None
    rcs: Text | None = None
    adresse: Address
    telephone: Text | None = None
    email: Text | None = None
    site_web: Text | None = None
    representant: Text | None = None
    qualite_representant: Text | None = None
    iban: Iban | None = None
    bic: Bic | None = None
    logo: Text | None = None
    mediateur_consommation: ConsumerMediator | None = None


class Contact(Block):
    """Whom the letter is addressed to at the debtor's."""

    nom: Text
    civilite: Literal["M.", "Mme"] | None = None
    fonction: Text | None = None
    email: Text | None = None
    telephone: Text | None = None


class CollectiveProceedings(Block):
    """Sauvegarde, redressement or liquidation of the debtor (C. com. L622-21 s.)."""

    type: Literal["sauvegarde", "redressement", "liquidation"]
    jugement_le: Day
    publication_bodacc_le: Day | None = None
    tribunal: Text | None = None
    mandataire: Text | None = None
    declaree_le: Day | None = None
    motif_du_retard: Text | None = None
    juridiction_saisie: Text | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        self.dates_follow(("jugement_le", "publication_bodacc_le"), ("jugement_le", "declaree_le"))
        return self


class Debtor(_Party):
    """Who owes. `qualite` decides which law applies, so it has no default."""

    qualite: DebtorKind
    commercant: Yes | None = None
    adresse: Address
    contact: Contact | None = None
    langue: Literal["fr", "en"] = "fr"
    procedure_collective: CollectiveProceedings | None = None


class ThirdParty(_Party):
    """Somebody else a letter is written to; `reference` is the number they know the matter by."""

    adresse: Address
    contact: Contact | None = None
    reference: Text | None = None


class ThirdParties(Block):
    """The third parties of a dossier, by role; letters name one with `destinataire: tiers.<role>`."""

    maitre_d_ouvrage: ThirdParty | None = None
    expediteur: ThirdParty | None = None
    destinataire: ThirdParty | None = None
    mandataire_judiciaire: ThirdParty | None = None
    administrateur_judiciaire: ThirdParty | None = None
    juge_commissaire: ThirdParty | None = None
    commissaire_de_justice: ThirdParty | None = None
    avocat: ThirdParty | None = None
    conciliateur: ThirdParty | None = None
    mediateur: ThirdParty | None = None
    assureur_credit: ThirdParty | None = None
    societe_de_recouvrement: ThirdParty | None = None
