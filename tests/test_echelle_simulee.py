"""A debtor who never pays, day after day: no level is missed, none comes twice, none comes too soon."""

import datetime as dt
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from generator.calendar_fr import is_working_day, next_working_day
from generator.errors import InvalidInput
from generator.law import load_law
from generator.letters import load_letter
from generator.portfolio.snapshot import Step
from generator.portfolio.strategy import PHONE, Level, load_strategy
from generator.portfolio.taking import take
from generator.resources import builtin
from tests.conftest import day
from tests.portfolio_samples import CONSUMER, DEBTOR, TOWN, company, dossier, invoice, note, sent, strategy

DEBTORS: dict[str, dict[str, Any]] = {"professionnel": DEBTOR, "particulier": CONSUMER, "public": TOWN}
ROOTS = (builtin("letters"),)
END = day("2026-12-31")  # the last day whose rates are on file
DUE = st.dates(day("2026-02-01"), day("2026-07-31"))
slow = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def send(path: Path, step: Step, au: dt.date, level: Level | None) -> dt.date | None:
    """Confirm the letter of a step as the tool does; the last day to answer it."""
    assert step.lettre is not None
    spec = load_letter(step.lettre, ROOTS).spec
    days = (level.delai_reponse_jours if level else None) or spec.delai_reponse_jours
    until = next_working_day(au + dt.timedelta(days=days)) if days else None
    sent(
        path, step.lettre, au, niveau=level.niveau if level else None, canal=step.canal, etablit=spec.etablit,
        factures=step.factures, **({"reponse_avant_le": until.isoformat()} if until else {}),
    )  # fmt: skip
    return until


def live(path: Path, start: dt.date, calls: bool) -> list[tuple[Step, dt.date, dt.date | None]]:
    """From `start`, do what is due each day until a decision is; (step, day, last day to answer) of what was done."""
    done: list[tuple[Step, dt.date, dt.date | None]] = []
    au = start
    while au <= END and len(done) < 20:
        taken = take(path, au)
        assert taken.ladder is not None
        (step,) = taken.snapshot.etapes
        assert step.etat in ("a-faire", "a-valider", "a-venir"), (au, step)
        assert (step.le <= au) == (step.etat != "a-venir")
        if step.niveau == "decision" and step.etat == "a-valider":
            return [*done, (step, au, None)]
        level = next((level for level in taken.ladder.niveaux if level.niveau == step.niveau), None)
        if step.etat == "a-venir" or (step.canal == PHONE and not calls):
            au += dt.timedelta(days=1)
        elif step.canal == PHONE:
            note(path, "appel", au)
            done.append((step, au, None))
        else:
            done.append((step, au, send(path, step, au, level)))
    raise AssertionError(f"jamais de décision : {[(s.niveau, d) for s, d, _ in done]}")


def check(path: Path, start: dt.date, calls: bool) -> list[str]:
    """Live through it and check what must hold; the levels done, in order."""
    done = live(path, start, calls)
    names = [step.niveau for step, _, _ in done]
    assert len(names) == len(set(names)), names
    ladder = take(path, END).ladder
    assert ladder is not None
    order = [level.niveau for level in ladder.niveaux]
    climbed = [order.index(name) for name in names if name in order]
    assert climbed == sorted(climbed)
    assert set(names) - set(order) <= {"derniere-lettre", "decision"}
    letters = [item for item in done if item[0].lettre and item[0].canal != PHONE]
    for (_, _, until), (step, au, _) in pairwise(letters):
        assert until is None or au > until, (step.niveau, au, until)
    for step, au, _ in done[:-1]:
        assert is_working_day(au), (step.niveau, au)
        assert step.le == au, "on the day that was planned, never later"
    assert names[-1] == "decision"
    last_answer = letters[-1][2]
    assert last_answer is None or done[-1][1] > last_answer
    return names[:-1]


@pytest.mark.parametrize("name", ["douce", "standard", "ferme"])
@pytest.mark.parametrize("kind", ["professionnel", "particulier", "public"])
@slow
@given(due=DUE, calls=st.booleans(), others=st.lists(st.integers(1, 60), max_size=2))
def test_the_shipped_strategies(name: str, kind: str, due: dt.date, calls: bool, others: list[int]) -> None:
    """Every level of a large debt is reached, the call when somebody notes it, whatever comes due meanwhile."""
    if (name, kind) == ("ferme", "particulier"):
        return
    with tempfile.TemporaryDirectory() as folder:
        company(Path(folder))
        later = [
            invoice((due + dt.timedelta(days=days)).isoformat(), "5000.00", f"F-{n}", emise_le=due.isoformat())
            for n, days in enumerate(others, start=2)
        ]
        path = dossier(
            Path(folder), [invoice(due.isoformat(), "5000.00"), *later], debiteur=DEBTORS[kind], strategie=name
        )
        done = check(path, due - dt.timedelta(days=12), calls)
        ladder = take(path, END).ladder
        assert ladder is not None
        wanted = [level.niveau for level in ladder.niveaux if calls or level.canal != PHONE]
        # The guide's last notice is called for by the case itself where the strategy has none.
        assert done == wanted or done == [*wanted, "derniere-lettre"]
        assert ("derniere-lettre" in done) == (name == "douce")


LEVEL = st.tuples(
    st.booleans(),
    st.integers(1, 20),
    st.sampled_from(["relance-1", "relance-2", "relance-3", "appel"]),
    st.sampled_from(["", ", montant_minimum: 1000", ", montant_minimum: 1001"]),
)


@slow
@given(
    due=st.dates(day("2026-02-01"), day("2026-06-30")),
    drawn=st.lists(LEVEL, min_size=1, max_size=4),
    start=st.sampled_from(["échéance", "fin de mois"]),
    calls=st.booleans(),
)
def test_any_strategy(due: dt.date, drawn: list[tuple[bool, int, str, str]], start: str, calls: bool) -> None:
    """Whatever somebody writes in strategie.yml, as long as it is accepted, reaches each level that applies."""
    levels, days = [], 0
    for index, (from_before, more, letter, least) in enumerate(drawn):
        days += more + 8
        moment = f"précédente + {more + 8}" if from_before and index else f"{start} + {days}"
        means = "canal: telephone" if letter == "appel" else f"lettre: {letter}, canal: courrier, validation: non"
        levels.append(f"{{niveau: n{index}, quand: {moment} jours, {means}{least}}}")
    # A call that comes last is waited for until somebody notes it: a letter closes the ladder.
    levels.append(f"{{niveau: n{len(levels)}, quand: précédente + 20 jours, lettre: relance-2, canal: courrier}}")
    with tempfile.TemporaryDirectory() as folder:
        company(Path(folder), strategy(*levels))
        try:
            load_strategy(Path(folder) / "strategie.yml")
        except InvalidInput:
            reject()
        path = dossier(Path(folder), invoice(due.isoformat()))
        reached = [step.niveau for step, _, _ in live(path, due, calls)]
        applies = [n for n, level in enumerate(levels) if "1001" not in level and (calls or "telephone" not in level)]
        assert reached == [*(f"n{index}" for index in applies), "decision"]


def test_rates_are_known_until_then() -> None:
    """The simulation stops where the law tables do: to be moved with them."""
    assert load_law().value("refinancement-bce", on=END).valeur
