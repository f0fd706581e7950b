"""Who writes to whom: the lines around the body of a letter.

Legal mentions come from C. com. R123-237 and R123-238: SIREN, registry town, form and capital
of companies, « EI » of sole traders.
"""

import base64
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from generator.errors import InvalidInput
from generator.languages import FRENCH, Language
from generator.money import NBSP, ZERO
from generator.parties import Address, Contact, Creditor, Debtor, ThirdParty
from generator.reading import file_problem

IMAGE_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
IMAGE_BYTES = 500_000
# A page at 300 points an inch is nine million; a phone's photograph is twelve to fifty.
PICTURE_PIXELS = 60_000_000
# Anything an SVG could load or run; a reference to its own parts (#…) and inlined data are fine.
_CALLS_OUT = re.compile(
    rb"""<script|<!ENTITY|@import|(?:href|src)\s*=\s*["'](?!#|data:)|url\(\s*["']?(?!#|data:)""", re.IGNORECASE
)


def address_lines(address: Address) -> tuple[str, ...]:
    """Postal lines, the last with postal code and town in capitals, as the post asks."""
    country = () if address.pays == "FR" else (COUNTRIES.get(address.pays, address.pays),)
    return (*address.lignes, f"{address.code_postal} {address.ville.upper()}", *country)


def sender_lines(creditor: Creditor, *, abroad: bool = False) -> tuple[str, ...]:
    """Name, address, then telephone, e-mail and site when given; a letter sent `abroad` says « FRANCE »."""
    country = ("FRANCE",) if abroad and creditor.adresse.pays == "FR" else ()
    extra = (creditor.telephone, creditor.email, creditor.site_web)
    return (_trade_name(creditor), *address_lines(creditor.adresse), *country, *(line for line in extra if line))


def _sole_trader(creditor: Creditor) -> bool:
    return (creditor.forme or "").upper() in {"EI", "ENTREPRENEUR INDIVIDUEL", "MICRO-ENTREPRISE", "MICRO-ENTREPRENEUR"}


def _trade_name(creditor: Creditor) -> str:
    """The name, with the « EI » that a sole trader's papers must show (C. com. R123-237)."""
    if _sole_trader(creditor) and "EI" not in creditor.nom.split():
        return f"{creditor.nom} EI"
    return creditor.nom


def recipient_lines(recipient: Debtor | ThirdParty, attention: Callable[[Contact], str]) -> tuple[str, ...]:
    """Recipient, person, address: at most seven lines, what a window envelope shows.

    `attention` writes the line that names a person, in the language of the letter.
    """
    contact = recipient.contact
    person: tuple[str, ...] = ()
    # A consumer is their own contact: saying it twice would be odd.
    if contact is not None and contact.nom not in recipient.nom:
        person = (attention(contact),)
    return (recipient.nom, *person, *address_lines(recipient.adresse))


@dataclass(frozen=True)
class Signatory:
    """Who signs: a person and their quality, or the creditor itself."""

    nom: str
    qualite: str | None


def signatory(creditor: Creditor) -> Signatory:
    """The creditor's representative, or the creditor's own name."""
    return Signatory(creditor.representant or creditor.nom, creditor.qualite_representant)


def legal_mentions(creditor: Creditor, language: Language = FRENCH) -> tuple[str, ...]:
    """The footer of a business letter, on two lines at most, in the language of the letter."""
    words = language.libelles
    forme = creditor.forme or ""
    identity = _trade_name(creditor)
    if forme and not _sole_trader(creditor) and forme.upper() not in creditor.nom.upper().split():
        identity += f", {forme}"
    if creditor.capital:
        identity += f" {words['capital']} {_round(creditor, language)}"
    numbers = []
    if creditor.siren:
        siren = NBSP.join((creditor.siren[:3], creditor.siren[3:6], creditor.siren[6:]))
        numbers.append(f"{siren} RCS {creditor.rcs}" if creditor.rcs else f"SIREN {siren}")
    if creditor.tva:
        numbers.append(f"{words['tva']} {creditor.tva}")
    label = words["adresse" if _sole_trader(creditor) else "siege"] + words["deux_points"]
    town = f"{creditor.adresse.code_postal} {creditor.adresse.ville}"
    return (" – ".join((identity, *numbers)), f"{label} {', '.join((*creditor.adresse.lignes, town))}")


