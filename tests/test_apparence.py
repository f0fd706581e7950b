"""A company's look: colours, margins, font, footer, signature, fold marks; no letter changes for it."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from generator.errors import InvalidInput
from generator.loading import load_case
from generator.pipeline import make_letter
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT
from tests.samples import AU

EXAMPLES = ROOT / "examples"


def _company(folder: Path, look: str) -> Path:
    """A copy of the sample company with this `apparence:`; returns its dossier."""
    text = (EXAMPLES / "entreprise.yml").read_text(encoding="utf-8")
    (folder / "entreprise.yml").write_text(f"{text}apparence:\n{look}", encoding="utf-8")
    shutil.copy(EXAMPLES / "dossiers" / "2026-014.yml", folder / "d.yml")
    return folder / "d.yml"


def _make(path: Path, *formats: str) -> dict[str, bytes]:
    loaded = load_case(path)
    files = make_letter(loaded, build_statement(loaded.case, loaded.law, AU), "mise-en-demeure", formats=formats)
    return {Path(name).suffix[1:]: content for name, content in files.items() if not name.endswith(".json")}


def _place_of(pdf: bytes, start: str) -> tuple[float, float]:
    """Millimetres from the left and the top of the first page to the text that starts so."""
    found: list[tuple[float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.startswith(start):
            found.append((tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]))

    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    x, y = found[0]
    return x / 72 * 25.4, 297 - y / 72 * 25.4


def test_colours_and_footer(tmp_path: Path) -> None:
    """Two colours and a footer of one's own, in a letter whose words have not changed."""
    plain = _make(EXAMPLES / "dossiers" / "2026-014.yml", "txt")["txt"].decode()
    files = _make(
        _company(tmp_path, '  couleur: "#1F4E79"\n  fond: "#eef3f8"\n  pied: [Ligne une, Ligne deux]\n'), "html", "txt"
    )
    html, text = files["html"].decode(), files["txt"].decode()

    assert "background: #eef3f8; border-left-color: #1f4e79" in html
    assert "Ligne une<br>Ligne deux" in html
    assert "RCS Tours" not in html
    assert text.split("-" * 76)[0] == plain.split("-" * 76)[0]


def test_margins_keep_the_window(tmp_path: Path) -> None:
    """Whatever the margins, the address stays 105 mm from the left edge and 50 mm from the top."""
    for look in ("  qr: oui\n", "  marges: {haut: 25, gauche: 30, droite: 15, bas: 25}\n"):
        pdf = _make(_company(tmp_path, look), "pdf")["pdf"]
        left, top = _place_of(pdf, "Boulangerie")
        assert 104.5 < left < 106
        assert 50 < top < 56


@pytest.mark.parametrize("side", ["22", "30", "60"])
def test_an_invoice_number_stays_in_one_piece(tmp_path: Path, side: str) -> None:
    """Whatever the margins, « FA-2026-000123 » is not cut in the table."""
    path = _company(tmp_path, f"  marges: {{gauche: {side}}}\n")
    path.write_text(path.read_text(encoding="utf-8").replace("F-2026-101", "FA-2026-000123"), encoding="utf-8")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(_make(path, "pdf")["pdf"])).pages)

    assert text.count("FA-2026-000123") >= 3


def test_fold_marks_can_be_left_out(tmp_path: Path) -> None:
    """Two hairlines by default, none on request, and never on an act."""
    assert b"@left-top" in _make(EXAMPLES / "dossiers" / "2026-014.yml", "html")["html"]
    assert b"@left-top" not in _make(_company(tmp_path, "  reperes_de_pliage: non\n"), "html")["html"]


def test_signature_image(tmp_path: Path) -> None:
    """Printed above the name, with an alternative text."""
    Image.new("RGB", (300, 90), "white").save(tmp_path / "signature.png")
    files = _make(_company(tmp_path, "  signature: signature.png\n"), "html", "pdf")

    assert re.search(
        r'<img src="data:image/png;base64,[^"]+" alt="Signature"><br><strong>Claire', files["html"].decode()
    )
    assert len(PdfReader(BytesIO(files["pdf"])).pages) == 1


def test_a_font_of_ones_own(tmp_path: Path) -> None:
    """The family is embedded in the PDF; the files are read from the company's folder."""
    font = builtin("letters") / "_commun" / "polices" / "SourceSans3-It.ttf"
    shutil.copy(font, tmp_path / "Maison.ttf")
    path = _company(tmp_path, "  police: {nom: Maison, normal: Maison.ttf}\n")

    assert '"Maison", "Source Sans 3"' in _make(path, "html")["html"].decode()
    reader = PdfReader(BytesIO(_make(path, "pdf")["pdf"]))
    fonts = {str(f.get_object()["/BaseFont"]) for f in reader.pages[0]["/Resources"]["/Font"].values()}
    assert any(name.endswith("+Maison") for name in fonts)


@pytest.mark.parametrize(
    ("look", "sentence"),
    [
        ("  couleur: #7a1f2b\n", "couleur : une couleur s'écrit entre guillemets"),
        ("  couleur: bleu\n", "apparence.couleur : couleur illisible"),
        ("  marges: {haut: 45}\n", "apparence.marges : marge trop haute : 30 mm au plus"),
        ("  marges: {gauche: 2}\n", "apparence.marges : marges trop étroites"),
        ("  marges: {gauche: 2 cm}\n", "longueur en millimètres attendue"),
        ("  signature: ../s.png\n", "apparence.signature : « ../s.png » doit être dans le dossier de l'entreprise"),
        ("  signature: s.png\n", "apparence.signature : « s.png » introuvable"),
        ("  police: {nom: X, normal: x.woff2}\n", "apparence.police : « x.woff2 » : il faut un fichier TTF ou OTF"),
        ("  police: {nom: X, normal: /etc/x.ttf}\n", "doit être dans le dossier de l'entreprise"),
        ("  pied: [a, b, c, d]\n", "apparence.pied : trop d'éléments : trois au plus"),
        ("  papier: x\n", "apparence.papier : champ inconnu"),
        ('  fond: "#111111"\n', "fond #111111 trop sombre"),
        ('  couleur: "#ffffaa"\n', "couleur #ffffaa trop pâle"),
        ("  signature: texte.png\n", "apparence.signature : « texte.png » : image illisible"),
        ("  signature: immense.png\n", "image de 30000 × 2500 points, trop grande"),
        ("  police: {nom: X, normal: texte.ttf}\n", "n'est pas une police TTF ou OTF"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, look: str, sentence: str) -> None:
    """One sentence that says what to write."""
    Image.new("1", (30000, 2500)).save(tmp_path / "immense.png")
    for name in ("texte.png", "texte.ttf"):
        (tmp_path / name).write_text("ni image ni police", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        _make(_company(tmp_path, look), "html")

    assert any(sentence in problem for problem in caught.value.problems), caught.value.problems
