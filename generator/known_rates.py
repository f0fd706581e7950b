"""Interest as far as its rates are on file: what stops at the first one that is not, and remembers which.

A dossier outlives the tables: on 1 January the rate of the new half-year may not be known yet. What claims a sum is
then refused (`refuse_stopped`); what only watches stops interest there, and says it (`rates_notice`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from generator.calendar_fr import list_fr, short_date
from generator.court_costs import CourtCosts
from generator.errors import InvalidInput
from generator.interest import Schedule
from generator.law import MissingRate, UnknownRate, half_year_label
from generator.law.rates import Rate
from generator.money import plain_spaces
from generator.notices import Notice

if TYPE_CHECKING:
    from generator.statement import Statement


class KnownOnly:
    """A schedule that stops for good at the first rate not on file; `manque` is then that rate, else None."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.manque: MissingRate | None = None

    def __call__(self, first: date, last: date) -> Iterator[tuple[date, date, Rate]]:
        """The periods asked, as far as they are known."""
        if self.manque and first >= self.manque.depuis:
            return
        try:
            yield from self._schedule(first, last)
        except UnknownRate as error:
            self.manque = error.manque


class CostsUntilKnown(CourtCosts):
    """Court costs whose interest stops at the first rate not on file; `manque` is then that rate, else None."""

    manque: MissingRate | None = None

    def advance(self, day: date) -> None:
        """Let the interest of article 700 run until the end of that day, as far as its rate is known."""
        try:
            super().advance(day)
        except UnknownRate as error:
            self.manque = error.manque
            super().advance(error.manque.jusqu_au)


@dataclass(frozen=True)
class StoppedInterest(Notice):
    """The warning of a statement whose interest stopped: (number of an invoice, None for court costs; its rate)."""

    taux: tuple[tuple[str | None, MissingRate], ...] = ()


def stopped_notice(schedules: Mapping[str, KnownOnly], costs: CostsUntilKnown) -> Iterator[StoppedInterest]:
    """The warning, once everything has been counted; nothing when every rate was known. Schedules are by invoice number."""
    rates = [(number, schedule.manque) for number, schedule in schedules.items()]
    found = tuple((number, rate) for number, rate in (*rates, (None, costs.manque)) if rate)
    if sentence := rates_notice(rate for _, rate in found):
        yield StoppedInterest("interets-arretes", sentence, found)


def stopped_by(statement: Statement, numbers: Collection[str] | None = None) -> tuple[MissingRate, ...]:
    """The rates not on file before which interest stopped, on these invoices alone when some are given."""
    about = {f.numero for f in statement.factures if numbers is None or f.numero in numbers}
    found = (pair for n in statement.avertissements if isinstance(n, StoppedInterest) for pair in n.taux)
    return tuple(
        dict.fromkeys(rate for number, rate in found if number in about or (number is None and numbers is None))
    )


def refuse_stopped(statement: Statement) -> None:
    """InvalidInput, with what to add, when the figures of this statement are not whole: nothing can be claimed from them."""
    if rates := stopped_by(statement):
        raise InvalidInput(rate.phrase for rate in rates)


def rates_notice(missing: Iterable[MissingRate], *, examples: bool = True) -> str | None:
    """French sentences for a whole screen: until when interest is counted, why, what to add; None without any.

    `examples`: end with the lines to copy; not where typography would change their spaces.
    """
    rates = sorted(set(missing), key=lambda rate: (rate.depuis, rate.table))
    if not rates:
        return None
    stopped = []
    for day in dict.fromkeys(rate.depuis for rate in rates):
        tables = [rate for rate in rates if rate.depuis == day]
        names = list_fr(rate.table for rate in tables)
        which = f"de la table {names}" if len(tables) == 1 else f"des tables {names}"
        stopped.append(f"au {short_date(tables[0].jusqu_au)} : taux du {half_year_label(day)} absent {which}")
    lines = " : " + " ; ".join(f"« {rate.exemple} »" for rate in rates) if examples else ""
    return (
        f"Intérêts arrêtés {' ; '.join(stopped)}. Les dates sont complètes. Les intérêts qui courent depuis ne sont pas "
        "comptés : les sommes dues sont des minimums, et un paiement reçu depuis peut solder une facture à tort. Les lettres "
        "qui les réclament attendent. Mettre impayes à jour ou, dès que le taux est publié, l'écrire avec sa source dans "
        f"taux.yml, à côté de votre entreprise.yml{lines}."
    )


def rates_json(missing: Iterable[MissingRate]) -> list[dict[str, Any]]:
    """The same as JSON values, one entry a table, the earliest first; empty when nothing is missing."""
    rates = sorted(set(missing), key=lambda rate: (rate.depuis, rate.table))
    return [
        {
            "jusqu_au": rate.jusqu_au.isoformat(),
            "table": rate.table,
            "semestre": rate.depuis.isoformat(),
            "message": plain_spaces(rate.phrase),
        }
        for rate in rates
    ]
