"""The agenda: for every dossier what comes next, when, why and what stops it; and the days that count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.known_rates import rates_json
from generator.law import MissingRate
from generator.parties import DebtorKind
from generator.portfolio.messages import Message, messages_of
from generator.portfolio.snapshot import Broken, Deadline, Snapshot
from generator.portfolio.watched import missing_rates

# States in the order a person goes through them.
STATES = ("a-faire", "a-valider", "preparee", "bloquee", "a-venir")


@dataclass(frozen=True, slots=True)
class CaseDeadline:
    """A day that counts, with the dossier it belongs to."""

    reference: str
    debiteur: str
    qualite: DebtorKind
    echeance: Deadline


@dataclass(frozen=True)
class Agenda:
    """All of it on one day. `silencieux` holds the dossiers without a next step: reference and reasons.

    `taux_absents` are the rates not on file before which interest stopped: amounts are then a least, dates are whole.
    """

    au: date
    messages: tuple[Message, ...]
    echeances: tuple[CaseDeadline, ...]
    silencieux: tuple[tuple[str, tuple[str, ...]], ...]
    illisibles: tuple[Broken, ...]
    taux_absents: tuple[MissingRate, ...] = ()

    def count(self, etat: str) -> int:
        """How many messages are in this state."""
        return sum(message.step.etat == etat for message in self.messages)


def build_agenda(found: Iterable[Snapshot | Broken], au: date) -> Agenda:
    """Sort what was read into an agenda; broken dossiers are kept apart, never dropped."""
    snapshots: list[Snapshot] = []
    broken: list[Broken] = []
    for item in found:
        (snapshots if isinstance(item, Snapshot) else broken).append(item)  # type: ignore[arg-type]
    deadlines = [
        CaseDeadline(s.reference, s.debiteur, s.qualite, deadline) for s in snapshots for deadline in s.echeances
    ]
    return Agenda(
        au,
        tuple(messages_of(snapshots)),
        tuple(sorted(deadlines, key=lambda item: (item.echeance.le, item.reference, item.echeance.code))),
        tuple((s.reference, s.remarques) for s in snapshots if not s.etapes),
        tuple(broken),
        missing_rates(snapshots),
    )


def agenda_json(agenda: Agenda) -> dict[str, Any]:
    """The agenda as JSON values: amounts as text with two decimals, ISO dates."""
    return {
        "schema": "impayes/agenda/1",
        "au": agenda.au.isoformat(),
        "interets_arretes": rates_json(agenda.taux_absents),
        "actions": [_action(message) for message in agenda.messages],
        "echeances": [
            {
                "le": item.echeance.le.isoformat(),
                "dossier": item.reference,
                "debiteur": item.debiteur,
                "code": item.echeance.code,
                "phrase": item.echeance.phrase,
                "sinon": item.echeance.sinon or None,
                "articles": list(item.echeance.articles),
            }
            for item in agenda.echeances
        ],
        "sans_action": [{"dossier": reference, "raisons": list(reasons)} for reference, reasons in agenda.silencieux],
        "erreurs": [{"fichier": str(b.fichier), "messages": list(b.problemes)} for b in agenda.illisibles],
    }


def _action(message: Message) -> dict[str, Any]:
    step = message.step
    return {
        "le": step.le.isoformat(),
        "etat": step.etat,
        "dossiers": list(message.references),
        "debiteur": message.debiteur,
        "niveau": step.niveau,
        "lettre": step.lettre,
        "canal": step.canal or None,
        "factures": list(step.factures),
        "montant": str(step.montant),
        "motif": step.motif,
        "arrets": [
            {"code": stop.code, "phrase": stop.phrase, "jusqu_au": stop.jusqu_au and stop.jusqu_au.isoformat()}
            for stop in step.arrets
        ],
        "remarques": list(step.remarques),
        "preparee_le": step.preparee_le and step.preparee_le.isoformat(),
    }
