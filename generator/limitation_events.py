"""The facts that move limitation: what the dossier and its journal hold, and what only may count.

A fact counts when the law names it and the user, a date of the dossier or the journal proves it. A plan, a promise,
a payment or an answer may be worth an acknowledgement (C. civ. 2240): that is for a person to judge, so that they are shown
apart, with the day they would give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from generator.calendar_fr import short_date
from generator.case import Case, Invoice
from generator.judicial import LASTING, LimitationEvent, LimitationRecord
from generator.law import Law
from generator.money import euros
from generator.service import ORDER, enforcement_wait, has_lapsed, rule_on

if TYPE_CHECKING:
    from generator.journal import Event

# Not writings, however the journal calls them.
SPOKEN = ("telephone", "visite")
# Exhibits that the debtor wrote.
FROM_DEBTOR = ("courrier-du-debiteur", "reconnaissance")
SPOKEN_NOTE = " (orale, difficile à prouver)"
CHANNELS = {"email": "courriel", "lrar": "recommandé", "lre": "recommandé électronique", "courrier": "courrier"}


@dataclass(frozen=True)
class Possible:
    """Something that may be worth an acknowledgement, on a day."""

    le: date
    nature: str
    factures: tuple[str, ...] = ()


def covers(event: LimitationEvent, invoice: Invoice) -> bool:
    """An event that names no invoice is about those already issued that day."""
    return invoice.numero in event.factures if event.factures else invoice.emise_le <= event.le


def events_about(case: Case, invoice: Invoice, law: Law, au: date, public: bool) -> list[LimitationEvent]:
    """What concerns one invoice by `au`, in order; what is over at once comes before what lasts."""
    kept = [event for event in case.prescription.evenements if covers(event, invoice)]
    for event in (*(_notices(case) if public else ()), *_proceedings(case), *_orders(case, law, au)):
        # What the user wrote as an event is not told twice.
        if covers(event, invoice) and (event.cause, event.le) not in {(known.cause, known.le) for known in kept}:
            kept.append(event)
    kept = [event for event in kept if event.le <= au]
    return sorted(kept, key=lambda event: (event.le, event.cause in LASTING, event.fin_le or date.max))


def _notices(case: Case) -> Iterator[LimitationEvent]:
    """The mises en demeure of the dossier; one that names no invoice is about what was past due when it left."""
    plan = case.plan.mise_en_demeure if case.plan else None
    for notice in (case.mise_en_demeure, *case.autres_mises_en_demeure, plan):
        if notice is None:
            continue
        late = tuple(f.numero for f in case.factures if f.echeance and f.echeance < notice.envoyee_le)
        if about := notice.factures or late:
            yield LimitationEvent(
                le=notice.envoyee_le, cause="reclamation", factures=about, note="mise en demeure du dossier"
            )


def _proceedings(case: Case) -> Iterator[LimitationEvent]:
    """The claim declared, unless the user wrote when; what is born after the judgment is not declared."""
    proceedings = case.debiteur.procedure_collective
    if proceedings is None or proceedings.declaree_le is None:
        return
    noted = any(event.cause == "declaration-de-creance" for event in case.prescription.evenements)
    earlier = tuple(f.numero for f in case.factures if (f.executee_le or f.emise_le) < proceedings.jugement_le)
    if earlier and not noted:
        yield LimitationEvent(le=proceedings.declaree_le, cause="declaration-de-creance", factures=earlier)


def _orders(case: Case, law: Law, au: date) -> Iterator[LimitationEvent]:
    """The order to pay that was served in time; it can only be about what was already late."""
    decision = case.decision
    if decision is None or decision.type != ORDER or decision.signifiee_le is None or has_lapsed(decision, law, au):
        return
    judged = tuple(f.numero for f in case.factures if f.echeance and f.echeance < decision.rendue_le)
    opposed = decision.opposition_le is not None and decision.opposition_le <= au
    if judged:
        # Without opposition nothing says that a case goes on: the period starts again the day of the service.
        yield LimitationEvent(
            le=decision.signifiee_le,
            cause="demande-en-justice",
            fin_le=None if opposed else decision.signifiee_le,
            factures=judged,
            note="signification de l'ordonnance d'injonction de payer",
        )


def with_claims(case: Case, events: Sequence[Event], au: date) -> Case:
    """`case` with the letters its journal says were sent to a public body by `au`: each is a written claim.

    Loi 68-1250, art. 2. Against anybody else a letter interrupts nothing, and the case is returned as it is. Calling
    it twice adds nothing.
    """
    if case.debiteur.qualite != "public":
        return case
    known = {(event.le, event.factures, event.note) for event in case.prescription.evenements}
    found = []
    for event in events:
        if event.action != "envoi" or event.le > au or event.canal in SPOKEN or _to_somebody_else(event.lettre):
            continue
        what = f"lettre « {event.lettre} »" if event.lettre else "lettre"
        how = f" par {CHANNELS[event.canal]}" if event.canal in CHANNELS else ""
        claim = LimitationEvent(
            le=event.le, cause="reclamation", factures=event.factures, note=f"{what} envoyée{how}, notée au journal"
        )
        if (claim.le, claim.factures, claim.note) not in known:
            known.add((claim.le, claim.factures, claim.note))
            found.append(claim)
    if not found:
        return case
    return case.model_copy(
        update={"prescription": LimitationRecord(evenements=(*case.prescription.evenements, *found))}
    )


def _to_somebody_else(letter: str | None) -> bool:
    return letter is not None and letter in _letters_to_others()


@cache
def _letters_to_others() -> frozenset[str]:
    """The product's letters that a debtor never receives: the journal does not keep to whom a letter went."""
    from generator.letters import find_letters
    from generator.resources import builtin

    return frozenset(
        letter.id for letter in find_letters((builtin("letters"),)) if letter.spec.destinataire != "debiteur"
    )


