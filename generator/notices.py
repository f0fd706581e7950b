"""What a reader of the statement must be told: one coded French sentence per point.

Codes are stable (they are part of the JSON); sentences may be improved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from generator.calendar_fr import short_date
from generator.case import Case, Invoice
from generator.law import Law, Value, half_year_label
from generator.limitation import Course, limitation_course
from generator.money import euros, taux
from generator.payment_terms import term_problems
from generator.plan import follow_plan
from generator.proceedings import claim_deadlines
from generator.regimes import Regime, covered_by_notice, notice_day

if TYPE_CHECKING:
    from generator.statement import InvoiceStatement


@dataclass(frozen=True)
class Notice:
    """A warning on the statement: a stable code and a French sentence."""

    code: str
    message: str


def notices(
    case: Case,
    au: date,
    invoices: Sequence[InvoiceStatement],
    values: Sequence[Value],
    credit: Decimal,
    regime: Regime,
    law: Law,
) -> Iterator[Notice]:
    """Every warning of a statement, the gravest first."""
    yield from _proceedings(case, au, law)
    yield from _limitation(case, au, invoices, law)
    yield from _rates(case, values)
    if case.debiteur.qualite == "particulier":
        yield from _consumer(case, au, invoices)
    yield from _waivers(case, regime)
    yield from _later(case, au)
    yield from _events(case, au)
    for invoice in invoices:
        if au <= invoice.echeance and invoice.principal:
            yield Notice(
                "facture-non-echue",
                f"La facture {invoice.numero} n'est exigible qu'au lendemain du {short_date(invoice.echeance)} : "
                f"ses {euros(invoice.principal)} figurent au décompte mais ne peuvent pas encore être réclamés.",
            )
        if invoice.montant_conteste and invoice.montant_conteste == invoice.principal:
            yield Notice(
                "contestation",
                f"La facture {invoice.numero} est contestée en totalité : répondre à la contestation avant toute "
                "autre démarche.",
            )
        elif invoice.montant_conteste:
            yield Notice(
                "contestation",
                f"La facture {invoice.numero} est contestée à hauteur de {euros(invoice.montant_conteste)} : "
                "traiter la contestation ; le reste demeure exigible.",
            )
    if credit:
        yield Notice(
            "credit", f"Le débiteur a payé {euros(credit)} de trop : le lui rembourser ou le déduire avec son accord."
        )
    for written in case.factures:
        for code, sentence in term_problems(case, written, law):
            yield Notice(code, sentence)
    if case.devis and not case.factures and (clause := case.conditions.delai):
        # The invoice to come, as the agreed term would date it: better told before it is signed.
        quote, due = case.devis, clause.due_on(case.devis.emis_le)
        coming = Invoice(numero=quote.numero, emise_le=quote.emis_le, echeance=due, montant_ttc=quote.montant_ttc)
        for code, sentence in term_problems(case, coming, law):
            yield Notice(code, sentence)
    yield from _tables(values, au, law)


def _proceedings(case: Case, au: date, law: Law) -> Iterator[Notice]:
    proceedings = case.debiteur.procedure_collective
    if proceedings is None:
        return
    deadlines = claim_deadlines(case, law)
    assert deadlines is not None
    months, limit = deadlines.mois_pour_declarer, deadlines.declarer_avant_le
    if limit and au > limit:
        when = f"(le délai est passé depuis le {short_date(limit)} : demander d'abord un relevé de forclusion)"
    elif limit and (prudent := deadlines.declarer_par_prudence_le):
        when = (
            f"{f'avant le {short_date(prudent)} par prudence' if au <= prudent else 'sans attendre'} ; au plus tard le {short_date(limit)}, "
            f"{months} mois après la publication au BODACC, si le tribunal siège {deadlines.tribunal_suppose}"
        )
    elif limit:
        when = f"au plus tard le {short_date(limit)} ({months} mois après la publication au BODACC)"
    else:
        when = f"dans les {months} mois de la publication du jugement au BODACC (date à relever et à noter au dossier)"
    yield Notice(
        "procedure-collective",
        f"Procédure collective ouverte le {short_date(proceedings.jugement_le)} : ne plus relancer, déclarer la "
        f"créance au mandataire {when} (C. com., art. L622-24 et R622-24). Les intérêts s'arrêtent la veille du "
        "jugement (art. L622-28).",
    )
    for invoice in case.factures:
        if (invoice.executee_le or invoice.emise_le) >= proceedings.jugement_le:
            yield Notice(
                "facture-posterieure-au-jugement",
                f"La facture {invoice.numero} est postérieure au jugement : ne pas la déclarer avec les autres ; en principe "
                "payable à son échéance, elle mérite un dossier à part (C. com., art. L622-17).",
            )
    late = [p for p in case.paiements if proceedings.jugement_le <= p.recu_le <= au]
    if late:
        yield Notice(
            "paiement-apres-jugement",
            "Un paiement a été reçu après le jugement d'ouverture : il peut être annulé s'il règle une dette antérieure "
            "(C. com., art. L622-7) ; en parler au mandataire.",
        )


def _limitation(case: Case, au: date, invoices: Sequence[InvoiceStatement], law: Law) -> Iterator[Notice]:
    for invoice in invoices:
        if invoice.solde:
            yield from limitation_notices(limitation_course(case, invoice.facture, law, au), law)


# Whether the debtor is a public body -> what stops the period, and what people believe does.
_ENOUGH = {
    False: "Une requête en injonction de payer ne suffit pas : c'est la signification de l'ordonnance qui interrompt.",
    True: "Une réclamation écrite interrompt le délai : garder la preuve de son envoi.",
}


def limitation_notices(course: Course, law: Law) -> Iterator[Notice]:
    """The warnings of one invoice: nothing while something stops the period, or once a decision can be enforced."""
    period, last = course.periode, short_date(course.periode.jusqu_au)
    texts = law.cited(period.articles)
    years = f"{period.annees} an{'s' if period.annees > 1 else ''}"
    moved = " et des événements notés" if any(step.effet != "aucun" for step in course.etapes) else ""
    what = f"facture {course.facture.numero}, délai de {years} ({texts}){moved}"
    if course.etat == "acquise":
        yield Notice(
            "prescription-acquise",
            f"PRESCRIPTION, {what} : écoulé depuis le {last}, sauf cause d'interruption. "
            "Vérifier avant toute démarche : le débiteur peut refuser de payer.",
        )
    if course.etat == "imminente":
        left = course.jours_restants
        when = f"il reste {left} jour{'s' if left > 1 else ''}" if left else "c'est le dernier jour"
        yield Notice(
            "prescription-imminente",
            f"PRESCRIPTION IMMINENTE, {what} : {when} pour agir, jusqu'au {last} compris, même si ce jour n'est pas "
            f"ouvrable. {_ENOUGH[course.publique]}",
        )
    if course.etat in ("proche", "imminente"):
        yield Notice(
            "prescription-proche",
            f"Prescription proche, {what} : le dernier jour pour agir en justice est le "
            f"{last} ; une lettre, même recommandée, ne suffit pas à l'interrompre "
            "(sauf envers une personne publique).",
        )


def _rates(case: Case, values: Sequence[Value]) -> Iterator[Notice]:
    clause = case.conditions.taux_penalites
    if clause is None:
        return
    if case.debiteur.qualite == "professionnel":
        if clause.nature != "3x-legal" and any(value.table == "plancher-penalites" for value in values):
            yield Notice(
                "plancher-applique",
                f"Le taux convenu ({_named(clause.nature, clause.valeur)}) est relevé au plancher de trois fois le taux "
                "légal là où il lui est inférieur (C. com., art. L441-10 II).",
            )
    elif clause.nature != {"public": "bce+8", "particulier": "legal"}[case.debiteur.qualite]:
        rule = (
            "le taux des acheteurs publics est fixé par décret (CCP, art. R2192-31)"
            if case.debiteur.qualite == "public"
            else "envers un consommateur, seul l'intérêt légal est compté ; une clause de pénalité peut être abusive "
            "(C. conso., art. R212-2)"
        )
        yield Notice(
            "taux-convenu-ecarte",
            f"Le taux convenu ({_named(clause.nature, clause.valeur)}) n'est pas appliqué : {rule}.",
        )


def _named(nature: str, valeur: Decimal | None) -> str:
    return nature if valeur is None else taux(valeur)


def _consumer(case: Case, au: date, invoices: Sequence[InvoiceStatement]) -> Iterator[Notice]:
    notice = notice_day(case)
    if notice is None or notice > au:
        if any(invoice.jours_de_retard for invoice in invoices):
            yield Notice(
                "sans-mise-en-demeure",
                "Aucune mise en demeure n'est notée au dossier : un consommateur ne doit pas d'intérêt avant elle "
                "(C. civ., art. 1231-6). Une fois la mise en demeure envoyée, noter sa date au dossier : mise_en_demeure: {envoyee_le: AAAA-MM-JJ}.",
            )
        return
    for invoice in invoices:
        if not covered_by_notice(case, invoice.facture) and invoice.jours_de_retard:
            yield Notice(
                "facture-posterieure-a-la-mise-en-demeure",
                f"La facture {invoice.numero} n'était pas échue lors de la mise en demeure : elle ne porte pas encore "
                "d'intérêt, une nouvelle mise en demeure est nécessaire.",
            )


def _waivers(case: Case, regime: Regime) -> Iterator[Notice]:
    waived = [n for n in ("penalites", "indemnite_forfaitaire") if getattr(case.conditions, n) != "reclamer"]
    if waived and not regime.waivers_hold:
        yield Notice(
            "renonciation-sans-effet",
            "Renoncer aux intérêts moratoires d'un marché public est réputé non écrit (CCP, art. L2192-14) : ils sont "
            "comptés, et l'indemnité aussi par prudence.",
        )


def _later(case: Case, au: date) -> Iterator[Notice]:
    """What the file holds and the statement cannot count yet: often a mistyped year."""
    dated = [
        *(("facture", f.numero, f.emise_le) for f in case.factures),
        *(("avoir", n.numero, n.emis_le) for n in case.avoirs),
        *(("paiement", euros(p.montant), p.recu_le) for p in case.paiements),
    ]
    for what, which, day in dated:
        if day > au:
            yield Notice(
                "ecriture-posterieure",
                f"{what.capitalize()} {which} : daté du {short_date(day)}, après le {short_date(au)}, donc pas compté ; "
                "vérifier l'année.",
            )


def _events(case: Case, au: date) -> Iterator[Notice]:
    if (plan := follow_plan(case, au)) is not None:
        if plan.manquees:
            missed = plan.manquees[0]
            yield Notice(
                "versement-manque",
                f"Le plan n'est plus respecté : il manque {euros(plan.en_retard)}, premier versement manqué le "
                f"{short_date(missed.le)}.",
            )
        yield Notice(
            "plan-signe",
            "Un plan est signé : ce décompte n'applique ni le sort des pénalités ni l'ordre des versements prévus par "
            "l'accord.",
        )
    for promise in case.promesses:
        if promise.recue_le <= au <= promise.payer_le:
            yield Notice(
                "promesse-en-cours",
                f"Une promesse de paiement court jusqu'au {short_date(promise.payer_le)} : l'attendre avant de relancer.",
            )
    if case.suspension and au <= case.suspension.jusqu_au:
        yield Notice(
            "relances-suspendues",
            f"Les relances sont suspendues jusqu'au {short_date(case.suspension.jusqu_au)} : {case.suspension.motif}.",
        )
    if case.debiteur.adresse.pays != "FR":
        yield Notice(
            "debiteur-a-l-etranger",
            "Le débiteur est établi hors de France : vérifier que la loi française régit le contrat avant de réclamer "
            "pénalités et indemnité.",
        )


def _tables(values: Sequence[Value], au: date, law: Law) -> Iterator[Notice]:
    for value in values:
        if value.ajoute:
            yield Notice(
                "taux-de-l-entreprise",
                f"Le taux du {half_year_label(value.depuis)} vient de votre fichier taux.yml : {value.source.texte}.",
            )
    for table_id in dict.fromkeys(value.table for value in values):
        table = law.table(table_id)
        if table.a_revoir_le < au:
            yield Notice(
                "table-perimee",
                f"La table « {table.libelle} » devait être relue le {short_date(table.a_revoir_le)} : vérifier sur la "
                "source officielle qu'elle est à jour.",
            )
