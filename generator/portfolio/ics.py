"""The agenda as a calendar file (iCalendar, RFC 5545): one all-day event a day that counts.

An event keeps its UID from one export to the next, so that a calendar updates it instead of doubling it. Natural
persons are named by the reference of their dossier alone: calendars are shared and synchronised.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from generator import __version__
from generator.money import euros
from generator.portfolio.agenda import Agenda
from generator.portfolio.messages import Message

# Days that cannot be caught up ring a week before.
RING = ("prescription", "declarer", "etre-releve", "revendiquer")
RING_DAYS = 7


def agenda_ics(agenda: Agenda) -> bytes:
    """The calendar as bytes, the same for the same agenda; actions blocked or already prepared are left out."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//impayes//{__version__}//FR")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Impayés")
    stamp = datetime.combine(agenda.au, time(), UTC)
    for message in agenda.messages:
        if message.step.etat in ("a-faire", "a-valider", "a-venir"):
            calendar.add_component(_action(message, agenda.au, stamp))
    for item in agenda.echeances:
        if item.echeance.le < agenda.au:
            continue
        who = item.reference if item.qualite == "particulier" else f"{item.debiteur} ({item.reference})"
        event = _event(f"{item.reference}-{item.echeance.code}", item.echeance.le, stamp)
        event.add("summary", f"{item.echeance.phrase} : {who}")
        if item.echeance.code.startswith(RING):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", item.echeance.phrase)
            alarm.add("trigger", timedelta(days=-RING_DAYS))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _action(message: Message, au: date, stamp: datetime) -> Event:
    step = message.step
    who = message.references[0] if message.qualite == "particulier" else f"{message.debiteur} ({message.references[0]})"
    event = _event(f"{message.references[0]}-{step.niveau}-{step.factures[0]}", max(step.le, au), stamp)
    # A letter the case calls for has a title; a level has the name its strategy gives it.
    name = step.motif if step.appelee else step.niveau.replace("-", " ")
    event.add("summary", f"{_sentence(name)} : {who}, {euros(step.montant)}")
    event.add("description", ". ".join(map(_sentence, (step.motif, *step.remarques))) + ".")
    return event


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _event(key: str, day: date, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{hashlib.sha256(key.encode('utf-8')).hexdigest()[:32]}@impayes")
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event
