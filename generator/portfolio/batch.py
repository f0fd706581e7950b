"""Today's letters for many dossiers: made, written, noted in the journals, in an order that no interruption spoils.

For each message: its files are written (all or none), then the journal says that it was prepared. Stopped between
the two, the next run makes the same bytes again and notes them; stopped after, the journal knows and nothing is made twice.
"""

import multiprocessing
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.calendar_fr import next_working_day
from generator.errors import InvalidInput, UserError
from generator.journal import Event, FileHash, append_event, journal_path
from generator.letters import load_letter
from generator.loading import LoadedCase
from generator.pipeline import make_letter, roots_of
from generator.portfolio.covering import level_statement, only, together
from generator.portfolio.messages import Message
from generator.portfolio.snapshot import Prepared, Snapshot, Step
from generator.portfolio.steps import covered_numbers
from generator.portfolio.strategy import Level
from generator.portfolio.taking import Taken, take
from generator.render import Choices
from generator.statement import Statement
from generator.writing import write_all

FOLDER = "relances"
# Under this number of letters, a second process costs more than it saves.
ALONE = 8


@dataclass(frozen=True)
class Made:
    """A message ready to be written: file names and contents, and what its journals will say."""

    message: Message
    files: dict[str, bytes]
    event: Event


@dataclass(frozen=True)
class NotMade:
    """A message that could not be made: its sentences and the exit code they call for."""

    message: Message
    problemes: tuple[str, ...]
    code: int


def make_all(messages: Sequence[Message], au: date, company: Path | None) -> Iterator[Made | NotMade]:
    """Make each message, in order, on every core; a failure is that message's alone."""
    work = partial(_make, au=au, company=company)
    workers = min(os.cpu_count() or 1, 8)
    if len(messages) < ALONE or workers < 2:
        yield from map(work, messages)
        return
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with context.Pool(workers) as pool:
        yield from pool.imap(work, messages, chunksize=2)


def _make(message: Message, au: date, company: Path | None) -> Made | NotMade:
    try:
        return make(message, au, company)
    except UserError as error:
        return NotMade(message, error.problems, error.exit_code)


def make(message: Message, au: date, company: Path | None = None) -> Made:
    """The files and the event of one message, from dossiers read again; nothing is written.

    InvalidInput or LegalRefusal when the dossier changed meanwhile or its letter cannot be made.
    """
    step = message.step
    assert step.lettre is not None
    taken = [take(path, au, company) for path in message.fichiers]
    lead = taken[0]
    level = _level(lead, step)
    parts = [_part(item, level, step, alone=len(taken) == 1) for item in taken]
    statement = parts[0] if len(parts) == 1 else together(parts)
    loaded = replace(lead.loaded, case=statement.case)
    spec = load_letter(step.lettre, roots_of(loaded)).spec
    days = (level.delai_reponse_jours if level else None) or spec.delai_reponse_jours
    enclosed = _all_enclosed(statement, loaded)
    choices = Choices(
        ton=step.ton,
        envoi=step.canal if step.canal in spec.envoi else None,
        joindre=enclosed and bool(spec.pieces_jointes),
        delai_reponse_jours=level.delai_reponse_jours if level and spec.delai_reponse_jours else None,
    )
    formats = ("eml", "pdf") if step.canal == "email" else ("pdf",)
    contents = make_letter(loaded, statement, step.lettre, formats=formats, choices=choices)
    prefix = _prefix(lead, step)
    files = {prefix + name: content for name, content in contents.items()}
    event = Event(
        le=au,
        action="preparation",
        lettre=step.lettre,
        niveau=level.niveau if level else None,
        canal=step.canal,  # type: ignore[arg-type]
        factures=step.factures,
        dossiers=message.references if len(message.references) > 1 else (),
        reponse_avant_le=next_working_day(au + timedelta(days=days)) if days else None,
        etablit=spec.etablit,
        penalites="abandonner" if level and level.penalites == "abandonner" else None,
        indemnite_forfaitaire="abandonner" if level and level.indemnite_forfaitaire == "abandonner" else None,
        note=None if enclosed or not spec.pieces_jointes else f"à joindre à la main : {_missing(statement)}",
        fichiers=tuple(
            FileHash(nom=name, sha256=sha256(content).hexdigest())
            for name, content in files.items()
            if not name.endswith(".trace.json")
        ),
    )
    return Made(message, files, event)


