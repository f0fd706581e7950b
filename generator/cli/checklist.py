"""`checklist`: what to have done before a step."""

import datetime as dt
from pathlib import Path

import click

from generator.cli.common import au_option, company_option, json_option, overwrite_option, print_json, say, table
from generator.errors import LegalRefusal


@click.command()
@click.argument("liste_id", required=False, metavar="[LISTE]")
@click.option("--dossier", type=click.Path(path_type=Path), metavar="DOSSIER", help="Cocher ce que ce dossier prouve.")
@click.option("--fait", "done", multiple=True, metavar="POINT", help="Point fait à la main ; à répéter.")
@click.option("--format", "form", type=click.Choice(["texte", "md", "pdf"]), default="texte", help="Forme voulue.")
@click.option("--sortie", type=click.Path(path_type=Path), metavar="RÉPERTOIRE", help="Où écrire le PDF ; sinon ici.")
@au_option
@company_option
@json_option
@overwrite_option
def checklist(
    liste_id: str | None,
    dossier: Path | None,
    done: tuple[str, ...],
    form: str,
    sortie: Path | None,
    au: dt.date,
    entreprise: Path | None,
    as_json: bool,
    ecraser: bool,
) -> None:
    """Montrer une liste de contrôle, cochée par un dossier. Sans LISTE, les lister toutes.

    Avec --dossier, la commande sort avec le code 4 tant qu'un point indispensable reste ouvert.
    """
    from generator.checklists import find_checklists, load_checklist, tick, to_markdown
    from generator.law import load_law
    from generator.watching import watch

    if liste_id is None:
        found = find_checklists()
        if as_json:
            print_json([{"id": c.id, "titre": c.titre, "resume": c.resume} for c in found])
        else:
            click.echo(table(("Liste", "Titre", "Points"), ((c.id, c.titre, str(len(c.points))) for c in found)))
        return
    chosen, law = load_checklist(liste_id), load_law()
    loaded, statement = watch(dossier, au, entreprise) if dossier else (None, None)
    state = tick(chosen, loaded.case if loaded else None, statement, law, done)
    open_points = [item.point.id for item in state if item.ouvert and item.point.bloquant]
    if as_json:
        points = [
            {"id": s.point.id, "texte": s.point.texte, "bloquant": s.point.bloquant, "prouve": s.prouve, "fait": s.fait}
            for s in state
        ]
        print_json({"schema": "impayes/checklist/1", "id": chosen.id, "points": points, "bloquants": open_points})
    elif form == "md":
        click.echo(to_markdown(chosen, law, state), nl=False)
    elif form == "pdf":
        from generator.export.checklist_pdf import checklist_pdf
        from generator.writing import write_all

        target = (sortie or Path.cwd()) / f"{chosen.id}.pdf"
        write_all({target: checklist_pdf(chosen, state, law)}, overwrite=ecraser)
        click.echo(str(target))
    else:
        click.echo(f"{chosen.titre}\n{chosen.resume}\n")
        for item in state:
            mark = " " if item.ouvert else "x"
            must = "  [indispensable]" if item.point.bloquant else ""
            how = "  [prouvé par le dossier]" if item.prouve else ""
            click.echo(f"[{mark}] {item.point.texte}{must}{how}")
            texts = law.cited(item.point.articles)
            click.echo(f"    {item.point.pourquoi}" + (f" ({texts})" if texts else ""))
    if dossier and open_points:
        say(f"\nPoints indispensables encore ouverts : {', '.join(open_points)} (--fait POINT quand c'est fait).")
        click.get_current_context().exit(LegalRefusal.exit_code)
