"""From the steps of dossiers to messages: one per step, or one per debtor where the strategy says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.money import ZERO
from generator.parties import DebtorKind
from generator.portfolio.snapshot import Prepared, Snapshot, Step

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
    A letter prepared for several dossiers stays one message, without those that something stops since.
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
    made: dict[Prepared, list[tuple[Snapshot, Step]]] = {}
    for snapshot in members:
        for step in snapshot.etapes:
            if (prepared := preparation_of(snapshot, step)) and len(prepared.dossiers) > 1 and not step.arrets:
                made.setdefault(prepared, []).append((snapshot, step))
                continue
            fresh = step.etat == "a-venir" and snapshot.niveau is None and snapshot.echu > ZERO
            if step.lettre and (step.etat in DUE or fresh):
                joining.append((snapshot, step))
            else:
                alone.append(_single(snapshot, step))
    alone += [
        _group(sorted(pairs, key=lambda pair: prepared.dossiers.index(pair[0].reference)))
        for prepared, pairs in made.items()
    ]
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
    return [_group(together), *alone]


def preparation_of(snapshot: Snapshot, step: Step) -> Prepared | None:
    """The last preparation a prepared step comes from; None for any other step."""
    if step.etat != "preparee":
        return None
    numbers = set(step.factures)
    return next(
        (
            prepared
            for prepared in reversed(snapshot.preparees)
            if prepared.lettre == step.lettre
            and prepared.niveau in (None, step.niveau)
            and not prepared.envoyee
            and numbers & set(prepared.factures)
        ),
        None,
    )


def _group(together: Sequence[tuple[Snapshot, Step]]) -> Message:
    """One message about these dossiers, of the level and channel of the first."""
    leader, lead = together[0]
    step = replace(
        lead,
        factures=tuple(number for _, s in together for number in s.factures),
        montant=sum((s.montant for _, s in together), ZERO),
        remarques=tuple(dict.fromkeys(remark for _, s in together for remark in s.remarques)),
    )
    return Message(
        step,
        tuple(snapshot.reference for snapshot, _ in together),
        tuple(snapshot.fichier for snapshot, _ in together),
        leader.debiteur,
        leader.qualite,
        leader.ville,
    )


def _oldest(snapshot: Snapshot, step: Step) -> date:
    return min(f.echeance for f in snapshot.factures if f.numero in step.factures)
