"""`procedures`: which routes a dossier opens, closes or leaves to be checked."""

import datetime as dt
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import short_date
from generator.cli.common import (
    FrenchDate,
    answer_options,
    answers,
    au_option,
    company_option,
    json_option,
    next_step,
    print_json,
    say,
)

TITLES = {"ouverte": "OUVERTES", "a-verifier": "À VÉRIFIER", "fermee": "FERMÉES"}
DOUBTS = {"haute": "", "moyenne": " (à vérifier)", "basse": " (incertain)"}
WIDTH, LABEL = 110, 13
NBSP = "\u00a0"


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@au_option
@click.option(
    "--ordonnance",
    type=FrenchDate(),
    metavar="DATE",
    help="Date de l'ordonnance d'injonction de payer ; sinon celle du calcul.",
)
@answer_options
@click.option("--voie", metavar="VOIE", help="Ne montrer que cette voie, avec ses pièces et ses textes.")
@click.option("--toutes", is_flag=True, help="Montrer aussi les voies fermées en détail.")
@company_option
@json_option
def procedures(
    dossier: Path,
    au: dt.date,
    ordonnance: dt.date | None,
    yes: tuple[str, ...],
    no: tuple[str, ...],
    voie: str | None,
    toutes: bool,
    entreprise: Path | None,
    as_json: bool,
) -> None:
    """Voir les voies de recouvrement : ouvertes, fermées ou à vérifier, avec leurs coûts et leurs délais.

    Ce que le dossier ne dit pas est une question : y répondre au dossier, ou par --oui et --non.
    Une entreprise donne les tarifs qu'elle connaît dans couts.yml, à côté de entreprise.yml.
    """
    from generator.cli.claim import proceedings_step
    from generator.cli.stopped import show_stopped
    from generator.court.assessment import DECIDED, assess
    from generator.court.assessment_json import REMINDER, assessment_json
    from generator.court.conditions import Facts
    from generator.court.costs import read_company_costs
    from generator.court.procedures import route
    from generator.history import journal_of
    from generator.known_rates import rates_json, stopped_by
    from generator.watching import watch

    chosen = [route(voie)] if voie else None
    loaded, statement = watch(dossier, au, entreprise)
    stopped = stopped_by(statement)
    changes = read_company_costs(loaded.company_path)
    facts = Facts(statement, loaded.law, answers(yes, no))
    events = [event for event in journal_of(loaded).events if event.le <= au]
    found = assess(facts, events, ordonnance, changes, chosen)
    if as_json:
        print_json({**assessment_json(facts, found, ordonnance or au), "interets_arretes": rates_json(stopped)})
        return
    show_stopped(stopped)
    click.echo("\n".join([*_head(facts), *(_detail(facts, found[0]) if voie else _list(facts, found, toutes))]))
    say("\n" + textwrap.fill(REMINDER, WIDTH))
    if proceedings := facts.case.debiteur.procedure_collective:
        next_step(proceedings_step(dossier, proceedings.declaree_le is not None))
    elif any(one.motif and one.motif.id == DECIDED for one in found):
        decision = facts.case.decision
        opposed = decision and decision.opposition_le and decision.opposition_le <= au
        next_step(
            f"impayes agenda {dossier}" if opposed else "la page « Faire exécuter » du guide (justice/executer.md)"
        )
    elif not voie and found[0].etat == "ouverte":
        next_step(f"impayes procedures {dossier} --voie {found[0].procedure.id}")
    elif question := next((q for one in found for q in one.questions), None):
        answer = f"écrire {question.champ} au dossier, ou " if question.champ else ""
        next_step(f"{answer}répondre par --oui {question.question} ou --non {question.question}")


def _head(facts: Any) -> Iterator[str]:
    from generator.money import euros

    debtor, due = facts.case.debiteur, facts.statement.exigible
    merchant = {True: ", commerçant", False: ", non commerçant", None: ""}[facts.said("debiteur-commercant")]
    yield f"Voies de recouvrement du dossier {facts.case.reference} au {short_date(facts.au)}"
    yield (
        f"Débiteur : {debtor.nom}, {debtor.qualite}{merchant}, {debtor.adresse.code_postal} {debtor.adresse.ville} "
        f"({debtor.adresse.pays})"
    )
    opened = debtor.procedure_collective
    if opened and opened.jugement_le <= facts.au:
        yield "Créance à déclarer, pour le montant que donne « impayes declaration »."
        return
    parts = (("principal", due.principal), ("intérêts", due.penalites), ("indemnités", due.indemnites))
    detail = ", ".join(f"{name} {euros(value)}" for name, value in parts if value)
    yield f"Exigible : {euros(due.solde)}" + (f" ({detail})" if detail else "")
    if len(facts.statement.echues) > 1:
        text = facts.law.article("cpc-35").court
        yield f"Plusieurs factures : additionnées, comme des demandes connexes ; sinon chacune compte seule ({text})."


def _list(facts: Any, found: Sequence[Any], everything: bool) -> Iterator[str]:
    reasons = {one.motif.phrase if one.motif else None for one in found}
    if len(reasons) == 1 and (motif := found[0].motif):
        yield ""
        yield from _lines("", f"Aucune voie n'est ouverte. {_cited(facts, motif.phrase, motif.articles)}")
        if not everything:
            return
    for state, title in TITLES.items():
        group = [one for one in found if one.etat == state]
        if group:
            yield f"\n{title}"
        if state == "fermee" and not everything:
            yield from _closed(facts, group)
            continue
        for one in group:
            yield from _short(facts, one)
    if any(one.etat == "fermee" for one in found) and not everything:
        yield "\n(--toutes montre aussi les voies fermées en détail ; --voie VOIE, les pièces et les textes de l'une.)"


