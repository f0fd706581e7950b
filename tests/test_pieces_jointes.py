"""Enclosures appended to the PDF on request, and what is refused by name."""

import hashlib
import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from pypdf import PdfReader, PdfWriter

from generator.cli import cli
from tests.conftest import ROOT

INVOICE = ROOT / "tests" / "factures_electroniques" / "fnfe-Facture_FR_EN16931.facturx.pdf"


def _run(folder: Path, piece: str | None, *options: str) -> Result:
    shutil.copy(ROOT / "examples" / "entreprise.yml", folder)
    text = (ROOT / "examples" / "dossiers" / "2026-014.yml").read_text(encoding="utf-8")
    line = f"    piece: {piece}\n" if piece else ""
    (folder / "d.yml").write_text(text.replace("    objet:", f"{line}    objet:", 1), encoding="utf-8")
    arguments = ["lettre", str(folder / "d.yml"), "mise-en-demeure", "--au", "2026-11-21", "--ecraser", *options]
    return CliRunner().invoke(cli, arguments)


def _pdf(folder: Path) -> bytes:
    return next((folder / "sortie").glob("*.pdf")).read_bytes()


def test_a_real_invoice_follows_the_letter(tmp_path: Path) -> None:
    """Its pages come last, with a bookmark; its hash is in the trace; the bytes are always the same."""
    shutil.copy(INVOICE, tmp_path / "f.pdf")
    alone = len(PdfReader(INVOICE).pages)
    assert _run(tmp_path, "f.pdf", "--joindre").exit_code == 0
    first = _pdf(tmp_path)
    reader = PdfReader(BytesIO(first))

    assert len(reader.pages) == 1 + alone
    assert [item["/Title"] for item in reader.outline][-1] == "Facture F-2026-101"
    assert "pdfuaid:part" not in reader.root_object["/Metadata"].get_object().get_data().decode()
    trace = json.loads(next((tmp_path / "sortie").glob("*.trace.json")).read_text(encoding="utf-8"))
    assert trace["pieces"] == [{"nom": "f.pdf", "sha256": hashlib.sha256(INVOICE.read_bytes()).hexdigest()}]
    assert trace["options"] == {"joindre": "oui"}
    assert _run(tmp_path, "f.pdf", "--joindre").exit_code == 0
    assert _pdf(tmp_path) == first


def test_a_photograph_becomes_a_page(tmp_path: Path) -> None:
    """A phone's picture of an invoice is laid on an A4 page."""
    Image.new("RGB", (1200, 1600), "white").save(tmp_path / "f.jpg")
    assert _run(tmp_path, "f.jpg", "--joindre").exit_code == 0
    page = PdfReader(BytesIO(_pdf(tmp_path))).pages[1]

    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]


def test_nothing_is_appended_unless_asked(tmp_path: Path) -> None:
    """One page, and a letter that still claims PDF/UA."""
    shutil.copy(INVOICE, tmp_path / "f.pdf")
    _run(tmp_path, "f.pdf")

    assert len(PdfReader(BytesIO(_pdf(tmp_path))).pages) == 1
    assert (
        "pdfuaid:part" in PdfReader(BytesIO(_pdf(tmp_path))).root_object["/Metadata"].get_object().get_data().decode()
    )


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        (None, "facture F-2026-101 : piece : ajouter le chemin de la facture"),
        ("absente.pdf", "facture F-2026-101 : piece : « absente.pdf » introuvable"),
        ("../dehors.pdf", "doit être dans le dossier"),
        ("f.docx", "il faut un fichier PDF, PNG ou JPEG"),
        ("abimee.pdf", "abimee.pdf : PDF abîmé, illisible"),
        ("protegee.pdf", "protegee.pdf : PDF protégé par un mot de passe"),
        ("fausse.png", "fausse.png : image illisible"),
    ],
)
def test_bad_enclosures_are_named(tmp_path: Path, piece: str | None, sentence: str) -> None:
    """Exit 3, a sentence, no file."""
    (tmp_path / "abimee.pdf").write_bytes(INVOICE.read_bytes()[:3000])
    (tmp_path / "fausse.png").write_bytes(b"rien d'une image")
    writer = PdfWriter(clone_from=INVOICE)
    writer.encrypt("secret")
    writer.write(tmp_path / "protegee.pdf")
    result = _run(tmp_path, piece, "--joindre")

    assert sentence in result.output
    assert result.exit_code == 3
    assert not (tmp_path / "sortie").exists()


def test_the_number_of_a_registered_letter(tmp_path: Path) -> None:
    """Printed in one piece; refused when mistyped, or on a letter that is not registered."""
    good = _run(tmp_path, None, "--numero-recommande", "1a 234 567 8901 2", "--format", "txt")
    assert good.exit_code == 0
    assert "Recommandé n°\u00a0: 1A\u00a0234\u00a0567\u00a08901\u00a02" in next(
        (tmp_path / "sortie").glob("*.txt")
    ).read_text(encoding="utf-8")
    assert _run(tmp_path, None, "--numero-recommande", "rien !").exit_code == 2
    plain = _run(tmp_path, None, "--numero-recommande", "1A 234 567 8901 2", "--envoi", "courrier")
    assert plain.exit_code == 3
    assert "choisir --envoi lrar" in plain.output
