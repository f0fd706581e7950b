"""What leaves in a pack and what stays: the letter's list, the titles of the chronology, the creditor's own checklist."""

import hashlib
import shutil
from pathlib import Path

import pytest

from generator.cli import COMMANDS
from generator.money import plain_spaces
from tests.test_remise_a_un_tiers import AU, INVOICE, archive_of, dossier, note, packed, run, sent, words


@pytest.fixture(autouse=True)
def _command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "remettre", ("generator.cli.pack:remettre", "Remettre un dossier."))


def test_the_checklist_stays_with_the_creditor(tmp_path: Path) -> None:
    """It lies beside the zip, is named as theirs, and nothing of it is in what leaves."""
    path = dossier(tmp_path)
    result = run(path, "avocat", "--ecraser")
    beside = archive_of(path, "avocat").with_name(f"{path.stem}-avocat-{AU}-liste-de-controle.pdf")
    assert "pour vous seul" in plain_spaces(result.stdout)
    assert "à vos frais" in words({"x.pdf": beside.read_bytes()})
    assert "à vos frais" not in words(packed(path, "avocat"))


def test_the_letter_announces_what_the_zip_holds(tmp_path: Path) -> None:
    """No paper of the zip is left out of the letter's list, and none is announced that is not in it."""
    bare = words({"x.pdf": packed(dossier(tmp_path / "nu"), "commissaire-de-justice")["01-lettre.pdf"]})
    listed = bare.split("Pièces jointes")[1]
    assert "Décompte au 21 novembre 2026" in listed
    assert not [
        paper
        for paper in ("Facture F-1", "Copie de la facture", "livraison", "Chronologie", "relance")
        if paper in listed
    ]

    folder = tmp_path / "plein"
    folder.mkdir()
    shutil.copy(INVOICE, folder / "f.pdf")
    path = dossier(folder, piece="f.pdf")
    sent(folder, INVOICE.read_bytes())
    files = packed(path, "commissaire-de-justice")
    listed = words({"x.pdf": files["01-lettre.pdf"]}).split("Pièces jointes")[1]
    assert all(paper in listed for paper in ("Facture F-1", "Chronologie", "Première relance, le 1er août 2026"))


def test_the_chronology_names_letters_by_their_title(tmp_path: Path) -> None:
    """A reader who does not use the tool does not meet its identifiers."""
    folder = tmp_path / "a"
    folder.mkdir()
    path = dossier(folder)
    sent(folder, INVOICE.read_bytes())
    told = words({"x.pdf": packed(path, "avocat")["04-chronologie.pdf"]})
    assert "Lettre « Première relance »" in told
    assert "relance-1" not in told


def test_a_proof_is_found_where_the_journal_says(tmp_path: Path) -> None:
    """`journal envoyer --fichier scans/AR.pdf` keeps the path: no other folder is to be searched."""
    folder = tmp_path / "a"
    (folder / "scans").mkdir(parents=True)
    path = dossier(folder)
    shutil.copy(INVOICE, folder / "scans" / "AR.pdf")
    digest = hashlib.sha256(INVOICE.read_bytes()).hexdigest()
    note(folder, action="envoi", lettre="relance-1", fichiers=[{"nom": "scans/AR.pdf", "sha256": digest}])
    assert any(name.startswith("lettres/") for name in packed(path, "avocat"))


@pytest.mark.parametrize(
    ("served", "words_told"), [("2026-09-20", "non avenue"), ("2026-07-20", "ordonnance signifiée")]
)
def test_the_fact_sheet_tells_where_an_order_stands(tmp_path: Path, served: str, words_told: str) -> None:
    """An order of 15 March 2026 may be served until 15 September: later, a bailiff must not be told it is a title."""
    order = (
        f"decision: {{type: ordonnance-injonction, rendue_le: 2026-03-15, signifiee_le: {served}, interets: legal}}\n"
    )
    files = packed(dossier(tmp_path, extra=order), "avocat")
    assert words_told in words(files)
