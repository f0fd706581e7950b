"""From the steps of dossiers to messages: one per step, or one per debtor where the strategy says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.money import ZERO
from generator.parties import DebtorKind
from generator.portfolio.snapshot import Snapshot, Step

DUE = ("a-faire", "a-valider")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one debtor, about one dossier or several; the first dossier leads."""

    step: Step
    references: tuple[str, ...]
    fichiers: tuple[Path, ...]
    debiteur: str
    qualite: DebtorKind
    ville: str


def messages_of(snapshots: Iterable[Snapshot]) -> list[Message]:
    """Every next message, by day then reference.

    Under a strategy that groups by debtor, what is due today for the dossiers of one debtor makes one message, at
    the level of its oldest debt. A dossier that has had its own letters already waits for its own turn and level.
    """
    found: list[Message] = []
    grouped: dict[tuple[str, str], list[Snapshot]] = {}
    for snapshot in snapshots:
        if snapshot.cle_envoi:
            grouped.setdefault((snapshot.cle_debiteur, snapshot.cle_envoi), []).append(snapshot)
        else:
            found += [_single(snapshot, step) for step in snapshot.etapes]
    for members in grouped.values():
        found += _of_debtor(members)
    return sorted(found, key=lambda message: (message.step.le, message.references, message.step.niveau))


def _single(snapshot: Snapshot, step: Step) -> Message:
    return Message(
        step, (snapshot.reference,), (snapshot.fichier,), snapshot.debiteur, snapshot.qualite, snapshot.ville
    )


def _of_debtor(members: Sequence[Snapshot]) -> list[Message]:
    """The messages of one debtor's dossiers: those due together as one, the others by themselves."""
    alone: list[Message] = []
    joining: list[tuple[Snapshot, Step]] = []
    for snapshot in members:
        for step in snapshot.etapes:
            fresh = step.etat == "a-venir" and snapshot.niveau is None and snapshot.echu > ZERO
            if step.lettre and (step.etat in DUE or fresh):
                joining.append((snapshot, step))
            else:
                alone.append(_single(snapshot, step))
    due = [item for item in joining if item[1].etat in DUE]
    if not due:
        return [*alone, *(_single(snapshot, step) for snapshot, step in joining)]
    leader, lead = min(due, key=lambda item: (_oldest(*item), item[0].reference))
    together, numbers = [(leader, lead)], set(lead.factures)
    past_due = _oldest(leader, lead) < leader.au  # what is not due yet has no place in a letter that claims
    for snapshot, step in joining:
        if snapshot is leader:
            continue
        elsewhere = snapshot.niveau is not None and step.niveau != lead.niveau  # no level is done twice, none is lost
        if elsewhere or numbers & set(step.factures) or past_due != (_oldest(snapshot, step) < snapshot.au):
            alone.append(_single(snapshot, step))
            continue
        numbers |= set(step.factures)
        together.append((snapshot, step))
    step = replace(
        lead,
        factures=tuple(number for _, s in together for number in s.factures),
        montant=sum((s.montant for _, s in together), ZERO),
        remarques=tuple(dict.fromkeys(remark for _, s in together for remark in s.remarques)),
    )
    group = Message(
        step,
        tuple(snapshot.reference for snapshot, _ in together),
        tuple(snapshot.fichier for snapshot, _ in together),
        leader.debiteur,
        leader.qualite,
        leader.ville,
    )
    return [group, *alone]


def _oldest(snapshot: Snapshot, step: Step) -> date:
    return min(f.echeance for f in snapshot.factures if f.numero in step.factures)
