"""Where a debt stands on its ladder of reminders, and which level comes next, on which day.

Levels are climbed, never descended. The day of a level is the one the strategy plans, but never before the time
the last letter left to answer has passed: a late reminder pushes the next one away rather than on top of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generator.calendar_fr import next_working_day
from generator.case import Case
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
    """Invoices on which something uncontested remains due of the price itself: what a reminder can be about."""
    return tuple(f for f in invoices if f.principal - f.montant_conteste > ZERO)


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
    candidates = owing(invoices)
    if not candidates:
        return None
    leader = min(candidates, key=lambda invoice: (invoice.echeance, invoice.numero))
    about = [event for event in events if _covers(event, leader)]
    done = levels_done(ladder, case, leader, about, specs)
    sent = [event for event in about if event.action == "envoi" and event.canal != PHONE]
    last = max(sent, key=lambda event: event.le, default=None)
    notice = case.mise_en_demeure
    last_day = last.le if last else notice.envoyee_le if notice and _notice_covers(case, leader) else None
    remarks: list[str] = []
    lapsed = case.plan is not None and case.plan.decheance_le is not None and case.plan.decheance_le <= au
    before = ladder.niveaux[done] if done is not None else None
    reference = last_day or leader.echeance
    for index in range(0 if done is None else done + 1, len(ladder.niveaux)):
        level = ladder.niveaux[index]
        day = level.quand.day(leader.echeance, reference)
        early = level.quand.depuis == "échéance" and level.quand.jours <= 0
        if early and au > leader.echeance:
            continue  # what warns of a due date is idle once it has passed
        spec = specs.get(level.letter_for(case.debiteur.qualite) or "")
        if lapsed and (spec is None or spec.phase in UNATTENDED):
            continue  # a plan was signed and lost: the time of reminders is over
        amount = sum((f.principal - f.montant_conteste for f in _about(candidates, level, leader, au)), ZERO)
        if level.montant_minimum and amount < level.montant_minimum:
            remarks.append(f"niveau « {level.niveau} » sauté : {euros(amount)}, sous {euros(level.montant_minimum)}")
            reference = last_day or day
            continue
        if last_day is not None:
            gap = _gap(before, level, last, leader, specs, case)
            day = max(day, next_working_day(last_day + timedelta(days=gap)))
        if level.canal == PHONE and _overtaken(ladder, index, leader, day, au):
            # Nobody noted a call: the letters do not wait for it.
            remarks.append(f"appel « {level.niveau} » non noté")
            reference = day
            continue
        prepared = _prepared(level, about, case)
        return Next(level, day, _about(candidates, level, leader, au), prepared, tuple(remarks))
    return None


def levels_done(
    ladder: Ladder, case: Case, leader: InvoiceStatement, about: Sequence[Event], specs: dict[str, LetterSpec]
) -> int | None:
    """The rank of the highest level already sent about this invoice, None when none was."""
    kind = case.debiteur.qualite
    names = {level.niveau for level in ladder.niveaux}
    highest: int | None = None
    since = leader.echeance
    for index, level in enumerate(ladder.niveaux):
        letter = level.letter_for(kind)
        spec = specs.get(letter) if letter else None
        sent = [event for event in about if _is_level(event, level, letter, names)]
        if spec and spec.etablit == "mise_en_demeure" and _notice_covers(case, leader):
            highest = index
        elif sent:
            highest, since = index, sent[-1].le
        elif level.canal == PHONE and index == (0 if highest is None else highest + 1):
            # A call is this level's when it follows the level before; it never stands for a letter not sent.
            highest = index if any(e.action == "appel" and e.le >= since for e in about) else highest
    return highest


def _is_level(event: Event, level: Level, letter: str | None, names: set[str]) -> bool:
    """A level by its name; by its letter when the event names none, or one of a strategy since left."""
    if event.action != "envoi":
        return False
    return event.niveau == level.niveau if event.niveau in names else letter is not None and event.lettre == letter


def _notice_covers(case: Case, leader: InvoiceStatement) -> bool:
    return case.mise_en_demeure is not None and leader.echeance < case.mise_en_demeure.envoyee_le


def _covers(event: Event, invoice: InvoiceStatement) -> bool:
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


def _gap(
    before: Level | None,
    level: Level,
    last: Event | None,
    leader: InvoiceStatement,
    specs: dict[str, LetterSpec],
    case: Case,
) -> int:
    """Days to leave between the last letter and this level: the day after the last one to answer."""
    written = specs.get(last.lettre) if last and last.lettre else None
    if last and last.reponse_avant_le:
        return max((last.reponse_avant_le - last.le).days, 0) + 1
    delay = (before.delai_reponse_jours if before else None) or (written.delai_reponse_jours if written else None)
    if delay is None and before is not None and (letter := before.letter_for(case.debiteur.qualite)):
        delay = specs[letter].delai_reponse_jours if letter in specs else None
    if delay is not None:
        return delay + 1
    if before is None or level.quand.depuis != before.quand.depuis:
        return LEAST_GAP
    return min(LEAST_GAP, max(level.quand.jours - before.quand.jours, 0))


def _overtaken(ladder: Ladder, index: int, leader: InvoiceStatement, day: date, au: date) -> bool:
    """Whether the level after this call is due already."""
    if index + 1 == len(ladder.niveaux):
        return False
    return ladder.niveaux[index + 1].quand.day(leader.echeance, day) <= au


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
    """What can be asked for on these invoices: the balance less what is contested."""
    return sum((f.solde - f.montant_conteste for f in invoices), ZERO)
