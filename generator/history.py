"""What the journal knows of a dossier, put into the dossier; and a dossier as it stood on a day.

The journal is written by the tool while the dossier is written by a person: a mise en demeure confirmed in one
would otherwise have to be copied into the other. Both functions return a new `Case` and change nothing on disk.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from generator.case import Case, MiseEnDemeure, Promise
from generator.journal import Event, Journal, journal_path, read_journal
from generator.loading import LoadedCase


def with_journal(loaded: LoadedCase, au: date) -> LoadedCase:
    """`loaded` completed by its journal up to the end of the day `au`; InvalidInput when the journal was altered."""
    journal = journal_of(loaded)
    if not journal.events:
        return loaded
    return replace(loaded, case=complete(loaded.case, journal, au), journal_sha256=journal.tete)


def journal_of(loaded: LoadedCase) -> Journal:
    """The journal of a dossier, kept beside its `entreprise.yml`; empty when none was begun."""
    return read_journal(journal_path((loaded.company_path or loaded.path).parent, loaded.case.reference))


def complete(case: Case, journal: Journal, au: date) -> Case:
    """`case` with what its journal establishes by `au`.

    The first mise en demeure and its reception; the one sent for a missed instalment, the forfeiture, the answer to a
    dispute, the declared claim; promises received; penalties or indemnity given up by a letter that was sent. What the
    dossier itself says is kept, except that an earlier mise en demeure of the journal comes first.
    """
    events = [event for event in journal.events if event.le <= au]
    sent: dict[str, list[Event]] = {}
    for event in events:
        if event.action == "envoi" and event.etablit:
            sent.setdefault(event.etablit, []).append(event)
    changes: dict[str, Any] = {}
    if found := sent.get("mise_en_demeure"):
        first = min(found, key=lambda event: event.le)
        known = case.mise_en_demeure
        if known is None or first.le < known.envoyee_le or (first.le == known.envoyee_le and not known.recue_le):
            changes["mise_en_demeure"] = _notice(first, events)
    plan = case.plan
    if plan and plan.mise_en_demeure is None and (found := sent.get("plan.mise_en_demeure")):
        plan = plan.model_copy(update={"mise_en_demeure": _notice(found[-1], events)})
    if plan and plan.decheance_le is None and (found := sent.get("plan.decheance_le")):
        plan = plan.model_copy(update={"decheance_le": found[0].le})
    if plan is not case.plan:
        changes["plan"] = plan
    if found := sent.get("contestation.repondu_le"):
        changes["factures"] = tuple(_answered(invoice, found) for invoice in case.factures)
    proceedings = case.debiteur.procedure_collective
    if proceedings and proceedings.declaree_le is None and (found := sent.get("procedure_collective.declaree_le")):
        declared = proceedings.model_copy(update={"declaree_le": found[0].le})
        changes["debiteur"] = case.debiteur.model_copy(update={"procedure_collective": declared})
    if promises := _promises(case, events):
        changes["promesses"] = (*case.promesses, *promises)
    given_up = {
        field: "abandonner"
        for field in ("penalites", "indemnite_forfaitaire")
        if any(e.action == "envoi" and getattr(e, field) == "abandonner" for e in events)
    }
    if given_up:
        changes["conditions"] = case.conditions.model_copy(update=given_up)
    return case.model_copy(update=changes) if changes else case


def _notice(sent: Event, events: list[Event]) -> MiseEnDemeure:
    """A notice sent, with the day it was received when the journal says it."""
    received = sent.recu_le or next(
        (e.le for e in events if e.action == "reception" and e.lettre == sent.lettre and e.le >= sent.le), None
    )
    return MiseEnDemeure(envoyee_le=sent.le, recue_le=received)


def _answered(invoice: Any, found: list[Event]) -> Any:
    dispute = invoice.contestation
    if dispute is None or dispute.repondu_le:
        return invoice
    day = next((e.le for e in found if not e.factures or invoice.numero in e.factures), None)
    if day is None or day < dispute.depuis:
        return invoice
    return invoice.model_copy(update={"contestation": dispute.model_copy(update={"repondu_le": day})})


def _promises(case: Case, events: list[Event]) -> list[Promise]:
    """Promises the journal holds and the dossier does not: the same day promised and the same sum are one."""
    known = {(promise.payer_le, promise.montant) for promise in case.promesses}
    found = []
    for event in events:
        if event.action == "promesse" and event.payer_le and (event.payer_le, event.montant) not in known:
            known.add((event.payer_le, event.montant))
            found.append(Promise(recue_le=event.le, payer_le=event.payer_le, montant=event.montant, canal=event.canal))
    return found


def case_on(case: Case, au: date) -> Case:
    """The dossier as it was known on `au`: what came later is taken out, so that an earlier picture never changes.

    Invoices, credit notes and payments dated later are left to `build_statement`, which ignores them. A pause has no
    first day: it is kept.
    """
    changes: dict[str, Any] = {}
    if any(f.contestation and f.contestation.depuis > au for f in case.factures):
        changes["factures"] = tuple(
            f.model_copy(update={"contestation": None}) if f.contestation and f.contestation.depuis > au else f
            for f in case.factures
        )
    if any(promise.recue_le > au for promise in case.promesses):
        changes["promesses"] = tuple(promise for promise in case.promesses if promise.recue_le <= au)
    if case.mise_en_demeure and case.mise_en_demeure.envoyee_le > au:
        changes["mise_en_demeure"] = None
    if (proceedings := case.debiteur.procedure_collective) and proceedings.jugement_le > au:
        changes["debiteur"] = case.debiteur.model_copy(update={"procedure_collective": None})
    if (settlement := case.transaction) and settlement.signe_le and settlement.signe_le > au:
        changes["transaction"] = settlement.model_copy(update={"signe_le": None})
    if plan := _plan_on(case, au):
        changes["plan"] = plan
    return case.model_copy(update=changes) if changes else case


def _plan_on(case: Case, au: date) -> Any:
    """The plan without what happened to it later; None when nothing has to change."""
    plan = case.plan
    if plan is None:
        return None
    changes: dict[str, Any] = {}
    if plan.signe_le and plan.signe_le > au:
        changes["signe_le"] = None
    if plan.mise_en_demeure and plan.mise_en_demeure.envoyee_le > au:
        changes["mise_en_demeure"] = None
    if plan.decheance_le and plan.decheance_le > au:
        changes["decheance_le"] = None
    return plan.model_copy(update=changes) if changes else None
