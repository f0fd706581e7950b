"""`impayes relancer` as a command: trial, agreement, dossiers that cannot be written to, mistakes."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import LegalRefusal
from generator.money import plain_spaces
from generator.portfolio import batch
from tests.batch_samples import (
    DUE,
    FIRST_ON_PAPER,
    MONDAY,
    day_folder,
    debtor,
    quick,
    quick_letter,
    relancer,
    rows,
    told,
)
from tests.conftest import ROOT
from tests.outside import impayes
from tests.portfolio_samples import FIRST, SECOND, company, dossier, invoice, note, strategy

__all__ = ["quick"]


def test_simulation_writes_nothing(tmp_path: Path, quick: None) -> None:
    """Not a file, not a folder, not the lock; the same letters are announced as are then made."""
    folder = company(tmp_path / "e", strategy(FIRST, regroupement="debiteur"))
    for n in range(3):
        dossier(folder, invoice(DUE, numero=f"F-{n}"), f"D-{n}", debiteur=debtor(f"Client {n // 2}"))
    before = sorted(folder.rglob("*"))
    said = relancer(folder, "--simulation")
    assert sorted(folder.rglob("*")) == before
    made = relancer(folder)
    assert said.splitlines()[1:5] == made.splitlines()[1:5]
    assert said.startswith("Seraient préparées (2)")


def test_agreement(tmp_path: Path, quick: None) -> None:
    """A level that needs somebody's agreement waits for it: one dossier, all of them, never by silence."""
    folder = company(tmp_path / "e", strategy(SECOND.replace("précédente + 12", "échéance + 3")))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    said = relancer(folder)
    assert "Attendent votre accord (3)" in said
    assert "Rien à préparer aujourd'hui." in said
    assert not (folder / "journal").exists()
    assert not day_folder(folder).exists()

    assert "dossier « D-9 » : référence inconnue ici" in relancer(
        folder, "--valider", "D-9", "--valider", "D-1", code=3
    )
    assert not (folder / "journal").exists(), "a typing mistake stops the run before it begins"

    said = relancer(folder, "--valider", "D-2")
    assert "Préparées (1)" in said
    assert "Attendent votre accord (2)" in said
    assert "--valider D-1" in said
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-2"]

    assert "Préparées (2)" in relancer(folder, "--tout-valider")
    assert [row["dossiers"] for row in rows(folder)] == ["D-1", "D-2", "D-3"]
    assert "D-2 : rien à préparer : « relance-2 » est déjà préparée : --refaire D-2" in relancer(
        folder, "--valider", "D-2"
    )


def test_a_name_that_changes_nothing_is_answered(tmp_path: Path, quick: None) -> None:
    """Whoever names a dossier is told why nothing is made for it."""
    folder = company(tmp_path / "e", strategy(FIRST))
    dossier(folder, invoice(DUE), "D-1", suspension={"jusqu_au": "2026-12-24", "motif": "litige à l'amiable"})
    dossier(folder, invoice("2026-12-15"), "D-2")
    said = relancer(folder, "--valider", "D-1", "--refaire", "D-2")
    assert "D-1 : rien à préparer : relances suspendues jusqu'au 24/12/2026 : litige à l'amiable" in said
    assert "D-2 : rien à préparer : « premiere » n'est prévu que le 18/12/2026" in said


