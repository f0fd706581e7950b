"""The figures of a portfolio on one day, gathered in one pass: who owes what, since when, what is expected.

`build_dashboard` keeps sums and one small row per debtor, never a dossier. Every amount is euros; the aged
balance is principal only, as in the guide (« Mesurer ses encours et ses retards »).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from generator.calendar_fr import add_months
from generator.law import MissingRate
from generator.money import ZERO
from generator.parties import DebtorKind
from generator.portfolio.sales import one_decimal
from generator.portfolio.snapshot import Broken, InvoiceView, Snapshot
from generator.portfolio.watched import missing_rates

# How the guide sorts invoices by age: the last day past due of each class, the first being « not due ».
_LAST_DAYS = (0, 30, 60, 90)
AGES = ("non_echu", "de_1_a_30", "de_31_a_60", "de_61_a_90", "plus_de_90")
KINDS: tuple[DebtorKind, ...] = get_args(DebtorKind)
TOP = 10
MONTHS_AHEAD, WEEKS_AHEAD = 12, 4
WEEK = timedelta(days=7)


def age(days: int) -> int:
    """The rank in `AGES` of an invoice so many days past its due date (zero or less: not due)."""
    return bisect_left(_LAST_DAYS, days)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Percentage with one decimal; None of nothing."""
    return one_decimal(100 * part / whole) if whole else None


@dataclass(slots=True)
class Aged:
    """Principal and number of invoices by age, in the order of `AGES`."""

    montants: list[Decimal] = field(default_factory=lambda: [ZERO] * len(AGES))
    factures: list[int] = field(default_factory=lambda: [0] * len(AGES))

    def add(self, rank: int, amount: Decimal) -> None:
        """Count one invoice."""
        self.montants[rank] += amount
        self.factures[rank] += 1

    @property
    def total(self) -> Decimal:
        """Due or not."""
        return sum(self.montants, ZERO)

    @property
    def echu(self) -> Decimal:
        """Past due only."""
        return sum(self.montants[1:], ZERO)

    @property
    def nombre(self) -> int:
        """How many invoices."""
        return sum(self.factures)


@dataclass(slots=True)
class DebtorRow:
    """All the dossiers of one debtor that still owe something; `reference` is the first of them, as is the name."""

    reference: str
    nom: str
    qualite: DebtorKind
    ville: str
    dossiers: int = 0
    montants: list[Decimal] = field(default_factory=lambda: [ZERO] * len(AGES))
    conteste: Decimal = ZERO
    penalites: Decimal = ZERO
    indemnites: Decimal = ZERO
    credit: Decimal = ZERO
    retard: int = 0
    procedure_collective: bool = False

    @property
    def total(self) -> Decimal:
        """Principal, due or not."""
        return sum(self.montants, ZERO)

    @property
    def echu(self) -> Decimal:
        """Principal past due."""
        return sum(self.montants[1:], ZERO)


@dataclass(slots=True)
class LevelRow:
    """The dossiers past due whose last message sent is `niveau` (None: nothing was sent), and what is past due in them."""

    niveau: str | None
    dossiers: int = 0
    montant: Decimal = ZERO


