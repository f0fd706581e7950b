"""Thresholds in the pages of the guide: `{seuil avocat}` is read in the law table (`generator/thresholds.py`)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generator.errors import InvalidInput
from generator.law import load_law
from generator.resources import SAMPLE_DAY
from generator.thresholds import MARK, fill


def expand(lines: Sequence[str]) -> list[str]:
    """The page with every threshold in figures; InvalidInput names the line."""
    law = load_law()
    result = []
    for number, line in enumerate(lines, start=1):
        try:
            result.append(fill(line, law, SAMPLE_DAY))
        except InvalidInput as error:
            raise InvalidInput(f"ligne {number} : {problem}" for problem in error.problems) from None
    return result


def problems(pages: Mapping[Path, str]) -> Iterator[str]:
    """One sentence per page whose threshold the table lacks (by path)."""
    for path, text in sorted(pages.items()):
        if MARK.search(text):
            try:
                expand(text.splitlines())
            except InvalidInput as error:
                yield from (f"{path}: {problem}" for problem in error.problems)
