"""`relancer`: today's letters for every dossier, in one run."""

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from generator.cli.agenda import CHANNEL_NAMES, chemins_argument, portfolio_files, report_broken
from generator.cli.common import au_option, company_option, dry_run_option, next_step, progress, say, table
from generator.errors import Failure, InvalidInput


@click.command()
@chemins_argument
@au_option
@click.option(
    "--valider", "agreed", multiple=True, metavar="RÉFÉRENCE", help="Donner votre accord pour ce dossier ; à répéter."
)
@click.option("--tout-valider", is_flag=True, help="Donner votre accord pour tout ce qui l'attend.")
@click.option(
    "--refaire", "again", multiple=True, metavar="RÉFÉRENCE", help="Refaire une lettre préparée et jamais partie."
)
@click.option("--recto-verso", is_flag=True, help="Commencer chaque lettre sur une feuille neuve.")
@company_option
@dry_run_option
def relancer(
    chemins: tuple[Path, ...],
    au: dt.date,
    agreed: tuple[str, ...],
    tout_valider: bool,
    again: tuple[str, ...],
    recto_verso: bool,
    entreprise: Path | None,
    simulation: bool,
) -> None:
    """Préparer les lettres du jour de tous les dossiers, et noter au journal ce qui est préparé.

    Écrit dans relances/<jour>/ : un répertoire par dossier, un PDF à imprimer dans l'ordre des enveloppes, les
    brouillons de courriels et un récapitulatif. Une lettre ne compte comme envoyée qu'une fois confirmée.
    """
    from contextlib import nullcontext

    from generator.portfolio.batch import due_messages, mend
    from generator.portfolio.lock import company_lock
    from generator.portfolio.messages import messages_of
    from generator.portfolio.reading import read_all
    from generator.portfolio.snapshot import Snapshot

    files = portfolio_files(chemins)
    folder = company_folder(files, entreprise)
    with nullcontext() if simulation else company_lock(folder):
        found = list(progress(list(read_all(files, au, entreprise)), "Lecture"))
        snapshots = [item for item in found if isinstance(item, Snapshot)]
        broken = [item for item in found if not isinstance(item, Snapshot)]
        if not simulation and mend(snapshots, folder):
            found = list(read_all(files, au, entreprise))
            snapshots = [item for item in found if isinstance(item, Snapshot)]
        _known((*agreed, *again), snapshots)
        messages = _redone(messages_of(snapshots), again, au)
        ready, waiting = due_messages(messages, _agreement(agreed, tout_valider, ask=not simulation))
        if simulation:
            _show("Seraient préparées", ready)
            _waiting(waiting, chemins)
            code = 0
        else:
            code = _run(ready, waiting, snapshots, folder, au, entreprise, recto_verso, chemins)
    report_broken(broken)
    if code or broken:
        click.get_current_context().exit(code or InvalidInput.exit_code)


def company_folder(files: Sequence[Path], entreprise: Path | None) -> Path:
    """The folder of the one company these dossiers belong to: journals and letters are kept there."""
    from generator.loading import find_company_file

    if entreprise is not None:
        return entreprise.parent
    folders = {(find_company_file(path) or path).parent for path in files}
    if len(folders) > 1:
        names = ", ".join(sorted(str(folder) for folder in folders)[:3])
        raise InvalidInput(f"plusieurs entreprises ({names}…) : en traiter une à la fois, en nommant son répertoire")
    return folders.pop()


def _known(names: Sequence[str], snapshots: Sequence[Any]) -> None:
    references = {snapshot.reference for snapshot in snapshots}
    if unknown := [name for name in names if name not in references]:
        raise InvalidInput(
            f"dossier « {name} » : référence inconnue ici ; « impayes agenda » les montre" for name in unknown
        )


def _redone(messages: Sequence[Any], again: Sequence[str], au: dt.date) -> list[Any]:
    """Letters prepared on an earlier day and asked for again become due."""
    from dataclasses import replace

    return [
        replace(m, step=replace(m.step, etat="a-faire"))
        if m.step.etat == "preparee" and m.step.preparee_le != au and set(m.references) & set(again)
        else m
        for m in messages
    ]


def _agreement(agreed: Sequence[str], everything: bool, *, ask: bool) -> Callable[[Any], bool]:
    from generator.money import euros

    def decide(message: Any) -> bool:
        if everything or set(message.references) & set(agreed):
            return True
        if not ask or agreed or not sys.stdin.isatty():
            return False
        question = (
            f"{message.references[0]}, {message.debiteur} : {message.step.niveau}, {euros(message.step.montant)}. "
            "La préparer ? (oui ou non)"
        )
        answer: str = click.prompt(question, default="non", prompt_suffix=" : ", err=True)
        return answer.strip().lower() in {"o", "oui"}

    return decide


