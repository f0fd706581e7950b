"""Templates and `letter.yml` as texts: find a block, change one line, keep every comment.

A team's files are edited in place and never written again from what they mean: its comments,
its order and its blank lines are its own.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from generator.errors import InvalidInput
from generator.templates import read_template

YML, BODY = "letter.yml", "body.html.j2"

# Comments and raw passages are matched first, so that a block shown in one is not taken for a block.
_TAGS = re.compile(
    r"\{#.*?#\}"
    r"|\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}"
    r"|\{%[-+]?\s*(?P<tag>block|endblock)\b\s*(?P<name>\w*).*?%\}",
    re.DOTALL,
)
_SUPER = re.compile(r"\{\{-?\s*super\(\)\s*-?\}\}")
_ORIGINE = re.compile(r"^origine:[^\n]*\n(?:[ \t]+[^\n]*\n)*", re.MULTILINE)


@dataclass(frozen=True)
class BlockText:
    """A named block: offsets of the whole, tags included, and of what they hold; `line` from 1."""

    name: str
    line: int
    start: int
    inner_start: int
    inner_end: int
    end: int
    nested: bool

    def whole(self, source: str) -> str:
        """From its opening tag to its closing tag."""
        return source[self.start : self.end]

    def inner(self, source: str) -> str:
        """What it holds."""
        return source[self.inner_start : self.inner_end]


def blocks_of(source: str) -> dict[str, BlockText]:
    """Every block of a template by name, in the order of the text; tags left open are left out."""
    found: list[BlockText] = []
    opened: list[tuple[str, re.Match[str]]] = []
    for tag in _TAGS.finditer(source):
        if tag["tag"] == "block":
            opened.append((tag["name"], tag))
        elif tag["tag"] == "endblock" and opened:
            name, first = opened.pop()
            line = source.count("\n", 0, first.start()) + 1
            found.append(BlockText(name, line, first.start(), first.end(), tag.start(), tag.end(), bool(opened)))
    return {block.name: block for block in sorted(found, key=lambda block: block.start)}


def replace_inner(source: str, new: dict[str, str]) -> str:
    """The template with the insides of these blocks replaced."""
    for block in sorted((b for b in blocks_of(source).values() if b.name in new), key=lambda b: -b.start):
        source = source[: block.inner_start] + new[block.name] + source[block.inner_end :]
    return source


def extends_original(source: str, letter_id: str) -> bool:
    """Whether a body only replaces blocks of the version below it."""
    return bool(_extends(letter_id).search(source))


def _extends(letter_id: str) -> re.Pattern[str]:
    return re.compile(
        rf"""\{{%[-+]?\s*extends\s+["']origine/{re.escape(letter_id)}/{re.escape(BODY)}["']\s*[-+]?%\}}"""
    )


def effective_body(letter_id: str, roots: tuple[Path, ...]) -> str:
    """The body of a letter as one text: blocks replaced by a trade variant are put in their place.

    A copy must stand on its own, and what a block was must be readable whichever folder it came
    from. InvalidInput when no folder holds this body.
    """
    for index, root in enumerate(roots):
        path = root / letter_id / BODY
        if not path.is_file():
            continue
        source = read_template(path)
        if not extends_original(source, letter_id):
            return source
        return _applied(source, effective_body(letter_id, roots[index + 1 :]), letter_id)
    raise InvalidInput(f"lettre « {letter_id} » : {BODY} n'existe pas dans le produit")


def _applied(child: str, parent: str, letter_id: str) -> str:
    """The parent's text with the child's blocks in it, and the child's preamble before."""
    preamble, at = "", 0
    theirs = blocks_of(child)
    for block in theirs.values():
        if not block.nested:
            preamble += child[at : block.start]
            at = block.end
    preamble = _extends(letter_id).sub("", preamble + child[at:]).strip()
    result = parent
    for block in sorted(blocks_of(parent).values(), key=lambda block: -block.start):
        if new := theirs.get(block.name):
            before = block.inner(parent)
            text = _SUPER.sub(lambda _, before=before: before, new.whole(child))  # type: ignore[misc]
            result = result[: block.start] + text + result[block.end :]
    return f"{preamble}\n{result}" if preamble else result


def with_origin(yml: str, letter_id: str, origin: dict[str, str]) -> str:
    """A `letter.yml` renamed, that says which version it was copied from, right below its `version:`."""
    inside = ", ".join(f"{name}: {value}" if name == "id" else f'{name}: "{value}"' for name, value in origin.items())
    line = f"origine: {{{inside}}}\n"
    text = re.sub(r"^id:.*$", lambda _: f"id: {letter_id}", _ORIGINE.sub("", yml), count=1, flags=re.MULTILINE)
    where = re.search(r"^version:[^\n]*\n", text, re.MULTILINE)
    at = where.end() if where else 0
    return text[:at] + line + text[at:]


def without_origin(yml: str, upstream_id: str) -> str:
    """The same text as upstream would write it: what we added ourselves is not a change of the team."""
    return re.sub(r"^id:.*$", lambda _: f"id: {upstream_id}", _ORIGINE.sub("", yml), count=1, flags=re.MULTILINE)
