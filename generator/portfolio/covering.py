"""The statement a message is written from: some invoices of a dossier, or several dossiers of one debtor.

Nothing is computed again: every figure is the one of the dossier's own statement.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from generator.loading import LoadedCase
from generator.money import ZERO
from generator.portfolio.strategy import Level
from generator.regimes import notice_about
from generator.statement import Statement, Totals, build_statement


def level_statement(
    loaded: LoadedCase, statement: Statement, level: Level, numbers: tuple[str, ...] | None = None
) -> Statement:
    """The statement a level's letter is written from: its own claims, and only the invoices it is about."""
    asked = {
        name: value for name in ("penalites", "indemnite_forfaitaire") if (value := getattr(level, name)) is not None
    }
    # What a letter has given up is not taken back by a later level.
    asked = {n: v for n, v in asked.items() if getattr(loaded.case.conditions, n) not in (v, "abandonner")}
    if asked:
        case = loaded.case.model_copy(update={"conditions": loaded.case.conditions.model_copy(update=asked)})
        statement = build_statement(case, loaded.law, statement.au)
    return only(statement, numbers) if numbers is not None else statement


def only(statement: Statement, numbers: tuple[str, ...]) -> Statement:
    """The same exact figures, for these invoices alone."""
    invoices = tuple(f for f in statement.factures if f.numero in numbers)
    kept = tuple(f for f in statement.case.factures if f.numero in numbers)
    notices = [notice for invoice in kept if (notice := notice_about(statement.case, invoice))]
    changes: dict[str, Any] = {"factures": kept}
    if notices:  # the letter speaks of the mise en demeure its own invoices had
        changes["mise_en_demeure"] = min(notices, key=lambda notice: notice.envoyee_le)
    case = statement.case.model_copy(update=changes)
    totals = Totals(
        principal=sum((f.principal for f in invoices), ZERO),
        penalites=sum((f.penalites for f in invoices), ZERO),
        indemnites=sum((f.indemnite for f in invoices), ZERO),
        credit=ZERO,
    )
    lines = tuple(line for line in statement.lignes if line.facture in numbers)
    return replace(statement, case=case, factures=invoices, lignes=lines, totaux=totals)


def together(statements: Sequence[Statement]) -> Statement:
    """One statement for several dossiers of one debtor, under the same terms; their references stand side by side.

    What each dossier knows by itself (promises, plan, notes) is left out: only dossiers that nothing stops are joined.
    """
    first = statements[0]
    cases = [statement.case for statement in statements]
    case = first.case.model_copy(
        update={
            "reference": ", ".join(case.reference for case in cases),
            "factures": tuple(chain.from_iterable(case.factures for case in cases)),
            "avoirs": tuple(chain.from_iterable(case.avoirs for case in cases)),
            "paiements": tuple(chain.from_iterable(case.paiements for case in cases)),
            "mise_en_demeure": min(
                (case.mise_en_demeure for case in cases if case.mise_en_demeure),
                key=lambda notice: notice.envoyee_le,
                default=None,
            ),
        }
    )
    values = {(v.table, v.cle, v.depuis): v for statement in statements for v in statement.valeurs}
    return replace(
        first,
        case=case,
        factures=tuple(chain.from_iterable(s.factures for s in statements)),
        lignes=tuple(chain.from_iterable(s.lignes for s in statements)),
        totaux=Totals(
            principal=sum((s.totaux.principal for s in statements), ZERO),
            penalites=sum((s.totaux.penalites for s in statements), ZERO),
            indemnites=sum((s.totaux.indemnites for s in statements), ZERO),
            credit=ZERO,
        ),
        avertissements=tuple(dict.fromkeys(chain.from_iterable(s.avertissements for s in statements))),
        valeurs=tuple(values[key] for key in sorted(values, key=lambda k: (k[0], k[1] or "", k[2]))),
        prescription=min(
            (s.prescription for s in statements if s.prescription), key=lambda p: p.jusqu_au, default=None
        ),
    )
