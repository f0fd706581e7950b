"""Where a debt stands on its ladder of reminders, and which level comes next, on which day.

Levels are climbed, never descended. The day of a level is the one the strategy plans, but never before the time
the last letter left to answer has passed: a late reminder pushes the next one away rather than on top of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generator.calendar_fr import ONE_DAY, next_working_day
from generator.case import Case
from generator.conditions import answer_days
from generator.journal import Event
from generator.letters import LetterSpec
from generator.money import ZERO, euros
from generator.portfolio.strategy import PHONE, UNATTENDED, Ladder, Level
from generator.statement import InvoiceStatement

# Days between two letters when the first one leaves no time to answer; never more than the strategy's own interval.
LEAST_GAP = 7


@dataclass(frozen=True)
class Next:
    """The level that comes next about `factures`, planned on `le`; `preparee_le` when its letter was already made."""

    level: Level
    le: date
    factures: tuple[InvoiceStatement, ...]
    preparee_le: date | None
    remarques: tuple[str, ...]


def owing(invoices: Sequence[InvoiceStatement]) -> tuple[InvoiceStatement, ...]:
    """What a reminder can be about: invoices whose price has not been received in full, the contested part left out.

    A client who pays the very amount of the invoice, late, leaves a few euros of principal since interest is paid
    first (C. civ. 1343-1): that is a decision to take, not a reminder to send.
    """
    return tuple(f for f in invoices if f.principal > f.montant_conteste and f.paiements + f.avoirs < f.montant_ttc)


def next_level(
    ladder: Ladder,
    case: Case,
    invoices: Sequence[InvoiceStatement],
    events: Sequence[Event],
    specs: dict[str, LetterSpec],
    au: date,
) -> Next | None:
    """The next level about `invoices` (those of one message); None when none is left.

    The oldest invoice due leads: the others join its letters. `events` are those of the dossier up to `au`, `specs`
    the letters the ladder names. Nothing here looks at what stops a reminder.
    """
    candidates = sorted(owing(invoices), key=_age)
    if not candidates:
        return None
    leader = candidates[0]
    at = _standing(ladder, case, leader, events, specs)
    remarks: list[str] = []
    amicable_is_over = _amicable_is_over(ladder, case, at, specs, au)
    before = None if at.rank is None else ladder.niveaux[at.rank]
    reference = at.on if at.last_day is None else max(at.on, at.last_day)
    since = at.on
    start = 0 if at.rank is None else at.rank + 1
    # A letter for the whole debtor may have been made at a higher level: the ones below are passed over already.
    made = (i for i in range(start, len(ladder.niveaux)) if _prepared(ladder.niveaux[i], at.about, case))
    for index in range(max(made, default=start), len(ladder.niveaux)):
        level = ladder.niveaux[index]
        day = level.quand.day(leader.echeance, reference)
        spec = specs.get(level.letter_for(case.debiteur.qualite) or "")
        early = level.quand.depuis == "échéance" and level.quand.jours <= 0
        if (early or (spec and spec.phase == "prevention")) and max(au, day) > leader.echeance:
            continue  # what warns of a due date is idle once it has passed
        if amicable_is_over and (spec is None or spec.phase in UNATTENDED):
            continue
        amount = sum((f.principal - f.montant_conteste for f in _about(candidates, level, leader, au)), ZERO)
        if level.montant_minimum and amount < level.montant_minimum:
            remarks.append(f"niveau « {level.niveau} » sauté : {euros(amount)}, sous {euros(level.montant_minimum)}")
            reference = day if at.last_day is None else reference
            continue
        if level.canal == PHONE and (called := _call(at.about, since)):
            reference, since = max(reference, called), called + ONE_DAY
            continue
        day = max(day, _free(at, before, level, case, specs))
        if level.canal == PHONE and index + 1 < len(ladder.niveaux):
            following = ladder.niveaux[index + 1]
            overtaken = max(following.quand.day(leader.echeance, day), _free(at, before, following, case, specs))
            if overtaken <= au:
                # Nobody noted a call: the letters do not wait for it.
                remarks.append(f"appel « {level.niveau} » non noté")
                reference = day
                continue
        prepared = _prepared(level, at.about, case)
        day = min(day, prepared) if prepared else day
        return Next(level, day, _about(candidates, level, leader, au), prepared, tuple(remarks))
    return None


def decision_day(
    ladder: Ladder,
    case: Case,
    invoices: Sequence[InvoiceStatement],
    events: Sequence[Event],
    specs: dict[str, LetterSpec],
    au: date,
) -> date:
    """When somebody may choose what follows the last level: the debt is due, and the last letter has had its time."""
    leader = min(owing(invoices), key=_age)
    at = _standing(ladder, case, leader, events, specs)
    due = leader.echeance + ONE_DAY
    if at.last_day is None:
        return max(au, due)
    days = _answer_days(None if at.rank is None else ladder.niveaux[at.rank], at, case, specs) or 1
    return next_working_day(max(at.last_day + timedelta(days=days), due))


def levels_done(
    ladder: Ladder, case: Case, leader: InvoiceStatement, events: Sequence[Event], specs: dict[str, LetterSpec]
) -> int | None:
    """The rank of the highest level already done about this invoice, None when none was; `events` of the dossier."""
    at = _standing(ladder, case, leader, events, specs)
    rank, since = at.rank, at.on
    for index in range(0 if rank is None else rank + 1, len(ladder.niveaux)):
        called = _call(at.about, since) if ladder.niveaux[index].canal == PHONE else None
        if called is None:
            break
        rank, since = index, called + ONE_DAY
    return rank


@dataclass(frozen=True)
class _Standing:
    """Where an invoice stands: the rank of the highest letter sent and its day (else None and the due date).

    `about` are the events that concern the invoice, `served` the day of its mise en demeure, `last` and `last_day` the
    last letter: a mise en demeure that only the dossier knows has a day and no event.
    """

    about: tuple[Event, ...]
    rank: int | None
    on: date
    served: date | None
    last: Event | None
    last_day: date | None


def _standing(
    ladder: Ladder, case: Case, leader: InvoiceStatement, events: Sequence[Event], specs: dict[str, LetterSpec]
) -> _Standing:
    kind = case.debiteur.qualite
    names = {level.niveau for level in ladder.niveaux}
    about = tuple(event for event in events if covers(event, leader))
    served = _served(case, leader, events)
    highest: int | None = None
    on = leader.echeance
    for index, level in enumerate(ladder.niveaux):
        letter = level.letter_for(kind)
        spec = specs.get(letter) if letter else None
        sent = [event for event in about if _is_level(event, level, letter, names)]
        if served and spec and spec.etablit == "mise_en_demeure":
            highest, on = index, served
        elif sent:
            highest, on = index, sent[-1].le
    letters = [event for event in about if event.action == "envoi" and event.canal != PHONE]
    last = max(reversed(letters), key=lambda event: event.le, default=None)
    if served and (last is None or last.le < served):
        return _Standing(about, highest, on, served, None, served)
    return _Standing(about, highest, on, served, last, last.le if last else None)


def _age(invoice: InvoiceStatement) -> tuple[date, str]:
    return invoice.echeance, invoice.numero


def _call(about: Sequence[Event], since: date) -> date | None:
    """The first call noted from `since` on: it follows a letter, and never stands for one that was not sent."""
    return min((e.le for e in about if e.action == "appel" and e.le >= since), default=None)


def _amicable_is_over(ladder: Ladder, case: Case, at: _Standing, specs: dict[str, LetterSpec], au: date) -> bool:
    """A plan was signed and lost, or a mise en demeure left that the ladder does not know: no reminder after that."""
    if case.plan is not None and case.plan.decheance_le is not None and case.plan.decheance_le <= au:
        return True
    known = (specs.get(level.letter_for(case.debiteur.qualite) or "") for level in ladder.niveaux)
    outside = not any(spec and spec.etablit == "mise_en_demeure" for spec in known)
    return outside and at.served is not None


def _is_level(event: Event, level: Level, letter: str | None, names: set[str]) -> bool:
    """A level by its name; by its letter when the event names none, or one of a strategy since left."""
    if event.action != "envoi":
        return False
    return event.niveau == level.niveau if event.niveau in names else letter is not None and event.lettre == letter


def _served(case: Case, leader: InvoiceStatement, events: Sequence[Event]) -> date | None:
    """The day a mise en demeure about this invoice left, None when none did."""
    notice = case.mise_en_demeure
    if notice is None:
        return None
    letters = [event for event in events if event.action == "envoi" and event.etablit == "mise_en_demeure"]
    if not any(event.le == notice.envoyee_le for event in letters):
        # Written in the dossier: it is about all that was past due.
        return notice.envoyee_le if leader.echeance < notice.envoyee_le else None
    return min((e.le for e in letters if covers(e, leader) and leader.echeance < e.le), default=None)


def covers(event: Event, invoice: InvoiceStatement) -> bool:
    """Whether an event is about this invoice: named by it, else issued by then."""
    return invoice.numero in event.factures if event.factures else invoice.facture.emise_le <= event.le


def _about(
    candidates: Sequence[InvoiceStatement], level: Level, leader: InvoiceStatement, au: date
) -> tuple[InvoiceStatement, ...]:
    """The invoices a level speaks of: those past due, or before the due date those that come due with the first."""
    past = tuple(f for f in candidates if f.echeance < au)
    if past:
        return past
    return tuple(
        f
        for f in candidates
        if f is leader or (level.quand.depuis != "précédente" and level.quand.day(f.echeance) <= au)
    )


def _free(at: _Standing, before: Level | None, level: Level, case: Case, specs: dict[str, LetterSpec]) -> date:
    """The first day a level may go, whatever the strategy plans. A letter waits for the answer to the last one.

    A call may come before the answer; it only keeps the strategy's own distance.
    """
    if at.last_day is None:
        return date.min
    days = None if level.canal == PHONE else _answer_days(before, at, case, specs)
    if days is None:
        own = LEAST_GAP
        if level.quand.depuis == "précédente":
            own = level.quand.jours
        elif before is not None and before.quand.depuis == level.quand.depuis:
            own = level.quand.jours - before.quand.jours
        days = min(LEAST_GAP, max(own, 0))
    return next_working_day(at.last_day + timedelta(days=days))


def _answer_days(before: Level | None, at: _Standing, case: Case, specs: dict[str, LetterSpec]) -> int | None:
    """Days from the last letter to the day after the last one to answer; None when it leaves no time."""
    if at.last and at.last.reponse_avant_le:
        return max((at.last.reponse_avant_le - at.last.le).days, 0) + 1
    written = specs.get(at.last.lettre) if at.last and at.last.lettre else None
    delay = (before.delai_reponse_jours if before else None) or (written.delai_reponse_jours if written else None)
    if delay is None and before is not None and (letter := before.letter_for(case.debiteur.qualite)):
        delay = specs[letter].delai_reponse_jours if letter in specs else None
    if delay is None and at.last is None:
        delay = answer_days()  # a mise en demeure that only the dossier knows
    if delay is None or at.last_day is None:
        return None
    return (next_working_day(at.last_day + timedelta(days=delay)) - at.last_day).days + 1


def _prepared(level: Level, about: Sequence[Event], case: Case) -> date | None:
    """The day this level's letter was made and not yet sent; None when it was not."""
    letter = level.letter_for(case.debiteur.qualite)
    made = [
        e
        for e in about
        if e.action == "preparation" and (e.niveau == level.niveau or (not e.niveau and e.lettre == letter))
    ]
    return made[-1].le if made else None


def amount_due(invoices: Sequence[InvoiceStatement]) -> Decimal:
    """What can be asked for on these invoices, as the letters do.

    Interest and indemnity of a contested invoice wait with the dispute: only its uncontested price is asked for.
    """
    return sum((f.principal - f.montant_conteste if f.montant_conteste else f.solde for f in invoices), ZERO)
