"""`agenda`: what comes next for every dossier."""

import datetime as dt
import re
from collections.abc import Sequence
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
    overwrite_option,
    print_json,
    progress,
    say,
    table,
)
from generator.errors import InvalidInput

TITLES = {
    "a-faire": "À envoyer",
    "a-valider": "À décider ou à valider",
    "preparee": "Préparées, à confirmer une fois parties",
    "bloquee": "Arrêtées",
    "a-venir": "À venir",
}
chemins_argument = click.argument("chemins", nargs=-1, type=click.Path(path_type=Path), metavar="[DOSSIERS...]")


def portfolio_files(chemins: Sequence[Path]) -> list[Path]:
    """The dossiers of the paths given, else of the current folder; InvalidInput when there is none."""
    files = dossier_files(chemins or [Path()])
    if not files:
        raise InvalidInput(
            f"{chemins[0] if chemins else 'ici'} : aucun dossier (.yml) ; « impayes nouveau » en crée un"
        )
    return files


def report_broken(broken: Sequence[Any]) -> None:
    """Say what could not be read, after the rest; the command then ends with exit code 3."""
    shared: set[str] = set()
    for item in broken:
        for problem in item.problemes:
            name = item.fichier.name
            # What is wrong in a file they all share (entreprise.yml, strategie.yml) is said once.
            if not problem.startswith(name) and re.match(r"\S+\.ya?ml:\d", problem):
                if problem not in shared:
                    say(problem)
                shared.add(problem)
            else:
                say(problem if problem.startswith(name) else f"{name} : {problem}")
    if broken:
        count = len(broken)
        if shared and all(set(item.problemes) <= shared for item in broken):
            say(f"{count} dossiers en dépendent : corriger d'abord ce fichier, eux ne sont pas en cause.")
            return
        say(
            f"{count} dossier{'s' if count > 1 else ''} illisible{'s' if count > 1 else ''}, laissé{'s' if count > 1 else ''} de côté."
        )


@click.command()
@chemins_argument
@au_option
@click.option(
    "--horizon",
    type=click.IntRange(0, 3660),
    default=14,
    show_default=True,
    metavar="JOURS",
    help="Jusqu'où regarder devant soi.",
)
@click.option(
    "--ics",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Écrire un calendrier à importer dans votre agenda.",
)
@company_option
@json_option
@overwrite_option
def agenda(
    chemins: tuple[Path, ...],
    au: dt.date,
    horizon: int,
    ics: Path | None,
    entreprise: Path | None,
    as_json: bool,
    ecraser: bool,
) -> None:
    """Montrer, pour chaque dossier, la prochaine action, sa date, sa raison et ce qui l'arrête.

    DOSSIERS sont des fichiers ou des répertoires ; sinon, ceux d'ici. Rien n'est écrit, sauf avec --ics.
    """
    from generator.cli.stopped import show_stopped
    from generator.portfolio.agenda import agenda_json, build_agenda
    from generator.portfolio.reading import read_all
    from generator.writing import write_all

    files = portfolio_files(chemins)
    found = build_agenda(progress(read_all(files, au, entreprise), "Agenda", len(files)), au)
    show_stopped(found.taux_absents, err=as_json or ics is not None)
    if ics:
        from generator.portfolio.ics import agenda_ics

        write_all({ics: agenda_ics(found)}, overwrite=ecraser)
        say(f"{ics} : calendrier écrit.")
    if as_json:
        print_json(agenda_json(found))
    elif not ics:
        _print(found, horizon)
    report_broken(found.illisibles)
    if not as_json and not ics and (found.count("a-faire") or found.count("a-valider")):
        asked = click.get_current_context().get_parameter_source("au") == click.core.ParameterSource.COMMANDLINE
        day = f" --au {au.isoformat()}" if asked else ""
        next_step("impayes relancer" + "".join(f" {chemin}" for chemin in chemins) + day)
    if found.illisibles:
        click.get_current_context().exit(InvalidInput.exit_code)


def _print(found: Any, horizon: int) -> None:
    last = found.au + dt.timedelta(days=horizon)
    shown = [m for m in found.messages if m.step.etat != "a-venir" or m.step.le <= last]
    for state, title in TITLES.items():
        rows = [_row(message, found.au) for message in shown if message.step.etat == state]
        if rows:
            click.echo(f"{title} ({len(rows)})")
            click.echo(table(("Le", "Dossier", "Débiteur", "Action", "Montant", "Pourquoi"), rows, right=(4,)))
            click.echo()
    coming = [
        item
        for item in found.echeances
        if found.au <= item.echeance.le and (item.echeance.le <= last or item.echeance.prochaine)
    ]
    if coming:
        click.echo(f"Dates à tenir ({len(coming)})")
        rows = [[short_date(i.echeance.le), i.reference, _short(i.debiteur), _what(i.echeance)] for i in coming]
        click.echo(table(("Le", "Dossier", "Débiteur", "Quoi"), rows))
        click.echo()
    later = len(found.messages) - len(shown)
    counts = [
        f"{later} action{'s' if later > 1 else ''} après le {short_date(last)}" if later else None,
        f"{len(found.silencieux)} dossier{'s' if len(found.silencieux) > 1 else ''} sans action"
        if found.silencieux
        else None,
    ]
    if any(counts):
        say(f"{' ; '.join(count for count in counts if count)}. « --horizon » et « --json » montrent tout.")


def _row(message: Any, au: dt.date) -> list[str]:
    from generator.money import euros
    from generator.portfolio.labels import step_name

    step = message.step
    first = " ; ".join(stop.phrase for stop in step.arrets) or step.motif
    why = [first, *step.remarques]
    name = message.references[0] + (f" +{len(message.references) - 1}" if len(message.references) > 1 else "")
    day = step.preparee_le or step.le
    return [short_date(day), name, _short(message.debiteur), step_name(step), euros(step.montant), " ; ".join(why)]


def _what(deadline: Any) -> str:
    from generator.law import load_law

    otherwise = f", sinon {deadline.sinon}" if deadline.sinon else ""
    cited = f" ({load_law().article(deadline.articles[0]).court})" if deadline.articles else ""
    return f"{deadline.phrase}{otherwise}{cited}"


def _short(name: str, width: int = 26) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
