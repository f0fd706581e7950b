"""Late-payment interest: cut a period by rate, count days, one rounded line per segment.

Conventions (ADR 0001): the start day is excluded and the end day included, so the number of
days is `end - start`; the year has 365 days, leap years too; each line is rounded half up to
the cent and totals are sums of lines. Bases are euros, rates are yearly percentages.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from generator.calendar_fr import ONE_DAY
from generator.law import UnknownRate, half_year_start, next_half_year
from generator.law.rates import Rate
from generator.money import THIN, cents, euros, taux

YEAR = 365

# Yields (first day, last day, rate), both days included, over the period asked.
Schedule = Callable[[date, date], Iterator[tuple[date, date, Rate]]]


@dataclass(frozen=True)
class Segment:
    """Interest over days that share one base and one rate; `du` and `au` both bear interest."""

    du: date
    au: date
    base: Decimal
    rate: Rate

    @property
    def jours(self) -> int:
        """How many days, both ends included."""
        return (self.au - self.du).days + 1

    @property
    def montant(self) -> Decimal:
        """Euros, rounded half up to the cent."""
        return cents(self.base * self.rate.taux * self.jours / (100 * YEAR))

    @property
    def formule(self) -> str:
        """The computation as a reader can redo it: « 1 200,00 € × 12,40 % × 143 / 365 »."""
        days = f"{self.jours:,}".replace(",", THIN)
        return f"{euros(self.base)} × {taux(self.rate.taux)} × {days} / {YEAR}"


def interest(base: Decimal, after: date, until: date, schedule: Schedule) -> list[Segment]:
    """The segments of the days after `after`, up to and including `until`."""
    if base <= 0 or until <= after:
        return []
    return [Segment(first, last, base, rate) for first, last, rate in schedule(after + ONE_DAY, until)]


def total(segments: list[Segment]) -> Decimal:
    """The sum of the rounded lines, in euros."""
    return sum((segment.montant for segment in segments), Decimal("0.00"))


def frozen(rate: Rate) -> Schedule:
    """One rate for the whole delay (public buyers: CCP R2192-31)."""

    def schedule(first: date, last: date) -> Iterator[tuple[date, date, Rate]]:
        yield first, last, rate

    return schedule


def indexed(rate_on: Callable[[date], Rate]) -> Schedule:
    """A rate re-read each half-year: each day bears the rate of its own half-year."""

    def schedule(first: date, last: date) -> Iterator[tuple[date, date, Rate]]:
        for start, end in half_years(first, last):
            yield start, end, rate_on(start)

    return schedule


def floored(agreed: Rate, floor_on: Callable[[date], Rate]) -> Schedule:
    """An agreed rate, raised to the floor of each half-year where it is lower (C. com. L441-10 II).

    Half-years in which the agreed rate holds are one line; a raised half-year is its own line,
    since its rate is then indexed.
    """

    def schedule(first: date, last: date) -> Iterator[tuple[date, date, Rate]]:
        pending: date | None = None
        for start, end in half_years(first, last):
            try:
                floor = floor_on(start)
            except UnknownRate:
                if pending is not None:
                    yield pending, start - ONE_DAY, agreed
                raise
            if agreed.taux < floor.taux:
                if pending is not None:
                    yield pending, start - ONE_DAY, agreed
                    pending = None
                yield start, end, floor
            elif pending is None:
                pending = start
        if pending is not None:
            yield pending, last, agreed

    return schedule


def followed_by(before: Schedule, day: date, after: Schedule) -> Schedule:
    """`before` until the eve of `day`, `after` from that day on."""

    def schedule(first: date, last: date) -> Iterator[tuple[date, date, Rate]]:
        if first < day:
            yield from before(first, min(last, day - ONE_DAY))
        if last >= day:
            yield from after(max(first, day), last)

    return schedule


def half_years(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Cut a period, both ends included, at each 1 January and 1 July."""
    while first <= last:
        following = next_half_year(half_year_start(first))
        yield first, min(last, following - ONE_DAY)
        first = following
