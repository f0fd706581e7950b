"""The scalar types of a dossier: how each is read from text, and its JSON Schema.

Every scalar of a YAML file reaches the models as text (see `loading`), so that `06000`,
`005520135`, `non` or an invoice called `2026-10-12` stay what the user wrote; the type comes
from here. A reader raises ValueError with a French sentence that says what to write.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from generator.calendar_fr import DueClause, parse_clause, parse_date
from generator.money import parse_amount

T = TypeVar("T")

# Control characters, and the invisible ones that turn a text around or hide in it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_YEARS = range(1900, 2200)
_YES = {"oui", "o", "true", "vrai", "yes"}
_NO = {"non", "n", "false", "faux", "no"}
_PERCENT = re.compile(r"([0-9]{1,2}(?:[.,][0-9]{1,4})?) ?%")


class Block(BaseModel):
    """A block of a dossier: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def dates_follow(self, *pairs: tuple[str, str]) -> None:
        """ValueError when the second field of a (first, then) pair is before the first; an absent date says nothing."""
        problems = []
        for first, then in pairs:
            before, after = getattr(self, first), getattr(self, then)
            if before and after and after < before:
                problems.append(f"{then} précède {first} : corriger l'une des deux dates")
        if problems:
            raise ValueError(" ; ".join(problems))


@dataclass(frozen=True)
class RateClause:
    """What the contract says of late-payment interest.

    `nature` is `bce+10`, `bce+8`, `legal`, `3x-legal` or `convenu`; `valeur` is the agreed yearly
    percentage, only for `convenu`.
    """

    nature: str
    valeur: Decimal | None = None

    def __str__(self) -> str:
        return self.nature if self.valeur is None else f"{self.valeur} %"


NAMED_RATES = ("bce+10", "bce+8", "legal", "3x-legal")


def _text(value: str) -> str:
    value = " ".join(value.split())
    if not value:
        raise ValueError("texte vide : le remplir ou supprimer la ligne")
    if _CONTROL.search(value):
        raise ValueError("caractère invisible interdit : effacer la valeur et la taper à nouveau")
    return value


def read_day(value: str) -> date:
    """A date as people write it; a year no unpaid invoice can bear is a slip of the keyboard."""
    day = parse_date(value)
    if day.year not in _YEARS:
        raise ValueError(f"année {day.year:04} invraisemblable : vérifier la date")
    return day


def _boolean(value: str) -> bool:
    word = value.strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError("réponse inconnue : écrire oui ou non")


def _positive_amount(value: str) -> Decimal:
    amount = parse_amount(value)
    if not amount:
        raise ValueError("montant nul : écrire un montant supérieur à zéro")
    return amount


def _rate_clause(value: str) -> RateClause:
    text = " ".join(value.lower().replace("é", "e").split())
    if (name := text.replace(" ", "").replace("3xlegal", "3x-legal")) in NAMED_RATES:
        return RateClause(name)
    if found := _PERCENT.fullmatch(text.replace("\u00a0", " ").replace("\u202f", " ")):
        return RateClause("convenu", Decimal(found[1].replace(",", ".")))
    raise ValueError(f"taux inconnu : écrire {', '.join(NAMED_RATES)} ou un taux annuel comme « 12 % »")


def _percentage(value: str) -> Decimal:
    if found := _PERCENT.fullmatch(" ".join(value.split()).replace("\u00a0", " ").replace("\u202f", " ")):
        return Decimal(found[1].replace(",", "."))
    raise ValueError("pourcentage attendu, par exemple « 10 % »")


def _colour(value: str) -> str:
    text = value.strip().lower()
    if re.fullmatch("#[0-9a-f]{6}", text):
        return text
    raise ValueError(
        'couleur illisible : écrire # et six chiffres ou lettres de a à f entre guillemets, par exemple "#1f4e79"'
    )


def _millimetres(value: str) -> Decimal:
    text = value.strip().lower().removesuffix("mm").strip().replace(",", ".")
    if re.fullmatch(r"[0-9]{1,2}(\.[0-9])?", text):
        return Decimal(text)
    raise ValueError("longueur en millimètres attendue, par exemple 20")


def _siren(value: str) -> str:
    from stdnum.fr import siren

    return _checked(siren, value, "SIREN", "neuf chiffres, par exemple « 123 456 782 »")


def _siret(value: str) -> str:
    from stdnum.fr import siret

    return _checked(siret, value, "SIRET", "quatorze chiffres : le SIREN puis cinq chiffres")


def _vat(value: str) -> str:
    from stdnum.eu import vat

    return _checked(vat, value, "numéro de TVA", "par exemple « FR32123456782 »")


def _iban(value: str) -> str:
    from stdnum import iban

    return _checked(iban, value, "IBAN", "le recopier depuis le relevé d'identité bancaire")