def _closed(facts: Any, group: Sequence[Any]) -> Iterator[str]:
    """Routes closed for the same reason are told together."""
    for phrase, articles in dict.fromkeys((one.motif.phrase, one.motif.articles) for one in group):
        yield ""
        for one in group:
            if (one.motif.phrase, one.motif.articles) == (phrase, articles):
                yield f"- {one.procedure.titre} [{one.procedure.id}]"
        yield from _lines("", _cited(facts, phrase, articles), 4)


def _short(facts: Any, one: Any) -> Iterator[str]:
    """What a reader compares: why, who decides, what it costs, how long, what comes next."""
    yield from _opening(facts, one)
    yield from _lines("Juge", one.tribunal)
    yield from _lines("Coût", " ; ".join(_expense(line) for line in one.couts))
    yield from _lines("Délais", " ; ".join(f"{d.etape} : {d.delai}{DOUBTS[d.confiance]}" for d in one.delais))
    yield from _lines("Avocat", one.avocat)
    missing = [document.piece.texte for document in one.pieces if document.present is False and document.piece.bloquant]
    if missing:
        yield from _lines("Il manque", " ; ".join(missing))
    yield from _lines("Étape", one.suite)


def _detail(facts: Any, one: Any) -> Iterator[str]:
    """Everything the data says of one route."""
    from generator.thresholds import fill

    yield f"\n{TITLES[one.etat].rstrip('S')}"
    yield from _opening(facts, one)
    yield from _lines("Juge", _cited(facts, one.tribunal, one.procedure.tribunal.articles))
    yield from _lines("Règle", one.procedure.tribunal.regle)
    yield from _lines("Avocat", _cited(facts, one.avocat, one.procedure.avocat.articles))
    for line in one.couts:
        sources = " ; ".join(source.texte for source in line.cout.sources)
        note = f" {fill(line.cout.note, facts.law, facts.au)}" if line.cout.note else ""
        yield from _lines("Coût", f"{_expense(line)}, état au {short_date(line.cout.etat_le)} ({sources}).{note}")
    for limit in one.delais:
        text = f"{limit.etape} : {limit.delai} depuis {limit.depart}{DOUBTS[limit.confiance]}."
        yield from _lines("Délai", _cited(facts, f"{text} {limit.note or ''}".rstrip(), limit.articles))
    states = {True: "noté au dossier, pièce à joindre", False: "à ajouter au dossier", None: "à préparer"}
    for document in one.pieces:
        must = ", indispensable" if document.piece.bloquant else ""
        yield from _lines("Pièce", f"{document.piece.texte} : {states[document.present]}{must}")
    for form in one.procedure.formulaires:
        notice = f", notice {form.notice}" if form.notice else ""
        yield from _lines(
            "Formulaire", f"{form.numero}{notice} : {form.objet}{'' if form.obligatoire else ' (facultatif)'}"
        )
    yield from _lines("Étape", one.suite)
    for ending in one.procedure.issue:
        yield from _lines("Fin", f"{ending.evenement} : {fill(ending.effet, facts.law, facts.au)}")
    for remark in one.a_savoir:
        yield from _lines("À savoir", _cited(facts, fill(remark.texte, facts.law, facts.au), remark.articles))
    yield from _lines(
        "Vérifié", f"le {short_date(one.procedure.verifie_le)} ; à revoir le {short_date(one.procedure.a_revoir_le)}"
    )
    yield from _lines("Page", one.procedure.page)


def _opening(facts: Any, one: Any) -> Iterator[str]:
    from generator.thresholds import fill

    doubt = " (application à vérifier)" if one.procedure.etat == "a-verifier" else ""
    yield f"\n- {one.procedure.titre} [{one.procedure.id}]{doubt}"
    yield from _lines("", fill(one.procedure.resume, facts.law, facts.au), 4)
    if one.motif:
        yield from _lines("Fermée", _cited(facts, one.motif.phrase, one.motif.articles))
    for question in one.questions:
        yield from _lines("Question", _cited(facts, question.phrase, question.articles))
        where = f", ou {question.champ} au dossier" if question.champ else ""
        yield from _lines("", f"→ --oui {question.question} ou --non {question.question}{where}", 4 + LABEL)


def _expense(line: Any) -> str:
    """An amount that is only words is already said to be asked for."""
    doubt = "" if line.minimum is None and line.confiance != "basse" else DOUBTS[line.confiance]
    return f"{line.poste} : {line.mots}{' (votre montant)' if line.cout.entreprise else doubt}"


def _lines(label: str, text: str, indent: int = 0) -> list[str]:
    """A label and its text, wrapped under itself."""
    start = f"    {label:<{LABEL}}" if label else " " * indent
    # A colon or a semicolon never opens a line.
    bound = (
        text.replace(" :", f"{NBSP}:")
        .replace(" ;", f"{NBSP};")
        .replace(" ?", f"{NBSP}?")
        .replace("art. ", f"art.{NBSP}")
    )
    filled = textwrap.wrap(
        bound, WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False
    )
    return [line.replace(f"{NBSP}:", " :").replace(f"{NBSP};", " ;").replace(f"{NBSP}?", " ?") for line in filled]


def _cited(facts: Any, sentence: str, articles: tuple[str, ...]) -> str:

    texts = facts.law.cited(articles)
    return f"{sentence} ({texts})" if texts else sentence
