"""What the tests of Word letters share: documents, pictures, letterheads, reading a package back."""

import base64
import dataclasses
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor

from generator.document import Document, parse_body
from generator.letters import load_letter
from generator.loading import load_case
from generator.look import Look
from generator.pipeline import roots_of
from generator.render import Choices, render
from generator.statement import build_statement
from tests.conftest import ROOT
from tests.samples import AU

EXAMPLES = ROOT / "examples" / "dossiers"


def document(letter: str, path: Path = EXAMPLES / "2026-014.yml", *, qr: bool = False, **choices: Any) -> Document:
    """A letter rendered from an example, without its payment code unless asked."""
    loaded = load_case(path)
    statement, roots = build_statement(loaded.case, loaded.law, AU), roots_of(loaded)
    base = (loaded.company_path or loaded.path).parent
    found, asked, look = load_letter(letter, roots), Choices(**choices), Look(qr=qr)
    return render(found, loaded.case, statement, loaded.law, roots, asked, look=look, base=base)


def with_page(source: Document, **changes: Any) -> Document:
    """The same letter with another page around it."""
    return dataclasses.replace(source, page=dataclasses.replace(source.page, **changes))


def with_body(html: str, **changes: Any) -> Document:
    """A letter whose body is this one."""
    source = with_page(document("relance-1"), **changes)
    return dataclasses.replace(source, corps=parse_body(html, "essai.html.j2"))


def png(width: int = 40, height: int = 20) -> bytes:
    """A plain picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80\x20\x20" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def data_uri(data: bytes, kind: str = "image/png") -> str:
    """As the page carries pictures."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def letterhead(*, header: str = "Atelier Vasseur depuis 1987", footer: str = "") -> bytes:
    """A company's own document: its header, another colour for « Objet », text and a picture in its body."""
    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(40), Mm(30)
    if header:
        section.header.paragraphs[0].text = header
    if footer:
        section.footer.paragraphs[0].text = footer
    word.styles.add_style("Objet", 1).font.color.rgb = RGBColor(0x00, 0x66, 0x00)
    word.add_paragraph("Texte du modèle à remplacer")
    word.add_picture(io.BytesIO(png(7, 7)))
    return saved(word)


def saved(word: Any) -> bytes:
    """A python-docx document as bytes."""
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def swapped(package: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A package with one of its parts changed; the change must apply."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == name:
                assert old in data
                data = data.replace(old, new)
            copy.writestr(entry, data)
    return target.getvalue()


def parts(package: bytes) -> dict[str, str]:
    """Each XML part of a package."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return {n: source.read(n).decode("utf-8") for n in source.namelist() if n.endswith((".xml", ".rels"))}


def word_of(package: bytes) -> Any:
    """The package opened by python-docx."""
    return docx.Document(io.BytesIO(package))


def paragraphs(word: Any, style: str | None = None) -> list[str]:
    """Texts of the body in reading order, cells included; of one style when asked."""
    ids = {s.style_id: s.name for s in word.styles}
    found = []
    for paragraph in word.element.body.iter(qn("w:p")):
        name = ids[paragraph.pPr.pStyle.val]
        text = "".join("\n" if e.tag == qn("w:br") else e.text or "" for e in paragraph.iter(qn("w:t"), qn("w:br")))
        if style is None or name == style:
            found.append(text)
    return found


def words(text: str) -> list[str]:
    """Words in order, whatever the spaces."""
    return re.split(r"\s+", text.strip())