def possible_about(case: Case, invoice: Invoice, au: date, events: Sequence[Event] = ()) -> list[Possible]:
    """What may be worth an acknowledgement of this invoice by `au`, in order, without what the user already counted."""
    counted = {
        event.le
        for event in case.prescription.evenements
        if event.cause in ("reconnaissance", "paiement-partiel") and covers(event, invoice)
    }
    found: dict[date, Possible] = {}
    for one in (*_possible(case), *_possible_in(case, events)):
        about = invoice.numero in one.factures if one.factures else invoice.emise_le <= one.le
        if about and one.le <= au and one.le not in counted:
            found.setdefault(one.le, one)
    return [found[day] for day in sorted(found)]


def _possible(case: Case) -> Iterator[Possible]:
    plan = case.plan
    if plan and plan.signe_le:
        yield Possible(plan.signe_le, "plan de paiement signé")
    if plan and plan.avenant and plan.avenant.signe_le:
        yield Possible(plan.avenant.signe_le, "avenant du plan signé")
    if case.transaction and case.transaction.signe_le:
        yield Possible(case.transaction.signe_le, "transaction signée")
    for promise in case.promesses:
        spoken = promise.canal in SPOKEN
        yield Possible(promise.recue_le, f"promesse de payer{SPOKEN_NOTE if spoken else ''}")
    for payment in case.paiements:
        about = (payment.facture,) if payment.facture else ()
        yield Possible(payment.recu_le, f"paiement de {euros(payment.montant)}", about)
    for piece in case.pieces:
        if piece.le and piece.nature in FROM_DEBTOR:
            yield Possible(piece.le, f"pièce « {piece.titre} », à relire")


def _possible_in(case: Case, events: Sequence[Event]) -> Iterator[Possible]:
    for event in events:
        amount = f" de {euros(event.montant)}" if event.montant else ""
        if event.action == "paiement":
            yield Possible(event.le, f"paiement{amount} noté au journal", event.factures or _paid(case, event))
        elif event.action == "reponse":
            spoken = SPOKEN_NOTE if event.canal in SPOKEN else ""
            yield Possible(event.le, f"réponse du client notée au journal, à relire{spoken}", event.factures)
        elif event.action == "promesse":
            spoken = SPOKEN_NOTE if event.canal in SPOKEN else ""
            yield Possible(event.le, f"promesse de payer{amount} notée au journal{spoken}", event.factures)


def _paid(case: Case, event: Event) -> tuple[str, ...]:
    """The invoices that the dossier says this payment of the journal settles; empty when it does not say."""
    same = [one.facture for one in case.paiements if one.recu_le == event.le and one.montant == event.montant]
    named = tuple(number for number in same if number)
    return named if len(named) == len(same) else ()


def doubts(case: Case, invoice: Invoice, law: Law, au: date) -> Iterator[str]:
    """What the dossier says of a court and that nobody has dated as an event: the user must."""
    decision = case.decision
    if decision is None or decision.rendue_le > au or not invoice.echeance or invoice.echeance >= decision.rendue_le:
        return
    if has_lapsed(decision, law, au):
        yield (
            f"L'ordonnance du {short_date(decision.rendue_le)} n'a pas été signifiée à temps, d'après le dossier : elle est en "
            f"principe non avenue ({law.article('cpc-1411').court}), et rien n'est compté pour elle. Corriger "
            "decision.signifiee_le, ou retirer decision ; retirer aussi l'événement qui serait cette signification."
        )
    elif decision.type == ORDER and decision.executoire_le is None and decision.opposition_le is None:
        _, first = enforcement_wait(decision, law)
        if first and first <= au:
            years = int(rule_on(law, "execution-titre", decision.rendue_le).valeur) // 12
            yield (
                f"Si aucune opposition n'a été formée, l'ordonnance s'exécute pendant {years} ans "
                f"({law.article('cpce-l111-4').court}) : écrire decision.executoire_le."
            )
    if any(e.cause == "demande-en-justice" and covers(e, invoice) and e.le <= au for e in case.prescription.evenements):
        return
    if decision.type != ORDER:
        yield (
            f"Une décision du {short_date(decision.rendue_le)} est au dossier, mais la demande en justice n'est pas "
            "datée : l'ajouter à prescription.evenements (cause: demande-en-justice, le, fin_le), sinon elle n'est pas comptée."
        )
