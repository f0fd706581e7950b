"""Golden letters: the text and HTML of every letter for its example, word for word.

`pytest --update-golden` writes them again after a wanted change; orphans fail the test, so a
letter that goes takes its golden files with it.
"""

from pathlib import Path

import pytest

from generator.letters import Letter, find_letters
from generator.loading import load_case
from generator.pipeline import make_letter
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT
from tests.samples import AU, sample_for

GOLDEN = ROOT / "tests" / "golden"
LETTERS = find_letters((builtin("letters"),))


def compare(actual: bytes, path: Path, update: bool) -> None:
    """Fail unless `path` holds exactly these bytes; with `update`, make it so."""
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(actual)
    expected = path.read_bytes() if path.exists() else b""
    assert actual.decode() == expected.decode(), f"{path.name} a changé : pytest --update-golden si c'est voulu"


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_letter_is_unchanged(letter: Letter, request: pytest.FixtureRequest) -> None:
    """Each letter, for the first example it fits, is what was last approved."""
    loaded = load_case(sample_for(letter))
    statement = build_statement(loaded.case, loaded.law, AU)
    files = make_letter(loaded, statement, letter.id, formats=("txt", "html"))
    update = request.config.getoption("--update-golden")
    for name, content in files.items():
        suffix = Path(name).suffix
        if suffix in {".txt", ".html"}:
            compare(content, GOLDEN / f"{letter.id}{suffix}", update)


def test_no_orphan() -> None:
    """Every golden file belongs to a letter."""
    assert {path.stem for path in GOLDEN.iterdir()} == {letter.id for letter in LETTERS}


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    """A golden helper that accepts anything would prove nothing."""
    golden = tmp_path / "lettre.txt"
    golden.write_bytes(b"12,40")
    with pytest.raises(AssertionError):
        compare(b"12,41", golden, update=False)
    with pytest.raises(AssertionError):
        compare(b"12,40", tmp_path / "absent.txt", update=False)
