"""What a decision or a capitalisation leaves to be checked: coded French sentences, like `notices`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from generator.calendar_fr import list_fr, short_date
from generator.case import Case
from generator.court_costs import ARTICLE_700, CourtCostsDue
from generator.judicial_decision import Decision
from generator.law import Law
from generator.money import euros
from generator.notices import Notice
from generator.service import has_lapsed, service_period
from generator.title import COURT_DECISIONS, LEGAL, RAISED, Title, uncovered
from generator.title_interest import old_interest

if TYPE_CHECKING:
    from generator.statement import InvoiceStatement, Line

# Stable codes, named here because several sentences share one.
NO_INCREASE = "majoration-non-comptee"


def title_notices(
    case: Case,
    law: Law,
    au: date,
    title: Title | None,
    judged: Decimal | None,
    capitalised: bool,
    invoices: Sequence[InvoiceStatement],
    lines: Sequence[Line],
    costs: CourtCostsDue | None,
) -> Iterator[Notice]:
    """The warnings that a decision and a capitalisation add to a statement.

    `judged` is the principal computed on the day of the decision, when the decision gives its own.
    """
    yield from _capitalisation(case, capitalised)
    decision = case.decision
    if decision is None:
        return
    if title is None:
        if decision.opposition_le and decision.opposition_le <= au:
            yield Notice(
                "opposition-formee",
                f"Opposition formée le {short_date(decision.opposition_le)} : l'ordonnance n'est pas comptée ici, le jugement "
                "à venir la remplacera ; noter alors ce jugement au dossier, à la place de l'ordonnance.",
            )
        elif has_lapsed(decision, law, au):
            yield _lapsed(decision, law, au)
        else:
            yield Notice(
                "ecriture-posterieure",
                f"Décision : datée du {short_date(decision.rendue_le)}, après le {short_date(au)}, donc pas comptée ; "
                "vérifier l'année.",
            )
        return
    yield from _amount(case, title, judged, au)
    yield from _rate(case, title)
    yield from _increase(title, au, law, {line.nature for line in lines}, costs)
    yield from old_interest(case, law, au, title, invoices, lines)
    natures = {item.nature for item in costs.postes} if costs else set()
    if natures & {"depens", "frais"}:
        yield Notice(
            "frais-sans-interet",
            "Dépens et frais sont montrés sans intérêt : nous n'avons pas de source sûre sur le jour où il part. Le "
            "commissaire de justice dira s'il est dû. Les dépens sont ceux que le greffe a vérifiés.",
        )


def _lapsed(decision: Decision, law: Law, au: date) -> Notice:
    period = service_period(decision, law)
    assert period is not None
    served = decision.signifiee_le
    what = (
        f"signifiée le {short_date(served)}, après"
        if served and served <= au
        else "sans signification au dossier avant"
    )
    return Notice(
        "ordonnance-non-avenue",
        f"Ordonnance d'injonction du {short_date(decision.rendue_le)} {what} la fin du délai, le "
        f"{short_date(period.dernier_jour)} : elle est en principe non avenue ({law.article('cpc-1411').court}), donc pas "
        "comptée ici. Corriger decision.signifiee_le, ou retirer decision du dossier.",
    )


def _capitalisation(case: Case, capitalised: bool) -> Iterator[Notice]:
    terms = case.conditions.capitalisation
    if terms is None:
        return
    done = (
        "Les intérêts dus pour une année entière produisent intérêt"
        if capitalised
        else "Aucun intérêt n'est encore dû pour une année entière depuis"
    )
    when = (
        f"depuis la demande du {short_date(terms.demandee_le)}"
        if capitalised
        else f"la demande du {short_date(terms.demandee_le)}"
    )
    yield Notice(
        "capitalisation",
        f"{done} {when} (C. civ., art. 1343-2) : cela n'est dû que si le contrat le prévoit ou si le juge l'accorde. La date "
        "de départ est celle de la demande (Cass. com., 9 octobre 2019, n° 18-11.694) ; si la décision en fixe une autre, "
        "écrire conditions.capitalisation.premiere_le.",
    )
    if case.debiteur.qualite == "particulier":
        yield Notice(
            "capitalisation-consommateur",
            "Envers un consommateur, la Cour de cassation écarte la capitalisation pour un crédit à la consommation (1re civ., "
            "9 février 2012, n° 11-14.605). Pour une facture sans crédit, le point est à vérifier, et une clause peut être "
            "abusive : ne la garder que si le juge l'a accordée.",
        )


def _amount(case: Case, title: Title, judged: Decimal | None, au: date) -> Iterator[Notice]:
    ordered = title.decision.montant
    if ordered is not None and judged is not None and ordered != judged:
        yield Notice(
            "montant-de-la-decision",
            f"La décision porte sur {euros(ordered)} de principal et le décompte en avait {euros(judged)} ce jour-là : seul ce "
            "que la décision accorde peut être exécuté. Corriger les factures du dossier ou decision.montant.",
        )
    others = uncovered(title, (invoice for invoice in case.factures if invoice.emise_le <= au))
    if others:
        yield Notice(
            "facture-hors-decision",
            f"Pas encore en retard au jour de la décision, {'la facture' if len(others) == 1 else 'les factures'} "
            f"{list_fr(others)} : comptée{'s' if len(others) > 1 else ''} comme sans décision.",
        )


def _rate(case: Case, title: Title) -> Iterator[Notice]:
    decision = title.decision
    if decision.interets == "legal" and not decision.interets_depuis and case.debiteur.qualite != "particulier":
        yield Notice(
            "interets-de-la-decision",
            f"Au taux légal depuis la décision du {short_date(decision.rendue_le)} ; avant elle, le décompte garde les "
            "pénalités. Si la décision compte le taux légal d'un autre jour, écrire decision.interets_depuis : les pénalités "
            "ne sont alors plus comptées.",
        )


def _increase(title: Title, au: date, law: Law, natures: set[str], costs: CourtCostsDue | None) -> Iterator[Notice]:
    """More points: counted, waiting for a date, or left out and why."""
    decision, text = title.decision, law.article("cmf-l313-3").court
    points = f"{law.value('majoration-taux-legal', on=au).valeur:f} points"
    at_legal_rate = bool(natures & {LEGAL[0], RAISED[0]}) or any(
        item.nature == ARTICLE_700 for item in (costs.postes if costs else ())
    )
    if decision.type not in COURT_DECISIONS:
        yield Notice(
            NO_INCREASE,
            f"La hausse de {points} ({text}) suit une décision de justice ; elle n'est pas comptée pour ce titre "
            "(Cass. 2e civ., 7 janvier 2016, n° 14-26.449, rendu pour un chèque). À vérifier avec le commissaire de justice.",
        )
        return
    if title.taux_legal_des is None:
        yield Notice(
            NO_INCREASE,
            f"La hausse de {points} ({text}) porte sur le taux légal : elle n'est pas ajoutée aux pénalités que la "
            "décision accorde. Aucune décision trouvée ne tranche ce point : à vérifier avec le commissaire de justice.",
        )
    if at_legal_rate and title.majoration_des is None:
        yield Notice(
            "majoration-a-dater",
            f"La hausse de {points} du taux légal ({text}) n'est pas comptée : écrire decision.executoire_le, le jour où la "
            "décision est devenue exécutoire.",
        )
    elif at_legal_rate and title.majoration_des and title.majoration_des <= au:
        yield Notice(
            "taux-legal-majore",
            f"Taux légal augmenté de {points} depuis le {short_date(title.majoration_des)} ({text}) ; le juge de "
            "l'exécution peut réduire ou écarter cette hausse.",
        )
