"""One paper of a court bundle as a Word document that a person completes, signs and files.

A plain page: no letterhead, no watermark, nothing of the draft. What is yellow is left to do: blanks to fill, notes
to take out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from docx.shared import Mm

from generator.document import Element
from generator.export.docx_body import TWIPS, Body, describe, fill, row
from generator.export.docx_reference import open_reference, pack
from generator.look import Look
from generator.typography import typography

SIGNATURE = 38  # mm: the words of a signature, and room to sign by hand


def act_docx(titre: str, elements: Sequence[Element], *, pied: str, auteur: str, au: date, css: str) -> bytes:
    """A paper as DOCX bytes, the same for the same paper; `pied` is printed at the foot, before « page 1/4 ».

    `css` gives the widths of columns.
    """
    word = open_reference(None, Look())
    section = word.sections[0]
    section.different_first_page_header_footer = False
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    body = Body(word, css, round(((section.page_width or Mm(210)) - margins) / Mm(1) * TWIPS))
    blocks = [body.paragraph("heading 1", body.run(typography(titre)), after=200)]
    for signed, together in groupby(elements, key=lambda one: _is(one, "signature")):
        shown = list(together)
        blocks += _signature(body, shown[0], blocks[-1]) if signed else body.blocks(shown)
    body.lay(blocks)
    foot = body.paragraph("Mentions légales", body.run(typography(f"{pied} · page ")), *body.page_numbers())
    fill(section.footer, [foot])
    describe(word, title=f"{titre} ({pied})", subject=titre, author=auteur, langue="fr", au=au)
    return pack(word)


def _is(element: Element, name: str) -> bool:
    return name in element.attribute("class").split()


def _signature(body: Body, element: Element, before: Any) -> list[Any]:
    """The last words and the room to sign in one row that no page break can cut, the sentence before kept with it."""
    if before.tag.endswith("}p"):
        before.pPr.get_or_add_keepNext()
    table = body.frame("Mise en page", [body.width])
    words = body.paragraph("Corps", *body.inline(element.children), before=240)
    table.append(row(SIGNATURE, "atLeast", body.cell(body.width, words)))
    return [table]
