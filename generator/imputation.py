"""What a payment extinguishes, in which order, on which invoice.

One `Account` per invoice, moved forward day by day. Orders come from the Code civil: interest
before principal (1343-1) unless agreed otherwise; between invoices, the debtor's choice, then
invoices due, the oldest first, equal ones in proportion (1342-10).
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from generator.calendar_fr import add_years
from generator.case import Invoice
from generator.interest import Schedule, Segment, interest, total
from generator.law import Value
from generator.money import CENT, ZERO, euros


@dataclass(frozen=True)
class CapitalisedInterest:
    """Interest due for a whole year at least, turned into capital at the end of the day `le` (C. civ. 1343-2).

    `montant` is what was still owed of the lines that accrued since the last time, in euros.
    """

    facture: str
    le: date
    montant: Decimal
    lignes: tuple[Decimal, ...]

    @property
    def formule(self) -> str:
        """« 372,00 € + 12,10 € - 50,00 € payés »: the lines, less what payments had cleared."""
        paid = sum(self.lignes, ZERO) - self.montant
        return " + ".join(euros(amount) for amount in self.lignes) + (f" - {euros(paid)} payés" if paid else "")


class Account:
    """The running account of one invoice; amounts are euros and never negative.

    `interest_claimed` is False when penalties are offered or waived: they still accrue (the
    lines are shown) but are not owed, so that no payment clears them.

    `capitalises_from`: first day at whose end interest becomes capital, then each year; None, never.
    `capitalised` is that capital, still owed: it bears interest like the principal
    (`capitalised_segments`) and, like interest, is paid before it.
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
        capitalises_from: date | None = None,
    ) -> None:
        assert invoice.echeance is not None
        self.invoice = invoice
        self.due: date = invoice.echeance
        self.principal = invoice.montant_ttc
        self.interest_owed = ZERO  # not capitalised
        self.capitalised = ZERO
        self.capitalised_segments: list[Segment] = []
        self.capitalisations: list[CapitalisedInterest] = []
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
        self._capitalises_from = capitalises_from
        self._anniversaries = 0  # how many have passed
        self._uncapitalised: list[Decimal] = []  # the lines that make up the interest owed
        self._unpaid_since = self._accrued_until = starts_after or date.min

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
            amount = self._pay_interest(self._pay_principal(amount, day), day)
        else:
            amount = self._pay_principal(self._pay_interest(amount, day), day)
        used = min(amount, self.indemnity_owed)
        self.indemnity_owed -= used
        amount -= used
        self.paid += first_paid - amount
        return amount

    def owed_on(self, day: date) -> Decimal:
        """Everything owed at the end of that day, without closing the current line."""
        if self._capitalises_from:
            twin = self._twin()
            twin.advance(day)
            return twin.principal + twin.all_interest_owed + twin.indemnity_owed
        pending = total(self._pending(day)) if self._interest_claimed else ZERO
        indemnity = self._indemnity.valeur if self._indemnity_falls_due(day) and self._indemnity else ZERO
        return self.principal + self.interest_owed + pending + self.indemnity_owed + indemnity

    def advance(self, day: date) -> None:
        """Close the interest line on that day and let the indemnity fall due."""
        if self._indemnity_falls_due(day) and self._indemnity:
            self.indemnity_value, self.indemnity_owed = self._indemnity, self._indemnity.valeur
        # At the very end of an anniversary, so that a payment of that day comes first.
        while (anniversary := self._anniversary()) and anniversary < min(day, self._ends):
            self._anniversaries += 1
            if self._due_for_a_year(anniversary):
                self._accrue(anniversary)
                self._capitalise(anniversary)
        self._accrue(day)

    @property
    def all_interest_owed(self) -> Decimal:
        """Interest still owed, capitalised or not."""
        return self.interest_owed + self.capitalised

    def _accrue(self, day: date) -> None:
        segments = self._pending(day)
        self.segments += segments
        if self._interest_claimed:
            self.interest_owed += total(segments)
        if self._capitalises_from and self._cursor is not None:
            on_interest = interest(self.capitalised, self._cursor, min(day, self._ends), self._schedule)
            self.capitalised_segments += on_interest
            self.interest_owed += total(on_interest)
            self._uncapitalised += [segment.montant for segment in (*segments, *on_interest)]
            self._accrued_until = max([self._accrued_until, *(s.au for s in (*segments, *on_interest))])
        if self._cursor is not None:
            self._cursor = max(self._cursor, day)

    def _anniversary(self) -> date | None:
        return add_years(self._capitalises_from, self._anniversaries) if self._capitalises_from else None

    def _due_for_a_year(self, day: date) -> bool:
        """« Dus au moins pour une année entière »: what is unpaid on that day has run for a year, without a gap."""
        runs = self._interest_claimed and (self.principal or self.capitalised)
        return (day if runs else self._accrued_until) >= add_years(self._unpaid_since, 1)

    def _capitalise(self, day: date) -> None:
        if not self.interest_owed:
            return
        lines = tuple(amount for amount in self._uncapitalised if amount)
        self.capitalisations.append(CapitalisedInterest(self.invoice.numero, day, self.interest_owed, lines))
        self.capitalised += self.interest_owed
        self.interest_owed, self._uncapitalised, self._unpaid_since = ZERO, [], day

    def _twin(self) -> "Account":
        """The same account, which can be moved forward without moving this one."""
        twin = copy(self)
        for name in ("segments", "capitalised_segments", "capitalisations", "principal_paid", "_uncapitalised"):
            setattr(twin, name, list(getattr(self, name)))
        return twin

    def _indemnity_falls_due(self, day: date) -> bool:
        # Due from the first day of lateness, once per invoice, if something was still unpaid then.
        return self.indemnity_value is None and day > self.due and self.principal > 0

    def _pending(self, day: date) -> list[Segment]:
        if self._cursor is None:
            return []
        return interest(self.principal, self._cursor, min(day, self._ends), self._schedule)

    def _pay_interest(self, amount: Decimal, day: date) -> Decimal:
        used = min(amount, self.interest_owed)
        self.interest_owed -= used
        if not self.interest_owed:
            self._uncapitalised, self._unpaid_since = [], max(self._unpaid_since, day)
        # Once capitalised, interest is capital, which is paid after the interest (Cass. 2e civ., 8 janvier 2015).
        from_capital = min(amount - used, self.capitalised)
        self.capitalised -= from_capital
        return amount - used - from_capital

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
