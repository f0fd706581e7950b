"""The payment QR code (EPC069-12, « SEPA credit transfer »): a banking app reads it and fills in the transfer.

The IBAN has been checked when the dossier was read; the amount is the sum the letter asks for.
The reference goes in the unstructured field: it is not an ISO 11649 creditor reference.
"""

import base64
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import Any

from generator.languages import FRENCH, Language
from generator.parties import Creditor

# The standard's own bounds, in euros and in characters.
SMALLEST, LARGEST = Decimal("0.01"), Decimal("999999999.99")
NAME_LENGTH, TEXT_LENGTH = 70, 140


@dataclass(frozen=True)
class PaymentQr:
    """What the code says: who is paid, on which account, how much in euros, with which reference.

    `alt` is what a reader who cannot see it hears.
    """

    nom: str
    iban: str
    bic: str | None
    montant: Decimal
    reference: str
    alt: str

    def svg_uri(self) -> str:
        """The code as an SVG data URI; the pale box it is printed on completes its quiet zone."""
        return _svg_uri(self)

    def png(self) -> bytes:
        """The code as PNG, for formats without SVG."""
        out = BytesIO()
        _code(self).save(out, kind="png", border=4, scale=6, dark="#000", light="#fff")
        return out.getvalue()


def payment_qr(creditor: Creditor, amount: Decimal, reference: str, language: Language = FRENCH) -> PaymentQr | None:
    """The code for this sum; None without an IBAN or when the standard does not allow the amount."""
    if creditor.iban is None or not SMALLEST <= amount <= LARGEST:
        return None
    alt = language.polish(
        language.libelles["qr_alt"].format(language.filtres["euros"](amount), creditor.nom, reference)
    )
    return PaymentQr(creditor.nom[:NAME_LENGTH], creditor.iban, creditor.bic, amount, reference[:TEXT_LENGTH], alt)


@lru_cache(maxsize=64)
def _code(qr: PaymentQr) -> Any:
    from segno.helpers import make_epc_qr  # imported on demand: only letters with an IBAN need it

    return make_epc_qr(name=qr.nom, iban=qr.iban, bic=qr.bic, amount=qr.montant, text=qr.reference, encoding="UTF-8")


@lru_cache(maxsize=64)
def _svg_uri(qr: PaymentQr) -> str:
    out = BytesIO()
    _code(qr).save(out, kind="svg", border=1, xmldecl=False, svgns=True, nl=False, dark="#000", light="#fff")
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"
