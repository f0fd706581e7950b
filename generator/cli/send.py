"""`envoyer`: the e-mails that `relancer` prepared leave through the company's own mail server."""

import datetime as dt
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import short_date
from generator.cli.common import (
    au_option,
    company_option,
    dossier_files,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    table,
)
from generator.errors import Failure, InvalidInput, UserError

SCHEMA = "impayes/envoi/1"
WORDS = {"pret": "prêt", "envoye": "envoyé", "retenu": "retenu", "echec": "refusé", "incertain": "issue inconnue"}


@click.command()
@click.argument("chemins", nargs=-1, type=click.Path(path_type=Path), metavar="[CHEMINS]...")
@click.option("--confirmer", is_flag=True, help="Envoyer pour de bon. Sans cette option, rien ne part.")
@click.option(
    "--simulation", is_flag=True, help="Montrer ce qui partirait, sans rien envoyer : c'est l'usage ordinaire."
)
@click.option(
    "--renvoyer", multiple=True, metavar="RÉFÉRENCE",
    help="Envoyer à nouveau le message de ce dossier dont l'envoi a été interrompu ; à répéter.",
)  # fmt: skip
@click.option(
    "--essai", metavar="ADRESSE",
    help="Envoyer un seul brouillon à cette adresse, la vôtre, pour essayer les réglages. Rien n'est noté au journal.",
)  # fmt: skip
@au_option
@company_option
@json_option
def envoyer(
    chemins: tuple[Path, ...],
    confirmer: bool,
    simulation: bool,
    renvoyer: tuple[str, ...],
    essai: str | None,
    au: dt.date,
    entreprise: Path | None,
    as_json: bool,
) -> None:
    """Envoyer les courriels préparés par « relancer », par le serveur de votre messagerie.

    Sans --confirmer, la liste est montrée et rien ne part. CHEMINS : des dossiers ou des répertoires ; sinon toute
    l'entreprise du répertoire courant.

    Le mot de passe est dans la variable IMPAYES_SMTP_MOT_DE_PASSE, ou dans le trousseau du système.
    """
    from generator.portfolio.lock import company_lock

    if confirmer and simulation:
        raise click.UsageError("--confirmer envoie, --simulation n'envoie pas : garder l'une des deux")
    if renvoyer and not confirmer:
        raise click.UsageError("--renvoyer envoie : ajouter --confirmer")
    if essai and confirmer:
        raise click.UsageError("--essai n'envoie qu'à vous : retirer --confirmer")
    company, named = _company(chemins, entreprise)
    if essai:
        _try_out(company, named, entreprise, au, essai)
        return
    results: list[dict[str, Any]] = []
    if confirmer:
        with company_lock(company.parent):
            code = _send(company, named, entreprise, au, frozenset(renvoyer), results)
    else:
        code = _list(company, named, entreprise, au, results)
    _print(results, au, code, sent=confirmer, as_json=as_json)
    click.get_current_context().exit(code)


def _company(paths: Sequence[Path], forced: Path | None) -> tuple[Path, set[Path]]:
    """The company at work and the dossiers asked for."""
    from generator.loading import COMPANY_FILE, find_company_file

    if not paths:
        here = forced or find_company_file(Path.cwd() / COMPANY_FILE)
        if here is None:
            raise InvalidInput(f"{COMPANY_FILE} introuvable ici : se placer dans le répertoire de l'entreprise")
        return here, set(_dossiers_of(here, forced))
    owners: dict[Path, set[Path]] = {}
    for path in dossier_files(paths):
        if not path.exists():
            raise InvalidInput(f"{path} : fichier introuvable")
        owner = forced or find_company_file(path)
        if owner is None:
            raise InvalidInput(f"{path} : {COMPANY_FILE} introuvable au-dessus ; « impayes initialiser » le crée")
        owners.setdefault(owner, set()).add(path.absolute())
    if not owners:
        raise InvalidInput(f"{paths[0]} : aucun dossier (.yml) ici ; « impayes nouveau » en crée un")
    if len(owners) > 1:
        raise InvalidInput(f"ces dossiers sont de {len(owners)} entreprises : nommer ceux d'une seule")
    return next(iter(owners.items()))


