"""Word letters: named styles, real tables, the company's letterhead, and the same words as every format."""

import dataclasses
import io
import os
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from generator.errors import InvalidInput
from generator.export.docx import to_docx
from generator.letters import find_letters
from generator.look import Font, Look, Margins
from generator.resources import builtin
from tests.docx_samples import (
    EXAMPLES,
    data_uri,
    document,
    letterhead,
    paragraphs,
    parts,
    png,
    with_body,
    with_page,
    word_of,
    words,
)
from tests.samples import sample_for

LETTERS = [letter for letter in find_letters((builtin("letters"),)) if not letter.spec.brouillon]
SIX = EXAMPLES / "2026-021.yml"


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_every_letter_says_the_same_in_word(letter) -> None:
    """Every word of the body, in order; the page around it; no formatting but our styles, bold and italics."""
    source = document(letter.id, sample_for(letter), qr=True)
    package = to_docx(source)
    word = word_of(package)
    text = words(" ".join(paragraphs(word)))
    joined = " ".join(text)
    page = source.page

    for element in source.corps:
        assert " ".join(words(element.text)) in joined
    for line in (page.objet, *page.pieces_jointes, *(value for _, value in page.references)):
        assert " ".join(words(line)) in joined
    if page.mise_en_page == "lettre":
        for line in (*page.expediteur, *page.destinataire, page.lieu_date, page.mention_envoi):
            assert " ".join(words(line)) in joined
    assert [word.sections[0].first_page_footer.paragraphs[0].text.split("\t")[0]] == ["\n".join(page.mentions_legales)]
    runs = {child.tag for run in word.element.body.iter(qn("w:rPr")) for child in run}
    assert runs <= {qn(f"w:{name}") for name in ("rStyle", "b", "bCs", "i", "iCs")}
    assert to_docx(source) == package


def test_styles_are_named_in_french() -> None:
    """What a firm sees in the gallery, and Word's own headings for navigation."""
    word = word_of(to_docx(document("mise-en-demeure", SIX)))
    ids = {s.style_id: s.name for s in word.styles}
    used = {ids[e.get(qn("w:val"))] for e in word.element.body.iter(qn("w:pStyle"), qn("w:tblStyle"), qn("w:rStyle"))}

    assert used == {
        "Coordonnées bancaires", "Corps", "Destinataire", "Expéditeur", "Expéditeur nom", "Libellé", "Lieu et date",
        "Mention d’envoi", "Mise en page", "Montant dû", "Note", "Objet", "Pièces jointes", "Références", "Signature",
        "Somme due", "Séparateur", "Tableau de compte", "Tableau en-tête", "Tableau montant", "Tableau texte",
    }  # fmt: skip
    assert paragraphs(word, "Objet") == ["Objet\u00a0: Mise en demeure de payer\u00a0: 6 factures échues"]
    act = word_of(to_docx(document("accord-de-paiement", EXAMPLES / "2026-019.yml")))
    assert paragraphs(act, "Heading 1") == ["Accord de paiement échelonné"]
    assert "7. Portée de cet accord" in paragraphs(act, "Heading 2")
    assert len(paragraphs(act, "List Bullet")) == 3


def test_tables_repeat_their_head_and_keep_their_total() -> None:
    """Head repeated, rows never cut, amounts at the right, the total with the row before it."""
    word = word_of(to_docx(document("mise-en-demeure", SIX)))
    table = next(t for t in word.tables if t.style.name == "Tableau de compte")
    rows = table.rows

    assert [r._tr.trPr.find(qn("w:tblHeader")) is not None for r in rows] == [True] + [False] * 7
    assert all(r._tr.trPr.find(qn("w:cantSplit")) is not None for r in rows)
    kept = [all(p.paragraph_format.keep_with_next for c in r.cells for p in c.paragraphs) for r in rows]
    assert kept == [True, *[False] * 5, True, False]
    assert {c.paragraphs[0].style.name for c in rows[1].cells[3:]} == {"Tableau montant"}
    assert word.styles["Tableau montant"].paragraph_format.alignment == 2
    assert rows[7].cells[0]._tc.grid_span == 5
    assert rows[7].cells[8].text == "7\u202f808,06\u00a0€"
    grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
    section = word.sections[0]
    text = (section.page_width - section.left_margin - section.right_margin) / 635
    assert abs(sum(grid) - text) < 20
    assert all(sum(int(c.tcPr.tcW.get(qn("w:w"))) for c in r._tr.tc_lst) == sum(grid) for r in rows)


