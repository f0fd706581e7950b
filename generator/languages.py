"""The languages of letters: how each writes dates, sums and the words printed around a body.

French law applies to every letter; English only changes how it is said (`langue: en` of a
letter). Amounts and dates are the same values, so that no translation can change a figure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from generator.calendar_fr import list_fr, long_date, short_date
from generator.money import NBSP, amount_in_words, cents, euros, rate_digits, taux
from generator.parties import Contact
from generator.typography import typography
from generator.words_fr import number_in_words


@dataclass(frozen=True)
class Language:
    """`filtres` are the template filters; `libelles` the words a layout prints; `citer` rewrites a citation."""

    filtres: Mapping[str, Callable[..., Any]]
    libelles: Mapping[str, str]
    envois: Mapping[str, str]
    lieu_date: Callable[[str, date], str]
    appel: Callable[[Contact | None], str]
    a_l_attention: Callable[[Contact], str]
    citer: Callable[[str], str]
    polish: Callable[[str], str]


def _plural(count: int, one: str, many: str | None = None) -> str:
    """French: none is singular."""
    return f"{count} {one if count < 2 else many or one + 's'}"


def _plural_en(count: int, one: str, many: str | None = None) -> str:
    """English: only one is singular."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def _groups(text: str, size: int) -> str:
    return NBSP.join(text[i : i + size] for i in range(0, len(text), size))


def _attention(contact: Contact) -> str:
    return typography(f"À l'attention {_of(contact)}" + (f", {contact.fonction}" if contact.fonction else ""))


def _of(contact: Contact) -> str:
    """« de Mme Roy », « du service comptable », « d'Anne Roy »."""
    name = " ".join(part for part in (contact.civilite, contact.nom) if part)
    for article, short in (("le ", "du "), ("les ", "des ")):
        if name.lower().startswith(article):
            return short + name[len(article) :]
    return f"d'{name}" if name[:1].lower() in "aeiouyhéèêàâîôû" else f"de {name}"


def _appel(contact: Contact | None) -> str:
    return {"M.": "Monsieur", "Mme": "Madame"}.get((contact.civilite if contact else None) or "", "Madame, Monsieur")


_TITLES_EN = {"M.": "Mr", "Mme": "Ms"}


def _attention_en(contact: Contact) -> str:
    name = " ".join(part for part in (_TITLES_EN.get(contact.civilite or ""), contact.nom) if part)
    return f"Attn: {name}" + (f", {contact.fonction}" if contact.fonction else "")


def _appel_en(contact: Contact | None) -> str:
    title = _TITLES_EN.get((contact.civilite if contact else None) or "")
    return f"Dear {title} {contact.nom.split()[-1]}" if contact and title else "Dear Sir or Madam"


MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def long_date_en(day: date) -> str:
    """« 21 November 2026 »."""
    return f"{day.day}{NBSP}{MONTHS_EN[day.month - 1]}{NBSP}{day.year}"


def short_date_en(day: date) -> str:
    """« 21 Nov 2026 »: 07/11 would be read as July by some."""
    return f"{day.day}{NBSP}{MONTHS_EN[day.month - 1][:3]}{NBSP}{day.year}"


def euros_en(value: Decimal) -> str:
    """« €1,234.50 »."""
    return f"€{cents(value):,.2f}"


def taux_en(value: Decimal) -> str:
    """« 12.40% »."""
    return f"{rate_digits(value)}%"


def _list_en(items: Iterable[str]) -> str:
    *head, last = list(items) or [""]
    return f"{', '.join(head)} and {last}" if head else last


# Order matters: « CPC » must not be read as the beginning of « CPCE ».
_CODES_EN = (
    ("C. com., art.", "French Commercial Code, art."),
    ("C. civ., art.", "French Civil Code, art."),
    ("CPCE, art.", "French Code of Civil Enforcement Procedures, art."),
    ("CPC, art.", "French Code of Civil Procedure, art."),
)


def _cite_en(citation: str) -> str:
    if citation.startswith("Règl. (CE) n°"):
        return citation.replace("Règl. (CE) n°", "Regulation (EC) No", 1)
    if citation.startswith("Directive"):
        return citation.replace("/UE", "/EU")
    for french, english in _CODES_EN:
        if citation.startswith(french):
            return english + citation.removeprefix(french)
    return citation


def _polish_en(text: str) -> str:
    """No-break spaces where a line must not end: « art. 1344 », a telephone number."""
    return re.sub(r"(?<=\bart\.) (?=\w)|(?<=\d) (?=\d\d\b)", NBSP, text)


_SHARED = {"siren": lambda text: _groups(text, 3), "iban": lambda text: _groups(text, 4)}

FRENCH = Language(
    filtres={
        "euros": euros,
        "taux": taux,
        "date_longue": long_date,
        "date_courte": short_date,
        "en_lettres": amount_in_words,
        "nombre_en_lettres": lambda value: number_in_words(int(value)),
        "liste": list_fr,
        "pluriel": _plural,
        **_SHARED,
    },
    libelles={
        "objet": "Objet",
        "references": "Nos références",
        "vos_references": "Vos références",
        "recommande": "Recommandé n°",
        "piece_jointe": "Pièce jointe",
        "pieces_jointes": "Pièces jointes",
        "deux_points": f"{NBSP}:",
        "signature": "Signature",
        "qr_alt": "QR code de virement : {} à {}, référence {}",
        "qr": "ou par le QR code, depuis l’application de votre banque",
        "capital": "au capital de",
        "tva": "TVA",
        "siege": "Siège",
        "adresse": "Adresse",
    },
    envois={
        "lrar": "Lettre recommandée avec avis de réception",
        "lre": "Lettre recommandée électronique",
        "courrier": "",
        "email": "Par courriel",
    },
    lieu_date=lambda town, day: f"{town}, le {long_date(day)}",
    appel=_appel,
    a_l_attention=_attention,
    citer=str,
    polish=typography,
)

ENGLISH = Language(
    # No amount in words: French law asks for it in acts, which stay in French.
    filtres={
        "euros": euros_en,
        "taux": taux_en,
        "date_longue": long_date_en,
        "date_courte": short_date_en,
        "liste": _list_en,
        "pluriel": _plural_en,
        **_SHARED,
    },
    libelles={
        "objet": "Subject",
        "references": "Our reference",
        "vos_references": "Your reference",
        "recommande": "Registered item no.",
        "piece_jointe": "Enclosure",
        "pieces_jointes": "Enclosures",
        "deux_points": ":",
        "signature": "Signature",
        "qr_alt": "Payment QR code: {} to {}, reference {}",
        "qr": "or scan the QR code with your banking app",
        "capital": "with share capital of",
        "tva": "VAT",
        "siege": "Registered office",
        "adresse": "Address",
    },
    envois={
        "lrar": "Registered letter with acknowledgement of receipt",
        "lre": "Electronic registered letter",
        "courrier": "",
        "email": "By e-mail",
    },
    lieu_date=lambda town, day: f"{town}, {long_date_en(day)}",
    appel=_appel_en,
    a_l_attention=_attention_en,
    citer=_cite_en,
    polish=_polish_en,
)

LANGUAGES: Mapping[str, Language] = {"fr": FRENCH, "en": ENGLISH}
