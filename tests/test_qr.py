"""The payment QR code, read back as a banking app would, from the code itself and from the printed page."""

import shutil
import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from generator.case import Case
from generator.document import Document
from generator.loading import LoadedCase, load_case
from generator.look import Look
from generator.payment_qr import payment_qr
from generator.pipeline import make_letter
from generator.render import render
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT, case_data
from tests.samples import AU

EXAMPLE = ROOT / "examples" / "dossiers" / "2026-014.yml"
IBAN = "FR7630006000011234567890189"


def _read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def _letter(loaded: LoadedCase, letter_id: str, look: Look | None = None) -> Document:
    from generator.letters import load_letter

    roots = (builtin("letters"),)
    statement = build_statement(loaded.case, loaded.law, AU)
    return render(load_letter(letter_id, roots), loaded.case, statement, loaded.law, roots, look=look)


def test_the_code_says_the_transfer() -> None:
    """Every field of EPC069-12 is where a bank reads it; the reference is in the unstructured field."""
    document = _letter(load_case(EXAMPLE), "mise-en-demeure")
    assert document.qr is not None
    (payload,) = _read(Image.open(BytesIO(document.qr.png())))

    assert payload.split("\n") == [
        "BCD", "002", "1", "SCT", "AGRIFRPP", "Atelier Vasseur", IBAN, "EUR1298.3", "", "", "2026-014",
    ]  # fmt: skip


def test_the_printed_page_can_be_scanned(tmp_path: Path) -> None:
    """The code of the PDF, at the size it is printed, is read from a picture of the page."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm manque (poppler-utils)")
    loaded = load_case(EXAMPLE)
    statement = build_statement(loaded.case, loaded.law, AU)
    files = make_letter(loaded, statement, "mise-en-demeure")
    (tmp_path / "lettre.pdf").write_bytes(next(content for name, content in files.items() if name.endswith(".pdf")))
    subprocess.run(["pdftoppm", "-r", "200", "-png", "lettre.pdf", "page"], cwd=tmp_path, check=True)
    (payload,) = _read(Image.open(next(tmp_path.glob("page*.png"))))

    assert IBAN in payload
    assert "EUR1298.3" in payload


@pytest.mark.parametrize(
    ("amount", "printed"),
    [("0.01", "EUR0.01"), ("100.00", "EUR100"), ("1234567.89", "EUR1234567.89"), ("999999999.99", "EUR999999999.99")],
)
def test_amounts_to_the_cent(amount: str, printed: str) -> None:
    """No rounding on the way, at both ends of what the standard allows."""
    creditor = Case.model_validate(case_data(creancier=case_data()["creancier"] | {"iban": IBAN})).creancier
    qr = payment_qr(creditor, Decimal(amount), "D-1")
    assert qr is not None
    (payload,) = _read(Image.open(BytesIO(qr.png())))

    assert payload.split("\n")[7] == printed


def test_no_code_when_it_would_be_wrong() -> None:
    """Nothing above the standard's largest sum, without an account, or for a sum paid in several times."""
    creditor = Case.model_validate(case_data(creancier=case_data()["creancier"] | {"iban": IBAN})).creancier

    assert payment_qr(creditor, Decimal("1000000000.00"), "D-1") is None
    assert payment_qr(creditor, Decimal("0.00"), "D-1") is None
    assert payment_qr(Case.model_validate(case_data()).creancier, Decimal("10.00"), "D-1") is None
    assert _letter(load_case(ROOT / "examples" / "dossiers" / "2026-019.yml"), "proposition-de-plan").qr is None
    assert _letter(load_case(EXAMPLE), "mise-en-demeure", Look(qr=False)).qr is None


def test_the_code_asks_what_the_letter_asks() -> None:
    """With a disputed part, the code asks for the undisputed sum, like the letter."""
    path = next(p for p in EXAMPLE.parent.glob("*.yml") if "contestation" in p.read_text(encoding="utf-8"))
    document = _letter(load_case(path), "relance-1")
    assert document.qr is not None
    from generator.money import euros

    (asked,) = (e for e in document.corps if e.attribute("class") == "solde")
    assert asked.text.startswith(euros(document.qr.montant))
    assert document.qr.alt in document.html
