"""The words of the dashboard, the same on screen and on the page."""

from decimal import ROUND_HALF_UP, Decimal

from generator.calendar_fr import ONE_DAY, short_date
from generator.portfolio.dashboard import AGES, WEEK, Cash, DebtorRow, Expected
from generator.portfolio.labels import level_name
from generator.portfolio.sales import month_name

AGE_NAMES = dict(
    zip(AGES, ("Non échu", "1 à 30 jours", "31 à 60 jours", "61 à 90 jours", "Plus de 90 jours"), strict=True)
)
SHORT_AGES = ("Non échu", "1 à 30 j", "31 à 60 j", "61 à 90 j", "> 90 j")
KIND_NAMES = {"professionnel": "Professionnels", "particulier": "Particuliers", "public": "Acheteurs publics"}
ONE_KIND = {"professionnel": "professionnel", "particulier": "particulier", "public": "acheteur public"}


def percent(part: Decimal, whole: Decimal) -> str:
    """A share in whole percent; what is not nothing is not 0 %."""
    if not whole:
        return ""
    value = 100 * part / whole
    return "< 1 %" if 0 < value < 1 else f"{value.quantize(Decimal(1), rounding=ROUND_HALF_UP)} %"


def days(value: Decimal | int) -> str:
    """`5.7` -> « 5,7 jours », `17.0` -> « 17 jours », `1` -> « 1 jour »."""
    return f"{number(value)} {'jour' if value < 2 else 'jours'}"


def number(value: Decimal | int) -> str:
    """`5.7` -> « 5,7 », `17.0` -> « 17 »."""
    return str(value).removesuffix(".0").replace(".", ",")


def count(number: int, one: str, many: str) -> str:
    """« 1 dossier », « 2 dossiers »."""
    return f"{number} {one if number < 2 else many}"


def last_level(level: str | None) -> str:
    """`mise-en-demeure` -> « Mise en demeure »; None: nothing was sent."""
    words = "sans relance" if level is None else level_name(level)
    return words[:1].upper() + words[1:]


def debtor_name(row: DebtorRow, names: bool) -> str:
    """The name, or the dossier when it is a private person."""
    return row.nom if names or row.qualite != "particulier" else f"Particulier, dossier {row.reference}"


def periods(cash: Cash) -> list[tuple[str, Expected]]:
    """What is late, each month up to the last one with something, and what comes later."""
    last = max((number for number, e in enumerate(cash.mois.values()) if e.total), default=0)
    late = [("En retard", cash.en_retard)] if cash.en_retard.total else []
    after = [("Plus tard", cash.au_dela)] if cash.au_dela.total else []
    months = [(month_name(month).capitalize(), e) for month, e in list(cash.mois.items())[: last + 1]]
    return [*late, *months, *after]


def weeks(cash: Cash) -> list[tuple[str, Expected]]:
    """The next four weeks, « 21/11 au 27/11 »."""
    return [
        (f"{short_date(start)[:5]} au {short_date(start + WEEK - ONE_DAY)[:5]}", e)
        for start, e in cash.semaines.items()
    ]
