"""`verifier` and `decompte`."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import short_date
from generator.cli.common import (
    COMPANIES,
    STRATEGIES,
    au_option,
    company_option,
    dossier_files,
    files_named,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    table,
)
from generator.errors import InvalidInput, UserError


@click.command()
@click.argument("chemins", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOSSIERS...")
@au_option
@company_option
@json_option
def verifier(chemins: tuple[Path, ...], au: dt.date, entreprise: Path | None, as_json: bool) -> None:
    """Contrôler des dossiers : toutes les erreurs d'un coup, avec leur ligne.

    DOSSIERS sont des fichiers YAML ou des répertoires qui en contiennent. Les entreprise.yml dont
    ils héritent et les strategie.yml qu'on y trouve sont contrôlés aussi.
    """
    from generator.case import letterhead_gaps
    from generator.loading import load_case, load_company
    from generator.portfolio.strategy import load_strategy
    from generator.render import check_company_files

    files = dossier_files(chemins)
    companies, strategies = files_named(COMPANIES, chemins), files_named(STRATEGIES, chemins)
    others = [*companies, *strategies]
    if not files and not others:
        raise InvalidInput(f"{chemins[0]} : aucun dossier (.yml) ici ; « impayes nouveau » en crée un")
    problems: dict[str, list[str]] = {}
    references: dict[str, Path] = {}
    advice: dict[str, None] = {}
    for path in others:
        try:
            if path in strategies:
                load_strategy(path, entreprise)
            else:
                check_company_files(load_company(path), path.parent)
        except UserError as error:
            problems[str(path)] = list(error.problems)
    bad_others = len(problems)
    for path in progress(files, "Contrôle"):
        try:
            loaded = load_case(path, entreprise)
        except UserError as error:
            problems[str(path)] = list(error.problems)
            continue
        reference = loaded.case.reference
        if reference in references:
            problems[str(path)] = [
                f"{path.name}: reference : « {reference} » est déjà celle de {references[reference].name} : en changer"
            ]
        references.setdefault(reference, path)
        for payment in loaded.case.paiements:
            if payment.recu_le > au:
                day = short_date(payment.recu_le)
                advice[f"{path.name} : un paiement est daté du {day}, qui est à venir : vérifier l'année"] = None
        for gap in letterhead_gaps(loaded.case.creancier):
            advice[f"{gap} : mention obligatoire sur vos lettres (C. com., art. R123-237 et R123-238), à compléter"] = (
                None
            )
    good = len(files) - (len(problems) - bad_others)
    if as_json:
        print_json(
            {
                "schema": "impayes/verification/1",
                "dossiers": len(files),
                "valides": good,
                "erreurs": [{"fichier": name, "messages": found} for name, found in problems.items()],
                "conseils": list(advice),
            }
        )
    else:
        for line in dict.fromkeys(line for found in problems.values() for line in found):
            say(line)
        for line in advice:
            say(f"Conseil : {line}.")
        if files:
            click.echo(f"{_count(good, 'dossier valide', 'dossiers valides')} sur {len(files)}.")
        for path in [path for path in others if not files and str(path) not in problems]:
            click.echo(f"{path.name} : valide.")
    if problems:
        click.get_current_context().exit(InvalidInput.exit_code)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@au_option
@company_option
@json_option
def decompte(dossier: Path, au: dt.date, entreprise: Path | None, as_json: bool) -> None:
    """Calculer ce qui est dû à une date : principal, pénalités ligne par ligne, indemnité, solde."""
    from generator.pipeline import read
    from generator.statement_json import statement_json

    loaded, statement = read(dossier, au, entreprise)
    if as_json:
        print_json(statement_json(statement))
        return
    click.echo("\n".join(_statement_text(statement, loaded.law)))
    if loaded.case.debiteur.procedure_collective:
        next_step(f"impayes checklist procedure-collective --dossier {dossier}")
    elif statement.totaux.solde and loaded.case.decision and loaded.case.decision.rendue_le <= au:
        # Nobody reminds once a judge has decided: what comes next is in the agenda.
        next_step(f"impayes agenda {dossier} --au {au.isoformat()}")
    elif statement.totaux.solde:
        next_step(f"impayes lettre {dossier} --au {au.isoformat()}")


NATURES = {
    "interets-legaux": "taux légal",
    "interets-legaux-majores": "taux légal augmenté",
    "interets-capitalises": "sur intérêts capitalisés",
}
# Only a professional owes « pénalités »: a consumer and a public body owe interest. The keys of the JSON stay.
INTEREST = {"professionnel": "pénalités"}
KINDS = {"professionnel": "professionnel", "particulier": "particulier (consommateur)", "public": "acheteur public"}


def _statement_text(statement: Any, law: Any) -> Iterator[str]:
    from generator.money import euros

    case = statement.case
    yield f"Décompte du dossier {case.reference} au {short_date(statement.au)}"
    yield f"Débiteur : {case.debiteur.nom}, {KINDS[case.debiteur.qualite]}"
    yield ""
    amounts = ["montant_ttc", "avoirs", "paiements", "principal", "penalites", "indemnite", "solde"]
    interest = _interest(statement)
    labels = ["À payer TTC", "Avoirs", "Payé", "Principal", interest.capitalize(), "Indemnité", "Solde"]
    used = [
        name
        for name in amounts
        if name not in {"avoirs", "paiements"} or any(getattr(f, name) for f in statement.factures)
    ]
    rows = [
        [f.numero, short_date(f.echeance), str(f.jours_de_retard), *(euros(getattr(f, name)) for name in used)]
        for f in statement.factures
    ]
    total = [
        "Total",
        "",
        "",
        *(euros(sum((getattr(f, n) for f in statement.factures), start=0 * statement.totaux.solde)) for n in used),
    ]
    headers = ["Facture", "Échéance", "Retard (j)", *(labels[amounts.index(name)] for name in used)]
    yield table(headers, [*rows, total], right=range(2, len(headers)))
    if statement.totaux.credit:
        yield f"Trop-perçu à rendre : {euros(statement.totaux.credit)}"
    if statement.lignes:
        yield ""
        yield f"{statement.nom_interets} : base × taux × jours / 365, arrondi au centime"
        several = len({line.nature for line in statement.lignes}) > 1
        yield table(
            ["Facture", "Du", "Au (inclus)", "Jours", "Calcul", "Montant", *(["Nature"] if several else [])],
            [
                [
                    line.facture,
                    short_date(line.du),
                    short_date(line.au),
                    str(line.jours),
                    line.formule,
                    euros(line.montant),
                    *([NATURES.get(line.nature, interest)] if several else []),
                ]
                for line in statement.lignes
            ],
            right=(3, 5),
        )
        yield f"Textes : {law.cited(statement.articles_interets)}"
    if any(f.indemnite for f in statement.factures):
        texts = law.cited(statement.articles_indemnite)
        yield f"Indemnité forfaitaire de recouvrement : {euros(statement.indemnite_unitaire)} par facture en retard ({texts})"
    yield from _after_court(statement, law)
    for notice in statement.avertissements:
        yield f"\nAttention : {notice.message}"


def _interest(statement: Any) -> str:
    return INTEREST.get(statement.case.debiteur.qualite, "intérêts")


def _after_court(statement: Any, law: Any) -> Iterator[str]:
    """Interest turned into capital, and the costs of justice: beside the balance."""
    from generator.money import euros

    if statement.capitalisations:
        yield f"\nIntérêts capitalisés ({law.article('c-civ-1343-2').court}), compris dans les {_interest(statement)}"
        yield table(
            ["Facture", "Le", "Montant", "Calcul"],
            [[c.facture, short_date(c.le), euros(c.montant), c.formule] for c in statement.capitalisations],
            right=(2,),
        )
    costs = statement.frais_de_justice
    if costs is None:
        return
    yield "\nFrais de justice, hors du solde ci-dessus"
    names = {"article-700": "article 700", "depens": "dépens", "frais": "frais"}
    rows = [
        [item.libelle, names[item.nature], short_date(item.le), *map(euros, (item.montant, item.paye, item.reste))]
        for item in costs.postes
    ]
    yield table(["Poste", "Nature", "Date", "Montant", "Payé", "Reste"], rows, right=(3, 4, 5))
    if costs.lignes:
        yield "\nIntérêts de l'article 700"
        yield table(
            ["Du", "Au (inclus)", "Jours", "Calcul", "Montant"],
            [
                [short_date(li.du), short_date(li.au), str(li.jours), li.formule, euros(li.montant)]
                for li in costs.lignes
            ],
            right=(2, 4),
        )
        yield f"Reste dû sur ces intérêts : {euros(costs.interets)}"
    texts = dict.fromkeys(article for part in costs.postes for article in part.articles)
    yield f"Textes : {law.cited(texts)}"
    yield f"Frais de justice restant dus : {euros(costs.total)}"
    yield f"Total dû, frais de justice compris : {euros(statement.totaux.solde + costs.total)}"
