"""The law tables: sources, order, completeness, refusals, and every rate of the last years.

The expected rates are written out here, typed from the published figures and not from the tables:
a slip in a table must break a test.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from generator.errors import InvalidInput
from generator.law import Law, Table, half_year_label, half_year_start, load_law, next_half_year
from generator.law.rates import default_rate, floor_rate, legal_rate, public_rate
from generator.law.reading import read_articles, read_table

LAW = load_law()
TABLES = Path(__file__).parent.parent / "generator" / "law" / "tables"
HALF_YEARLY = [table for table in LAW.tables if table.rythme == "semestriel"]

# First day of the half-year, ECB rate, rate between professionals, rate owed by a public body.
ECB = [
    ("2013-01-01", "0.75", "10.75", None),
    ("2013-07-01", "0.50", "10.50", "8.50"),
    ("2014-01-01", "0.25", "10.25", "8.25"),
    ("2014-07-01", "0.15", "10.15", "8.15"),
    ("2015-01-01", "0.05", "10.05", "8.05"),
    ("2015-07-01", "0.05", "10.05", "8.05"),
    ("2016-01-01", "0.05", "10.05", "8.05"),
    ("2016-07-01", "0.00", "10.00", "8.00"),
    ("2017-01-01", "0.00", "10.00", "8.00"),
    ("2017-07-01", "0.00", "10.00", "8.00"),
    ("2018-01-01", "0.00", "10.00", "8.00"),
    ("2018-07-01", "0.00", "10.00", "8.00"),
    ("2019-01-01", "0.00", "10.00", "8.00"),
    ("2019-07-01", "0.00", "10.00", "8.00"),
    ("2020-01-01", "0.00", "10.00", "8.00"),
    ("2020-07-01", "0.00", "10.00", "8.00"),
    ("2021-01-01", "0.00", "10.00", "8.00"),
    ("2021-07-01", "0.00", "10.00", "8.00"),
    ("2022-01-01", "0.00", "10.00", "8.00"),
    ("2022-07-01", "0.00", "10.00", "8.00"),
    ("2023-01-01", "2.50", "12.50", "10.50"),
    ("2023-07-01", "4.00", "14.00", "12.00"),
    ("2024-01-01", "4.50", "14.50", "12.50"),
    ("2024-07-01", "4.25", "14.25", "12.25"),
    ("2025-01-01", "3.15", "13.15", "11.15"),
    ("2025-07-01", "2.15", "12.15", "10.15"),
    ("2026-01-01", "2.15", "12.15", "10.15"),
    ("2026-07-01", "2.40", "12.40", "10.40"),
]

# First day of the half-year, legal rate of other cases, of consumer creditors, floor of agreed rates.
LEGAL = [
    ("2015-01-01", "0.93", "4.06", "2.79"),
    ("2015-07-01", "0.99", "4.29", "2.97"),
    ("2016-01-01", "1.01", "4.54", "3.03"),
    ("2016-07-01", "0.93", "4.35", "2.79"),
    ("2017-01-01", "0.90", "4.16", "2.70"),
    ("2017-07-01", "0.90", "3.94", "2.70"),
    ("2018-01-01", "0.89", "3.73", "2.67"),
    ("2018-07-01", "0.88", "3.60", "2.64"),
    ("2019-01-01", "0.86", "3.40", "2.58"),
    ("2019-07-01", "0.87", "3.26", "2.61"),
    ("2020-01-01", "0.87", "3.15", "2.61"),
    ("2020-07-01", "0.84", "3.11", "2.52"),
    ("2021-01-01", "0.79", "3.14", "2.37"),
    ("2021-07-01", "0.76", "3.12", "2.28"),
    ("2022-01-01", "0.76", "3.13", "2.28"),
    ("2022-07-01", "0.77", "3.15", "2.31"),
    ("2023-01-01", "2.06", "4.47", "6.18"),
    ("2023-07-01", "4.22", "6.82", "12.66"),
    ("2024-01-01", "5.07", "8.01", "15.21"),
    ("2024-07-01", "4.92", "8.16", "14.76"),
    ("2025-01-01", "3.71", "7.21", "11.13"),
    ("2025-07-01", "2.76", "6.65", "8.28"),
    ("2026-01-01", "2.62", "6.67", "7.86"),
    ("2026-07-01", "2.75", "6.84", "8.25"),
]


def plain(error: pytest.ExceptionInfo[InvalidInput]) -> str:
    """The message with ordinary spaces, so that tests read like what the user sees."""
    return str(error.value).replace("\u00a0", " ").replace("\u202f", " ")


def ids(table: Table) -> str:
    return table.id


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def _write(text: str, name: str = "taux.yml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.mark.parametrize("table", LAW.tables, ids=ids)
def test_every_value_has_its_source(table: Table) -> None:
    for value in table.valeurs:
        assert value.source.texte
        assert value.source.url
        assert value.source.url.startswith("https://")
        assert "/search/" not in value.source.url, "an address must lead to the text, not to a search"
        assert value.articles
        assert not value.ajoute


@pytest.mark.parametrize("table", LAW.tables, ids=ids)
def test_values_of_a_table_are_in_strict_order(table: Table) -> None:
    for cle in table.cles:
        days = [value.depuis for value in table.serie(cle)]
        assert days == sorted(set(days))
        assert days[-1] <= table.verifie_le


@pytest.mark.parametrize("table", LAW.tables, ids=ids)
def test_a_value_of_low_confidence_says_why(table: Table) -> None:
    assert all(value.note for value in table.valeurs if value.confiance == "basse")


@pytest.mark.parametrize("table", HALF_YEARLY, ids=ids)
def test_no_half_year_is_missing_up_to_the_last_check(table: Table) -> None:
    for cle in table.cles:
        days = [value.depuis for value in table.serie(cle)]
        expected = [days[0]]
        while expected[-1] < half_year_start(table.verifie_le):
            expected.append(next_half_year(expected[-1]))
        assert days == expected


@pytest.mark.parametrize("table", LAW.tables, ids=ids)
def test_every_article_cited_is_in_the_registry(table: Table) -> None:
    for article_id in {*table.articles, *(cited for value in table.valeurs for cited in value.articles)}:
        assert LAW.article(article_id).id == article_id


def test_articles_are_well_formed() -> None:
    known = [article.id for article in LAW.articles]
    assert len(known) == len(set(known))
    for article in LAW.articles:
        assert article.id == article.id.lower()
        assert article.id.isascii()
        assert article.url is None or article.url.startswith("https://")
        assert "/search/" not in (article.url or "")
        assert article.version_du is None or article.version_du <= article.verifie_le


@pytest.mark.parametrize(("start", "ecb", "default", "public"), ECB)
def test_rates_built_on_the_ecb_rate(start: str, ecb: str, default: str, public: str | None) -> None:
    first = date.fromisoformat(start)
    last = next_half_year(first) - timedelta(days=1)
    for day in (first, last):
        assert LAW.value("refinancement-bce", day).valeur == Decimal(ecb)
        rate = default_rate(LAW, day)
        assert (rate.taux, rate.depuis) == (Decimal(default), first)
        assert rate.articles == ("c-com-l441-10",)
        assert [value.table for value in rate.valeurs] == ["refinancement-bce", "majoration-penalites"]
        if public is None:
            with pytest.raises(InvalidInput):
                public_rate(LAW, day)
        else:
            assert public_rate(LAW, day).taux == Decimal(public)


@pytest.mark.parametrize(("start", "autres", "particuliers", "floor"), LEGAL)
def test_legal_rates_and_floor(start: str, autres: str, particuliers: str, floor: str) -> None:
    first = date.fromisoformat(start)
    last = next_half_year(first) - timedelta(days=1)
    for day in (first, last):
        assert legal_rate(LAW, day).taux == Decimal(autres)
        assert legal_rate(LAW, day, "particuliers").taux == Decimal(particuliers)
        rate = floor_rate(LAW, day)
        assert (rate.taux, rate.depuis, rate.articles) == (Decimal(floor), first, ("c-com-l441-10",))


def test_the_expected_rates_cover_the_tables() -> None:
    assert len(ECB) == len(LAW.table("refinancement-bce").valeurs)
    assert len(LEGAL) == len(LAW.table("interet-legal").serie("autres"))
    assert len(LEGAL) == len(LAW.table("interet-legal").serie("particuliers"))


@pytest.mark.parametrize(
    ("table_id", "cle", "day", "expected"),
    [
        ("indemnite-forfaitaire", "professionnel", "2026-11-21", "40"),
        ("indemnite-forfaitaire", "public", "2018-01-01", "40"),
        ("prescription", "professionnel", "2026-11-21", "5"),
        ("prescription", "particulier", "2026-11-21", "2"),
        ("prescription", "public", "2026-11-21", "4"),
        ("prescription", "transport", "2026-11-21", "1"),
        ("delais-de-paiement", "defaut", "2018-03-01", "30"),
        ("delais-de-paiement", "plafond", "2026-11-21", "60"),
        ("delais-de-paiement", "viandes-fraiches", "2026-11-21", "20"),
        ("delais-de-paiement", "public-sante", "2026-11-21", "50"),
        ("seuils", "petites-creances", "2026-11-21", "5000"),
        ("delais-procedure", "signification-injonction", "2026-08-31", "6"),
        ("delais-procedure", "signification-injonction", "2026-09-01", "3"),
        ("delais-procedure", "declaration-creance", "2026-11-21", "2"),
        ("majoration-taux-legal", None, "2026-11-21", "5"),
    ],
)
def test_values_that_hold_until_the_next(table_id: str, cle: str | None, day: str, expected: str) -> None:
    assert LAW.value(table_id, date.fromisoformat(day), cle).valeur == Decimal(expected)


def test_a_consumer_owes_no_fixed_indemnity() -> None:
    with pytest.raises(InvalidInput, match="particulier"):
        LAW.value("indemnite-forfaitaire", date(2026, 11, 21), "particulier")


def test_nothing_is_extrapolated_after_the_last_half_year() -> None:
    with pytest.raises(InvalidInput) as error:
        default_rate(LAW, date(2027, 1, 1))
    sentence = plain(error)
    assert "le 1er semestre 2027 n'est pas dans la table" in sentence
    assert "dernier semestre connu : 2e semestre 2026" in sentence
    assert "taux.yml" in sentence
    assert "source: {texte:" in sentence


def test_nothing_is_extrapolated_before_the_first_entry() -> None:
    with pytest.raises(InvalidInput, match="2e semestre 2012"):
        LAW.value("refinancement-bce", date(2012, 12, 31))
    with pytest.raises(InvalidInput, match="1er semestre 2015"):
        legal_rate(LAW, date(2014, 12, 31))
    with pytest.raises(InvalidInput, match="01/01/2013"):
        LAW.value("plancher-penalites", date(2012, 12, 31))


def test_unknown_names_are_told_with_a_suggestion() -> None:
    with pytest.raises(InvalidInput, match="seuils"):
        LAW.table("seuil")
    with pytest.raises(InvalidInput, match="c-com-l441-10"):
        LAW.article("c-com-l44110")
    with pytest.raises(InvalidInput, match="demande une clé"):
        LAW.value("interet-legal", date(2026, 7, 1))
    with pytest.raises(InvalidInput, match="ne donnez pas de clé"):
        LAW.value("refinancement-bce", date(2026, 7, 1), "autres")


def test_half_years() -> None:
    assert half_year_start(date(2026, 6, 30)) == date(2026, 1, 1)
    assert half_year_start(date(2026, 7, 1)) == date(2026, 7, 1)
    assert next_half_year(date(2026, 12, 31)) == date(2027, 1, 1)
    assert half_year_label(date(2026, 11, 21)) == "2e semestre 2026"
    assert half_year_label(date(2027, 1, 1)) == "1er semestre 2027"


def test_tables_go_stale() -> None:
    assert LAW.stale(date(2026, 11, 21)) == []
    assert set(HALF_YEARLY) <= set(LAW.stale(date(2027, 1, 5)))
    assert len(LAW.stale(date(2100, 1, 1))) == len(LAW.tables)


@pytest.mark.parametrize("table", LAW.tables, ids=ids)
def test_somebody_still_reviews_the_tables(table: Table) -> None:
    """Fails once a review is sixty days late: the one test that may read the clock."""
    limit = table.a_revoir_le + timedelta(days=60)
    today = date.today()  # noqa: DTZ011 - a day, wherever the tests run
    assert today <= limit, f"{table.id}: review it, then move verifie_le and a_revoir_le"


def test_a_deleted_half_year_is_detected(write) -> None:  # type: ignore[no-untyped-def]
    text = (TABLES / "refinancement-bce.yml").read_text(encoding="utf-8")
    blocks = text.split("  - depuis: ")
    kept = [block for block in blocks if not block.startswith("2019-07-01")]
    assert len(kept) == len(blocks) - 1
    with pytest.raises(InvalidInput, match="il manque le 2e semestre 2019"):
        read_table(write("  - depuis: ".join(kept), "refinancement-bce.yml"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("confiance: haute", "confiance: certaine", "choisissez entre haute, moyenne, basse"),
        ("    source:", "    sources:", "il manque la source"),
        ("libelle:", "libellé:", "le champ « libellé » n'existe pas"),
        ('valeur: "3"', 'valeur: "trois"', "il faut un nombre"),
        ('valeur: "3"', 'valeur: "NaN"', "il faut un nombre"),
        ("depuis: 2013-01-01", "depuis: 1er janvier 2013", "il faut une date"),
        ("verifie_le:", "# verifie_le:", "il manque le champ verifie_le"),
        ("rythme: sans", "rythme: annuel", "choisissez entre semestriel, sans"),
        ("id: plancher-penalites", "id: plancher", "doit être le nom du fichier"),
        ("url: https://", "url: http://", "doit commencer par https://"),
        ("unite:", "id: plancher-penalites\nunite:", "clé « id » écrite deux fois"),
        ("valeurs:", "valeurs: [", "plancher-penalites.yml:"),
    ],
)
def test_a_malformed_table_does_not_load(write, old: str, new: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    text = (TABLES / "plancher-penalites.yml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InvalidInput) as error:
        read_table(write(text.replace(old, new, 1), "plancher-penalites.yml"))
    assert sentence in plain(error)
    assert "plancher-penalites.yml" in plain(error)


def test_dates_out_of_order_do_not_load(write) -> None:  # type: ignore[no-untyped-def]
    text = (TABLES / "delais-procedure.yml").read_text(encoding="utf-8")
    swapped = text.replace("depuis: 2026-09-01", "depuis: 2012-09-01")
    with pytest.raises(InvalidInput, match="rangez les dates"):
        read_table(write(swapped, "delais-procedure.yml"))


def test_all_mistakes_are_told_at_once(write) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput) as error:
        read_table(write("id: vide\nrythme: sans\n", "vide.yml"))
    assert len(error.value.problems) >= 5


def test_two_articles_cannot_share_an_id(write) -> None:  # type: ignore[no-untyped-def]
    one = "- {id: a, titre: t, court: c, objet: o, verifie_le: 2026-11-21}\n"
    with pytest.raises(InvalidInput, match="est déjà pris"):
        read_articles(write("articles:\n" + one + one, "articles.yml"))


ADDED = """
refinancement-bce:
  - {depuis: 2027-01-01, valeur: "2.65", source: {texte: "BCE, opération du 16 septembre 2026"}}
