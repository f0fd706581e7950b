"""What the journal knows of a dossier, put into the dossier; and a dossier as it stood on a day.

The journal is written by the tool while the dossier is written by a person: a mise en demeure confirmed in one
would otherwise have to be copied into the other. Both functions return a new `Case` and change nothing on disk.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from generator.case import Case, Invoice, MiseEnDemeure, Plan, Promise
from generator.journal import Event, Journal, journal_path, read_journal
from generator.limitation_events import with_claims
from generator.loading import LoadedCase


def with_journal(loaded: LoadedCase, au: date) -> LoadedCase:
    """`loaded` completed by its journal, as it was known at the end of the day `au`.

    InvalidInput when the journal was altered.
    """
    journal = journal_of(loaded)
    case = case_on(complete(loaded.case, journal, au), au)
    return replace(loaded, case=case, journal_sha256=journal.tete if journal.lignes else None)


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
        changes |= _notices(case, [_notice(event, events) for event in found])
    plan = case.plan
    if plan and (plan_changes := _plan_events(plan, sent, events)):
        changes["plan"] = plan.model_copy(update=plan_changes)
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
    return with_claims(case.model_copy(update=changes) if changes else case, events, au)


def _plan_events(plan: Plan, sent: dict[str, list[Event]], events: list[Event]) -> dict[str, Any]:
    """What was sent about this plan since it was signed: what was sent before was about another one."""
    changes: dict[str, Any] = {}
    if plan.signe_le is None:
        return changes
    notices, forfeitures = (
        [event for event in sent.get(name, ()) if event.le >= plan.signe_le]
        for name in ("plan.mise_en_demeure", "plan.decheance_le")
    )
    if plan.mise_en_demeure is None and notices:
        changes["mise_en_demeure"] = _notice(notices[-1], events)
    if plan.decheance_le is None and forfeitures:
        changes["decheance_le"] = forfeitures[0].le
    return changes


def _notices(case: Case, found: list[MiseEnDemeure]) -> dict[str, Any]:
    """Every mise en demeure of the dossier and of its journal, the first one apart; one sent the same day is the same."""
    days = {notice.envoyee_le for notice in found if notice.recue_le}
    written = (case.mise_en_demeure, *case.autres_mises_en_demeure)
    kept = [notice for notice in written if notice and (notice.recue_le or notice.envoyee_le not in days)]
    taken = {notice.envoyee_le for notice in kept}
    notices = sorted([*kept, *(n for n in found if n.envoyee_le not in taken)], key=lambda n: n.envoyee_le)
    return {"mise_en_demeure": notices[0], "autres_mises_en_demeure": tuple(notices[1:])}


def _notice(sent: Event, events: list[Event]) -> MiseEnDemeure:
    """A notice sent, with the day it was received when the journal says it."""
    received = sent.recu_le or next(
        (e.le for e in events if e.action == "reception" and e.lettre == sent.lettre and e.le >= sent.le), None
    )
    return MiseEnDemeure(envoyee_le=sent.le, recue_le=received, factures=sent.factures)


def _answered(invoice: Any, found: list[Event]) -> Any:
    dispute = invoice.contestation
    if dispute is None or dispute.repondu_le:
        return invoice
    about = (e.le for e in found if not e.factures or invoice.numero in e.factures)
    day = next((le for le in about if le >= dispute.depuis), None)
    if day is None:
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
    factures = tuple(_invoice_on(invoice, au) for invoice in case.factures)
    if factures != case.factures:
        changes["factures"] = factures
    if any(promise.recue_le > au for promise in case.promesses):
        changes["promesses"] = tuple(promise for promise in case.promesses if promise.recue_le <= au)
    if (notice := _notice_on(case.mise_en_demeure, au)) != case.mise_en_demeure:
        changes["mise_en_demeure"] = notice
    others = tuple(kept for other in case.autres_mises_en_demeure if (kept := _notice_on(other, au)))
    if others != case.autres_mises_en_demeure:
        changes["autres_mises_en_demeure"] = others
    proceedings = case.debiteur.procedure_collective
    if proceedings and proceedings.jugement_le > au:
        changes["debiteur"] = case.debiteur.model_copy(update={"procedure_collective": None})
    elif proceedings:
        later = {name: None for name in ("publication_bodacc_le", "declaree_le") if _after(proceedings, name, au)}
        if later:
            known = proceedings.model_copy(update=later)
            changes["debiteur"] = case.debiteur.model_copy(update={"procedure_collective": known})
    if (settlement := case.transaction) and settlement.signe_le and settlement.signe_le > au:
        changes.update(transaction=settlement.model_copy(update={"signe_le": None}))
    if plan := _plan_on(case, au):
        changes["plan"] = plan
    return case.model_copy(update=changes) if changes else case


def _invoice_on(invoice: Invoice, au: date) -> Invoice:
    dispute = invoice.contestation
    if dispute and dispute.depuis > au:
        return invoice.model_copy(update={"contestation": None})
    if dispute and _after(dispute, "repondu_le", au):
        return invoice.model_copy(update={"contestation": dispute.model_copy(update={"repondu_le": None})})
    return invoice


def _notice_on(notice: MiseEnDemeure | None, au: date) -> MiseEnDemeure | None:
    if notice is None or notice.envoyee_le > au:
        return None
    return notice.model_copy(update={"recue_le": None}) if _after(notice, "recue_le", au) else notice


def _after(block: Any, name: str, au: date) -> bool:
    day = getattr(block, name)
    return day is not None and day > au


def _plan_on(case: Case, au: date) -> Any:
    """The plan without what happened to it later; None when nothing has to change."""
    plan = case.plan
    if plan is None:
        return None
    changes: dict[str, Any] = {}
    if plan.signe_le and plan.signe_le > au:
        changes["signe_le"] = None
    if (notice := _notice_on(plan.mise_en_demeure, au)) != plan.mise_en_demeure:
        changes["mise_en_demeure"] = notice
    if plan.decheance_le and plan.decheance_le > au:
        changes["decheance_le"] = None
    return plan.model_copy(update=changes) if changes else None
