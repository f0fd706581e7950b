"""Retention of title: which deliveries a clause covers (C. com. L624-16: accepted in writing by the delivery)."""

from datetime import date

from generator.case import Case, Invoice


def delivered_on(case: Case, invoice: Invoice) -> date | None:
    """The day the goods of this invoice were delivered: the earlier of its own and of the clause's; None when unknown."""
    clause = case.reserve_de_propriete
    days = (invoice.executee_le, clause.livres_le if clause else None)
    return min((day for day in days if day), default=None)


def covered(case: Case, invoice: Invoice) -> bool | None:
    """Whether the clause was accepted by this delivery; a delivery not dated counts as covered.

    None without a clause, and for what is born after the opening judgment: it is paid for, not claimed back.
    """
    clause, proceedings = case.reserve_de_propriete, case.debiteur.procedure_collective
    if clause is None or (proceedings and (invoice.executee_le or invoice.emise_le) >= proceedings.jugement_le):
        return None
    delivered = delivered_on(case, invoice)
    return delivered is None or clause.acceptee_le <= delivered
