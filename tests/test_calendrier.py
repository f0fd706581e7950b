"""Dates: reading, writing, payment terms, months, public holidays, working days."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.calendar_fr import (
    DueClause,
    add_months,
    add_years,
    end_of_month,
    is_working_day,
    list_fr,
    long_date,
    next_working_day,
    parse_clause,
    parse_date,
    public_holidays,
    short_date,
)
from tests.conftest import day

# Same examples on every run; raise max_examples and drop derandomize to explore more.
PROPERTY = settings(max_examples=300, deadline=None, derandomize=True, database=None)
DATES = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("text", ["2026-07-01", "01/07/2026", "1/7/2026", " 2026-07-01 ", "01/7/2026"])
def test_parse_date(text: str) -> None:
    """ISO and French dates are read, day before month."""
    assert parse_date(text) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-02-29", "n'existe pas"),
        ("31/04/2026", "n'existe pas"),
        ("2026-13-01", "n'existe pas"),
        ("13/13/2026", "n'existe pas"),
        ("0000-01-01", "n'existe pas"),
        ("01-07-2026", "illisible"),
        ("2026/07/01", "illisible"),
        ("2026-7-1", "illisible"),
        ("01/07/26", "illisible"),
        ("1er juillet 2026", "illisible"),
        ("20260701", "illisible"),
        ("2026-07-01T00:00", "illisible"),
        ("", "illisible"),
    ],
)
def test_parse_date_refuses(text: str, sentence: str) -> None:
    """A day that does not exist or another format is refused in French."""
    with pytest.raises(ValueError, match=sentence):
        parse_date(text)


@PROPERTY
@given(DATES)
def test_dates_are_read_back(value: date) -> None:
    """Both written forms give the same date back."""
    assert parse_date(value.isoformat()) == value
    assert parse_date(short_date(value)) == value


def test_long_date() -> None:
    """« 1er » is the only ordinal; the parts of a date do not separate."""
    assert long_date(date(2026, 12, 1)) == "1er\u00a0décembre\u00a02026"
    assert long_date(date(2026, 2, 2)) == "2\u00a0février\u00a02026"
    assert long_date(date(2026, 8, 21)) == "21\u00a0août\u00a02026"
    assert short_date(date(2026, 12, 1)) == "01/12/2026"


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("comptant", DueClause(0)),
        ("au comptant", DueClause(0)),
        ("à réception", DueClause(0)),
        ("30 jours", DueClause(30)),
        ("30 jours net", DueClause(30)),
        ("30 j", DueClause(30)),
        ("30j", DueClause(30)),
        ("1 jour", DueClause(1)),
        ("60 JOURS", DueClause(60)),
        ("60 jours date de facture", DueClause(60)),
        ("60 jours à compter de la facture", DueClause(60)),
        ("45 jours fin de mois", DueClause(45, "apres")),
        ("45 jours fin du mois", DueClause(45, "apres")),
        ("45 jours fin-de-mois", DueClause(45, "apres")),
        ("fin de mois", DueClause(0, "avant")),
        ("fin de mois 45 jours", DueClause(45, "avant")),
        ("fin de mois + 45 jours", DueClause(45, "avant")),
    ],
)
def test_parse_clause(text: str, clause: DueClause) -> None:
    """Payment terms as contracts write them; the order of words tells the method."""
    assert parse_clause(text) == clause


@pytest.mark.parametrize(
    "text",
    ["", "bientôt", "trente jours", "-30 jours", "1000 jours", "45 jours fin de mois le 10", "2 mois", "30"],
)
def test_parse_clause_refuses(text: str) -> None:
    """A term that is not understood is refused with examples, never guessed."""
    with pytest.raises(ValueError, match="écrire « 30 jours »"):
        parse_clause(text)


@pytest.mark.parametrize(
    ("clause", "issued", "due"),
    [
        # Published examples: method A, then method B, for invoices of 10 March and 15 January 2026.
        ("45 jours fin de mois", "2026-03-10", "2026-04-30"),
        ("fin de mois 45 jours", "2026-03-10", "2026-05-15"),
        ("45 jours fin de mois", "2026-01-15", "2026-03-31"),
        ("fin de mois 45 jours", "2026-01-15", "2026-03-17"),
        # Where the two methods part or meet.
        ("45 jours fin de mois", "2026-01-14", "2026-02-28"),
        ("fin de mois 45 jours", "2026-01-31", "2026-03-17"),
        ("45 jours fin de mois", "2024-01-15", "2024-02-29"),
        ("fin de mois 45 jours", "2024-02-01", "2024-04-14"),
        ("fin de mois", "2024-02-01", "2024-02-29"),
        ("30 jours fin de mois", "2026-12-02", "2027-01-31"),
        ("30 jours", "2026-01-31", "2026-03-02"),
        ("60 jours", "2026-11-02", "2027-01-01"),
        ("comptant", "2026-11-02", "2026-11-02"),
    ],
)
def test_due_on(clause: str, issued: str, due: str) -> None:
    """Days then end of month (method A), end of month then days (method B), or days alone."""
    assert parse_clause(clause).due_on(day(issued)) == day(due)


def test_first_example_lasts_75_days() -> None:
    """Method A gives the invoice of 15 January 2026 seventy-five days, as published."""
    assert (parse_clause("45 jours fin de mois").due_on(day("2026-01-15")) - day("2026-01-15")).days == 75


@PROPERTY
@given(DATES, st.integers(0, 120))
def test_due_dates_follow_the_invoice(issued: date, days: int) -> None:
    """Neither method is shorter than the days alone; method A ends on the last day of a month."""
    plain, after, before = (DueClause(days, method).due_on(issued) for method in (None, "apres", "avant"))
    assert plain == issued + timedelta(days=days)
    assert plain <= after == end_of_month(after)
    assert plain <= before == end_of_month(issued) + timedelta(days=days)


def test_clauses_explain_themselves() -> None:
    """Each clause says how its date is obtained, and which method it is."""
    assert "méthode A" in DueClause(45, "apres").explication
    assert "méthode B" in DueClause(45, "avant").explication
    assert "comptant" in DueClause(0).explication
    assert "30 jours" in DueClause(30).explication


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-02-28", 12, "2026-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-08-31", -6, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_add_months(start: str, months: int, end: str) -> None:
    """Same day number, or the last day of a shorter month."""
    assert add_months(day(start), months) == day(end)


def test_add_years() -> None:
    """29 February gives 28 February in a common year."""
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert add_years(date(2021, 11, 21), 5) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("2024-02-01", "2024-02-29"),
        ("2026-02-28", "2026-02-28"),
        ("2026-04-30", "2026-04-30"),
        ("2026-12-01", "2026-12-31"),
    ],
)
def test_end_of_month(value: str, end: str) -> None:
    """The last day of the month, 29 February included."""
    assert end_of_month(day(value)) == day(end)


@pytest.mark.parametrize("year", range(2008, 2061))
def test_public_holidays_agree_with_the_holidays_library(year: int) -> None:
    """Eleven days a year at most, the same as those of an independent library."""
    assert public_holidays(year) == frozenset(holidays.country_holidays("FR", years=year))


def test_public_holidays_of_2026() -> None:
    """The moving days of 2026 as calendars print them; Ascension may fall on 8 May."""
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} < public_holidays(2026)
    assert len(public_holidays(2026)) == 11
    assert len(public_holidays(2008)) == 10  # Ascension on 1 May


@pytest.mark.parametrize(
    ("value", "following"),
    [
        ("2026-11-20", "2026-11-20"),  # a Friday
        ("2026-11-21", "2026-11-23"),  # Saturday
        ("2026-11-22", "2026-11-23"),  # Sunday
        ("2026-07-14", "2026-07-15"),  # a holiday in the week
        ("2026-05-01", "2026-05-04"),  # a holiday before a week-end
        ("2026-04-04", "2026-04-07"),  # Easter week-end
        ("2027-12-25", "2027-12-27"),  # Christmas on a Saturday
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-01-04"),
    ],
)
def test_next_working_day(value: str, following: str) -> None:
    """Week-ends and public holidays move to the first working day; a working day stays."""
    assert next_working_day(day(value)) == day(following)


@PROPERTY
@given(DATES)
def test_next_working_day_is_the_first(value: date) -> None:
    """The day found is worked, none between is, and it is never far."""
    found = next_working_day(value)
    assert is_working_day(found)
    assert 0 <= (found - value).days <= 5
    assert not any(is_working_day(value + timedelta(days=n)) for n in range((found - value).days))


def test_list_fr() -> None:
    """Commas, then « et » before the last."""
    assert list_fr(["a", "b", "c"]) == "a, b et c"
    assert list_fr(["a", "b"]) == "a et b"
    assert list_fr(["a"]) == "a"
    assert list_fr([]) == ""
