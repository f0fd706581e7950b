"""From prepared to sent: what a person confirms, one letter at a time or a whole table at once.

A letter about several dossiers is confirmed in the journal of each of them.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from generator.calendar_fr import next_working_day, short_date
from generator.errors import Failure, InvalidInput
from generator.fields import read_day
from generator.journal import CHANNELS, Event, append_event, journal_path, read_journal
from generator.letters import LetterSpec
from generator.portfolio.lock import company_lock
from generator.portfolio.printing import Row, read_summary, rounded_number
from generator.portfolio.sheets import is_reference, last_preparation, replaced_by, replacement
from generator.portfolio.taking import same_message
from generator.statement import Statement
from generator.writing import reason

# A spreadsheet set to French turns « 24/11 » into « 24/11/26 ».
_SHORT_YEAR = re.compile(r"^(\d{1,2}/\d{1,2}/)(\d{2})$")


def pending(events: Sequence[Event], lettre: str) -> Event | None:
    """The last preparation of this letter that no sending has confirmed, among those of its last day.

    Where each invoice has its letter, one day holds several: each is confirmed in turn.
    """
    made = [(i, e) for i, e in enumerate(events) if e.action == "preparation" and e.lettre == lettre]
    for index, event in reversed(made):
        if event.le == made[-1][1].le and _sending_of(event, events[index:]) is None:
            return event
    return None


def sending(
    events: Sequence[Event], spec: LetterSpec, statement: Statement, le: date, *, again: bool = False, **fields: Any
) -> Event:
    """The event of a letter that left on `le`: what its preparation said, or what the dossier says that day.

    InvalidInput when the same letter has been confirmed for that day already, and no other one waits; or, unless
    `again`, when its preparation has been confirmed for another day and no other invoice is owed since.
    """
    made = pending(events, spec.id)
    if made is None and any(e.action == "envoi" and e.lettre == spec.id and e.le == le for e in events):
        raise InvalidInput(f"l'envoi de « {spec.id} » le {short_date(le)} est déjà au journal")
    given = {name: value for name, value in fields.items() if value}
    if made is not None and le >= made.le:
        return made.model_copy(update={"note": None, **given, "action": "envoi", "le": le})
    days = spec.delai_reponse_jours
    numbers = tuple(f.numero for f in statement.echues or statement.factures if f.solde)
    if made is None and not again and (done := _confirmed(events, spec.id)) and set(numbers) <= set(done.factures):
        raise InvalidInput(
            f"« {spec.id} » est déjà partie le {short_date(done.le)} pour les mêmes factures : ajouter --encore si elle "
            "est partie une seconde fois"
        )
    return Event(
        le=le,
        action="envoi",
        lettre=spec.id,
        factures=numbers,
        etablit=spec.etablit,
        reponse_avant_le=next_working_day(le + timedelta(days=days)) if days else None,
        **{"canal": spec.envoi[0], **given},
    )


def _confirmed(events: Sequence[Event], lettre: str) -> Event | None:
    """The sending that confirmed the last preparation of this letter."""
    made = [(i, e) for i, e in enumerate(events) if e.action == "preparation" and e.lettre == lettre]
    return _sending_of(made[-1][1], events[made[-1][0] :]) if made else None


def append_everywhere(folder: Path, reference: str, event: Event) -> list[Path]:
    """Note the event in the journal of each dossier its letter is about; those that hold it already are left alone."""
    written = []
    for name in event.dossiers or (reference,):
        path = journal_path(folder, name)
        if event not in read_journal(path).events:
            append_event(path, event)
            written.append(path)
    return written


def confirm_table(table: Path, folder: Path, au: date) -> tuple[int, int]:
    """Confirm the filled rows of a `recapitulatif.csv`; returns (sendings, receptions) newly noted.

    Every row is read before anything is written: InvalidInput lists all mistakes as `fichier:ligne: phrase`. A
    row confirmed before is passed over, except for a reception that the journal does not have; Failure when another
    run is under way.
    """
    try:
        rows = read_summary(table.read_bytes(), table.name)
    except OSError as error:
        raise InvalidInput(f"{table} : lecture impossible ({reason(error)})") from None
    problems: list[str] = []
    todo: list[tuple[str, Event]] = []
    seen: dict[str, int] = {}
    with company_lock(folder):
        for line, row in rows:
            if not row["envoye_le"] and not row["recu_le"]:
                continue
            try:
                if (first := seen.setdefault(row["fichier"], line)) != line:
                    raise ValueError(f"cette lettre est déjà à la ligne {first} : n'en garder qu'une")
                todo += _row_events(row, folder, au)
            except (ValueError, InvalidInput) as error:
                sentences = error.problems if isinstance(error, InvalidInput) else (str(error),)
                problems += [f"{table.name}:{line}: {sentence}" for sentence in sentences]
        if problems:
            raise InvalidInput(problems)
        for count, (reference, event) in enumerate(todo):
            try:
                append_event(journal_path(folder, reference), event)
            except Failure as error:
                said = f"{count} notés avant l'arrêt ; relancer la commande reprendra la suite"
                raise Failure((*error.problems, said)) from None
    leaders = [event for reference, event in todo if not event.dossiers or event.dossiers[0] == reference]
    sent = sum(event.action == "envoi" for event in leaders)
    return sent, len(leaders) - sent


def _row_events(row: Row, folder: Path, au: date) -> list[tuple[str, Event]]:
    """What a row adds to the journal of each of its dossiers; ValueError with a sentence when it is wrong."""
    sent_on, received_on = _day(row, "envoye_le", au), _day(row, "recu_le", au)
    if row["canal"] and row["canal"] not in CHANNELS:
        raise ValueError(f"canal « {row['canal']} » inconnu : écrire {', '.join(CHANNELS)}")
    if rounded_number(row["numero_recommande"]):
        raise ValueError(
            f"numero_recommande : le tableur a arrondi « {row['numero_recommande']} » : mettre la colonne au format "
            "texte et le récrire"
        )
    if sent_on and received_on and received_on < sent_on:
        raise ValueError("recu_le précède envoye_le : corriger l'un des deux")
    reference, _, name = row["fichier"].partition("/")
    made = None
    if is_reference(reference):
        made = last_preparation(read_journal(journal_path(folder, reference)).events, [name])
    if made is None:
        said = f"aucune lettre n'est préparée sous le nom « {row['fichier']} »" if row["fichier"] else "case vide"
        raise ValueError(f"fichier : {said} : remettre cette colonne comme « impayes relancer » l'a écrite")
    found: list[tuple[str, Event]] = []
    for dossier in made.dossiers or (reference,):
        events = read_journal(journal_path(folder, dossier)).events
        # A dossier that an interruption left without the preparation is confirmed like the others.
        later = events[events.index(made) :] if made in events else [e for e in events if e.le >= made.le]
        newer = replacement(later, made)
        # What was confirmed after the letter was made again is the newer one.
        sent = _sending_of(made, later[: later.index(newer)] if newer else later)
        if sent is None and newer is not None:
            raise ValueError(
                f"lettre {replaced_by(newer.le)} : vider cette ligne et confirmer la nouvelle ; si l'ancienne est "
                f"partie : impayes journal envoyer, avec --le"
            )
        if sent is None:
            found.append((dossier, _sent(made, row, sent_on, received_on)))
        else:
            found += [(dossier, event) for event in _reception(sent, later, row, sent_on, received_on)]
    return found


def _sending_of(made: Event, later: Sequence[Event]) -> Event | None:
    return next((e for e in later if e.action == "envoi" and same_message(e, made)), None)


def _sent(made: Event, row: Row, sent_on: date | None, received_on: date | None) -> Event:
    if sent_on is None:
        raise ValueError("recu_le sans envoye_le : remplir aussi le jour d'envoi")
    if sent_on < made.le:
        raise ValueError(f"envoye_le précède la préparation ({short_date(made.le)}) : corriger la date")
    update = {
        "action": "envoi",
        "le": sent_on,
        "canal": row["canal"] or made.canal,
        "numero_recommande": row["numero_recommande"] or None,
        "recu_le": received_on,
        "note": None,
    }
    return made.model_copy(update=update)


def _reception(
    sent: Event, later: Sequence[Event], row: Row, sent_on: date | None, received_on: date | None
) -> Iterator[Event]:
    """The reception of a letter confirmed before, when the journal does not have it; what contradicts it is refused."""
    if sent_on and sent_on != sent.le:
        raise ValueError(f"envoye_le : l'envoi est au journal, le {short_date(sent.le)} : remettre cette date")
    known = next((e for e in later if e.action == "reception" and e.le >= sent.le and same_message(e, sent)), None)
    arrived = sent.recu_le or (known.le if known else None)
    number = sent.numero_recommande or (known.numero_recommande if known else None)
    given = row["numero_recommande"]
    if number and given and given != number:
        raise ValueError(f"numero_recommande : le journal tient « {number} » : remettre ce numéro")
    if received_on and arrived and received_on != arrived:
        raise ValueError(f"recu_le : la réception est au journal, le {short_date(arrived)} : remettre cette date")
    if received_on is None or arrived:
        return
    if received_on < sent.le:
        raise ValueError("recu_le précède envoye_le : corriger l'un des deux")
    yield Event(
        le=received_on,
        action="reception",
        lettre=sent.lettre,
        canal=sent.canal,
        # A number written down after the letter was confirmed is kept with its return.
        numero_recommande=given if given and not number else None,
        factures=sent.factures,
        dossiers=sent.dossiers,
    )


def _day(row: Row, column: str, au: date) -> date | None:
    if not row[column]:
        return None
    try:
        day = read_day(_SHORT_YEAR.sub(r"\g<1>20\g<2>", row[column]))
    except ValueError as error:
        raise ValueError(f"{column} : {error}") from None
    if day > au:
        raise ValueError(f"{column} : le {short_date(day)} est encore à venir : corriger la date")
    return day
