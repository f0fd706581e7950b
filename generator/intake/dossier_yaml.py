"""A draft dossier and its text: commented YAML that the loader reads back to the same values.

A draft is the dossier's own shape (nested dicts and lists) plus comments attached to paths.
Text that comes from outside is always quoted, so that `06000`, `non` or an invoice called
`2026-10-12` stay text for every YAML reader, ours or not.
"""

import json
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from generator.money import NBSP, THIN

Key = tuple[str | int, ...]

_PLAIN = re.compile(r"[a-z0-9]{2,}(?:[+-][a-z0-9]+)*", re.ASCII)
_YAML_WORDS = {"oui", "non", "yes", "no", "true", "false", "null", "on", "off"}
_COMMENT_WIDTH = 100


class Missing(str):
    """A field the user has to fill: printed as a comment line with this example as its value."""

    __slots__ = ()


@dataclass(frozen=True)
class Draft:
    """A dossier about to be written, with what its reader must check."""

    dossier: Mapping[str, Any]
    commentaires: Mapping[Key, Sequence[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sources: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The reference, also the natural file name."""
        return str(self.dossier["reference"])

    @property
    def debtor_name(self) -> str:
        """Who owes."""
        return str(self.dossier["debiteur"]["nom"])

    def to_yaml(self, schema: str | None = None) -> str:
        """The dossier as commented YAML; `schema` is the address editors use to check it."""
        lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
        origin = f" à partir de : {', '.join(self.sources)}" if self.sources else ""
        lines += _comment(f"Dossier préparé par impayes{origin}. Relisez-le avant d'en tirer une lettre.", 0)
        if self.notes:
            lines += ["#", "# À vérifier ou à compléter :"]
            lines += [line for note in self.notes for line in _comment(note, 0, bullet="- ")]
        for key, value in self.dossier.items():
            lines += ["", *self._entry((key,), key, value, 0)]
        return "\n".join(lines) + "\n"

    def _entry(self, path: Key, key: str, value: Any, indent: int) -> Iterator[str]:
        for text in self.commentaires.get(path, ()):
            yield from _comment(text, indent)
        margin = " " * indent
        if isinstance(value, Missing):
            yield f"{margin}# {key}: {_printable(value)}"
        elif isinstance(value, Mapping):
            # a block with nothing in it would be read as empty: its name is a comment too
            yield f"{margin}{key}:" if _filled(value) else f"{margin}# {key}:"
            yield from self._mapping(path, value, indent + 2)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{margin}{key}:"
            for index, item in enumerate(value):
                yield from self._item((*path, index), item, indent + 2)
        elif isinstance(value, list):
            yield f"{margin}{key}: [{', '.join(scalar(item) for item in value)}]"
        else:
            yield f"{margin}{key}: {scalar(value)}"

    def _mapping(self, path: Key, value: Mapping[str, Any], indent: int) -> Iterator[str]:
        for key, item in value.items():
            if item is not None:
                yield from self._entry((*path, key), key, item, indent)

    def _item(self, path: Key, value: Mapping[str, Any], indent: int) -> Iterator[str]:
        """One element of a list of blocks: comments first, then « - » on its first real line."""
        for text in self.commentaires.get(path, ()):
            yield from _comment(text, indent)
        dash = "- "
        for line in self._mapping(path, value, indent + 2):
            if dash.strip() and not line.lstrip().startswith("#"):
                line = f"{' ' * indent}{dash}{line.lstrip()}"
                dash = ""
            yield line


def scalar(value: Any) -> str:
    """One YAML scalar. Dates, amounts and our own keywords are plain; any other text is quoted."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    text = _printable(str(value))
    if _PLAIN.fullmatch(text) and text not in _YAML_WORDS and not text[0].isdigit():
        return text
    return json.dumps(text, ensure_ascii=False)


def _filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_filled(item) for item in value.values())
    return value is not None and not isinstance(value, Missing)


def slug(text: str) -> str:
    """A reference from any text: ASCII letters, digits, `-`, `_` and `.`; never empty."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^\w.-]+", "-", ascii_text, flags=re.ASCII).strip("-.")[:50] or "dossier"


def _printable(text: str) -> str:
    """One line, visible characters only: a line end in a comment would end the comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _comment(text: str, indent: int, bullet: str = "") -> list[str]:
    margin = " " * indent + "# "
    # no-break spaces, so that a line never begins with a colon
    text = re.sub(r" (?=[:»€%])|(?<=«) ", NBSP, re.sub(r" (?=[;!?])", THIN, _printable(text)))
    return textwrap.wrap(
        text,
        width=_COMMENT_WIDTH,
        initial_indent=margin + bullet,
        subsequent_indent=margin + " " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
