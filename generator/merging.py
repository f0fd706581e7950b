"""Three-way merge of texts, line by line: what both sides changed since a common base, put together.

Our own because the packages that do it are either under the GPL or work letter by letter, which
mixes two rewritings of one sentence into a third that nobody wrote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MARKS = ("<<<<<<< votre version", "||||||| version copiée", "=======", ">>>>>>> version du produit")

_MARK = re.compile("^(?:" + "|".join(map(re.escape, MARKS)) + ")$", re.MULTILINE)


@dataclass(frozen=True)
class Merged:
    """`conflicts` holds the line, from 1, of each opening mark in `text`; empty when all went well."""

    text: str
    conflicts: tuple[int, ...]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Merge two texts that come from `base`.

    What one side alone changed is taken, the same change on both sides is taken once, different
    changes of the same or neighbouring lines become a conflict between marks. No line that both
    sides keep is ever lost.
    """
    a, b, c = lines(base), lines(mine), lines(theirs)
    out: list[str] = []
    conflicts: list[int] = []
    for old, ours, new in _regions(a, b, c):
        if ours in (new, old):
            out += new
        elif new == old:
            out += ours
        else:
            head = _common(ours, new)
            tail = _common(ours[head:][::-1], new[head:][::-1])
            ends = len(ours) - tail, len(new) - tail
            out += _closed(ours[:head])
            conflicts.append(len(out) + 1)
            out += [f"{MARKS[0]}\n", *_closed(ours[head : ends[0]]), f"{MARKS[1]}\n", *_closed(old)]
            out += [f"{MARKS[2]}\n", *_closed(new[head : ends[1]]), f"{MARKS[3]}\n", *ours[ends[0] :]]
    return Merged("".join(out), tuple(conflicts))


def open_marks(text: str) -> list[int]:
    """Lines, from 1, that still hold a mark of conflict."""
    return [text.count("\n", 0, found.start()) + 1 for found in _MARK.finditer(text)]


def lines(text: str) -> list[str]:
    """Lines with their end; only a line feed ends one (`splitlines` knows a dozen others)."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _regions(a: list[str], b: list[str], c: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The three texts cut into aligned regions, those that are the same in all three included."""
    i = j = k = 0
    for start, mine, theirs, size in _kept_by_both(a, b, c):
        yield a[i:start], b[j:mine], c[k:theirs]
        same = a[start : start + size]
        yield same, same, same
        i, j, k = start + size, mine + size, theirs + size


def _kept_by_both(a: list[str], b: list[str], c: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """(line of a, of b, of c, number of lines) for what is unchanged on both sides; ends with an empty one."""
    ours, new = _matches(a, b), _matches(a, c)
    while ours and new:
        (i, j, n), (k, m, p) = ours[0], new[0]
        start, end = max(i, k), min(i + n, k + p)
        if start < end:
            yield start, j + start - i, m + start - k, end - start
        (ours if i + n <= k + p else new).pop(0)
    yield len(a), len(b), len(c), 0


def _matches(a: list[str], b: list[str]) -> list[tuple[int, int, int]]:
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]


def _common(a: list[str], b: list[str]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _closed(part: list[str]) -> list[str]:
    """A mark must start its own line, even after a text that does not end with one."""
    return [*part[:-1], f"{part[-1]}\n"] if part and not part[-1].endswith("\n") else part


def readable_diff(old: str, new: str, *, numbered: bool = True) -> list[str]:
    """What changed from one text to the other, for a person: `-` and `+` lines, changed words marked.

    `numbered` tells the line, in the new text, where each change starts. A paragraph of a letter is one long line: without its words marked, a reader would have to hunt.
    """
    a, b = ([line.rstrip("\n") for line in lines(text)] for text in (old, new))
    shown = []
    for group in SequenceMatcher(None, a, b, autojunk=False).get_grouped_opcodes(1):
        shown += [f"  ligne {group[0][3] + 1} :"] if numbered else []
        for tag, i, j, k, m in group:
            if tag == "equal":
                shown += [f"    {line}" for line in a[i:j]]
            elif tag == "replace" and j - i == m - k:
                shown += [line for pair in zip(a[i:j], b[k:m], strict=True) for line in _marked(*pair)]
            else:
                shown += [*(f"  - {line}" for line in a[i:j]), *(f"  + {line}" for line in b[k:m])]
    return shown


def _marked(old: str, new: str) -> tuple[str, str]:
    """Two versions of a line, with `[-removed-]` and `{+added+}` words."""
    a, b = (re.findall(r"\w+\s*|[^\w\s]+\s*|\s+", line) for line in (old, new))
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.4:  # hardly a word in common: marks would only blur both
        return f"  - {old}", f"  + {new}"
    before, after = "", ""
    for tag, i, j, k, m in matcher.get_opcodes():
        gone, come = "".join(a[i:j]), "".join(b[k:m])
        before += gone if tag == "equal" else _between("[-", gone, "-]")
        after += come if tag == "equal" else _between("{+", come, "+}")
    return f"  - {before}", f"  + {after}"


def _between(opening: str, words: str, closing: str) -> str:
    """Words between marks, the space that follows them outside."""
    bare = words.rstrip()
    return f"{opening}{bare}{closing}{words[len(bare) :]}" if bare else words
