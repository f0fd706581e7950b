"""Properties of limitation, whatever the events: it only goes further, and once it is over it is over."""

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generator.law import load_law
from generator.limitation import limitation
from tests.conftest import day
from tests.limitation_cases import AU, case_with, course, event

DAYS = st.dates(dt.date(2021, 1, 1), dt.date(2026, 11, 21))
LASTING = [
    "demande-en-justice", "declaration-de-creance", "mediation", "conciliation", "procedure-participative", "petites-creances",
]  # fmt: skip
INSTANT = ["reconnaissance", "paiement-partiel", "acte-d-execution", "mesure-conservatoire", "reclamation"]


@st.composite
def drawn_events(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few events of any kind, with or without an end."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        le = draw(DAYS)
        if draw(st.booleans()):
            found.append(event(str(le), draw(st.sampled_from(INSTANT))))
        else:
            end = draw(st.none() | st.dates(le, dt.date(2027, 6, 1)))
            found.append(event(str(le), draw(st.sampled_from(LASTING)), **({"fin_le": str(end)} if end else {})))
    return found


KINDS = st.sampled_from(["professionnel", "particulier", "public"])
PROPERTY = settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much],  # many periods are not over yet
)
LAW = load_law()


@PROPERTY
@given(drawn_events(), KINDS)
def test_no_event_ever_shortens(events: list[dict[str, Any]], kind: str) -> None:
    """Step by step the last day only goes further, and the whole is what the last step says."""
    found = course(LAW, case_with(*events, qualite=kind))
    days = [found.initiale, *(step.jusqu_au for step in found.etapes)]
    assert days == sorted(days)
    assert found.periode.jusqu_au == days[-1]


@PROPERTY
@given(drawn_events(), KINDS, st.sampled_from([*INSTANT, *LASTING]), st.integers(1, 400))
def test_nothing_after_the_end_changes_anything(events: list[dict[str, Any]], kind: str, cause: str, days: int) -> None:
    """Once the period is over, it is over, whatever comes later."""
    case = case_with(*events, qualite=kind)
    before = course(LAW, case)
    late = before.periode.jusqu_au + dt.timedelta(days=days)
    au = str(max(late, day(AU)))
    assume(before.etat == "acquise")
    after = course(LAW, case_with(*events, event(str(late), cause), qualite=kind), au)
    assert limitation(case, case.factures[0], LAW, day(au)).jusqu_au == after.periode.jusqu_au


@PROPERTY
@given(drawn_events(), KINDS, DAYS)
def test_one_more_event_never_shortens(events: list[dict[str, Any]], kind: str, le: dt.date) -> None:
    """Adding an acknowledgement anywhere in time gives the same day or a later one."""
    without = course(LAW, case_with(*events, qualite=kind)).periode.jusqu_au
    assert course(LAW, case_with(*events, event(str(le)), qualite=kind)).periode.jusqu_au >= without
