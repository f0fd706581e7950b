"""Interest on interest (C. civ. 1343-2): only when asked, for a whole year, on its own lines. Figures by hand."""

from decimal import Decimal

import pytest

from generator.case import Invoice
from generator.imputation import Account
from generator.interest import frozen
from generator.judicial_decision import CapitalisationTerms
from generator.law.rates import Rate
from generator.money import plain_spaces
from generator.statement_json import statement_json
from generator.title import capitalises_from
from tests.conftest import case_data, day
from tests.titre_samples import codes_of, lines_of, statement_of


def _account(
    amount: str, starts: str, ends: str, first: str | None, rate: str = "3", principal_first: bool = False
) -> Account:
    due = day(starts)
    return Account(
        Invoice(numero="F-1", emise_le=due, echeance=due, montant_ttc=Decimal(f"{amount}.00")),
        starts_after=due,
        ends=day(ends),
        schedule=frozen(Rate(Decimal(rate), due, (), ())),
        indemnity=None,
        interest_claimed=True,
        principal_first=principal_first,
        capitalises_from=day(first) if first else None,
    )


def test_the_published_example_of_capitalisation() -> None:
    """cbanque forum: 20 000 and 30 000 at 3 %; 366 days then 253 days, and 248 days too short to be capitalised.

    Published: 601.64 in the first year, 428.40 after capitalisation, 611.51 on the second sum.
    """
    first = _account("20000", "2015-05-20", "2017-01-28", "2016-05-20")
    second = _account("30000", "2016-05-25", "2017-01-28", "2017-05-25")
    for account in (first, second):
        account.advance(day("2017-01-28"))

    assert [str(event.montant) for event in first.capitalisations] == ["601.64"]
    assert [(s.jours, str(s.montant)) for s in first.segments] == [(366, "601.64"), (253, "415.89")]
    assert [(s.jours, str(s.base), str(s.montant)) for s in first.capitalised_segments] == [(253, "601.64", "12.51")]
    assert str(first.interest_owed) == "428.40"
    assert second.capitalisations == []
    assert str(second.interest_owed) == "611.51"


@pytest.mark.parametrize(
    ("starts", "asked", "fixed", "first"),
    [
        ("2003-04-24", "2003-07-23", None, "2004-04-24"),  # CE, 25 mai 2007, n° 282427
        ("1998-11-01", "2002-08-19", None, "2002-08-19"),  # CE, 10 décembre 2014, n° 372102
        ("2024-06-01", "2023-01-01", None, "2025-06-01"),  # agreed before the debt was late
        ("2024-06-01", "2025-05-31", None, "2025-06-01"),
        ("2024-06-01", "2025-06-02", None, "2025-06-02"),
        ("2024-02-29", "2024-03-01", None, "2025-02-28"),
        ("2024-06-01", "2025-03-10", "2026-03-10", "2026-03-10"),
        ("2024-06-01", "2024-07-01", "2024-12-01", "2025-06-01"),  # never before a whole year
    ],
)
def test_the_first_capitalisation(starts: str, asked: str, fixed: str | None, first: str) -> None:
    """The demand, or the day on which a whole year is due when it comes later."""
    terms = CapitalisationTerms(demandee_le=day(asked), premiere_le=day(fixed) if fixed else None)

    assert capitalises_from(terms, day(starts)) == day(first)


def test_capitalisation_is_never_applied_unasked() -> None:
    """Neither without the block, nor before the demand."""
    asked = {"capitalisation": {"demandee_le": "2026-05-01"}}

    assert lines_of(statement_of("2026-04-30", conditions=asked)) == lines_of(statement_of("2026-04-30"))
    assert statement_json(statement_of("2026-04-30")).keys().isdisjoint({"capitalisations", "frais_de_justice"})
    assert statement_json(statement_of("2026-04-30", conditions=asked))["capitalisations"] == []


@pytest.mark.parametrize(("au", "events"), [("2025-06-01", 0), ("2025-06-02", 1), ("2026-06-01", 1), ("2026-06-02", 2)])
def test_both_sides_of_the_anniversary(au: str, events: int) -> None:
    """A year from the due date is over at the end of 1 June: its interest bears interest from 2 June."""
    statement = statement_of(au, conditions={"capitalisation": {"demandee_le": "2024-09-01"}})

    assert len(statement.capitalisations) == events


def test_capitalised_interest_is_its_own_line_with_its_formula() -> None:
    """115.21 + 718.36 + 547.62 = 1 381.19; × 13.15 % × 29 / 365 = 14.43; the principal's own lines do not move."""
    statement = statement_of("2025-06-30", conditions={"capitalisation": {"demandee_le": "2025-03-10"}})

    (event,) = statement.capitalisations
    assert (event.facture, event.le, str(event.montant)) == ("F-1", day("2025-06-01"), "1381.19")
    assert plain_spaces(event.formule) == "115,21 € + 718,36 € + 547,62 €"
    assert lines_of(statement, "penalites")[-1] == ("2025-06-02", "2025-06-30", "10000.00", "13.15", "104.48")
    assert lines_of(statement, "interets-capitalises") == [("2025-06-02", "2025-06-30", "1381.19", "13.15", "14.43")]
    assert statement.lignes[-1].articles == ("c-civ-1343-2", "c-com-l441-10")
    # 1 381.19 + 104.48 + 14.43
    assert (str(statement.totaux.penalites), str(statement.totaux.principal)) == ("1500.10", "10000.00")


