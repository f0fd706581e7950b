"""A letter as plain text, 76 columns: for an e-mail, a web form, a terminal."""

from __future__ import annotations

from textwrap import wrap

from generator.document import Document, Element

WIDTH = 76


def to_text(document: Document) -> str:
    """The whole letter as text; same words and amounts as every other format."""
    page = document.page
    parts: list[str] = []
    if not is_act(document):
        parts += ["\n".join(page.expediteur)]
        indent = " " * 38
        parts += ["\n".join(line for text in page.destinataire for line in wrapped(text, indent))]
        parts += [indent + page.lieu_date]
        if page.mention_envoi:
            parts += [page.mention_envoi]
        parts += ["\n".join(line for text in references(document) for line in wrapped(text))]
        parts += ["\n".join(wrapped(labelled(document, "objet", page.objet)))]
    parts += body_text(document)
    parts += ["-" * WIDTH + "\n" + "\n".join(line for text in page.mentions_legales for line in wrapped(text))]
    return "\n\n".join(part for part in parts if part) + "\n"


def body_text(document: Document) -> list[str]:
    """The blocks of the letter proper, without what is above it nor below it on paper."""
    page = document.page
    body, annex = split_annex(document)
    colon = document.page.libelles["deux_points"]
    parts = [_centred(page.objet.upper()), _centred("\n".join(references(document)))] if is_act(document) else []
    parts += [_block(element, colon) for element in body]
    if document.letter.spec.signature == "expediteur":
        signature = (page.signataire.nom, page.signataire.qualite)
        parts += ["\n".join(line for line in signature if line)]
    if page.pieces_jointes:
        lines = [line for piece in page.pieces_jointes for line in wrapped(piece, "- ", "  ")]
        parts += ["\n".join([enclosures_title(document), *lines])]
    return parts + [_block(element, colon) for element in annex]


def is_act(document: Document) -> bool:
    """Whether the page is an act to sign: a title, and neither sender nor recipient above it."""
    return document.letter.spec.mise_en_page == "acte"


def split_annex(document: Document) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """The body and its annex, which comes after the signature as on paper."""
    body = document.corps
    starts = (i for i, e in enumerate(body) if e.tag == "h2" and "annexe" in e.attribute("class").split())
    at = next(starts, len(body))
    return body[:at], body[at:]


def references(document: Document) -> list[str]:
    """« Nos références : 2026-014 », and theirs when known."""
    return [f"{name}{document.page.libelles['deux_points']} {value}" for name, value in document.page.references]


def enclosures_title(document: Document) -> str:
    """« Pièce jointe : » or « Pièces jointes : », in the language of the letter."""
    return labelled(document, "pieces_jointes" if len(document.page.pieces_jointes) > 1 else "piece_jointe").rstrip(" ")


def labelled(document: Document, name: str, value: str = "") -> str:
    """A word of the layout and its value: « Objet : Relance », with the colon of the language."""
    words = document.page.libelles
    return f"{words[name]}{words['deux_points']} {value}"


def wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most 76 columns; `first` and `rest` indent them. No-break spaces hold."""
    lines: list[str] = []
    for part in text.split("\n"):
        # textwrap breaks on no-break spaces too, since str.split does: hide them from it.
        hidden = part.replace("\u00a0", "\ue000").replace("\u202f", "\ue001")
        lines += wrap(
            hidden,
            WIDTH,
            initial_indent=first if not lines else (rest if rest is not None else first),
            subsequent_indent=rest if rest is not None else first,
            break_on_hyphens=False,
        ) or [""]
    return [line.rstrip().replace("\ue000", "\u00a0").replace("\ue001", "\u202f") for line in lines]


def _centred(text: str) -> str:
    return "\n".join(line.center(WIDTH).rstrip() for line in wrapped(text))


def _block(element: Element, colon: str) -> str:
    if element.tag in {"h2", "h3"}:
        lines = wrapped(element.text)
        return "\n".join([*lines, ("=" if element.tag == "h2" else "-") * max(map(len, lines))])
    if element.tag in {"ul", "ol"}:
        items = [child for child in element.children if isinstance(child, Element)]
        marks = [f"{number}. " if element.tag == "ol" else "- " for number in range(1, len(items) + 1)]
        return "\n".join(
            line for mark, item in zip(marks, items, strict=True) for line in wrapped(item.text, mark, " " * len(mark))
        )
    if element.tag == "table":
        return _table(element, colon)
    return "\n".join(wrapped(element.text))


def rows_of(element: Element) -> list[Element]:
    """The rows of a table, whatever group they are in."""
    rows = []
    for child in element.children:
        if isinstance(child, Element):
            rows += [child] if child.tag == "tr" else rows_of(child)
    return rows


def cells_of(row: Element) -> list[Element]:
    """The cells of a row."""
    return [child for child in row.children if isinstance(child, Element)]


def _table(table: Element, colon: str) -> str:
    """Columns aligned when they fit; otherwise one « label : value » line per cell."""
    rows = [cells_of(row) for row in rows_of(table)]
    if not rows:
        return ""
    if "signatures" in table.attribute("class").split():
        return _side_by_side(rows)
    count = max(sum(span_of(cell) for cell in row) for row in rows)
    grid = [[_text(cell) for cell in row] for row in rows]
    widths = [0] * count
    for row, texts in zip(rows, grid, strict=True):
        if len(row) == count:
            widths = [max(width, len(text)) for width, text in zip(widths, texts, strict=True)]
    head = sum(map(is_head, rows))
    _make_room(rows, grid, widths)
    if sum(widths) + 2 * (count - 1) > WIDTH:
        return _stacked(rows, grid, head, colon)
    numeric = [is_numeric(rows, column, count) for column in range(count)]
    lines = []
    for index, (row, texts) in enumerate(zip(rows, grid, strict=True)):
        lines.append(_aligned(row, texts, widths, numeric))
        if index == head - 1:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def is_head(row: list[Element]) -> bool:
    """Whether a row only names its columns."""
    return all(cell.tag == "th" and cell.attribute("scope") != "row" for cell in row)


def _make_room(rows: list[list[Element]], grid: list[list[str]], widths: list[int]) -> None:
    """Widen the first of the columns that a longer text spans, or the amounts after it would move."""
    for row, texts in zip(rows, grid, strict=True):
        column = 0
        for cell, text in zip(row, texts, strict=True):
            span = span_of(cell)
            widths[column] += max(0, len(text) - sum(widths[column : column + span]) - 2 * (span - 1))
            column += span


def _side_by_side(rows: list[list[Element]]) -> str:
    """Signature blocks one under the other: each party reads its own from top to bottom."""
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=True)
    return "\n\n\n".join("\n\n".join("\n".join(wrapped(cell.text)) for cell in column) for column in columns)


def _aligned(row: list[Element], texts: list[str], widths: list[int], numeric: list[bool]) -> str:
    parts, column = [], 0
    for cell, text in zip(row, texts, strict=True):
        span = span_of(cell)
        width = sum(widths[column : column + span]) + 2 * (span - 1)
        right = span == 1 and numeric[column]
        parts.append(text.rjust(width) if right else text.ljust(width))
        column += span
    return "  ".join(parts).rstrip()


def is_numeric(rows: list[list[Element]], column: int, count: int) -> bool:
    """Whether a column of a table of `count` columns holds figures, to be aligned on the right."""
    cells = [row[column] for row in rows if len(row) == count]
    return any("nombre" in cell.attribute("class").split() for cell in cells)


def _stacked(rows: list[list[Element]], grid: list[list[str]], head: int, colon: str) -> str:
    """One block per row: its first cell as a title, then « label : value » lines."""
    labels = [text for cell, text in zip(rows[0], grid[0], strict=True) for _ in range(span_of(cell))] if head else []
    blocks = []
    for row, texts in zip(rows[head:], grid[head:], strict=True):
        lines, column = [], 0
        for cell, text in zip(row, texts, strict=True):
            label = labels[column] if span_of(cell) == 1 and column < len(labels) else ""
            if text:
                lines += wrapped(f"{label}{colon} {text}" if label and column else text, "  " if column else "", "    ")
            column += span_of(cell)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def span_of(cell: Element) -> int:
    """How many columns a cell takes."""
    return int(cell.attribute("colspan") or 1)


def _text(cell: Element) -> str:
    return " ".join(cell.text.split(" ")).replace("\n", " ").strip()
