"""The journal: what is written is read back, and whatever is changed, cut or removed is named."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from generator.cli import cli
from generator.errors import Failure, InvalidInput
from generator.journal import Event, append_event, read_journal
from generator.money import plain_spaces
from tests.conftest import ROOT, day


def _journal(folder: Path, count: int) -> Path:
    path = folder / "journal" / "2026-014.jsonl"
    for number in range(count):
        append_event(path, Event(le=day("2026-11-01"), action="note", note=f"Remarque n° {number} à 1 234,56 €"))
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Every field, accents and amounts included."""
    path = _journal(tmp_path, 2)
    event = Event.model_validate(
        {
            "le": "2026-11-20", "action": "envoi", "lettre": "mise-en-demeure", "canal": "lrar", "montant": "600,50",
            "numero_recommande": "1A 234", "recu_le": "2026-11-23", "par": "Élise", "payer_le": "2026-12-01",
            "fichiers": [{"nom": "lettre.pdf", "sha256": "ab" * 32}],
        }
    )  # fmt: skip
    append_event(path, event)

    found = read_journal(path)
    assert found.events[2] == event
    assert [e.note for e in found.events[:2]] == ["Remarque n° 0 à 1 234,56 €", "Remarque n° 1 à 1 234,56 €"]
    assert found.last("envoi", "mise-en-demeure") == event
    assert found.last("appel") is None
    assert read_journal(tmp_path / "absent.jsonl").events == ()


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_changed_line_is_named(tmp_path: Path, line: int) -> None:
    """One letter changed anywhere, even in the last line, which no later line protects."""
    path = _journal(tmp_path, 3)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[line] = lines[line].replace("Remarque", "Remarquez")
    path.write_text("".join(lines), encoding="utf-8")

    with pytest.raises(InvalidInput) as caught:
        read_journal(path)
    assert any(f"2026-014.jsonl:{min(line + 2, 3)}:" in problem for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("kept", "missing"), [(2, "1 ligne manque"), (1, "2 lignes manquent"), (0, "3 lignes manquent")]
)
def test_a_journal_cut_short_is_named(tmp_path: Path, kept: int, missing: str) -> None:
    """The chain of what is left is sound; only the head knows."""
    path = _journal(tmp_path, 3)
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:kept]), encoding="utf-8")

    with pytest.raises(InvalidInput) as caught:
        read_journal(path)
    (said,) = caught.value.problems
    assert said.startswith(
        f"2026-014.jsonl : {missing} à la fin : journal tronqué ; reprendre d'une même sauvegarde ce "
    )
    assert "son témoin .tetes/2026-014 ; sans sauvegarde, les déplacer tous deux" in said


