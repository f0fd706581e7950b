"""Euros: the one rounding rule, reading what people write, French formats.

Amounts are `Decimal` euros with two decimals; they are never floats.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from generator.words_fr import number_in_words

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

NBSP = "\u00a0"  # before « € », « % » and « : », inside guillemets
THIN = "\u202f"  # between thousands, before « ; ! ? »

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_AMOUNT = re.compile(r"[0-9]+([.,][0-9]+)?|[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?")


def cents(value: Decimal) -> Decimal:
    """Round to the cent, half up: the only rounding of the whole program (ADR 0001)."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def parse_amount(text: str) -> Decimal:
    """Read `1200`, `1200.50` or `1 200,50 €` (spaces of any kind) as euros.

    Raises ValueError with a French sentence: sign, more than two decimals, ambiguous
    separators (`1.234,56`, `1,234.56`) and anything that is not a number are refused,
    because guessing an amount is worse than asking again.
    """
    compact = _SPACES.sub(" ", text).strip().removesuffix("€").removesuffix("EUR").strip()
    if compact.startswith(("-", "\u2212")):
        raise ValueError("montant négatif : écrire un montant positif, sans signe")
    if not _AMOUNT.fullmatch(compact):
        raise ValueError("montant illisible : écrire par exemple 1200.50 ou « 1 200,50 € »")
    value = Decimal(compact.replace(" ", "").replace(",", "."))
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        raise ValueError("montant avec plus de deux décimales : l'arrondir au centime")
    if value >= Decimal("1e12"):
        raise ValueError("montant trop grand : vérifier le nombre de chiffres")
    return value.quantize(CENT)


def number_fr(value: Decimal) -> str:
    """`1234.5` -> `1 234,50` with a narrow no-break space between thousands."""
    return f"{cents(value):,.2f}".replace(",", THIN).replace(".", ",")


def euros(value: Decimal) -> str:
    """`1234.5` -> `1 234,50 €`."""
    return f"{number_fr(value)}{NBSP}€"


def taux(value: Decimal) -> str:
    """A yearly rate in percent: `12.4` -> `12,40 %`."""
    return f"{rate_digits(value)}{NBSP}%".replace(".", ",")


def rate_digits(value: Decimal) -> str:
    """`12.4` -> `12.40`, `12.125` -> `12.125`: a rate is never rounded, or its line could not be redone."""
    decimals = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{decimals}f}"


def plain_spaces(text: str) -> str:
    """The same text with ordinary spaces, for machine-readable output."""
    return text.replace(NBSP, " ").replace(THIN, " ")


def amount_in_words(value: Decimal) -> str:
    """`1000000.05` -> « un million d'euros et cinq centimes ».

    « d'euros » after million and milliard; no « zéro centime ».
    """
    whole, hundredths = divmod(int(cents(value) * 100), 100)
    parts = []
    if whole or not hundredths:
        words = number_in_words(whole)
        link = " d'" if words.endswith(("million", "millions", "milliard", "milliards")) else " "
        parts.append(f"{words}{link}euro{'s' if whole > 1 else ''}")
    if hundredths:
        parts.append(f"{number_in_words(hundredths)} centime{'s' if hundredths > 1 else ''}")
    return " et ".join(parts)
