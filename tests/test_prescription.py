"""Limitation with what interrupts and suspends it: every date here was counted by hand on a calendar."""

from typing import Any

import pytest
from pydantic import ValidationError

from generator.law import Law
from tests.limitation_cases import case_with, course, event, invoice, last


@pytest.mark.parametrize(
    ("cause", "texts"),
    [
        ("reconnaissance", "c-civ-2240"),
        ("paiement-partiel", "c-civ-2240"),
        ("acte-d-execution", "c-civ-2244"),
        ("mesure-conservatoire", "c-civ-2244"),
    ],
)
def test_what_is_over_at_once_starts_a_new_period(law: Law, cause: str, texts: str) -> None:
    """Five years again, that day not counted; until then the period was to end on 10 March 2027."""
    found = course(law, case_with(event("2025-06-18", cause)))

    assert (str(found.initiale), str(found.periode.jusqu_au)) == ("2027-03-10", "2030-06-18")
    (step,) = found.etapes
    assert (step.effet, str(step.jusqu_au)) == ("interruption", "2030-06-18")
    assert texts in step.articles
    assert str(found.periode.depuis) == "2025-06-18"


@pytest.mark.parametrize(
    ("cause", "texts"), [("demande-en-justice", "c-civ-2242"), ("declaration-de-creance", "c-com-l622-25-1")]
)
def test_a_claim_in_court_lasts_until_the_end_of_the_case(law: Law, cause: str, texts: str) -> None:
    """The new period starts when the case, or the collective proceedings, ends."""
    found = course(law, case_with(event("2025-06-18", cause, fin_le="2026-09-30")))
    assert (str(found.periode.jusqu_au), found.etat) == ("2031-09-30", "en-cours")
    assert texts in found.etapes[0].articles


@pytest.mark.parametrize("end", [None, "2026-12-01"])
def test_a_case_that_still_goes_on_stops_the_clock(law: Law, end: str | None) -> None:
    """No end known, or an end to come: five years from today at the earliest, and nothing rings."""
    fields = {"fin_le": end} if end else {}
    found = course(law, case_with(event("2025-06-18", "demande-en-justice", **fields)))

    assert (found.etat, str(found.periode.jusqu_au)) == ("arretee", "2031-11-21")
    assert any("2243" in remark for remark in found.remarques)


@pytest.mark.parametrize(
    ("le", "until", "effect"),
    [
        ("2027-03-10", "2032-03-10", "interruption"),  # the last day is still in time
        ("2027-03-11", "2027-03-10", "aucun"),
        ("2022-03-11", "2027-03-11", "interruption"),
        ("2022-03-10", "2027-03-10", "aucun"),  # the day of performance is where it starts anyway
        ("2022-03-09", "2027-03-10", "aucun"),
    ],
)
def test_both_ends_of_the_period(law: Law, le: str, until: str, effect: str) -> None:
    """Before it starts and after it is over, nothing can be interrupted."""
    found = course(law, case_with(event(le), factures=[invoice(emise_le="2022-03-01")]), "2027-06-01")
    assert (str(found.periode.jusqu_au), found.etapes[0].effet) == (until, effect)


def test_an_acknowledgement_that_comes_too_late(law: Law) -> None:
    """It does not interrupt (Cass. 1re civ., 19 May 2021): a waiver would be another thing, and is named."""
    found = course(law, case_with(event("2027-03-11")), "2027-06-01")
    assert found.etat == "acquise"
    assert "renonciation" in found.etapes[0].phrase
    assert "cass-civ1-2021-05-19" in found.etapes[0].articles


@pytest.mark.parametrize(
    ("qualite", "secteur", "until"),
    [
        ("professionnel", "general", "2029-02-28"),
        ("particulier", "general", "2026-02-28"),
        ("professionnel", "transport", "2025-02-28"),
        ("public", "general", "2028-12-31"),
    ],
)
def test_an_event_of_29_february(law: Law, qualite: str, secteur: str, until: str) -> None:
    """The last day is 28 February: the first day counted was 1 March."""
    found = last(
        law, event("2024-02-29"), au="2024-06-01", qualite=qualite, secteur=secteur,
        factures=[invoice(performed="2023-06-15")],
    )  # fmt: skip
    assert found == until


def test_a_last_day_of_29_february(law: Law) -> None:
    """From 28 February 2023, one year of carriage ends on 28 February 2024: of two readings, the earlier one."""
    assert last(law, secteur="transport", factures=[invoice(performed="2023-02-28")]) == "2024-02-28"


