"""`modeles copier` and `modeles creer`: a letter, or a paragraph of it, becomes the company's."""

from pathlib import Path

import click

from generator.cli.common import dry_run_option, next_step, say
from generator.cli.models_common import Places, folder_options, places, short

PHASES = ("prevention", "amiable", "mise-en-demeure", "accord", "judiciaire", "procedure-collective")
KINDS = ("professionnel", "particulier", "public")
CHANNELS = ("email", "courrier", "lrar", "lre")


@click.command(short_help="Copier une lettre, ou un de ses passages, pour la changer.")
@click.argument("lettre_id", metavar="LETTRE")
@click.option("--vers", metavar="NOM", help="Faire de la copie une lettre à part, sous ce nom.")
@click.option("--bloc", "blocs", multiple=True, metavar="BLOC", help="Ne copier que ce passage ; à répéter.")
@folder_options
@dry_run_option
def copier(
    lettre_id: str,
    vers: str | None,
    blocs: tuple[str, ...],
    modeles: Path | None,
    entreprise: Path | None,
    simulation: bool,
) -> None:
    """Copier une lettre du produit, ou un de ses passages, dans vos modèles.

    Avec --bloc, le reste de la lettre continue de suivre le produit : c'est le plus simple à garder à jour.
    """
    from generator.forks import copy_blocks, copy_letter

    if vers and blocs:
        raise click.UsageError("--vers copie la lettre entière : le donner sans --bloc")
    found = places(modeles, entreprise)
    folder = found.needed()
    if blocs:
        files = copy_blocks(lettre_id, blocs, folder, found.upstream)
    else:
        files = copy_letter(lettre_id, folder, found.upstream, vers)
    _write(files, simulation)
    name = vers or lettre_id
    if vers:
        say(
            f"À revoir dans {short(folder / name / 'letter.yml')} : titre, resume, et proposer_des (sinon proposée avec « {lettre_id} »)."
        )
    next_step(f"modifier {short(folder / name / 'body.html.j2')}, puis « impayes modeles verifier {name} ».")


@click.command(short_help="Créer une lettre à vous.")
@click.argument("lettre_id", metavar="NOM")
@click.option("--phase", type=click.Choice(PHASES), default="amiable", show_default=True, help="Étape du parcours.")
@click.option(
    "--pour", type=click.Choice(KINDS), multiple=True, default=("professionnel",), show_default=True,
    help="À qui elle s'adresse ; à répéter.",
)  # fmt: skip
@click.option(
    "--envoi", type=click.Choice(CHANNELS), multiple=True, default=("email", "courrier"), show_default=True,
    help="Comment elle part ; à répéter.",
)  # fmt: skip
@click.option("--titre", metavar="TEXTE", help="Son titre dans les listes.")
@folder_options
@dry_run_option
def creer(
    lettre_id: str,
    phase: str,
    pour: tuple[str, ...],
    envoi: tuple[str, ...],
    titre: str | None,
    modeles: Path | None,
    entreprise: Path | None,
    simulation: bool,
) -> None:
    """Créer une lettre à vous : un texte court qui s'imprime déjà, à récrire."""
    from generator.new_letter import new_letter

    found: Places = places(modeles, entreprise)
    title = titre or lettre_id.replace("-", " ").capitalize()
    folder = found.needed()
    _write(new_letter(lettre_id, folder, found.upstream, titre=title, phase=phase, pour=pour, envoi=envoi), simulation)
    next_step(f"récrire {short(folder / lettre_id / 'body.html.j2')}, puis « impayes modeles verifier {lettre_id} ».")


def _write(files: dict[Path, bytes], simulation: bool) -> None:
    from generator.writing import write_all

    if not simulation:
        write_all(files, overwrite=True)  # what may not be replaced has been refused already
    for path in files:
        if ".origine" not in path.parts:
            click.echo(f"serait écrit : {short(path)}" if simulation else short(path))
