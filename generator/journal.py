"""The journal of a dossier: what was done, said and received, one event a line, in a file that shows any change.

`journal/<reference>.jsonl` beside `entreprise.yml` is only ever appended to. Each line carries the SHA-256 of the
line before it (`precedent`), so that a changed, inserted or removed line breaks the chain. A chain cannot show
that its end was cut off: `journal/.tetes/<reference>` keeps how many lines there were and the hash of the last.
It is evidence of care, not a qualified timestamp: whoever rewrites both files leaves no trace.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from generator.case import Waiver
from generator.errors import Failure, InvalidInput
from generator.fields import Amount, Block, Day, Number, Reference, Text
from generator.letters import Establishes
from generator.loading import validate
from generator.writing import reason

Action = Literal[
    "preparation", "envoi", "reception", "appel", "visite", "promesse", "reponse", "paiement", "note", "depot", "echec",
    "annulation",
]  # fmt: skip
AnyChannel = Literal["email", "courrier", "lrar", "lre", "telephone", "visite", "autre"]
CHANNELS: tuple[AnyChannel, ...] = get_args(AnyChannel)
ACTIONS: tuple[Action, ...] = get_args(Action)
FOLDER, HEADS = "journal", ".tetes"
# Held while a line is written; the file stays, empty. Seconds to wait for another program that holds it.
LOCK, PATIENCE = ".verrou", 10
# What the first line of a journal follows: nothing.
START = "0" * 64


class FileHash(Block):
    """A file an event speaks of, known by its content."""

    nom: Text
    sha256: Text


class Event(Block):
    """One event. `le` is the day it happened; `recu_le` the day the other party received it.

    `factures` are the invoices a letter was about (none: all those of the dossier by then), `dossiers` the
    others it was about too. `ligne` is the line (from 1) that an « annulation » takes back. `etablit`, `penalites` and `indemnite_forfaitaire` say what a letter sent changes for the computation
    (see `history.complete`).
    """

    le: Day
    action: Action
    lettre: Reference | None = None
    niveau: Reference | None = None
    canal: AnyChannel | None = None
    numero_recommande: Text | None = None
    recu_le: Day | None = None
    montant: Amount | None = None
    payer_le: Day | None = None
    par: Text | None = None
    resultat: Text | None = None
    note: Text | None = None
    message_id: Text | None = None
    factures: tuple[Number, ...] = ()
    dossiers: tuple[Reference, ...] = ()
    reponse_avant_le: Day | None = None
    etablit: Establishes | None = None
    penalites: Waiver | None = None
    indemnite_forfaitaire: Waiver | None = None
    ligne: Annotated[int, Field(ge=1)] | None = None
    fichiers: tuple[FileHash, ...] = ()


@dataclass(frozen=True)
class Journal:
    """Every line of a dossier in the order it was written, and the hash of the last one."""

    path: Path
    lignes: tuple[Event, ...]
    tete: str

    @cached_property
    def annulees(self) -> dict[int, Event]:
        """What was taken back: line, from 1, and the event that says why."""
        return {event.ligne: event for event in self.lignes if event.action == "annulation" and event.ligne}

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What happened: every line but those taken back, and those that take back."""
        return tuple(
            event
            for number, event in enumerate(self.lignes, start=1)
            if number not in self.annulees and event.action != "annulation"
        )

    def last(self, action: Action, lettre: str | None = None) -> Event | None:
        """The last event of this kind, about this letter when one is named."""
        found = (e for e in reversed(self.events) if e.action == action and lettre in (None, e.lettre))
        return next(found, None)


def journal_path(company_folder: Path, reference: str) -> Path:
    """Where the journal of a dossier is kept."""
    return company_folder / FOLDER / f"{reference}.jsonl"


