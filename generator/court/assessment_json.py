"""The assessment as data: `impayes procedures DOSSIER --json` (schema impayes/procedures/1)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from generator.court.assessment import Assessment, Finding, summary
from generator.court.conditions import Facts
from generator.money import plain_spaces
from generator.thresholds import fill

SCHEMA = "impayes/procedures/1"
REMINDER = (
    "Information tirée de textes et de tarifs datés : à vérifier avant d'agir. Elle n'est pas un conseil, et l'ordre "
    "de la liste n'en est pas un."
)


def assessment_json(facts: Facts, found: Iterable[Assessment], ordonnance: date) -> dict[str, Any]:
    """Amounts as text with two decimals, dates in ISO form, texts by id."""
    return {
        "schema": SCHEMA,
        "dossier": facts.case.reference,
        "au": facts.au.isoformat(),
        "ordonnance_du": ordonnance.isoformat(),
        "demande": {name: value for name, value in summary(facts).items() if name != "au"},
        "reponses": dict(sorted(facts.answers.items())),
        "voies": [_route(one, facts) for one in found],
        "rappel": REMINDER,
    }


def _route(one: Assessment, facts: Facts) -> dict[str, Any]:
    procedure = one.procedure
    return {
        "id": procedure.id,
        "titre": procedure.titre,
        "etat": one.etat,
        "application": procedure.etat,
        "motif": _finding(one.motif) if one.motif else None,
        "questions": [
            {**_finding(finding), "question": finding.question, "champ": finding.champ} for finding in one.questions
        ],
        "tribunal": _plain(one.tribunal),
        "couts": [
            {
                "id": cost.id,
                "poste": cost.poste,
                "min": _amount(cost.minimum),
                "max": _amount(cost.maximum),
                "unite": cost.unite,
                "texte": _plain(cost.mots),
                "confiance": cost.confiance,
                "etat_le": cost.cout.etat_le.isoformat(),
                "de_l_entreprise": cost.cout.entreprise,
                "sources": [source.texte for source in cost.cout.sources],
                "note": _plain(fill(cost.cout.note, facts.law, facts.au)) if cost.cout.note else None,
            }
            for cost in one.couts
        ],
        "delais": [
            {
                "etape": _plain(limit.etape),
                "delai": _plain(limit.delai),
                "depart": limit.depart,
                "confiance": limit.confiance,
                "articles": list(limit.articles),
                "note": _plain(limit.note) if limit.note else None,
            }
            for limit in one.delais
        ],
        "pieces": [
            {"id": found.piece.id, "texte": found.piece.texte, "bloquant": found.piece.bloquant, "presente": found.present}
            for found in one.pieces
        ],
        "formulaires": [form.numero for form in procedure.formulaires],
        "avocat": _plain(one.avocat),
        "suite": one.suite,
        "fin": [{"evenement": e.evenement, "effet": _plain(fill(e.effet, facts.law, facts.au))} for e in procedure.issue],
        "a_savoir": [_plain(fill(remark.texte, facts.law, facts.au)) for remark in one.a_savoir],
        "articles": list(one.articles),
        "page": procedure.page,
        "verifie_le": procedure.verifie_le.isoformat(),
        "a_revoir_le": procedure.a_revoir_le.isoformat(),
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    return {"condition": finding.id, "texte": _plain(finding.phrase), "articles": list(finding.articles)}


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _plain(text: str) -> str:
    return plain_spaces(text)