def in_a_terminal(folder: Path, keys: bytes, *arguments: str) -> str:
    """Run the command with a keyboard; what it says on standard error."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "relancer", str(folder), "--au", MONDAY, *arguments],
        cwd=ROOT, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(follower)
    os.write(leader, keys)
    _, said = process.communicate(timeout=60)
    os.close(leader)
    assert process.returncode == 0, said
    return plain_spaces(said)


@pytest.mark.lent
def test_the_question_is_asked_in_a_terminal(tmp_path: Path) -> None:
    """In a terminal each letter that waits is asked about, « oui » alone makes it; who names a dossier is not asked."""
    folder = company(tmp_path / "e", strategy(SECOND.replace("précédente + 12", "échéance + 3")))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    said = in_a_terminal(folder, b"oui\n\nnon\n")
    assert said.count("La préparer ? (oui ou non)") == 3
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-1"]
    assert "La préparer ?" not in in_a_terminal(folder, b"oui\n", "--valider", "D-2")
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-1", "D-2"]


def test_edited_between_reading_and_making(tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dossier paid, raised or stopped meanwhile is not written to on old figures; the others are done."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in range(5):
        dossier(folder, invoice(DUE), f"D-{n}")
    bare = {"conditions": {"indemnite_forfaitaire": "abandonner", "penalites": "abandonner"}}
    dossier(folder, [invoice(DUE, "100.00"), invoice(DUE, "200.00", "F-2")], "D-5", **bare)
    original = batch.make_all

    def meanwhile(*arguments: object) -> object:
        paid = {"paiements": [{"recu_le": MONDAY, "montant": "1100.00"}]}
        dossier(folder, invoice(DUE), "D-1", **paid)
        dossier(folder, invoice(DUE, "1500.00"), "D-2")
        dossier(folder, invoice(DUE), "D-3", suspension={"jusqu_au": "2026-12-24", "motif": "litige"})
        (folder / "D-4.yml").unlink()
        dossier(folder, invoice(DUE, "300.00", "F-2"), "D-5", **bare)
        return original(*arguments)

    monkeypatch.setattr(batch, "make_all", meanwhile)
    said = relancer(folder, code=4)
    assert "Préparées (1)" in said
    assert "D-1 : D-1 a changé pendant la relance (plus rien n'est dû) : relancer la commande" in said
    assert "D-2 : D-2 a changé pendant la relance : relancer la commande" in said
    assert "D-3 : relances suspendues jusqu'au 24/12/2026 : litige" in said
    assert "D-4 : " in said
    assert "D-5 : D-5 a changé pendant la relance : relancer la commande" in said
    assert [p.stem for p in (folder / "journal").glob("*.jsonl")] == ["D-0"]
    monkeypatch.undo()
    monkeypatch.setattr(batch, "make_letter", quick_letter)
    assert "Préparées (2)" in relancer(folder)
    assert told(folder, "D-2") == told(folder, "D-5") == ["preparation relance-1"]


def test_refused_by_law_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence, exit 4, nothing noted for that one; the others are done, and a broken dossier is still reported."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    (folder / "D-4.yml").write_text("reference: D-4\n", encoding="utf-8")

    def refuse(loaded, statement, letter_id, **rest):
        if loaded.case.reference == "D-2":
            raise LegalRefusal("C. com. L622-21 : la relance est interdite")
        return quick_letter(loaded, statement, letter_id, **rest)

    monkeypatch.setattr(batch, "make_letter", refuse)
    said = relancer(folder, code=4)
    assert "D-2 : C. com. L622-21 : la relance est interdite" in said
    assert "1 dossier illisible, laissé de côté." in said
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-1", "D-3"]
    assert [row["dossiers"] for row in rows(folder)] == ["D-1", "D-3"]


def test_a_broken_journal_stops_its_dossier_only(tmp_path: Path, quick: None) -> None:
    """Altered by hand: named with its line, left alone; the two others are done."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in (1, 2, 3):
        note(dossier(folder, invoice(DUE), f"D-{n}"), "note", "2026-11-20", note="Vu le gérant")
    journal = folder / "journal" / "D-2.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").replace("gérant", "patron"), encoding="utf-8")
    said = relancer(folder, code=3)
    assert "D-2.jsonl:1: cette ligne n'est pas celle qui avait été écrite" in said
    assert "Préparées (2)" in said
    assert "patron" in journal.read_text(encoding="utf-8")


def test_two_dossiers_of_one_reference(tmp_path: Path, quick: None) -> None:
    """Their journals would mix: the second is refused, the first done."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice(DUE), "D-1")
    (folder / "copie.yml").write_bytes((folder / "D-1.yml").read_bytes())
    said = relancer(folder, code=3)
    assert "« D-1 » est déjà celle de" in said
    assert told(folder, "D-1") == ["preparation relance-1"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nulle-part",), 3, "nulle-part"),
        (("{}/vide",), 3, "aucun dossier (.yml)"),
        (("{}", "{}/autre/D-1.yml"), 3, "plusieurs entreprises"),
        (("{}", "--au", "hier"), 2, "date illisible"),
        (("{}", "--envoyer"), 2, "--envoyer"),
    ],
)
def test_mistakes_in_the_command(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """One sentence, and nothing written."""
    folder = company(tmp_path / "e", strategy(FIRST))
    dossier(folder, invoice(DUE))
    (folder / "vide").mkdir()
    dossier(company(folder / "autre", strategy(FIRST)), invoice(DUE))
    before = sorted(tmp_path.rglob("*"))
    result = impayes("relancer", *(argument.format(folder) for argument in arguments))
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert sorted(p for p in tmp_path.rglob("*") if p.name not in ("relances", ".verrou")) == before
