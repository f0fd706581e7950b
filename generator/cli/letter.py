"""`lettre`: the command most people came for."""

import datetime as dt
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from generator.cli.common import (
    au_option,
    company_option,
    dossier_files,
    dry_run_option,
    next_step,
    overwrite_option,
    progress,
    say,
)
from generator.cli.watching import open_file, watch
from generator.errors import InvalidInput, LegalRefusal, UserError
from generator.export import FORMATS


def _tracking(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A tracking number as the post prints it: letters, digits and spaces."""
    if value is None:
        return None
    text = " ".join(value.upper().split())
    if not re.fullmatch(r"[0-9A-Z]{2}( ?[0-9A-Z]){8,18}", text):
        raise click.BadParameter(f"« {value} » : recopier le numéro du bordereau, par exemple « 1A 234 567 8901 2 »")
    return text


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.argument("lettre_id", required=False, metavar="[LETTRE]")
@au_option
@click.option(
    "--format", "formats", type=click.Choice(list(FORMATS)), multiple=True, default=("pdf",), show_default=True,
    help="Format voulu ; à répéter pour plusieurs.",
)  # fmt: skip
@click.option(
    "--sortie",
    type=click.Path(path_type=Path),
    metavar="RÉPERTOIRE",
    help="Où écrire ; sinon sortie/ à côté du dossier.",
)
@click.option("--ton", metavar="TON", help="cordial, neutre ou ferme, selon la lettre.")
@click.option("--envoi", metavar="ENVOI", help="lrar, lre, courrier ou email, selon la lettre.")
@click.option(
    "--annexe/--sans-annexe", default=None, help="Joindre, ou non, la page qui détaille le calcul des intérêts."
)
@click.option(
    "--numero-recommande", callback=_tracking, metavar="NUMÉRO", help="Numéro du recommandé, imprimé sur la lettre."
)
@click.option(
    "--delai", "delai_reponse_jours", type=click.IntRange(1, 90), metavar="JOURS",
    help="Jours laissés pour répondre ; sinon ceux de la lettre.",
)  # fmt: skip
@click.option("--joindre", is_flag=True, help="Ajouter les factures du dossier à la suite du PDF.")
@click.option(
    "--modeles", type=click.Path(path_type=Path), metavar="RÉPERTOIRE", help="Vos modèles, avant ceux du produit."
)
@click.option("--ouvrir", is_flag=True, help="Ouvrir la lettre une fois écrite.")
@click.option("--surveiller", is_flag=True, help="La récrire à chaque enregistrement du dossier ou d'un modèle.")
@click.option("--oui", is_flag=True, help="Accepter la lettre proposée sans demander.")
@company_option
@dry_run_option
@overwrite_option
def lettre(dossier: Path, lettre_id: str | None, ouvrir: bool, surveiller: bool, **options: Any) -> None:
    """Écrire une lettre pour un DOSSIER, ou pour tous ceux d'un répertoire.

    Sans LETTRE, celle qui convient est proposée. « impayes modeles lister » les montre toutes.
    """
    files = dossier_files([dossier])
    if not files:
        raise InvalidInput(f"{dossier} : aucun dossier (.yml) ici ; « impayes nouveau » en crée un")
    if len(files) == 1:
        written = _one(files[0], lettre_id, alone=not surveiller, **options)
        if ouvrir and written and not options["simulation"]:
            open_file(written[0])
        if surveiller and written:
            _keep_writing(files[0], lettre_id, options)
        return
    if ouvrir or surveiller:
        raise click.UsageError("--ouvrir et --surveiller servent une lettre à la fois : nommer un seul dossier")
    worst, counts = 0, Counter[str]()
    for path in progress(files, "Lettres"):
        try:
            done = _one(path, lettre_id, alone=False, **options)
            counts["écrite" if done else "sans lettre"] += 1
        except UserError as error:
            counts["interdite" if isinstance(error, LegalRefusal) else "à corriger"] += 1
            # One bad dossier among many is reported and the others are done.
            for problem in error.problems:
                say(f"{path.name} : {problem}" if not problem.startswith(path.name) else problem)
            worst = max(worst, error.exit_code)
    summary = ", ".join(
        f"{count} {name}{'' if name in ('à corriger', 'sans lettre') or count < 2 else 's'}"
        for name, count in counts.items()
    )
    say(f"\n{len(files)} dossiers : {summary}.")
    click.get_current_context().exit(worst)


def _one(
    path: Path,
    letter_id: str | None,
    *,
    alone: bool,
    au: dt.date,
    formats: tuple[str, ...],
    sortie: Path | None,
    ton: str | None,
    envoi: str | None,
    annexe: bool | None,
    numero_recommande: str | None,
    joindre: bool,
    delai_reponse_jours: int | None,
    modeles: Path | None,
    oui: bool,
    entreprise: Path | None,
    simulation: bool,
    ecraser: bool,
) -> list[Path]:
    """Write one letter; its files without their traces, none when there is no letter to write."""
    from generator.letters import load_letter
    from generator.pipeline import make_letter, read, roots_of
    from generator.render import Choices
    from generator.writing import write_all

    loaded, statement = read(path, au, entreprise)
    for notice in statement.avertissements:
        say(f"Attention ({loaded.case.reference}) : {notice.message}")
    chosen = letter_id or _propose(loaded, statement, modeles, oui)
    if chosen is None:
        return []
    files = make_letter(
        loaded,
        statement,
        chosen,
        formats=tuple(dict.fromkeys(formats)),
        choices=Choices(ton, envoi, annexe, numero_recommande, joindre, delai_reponse_jours),
        modeles=modeles,
    )
    folder = sortie or path.parent / "sortie"
    targets = {folder / name: content for name, content in files.items()}
    if simulation:
        for target in targets:
            click.echo(f"serait écrit : {target}")
        return list(targets)
    written = [path for path in write_all(targets, overwrite=ecraser) if not path.name.endswith(".trace.json")]
    for target in written:
        click.echo(str(target))
    if alone:
        _what_next(written, load_letter(chosen, roots_of(loaded, modeles)).spec.signature)
    return written


def _keep_writing(path: Path, letter_id: str | None, options: dict[str, Any]) -> None:
    """Write the letter again after each save. What it replaces is what it has just written itself."""
    from generator.loading import find_company_file, load_case
    from generator.pipeline import roots_of
    from generator.render import forget

    company = options["entreprise"] or find_company_file(path)
    roots = roots_of(load_case(path, options["entreprise"]), options["modeles"])
    again = {**options, "ecraser": True, "oui": True}

    def rebuild() -> None:
        forget()
        _one(path, letter_id, alone=False, **again)

    watch({path.parent, *roots, *([company.parent] if company else [])}, rebuild)


def _propose(loaded: Any, statement: Any, modeles: Path | None, accepted: bool) -> str | None:
    """The letter that fits: accepted by --oui, by an answer in a terminal, else only shown."""
    from generator.letters import suggestions
    from generator.pipeline import roots_of

    case = loaded.case
    found = suggestions(case, statement, loaded.law, roots_of(loaded, modeles))
    ready = [letter for letter, lacking in found if not lacking]
    if case.factures and not statement.totaux.solde:
        # What may still be written is only named: nobody asked for it.
        names = "".join(f" ; si le client le demande : impayes lettre {loaded.path} {letter.id}" for letter in ready)
        say(f"{case.reference} : plus rien n'est dû, aucune lettre à envoyer{names}.")
        return None
    for letter, lacking in found[: found.index((ready[0], ())) if ready else None]:
        say(f"{case.reference} : « {letter.id} » conviendrait, mais {' ; '.join(lacking)}")
    if case.debiteur.procedure_collective and not ready:
        raise LegalRefusal(
            f"{case.reference} : procédure collective en cours, aucune relance ne peut partir "
            f"({loaded.law.article('c-com-l622-21').court}) ; déclarer la créance au mandataire, délai rappelé ci-dessus"
        )
    if not ready:
        say(f"{case.reference} : aucune lettre ne convient aujourd'hui ; « impayes modeles lister » les montre toutes.")
        return None
    best = ready[0]
    say(f"{case.reference} : la lettre qui convient est « {best.id} » ({best.spec.titre}).")
    if accepted:
        return best.id
    if sys.stdin.isatty() and _yes("L'écrire ?"):
        return best.id
    for letter in ready:
        click.echo(f"impayes lettre {loaded.path} {letter.id}")
    return None


def _yes(question: str) -> bool:
    # click.confirm asks « [Y/n] », which says nothing to a French reader.
    answer: str = click.prompt(f"{question} (oui ou non)", default="oui", prompt_suffix=" : ", err=True)
    return answer.strip().lower() in {"o", "oui", "y", "yes"}


# What to do with each kind of paper once it is written; `{}` is its file.
_NEXT = {
    "expediteur": "relire {}, le signer, l'envoyer, puis garder la preuve d'envoi avec le dossier.",
    "debiteur": "relire {}, le faire compléter et signer par le débiteur, garder l'original avec le dossier.",
    "deux-parties": "relire {}, l'imprimer en deux exemplaires, les signer tous deux, en remettre un à l'autre partie.",
    "aucune": "relire {}.",
}


def _what_next(written: list[Path], signature: str) -> None:
    name = next((path for path in written if path.suffix == ".pdf"), written[0]).name
    if name.endswith(".eml"):
        next_step(f"ouvrir {name} dans votre messagerie, y joindre les pièces annoncées, relire, l'envoyer.")
        return
    next_step(_NEXT[signature].format(name))
