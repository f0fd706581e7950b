"""The agenda as a calendar file (iCalendar, RFC 5545): one all-day event a day that counts.

An event keeps its UID from one export to the next, so that a calendar updates it instead of doubling it. Natural
persons are named by the reference of their dossier alone: calendars are shared and synchronised.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from generator import __version__
from generator.calendar_fr import list_fr
from generator.law import load_law
from generator.money import euros
from generator.portfolio.agenda import Agenda
from generator.portfolio.labels import level_name
from generator.portfolio.messages import Message
from generator.portfolio.snapshot import Deadline

# How many days before a calendar rings, by the beginning of the code of a day; the others are silent. Habits of
# ours, not rules of law: a week for what cannot be caught up, more for what a third party must do, the day itself
# for what only ends a wait.
RING: dict[str, tuple[int, ...]] = {
    "prescription": (7,),
    "declarer": (7,),
    "etre-releve": (7,),
    "revendiquer": (7,),
    "recuperer-tva-alerte": (0,),
    "recuperer-tva": (30, 7),
    "signifier-ordonnance": (30, 7),
    "signifier-titre": (30, 7),
    "signifier-jugement": (30, 7),
    "frais-opposition": (7, 1),
    "avocat-apres-opposition": (7, 1),
    "opposition": (0,),
    "executer-ordonnance": (0,),
    "executer-dans-les-dix-ans": (30, 7),
}


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
        if details := _details(item.echeance):
            event.add("description", details)
        for days in next((days for code, days in RING.items() if item.echeance.code.startswith(code)), ()):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", item.echeance.phrase)
            alarm.add("trigger", timedelta(days=-days))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _details(deadline: Deadline) -> str:
    """What the period is for, what happens otherwise, the texts; empty for a day nothing more is known of."""
    texts = list_fr(load_law().article(article).court for article in deadline.articles)
    parts = (
        deadline.libelle,
        deadline.sinon and f"Sinon, {deadline.sinon}",
        texts and f"Textes : {texts}",
        deadline.a_confirmer and "Règle à faire confirmer",
    )
    return " ".join(f"{part}." for part in parts if part)


def _action(message: Message, au: date, stamp: datetime) -> Event:
    step = message.step
    who = message.references[0] if message.qualite == "particulier" else f"{message.debiteur} ({message.references[0]})"
    event = _event(f"{message.references[0]}-{step.niveau}-{step.factures[0]}", max(step.le, au), stamp)
    # A letter the case calls for has a title; a level has the name its strategy gives it.
    name = step.motif if step.appelee else level_name(step.niveau)
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
