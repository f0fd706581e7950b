"""Compile generator/locale/fr/LC_MESSAGES/impayes.po into the .mo that gettext reads.

The .mo is committed, so that a checkout and the wheel work without a build step; a test
proves that it is up to date. The standard library has no such compiler to import, and the
format is small enough to write here.
"""

import ast
import re
import struct
from pathlib import Path

PO = Path(__file__).resolve().parent.parent / "generator/locale/fr/LC_MESSAGES/impayes.po"
_DIRECTIVE = re.compile(r'^(msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s+(".*")$')


def parse(text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Messages by key: (msgid,) or (msgid, msgid_plural), with one translation per form."""
    messages: dict[tuple[str, ...], tuple[str, ...]] = {}
    key: list[str] = []
    forms: list[str] = []
    target = key

    def flush() -> None:
        if key:
            if tuple(key) in messages:
                raise ValueError(f"duplicate msgid: {key[0]!r}")
            messages[tuple(key)] = tuple(forms)
        key.clear()
        forms.clear()

    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if match := _DIRECTIVE.match(stripped):
            word, value = match[1], ast.literal_eval(match[3])
            if word == "msgid":
                flush()
            target = key if word.startswith("msgid") else forms
            target.append(value)
        elif stripped.startswith('"'):
            target[-1] += ast.literal_eval(stripped)
        else:
            raise ValueError(f"line {number}: {line!r}")
    flush()
    return messages


def compile_mo(messages: dict[tuple[str, ...], tuple[str, ...]]) -> bytes:
    """The GNU .mo file: a header, two tables of (length, offset), then the strings."""
    pairs = sorted(
        ("\0".join(key).encode(), "\0".join(forms).encode()) for key, forms in messages.items() if any(forms)
    )
    count, header = len(pairs), 28
    tables = (header, header + 8 * count)
    offset = header + 16 * count
    entries: list[bytes] = []
    data = b""
    for column in (0, 1):
        for pair in pairs:
            entries.append(struct.pack("<II", len(pair[column]), offset + len(data)))
            data += pair[column] + b"\0"
    return struct.pack("<IIIIIII", 0x950412DE, 0, count, *tables, 0, offset) + b"".join(entries) + data


def main() -> None:
    PO.with_suffix(".mo").write_bytes(compile_mo(parse(PO.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
