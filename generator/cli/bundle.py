"""`dossier-judiciaire`: the request, the décompte, the chronology and the exhibits, in one folder."""

import datetime as dt
from pathlib import Path
from typing import Any

import click

from generator.cli.common import (
    answer_options,
    answers,
    au_option,
    company_option,
    court_output_option,
    dry_run_option,
    json_option,
    next_step,
    overwrite_option,
    print_json,
    say,
)


@click.command("dossier-judiciaire")
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option(
    "--procedure", required=True, metavar="VOIE", help="La voie choisie ; « impayes procedures DOSSIER » les montre."
)
@answer_options
@court_output_option
@click.option(
    "--demande", type=click.Path(path_type=Path), metavar="PDF",
    help="La demande complétée, enregistrée en PDF : elle prend la place du projet.",
)  # fmt: skip
@au_option
@company_option
@json_option
@dry_run_option
@overwrite_option
def dossier_judiciaire(
    dossier: Path,
    procedure: str,
    yes: tuple[str, ...],
    no: tuple[str, ...],
    sortie: Path | None,
    demande: Path | None,
    au: dt.date,
    entreprise: Path | None,
    as_json: bool,
    simulation: bool,
    ecraser: bool,
) -> None:
    """Réunir la demande, le décompte, la chronologie et les pièces, numérotées et tamponnées, pour le juge.

    Les pièces viennent du dossier, de ses factures et des lettres que le journal dit envoyées. La demande
    est un projet : elle ne dit que ce que le dossier contient, ses blancs se voient.
    """
    from generator.court.bundle import build_bundle
    from generator.court.earlier import leftovers, refuse_worked_on, remove
    from generator.pipeline import read
    from generator.writing import write_all

    loaded, statement = read(dossier, au, entreprise)
    bundle = build_bundle(loaded, statement, procedure, answers(yes, no), demande)
    base = sortie or (loaded.company_path or loaded.path).parent / Path(bundle.dossier).parent
    folder = base / Path(bundle.dossier).name
    old = leftovers(folder, bundle.fichiers) if ecraser else ()
    if not simulation:
        refuse_worked_on(folder, bundle.fichiers, bundle.modifiables)
        write_all({folder / name: content for name, content in bundle.fichiers.items()}, overwrite=ecraser)
        remove(old)
    if as_json:
        print_json(bundle.trace)
    else:
        _show(bundle, folder, simulation)
    if old:
        names = ", ".join(path.relative_to(folder).as_posix() for path in old)
        say(f"\n{'Serait supprimé' if simulation else 'Supprimé'}, d'une préparation précédente : {names}.")
    stale = _stale(folder, bundle, old)
    if stale:
        say(f"\nReste d'une préparation précédente, à supprimer : {', '.join(stale)}.")
    say(
        "\nCes pages informent et préparent ; elles ne remplacent pas un conseil juridique. archive.pdf contient tout "
        "votre journal : elle se garde, elle ne se communique pas."
    )
    if not simulation and demande:
        next_step(f"relire la demande dans {folder / 'dossier-complet.pdf'}, {bundle.remise}.")
    elif not simulation:
        say(
            "\nPour un dossier complet sans projet : enregistrer demande.docx complété en PDF, puis refaire la commande "
            "avec --demande, le nom de ce PDF et --ecraser."
        )
        next_step(f"relire {folder / 'demande.docx'}, remplir ce qui est en jaune, {bundle.remise}.")


def _show(bundle: Any, folder: Path, simulation: bool) -> None:
    if not bundle.pieces:
        click.echo("Attention : aucune pièce. Rien ne prouve la demande : nommer les papiers au dossier (pieces).\n")
    click.echo(f"{'Serait écrit' if simulation else 'Écrit'} : {folder}")
    for name in bundle.fichiers:
        click.echo(f"  {name}")
    click.echo(f"\nPièces : {len(bundle.pieces)}, {bundle.pages} pages dans dossier-complet.pdf")
    for one in bundle.pieces:
        click.echo(f"  {one.numero:>3}  {one.titre}")
    blocking = [piece for piece in bundle.manquantes if piece.bloquant]
    others = [piece for piece in bundle.manquantes if not piece.bloquant]
    _list("Pièces indispensables qui manquent", [piece.texte for piece in blocking])
    _list("Pièces utiles qui manquent", [piece.texte for piece in others])
    _list("À compléter", [one.phrase for one in bundle.a_completer])
    _list("À vérifier avant de déposer", bundle.a_verifier)
    _list("Remarques", bundle.remarques)


def _list(title: str, items: Any) -> None:
    if items:
        click.echo(f"\n{title} :")
        for item in items:
            click.echo(f"  - {item}")


def _stale(folder: Path, bundle: Any, removed: tuple[Path, ...]) -> list[str]:
    """Files of an earlier run that this one no longer makes; never what somebody else put there."""
    there = [*folder.glob("pieces/*.pdf"), *folder.glob("fiche-formulaire.*")]
    return sorted({path.relative_to(folder).as_posix() for path in there if path not in removed} - set(bundle.fichiers))
