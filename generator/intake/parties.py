"""Seller and buyer of an e-invoice: who they are, and which of their numbers can be trusted."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from generator.fields import Siren, Siret, Vat

_SIREN: TypeAdapter[str] = TypeAdapter(Siren)
_SIRET: TypeAdapter[str] = TypeAdapter(Siret)
_VAT: TypeAdapter[str] = TypeAdapter(Vat)

# ISO 6523 schemes that hold a French company number: SIRENE, SIRET, French e-invoicing directory.
_FRENCH_SCHEMES = ("0002", "0009", "0225")

# INSEE gives numbers beginning with 1 and 2 to public bodies only (State; local authorities).
_PUBLIC_SIREN = ("1", "2")


@dataclass(frozen=True)
class Party:
    """A party as the invoice describes it.

    `siren`, `siret` and `tva` passed their check digits. `siren_lu` and `tva_lue` are the numbers as
    printed, even when their key is wrong: good enough to recognise a party, never written.
    """

    nom: str
    siren: str | None = None
    siret: str | None = None
    tva: str | None = None
    siren_lu: str | None = None
    tva_lue: str | None = None
    autre_identifiant: str | None = None
    lignes: tuple[str, ...] = ()
    code_postal: str | None = None
    ville: str | None = None
    pays: str | None = None
    contact_nom: str | None = None
    contact_email: str | None = None
    contact_telephone: str | None = None

    @property
    def cle(self) -> str:
        """Equal for two invoices of the same party; falls back on name and town, never on name alone."""
        if known := self.siren_lu or self.tva_lue or self.autre_identifiant:
            return known
        return "|".join((self.nom.casefold(), self.code_postal or "", self.pays or ""))

    @property
    def ressemble(self) -> tuple[str, str]:
        """What two records of one party share when one of them lacks its numbers."""
        return self.nom.casefold(), self.code_postal or ""

    @property
    def organisme_public(self) -> bool:
        """True when the SIREN is of a public body."""
        return bool(self.siren_lu and self.siren_lu.startswith(_PUBLIC_SIREN))


def clean(text: Any) -> str:
    """One line of printable text: invoices carry tabs, line ends and invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())


def first(value: Any) -> str | None:
    """The first text of a term factur-x returns alone, as a list, or not at all."""
    values = value if isinstance(value, list) else [value]
    return next((text for item in values if (text := clean(item))), None)


def read_party(block: dict[str, Any], role: str) -> tuple[Party, list[str]]:
    """The party and, in French, what could not be taken from the invoice. `role`: « vendeur »…"""
    notes: list[str] = []
    vat_read = first(block.get("vat_identifier"))
    vat = _checked(_VAT, vat_read, f"{role} : numéro de TVA", notes)
    declared = _declared_numbers(block)
    sirens = list(dict.fromkeys(number[:9] for number in declared))
    # A VAT number is the last resort for the SIREN: it is derived from it.
    if not sirens and (found := re.fullmatch(r"FR..(\d{9})", vat or "")):
        sirens = [found[1]]
    if len(sirens) > 1:
        notes.append(f"{role} : plusieurs SIREN différents ({', '.join(sirens)}), aucun n'est repris")
        sirens, declared = [], []
    siren = _checked(_SIREN, sirens[0] if sirens else None, f"{role} : SIREN", notes)
    siret = next((number for number in declared if len(number) == 14), None)
    siret = _checked(_SIRET, siret, f"{role} : SIRET", notes) if siren else None
    if siren and vat and vat.startswith("FR") and not vat.endswith(siren):
        notes.append(f"{role} : le numéro de TVA {vat} ne contient pas le SIREN {siren}, il n'est pas repris")
        vat = None
    contact: dict[str, Any] = next(iter(block.get("contacts") or ()), {})
    party = Party(
        nom=clean(first(block.get("name")) or first(block.get("biz_name"))),
        siren=siren,
        siret=siret,
        tva=vat,
        siren_lu=sirens[0] if sirens else None,
        tva_lue=vat_read,
        autre_identifiant=None if sirens else first(block.get("legal_identifier")),
        lignes=tuple(line for n in "123" if (line := first(block.get(f"addr_l{n}")))),
        code_postal=first(block.get("postcode")),
        ville=first(block.get("city")),
        pays=first(block.get("country_code")),
        contact_nom=first(contact.get("name")),
        contact_email=first(contact.get("email")),
        contact_telephone=first(contact.get("phone")),
    )
    if party.pays and not re.fullmatch("[A-Z]{2}", party.pays):
        notes.append(f"{role} : pays « {party.pays} » inconnu, il n'est pas repris")
        party = Party(**{**vars(party), "pays": None})
    missing = [
        label
        for label, value in (
            ("rue", party.lignes), ("code postal", party.code_postal), ("ville", party.ville),
            ("pays", party.pays),
        )
        if not value
    ]  # fmt: skip
    if missing:
        notes.append(f"{role} : adresse incomplète, il manque : {', '.join(missing)}")
    if party.pays and party.pays != "FR":
        notes.append(f"{role} établi hors de France ({party.pays}) : vérifiez quelle loi s'applique")
    return party, notes


def _declared_numbers(block: dict[str, Any]) -> list[str]:
    """The 9 or 14 digit numbers of the party, the legal identifier first."""
    pairs = [(block.get("legal_identifier_schemeid"), block.get("legal_identifier"))]
    pairs += (block.get("identifiers") or {}).items()
    pairs.append((block.get("einvoicing_addr_schemeid"), block.get("einvoicing_addr")))
    numbers = []
    for scheme, value in pairs:
        if first(scheme) not in _FRENCH_SCHEMES:
            continue
        # an address of the directory may go on after the number: SIREN_SIRET_service
        digits = re.sub(r"\s", "", (first(value) or "").split("_")[0])
        if re.fullmatch(r"\d{9}|\d{14}", digits, re.ASCII):
            numbers.append(digits)
    return numbers


def _checked(adapter: TypeAdapter[str], value: str | None, label: str, notes: list[str]) -> str | None:
    """The value when the dossier would accept it; otherwise a note, and nothing is taken."""
    if value is None:
        return None
    try:
        return adapter.validate_python(value)
    except ValidationError:
        notes.append(f"{label} « {value} » faux (clé de contrôle ou forme), il n'est pas repris")
        return None