def _run(
    ready: Sequence[Any],
    waiting: Sequence[Any],
    snapshots: Sequence[Any],
    folder: Path,
    au: dt.date,
    entreprise: Path | None,
    two_sided: bool,
    chemins: Sequence[Path],
) -> int:
    from generator.portfolio.batch import Made, make_all, write

    code, done = 0, []
    try:
        for result in _counted(make_all(ready, au, entreprise), len(ready)):
            if isinstance(result, Made):
                done.append((result.message, write(result, folder)))
                continue
            for problem in result.problemes:
                say(f"{result.message.references[0]} : {problem}")
            code = max(code, result.code)
    except Failure as error:
        raise Failure(
            (
                *error.problems,
                f"{len(done)} lettres préparées avant l'arrêt, notées au journal ; relancer la commande reprendra la suite",
            )
        ) from None
    _show("Préparées", [message for message, _ in done])
    _outputs(done, snapshots, folder, au, two_sided)
    _waiting(waiting, chemins)
    return code


def _counted(results: Any, total: int) -> Any:
    if total < 5 or not sys.stderr.isatty():
        yield from results
        return
    with click.progressbar(results, length=total, label="Lettres", file=sys.stderr) as bar:
        yield from bar


def _outputs(done: Sequence[Any], snapshots: Sequence[Any], folder: Path, au: dt.date, two_sided: bool) -> None:
    """The PDF to print, the calls and the table of the day, from what the journals hold of it."""
    from generator.portfolio.batch import FOLDER
    from generator.portfolio.printing import CALLS, LETTERS, SUMMARY, calls, merged, print_order, summary
    from generator.writing import write_all

    day = folder / FOLDER / au.isoformat()
    sheets = _sheets(done, snapshots, au)
    if not sheets:
        say("Rien à préparer aujourd'hui.")
        return
    table_path = day / SUMMARY
    before = table_path.read_bytes() if table_path.is_file() else None
    outputs = {
        day / LETTERS: merged(print_order(sheets), day, two_sided=two_sided),
        day / CALLS: merged(calls(sheets), day, two_sided=two_sided),
        table_path: summary(sheets, before),
    }
    written = write_all({path: content for path, content in outputs.items() if content is not None}, overwrite=True)
    for path in written:
        click.echo(str(path))
    missing = [sheet for sheet in sheets if sheet.prepared.a_joindre]
    if missing:
        say(
            f"{len(missing)} lettre{'s annoncent' if len(missing) > 1 else ' annonce'} des factures que les dossiers n'ont pas "
            "(champ piece) : les joindre à la main (colonne « pieces » du récapitulatif)."
        )
    if any(sheet.prepared.canal == "email" and not sheet.prepared.envoyee for sheet in sheets):
        next_step("impayes envoyer, qui montre les courriels prêts à partir.")
    next_step(
        f"une fois les lettres parties, remplir envoye_le et numero_recommande dans {table_path}, puis impayes journal confirmer {table_path}"
    )


def _sheets(done: Sequence[Any], snapshots: Sequence[Any], au: dt.date) -> list[Any]:
    """Every message prepared on the day, once each; those that nothing awaits any more are said and left out."""
    from generator.money import euros
    from generator.portfolio.printing import Sheet

    sheets = [Sheet(prepared, message.debiteur, euros(message.step.montant)) for message, prepared in done]
    known = {(s.prepared.dossiers, s.prepared.lettre, s.prepared.factures) for s in sheets}
    for snapshot in snapshots:
        for prepared in snapshot.preparees:
            key = (prepared.dossiers, prepared.lettre, prepared.factures)
            if prepared.le != au or prepared.dossiers[0] != snapshot.reference or key in known:
                continue
            known.add(key)
            step = next((s for s in snapshot.etapes if s.lettre == prepared.lettre and s.etat == "preparee"), None)
            if step is None and not prepared.envoyee:
                why = "; ".join(snapshot.remarques) or "; ".join(a.phrase for s in snapshot.etapes for a in s.arrets)
                say(f"{snapshot.reference} : « {prepared.lettre} », préparée ce jour, ne doit plus partir : {why}")
                continue
            amount = euros(step.montant) if step else ""
            sheets.append(Sheet(prepared, snapshot.debiteur, amount))
    return sheets


def _show(title: str, messages: Sequence[Any]) -> None:
    from generator.money import euros

    if not messages:
        return
    rows = [
        [
            ", ".join(m.references),
            m.debiteur,
            f"{m.step.niveau} ({CHANNEL_NAMES[m.step.canal]})",
            euros(m.step.montant),
        ]
        for m in messages
    ]
    click.echo(f"{title} ({len(rows)})")
    click.echo(table(("Dossier", "Débiteur", "Lettre", "Montant"), rows, right=(3,)))
    click.echo()


def _waiting(waiting: Sequence[Any], chemins: Sequence[Path]) -> None:
    if not waiting:
        return
    _show("Attendent votre accord", waiting)
    where = "".join(f" {chemin}" for chemin in chemins)
    say(f"Pour donner votre accord : impayes relancer{where} --valider {waiting[0].references[0]} (ou --tout-valider).")