def _to_send() -> str:
    """The command that sends, about the same dossiers."""
    named = click.get_current_context().params["chemins"]
    return " ".join(["impayes envoyer", *map(str, named), "--confirmer"])


def _dossiers_of(company: Path, forced: Path | None) -> list[Path]:
    """Every dossier of the company: those below its file that no nearer company file claims."""
    from generator.loading import find_company_file

    owners: dict[Path, Path | None] = {}
    kept = []
    for path in dossier_files([company.parent.absolute()]):
        if path.parent not in owners:
            owners[path.parent] = find_company_file(path)
        if forced is not None or owners[path.parent] == company.absolute():
            kept.append(path)
    return kept


def _waiting(
    company: Path, named: set[Path], forced: Path | None, au: dt.date
) -> tuple[list[Any], dict[str, list[Path]], int]:
    """The drafts of the dossiers asked for, where each dossier of the company is, and the exit code so far."""
    from generator.portfolio.drafts import find_drafts, index_references

    everything = _dossiers_of(company, forced)
    index = index_references(dict.fromkeys([*everything, *sorted(named)]))
    drafts, problems = find_drafts(company.parent, au)
    asked = {reference for reference, paths in index.items() if named & set(paths)}
    if named.issuperset(everything):  # also the drafts whose dossier is nowhere to be found
        asked |= {name for draft in drafts for name in draft.references}
    unread = [line for reference, lines in problems.items() if reference in asked for line in lines]
    for line in unread:
        say(line)
    kept = [draft for draft in drafts if asked & set(draft.references)]
    return kept, index, InvalidInput.exit_code if unread else 0


def _list(company: Path, named: set[Path], forced: Path | None, au: dt.date, results: list[dict[str, Any]]) -> int:
    """Check every draft as `--confirmer` would, and send nothing."""
    from generator.loading import load_company
    from generator.portfolio.checking import check
    from generator.portfolio.sending import mail_of

    settings = load_company(company)
    drafts, index, code = _waiting(company, named, forced, au)
    for draft in progress(drafts, "Lecture"):
        try:
            results.append(_row(draft, "pret", check(draft, index, au, company)))
        except UserError as error:
            results.append(_row(draft, "incertain" if draft.etat == "incertain" else "retenu", phrases=error.problems))
            code = max(code, InvalidInput.exit_code if isinstance(error, InvalidInput) else 0)
    if drafts:
        try:
            mail_of(settings, company)
        except InvalidInput as error:
            for problem in error.problems:
                say(f"Avant d'envoyer : {problem}")
    return code


def _send(
    company: Path,
    named: set[Path],
    forced: Path | None,
    au: dt.date,
    again: frozenset[str],
    results: list[dict[str, Any]],
) -> int:
    """Send; what was done before an obstacle is told all the same."""
    from generator.portfolio.sending import send_all

    drafts, index, code = _waiting(company, named, forced, au)
    doubtful = {name for draft in drafts if draft.etat == "incertain" for name in draft.references}
    if unknown := sorted(again - doubtful):
        raise InvalidInput(f"--renvoyer {name} : aucun envoi interrompu dans ce dossier" for name in unknown)
    if not drafts:
        return code
    account = _account(company)
    outcomes: list[Any] = []
    try:
        for outcome in _watched(send_all(drafts, index, au, company, account, again), len(drafts)):
            outcomes.append(outcome)
            results.append(_row(outcome.draft, outcome.etat, outcome.message, outcome.phrases, outcome.message_id))
    except UserError as error:
        for problem in error.problems:
            say(problem)
        code = max(code, error.exit_code)
    left = len(drafts) - len(outcomes)
    if left:
        say(f"L'envoi s'est arrêté là : {left} message{'s' if left > 1 else ''} à reprendre par la même commande.")
        code = max(code, Failure.exit_code)
    codes: list[int] = [outcome.code for outcome in outcomes]
    return max([code, *codes])


