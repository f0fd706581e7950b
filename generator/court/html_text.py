"""What an HTML e-mail says, as a few closed elements: paragraphs, tables of one level, struck text.

Its style, pictures and addresses stay behind: nothing is fetched, nothing it says can reach our page. lxml parses (as
in a browser, closing what is left open); what comes out is only text we escape, in tags we write.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from generator.court.html_hidden import hidden_elements

# Beyond, lxml itself lets text fall without a word.
DEPTH = 1000
# Characters on a line of the page, about: only to know how many pages a message would take.
LINE, CELL = 90, 30
# A word longer than a line takes WeasyPrint seconds a thousand characters, unless told where it may break.
WORD, BREAK = 30, "\u200b"
# Characters newsletters fill their hidden lines with.
INVISIBLE = "\xa0\u200c\u200b\u034f\u00ad\ufeff\u2007"
SILENT = {"style", "script", "head", "title", "template", "noframes", "object", "svg", "math"}
STRUCK = {"s", "strike", "del"}
BLOCKS = {
    "p", "div", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section", "article",
    "header", "footer", "main", "nav", "address", "center", "figure", "figcaption", "form", "fieldset", "table", "tr", "td", "th",
    "caption",
}  # fmt: skip
_CROSSED = re.compile(r"text-decoration[^;]*line-through", re.I)
_SPACES = re.compile(r"[ \t\r\n\f]+")  # a non-breaking space is meant


@dataclass(frozen=True)
class Told:
    """`html` is safe to print; `lignes` about how many lines it takes; `cache` whether it hid a part of itself."""

    html: str
    lignes: int
    cache: bool = False


@dataclass
class _Page:
    """What is written so far; `rows` and `cells` hold the table with columns being read."""

    out: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    rows: list[str] | None = None
    cells: list[str] | None = None
    lists: list[int | None] = field(default_factory=list)
    quoted: int = 0
    pre: int = 0
    struck: int = 0
    lines: int = 0
    hidden: bool = False

    def write(self, text: str) -> None:
        if not self.pre:
            text = _SPACES.sub(" ", text)
            if not self.inline or self.inline[-1].endswith((" ", "\n")):
                text = text.lstrip(" ")
        if text:
            shown = breakable(text)
            self.inline.append(f"<s>{shown}</s>" if self.struck and text.strip() else shown)

    def end_block(self) -> None:
        """Close the paragraph, or the line of the cell, that is open."""
        if self.cells is not None:
            if self.inline and not self.inline[-1].endswith("\n"):
                self.inline.append("\n")
            return
        if text := self._taken():
            self.lines += sum(1 + len(line) // LINE for line in text.split("\n"))
            kind = f" class='cite{min(self.quoted, 3)}'" if self.quoted else ""
            self.out.append(f"<p{kind}>{text}</p>")

    def end_cell(self, element: Any) -> None:
        """Add the cell to its row."""
        assert self.cells is not None
        text = self._taken()
        spans = "".join(
            f" {name}='{value}'"
            for name in ("colspan", "rowspan")
            if (value := min(_number(element.get(name), 1), 50)) > 1
        )
        self.cells.append(f"<td{spans}>{text}</td>")
        self.lines += len(text) // CELL // 4

    def _taken(self) -> str:
        text = "".join(self.inline).strip("\n" if self.pre else " \n")
        self.inline.clear()
        return text


def breakable(text: str) -> str:
    """The text escaped, with places to break the words that no line could hold."""
    if len(text) > WORD:
        text = re.sub(rf"\S{{{WORD}}}(?=\S)", lambda found: found[0] + BREAK, text)
    return escape(text)


def plain_told(text: str) -> Told:
    """A plain text, line by line as it was written."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")]
    # Paragraphs of a few lines: one of thousands takes WeasyPrint twice as long.
    parts = ["\n".join(lines[rank : rank + 40]) for rank in range(0, len(lines), 40)]
    return Told(
        "".join(f"<p class='brut'>{breakable(part) or BREAK}</p>" for part in parts),
        sum(1 + len(line) // LINE for line in lines),
    )


def html_told(html: str, pictures: Mapping[str, str]) -> Told:
    """An HTML message; `pictures` names those it carries, by Content-ID. ValueError when nested beyond reason."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    try:
        root = document_fromstring(
            html.replace("\0", "").encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except etree.LxmlError:  # nothing but spaces and comments
        return Told("", 0)
    columns, page = _columned(root), _Page()
    for element, entering in _walk(root, page, hidden_elements(root)):
        if entering:
            _open(element, page, columns, pictures)
        else:
            _close(element, page, columns)
    page.end_block()
    return Told("".join(page.out), page.lines, page.hidden)


def _walk(root: Any, page: _Page, unseen: set[Any]) -> Iterator[tuple[Any, bool]]:
    """Every shown element on its way in and out; its text and what follows it are written on the way."""
    stack: list[tuple[Any, bool]] = [(root, True)]
    depth = 0
    while stack:
        element, entering = stack.pop()
        if not entering:
            depth -= 1
            yield element, False
            page.write(element.tail or "")
            continue
        if not isinstance(element.tag, str) or _unseen(element, page, unseen):
            page.write(element.tail or "")
            continue
        depth += 1
        if depth > DEPTH:
            raise ValueError("nested beyond reason")
        yield element, True
        page.write(element.text or "")
        stack.append((element, False))
        stack += [(child, True) for child in reversed(element)]


def _unseen(element: Any, page: _Page, unseen: set[Any]) -> bool:
    if element.tag in SILENT:
        return True
    if element not in unseen:
        return False
    page.hidden = page.hidden or bool(_SPACES.sub("", element.text_content()).strip(INVISIBLE))
    return True


def _columned(root: Any) -> set[Any]:
    """The tables that hold figures in columns, rather than the layout of the message."""
    return {
        table
        for table in root.iter("table")
        if next(table.iterdescendants("table"), None) is None
        and any(sum(1 for _ in row.iterchildren("td", "th")) > 1 for row in table.iter("tr"))
    }


def _open(element: Any, page: _Page, columns: set[Any], pictures: Mapping[str, str]) -> None:
    tag = element.tag
    if tag in BLOCKS or tag in {"br", "hr"}:
        if tag == "br":
            page.inline.append("\n")
            return
        page.end_block()
    page.struck += tag in STRUCK or bool(_CROSSED.search(element.get("style") or ""))
    page.pre += tag == "pre"
    page.quoted += tag == "blockquote"
    if tag == "hr":
        page.out += ["<hr>"] if page.cells is None else []
    elif tag in {"ul", "ol"}:
        page.lists.append(_number(element.get("start"), 1) if tag == "ol" else None)
    elif tag == "li":
        page.inline.append(_marker(element, page))
    elif tag == "img":
        page.inline.append(_picture(element, pictures))
    elif tag == "table" and element in columns:
        page.rows = []
    elif tag == "tr" and _table(element) in columns:
        page.cells = []


def _close(element: Any, page: _Page, columns: set[Any]) -> None:
    tag = element.tag
    if tag in {"td", "th"} and page.cells is not None:
        page.end_cell(element)
    elif tag == "tr" and page.cells is not None:
        if page.rows is not None:
            page.rows.append(f"<tr>{''.join(page.cells)}</tr>")
        page.cells = None
        page.lines += 2
    elif tag in BLOCKS:
        page.end_block()
    if tag == "table" and element in columns:
        page.out.append(f"<table class='donnees'><tbody>{''.join(page.rows or ())}</tbody></table>")
        page.rows = None
    page.struck -= tag in STRUCK or bool(_CROSSED.search(element.get("style") or ""))
    page.pre -= tag == "pre"
    page.quoted -= tag == "blockquote"
    if tag in {"ul", "ol"}:
        page.lists.pop()


def _table(row: Any) -> Any:
    return next(row.iterancestors("table"), None)


def _marker(element: Any, page: _Page) -> str:
    rank = page.lists[-1] if page.lists else None
    if rank is None:
        return "• "
    rank = _number(element.get("value"), rank)
    page.lists[-1] = rank + 1
    return f"{rank}. "


def _picture(element: Any, pictures: Mapping[str, str]) -> str:
    if any(_number(element.get(side), 100) <= 2 for side in ("width", "height")):
        return ""  # a point that tells the sender the message was read
    source = (element.get("src") or "").strip()
    name = pictures.get(source[4:].strip("<>"), "") if source.lower().startswith("cid:") else ""
    if name:
        return escape(f"[image : {name}]")
    told = " ".join((element.get("alt") or "").split())[:200]
    return escape(f"[image non reprise : {told}]" if told else "[image non reprise]")


def _number(value: str | None, default: int) -> int:
    found = re.match(r"\s*(\d{1,6})", value or "")
    return int(found[1]) if found else default
