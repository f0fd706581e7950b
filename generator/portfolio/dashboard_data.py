"""The dashboard for other programs: JSON (schema `impayes/tableau/1`) and the balance by debtor as CSV."""

import csv
import io
from decimal import Decimal
from typing import Any

from generator.known_rates import rates_json
from generator.money import cents
from generator.portfolio.dashboard import AGES, Aged, Dashboard, DebtorRow, Expected, share
from generator.portfolio.sales import Dso

SCHEMA = "impayes/tableau/1"
CSV_HEADER = (
    "débiteur", "nature", "ville", "premier dossier", "dossiers", "procédure collective",
    "non échu", "1 à 30 jours", "31 à 60 jours", "61 à 90 jours", "plus de 90 jours", "total",
    "dont contesté", "plus vieux retard (jours)", "pénalités", "indemnités", "à rendre",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula, were it a client's name.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def dashboard_json(board: Dashboard, dso: Dso) -> dict[str, Any]:
    """Plain data: amounts are euros as text with two decimals, days and shares as text with one, dates ISO."""
    total = board.total
    return {
        "schema": SCHEMA,
        "au": board.au.isoformat(),
        "interets_arretes": rates_json(board.taux_absents),
        "dossiers": board.dossiers,
        "dossiers_a_encaisser": board.ouverts,
        "totaux": {
            "encours": _amount(total.total),
            "echu": _amount(total.echu),
            "part_echue": _one(share(total.echu, total.total)),
            "penalites": _amount(board.penalites),
            "indemnites": _amount(board.indemnites),
            "credit": _amount(board.credit),
        },
        "balance": {
            **{kind: _aged(row) for kind, row in board.balance.items()},
            "total": _aged(total),
            "dont_conteste": _aged(board.conteste),
            "dont_procedure_collective": _aged(board.procedure),
        },
        "debiteurs": [
            {
                "debiteur": row.nom,
                "qualite": row.qualite,
                "premier_dossier": row.reference,
                "dossiers": row.dossiers,
                "echu": _amount(row.echu),
                "part": _one(share(row.echu, total.echu)),
                "plus_vieux_retard_jours": row.retard,
                "procedure_collective": row.procedure_collective,
            }
            for row in board.premiers
        ],
        "niveaux": [
            {"niveau": row.niveau, "dossiers": row.dossiers, "echu": _amount(row.montant)} for row in board.niveaux
        ],
        "procedure_collective": {
            "dossiers": board.niveau_procedure.dossiers,
            "echu": _amount(board.niveau_procedure.montant),
        },
        "attendu": {
            "en_retard": _expected(board.cash.en_retard),
            "semaines": [{"depuis": day.isoformat(), **_expected(e)} for day, e in board.cash.semaines.items()],
            "mois": [{"mois": f"{day:%Y-%m}", **_expected(e)} for day, e in board.cash.mois.items()],
            "au_dela": _expected(board.cash.au_dela),
            "total": _amount(board.cash.total),
        },
        "delai_de_reglement": {
            "jours": _one(dso.jours),
            "manque": dso.manque,
            "mois": [
                {
                    "mois": f"{line.mois:%Y-%m}",
                    "a_epuiser": _amount(line.a_epuiser),
                    "ventes": _amount(line.ventes),
                    "jours": _one(line.jours),
                    "reste": _amount(line.reste),
                }
                for line in dso.mois
            ],
        },
        "retard_des_paiements": {
            "mois": f"{board.au:%Y-%m}",
            "factures": board.retard.factures,
            "montant": _amount(board.retard.montant),
            "jours_ponderes": _one(board.retard.pondere),
            "jours_moyenne_simple": _one(board.retard.simple),
        },
        "promesses": {
            "tenues": board.promesses.tenues,
            "rompues": board.promesses.rompues,
            "en_cours": board.promesses.en_cours,
            "part_tenue": _one(board.promesses.part_tenue),
        },
        "erreurs": [{"fichier": str(b.fichier), "messages": list(b.problemes)} for b in board.illisibles],
    }


def balance_csv(board: Dashboard) -> bytes:
    """One line per debtor that owes, or is owed, something; as a French spreadsheet opens it (`;`, decimal comma, BOM)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    writer.writerows(map(_csv_row, board.debiteurs))
    return text.getvalue().encode("utf-8-sig")


def _csv_row(row: DebtorRow) -> list[str]:
    amounts = (*row.montants, row.total, row.conteste)
    after = (row.penalites, row.indemnites, row.credit)
    return [
        _cell(row.nom), row.qualite, _cell(row.ville), _cell(row.reference), str(row.dossiers),
        "oui" if row.procedure_collective else "non", *map(_comma, amounts), str(row.retard), *map(_comma, after),
    ]  # fmt: skip


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _comma(amount: Decimal) -> str:
    return _amount(amount).replace(".", ",")


def _aged(row: Aged) -> dict[str, Any]:
    ages = zip(AGES, row.montants, row.factures, strict=True)
    cells = {
        name: {"montant": _amount(amount), "factures": number, "part": _one(share(amount, row.total))}
        for name, amount, number in ages
    }
    return {**cells, "total": {"montant": _amount(row.total), "factures": row.nombre}}


def _expected(expected: Expected) -> dict[str, str]:
    return {
        "plans": _amount(expected.plans),
        "promesses": _amount(expected.promesses),
        "total": _amount(expected.total),
    }


def _amount(value: Decimal) -> str:
    return f"{cents(value):.2f}"


def _one(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.1f}"
