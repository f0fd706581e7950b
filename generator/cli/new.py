"""`initialiser` and `nouveau`: start a company folder, start a dossier."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import click

from generator.case import Trade
from generator.cli.common import company_option, dry_run_option, next_step, overwrite_option, say
from generator.errors import Failure, InvalidInput, UserError

DOSSIERS = "dossiers"
COMPANY_FILE = "entreprise.yml"


@click.command()
@click.argument("repertoire", type=click.Path(path_type=Path), metavar="RÉPERTOIRE")
@click.option("--metier", type=click.Choice(get_args(Trade)), help="Ajouter aux lettres les passages de ce métier.")
@click.option("--exemple", is_flag=True, help="Remplir entreprise.yml avec une entreprise fictive, pour essayer.")
@dry_run_option
def initialiser(repertoire: Path, metier: str | None, exemple: bool, simulation: bool) -> None:
    """Créer le dossier de votre entreprise : tout ce qu'il faut, en une fois.

    entreprise.yml à remplir, strategie.yml, modeles/, dossiers/ avec un exemple, et de quoi faire vérifier le tout
    par GitHub ou GitLab. LISEZ-MOI.md dit la suite en huit étapes. Aucun fichier n'est remplacé.
    """
    from generator.intake.company_folder import company_folder
    from generator.writing import write_all

    company = repertoire / COMPANY_FILE
    if company.exists():
        # Filled by hand: no option of ours may replace it.
        raise Failure(f"{company} existe déjà : ce répertoire est initialisé, rien n'a été changé")
    files = {repertoire / name: content for name, content in company_folder(metier, example=exemple).items()}
    if taken := [path for path in files if path.exists()]:
        raise Failure(
            f"{path} existe déjà, rien n'a été écrit : le déplacer, ou choisir un autre nom" for path in taken
        )
    _write_or_show(files, simulation, lambda: write_all(files, overwrite=False))
    if exemple:
        next_step(f"impayes lettre {repertoire / DOSSIERS / 'exemple.yml'} --oui")
    else:
        next_step(f"remplir {company} ; « impayes verifier {repertoire} » dit ce qui manque encore.")


def _write_or_show(files: dict[Path, bytes], simulation: bool, write: Any) -> None:
    if not simulation:
        write()
    for path in files:
        click.echo(f"serait écrit : {path}" if simulation else str(path))


def _due_date(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, dt.date]:
    from generator.fields import read_day

    dates = {}
    for value in values:
        number, equals, text = value.rpartition("=")
        if not equals or not number:
            raise click.BadParameter(f"« {value} » : écrire NUMÉRO=AAAA-MM-JJ")
        try:
            dates[number] = read_day(text)
        except ValueError as error:
            raise click.BadParameter(f"« {value} » : {error}") from None
    return dates


@click.command()
@click.argument("fichiers", nargs=-1, type=click.Path(path_type=Path), metavar="[FICHIERS]...")
@click.option("--depuis", is_flag=True, help="Lire des factures électroniques (PDF Factur-X, XML CII ou UBL).")
@click.option(
    "--echeance", "due_dates", multiple=True, callback=_due_date, metavar="NUMÉRO=DATE",
    help="Échéance d'une facture qui ne la porte pas ; à répéter.",
)  # fmt: skip
@click.option(
    "--qualite", type=click.Choice(["professionnel", "particulier", "public"]),
    help="Qualité du client, quand la facture ne permet pas de la savoir.",
)  # fmt: skip
@click.option("--vers", type=click.Path(path_type=Path), metavar="RÉPERTOIRE", help="Où écrire le dossier.")
@company_option
@dry_run_option
@overwrite_option
def nouveau(
    fichiers: tuple[Path, ...],
    depuis: bool,
    due_dates: dict[str, dt.date],
    qualite: str | None,
    vers: Path | None,
    entreprise: Path | None,
    simulation: bool,
    ecraser: bool,
) -> None:
    """Créer un dossier, par questions ou depuis des factures électroniques.

    Avec --depuis, FICHIERS sont des factures et des avoirs : un dossier par client est écrit.
    Sans --depuis, les questions sont posées ici, et FICHIERS nomme le dossier à écrire.
    """
    from generator.loading import find_company_file

    target = None
    if not depuis and fichiers:
        if len(fichiers) > 1 or due_dates or qualite:
            raise click.UsageError(
                "pour lire des factures électroniques, ajoutez --depuis : impayes nouveau --depuis facture.pdf"
            )
        target = fichiers[0]
        if target.is_dir():
            raise click.UsageError(f"« {target} » est un répertoire : impayes nouveau --vers {target}")
        if target.suffix not in {".yml", ".yaml"}:
            target = target.with_name(f"{target.name}.yml")
    start = vers or (target.parent if target else Path.cwd())
    company = entreprise or find_company_file(start.absolute() / "dossier.yml")
    drafts = _from_invoices(fichiers, due_dates, qualite, company) if depuis else [_from_questions(company)]
    if vers is None and company is not None and company.name == COMPANY_FILE and (company.parent / DOSSIERS).is_dir():
        start = company.parent / DOSSIERS if start.absolute() == company.parent.absolute() else start
    files = {target or start / f"{draft.reference}.yml": draft.to_yaml().encode("utf-8") for draft in drafts}

    from generator.writing import write_all

    _write_or_show(files, simulation, lambda: write_all(files, overwrite=ecraser))
    for draft in drafts:
        for note in draft.notes:
            say(f"À vérifier ({draft.debtor_name}) : {note}")
    if simulation:
        return
    path, *others = files
    if not _to_complete(list(files), entreprise):
        next_step(f"impayes decompte {path}" if not others else f"impayes verifier {path.parent}")


def _from_invoices(
    files: Sequence[Path], due_dates: dict[str, dt.date], qualite: str | None, company: Path | None
) -> list[Any]:
    from generator.intake.assemble import assemble
    from generator.intake.einvoice import read_einvoice
    from generator.loading import load_company

    siren = load_company(company).creancier.siren if company else None
    invoices: list[Any] = []
    problems: list[str] = []
    code: type[UserError] = InvalidInput
    for path in files:
        try:
            invoices.append(read_einvoice(path))
        except UserError as error:
            problems += error.problems
            code = type(error)
    if problems:
        raise code(problems)
    return assemble(invoices, siren, due_dates=due_dates, qualite=qualite)


def _from_questions(company: Path | None) -> Any:
    from generator.intake.questions import Question, ask_dossier

    def ask(question: Question) -> str:
        if sys.stdin.isatty():
            say(f"\n{question.aide}")
        optional = " (facultatif)" if question.facultatif else ""
        answer: str = click.prompt(
            f"{question.texte}{optional}",
            default=question.defaut or "",
            show_default=bool(question.defaut),
            prompt_suffix=" : ",
            err=True,
        )
        return answer

    say("Quelques questions, puis le dossier est écrit. Ctrl+C arrête sans rien écrire.")
    return ask_dossier(ask, lambda text: say(f"  {text}"), with_creditor=company is None)


def _to_complete(paths: Sequence[Path], company: Path | None) -> bool:
    """Say what the written dossiers still lack; True when there is something."""
    from generator.loading import load_case

    incomplete = False
    for path in paths:
        try:
            load_case(path, company)
        except UserError as error:
            incomplete = True
            say(f"\nÀ compléter dans {path} avant d'en tirer un décompte :")
            for problem in error.problems:
                say(f"  {problem}")
    return incomplete
