"""`modeles`: `lister` and `voir` here, the commands of a fork in their own modules."""

from pathlib import Path
from typing import Any

import click

from generator.cli import french
from generator.cli.common import json_option, next_step, print_json, table
from generator.cli.models_common import Places, folder_options, places, short
from generator.cli.models_compare import comparer
from generator.cli.models_copy import copier, creer
from generator.cli.models_verify import verifier

PHASES = {
    "prevention": "Avant l'échéance",
    "amiable": "Relances",
    "mise-en-demeure": "Mises en demeure",
    "accord": "S'accorder",
    "judiciaire": "Tiers et justice",
    "procedure-collective": "Procédure collective",
}


@click.group(cls=french.FrenchGroup)
def modeles() -> None:
    """Lister les lettres, les voir, et en faire les vôtres."""


for _command in (copier, creer, comparer, verifier):
    modeles.add_command(_command)


@modeles.command()
@folder_options
@json_option
def lister(modeles: Path | None, entreprise: Path | None, as_json: bool) -> None:
    """Lister les lettres, dans l'ordre du parcours."""
    from generator.letters import KIND_NAMES, find_letters, rank

    roots = places(modeles, entreprise).roots
    letters = sorted(
        find_letters(roots),
        key=lambda x: (list(PHASES).index(x.spec.phase), *rank(x.spec), x.id),
    )
    if as_json:
        print_json(
            [
                {
                    "id": x.id, "titre": x.spec.titre, "resume": x.spec.resume, "version": x.spec.version,
                    "phase": x.spec.phase, "pour": list(x.spec.pour), "envoi": list(x.spec.envoi),
                    "fichier": str(x.body),
                }
                for x in letters
            ]
        )  # fmt: skip
        return
    for phase, title in PHASES.items():
        rows = [
            (x.id, x.spec.titre, "tous" if len(x.spec.pour) == len(KIND_NAMES) else ", ".join(x.spec.pour))
            for x in letters
            if x.spec.phase == phase
        ]
        if rows:
            click.echo(f"\n{title}\n{table(('Lettre', 'Titre', 'Pour'), rows)}")
    next_step("impayes modeles voir LETTRE, ou impayes lettre DOSSIER LETTRE")


@modeles.command(short_help="Dire tout d'une lettre, et quels fichiers servent.")
@click.argument("lettre_id", metavar="LETTRE")
@click.option("--source", is_flag=True, help="Imprimer le texte du modèle.")
@folder_options
def voir(lettre_id: str, source: bool, modeles: Path | None, entreprise: Path | None) -> None:
    """Dire tout d'une lettre : à qui, comment, ce qu'elle exige, ce qui l'interdit, quels fichiers servent."""
    from generator.calendar_fr import list_fr
    from generator.law import load_law
    from generator.letters import load_letter

    found = places(modeles, entreprise)
    letter, law = load_letter(lettre_id, found.roots), load_law()
    if source:
        click.echo(letter.body.read_text(encoding="utf-8"), nl=False)
        return
    spec = letter.spec
    click.echo(f"{spec.titre}\n{spec.resume}\n")
    facts = {
        "Identifiant": f"{spec.id}, version {spec.version}",
        "Pour": list_fr(spec.pour),
        "Envoi": list_fr(spec.envoi),
        "Tons": list_fr(spec.tons),
        "Exige": ", ".join(spec.exige) or "rien de plus que le dossier",
        "Textes": law.cited(spec.articles) or "aucun",
        "Mentions": " ; ".join(f"« {mention.contient} »" for mention in spec.mentions) or "aucune",
    }
    for name, value in facts.items():
        click.echo(f"{name:<12} {value}")
    for refusal in spec.refuse_si:
        click.echo(f"{'Interdite si':<12} {refusal.phrase}")
    _show_files(letter, found)


def _show_files(letter: Any, found: Places) -> None:
    """The lookup order, what each file is to the letter, and what of it is the company's."""
    from generator.forks import load_fork
    from generator.template_text import extends_original
    from generator.templates import read_template

    click.echo("\nFichiers cherchés, dans l'ordre :")
    hidden = "utilisé"  # what the next body is, given those above it
    for root in found.roots:
        whose = "vous" if root == found.own else "produit" if root == found.roots[-1] else f"métier {root.name}"
        for name in ("letter.yml", "body.html.j2"):
            path = root / letter.id / name
            if not path.is_file():
                state = "absent"
            elif name == "letter.yml":
                state = "utilisé" if path == letter.yml else "masqué"
            else:
                partial = hidden != "masqué" and extends_original(read_template(path), letter.id)
                state, hidden = hidden, "masqué en partie" if partial else "masqué"
            click.echo(f"  {state:<16} {whose:<10} {short(path)}")
    if found.own is None or not (found.own / letter.id).is_dir():
        return
    click.echo("")
    fork = load_fork(letter.id, found.own, found.upstream)
    if blocks := [piece.bloc for piece in fork.pieces if piece.bloc]:
        click.echo(f"Vos passages : {', '.join(blocks)} ; le reste suit le produit.")
    if fork.origine and fork.version:
        click.echo(
            f"Copie de « {fork.origine} », version {fork.version} ; « impayes modeles comparer {fork.id} » dit ce qui a changé."
        )
