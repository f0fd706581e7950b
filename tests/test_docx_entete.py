"""The company's letterhead: what it keeps, what we add to it, what is refused."""

import dataclasses
import importlib.util
import io
import zipfile

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from generator.errors import InvalidInput
from generator.export.docx import to_docx
from generator.export.docx_reference import MAX_BYTES
from generator.look import Look
from tests.conftest import ROOT
from tests.docx_samples import (
    EXAMPLES,
    data_uri,
    document,
    letterhead,
    paragraphs,
    parts,
    png,
    saved,
    swapped,
    with_page,
    word_of,
)
from tests.outside import assert_french

SHIPPED = ROOT / "letters" / "_commun" / "papier-en-tete.docx"
SIX = EXAMPLES / "2026-021.yml"


def test_letterhead_keeps_its_own() -> None:
    """Header and styles are the company's, its text goes, the sender it already shows is not said twice."""
    source = with_page(document("mise-en-demeure", SIX), logo=data_uri(png()))
    package = to_docx(source, letterhead())
    word = word_of(package)
    text = "\n".join(paragraphs(word))

    assert word.sections[0].header.paragraphs[0].text == "Atelier Vasseur depuis 1987"
    assert round(word.sections[0].top_margin / Mm(1)) == 40
    assert str(word.styles["Objet"].font.color.rgb) == "006600"
    assert word.styles["Somme due"].paragraph_format.keep_with_next
    assert "modèle à remplacer" not in text
    assert paragraphs(word, "Expéditeur nom") == paragraphs(word, "Expéditeur") == []
    for kept in ("Brasserie du Port SAS", "Tours, le 21", "Nos références", "7\u202f808,06\u00a0€"):
        assert kept in text
    assert "RCS Tours" in word.sections[0].footer.paragraphs[0].text
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert not [name for name in archive.namelist() if "media" in name or "thumbnail" in name]
    assert to_docx(source, letterhead()) == package


def test_letterhead_without_header_keeps_the_sender() -> None:
    """Nothing at the top of the page: we write who writes."""
    word = word_of(to_docx(document("relance-1"), letterhead(header="")))

    assert paragraphs(word, "Expéditeur nom") == ["Atelier Vasseur"]


def test_letterhead_footer_is_kept_or_completed() -> None:
    """The company's words stay alone; a bare page number is no legal mention, and is not doubled."""
    kept = word_of(to_docx(document("relance-1"), letterhead(footer="Vasseur SARL, RCS Tours 732 829 320")))
    assert kept.sections[0].footer.paragraphs[0].text == "Vasseur SARL, RCS Tours 732 829 320"

    numbered = swapped(
        letterhead(footer="Page 1"), "word/footer1.xml", b"<w:r>", b'<w:fldSimple w:instr=" PAGE "/><w:r>'
    )
    footer = word_of(to_docx(document("relance-1"), numbered)).sections[0].footer
    assert "SARL au capital de" in footer.paragraphs[0].text
    assert footer.paragraphs[-1].text == "Page 1"
    assert len(list(footer._element.iter(qn("w:fldSimple")))) == 1


def test_lists_of_a_letterhead() -> None:
    """A company's own bullets are used; without any, ours are added."""
    act = document("accord-de-paiement", EXAMPLES / "2026-019.yml")
    bare = word_of(letterhead())
    for number in list(bare.styles.element.iter(qn("w:numPr"))):
        number.getparent().remove(number)
    for reference in (letterhead(), saved(bare)):
        word = word_of(to_docx(act, reference))
        number = word.styles["List Bullet"].element.pPr.numPr.numId.val
        numbering = word.part.numbering_part.element
        abstract = numbering.num_having_numId(number).abstractNumId.val
        levels = numbering.xpath(f'./w:abstractNum[@w:abstractNumId="{abstract}"]/w:lvl[1]/w:numFmt/@w:val')
        assert levels == ["bullet"]


BAD = {
    "texte": (b"Bonjour", "n'est pas un document Word"),
    "archive-vide": (b"PK\x05\x06" + bytes(18), "n'est pas un document Word"),
    "coupe": (letterhead()[:3000], "n'est pas un document Word"),
    "trop-gros": (bytes(MAX_BYTES + 1), "5 Mo"),
    "abime": (swapped(letterhead(), "word/document.xml", b"</w:body>", b""), "abîmé"),
    "macros": (swapped(letterhead(), "[Content_Types].xml", b"openxmlformats-officedocument.wordprocessingml.document.main",
                       b"ms-word.document.macroEnabled.main"), "macro"),
    "modele": (swapped(letterhead(), "[Content_Types].xml", b"document.main+xml", b"template.main+xml"), ".dotx"),
    "image-distante": (swapped(letterhead(), "word/_rels/document.xml.rels", b'Target="media/image1.png"',
                               b'Target="https://exemple.test/pixel.png" TargetMode="External"'), "extérieur"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_letterheads_are_refused(name) -> None:
    """One French sentence that names the field, whatever is wrong with the file."""
    data, expected = BAD[name]
    source = dataclasses.replace(document("relance-1"), apparence=Look(papier_en_tete="papier.docx"))
    with pytest.raises(InvalidInput) as caught:
        to_docx(source, data)

    assert expected in str(caught.value)
    assert str(caught.value).startswith("apparence.papier_en_tete : « papier.docx »")
    assert_french(str(caught.value))


def test_a_template_on_the_network_is_forgotten() -> None:
    """The path of the company's template does not travel with the letter."""
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="file:///serveur/modele.dotx" TargetMode="External"/></Relationships>'
    reference = swapped(letterhead(), "word/settings.xml", b"<w:zoom",
                        b'<w:attachedTemplate xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/><w:zoom')  # fmt: skip
    with zipfile.ZipFile(whole := io.BytesIO(reference), "a") as package:
        package.writestr("word/_rels/settings.xml.rels", rels)
    everything = "".join(parts(to_docx(document("relance-1"), whole.getvalue())).values())

    assert "serveur" not in everything
    assert "attachedTemplate" not in everything


def test_shipped_letterhead_is_up_to_date_and_small() -> None:
    """The binary in the repository is what its script writes."""
    spec = importlib.util.spec_from_file_location("papier_en_tete", ROOT / "scripts" / "papier_en_tete.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert parts(SHIPPED.read_bytes()) == parts(script.build())
    assert SHIPPED.stat().st_size < 40_000
