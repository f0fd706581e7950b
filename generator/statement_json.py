"""The statement as JSON: a stable contract for other programs (schema `impayes/decompte/1`).

Amounts are text with two decimals, dates are ISO.
"""

from decimal import Decimal
from typing import Any

from generator.court_costs import CourtCostsDue
from generator.money import cents, plain_spaces, rate_digits
from generator.statement import Statement, Totals

SCHEMA = "impayes/decompte/1"


def statement_json(statement: Statement) -> dict[str, Any]:
    """The statement as plain data, keys in the order of the contract."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "dossier": statement.case.reference,
        "au": statement.au.isoformat(),
        "factures": [
            {
                "numero": invoice.numero,
                "echeance": invoice.echeance.isoformat(),
                "jours_de_retard": invoice.jours_de_retard,
                **{name: _amount(getattr(invoice, name)) for name in _AMOUNTS},
            }
            for invoice in statement.factures
        ],
        "lignes": [
            {
                "facture": line.facture,
                "nature": line.nature,
                "du": line.du.isoformat(),
                "au": line.au.isoformat(),
                "jours": line.jours,
                "base": _amount(line.base),
                "taux": rate_digits(line.taux),
                "montant": _amount(line.montant),
                "formule": plain_spaces(line.formule),
                "articles": list(line.articles),
            }
            for line in statement.lignes
        ],
        "totaux": _totals(statement.totaux),
        "avertissements": [
            {"code": notice.code, "message": plain_spaces(notice.message)} for notice in statement.avertissements
        ],
    }
    # Only the dossiers that have one: the keys of the contract are the same for all.
    if penalty := statement.clause_penale:
        formula = plain_spaces(penalty.formule) if penalty.formule else None
        data["clause_penale"] = {"base": _amount(penalty.base), "montant": _amount(penalty.montant), "formule": formula}
    if plan := statement.suivi_plan:
        data["plan"] = {
            "echeances": [
                {"le": e.le.isoformat(), "montant": _amount(e.montant), "paye": _amount(e.paye)} for e in plan.echeances
            ],
            "en_retard": _amount(plan.en_retard),
            "reste": _amount(plan.reste),
        }
    if statement.case.conditions.capitalisation:
        data["capitalisations"] = [
            {
                "facture": event.facture,
                "le": event.le.isoformat(),
                "montant": _amount(event.montant),
                "formule": plain_spaces(event.formule),
            }
            for event in statement.capitalisations
        ]
    if statement.case.decision:
        data["frais_de_justice"] = _court_costs(statement.frais_de_justice, statement.totaux)
    return data


def _court_costs(costs: CourtCostsDue | None, totals: Totals) -> dict[str, Any]:
    """Beside the totals, never inside them; `total_avec_creance` is what is owed in all."""
    if costs is None:
        return {
            "postes": [],
            "lignes": [],
            "interets": "0.00",
            "total": "0.00",
            "total_avec_creance": _amount(totals.solde),
        }
    return {
        "postes": [
            {
                "nature": item.nature,
                "libelle": item.libelle,
                "le": item.le.isoformat(),
                "montant": _amount(item.montant),
                "paye": _amount(item.paye),
                "reste": _amount(item.reste),
                "articles": list(item.articles),
            }
            for item in costs.postes
        ],
        "lignes": [
            {
                "du": line.du.isoformat(),
                "au": line.au.isoformat(),
                "jours": line.jours,
                "base": _amount(line.base),
                "taux": rate_digits(line.rate.taux),
                "montant": _amount(line.montant),
                "formule": plain_spaces(line.formule),
                "articles": list(line.rate.articles),
            }
            for line in costs.lignes
        ],
        "interets": _amount(costs.interets),
        "total": _amount(costs.total),
        "total_avec_creance": _amount(totals.solde + costs.total),
    }


_AMOUNTS = (
    "montant_ttc", "avoirs", "paiements", "principal", "penalites_courues", "penalites", "indemnite", "solde",
)  # fmt: skip


def _totals(totals: Totals) -> dict[str, str]:
    return {n: _amount(getattr(totals, n)) for n in ("principal", "penalites", "indemnites", "credit", "solde")}


def _amount(value: Decimal) -> str:
    return f"{cents(value):.2f}"
