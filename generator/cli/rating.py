"""`notation`: rate companies A to D from their own history."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from generator.cli.common import (
    au_option,
    company_option,
    dossier_files,
    json_option,
    next_step,
    print_json,
    say,
    table,
)
from generator.errors import InvalidInput

UNKNOWN = "—"


@click.command()
@click.argument("chemins", nargs=-1, type=click.Path(path_type=Path), metavar="[CHEMINS]...")
@click.option("--detail", is_flag=True, help="Expliquer chaque note, point par point.")
@click.option("--particuliers", is_flag=True, help="Noter aussi des consommateurs, après votre propre analyse.")
@au_option
@company_option
@json_option
def notation(
    chemins: tuple[Path, ...], detail: bool, particuliers: bool, au: dt.date, entreprise: Path | None, as_json: bool
) -> None:
    """Noter les entreprises clientes de A à D, sur leur propre historique.

    CHEMINS sont des dossiers ou des répertoires ; sinon, le répertoire courant. La pire note vient d'abord.
    Un acheteur public n'est jamais noté, un particulier seulement sur demande.
    """
    from generator.law import load_law
    from generator.portfolio.rating import rate_all
    from generator.portfolio.reading import read_all

    files = dossier_files(chemins or (Path(),))
    if not files:
        raise InvalidInput(f"{(chemins or (Path(),))[0]} : aucun dossier (.yml) ici ; « impayes nouveau » en crée un")
    text = load_law().article("cnil-2021-130").court
    if particuliers:
        # Said before anything is computed: who reads the table has read this first.
        say(
            f"Attention : noter d'avance des particuliers n'est pas couvert par le référentiel sur les impayés ({text}). "
            "Faites d'abord votre propre analyse. Une personne vérifie avant toute exclusion, et la liste ne sort pas "
            "de votre entreprise.\n"
        )
    found = rate_all(read_all(files, au, entreprise), particuliers=particuliers)
    if found.particuliers and not (found.notes or found.publics or found.illisibles):
        raise click.UsageError(
            f"il n'y a ici que des particuliers, qu'on ne note pas d'avance sans une analyse à soi ({text}) : "
            "ajouter --particuliers après l'avoir faite"
        )
    for broken in found.illisibles:
        for line in broken.problemes:
            say(line)
    if as_json:
        print_json(_data(found, au))
    else:
        if found.notes:
            click.echo("\n".join(_text(found.notes, detail)))
        _remarks(found)
        if found.notes and not detail:
            next_step(" ".join(["impayes notation", *map(str, chemins), f"--au {au.isoformat()} --detail"]))
    if found.illisibles:
        click.get_current_context().exit(InvalidInput.exit_code)


def _remarks(found: Any) -> None:
    """What the reader of a rating must know, on standard error."""
    if found.notes:
        say("\nUne note ne connaît que les factures de ces dossiers : celles payées sans dossier n'y sont pas.")
        say(
            "Un entrepreneur individuel est une personne : ses données sont protégées, et le dossier ne dit pas qui l'est. "
            "Vérifiez-le avant de vous servir d'une note : elle aide à décider, elle ne décide pas."
        )
    else:
        say("Aucune entreprise à noter ici.")
    if found.publics:
        count = _count(found.publics, "acheteur public laissé", "acheteurs publics laissés")
        say(f"{count} de côté : on ne choisit pas de faire crédit à un acheteur public, la loi fixe son délai.")
    if found.particuliers:
        say(f"{_count(found.particuliers, 'particulier laissé', 'particuliers laissés')} de côté (--particuliers).")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"


def _text(ratings: Any, detail: bool) -> Iterator[str]:
    from generator.money import euros
    from generator.portfolio.rating import days_fr, percent_fr

    headers = ["Client", "Note", "Points", "Retard (j)", "À l'heure", "Tendance", "Promesses", "Encours"]
    rows = [
        [
            r.debiteur,
            {"non-note": "non noté", "hors-notation": "hors notation"}.get(r.etat, r.note),
            UNKNOWN if r.points is None else str(r.points),
            UNKNOWN if r.retard_pondere is None else days_fr(r.retard_pondere),
            UNKNOWN if r.part_a_l_heure is None else percent_fr(r.part_a_l_heure),
            _trend(r),
            f"{r.promesses_tenues} sur {r.promesses_faites}" if r.promesses_faites else UNKNOWN,
            euros(r.encours),
        ]
        for r in ratings
    ]
    yield table(headers, rows, right=(2, 3, 4, 7))
    if not detail:
        return
    for r in ratings:
        yield ""
        yield f"{r.debiteur} : {r.phrase}."
        if r.composantes:
            points = [[c.titre, _points(c), c.phrase] for c in r.composantes]
            yield table(("Composante", "Points", "Pourquoi"), points, right=(1,))


def _trend(rating: Any) -> str:
    from generator.portfolio.rating import days_fr, trend

    recent, earlier = rating.retard_recent, rating.retard_ancien
    if recent is None or earlier is None:
        return UNKNOWN
    change = f"{'+' if recent >= earlier else '−'}{days_fr(abs(recent - earlier))} j"
    return f"{trend(recent, earlier)} ({change})"


def _points(component: Any) -> str:
    from generator.portfolio.rating import days_fr

    gained = UNKNOWN if component.points is None else days_fr(component.points)
    return f"{gained} / {component.sur}"


def _data(found: Any, au: dt.date) -> dict[str, Any]:
    from generator.portfolio import rating

    return {
        "schema": "impayes/notation/1",
        "au": au.isoformat(),
        "bareme": {
            "depuis": rating.SCALE_SINCE.isoformat(),
            "points": rating.WEIGHTS,
            "seuils": dict(rating.GRADES),
            "retard_sans_point": rating.WORST_DELAY,
            "factures_minimum": rating.FEWEST_INVOICES,
            "tendance_mois": rating.RECENT_MONTHS,
        },
        "debiteurs": [
            {
                "debiteur": r.debiteur,
                "qualite": r.qualite,
                "etat": r.etat,
                "note": r.note,
                "points": r.points,
                "phrase": r.phrase,
                "dossiers": r.dossiers,
                "factures": r.factures,
                "retard_pondere": _tenths(r.retard_pondere),
                "part_a_l_heure": _tenths(r.part_a_l_heure),
                "retard_recent": _tenths(r.retard_recent),
                "retard_ancien": _tenths(r.retard_ancien),
                "promesses_tenues": r.promesses_tenues,
                "promesses_faites": r.promesses_faites,
                "encours": f"{r.encours:.2f}",
                "composantes": [
                    {"code": c.code, "points": _tenths(c.points), "sur": c.sur, "phrase": c.phrase}
                    for c in r.composantes
                ],
            }
            for r in found.notes
        ],
        "laisses_de_cote": {"particuliers": found.particuliers, "publics": found.publics},
        "erreurs": [{"fichier": str(b.fichier), "messages": list(b.problemes)} for b in found.illisibles],
    }


def _tenths(value: Any) -> str | None:
    """Days, points or a percentage as text with one decimal, rounded as on screen."""
    from generator.portfolio.rating import days_fr

    return None if value is None else days_fr(value).replace(",", ".")
