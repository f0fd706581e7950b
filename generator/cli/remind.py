"""`relancer`: today's letters for every dossier, in one run."""

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import short_date
from generator.cli.agenda import chemins_argument, portfolio_files, report_broken
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

    Écrit dans relances/JOUR/ : un répertoire par dossier, un PDF à imprimer dans l'ordre des enveloppes, les
    brouillons de courriels et un récapitulatif. Une lettre ne compte comme envoyée qu'une fois confirmée.
    """
    from contextlib import nullcontext

    from generator.portfolio.batch import due_messages, mend, sweep
    from generator.portfolio.lock import company_lock
    from generator.portfolio.messages import messages_of
    from generator.portfolio.reading import read_all
    from generator.portfolio.snapshot import Snapshot

    _refuse_stray_names(chemins, agreed, again)
    files = portfolio_files(chemins)
    folder = company_folder(files, entreprise)
    with nullcontext() if simulation else company_lock(folder):
        before = _table_of(folder, au)
        if not simulation:
            sweep(folder, au)
            mend(folder, au)
        found = list(progress(list(read_all(files, au, entreprise)), "Lecture"))
        snapshots = [item for item in found if isinstance(item, Snapshot)]
        broken = [item for item in found if not isinstance(item, Snapshot)]
        _known(agreed, again, snapshots)
        messages = _redone(messages_of(snapshots), _whole_letters(again, snapshots))
        ready, waiting = due_messages(messages, _agreement(agreed, tout_valider, ask=not simulation))
        _unanswered(agreed, again, messages, snapshots)
        if simulation:
            _show("Seraient préparées", ready)
            _waiting(waiting, chemins, au)
            code = 0
        else:
            done, code = _run(ready, folder, au, entreprise)
            code = max(code, _outputs(done, snapshots, before, folder, au, recto_verso))
            _waiting(waiting, chemins, au)
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


def _refuse_stray_names(chemins: Sequence[Path], agreed: Sequence[str], again: Sequence[str]) -> None:
    """« --valider A B »: B is read as a path; refused before anything is made."""
    if (agreed or again) and (missing := [chemin for chemin in chemins if not chemin.exists()]):
        hint = _SEVERAL_AGREED if agreed else _SEVERAL_AGAIN
        raise InvalidInput(f"{chemin} : fichier introuvable ; {hint}" for chemin in missing)


_SEVERAL_AGREED = "plusieurs accords : répéter --valider devant chaque référence"
_SEVERAL_AGAIN = "plusieurs lettres : répéter --refaire devant chaque référence"


def _known(agreed: Sequence[str], again: Sequence[str], snapshots: Sequence[Any]) -> None:
    references = {snapshot.reference for snapshot in snapshots}
    named = {**dict.fromkeys(again, _SEVERAL_AGAIN), **dict.fromkeys(agreed, _SEVERAL_AGREED)}
    if unknown := {name: hint for name, hint in named.items() if name not in references}:
        raise InvalidInput(
            f"dossier « {name} » : référence inconnue ici ; « impayes agenda » les montre ; {hint}"
            for name, hint in unknown.items()
        )


def _whole_letters(again: Sequence[str], snapshots: Sequence[Any]) -> set[str]:
    """The dossiers named, with those their prepared letters are also about; InvalidInput when one of these was not read."""
    from generator.portfolio.messages import preparation_of

    read = {snapshot.reference for snapshot in snapshots}
    found = set(again)
    for snapshot in snapshots:
        made = (preparation_of(snapshot, step) for step in snapshot.etapes if snapshot.reference in again)
        for prepared in (p for p in made if p):
            if missing := [name for name in prepared.dossiers if name not in read]:
                raise InvalidInput(
                    f"{snapshot.reference} : sa lettre parle aussi de {', '.join(missing)}, à lire en même temps : "
                    "nommer aussi ce dossier, ou leur répertoire"
                )
            found.update(prepared.dossiers)
    return found


def _table_of(folder: Path, au: dt.date) -> list[dict[str, str]]:
    """The table of the day as a person may have filled it; read first, so that a spoilt one stops nothing halfway."""
    from generator.portfolio.batch import FOLDER
    from generator.portfolio.printing import SUMMARY, read_summary
    from generator.writing import reason

    path = folder / FOLDER / au.isoformat() / SUMMARY
    try:
        return [row for _, row in read_summary(path.read_bytes(), str(path))]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Failure(f"{path} : lecture impossible ({reason(error)})") from None


def _redone(messages: Sequence[Any], again: set[str]) -> list[Any]:
    """Letters prepared and asked for again become due, unless something stops them since."""
    from dataclasses import replace

    return [
        replace(m, step=replace(m.step, etat="a-faire"))
        if m.step.etat == "preparee" and not m.step.arrets and again & set(m.references)
        else m
        for m in messages
    ]


def _unanswered(agreed: Sequence[str], again: Sequence[str], messages: Sequence[Any], snapshots: Sequence[Any]) -> None:
    """Say why nothing is made for a dossier that was named."""
    from generator.portfolio.labels import level_name

    remarks = {snapshot.reference: snapshot.remarques for snapshot in snapshots}
    for name in dict.fromkeys((*agreed, *again)):
        steps = [message.step for message in messages if name in message.references]
        if any(step.lettre and step.etat in ("a-faire", "a-valider") for step in steps):
            continue
        reasons = [stop.phrase for step in steps for stop in step.arrets] or list(remarks[name])
        reasons += [
            f"« {step.lettre} » est déjà préparée : --refaire {name}" for step in steps if step.etat == "preparee"
        ]
        later = [step for step in steps if step.etat == "a-venir"]
        reasons += [f"« {level_name(step.niveau)} » n'est prévu que le {short_date(step.le)}" for step in later]
        say(f"{name} : rien à préparer : {' ; '.join(reasons) or 'aucune lettre prévue'}")


def _agreement(agreed: Sequence[str], everything: bool, *, ask: bool) -> Callable[[Any], bool]:
    from generator.money import euros
    from generator.portfolio.labels import level_name

    def decide(message: Any) -> bool:
        if everything or set(message.references) & set(agreed):
            return True
        if not ask or agreed or not sys.stdin.isatty():
            return False
        question = (
            f"{message.references[0]}, {message.debiteur} : {level_name(message.step.niveau)}, {euros(message.step.montant)}. "
            "La préparer ? (oui ou non)"
        )
        answer: str = click.prompt(question, default="non", prompt_suffix=" : ", err=True)
        return answer.strip().lower() in {"o", "oui"}

    return decide


def _run(ready: Sequence[Any], folder: Path, au: dt.date, entreprise: Path | None) -> tuple[list[Any], int]:
    """Make and note each message; returns those made and the gravest exit code."""
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
        many = "s" if len(done) > 1 else ""
        stopped = f"{len(done)} lettre{many} préparée{many} avant l'arrêt ; relancer la commande reprendra la suite"
        raise Failure((*error.problems, stopped)) from None
    _show("Préparées", [message for message, _ in done])
    return done, code


def _counted(results: Any, total: int) -> Any:
    if total < 5 or not sys.stderr.isatty():
        yield from results
        return
    with click.progressbar(results, length=total, label="Lettres", file=sys.stderr) as bar:
        yield from bar


def _outputs(
    done: Sequence[Any],
    snapshots: Sequence[Any],
    before: Sequence[dict[str, str]],
    folder: Path,
    au: dt.date,
    two_sided: bool,
) -> int:
    """The PDF to print, the calls and the table of the day, from what the journals hold of it; returns an exit code."""
    from generator.portfolio.batch import FOLDER
    from generator.portfolio.printing import CALLS, LETTERS, SUMMARY, calls, merged, print_order, summary, to_leave
    from generator.portfolio.sheets import day_sheets, withdrawal, withdrawn_before
    from generator.writing import write_all

    day = folder / FOLDER / au.isoformat()
    sheets = day_sheets(done, snapshots, before, folder, au)
    for sentence in withdrawn_before(snapshots, au):
        say(sentence)
    for sheet in sheets:
        if sheet.retenue:
            say(withdrawal(sheet.prepared, sheet.retenue))
        elif sheet.remarque:
            say(sheet.remarque)
    if not done:
        say("Rien de nouveau à préparer." if sheets else "Rien à préparer aujourd'hui.")
    if not sheets:
        return 0
    leaving = to_leave(sheets, before)
    letters, problems = merged(print_order(leaving), day, two_sided=two_sided)
    scripts, others = merged(calls(leaving), day, two_sided=two_sided)
    outputs = {day / LETTERS: letters, day / CALLS: scripts, day / SUMMARY: summary(sheets, before)}
    written = write_all({path: content for path, content in outputs.items() if content is not None}, overwrite=True)
    for path, content in outputs.items():
        if content is None:
            _remove(path)  # printed again, what it holds would leave twice
    for path in written:
        click.echo(str(path))
    for problem in (*problems, *others):
        say(problem)
    _advise(leaving, day / SUMMARY)
    return InvalidInput.exit_code if problems or others else 0


def _remove(path: Path) -> None:
    from generator.writing import reason

    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Failure(f"{path} : suppression impossible ({reason(error)})") from None


def _advise(leaving: Sequence[Any], table_path: Path) -> None:
    """What the person has to do with what is about to leave."""
    missing = [sheet for sheet in leaving if sheet.prepared.a_joindre]
    if missing:
        say(
            f"{len(missing)} lettre{'s annoncent' if len(missing) > 1 else ' annonce'} des pièces que les dossiers n'ont pas : "
            "les joindre à la main (colonne « pieces » du récapitulatif)."
        )
    steps = []
    if any(sheet.prepared.canal == "email" for sheet in leaving):
        steps.append("impayes envoyer, qui montre les courriels prêts à partir")
    if any(sheet.prepared.canal != "email" for sheet in leaving):
        steps.append(
            f"une fois les lettres parties, remplir envoye_le et numero_recommande dans {table_path}, puis impayes journal confirmer {table_path}"
        )
    if steps:
        next_step(" ; ".join(steps))


def _show(title: str, messages: Sequence[Any]) -> None:
    from generator.money import euros
    from generator.portfolio.labels import step_name

    if not messages:
        return
    rows = [
        [
            ", ".join(m.references[:2]) + (f" +{len(m.references) - 2}" if len(m.references) > 2 else ""),
            m.debiteur,
            step_name(m.step),
            euros(m.step.montant),
        ]
        for m in messages
    ]
    click.echo(f"{title} ({len(rows)})")
    click.echo(table(("Dossier", "Débiteur", "Lettre", "Montant"), rows, right=(3,)))
    click.echo()


def _waiting(waiting: Sequence[Any], chemins: Sequence[Path], au: dt.date) -> None:
    if not waiting:
        return
    _show("Attendent votre accord", waiting)
    context = click.get_current_context()
    today = next(p.get_default(context) for p in context.command.params if p.name == "au")
    where = "".join(f" {chemin}" for chemin in chemins) + (f" --au {au.isoformat()}" if au != today else "")
    say(f"Pour donner votre accord : impayes relancer{where} --valider {waiting[0].references[0]} (ou --tout-valider).")
