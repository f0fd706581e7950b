"""Interest: published computations, days, and the three ways a rate follows the calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.case import Case
from generator.errors import InvalidInput
from generator.interest import Segment, floored, frozen, half_years, indexed, interest, total
from generator.law import Law
from generator.law.rates import Rate, default_rate, floor_rate
from generator.money import cents, plain_spaces
from generator.statement import Statement, build_statement
from tests.conftest import ROOT, case_data, day

PUBLISHED = sorted((ROOT / "tests" / "cas_interets").glob("*.yml"))
THOUSAND = Decimal("1000.00")


def fixed(taux: str) -> Rate:
    """A rate out of any table."""
    return Rate(Decimal(taux), date.min, (), ())


def shown(segments: list[Segment]) -> list[tuple[str, str, int, str]]:
    """(first day, last day, days, rate) of each segment, as text."""
    return [(str(s.du), str(s.au), s.jours, f"{s.rate.taux:.2f}") for s in segments]


def read(path: Path) -> dict[str, Any]:
    """A published computation, every scalar as text."""
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


def statement_of(law: Law, au: str, qualite: str, **changes: Any) -> Statement:
    """The statement of the small dossier of the tests, against this kind of debtor."""
    data = case_data(**changes)
    data["debiteur"] = {**data["debiteur"], "qualite": qualite}
    return build_statement(Case.model_validate(data), law, day(au))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_computation(path: Path) -> None:
    """Each published period gives its days and its amount, and the periods their sum."""
    published, segments = read(path), []
    for period in published["segments"]:
        start, end, rate = day(period["du_exclu"]), day(period["au_inclus"]), fixed(period["taux"])
        [segment] = interest(Decimal(period["base"]), start, end, frozen(rate))
        assert (segment.du, segment.au) == (start + timedelta(days=1), end)
        assert str(segment.jours) == period["jours"]
        assert str(segment.montant) == period["montant"]
        segments.append(segment)
    assert str(total(segments)) == published["total"]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_formulas(path: Path) -> None:
    """The formula shown for each period is the one written in the published case."""
    published = read(path)
    for period, written in zip(published["segments"], published["calcul"], strict=False):
        start, end, rate = day(period["du_exclu"]), day(period["au_inclus"]), fixed(period["taux"])
        [segment] = interest(Decimal(period["base"]), start, end, frozen(rate))
        assert written.startswith(f"{plain_spaces(segment.formule)} = ")


def test_published_rates_in_one_go() -> None:
    """A schedule of fixed rates cuts one period as the published case does."""
    published = read(ROOT / "tests" / "cas_interets" / "service-public-majoration-cinq-points.yml")
    periods = published["segments"]

    def schedule(first: date, last: date) -> Iterator[tuple[date, date, Rate]]:
        for period in periods:
            start, end = day(period["du_exclu"]) + timedelta(days=1), day(period["au_inclus"])
            yield max(first, start), min(last, end), fixed(period["taux"])

    found = interest(Decimal("2000"), day(periods[0]["du_exclu"]), day(periods[-1]["au_inclus"]), schedule)
    assert [str(segment.montant) for segment in found] == [period["montant"] for period in periods]
    assert str(total(found)) == published["total"]


def test_the_published_cases_are_there() -> None:
    """A glob that finds nothing would pass everything."""
    assert len(PUBLISHED) == 2


@pytest.mark.parametrize(
    ("base", "after", "until", "days"),
    [
        ("1000", "2026-07-01", "2026-07-01", None),  # the start day itself
        ("1000", "2026-07-02", "2026-07-01", None),
        ("0", "2026-07-01", "2026-11-21", None),
        ("1000", "2026-07-01", "2026-07-02", 1),
        ("1000", "2024-02-28", "2024-03-01", 2),  # leap year
        ("1000", "2023-02-28", "2023-03-01", 1),
        ("1000", "2024-01-01", "2025-01-01", 366),
    ],
)
def test_days(base: str, after: str, until: str, days: int | None) -> None:
    """The start day is excluded and the end day included; nothing runs on nothing."""
    found = interest(Decimal(base), day(after), day(until), frozen(fixed("10")))
    assert [segment.jours for segment in found] == ([] if days is None else [days])


def test_a_leap_year_bears_366_days_over_365() -> None:
    """The base stays 365 in a leap year: 366 days of 10 % on 1 000 € are 100,27 €."""
    [segment] = interest(THOUSAND, day("2024-01-01"), day("2025-01-01"), frozen(fixed("10")))
    assert segment.montant == Decimal("100.27")
    assert plain_spaces(segment.formule) == "1 000,00 € × 10,00 % × 366 / 365"


@pytest.mark.parametrize(
    ("base", "taux", "days", "montant"),
    [
        ("36.50", "5", 1, "0.01"),  # half a cent exactly
        ("36.49", "5", 1, "0.00"),
        ("109.50", "5", 1, "0.02"),  # a cent and a half
        ("182.50", "5", 1, "0.03"),  # two cents and a half: bankers would say two
        ("999999999.99", "12.40", 365, "124000000.00"),
    ],
)
def test_a_line_is_rounded_half_up(base: str, taux: str, days: int, montant: str) -> None:
    """Half a cent goes up, always."""
    start = day("2026-01-01")
    assert Segment(start, start + timedelta(days=days - 1), Decimal(base), fixed(taux)).montant == Decimal(montant)


def test_the_total_is_the_sum_of_the_rounded_lines() -> None:
    """Two lines of half a cent are two cents, not one; no line is nothing."""
    lines = interest(Decimal("36.50"), day("2026-06-29"), day("2026-07-01"), indexed(lambda _: fixed("5")))
    assert [line.montant for line in lines] == [Decimal("0.01")] * 2
    assert total(lines) == Decimal("0.02")
    assert total([]) == cents(Decimal(0))


def test_half_years() -> None:
    """A period is cut at each 1 January and 1 July, both ends included."""
    cut = [(str(first), str(last)) for first, last in half_years(day("2025-06-30"), day("2026-07-01"))]
    assert cut == [
        ("2025-06-30", "2025-06-30"),
        ("2025-07-01", "2025-12-31"),
        ("2026-01-01", "2026-06-30"),
        ("2026-07-01", "2026-07-01"),
    ]
    assert not list(half_years(day("2026-07-02"), day("2026-07-01")))


def test_frozen_is_never_cut() -> None:
    """One rate and one line however many half-years go by."""
    found = interest(THOUSAND, day("2023-06-29"), day("2026-11-21"), frozen(fixed("10.50")))
    assert shown(found) == [("2023-06-30", "2026-11-21", 1241, "10.50")]


def test_indexed_is_cut_at_each_half_year(law: Law) -> None:
    """Each day bears the rate of its own half-year, from 1 January and 1 July."""
    found = interest(THOUSAND, day("2025-06-29"), day("2026-07-01"), indexed(lambda on: default_rate(law, on)))
    assert shown(found) == [
        ("2025-06-30", "2025-06-30", 1, "13.15"),
        ("2025-07-01", "2025-12-31", 184, "12.15"),
        ("2026-01-01", "2026-06-30", 181, "12.15"),  # same rate, another half-year: another line
        ("2026-07-01", "2026-07-01", 1, "12.40"),
    ]


def test_indexed_at_the_bounds_of_the_table(law: Law) -> None:
    """The last day on file is computed; one day more is refused, with the half-year to add."""
    schedule = indexed(lambda on: default_rate(law, on))
    last = interest(THOUSAND, day("2026-12-30"), day("2026-12-31"), schedule)
    assert shown(last) == [("2026-12-31", "2026-12-31", 1, "12.40")]
    with pytest.raises(InvalidInput, match="1er semestre 2027"):
        interest(THOUSAND, day("2026-12-30"), day("2027-01-01"), schedule)
    with pytest.raises(InvalidInput, match="2e semestre 2012"):
        interest(THOUSAND, day("2012-12-30"), day("2013-01-01"), schedule)


@pytest.mark.parametrize(
    ("agreed", "expected"),
    [
        # Floors: 14,76 in the second half of 2024, 11,13 then 8,28 in 2025.
        ("8.28", [("2024-12-31", "2024-12-31", 1, "14.76"), ("2025-01-01", "2025-06-30", 181, "11.13"),
                  ("2025-07-01", "2025-07-02", 2, "8.28")]),
        ("8.27", [("2024-12-31", "2024-12-31", 1, "14.76"), ("2025-01-01", "2025-06-30", 181, "11.13"),
                  ("2025-07-01", "2025-07-02", 2, "8.28")]),
        ("11.12", [("2024-12-31", "2024-12-31", 1, "14.76"), ("2025-01-01", "2025-06-30", 181, "11.13"),
                   ("2025-07-01", "2025-07-02", 2, "11.12")]),
        ("11.13", [("2024-12-31", "2024-12-31", 1, "14.76"), ("2025-01-01", "2025-07-02", 183, "11.13")]),
        ("14.75", [("2024-12-31", "2024-12-31", 1, "14.76"), ("2025-01-01", "2025-07-02", 183, "14.75")]),
        ("14.76", [("2024-12-31", "2025-07-02", 184, "14.76")]),
    ],
)  # fmt: skip
def test_floored(law: Law, agreed: str, expected: list[tuple[str, str, int, str]]) -> None:
    """Only half-years whose floor is above the agreed rate are raised; the others make one line."""
    schedule = floored(fixed(agreed), lambda on: floor_rate(law, on))
    assert shown(interest(THOUSAND, day("2024-12-30"), day("2025-07-02"), schedule)) == expected


def test_floored_before_and_after_a_raised_half_year() -> None:
    """A raised half-year in the middle splits the agreed rate in two lines."""
    floors = {day("2025-01-01"): "5", day("2025-07-01"): "7", day("2026-01-01"): "5"}
    schedule = floored(fixed("6"), lambda on: fixed(floors[date(on.year, 1 if on.month < 7 else 7, 1)]))
    assert shown(interest(THOUSAND, day("2025-06-28"), day("2026-01-02"), schedule)) == [
        ("2025-06-29", "2025-06-30", 2, "6.00"),
        ("2025-07-01", "2025-12-31", 184, "7.00"),
        ("2026-01-01", "2026-01-02", 2, "6.00"),
    ]


def test_a_raised_rate_names_what_it_used(law: Law) -> None:
    """A floor shows its two table entries, the agreed rate none."""
    schedule = floored(fixed("10"), lambda on: floor_rate(law, on))
    raised, agreed = interest(THOUSAND, day("2025-06-29"), day("2025-07-01"), schedule)
    assert {value.table for value in raised.rate.valeurs} == {"interet-legal", "plancher-penalites"}
    assert not agreed.rate.valeurs


@pytest.mark.parametrize("qualite", ["professionnel", "public", "particulier"])
def test_no_rate_is_read_before_it_is_needed(law: Law, qualite: str) -> None:
    """An invoice due on 31 December 2026 has a statement that day: no rate of 2027 is needed yet."""
    invoice = {"numero": "F-1", "emise_le": "2026-12-01", "echeance": "2026-12-31", "montant_ttc": "100"}
    statement = statement_of(law, "2026-12-31", qualite, factures=[invoice])
    assert str(statement.totaux.solde) == "100.00"
    assert not statement.lignes


def test_a_rate_with_three_decimals_is_shown_whole(law: Law) -> None:
    """The formula of « 12,125 % » can be redone by hand: the rate shown is the rate used."""
    statement = statement_of(law, "2026-11-21", "professionnel", conditions={"taux_penalites": "12,125 %"})
    assert plain_spaces(statement.lignes[0].formule) == "1 200,00 € × 12,125 % × 143 / 365"


def test_two_credit_notes_of_one_day_in_either_order(law: Law) -> None:
    """The note that names an invoice comes first, wherever the file lists it (rule: order of one day)."""
    invoices = [
        {"numero": "A", "emise_le": "2026-01-01", "echeance": "2026-02-01", "montant_ttc": "100"},
        {"numero": "B", "emise_le": "2026-01-01", "echeance": "2026-03-01", "montant_ttc": "100"},
    ]
    notes = [
        {"numero": "N-1", "emis_le": "2026-06-01", "montant_ttc": "100"},
        {"numero": "N-2", "emis_le": "2026-06-01", "montant_ttc": "100", "facture": "A"},
    ]
    one = statement_of(law, "2026-09-01", "professionnel", factures=invoices, avoirs=notes)
    other = statement_of(law, "2026-09-01", "professionnel", factures=invoices, avoirs=notes[::-1])
    assert one.totaux == other.totaux
    assert one.totaux.principal == 0


@pytest.mark.parametrize("backwards", [False, True])
def test_the_odd_cent_in_either_order(law: Law, backwards: bool) -> None:
    """The cent that two equal invoices cannot share goes to the same one, wherever the file lists it."""
    invoice = {"emise_le": "2026-11-01", "echeance": "2026-12-01", "montant_ttc": "100"}
    invoices = [{"numero": number, **invoice} for number in ("F-1", "F-2")]
    payment = {"recu_le": "2026-11-10", "montant": "10.01"}
    statement = statement_of(
        law, "2026-11-21", "public", factures=invoices[::-1] if backwards else invoices, paiements=[payment]
    )
    assert {i.numero: str(i.paiements) for i in statement.factures} == {"F-1": "5.01", "F-2": "5.00"}
