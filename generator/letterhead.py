"""Who writes to whom: the lines around the body of a letter.

Legal mentions come from C. com. R123-237 and R123-238: SIREN, registry town, form and capital
of companies, « EI » of sole traders.
"""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from generator.case import Address, Contact, Creditor, Debtor
from generator.errors import InvalidInput
from generator.money import NBSP, ZERO, euros

LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
LOGO_BYTES = 500_000
# Anything an SVG could load or run; a reference to its own parts (#…) and inlined data are fine.
_CALLS_OUT = re.compile(
    rb"""<script|<!ENTITY|@import|(?:href|src)\s*=\s*["'](?!#|data:)|url\(\s*["']?(?!#|data:)""", re.IGNORECASE
)


def address_lines(address: Address) -> tuple[str, ...]:
    """Postal lines, the last with postal code and town in capitals, as the post asks."""
    country = () if address.pays == "FR" else (COUNTRIES.get(address.pays, address.pays),)
    return (*address.lignes, f"{address.code_postal} {address.ville.upper()}", *country)


def sender_lines(creditor: Creditor) -> tuple[str, ...]:
    """Name, address, then telephone, e-mail and site when given."""
    extra = (creditor.telephone, creditor.email, creditor.site_web)
    return (_trade_name(creditor), *address_lines(creditor.adresse), *(line for line in extra if line))


def _sole_trader(creditor: Creditor) -> bool:
    return (creditor.forme or "").upper() in {"EI", "ENTREPRENEUR INDIVIDUEL", "MICRO-ENTREPRISE", "MICRO-ENTREPRENEUR"}


def _trade_name(creditor: Creditor) -> str:
    """The name, with the « EI » that a sole trader's papers must show (C. com. R123-237)."""
    if _sole_trader(creditor) and "EI" not in creditor.nom.split():
        return f"{creditor.nom} EI"
    return creditor.nom


def recipient_lines(debtor: Debtor) -> tuple[str, ...]:
    """Debtor, person, address: at most seven lines, what a window envelope shows."""
    contact = debtor.contact
    person: tuple[str, ...] = ()
    # A consumer is their own contact: saying it twice would be odd.
    if contact is not None and contact.nom not in debtor.nom:
        person = (f"À l'attention {_of(contact)}" + (f", {contact.fonction}" if contact.fonction else ""),)
    return (debtor.nom, *person, *address_lines(debtor.adresse))


def _of(contact: Contact) -> str:
    """« de Mme Roy », « du service comptable », « d'Anne Roy »."""
    name = " ".join(part for part in (contact.civilite, contact.nom) if part)
    for article, short in (("le ", "du "), ("les ", "des ")):
        if name.lower().startswith(article):
            return short + name[len(article) :]
    return f"d'{name}" if name[:1].lower() in "aeiouyhéèêàâîôû" else f"de {name}"


def salutation(debtor: Debtor) -> str:
    """« Madame », « Monsieur », or both when the reader is not known."""
    civilite = debtor.contact.civilite if debtor.contact else None
    return {"M.": "Monsieur", "Mme": "Madame"}.get(civilite or "", "Madame, Monsieur")


@dataclass(frozen=True)
class Signatory:
    """Who signs: a person and their quality, or the creditor itself."""

    nom: str
    qualite: str | None


def signatory(creditor: Creditor) -> Signatory:
    """The creditor's representative, or the creditor's own name."""
    return Signatory(creditor.representant or creditor.nom, creditor.qualite_representant)


def legal_mentions(creditor: Creditor) -> tuple[str, ...]:
    """The footer of a business letter, on two lines at most."""
    forme = creditor.forme or ""
    identity = _trade_name(creditor)
    if forme and not _sole_trader(creditor) and forme.upper() not in creditor.nom.upper().split():
        identity += f", {forme}"
    if creditor.capital:
        identity += f" au capital de {_round(creditor)}"
    numbers = []
    if creditor.siren:
        siren = NBSP.join((creditor.siren[:3], creditor.siren[3:6], creditor.siren[6:]))
        numbers.append(f"{siren} RCS {creditor.rcs}" if creditor.rcs else f"SIREN {siren}")
    if creditor.tva:
        numbers.append(f"TVA {creditor.tva}")
    seat = ("Adresse : " if _sole_trader(creditor) else "Siège : ") + ", ".join(
        (*creditor.adresse.lignes, f"{creditor.adresse.code_postal} {creditor.adresse.ville}")
    )
    return (" – ".join((identity, *numbers)), seat)


def _round(creditor: Creditor) -> str:
    """The share capital, without « ,00 » when it is a whole number of euros, as it usually is."""
    return euros(creditor.capital or ZERO).replace(f",00{NBSP}", NBSP)


def logo_uri(creditor: Creditor, base: Path | None) -> str | None:
    """The company's logo as a data URI, read from a path relative to `base`.

    InvalidInput when it is missing, outside the company's folder, too big or of an unknown type.
    """
    if not creditor.logo or base is None:
        return None
    try:
        path = (base / creditor.logo).resolve()
    except (OSError, RuntimeError):  # a link that turns in circles
        raise InvalidInput(f"creancier.logo : « {creditor.logo} » illisible : corriger le chemin") from None
    kind = LOGO_TYPES.get(path.suffix.lower())
    if kind is None:
        raise InvalidInput(f"creancier.logo : « {creditor.logo} » : un logo est un fichier SVG, PNG ou JPEG")
    if not path.is_relative_to(base.resolve()):
        raise InvalidInput(f"creancier.logo : « {creditor.logo} » doit être dans le dossier de l'entreprise")
    try:
        data = path.read_bytes()
    except OSError:
        raise InvalidInput(f"creancier.logo : « {creditor.logo} » introuvable : corriger le chemin") from None
    if len(data) > LOGO_BYTES:
        raise InvalidInput(f"creancier.logo : « {creditor.logo} » dépasse 500 Ko : le réduire")
    if path.suffix.lower() == ".svg" and _CALLS_OUT.search(data):
        raise InvalidInput(
            f"creancier.logo : « {creditor.logo} » appelle un autre fichier ou une adresse : l'incorporer au SVG"
        )
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


# Country names as the French post writes them, for debtors abroad; others keep their code.
COUNTRIES = {
    "AT": "AUTRICHE", "BE": "BELGIQUE", "CH": "SUISSE", "DE": "ALLEMAGNE", "DK": "DANEMARK", "ES": "ESPAGNE",
    "GB": "ROYAUME-UNI", "IE": "IRLANDE", "IT": "ITALIE", "LU": "LUXEMBOURG", "MC": "MONACO", "NL": "PAYS-BAS",
    "PL": "POLOGNE", "PT": "PORTUGAL", "SE": "SUÈDE", "US": "ÉTATS-UNIS",
}  # fmt: skip
