"""Plans and promises followed on a date, both sides of each threshold."""

import pytest

from generator.case import Case
from generator.conditions import CONDITIONS
from generator.law import Law
from generator.plan import broken_promise, follow_plan, promise_kept
from generator.statement import build_statement
from tests.conftest import case_data, day

PLAN = {
    "signe_le": "2026-08-01",
    "montant": "1200",
    "echeances": [{"le": f"2026-{month}-15", "montant": "400"} for month in ("09", "10", "11")],
}


def _case(*payments: tuple[str, str], **changes: object) -> Case:
    received = [{"recu_le": on, "montant": amount} for on, amount in payments]
    return Case.model_validate(case_data(**({"plan": PLAN, "paiements": received} | changes)))


@pytest.mark.parametrize(
    ("au", "late"),
    [("2026-09-15", "0.00"), ("2026-09-16", "400.00"), ("2026-10-15", "400.00"), ("2026-10-16", "800.00")],
)
def test_an_instalment_is_late_from_the_next_day(au: str, late: str) -> None:
    """Paid on its very day, an instalment is in time."""
    progress = follow_plan(_case(), day(au))

    assert progress is not None
    assert f"{progress.en_retard:.2f}" == late


def test_money_fills_instalments_in_order() -> None:
    """A payment before the signature counted for the debt, not for the plan."""
    progress = follow_plan(_case(("2026-07-20", "100"), ("2026-09-10", "500")), day("2026-10-20"))

    assert progress is not None
    assert [str(e.paye) for e in progress.echeances] == ["400.00", "100.00", "0.00"]
    assert str(progress.en_retard) == "300.00"
    assert str(progress.reste) == "700.00"
    assert [e.le for e in progress.manquees] == [day("2026-10-15")]


def test_no_plan_before_its_signature() -> None:
    """Proposed, or signed later than the statement: nothing to follow."""
    proposed = {key: value for key, value in PLAN.items() if key != "signe_le"}

    assert follow_plan(_case(), day("2026-07-31")) is None
    assert follow_plan(_case(plan=proposed), day("2026-12-01")) is None
    assert follow_plan(_case(), day("2026-08-01")) is not None


def test_a_signed_amendment_replaces_what_is_left() -> None:
    """From its signature, its own dates count, with the money received since."""
    amended = PLAN | {"avenant": {"signe_le": "2026-10-01", "echeances": [{"le": "2026-12-31", "montant": "800"}]}}
    case = _case(("2026-09-15", "400"), plan=amended)

    before, after = follow_plan(case, day("2026-09-30")), follow_plan(case, day("2026-11-20"))
    assert before is not None
    assert len(before.echeances) == 3
    assert after is not None
    assert (str(after.reste), str(after.en_retard)) == ("800.00", "0.00")


@pytest.mark.parametrize(("kind", "last"), [("professionnel", "2026-10-16"), ("particulier", "2026-10-31")])
def test_the_notice_before_forfeiture(kind: str, last: str) -> None:
    """Fifteen days for a professional, thirty for a consumer, from the reception of the letter."""
    plan = PLAN | {"mise_en_demeure": {"envoyee_le": "2026-09-28", "recue_le": "2026-10-01"}}
    debtor = case_data()["debiteur"] | {"qualite": kind}
    progress = follow_plan(_case(plan=plan, debiteur=debtor), day("2026-10-10"))

    assert progress is not None
    assert progress.preavis_jusqu_au == day(last)


def test_forfeiture_ends_the_plan(law: Law) -> None:
    """Once the creditor has written it, the plan no longer stands in the way of a mise en demeure."""
    plan = PLAN | {"decheance_le": "2026-11-02"}
    for au, running in (("2026-11-01", True), ("2026-11-02", False)):
        case = _case(plan=plan)
        assert CONDITIONS["plan-en-cours"](case, build_statement(case, law, day(au))) is running


@pytest.mark.parametrize(
    ("au", "payments", "broken"),
    [
        ("2026-10-10", [], False),
        ("2026-10-11", [], True),
        ("2026-10-11", [("2026-10-10", "500")], False),
        ("2026-10-11", [("2026-10-10", "499.99")], True),
        ("2026-10-20", [("2026-10-18", "500")], False),
        ("2026-10-11", [("2026-09-30", "500")], False),
        ("2026-10-11", [("2026-09-29", "500")], True),
    ],
)
def test_a_promise_is_broken_the_day_after(au: str, payments: list[tuple[str, str]], broken: bool) -> None:
    """The day promised is still in time; what came before the promise does not keep it."""
    promise = {"recue_le": "2026-09-30", "payer_le": "2026-10-10", "montant": "500"}
    received = [{"recu_le": on, "montant": amount} for on, amount in payments]
    case = Case.model_validate(case_data(promesses=[promise], paiements=received))

    assert (broken_promise(case, day(au)) is not None) is broken


@pytest.mark.parametrize(
    ("payment", "au", "kept"),
    [
        (None, "2026-09-15", None),  # its day is not over
        (None, "2026-09-16", False),
        (("2026-09-15", "300"), "2026-09-15", True),
        (("2026-09-15", "299.99"), "2026-09-16", False),
        (("2026-09-01", "300"), "2026-09-10", True),  # the day it was made, well before its term
        (("2026-08-31", "300"), "2026-09-16", False),  # before it was made
        (("2026-09-16", "300"), "2026-09-20", False),  # a day late
        (("2026-09-15", "300"), "2026-09-14", None),  # not received yet
    ],
)
def test_a_promise_is_kept_by_its_day(payment: tuple[str, str] | None, au: str, kept: bool | None) -> None:
    """The whole sum, from the day of the promise to its term, both included."""
    case = _case(
        *([payment] if payment else []),
        promesses=[{"recue_le": "2026-09-01", "payer_le": "2026-09-15", "montant": "300"}],
    )

    assert promise_kept(case, case.promesses[0], day(au)) is kept


@pytest.mark.parametrize(("paid", "asked_for"), [("2026-09-15", False), ("2026-09-18", False), ("2026-09-21", True)])
def test_what_came_late_is_not_asked_for_again(paid: str, asked_for: bool) -> None:
    """A promise paid late is not kept, and no letter says that the money is missing; unless another promise came between."""
    first, second = (
        {"recue_le": recue, "payer_le": payer, "montant": "300"}
        for recue, payer in (("2026-09-01", "2026-09-15"), ("2026-09-20", "2026-10-15"))
    )
    case = _case((paid, "300"), promesses=[first, second])

    assert promise_kept(case, case.promesses[0], day("2026-09-30")) is (paid == "2026-09-15")
    assert (broken_promise(case, day("2026-09-30")) == case.promesses[0]) is asked_for


def test_a_promise_renewed_before_its_day_may_still_be_kept() -> None:
    """What came by the first term keeps the first promise, even after the second one was made."""
    first = {"recue_le": "2026-09-01", "payer_le": "2026-09-15", "montant": "300"}
    second = {"recue_le": "2026-09-05", "payer_le": "2026-09-20", "montant": "300"}
    case = _case(("2026-09-10", "300"), promesses=[first, second])

    assert [promise_kept(case, promise, day("2026-09-30")) for promise in case.promesses] == [True, True]
    assert broken_promise(case, day("2026-09-30")) is None