interet-legal:
  - {depuis: 2027-01-01, cle: autres, valeur: "2.80", source: {texte: "Arrêté"}}
"""


def test_a_company_may_add_a_half_year(write) -> None:  # type: ignore[no-untyped-def]
    law = load_law(write(ADDED))
    day = date(2027, 6, 30)
    assert default_rate(law, day).taux == Decimal("12.65")
    assert floor_rate(law, day).taux == Decimal("8.40")
    added = law.value("refinancement-bce", day)
    assert added.ajoute
    assert added.confiance == "moyenne"
    assert added.articles == ("c-com-l441-10", "ccp-r2192-31")
    assert not law.value("refinancement-bce", date(2026, 7, 1)).ajoute
    assert law.table("refinancement-bce") in law.tables
    with pytest.raises(InvalidInput, match="1er semestre 2027"):
        law.value("interet-legal", day, "particuliers")
    with pytest.raises(InvalidInput, match="1er semestre 2027"):
        load_law().value("refinancement-bce", day)


def entry(table: str = "refinancement-bce", **changes: str) -> str:
    fields = {"depuis": "2027-01-01", "valeur": '"2.65"', "source": "{texte: BCE}"} | changes
    return f"{table}:\n  - {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (entry(depuis="2026-07-01"), "le 2e semestre 2026 est déjà dans la table"),
        (entry(depuis="2027-07-01"), "il manque le 1er semestre 2027"),
        (entry(depuis="2027-02-01"), "n'est pas un 1er janvier ou un 1er juillet"),
        (entry(source="{url: https://www.ecb.europa.eu/}"), "il manque le champ texte"),
        (entry(source="BCE"), "des champs sont attendus ici"),
        (entry(valeur='"2,65"'), "il faut un nombre"),
        (entry(cle="autres"), "la clé « autres » n'existe pas dans cette table"),
        (entry("interet-legal"), "la clé « aucune » n'existe pas dans cette table"),
        (entry("majoration-penalites", cle="professionnel"), "seules les tables semestrielles"),
        (entry("refinancement"), "Vouliez-vous dire « refinancement-bce »"),
        (entry(jusqu_au="2027-06-30"), "le champ « jusqu_au » n'existe pas"),
        ("refinancement-bce: 2.65\n", "une liste de valeurs est attendue"),
        ("- 2.65\n", "clé: valeur"),
        ("a: 1\na: 2\n", "clé « a » écrite deux fois"),
        ("? [a]\n: 1\n", "une clé simple est attendue"),
    ],
)
def test_a_wrong_addition_is_refused(write, text: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput) as error:
        load_law(write(text))
    assert sentence in plain(error)
    assert "taux.yml" in plain(error)


def test_an_addition_without_source_is_refused(write) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match="il manque la source"):
        load_law(write('refinancement-bce:\n  - {depuis: 2027-01-01, valeur: "2.65"}\n'))


def test_a_missing_rate_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"taux\.yml est introuvable"):
        load_law(tmp_path / "taux.yml")


def test_the_law_is_read_once() -> None:
    assert load_law() is load_law()
    assert isinstance(load_law(), Law)
    assert load_law().table("seuils") is load_law().table("seuils")
