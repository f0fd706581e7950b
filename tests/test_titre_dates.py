"""The days that count after a decision, each counted by hand on a calendar (CPC 641 and 642)."""

from typing import Any

import pytest

from generator.case import Case
from generator.court.after_order import OrderDeadline, agenda_entries, order_deadlines
from generator.law import Law
from tests.conftest import case_data, day

ORDER = {"type": "ordonnance-injonction", "rendue_le": "2026-10-05", "interets": "legal"}


def _case(**changes: Any) -> Case:
    invoice = {"numero": "F-1", "emise_le": "2020-05-01", "echeance": "2020-06-01", "montant_ttc": "10000.01"}
    return Case.model_validate(case_data(factures=[invoice], decision=ORDER | changes))


def _one(law: Law, code: str, au: str = "2026-11-21", **changes: Any) -> OrderDeadline:
    (found,) = (d for d in order_deadlines(_case(**changes), law, day(au)) if d.code == code)
    return found


def _codes(law: Law, au: str = "2026-11-21", **changes: Any) -> list[str]:
    return [d.code for d in order_deadlines(_case(**changes), law, day(au))]


# 2026: 28 February is a Saturday; 1 March a Sunday. 2027: 5 January is a Tuesday; Easter Monday is 29 March.
@pytest.mark.parametrize(
    ("ordered", "plain", "last"),
    [
        ("2026-08-31", "2027-02-28", "2027-03-01"),  # six months; no 31 in February; 28 is a Sunday
        ("2026-09-01", "2026-12-01", "2026-12-01"),  # three months, a Tuesday
        ("2026-09-25", "2026-12-25", "2026-12-28"),  # Christmas, a Friday, then the week-end
        ("2026-11-30", "2027-02-28", "2027-03-01"),
        ("2026-12-29", "2027-03-29", "2027-03-30"),  # Easter Monday
        ("2023-08-31", "2024-02-29", "2024-02-29"),  # a leap year, a Thursday
        ("2026-10-02", "2027-01-02", "2027-01-04"),  # a Saturday
    ],
)
def test_an_order_is_served_within_three_months_or_six_before_september_2026(
    ordered: str, plain: str, last: str, law: Law
) -> None:
    """It is the date of the order that counts; a last day off is carried to the next working day."""
    found = _one(law, "signifier-ordonnance", au="2027-01-01", rendue_le=ordered)

    assert (found.depart, found.sans_report, found.dernier_jour) == (day(ordered), day(plain), day(last))
    assert found.articles[:3] == ("cpc-1411", "cpc-641", "cpc-642")
    assert ("cpc-664" in found.articles) == (found.prudent != found.sans_report)
    assert found.confiance == "haute"


def test_opposition_runs_a_month_from_a_service_in_person(law: Law) -> None:
    """Served on Wednesday 14 October 2026: until Saturday 14 November, carried to Monday 16."""
    found = _one(law, "opposition", signifiee_le="2026-10-14", signification="personne")

    assert (found.sans_report, found.dernier_jour) == (day("2026-11-14"), day("2026-11-16"))
    assert "opposition-tardive" not in _codes(law, signifiee_le="2026-10-14", signification="personne")


def test_without_a_service_in_person_opposition_stays_open(law: Law) -> None:
    """Until a month after the first act served in person, or the first seizure (CPC 1416): 12 January, then 12 February."""
    waiting = _one(law, "opposition-tardive", signifiee_le="2026-10-14", signification="autre")
    known = _one(
        law, "opposition-tardive", au="2027-01-20", signifiee_le="2026-10-14", signification="autre",
        premier_acte_le="2027-01-12",
    )  # fmt: skip
    unsaid = _one(law, "opposition-tardive", signifiee_le="2026-10-14")

    assert (waiting.dernier_jour, waiting.a_noter) == (None, "decision.premier_acte_le")
    assert (known.dernier_jour, known.a_noter) == (day("2027-02-12"), None)
    assert "à vérifier sur l'acte" in unsaid.libelle
    assert "à vérifier" not in waiting.libelle


@pytest.mark.parametrize(
    ("ordered", "served", "last", "confidence"),
    [
        ("2026-09-01", "2026-10-14", "2026-12-14", "haute"),  # two months, a Monday
        ("2026-08-31", "2026-10-14", "2026-11-16", "moyenne"),  # the month of opposition, carried over
        ("2026-10-05", "2026-11-07", "2027-01-07", "haute"),
    ],
)
def test_enforcement_goes_on_after_two_months_without_notice(
    ordered: str, served: str, last: str, confidence: str, law: Law
) -> None:
    """Orders from September 2026: two months from the service; before, the end of the time for opposition."""
    found = _one(law, "executer-ordonnance", rendue_le=ordered, signifiee_le=served)

    assert (found.dernier_jour, found.confiance) == (day(last), confidence)
    assert found.rappel is not None
    assert (found.rappel[0] - day(last)).days == 1


