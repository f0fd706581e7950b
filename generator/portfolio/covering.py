"""The statement a message is written from: some invoices of a dossier, or several dossiers of one debtor.

Nothing is computed again: every figure is the one of the dossier's own statement.
"""

from dataclasses import replace

from generator.loading import LoadedCase
from generator.money import ZERO
from generator.portfolio.strategy import Level
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
    case = statement.case.model_copy(
        update={"factures": tuple(f for f in statement.case.factures if f.numero in numbers)}
    )
    totals = Totals(
        principal=sum((f.principal for f in invoices), ZERO),
        penalites=sum((f.penalites for f in invoices), ZERO),
        indemnites=sum((f.indemnite for f in invoices), ZERO),
        credit=ZERO,
    )
    lines = tuple(line for line in statement.lignes if line.facture in numbers)
    return replace(statement, case=case, factures=invoices, lignes=lines, totaux=totals)
