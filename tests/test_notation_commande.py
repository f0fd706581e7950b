"""`impayes notation`: what it shows, whom it leaves out, what it says first, and dossiers that cannot be read."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from generator.money import plain_spaces
from generator.portfolio import rating
from tests.conftest import day
from tests.outside import CREDITOR, assert_french, impayes, refused

AU = day("2026-11-21")
DEBTOR = "debiteur: {nom: %s, qualite: %s, adresse: {lignes: [1 rue A], code_postal: '37000', ville: Tours}}\n"


def dossier(folder: Path, name: str, kind: str = "professionnel", debtor: str = "Morvan SARL", extra: str = "") -> Path:
    """Three invoices due in February, April and June, the first two paid on their day."""
    bills = "".join(
        f"  - {{numero: {name}-{month}, emise_le: 2026-0{month - 1}-01, echeance: 2026-0{month}-01, montant_ttc: 500}}\n"
        for month in (2, 4, 6)
    )
    paid = "".join(f"  - {{recu_le: 2026-0{month}-01, montant: 500, facture: {name}-{month}}}\n" for month in (2, 4))
    path = folder / f"{name}.yml"
    text = f"reference: {name}\n{CREDITOR}{DEBTOR % (debtor, kind)}factures:\n{bills}paiements:\n{paid}{extra}"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_command_on_a_folder(tmp_path: Path) -> None:
    """Data on one side, what a reader must know on the other; consumers and public bodies are counted, not named."""
    dossier(tmp_path, "N-1")
    dossier(tmp_path, "N-2", "particulier", "Jeanne Morel")
    dossier(tmp_path, "N-3", "public", "Commune de Vouvray")
    result = impayes("notation", tmp_path, "--au", AU)
    assert result.exit_code == 0
    head, _, row = plain_spaces(result.stdout).splitlines()
    columns = ("Client", "Note", "Points", "Retard (j)", "À l'heure", "Tendance", "Promesses", "Encours")
    assert re.split(r"  +", head) == list(columns)
    assert row.startswith("Morvan SARL")
    assert row.endswith("500,00 €")
    said = plain_spaces(result.stderr)
    assert "1 acheteur public laissé de côté" in said
    assert "1 particulier laissé de côté (--particuliers)" in said
    assert "entrepreneur individuel" in said
    assert "Jeanne" not in result.output
    assert "Vouvray" not in result.output
    assert_french(result.output)


def test_json_holds_the_same(tmp_path: Path) -> None:
    """Amounts and measures as text, the scale beside them."""
    dossier(tmp_path, "N-1", extra="promesses: [{recue_le: 2026-06-10, payer_le: 2026-06-20, montant: 500}]\n")
    dossier(tmp_path, "N-2", "particulier", "Jeanne Morel")
    data = json.loads(impayes("notation", tmp_path, "--au", AU, "--json").stdout)
    assert (data["schema"], data["au"]) == ("impayes/notation/1", "2026-11-21")
    assert data["bareme"]["points"] == rating.WEIGHTS
    assert data["bareme"]["seuils"] == dict(rating.GRADES)
    assert data["laisses_de_cote"] == {"particuliers": 1, "publics": 0}
    (found,) = data["debiteurs"]
    # 173 days on a third of the amounts.
    assert {key: found[key] for key in ("note", "points", "retard_pondere", "part_a_l_heure", "encours")} == {
        "note": "D",
        "points": 23,
        "retard_pondere": "57.7",
        "part_a_l_heure": "66.7",
        "encours": "500.00",
    }
    assert found["composantes"][0]["points"] == "1.6"
    assert found["composantes"][2] == {
        "code": "tendance",
        "points": None,
        "sur": 20,
        "phrase": "non comptée : il faut 2 factures échues depuis 6 mois et 2 plus anciennes",
    }
    assert found["composantes"][3]["phrase"] == "0 tenue sur 1"


def test_detail_explains(tmp_path: Path) -> None:
    """Each component under its debtor; the next step is not proposed twice."""
    path = dossier(tmp_path, "N-1")
    result = impayes("notation", path, "--au", AU, "--detail")
    out = plain_spaces(result.stdout)
    assert "Morvan SARL : 18,3 points sur 65, soit 28 sur 100 : D (de 0 à 39)." in out
    assert "1,6 / 40  57,7 jours en moyenne" in out
    assert "Étape suivante" not in result.stderr
    assert f"impayes notation {path} --au 2026-11-21 --detail" in impayes("notation", path, "--au", AU).stderr


def test_an_earlier_day_gives_an_earlier_rating(tmp_path: Path) -> None:
    """What came later does not exist: in April, two invoices only were past their due date."""
    path = dossier(tmp_path, "N-1")
    before, after = (
        json.loads(impayes("notation", path, "--au", au, "--json").stdout)["debiteurs"][0]
        for au in ("2026-06-01", "2026-06-02")
    )
    assert (before["etat"], before["note"], before["composantes"]) == ("non-note", None, [])
    assert (after["etat"], after["note"]) == ("note", "A")


def test_penalties_left_unpaid_do_not_ruin_a_rating(tmp_path: Path) -> None:
    """A payment clears interest first (C. civ. 1343-1): what is left of the invoice is small, and weighs little."""
    bills = [(month, f"2026-0{month}-01") for month in (2, 3, 7)]
    owed = "".join(f"  - {{numero: F-{m}, emise_le: 2026-01-01, echeance: {d}, montant_ttc: 1200}}\n" for m, d in bills)
    paid = "".join(f"  - {{recu_le: 2026-0{m}-11, montant: 1200, facture: F-{m}}}\n" for m, _ in bills)
    head = f"reference: N-1\n{CREDITOR}{DEBTOR % ('Morvan SARL', 'professionnel')}"
    path = tmp_path / "N-1.yml"
    path.write_text(f"{head}factures:\n{owed}paiements:\n{paid}", encoding="utf-8")
    (found,) = json.loads(impayes("notation", path, "--au", AU, "--json").stdout)["debiteurs"]
    assert Decimal(found["encours"]) > 0
    assert 10 < Decimal(found["retard_pondere"]) < 12


def test_consumers_are_refused_then_warned_about(tmp_path: Path) -> None:
    """Not rated by default; when asked, what the CNIL expects is said before the table."""
    path = dossier(tmp_path, "N-2", "particulier", "Jeanne Morel")
    said = refused(2, "notation", path, "--au", AU)
    assert "--particuliers" in said
    assert "Morel" not in said
    assert_french(said)
    result = impayes("notation", path, "--au", AU, "--particuliers")
    assert result.exit_code == 0
    assert "Jeanne Morel" in result.stdout
    warned = plain_spaces(result.stderr)
    assert warned.startswith("Attention : noter d'avance des particuliers n'est pas couvert par le référentiel")
    assert "n° 2021-130" in warned
    assert plain_spaces(result.output).index("Attention") < plain_spaces(result.output).index("Jeanne Morel")
    for words in ("votre propre analyse", "Une personne vérifie avant toute exclusion", "ne sort pas"):
        assert words in warned
    assert_french(warned)


def test_a_public_body_alone(tmp_path: Path) -> None:
    """Nothing to rate, and the reason; asking for consumers changes nothing."""
    path = dossier(tmp_path, "N-3", "public", "Commune de Vouvray")
    for options in ((), ("--particuliers",)):
        result = impayes("notation", path, "--au", AU, *options)
        assert (result.exit_code, result.stdout) == (0, "")
        assert "Aucune entreprise à noter" in result.stderr
        assert "la loi fixe son délai" in result.stderr


def test_a_broken_dossier_stops_nothing(tmp_path: Path) -> None:
    """Reported, skipped, exit code 3 once the others are done; the same in JSON."""
    dossier(tmp_path, "N-1")
    (tmp_path / "cassé.yml").write_text("reference: [\n", encoding="utf-8")
    result = impayes("notation", tmp_path, "--au", AU)
    assert result.exit_code == 3
    assert "Morvan SARL" in result.stdout
    assert "cassé.yml" in result.stderr
    as_json = impayes("notation", tmp_path, "--au", AU, "--json")
    assert as_json.exit_code == 3
    data = json.loads(as_json.stdout)
    assert len(data["debiteurs"]) == 1
    assert [Path(error["fichier"]).name for error in data["erreurs"]] == ["cassé.yml"]
    assert data["erreurs"][0]["messages"]


def test_without_any_dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without dossiers is said; no path means the current folder; nothing is written anywhere."""
    assert "aucun dossier" in refused(3, "notation", tmp_path, "--au", AU)
    dossier(tmp_path, "N-1")
    monkeypatch.chdir(tmp_path)
    result = impayes("notation", "--au", AU)
    assert "Morvan SARL" in result.stdout
    assert "impayes notation --au 2026-11-21 --detail" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["N-1.yml"]