def test_other_breaks_are_named(tmp_path: Path) -> None:
    """A removed line, a line inserted, garbage, a missing head."""
    path = _journal(tmp_path, 3)
    whole = path.read_text(encoding="utf-8")
    lines = whole.splitlines(keepends=True)
    for text, said in (
        (lines[0] + lines[2], "la chaîne est rompue"),
        (lines[0] + lines[0] + lines[1] + lines[2], "2026-014.jsonl:2: la chaîne est rompue"),
        (lines[0] + "n'importe quoi\n" + lines[2], "2026-014.jsonl:2: ligne illisible"),
        (whole + '{"le": "2026', "2026-014.jsonl:4: dernière ligne coupée"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            read_journal(path)
        assert any(said in problem for problem in caught.value.problems), caught.value.problems
        # An unfinished line alone is mended by hand; anything else takes a backup.
        assert any("sauvegarde ce journal" in problem for problem in caught.value.problems) == ("coupée" not in said)
    path.write_text(whole, encoding="utf-8")
    (path.parent / ".tetes" / "2026-014").unlink()
    with pytest.raises(InvalidInput, match="le témoin"):
        read_journal(path)


def test_a_stop_while_writing_loses_nothing(tmp_path: Path) -> None:
    """An unfinished line that no head counted is dropped; a line written before its head stays."""
    path = _journal(tmp_path, 2)
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"le":"2026-11-2')
    append_event(path, Event(le=day("2026-11-22"), action="note", note="Après l'arrêt"))
    assert [e.note for e in read_journal(path).events][-1] == "Après l'arrêt"

    head = path.parent / ".tetes" / "2026-014"
    head.write_text(f"2 {head.read_text(encoding='ascii').split()[1]}\n", encoding="ascii")
    lines = path.read_bytes().split(b"\n")
    import hashlib

    head.write_text(f"2 {hashlib.sha256(lines[1]).hexdigest()}\n", encoding="ascii")
    assert len(read_journal(path).events) == 3


def test_killed_at_random_points(tmp_path: Path) -> None:
    """A process killed while it writes leaves a journal that reads, and every line it announced."""
    path = tmp_path / "journal" / "d.jsonl"
    script = (
        "import sys; from pathlib import Path; from generator.journal import Event, append_event\n"
        "from datetime import date\n"
        f"path = Path({str(path)!r})\n"
        "for n in range(10_000):\n"
        "    append_event(path, Event(le=date(2026, 11, 22), action='note', note=str(n))); print(n, flush=True)\n"
    )
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        announced = [process.stdout.readline() for _ in range(7)]
        os.kill(process.pid, signal.SIGKILL)
        announced += process.stdout.readlines()
        process.wait()
        append_event(path, Event(le=day("2026-11-22"), action="note", note="reprise"))
        notes = [e.note for e in read_journal(path).events]
        since = notes[max((i for i, n in enumerate(notes[:-1]) if n == "reprise"), default=-1) + 1 : -1]
        assert [n.strip() for n in announced if n.endswith("\n")] == since[: len(announced)]
        assert since == [str(n) for n in range(len(since))]


def _company(folder: Path) -> str:
    shutil.copy(ROOT / "examples" / "entreprise.yml", folder)
    shutil.copy(ROOT / "examples" / "dossiers" / "2026-014.yml", folder / "d.yml")
    return str(folder / "d.yml")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["journal", *arguments])


def test_the_commands(tmp_path: Path) -> None:
    """A call, a letter sent, a promise: seen, exported as JSON, verified; then tampered with."""
    dossier = _company(tmp_path)
    slip = tmp_path / "bordereau.pdf"
    slip.write_bytes(b"%PDF-1.7")
    assert (
        _run("ajouter", dossier, "appel", "--le", "2026-11-18", "--par", "Claire", "--note", "Rappellera").exit_code
        == 0
    )
    sent = _run(
        "envoyer",
        dossier,
        "mise-en-demeure",
        "--le",
        "20/11/2026",
        "--numero-recommande",
        "1A 2",
        "--fichier",
        str(slip),
    )
    assert sent.exit_code == 0
    promise = _run(
        "ajouter", dossier, "promesse", "--montant", "600,00", "--payer-le", "2026-12-01", "--au", "2026-11-21"
    )
    assert "2026-014.jsonl : 3 lignes." in promise.output
    seen = _run("voir", dossier)
    assert "20/11/2026  envoi      mise-en-demeure" in seen.output
    assert "pour le 01/12/2026" in seen.output
    data = json.loads(_run("voir", dossier, "--json").stdout)
    assert [e["action"] for e in data["evenements"]] == ["appel", "envoi", "promesse"]
    assert data["evenements"][1]["canal"] == "lrar"
    assert len(data["evenements"][1]["fichiers"][0]["sha256"]) == 64
    assert _run("verifier", str(tmp_path)).exit_code == 0

    assert _run("exporter", dossier, "--au", "2026-11-22").exit_code == 0
    text = plain_spaces(PdfReader(tmp_path / "sortie" / "2026-014-chronologie-2026-11-22.pdf").pages[0].extract_text())
    assert text.index("18 novembre 2026") < text.index("20 novembre 2026") < text.index("21 novembre 2026")
    assert "lettre recommandée" in text
    assert "600,00 €, à payer le 1er décembre 2026" in " ".join(text.split())

    path = tmp_path / "journal" / "2026-014.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Rappellera", "A refusé"), encoding="utf-8")
    broken = _run("verifier", str(tmp_path))
    assert broken.exit_code == 3
    assert "2026-014.jsonl:2: la chaîne est rompue" in broken.output
    assert _run("ajouter", dossier, "note", "--note", "x").exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ajouter", "{}", "promesse"), 2, "une promesse a une date"),
        (("ajouter", "{}", "rire"), 2, "rire"),
        (("envoyer", "{}", "mise-en-demeur"), 3, "vouliez-vous dire « mise-en-demeure »"),
        (("envoyer", "{}", "relance-1", "--le", "2026-11-20", "--recu-le", "2026-11-19"), 3, "la réception précède"),
        (("ajouter", "{}", "note", "--fichier", "absent.pdf"), 3, "absent.pdf : lecture impossible"),
        (("ajouter", "{}", "paiement", "--montant", "1.234,56"), 2, "montant illisible"),
        (("ajouter", "{}", "paiement", "--montant", "0"), 2, "montant nul : écrire un montant supérieur à zéro"),
        (("verifier", "nulle-part"), 3, "nulle-part"),
    ],
)
def test_mistakes(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """One sentence each, and nothing written."""
    dossier = _company(tmp_path)
    result = _run(*(argument.format(dossier) for argument in arguments))

    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert not (tmp_path / "journal").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A sentence, and no half file: here a file stands where the folder should be."""
    (tmp_path / "journal").write_text("", encoding="utf-8")
    with pytest.raises(Failure, match="impossible"):
        append_event(tmp_path / "journal" / "d.jsonl", Event(le=day("2026-11-22"), action="note"))
