"""`prescription`: until when each invoice can be claimed in court, and why."""

import datetime as dt
import textwrap
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import list_fr, short_date
from generator.cli.common import au_option, company_option, json_option, next_step, print_json, say

CAUSES = {
    "reconnaissance": "reconnaissance de la dette",
    "paiement-partiel": "paiement partiel",
    "demande-en-justice": "demande en justice",
    "acte-d-execution": "acte d'exécution",
    "mesure-conservatoire": "mesure conservatoire",
    "declaration-de-creance": "déclaration de créance",
    "reclamation": "réclamation écrite",
    "mediation": "médiation",
    "conciliation": "conciliation",
    "procedure-participative": "procédure participative",
    "petites-creances": "accord pour la procédure des petites créances",
}
CAUTION = (
    "Calcul fait sur ce que le dossier et le journal disent : information, et non avis. Le jour de départ n'est pas compté, "
    "le dernier jour l'est, et il n'est pas reporté s'il tombe un jour férié. Entre deux lectures, la date la plus "
    "proche est retenue : agir avant, et vérifier chaque fait avec sa pièce."
)
# What the reading rests on, shown once.
COUNTING = ("c-civ-2228", "c-civ-2229", "cass-civ2-2016-04-07")


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@au_option
@company_option
@json_option
def prescription(dossier: Path, au: dt.date, entreprise: Path | None, as_json: bool) -> None:
    """Calculer jusqu'à quand chaque facture peut être réclamée en justice, étape par étape.

    Les faits qui interrompent ou suspendent le délai s'écrivent au dossier, sous prescription.evenements. Envers une
    personne publique, les lettres que le journal dit envoyées comptent aussi.
    """
    from generator.cli.claim import proceedings_step
    from generator.cli.stopped import show_stopped
    from generator.history import journal_of
    from generator.known_rates import rates_json, stopped_by
    from generator.limitation import limitation_course
    from generator.limitation_events import with_claims
    from generator.notices import limitation_notices
    from generator.watching import watch

    loaded, statement = watch(dossier, au, entreprise)
    stopped = stopped_by(statement)
    events = journal_of(loaded).events
    case, law = with_claims(loaded.case, events, au), loaded.law
    owed = [invoice for invoice in statement.factures if invoice.solde]
    courses = [(i, limitation_course(case, i.facture, law, au, events)) for i in owed]
    if as_json:
        print_json(
            {
                "schema": "impayes/prescription/1",
                "dossier": case.reference,
                "au": au.isoformat(),
                "interets_arretes": rates_json(stopped),
                "procedure_collective": _proceedings(case, law, au) if courses else None,
                "factures": [_json(invoice, course) for invoice, course in courses],
                "soldees": [invoice.numero for invoice in statement.factures if not invoice.solde],
                "articles": list(COUNTING),
                "remarque": CAUTION,
            }
        )
        return
    show_stopped(stopped)
    opened = case.debiteur.procedure_collective
    if courses and (line := _proceedings(case, law, au)):
        click.echo(textwrap.fill(line, 100, break_long_words=False) + "\n")
    click.echo("\n".join(_text(statement, law, courses)))
    for _, course in courses:
        # The gravest one of each invoice says it all.
        for notice in islice(limitation_notices(course, law), 1):
            say(f"\nAttention : {notice.message}")
    if courses and opened:
        next_step(proceedings_step(dossier, opened.declaree_le is not None))
    elif courses:
        next_step(f"impayes procedures {dossier} --au {au}")


def _proceedings(case: Any, law: Any, au: dt.date) -> str | None:
    """What comes before any time to sue: declare the claim, or ask to be excused for lateness."""
    from generator.proceedings import claim_deadlines

    proceedings, found = case.debiteur.procedure_collective, claim_deadlines(case, law)
    if proceedings is None or found is None:
        return None
    limit, declared = found.declarer_avant_le, proceedings.declaree_le
    if declared:
        what = f"créance déclarée le {short_date(declared)}"
        if limit and declared > limit:
            what += f", après la fin du délai, le {short_date(limit)}"
    elif limit is None:
        what = f"déclarer dans les {found.mois_par_prudence} mois de la publication au BODACC (noter publication_bodacc_le)"
    elif au > limit:
        what = f"le délai pour déclarer est passé depuis le {short_date(limit)}, demander un relevé de forclusion"
    elif (prudent := found.declarer_par_prudence_le) is not None:
        what = (
            f"déclarer {f'avant le {short_date(prudent)} par prudence' if au <= prudent else 'sans attendre'}, au plus tard le {short_date(limit)} si le tribunal "
            f"siège {found.tribunal_suppose}"
        )
    else:
        what = f"déclarer avant le {short_date(limit)}"
    texts = _texts(law, ("c-com-l622-24", "c-com-r622-24"))
    return f"Procédure collective du {short_date(proceedings.jugement_le)} : {what} ({texts})."


