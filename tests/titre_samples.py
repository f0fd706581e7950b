"""A judged dossier in round figures, shared by the tests of what a decision changes."""

from typing import Any

from generator.case import Case
from generator.law import load_law
from generator.statement import Statement, build_statement
from tests.conftest import case_data, day

# One invoice, due on 1 June 2024, in round figures. Rates: ECB + 10 = 14.50, 14.25, 13.15, 12.15, 12.15, 12.40;
# legal, other cases = 5.07 and 4.92 in 2024, 3.71 and 2.76 in 2025, 2.62 and 2.75 in 2026.
INVOICE = {"numero": "F-1", "emise_le": "2024-05-01", "echeance": "2024-06-01", "montant_ttc": "10000"}
JUDGMENT = {"type": "jugement", "rendue_le": "2025-09-15", "executoire_le": "2025-10-01", "interets": "legal"}
COSTS = {
    "article_700": {"montant": "800"},
    "depens": [{"libelle": "Greffe", "montant": "57.23"}],
    "frais": [{"libelle": "Commandement", "montant": "120", "le": "2026-01-10"}],
}

Figures = list[tuple[str, str, str, str, str]]


def statement_of(au: str, **changes: Any) -> Statement:
    return build_statement(Case.model_validate(case_data(**({"factures": [INVOICE]} | changes))), load_law(), day(au))


def lines_of(statement: Statement, nature: str | None = None) -> Figures:
    return [
        (line.du.isoformat(), line.au.isoformat(), f"{line.base:.2f}", f"{line.taux:.2f}", f"{line.montant:.2f}")
        for line in statement.lignes
        if nature in (None, line.nature)
    ]


def codes_of(statement: Statement) -> set[str]:
    return {notice.code for notice in statement.avertissements}