def _account(company: Path) -> Any:
    from generator.loading import load_company
    from generator.portfolio.sending import Account, mail_of
    from generator.portfolio.smtp import password_for

    mail, sender = mail_of(load_company(company), company)
    return Account(mail, sender, password_for(mail), lambda: dt.datetime.now().astimezone(), time.sleep)


def _watched(outcomes: Iterator[Any], count: int) -> Iterator[Any]:
    """A progress bar over something whose length is known beforehand; twenty messages a minute is slow."""
    if count < 2 or not sys.stderr.isatty():
        yield from outcomes
        return
    with click.progressbar(outcomes, length=count, label="Envoi", file=sys.stderr) as bar:
        yield from bar


def _try_out(company: Path, named: set[Path], forced: Path | None, au: dt.date, address: str) -> None:
    from generator.mail import ascii_address
    from generator.portfolio.checking import check
    from generator.portfolio.sending import send_trial

    try:
        to = ascii_address(address)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--essai") from None
    account = _account(company)
    drafts, index, _ = _waiting(company, named, forced, au)
    for draft in drafts:
        try:
            message = check(draft, index, au, company)
        except UserError:
            continue
        send_trial(message, to, au, account)
        click.echo(f"Essai envoyé à {to} : le brouillon de {draft.references[0]}, « {message.objet} ».")
        next_step(f"le relire à l'arrivée, puis {_to_send()}")
        return
    raise Failure("aucun brouillon prêt à essayer : « impayes relancer » en prépare")


def _row(
    draft: Any, state: str, message: Any = None, phrases: Sequence[str] = (), number: str | None = None
) -> dict[str, Any]:
    event = draft.event
    return {
        "dossiers": list(draft.references),
        "lettre": event.lettre,
        "niveau": event.niveau,
        "factures": list(event.factures),
        "prepare_le": event.le.isoformat(),
        "fichier": draft.fichier.name,
        "destinataire": message.destinataire if message else None,
        "objet": message.objet if message else None,
        "pieces": list(message.pieces) if message else [],
        "etat": state,
        "message_id": number,
        "messages": [*phrases, *(message.remarques if message else ())],
    }


def _print(results: list[dict[str, Any]], au: dt.date, code: int, *, sent: bool, as_json: bool) -> None:
    if as_json:
        print_json({"schema": SCHEMA, "au": au.isoformat(), "envoi": sent, "courriels": results})
        return
    shown = [row for row in results if row["destinataire"]]
    if shown:
        headers = ("Dossier", "Lettre", "À", "Objet", "Pièces jointes", "État")
        click.echo(table(headers, [_cells(row) for row in shown]))
    for line in _remarks(results):
        say(line)
    good = sum(row["etat"] in ("pret", "envoye") for row in results)
    if not results and not code:
        say("Aucun courriel n'attend d'être envoyé.")
        next_step("impayes relancer prépare ceux du jour.")
    elif sent and results:
        say(f"\n{_count(good, 'courriel envoyé', 'courriels envoyés')} sur {len(results)}.")
        if good:
            next_step("impayes agenda dit la suite de chaque dossier.")
    elif results:
        say(f"\nSimulation, rien n'est parti : {_count(good, 'courriel prêt', 'courriels prêts')} sur {len(results)}.")
        if good:
            next_step(f"relire les brouillons, puis {_to_send()}")


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    names, pieces = ", ".join(row["dossiers"]), ", ".join(row["pieces"]) or "aucune"
    return names, row["lettre"] or "", row["destinataire"], row["objet"], pieces, WORDS[row["etat"]]


def _remarks(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    """One line per thing said, however many messages it is said of."""
    said: dict[tuple[str, str], list[str]] = {}
    for row in results:
        if row["messages"]:
            key = (f"{WORDS[row['etat']]} : {' ; '.join(row['messages'])}", f"« {row['lettre']} » du {_day(row)}")
            said.setdefault(key, []).append(", ".join(row["dossiers"]))
    for (what, letter), names in said.items():
        yield f"{', '.join(names)} : {letter}, {what}"


def _day(row: dict[str, Any]) -> str:
    return short_date(dt.date.fromisoformat(row["prepare_le"]))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"
