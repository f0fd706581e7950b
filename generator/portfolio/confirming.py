"""From prepared to sent: what a person confirms, one letter at a time or a whole table at once.

A letter about several dossiers is confirmed in the journal of each of them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from generator.calendar_fr import next_working_day, short_date
from generator.errors import InvalidInput
from generator.fields import read_day
from generator.journal import CHANNELS, Event, append_event, journal_path, read_journal
from generator.letters import LetterSpec
from generator.portfolio.printing import read_summary
from generator.portfolio.taking import same_message
from generator.statement import Statement


def pending(events: Sequence[Event], lettre: str, factures: Sequence[str] = ()) -> Event | None:
    """The last preparation of this letter (about these invoices) that no sending has confirmed."""
    for index in reversed(range(len(events))):
        made = events[index]
        if made.action != "preparation" or made.lettre != lettre or (factures and set(made.factures) != set(factures)):
            continue
        sent = any(later.action == "envoi" and same_message(later, made) for later in events[index:])
        return None if sent else made
    return None


def sending(events: Sequence[Event], spec: LetterSpec, statement: Statement, le: date, **fields: Any) -> Event:
    """The event of a letter that left on `le`: what its preparation said, or what the dossier says that day.

    InvalidInput when the same letter has been confirmed for that day already, or when it left before it was made.
    """
    if any(e.action == "envoi" and e.lettre == spec.id and e.le == le for e in events):
        raise InvalidInput(f"l'envoi de « {spec.id} » le {short_date(le)} est déjà au journal")
    given = {name: value for name, value in fields.items() if value}
    made = pending(events, spec.id)
    if made is not None and le >= made.le:
        return made.model_copy(update={"note": None, **given, "action": "envoi", "le": le})
    days = spec.delai_reponse_jours
    return Event(
        le=le,
        action="envoi",
        lettre=spec.id,
        factures=tuple(f.numero for f in statement.echues or statement.factures if f.solde),
        etablit=spec.etablit,
        reponse_avant_le=next_working_day(le + timedelta(days=days)) if days else None,
        **{"canal": spec.envoi[0], **given},
    )


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
    row confirmed before is passed over, except for a reception that the journal does not have.
    """
    problems: list[str] = []
    todo: list[tuple[str, Event]] = []
    for number, row in enumerate(read_summary(table.read_bytes()), start=2):
        if not row["envoye_le"] and not row["recu_le"]:
            continue
        try:
            todo += _row_events(row, folder, au)
        except (ValueError, InvalidInput) as error:
            sentences = error.problems if isinstance(error, InvalidInput) else (str(error),)
            problems += [f"{table.name}:{number}: {sentence}" for sentence in sentences]
    if problems:
        raise InvalidInput(problems)
    for reference, event in todo:
        append_event(journal_path(folder, reference), event)
    leaders = [event for reference, event in todo if not event.dossiers or event.dossiers[0] == reference]
    sent = sum(event.action == "envoi" for event in leaders)
    return sent, len(leaders) - sent


def _row_events(row: dict[str, str], folder: Path, au: date) -> list[tuple[str, Event]]:
    """What a row adds to the journal of each of its dossiers; ValueError with a sentence when it is wrong."""
    references = [name.strip() for name in row["dossiers"].split(",")]
    invoices = [name.strip() for name in row["factures"].split(",") if name.strip()]
    sent_on, received_on = _day(row, "envoye_le", au), _day(row, "recu_le", au)
    if row["canal"] not in CHANNELS:
        raise ValueError(f"canal « {row['canal']} » inconnu : écrire {', '.join(CHANNELS)}")
    if sent_on and received_on and received_on < sent_on:
        raise ValueError("recu_le précède envoye_le : corriger l'un des deux")
    found: list[tuple[str, Event]] = []
    for reference in references:
        path = journal_path(folder, reference)
        events = read_journal(path).events
        made = pending(events, row["lettre"], invoices)
        if made is None:
            found += [
                (reference, event) for event in _reception(events, row["lettre"], invoices, received_on, reference)
            ]
            continue
        if sent_on is None:
            raise ValueError("recu_le sans envoye_le : remplir aussi le jour d'envoi")
        if sent_on < made.le:
            raise ValueError(f"envoye_le précède la préparation ({short_date(made.le)}) : corriger la date")
        update = {
            "action": "envoi",
            "le": sent_on,
            "canal": row["canal"],
            "numero_recommande": row["numero_recommande"] or None,
            "recu_le": received_on,
            "note": None,
        }
        found.append((reference, made.model_copy(update=update)))
    return found


def _reception(
    events: Sequence[Event], lettre: str, invoices: Sequence[str], received_on: date | None, reference: str
) -> list[Event]:
    sent = [e for e in events if e.action == "envoi" and e.lettre == lettre and set(e.factures) == set(invoices)]
    if not sent:
        raise ValueError(
            f"{reference} : « {lettre} » n'a pas été préparée pour ces factures : ne pas changer ces colonnes"
        )
    last = sent[-1]
    known = last.recu_le or any(e.action == "reception" and e.lettre == lettre and e.le >= last.le for e in events)
    if received_on is None or known:
        return []
    if received_on < last.le:
        raise ValueError("recu_le précède envoye_le : corriger l'un des deux")
    return [
        Event(
            le=received_on,
            action="reception",
            lettre=lettre,
            canal=last.canal,
            factures=last.factures,
            dossiers=last.dossiers,
        )
    ]


def _day(row: dict[str, str], column: str, au: date) -> date | None:
    if not row[column]:
        return None
    try:
        day = read_day(row[column])
    except ValueError as error:
        raise ValueError(f"{column} : {error}") from None
    if day > au:
        raise ValueError(f"{column} : le {short_date(day)} n'est pas encore passé : corriger la date")
    return day
