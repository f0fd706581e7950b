"""Holidays of one part of France only, and the courts that stand there: checked against the `holidays` library."""

from datetime import date

import holidays
import pytest

from generator.calendar_fr import last_day_to_serve, next_working_day
from generator.court.places import places
from generator.parties import Address
from tests.conftest import day

YEARS = range(2013, 2041)
# A postal code of each place, the library's name for it, and the days it adds that custom alone keeps.
CUSTOM = ("Mi-Careme", "Good Friday", "Victor Schoelcher Day")
PLACES = {
    "57000": ("57", ()),
    "67000": ("6AE", ()),
    "68100": ("6AE", ()),
    "97110": ("971", CUSTOM),
    "97200": ("972", CUSTOM),
    "97300": ("973", ()),
    "97400": ("974", ()),
    "97600": ("976", ()),
}
METROPOLE = ("37000", "75002", "54000", "88000", "69003", "20000")


def _at(postcode: str, country: str = "FR") -> Address:
    return Address(lignes=("1 rue de la Paix",), code_postal=postcode, ville="Ville", pays=country)


@pytest.mark.parametrize("postcode", PLACES)
def test_the_local_days_are_those_of_the_library(postcode: str) -> None:
    """Every day of 2013 to 2040 that is a holiday there and not elsewhere."""
    subdivision, custom = PLACES[postcode]
    there = holidays.country_holidays("FR", subdiv=subdivision, years=YEARS, language="en_US")
    everywhere = holidays.country_holidays("FR", years=YEARS)
    local = places().holidays(_at(postcode))
    wanted = {one for one, name in there.items() if one not in everywhere and name not in custom}
    found = {date.fromordinal(n) for n in range(date(2013, 1, 1).toordinal(), date(2041, 1, 1).toordinal())}
    found = {one for one in found if one in local and one not in everywhere}
    assert wanted
    assert found == wanted


@pytest.mark.parametrize("postcode", METROPOLE)
def test_elsewhere_there_is_none(postcode: str) -> None:
    assert places().local_days(_at(postcode)) is None


@pytest.mark.parametrize(
    ("address", "lieu"),
    [
        (_at("97150"), "Saint-Martin"),
        (_at("97133"), "Saint-Barthélemy"),
        (_at("97100"), "Guadeloupe"),
        (_at("97100", "GP"), "Guadeloupe"),
        (_at("67 000"), "Moselle, Bas-Rhin et Haut-Rhin"),
        (_at("67059", "DE"), None),  # Ludwigshafen is no Bas-Rhin
        (_at("98800"), None),
        (_at("97500"), None),
    ],
)
def test_the_most_exact_place(address: Address, lieu: str | None) -> None:
    found = places().local_days(address)
    assert (found and found.lieu) == lieu


def test_both_days_where_the_sources_differ() -> None:
    """Saint-Martin, 27 or 28 May: what must be over waits for both."""
    local = places().holidays(_at("97150"))
    assert next_working_day(day("2026-05-27"), local) == day("2026-05-29")
    assert next_working_day(day("2026-05-27")) == day("2026-05-27")


@pytest.mark.parametrize(
    ("wanted", "postcode", "last"),
    [
        ("2027-02-28", "37000", "2027-02-27"),  # a Sunday: the Saturday before
        ("2027-02-27", "37000", "2027-02-27"),
        ("2026-12-25", "37000", "2026-12-24"),
        ("2026-12-26", "37000", "2026-12-26"),
        ("2026-12-26", "67000", "2026-12-24"),
        ("2027-03-28", "67000", "2027-03-27"),  # Easter: the Saturday
        ("2027-03-26", "67000", "2027-03-25"),  # Good Friday
        ("2027-03-26", "37000", "2027-03-26"),
    ],
)
def test_the_last_day_to_serve(wanted: str, postcode: str, last: str) -> None:
    """CPC 664: no Sunday, no holiday, a Saturday counts."""
    assert last_day_to_serve(day(wanted), places().holidays(_at(postcode))) == day(last)


@pytest.mark.parametrize(
    ("postcode", "mixed", "chamber", "economic"),
    [
        ("37000", False, False, True),
        ("67000", False, True, False),
        ("57000", False, True, False),
        ("97200", True, False, False),
        ("97600", True, False, False),
        ("97133", False, False, False),
        ("97150", False, False, False),
        ("97500", False, False, False),
        ("98800", False, False, False),
    ],
)
def test_which_court_stands_there(postcode: str, mixed: bool, chamber: bool, economic: bool) -> None:
    """C. com., annexe 7-3; the islands left open are « tribunal de commerce » as before, to be checked."""
    known, address = places(), _at(postcode)
    assert known.tribunaux_mixtes.holds(address) == mixed
    assert known.chambre_commerciale.holds(address) == chamber
    assert known.tae_possible(address, day("2026-11-21")) == economic
    assert not known.tae_possible(address, day("2029-01-01"))
