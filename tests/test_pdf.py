"""The PDF itself: tagged, titled, French, fonts inside, one page, the same bytes each time."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from generator.errors import MissingComponent
from generator.letters import find_letters
from generator.loading import load_case
from generator.money import plain_spaces
from generator.pipeline import make_letter
from generator.render import Choices
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT
from tests.samples import AU, sample_for

try:
    from generator.export.pdf import load_weasyprint

    load_weasyprint()
except MissingComponent as missing:
    pytest.skip(f"PDF non essayés : {missing}", allow_module_level=True)

LETTERS = find_letters((builtin("letters"),))
EXAMPLES = ROOT / "examples" / "dossiers"


def _pdf(path: Path, letter_id: str, **options: bool) -> bytes:
    loaded = load_case(path)
    statement = build_statement(loaded.case, loaded.law, AU)
    contents = make_letter(loaded, statement, letter_id, **options)  # type: ignore[arg-type]
    return next(content for name, content in contents.items() if name.endswith(".pdf"))


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_pdf_is_accessible_and_self_contained(letter) -> None:
    """PDF/UA-1 in the metadata, tags, language, title shown, only our fonts and all embedded."""
    reader = PdfReader(BytesIO(_pdf(sample_for(letter), letter.id)))
    root = reader.trailer["/Root"]

    assert root["/Lang"] == letter.spec.langue
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title.strip()
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        assert "Source-Sans-3" in font["/BaseFont"]
        assert "/FontFile2" in font["/FontDescriptor"]


def test_mise_en_demeure_of_six_invoices_is_one_page() -> None:
    """Six invoices, a payment and a credit note hold on one page."""
    reader = PdfReader(BytesIO(_pdf(EXAMPLES / "2026-021.yml", "mise-en-demeure")))
    text = reader.pages[0].extract_text()

    assert len(reader.pages) == 1
    assert "F-2026-097" in text
    assert "Claire Vasseur" in text


def test_annex_on_request_has_every_line() -> None:
    """`annexe` adds a page with each line of the calculation."""
    reader = PdfReader(BytesIO(_pdf(EXAMPLES / "2026-021.yml", "mise-en-demeure", choices=Choices(annexe=True))))

    assert len(reader.pages) == 2
    assert "Annexe" in reader.pages[1].extract_text()


def test_letters_of_one_invoice_are_one_page() -> None:
    """No letter of one invoice spills over; the act may take two pages, an annex is a page of its own."""
    for letter in LETTERS:
        texts = [page.extract_text() for page in PdfReader(BytesIO(_pdf(sample_for(letter), letter.id))).pages]
        annex = any("Annexe : calcul" in plain_spaces(text) for text in texts)
        assert len(texts) - annex <= (2 if letter.spec.mise_en_page == "acte" else 1), letter.id


def test_forty_invoices_break_cleanly(tmp_path: Path) -> None:
    """Forty invoices: the table head repeats, the total and the signature keep company."""
    source = (EXAMPLES / "2026-014.yml").read_text(encoding="utf-8")
    head = source[: source.index("factures:")]
    invoices = "".join(
        f"  - {{numero: F-{n:03}, emise_le: 2026-05-{n % 28 + 1:02}, echeance: 2026-07-01, montant_ttc: {100 + n}.10}}\n"
        for n in range(40)
    )
    (tmp_path / "entreprise.yml").write_bytes((ROOT / "examples" / "entreprise.yml").read_bytes())
    dossier = tmp_path / "d.yml"
    dossier.write_text(f"{head}factures:\n{invoices}", encoding="utf-8")
    pages = [page.extract_text() for page in PdfReader(BytesIO(_pdf(dossier, "mise-en-demeure"))).pages]

    with_rows = [text for text in pages if "F-0" in text]
    assert all("Échéance" in text or "Jours" in text for text in with_rows)
    signed = next(text for text in pages if "Claire Vasseur" in text)
    assert "salutations" in signed
    total = next(text for text in pages if "Total au" in text)
    assert "F-03" in total


def test_same_bytes_in_two_processes(tmp_path: Path) -> None:
    """Same dossier, same --au: the same bytes in every format, from two separate runs."""
    runs = []
    for name in ("un", "deux"):
        folder = tmp_path / name
        command = [
            sys.executable, "-m", "generator", "lettre", str(EXAMPLES / "2026-021.yml"), "mise-en-demeure",
            "--au", AU.isoformat(), "--sortie", str(folder), "--format", "pdf", "--format", "html", "--format", "txt",
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        runs.append({path.name: path.read_bytes() for path in folder.iterdir()})

    assert runs[0] == runs[1]
    assert len(runs[0]) == 6