def test_nothing_is_left_alone_at_the_foot_of_a_page() -> None:
    """The closing sentence, the one before it and the signature hold together; the annex starts a page after them."""
    word = word_of(to_docx(document("mise-en-demeure", SIX, annexe=True)))
    blocks = list(word.element.body)
    texts = ["".join(t.text for t in block.iter(qn("w:t"))) for block in blocks]
    closing = next(i for i, text in enumerate(texts) if text.startswith("Nous vous prions"))

    for block in blocks[closing - 1 : closing + 1]:
        assert block.pPr.keepNext is not None
    row = blocks[closing + 1].tr_lst[0]
    assert "Claire Vasseur" in texts[closing + 1]
    assert row.trPr.find(qn("w:cantSplit")) is not None
    assert row.trHeight_val >= Mm(20)
    assert texts[closing + 2].startswith("Annexe")
    assert blocks[closing + 2].pPr.find(qn("w:pageBreakBefore")) is not None
    box = next(i for i, text in enumerate(texts) if text.startswith("7\u202f808,06"))
    assert word.styles["Somme due"].paragraph_format.keep_with_next
    assert "IBAN" in texts[box + 1]


@pytest.mark.parametrize("end", ["<p>Fin</p>", "<table><tr><td>Fin</td></tr></table>"])
def test_a_signature_follows_any_last_line(end) -> None:
    """A letter without a closing sentence keeps its last paragraph with the signature; two tables never merge."""
    blocks = list(word_of(to_docx(with_body(f"<p>Début</p>{end}"))).element.body)
    last = next(i for i, block in enumerate(blocks) if "Fin" in "".join(t.text for t in block.iter(qn("w:t"))))

    if blocks[last].tag == qn("w:p"):
        assert blocks[last].pPr.keepNext is not None
    for first, second in pairwise(blocks):
        assert {first.tag, second.tag} != {qn("w:tbl")}
    assert [block.tag for block in blocks[-2:]] == [qn("w:p"), qn("w:sectPr")]


def test_both_parties_have_room_to_sign() -> None:
    """The blocks to sign stay on one page with what introduces them."""
    word = word_of(to_docx(document("accord-de-paiement", EXAMPLES / "2026-019.yml")))
    table = next(t for t in word.tables if t.style.name == "Tableau des signatures")

    assert table.rows[-1].height > Mm(30)
    for row in table.rows[:-1]:
        assert all(p.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs)
    assert table._tbl.getprevious().pPr.keepNext is not None
    assert paragraphs(word, "Signature") == []


