"""E-invoice samples and their variants, for the tests of the intake."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.errors import InvalidInput
from generator.intake.assemble import assemble
from generator.intake.einvoice import EInvoice, read_einvoice

SAMPLES = Path(__file__).parent / "factures_electroniques"
CII = SAMPLES / "fr-cas-OK-001.cii.xml"
UBL = SAMPLES / "zf-EN16931_1_Teilrechnung.ubl.xml"
FNFE = SAMPLES / "fnfe-Facture_FR_EN16931.facturx.pdf"

SELLER = ("392809137", "732829320")
BUYER = ("244500011", "512345679")
PRIVATE = [SELLER, BUYER, ("FR40392809137", "FR44732829320"), ("24450001100015", "51234567900017")]

Write = Callable[..., Path]


def write_variant(folder: Path, *swaps: tuple[str, str], base: Path = CII, name: str = "facture.xml") -> Path:
    """Write a variant of a sample: text substitutions, each of which must apply."""
    text = base.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def private(*swaps: tuple[str, str]) -> list[tuple[str, str]]:
    """The French sample between two companies whose numbers are right (no substitution inside another)."""
    return [PRIVATE[2], PRIVATE[3], SELLER, BUYER, *swaps]


def credit_note(number: str, target: str, amount: str = "500.00") -> list[tuple[str, str]]:
    """Substitutions that make a credit note of the French sample."""
    reference = (
        f"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{target}</ram:IssuerAssignedID>"
        "</ram:InvoiceReferencedDocument>"
    )
    end = "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    return private(
        ("FA-2026-0001", number),
        (">380<", ">381<"),
        ("20260815", "20260920"),
        (end, end + (reference if target else "")),
        (">3042.00<", f">{amount}<"),
    )


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_einvoice(path)
    assert caught.value.exit_code == 3
    assert all(problem.startswith(f"{path.name} : ") for problem in caught.value.problems)
    return "\n".join(caught.value.problems)


def refused_together(invoices: list[EInvoice], **options: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        assemble(invoices, **options)
    return "\n".join(caught.value.problems)


def load_texts(text: str) -> Any:
    """The YAML with every scalar as text, as the loader reads it."""
    return yaml.load(text, Loader=yaml.BaseLoader)
