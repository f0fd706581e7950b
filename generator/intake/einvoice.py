"""One Factur-X, CII or UBL file -> one frozen `EInvoice`, typed, or sentences saying why not.

Nothing is guessed: what the invoice does not say stays None and is told in `notes`; what would
make a claim wrong (currency, amounts that do not add up, impossible date) is refused. Free
text is never read for a date.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from generator.errors import InvalidInput
from generator.fields import Bic, Iban
from generator.intake.parties import Party, clean, first, read_party
from generator.intake.xml_source import open_invoice
from generator.money import ZERO, euros, plain_spaces

# UNTDID 1001 codes: what an invoice may call itself (EN 16931 and the French CTC profile).
# Documents that claim no money (proforma 325, accounting information 751…) are left out.
INVOICE_CODES: Mapping[str, str] = MappingProxyType({
    "380": "facture",
    "326": "facture partielle",
    "383": "note de débit",
    "384": "facture rectificative",
    "386": "facture d'acompte",
    "389": "facture établie par le client (autofacturation)",
    "393": "facture cédée à un affactureur",
    "394": "facture de crédit-bail",
    "471": "facture rectificative établie par le client",
    "472": "facture rectificative cédée à un affactureur",
    "473": "facture rectificative établie par le client et cédée à un affactureur",
    "500": "facture d'acompte établie par le client",
    "501": "facture établie par le client et cédée à un affactureur",
    "875": "facture partielle de travaux",
    "876": "facture de travaux, avant-dernière",
    "877": "facture finale de travaux",
})  # fmt: skip
CREDIT_NOTE_CODES: Mapping[str, str] = MappingProxyType({
    "261": "avoir établi par le client",
    "262": "avoir pour remise globale",
    "381": "avoir",
    "396": "avoir cédé à un affactureur",
    "502": "avoir établi par le client et cédé à un affactureur",
    "503": "avoir sur facture d'acompte",
})  # fmt: skip
PREPAYMENT_CODES = frozenset({"386", "500"})
CORRECTION_CODES = frozenset({"384", "471", "472", "473"})
FACTORED_CODES = frozenset({"393", "472", "473", "501"})

# Notes that French invoices must carry: penalties, 40 €, discount.
LEGAL_NOTES: Mapping[str, str] = MappingProxyType(
    {"PMD": "pénalités de retard", "PMT": "indemnité de recouvrement", "AAB": "escompte"}
)
_DIRECT_DEBIT = {"49", "59"}
_AMOUNT = re.compile(r"[+-]?\d{1,12}(\.\d+)?", re.ASCII)
_CHORUS = re.compile(r"A\d{1,2}", re.ASCII)  # BT-23: Chorus Pro's own billing frames are A1 to A25
_IBAN: TypeAdapter[str] = TypeAdapter(Iban)
_BIC: TypeAdapter[str] = TypeAdapter(Bic)


@dataclass(frozen=True)
class EInvoice:
    """What one e-invoice says. `net_a_payer` is positive for a credit note too."""

    fichier: str
    nature: Literal["facture", "avoir"]
    code_type: str
    numero: str
    emise_le: date
    echeance: date | None
    executee_le: date | None
    total_ttc: Decimal
    deja_paye: Decimal
    net_a_payer: Decimal
    vendeur: Party
    acheteur: Party
    beneficiaire: str | None = None
    iban: str | None = None
    bic: str | None = None
    objet: str | None = None
    conditions_de_paiement: str | None = None
    mentions: tuple[tuple[str, str], ...] = ()
    factures_visees: tuple[str, ...] = ()
    chorus: bool = False
    notes: tuple[str, ...] = ()

    @property
    def type_lisible(self) -> str:
        """What the document is, in French."""
        return (INVOICE_CODES if self.nature == "facture" else CREDIT_NOTE_CODES)[self.code_type]

    @property
    def parties(self) -> tuple[str, str]:
        """Who against whom: one dossier for each pair."""
        return self.vendeur.cle, self.acheteur.cle


def read_einvoice(path: Path) -> EInvoice:
    """Read one file; InvalidInput lists everything wrong at once, each sentence begins with its name."""
    terms = open_invoice(path)
    problems: list[str] = []
    notes: list[str] = []
    code = _only(terms, "BT-3", "le type de document", problems)
    if code and code not in INVOICE_CODES and code not in CREDIT_NOTE_CODES:
        problems.append(
            f"document de type {code}, qui ne réclame pas d'argent ; donnez la facture elle-même (type 380)"
        )
    nature: Literal["facture", "avoir"] = "avoir" if code in CREDIT_NOTE_CODES else "facture"
    number = _only(terms, "BT-1", "le numéro de facture", problems)
    if number and len(number) > 80:
        problems.append("numéro de facture de plus de quatre-vingts caractères ; vérifiez le fichier")
    issued = _only_day(terms, "BT-2", "la date d'émission", problems, required=True)
    due = _only_day(terms, "BT-9", "l'échéance", problems)
    performed = _performed_on(terms, issued, notes)
    total, paid, net = _amounts(terms, nature, problems, notes)
    seller, seller_notes = read_party(terms.get("BG-4") or {}, "vendeur")
    buyer, buyer_notes = read_party(terms.get("BG-7") or {}, "client")
    named = (("vendeur", seller), ("client", buyer))
    problems += [f"le nom du {role} manque ; faites corriger la facture" for role, p in named if not p.nom]
    if problems or not (code and number and issued):
        raise InvalidInput(f"{path.name} : {problem}" for problem in problems)
    payee = _payee(terms, seller, code, notes)
    iban, bic = _account(terms, notes)
    _payer(terms, buyer, notes)
    return EInvoice(
        fichier=path.name,
        nature=nature,
        code_type=code,
        numero=number,
        emise_le=issued,
        echeance=due,
        executee_le=performed,
        total_ttc=total,
        deja_paye=paid,
        net_a_payer=net,
        vendeur=seller,
        acheteur=buyer,
        beneficiaire=payee,
        iban=iban,
        bic=bic,
        objet=_subject(terms),
        conditions_de_paiement=" ".join(_texts(terms.get("BT-20"))) or None,
        mentions=_legal_mentions(terms),
        factures_visees=tuple(
            dict.fromkeys(ref for item in terms.get("BG-3") or () for ref in _texts(item.get("BT-25")))
        ),
        chorus=bool(_CHORUS.fullmatch(first(terms.get("BT-23")) or "")),
        notes=tuple(notes + seller_notes + buyer_notes),
    )


def _texts(value: Any) -> list[str]:
    return [text for item in (value if isinstance(value, list) else [value]) if (text := clean(item))]


def _only(terms: dict[str, Any], term: str, label: str, problems: list[str]) -> str | None:
    """The single value of a mandatory term. Two different values are as bad as none."""
    values = list(dict.fromkeys(_texts(terms.get(term))))
    if len(values) > 1:
        problems.append(f"{label} figure plusieurs fois ({', '.join(values)}) ; faites corriger la facture")
    elif not values:
        problems.append(f"{label} manque ({term}) ; faites corriger la facture")
    return values[0] if len(values) == 1 else None


def _only_day(
    terms: dict[str, Any], term: str, label: str, problems: list[str], *, required: bool = False
) -> date | None:
    if required or terms.get(term):
        value = _only(terms, term, label, problems)
        return date.fromisoformat(value) if value else None
    return None


def _performed_on(terms: dict[str, Any], issued: date | None, notes: list[str]) -> date | None:
    """Delivery date, or the end of the billed period: both optional, so doubt is a note."""
    for term, label in (("BT-72", "date de livraison"), ("BT-74", "fin de la période facturée")):
        days = sorted({date.fromisoformat(text) for text in _texts(terms.get(term))})
        if len(days) > 1:
            notes.append(f"plusieurs dates ({label}) : ajoutez vous-même executee_le")
            return None
        if not days:
            continue
        if term == "BT-74":
            notes.append("date d'exécution : fin de la période facturée, faute de date de livraison")
        if issued and days[0] > issued:
            notes.append(f"exécution ({days[0]:%d/%m/%Y}) postérieure à la facture ({issued:%d/%m/%Y}) : à vérifier")
        return days[0]
    notes.append("date de livraison ou d'exécution absente ; la prescription part de là : ajoutez executee_le")
    return None


def _amounts(
    terms: dict[str, Any], nature: str, problems: list[str], notes: list[str]
) -> tuple[Decimal, Decimal, Decimal]:
    """Total, already paid, due; refused unless total - paid + rounding = due, to the cent."""
    before = len(problems)
    currency = _only(terms, "BT-5", "la devise", problems)
    if currency and currency.upper() != "EUR":
        problems.append(f"facture en {currency[:10]} ; seules les factures en euros sont traitées")
    total = _amount(terms, "BT-112", "le total TTC", problems, required=True)
    net = _amount(terms, "BT-115", "le net à payer", problems, required=True)
    paid = _amount(terms, "BT-113", "le montant déjà payé", problems)
    rounding = _amount(terms, "BT-114", "l'arrondi", problems)
    if len(problems) > before:
        return total, paid, net
    if total - paid + rounding != net:
        parts = f"total {euros(total)}, déjà payé {euros(paid)}"
        parts += f", arrondi {euros(rounding)}" if rounding else ""
        problems.append(
            plain_spaces(
                f"montants incohérents : {parts}, cela fait {euros(total - paid + rounding)} et non "
                f"{euros(net)} à payer ; faites corriger la facture"
            )
        )
    elif net == 0:
        problems.append("rien ne reste à payer (net à payer : 0,00 €) ; il n'y a pas d'impayé à réclamer")
    elif net < 0:
        advice = "vérifiez le signe" if nature == "avoir" else "si c'est un avoir, il doit porter le type 381"
        problems.append(plain_spaces(f"net à payer négatif ({euros(net)}) ; {advice}"))
    elif paid:
        notes.append(plain_spaces(f"déjà payé {euros(paid)} sur un total de {euros(total)} : il reste {euros(net)}"))
    untaxed = _amount(terms, "BT-109", "le total hors taxe", [])
    vat = _amount(terms, "BT-110", "le total de TVA", [])
    if terms.get("BT-109") and terms.get("BT-110") and untaxed + vat != total:
        notes.append("le total hors taxe et la TVA ne font pas le total TTC : à vérifier avant de réclamer")
    return total, paid, net


def _amount(terms: dict[str, Any], term: str, label: str, problems: list[str], *, required: bool = False) -> Decimal:
    if not required and not terms.get(term):
        return ZERO
    text = _only(terms, term, label, problems)
    if text is None:
        return ZERO
    if not _AMOUNT.fullmatch(text) or Decimal(text) != Decimal(text).quantize(ZERO):
        problems.append(f"{label} est illisible (« {text[:40]} ») ; faites corriger la facture")
        return ZERO
    return Decimal(text).quantize(ZERO)


def _payee(terms: dict[str, Any], seller: Party, code: str, notes: list[str]) -> str | None:
    """The payee when it is not the seller: after an assignment, paying the seller pays nobody."""
    name = first((terms.get("BG-10") or {}).get("name"))
    if name and name.casefold() == seller.nom.casefold():
        name = None
    if name:
        notes.append(
            f"à payer à « {name} » et non au vendeur : créance sans doute cédée (affacturage, Dailly) ; "
            "vérifiez qui peut réclamer, et faites-le dire à la lettre"
        )
    elif code in FACTORED_CODES:
        notes.append(
            "facture cédée à un affactureur, que la facture ne nomme pas : vérifiez qui peut réclamer "
            "le paiement, et à qui"
        )
    return name


def _payer(terms: dict[str, Any], buyer: Party, notes: list[str]) -> None:
    name = first((terms.get("EXT-FR-FE-BG-02") or {}).get("name"))
    if name and name.casefold() != buyer.nom.casefold():
        notes.append(f"le payeur désigné, « {name} », n'est pas le client : vérifiez à qui écrire")


def _account(terms: dict[str, Any], notes: list[str]) -> tuple[str | None, str | None]:
    if _DIRECT_DEBIT & set(_texts(terms.get("BT-81"))):
        notes.append("règlement prévu par prélèvement : vérifiez qu'il a bien été rejeté")
    numbers = list(dict.fromkeys(_texts(terms.get("BT-84"))))
    if not numbers:
        notes.append("pas d'IBAN dans la facture")
        return None, None
    if len(numbers) > 1:
        notes.append(f"plusieurs comptes à créditer ({', '.join(numbers)}) : aucun n'est repris")
        return None, None
    try:
        iban = _IBAN.validate_python(numbers[0])
    except ValidationError:
        notes.append(f"IBAN « {numbers[0]} » faux ou d'une autre forme : il n'est pas repris")
        return None, None
    bics = list(dict.fromkeys(_texts(terms.get("BT-86"))))
    try:
        return iban, _BIC.validate_python(bics[0]) if len(bics) == 1 else None
    except ValidationError:
        notes.append(f"BIC « {bics[0]} » faux : il n'est pas repris")
        return iban, None


def _subject(terms: dict[str, Any]) -> str | None:
    """What was sold, from the names of the lines: two in full, the others counted."""
    names = list(dict.fromkeys(n for line in terms.get("BG-25") or () for n in _texts(line.get("BT-153"))))
    if not names:
        return None
    kept = [name if len(name) <= 80 else name[:79].rstrip() + "…" for name in names[:2]]
    rest = len(names) - len(kept)
    if rest:
        return f"{', '.join(kept)} et {rest} autre{'s' if rest > 1 else ''} ligne{'s' if rest > 1 else ''}"
    return " et ".join(kept)


def _legal_mentions(terms: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    pairs = (
        (code, text)
        for note in terms.get("BG-1") or ()
        for code in _texts(note.get("BT-21"))
        for text in [" ".join(_texts(note.get("BT-22")))]
        if text
    )
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0] in LEGAL_NOTES))
