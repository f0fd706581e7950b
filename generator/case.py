"""The dossier: frozen models of the contract (version 1).

Field names are the YAML keys and the template variables. Unknown keys are refused. Blocks
check what they can see by themselves; what spans several blocks is checked in
`cross_problems`, on the text, so that a typo elsewhere does not hide it.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from generator.fields import Amount, AmountOrZero, Block, Clause, Day, Number, Percent, Rate, Reference, Text, Yes
from generator.judicial import LimitationRecord, unknown_invoices
from generator.judicial_decision import CapitalisationTerms, Decision
from generator.judicial_pieces import CasePiece
from generator.look import Look
from generator.mail import Mail
from generator.parties import Creditor, Debtor, ThirdParties

Waiver = Literal["reclamer", "offrir", "abandonner"]
Trade = Literal["btp", "freelance", "negoce", "association"]
Sector = Literal[
    "general", "facture-periodique", "denrees-perissables", "viandes-fraiches", "alcools", "vins",
    "transport", "filiere-derogatoire", "grand-export", "public-sante", "public-entreprise",
]  # fmt: skip


class PenaltyClause(Block):
    """A clause pénale (C. civ. 1231-5): a fixed sum, or a percentage of the principal unpaid at its due date."""

    montant: Amount | None = None
    taux: Percent | None = None
    stipulation: Text

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.montant is None) == (self.taux is None):
            raise ValueError("écrire montant, ou taux, mais pas les deux")
        return self


class Terms(Block):
    """What was agreed, or the legal default when silent (None)."""

    taux_penalites: Rate | None = None
    imputation: Literal["interets", "principal"] = "interets"
    indemnite_forfaitaire: Waiver = "reclamer"
    penalites: Waiver = "reclamer"
    delai: Clause | None = None
    secteur: Sector = "general"
    clause_penale: PenaltyClause | None = None
    capitalisation: CapitalisationTerms | None = None


class Dispute(Block):
    """The debtor contests `montant` of the invoice, or all of it when None; `reponse` is what we answer,
    `repondu_le` the day it was sent.
    """

    depuis: Day
    motif: Text
    montant: Amount | None = None
    reponse: Text | None = None
    repondu_le: Day | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        self.dates_follow(("depuis", "repondu_le"))
        return self


class Invoice(Block):
    """`montant_ttc` is what remains to be paid of the invoice once deposits are deducted, in euros.

    `executee_le` (delivery or performance) starts the limitation period and, without any
    clause, the legal payment term. `echeance` is always set once a dossier is loaded.
    """

    numero: Number
    emise_le: Day
    executee_le: Day | None = None
    echeance: Day | None = None
    montant_ttc: Amount
    montant_tva: AmountOrZero | None = None
    objet: Text | None = None
    piece: Text | None = None
    contestation: Dispute | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        if self.echeance and self.echeance < self.emise_le:
            raise ValueError("l'échéance précède la date d'émission : corriger l'une des deux")
        if (self.montant_tva or 0) >= self.montant_ttc:
            raise ValueError("la TVA dépasse le montant TTC : corriger montant_tva")
        if self.contestation and (self.contestation.montant or 0) > self.montant_ttc:
            raise ValueError("le montant contesté dépasse celui de la facture : corriger contestation.montant")
        return self

    @property
    def montant_conteste(self) -> Decimal:
        """What the debtor contests, in euros."""
        if self.contestation is None:
            return Decimal("0.00")
        return self.contestation.montant or self.montant_ttc


class CreditNote(Block):
    """Reduces the principal from its date, or from the due date when it is a correction."""

    numero: Number
    emis_le: Day
    montant_ttc: Amount
    facture: Number | None = None
    retroactif: Yes = False


class Payment(Block):
    """Money received; without `facture` the law says which debt it pays (C. civ. 1342-10)."""

    recu_le: Day
    montant: Amount
    facture: Number | None = None
    moyen: Text | None = None


class Promise(Block):
    """A promise to pay received from the debtor."""

    recue_le: Day
    payer_le: Day
    montant: Amount | None = None
    canal: Text | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        self.dates_follow(("recue_le", "payer_le"))
        return self


class Pause(Block):
    """A dated pause of reminders."""

    jusqu_au: Day
    motif: Text


class MiseEnDemeure(Block):
    """A mise en demeure, when no journal holds it; without `factures`, about all that was past due when it left."""

    envoyee_le: Day
    recue_le: Day | None = None
    factures: tuple[Number, ...] = ()

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        if self.recue_le and self.recue_le < self.envoyee_le:
            raise ValueError("la réception précède l'envoi : corriger envoyee_le ou recue_le")
        return self


class Instalment(Block):
    """One payment of a plan."""

    le: Day
    montant: Amount


def _in_order(instalments: tuple[Instalment, ...]) -> None:
    if any(a.le >= b.le for a, b in pairwise(instalments)):
        raise ValueError("les échéances du plan ne se suivent pas : les écrire dans l'ordre des dates")


class Amendment(Block):
    """New dates for what is left of a plan; it replaces the instalments from the day it is signed."""

    signe_le: Day | None = None
    motif: Text | None = None
    echeances: tuple[Instalment, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order(self.echeances)
        return self

    @property
    def montant(self) -> Decimal:
        """What the new instalments add up to, in euros."""
        return sum((e.montant for e in self.echeances), Decimal("0.00"))


class Plan(Block):
    """A payment plan, proposed (`signe_le` absent) or signed.

    `mise_en_demeure` is the one sent for a missed instalment; `decheance_le` the day the creditor
    wrote that the whole had become due.
    """

    signe_le: Day | None = None
    montant: Amount
    echeances: tuple[Instalment, ...] = Field(min_length=1)
    penalites: Literal["maintenues", "gelees", "abandonnees_si_respecte"] = "maintenues"
    decheance_du_terme: Yes = True
    avenant: Amendment | None = None
    mise_en_demeure: MiseEnDemeure | None = None
    decheance_le: Day | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum((e.montant for e in self.echeances), Decimal(0))
        if total != self.montant:
            raise ValueError(
                f"les échéances font {total} et non {self.montant} : corriger plan.montant ou une échéance"
            )
        _in_order(self.echeances)
        self.dates_follow(("signe_le", "decheance_le"))
        if self.signe_le and self.avenant and self.avenant.signe_le and self.avenant.signe_le < self.signe_le:
            raise ValueError("avenant.signe_le précède signe_le : corriger l'une des deux dates")
        if self.signe_le and self.mise_en_demeure and self.mise_en_demeure.envoyee_le < self.signe_le:
            raise ValueError("mise_en_demeure.envoyee_le précède signe_le : corriger l'une des deux dates")
        return self


class Settlement(Block):
    """A transaction (C. civ. 2044): what is paid, when, and the dispute it ends."""

    litige: Text
    montant: Amount
    payer_le: Day
    concession_creancier: Text | None = None
    concession_debiteur: Text
    signe_le: Day | None = None
    resolue_le: Day | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        self.dates_follow(("signe_le", "resolue_le"))
        return self


class Quote(Block):
    """A devis not yet invoiced; `acompte` is the deposit asked for, in euros, VAT included."""

    numero: Number
    emis_le: Day
    objet: Text
    montant_ttc: Amount
    acompte: Amount | None = None
    valable_jusqu_au: Day | None = None
    accepte_le: Day | None = None

    @model_validator(mode="after")
    def _deposit_fits(self) -> Self:
        if (self.acompte or 0) > self.montant_ttc:
            raise ValueError("l'acompte dépasse le montant du devis : corriger devis.acompte")
        self.dates_follow(("emis_le", "accepte_le"), ("emis_le", "valable_jusqu_au"))
        return self


class Contract(Block):
    """The contract behind the invoices, when a letter must name it; `objet` also describes a site or a route."""

    objet: Text
    numero: Number | None = None
    signe_le: Day | None = None
    prestations_en_cours: Text | None = None


class TitleRetention(Block):
    """A retention of title clause (C. civ. 2367): where it is written, accepted when, on which goods."""

    biens: Text
    stipulation: Text
    acceptee_le: Day
    livres_le: Day | None = None


class Case(Block):
    """A dossier: the whole matter against one debtor."""

    reference: Reference
    creancier: Creditor
    debiteur: Debtor
    conditions: Terms = Terms()
    devis: Quote | None = None
    contrat: Contract | None = None
    reserve_de_propriete: TitleRetention | None = None
    factures: tuple[Invoice, ...] = ()
    avoirs: tuple[CreditNote, ...] = ()
    paiements: tuple[Payment, ...] = ()
    promesses: tuple[Promise, ...] = ()
    suspension: Pause | None = None
    strategie: Reference | None = None
    mise_en_demeure: MiseEnDemeure | None = None
    autres_mises_en_demeure: tuple[MiseEnDemeure, ...] = ()
    plan: Plan | None = None
    transaction: Settlement | None = None
    decision: Decision | None = None
    prescription: LimitationRecord = LimitationRecord()
    pieces: tuple[CasePiece, ...] = ()
    tiers: ThirdParties = ThirdParties()


class Company(Block):
    """`entreprise.yml`: what every dossier of the company inherits."""

    creancier: Creditor
    conditions: Terms = Terms()
    apparence: Look = Field(default_factory=Look)
    metier: Trade | None = None
    modeles: Text | None = None
    courriel: Mail | None = None


Problem = tuple[tuple[str | int, ...], str]


def cross_problems(data: dict[str, Any]) -> Iterator[Problem]:
    """What no single block can see, as (path, French sentence), read on the text of a dossier.

    Duplicate numbers, payments and credit notes of unknown invoices, invoices whose due
    date can neither be read nor computed.
    """
    invoices = _mappings(data.get("factures"))
    if not data.get("factures") and not data.get("devis"):
        yield ("factures",), "il en faut au moins une (ou un devis, tant qu'aucune facture n'est émise) : l'ajouter"
    numbers = {_number(invoice, "numero") for _, invoice in invoices}
    for family in ("factures", "avoirs"):
        counts: Counter[str] = Counter()
        for index, item in _mappings(data.get(family)):
            number = _number(item, "numero")
            counts[number] += 1
            if number and counts[number] > 1:
                yield (family, index, "numero"), f"le numéro « {number} » est déjà pris : chaque numéro est unique"
    for family in ("avoirs", "paiements"):
        for index, item in _mappings(data.get(family)):
            target = _number(item, "facture")
            if target and target not in numbers:
                known = ", ".join(sorted(numbers))
                yield (family, index, "facture"), f"facture « {target} » absente de ce dossier (connues : {known})"
    yield from unknown_invoices(data.get("prescription"), numbers)
    terms, debtor = data.get("conditions"), data.get("debiteur")
    if isinstance(terms, dict) and terms.get("delai"):
        return
    kind = debtor.get("qualite") if isinstance(debtor, dict) else None
    for index, invoice in invoices:
        if invoice.get("echeance"):
            continue
        if kind != "professionnel":
            yield (("factures", index), "échéance inconnue : écrire echeance, ou conditions.delai")
        elif not invoice.get("executee_le"):
            yield (
                ("factures", index),
                "échéance inconnue : écrire echeance ou conditions.delai, ou executee_le pour le délai légal",
            )


def _number(item: dict[str, Any], name: str) -> str:
    # As the reader of a number will make it: two invoices a double space apart are one.
    value = item.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _mappings(value: Any) -> list[tuple[int, dict[str, Any]]]:
    items = value if isinstance(value, list) else []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, dict)]


def letterhead_gaps(creditor: Creditor) -> tuple[str, ...]:
    """Mentions that business letters must carry and this creditor lacks (C. com. R123-237, R123-238)."""
    gaps = []
    if not creditor.siren:
        gaps.append("creancier.siren")
    if creditor.forme and creditor.forme.upper() not in {"EI", "EIRL", "ASSOCIATION"}:
        gaps += [f"creancier.{name}" for name in ("rcs",) if not getattr(creditor, name)]
        # R123-238: share capital for SARL and companies limited by shares only
        if creditor.forme.upper() in {"SARL", "EURL", "SAS", "SASU", "SA", "SCA"} and not creditor.capital:
            gaps.append("creancier.capital")
    return tuple(gaps)
