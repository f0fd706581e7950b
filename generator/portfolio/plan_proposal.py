"""A payment plan computed from a statement: what it spreads, on which days, and what each fate of the penalties costs.

Only what is past due and not contested is spread. Costs come from the engine: `build_statement` on a copy of
the case that holds the plan's payments as if they had been made. Nothing is written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Literal, get_args

from generator.calendar_fr import ONE_DAY, add_months, end_of_month, next_working_day
from generator.case import Case, CreditNote, Instalment, Payment, Plan
from generator.errors import InvalidInput, LegalRefusal
from generator.interest import half_years
from generator.law import Law
from generator.money import ZERO, cents, euros
from generator.regimes import claimed, regime_for
from generator.statement import InvoiceStatement, Statement, build_statement

Rhythm = Literal["hebdomadaire", "quinzaine", "mensuel", "fin-de-mois", "trimestriel"]
RHYTHMS: tuple[Rhythm, ...] = get_args(Rhythm)
Penalties = Literal["maintenues", "gelees", "abandonnees_si_respecte"]
PENALTIES: tuple[Penalties, ...] = get_args(Penalties)

_DAYS = {"hebdomadaire": 7, "quinzaine": 14}
_MONTHS = {"mensuel": 1, "fin-de-mois": 1, "trimestriel": 3}
# The letter that proposes a plan leaves eight days to answer.
FIRST_AFTER_DAYS = 8
INSTALMENTS = 3
MAX_INSTALMENTS = 120
# Under it nobody pays an instalment, and what is left of a division joins the last one.
LEAST = Decimal("1.00")


@dataclass(frozen=True)
class Wish:
    """What the user asks for. Amounts in euros; `versements` and `mensualite` exclude each other.

    None means the natural value: all that can be spread, three instalments, first date a little after the answer.
    """

    montant: Decimal | None = None
    versements: int | None = None
    mensualite: Decimal | None = None
    acompte: Decimal | None = None
    premier: date | None = None
    rythme: Rhythm = "mensuel"
    jour: int | None = None
    penalites: Penalties = "maintenues"


@dataclass(frozen=True)
class Debt:
    """What a plan can spread, in euros: past due, not contested.

    What lateness has already added to an invoice contested in part stays out, as in the agreement to sign.
    """

    factures: tuple[InvoiceStatement, ...]

    @property
    def principal(self) -> Decimal:
        """What is not contested of the invoices themselves."""
        return sum((f.principal - f.montant_conteste for f in self.factures), ZERO)

    @property
    def penalites(self) -> Decimal:
        """Interest of the invoices of which nothing is contested."""
        return sum((f.penalites for f in self.factures if not f.montant_conteste), ZERO)

    @property
    def indemnites(self) -> Decimal:
        """Fixed indemnities of the same invoices."""
        return sum((f.indemnite for f in self.factures if not f.montant_conteste), ZERO)

    @property
    def total(self) -> Decimal:
        """The most a plan can hold."""
        return self.principal + self.penalites + self.indemnites


@dataclass(frozen=True)
class Cost:
    """What one fate of the penalties brings if every instalment is paid on its day, in euros.

    `total` is all the debtor pays, instalments and what follows them; `abandonne` what the creditor gives up.
    Both count interest up to `connu_jusqu_au`: when the rates after it are not on file, the one that holds
    interest (`total` when it is kept, else `abandonne`) is a least.
    """

    penalites: Penalties
    echeances: tuple[Instalment, ...]
    total: Decimal
    abandonne: Decimal
    connu_jusqu_au: date

    @property
    def montant(self) -> Decimal:
        """What the instalments add up to."""
        return sum((e.montant for e in self.echeances), ZERO)

    @property
    def ensuite(self) -> Decimal:
        """What remains to be paid after the last instalment."""
        return self.total - self.montant

    @property
    def complet(self) -> bool:
        """Whether interest is counted up to the last instalment."""
        return self.connu_jusqu_au >= self.echeances[-1].le


@dataclass(frozen=True)
class Proposal:
    """A plan not yet signed, and the cost of each choice, the one retained included."""

    plan: Plan
    dette: Debt
    choix: tuple[Cost, ...]

    @property
    def retenu(self) -> Cost:
        """The cost of the plan as proposed."""
        return next(cost for cost in self.choix if cost.penalites == self.plan.penalites)


def spreadable(statement: Statement) -> Debt:
    """The invoices past due of which something is not contested, oldest due date first."""
    return Debt(
        tuple(
            sorted(
                (f for f in statement.echues if not f.montant_conteste or f.principal > f.montant_conteste),
                key=lambda f: (f.echeance, f.numero),
            )
        )
    )


def propose(case: Case, statement: Statement, law: Law, wish: Wish) -> Proposal:
    """The plan that `wish` asks for, on the day of the statement, and what the other choices would cost.

    LegalRefusal when nothing can be spread, or when the law makes the choice of penalties void; InvalidInput
    when the amounts or the dates asked for do not fit.
    """
    debt = spreadable(statement)
    if not debt.total or (not debt.principal and any(f.montant_conteste for f in statement.echues)):
        raise LegalRefusal(_nothing_to_spread(statement, law))
    waivers_hold = regime_for(case, law).waivers_hold
    if wish.penalites != "maintenues" and not waivers_hold:
        raise LegalRefusal(
            "Renoncer aux intérêts d'un marché public est réputé non écrit "
            f"({law.article('ccp-l2192-14').court}) : garder --penalites maintenues"
        )
    costs: list[Cost] = []
    for choice in PENALTIES if waivers_hold else PENALTIES[:1]:
        try:
            costs.append(_cost(case, statement, law, debt, wish, choice))
        except InvalidInput:
            # A deposit that fits one amount may exceed another: only the plan asked for must stand.
            if choice == wish.penalites:
                raise
    chosen = next(cost for cost in costs if cost.penalites == wish.penalites)
    plan = Plan(montant=chosen.montant, echeances=chosen.echeances, penalites=wish.penalites)
    return Proposal(plan, debt, tuple(costs))


def _nothing_to_spread(statement: Statement, law: Law) -> str:
    if any(f.montant_conteste for f in statement.echues):
        return (
            "Tout ce qui est échu est contesté, et un plan n'étale que ce que le client reconnaît : répondre d'abord à "
            f"la contestation, ou conclure une transaction ({law.article('c-civ-2044').court})"
        )
    if statement.totaux.solde:
        return (
            "Aucune facture n'est encore échue, et un plan n'étale que ce qui est déjà exigible "
            f"({law.article('c-civ-1344').court}) : attendre l'échéance"
        )
    return "Plus rien n'est dû sur ce dossier : il n'y a pas de plan à proposer"


def amount_for(debt: Debt, choice: Penalties, asked: Decimal | None) -> Decimal:
    """What a plan spreads, in euros: the principal alone when the rest falls if it is kept, else everything.

    InvalidInput when `asked` is more than what is due and not contested, or when the principal is paid.
    """
    if asked is not None and asked > debt.total:
        raise InvalidInput(
            f"--montant {euros(asked)} : un plan ne peut pas dépasser ce qui est échu et non contesté, "
            f"soit {euros(debt.total)}"
        )
    amount = asked or (debt.principal if choice == "abandonnees_si_respecte" else debt.total)
    if not amount:
        raise InvalidInput(
            "le principal est déjà payé : abandonner le reste ne laisserait rien à étaler ; choisir --penalites "
            "maintenues ou gelees"
        )
    return amount


def instalment_amounts(
    total: Decimal, *, count: int | None = None, size: Decimal | None = None, deposit: Decimal | None = None
) -> tuple[Decimal, ...]:
    """Split `total` euros into `count` equal amounts, or into amounts of `size`, after a `deposit` if any.

    The last one absorbs the cents, so that the sum is exactly `total`. InvalidInput when they cannot fit.
    """
    if deposit is not None and deposit >= total:
        raise InvalidInput(f"--acompte {euros(deposit)} : écrire moins que le montant du plan, {euros(total)}")
    first = () if deposit is None else (deposit,)
    left = total - sum(first, ZERO)
    if size is not None:
        count = int((left / size).to_integral_value(ROUND_CEILING))
        if count > 1 and left - size * (count - 1) < LEAST:
            count -= 1
        if count > MAX_INSTALMENTS:
            raise InvalidInput(
                f"--mensualite {euros(size)} : il faudrait plus de {MAX_INSTALMENTS} versements ; écrire une somme plus forte"
            )
    count = count or INSTALMENTS
    share = size or cents(left / count)
    last = left - share * (count - 1)
    if count > 1 and (share < LEAST or last < LEAST):
        raise InvalidInput(f"un versement ferait moins de {euros(LEAST)} : en demander moins, ou de plus forts")
    return (*first, *[share] * (count - 1), last)


def instalment_dates(
    au: date, count: int, rhythm: Rhythm, *, first: date | None = None, day: int | None = None
) -> tuple[date, ...]:
    """`count` working days at this rhythm, from `first` or from a little after the answer to the letter.

    `day` is the day of the month the debtor's own cash comes in; a month too short uses its last day. A day
    off moves to the next working day, without shifting the dates that follow. InvalidInput when `first` is past.
    """
    if first is not None and first < au:
        raise InvalidInput(f"--premier {first:%d/%m/%Y} : cette date est passée au {au:%d/%m/%Y}")
    earliest = au + timedelta(days=FIRST_AFTER_DAYS)
    start = first or _first_nominal(earliest, rhythm, day)
    dates = [next_working_day(start)]
    step = 0
    while len(dates) < count:
        step += 1
        following = next_working_day(_nominal(start, step, rhythm, day))
        # The first date may be set days before the usual one, or be moved onto it.
        if following > dates[-1]:
            dates.append(following)
    return tuple(dates)


def _first_nominal(earliest: date, rhythm: Rhythm, day: int | None) -> date:
    if rhythm == "fin-de-mois":
        return end_of_month(earliest)
    if day is None:
        return next_working_day(earliest)
    this_month = _on_day(earliest, day)
    return this_month if this_month >= earliest else _on_day(add_months(earliest.replace(day=1), 1), day)


def _nominal(start: date, step: int, rhythm: Rhythm, day: int | None) -> date:
    """The date of this step before it is moved to a working day; `start` is that of step 0."""
    if rhythm in _DAYS:
        return start + timedelta(days=_DAYS[rhythm] * step)
    month = add_months(start, _MONTHS[rhythm] * step)
    if rhythm == "fin-de-mois":
        return end_of_month(month)
    return month if day is None else _on_day(month, day)


def _on_day(month: date, day: int) -> date:
    return month.replace(day=min(day, end_of_month(month).day))


def _cost(case: Case, statement: Statement, law: Law, debt: Debt, wish: Wish, choice: Penalties) -> Cost:
    amounts = instalment_amounts(
        amount_for(debt, choice, wish.montant), count=wish.versements, size=wish.mensualite, deposit=wish.acompte
    )
    days = instalment_dates(statement.au, len(amounts), wish.rythme, first=wish.premier, day=wish.jour)
    instalments = tuple(Instalment(le=le, montant=montant) for le, montant in zip(days, amounts, strict=True))
    # Our agreement has the instalments pay the principal first when the rest falls if the plan is kept.
    waived = choice == "abandonnees_si_respecte"
    accrued, until = _accrued(case, statement, law, debt, instalments, principal_only=waived)
    total = max(sum(amounts, ZERO), debt.principal) if waived else debt.total
    if choice == "maintenues":
        return Cost(choice, instalments, total + accrued, ZERO, until)
    return Cost(choice, instalments, total, debt.total - total + accrued, until)


def _accrued(
    case: Case,
    statement: Statement,
    law: Law,
    debt: Debt,
    instalments: Sequence[Instalment],
    *,
    principal_only: bool,
) -> tuple[Decimal, date]:
    """Interest that would accrue during the plan, in euros, and the day up to which its rates are known.

    On an invoice contested in part, on the rest of it only, which the instalments reduce whatever was owed before.
    """
    last = instalments[-1].le
    if not claimed(case, regime_for(case, law), "penalites"):
        return ZERO, last
    known = _as_known_on(case, statement.au)
    until = _last_known_day(known, law, statement.au, last)
    for invoice in debt.factures:
        if invoice.montant_conteste:
            known = _reduce(known, invoice.numero, invoice.montant_conteste, statement.au)
    room = {f.numero: f.principal - f.montant_conteste for f in debt.factures}
    for instalment in instalments:
        if instalment.le > until:
            break
        owed = {f.numero: f.solde for f in build_statement(known, law, instalment.le).factures}
        left = instalment.montant
        for invoice in debt.factures:
            by_principal = principal_only or bool(invoice.montant_conteste)
            share = min(left, room[invoice.numero] if by_principal else owed[invoice.numero])
            if share:
                known = (_reduce if by_principal else _pay)(known, invoice.numero, share, instalment.le)
                room[invoice.numero] -= share
                left -= share
    end = {f.numero: f.penalites_courues for f in build_statement(known, law, until).factures}
    return sum((end[f.numero] - f.penalites_courues for f in debt.factures), ZERO), until


def _as_known_on(case: Case, au: date) -> Case:
    """The case without what is dated later, which the plan's own payments replace."""
    return case.model_copy(
        update={
            "paiements": tuple(p for p in case.paiements if p.recu_le <= au),
            "avoirs": tuple(n for n in case.avoirs if n.emis_le <= au),
        }
    )


