"""Today's letters for many dossiers: made, written, noted in the journals, in an order that no interruption spoils.

For each message: its files are written (all or none), then the journal says that it was prepared. Stopped between
the two, the next run makes the same bytes again and notes them; stopped after, the journal knows and nothing is made twice.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.calendar_fr import next_working_day
from generator.errors import InvalidInput, LegalRefusal, UserError
from generator.journal import FOLDER as JOURNALS
from generator.journal import Event, FileHash, append_event, journal_path, read_journal
from generator.languages import LANGUAGES
from generator.letters import Letter, check_letter, load_letter
from generator.loading import LoadedCase
from generator.money import ZERO
from generator.pipeline import make_letter, roots_of
from generator.portfolio.covering import level_statement, only, together
from generator.portfolio.messages import Message
from generator.portfolio.sheets import last_preparation
from generator.portfolio.snapshot import Prepared, Step
from generator.portfolio.spreading import spread
from generator.portfolio.steps import covered_numbers
from generator.portfolio.strategy import Level
from generator.portfolio.taking import Taken, take
from generator.render import Choices, template_context
from generator.statement import Statement
from generator.templates import environment_for, run_text
from generator.writing import write_all

FOLDER = "relances"
# Under this number of letters, a second process costs more than it saves.
ALONE = 8
# A message noted in some of its dossiers only is completed within this time; later, somebody has looked at it.
MEND_DAYS = 31
# What a file being written is called until it is whole (see `writing`).
UNFINISHED = re.compile(r"\..{1,40}\.[a-z0-9_]{8}")


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
    yield from spread(partial(_make, au=au, company=company), messages, alone=ALONE)


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
    _check_unchanged(taken, step)
    lead = taken[0]
    level = _level(lead, step)
    parts = [_part(item, level, step, alone=len(taken) == 1) for item in taken]
    folder = Path(os.path.commonpath([item.loaded.path.parent.absolute() for item in taken]))
    statement = (
        parts[0]
        if len(parts) == 1
        else together([_pieces_from(folder, item.loaded.path, part) for item, part in zip(taken, parts, strict=True)])
    )
    loaded = replace(lead.loaded, case=statement.case)
    if len(parts) > 1:
        loaded = replace(loaded, path=folder / lead.loaded.path.name)
    roots = roots_of(lead.loaded)
    letter = load_letter(step.lettre, roots)
    spec = letter.spec
    check_letter(letter, loaded.case, statement, loaded.law, roots)
    days = (level.delai_reponse_jours if level else None) or spec.delai_reponse_jours
    invoices, others = _announced(letter, loaded, statement, roots)
    enclosed = bool(invoices) and _all_enclosed(statement, loaded)
    by_hand = [*([] if enclosed else invoices), *others]
    choices = Choices(
        ton=step.ton,
        envoi=step.canal if step.canal in spec.envoi else None,
        joindre=enclosed,
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
        note=f"à joindre à la main : {' ; '.join(by_hand)}" if by_hand else None,
        fichiers=tuple(
            FileHash(nom=name, sha256=sha256(content).hexdigest())
            for name, content in files.items()
            if not name.endswith(".trace.json")
        ),
    )
    return Made(message, files, event)


def _check_unchanged(taken: Sequence[Taken], step: Step) -> None:
    """What was planned must still be what the dossiers call for, to the cent.

    LegalRefusal says what stops the message since, InvalidInput that something else changed.
    """
    mine: list[Step] = []
    for item in taken:
        name, steps = item.snapshot.reference, item.snapshot.etapes
        found = next(
            (
                s
                for s in steps
                if s.lettre and set(s.factures) <= set(step.factures) and (len(taken) > 1 or s.lettre == step.lettre)
            ),
            None,
        )
        stops = [stop.phrase for s in ([found] if found else steps) for stop in s.arrets]
        if stops:
            raise LegalRefusal(stops if len(taken) == 1 else [f"{name} : {phrase}" for phrase in stops])
        if found is None:
            why = "".join(f" ({remark})" for remark in item.snapshot.remarques)
            raise InvalidInput(f"{name} a changé pendant la relance{why} : relancer la commande")
        mine.append(found)
    numbers = {number for s in mine for number in s.factures}
    if numbers != set(step.factures) or sum((s.montant for s in mine), ZERO) != step.montant:
        names = ", ".join(item.snapshot.reference for item in taken)
        raise InvalidInput(f"{names} a changé pendant la relance : relancer la commande")


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
    """What one dossier brings to the message."""
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


def _pieces_from(folder: Path, dossier: Path, statement: Statement) -> Statement:
    """The statement of a dossier with the files of its invoices told from `folder`, which holds several dossiers."""

    def moved(piece: str | None) -> str | None:
        return os.path.relpath(dossier.parent.absolute() / piece, folder) if piece else None

    invoices = tuple(
        replace(f, facture=f.facture.model_copy(update={"piece": moved(f.facture.piece)})) for f in statement.factures
    )
    return replace(statement, factures=invoices)


def _announced(
    letter: Letter, loaded: LoadedCase, statement: Statement, roots: tuple[Path, ...]
) -> tuple[list[str], list[str]]:
    """What a letter says is enclosed: (copies of invoices, other papers), in its own words."""
    spec = letter.spec
    context = template_context(letter, loaded.case, statement, loaded.law)
    environment = environment_for(roots, spec.langue)
    said = [run_text(environment, item, context, f"{letter.yml}: pieces_jointes") for item in spec.pieces_jointes]
    items = [LANGUAGES[spec.langue].polish(item) for item in said if item]
    invoices = [item for item in items if _INVOICES.search(item) and not _OTHERS.search(item)]
    return invoices, [item for item in items if item not in invoices]


_INVOICES = re.compile(r"\b(factures?|invoices?)\b", re.IGNORECASE)
_OTHERS = re.compile(r"commande|livraison", re.IGNORECASE)


def write(made: Made, folder: Path) -> Prepared:
    """Write a message under `folder` (the company's), then note it in the journal of each of its dossiers.

    A journal whose last preparation of these files says the very same is left alone.
    """
    target = folder / FOLDER / made.event.le.isoformat() / made.message.references[0]
    # What an interrupted run left here was never noted: it is replaced.
    write_all({target / name: content for name, content in made.files.items()}, overwrite=True)
    event = made.event
    for reference in made.message.references:
        path = journal_path(folder, reference)
        if last_preparation(read_journal(path).events, [file.nom for file in event.fichiers]) != event:
            append_event(path, event)
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


def mend(folder: Path, au: date) -> int:
    """Note in every dossier of a message what an interruption left noted in some of them only; how many were mended.

    All the journals of the company are looked at: the next run may be about one of these dossiers alone.
    """
    count = 0
    for path in sorted((folder / JOURNALS).glob("*.jsonl")):
        for reference, digest in _shared(path, au):
            other = journal_path(folder, reference)
            with suppress(OSError):
                if digest.encode("ascii") in other.read_bytes():
                    continue
            # A broken journal is reported with its dossier, when that one is read.
            with suppress(InvalidInput):
                event = next(
                    e
                    for e in reversed(read_journal(path).events)
                    if e.action == "preparation" and e.fichiers[-1].sha256 == digest
                )
                append_event(other, event)
                count += 1
    return count


def _shared(path: Path, au: date) -> list[tuple[str, str]]:
    """(other dossier, hash of a file) of the last message prepared lately that a journal shares; read without checking it."""
    try:
        lines = [line for line in path.read_bytes().split(b"\n") if b'"preparation"' in line and b'"dossiers"' in line]
        last = json.loads(lines[-1]) if lines else {}
        if not last or last["action"] != "preparation" or (au - date.fromisoformat(last["le"])).days > MEND_DAYS:
            return []
        return [(name, last["fichiers"][-1]["sha256"]) for name in last["dossiers"] if name != path.stem]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return []


def sweep(folder: Path, au: date) -> None:
    """Remove what an interrupted run of the day was still writing."""
    for path in (folder / FOLDER / au.isoformat()).rglob(".*"):
        if UNFINISHED.fullmatch(path.name):
            with suppress(OSError):
                path.unlink()


def due_messages(messages: Sequence[Message], agreed: Any) -> tuple[list[Message], list[Message]]:
    """(to make now, waiting for somebody's agreement); `agreed(message)` says whether somebody agreed."""
    ready = [m for m in messages if m.step.etat == "a-faire" and m.step.lettre]
    waiting: list[Message] = []
    for message in messages:
        if message.step.etat == "a-valider" and message.step.lettre:
            (ready if agreed(message) else waiting).append(message)
    # An answer to a dispute asks for the rest itself: the reminder of the same day would cross it.
    answered = {reference for m in ready if m.step.appelee for reference in m.references}
    return [m for m in ready if m.step.appelee or not answered & set(m.references)], waiting
