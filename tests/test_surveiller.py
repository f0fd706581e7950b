"""`lettre --surveiller`: the letter follows its sources, mistakes are shown and do not stop it."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from tests.conftest import ROOT

OVERRIDE = '{{% extends "origine/relance-1/body.html.j2" %}}{{% block aide %}}<p>{}</p>{{% endblock %}}'


def _until(ready: Callable[[], bool]) -> bool:
    """Wait for another process, not for a duration."""
    for _ in range(200):
        if ready():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A company that overrides one paragraph, and the command watching it."""
    shutil.copy(ROOT / "examples" / "entreprise.yml", tmp_path)
    with (tmp_path / "entreprise.yml").open("a", encoding="utf-8") as stream:
        stream.write("modeles: modeles\n")
    shutil.copy(ROOT / "examples" / "dossiers" / "2026-014.yml", tmp_path / "d.yml")
    body = tmp_path / "modeles" / "relance-1" / "body.html.j2"
    body.parent.mkdir(parents=True)
    body.write_text(OVERRIDE.format("Première version."), encoding="utf-8")
    command = [sys.executable, "-m", "generator", "lettre", str(tmp_path / "d.yml"), "relance-1"]
    with (tmp_path / "journal.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--au", "2026-11-21", "--format", "txt", "--surveiller"],
            cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        yield tmp_path, process
        process.kill()
        process.wait()


def test_the_letter_follows_its_sources(company: tuple[Path, "subprocess.Popen[str]"]) -> None:
    """A paragraph saved, a mistake saved, then the mistake corrected."""
    folder, process = company
    letter = folder / "sortie" / "2026-014-relance-1-2026-11-21.txt"
    body, log = folder / "modeles" / "relance-1" / "body.html.j2", folder / "journal.log"
    assert _until(lambda: "Je surveille" in log.read_text(encoding="utf-8"))
    assert "Première version." in letter.read_text(encoding="utf-8")

    body.write_text(OVERRIDE.format("Deuxième version."), encoding="utf-8")
    assert _until(lambda: "Deuxième version." in letter.read_text(encoding="utf-8"))

    body.write_text(OVERRIDE.format("{{ inconnue }}"), encoding="utf-8")
    assert _until(lambda: "variable inconnue « inconnue »" in log.read_text(encoding="utf-8"))
    assert "Deuxième version." in letter.read_text(encoding="utf-8")

    body.write_text(OVERRIDE.format("Troisième version."), encoding="utf-8")
    assert _until(lambda: "Troisième version." in letter.read_text(encoding="utf-8"))
    assert process.poll() is None


def test_one_letter_at_a_time() -> None:
    """Opening or watching a whole folder makes no sense: usage error."""
    result = CliRunner().invoke(cli, ["lettre", str(ROOT / "examples" / "dossiers"), "--ouvrir", "--oui"])

    assert result.exit_code == 2
    assert "une lettre à la fois" in result.output


def test_opening_without_a_program_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letter is written all the same."""
    opened: list[str] = []

    def launch(path: str) -> int:
        opened.append(path)
        return 1

    monkeypatch.setattr("click.launch", launch)
    dossier = str(ROOT / "examples" / "dossiers" / "2026-014.yml")
    result = CliRunner().invoke(
        cli,
        [
            "lettre",
            dossier,
            "relance-1",
            "--au",
            "2026-11-21",
            "--format",
            "txt",
            "--sortie",
            str(tmp_path),
            "--ouvrir",
        ],
    )

    assert result.exit_code == 0
    assert opened == [str(tmp_path / "2026-014-relance-1-2026-11-21.txt")]
    assert "l'ouvrir vous-même" in result.output
