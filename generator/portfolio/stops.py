"""What stops the reminders of a whole dossier: each reason with its sentence, and until when it holds."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from generator.calendar_fr import short_date
from generator.case import Case
from generator.conditions import CONDITIONS, plan_has_lapsed
from generator.court.order_state import decision_state
from generator.journal import Event
from generator.law import Law
from generator.money import euros
from generator.portfolio.snapshot import Stop
from generator.statement import Statement

# Third parties who speak to the debtor in the creditor's stead, or between them: two voices would spoil their work.
SPOKESMEN = {
    "commissaire_de_justice": "confié à un commissaire de justice",
    "avocat": "confié à un avocat",
    "societe_de_recouvrement": "confié à une société de recouvrement",
    "mediateur": "confié au médiateur",
    "conciliateur": "confié au conciliateur",
}
# How far apart the bank's day and the day noted in the journal may be for one and the same payment.
SAME_PAYMENT_DAYS = 10


def case_stops(case: Case, statement: Statement, law: Law, events: Sequence[Event]) -> tuple[Stop, ...]:
    """Every reason not to remind this debtor on the day of the statement, the gravest first; none: nothing stops."""
    return tuple(_stops(case, statement, law, events))


def _stops(case: Case, statement: Statement, law: Law, events: Sequence[Event]) -> Iterator[Stop]:
    au = statement.au
    if proceedings := case.debiteur.procedure_collective:
        day = short_date(proceedings.jugement_le)
        yield Stop(
            "procedure-collective",
            f"procédure collective ouverte le {day} : ne plus relancer{_to_declare(statement)}"
            if not proceedings.declaree_le
            else f"procédure collective ouverte le {day}, créance déclarée le {short_date(proceedings.declaree_le)}",
        )
    if CONDITIONS["transaction-signee"](case, statement):
        yield Stop("transaction-signee", "une transaction est signée : seul ce qu'elle prévoit peut être réclamé")
    if decision := decision_state(case, law, au):
        yield Stop("titre", decision.phrase)
    if not statement.totaux.solde:
        yield Stop("paye", "plus rien n'est dû")
    if any(notice.code == "prescription-acquise" for notice in statement.avertissements):
        yield Stop("prescription", "le délai pour agir est écoulé, sauf cause d'interruption : vérifier avant d'écrire")
    yield from _unreported(case, statement, events)
    if case.suspension and au <= case.suspension.jusqu_au:
        until = case.suspension.jusqu_au
        yield Stop("pause", f"relances suspendues jusqu'au {short_date(until)} : {case.suspension.motif}", until)
    for promise in case.promesses:
        if promise.recue_le <= au <= promise.payer_le:
            amount = f" de {euros(promise.montant)}" if promise.montant else ""
            yield Stop(
                "promesse", f"promesse{amount} à attendre jusqu'au {short_date(promise.payer_le)}", promise.payer_le
            )
    if statement.suivi_plan is not None and not plan_has_lapsed(case, statement):
        coming = next((e.le for e in statement.suivi_plan.echeances if e.reste and e.le >= au), None)
        if statement.suivi_plan.manquees:
            yield Stop("plan", f"un plan est signé, il y manque {euros(statement.suivi_plan.en_retard)}")
        elif coming:
            yield Stop("plan", f"plan respecté, prochain versement le {short_date(coming)}", coming)
        else:
            yield Stop("plan-verse", "plan entièrement versé : donner quittance, ou décider de ce qu'il laisse")
    for role, words in SPOKESMEN.items():
        if getattr(case.tiers, role):
            yield Stop("tiers", f"{words} : lui laisser la parole, ou retirer tiers.{role} du dossier")


def _to_declare(statement: Statement) -> str:
    """What the creditor can still do of a claim that is not declared."""
    limits, au = statement.delais_procedure, statement.au
    if limits is None or limits.declarer_avant_le is None or au <= limits.declarer_avant_le:
        return ", déclarer la créance"
    if limits.relever_avant_le and au <= limits.relever_avant_le:
        return f" ; délai pour déclarer passé, relevé de forclusion à demander avant le {short_date(limits.relever_avant_le)}"
    return " ; délais pour déclarer et pour être relevé passés"


def _unreported(case: Case, statement: Statement, events: Sequence[Event]) -> Iterator[Stop]:
    """Money the journal speaks of and the dossier does not: the balance may be wrong, nothing leaves before."""
    left = [payment for payment in case.paiements if payment.recu_le <= statement.au]
    for event in events:
        if event.action != "paiement":
            continue
        near = timedelta(days=SAME_PAYMENT_DAYS)
        same = (p for p in left if event.montant in (None, p.montant) and abs(p.recu_le - event.le) <= near)
        match = next(same, None)
        if match is not None:
            left.remove(match)
            continue
        day = short_date(event.le)
        yield Stop(
            "paiement-a-reporter",
            f"{euros(event.montant)} notés au journal le {day} et absents du dossier : les ajouter à paiements"
            if event.montant
            else f"un paiement noté au journal le {day}, sans montant, manque au dossier : l'ajouter à paiements",
        )