def test_a_last_day_that_is_a_holiday_is_not_put_off(law: Law) -> None:
    """1 May 2027 is a Saturday and a holiday: it stays the last day (Cass. 2e civ., 7 April 2016)."""
    assert last(law, factures=[invoice(performed="2022-05-01")]) == "2027-05-01"


def test_two_events_in_a_row(law: Law) -> None:
    """The second counts only because the first came in time; the order of the file changes nothing."""
    consumer: dict[str, Any] = {"qualite": "particulier", "au": "2027-01-01"}
    first, second = event("2024-03-10"), event("2026-03-10")

    assert last(law, first, second, **consumer) == "2028-03-10"
    assert last(law, second, first, **consumer) == "2028-03-10"
    assert last(law, second, **consumer) == "2024-03-10"
    assert last(law, first, event("2026-03-11"), **consumer) == "2026-03-10"


def test_a_mediation_gives_back_its_days(law: Law) -> None:
    """From 10 January to 10 March 2025: 59 days, added to 10 March 2027."""
    found = course(law, case_with(event("2025-01-10", "mediation", fin_le="2025-03-10")))
    assert (str(found.periode.jusqu_au), found.etapes[0].effet) == ("2027-05-08", "suspension")
    assert "c-civ-2238" in found.etapes[0].articles
    assert str(found.periode.depuis) == "2022-03-10"  # nothing is erased


@pytest.mark.parametrize("cause", ["mediation", "conciliation", "procedure-participative", "petites-creances"])
def test_ten_days_left_then_six_months(law: Law, cause: str) -> None:
    """Ten days before the end, a mediation of three weeks: six months from its end (C. civ. 2238)."""
    assert last(law, event("2027-02-28", cause, fin_le="2027-03-21"), au="2027-06-01") == "2027-09-21"


@pytest.mark.parametrize(
    ("begins", "ends", "until"),
    [
        ("2026-08-01", "2026-09-09", "2027-04-18"),  # 39 days given back: more than six months are left
        ("2026-08-01", "2026-10-20", "2027-05-29"),  # 80 days
        ("2026-10-01", "2026-11-20", "2027-05-20"),  # 50 days would give 29 April: six months give more
    ],
)
def test_around_the_six_months(law: Law, begins: str, ends: str, until: str) -> None:
    """The rest when it is more than six months, six months when it is less."""
    assert last(law, event(begins, "mediation", fin_le=ends)) == until


def test_a_mediation_that_goes_on(law: Law) -> None:
    """Counted as if it ended today, which is the earliest there can be; the next day it is one day later."""
    running = event("2026-11-01", "conciliation")
    assert course(law, case_with(running)).etat == "arretee"
    assert last(law, running) == "2027-05-21"
    assert last(law, running, au="2026-11-22") == "2027-05-22"


def test_an_acknowledgement_during_a_mediation(law: Law) -> None:
    """The new period starts when the mediation is over, and its days are not given back twice."""
    mediation = event("2025-01-10", "mediation", fin_le="2025-03-10")
    assert last(law, mediation, event("2025-02-01")) == "2030-03-10"
    assert last(law, mediation, event("2025-03-11")) == "2030-03-11"


def test_a_mediation_inside_a_case(law: Law) -> None:
    """What is already stopped is not stopped twice; what goes beyond is added."""
    suit = event("2024-01-10", "demande-en-justice", fin_le="2025-01-10")
    assert last(law, suit, event("2024-06-01", "mediation", fin_le="2024-09-01")) == "2030-01-10"
    # 10 January 2025 starts the new period and is not counted; 11 to 20 January: nine days given back.
    assert last(law, suit, event("2024-06-01", "mediation", fin_le="2025-01-20")) == "2030-01-19"


@pytest.mark.parametrize(
    ("le", "until"),
    [
        ("2022-12-31", "2026-12-31"),  # the year of the claim: the period had not begun
        ("2023-01-01", "2027-12-31"),
        ("2026-12-31", "2030-12-31"),  # the last day
        ("2027-01-01", "2026-12-31"),  # too late
    ],
)
@pytest.mark.parametrize("cause", ["reclamation", "reconnaissance", "paiement-partiel"])
def test_a_public_body_starts_again_on_1_january(law: Law, cause: str, le: str, until: str) -> None:
    """Performed in 2022: 2023 to 2026; then four whole years after the year of the event (loi 68-1250, art. 2)."""
    assert last(law, event(le, cause), qualite="public", au="2027-06-01") == until


