"""Amounts: reading, writing, the one rounding, and amounts in words."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.money import amount_in_words, cents, euros, number_fr, parse_amount, plain_spaces, taux
from generator.money import number_in_words as in_words

# Same examples on every run; raise max_examples and drop derandomize to explore more.
PROPERTY = settings(max_examples=300, deadline=None, derandomize=True, database=None)
AMOUNTS = st.decimals("0", "999999999999.99", places=2, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", "1200.00"),
        ("1200.5", "1200.50"),
        ("1200.50", "1200.50"),
        ("1200,50", "1200.50"),
        ("1 200,50 €", "1200.50"),
        ("1\u202f200,50\u00a0€", "1200.50"),
        ("1\u00a0200\u00a0000,00", "1200000.00"),
        ("  12 €  ", "12.00"),
        ("12€", "12.00"),
        ("12 EUR", "12.00"),
        ("0", "0.00"),
        ("0,01", "0.01"),
        ("007", "7.00"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_parse_amount(text: str, value: str) -> None:
    """What people write is read as euros with two decimals."""
    found = parse_amount(text)
    assert str(found) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-5", "négatif"),
        ("- 5", "négatif"),
        ("\u2212 5,00 €", "négatif"),
        ("1.234,56", "illisible"),
        ("1,234.56", "illisible"),
        ("1'234", "illisible"),
        ("1 23", "illisible"),
        ("1234 567", "illisible"),
        ("12 34,50", "illisible"),
        ("1e3", "illisible"),
        ("NaN", "illisible"),
        ("١٢", "illisible"),
        ("$12", "illisible"),
        ("12 $", "illisible"),
        ("12,", "illisible"),
        (",50", "illisible"),
        ("+12", "illisible"),
        ("", "illisible"),
        ("€", "illisible"),
        ("douze", "illisible"),
        ("1,234", "deux décimales"),
        ("1.234", "deux décimales"),
        ("0,005", "deux décimales"),
        ("1000000000000", "trop grand"),
    ],
)
def test_parse_amount_refuses(text: str, sentence: str) -> None:
    """Signs, ambiguous separators, too many decimals and anything else are refused in French."""
    with pytest.raises(ValueError, match=sentence):
        parse_amount(text)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),  # bankers would say 0.02
        ("0.0049999999", "0.00"),
        ("1.995", "2.00"),
        ("2.675", "2.68"),  # the classic trap of binary floats
        ("-0.005", "-0.01"),
        ("12", "12.00"),
    ],
)
def test_rounding_half_up(value: str, rounded: str) -> None:
    """Half a cent goes away from zero."""
    assert str(cents(Decimal(value))) == rounded


def test_euros() -> None:
    """French amounts: comma, narrow space between thousands, no-break space before €."""
    assert euros(Decimal("1234.5")) == "1\u202f234,50\u00a0€"
    assert euros(Decimal("1234567.89")) == "1\u202f234\u202f567,89\u00a0€"
    assert euros(Decimal("999.995")) == "1\u202f000,00\u00a0€"
    assert euros(Decimal(0)) == "0,00\u00a0€"
    assert number_fr(Decimal("12.4")) == "12,40"
    assert plain_spaces(euros(Decimal(1000))) == "1 000,00 €"


def test_taux() -> None:
    """A rate in percent, two decimals, no-break space before %."""
    assert taux(Decimal("12.4")) == "12,40\u00a0%"
    assert taux(Decimal(0)) == "0,00\u00a0%"
    assert taux(Decimal("10.00")) == "10,00\u00a0%"


@PROPERTY
@given(AMOUNTS)
def test_what_is_written_is_read_back(value: Decimal) -> None:
    """parse(euros(x)) == x, with French spaces or ordinary ones, and for the plain number."""
    assert parse_amount(euros(value)) == value
    assert parse_amount(plain_spaces(euros(value))) == value
    assert parse_amount(str(value)) == value


@PROPERTY
@given(st.decimals("0", "99999999", places=6, allow_nan=False))
def test_rounding_is_to_the_nearest_cent(value: Decimal) -> None:
    """Never more than half a cent away, and a rounded amount stays where it is."""
    assert abs(cents(value) - value) <= Decimal("0.005")
    assert cents(cents(value)) == cents(value)


# Checked against French grammar: « et » before un and onze up to 71 but not after quatre-vingt; vingt and
# cent take an s when multiplied and last, also before million (a noun), not before mille (invariable).
WORDS = {
    "0": "zéro euro",
    "1": "un euro",
    "1.01": "un euro et un centime",
    "0.01": "un centime",
    "0.02": "deux centimes",
    "0.80": "quatre-vingts centimes",
    "1.50": "un euro et cinquante centimes",
    "16": "seize euros",
    "17": "dix-sept euros",
    "20": "vingt euros",
    "21": "vingt et un euros",
    "22": "vingt-deux euros",
    "61": "soixante et un euros",
    "70": "soixante-dix euros",
    "71": "soixante et onze euros",
    "72": "soixante-douze euros",
    "80": "quatre-vingts euros",
    "81": "quatre-vingt-un euros",
    "90": "quatre-vingt-dix euros",
    "91": "quatre-vingt-onze euros",
    "99": "quatre-vingt-dix-neuf euros",
    "99.99": "quatre-vingt-dix-neuf euros et quatre-vingt-dix-neuf centimes",
    "100": "cent euros",
    "101": "cent un euros",
    "180": "cent quatre-vingts euros",
    "200": "deux cents euros",
    "201": "deux cent un euros",
    "280": "deux cent quatre-vingts euros",
    "1000": "mille euros",
    "1001": "mille un euros",
    "1100": "mille cent euros",
    "1200": "mille deux cents euros",
    "2000": "deux mille euros",
    "21000": "vingt et un mille euros",
    "80000": "quatre-vingt mille euros",
    "80080": "quatre-vingt mille quatre-vingts euros",
    "81000": "quatre-vingt-un mille euros",
    "180000": "cent quatre-vingt mille euros",
    "200000": "deux cent mille euros",
    "200200": "deux cent mille deux cents euros",
    "1000000": "un million d'euros",
    "1000000.05": "un million d'euros et cinq centimes",
    "1000001": "un million un euros",
    "1001000": "un million mille euros",
    "1200000": "un million deux cent mille euros",
    "2000000": "deux millions d'euros",
    "80000000": "quatre-vingts millions d'euros",
    "200000000": "deux cents millions d'euros",
    "1000000000": "un milliard d'euros",
    "1000000001": "un milliard un euros",
    "1001000000": "un milliard un million d'euros",
    "80000000000": "quatre-vingts milliards d'euros",
}


@pytest.mark.parametrize(("value", "words"), WORDS.items())
def test_amount_in_words(value: str, words: str) -> None:
    """Traditional spelling, plurals of vingt and cent, « d'euros » after million and milliard."""
    assert amount_in_words(Decimal(value)) == words


@pytest.mark.parametrize("value", [-1, 10**12])
def test_cardinals_out_of_reach(value: int) -> None:
    """Below zero or from a thousand billion on, refused rather than wrong."""
    with pytest.raises(ValueError, match="hors de portée"):
        in_words(value)


def test_the_highest_cardinal() -> None:
    """The last number in reach, every part of it plural or not as it should be."""
    assert in_words(10**12 - 1) == (
        "neuf cent quatre-vingt-dix-neuf milliards neuf cent quatre-vingt-dix-neuf millions "
        "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf"
    )


@PROPERTY
@given(AMOUNTS)
def test_an_amount_in_words_is_well_formed(value: Decimal) -> None:
    """No digit, no double space, no « zéro centime », and always a unit."""
    words = amount_in_words(value)
    assert not any(character.isdigit() for character in words)
    assert words == " ".join(words.split())
    assert "zéro centime" not in words
    assert ("euro" in words) or ("centime" in words)
    assert ("d'euro" in words) == (value >= 10**6 and int(value) % 10**6 == 0)
