"""The days that count in a dossier: what a calendar must ring for."""

from collections.abc import Iterator, Sequence

from generator.calendar_fr import add_months, short_date
from generator.case import Case
from generator.conditions import last_day_to_answer, plan_has_lapsed
from generator.court.after_order import ENFORCED, agenda_entries
from generator.court.claim import vat_limit
from generator.journal import Event
from generator.law import Law
from generator.limitation import LIMITATION_ALERT_MONTHS, LIMITATION_URGENT_MONTHS, limitation_course
from generator.limitation_events import with_claims
from generator.money import euros
from generator.portfolio.snapshot import Deadline
from generator.statement import Statement

# A habit of ours, not a rule of law: from here on, the day is shown however far the agenda looks.
VAT_ALERT_MONTHS = 6


def case_deadlines(case: Case, statement: Statement, law: Law, events: Sequence[Event]) -> tuple[Deadline, ...]:
    """Every day that counts from the day of the statement on, in order; a limitation that has run out stays."""
    found = {deadline.code: deadline for deadline in _deadlines(case, statement, law, events)}
    kept = [d for d in found.values() if d.le >= statement.au or d.code.startswith("prescription")]
    return tuple(sorted(kept, key=lambda deadline: (deadline.le, deadline.code)))


def _deadlines(case: Case, statement: Statement, law: Law, events: Sequence[Event]) -> Iterator[Deadline]:
    if not statement.totaux.solde:
        return
    yield from _answers(case, statement, events)
    for promise in case.promesses:
        amount = f" de {euros(promise.montant)}" if promise.montant else ""
        yield Deadline(promise.payer_le, f"promesse-{promise.payer_le}", f"Paiement promis{amount}")
    yield from _plan(case, statement)
    if case.suspension:
        # Calendars are shared: why a person is spared stays in the dossier.
        why = "" if case.debiteur.qualite == "particulier" else f" ({case.suspension.motif})"
        yield Deadline(case.suspension.jusqu_au, "fin-de-pause", f"Fin de la pause des relances{why}")
    yield from _after_decision(case, statement, law)
    if case.debiteur.procedure_collective:
        yield from _proceedings(case, statement)
        yield from _vat(case, statement, law)
        return
    yield from _limitation(with_claims(case, events, statement.au), statement, law)


def _after_decision(case: Case, statement: Statement, law: Law) -> Iterator[Deadline]:
    entries = agenda_entries(case, law, statement.au)
    # Years away, the last day to enforce is told with the decision itself: it is no news of the day.
    first = next((period.code for _, _, period in entries if period.code != ENFORCED), None)
    for day, phrase, period in entries:
        yield Deadline(
            day,
            period.code,
            phrase,
            period.libelle,
            period.sinon or "",
            period.articles,
            a_confirmer=period.confiance != "haute",
            prochaine=period.code == first,
        )


def _limitation(case: Case, statement: Statement, law: Law) -> Iterator[Deadline]:
    for invoice in statement.factures:
        course = limitation_course(case, invoice.facture, law, statement.au)
        # A day that moves as long as a case goes on is not for a calendar.
        if not invoice.solde or course.etat in ("arretee", "titre"):
            continue
        end = course.periode.jusqu_au
        last = short_date(end)
        yield Deadline(
            add_months(end, -LIMITATION_ALERT_MONTHS),
            f"prescription-alerte-{invoice.numero}",
            f"Facture {invoice.numero} : plus que {LIMITATION_ALERT_MONTHS} mois pour agir en justice (jusqu'au {last})",
        )
        yield Deadline(
            add_months(end, -LIMITATION_URGENT_MONTHS),
            f"prescription-urgence-{invoice.numero}",
            f"Facture {invoice.numero} : plus qu'un mois pour agir en justice (jusqu'au {last})",
        )
        yield Deadline(
            end,
            f"prescription-{invoice.numero}",
            f"Facture {invoice.numero} : dernier jour pour agir en justice, sauf cause d'interruption",
        )


def _answers(case: Case, statement: Statement, events: Sequence[Event]) -> Iterator[Deadline]:
    """The answer the last formal letter asks for; without a journal, the one a mise en demeure leaves by usage."""
    formal = ("lrar", "lre")
    written = [e for e in events if e.action == "envoi" and e.reponse_avant_le and (e.etablit or e.canal in formal)]
    if written:
        last = written[-1]
        assert last.reponse_avant_le is not None
        yield Deadline(
            last.reponse_avant_le, f"reponse-{last.le}", f"Dernier jour pour répondre à la lettre « {last.lettre} »"
        )
    elif (notice := case.mise_en_demeure) and not statement.suivi_plan:
        day = last_day_to_answer(notice)
        yield Deadline(day, f"reponse-{notice.envoyee_le}", "Dernier jour pour répondre à la mise en demeure")


def _plan(case: Case, statement: Statement) -> Iterator[Deadline]:
    progress = statement.suivi_plan
    if progress is None or plan_has_lapsed(case, statement):
        return
    for instalment in progress.echeances:
        if instalment.reste:
            yield Deadline(
                instalment.le, f"versement-{instalment.le}", f"Versement du plan : {euros(instalment.reste)}"
            )
    if progress.preavis_jusqu_au and progress.manquees:
        yield Deadline(
            progress.preavis_jusqu_au, "preavis-du-plan", "Fin du délai laissé pour régler le versement manqué"
        )


def _proceedings(case: Case, statement: Statement) -> Iterator[Deadline]:
    proceedings, limits = case.debiteur.procedure_collective, statement.delais_procedure
    if proceedings is None or limits is None:
        return
    if limits.declarer_avant_le and not proceedings.declaree_le:
        last = "Dernier jour pour déclarer la créance au mandataire"
        if limits.declarer_par_prudence_le:
            prudent = "Déclarer la créance au mandataire, par prudence : délai le plus court"
            yield Deadline(limits.declarer_par_prudence_le, "declarer-par-prudence", prudent)
            last += f", si le tribunal siège {limits.tribunal_suppose}"
        yield Deadline(limits.declarer_avant_le, "declarer-la-creance", last)
        if limits.relever_avant_le:
            yield Deadline(limits.relever_avant_le, "etre-releve", "Dernier jour pour demander un relevé de forclusion")
    if limits.revendiquer_avant_le and case.reserve_de_propriete:
        yield Deadline(limits.revendiquer_avant_le, "revendiquer", "Dernier jour pour revendiquer les biens")


def _vat(case: Case, statement: Statement, law: Law) -> Iterator[Deadline]:
    limit = vat_limit(case, statement, law)
    if limit is None or limit.le is None:
        return
    alert, last = add_months(limit.le, -VAT_ALERT_MONTHS), short_date(limit.le)
    yield Deadline(
        alert,
        "recuperer-tva-alerte",
        f"Plus que {VAT_ALERT_MONTHS} mois pour récupérer la TVA (déclaration déposée avant le {last})",
        articles=limit.articles,
        a_confirmer=True,
    )
    yield Deadline(
        limit.le,
        "recuperer-tva",
        "Récupérer la TVA sur une déclaration déposée avant ce jour, à vérifier avec votre expert-comptable",
        "Récupérer la TVA des factures perdues",
        "la TVA reversée pourrait être perdue",
        limit.articles,
        a_confirmer=True,
        prochaine=statement.au >= alert,
    )
