"""`ventes.csv`, the monthly sales of the company, and the payment delay counted back from them.

Dossiers are not all the sales of a company: without this file no delay is computed, and none is guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from generator.calendar_fr import MONTHS, add_months, end_of_month
from generator.errors import InvalidInput
from generator.money import ZERO, parse_amount
from generator.writing import reason

SALES_FILE = "ventes.csv"
HEADER = ("mois", "ventes_ttc")
HOW = "une ligne « mois;ventes_ttc », puis une ligne par mois, par exemple « 2026-10;24000,00 »"

_MAX_BYTES = 1024 * 1024
_ISO = re.compile(r"(?P<an>[0-9]{4})-(?P<mois>[0-9]{1,2})")
_FRENCH = re.compile(r"(?:0?1/)?(?P<mois>[0-9]{1,2})/(?P<an>[0-9]{4})")
# What a French spreadsheet makes of « 2026-10 » when it saves the file.
_SPREADSHEET = re.compile(r"(?P<nom>[a-zéû]{3,5})\.?-(?P<an>[0-9]{2})")


@dataclass(frozen=True, slots=True)
class SalesMonth:
    """One line of the count: `a_epuiser` and `reste` are euros before and after, `jours` are not rounded."""

    mois: date
    a_epuiser: Decimal
    ventes: Decimal
    jours: Decimal
    reste: Decimal


@dataclass(frozen=True, slots=True)
class Dso:
    """The payment delay (DSO, count-back). `jours` is None when sales are missing, and `manque` says which."""

    jours: Decimal | None
    mois: tuple[SalesMonth, ...] = ()
    manque: str | None = None


def one_decimal(value: Decimal) -> Decimal:
    """Days and shares are read with one decimal, half up; `73.40` -> `73.4`."""
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def month_name(month: date) -> str:
    """`2026-10-01` -> « octobre 2026 »."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def of_month(month: date) -> str:
    """« de septembre 2026 », « d'octobre 2026 »."""
    name = month_name(month)
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def count_back(encours: Decimal, au: date, sales: Mapping[date, Decimal]) -> Dso:
    """How many days of sales the customers owe, by going back month after month until `encours` is used up.

    `sales` gives the euros (VAT included) of each month by its first day. The month of `au` counts for its
    days gone by, so its sales must stop at `au` too. Later months are not looked at.
    """
    left, lines, month = encours, list[SalesMonth](), au.replace(day=1)
    while left > 0:
        if month not in sales:
            return Dso(None, tuple(lines), _missing(month, au, sales))
        days = Decimal(au.day if month == au.replace(day=1) else end_of_month(month).day)
        sold = sales[month]
        used = min(left, sold)
        lines.append(SalesMonth(month, left, sold, days if used == sold else days * used / sold, left - used))
        left, month = left - used, add_months(month, -1)
    return Dso(one_decimal(sum((line.jours for line in lines), ZERO)), tuple(lines))


def _missing(month: date, au: date, sales: Mapping[date, Decimal]) -> str:
    line = f"« {month:%Y-%m};montant TTC »"
    if month == au.replace(day=1):
        until = f", ventes du 1er au {au.day}" if au != end_of_month(au) and au.day > 1 else ""
        return f"les ventes {of_month(month)} manquent : ajouter la ligne {line}{until}"
    if any(known < month for known in sales):
        return f"les ventes {of_month(month)} manquent : ajouter la ligne {line}, même à 0,00"
    return f"les mois connus n'épuisent pas l'encours : ajouter {month_name(month)} (ligne {line}) et, au besoin, les mois d'avant"


def no_sales() -> Dso:
    """What to say, and to write, when there is no file of sales."""
    return Dso(
        None, (), f"vos dossiers ne sont pas toutes vos ventes : écrire {SALES_FILE} à côté de entreprise.yml, {HOW}"
    )


def load_sales(path: Path) -> dict[date, Decimal]:
    """Euros of sales, VAT included, by first day of month; InvalidInput lists every mistake as `fichier:ligne: phrase`."""
    rows = [[cell.strip(' "') for cell in line.split(";")] for line in _text(path).splitlines()]
    if not rows or tuple(cell.lower() for cell in rows[0]) != HEADER:
        raise InvalidInput(f"{path.name}:1: en-tête inattendu : écrire {HOW}")
    problems: list[str] = []
    sales: dict[date, Decimal] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(HEADER):
            problems.append(f"{path.name}:{number}: deux colonnes sont attendues, séparées par un point-virgule")
            continue
        month = _month(cells[0])
        if month is None:
            problems.append(
                f"{path.name}:{number}: mois « {cells[0]} » illisible : écrire AAAA-MM, par exemple 2026-10"
            )
        elif month in sales:
            problems.append(
                f"{path.name}:{number}: {month_name(month)} est déjà écrit plus haut : garder une seule ligne"
            )
        try:
            amount = parse_amount(cells[1])
        except ValueError as error:
            problems.append(f"{path.name}:{number}: ventes_ttc : {error}")
            continue
        if month is not None:
            sales.setdefault(month, amount)
    if not problems and not sales:
        problems.append(f"{path.name} : aucun mois : écrire {HOW}")
    if problems:
        raise InvalidInput(problems)
    return sales


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path} : lecture impossible ({reason(error)})") from None
    if len(raw) > _MAX_BYTES:
        raise InvalidInput(f"{path.name} : plus de 1 Mio ; une ligne par mois suffit, vérifier le fichier")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Months and digits are the same in both; only « févr » and « août » need the right one.
        return raw.decode("cp1252", errors="replace")


def _month(text: str) -> date | None:
    """The first day of the month written `2026-10`, `10/2026`, `01/10/2026` or `oct.-26`; None when it is none of them."""
    if match := _ISO.fullmatch(text) or _FRENCH.fullmatch(text):
        year, month = int(match["an"]), int(match["mois"])
    elif match := _SPREADSHEET.fullmatch(text.lower()):
        named = [number for number, name in enumerate(MONTHS, start=1) if name.startswith(match["nom"])]
        year, month = 2000 + int(match["an"]), named[0] if len(named) == 1 else 0
    else:
        return None
    return date(year, month, 1) if 1900 <= year < 2200 and 1 <= month <= 12 else None
