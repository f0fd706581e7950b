"""`impayes tableau` from outside: its outputs, its faults, the file of monthly sales."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.errors import InvalidInput
from generator.money import plain_spaces
from generator.portfolio.dashboard import build_dashboard
from generator.portfolio.dashboard_data import balance_csv
from generator.portfolio.sales import count_back, load_sales
from tests.conftest import day
from tests.outside import CREDITOR, DOSSIER, assert_french, impayes, refused, tree
from tests.tableau_samples import AU, euros, invoice, snapshot

SALES = "mois;ventes_ttc\n2026-11;1000,00\n2026-10;900\n"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A company of three dossiers: late, paid since, and a private person not due yet."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    folder = tmp_path / "dossiers"
    folder.mkdir()
    (folder / "a.yml").write_text(DOSSIER, encoding="utf-8")
    payment = "paiements: [{recu_le: 2026-11-10, montant: 5000}]\n"
    second = DOSSIER.replace("2026-014", "2026-015").replace("F-1", "F-2").replace("Martin", "Durand") + payment
    (folder / "b.yml").write_text(second, encoding="utf-8")
    third = DOSSIER.replace("2026-014", "2026-016").replace("Boulangerie Martin SARL", "Jeanne Petit")
    third = third.replace("qualite: professionnel", "qualite: particulier").replace("2026-07-01", "2026-12-01")
    (folder / "c.yml").write_text(third.replace("emise_le: 2026-06-01", "emise_le: 2026-11-01"), encoding="utf-8")
    return tmp_path


def _json(*args: object) -> dict[str, Any]:
    result = impayes("tableau", *args, "--json")
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def test_the_day_decides(company: Path) -> None:
    """A payment of November does not change the picture of October, even once it is written."""
    before = _json(company, "--au", "2026-10-31")
    after = _json(company, "--au", "2026-11-21")

    assert before["totaux"]["echu"] == "2400.00"
    assert before["attendu"]["total"] == before["totaux"]["credit"] == "0.00"
    assert (after["totaux"]["echu"], after["totaux"]["encours"]) == ("1200.00", "2400.00")
    assert after["retard_des_paiements"]["jours_ponderes"] == "132.0"
    assert after["schema"] == "impayes/tableau/1"

    later = company / "dossiers" / "a.yml"
    later.write_text(
        f"{later.read_text(encoding='utf-8')}paiements: [{{recu_le: 2026-11-20, montant: 300}}]\n", encoding="utf-8"
    )
    assert _json(company, "--au", "2026-10-31") == before
    assert _json(company, "--au", "2026-11-21") != after


def test_what_the_terminal_shows(company: Path) -> None:
    """The same figures in tables, and what is missing said plainly."""
    result = impayes("tableau", company, "--au", "2026-11-21")
    shown = re.sub(" +", " ", plain_spaces(result.stdout))

    assert result.exit_code == 0
    assert "Tableau au 21/11/2026 : 3 dossiers, dont 2 à encaisser" in shown
    assert "Encours 2 400,00 € 2 factures non soldées" in shown
    assert "Plus de 90 jours 1 1 200,00 € 50 % ████████████" in shown
    assert "Boulangerie Martin SARL 1 200,00 € 100 % 143 jours 1" in shown
    assert "Sans relance" in shown
    assert "Délai de règlement : non calculé, vos dossiers ne sont pas toutes vos ventes : écrire ventes.csv" in shown
    assert "--html tableau.html" in result.stderr
    assert_french(result.output)


def test_a_broken_dossier_is_named_and_the_rest_is_done(company: Path) -> None:
    """Exit code 3, after the figures and the files of the others."""
    (company / "dossiers" / "d.yml").write_text("reference: 2026-099\nfactures: []\n", encoding="utf-8")
    page, listing = company / "t.html", company / "t.csv"
    result = impayes("tableau", company, "--au", "2026-11-21", "--html", page, "--csv", listing, "--json")

    assert result.exit_code == 3
    data = json.loads(result.stdout)
    assert (data["dossiers"], data["totaux"]["encours"]) == (3, "2400.00")
    assert [Path(error["fichier"]).name for error in data["erreurs"]] == ["d.yml"]
    assert "d.yml:" in result.stderr
    assert "1 dossier illisible" in result.stderr
    assert "1 dossier illisible." in page.read_text(encoding="utf-8")
    assert listing.is_file()


def test_nothing_is_overwritten(company: Path) -> None:
    """Nor half written: when the page is refused, the list is not written either."""
    page, listing = company / "t.html", company / "t.csv"
    page.write_text("à moi", encoding="utf-8")
    args = ("tableau", company, "--au", "2026-11-21", "--html", page, "--csv", listing)

    assert "existe déjà : ajouter --ecraser" in refused(1, *args)
    assert page.read_text(encoding="utf-8") == "à moi"
    assert not listing.exists()
    assert impayes(*args, "--ecraser").exit_code == 0
    first = tree(company)
    assert impayes(*args).exit_code == 0, "the same bytes again are not an overwriting"
    assert tree(company) == first


def test_the_company_gives_its_name_and_its_colour(company: Path) -> None:
    """And a private person is named only when asked."""
    with (company / "entreprise.yml").open("a", encoding="utf-8") as stream:
        stream.write('apparence: {couleur: "#123456"}\n')
    page = company / "t.html"
    impayes("tableau", company, "--au", "2027-01-05", "--html", page)
    text = page.read_text(encoding="utf-8")
    impayes("tableau", company, "--au", "2027-01-05", "--html", page, "--noms", "--ecraser")

    assert '<p class="entreprise">Atelier Vasseur</p>' in text
    assert "--couleur-claire: #123456;" in text
    assert "Jeanne Petit" not in text
    assert "Particulier, dossier 2026-016" in text
    assert "Jeanne Petit" in page.read_text(encoding="utf-8")


def test_options_that_make_no_sense_are_refused(company: Path) -> None:
    """One file for two outputs; names for a page nobody asked; nothing to read."""
    same = company / "t.html"
    assert "le même fichier" in refused(2, "tableau", company, "--html", same, "--csv", same)
    assert "ajouter --html" in refused(2, "tableau", company, "--noms")
    empty = company / "vide"
    empty.mkdir()
    assert "aucun dossier" in refused(3, "tableau", empty)
    assert not same.exists()


def test_two_companies_have_no_name(company: Path, tmp_path: Path) -> None:
    """Their dossiers may be looked at together, without a name nor the sales of one of them."""
    other = tmp_path / "autre"
    other.mkdir()
    (other / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    (other / "d.yml").write_text(DOSSIER.replace("2026-014", "2026-077"), encoding="utf-8")
    (company / "ventes.csv").write_text(SALES, encoding="utf-8")
    result = impayes("tableau", company, "--au", "2026-11-21", "--json")

    assert "2 entreprises ici" in result.stderr
    assert json.loads(result.stdout)["delai_de_reglement"]["jours"] is None


# ---------------------------------------------------------------- the list of debtors


def test_the_list_opens_in_a_french_spreadsheet(company: Path) -> None:
    """Semicolons, decimal commas, a mark that says UTF-8; one line per debtor, what is to be given back included."""
    listing = company / "t.csv"
    impayes("tableau", company, "--au", "2026-11-21", "--csv", listing)
    raw = listing.read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(rows) + 1
    assert [row["débiteur"] for row in rows] == ["Boulangerie Durand SARL", "Boulangerie Martin SARL", "Jeanne Petit"]
    assert rows[1]["plus de 90 jours"] == rows[1]["total"] == "1200,00"
    assert (rows[1]["plus vieux retard (jours)"], rows[1]["indemnités"]) == ("143", "40,00")
    assert rows[0]["total"] == "0,00"
    assert float(rows[0]["à rendre"].replace(",", ".")) > 3000


@pytest.mark.parametrize("name", ["=1+1", "+33 SARL", "-2", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_a_formula(name: str) -> None:
    """Whatever a client is called, a spreadsheet reads text."""
    board = build_dashboard([snapshot("2026-1", invoice(10, 5), debiteur=name, ville="=A1")], AU)
    cells = next(csv.reader(balance_csv(board).decode("utf-8-sig").splitlines()[1:], delimiter=";"))

    assert (cells[0], cells[2]) == (f"'{name}", "'=A1")
    assert cells[11] == "10,00"


def test_a_name_keeps_its_cell() -> None:
    """Semicolons and quotes do not move the amounts."""
    board = build_dashboard([snapshot("2026-1", invoice(10, 5), debiteur='Le "Bon" ; pain')], AU)
    rows = list(csv.reader(io.StringIO(balance_csv(board).decode("utf-8-sig")), delimiter=";"))

    assert rows[1][0] == 'Le "Bon" ; pain'
    assert len(rows[1]) == len(rows[0])


# ---------------------------------------------------------------- sales


def test_sales_beside_the_company_are_found(company: Path) -> None:
    """2 400 € due: 1 000 € in 21 days, 900 € in 31, then the file is short; another file is asked for by name."""
    (company / "ventes.csv").write_text(SALES, encoding="utf-8")
    short = _json(company, "--au", "2026-11-21")["delai_de_reglement"]
    named = company / "autres.csv"
    named.write_text(f"{SALES}2026-09;1000\n", encoding="utf-8")
    found = _json(company, "--au", "2026-11-21", "--ventes", named)["delai_de_reglement"]

    assert short["jours"] is None
    assert "ajouter septembre 2026 (ligne « 2026-09;montant TTC »)" in short["manque"]
    assert [line["jours"] for line in found["mois"]] == ["21.0", "31.0", "15.0"]
    assert found["jours"] == "67.0"


def test_bad_sales_are_told_all_at_once(company: Path) -> None:
    """Each mistake with its line; no figure is made of a file that is not understood."""
    sales = company / "ventes.csv"
    sales.write_text("mois;ventes_ttc\n2026-13;10\n2026-10;-5\n2026-09\n2026-08;1\n2026-08;2\n;;\n", encoding="utf-8")
    said = refused(3, "tableau", company, "--au", "2026-11-21")

    for line, words in ((2, "« 2026-13 » illisible"), (3, "montant négatif"), (4, "deux colonnes"), (6, "août 2026")):
        assert f"ventes.csv:{line}: " in said
        assert words in said
    assert "ventes.csv:5:" not in said
    assert_french(said)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "en-t\u00eate inattendu"),
        (b"mois,ventes_ttc\n2026-10,5\n", "en-t\u00eate inattendu"),
        (b"mois;ventes_ttc\n", "aucun mois"),
        (b"mois;ventes_ttc\n" + b"2026-10;5\n" * 120_000, "plus de 1 Mio"),
        (b"PK\x03\x04\x00\x00", "en-t\u00eate inattendu"),
    ],
)
def test_files_that_are_not_sales(tmp_path: Path, content: bytes, words: str) -> None:
    """Empty, comma separated, without a month, huge, a real spreadsheet."""
    path = tmp_path / "ventes.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        load_sales(path)

    assert len(caught.value.problems) == 1
    assert words in caught.value.problems[0]


def test_missing_sales_are_a_sentence(tmp_path: Path, company: Path) -> None:
    """A file named and absent, or a folder in its place."""
    assert "lecture impossible (introuvable)" in refused(3, "tableau", company, "--ventes", tmp_path / "rien.csv")
    assert "lecture impossible" in refused(3, "tableau", company, "--ventes", tmp_path)


@pytest.mark.parametrize("written", ["2026-08", "08/2026", "8/2026", "01/08/2026", "août-26", '"2026-08"', " 2026-08 "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_months_as_spreadsheets_save_them(tmp_path: Path, written: str, encoding: str) -> None:
    """What comes out of a French spreadsheet is read, whatever its encoding."""
    path = tmp_path / "ventes.csv"
    path.write_text(f'Mois;Ventes_TTC\r\n{written};"24 000,50 €"\r\n;\r\n', encoding=encoding)

    assert load_sales(path) == {day("2026-08-01"): euros("24000.50")}


@pytest.mark.parametrize(("written", "month"), [("oct-26", 10), ("févr-26", 2), ("janv.-26", 1), ("mars-26", 3)])
def test_short_names_of_months(tmp_path: Path, written: str, month: int) -> None:
    """The ones a spreadsheet writes."""
    path = tmp_path / "ventes.csv"
    path.write_text(f"mois;ventes_ttc\n{written};1\n", encoding="utf-8")

    assert list(load_sales(path)) == [day(f"2026-{month:02}-01")]


@pytest.mark.parametrize("written", ["ju-26", "jui-26", "x-26", "2026", "15/08/2026", "2026-00"])
def test_doubtful_months_are_refused(tmp_path: Path, written: str) -> None:
    """June or July is not ours to guess, nor is a day that is not the first."""
    path = tmp_path / "ventes.csv"
    path.write_text(f"mois;ventes_ttc\n{written};1\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"ventes\.csv:2: mois « .* » illisible"):
        load_sales(path)


def test_the_month_under_way_counts_its_days() -> None:
    """On the 21st the month is 21 days long, and its sales stop there; nothing due is no day at all."""
    sold = {day("2026-11-01"): euros(1000), day("2026-10-01"): euros(0), day("2026-09-01"): euros(300)}

    assert count_back(euros(500), AU, sold).jours == 10.5
    assert count_back(euros(1000), AU, sold).jours == 21
    assert count_back(euros(1150), AU, sold).jours == 21 + 31 + 15
    assert count_back(euros(0), AU, {}).jours == 0


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (
            ("2026-10",),
            "les ventes de novembre 2026 manquent : ajouter la ligne « 2026-11;montant TTC », ventes du 1er au 21",
        ),
        (("2026-11", "2026-09"), "les ventes d'octobre 2026 manquent"),
        (("2026-11", "2026-10"), "ajouter septembre 2026"),
        ((), "les ventes de novembre 2026 manquent"),
    ],
)
def test_missing_months_are_named_and_nothing_is_invented(months: tuple[str, ...], words: str) -> None:
    """The current month, a gap, the beginning, everything."""
    dso = count_back(euros(5000), AU, {day(f"{month}-01"): euros(10) for month in months})

    assert dso.jours is None
    assert dso.manque is not None
    assert words in dso.manque
