"""Shared helpers of the tests."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from generator.law import Law, load_law

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def law() -> Law:
    """The product's law tables."""
    return load_law()


def case_data(**changes: Any) -> dict[str, Any]:
    """The text of a small valid dossier; keyword arguments replace top-level keys."""
    data: dict[str, Any] = {
        "reference": "2026-014",
        "creancier": {
            "nom": "Atelier Vasseur",
            "siren": "732829320",
            "adresse": {"lignes": ["3 quai de Loire"], "code_postal": "37000", "ville": "Tours"},
        },
        "debiteur": {
            "nom": "Boulangerie Martin SARL",
            "qualite": "professionnel",
            "adresse": {"lignes": ["12 rue des Lilas"], "code_postal": "37000", "ville": "Tours"},
        },
        "factures": [
            {"numero": "F-1", "emise_le": "2026-06-01", "echeance": "2026-07-01", "montant_ttc": "1200.00"},
        ],
    }
    return {**data, **changes}


def day(text: str) -> dt.date:
    """`day("2026-11-21")`."""
    return dt.date.fromisoformat(text)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes the golden letters again."""
    parser.addoption("--update-golden", action="store_true", help="réécrire les lettres de référence")