def _bic(value: str) -> str:
    from stdnum import bic

    return _checked(bic, value, "BIC", "huit ou onze caractères, par exemple « AGRIFRPP »")


# A company's dossiers repeat its own numbers: each is checked once.
@lru_cache(maxsize=4096)
def _checked(module: Any, value: str, name: str, example: str) -> str:
    """Validate an identifier with python-stdnum; its English messages never reach the user."""
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    value = value.replace("\u00a0", " ").replace("\u202f", " ").upper()
    try:
        return str(module.validate(value))
    except InvalidChecksum:
        raise ValueError(f"{name} faux (clé de contrôle) : vérifier chaque chiffre") from None
    except InvalidLength:
        raise ValueError(f"{name} de mauvaise longueur : écrire {example}") from None
    except ValidationError:
        raise ValueError(f"{name} illisible : écrire {example}") from None


def _postal_code(value: str) -> str:
    return _text(value).upper()


def _country(value: str) -> str:
    code = value.strip().upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise ValueError("pays inconnu : écrire son code à deux lettres, par exemple FR, BE ou DE")
    return code


def _reference(value: str) -> str:
    text = _text(value)
    if not re.fullmatch(r"[\w.-]{1,60}", text, re.ASCII) or text.startswith("."):
        raise ValueError(
            "référence inutilisable comme nom de fichier : écrire des lettres sans accent, chiffres, - ou _"
        )
    return text


def _number(value: str) -> str:
    text = _text(value)
    if len(text) > 80:
        raise ValueError("numéro trop long : quatre-vingts caractères au plus")
    return text


def _reader(read: Callable[[str], T], kind: type) -> PlainValidator:
    """A pydantic validator: text goes through `read`, an already typed value passes."""

    def validate(value: Any) -> T:
        if isinstance(value, str):
            return read(value)
        if isinstance(value, kind):
            return value  # type: ignore[return-value]
        if value is None:
            raise ValueError("valeur vide : la remplir ou supprimer la ligne")
        raise ValueError("une seule valeur est attendue ici, pas une liste ni un bloc")

    return PlainValidator(validate)


def _schema(types: str | list[str], **rest: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": types, **rest})


_AMOUNT_SCHEMA = _schema(["number", "string"], description="Montant en euros : 1200, 1200.50 ou « 1 200,50 € »")

Text = Annotated[str, _reader(_text, str), _schema(["string", "number", "boolean"])]
Yes = Annotated[bool, _reader(_boolean, bool), _schema(["boolean", "string"], enum=[True, False, "oui", "non"])]
Day = Annotated[
    date,
    _reader(read_day, date),
    _schema("string", pattern=r"^(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})$", description="AAAA-MM-JJ ou JJ/MM/AAAA"),
]
Amount = Annotated[Decimal, _reader(_positive_amount, Decimal), _AMOUNT_SCHEMA]
AmountOrZero = Annotated[Decimal, _reader(parse_amount, Decimal), _AMOUNT_SCHEMA]
Rate = Annotated[
    RateClause,
    _reader(_rate_clause, RateClause),
    _schema("string", description="bce+10, bce+8, legal, 3x-legal ou un taux annuel comme « 12 % »"),
]
Percent = Annotated[Decimal, _reader(_percentage, Decimal), _schema("string", description="Pourcentage : « 10 % »")]
Colour = Annotated[str, _reader(_colour, str), _schema("string", pattern="^#[0-9A-Fa-f]{6}$")]
Millimetres = Annotated[
    Decimal, _reader(_millimetres, Decimal), _schema(["number", "string"], description="Millimètres")
]
Clause = Annotated[
    DueClause, _reader(parse_clause, DueClause), _schema("string", description="30 jours, 45 jours fin de mois…")
]
Siren = Annotated[str, _reader(_siren, str), _schema(["string", "integer"], description="Neuf chiffres")]
Siret = Annotated[str, _reader(_siret, str), _schema(["string", "integer"], description="Quatorze chiffres")]
Vat = Annotated[str, _reader(_vat, str), _schema("string", description="Numéro de TVA intracommunautaire")]
Iban = Annotated[str, _reader(_iban, str), _schema("string", description="IBAN, contrôlé")]
Bic = Annotated[str, _reader(_bic, str), _schema("string", description="BIC")]
PostalCode = Annotated[str, _reader(_postal_code, str), _schema(["string", "integer"])]
Country = Annotated[str, _reader(_country, str), _schema("string", description="Code à deux lettres")]
Reference = Annotated[str, _reader(_reference, str), _schema(["string", "integer"])]
Number = Annotated[str, _reader(_number, str), _schema(["string", "integer"], description="Toujours lu comme du texte")]
