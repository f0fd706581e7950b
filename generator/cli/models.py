"""`modeles lister` and `modeles voir`."""

from pathlib import Path
from typing import Any

import click

from generator.cli import french
from generator.cli.common import json_option, next_step, print_json, table

PHASES = {
    "prevention": "Avant l'échéance",
    "amiable": "Relances",
    "mise-en-demeure": "Mises en demeure",
    "accord": "S'accorder",
    "judiciaire": "Justice",
    "procedure-collective": "Procédure collective",
}

folder_options = (
    click.option(
        "--modeles", type=click.Path(path_type=Path), metavar="RÉPERTOIRE", help="Vos modèles, avant ceux du produit."
    ),
    click.option(
        "--entreprise", type=click.Path(path_type=Path), metavar="FICHIER", help="entreprise.yml qui nomme vos modèles."
    ),
)


@click.group(cls=french.FrenchGroup)
def modeles() -> None:
    """Lister et voir les modèles de lettres."""


def _roots(modeles: Path | None, entreprise: Path | None) -> tuple[Path, ...]:
    from generator.loading import find_company_file, load_company
    from generator.resources import letter_roots

    # Standing in the company's folder is enough: its entreprise.yml names its letters.
    company = entreprise or find_company_file(Path.cwd() / "dossier.yml")
    declared = load_company(company).modeles if company else None
    return letter_roots(company, declared, modeles)


def _options(command: Any) -> Any:
    for option in folder_options:
        command = option(command)
    return command


@modeles.command()
@_options
@json_option
def lister(modeles: Path | None, entreprise: Path | None, as_json: bool) -> None:
    """Lister les lettres, dans l'ordre du parcours."""
    from generator.letters import KIND_NAMES, find_letters

    roots = _roots(modeles, entreprise)
    letters = sorted(
        find_letters(roots),
        key=lambda x: (list(PHASES).index(x.spec.phase), x.spec.proposer_des or 0, len(x.spec.pour), x.id),
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


@modeles.command()
@click.argument("lettre_id", metavar="LETTRE")
@click.option("--source", is_flag=True, help="Imprimer le texte du modèle.")
@_options
def voir(lettre_id: str, source: bool, modeles: Path | None, entreprise: Path | None) -> None:
    """Dire tout d'une lettre : à qui, comment, ce qu'elle exige, ce qui l'interdit, quels fichiers servent."""
    from generator.calendar_fr import list_fr
    from generator.law import load_law
    from generator.letters import load_letter

    roots = _roots(modeles, entreprise)
    letter, law = load_letter(lettre_id, roots), load_law()
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
        "Textes": " ; ".join(law.article(article).court for article in spec.articles) or "aucun",
        "Mentions": " ; ".join(f"« {mention.contient} »" for mention in spec.mentions) or "aucune",
    }
    for name, value in facts.items():
        click.echo(f"{name:<12} {value}")
    for refusal in spec.refuse_si:
        click.echo(f"{'Interdite si':<12} {refusal.phrase}")
    click.echo("\nFichiers cherchés, dans l'ordre :")
    for root in roots:
        for name in ("letter.yml", "body.html.j2"):
            path = root / letter.id / name
            state = "utilisé" if path in {letter.yml, letter.body} else "absent" if not path.is_file() else "masqué"
            click.echo(f"  {state:<8} {path}")
