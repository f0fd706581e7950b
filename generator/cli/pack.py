"""`remettre`: one zip for whoever takes the matter over."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import click

from generator.cli.common import (
    au_option,
    company_option,
    court_output_option,
    dry_run_option,
    json_option,
    next_step,
    overwrite_option,
    print_json,
    say,
    table,
)

# pack.TAKERS, without its imports.
TAKERS = ("commissaire-de-justice", "avocat", "assureur-credit", "mediateur", "societe-de-recouvrement")
MAIL_BYTES = 20_000_000


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option("--a", "to", type=click.Choice(TAKERS), required=True, metavar="TIERS", help=f"{', '.join(TAKERS)}.")
@au_option
@court_output_option
@company_option
@json_option
@dry_run_option
@overwrite_option
def remettre(
    dossier: Path,
    to: str,
    au: dt.date,
    sortie: Path | None,
    entreprise: Path | None,
    as_json: bool,
    simulation: bool,
    ecraser: bool,
) -> None:
    """Réunir en un zip ce qu'il faut à un tiers : lettre, fiche, décompte, chronologie, lettres envoyées, pièces.

    Seuls ce dossier et son journal sont lus. Ce qui manque et ce qui est retiré est dit, ici et dans le zip.
    """
    from generator.court.pack import build_pack
    from generator.pipeline import read
    from generator.writing import write_all

    loaded, statement = read(dossier, au, entreprise)
    pack = build_pack(loaded, statement, to)
    content = pack.zip()
    target = (sortie or (loaded.company_path or loaded.path).parent / "judiciaire") / f"{pack.nom}.zip"
    # The checklist speaks to the creditor about their own interests: it stays with them, beside the zip.
    control = target.with_name(f"{pack.nom}-liste-de-controle.pdf")
    if not simulation:
        write_all({target: content, control: pack.controle}, overwrite=ecraser)
    if as_json:
        print_json({**_json(pack, loaded.case.reference, au, to, target, content), "liste_de_controle": str(control)})
        return
    rows = [(name, f"{(len(data) + 999) // 1000} ko") for name, data in sorted(pack.fichiers.items())]
    click.echo(table(("Fichier", "Taille"), rows, right=(1,)))
    for title, lines in (
        ("CE QUI MANQUE", pack.manque),
        ("LAISSÉ DE CÔTÉ", pack.laisse),
        ("CHAMPS RETIRÉS", pack.retire),
        ("POUR VOUS SEUL", pack.pour_vous),
    ):
        if lines:
            click.echo("\n".join(["", title, *(f"- {line}" for line in lines)]))
    would = "serait écrit : " if simulation else ""
    click.echo(f"\n{would}{target}\n{would}{control} (pour vous seul, à ne pas remettre)")
    if len(content) > MAIL_BYTES:
        say(f"Attention : {len(content) // 1_000_000} Mo, trop pour un courriel ; le remettre autrement.")
    next_step(
        "relire le zip (les notes et résultats du journal sont du texte libre), puis le remettre par une voie sûre."
    )


def _json(pack: Any, reference: str, au: dt.date, to: str, target: Path, content: bytes) -> dict[str, Any]:
    return {
        "schema": "impayes/remise/1",
        "dossier": reference,
        "au": au.isoformat(),
        "a": to,
        "fichier": str(target),
        "octets": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "contenu": [
            {"nom": name, "octets": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(pack.fichiers.items())
        ],
        "manque": list(pack.manque),
        "laisse_de_cote": list(pack.laisse),
        "champs_retires": list(pack.retire),
        "pour_vous": list(pack.pour_vous),
    }
