"""A consumer owes interest, never late-payment penalties: what the screen calls them, and whom a letter asks what."""

from pathlib import Path

import pytest
import yaml

from generator.money import plain_spaces
from tests.conftest import ROOT
from tests.outside import impayes, write

AU = "2026-11-21"
JUDGED = """\
mise_en_demeure: {envoyee_le: 2024-08-01}
conditions: {capitalisation: {demandee_le: 2024-09-02}}
decision: {type: jugement, rendue_le: 2026-03-16, executoire_le: 2026-04-01, interets: legal}
"""
OLD = (("emise_le: 2026-06-01", "emise_le: 2024-06-01"), ("echeance: 2026-07-01", "echeance: 2024-07-01"))


def screen(folder: Path, kind: str) -> str:
    path = write(folder, ("qualite: professionnel", f"qualite: {kind}"), *OLD, extra=JUDGED)
    result = impayes("decompte", path, "--au", AU)
    assert result.exit_code == 0, result.output
    return plain_spaces(result.stdout)


@pytest.mark.parametrize(
    ("kind", "word"), [("professionnel", "énalités"), ("particulier", "ntérêts"), ("public", "ntérêts")]
)
def test_the_name_of_what_lateness_adds(tmp_path: Path, kind: str, word: str) -> None:
    """Column, nature of a line, capitalised interest: one word, the one the law uses for this debtor."""
    shown = screen(tmp_path, kind)
    # The warnings speak of the law in general.
    table = shown.split("Attention :")[0]
    heading = next(line for line in table.splitlines() if line.startswith("Facture"))
    initial, lower = ("P", "p") if word == "énalités" else ("I", "i")
    assert initial + word in heading
    assert f"compris dans les {lower}{word}" in table
    assert ("énalités" in table) == (kind == "professionnel")
    assert any(line.rstrip().endswith(f" {lower}{word}") for line in table.splitlines())


def test_the_keys_of_the_json_stay(tmp_path: Path) -> None:
    """A contract with other programs."""
    path = write(tmp_path, ("qualite: professionnel", "qualite: particulier"), *OLD, extra=JUDGED)
    said = impayes("decompte", path, "--au", AU, "--json").stdout
    assert '"penalites"' in said
    assert '"nature": "penalites"' in said


def letter(folder: Path, **changes: object) -> str:
    """The letter of example 082 to the commissaire de justice, with another debtor."""
    case = yaml.safe_load((ROOT / "examples/dossiers/2026-082.yml").read_text(encoding="utf-8"))
    case["debiteur"].update(changes)
    for key in [key for key, value in changes.items() if value is None]:
        del case["debiteur"][key]
    if changes.get("contestee"):
        del case["debiteur"]["contestee"]
        case["factures"][0]["contestation"] = {"depuis": "2026-07-01", "motif": "rayures", "montant": "100.00"}
    path = folder / "dossier.yml"
    path.write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
    out = folder / "out"
    result = impayes(
        "lettre", path, "transmission-commissaire-de-justice", "--au", AU, "--format", "txt", "--sortie", out,
        "--entreprise", ROOT / "examples/entreprise.yml",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (found,) = out.rglob("*.txt")
    return " ".join(plain_spaces(found.read_text(encoding="utf-8")).split())


def test_between_traders_small_claims_are_a_question(tmp_path: Path) -> None:
    """Both in the register: the new route is asked about, and whether the old one is still open."""
    text = letter(tmp_path)
    assert "créances commerciales incontestées (CPCE, art. L126-1) ? Celle des petites créances" in text
    assert "vous paraît-elle encore ouverte entre commerçants ?" in text


def test_between_traders_a_disputed_debt(tmp_path: Path) -> None:
    """The new route is for what is not disputed; the question on the other one stays."""
    text = letter(tmp_path, contestee=True)
    assert "L126-1" not in text
    assert "La procédure simplifiée des petites créances (CPCE, art. L125-1) vous paraît-elle encore ouverte" in text


def test_with_a_debtor_who_is_no_trader(tmp_path: Path) -> None:
    """Nothing is doubtful: the small claims procedure is asked about as it is."""
    text = letter(tmp_path, commercant=None)
    assert "Conseillez-vous la procédure simplifiée des petites créances (CPCE, art. L125-1) ?" in text
    assert "encore ouverte" not in text
