"""The closed tree of a letter as Word paragraphs, lists and tables.

Each element gets a named style and nothing else, so that a firm changes the look in one place; what a style cannot
say (a width, « stay with the next line ») is written on the element.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from generator.document import Element
from generator.export.docx_reference import el, new_list, style_id, style_ids
from generator.money import THIN

TWIPS = 1440 / 25.4  # twentieths of a point in a millimetre
PARAGRAPHS = {"solde": "Somme due", "banque": "Coordonnées bancaires", "note": "Note"}
# Paragraphs that must not be the last of a page.
KEPT = {"appel", "solde", "politesse", "fait-a"}
TOGETHER = {"echeances", "signatures", "demandes"}  # tables that make no sense cut in two
SIGNING_SPACE = 34  # mm, to write the amount in words and sign
# What the papers of a court bundle are made of: tables without lines, whose first column is a label, and sums.
LABELS, PLAIN = "identite", {"identite", "demandes"}
_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
_WIDTH = re.compile(r"\.(c-[\w-]+|identite(?= th))(?: th)?\s*\{[^}]*?\bwidth:\s*([\d.]+)mm")
# What XML cannot hold: a control character in a name must not break the letter.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Node = Element | str


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _UNFIT.sub("", text)


class Body:
    """Makes paragraphs and tables for one Word document; `css` gives the widths of columns."""

    def __init__(self, document: WordDocument, css: str, width: int) -> None:
        self.document, self.width = document, width  # width of the text, in twips
        self.ids = style_ids(document)
        self.columns = {name: round(float(size) * TWIPS) for name, size in _WIDTH.findall(css)}

    def paragraph(self, style: str, *runs: Any, **options: Any) -> Any:
        """A paragraph in one of our styles; options: `keep`, `new_page`, `list_number`, `level`, `before`, `after`, `jc`."""
        parts = [el("pStyle", val=style_id(self.ids, style))]
        parts += [el("keepNext")] if options.get("keep") else []
        parts += [el("pageBreakBefore")] if options.get("new_page") else []
        if number := options.get("list_number"):
            parts.append(el("numPr", el("ilvl", val=options.get("level", 0)), el("numId", val=number)))
        spaces = {side: options[side] for side in ("before", "after") if options.get(side)}
        parts += [el("spacing", **spaces)] if spaces else []
        parts += [el("jc", val=options["jc"])] if options.get("jc") else []
        return el("p", el("pPr", *parts), *runs)

    def run(
        self, text: str, style: str | None = None, *, strong: bool = False, em: bool = False, fill: bool = False
    ) -> Any:
        """A run; `\\n` is a line break; `fill` is highlighted: a person has to write there."""
        properties = [el("rStyle", val=style_id(self.ids, style))] if style else []
        properties += [el("b"), el("bCs")] if strong else []
        properties += [el("i"), el("iCs")] if em else []
        properties += [el("highlight", val="yellow")] if fill else []
        pieces: list[Any] = []
        for index, line in enumerate(clean(text).split("\n")):
            pieces += [el("br")] if index else []
            if line:
                words = el("t")
                words.text = line
                words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                pieces.append(words)
        return el("r", *([el("rPr", *properties)] if properties else []), *pieces)

    def inline(self, children: Iterable[Node], within: str = "", **marks: Any) -> list[Any]:
        """Runs of an element's texts. `within`: the class of the paragraph or table, which says what strong and em are."""
        runs: list[Any] = []
        for child in children:
            if isinstance(child, str):
                after_break = bool(runs) and runs[-1][-1:] and runs[-1][-1].tag == qn("w:br")
                text = child.lstrip(" ") if after_break else child
                runs.append(self.run(text, **marks) if text else el("r"))
            elif child.tag == "br":
                runs.append(self.run("\n"))
            elif child.tag == "strong" and within == "solde":
                runs.append(self.run(child.text, "Montant dû"))
            elif child.tag == "em" and within in {"factures", "demandes"}:
                runs += self.inline(child.children, within, style="Détail")
            else:
                fill = {"fill": True} if "a-completer" in _classes(child) else {}
                runs += self.inline(child.children, within, **{**marks, child.tag: True, **fill})
        return runs

    def blocks(self, elements: Sequence[Element]) -> list[Any]:
        """Word elements of the body's elements, in order."""
        made: list[Any] = []
        for index, element in enumerate(elements):
            following = elements[index + 1] if index + 1 < len(elements) else None
            # The sentence before the closing one stays with it, and both with the signature; that of the sums too.
            keep = following is not None and bool({"politesse", "demandes"} & set(_classes(following)))
            after_table = index > 0 and elements[index - 1].tag == "table"
            made += self._block(element, keep=keep, before=160 if after_table and element.tag == "p" else 0)
        return made

    def page_numbers(self) -> list[Any]:
        """Runs of « 1/4 », which Word counts."""
        page, pages = (el("fldSimple", self.run("1"), instr=f" {name} ") for name in ("PAGE", "NUMPAGES"))
        return [page, self.run("/"), pages]

    def lay(self, blocks: Iterable[Any]) -> None:
        """Write blocks at the end of the document, two tables never touching: Word would join them."""
        section = self.document.element.body[-1]
        for block in blocks:
            previous = section.getprevious()
            if block.tag.endswith("}tbl") and previous is not None and previous.tag.endswith("}tbl"):
                section.addprevious(self.paragraph("Séparateur"))
            section.addprevious(block)
        if section.getprevious().tag.endswith("}tbl"):
            section.addprevious(self.paragraph("Séparateur"))  # Word wants a paragraph after the last table

    def _block(self, element: Element, **options: Any) -> list[Any]:
        classes = _classes(element)
        if element.tag in {"h2", "h3"}:
            style = "heading 2" if element.tag == "h2" else "heading 3"
            return [self.paragraph(style, *self.inline(element.children), new_page="annexe" in classes)]
        if element.tag in {"ul", "ol"}:
            return self._list(element, 0)
        if element.tag == "table":
            return [self.table(element)]
        style = next((PARAGRAPHS[name] for name in classes if name in PARAGRAPHS), "Corps")
        options["keep"] = options.get("keep") or bool(KEPT & set(classes))
        return self._flow(element.children, style, classes[0] if classes else "", **options)

    def _flow(self, children: Sequence[Node], style: str, within: str, **options: Any) -> list[Any]:
        """Paragraphs of mixed content: texts in a row make one, a block inside makes its own."""
        made: list[Any] = []
        texts: list[Node] = []
        for child in (*children, None):
            if child is not None and (isinstance(child, str) or child.tag in {"strong", "em", "br"}):
                texts.append(child)
                continue
            if texts:
                made.append(self.paragraph(style, *self.inline(texts, within, **options.get("marks", {})), **options))
                texts = []
            if child is not None:
                blocks = self._list(child, options.get("level", 0) + 1) if child.tag in {"ul", "ol"} else None
                if blocks is None and child.tag == "p":
                    blocks = self._flow(child.children, style, within, **options)
                made += self._block(child) if blocks is None else blocks
        return made or [self.paragraph(style, **options)]

    def _list(self, element: Element, level: int) -> list[Any]:
        style = "List Bullet" if element.tag == "ul" else "List Number"
        number = new_list(self.document, style) if element.tag == "ol" or level else None
        items = (child for child in element.children if isinstance(child, Element))
        return [
            paragraph
            for item in items
            for paragraph in self._flow(item.children, style, "", list_number=number, level=min(level, 2))
        ]

    # ------------------------------------------------------------------ tables

    def table(self, element: Element) -> Any:
        """A real table: repeated head, rows that do not split, a total that stays with the row before."""
        classes = _classes(element)
        rows = list(_rows(element))
        count = max((sum(map(_span, cells)) for _, _, cells in rows), default=1)
        widths = self._widths(element, rows, count)
        signatures = "signatures" in classes
        style = "Tableau des signatures" if signatures else "Mise en page" if LABELS in classes else "Tableau de compte"
        look = {
            "firstRow": int(any(part == "thead" for part, _, _ in rows)),
            "lastRow": int(any(part == "tfoot" for part, _, _ in rows)),
            "firstColumn": 0 if signatures else 1,
        }
        made = self.frame(style, widths, **look)
        for index, (part, row, cells) in enumerate(rows):
            following = rows[index + 1][0] if index + 1 < len(rows) else None
            keep = following is not None and (part == "thead" or following == "tfoot" or bool(TOGETHER & set(classes)))
            made.append(self._row(part, row, cells, widths, keep=keep, within=classes[0] if classes else ""))
        return made

    def frame(self, style: str, widths: Sequence[int], **look: int) -> Any:
        """An empty table of fixed widths, in twips."""
        flags = {"firstRow": 0, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1, **look}
        # Written twice: Word reads the names, LibreOffice the sum of their bits.
        bits = sum(bit for bit, on in zip((0x20, 0x40, 0x80, 0x100, 0x200, 0x400), flags.values(), strict=True) if on)
        properties = el(
            "tblPr",
            el("tblStyle", val=style_id(self.ids, style)),
            el("tblW", w=sum(widths), type="dxa"),
            el("tblLayout", type="fixed"),
            el("tblLook", val=f"{bits:04X}", **flags),
        )
        return el("tbl", properties, el("tblGrid", *(el("gridCol", w=width) for width in widths)))

    def cell(self, width: int, *content: Any, span: int = 1, merge: str | None = None) -> Any:
        """A cell; Word wants at least one paragraph, and one at its end."""
        properties = [el("tcW", w=width, type="dxa")]
        properties += [el("gridSpan", val=span)] if span > 1 else []
        properties += [el("vMerge", val=merge)] if merge else []
        last = content[-1].tag if content else None
        closing = [] if last is not None and last.endswith("}p") else [self.paragraph("Séparateur")]
        return el("tc", el("tcPr", *properties), *content, *closing)

    def _row(self, part: str, row: Element, cells: list[Element], widths: list[int], *, keep: bool, within: str) -> Any:
        properties = [el("cantSplit")]
        if any("emplacement" in _classes(cell) for cell in cells):
            properties.append(el("trHeight", val=round(SIGNING_SPACE * TWIPS), hRule="atLeast"))
        properties += [el("tblHeader")] if part == "thead" else []
        made, column = el("tr", el("trPr", *properties)), 0
        for cell in cells:
            span = min(_span(cell), len(widths) - column)
            amount = "nombre" in _classes(cell)
            head = part == "thead" and within != "signatures"
            style = "Tableau en-tête" if head else "Tableau montant" if amount else "Tableau texte"
            jc = "right" if head and amount else None
            # Bold is written here rather than in the table's style: a detail inside it can then be light.
            strong = part == "tfoot" or (cell.tag == "th" and not head and within not in PLAIN)
            marks: dict[str, Any] = {"strong": True} if strong else {}
            options: dict[str, Any] = {"keep": keep, "jc": jc, "marks": marks}
            if within == LABELS:
                style, options = "Corps", {"after": 30, "marks": {"style": "Libellé"} if cell.tag == "th" else {}}
            content = self._flow(cell.children, style, within, **options)
            made.append(self.cell(sum(widths[column : column + span]), *content, span=span))
            column += span
        for width in widths[column:]:  # a short row, so that the grid stays whole
            made.append(self.cell(width, self.paragraph("Tableau texte", keep=keep)))
        return made

    def _widths(self, table: Element, rows: list[tuple[str, Element, list[Element]]], count: int) -> list[int]:
        """Widths of columns in twips: those the style sheet gives by class, the rest shared."""
        fixed, needed = [0] * count, [0] * count
        for part, _, cells in rows:
            column = 0
            for cell in cells:
                if _span(cell) == 1:
                    named = ("", *_classes(cell), *_classes(table)) if column == 0 else ("", *_classes(cell))
                    fixed[column] = max(fixed[column], *(self.columns.get(name, 0) for name in named))
                    needed[column] = max(needed[column], _longest_word(cell.text, head=part == "thead"))
                column += _span(cell)
        # A substitute font may be wider than ours: a date must not break in two.
        wanted = [max(width, need) if width else 0 for width, need in zip(fixed, needed, strict=True)]
        free = wanted.count(0)
        rest = max(self.width - sum(wanted), 0) // free if free else 0
        wanted = [width or max(rest, need, 1) for width, need in zip(wanted, needed, strict=True)]
        # Nothing left to share, or nothing to share it with: the same proportions over the whole width.
        return [width * self.width // sum(wanted) for width in wanted]


def _longest_word(text: str, *, head: bool) -> int:
    """Room for the longest word of a cell, in twips: generous letters of 9 points (8 in a head), and the margins."""
    words = re.split("[ \n]", text)
    return round(max(len(word) - word.count(THIN) / 2 for word in words) * (93 if head else 105) + 90)


def _rows(element: Element, part: str = "tbody") -> Iterable[tuple[str, Element, list[Element]]]:
    for child in element.children:
        if isinstance(child, Element) and child.tag == "tr":
            yield part, child, [cell for cell in child.children if isinstance(cell, Element)]
        elif isinstance(child, Element):
            yield from _rows(child, child.tag)


def _classes(element: Element) -> list[str]:
    return element.attribute("class").split()


def _span(cell: Element) -> int:
    return int(cell.attribute("colspan") or 1)


# ---------------------------------------------------------------- around the body


def row(height: float, rule: str, *cells: Any) -> Any:
    """A row of a table, never cut by a page break; `height` in millimetres, `rule` is exact or atLeast."""
    return el("tr", el("trPr", el("cantSplit"), el("trHeight", val=round(height * TWIPS), hRule=rule)), *cells)


def fill(part: Any, paragraphs: list[Any]) -> None:
    """Write at the top of a header or footer, over the empty paragraph it starts with."""
    part.is_linked_to_previous = False
    element = part._element
    first = element.find(qn("w:p"))
    if first is not None and not list(first.iter(qn("w:r"), qn("w:fldSimple"))):
        element.remove(first)
    element[:0] = paragraphs


def describe(word: WordDocument, *, title: str, subject: str, author: str, langue: str, au: date) -> None:
    """Title, author, dates and language: what Word, a search engine and a screen reader read first."""
    properties, language = word.core_properties, _LANGUAGES.get(langue, "fr-FR")
    # 255 characters is what Word keeps of a property.
    properties.title, properties.subject = clean(title)[:255], clean(subject)[:255]
    properties.author = properties.last_modified_by = clean(author)[:255]
    properties.language = language
    properties.created = properties.modified = datetime.combine(au, time(), tzinfo=UTC)
    properties.revision = 1
    properties.comments = properties.keywords = properties.category = properties.content_status = ""
    for printed in properties._element.findall(qn("cp:lastPrinted")):
        properties._element.remove(printed)
    for lang in word.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), language)
