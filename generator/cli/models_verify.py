"""`modeles verifier`: every letter of a team, read then rendered, all mistakes at once."""

import datetime as dt
from pathlib import Path
from typing import Any

import click

from generator.cli.common import au_option, dossier_files, json_option, next_step, print_json, progress, say
from generator.cli.models_common import Places, folder_options, places, short
from generator.errors import InvalidInput


@click.command(short_help="Vérifier vos lettres, avec la ligne de chaque erreur.")
@click.argument("lettres", nargs=-1, metavar="[LETTRES]...")
@click.option(
    "--dossiers", multiple=True, type=click.Path(path_type=Path), metavar="CHEMIN",
    help="Vos dossiers, essayés en plus des exemples ; à répéter.",
)  # fmt: skip
@click.option("--toutes", is_flag=True, help="Vérifier aussi les lettres du produit.")
@folder_options
@au_option
@json_option
def verifier(
    lettres: tuple[str, ...],
    dossiers: tuple[Path, ...],
    toutes: bool,
    modeles: Path | None,
    entreprise: Path | None,
    au: dt.date,
    as_json: bool,
) -> None:
    """Vérifier vos lettres : chaque erreur avec son fichier et sa ligne. Rien n'est écrit.

    Chaque lettre est lue, puis remplie avec les dossiers d'exemple et les vôtres, dans tous ses tons
    et tous ses envois. Sans LETTRES, toutes celles de vos modèles.
    """
    from generator.loading import law_of
    from generator.template_check import example_samples, once, read_samples, verify_letter, verify_shared

    found = places(modeles, entreprise)
    law = law_of(found.company)
    samples, problems = read_samples(dossier_files(dossiers), au, entreprise)
    if dossiers and not samples and not problems:
        raise InvalidInput(f"{dossiers[0]} : aucun dossier (.yml) ici")
    samples = [*example_samples(), *samples]
    names = _names(lettres, toutes, found)
    only = None if toutes or lettres else found.own
    if found.own and not lettres:
        problems += verify_shared(found.own, found.roots, samples, law)
    for name in progress(names, "Lettres"):
        problems += verify_letter(name, found.roots, samples, law, only)
    errors, advice = ([p for p in once(problems) if p.conseil is conseil] for conseil in (False, True))
    if as_json:
        print_json(_json(names, len(samples), errors, advice))
    else:
        for problem in errors:
            click.echo(_line(problem))
        for problem in advice:
            say(f"Conseil : {_line(problem)}")
        click.echo(_summary(len(names), len(samples), len(errors)))
        if not names:
            next_step("impayes modeles copier LETTRE, ou « impayes modeles creer NOM »")
    if errors:
        click.get_current_context().exit(InvalidInput.exit_code)


def _names(lettres: tuple[str, ...], toutes: bool, found: Places) -> list[str]:
    from generator.forks import own_letters
    from generator.letters import SHARED

    if lettres:
        return list(dict.fromkeys(lettres))
    every = {path.parent.name for root in found.roots for path in root.glob("[!_]*/letter.yml")}
    own = set() if found.own is None and toutes else set(own_letters(found.needed()))
    # A common file of the company's own is in every letter: each of them may break.
    shared = found.own is not None and any(path.suffix in {".j2", ".yml"} for path in (found.own / SHARED).glob("*"))
    return sorted(own | every if toutes or shared else own)


def _line(problem: Any) -> str:
    return f"{short(problem.fichier)}:{problem.ligne}: {problem.phrase}"


def _summary(letters: int, samples: int, errors: int) -> str:
    from generator.typography import typography

    verified = "1 lettre vérifiée" if letters == 1 else f"{letters} lettres vérifiées"
    on = "1 dossier" if samples == 1 else f"{samples} dossiers"
    said = "aucune erreur" if not errors else "1 erreur" if errors == 1 else f"{errors} erreurs"
    return typography(f"{verified} sur {on} : {said}.")


def _json(names: list[str], samples: int, errors: list[Any], advice: list[Any]) -> dict[str, Any]:
    def rows(problems: list[Any]) -> list[dict[str, Any]]:
        return [{"fichier": str(p.fichier), "ligne": p.ligne, "phrase": p.phrase} for p in problems]

    return {
        "schema": "impayes/modeles-verifier/1", "lettres": names, "dossiers": samples,
        "erreurs": rows(errors), "conseils": rows(advice),
    }  # fmt: skip
