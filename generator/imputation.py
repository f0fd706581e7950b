"""What a payment extinguishes, in which order, on which invoice.

One `Account` per invoice, moved forward day by day. Orders come from the Code civil: interest
before principal (1343-1) unless agreed otherwise; between invoices, the debtor's choice, then
invoices due, the oldest first, equal ones in proportion (1342-10).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from generator.case import Invoice
from generator.interest import Schedule, Segment, interest, total
from generator.law import Value
from generator.money import CENT, ZERO


class Account:
    """The running account of one invoice; amounts are euros and never negative.

    `interest_claimed` is False when penalties are offered or waived: they still accrue (the
    lines are shown) but are not owed, so that no payment clears them.
    """

    def __init__(
        self,
        invoice: Invoice,
        *,
        starts_after: date | None,
        ends: date,
        schedule: Schedule,
        indemnity: Value | None,
        interest_claimed: bool,
        principal_first: bool,
    ) -> None:
        assert invoice.echeance is not None
        self.invoice = invoice
        self.due: date = invoice.echeance
        self.principal = invoice.montant_ttc
        self.interest_owed = ZERO
        self.indemnity_owed = ZERO
        self.indemnity_value: Value | None = None
        self.credited = ZERO
        self.paid = ZERO
        self.segments: list[Segment] = []
        self.principal_paid: list[tuple[date, Decimal]] = []
        self.settled_on: date | None = None
        self._cursor = starts_after
        self._ends = ends
        self._schedule = schedule
        self._indemnity = indemnity
        self._interest_claimed = interest_claimed
        self._principal_first = principal_first

    def credit(self, amount: Decimal, day: date) -> Decimal:
        """A credit note: reduces the principal only; returns what exceeds it."""
        self.advance(day)
        used = min(amount, self.principal)
        self._reduce_principal(used, day)
        self.credited += used
        return amount - used

    def pay(self, amount: Decimal, day: date) -> Decimal:
        """A payment received that day, which still bears interest; returns the surplus."""
        self.advance(day)
        first_paid = amount
        if self._principal_first:
            amount = self._pay_interest(self._pay_principal(amount, day))
        else:
            amount = self._pay_principal(self._pay_interest(amount), day)
        used = min(amount, self.indemnity_owed)
        self.indemnity_owed -= used
        amount -= used
        self.paid += first_paid - amount
        return amount

    def owed_on(self, day: date) -> Decimal:
        """Everything owed at the end of that day, without closing the current line."""
        pending = total(self._pending(day)) if self._interest_claimed else ZERO
        indemnity = self._indemnity.valeur if self._indemnity_falls_due(day) and self._indemnity else ZERO
        return self.principal + self.interest_owed + pending + self.indemnity_owed + indemnity

    def advance(self, day: date) -> None:
        """Close the interest line on that day and let the indemnity fall due."""
        if self._indemnity_falls_due(day) and self._indemnity:
            self.indemnity_value, self.indemnity_owed = self._indemnity, self._indemnity.valeur
        segments = self._pending(day)
        self.segments += segments
        if self._interest_claimed:
            self.interest_owed += total(segments)
        if self._cursor is not None:
            self._cursor = max(self._cursor, day)

    def _indemnity_falls_due(self, day: date) -> bool:
        # Due from the first day of lateness, once per invoice, if something was still unpaid then.
        return self.indemnity_value is None and day > self.due and self.principal > 0

    def _pending(self, day: date) -> list[Segment]:
        if self._cursor is None:
            return []
        return interest(self.principal, self._cursor, min(day, self._ends), self._schedule)

    def _pay_interest(self, amount: Decimal) -> Decimal:
        used = min(amount, self.interest_owed)
        self.interest_owed -= used
        return amount - used

    def _pay_principal(self, amount: Decimal, day: date) -> Decimal:
        used = min(amount, self.principal)
        if used:
            self.principal_paid.append((day, used))
        self._reduce_principal(used, day)
        return amount - used

    def _reduce_principal(self, amount: Decimal, day: date) -> None:
        self.principal -= amount
        if not self.principal and self.settled_on is None:
            self.settled_on = day


def distribute(amount: Decimal, day: date, accounts: Sequence[Account]) -> Decimal:
    """Spread unallocated money over the invoices (C. civ. 1342-10); returns the credit left.

    Earliest due date first, each invoice wholly before the next; equal due dates share in
    proportion to what each owes that day.
    """
    for _, group in groupby(sorted(accounts, key=lambda a: a.due), key=lambda a: a.due):
        if not amount:
            break
        sharing = [account for account in sorted(group, key=lambda a: a.invoice.numero) if account.owed_on(day)]
        owed = [account.owed_on(day) for account in sharing]
        for account, share in zip(sharing, shares(min(amount, sum(owed, ZERO)), owed), strict=True):
            if share:
                amount -= share - account.pay(share, day)
    return amount


def reduce_principals(amount: Decimal, day: date, accounts: Iterable[Account]) -> Decimal:
    """A credit note that names no invoice: oldest principal first; returns the surplus."""
    for account in sorted(accounts, key=lambda a: (a.due, a.invoice.numero)):
        if amount and account.principal:
            amount = account.credit(amount, day)
    return amount


def shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split `amount` in proportion to `weights`, to the cent, by largest remainder: no cent is lost."""
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _ in weights]
    pence, units = int(amount / CENT), [int(weight / CENT) for weight in weights]
    exact = [divmod(pence * unit, sum(units)) for unit in units]
    parts = [quotient for quotient, _ in exact]
    by_remainder = sorted(range(len(units)), key=lambda i: -exact[i][1])
    for index in by_remainder[: pence - sum(parts)]:
        parts[index] += 1
    return [part * CENT for part in parts]