@pytest.mark.parametrize(
    ("invited", "plain", "last"),
    [
        ("2026-11-16", "2026-12-01", "2026-12-01"),  # the day of the invitation does not count
        ("2026-11-13", "2026-11-28", "2026-11-30"),  # a Saturday
        ("2026-12-10", "2026-12-25", "2026-12-28"),
    ],
)
def test_opposition_fees_within_fifteen_days_of_the_invitation(invited: str, plain: str, last: str, law: Law) -> None:
    """Before the tribunal de commerce only (CPC 1425)."""
    changes = {
        "juridiction": "tribunal de commerce de Tours",
        "opposition_le": "2026-11-10",
        "invitation_greffe_le": invited,
    }
    found = _one(law, "frais-opposition", au="2026-11-10", **changes)

    assert (found.sans_report, found.dernier_jour) == (day(plain), day(last))
    assert _codes(law, **changes) == ["signifier-ordonnance", "frais-opposition"]


@pytest.mark.parametrize(("amount", "lawyer"), [("10000", False), ("10000.01", True)])
def test_a_lawyer_over_ten_thousand_euros_before_the_tribunal_judiciaire(amount: str, lawyer: bool, law: Law) -> None:
    """Within fifteen days of the notice of the registry; up to 10 000 € included, none is needed."""
    changes = {
        "juridiction": "tribunal judiciaire de Tours", "opposition_le": "2026-11-10", "avis_opposition_le": "2026-11-16",
        "montant": amount,
    }  # fmt: skip
    codes = _codes(law, **changes)

    assert ("avocat-apres-opposition" in codes) is lawyer
    assert "frais-opposition" not in codes
    if lawyer:
        assert _one(law, "avocat-apres-opposition", **changes).dernier_jour == day("2026-12-01")


def test_an_unnamed_court_shows_both_and_the_field_to_write(law: Law) -> None:
    """The amount is then that of the invoices: 10 000.01 €."""
    found = [d for d in order_deadlines(_case(opposition_le="2026-11-10"), law, day("2026-11-21")) if d.a_noter]

    assert [(d.code, d.a_noter) for d in found] == [
        ("frais-opposition", "decision.invitation_greffe_le"),
        ("avocat-apres-opposition", "decision.avis_opposition_le"),
    ]


@pytest.mark.parametrize(("ordered", "last"), [("2026-10-05", "2036-10-05"), ("2024-02-29", "2034-02-28")])
def test_ten_years_to_enforce(ordered: str, last: str, law: Law) -> None:
    """Counted from the decision, the prudent start, and never carried over: 5 October 2036 is a Sunday."""
    found = _one(law, "executer-dans-les-dix-ans", rendue_le=ordered, signifiee_le=ordered)

    assert (found.dernier_jour, found.confiance) == (day(last), "moyenne")


def test_what_opens_when(law: Law) -> None:
    """Nothing before the decision; then the service; then what follows it. Another title: nothing is established."""
    assert _codes(law, au="2026-10-04") == []
    assert _codes(law, au="2026-10-05") == ["signifier-ordonnance"]
    assert _codes(law, signifiee_le="2026-10-14", signification="personne") == [
        "signifier-ordonnance", "opposition", "executer-ordonnance", "executer-dans-les-dix-ans",
    ]  # fmt: skip
    assert _codes(law, type="jugement") == ["signifier-jugement", "executer-dans-les-dix-ans"]
    assert _codes(law, type="jugement", signifiee_le="2026-10-14") == ["executer-dans-les-dix-ans"]
    assert _codes(law, type="titre-l126") == ["signifier-titre"]
    assert _codes(law, type="titre-l126", signifiee_le="2026-10-14") == []
    assert _codes(law, type="autre") == []
    assert order_deadlines(Case.model_validate(case_data()), law, day("2026-11-21")) == ()


def test_an_opposition_counts_from_its_day(law: Law) -> None:
    """The eve, the order still follows its course."""
    changes = {"signifiee_le": "2026-10-14", "opposition_le": "2026-11-10"}

    assert "executer-ordonnance" in _codes(law, au="2026-11-09", **changes)
    assert "executer-ordonnance" not in _codes(law, au="2026-11-10", **changes)


def test_the_agenda_rings_on_the_prudent_day_then_on_the_last(law: Law) -> None:
    """Saturday 2 January 2027 is the day to act; that day past, Monday 4 is still told; after it, nothing."""
    case = _case(rendue_le="2026-10-02")

    ((first, phrase, period),) = agenda_entries(case, law, day("2027-01-02"))
    assert (first, period.code) == (day("2027-01-02"), "signifier-ordonnance")
    assert phrase == "Dernier jour prudent pour faire signifier l'ordonnance du 02/10/2026"
    assert [entry[0] for entry in agenda_entries(case, law, day("2027-01-03"))] == [day("2027-01-04")]
    assert agenda_entries(case, law, day("2027-01-05")) == ()


