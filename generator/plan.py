"""Promises and payment plans: what was due, what came, what is late.

A plan is a contract (C. civ. 1103): its notice period before forfeiture is a term of our own
agreement letter, not a rule of law, which is why it lives here and not in the law tables.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generator.case import Case, Promise
from generator.money import CENT, ZERO

# Days left to pay a missed instalment after the mise en demeure, as our agreement says (its point 6).
NOTICE_DAYS = {"professionnel": 15, "particulier": 30, "public": 30}


@dataclass(frozen=True)
class InstalmentProgress:
    """One instalment and what has been paid of it, in euros."""

    le: date
    montant: Decimal
    paye: Decimal

    @property
    def reste(self) -> Decimal:
        """What is still to be paid of this instalment."""
        return self.montant - self.paye


@dataclass(frozen=True)
class PlanProgress:
    """A signed plan on a date: money received since it was signed, applied to its instalments in order."""

    au: date
    echeances: tuple[InstalmentProgress, ...]
    preavis_jours: int
    preavis_jusqu_au: date | None

    @property
    def manquees(self) -> tuple[InstalmentProgress, ...]:
        """Instalments past their date and not wholly paid."""
        return tuple(e for e in self.echeances if e.le < self.au and e.reste)

    @property
    def verse(self) -> Decimal:
        """All that has been paid under the plan."""
        return sum((e.paye for e in self.echeances), ZERO)

    @property
    def en_retard(self) -> Decimal:
        """What is missing of the instalments past their date."""
        return sum((e.reste for e in self.manquees), ZERO)

    @property
    def reste(self) -> Decimal:
        """What the plan still has to bring in."""
        return sum((e.reste for e in self.echeances), ZERO)


def follow_plan(case: Case, au: date) -> PlanProgress | None:
    """The plan of `case` at the end of the day `au`; None unless it is signed by then.

    A signed amendment replaces the instalments; money received before it counted for the former ones.
    """
    plan = case.plan
    if plan is None or plan.signe_le is None or plan.signe_le > au:
        return None
    since, instalments = plan.signe_le, plan.echeances
    if plan.avenant and plan.avenant.signe_le and plan.avenant.signe_le <= au:
        since, instalments = plan.avenant.signe_le, plan.avenant.echeances
    left = sum((p.montant for p in case.paiements if since <= p.recu_le <= au), ZERO)
    progress = []
    for instalment in instalments:
        paid = min(left, instalment.montant)
        left -= paid
        progress.append(InstalmentProgress(instalment.le, instalment.montant, paid))
    days = NOTICE_DAYS[case.debiteur.qualite]
    notice = plan.mise_en_demeure
    until = (notice.recue_le or notice.envoyee_le) + timedelta(days=days) if notice else None
    return PlanProgress(au, tuple(progress), days, until)


def promise_kept(case: Case, promise: Promise, au: date) -> bool | None:
    """Whether the sum promised came from the day of the promise to its due day, both included; None while it may still.

    A promise without an amount is kept as soon as something was received by its day.
    """
    if _came(case, promise, min(au, promise.payer_le)):
        return True
    return False if promise.payer_le < au else None


def broken_promise(case: Case, au: date) -> Promise | None:
    """The last promise that was not kept and whose money has not come since either; None when there is none."""
    promises = sorted(case.promesses, key=lambda promise: promise.payer_le)
    for index in reversed(range(len(promises))):
        promise = promises[index]
        if promise_kept(case, promise, au) is not False:
            continue
        # Late, but received before the next promise: there is nothing left to ask for, that one replaced it.
        if not _came(case, promise, min([au, *(later.recue_le for later in promises[index + 1 :])])):
            return promise
    return None


def _came(case: Case, promise: Promise, until: date) -> bool:
    received = sum((p.montant for p in case.paiements if promise.recue_le <= p.recu_le <= until), ZERO)
    return received >= (promise.montant or CENT)
