"""The e-mails that wait to be sent: what the journals say was prepared, what became of it, whether it may still go.

A message is prepared in the journal of every dossier it is about, with the hash of its draft. It is sent when a
later `envoi` of the same letter, level and invoices follows; a `depot` that neither `envoi` nor `echec` follows is a
message the server may have taken.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from generator.errors import UserError
from generator.journal import FOLDER, Event, Journal, read_journal
from generator.portfolio.batch import FOLDER as PREPARED
from generator.portfolio.taking import same_message
from generator.yaml_text import read_yaml

# A draft says a balance and leaves days to answer: a week later both are wrong.
FRESH_DAYS = 7
# A draft nobody sent nor prepared again within a month was given up: it is no longer spoken of.
FORGOTTEN_DAYS = 30

Fate = Literal["a-envoyer", "incertain", "remplace", "refait", "envoye"]
State = Literal["pret", "incertain", "remplace", "attend", "partiel", "incomplet"]


@dataclass(frozen=True)
class Entry:
    """The preparation of a message in the journal of one dossier; `suite` is what happened to it since."""

    reference: str
    journal: Path
    rang: int
    event: Event
    sort: Fate
    suite: Event | None = None


@dataclass(frozen=True)
class Draft:
    """A message to send: one file, prepared in the journal of one or more dossiers of one debtor."""

    entrees: tuple[Entry, ...]
    fichier: Path
    sha256: str
    etat: State
    suite: Event | None = None  # the doubtful `depot`, or the letter that replaces this one

    @property
    def references(self) -> tuple[str, ...]:
        """The dossiers it is about, the one it is filed under first."""
        return tuple(p.reference for p in self.entrees)

    @property
    def event(self) -> Event:
        """Its preparation, as the first dossier's journal tells it."""
        return self.entrees[0].event


def index_references(files: Iterable[Path]) -> dict[str, list[Path]]:
    """Which dossier files bear each reference, read without validating them."""
    found: dict[str, list[Path]] = {}
    for path in files:
        if reference := _reference_of(path):
            found.setdefault(reference, []).append(path)
    return found


_REFERENCE = re.compile(r"^reference[ \t]*:[ \t]*([\"']?)([\w.-]{1,60})\1[ \t]*(?:#.*)?\r?$", re.MULTILINE | re.ASCII)


def _reference_of(path: Path) -> str | None:
    try:
        if found := _REFERENCE.search(path.read_text(encoding="utf-8")):
            return found[2]
        value = read_yaml(path).data.get("reference")
    except (UserError, OSError, UnicodeError):
        return None
    return value if isinstance(value, str) else None


def find_drafts(folder: Path, au: date) -> tuple[list[Draft], dict[str, tuple[str, ...]]]:
    """The drafts of the company in `folder` that are not sent yet on `au`, by reference; at most one per dossier is « pret ».

    Also the sentences about the journals that cannot be read, by reference: their drafts are left out.
    """
    prepared: list[Entry] = []
    problems: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / FOLDER).glob("*.jsonl")):
        try:
            prepared += entries_of(path.stem, read_journal(path), au)
        except UserError as error:
            problems[path.stem] = error.problems

    def message(p: Entry) -> tuple[date, str]:
        return p.event.le, _mail_of(p.event)[1]

    groups = [list(group) for _, group in groupby(sorted(prepared, key=message), key=message)]
    drafts = [draft for group in groups if (draft := _draft(folder, group, au))]
    return sorted(_one_each(drafts), key=lambda draft: draft.references), problems


def entries_of(reference: str, journal: Journal, au: date) -> list[Entry]:
    """Every e-mail prepared by `au` in one journal, with what became of it since."""
    events = journal.events
    mails = [
        (rank, event)
        for rank, event in enumerate(events)
        if event.action == "preparation" and event.le <= au and event.canal == "email" and _mail_of(event)[0]
    ]
    return [Entry(reference, journal.path, rank, event, *_fate(rank, events)) for rank, event in mails]


def _fate(rank: int, events: Sequence[Event]) -> tuple[Fate, Event | None]:
    made, later = events[rank], events[rank + 1 :]
    if sent := next((e for e in later if e.action == "envoi" and same_message(e, made)), None):
        return "envoye", sent
    again = next((e for e in later if e.action == "preparation" and _level(e) == _level(made)), None)
    if again is not None:
        return "refait", again  # the newer file is the message now
    if doubt := _open_deposit(events, made):
        return "incertain", doubt
    newer = [e for e in later if e.action in ("preparation", "envoi") and e.lettre and _overlap(e, made)]
    return ("remplace", newer[-1]) if newer else ("a-envoyer", None)


def _level(event: Event) -> tuple[Any, ...]:
    return event.lettre, event.niveau, event.factures


def _overlap(one: Event, other: Event) -> bool:
    """Whether two letters speak of a same invoice; one that names none speaks of all."""
    return not one.factures or not other.factures or bool(set(one.factures) & set(other.factures))


def _open_deposit(events: Sequence[Event], made: Event) -> Event | None:
    """The last deposit of this level whose outcome was never written: the process or the line was cut."""
    found: Event | None = None
    for event in events:
        if event.action == "depot" and _level(event) == _level(made):
            found = event
        elif found is not None and (
            (event.action == "echec" and event.message_id == found.message_id)
            or (event.action == "envoi" and same_message(event, made))
        ):
            found = None
    return found


def _mail_of(event: Event) -> tuple[str, str]:
    """The name and the hash of the draft among the files of a preparation; empty when there is none."""
    mails = [f for f in event.fichiers if f.nom.endswith(".eml") and ".." not in PurePosixPath(f.nom).parts]
    return (mails[0].nom, mails[0].sha256) if len(mails) == 1 else ("", "")


def _draft(folder: Path, group: list[Entry], au: date) -> Draft | None:
    """The message that these entrees share; None when nothing is left to say of it."""
    event = group[0].event
    order = dict.fromkeys((*event.dossiers, *sorted(p.reference for p in group)))
    by_reference = {p.reference: p for p in group}
    parts = tuple(by_reference[name] for name in order if name in by_reference)
    name, digest = _mail_of(event)
    places = [folder / PREPARED / event.le.isoformat() / reference / name for reference in order]
    path = next((place for place in places if place.is_file()), places[0])
    fates = {p.sort for p in parts}
    age = (au - event.le).days
    suite = next((p.suite for p in parts if p.sort == "incertain"), None)
    state: State
    if suite is not None:
        state = "incertain"
    elif fates <= {"envoye", "refait"} or age > FORGOTTEN_DAYS:
        return None
    elif "envoye" in fates:
        state = "partiel"
    elif newer := [p.suite for p in parts if p.sort in ("remplace", "refait")]:
        if age > FRESH_DAYS:
            return None
        state, suite = "remplace", newer[0]
    else:
        state = "pret" if len(parts) == len(order) else "incomplet"
    return Draft(parts, path, digest, state, suite)


def _one_each(drafts: list[Draft]) -> list[Draft]:
    """Of the drafts ready for one dossier only the last prepared goes now: two letters a day read as harassment."""
    taken: set[str] = set()
    kept = []
    for draft in sorted(drafts, key=lambda d: (d.event.le, d.entrees[0].rang), reverse=True):
        if draft.etat != "pret":
            kept.append(draft)
            continue
        waits = bool(taken & set(draft.references))
        kept.append(Draft(draft.entrees, draft.fichier, draft.sha256, "attend" if waits else "pret"))
        taken |= set(draft.references)
    return kept
