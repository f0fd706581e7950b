"""What to say before a plan is proposed: why it cannot be, what to watch, which letter carries it."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from generator.calendar_fr import add_years, list_fr, short_date
from generator.case import Case
from generator.conditions import plan_has_lapsed
from generator.errors import InvalidInput, LegalRefusal
from generator.law import Law
from generator.letters import Letter, check_letter, find_letters, holds
from generator.limitation import limitation
from generator.money import ZERO, euros
from generator.notices import Notice
from generator.portfolio.plan_proposal import Proposal
from generator.statement import Statement, build_statement

# What a letter that proposes a plan says of itself in `proposer_si`.
CALL = "plan-a-signer"


def without_former_plan(case: Case, statement: Statement, law: Law) -> tuple[Case, Statement]:
    """The case and its statement without a plan that does not run: proposed and never signed, or lapsed."""
    if case.plan is None or holds("plan-en-cours", case, statement):
        return case, statement
    bare = case.model_copy(update={"plan": None})
    return bare, build_statement(bare, law, statement.au)


def plan_letter(case: Case, statement: Statement, law: Law, roots: tuple[Path, ...]) -> Letter | None:
    """The letter that proposes a plan to this debtor, in their language when there is one; None for a public body.

    LegalRefusal, with the sentence of the letter itself, when a rule forbids any plan.
    """
    letters = [found for found in find_letters(roots) if found.spec.proposer_si == CALL and not found.spec.brouillon]
    letters.sort(key=lambda letter: letter.spec.langue != case.debiteur.langue)
    fitting = [letter for letter in letters if case.debiteur.qualite in letter.spec.pour]
    refusals = [_refusal(letter, case, statement, law) for letter in fitting or letters]
    if refusals and all(refusals):
        raise LegalRefusal(refusals[0] or "")
    return next((letter for letter, said in zip(fitting, refusals, strict=False) if said is None), None)


def _refusal(letter: Letter, case: Case, statement: Statement, law: Law) -> str | None:
    for refusal in letter.spec.refuse_si:
        if holds(refusal.condition, case, statement):
            texts = law.cited(refusal.articles)
            return f"{refusal.phrase.rstrip('.')} ({texts})" if texts else refusal.phrase.rstrip(".")
    return None


def remarks(
    case: Case, statement: Statement, law: Law, proposal: Proposal, letter: Letter | None, roots: Sequence[Path]
) -> Iterator[Notice]:
    """Every warning of a proposed plan, the gravest first; `case` is the dossier's, former plan included."""
    yield from (notice for notice in statement.avertissements if notice.code == "prescription-acquise")
    yield from _former_plan(case, statement)
    yield from _debtor(case, law)
    yield from _length(case, statement, law, proposal)
    yield from _left_out(statement, proposal)
    if letter is not None:
        yield from _not_ready(letter, case, law, proposal, statement.au, tuple(roots))


def _former_plan(case: Case, statement: Statement) -> Iterator[Notice]:
    if case.plan is None:
        return
    if plan_has_lapsed(case, statement):
        assert case.plan.decheance_le is not None
        yield Notice(
            "plan-rompu",
            f"Un premier plan a déjà échoué (déchéance du terme le {short_date(case.plan.decheance_le)}) : n'en accorder "
            "un second que contre une garantie ou un versement immédiat.",
        )
    else:
        yield Notice(
            "plan-deja-propose",
            f"Le dossier contient déjà un plan de {euros(case.plan.montant)}, pas encore signé : celui-ci prendrait sa "
            "place.",
        )


def _debtor(case: Case, law: Law) -> Iterator[Notice]:
    if case.debiteur.qualite == "particulier":
        yield Notice(
            "particulier",
            "Client particulier : ne faire payer aucun frais pour l'étalement, et lui demander s'il a déposé un dossier "
            "de surendettement ; déclaré recevable, il interdit en principe de payer les dettes antérieures "
            f"({law.article('c-conso-l722-2').court}).",
        )
    if case.debiteur.qualite == "public":
        yield Notice(
            "acheteur-public",
            "Acheteur public : un plan a peu de sens. Ses intérêts courent jusqu'au paiement, y renoncer est réputé non "
            f"écrit ({law.article('ccp-l2192-14').court}), et aucune de nos lettres de plan ne lui est destinée : réclamer "
            "plutôt le paiement.",
        )


def _length(case: Case, statement: Statement, law: Law, proposal: Proposal) -> Iterator[Notice]:
    last = proposal.plan.echeances[-1].le
    grace = law.value("delais-de-grace", on=statement.au)
    years = int(grace.valeur)
    if last > add_years(statement.au, years):
        texts = law.cited(grace.articles)
        yield Notice(
            "plan-long",
            f"Le plan va jusqu'au {short_date(last)} : c'est plus que les {years} ans qu'un juge pourrait accorder "
            f"({texts}). Plus un plan dure, plus il risque d'être interrompu.",
        )
    if case.debiteur.qualite == "public":
        return  # against a public body a written claim interrupts the period: nothing to sign
    texts = law.cited(("c-civ-2240", "c-civ-2231"))
    for invoice in proposal.dette.factures:
        period = limitation(case, invoice.facture, law, statement.au)
        if statement.au <= period.jusqu_au < last:
            yield Notice(
                "prescription-pendant-le-plan",
                f"Facture {invoice.numero} : le délai pour agir en justice s'achève le {short_date(period.jusqu_au)}, "
                "avant la fin du plan. Faire signer l'accord d'ici là : la dette reconnue repart pour un délai de même "
                f"durée ({texts}).",
            )


def _left_out(statement: Statement, proposal: Proposal) -> Iterator[Notice]:
    contested = [f for f in statement.echues if f.montant_conteste]
    if contested:
        amount = sum((f.montant_conteste for f in contested), ZERO)
        yield Notice(
            "contestation",
            f"{euros(amount)} contestés restent hors du plan ({list_fr(f.numero for f in contested)}), avec ce que le "
            f"retard a déjà ajouté à {'cette facture' if len(contested) == 1 else 'ces factures'} : traiter la "
            "contestation à part.",
        )
    coming = [f for f in statement.factures if f.solde and f.echeance >= statement.au]
    if coming:
        one = len(coming) == 1
        yield Notice(
            "facture-non-echue",
            f"{'La facture' if one else 'Les factures'} {list_fr(f.numero for f in coming)}, pas encore "
            f"{'échue' if one else 'échues'}, {'reste' if one else 'restent'} hors du plan. Mais l'accord à signer "
            f"reconnaît tout ce que doit le dossier et {'la' if one else 'les'} reporterait après le dernier versement : "
            f"{'la' if one else 'les'} mettre d'abord dans un dossier à part.",
        )


def _not_ready(
    letter: Letter, case: Case, law: Law, proposal: Proposal, au: date, roots: tuple[Path, ...]
) -> Iterator[Notice]:
    proposed = case.model_copy(update={"plan": proposal.plan})
    try:
        check_letter(letter, proposed, build_statement(proposed, law, au), law, roots)
    except InvalidInput as error:
        for problem in error.problems:
            yield Notice("lettre-incomplete", f"La lettre à envoyer ensuite n'est pas prête. {problem}.")
