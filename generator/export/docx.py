"""A letter as a Word document that a firm edits without pain: named styles, real tables, its own letterhead.

Pictures: PNG and JPEG. Word needs a bitmap beside an SVG and nothing here can draw one, so an SVG logo or signature
is left out; the sender's name, in its own style, always stands there. A company that wants its logo in Word puts it
in its letterhead.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from docx.document import Document as WordDocument
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.oxml.ns import qn
from docx.shared import Mm

from generator.document import Document, Element
from generator.errors import InvalidInput
from generator.export.docx_body import TWIPS, Body, clean, describe, fill, row
from generator.export.docx_reference import el, open_reference, pack
from generator.look_css import FIRST_FOLD, SECOND_FOLD
from generator.payment_qr import PaymentQr

# French window envelope, in millimetres from the corner of the sheet (as in lettre.css).
WINDOW_LEFT, WINDOW_TOP, BODY_TOP = 105, 50, 90
LOGO, SIGNATURE, QR = (60, 15), (50, 15), (22, 22)  # mm: the largest width and height
LINE = 4.4  # mm: a line of the sender's block
FOLD_LEFT = 5  # mm from the edge of the sheet
CLOSING = 21  # mm: room to sign by hand


def to_docx(document: Document, reference: bytes | None = None) -> bytes:
    """The letter as DOCX bytes, the same for the same document; `reference` is the company's letterhead.

    What the letterhead has in its header and footer stays; its text goes. InvalidInput when it cannot be used.
    """
    word = open_reference(reference, document.apparence)
    return _Writer(document, word).write()


class _Writer:
    """One letter being written into one Word document."""

    def __init__(self, document: Document, word: WordDocument) -> None:
        self.document, self.page, self.word = document, document.page, word
        self.section = word.sections[0]
        self.acte = document.letter.spec.mise_en_page == "acte"
        left, right = (
            round((margin or 0) / Mm(1) * TWIPS) for margin in (self.section.left_margin, self.section.right_margin)
        )
        self.left, self.width = left, round((self.section.page_width or Mm(210)) / Mm(1) * TWIPS) - left - right
        self.body = Body(word, document.css, self.width)
        self.first_header = self.section.first_page_header if self._titled else self.section.header
        self.letterhead = _has_content(self.first_header)

    @property
    def _titled(self) -> bool:
        return self.section.different_first_page_header_footer

    def write(self) -> bytes:
        """The whole document."""
        main, annex = self._parts()
        blocks = [*(self._act_head() if self.acte else self._letter_head()), *self._main(main)]
        closing = self._closing()
        if closing and blocks[-1].tag == qn("w:p"):  # whatever the letter ends with, the signature follows it
            blocks[-1].pPr.get_or_add_keepNext()
        self.body.lay((*blocks, *closing, *self.body.blocks(annex)))
        self._running_texts()
        self._describe()
        return pack(self.word)

    def _parts(self) -> tuple[list[Element], list[Element]]:
        """The body, and the annex laid out after the signature on its own page."""
        body = list(self.document.corps)
        annexes = (i for i, e in enumerate(body) if e.tag == "h2" and "annexe" in e.attribute("class").split())
        cut = next(annexes, len(body))
        return body[:cut], body[cut:]

    # ------------------------------------------------------------------ around the body

    def _label(self, word: str) -> str:
        return f"{self.page.libelles[word]}{self.page.libelles['deux_points']}"

    def _letter_head(self) -> list[Any]:
        """Sender, references, recipient and date.

        A borderless table rather than frames: its cells are edited like any text, Word, LibreOffice and Google Docs
        print it alike, and a row of exact height keeps the address in the window however long the sender's block is.
        """
        body, page = self.body, self.page
        sender = [] if self.letterhead else list(self._sender())
        references = [body.paragraph("Mention d’envoi", body.run(page.mention_envoi))] if page.mention_envoi else []
        for name, value in page.references:
            label = body.run(f"{name}{page.libelles['deux_points']} ", "Libellé")
            references.append(body.paragraph("Références", label, body.run(value)))
        top = (self.section.top_margin or 0) / Mm(1)
        if sender and references:  # level with the recipient, unless the sender's block comes lower
            height = LINE * len(page.expediteur) + (LOGO[1] if len(sender) > len(page.expediteur) else 0)
            before = max(WINDOW_TOP - top - height, LINE)
            references[0].pPr.get_or_add_spacing().set(qn("w:before"), str(round(before * TWIPS)))
        recipient = [
            body.paragraph("Destinataire", body.run(line, strong=index == 0))
            for index, line in enumerate(page.destinataire)
        ]
        left = max(round(WINDOW_LEFT * TWIPS) - self.left, self.width // 4)
        widths = [left, self.width - left]
        table = body.frame("Mise en page", widths)
        dated = body.paragraph("Lieu et date", body.run(page.lieu_date))
        table.append(row(
            max(WINDOW_TOP - top, 6), "exact",
            body.cell(widths[0], *sender, *references, merge="restart"), body.cell(widths[1], dated),
        ))  # fmt: skip
        table.append(row(
            BODY_TOP - WINDOW_TOP, "atLeast",
            body.cell(widths[0], merge="continue"), body.cell(widths[1], *recipient),
        ))  # fmt: skip
        subject = body.paragraph("Objet", body.run(f"{self._label('objet')} ", "Libellé"), body.run(page.objet))
        return [table, subject]

    def _sender(self) -> Iterator[Any]:
        picture = self._picture(self.page.logo, LOGO, self.page.expediteur[0], "creancier.logo")
        if picture is not None:
            yield self.body.paragraph("Expéditeur", picture)
        for index, line in enumerate(self.page.expediteur):
            yield self.body.paragraph("Expéditeur" if index else "Expéditeur nom", self.body.run(line))

    def _act_head(self) -> list[Any]:
        """The title and references of an act."""
        body, page = self.body, self.page
        head = []
        logo = None if self.letterhead else page.logo
        picture = self._picture(logo, LOGO, page.expediteur[0], "creancier.logo")
        if picture is not None:
            head.append(body.paragraph("Expéditeur", picture))
        head.append(body.paragraph("heading 1", body.run(page.objet)))
        if page.references:
            colon = page.libelles["deux_points"]
            text = " · ".join(f"{name}{colon} {value}" for name, value in page.references)
            head.append(body.paragraph("Références", body.run(text, "Libellé"), jc="center"))
        return head

    def _main(self, elements: list[Element]) -> list[Any]:
        """The body; with a QR code, the sum and the bank details stand beside it in one box."""
        qr = self.document.qr
        banks = (i for i, e in enumerate(elements) if "banque" in e.attribute("class").split())
        bank = next(banks, None)
        if qr is None or bank is None:
            return self.body.blocks(elements)
        start = bank - 1 if bank and "solde" in elements[bank - 1].attribute("class").split() else bank
        invitation = f" ({self.page.libelles['qr']})"
        details = replace(elements[bank], children=(*elements[bank].children, invitation))
        box = self._payment_box([*elements[start:bank], details], qr)
        return [*self.body.blocks(elements[:start]), *box, *self.body.blocks(elements[bank + 1 :])]

    def _payment_box(self, elements: list[Element], qr: PaymentQr) -> list[Any]:
        body = self.body
        right = round((QR[0] + 4) * TWIPS)
        table = body.frame("Mise en page", [self.width - right, right])
        picture = body.paragraph("Tableau montant", self._inline(qr.png(), QR, qr.alt, "qr"))
        cells = body.cell(self.width - right, *body.blocks(elements)), body.cell(right, picture)
        for cell in cells:
            cell.tcPr.append(el("vAlign", val="center"))
        table.append(el("tr", el("trPr", el("cantSplit")), *cells))
        return [table, body.paragraph("Séparateur")]

    def _closing(self) -> list[Any]:
        """Signature and enclosures: one row that no page break can cut, the sentence before it kept with it."""
        body, page = self.body, self.page
        signs = self.document.letter.spec.signature == "expediteur"
        enclosures = self._enclosures()
        if not signs:
            return enclosures
        quality = [body.run(f"\n{page.signataire.qualite}")] if page.signataire.qualite else []
        signature = [body.paragraph("Signature", body.run(page.signataire.nom, strong=True), *quality)]
        picture = self._picture(page.signature, SIGNATURE, page.libelles["signature"], "apparence.signature")
        if picture is not None:
            signature.insert(0, body.paragraph("Signature", picture))
        left = max(round(WINDOW_LEFT * TWIPS) - self.left, self.width // 4)
        table = body.frame("Mise en page", [left, self.width - left])
        table.append(row(CLOSING, "atLeast", body.cell(left, *enclosures), body.cell(self.width - left, *signature)))
        return [table]

    def _enclosures(self) -> list[Any]:
        pieces = self.page.pieces_jointes
        if not pieces:
            return []
        title = self.body.run(self._label("piece_jointe" if len(pieces) == 1 else "pieces_jointes"))
        lines = [self.body.paragraph("Pièces jointes", self.body.run(f"–\u00a0{piece}")) for piece in pieces]
        return [self.body.paragraph("Pièces jointes", title, keep=True), *lines]

    # ------------------------------------------------------------------ pictures

    def _picture(self, uri: str | None, box: tuple[int, int], alt: str, field: str) -> Any | None:
        """A run with the picture of a data URI; None without one, or when it is an SVG."""
        if uri is None or uri.startswith("data:image/svg"):
            return None
        return self._inline(base64.b64decode(uri.partition(",")[2]), box, alt, field)

    def _inline(self, data: bytes, box: tuple[int, int], alt: str, field: str) -> Any:
        """At its size on screen, never larger than `box` (mm)."""
        try:
            _, image = self.word.part.get_or_add_image(io.BytesIO(data))
            scale = min(1.0, box[0] / 25.4 * 96 / image.px_width, box[1] / 25.4 * 96 / image.px_height)
            sizes = (Mm(size * scale / 96 * 25.4) for size in (image.px_width, image.px_height))
            inline = self.word.part.new_pic_inline(io.BytesIO(data), *sizes)
        except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, ZeroDivisionError):
            raise InvalidInput(f"{field} : image illisible pour Word : l'enregistrer au format PNG") from None
        inline.docPr.set("descr", clean(alt))
        for side in "TBLR":  # left unsaid, LibreOffice sets the picture three millimetres aside
            inline.set(f"dist{side}", "0")
        return el("r", el("drawing", inline))

    # ------------------------------------------------------------------ header, footer, properties

    def _running_texts(self) -> None:
        """The footer where the letterhead has no words; on following pages, the subject where it says nothing."""
        section = self.section
        footers = [section.footer, *([section.first_page_footer] if self._titled else [])]
        if self.word.settings.odd_and_even_pages_header_footer:
            footers.append(section.even_page_footer)
        for footer in footers:
            if not _words(footer):
                numbered = footer.is_linked_to_previous or "PAGE" not in _fields(footer)
                fill(footer, [self._footer(numbered=numbered)])
        if self._titled and not _has_content(section.header):
            fill(section.header, [self.body.paragraph("header", self.body.run(self.page.objet))])
        if self._titled and not self.acte and not self.letterhead and self.document.apparence.reperes_de_pliage:
            fill(
                section.first_page_header,
                [self._fold(FIRST_FOLD), self._fold(SECOND_FOLD), self.body.paragraph("header")],
            )

    def _fold(self, height: Decimal) -> Any:
        """A dash in the left margin where the sheet is folded in three."""
        mark = self.body.paragraph("header", self.body.run("–"))
        left, top = round(FOLD_LEFT * TWIPS), round(float(height) * TWIPS)
        mark.pPr.append(el("framePr", w=left, wrap="around", hAnchor="page", vAnchor="page", x=left, y=top))
        return mark

    def _footer(self, *, numbered: bool) -> Any:
        """Legal mentions at the left, page number at the right of their last line."""
        paragraph = self.body.paragraph("Mentions légales", self.body.run("\n".join(self.page.mentions_legales)))
        if numbered:
            paragraph.pPr.append(el("tabs", el("tab", val="right", pos=self.width)))
            paragraph.append(el("r", el("tab")))
            paragraph.extend(self.body.page_numbers())
        return paragraph

    def _describe(self) -> None:
        page = self.page
        describe(
            self.word, title=page.titre, subject=page.objet, author=page.expediteur[0], langue=page.langue,
            au=self.document.au,
        )  # fmt: skip
        for number, drawing in enumerate(self.word.element.iter(qn("wp:docPr")), start=1):
            drawing.set("id", str(number))
            drawing.set("name", f"Image {number}")


def _has_content(part: Any) -> bool:
    """Whether a header shows something; asking must not create it."""
    if part.is_linked_to_previous:
        return False
    drawn = any(True for _ in part._element.iter(qn("w:drawing"), qn("w:pict"), qn("w:object")))
    return drawn or bool("".join(t.text or "" for t in part._element.iter(qn("w:t"))).strip())


def _words(part: Any) -> str:
    """The words of a footer, page numbers aside: « Page 1 sur 2 » is not a legal mention."""
    if part.is_linked_to_previous:
        return ""
    text = "".join(t.text or "" for t in part._element.iter(qn("w:t")))
    return re.sub(r"(?i)\b(page|sur|of)\b|[\W\d_]", "", text)


def _fields(part: Any) -> str:
    simple = (f.get(qn("w:instr")) or "" for f in part._element.iter(qn("w:fldSimple")))
    return " ".join([*simple, *(i.text or "" for i in part._element.iter(qn("w:instrText")))])