def test_a_public_body_before_its_judge(law: Law) -> None:
    """From 1 January after the year in which the decision is final."""
    suit = event("2024-06-01", "demande-en-justice", fin_le="2026-02-03")
    assert last(law, suit, qualite="public") == "2030-12-31"


@pytest.mark.parametrize(
    "cause", ["acte-d-execution", "mesure-conservatoire", "conciliation", "procedure-participative"]
)
def test_causes_that_the_law_of_public_bodies_does_not_name(law: Law, cause: str) -> None:
    """Not counted, and it is said."""
    found = course(law, case_with(event("2025-06-18", cause), qualite="public"))
    assert (str(found.periode.jusqu_au), found.etapes[0].effet) == ("2026-12-31", "aucun")
    assert "par prudence" in found.etapes[0].phrase


@pytest.mark.parametrize(
    ("begins", "ends", "until"),
    [
        ("2025-01-10", "2025-03-10", "2027-02-28"),  # 59 days after 31 December 2026
        ("2025-01-10", "2025-12-10", "2027-06-30"),  # six months at most: until 10 July, 181 days
        ("2026-12-21", "2026-12-24", "2027-06-24"),  # six months at least
    ],
)
def test_a_mediation_with_a_public_body(law: Law, begins: str, ends: str, until: str) -> None:
    """Six months at most, and six months at least afterwards (loi 68-1250, art. 2-1)."""
    assert last(law, event(begins, "mediation", fin_le=ends), qualite="public", au="2026-12-31") == until


def test_only_the_invoices_named(law: Law) -> None:
    """`factures` limits the effect; without it, an event is about what was issued by then."""
    both = [invoice("F-1"), invoice("F-2", "2023-09-01")]
    named = case_with(event("2025-06-18", factures=["F-2"]), factures=both)
    assert [str(course(law, named, number=n).periode.jusqu_au) for n in (0, 1)] == ["2027-03-10", "2030-06-18"]

    late_issued = [invoice("F-1"), invoice("F-2", "2023-08-01", emise_le="2023-09-01", echeance="2023-10-01")]
    early = case_with(event("2023-08-31"), factures=late_issued)
    assert [str(course(law, early, number=n).periode.jusqu_au) for n in (0, 1)] == ["2028-08-31", "2028-08-01"]
    issued = case_with(event("2023-09-01"), factures=late_issued)
    assert [str(course(law, issued, number=n).periode.jusqu_au) for n in (0, 1)] == ["2028-09-01", "2028-09-01"]


def test_the_long_stop(law: Law) -> None:
    """Twenty years from performance for acknowledgements; a claim in court is not bound by it (C. civ. 2232)."""
    chain = [event(f"{year}-03-10") for year in (2012, 2016, 2020, 2024)]
    old: dict[str, Any] = {"factures": [invoice(performed="2008-06-20")]}
    assert last(law, *chain, **old) == "2028-06-20"
    assert last(law, *chain, event("2026-02-01", "acte-d-execution"), **old) == "2031-02-01"
    assert last(law, *chain, event("2026-02-01"), **old) == "2028-06-20"


def test_an_unknown_performance_is_told(law: Law) -> None:
    """The day of the invoice may be too late a start: it is said, and only then."""
    unknown = course(law, case_with(factures=[invoice(performed=None)]))
    assert str(unknown.periode.jusqu_au) == "2027-03-10"
    assert any("trop tardive" in remark for remark in unknown.remarques)
    assert course(law, case_with()).remarques == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (event("2025-06-18", fin_le="2025-07-01"), "fin_le n'a pas de sens"),
        (event("2025-06-18", "mediation", fin_le="2025-06-17"), "la fin précède le début"),
    ],
)
def test_events_that_contradict_themselves(wrong: dict[str, Any], said: str) -> None:
    """An end for what does not last, an end before the beginning."""
    with pytest.raises(ValidationError, match=said):
        case_with(wrong)


def test_a_later_event_is_not_known_yet(law: Law) -> None:
    """A picture of an earlier day never changes."""
    assert last(law, event("2026-11-22")) == "2027-03-10"
    assert last(law, event("2026-11-21")) == "2031-11-21"