def _pay(case: Case, numero: str, amount: Decimal, le: date) -> Case:
    payment = Payment(recu_le=le, montant=amount, facture=numero)
    return case.model_copy(update={"paiements": (*case.paiements, payment)})


def _reduce(case: Case, numero: str, amount: Decimal, le: date) -> Case:
    # Money that pays the principal first, whatever earlier payments did: to the engine, a credit note.
    note = CreditNote(numero=f"plan {le} {numero}", emis_le=le, montant_ttc=amount, facture=numero)
    return case.model_copy(update={"avoirs": (*case.avoirs, note)})


def _last_known_day(case: Case, law: Law, au: date, last: date) -> date:
    """The last day, at most `last`, up to which every rate is on file (rule 13: never extrapolated)."""
    known = au
    for _, end in half_years(au + ONE_DAY, last):
        try:
            build_statement(case, law, end)
        except InvalidInput:
            break
        known = end
    return known


def plan_yaml(plan: Plan) -> str:
    """The block `plan:` of a dossier, ready to paste; it ends with a line end."""
    lines = ["plan:", f"  montant: {plan.montant:.2f}", "  echeances:"]
    lines += [f"    - {{le: {e.le}, montant: {e.montant:.2f}}}" for e in plan.echeances]
    lines += [f"  penalites: {plan.penalites}", f"  decheance_du_terme: {'oui' if plan.decheance_du_terme else 'non'}"]
    return "\n".join(lines) + "\n"
