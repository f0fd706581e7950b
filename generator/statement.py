"""The statement of account (décompte): what is owed on each invoice, at a date, and why.

Rules: ADR 0001. `build_statement` moves one account per invoice through the days on which
something happened, then reads them. It is the only function that decides amounts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from generator.calendar_fr import ONE_DAY
from generator.case import Case, Invoice, Promise
from generator.court_costs import CourtCosts, CourtCostsDue
from generator.imputation import Account, CapitalisedInterest, distribute, reduce_principals
from generator.interest import Schedule, Segment
from generator.known_rates import CostsUntilKnown, KnownOnly, refuse_stopped, stopped_notice
from generator.law import Law, Value
from generator.limitation import Limitation, earliest
from generator.money import ZERO, cents, euros, taux
from generator.notices import Notice, notices
from generator.plan import NOTICE_DAYS, PlanProgress, broken_promise, follow_plan
from generator.proceedings import ClaimDeadlines, claim_deadlines, direct_action_from
from generator.regimes import Regime, claimed, regime_for
from generator.retention import covered
from generator.title import ON_INTEREST, Title, after_decision, capitalises_from, title_on
from generator.title_notices import title_notices


@dataclass(frozen=True)
class Line:
    """One line of interest: `base` × `taux` × `jours` / 365; `du` and `au` are both included."""

    facture: str
    nature: str
    du: date
    au: date
    jours: int
    base: Decimal
    taux: Decimal
    montant: Decimal
    formule: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class InvoiceStatement:
    """One invoice: `principal`, `penalites`, `indemnite` are what remains due, in euros.

    `soldee_le` is the day its principal reached zero; None while some is owed. `reglements` are the payments that
    went to its principal, day by day.
    """

    facture: Invoice
    numero: str
    echeance: date
    jours_de_retard: int
    montant_ttc: Decimal
    avoirs: Decimal
    paiements: Decimal
    principal: Decimal
    penalites_courues: Decimal
    penalites: Decimal
    indemnite: Decimal
    soldee_le: date | None = None
    reglements: tuple[tuple[date, Decimal], ...] = ()

    @property
    def solde(self) -> Decimal:
        """What remains due on this invoice."""
        return self.principal + self.penalites + self.indemnite

    @property
    def montant_conteste(self) -> Decimal:
        """The part of the remaining principal that the debtor contests."""
        return min(self.facture.montant_conteste, self.principal)


@dataclass(frozen=True)
class Totals:
    """Sums over invoices; `credit` is what the debtor has paid beyond everything owed."""

    principal: Decimal
    penalites: Decimal
    indemnites: Decimal
    credit: Decimal

    @property
    def solde(self) -> Decimal:
        """What remains due in all; zero when there is a credit."""
        return self.principal + self.penalites + self.indemnites


@dataclass(frozen=True)
class PenaltyDue:
    """What a clause pénale brings (C. civ. 1231-5), in euros: asked for beside the balance, never inside it."""

    base: Decimal
    montant: Decimal
    formule: str | None


@dataclass(frozen=True)
class Statement:
    """The décompte of a dossier on a date; `valeurs` are the law table entries it used.

    `suivi_plan`, `promesse_non_tenue`, `delais_procedure`, `clause_penale` and `frais_de_justice` are None when
    the dossier has nothing of the kind; none of them changes the balance.
    """

    case: Case
    au: date
    factures: tuple[InvoiceStatement, ...]
    lignes: tuple[Line, ...]
    totaux: Totals
    avertissements: tuple[Notice, ...]
    nom_interets: str
    articles_indemnite: tuple[str, ...]
    indemnite_unitaire: Decimal
    valeurs: tuple[Value, ...]
    suivi_plan: PlanProgress | None = None
    promesse_non_tenue: Promise | None = None
    delais_procedure: ClaimDeadlines | None = None
    action_directe_des: date | None = None
    prescription: Limitation | None = None
    capitalisations: tuple[CapitalisedInterest, ...] = ()
    frais_de_justice: CourtCostsDue | None = None

    def complete(self) -> "Statement":
        """This statement, to claim a sum from it; InvalidInput when a rate is not on file (rule 13)."""
        refuse_stopped(self)
        return self

    @property
    def articles_interets(self) -> tuple[str, ...]:
        """The texts of every line, in the order of the lines."""
        return tuple(dict.fromkeys(article for line in self.lignes for article in line.articles))

    @property
    def preavis_jours(self) -> int:
        """Days our agreements leave for a missed instalment before forfeiture, for this kind of debtor."""
        return NOTICE_DAYS[self.case.debiteur.qualite]

    @property
    def clause_penale(self) -> PenaltyDue | None:
        """The clause pénale on what was unpaid at the due dates; None without a clause or without lateness.

        The opening judgment forbids paying at a later due date: such an invoice bears no penalty.
        """
        clause, proceedings = self.case.conditions.clause_penale, self.case.debiteur.procedure_collective
        late = [f for f in self.echues if proceedings is None or f.echeance < proceedings.jugement_le]
        if clause is None or not late:
            return None
        first: dict[str, Decimal] = {}
        for line in self.lignes:
            first.setdefault(line.facture, line.base)
        base = sum((first.get(invoice.numero, invoice.principal) for invoice in late), ZERO)
        if clause.taux is None:
            assert clause.montant is not None  # the block holds one of the two
            return PenaltyDue(base, clause.montant, None)
        return PenaltyDue(base, cents(base * clause.taux / 100), f"{euros(base)} × {taux(clause.taux)}")

    @property
    def sous_reserve(self) -> tuple[InvoiceStatement, ...]:
        """Invoices still owed whose goods the retention clause covers; empty without a clause."""
        return tuple(f for f in self.factures if f.principal and covered(self.case, f.facture) is True)

    @property
    def hors_reserve(self) -> tuple[InvoiceStatement, ...]:
        """Invoices still owed whose goods were delivered before the clause was accepted."""
        return tuple(f for f in self.factures if f.principal and covered(self.case, f.facture) is False)

    @property
    def echues(self) -> tuple[InvoiceStatement, ...]:
        """Invoices past their due date on which something remains due."""
        return tuple(f for f in self.factures if self.au > f.echeance and f.solde)

    @property
    def taux_successifs(self) -> tuple[tuple[Decimal, date], ...]:
        """(yearly rate, last day) in order, over invoices past due; empty when two rates held on one day."""
        numbers = {invoice.numero for invoice in self.echues}
        spans: dict[Decimal, tuple[date, date]] = {}
        for line in self.lignes:
            if line.facture in numbers:
                first, last = spans.get(line.taux, (line.du, line.au))
                spans[line.taux] = min(first, line.du), max(last, line.au)
        ordered = sorted((first, last, rate) for rate, (first, last) in spans.items())
        if any(a[1] >= b[0] for a, b in pairwise(ordered)):
            return ()
        return tuple((rate, last) for _, last, rate in ordered)

    @property
    def exigible(self) -> Totals:
        """The totals of invoices past their due date: the only ones that can be demanded."""
        return _totals(self.echues, ZERO)


def build_statement(case: Case, law: Law, au: date) -> Statement:
    """Compute the statement of `case` at the end of the day `au`.

    What is dated after `au` does not exist. A rate that is not on file (rule 13) is InvalidInput; with
    `law.for_watching()`, interest stops the day before it instead, and the statement says so.
    """
    title = title_on(case, law, au)
    regime = after_decision(regime_for(case, law), title, law)
    schedules = {f.numero: KnownOnly(regime.schedule(f)) for f in case.factures if f.emise_le <= au}
    accounts = {
        f.numero: _account(case, f, regime, au, schedules[f.numero]) for f in case.factures if f.numero in schedules
    }
    court_costs = CostsUntilKnown(case, title, law, au)
    credit = _replay(case, accounts, court_costs, au)
    costs = court_costs.due()
    lines = tuple(line for account in accounts.values() for line in _lines(account, regime, title))
    invoices = tuple(_invoice_statement(account, au) for account in accounts.values())
    values = _values_used(list(accounts.values()), costs)
    capitalised = tuple(event for account in accounts.values() for event in account.capitalisations)
    unit = regime.indemnity_on(au)
    statement = Statement(
        case=case,
        au=au,
        factures=invoices,
        lignes=lines,
        totaux=_totals(invoices, credit),
        avertissements=(
            *stopped_notice(schedules, court_costs),
            *notices(case, au, invoices, values, credit, regime, law),
            *title_notices(case, law, au, title, _judged(case, law, title), bool(capitalised), invoices, lines, costs),
        ),
        nom_interets=regime.nom_interets,
        articles_indemnite=regime.articles_indemnite,
        indemnite_unitaire=unit.valeur if unit else ZERO,
        valeurs=values,
        suivi_plan=follow_plan(case, au),
        promesse_non_tenue=broken_promise(case, au),
        delais_procedure=claim_deadlines(case, law),
        action_directe_des=direct_action_from(case, law, au),
        prescription=earliest(case, [invoice.facture for invoice in invoices if invoice.solde], law, au),
        capitalisations=capitalised,
        frais_de_justice=costs,
    )
    return statement if law.veille else statement.complete()


def _judged(case: Case, law: Law, title: Title | None) -> Decimal | None:
    """The principal the décompte had on the day of the decision, on the invoices it covers."""
    if title is None or title.decision.montant is None:
        return None
    before = build_statement(case.model_copy(update={"decision": None}), law, title.decision.rendue_le)
    return sum((i.principal for i in before.factures if title.covers(i.facture)), ZERO)


def _lines(account: Account, regime: Regime, title: Title | None) -> Iterator[Line]:
    """The lines of an invoice, then those of its capitalised interest."""
    for segment in account.segments:
        nature = title.nature_on(account.invoice, segment.du) if title else None
        yield _line(account, segment, *(nature or ("penalites", regime.articles)))
    for segment in account.capitalised_segments:
        nature = title.nature_on(account.invoice, segment.du) if title else None
        articles = nature[1] if nature else regime.articles
        yield _line(account, segment, ON_INTEREST, ("c-civ-1343-2", *articles))


def _line(account: Account, segment: Segment, nature: str, articles: tuple[str, ...]) -> Line:
    return Line(
        facture=account.invoice.numero,
        nature=nature,
        du=segment.du,
        au=segment.au,
        jours=segment.jours,
        base=segment.base,
        taux=segment.rate.taux,
        montant=segment.montant,
        formule=segment.formule,
        articles=articles,
    )


def _account(case: Case, invoice: Invoice, regime: Regime, au: date, schedule: Schedule) -> Account:
    assert invoice.echeance is not None
    proceedings = case.debiteur.procedure_collective
    judgment = proceedings.jugement_le if proceedings else None
    # C. com. L622-28: the opening judgment stops interest; its own day bears none.
    ends = min(au, judgment - ONE_DAY) if judgment else au
    indemnity = None
    # C. com. L441-10 II, last sentence: no indemnity when the judgment forbids paying at the due date.
    barred = judgment is not None and invoice.echeance >= judgment
    if au > invoice.echeance and not barred and claimed(case, regime, "indemnite_forfaitaire"):
        indemnity = regime.indemnity_on(invoice.echeance + ONE_DAY)
    starts_after = regime.starts_after(invoice)
    return Account(
        invoice,
        starts_after=starts_after,
        ends=ends,
        schedule=schedule,
        indemnity=indemnity,
        interest_claimed=claimed(case, regime, "penalites"),
        principal_first=case.conditions.imputation == "principal",
        capitalises_from=capitalises_from(case.conditions.capitalisation, starts_after),
    )


def _replay(case: Case, accounts: dict[str, Account], costs: CourtCosts, au: date) -> Decimal:
    """Apply credit notes and payments in order of date; returns what exceeds everything owed, costs included.

    On one day: credit notes, then payments that name an invoice, then the rest as one sum, so
    that the order in which a file lists them changes nothing.
    """
    everyone = list(accounts.values())
    # Named notes first: an unnamed one takes what they leave, in whatever order the file lists them.
    named_first = sorted(case.avoirs, key=lambda note: note.facture not in accounts)
    credit_notes = [note for note in named_first if note.emis_le <= au]
    payments = [payment for payment in case.paiements if payment.recu_le <= au]
    surplus: dict[date, Decimal] = {}
    for note in sorted(credit_notes, key=lambda note: note.emis_le):
        if note.retroactif and note.facture in accounts:
            # A correction: the invoice never was that high, so interest ignores the difference.
            account = accounts[note.facture]
            left = account.credit(note.montant_ttc, min(account.due, note.emis_le))
            surplus[note.emis_le] = surplus.get(note.emis_le, ZERO) + left
    credit = ZERO
    for day in sorted({n.emis_le for n in credit_notes} | {p.recu_le for p in payments} | costs.days):
        pool = surplus.get(day, ZERO) + credit
        for note in credit_notes:
            if note.emis_le != day or (note.retroactif and note.facture in accounts):
                continue
            if note.facture in accounts:
                pool += accounts[note.facture].credit(note.montant_ttc, day)
            else:
                pool += reduce_principals(note.montant_ttc, day, everyone)
        for payment in payments:
            if payment.recu_le == day and payment.facture in accounts:
                pool += accounts[payment.facture].pay(payment.montant, day)
            elif payment.recu_le == day:
                pool += payment.montant
        credit = costs.pay(distribute(pool, day, everyone), day)
    for account in everyone:
        account.advance(au)
    costs.advance(au)
    return credit


def _invoice_statement(account: Account, au: date) -> InvoiceStatement:
    until = account.settled_on or au
    return InvoiceStatement(
        facture=account.invoice,
        numero=account.invoice.numero,
        echeance=account.due,
        jours_de_retard=max(0, (until - account.due).days),
        montant_ttc=account.invoice.montant_ttc,
        avoirs=account.credited,
        paiements=account.paid,
        principal=account.principal,
        penalites_courues=sum((s.montant for s in (*account.segments, *account.capitalised_segments)), ZERO),
        penalites=account.all_interest_owed,
        indemnite=account.indemnity_owed,
        soldee_le=account.settled_on,
        reglements=tuple(account.principal_paid),
    )


def _totals(invoices: Sequence[InvoiceStatement], credit: Decimal) -> Totals:
    return Totals(
        principal=sum((i.principal for i in invoices), ZERO),
        penalites=sum((i.penalites for i in invoices), ZERO),
        indemnites=sum((i.indemnite for i in invoices), ZERO),
        credit=credit,
    )


def _values_used(accounts: Sequence[Account], costs: CourtCostsDue | None) -> tuple[Value, ...]:
    used = {(value.table, value.cle, value.depuis): value for value in (costs.valeurs if costs else ())}
    for account in accounts:
        values = [value for segment in account.segments for value in segment.rate.valeurs]
        if account.indemnity_value:
            values.append(account.indemnity_value)
        for value in values:
            used[value.table, value.cle, value.depuis] = value
    return tuple(used[key] for key in sorted(used, key=lambda k: (k[0], k[1] or "", k[2])))