@dataclass(slots=True)
class Expected:
    """Money expected over a period, from plans and from promises."""

    plans: Decimal = ZERO
    promesses: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Both."""
        return self.plans + self.promesses


@dataclass(slots=True)
class Cash:
    """What is expected: `mois` by first day of month from the month of `au` on, `semaines` the weeks from `au` on."""

    en_retard: Expected
    semaines: dict[date, Expected]
    mois: dict[date, Expected]
    au_dela: Expected

    @property
    def total(self) -> Decimal:
        """Everything promised or planned, late included."""
        return sum((e.total for e in (self.en_retard, *self.mois.values(), self.au_dela)), ZERO)

    @property
    def quatre_semaines(self) -> Decimal:
        """What should come within four weeks, what is late left out."""
        return sum((week.total for week in self.semaines.values()), ZERO)


@dataclass(slots=True)
class Delay:
    """How late the invoices paid in the month of `au` were: `pondere` by amount, `simple` the plain mean, in days."""

    factures: int = 0
    montant: Decimal = ZERO
    montant_jours: Decimal = ZERO
    jours: int = 0

    @property
    def pondere(self) -> Decimal | None:
        """Each invoice weighs its amount."""
        return one_decimal(self.montant_jours / self.montant) if self.montant else None

    @property
    def simple(self) -> Decimal | None:
        """Each invoice weighs the same."""
        return one_decimal(Decimal(self.jours) / self.factures) if self.factures else None


@dataclass(slots=True)
class Promises:
    """Promises whose day has come, kept or broken, and those that still run."""

    tenues: int = 0
    rompues: int = 0
    en_cours: int = 0

    @property
    def part_tenue(self) -> Decimal | None:
        """Percentage kept, with one decimal."""
        return share(Decimal(self.tenues), Decimal(self.tenues + self.rompues))


@dataclass(slots=True)
class Dashboard:
    """Everything `impayes tableau` shows, on the day `au`.

    `balance` has one row per kind of debtor; `conteste` and `procedure` are parts of `total`. `debiteurs` are
    by name; `niveaux` in the order of the strategy, dossiers in collective proceedings apart (`niveau_procedure`).
    `taux_absents` are the rates not on file before which interest stopped.
    """

    au: date
    cash: Cash
    dossiers: int = 0
    ouverts: int = 0
    balance: dict[DebtorKind, Aged] = field(default_factory=lambda: {kind: Aged() for kind in KINDS})
    total: Aged = field(default_factory=Aged)
    conteste: Aged = field(default_factory=Aged)
    procedure: Aged = field(default_factory=Aged)
    penalites: Decimal = ZERO
    indemnites: Decimal = ZERO
    credit: Decimal = ZERO
    retard: Delay = field(default_factory=Delay)
    promesses: Promises = field(default_factory=Promises)
    debiteurs: list[DebtorRow] = field(default_factory=list)
    niveaux: list[LevelRow] = field(default_factory=list)
    niveau_procedure: LevelRow = field(default_factory=lambda: LevelRow(None))
    illisibles: list[Broken] = field(default_factory=list)
    taux_absents: tuple[MissingRate, ...] = ()

    @property
    def premiers(self) -> list[DebtorRow]:
        """The ten debtors with the most past due."""
        late = [row for row in self.debiteurs if row.echu]
        return sorted(late, key=lambda row: (-row.echu, row.nom.casefold(), row.reference))[:TOP]


def build_dashboard(items: Iterable[Snapshot | Broken], au: date, levels: Sequence[str] = ()) -> Dashboard:
    """Gather the figures; `levels` are the names of the strategy's levels in order, unknown ones come after."""
    board = Dashboard(au, _empty_cash(au))
    debtors: dict[str, DebtorRow] = {}
    by_level: dict[str | None, LevelRow] = {}
    for item in items:
        if isinstance(item, Broken):
            board.illisibles.append(item)
            continue
        board.dossiers += 1
        board.taux_absents = tuple(dict.fromkeys((*board.taux_absents, *missing_rates([item]))))
        board.ouverts += item.solde > 0
        board.credit += item.credit
        for invoice in item.factures:
            _add_invoice(board, item, invoice)
        for promise in item.promesses:
            board.promesses.tenues += promise.tenue is True
            board.promesses.rompues += promise.tenue is False
            board.promesses.en_cours += promise.tenue is None
        if item.solde or item.credit:
            _add_debtor(debtors, item)
        if echu := item.echu:
            row = board.niveau_procedure
            if not item.procedure_collective:
                row = by_level.setdefault(item.niveau, LevelRow(item.niveau))
            row.dossiers += 1
            row.montant += echu
        if not item.procedure_collective:
            _add_expected(board.cash, item)
    board.debiteurs = sorted(debtors.values(), key=lambda row: (row.nom.casefold(), row.reference))
    rank: dict[str | None, int] = {name: number for number, name in enumerate((None, *levels))}
    board.niveaux = sorted(by_level.values(), key=lambda row: (rank.get(row.niveau, len(rank)), row.niveau or ""))
    board.illisibles.sort(key=lambda broken: broken.fichier)
    return board