def test_footer_header_and_page() -> None:
    """A4, legal mentions and page numbers on every page, the subject on top of those that follow."""
    word = word_of(to_docx(document("mise-en-demeure", SIX)))
    section = word.sections[0]

    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    assert abs(section.left_margin - Mm(22)) < Mm(0.1)
    for footer in (section.footer, section.first_page_footer):
        assert "732\u00a0829\u00a0320 RCS Tours" in footer.paragraphs[0].text
        fields = [f.get(qn("w:instr")).strip() for f in footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
    assert section.header.paragraphs[0].text.endswith("6 factures échues")
    marks = [p._p.pPr.find(qn("w:framePr")) for p in section.first_page_header.paragraphs[:2]]
    assert [round(int(mark.get(qn("w:y"))) * 25.4 / 1440) for mark in marks] == [99, 198]
    assert {mark.get(qn("w:vAnchor")) for mark in marks} == {"page"}


def test_properties_come_from_the_letter() -> None:
    """Title, author, date of the letter, language; nothing of the library, nothing of its template."""
    source = document("mise-en-demeure", SIX)
    package = to_docx(source)
    properties = word_of(package).core_properties

    assert properties.title == source.page.titre
    assert properties.author == properties.last_modified_by == "Atelier Vasseur"
    assert properties.created.isoformat() == properties.modified.isoformat() == "2026-11-21T00:00:00+00:00"
    assert (properties.revision, properties.language) == (1, "fr-FR")
    everything = "".join(parts(package).values())
    assert "python-docx" not in everything
    assert "2013" not in parts(package)["docProps/core.xml"]
    english = parts(to_docx(with_page(source, langue="en")))
    assert set(re.findall(r'<w:lang w:val="([^"]+)"', english["word/styles.xml"])) == {"en-GB"}


def test_package_has_fixed_dates_and_order() -> None:
    """Nothing of the time of day in the archive."""
    with zipfile.ZipFile(io.BytesIO(to_docx(document("relance-1")))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = package.namelist()
    assert names[0] == "[Content_Types].xml"
    assert names[1:] == sorted(names[1:])


# ISO/IEC 29500-1, 17.3 and 17.4: sequences of the schema.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens spacing ind contextualSpacing mirrorIndents jc outlineLvl rPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing kern position sz szCs highlight u "
    "vertAlign lang",
    "tblPr": "tblStyle tblpPr tblStyleRowBandSize tblStyleColBandSize tblW jc tblInd tblBorders shd tblLayout "
    "tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
}


@pytest.mark.parametrize("reference", [None, letterhead()], ids=["notre", "entreprise"])
def test_properties_are_in_the_order_word_wants(reference) -> None:
    """Word refuses a file whose properties are out of the order of the standard."""
    word = word_of(to_docx(document("accord-de-paiement", EXAMPLES / "2026-019.yml"), reference))
    checked = 0
    for root in (word.element, word.styles.element, word.sections[0].footer._element):
        for name, order in ORDERS.items():
            ranks = {qn(f"w:{tag}"): rank for rank, tag in enumerate(order.split())}
            for element in root.iter(qn(f"w:{name}")):
                found = [ranks[child.tag] for child in element]
                assert found == sorted(found), [child.tag for child in element]
                checked += 1
    assert checked > 200
    assert all(cell[-1].tag == qn("w:p") for cell in word.element.iter(qn("w:tc")))


def test_look_of_the_company() -> None:
    """Colour, background, font and margins of `apparence:` without a letterhead."""
    look = Look(
        couleur="#123456",
        fond="#EEEEEE",
        police=Font(nom="Lato", normal="lato.ttf"),
        marges=Margins(gauche=Decimal(30)),
    )
    word = word_of(to_docx(dataclasses.replace(document("mise-en-demeure", SIX), apparence=look)))
    styles = word.styles.element.xml

    assert str(word.styles["Expéditeur nom"].font.color.rgb) == "123456"
    assert "123456" in word.styles["Somme due"].element.xml
    assert "EEEEEE" in styles
    assert "8A5A36" not in styles
    assert "F5F1EA" not in styles
    assert "Calibri" not in styles
    assert abs(word.sections[0].left_margin - Mm(30)) < Mm(0.1)
    first = word.tables[0]
    assert abs(first.columns[0].width + Mm(30) - Mm(105)) < Mm(0.2)


def test_pictures() -> None:
    """PNG logo and signature with a text in their place; an SVG is left out; an unreadable one is refused by name."""
    source = document("relance-1")
    word = word_of(to_docx(with_page(source, logo=data_uri(png(800, 100)), signature=data_uri(png()))))
    shapes = list(word.inline_shapes)
    assert [s._inline.docPr.get("descr") for s in shapes] == ["Atelier Vasseur", source.page.libelles["signature"]]
    assert len({s._inline.docPr.get("id") for s in shapes}) == 2
    assert abs(shapes[0].width - Mm(60)) < Mm(0.1)
    assert abs(shapes[0].width / shapes[0].height - 8) < 0.01

    svg = word_of(to_docx(with_page(source, logo=data_uri(b"<svg/>", "image/svg+xml"))))
    assert len(svg.inline_shapes) == 0
    assert paragraphs(svg, "Expéditeur nom") == ["Atelier Vasseur"]

    with pytest.raises(InvalidInput, match=r"creancier\.logo : image illisible"):
        to_docx(with_page(source, logo=data_uri(b"\x89PNG\r\n\x1a\n")))


def test_payment_code_stands_beside_the_bank_details() -> None:
    """The code of the letter, described, in the same row as the sum and the IBAN."""
    source = document("mise-en-demeure", SIX, qr=True)
    word = word_of(to_docx(source))
    shape = word.inline_shapes[0]._inline
    row = next(shape.iterancestors(qn("w:tr")))

    assert shape.docPr.get("descr") == source.qr.alt
    assert word.part.related_parts[shape.graphic.graphicData.pic.blipFill.blip.embed].blob == source.qr.png()
    text = "".join(t.text for t in row.iter(qn("w:t")))
    assert "7\u202f808,06" in text
    assert "IBAN" in text
    assert source.page.libelles["qr"] in text
    assert shape.extent.cx >= Mm(18)


def test_any_name_can_be_written() -> None:
    """Markup, control characters and accents of a name come out as they are, or not at all."""
    name = "A & B <SARL>\x07 « Œuvre »\ud800"
    word = word_of(to_docx(with_page(document("relance-1"), destinataire=(name, "1 rue"), titre=name, objet=name)))

    assert paragraphs(word, "Destinataire") == ["A & B <SARL> « Œuvre »", "1 rue"]
    assert word.core_properties.title == "A & B <SARL> « Œuvre »"


def test_every_element_a_letter_may_use() -> None:
    """Nested lists, numbers that restart, tables side by side, spans, blocks in cells, unknown classes."""
    word = word_of(to_docx(with_body("""
        <h3>Titre</h3>
        <ol><li>Un</li><li>Deux<ul><li>Dedans <em>vite</em></li></ul></li></ol>
        <ol><li>Encore un</li></ol>
        <p class="inconnue">Ligne<br>suivante <strong>et <em>fin</em></strong></p>
        <table><tr><td colspan="2">Large</td></tr><tr><td><p>Haut</p><ul><li>Bas</li></ul></td></tr></table>
        <table><tr><td><table><tr><td>Au fond</td></tr></table></td></tr></table>
    """)))  # fmt: skip
    numbers = [p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"]
    tables = [t for t in word.tables if t.style.name == "Tableau de compte"]

    assert paragraphs(word, "Heading 3") == ["Titre"]
    assert numbers[0] == numbers[1] != numbers[2]
    assert paragraphs(word, "List Bullet") == ["Dedans vite", "Bas"]
    assert "Ligne\nsuivante et fin" in paragraphs(word, "Corps")
    assert tables[0]._tbl.getnext().tag == qn("w:p")
    assert tables[0].rows[0].cells[0]._tc.grid_span == 2
    assert len(tables[0].rows[1]._tr.tc_lst) == 2
    assert "Au fond" in paragraphs(word, "Tableau texte")


@pytest.mark.lent
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")
def test_libreoffice_prints_six_invoices_on_one_page(tmp_path: Path) -> None:
    """As in the PDF: six invoices hold on one page, with our font."""
    from pypdf import PdfReader

    (tmp_path / "lettre.docx").write_bytes(to_docx(document("mise-en-demeure", SIX)))
    fonts = builtin("letters") / "_commun" / "polices"
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><include>/etc/fonts/fonts.conf</include><dir>{fonts}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    subprocess.run(
        ["soffice", f"-env:UserInstallation={tmp_path.as_uri()}/profil", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "lettre.docx")],
        check=True, capture_output=True, env={**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
    )  # fmt: skip
    reader = PdfReader(tmp_path / "lettre.pdf")

    assert len(reader.pages) == 1
    assert "Claire Vasseur" in reader.pages[0].extract_text()
