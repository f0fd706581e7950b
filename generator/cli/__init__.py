"""The `impayes` command: parse, call, print. Nothing is computed here.

Commands live in one module per family and are imported only when run, so that `--help` is
quick and never loads WeasyPrint.
"""

import gc
import importlib
import os
import sys
from typing import Any

import click

from generator import __version__
from generator.cli import french
from generator.errors import Failure, UserError

# name -> module:function, and the line shown by `impayes --help`. Adding a command: one line.
COMMANDS: dict[str, tuple[str, str]] = {
    "initialiser": ("generator.cli.new:initialiser", "Créer le dossier de votre entreprise."),
    "nouveau": ("generator.cli.new:nouveau", "Créer un dossier, par questions ou depuis une facture électronique."),
    "verifier": ("generator.cli.core:verifier", "Contrôler des dossiers : toutes les erreurs, avec leur ligne."),
    "decompte": ("generator.cli.core:decompte", "Calculer ce qui est dû à une date, ligne par ligne."),
    "lettre": ("generator.cli.letter:lettre", "Écrire une lettre (PDF, Word, courriel, HTML, texte, Markdown)."),
    "modeles": ("generator.cli.models:modeles", "Lister les lettres, les copier, les comparer, les vérifier."),
    "agenda": ("generator.cli.agenda:agenda", "Voir la prochaine action de chaque dossier, et ce qui l'arrête."),
    "relancer": ("generator.cli.remind:relancer", "Préparer les lettres du jour de tous les dossiers."),
    "envoyer": ("generator.cli.send:envoyer", "Envoyer les courriels préparés par « relancer »."),
    "journal": ("generator.cli.journal:journal", "Noter envois, appels, promesses ; prouver que rien n'a changé."),
    "plan": ("generator.cli.plan:plan", "Proposer un plan de paiement, suivre celui qui est signé."),
    "tableau": (
        "generator.cli.dashboard:tableau",
        "Voir qui doit quoi, depuis quand : balance âgée, pénalités, délais.",
    ),
    "notation": (
        "generator.cli.rating:notation",
        "Noter les entreprises clientes de A à D, sur leur propre historique.",
    ),
    "procedures": (
        "generator.cli.procedures:procedures",
        "Voir les voies de recouvrement ouvertes à un dossier, leurs coûts et délais.",
    ),
    "prescription": (
        "generator.cli.limitation:prescription",
        "Calculer jusqu'à quand une facture peut être réclamée en justice.",
    ),
    "dossier-judiciaire": (
        "generator.cli.bundle:dossier_judiciaire",
        "Réunir la demande, le décompte, la chronologie et les pièces pour le juge.",
    ),
    "declaration": (
        "generator.cli.claim:declaration",
        "Préparer la déclaration de créance d'un client en procédure collective.",
    ),
    "remettre": (
        "generator.cli.pack:remettre",
        "Réunir pour un commissaire de justice, un avocat, un assureur ou le médiateur ce qu'il lui faut.",
    ),
    "checklist": ("generator.cli.checklist:checklist", "Montrer une liste de contrôle, cochée par un dossier."),
    "echeance": ("generator.cli.reference:echeance", "Calculer une échéance et la comparer au maximum légal."),
    "taux": ("generator.cli.reference:taux", "Montrer les taux par semestre, avec leurs sources."),
    "schema": ("generator.cli.reference:schema", "Imprimer le schéma JSON d'un type de fichier."),
    "diagnostic": ("generator.cli.diagnostic:diagnostic", "Vérifier l'installation."),
    "site": ("generator.cli.site:site", "Écrire les pages du guide, ou le site de vos lettres."),
}

EPILOG = """\b
Codes de sortie :
  0  fait                     3  dossier ou modèle invalide
  1  échec en cours de route  4  une règle de droit l'interdit
  2  commande mal écrite      5  un composant manque (Pango…)

Documentation et code : voir le guide. Ces outils informent ; ils ne remplacent pas un conseil juridique."""


class _Stub(click.Command):
    """Shows a command in the list without importing it."""


class Impayes(french.FrenchGroup):
    """The group of commands; turns every `UserError` into sentences and an exit code."""

    def __init__(self, *args: Any, **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        # Never run: their names let click suggest the nearest command.
        self.commands = {name: _Stub(name) for name in COMMANDS}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        french.polish(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commandes\u00a0"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(error.exit_code)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            # `impayes taux | head`: nothing more to say to a reader who has left.
            sys.stderr.close()
            ctx.exit(Failure.exit_code)
        except Exception as error:
            if os.environ.get("IMPAYES_TRACE"):
                raise
            click.echo(
                f"Erreur inattendue ({type(error).__name__}) : c'est un défaut d'impayés, merci de le signaler "
                "(IMPAYES_TRACE=1 montre le détail).",
                err=True,
            )
            ctx.exit(Failure.exit_code)


french.install()


@click.group(
    cls=Impayes, epilog=EPILOG, context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="impayes", message="%(prog)s %(version)s")
def cli() -> None:
    """Du client qui n'a pas payé à la somme encaissée : décomptes exacts et lettres prêtes à envoyer.

    Un dossier (fichier YAML) devient un décompte, le décompte devient une lettre, la lettre devient
    un PDF. Commencez par « impayes nouveau » ou « impayes nouveau --depuis facture.pdf ».
    """


french.polish(cli)


def main() -> None:
    """Entry point of the `impayes` script."""
    # A short-lived process makes little garbage: collecting it is a sixth of a cold letter.
    gc.set_threshold(50_000, 50, 50)
    cli(prog_name="impayes")
