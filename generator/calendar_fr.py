"""French dates: reading, writing, working days, due-date clauses.

Not called `calendar`, which is the standard library's. No clock here: every function is
given its dates.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
ONE_DAY = timedelta(days=1)

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def parse_date(text: str) -> date:
    """Read `2026-07-01` or `01/07/2026`; ValueError with a French sentence otherwise."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _FRENCH.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    else:
        raise ValueError("date illisible : écrire AAAA-MM-JJ (2026-07-01) ou JJ/MM/AAAA (01/07/2026)")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"cette date n'existe pas ({text}) : vérifier le jour et le mois") from None


def short_date(day: date) -> str:
    """`01/12/2026`."""
    return f"{day:%d/%m/%Y}"


def long_date(day: date) -> str:
    """« 1er décembre 2026 »: the first of the month is the only ordinal in French dates."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}"


def end_of_month(day: date) -> date:
    """The last day of this day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Same day number `months` later; the last day of the month when there is none (CPC art. 641)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Same day `years` later (29 February gives 28 February)."""
    return add_months(day, 12 * years)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of metropolitan France (Code du travail, art. L3133-1).

    Alsace-Moselle and overseas days are left out, since an earlier day is safer for whoever writes a letter; a time
    limit of a court names them itself (`LocalHolidays`). Cross-checked against the `holidays` library in the tests.
    """
    easter = _easter(year)
    moving = (easter + timedelta(days=n) for n in (1, 39, 50))
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset([*moving, *(date(year, month, day) for month, day in fixed)])


def _easter(year: int) -> date:
    """Gregorian Easter Sunday (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class LocalHolidays:
    """The days off of one place beside the eleven: (month, day) pairs, and Good Friday when `vendredi_saint`."""

    jours: tuple[tuple[int, int], ...] = ()
    vendredi_saint: bool = False

    def __contains__(self, day: date) -> bool:
        return (day.month, day.day) in self.jours or (self.vendredi_saint and day == _easter(day.year) - 2 * ONE_DAY)


NOWHERE = LocalHolidays()


def is_working_day(day: date, local: LocalHolidays = NOWHERE) -> bool:
    """Monday to Friday, public holidays excluded, and those of the place when one is given."""
    return day.weekday() < 5 and day not in public_holidays(day.year) and day not in local


def next_working_day(day: date, local: LocalHolidays = NOWHERE) -> date:
    """This day if it is a working day, else the first one after it."""
    while not is_working_day(day, local):
        day += ONE_DAY
    return day


def last_day_to_serve(day: date, local: LocalHolidays = NOWHERE) -> date:
    """This day, or the last one before it on which an act can be served: no Sunday, no holiday (CPC art. 664)."""
    while day.weekday() == 6 or day in public_holidays(day.year) or day in local:
        day -= ONE_DAY
    return day


@dataclass(frozen=True)
class DueClause:
    """An agreed payment term: `jours` days and, or not, an end of month.

    `fin_de_mois` is None, "apres" (method A: date + days, then end of that month) or "avant"
    (method B: end of the invoice's month, then + days). Both readings of « 45 jours fin de
    mois » are admitted (C. com. L441-10 I; DGCCRF), hence two clauses and no guess.
    """

    jours: int
    fin_de_mois: str | None = None

    def due_on(self, emise_le: date) -> date:
        """The due date of an invoice issued that day."""
        if self.fin_de_mois == "avant":
            return end_of_month(emise_le) + timedelta(days=self.jours)
        due = emise_le + timedelta(days=self.jours)
        return end_of_month(due) if self.fin_de_mois == "apres" else due

    @property
    def explication(self) -> str:
        """How the date is obtained, in French."""
        if self.jours == 0 and self.fin_de_mois is None:
            return "comptant : exigible à la date de la facture"
        if self.fin_de_mois == "avant":
            return f"fin du mois de la facture, puis {self.jours} jours (méthode B)"
        if self.fin_de_mois == "apres":
            return f"date de facture plus {self.jours} jours, puis fin du mois atteint (méthode A)"
        return f"date de facture plus {self.jours} jours"


CLAUSE_EXAMPLES = "« 30 jours », « 45 jours fin de mois », « fin de mois 45 jours », « 60 jours » ou « comptant »"


def parse_clause(text: str) -> DueClause:
    """Read a payment term; ValueError with a French sentence when it is not understood."""
    words = re.sub(r"(?<=\w)-(?=\w)", " ", _without_accents(text).lower())
    words = re.sub(r"\b(net|date de facture|a compter de la facture|le|la)\b", " ", words)
    words = " ".join(words.split())
    if words in {"comptant", "a reception", "au comptant", "reception", "0 jour", "0 jours"}:
        return DueClause(0)
    if found := re.fullmatch(r"(\d{1,3}) ?(?:jours?|j)", words):
        return DueClause(int(found[1]))
    if found := re.fullmatch(r"(\d{1,3}) ?(?:jours?|j) fin (?:de|du) mois", words):
        return DueClause(int(found[1]), "apres")
    if found := re.fullmatch(r"fin (?:de|du) mois(?: (?:\+ )?(\d{1,3}) ?(?:jours?|j))?", words):
        return DueClause(int(found[1] or 0), "avant")
    raise ValueError(f"délai de paiement inconnu : écrire {CLAUSE_EXAMPLES}")


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def list_fr(items: Iterable[str]) -> str:
    """`["a", "b", "c"]` -> « a, b et c »."""
    *head, last = list(items) or [""]
    return f"{', '.join(head)} et {last}" if head else last
