"""`site`: write the generated pages of the guide, and build it when asked."""

import datetime as dt
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click

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
@dry_run_option
def site(depot: Path, au: dt.date, construire: bool, simulation: bool) -> None:
    """Écrire les pages du guide tirées des lettres, des listes, des modèles et des tables de droit.

    La commande s'arrête si une page du guide n'a pas son en-tête (verifie_le, a_revoir_le,
    articles, faits), si un décompte d'exemple ne peut pas être calculé ou si une lettre n'a pas d'exemple.
    """
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
