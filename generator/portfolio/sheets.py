"""What was prepared on a day and where it stands: to print, gone already, or not to leave any more."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from generator.calendar_fr import short_date
from generator.errors import InvalidInput
from generator.journal import Event, journal_path, read_journal
from generator.money import ZERO, euros
from generator.portfolio.messages import Message
from generator.portfolio.snapshot import Prepared, Snapshot, Step
from generator.portfolio.taking import prepared as prepared_in
from generator.portfolio.taking import same_message

# A letter nobody confirmed within a month was given up: it is no longer spoken of.
FORGOTTEN_DAYS = 30


@dataclass(frozen=True)
class Sheet:
    """A prepared message with what a person recognises it by.

    `retenue` says why it must not leave any more, `remarque` what to look at before it does; both empty as a rule.
    """

    prepared: Prepared
    debiteur: str
    montant: str
    retenue: str = ""
    remarque: str = ""

    @property
    def fichier(self) -> str:
        """Its PDF, relative to the day's folder: what a message is known by outside the journal."""
        names = [name for name, _ in self.prepared.fichiers if name.endswith(".pdf")]
        return f"{self.prepared.dossiers[0]}/{names[0]}" if names else ""


def day_sheets(
    made: Iterable[tuple[Message, Prepared]],
    snapshots: Sequence[Snapshot],
    rows: Iterable[dict[str, str]],
    folder: Path,
    au: date,
) -> list[Sheet]:
    """Every message prepared on `au`, once each: those just made, those of the dossiers read, and those of the table
    already written whose dossiers were not read this time.
    """
    before = {row["fichier"]: row for row in rows}
    known = {snapshot.reference: snapshot for snapshot in snapshots}
    sheets = [Sheet(prepared, message.debiteur, euros(message.step.montant)) for message, prepared in made]
    found = {sheet.fichier: sheet for sheet in sheets}
    just_made = [sheet.prepared for sheet in sheets]
    for snapshot in snapshots:
        # Of a letter made again the same day, only the last one counts.
        for prepared in reversed(snapshot.preparees):
            sheet = Sheet(prepared, snapshot.debiteur, euros(_amount(prepared, known)))
            if prepared.le != au or prepared.dossiers[0] != snapshot.reference or sheet.fichier in found:
                continue
            replaced = _replaced(prepared, known, just_made)
            found[sheet.fichier] = _standing(sheet, known, before.get(sheet.fichier), replaced)
    for name, row in before.items():
        reference = name.partition("/")[0]
        if name not in found and reference not in known:
            noted = _from_journal(folder, reference, au)
            for rank, prepared in enumerate(noted):
                newer = next((p for p in noted[rank + 1 :] if _replaces(p, prepared)), None)
                sheet = Sheet(prepared, row["debiteur"], row["montant"], replaced_by(newer.le) if newer else "")
                if sheet.fichier == name:
                    found[name] = sheet
    return [sheet for sheet in found.values() if sheet.fichier]


def withdrawn_before(snapshots: Sequence[Snapshot], au: date) -> Iterator[str]:
    """What to say of letters prepared on an earlier day, never confirmed, that must not leave any more."""
    known = {snapshot.reference: snapshot for snapshot in snapshots}
    for snapshot in snapshots:
        told: set[tuple[str, str | None]] = set()
        for prepared in reversed(snapshot.preparees):
            key = prepared.lettre, prepared.niveau
            recent = 0 <= (au - prepared.le).days <= FORGOTTEN_DAYS
            if prepared.dossiers[0] != snapshot.reference or not recent or key in told:
                continue
            told.add(key)
            if prepared.le < au and (why := _reasons(prepared, known)):
                yield withdrawal(prepared, why)


def withdrawal(prepared: Prepared, why: str) -> str:
    """The sentence about a letter that must not leave any more."""
    return (
        f"{', '.join(prepared.dossiers)} : « {prepared.lettre} », préparée le {short_date(prepared.le)}, "
        f"ne doit plus partir : {why}"
    )


def last_preparation(events: Sequence[Event], names: Sequence[str]) -> Event | None:
    """The last preparation that made one of these files."""
    return next(
        (
            event
            for event in reversed(events)
            if event.action == "preparation" and any(file.nom in names for file in event.fichiers)
        ),
        None,
    )


def replacement(later: Sequence[Event], made: Event) -> Event | None:
    """The first preparation among `later` events that stands for this one: same letter, level and invoices, other files."""
    names = {file.nom for file in made.fichiers}
    return next(
        (
            event
            for event in later
            if event.action == "preparation"
            and same_message(event, made)
            and names.isdisjoint(file.nom for file in event.fichiers)
        ),
        None,
    )