def test_a_second_year_capitalises_the_interest_on_interest_too() -> None:
    """10 000 at 3 % flat: 300; then 300 + 9 = 309; then 300 + 9 + 9.27 = 318.27."""
    account = _account("10000", "2021-01-31", "2024-02-01", "2022-01-31")
    account.advance(day("2024-02-01"))

    assert [(e.le.isoformat(), str(e.montant)) for e in account.capitalisations] == [
        ("2022-01-31", "300.00"), ("2023-01-31", "309.00"), ("2024-01-31", "318.27"),
    ]  # fmt: skip
    assert str(account.capitalised) == "927.27"


def test_a_payment_clears_interest_then_capitalised_interest_then_principal() -> None:
    """C. civ. 1343-1, and Cass. 2e civ., 8 janvier 2015: 10.37 of interest, 365 capitalised, the rest to the principal."""
    account = _account("10000", "2021-01-31", "2023-01-01", "2022-01-31", rate="3.65")
    surplus = account.pay(Decimal(1000), day("2022-02-10"))

    # 10 000 × 3.65 % = 365.00, capitalised; then (10 000 + 365) × 3.65 % × 10 / 365 = 10.00 + 0.37
    assert surplus == 0
    assert (str(account.interest_owed), str(account.capitalised)) == ("0.00", "0.00")
    assert str(account.principal) == "9375.37"  # 10 000 − (1 000 − 10.37 − 365.00)


def test_principal_first_leaves_the_interest_when_it_was_agreed() -> None:
    """`imputation: principal`: the same payment reduces the principal alone."""
    account = _account("10000", "2021-01-31", "2023-01-01", "2022-01-31", rate="3.65", principal_first=True)
    account.pay(Decimal(1000), day("2022-02-10"))

    assert (str(account.principal), str(account.capitalised), str(account.interest_owed)) == (
        "9000.00", "365.00", "10.37",
    )  # fmt: skip


def test_a_payment_of_the_anniversary_comes_before_the_capitalisation() -> None:
    """365 due at the end of the year, 100 paid that day: 265 become capital, and the formula says so."""
    account = _account("10000", "2021-01-31", "2023-01-01", "2022-01-31", rate="3.65")
    account.pay(Decimal(100), day("2022-01-31"))
    account.advance(day("2022-02-01"))

    (event,) = account.capitalisations
    assert str(event.montant) == "265.00"
    assert plain_spaces(event.formule) == "365,00 € - 100,00 € payés"


def test_interest_paid_up_within_the_year_waits_for_a_whole_year() -> None:
    """All of it cleared in July: what is due in January covers six months only, so that it waits another year."""
    account = _account("10000", "2021-01-31", "2023-06-01", "2022-01-31", rate="3.65")
    account.pay(Decimal(1000), day("2021-07-31"))
    account.advance(day("2023-01-31"))
    assert account.capitalisations == []
    assert [s.jours for s in account.segments] == [181, 549]  # no line is cut on a day that changes nothing

    account.advance(day("2023-02-01"))
    assert [e.le.isoformat() for e in account.capitalisations] == ["2023-01-31"]


def test_interest_of_less_than_a_year_never_becomes_capital() -> None:
    """The principal is paid after six months and its interest left: it is not « due for a whole year »."""
    account = _account("10000", "2021-01-31", "2024-06-01", "2022-01-31", rate="3.65", principal_first=True)
    account.pay(Decimal(10000), day("2021-07-31"))
    account.advance(day("2024-06-01"))

    assert account.principal == 0
    assert str(account.interest_owed) == "181.00"
    assert account.capitalisations == []


def test_penalties_offered_are_not_capitalised() -> None:
    """What is not owed cannot bear interest."""
    terms = {"penalites": "offrir", "capitalisation": {"demandee_le": "2024-09-01"}}
    statement = statement_of("2026-07-10", conditions=terms)

    assert statement.capitalisations == ()
    assert statement.totaux.penalites == 0


def test_a_consumer_is_told_of_the_doubt() -> None:
    """Excluded for consumer credit; for an invoice, to be checked. A business gets no such sentence."""
    terms = {"capitalisation": {"demandee_le": "2024-09-01"}}
    consumer = case_data()["debiteur"] | {"qualite": "particulier"}

    assert "capitalisation-consommateur" in codes_of(statement_of("2025-01-01", conditions=terms, debiteur=consumer))
    assert "capitalisation-consommateur" not in codes_of(statement_of("2025-01-01", conditions=terms))