def _round(creditor: Creditor, language: Language) -> str:
    """The share capital, without cents when it is a whole number of euros, as it usually is."""
    text: str = language.filtres["euros"](creditor.capital or ZERO)
    return text.replace(f",00{NBSP}", NBSP).removesuffix(".00")


def image_uri(name: str | None, base: Path | None, field: str) -> str | None:
    """An image of the company's folder as a data URI; `name` is a path relative to `base`.

    InvalidInput, naming `field`, when it is missing, outside the folder, too big or of an unknown type.
    """
    if not name or base is None:
        return None
    suffix = Path(name).suffix.lower()
    kind = IMAGE_TYPES.get(suffix)
    if kind is None:
        raise InvalidInput(f"{field} : « {name} » : il faut un fichier SVG, PNG ou JPEG")
    data = read_company_file(name, base, field, IMAGE_BYTES)
    if suffix == ".svg" and _CALLS_OUT.search(data):
        raise InvalidInput(f"{field} : « {name} » appelle un autre fichier ou une adresse : l'incorporer au SVG")
    if suffix != ".svg":
        check_picture(data, f"{field} : « {name} »")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def check_picture(data: bytes, what: str) -> None:
    """InvalidInput, beginning with `what`, when these bytes are not a whole picture, or one too large to print."""
    from PIL import Image, ImageFile  # come with WeasyPrint; only letters with a picture pay for them

    damaged = InvalidInput(f"{what} : image illisible ou coupée : l'enregistrer à nouveau en PNG ou en JPEG")
    # WeasyPrint turns this on for the whole process: half a photograph would print as half a grey page.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            # Pillow warns in English about the very sizes we refuse below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data))
        with picture:
            wide, high = picture.size
            if wide * high <= PICTURE_PIXELS:
                picture.draft("L", (1, 1))  # a photograph is read to its end, at an eighth of its size
                picture.load()
    except Image.DecompressionBombError:
        raise InvalidInput(f"{what} : image trop grande : la réduire") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise damaged from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    if wide * high > PICTURE_PIXELS:
        raise InvalidInput(f"{what} : image de {wide} × {high} points, trop grande : la réduire")


def company_path(name: str, base: Path, field: str) -> Path:
    """The file a path of `entreprise.yml` names; InvalidInput when it leaves the company's folder."""
    try:
        path = (base / name).resolve()
    except (OSError, RuntimeError):  # a link that turns in circles
        raise InvalidInput(f"{field} : « {name} » illisible : corriger le chemin") from None
    if not path.is_relative_to(base.resolve()):
        raise InvalidInput(f"{field} : « {name} » doit être dans le dossier de l'entreprise")
    return path


def read_company_file(name: str, base: Path, field: str, limit: int) -> bytes:
    """Its bytes, at most `limit`; InvalidInput when it is missing, bigger, or no file at all (a pipe)."""
    path = company_path(name, base, field)
    if path.exists() and (problem := file_problem(path)):
        raise InvalidInput(f"{field} : « {name} » : {problem}")
    try:
        data = path.read_bytes()
    except OSError:
        raise InvalidInput(f"{field} : « {name} » introuvable : corriger le chemin") from None
    if len(data) > limit:
        raise InvalidInput(f"{field} : « {name} » dépasse {limit // 1000} Ko : le réduire")
    return data


# Country names as the French post writes them, for debtors abroad; others keep their code.
COUNTRIES = {
    "AT": "AUTRICHE", "BE": "BELGIQUE", "CH": "SUISSE", "DE": "ALLEMAGNE", "DK": "DANEMARK", "ES": "ESPAGNE",
    "GB": "ROYAUME-UNI", "IE": "IRLANDE", "IT": "ITALIE", "LU": "LUXEMBOURG", "MC": "MONACO", "NL": "PAYS-BAS",
    "PL": "POLOGNE", "PT": "PORTUGAL", "SE": "SUÈDE", "US": "ÉTATS-UNIS",
}  # fmt: skip