def read_journal(path: Path) -> Journal:
    """Read and check a journal; empty when it does not exist.

    InvalidInput names the file and the line of every break: a changed line, a line cut short, a
    missing end, a value that cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    except OSError as error:
        raise Failure(f"{path} : lecture impossible ({reason(error)})") from None
    events, problems, previous = [], [], START
    lines = data.split(b"\n")
    if lines[-1]:
        problems.append(
            f"{path.name}:{len(lines)}: dernière ligne coupée : la retirer, ou la reprendre d'une sauvegarde"
        )
    for number, line in enumerate(lines[:-1], start=1):
        try:
            events.append(_event(line, previous, f"{path.name}:{number}"))
        except InvalidInput as error:
            problems += error.problems
        previous = hashlib.sha256(line).hexdigest()
    problems += _head_problems(path, lines[:-1])
    # An unfinished line alone says by itself what to do.
    if problems and not (lines[-1] and len(problems) == 1):
        problems[-1] += f" ; {_way_out(path)}"
    if problems:
        raise InvalidInput(problems)
    return Journal(path, tuple(events), previous)


def _way_out(path: Path) -> str:
    """What to do with a journal that nobody can trust any more: a backup, or a new one."""
    head = _head_path(path)
    return (
        f"reprendre d'une même sauvegarde ce journal et son témoin {head.parent.name}/{head.name} ; sans "
        "sauvegarde, les déplacer tous deux hors de ce répertoire et noter de nouveau ce qui compte (impayes journal)"
    )


def _event(line: bytes, previous: str, where: str) -> Event:
    try:
        data = json.loads(line)
        said = data.pop("precedent")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise InvalidInput(f"{where}: ligne illisible : ce journal a été modifié à la main") from None
    if said != previous:
        raise InvalidInput(f"{where}: la chaîne est rompue : cette ligne ou la précédente a été modifiée ou retirée")
    return validate(Event, data, {(): (where, 1, 1)})


def _head_problems(path: Path, lines: list[bytes]) -> Iterator[str]:
    """Lines missing at the end, which the chain alone cannot show."""
    head = _head_path(path)
    try:
        count, last = head.read_text(encoding="ascii").split()
        known = int(count)
    except FileNotFoundError:
        if lines:
            yield f"{path.name} : le témoin {head.parent.name}/{head.name} manque : la fin du journal ne peut pas être vérifiée"
        return
    except (OSError, ValueError):
        yield f"{head} : témoin illisible : le reprendre d'une sauvegarde"
        return
    if len(lines) < known:
        missing = known - len(lines)
        yield f"{path.name} : {missing} ligne{'s' if missing > 1 else ''} manque{'nt' if missing > 1 else ''} à la fin : journal tronqué"
    elif known and hashlib.sha256(lines[known - 1]).hexdigest() != last:
        yield f"{path.name}:{known}: cette ligne n'est pas celle qui avait été écrite"


def _head_path(path: Path) -> Path:
    return path.parent / HEADS / path.stem


def event_data(event: Event) -> dict[str, Any]:
    """What an event says, without what it leaves out; dates ISO, amounts as text."""
    said = event.model_dump(exclude_none=True, exclude_defaults=True)
    return {name: value if isinstance(value, str | tuple | list) else str(value) for name, value in said.items()}


def append_event(path: Path, event: Event) -> Journal:
    """Add one line and make it last through a power cut; returns the journal with it.

    The line is written whole or not at all. The head follows: a stop between the two leaves a
    journal longer than its head, which is sound. InvalidInput when the journal is already broken.
    """
    from filelock import FileLock, Timeout

    lock = path.parent / HEADS / LOCK
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        # Two lines that follow the same one would break the chain for good.
        with FileLock(lock, timeout=PATIENCE):
            return _append(path, event)
    except Timeout:
        raise Failure(f"{path} : un autre programme y écrit depuis {PATIENCE} secondes : réessayer") from None
    except OSError as error:
        raise Failure(f"{path} : écriture impossible ({reason(error)})") from None


def take_back(path: Path, line: int, le: date, reason: str) -> Journal:
    """Note that a line was written by mistake: it stays in the file and no longer counts.

    InvalidInput when there is no such line, when it was taken back already, or when nobody can take it back: an e-mail
    that left has left.
    """
    journal = read_journal(path)
    where = f"{path.name} : ligne {line}"
    if line > len(journal.lignes):
        raise InvalidInput(f"{where} : le journal en a {len(journal.lignes)} : « impayes journal voir » les numérote")
    event = journal.lignes[line - 1]
    if event.action == "annulation":
        raise InvalidInput(f"{where} : une annulation ne s'annule pas : noter de nouveau ce qui était juste")
    if line in journal.annulees:
        raise InvalidInput(f"{where} : déjà annulée")
    if event.message_id:
        raise InvalidInput(f"{where} : ce courriel est parti par « impayes envoyer » : son envoi ne s'annule pas")
    return append_event(path, Event(le=le, action="annulation", ligne=line, note=reason))


def _append(path: Path, event: Event) -> Journal:
    _drop_unfinished_line(path)
    journal = read_journal(path)
    line = json.dumps(
        {**event_data(event), "precedent": journal.tete}, ensure_ascii=False, separators=(",", ":"), default=str
    ).encode("utf-8")
    if not journal.lignes:
        # A stop after the very first line must leave a head to compare it with.
        _write_head(path, 0, START)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(handle).st_size
        if os.write(handle, line + b"\n") != len(line) + 1:
            os.ftruncate(handle, size)
            raise OSError(28, "écriture incomplète")
        os.fsync(handle)
    finally:
        os.close(handle)
    digest = hashlib.sha256(line).hexdigest()
    _write_head(path, len(journal.lignes) + 1, digest)
    return Journal(path, (*journal.lignes, event), digest)


def _drop_unfinished_line(path: Path) -> None:
    """Forget what a stop in the middle of a write left: a line without its end, that no head ever counted."""
    try:
        data = path.read_bytes()
        known = int(_head_path(path).read_text(encoding="ascii").split()[0]) if _head_path(path).exists() else 0
    except (OSError, ValueError, IndexError):
        return  # read_journal says what is wrong
    whole, newline, rest = data.rpartition(b"\n")
    if rest and known <= data.count(b"\n"):
        os.truncate(path, len(whole) + len(newline))


def _write_head(path: Path, count: int, digest: str) -> None:
    head = _head_path(path)
    head.parent.mkdir(exist_ok=True)
    aside = head.with_name(f".{head.name}.{os.getpid()}")
    try:
        aside.write_text(f"{count} {digest}\n", encoding="ascii")
        aside.replace(head)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