def level_order(ladders: Iterable[Sequence[str]]) -> list[str]:
    """One order for the levels of several ladders: each new level comes right after the one before it in its own."""
    order: list[str] = []
    for ladder in sorted(ladders, key=len, reverse=True):
        at = 0
        for level in ladder:
            if level not in order:
                order.insert(at, level)
            at = order.index(level) + 1
    return order


def _empty_cash(au: date) -> Cash:
    first = au.replace(day=1)
    return Cash(
        en_retard=Expected(),
        semaines={au + number * WEEK: Expected() for number in range(WEEKS_AHEAD)},
        mois={add_months(first, number): Expected() for number in range(MONTHS_AHEAD)},
        au_dela=Expected(),
    )


def _add_invoice(board: Dashboard, dossier: Snapshot, invoice: InvoiceView) -> None:
    board.penalites += invoice.penalites
    board.indemnites += invoice.indemnite
    if invoice.principal:
        rank = age((board.au - invoice.echeance).days)
        board.balance[dossier.qualite].add(rank, invoice.principal)
        board.total.add(rank, invoice.principal)
        if invoice.conteste:
            board.conteste.add(rank, invoice.conteste)
        if dossier.procedure_collective:
            board.procedure.add(rank, invoice.principal)
    paid_on, paid = invoice.soldee_le, invoice.montant_ttc - invoice.avoirs
    # An invoice cancelled by a credit note was not paid; one paid early counts for no delay, not for less than none.
    if paid_on and paid > 0 and board.au.replace(day=1) <= paid_on <= board.au:
        days = max(0, invoice.jours_de_retard)
        board.retard.factures += 1
        board.retard.montant += paid
        board.retard.montant_jours += paid * days
        board.retard.jours += days


def _add_debtor(debtors: dict[str, DebtorRow], dossier: Snapshot) -> None:
    row = debtors.setdefault(
        dossier.cle_debiteur, DebtorRow(dossier.reference, dossier.debiteur, dossier.qualite, dossier.ville)
    )
    if dossier.reference < row.reference:  # whatever the order dossiers come in
        row.reference, row.nom, row.qualite, row.ville = (
            dossier.reference, dossier.debiteur, dossier.qualite, dossier.ville,
        )  # fmt: skip
    row.dossiers += 1
    row.credit += dossier.credit
    row.procedure_collective |= dossier.procedure_collective
    for invoice in dossier.factures:
        row.penalites += invoice.penalites
        row.indemnites += invoice.indemnite
        if invoice.principal:
            days = (dossier.au - invoice.echeance).days
            row.montants[age(days)] += invoice.principal
            row.conteste += invoice.conteste
            row.retard = max(row.retard, days)


def _add_expected(cash: Cash, dossier: Snapshot) -> None:
    """A plan under way, else the promises: the same euro is never expected twice, nor more than is owed."""
    instalments = [(i.le, i.montant - i.paye) for i in dossier.plan if i.paye < i.montant]
    running = sorted((p for p in dossier.promesses if p.tenue is None), key=lambda p: p.payer_le)
    left = dossier.solde
    if instalments:
        for le, rest in sorted(instalments):
            amount = min(rest, left)
            left -= amount
            for expected in _periods(cash, dossier.au, le):
                expected.plans += amount
        return
    past_due = dossier.echu
    for promise in running:
        amount = min(past_due if promise.montant is None else promise.montant, left)
        left -= amount
        past_due = max(ZERO, past_due - amount)
        for expected in _periods(cash, dossier.au, promise.payer_le):
            expected.promesses += amount


def _periods(cash: Cash, au: date, le: date) -> Iterable[Expected]:
    """The month and the week a day falls in, or what is late."""
    if le < au:
        return (cash.en_retard,)
    month = cash.mois.get(le.replace(day=1), cash.au_dela)
    week = cash.semaines.get(au + (le - au).days // 7 * WEEK)
    return (month, week) if week else (month,)