def _level(taken: Taken, step: Step) -> Level | None:
    """The level of the strategy a step belongs to; None for a letter the case itself calls for."""
    if taken.ladder is None:
        return None
    return next(
        (
            level
            for level in taken.ladder.niveaux
            if level.niveau == step.niveau and level.letter_for(taken.snapshot.qualite) == step.lettre
        ),
        None,
    )


def _part(taken: Taken, level: Level | None, step: Step, *, alone: bool) -> Statement:
    """What one dossier brings to the message; InvalidInput when its step is no longer the one planned."""
    mine = [s for s in taken.snapshot.etapes if s.lettre == step.lettre or not alone]
    if not mine:
        name = taken.snapshot.reference
        raise InvalidInput(f"{name} : le dossier a changé pendant la relance ; relancer la commande")
    if level is None:
        return taken.statement
    assert taken.ladder is not None
    numbers = tuple(n for n in step.factures if any(f.numero == n for f in taken.statement.factures))
    invoices = [f for f in taken.statement.factures if f.numero in numbers]
    if not alone:
        return only(level_statement(taken.loaded, taken.statement, level), numbers)
    return level_statement(
        taken.loaded, taken.statement, level, covered_numbers(taken.ladder, invoices, taken.statement.au)
    )


def _prefix(taken: Taken, step: Step) -> str:
    """A folder of its own for each invoice, when each one has its letter."""
    if taken.ladder is None or taken.ladder.regroupement != "facture":
        return ""
    number = step.factures[0]
    name = re.sub(r"[^A-Za-z0-9-]+", "-", number)
    return f"{name}/" if name == number else f"{name}-{sha256(number.encode('utf-8')).hexdigest()[:6]}/"


def _all_enclosed(statement: Statement, loaded: LoadedCase) -> bool:
    """Whether the file of every invoice owed is in the dossier: otherwise they are enclosed by hand."""
    pieces = [f.facture.piece for f in statement.factures if f.solde]
    return bool(pieces) and all(piece and (loaded.path.parent / piece).is_file() for piece in pieces)


def _missing(statement: Statement) -> str:
    """The invoices whose copy the letter announces and the dossier does not hold."""
    return ", ".join(f.numero for f in statement.factures if f.solde)


def write(made: Made, folder: Path) -> Prepared:
    """Write a message under `folder` (the company's), then note it in the journal of each of its dossiers."""
    target = folder / FOLDER / made.event.le.isoformat() / made.message.references[0]
    # What an interrupted run left here was never noted: it is replaced.
    write_all({target / name: content for name, content in made.files.items()}, overwrite=True)
    for reference in made.message.references:
        append_event(journal_path(folder, reference), made.event)
    event = made.event
    assert event.lettre is not None
    return Prepared(
        event.le,
        event.lettre,
        event.niveau,
        event.canal or "",
        event.factures,
        made.message.references,
        tuple((file.nom, file.sha256) for file in event.fichiers),
        event.reponse_avant_le,
        envoyee=False,
        a_joindre=event.note or "",
    )


def mend(snapshots: Sequence[Snapshot], folder: Path) -> int:
    """Note in every dossier of a message what an interruption left noted in some of them only; how many were mended."""
    from generator.journal import read_journal

    known = {snapshot.reference: snapshot for snapshot in snapshots}
    count = 0
    for snapshot in snapshots:
        for prepared in snapshot.preparees:
            for reference in prepared.dossiers:
                other = known.get(reference)
                if other is None or any(_same(prepared, theirs) for theirs in other.preparees):
                    continue
                event = next(
                    e
                    for e in read_journal(journal_path(folder, snapshot.reference)).events
                    if e.action == "preparation" and e.le == prepared.le and e.lettre == prepared.lettre
                )
                if any(
                    e.action == "preparation" and e.fichiers == event.fichiers
                    for e in read_journal(journal_path(folder, reference)).events
                ):
                    continue
                append_event(journal_path(folder, reference), event)
                count += 1
    return count


def _same(a: Prepared, b: Prepared) -> bool:
    return (a.le, a.lettre, a.fichiers) == (b.le, b.lettre, b.fichiers)


def due_messages(messages: Sequence[Message], agreed: Any) -> tuple[list[Message], list[Message]]:
    """(to make now, waiting for somebody's agreement); `agreed(message)` says whether somebody agreed."""
    ready = [m for m in messages if m.step.etat == "a-faire" and m.step.lettre]
    waiting: list[Message] = []
    for message in messages:
        if message.step.etat == "a-valider" and message.step.lettre:
            (ready if agreed(message) else waiting).append(message)
    return ready, waiting
