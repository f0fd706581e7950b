"""Named conditions: what letters ask of a case and its statement, when a path of the dossier cannot say it.

`letter.yml` names them in `refuse_si` and `proposer_si`. Each is one line; none of them decides an amount.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from generator.calendar_fr import next_working_day
from generator.case import Case, MiseEnDemeure
from generator.resources import builtin
from generator.statement import Statement
from generator.yaml_text import read_yaml

# Third parties to whom a matter is handed over.
TAKERS = ("mediateur", "conciliateur", "commissaire_de_justice", "avocat", "societe_de_recouvrement", "assureur_credit")

Condition = Callable[[Case, Statement], bool]

CONDITIONS: dict[str, Condition] = {
    "rien-n-est-echu": lambda case, statement: not statement.echues,
    "rien-n-est-du": lambda case, statement: not statement.totaux.solde,
    "principal-solde": lambda case, statement: bool(statement.totaux.solde) and not statement.totaux.principal,
    "tout-est-echu": lambda case, statement: all(
        statement.au > invoice.echeance for invoice in statement.factures if invoice.solde
    ),
    "plan-a-signer": lambda case, statement: case.plan is not None and case.plan.signe_le is None,
    "plan-depasse-la-dette": lambda case, statement: (
        case.plan is not None
        and case.plan.montant > statement.totaux.solde - sum(f.montant_conteste for f in statement.factures)
    ),
    "mise-en-demeure-deja-envoyee": lambda case, statement: case.mise_en_demeure is not None,
    "plan-en-cours": lambda case, statement: statement.suivi_plan is not None and not plan_has_lapsed(case, statement),
    "plan-non-signe": lambda case, statement: statement.suivi_plan is None,
    "plan-respecte": lambda case, statement: statement.suivi_plan is not None and not statement.suivi_plan.manquees,
    "plan-sans-decheance": lambda case, statement: case.plan is not None and not case.plan.decheance_du_terme,
    "preavis-du-plan-en-cours": lambda case, statement: (
        statement.suivi_plan is not None
        and statement.suivi_plan.preavis_jusqu_au is not None
        and statement.au <= statement.suivi_plan.preavis_jusqu_au
    ),
    "avenant-a-signer": lambda case, statement: (
        case.plan is not None and case.plan.avenant is not None and case.plan.avenant.signe_le is None
    ),
    "aucune-promesse-manquee": lambda case, statement: statement.promesse_non_tenue is None,
    "principal-restant-du": lambda case, statement: bool(statement.totaux.principal),
    "solde-restant-du": lambda case, statement: bool(statement.totaux.solde),
    "rien-n-est-conteste": lambda case, statement: not any(f.montant_conteste for f in statement.factures),
    "contestation-sans-reponse": lambda case, statement: any(
        f.montant_conteste and f.facture.contestation and not f.facture.contestation.repondu_le
        for f in statement.factures
    ),
    "tout-est-conteste": lambda case, statement: (
        bool(statement.echues) and all(f.montant_conteste == f.principal for f in statement.echues)
    ),
    "accessoires-non-reclames": lambda case, statement: not statement.exigible.solde - statement.exigible.principal,
    "devis-a-accepter": lambda case, statement: (
        case.devis is not None and case.devis.accepte_le is None and not case.factures
    ),
    "acompte-a-recevoir": lambda case, statement: _deposit_missing(case, statement) and not case.factures,
    "acompte-recu": lambda case, statement: (
        case.devis is not None and case.devis.acompte is not None and statement.totaux.credit >= case.devis.acompte
    ),
    "action-directe-prematuree": lambda case, statement: (
        statement.action_directe_des is not None and statement.au < statement.action_directe_des
    ),
    "secteur-hors-transport": lambda case, statement: case.conditions.secteur != "transport",
    "preavis-du-plan-echu": lambda case, statement: (
        statement.suivi_plan is not None
        and statement.suivi_plan.preavis_jusqu_au is not None
        and statement.au > statement.suivi_plan.preavis_jusqu_au
        and not plan_has_lapsed(case, statement)
    ),
    "avenant-depasse-le-plan": lambda case, statement: (
        statement.suivi_plan is not None
        and case.plan is not None
        and case.plan.avenant is not None
        and case.plan.avenant.signe_le is None
        and case.plan.avenant.montant > statement.suivi_plan.reste
    ),
    "transaction-sans-concession": lambda case, statement: (
        case.transaction is not None
        and case.transaction.concession_creancier is None
        and case.transaction.montant >= statement.totaux.solde
    ),
    "transaction-a-signer": lambda case, statement: case.transaction is not None and case.transaction.signe_le is None,
    "transaction-signee": lambda case, statement: (
        case.transaction is not None
        and case.transaction.signe_le is not None
        and case.transaction.signe_le <= statement.au
        and (case.transaction.resolue_le is None or case.transaction.resolue_le > statement.au)
    ),
    "sans-mise-en-demeure": lambda case, statement: case.mise_en_demeure is None,
    # A third party named in the dossier says that the creditor has chosen another way.
    "mise-en-demeure-sans-effet": lambda case, statement: (
        _notice_is_over(case, statement) and not any(getattr(case.tiers, role) for role in TAKERS)
    ),
    "action-directe-ouverte": lambda case, statement: (
        statement.action_directe_des is not None
        and statement.au >= statement.action_directe_des
        and case.tiers.maitre_d_ouvrage is not None
    ),
    "garant-du-transport": lambda case, statement: (
        case.conditions.secteur == "transport"
        and case.tiers.destinataire is not None
        and _notice_is_over(case, statement)
    ),
    "clause-penale-a-reclamer": lambda case, statement: (
        case.conditions.clause_penale is not None and case.mise_en_demeure is None
    ),
    "reserve-a-faire-valoir": lambda case, statement: (
        case.reserve_de_propriete is not None and case.mise_en_demeure is None
    ),
    "sous-traitance-a-notifier": lambda case, statement: (
        case.tiers.maitre_d_ouvrage is not None and case.mise_en_demeure is None
    ),
    "transport-a-notifier": lambda case, statement: (
        case.conditions.secteur == "transport" and case.mise_en_demeure is None
    ),
    # A mise en demeure sent since then has taken the matter further than the promise.
    "promesse-a-relancer": lambda case, statement: (
        statement.promesse_non_tenue is not None
        and (case.mise_en_demeure is None or case.mise_en_demeure.envoyee_le <= statement.promesse_non_tenue.payer_le)
    ),
    "tout-est-paye": lambda case, statement: bool(case.factures and case.paiements) and not statement.totaux.solde,
    "declaration-a-faire": lambda case, statement: (
        case.debiteur.procedure_collective is not None and not _past(statement, "declarer_avant_le")
    ),
    "versement-mis-en-demeure-paye": lambda case, statement: (
        statement.suivi_plan is not None
        and bool(statement.suivi_plan.manquees)
        and case.plan is not None
        and case.plan.mise_en_demeure is not None
        and statement.suivi_plan.manquees[0].le >= case.plan.mise_en_demeure.envoyee_le
    ),
    "transaction-executee": lambda case, statement: _settled(case, statement),
    "tout-conteste-sans-reponse": lambda case, statement: (
        bool(statement.echues)
        and all(
            f.montant_conteste == f.principal and f.facture.contestation and not f.facture.contestation.repondu_le
            for f in statement.echues
        )
    ),
    "a-venir-tout-conteste": lambda case, statement: (
        any(f.solde for f in statement.factures)
        and all(f.montant_conteste == f.principal for f in statement.factures if f.solde)
    ),
    "delai-excessif": lambda case, statement: any(
        notice.code == "delai-excessif" for notice in statement.avertissements
    ),
    "promesse-a-venir": lambda case, statement: any(
        promise.recue_le <= statement.au <= promise.payer_le for promise in case.promesses
    ),
    "aucune-promesse-a-venir": lambda case, statement: (
        not any(promise.recue_le <= statement.au <= promise.payer_le for promise in case.promesses)
    ),
    "mise-en-demeure-trop-recente": lambda case, statement: (
        case.mise_en_demeure is not None and statement.au <= last_day_to_answer(case.mise_en_demeure)
    ),
    # Each delivery is looked at on its own: one that the clause covers is enough to write.
    "clause-acceptee-trop-tard": lambda case, statement: bool(statement.hors_reserve) and not statement.sous_reserve,
    "sans-procedure": lambda case, statement: case.debiteur.procedure_collective is None,
    "declaration-hors-delai-sans-motif": lambda case, statement: (
        _past(statement, "declarer_avant_le")
        and case.debiteur.procedure_collective is not None
        and case.debiteur.procedure_collective.motif_du_retard is None
    ),
    "declaree-dans-les-delais": lambda case, statement: _declared_in_time(case, statement),
    "rien-a-declarer": lambda case, statement: (
        case.debiteur.procedure_collective is not None
        and not any(
            f.solde and (f.facture.executee_le or f.facture.emise_le) < case.debiteur.procedure_collective.jugement_le
            for f in statement.factures
        )
    ),
    "sans-tva": lambda case, statement: not any(f.principal and f.facture.montant_tva for f in statement.factures),
    "tva-non-indiquee": lambda case, statement: any(
        f.principal and f.facture.montant_tva is None for f in statement.factures
    ),
    "acheteur-public": lambda case, statement: case.debiteur.qualite == "public",
    "debiteur-en-france": lambda case, statement: case.debiteur.adresse.pays == "FR",
    "declaration-hors-delai": lambda case, statement: _past(statement, "declarer_avant_le"),
    "declaration-dans-les-delais": lambda case, statement: not _past(statement, "declarer_avant_le"),
    "revendication-hors-delai": lambda case, statement: _past(statement, "revendiquer_avant_le"),
    "forclusion-definitive": lambda case, statement: _past(statement, "relever_avant_le"),
    "sans-liquidation": lambda case, statement: (
        case.debiteur.procedure_collective is None or case.debiteur.procedure_collective.type != "liquidation"
    ),
}


# Recipients that depend on the case, by the name letters give them in `destinataire`.
RECIPIENTS: dict[str, Callable[[Case], str]] = {
    # The administrator if there is one, else the debtor (C. com. R624-13); in liquidation, the liquidator (R641-31).
    "detenteur-des-biens": lambda case: (
        "tiers.mandataire_judiciaire"
        if case.debiteur.procedure_collective and case.debiteur.procedure_collective.type == "liquidation"
        else "tiers.administrateur_judiciaire"
        if case.tiers.administrateur_judiciaire
        else "debiteur"
    ),
}


def plan_has_lapsed(case: Case, statement: Statement) -> bool:
    """Whether the creditor has written, by the day of the statement, that the whole had become due."""
    return case.plan is not None and case.plan.decheance_le is not None and case.plan.decheance_le <= statement.au


@cache
def answer_days() -> int:
    """What our mises en demeure leave to answer, in days, when the letter sent is not known; no law fixes it."""
    return int(read_yaml(builtin("letters") / "mise-en-demeure" / "letter.yml").data["delai_reponse_jours"])


def last_day_to_answer(notice: MiseEnDemeure) -> date:
    """The last day to answer a mise en demeure that only the dossier knows."""
    return next_working_day(notice.envoyee_le + timedelta(days=answer_days()))


def _deposit_missing(case: Case, statement: Statement) -> bool:
    """A deposit asked for by an accepted quote and not wholly received."""
    quote = case.devis
    if quote is None or quote.accepte_le is None or quote.acompte is None:
        return False
    return statement.totaux.credit < quote.acompte


def _notice_is_over(case: Case, statement: Statement) -> bool:
    """A mise en demeure was sent and the time it left has passed."""
    notice = case.mise_en_demeure
    return notice is not None and statement.au > last_day_to_answer(notice)


def _declared_in_time(case: Case, statement: Statement) -> bool:
    proceedings, deadlines = case.debiteur.procedure_collective, statement.delais_procedure
    if proceedings is None or proceedings.declaree_le is None or deadlines is None:
        return False
    return deadlines.declarer_avant_le is not None and proceedings.declaree_le <= deadlines.declarer_avant_le


def _settled(case: Case, statement: Statement) -> bool:
    """A signed transaction paid in full and in time: what it waived is gone (C. civ. 2052)."""
    settlement = case.transaction
    if settlement is None or settlement.signe_le is None or settlement.signe_le > statement.au:
        return False
    last = min(statement.au, settlement.payer_le)
    return sum(p.montant for p in case.paiements if settlement.signe_le <= p.recu_le <= last) >= settlement.montant


def _past(statement: Statement, deadline: str) -> bool:
    """A date that is not in the dossier has not passed."""
    last = getattr(statement.delais_procedure, deadline, None)
    return last is not None and statement.au > last
