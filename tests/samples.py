"""Which example dossier shows which letter: the first that the letter accepts."""

from functools import cache
from pathlib import Path

from generator.errors import UserError
from generator.letters import Letter, check_letter
from generator.loading import load_case
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT, day

AU = day("2026-11-21")
SAMPLES = sorted((ROOT / "examples" / "dossiers").glob("*.yml"))


@cache
def sample_for(letter: Letter) -> Path:
    """The first example this letter fits; AssertionError when there is none."""
    for path in SAMPLES:
        loaded = load_case(path)
        statement = build_statement(loaded.case, loaded.law, AU)
        try:
            check_letter(letter, loaded.case, statement, loaded.law, (builtin("letters"),))
        except UserError:
            continue
        return path
    raise AssertionError(f"aucun dossier d'exemple ne convient à {letter.id}")
