"""A letter as Markdown, for a wiki, a ticket or a customer file.

CommonMark with pipe tables, written the way the most readers take it: two spaces for a line
break and `&lt;` rather than a backslash, which older readers would print.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from generator.document import BLOCKS, Document, Element
from generator.export.txt import (
    cells_of,
    enclosures_title,
    is_act,
    is_head,
    is_numeric,
    references,
    rows_of,
    span_of,
    split_annex,
)

BREAK = "  \n"
# Marks anywhere in a text; what opens a block at the start of a line is `_opens_nothing`'s.
_MARKS = re.compile(r"[\\`*_\[\]#|]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "~": "&#126;"}


def to_markdown(document: Document) -> bytes:
    """The whole letter as Markdown, UTF-8; same words and amounts as the text."""
    page = document.page
    body, annex = split_annex(document)
    parts = ["# " + _escaped(page.objet)]
    if not is_act(document):
        parts += [_named(page.expediteur), _named(page.destinataire), _line(page.lieu_date)]
        parts += [_named([page.mention_envoi])]
    parts += [_lines(references(document))]
    parts += [_block(element) for element in body]
    if document.letter.spec.signature == "expediteur":
        parts += [_named([page.signataire.nom, page.signataire.qualite or ""])]
    if page.pieces_jointes:
        parts += [_line(enclosures_title(document)), "\n".join("- " + _line(piece) for piece in page.pieces_jointes)]
    parts += [_block(element) for element in annex]
    if page.mentions_legales:
        parts += ["---", _lines(page.mentions_legales)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode("utf-8")


def _named(lines: Sequence[str]) -> str:
    """Lines of which the first is a name."""
    first, *rest = [line for line in lines if line] or [""]
    return BREAK.join([_emphasis("**", _escaped(first), "", ""), *(_line(text) for text in rest)]) if first else ""


def _lines(texts: Iterable[str]) -> str:
    return BREAK.join(_line(text) for text in texts)


def _line(text: str) -> str:
    return _opens_nothing(_escaped(text))


def _escaped(text: str) -> str:
    # No leading or inner run of spaces: four of them would make a block of code.
    text = re.sub(r"[ \t\r\n]+", " ", text)
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    text = _MARKS.sub(r"\\\g<0>", text)
    return "".join(_ENTITIES.get(character, character) for character in text)


def _opens_nothing(line: str) -> str:
    """A line that starts neither a list, nor a rule, nor the underline of a title."""
    line = re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", line.strip(" "))
    line = re.sub(r"^[-+]", r"\\\g<0>", line)
    return re.sub(r"^=", "&#61;", line)


def _block(element: Element) -> str:
    if element.tag in {"h2", "h3"}:
        return f"{'#' * int(element.tag[1])} {_flat(element)}"
    if element.tag in {"ul", "ol"}:
        items = [child for child in element.children if isinstance(child, Element)]
        marks = [f"{number}. " if element.tag == "ol" else "- " for number in range(1, len(items) + 1)]
        return "\n".join(mark + _item(item) for mark, item in zip(marks, items, strict=True))
    if element.tag == "table":
        return _table(element)
    return _paragraph(element.children)


def _paragraph(children: tuple[Element | str, ...]) -> str:
    lines = _inline(children).split("\n")
    return BREAK.join(_opens_nothing(line) for line in lines if line.strip())


def _flat(element: Element) -> str:
    """On one line, for a title."""
    return " ".join(_inline(element.children).split("\n")).strip()


def _item(item: Element) -> str:
    """An item of a list; what it holds after its first line is indented by four, which every reader takes."""
    parts: list[str] = []
    words: list[Element | str] = []
    for child in (*item.children, None):
        if child is not None and (isinstance(child, str) or child.tag not in BLOCKS):
            words.append(child)
            continue
        if words and (text := _paragraph(tuple(words))):
            parts.append(text)
        words = []
        if child is not None:
            parts.append(("" if child.tag in {"ul", "ol"} or not parts else "\n") + _block(child))
    return "\n".join(parts).replace("\n", "\n    ").replace("\n    \n", "\n\n")


def _inline(children: tuple[Element | str, ...]) -> str:
    """Text with its emphasis, one line per line break."""
    out = ""
    for index, child in enumerate(children):
        if isinstance(child, str):
            out += _escaped(child)
        elif child.tag == "br":
            out = out.rstrip(" ") + "\n"
        elif child.tag in {"strong", "em"}:
            after = "".join(next_ if isinstance(next_, str) else next_.text for next_ in children[index + 1 :])
            out += _emphasis("**" if child.tag == "strong" else "*", _inline(child.children), out[-1:], after[:1])
        else:
            out += ("\n" if out else "") + _inline(child.children) + "\n"
    return out.strip("\n")


def _emphasis(mark: str, text: str, before: str, after: str) -> str:
    """Emphasised, unless a reader would show the marks: CommonMark wants them against words."""
    inner = text.strip()
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if inner else ""
    glued = (not start and _glued(before, inner[:1])) or (not end and _glued(after, inner[-1:]))
    if not inner or glued or "\n" in inner:
        return text
    return f"{start}{mark}{inner}{mark}{end}"


def _glued(outside: str, inside: str) -> bool:
    """Whether a mark set between these two characters would not open or close anything."""
    return bool(outside) and not outside.isspace() and (outside in "*_" or _punctuation(inside) > _punctuation(outside))


def _punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS" if character else False


def _table(table: Element) -> str:
    rows = [cells_of(row) for row in rows_of(table)]
    if not rows:
        return ""
    if "signatures" in table.attribute("class").split():
        return _sections(rows)
    count = max(sum(map(span_of, row)) for row in rows)
    head, rest = (rows[0], rows[1:]) if is_head(rows[0]) else ([], rows)
    rule = ["---:" if is_numeric(rows, column, count) else "---" for column in range(count)]
    return "\n".join([_row(head, count), f"| {' | '.join(rule)} |", *(_row(row, count) for row in rest)])


def _row(row: list[Element], count: int) -> str:
    """A row of the table; pipe tables have no spans, so a wide cell is followed by empty ones."""
    texts: list[str] = []
    for cell in row:
        texts += [_inline(cell.children).strip().replace("\n", "<br>")] + [""] * (span_of(cell) - 1)
    texts += [""] * (count - len(texts))
    return "".join(f"| {text} " if text else "| " for text in texts) + "|"


def _sections(rows: list[list[Element]]) -> str:
    """Signature blocks, one section for each party."""
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=True)
    parts = []
    for head, *cells in columns:
        parts += ["## " + _flat(head), *(text for cell in cells if (text := _paragraph(cell.children)))]
    return "\n\n".join(parts)