def replaced_by(le: date) -> str:
    """Why a letter made again since must not leave."""
    return f"remplacée par celle du {short_date(le)}"


def _replaced(prepared: Prepared, known: dict[str, Snapshot], just_made: Iterable[Prepared]) -> str:
    """What to say of a preparation that a later one replaces in one of its dossiers; empty when none does."""
    newer = [p for p in just_made if set(p.dossiers) & set(prepared.dossiers)]
    for reference in prepared.dossiers:
        noted = known[reference].preparees if reference in known else ()
        ranks = [rank for rank, p in enumerate(noted) if p.fichiers == prepared.fichiers]
        newer += noted[ranks[-1] + 1 :] if ranks else ()
    return next((replaced_by(p.le) for p in newer if _replaces(p, prepared)), "")


def _replaces(newer: Prepared, older: Prepared) -> bool:
    if (newer.lettre, newer.niveau) != (older.lettre, older.niveau) or not set(newer.factures) & set(older.factures):
        return False
    return {name for name, _ in newer.fichiers}.isdisjoint(name for name, _ in older.fichiers)


def _standing(sheet: Sheet, known: dict[str, Snapshot], row: dict[str, str] | None, replaced: str) -> Sheet:
    """The sheet with the sum its letter bears, and what happened since it was made."""
    prepared, written = sheet.prepared, row["montant"] if row else sheet.montant
    why = replaced or ("" if prepared.envoyee else _reasons(prepared, known))
    remark = ""
    whole = all(name in known for name in prepared.dossiers)
    if whole and not prepared.envoyee and not why and _digits(written) != _digits(sheet.montant):
        remark = (
            f"{', '.join(prepared.dossiers)} : le compte a changé depuis la préparation ({written}, maintenant "
            f"{sheet.montant}) : impayes relancer --refaire {prepared.dossiers[0]}"
        )
    return Sheet(prepared, sheet.debiteur, written, why, remark)


def _digits(amount: str) -> str:
    return re.sub(r"\D", "", amount)


def _reasons(prepared: Prepared, known: dict[str, Snapshot]) -> str:
    """Why a letter must not leave any more: what stops one of its dossiers; empty when it may."""
    reasons: list[str] = []
    for reference in prepared.dossiers:
        if (snapshot := known.get(reference)) is None:
            continue
        steps = _about(prepared, snapshot)
        if any(step.lettre == prepared.lettre and step.etat == "preparee" and not step.arrets for step in steps):
            continue
        # What another letter of the dossier lacks is no reason, as long as something stops this one.
        own = [stop.phrase for step in steps if step.lettre in (None, prepared.lettre) for stop in step.arrets]
        others = [stop.phrase for step in steps for stop in step.arrets]
        found = own or list(snapshot.remarques) or others
        # The others of a letter about several dossiers may stand at another level by themselves.
        reasons += found or ([] if reference != prepared.dossiers[0] else ["le dossier attend maintenant autre chose"])
    return " ; ".join(dict.fromkeys(reasons))


def _about(prepared: Prepared, snapshot: Snapshot) -> list[Step]:
    numbers = set(prepared.factures)
    return [step for step in snapshot.etapes if not numbers or not step.factures or numbers & set(step.factures)]


def _amount(prepared: Prepared, known: dict[str, Snapshot]) -> Decimal:
    """What is asked for today on the invoices of a message, as its steps say it, else as their balances do."""
    total = ZERO
    for snapshot in (known[name] for name in prepared.dossiers if name in known):
        steps = [step for step in _about(prepared, snapshot) if step.lettre == prepared.lettre]
        if len(steps) == 1:
            total += steps[0].montant
        else:
            total += sum((f.solde - f.conteste for f in snapshot.factures if f.numero in prepared.factures), ZERO)
    return total


def _from_journal(folder: Path, reference: str, au: date) -> tuple[Prepared, ...]:
    """What the journal of a dossier that was not read says was prepared; nothing when it cannot be read."""
    if not is_reference(reference):
        return ()
    try:
        events = read_journal(journal_path(folder, reference)).events
    except InvalidInput:
        return ()
    return tuple(prepared for prepared in prepared_in(events, reference, au) if prepared.le == au)


def is_reference(text: str) -> bool:
    """Whether a text of the table may name a dossier, and a journal of ours."""
    return re.fullmatch(r"(?!\.)[\w.-]{1,60}", text, re.ASCII) is not None
