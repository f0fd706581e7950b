"""The three-way merge: nothing lost, nothing invented, and the same verdict as git."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.merging import MARKS, lines, merge, open_marks

WORDS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d"]), max_size=12).map("".join)

# One edit a line of the base: kept, removed, replaced, or followed by a new line.
EDITS = st.lists(st.sampled_from(["=", "=", "=", "=", "-", "~", "+"]), min_size=1, max_size=14)


def edited(edits: list[str], name: str, size: int) -> str:
    """A base of `size` distinct lines with these edits; the lines `name` adds are its own."""
    out = []
    for number in range(size):
        edit = edits[number] if number < len(edits) else "="
        out += [f"{name}{number}\n"] if edit == "~" else [] if edit == "-" else [f"ligne {number}\n"]
        out += [f"{name}+{number}\n"] if edit == "+" else []
    return "".join(out)


def test_disjoint_changes_are_both_taken() -> None:
    """A team's paragraph and ours, far enough apart, live together."""
    merged = merge("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n")

    assert (merged.text, merged.conflicts) == ("A\nb\nc\nD\n", ())


def test_a_conflict_shows_the_three_versions() -> None:
    """Both changed one line: nobody chooses in the reader's place."""
    merged = merge("titre\nvieux\nfin\n", "titre\nà moi\nfin\n", "titre\nneuf\nfin\n")

    shown = ["titre", MARKS[0], "à moi", MARKS[1], "vieux", MARKS[2], "neuf", MARKS[3], "fin"]
    assert merged.text.splitlines() == shown
    assert merged.conflicts == (2,)
    assert open_marks(merged.text) == [2, 4, 6, 8]


def test_marks_are_lines_of_their_own() -> None:
    """A text that ends without a line feed does not swallow a mark."""
    merged = merge("x", "y", "z")

    assert merged.text.splitlines() == [MARKS[0], "y", MARKS[1], "x", MARKS[2], "z", MARKS[3]]


def test_ordinary_text_holds_no_mark() -> None:
    """A title underlined with equal signs is not taken for a conflict left open."""
    assert open_marks("Titre\n========\n<<<<<<< autre\n") == []


@given(WORDS, WORDS)
def test_one_side_alone_wins(base: str, changed: str) -> None:
    """What only one side changed is taken as it is, whichever side; so is the same change on both."""
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert (merged.text, merged.conflicts) == (changed, ())


@given(WORDS, WORDS, WORDS)
def test_no_line_is_lost_or_invented(base: str, mine: str, theirs: str) -> None:
    """Every line of the result comes from a side; what each side added is there, conflict or not."""
    merged = merge(base, mine, theirs)
    known = {line.rstrip("\n") for text in (base, mine, theirs) for line in lines(text)}
    out = {line.rstrip("\n") for line in lines(merged.text)}

    assert out - set(MARKS) <= known
    for side in (mine, theirs):
        added = {line.rstrip("\n") for line in lines(side)} - {line.rstrip("\n") for line in lines(base)}
        assert added <= out
    assert open_marks(merged.text)[::4] == list(merged.conflicts)


@given(st.integers(1, 14), EDITS, EDITS)
def test_no_line_both_sides_keep_is_lost(size: int, mine: list[str], theirs: list[str]) -> None:
    """A line of the base that stands in both versions stands in the result."""
    sides = edited(mine, "m", size), edited(theirs, "t", size)
    merged = merge(edited([], "", size), *sides)
    kept = set(lines(sides[0])) & set(lines(sides[1]))

    assert kept <= set(lines(merged.text))


@pytest.mark.skipif(shutil.which("git") is None, reason="git absent : rien à quoi comparer")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 14), mine=EDITS, theirs=EDITS)
@example(size=3, mine=["=", "~", "="], theirs=["=", "=", "+"])
@example(size=3, mine=["+"], theirs=["+"])
@example(size=4, mine=["-", "-"], theirs=["=", "~"])
def test_same_verdict_as_git(tmp_path: Path, size: int, mine: list[str], theirs: list[str]) -> None:
    """`git merge-file` agrees: clean with the same text, or a conflict."""
    texts = edited(mine, "m", size), edited([], "", size), edited(theirs, "t", size)
    for name, text in zip(("mine", "base", "theirs"), texts, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    command = ["git", "merge-file", "-p", "mine", "base", "theirs"]
    git = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    merged = merge(texts[1], texts[0], texts[2])

    assert bool(merged.conflicts) == (git.returncode > 0)
    if not merged.conflicts:
        assert merged.text == git.stdout