def _text(statement: Any, law: Any, courses: list[tuple[Any, Any]]) -> Iterator[str]:
    yield f"Prescription du dossier {statement.case.reference} au {short_date(statement.au)}"
    yield f"Débiteur : {statement.case.debiteur.nom}"
    paid = [invoice.numero for invoice in statement.factures if not invoice.solde]
    if not courses:
        yield "\nRien n'est dû à cette date : aucun délai à surveiller."
        return
    for invoice, course in courses:
        yield ""
        yield from _one(invoice, course, law)
    if paid:
        yield f"\nSoldée{'s' if len(paid) > 1 else ''}, sans délai à surveiller : {list_fr(paid)}"
    yield ""
    yield textwrap.fill(f"{CAUTION} ({_texts(law, COUNTING)})", 100, break_long_words=False)


def _one(invoice: Any, course: Any, law: Any) -> Iterator[str]:
    from generator.money import euros

    performed = course.facture.executee_le
    yield f"Facture {invoice.numero}, {euros(invoice.solde)} à payer"
    start = performed or course.facture.emise_le
    yield _row(
        "Départ",
        f"{short_date(start)}, {'exécution' if performed else 'date de la facture'}"
        + (" ; délai compté du 1er janvier suivant" if course.publique else ""),
    )
    yield _row("Délai", _duration(course, law))
    for step in course.etapes:
        yield _row(short_date(step.le), _step_text(step, law))
    yield _row("Dernier jour", _last_day(course, law))
    for doubt in course.a_verifier:
        yield _row(
            "À vérifier",
            f"{doubt.nature}, {short_date(doubt.le)} : vaut peut-être reconnaissance ; le délai irait alors jusqu'au "
            f"{short_date(doubt.jusqu_au)} ({_texts(law, doubt.articles)}). Non compté tant que ce n'est pas noté sous "
            "prescription.evenements",
        )
    for remark in course.remarques:
        yield _row("Remarque", remark)


def _duration(course: Any, law: Any) -> str:
    if course.titre_le:
        return f"pour agir, jusqu'au {short_date(course.initiale)} avant tout événement"
    period = course.periode
    years = f"{period.annees} an{'s' if period.annees > 1 else ''}"
    return f"{years} ({_texts(law, period.articles)}), jusqu'au {short_date(course.initiale)} avant tout événement"


def _step_text(step: Any, law: Any) -> str:
    proof = f" [{step.piece}]" if step.piece else ""
    note = f" ({step.note})" if step.note else ""
    return f"{CAUSES[step.cause]}{note} : {step.phrase} ({_texts(law, step.articles)}){proof}"


def _last_day(course: Any, law: Any) -> str:
    last = short_date(course.periode.jusqu_au)
    if course.titre_le:
        texts = _texts(law, course.periode.articles)
        return (
            f"une décision est exécutoire depuis le {short_date(course.titre_le)} : il ne s'agit plus d'agir mais "
            f"d'exécuter, jusqu'au {last}, compté par prudence du jour de la décision ({texts})"
        )
    if course.arretee:
        return f"le délai est arrêté ; s'il reprenait aujourd'hui, il irait jusqu'au {last} au plus tôt"
    if course.etat == "acquise":
        return f"{last} : PASSÉ depuis {_days(-course.jours_restants)}, sauf cause d'interruption non notée"
    months = course.mois_restants
    left = f"{months} mois" if months else _days(course.jours_restants)
    loud = {"proche": "ATTENTION, ", "imminente": "URGENT, "}.get(course.etat, "")
    return f"{last} : {loud}encore {left}" if course.jours_restants else f"{last} : URGENT, c'est aujourd'hui"


def _days(number: int) -> str:
    return f"{number} jour{'s' if number > 1 else ''}"


def _texts(law: Any, articles: tuple[str, ...]) -> str:
    return str(law.cited(articles))


def _row(label: str, text: str) -> str:
    return textwrap.fill(
        text,
        100,
        initial_indent=f"  {label:<13} ",
        subsequent_indent=" " * 16,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _json(invoice: Any, course: Any) -> dict[str, Any]:
    from generator.money import plain_spaces

    performed = course.facture.executee_le
    return {
        "numero": invoice.numero,
        "solde": f"{invoice.solde:.2f}",
        "depart": {
            "le": (performed or course.facture.emise_le).isoformat(),
            "source": "execution" if performed else "facture",
        },
        "annees": course.periode.annees,
        "articles": list(course.periode.articles),
        "annees_initiales": course.annees_initiales,
        "jusqu_au_initial": course.initiale.isoformat(),
        "evenements": [
            {
                "le": step.le.isoformat(),
                "fin_le": step.fin_le.isoformat() if step.fin_le else None,
                "cause": step.cause,
                "effet": step.effet,
                "jusqu_au": step.jusqu_au.isoformat(),
                "phrase": step.phrase,
                "articles": list(step.articles),
                "piece": step.piece,
                "note": step.note,
            }
            for step in course.etapes
        ],
        "jusqu_au": course.periode.jusqu_au.isoformat(),
        "etat": course.etat,
        "titre_le": course.titre_le.isoformat() if course.titre_le else None,
        "mois_restants": course.mois_restants,
        "jours_restants": course.jours_restants,
        "a_verifier": [
            {
                "le": doubt.le.isoformat(),
                "nature": plain_spaces(doubt.nature),
                "jusqu_au": doubt.jusqu_au.isoformat(),
                "articles": list(doubt.articles),
            }
            for doubt in course.a_verifier
        ],
        "remarques": list(course.remarques),
    }
