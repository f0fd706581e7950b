"""Dossiers and plans whose interest had to stop: the rates that a whole portfolio waits for, and which letters do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from generator.known_rates import stopped_by
from generator.law import MissingRate, half_year_label
from generator.loading import LoadedCase
from generator.portfolio.plan_following import FollowedPlan, follow
from generator.portfolio.snapshot import Snapshot, Step
from generator.portfolio.steps import covered_numbers
from generator.portfolio.strategy import Ladder
from generator.statement import Statement


@dataclass(frozen=True, slots=True)
class WatchedSnapshot(Snapshot):
    """A snapshot with the rates not on file before which its interest stopped; empty when every figure is whole."""

    taux_absents: tuple[MissingRate, ...] = ()


@dataclass(frozen=True)
class WatchedPlan(FollowedPlan):
    """A signed plan with the rates not on file before which the interest of its dossier stopped."""

    taux_absents: tuple[MissingRate, ...] = ()


def missing_rates(items: Iterable[Snapshot | FollowedPlan]) -> tuple[MissingRate, ...]:
    """The rates that these dossiers lack, each once."""
    watched = (item for item in items if isinstance(item, WatchedSnapshot | WatchedPlan))
    return tuple(dict.fromkeys(rate for item in watched for rate in item.taux_absents))


def follow_watched(loaded: LoadedCase, statement: Statement) -> WatchedPlan | None:
    """The signed plan of this dossier; a letter that would claim interest at a rate not on file lacks that rate."""
    followed = follow(loaded, statement)
    if followed is None:
        return None
    known = {field.name: getattr(followed, field.name) for field in fields(followed)}
    rates = stopped_by(statement)
    if followed.lettre:
        known["manque"] = (*followed.manque, *_waits(rates))
    return WatchedPlan(**known, taux_absents=rates)


def with_wait(step: Step, statement: Statement, ladder: Ladder | None) -> Step:
    """The step, with a remark when its letter cannot be made before a rate is on file."""
    if not step.lettre or step.etat not in ("a-faire", "a-valider", "a-venir"):
        return step
    numbers = None
    if ladder and not step.appelee:
        invoices = [f for f in statement.factures if f.numero in step.factures]
        numbers = covered_numbers(ladder, invoices, statement.au)
    return replace(step, remarques=(*step.remarques, *_waits(stopped_by(statement, numbers))))


def _waits(rates: Iterable[MissingRate]) -> Iterator[str]:
    """Short: the whole sentence is said once for everything."""
    for name in dict.fromkeys(half_year_label(rate.depuis) for rate in rates):
        yield f"attend le taux du {name}"
