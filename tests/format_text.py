"""The words of a letter read back from each of its formats, each by another program than the one that wrote it."""

import datetime as dt
import email
import email.policy
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest

from generator.document import BLOCKS, Document, Element
from generator.export import FORMATS
from generator.export.txt import is_act
from generator.loading import load_case
from generator.money import plain_spaces
from generator.pipeline import make_letter
from generator.statement import build_statement
from tests.samples import AU

Views = dict[str, str]


def document_of(path: Path, letter_id: str, au: dt.date = AU) -> Document:
    """The document of a letter, taken where a format would take it."""
    loaded = load_case(path)
    caught: list[Document] = []

    def take(document: Document) -> bytes:
        caught.append(document)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FORMATS, "essai", take)
        make_letter(loaded, build_statement(loaded.case, loaded.law, au), letter_id, formats=("essai",))
    return caught[0]


class _Words(HTMLParser):
    """The text of a page: `<head>` and `<style>` left out, blocks apart from each other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"head", "style", "script"}
        if tag not in {"strong", "em", "b", "i", "span", "a"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"head", "style", "script"}
        if tag not in {"strong", "em", "b", "i", "span", "a"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def html_words(page: str) -> str:
    """What a reader of an HTML page sees."""
    parser = _Words()
    parser.feed(page)
    parser.close()
    return "".join(parser.parts)


def markdown_html(text: str) -> str:
    """Markdown rendered by Python-Markdown, which shares no line with our writer."""
    import markdown

    return str(markdown.markdown(text, extensions=["tables", "sane_lists"]))


def _pdf(content: bytes) -> Views:
    from pypdf import PdfReader

    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return {"pdf": text.replace("-\n", "-")}  # a compound word cut after its hyphen


def _docx(content: bytes) -> Views:
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(BytesIO(content))
    parts = [document.element.body]
    parts += [part._element for section in document.sections for part in (section.header, section.footer)]
    paragraphs = [paragraph for part in parts for paragraph in part.iter(qn("w:p"))]
    breaks = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    return {
        "docx": "\n".join(
            "".join(breaks.get(node.tag, node.text or "") for node in paragraph.iter(qn("w:t"), *breaks))
            for paragraph in paragraphs
        )
    }


def parse_eml(content: bytes) -> EmailMessage:
    """The e-mail read by the standard library, with its modern policy."""
    return email.message_from_bytes(content, policy=email.policy.default)


def _eml(content: bytes) -> Views:
    message = parse_eml(content)
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    views = {
        "texte du courriel": f"{message['Subject']}\n{plain.get_content()}",
        "HTML du courriel": f"{message['Subject']}\n{html_words(html.get_content())}",
    }
    for part in message.iter_attachments():
        if part.get_content_type() == "application/pdf":
            views["PDF joint au courriel"] = _pdf(part.get_content())["pdf"]
    return views


EXTRACTORS: dict[str, Callable[[bytes], Views]] = {
    "pdf": _pdf,
    "docx": _docx,
    "eml": _eml,
    "txt": lambda content: {"txt": content.decode()},
    "html": lambda content: {"html": html_words(content.decode())},
    "md": lambda content: {"md": html_words(markdown_html(content.decode()))},
}

# Thousands are set apart by a narrow space in French and by a comma in English.
_AMOUNT = re.compile(r"(?<![\d\u202f])\d+(?:\u202f\d{3})*,\d{2}[ \u00a0]?€|€\d{1,3}(?:,\d{3})*(?:\.\d{2})?")
_MONTH = r"(?:jan|fév|mars|avr|mai|juin|juil|août|sept|oct|nov|déc|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*"
_DATE = re.compile(rf"\b(?:\d{{2}}/\d{{2}}/\d{{4}}|(?:\d{{1,2}}|1er)\s{_MONTH}\s\d{{4}})\b")


def amounts(text: str) -> list[str]:
    """Every sum in euros, as written, whatever the space before its sign."""
    return [re.sub(r"\s", "", found) for found in _AMOUNT.findall(text)]


def dates(text: str) -> set[str]:
    """Every date, as written, with ordinary spaces."""
    return {" ".join(found.split()) for found in _DATE.findall(text)}


def plain(text: str) -> str:
    """Lower case, ordinary spaces and apostrophes: to look for words."""
    return " ".join(plain_spaces(text).replace("\u2019", "'").lower().split())


def words_around(document: Document) -> list[str]:
    """What every format holds besides the body: object, day, references, signature, enclosures, mentions."""
    page = document.page
    day = [] if is_act(document) else [page.lieu_date]
    signature = [page.signataire.nom] if document.letter.spec.signature == "expediteur" else []
    return [
        page.objet,
        *day,
        *(v for _, v in page.references),
        *signature,
        *page.pieces_jointes,
        *page.mentions_legales,
    ]


def sentences(document: Document) -> Iterator[str]:
    """The text of each paragraph, title, item and cell; heads of tables apart, which may be repeated or left out."""
    for element in document.corps:
        yield from _leaves(element)


def _leaves(element: Element) -> Iterator[str]:
    if element.tag == "thead":
        return
    blocks = [child for child in element.children if isinstance(child, Element) and child.tag in BLOCKS]
    if not blocks and element.text.strip():
        yield element.text
    for child in blocks:
        yield from _leaves(child)