def test_the_agenda_of_a_served_order(law: Law) -> None:
    """In order of date, each with its code; what waits for a field has no day."""
    entries = agenda_entries(_case(signifiee_le="2026-10-14"), law, day("2026-11-01"))

    assert [(le.isoformat(), period.code) for le, _, period in entries] == [
        ("2026-11-16", "opposition"),
        ("2026-12-15", "executer-ordonnance"),
        ("2036-10-05", "executer-dans-les-dix-ans"),
    ]


def test_an_order_older_than_the_table(law: Law) -> None:
    """The rules are older than the table, which says so: six months from 31 December 2012, a Sunday."""
    found = _one(law, "signifier-ordonnance", rendue_le="2012-12-31")
    assert (found.sans_report, found.dernier_jour) == (day("2013-06-30"), day("2013-07-01"))


@pytest.mark.parametrize(
    ("ordered", "prudent"),
    [
        ("2026-08-31", "2027-02-27"),  # 28 February 2027 is a Sunday
        ("2026-09-25", "2026-12-24"),  # Christmas
        ("2026-12-29", "2027-03-27"),  # Easter Monday, then Sunday: the Saturday before
        ("2026-10-02", "2027-01-02"),  # a Saturday: an act can be served that day
        ("2026-09-01", "2026-12-01"),
    ],
)
def test_nothing_is_served_on_a_sunday_or_a_holiday(ordered: str, prudent: str, law: Law) -> None:
    """CPC 664."""
    assert _one(law, "signifier-ordonnance", au=ordered, rendue_le=ordered).prudent == day(prudent)


def _in(postcode: str, **changes: Any) -> Case:
    case = _case(**changes)
    address = case.debiteur.adresse.model_copy(update={"code_postal": postcode})
    return case.model_copy(update={"debiteur": case.debiteur.model_copy(update={"adresse": address})})


@pytest.mark.parametrize(
    ("postcode", "served", "last"), [("57000", "2026-11-26", "2026-12-28"), ("97400", "2026-11-20", "2026-12-21")]
)
def test_a_local_holiday_that_changes_nothing_is_not_said(law: Law, postcode: str, served: str, last: str) -> None:
    """26 December 2026 is a Saturday, 20 December a Sunday: carried over anyway."""
    case = _in(postcode, signifiee_le=served, signification="personne")
    found = next(d for d in order_deadlines(case, law, day("2026-12-01")) if d.code == "opposition")
    assert (found.dernier_jour, found.confiance) == (day(last), "haute")
    assert "férié local" not in str(found.rappel)


def test_a_local_holiday_is_told_with_its_text_and_its_doubt(law: Law) -> None:
    """In Metz, 26 March 2027 is Good Friday: opposition ends on Tuesday 30; elsewhere on the day itself."""
    changes = {"signifiee_le": "2027-02-26", "rendue_le": "2027-01-05", "signification": "personne"}
    found = {d.code: d for d in order_deadlines(_in("57000", **changes), law, day("2027-03-01"))}
    opposition = found["opposition"]
    assert (opposition.sans_report, opposition.dernier_jour) == (day("2027-03-26"), day("2027-03-30"))
    assert "c-trav-l3134-13" in opposition.articles
    assert opposition.confiance == "moyenne"
    assert opposition.rappel
    assert "jour férié local compté, Moselle" in opposition.rappel[1]
    plain = next(d for d in order_deadlines(_case(**changes), law, day("2027-03-01")) if d.code == "opposition")
    assert (plain.dernier_jour, plain.confiance) == (day("2027-03-26"), "haute")


def test_the_other_waits_count_local_holidays_too(law: Law) -> None:
    """First act on 26 February 2027, in Metz; service on 26 January: two months end on Good Friday as well."""
    changes = {
        "rendue_le": "2027-01-05",
        "signifiee_le": "2027-01-26",
        "signification": "autre",
        "premier_acte_le": "2027-02-26",
    }
    found = {d.code: d for d in order_deadlines(_in("57000", **changes), law, day("2027-03-01"))}
    for code in ("opposition-tardive", "executer-ordonnance"):
        assert found[code].dernier_jour == day("2027-03-30")
        assert "c-trav-l3134-13" in found[code].articles
        assert "jour férié local" in str(found[code].rappel)
    # What the creditor must do keeps the nearer day: Good Friday itself, and nothing is served on it.
    serve = order_deadlines(_in("57000", rendue_le="2026-12-26"), law, day("2027-03-01"))[0]
    assert (serve.prudent, serve.dernier_jour) == (day("2027-03-25"), day("2027-03-26"))
