"""`site`: write the generated pages of the guide, and build it when asked; or the site of a company's own letters."""

import datetime as dt
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click
from click.core import ParameterSource

from generator.cli.common import FrenchDate, dry_run_option, next_step, say
from generator.errors import Failure, MissingComponent

# Fixed, so that the pages do not change from one day to the next.
_SAMPLE_DAY = "2026-11-21"


@click.command()
@click.option(
    "--depot", type=click.Path(path_type=Path, file_okay=False), metavar="RÉPERTOIRE", default=".",
    help="Racine du dépôt ; sinon le répertoire courant.",
)  # fmt: skip
@click.option(
    "--au",
    type=FrenchDate(),
    metavar="DATE",
    default=_SAMPLE_DAY,
    show_default=True,
    help="Date des lettres d'exemple.",
)
@click.option("--construire", is_flag=True, help="Construire aussi le guide, dans public/.")
@click.option(
    "--entreprise", type=click.Path(path_type=Path), metavar="FICHIER",
    help="Écrire le site de vos lettres, et non le guide : entreprise.yml à utiliser.",
)  # fmt: skip
@click.option(
    "--vers", type=click.Path(path_type=Path, file_okay=False), metavar="RÉPERTOIRE",
    help="Où écrire le site de vos lettres.",
)  # fmt: skip
@dry_run_option
@click.pass_context
def site(
    context: click.Context,
    depot: Path,
    au: dt.date,
    construire: bool,
    entreprise: Path | None,
    vers: Path | None,
    simulation: bool,
) -> None:
    """Écrire les pages du guide, ou le site des lettres de votre entreprise.

    Sans --entreprise : les pages tirées des lettres, des listes, des modèles et des tables de droit. La commande
    s'arrête si une page du guide n'a pas son en-tête (verifie_le, a_revoir_le, articles, faits), si un décompte
    d'exemple ne peut pas être calculé ou si une lettre n'a pas d'exemple.

    Avec --entreprise et --vers : un site à ouvrir d'un double clic, où chaque lettre est montrée sous votre en-tête,
    remplie pour un client fictif. Votre adresse, votre téléphone et votre IBAN y figurent comme sur vos lettres ;
    pour un site public, donnez entreprise-fictive.yml.
    """
    if entreprise or vers:
        if not entreprise or not vers:
            raise click.UsageError("--entreprise et --vers vont ensemble : le fichier de l'entreprise, et où écrire")
        if construire or context.get_parameter_source("depot") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--depot et --construire sont pour le guide : les ôter avec --entreprise")
        _company_site(entreprise, vers, au, simulation)
        return
    from generator.cli import cli
    from generator.site.pages import build_pages, write_pages

    root = depot.resolve()
    files = build_pages(root, cli, au)
    if simulation:
        for path in files:
            click.echo(f"serait écrit : {path.relative_to(root)}")
        return
    written = write_pages(root, files)
    say(f"{sum(path.suffix == '.md' for path in written)} pages écrites dans docs/.")
    if not any(path.suffix == ".pdf" for path in written):
        say("Les PDF d'exemple manquent : « impayes diagnostic » dit ce qu'il faut installer.")
    if not construire:
        next_step("impayes site --construire")
        return
    _build(root)
    click.echo(str(depot / "public" / "index.html"))


def _company_site(company: Path, target: Path, au: dt.date, simulation: bool) -> None:
    from generator.site.company_site import build_site, write_site

    files = build_site(company, au)
    if simulation:
        for name in files:
            click.echo(f"serait écrit : {target / name}")
        return
    written = write_site(target, files)
    pages = sum(path.parent.name == "lettres" and path.suffix == ".html" for path in written)
    say(f"{pages} lettres montrées, sous l'en-tête de {company.name} : adresse, téléphone et IBAN s'y lisent.")
    if not any(path.suffix == ".pdf" for path in written):
        say("Les PDF d'exemple manquent : « impayes diagnostic » dit ce qu'il faut installer.")
    click.echo(str(target / "index.html"))
    next_step(f"ouvrir {target / 'index.html'} dans un navigateur.")


def _build(root: Path) -> None:
    if not all(importlib.util.find_spec(name) for name in ("mkdocs", "material")):
        raise MissingComponent("MkDocs et son thème manquent : les installer avec pip install 'impayes[site]'")
    # Not --quiet: MkDocs would then hide its warnings from --strict too, and build a broken guide.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean", "--site-dir", "public"]
    # Material announces MkDocs 2 at every build; docs/decisions/0002 says why we stay on 1.x.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(command, cwd=root, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    if result.returncode:
        say("\n".join(line for line in result.stderr.splitlines() if not line.startswith("INFO")))
        raise Failure("le guide n'a pas été construit : corriger ce que MkDocs signale ci-dessus")
