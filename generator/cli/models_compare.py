"""`modeles comparer`: what the product changed since a copy, and how to take it without losing one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.common import dry_run_option, json_option, next_step, print_json, say
from generator.cli.models_common import Places, folder_options, places, short
from generator.errors import Failure, UserError

if TYPE_CHECKING:
    from generator.forks import Fork

STATES = {
    "propre": "c'est votre lettre, rien à comparer.",
    "orpheline": "n'existe plus dans le produit ; votre version continue de servir si elle est complète.",
    "sans-origine": "la version copiée n'est pas connue (pas de .origine), comparaison directe avec le produit.",
    "a-jour": "inchangée dans le produit depuis votre copie.",
    "en-retard": "a changé dans le produit depuis votre copie.",
}


@click.command(short_help="Voir ce qui a changé depuis vos copies, et le reprendre.")
@click.argument("lettres", nargs=-1, metavar="[LETTRES]...")
@click.option(
    "--fusionner", is_flag=True, help="Reprendre dans vos copies ce qui a changé, sans perdre vos changements."
)
@folder_options
@json_option
@dry_run_option
def comparer(
    lettres: tuple[str, ...],
    fusionner: bool,
    modeles: Path | None,
    entreprise: Path | None,
    as_json: bool,
    simulation: bool,
) -> None:
    """Comparer vos copies aux lettres du produit : ce qui a changé depuis, et ce que vous avez changé.

    Avec --fusionner, les deux sont réunis et le résultat est vérifié avant de remplacer votre fichier,
    gardé en « .avant ». Quand les mêmes lignes ont changé des deux côtés, votre fichier reste tel quel :
    réglez le conflit dans le « .conflit » écrit à côté, puis relancez la commande.
    """
    from generator.forks import load_fork, own_letters

    found = places(modeles, entreprise)
    folder = found.needed()
    forks = [load_fork(name, folder, found.upstream) for name in dict.fromkeys(lettres or own_letters(folder))]
    if as_json and not fusionner:
        print_json({"schema": "impayes/modeles-comparer/1", "lettres": [_json(fork) for fork in forks]})
        return
    if fusionner:
        # A team's own version of a whole letter stops nothing, unless it is the one to merge.
        _merge([f for f in forks if lettres or f.etat != "sans-origine"], found, simulation, as_json)
        return
    if not forks:
        say(f"{short(folder)} : aucune lettre ici ; « impayes modeles copier LETTRE » en copie une.")
    for fork in forks:
        _show(fork)
    if late := [fork.id for fork in forks if fork.etat == "en-retard"]:
        next_step(f"impayes modeles comparer {' '.join(late)} --fusionner")


def _show(fork: "Fork") -> None:
    from generator.merging import readable_diff

    since = f" (copie de « {fork.origine} », version {fork.version})" if fork.origine and fork.version else ""
    click.echo(f"{fork.id}{since} : {STATES[fork.etat]}")
    for piece in fork.pieces:
        pairs = [
            ("ce que le produit a changé", piece.base, piece.upstream),
            ("ce que vous avez changé", piece.base, piece.mine),
        ]
        if piece.base is None:
            pairs = [("du produit à votre version", piece.upstream, piece.mine)]
        elif piece.upstream is None and fork.etat != "orpheline":
            click.echo(f"\n  {piece.nom} : n'existe plus dans le produit, il ne s'imprime plus.")
        for title, old, new in pairs:
            if old is not None and new is not None and old != new:
                if piece.bloc:
                    old, new = old.strip("\n"), new.strip("\n")
                diff = readable_diff(old, new, numbered=not piece.bloc)
                click.echo("\n".join(["", f"  {piece.nom} : {title}", *diff]))
    click.echo("")


def _json(fork: "Fork") -> dict[str, Any]:
    return {
        "id": fork.id,
        "origine": fork.origine,
        "version": fork.version,
        "etat": fork.etat,
        "parties": [
            {
                "nom": piece.nom,
                "fichier": str(piece.fichier),
                "produit_change": None if piece.base is None else piece.base != piece.upstream,
                "vous_avez_change": None if piece.base is None else piece.base != piece.mine,
            }
            for piece in fork.pieces
        ],
    }


def _merge(forks: "list[Fork]", found: Places, simulation: bool, as_json: bool) -> None:
    from generator.forks import Update, update
    from generator.loading import law_of
    from generator.template_check import example_samples, verify_letter

    law, results = law_of(found.company), []

    def check(letter_id: str, roots: tuple[Path, ...]) -> list[tuple[Path, int, str]]:
        problems = verify_letter(letter_id, roots, example_samples(), law, roots[0])
        return [(problem.fichier, problem.ligne, problem.phrase) for problem in problems if not problem.conseil]

    for fork in forks:
        open_conflict = any(fork.folder.glob("*.conflit"))
        if not open_conflict and fork.etat not in {"en-retard", "sans-origine"}:
            if not as_json:
                say(f"{fork.id} : {STATES[fork.etat]}")
            continue
        try:
            result = update(fork.id, found.needed(), found.upstream, check)
        except UserError as error:  # one letter that cannot be read must not stop the others
            result = Update({}, problems=error.problems)
        if not simulation:
            result.write()
        results.append((fork, result))
        if not as_json:
            _say_merged(fork, result, simulation)
    if as_json:
        rows = [{"id": f.id, "fusionnee": not r.problems, "problemes": list(r.problems)} for f, r in results]
        print_json({"schema": "impayes/modeles-fusionner/1", "lettres": rows})
    if any(result.problems for _, result in results):
        click.get_current_context().exit(Failure.exit_code)


def _say_merged(fork: "Fork", result: Any, simulation: bool) -> None:
    shown = [path for path in result.files if ".origine" not in path.parts]
    if result.problems:
        say(f"{fork.id} : votre version n'a pas été touchée.")
        for problem in result.problems:
            say(f"  {problem}")
        if any(path.suffix == ".conflit" for path in shown):
            next_step(f"corriger la proposition « .conflit », puis « impayes modeles comparer {fork.id} --fusionner ».")
        return
    done = "serait mise à jour" if simulation else "mise à jour, et vérifiée sur les dossiers d'exemple"
    click.echo(f"{fork.id} : {done}.")
    for path in shown:
        kept = " (votre version d'avant)" if path.suffix == ".avant" else ""
        click.echo(f"  {'serait écrit : ' if simulation else ''}{short(path)}{kept}")
