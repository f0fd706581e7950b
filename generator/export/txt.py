"""A letter as plain text, 76 columns: for an e-mail, a web form, a terminal."""

from __future__ import annotations

from textwrap import wrap

from generator.document import Document, Element

WIDTH = 76


def to_text(document: Document) -> str:
    """The whole letter as text; same words and amounts as every other format."""
    page = document.page
    acte = document.letter.spec.mise_en_page == "acte"
    parts: list[str] = []
    if acte:
        parts += [_centred(page.objet.upper())]
    else:
        parts += ["\n".join(page.expediteur)]
        indent = " " * 38
        parts += ["\n".join(line for text in page.destinataire for line in _wrapped(text, indent))]
        parts += [indent + page.lieu_date]
        if page.mention_envoi:
            parts += [page.mention_envoi]
        parts += ["\n".join(line for name, value in page.references for line in _wrapped(f"{name} : {value}"))]
        parts += ["\n".join(_wrapped(f"Objet : {page.objet}"))]
    body = list(document.corps)
    # As on paper, an annex comes after the signature.
    annexes = (i for i, e in enumerate(body) if e.tag == "h2" and "annexe" in e.attribute("class").split())
    annex = next(annexes, len(body))
    parts += [_block(element) for element in body[:annex]]
    if document.letter.spec.signature == "expediteur":
        signature = (page.signataire.nom, page.signataire.qualite)
        parts += ["\n".join(line for line in signature if line)]
    if page.pieces_jointes:
        title = "Pièces jointes :" if len(page.pieces_jointes) > 1 else "Pièce jointe :"
        parts += ["\n".join([title, *(line for p in page.pieces_jointes for line in _wrapped(p, "- ", "  "))])]
    parts += [_block(element) for element in body[annex:]]
    parts += ["-" * WIDTH + "\n" + "\n".join(line for text in page.mentions_legales for line in _wrapped(text))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
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
    return "\n".join(line.center(WIDTH).rstrip() for line in _wrapped(text))


def _block(element: Element) -> str:
    if element.tag in {"h2", "h3"}:
        lines = _wrapped(element.text)
        return "\n".join([*lines, ("=" if element.tag == "h2" else "-") * max(map(len, lines))])
    if element.tag in {"ul", "ol"}:
        items = [child for child in element.children if isinstance(child, Element)]
        marks = [f"{number}. " if element.tag == "ol" else "- " for number in range(1, len(items) + 1)]
        return "\n".join(
            line for mark, item in zip(marks, items, strict=True) for line in _wrapped(item.text, mark, " " * len(mark))
        )
    if element.tag == "table":
        return _table(element)
    return "\n".join(_wrapped(element.text))


def _rows(element: Element) -> list[Element]:
    rows = []
    for child in element.children:
        if isinstance(child, Element):
            rows += [child] if child.tag == "tr" else _rows(child)
    return rows


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element)]


def _table(table: Element) -> str:
    """Columns aligned when they fit; otherwise one « label : value » line per cell."""
    rows = [_cells(row) for row in _rows(table)]
    if not rows:
        return ""
    if "signatures" in table.attribute("class").split():
        return _side_by_side(rows)
    count = max(sum(int(cell.attribute("colspan") or 1) for cell in row) for row in rows)
    grid = [[_text(cell) for cell in row] for row in rows]
    widths = [0] * count
    for row, texts in zip(rows, grid, strict=True):
        if len(row) == count:
            widths = [max(width, len(text)) for width, text in zip(widths, texts, strict=True)]
    if sum(widths) + 2 * (count - 1) > WIDTH:
        return _stacked(rows, grid)
    numeric = [_is_numeric(rows, column, count) for column in range(count)]
    lines = []
    head = sum(all(cell.tag == "th" and cell.attribute("scope") != "row" for cell in row) for row in rows)
    for index, (row, texts) in enumerate(zip(rows, grid, strict=True)):
        lines.append(_aligned(row, texts, widths, numeric))
        if index == head - 1:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _side_by_side(rows: list[list[Element]]) -> str:
    """Signature blocks one under the other: each party reads its own from top to bottom."""
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=True)
    return "\n\n\n".join("\n\n".join("\n".join(_wrapped(cell.text)) for cell in column) for column in columns)


def _aligned(row: list[Element], texts: list[str], widths: list[int], numeric: list[bool]) -> str:
    parts, column = [], 0
    for cell, text in zip(row, texts, strict=True):
        span = int(cell.attribute("colspan") or 1)
        width = sum(widths[column : column + span]) + 2 * (span - 1)
        right = span == 1 and numeric[column]
        parts.append(text.rjust(width) if right else text.ljust(width))
        column += span
    return "  ".join(parts).rstrip()


def _is_numeric(rows: list[list[Element]], column: int, count: int) -> bool:
    cells = [row[column] for row in rows if len(row) == count]
    return any("nombre" in cell.attribute("class").split() for cell in cells)


def _stacked(rows: list[list[Element]], grid: list[list[str]]) -> str:
    """One block per row: its first cell as a title, then « label : value » lines."""
    labels, blocks = grid[0], []
    for row, texts in zip(rows[1:], grid[1:], strict=True):
        lines, column = [], 0
        for cell, text in zip(row, texts, strict=True):
            span = int(cell.attribute("colspan") or 1)
            label = labels[column] if span == 1 and column < len(labels) else ""
            if text:
                lines += _wrapped(f"{label} : {text}" if label and column else text, "  " if column else "", "    ")
            column += span
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _text(cell: Element) -> str:
    return " ".join(cell.text.split(" ")).replace("\n", " ").strip()
