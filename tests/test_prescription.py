"""Limitation with what interrupts and suspends it: every date here was counted by hand on a calendar."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from generator.case import Case
from generator.journal import Event
from generator.law import Law, load_law
from generator.limitation import Course, limitation, limitation_course
from generator.limitation_events import with_claims
from generator.portfolio.deadlines import case_deadlines
from generator.statement import Statement, build_statement
from tests.conftest import case_data, day

AU = "2026-11-21"
DEBTOR = {"nom": "Client", "adresse": {"lignes": ["1 rue"], "code_postal": "37000", "ville": "Tours"}}


def invoice(number: str = "F-1", performed: str | None = "2022-03-10", **fields: Any) -> dict[str, Any]:
    """An invoice performed that day, issued then too."""
    start = performed or "2022-03-10"
    due = str(day(start) + dt.timedelta(days=30))
    data = {"numero": number, "emise_le": start, "executee_le": performed, "echeance": due, "montant_ttc": "1000"}
    return {name: value for name, value in {**data, **fields}.items() if value is not None}


def case_with(
    *events: dict[str, Any],
    qualite: str = "professionnel",
    secteur: str = "general",
    factures: list[dict[str, Any]] | None = None,
    **rest: Any,
) -> Case:
    """A dossier of one invoice performed on 10 March 2022, with these events."""
    return Case.model_validate(
        case_data(
            debiteur={**DEBTOR, "qualite": qualite, **rest.pop("debiteur", {})},
            conditions={"secteur": secteur},
            factures=factures or [invoice()],
            prescription={"evenements": list(events)},
            **rest,
        )
    )


def course(law: Law, case: Case, au: str = AU, journal: tuple[Event, ...] = (), number: int = 0) -> Course:
    """The limitation of one invoice of the dossier."""
    return limitation_course(case, case.factures[number], law, day(au), journal)


def last(law: Law, *events: dict[str, Any], au: str = AU, **rest: Any) -> str:
    """The last day to act, once these events are counted."""
    return str(course(law, case_with(*events, **rest), au).periode.jusqu_au)


def event(le: str, cause: str = "reconnaissance", **fields: Any) -> dict[str, Any]:
    """An event as a dossier writes it."""
    return {"le": le, "cause": cause, **fields}


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
    consumer = {"qualite": "particulier", "au": "2027-01-01"}
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


@pytest.mark.parametrize("cause", ["mediation", "conciliation", "procedure-participative"])
def test_ten_days_left_then_six_months(law: Law, cause: str) -> None:
    """Ten days before the end, a mediation of three weeks: six months from its end (C. civ. 2238)."""
    assert last(law, event("2027-02-28", cause, fin_le="2027-03-21"), au="2027-06-01") == "2027-09-21"


@pytest.mark.parametrize(
    ("begins", "until"),
    [
        ("2026-09-10", "2027-04-10"),  # 10 March, and the 31 days: later than 11 April less one
        ("2026-09-11", "2027-04-12"),
    ],
)
def test_around_the_six_months(law: Law, begins: str, until: str) -> None:
    """The rest when it is more than six months, six months when it is less."""
    end = {"2026-09-10": "2026-10-11", "2026-09-11": "2026-10-12"}[begins]
    assert last(law, event(begins, "mediation", fin_le=end)) == max(until, str(_six_months_after(end)))


def _six_months_after(end: str) -> dt.date:
    return {"2026-10-11": day("2027-04-11"), "2026-10-12": day("2027-04-12")}[end]


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


def test_a_letter_interrupts_nothing(law: Law) -> None:
    """Except against a public body: told with its decision, in the dossier as in the journal."""
    claim = event("2025-06-18", "reclamation")
    found = course(law, case_with(claim, mise_en_demeure={"envoyee_le": "2025-06-19"}))
    assert str(found.periode.jusqu_au) == "2027-03-10"
    assert [(s.effet, s.articles) for s in found.etapes] == [("aucun", ("cass-com-2022-05-18",))]

    case = case_with()
    sent = Event(le=day("2025-06-18"), action="envoi", lettre="relance-1", canal="lrar")
    assert with_claims(case, [sent], day(AU)) is case


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


def test_letters_of_the_journal_to_a_public_body(law: Law) -> None:
    """A letter sent counts the day it goes; spoken words, letters to others and later ones do not."""
    case = case_with(qualite="public")
    sent = Event(le=day("2024-05-02"), action="envoi", lettre="relance-1", canal="email")
    call = Event(le=day("2025-05-02"), action="envoi", canal="telephone")
    answer = Event(le=day("2025-05-02"), action="reponse", canal="email")
    later = Event(le=day("2026-12-01"), action="envoi", canal="lrar")
    assert with_claims(case, [call, answer, later], day(AU)) is case

    told = with_claims(case, [sent, call, answer, later], day(AU))
    found = course(law, told)
    assert str(found.periode.jusqu_au) == "2028-12-31"
    assert "relance-1" in (found.etapes[0].note or "")
    assert with_claims(told, [sent], day(AU)) is told
    assert statement(law, told).prescription == found.periode


def test_a_letter_to_somebody_else_is_no_claim(law: Law) -> None:
    """Every letter of ours whose reader is not the debtor."""
    from generator.letters import find_letters
    from generator.resources import builtin

    case = case_with(qualite="public")
    others = [x.id for x in find_letters((builtin("letters"),)) if x.spec.destinataire != "debiteur"]
    assert others
    sent = [Event(le=day("2024-05-02"), action="envoi", lettre=name, canal="lrar") for name in others]
    assert with_claims(case, sent, day(AU)) is case


def test_the_mise_en_demeure_of_a_dossier_against_a_public_body(law: Law) -> None:
    """By itself a written claim, once, even when the user noted it too."""
    notice = {"mise_en_demeure": {"envoyee_le": "2024-05-02"}}
    assert last(law, qualite="public", **notice) == "2028-12-31"
    found = course(law, case_with(event("2024-05-02", "reclamation"), qualite="public", **notice))
    assert len(found.etapes) == 1


def test_only_the_invoices_named(law: Law) -> None:
    """`factures` limits the effect; without it, an event is about what was issued by then."""
    both = [invoice("F-1"), invoice("F-2", "2023-09-01")]
    named = case_with(event("2025-06-18", factures=["F-2"]), factures=both)
    assert [str(course(law, named, number=n).periode.jusqu_au) for n in (0, 1)] == ["2027-03-10", "2030-06-18"]

    early = case_with(
        event("2023-08-31"), factures=[invoice("F-1"), invoice("F-2", "2023-08-01", emise_le="2023-09-01")]
    )
    assert [str(course(law, early, number=n).periode.jusqu_au) for n in (0, 1)] == ["2028-08-31", "2028-08-01"]
    issued = case_with(event("2023-09-01"), factures=list(early.model_dump()["factures"]))
    assert [str(course(law, issued, number=n).periode.jusqu_au) for n in (0, 1)] == ["2028-09-01", "2028-09-01"]


def test_a_declared_claim_of_the_dossier(law: Law) -> None:
    """`declaree_le` counts by itself, for what was born before the judgment."""
    proceedings = {"type": "redressement", "jugement_le": "2025-02-03", "declaree_le": "2025-03-01"}
    case = case_with(
        debiteur={"procedure_collective": proceedings}, factures=[invoice("F-1"), invoice("F-2", "2025-02-03")]
    )
    assert [course(law, case, number=n).etat for n in (0, 1)] == ["arretee", "en-cours"]
    noted = case_with(
        event("2025-03-01", "declaration-de-creance", fin_le="2026-03-02"),
        debiteur={"procedure_collective": proceedings},
    )
    assert str(course(law, noted).periode.jusqu_au) == "2031-03-02"


def decided(kind: str, **fields: Any) -> dict[str, Any]:
    """A decision of 1 September 2025."""
    return {"decision": {"type": kind, "rendue_le": "2025-09-01", "interets": "penalites", **fields}}


def test_an_order_served(law: Law) -> None:
    """The service interrupts (Cass. 1re civ., 9 September 2020); an opposition keeps the case open."""
    assert last(law, **decided("ordonnance-injonction")) == "2027-03-10"
    assert last(law, **decided("ordonnance-injonction", signifiee_le="2025-10-06")) == "2030-10-06"
    opposed = case_with(**decided("ordonnance-injonction", signifiee_le="2025-10-06", opposition_le="2025-10-20"))
    assert course(law, opposed).etat == "arretee"


@pytest.mark.parametrize("kind", ["jugement", "ordonnance-injonction"])
def test_a_title_is_enforced_for_ten_years(law: Law, kind: str) -> None:
    """From the day it became enforceable, and no longer the time to sue."""
    case = case_with(**decided(kind, executoire_le="2025-12-01"))
    before, after = course(law, case, "2025-11-30"), course(law, case, "2025-12-01")
    assert before.etat == "en-cours"
    assert (after.etat, str(after.periode.jusqu_au)) == ("titre", "2035-12-01")
    assert codes(statement(law, case, "2027-06-01")) == set()


def test_a_decision_whose_claim_is_not_dated(law: Law) -> None:
    """A référé settles nothing for good: the user is asked for the day of the claim."""
    found = course(law, case_with(**decided("refere", executoire_le="2025-09-01")))
    assert found.etat == "en-cours"
    assert any("demande en justice" in remark for remark in found.remarques)
    dated = event("2025-06-01", "demande-en-justice", fin_le="2025-09-01")
    assert not any("n'est pas datée" in r for r in course(law, case_with(dated, **decided("refere"))).remarques)


def test_the_long_stop(law: Law) -> None:
    """Twenty years from performance for acknowledgements; a claim in court is not bound by it (C. civ. 2232)."""
    chain = [event(f"{year}-03-10") for year in (2012, 2016, 2020, 2024)]
    old = {"factures": [invoice(performed="2008-06-20")]}
    assert last(law, *chain, **old) == "2028-06-20"
    assert last(law, *chain, event("2026-02-01", "acte-d-execution"), **old) == "2031-02-01"
    assert last(law, *chain, event("2026-02-01"), **old) == "2028-06-20"


def test_what_may_be_an_acknowledgement_is_not_counted(law: Law) -> None:
    """A signed plan, a promise, a payment: the day each would give, and nothing more."""
    plan = {"signe_le": "2024-04-02", "montant": "1000", "echeances": [{"le": "2024-05-02", "montant": "1000"}]}
    case = case_with(
        plan=plan,
        promesses=[{"recue_le": "2024-07-01", "payer_le": "2024-07-15", "canal": "telephone"}],
        paiements=[{"recu_le": "2025-08-04", "montant": "100", "facture": "F-1"}],
    )
    noted = Event(le=day("2025-09-01"), action="paiement", montant="50")  # type: ignore[arg-type]
    found = course(law, case, journal=(noted,))

    assert str(found.periode.jusqu_au) == "2027-03-10"
    assert [(str(d.le), str(d.jusqu_au)) for d in found.a_verifier] == [
        ("2024-04-02", "2029-04-02"),
        ("2024-07-01", "2029-07-01"),
        ("2025-08-04", "2030-08-04"),
        ("2025-09-01", "2030-09-01"),
    ]
    assert "difficile à prouver" in found.a_verifier[1].nature


def test_what_may_count_disappears_once_it_counts(law: Law) -> None:
    """Written as an event, or of another invoice, or after the end, or without gain: not shown."""
    paid = {"paiements": [{"recu_le": "2025-08-04", "montant": "100", "facture": "F-1"}]}
    assert course(law, case_with(event("2025-08-04", "paiement-partiel"), **paid)).a_verifier == ()
    both = case_with(factures=[invoice("F-1"), invoice("F-2")], **paid)
    assert [len(course(law, both, number=n).a_verifier) for n in (0, 1)] == [1, 0]
    assert course(law, case_with(qualite="particulier", **paid)).a_verifier == ()
    assert course(law, case_with(event("2025-08-05"), **paid)).a_verifier == ()


def test_an_unknown_performance_is_told(law: Law) -> None:
    """The day of the invoice may be too late a start: it is said, and only then."""
    unknown = course(law, case_with(factures=[invoice(performed=None)]))
    assert str(unknown.periode.jusqu_au) == "2027-03-10"
    assert any("trop tardive" in remark for remark in unknown.remarques)
    assert course(law, case_with()).remarques == ()


def statement(law: Law, case: Case, au: str = AU) -> Statement:
    """The statement of the dossier."""
    return build_statement(case, law, day(au))


def codes(found: Statement) -> set[str]:
    """The limitation warnings of a statement."""
    return {n.code for n in found.avertissements if n.code.startswith("prescription")}


@pytest.mark.parametrize(
    ("au", "wanted", "state"),
    [
        ("2029-12-17", set(), "en-cours"),
        ("2029-12-18", {"prescription-proche"}, "proche"),
        ("2030-05-17", {"prescription-proche"}, "proche"),
        ("2030-05-18", {"prescription-proche", "prescription-imminente"}, "imminente"),
        ("2030-06-18", {"prescription-proche", "prescription-imminente"}, "imminente"),
        ("2030-06-19", {"prescription-acquise"}, "acquise"),
    ],
)
def test_warnings_of_the_statement(au: str, wanted: set[str], state: str) -> None:
    """Six months, one month, the day after: around the day that the events give. Rates of 2030 are not needed."""
    law = load_law()
    case = case_with(event("2025-06-18"), conditions={"penalites": "abandonner"})
    found = course(law, case, au)
    assert found.etat == state
    from generator.notices import limitation_notices

    assert {n.code for n in limitation_notices(found, law)} == wanted


def test_the_statement_counts_the_events(law: Law) -> None:
    """Passed without them, not with them; the earliest running period is the one of the statement."""
    late = [invoice("F-1", "2021-03-10"), invoice("F-2", "2021-09-10")]
    assert codes(statement(law, case_with(factures=late))) == {"prescription-acquise"}
    saved = case_with(event("2025-06-18", factures=["F-1", "F-2"]), factures=late)
    assert codes(statement(law, saved)) == set()

    suit = case_with(event("2025-06-18", "demande-en-justice", factures=["F-1"]), factures=late)
    period = statement(law, suit).prescription
    assert period is not None
    assert str(period.jusqu_au) == "2026-09-10"  # what runs comes before what is stopped


def test_the_agenda_rings_three_times(law: Law) -> None:
    """Six months, one month, the last day; nothing while a case goes on."""
    case = case_with(event("2025-06-18"))
    found = {d.code: str(d.le) for d in case_deadlines(case, statement(law, case), law, ())}
    assert found == {
        "prescription-alerte-F-1": "2029-12-18",
        "prescription-urgence-F-1": "2030-05-18",
        "prescription-F-1": "2030-06-18",
    }
    suit = case_with(event("2025-06-18", "demande-en-justice"))
    assert case_deadlines(suit, statement(law, suit), law, ()) == ()


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


DAYS = st.dates(dt.date(2021, 1, 1), dt.date(2026, 11, 21))
LASTING = ["demande-en-justice", "declaration-de-creance", "mediation", "conciliation", "procedure-participative"]
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
PROPERTY = settings(max_examples=300, derandomize=True, database=None, deadline=None)
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
    if before.etat == "acquise":
        after = course(LAW, case_with(*events, event(str(late), cause), qualite=kind), au)
        assert limitation(case, case.factures[0], LAW, day(au)).jusqu_au == after.periode.jusqu_au


@PROPERTY
@given(drawn_events(), KINDS, DAYS)
def test_one_more_event_never_shortens(events: list[dict[str, Any]], kind: str, le: dt.date) -> None:
    """Adding an acknowledgement anywhere in time gives the same day or a later one."""
    without = course(LAW, case_with(*events, qualite=kind)).periode.jusqu_au
    assert course(LAW, case_with(*events, event(str(le)), qualite=kind)).periode.jusqu_au >= without
