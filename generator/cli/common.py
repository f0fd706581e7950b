"""Options and small printers shared by the commands. The clock is read here, and only here."""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class FrenchDate(click.ParamType[dt.date]):
    """A date written `2026-07-01` or `01/07/2026`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the date or fail with a French sentence (exit code 2)."""
        from generator.fields import read_day

        if isinstance(value, dt.date):
            return value
        try:
            return read_day(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Euros(click.ParamType[Decimal]):
    """An amount above zero, written `1200`, `1200.50` or « 1 200,50 € »."""

    name = "somme"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read the amount or fail with a French sentence (exit code 2)."""
        from generator.money import parse_amount

        if isinstance(value, Decimal):
            return value
        try:
            amount = parse_amount(value)
        except ValueError as error:
            self.fail(f"« {value} » : {error}", param, ctx)
        if not amount:
            self.fail("montant nul : écrire un montant supérieur à zéro", param, ctx)
        return amount


def _today() -> dt.date:
    # The reader's own calendar day is what a letter is dated with.
    return dt.datetime.now().astimezone().date()


au_option = click.option(
    "--au", type=FrenchDate(), metavar="DATE", default=_today, show_default="aujourd'hui", help="Date du calcul."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Écrire du JSON, pour un autre programme.")
company_option = click.option(
    "--entreprise",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="entreprise.yml à utiliser ; sinon le plus proche au-dessus du dossier.",
)
overwrite_option = click.option("--ecraser", is_flag=True, help="Remplacer les fichiers qui existent déjà.")
dry_run_option = click.option("--simulation", is_flag=True, help="Montrer ce qui serait écrit, sans rien écrire.")
court_output_option = click.option(
    "--sortie",
    type=click.Path(path_type=Path),
    metavar="RÉPERTOIRE",
    help="Où écrire ; sinon judiciaire/ à côté de entreprise.yml.",
)
_yes_option = click.option(
    "--oui", "yes", multiple=True, metavar="QUESTION", help="Répondre oui à une question ; à répéter."
)
_no_option = click.option(
    "--non", "no", multiple=True, metavar="QUESTION", help="Répondre non à une question ; à répéter."
)


def answer_options(command: F) -> F:
    """`--oui` and `--non`, given to the command as `yes` and `no`; `answers` puts them together."""
    return _yes_option(_no_option(command))


def answers(yes: Sequence[str], no: Sequence[str]) -> dict[str, bool]:
    """The user's answers by question; a UsageError (exit code 2) for one answered both ways."""
    if both := sorted(set(yes) & set(no)):
        raise click.UsageError(f"« {both[0]} » : répondre oui ou non, pas les deux")
    return {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}


def print_json(data: Any) -> None:
    """JSON on standard output, accents kept."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """A remark for the person, on standard error so that data stays clean on standard output."""
    click.echo(text, err=True)


def next_step(text: str) -> None:
    """Suggest the next command, in a terminal or not, on standard error."""
    say(f"\nÉtape suivante : {text}")


def progress(items: Iterable[Any], label: str, length: int | None = None) -> Iterator[Any]:
    """Iterate with a progress bar when there is much to do and somebody watching; `length` for what has none."""
    count = len(items) if isinstance(items, Sequence) else length or 0
    if count < 5 or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=count, label=label, file=sys.stderr) as bar:
        yield from bar


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Aligned columns; `right` lists the columns (from 0) aligned to the right."""
    rows = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in [list(headers), *rows]) for i in range(len(headers))]
    flush = set(right)

    def line(cells: Sequence[str]) -> str:
        parts = [c.rjust(w) if i in flush else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))]
        return "  ".join(parts).rstrip()

    return "\n".join([line(headers), "  ".join("─" * width for width in widths), *map(line, rows)])


def dossier_files(paths: Sequence[Path]) -> list[Path]:
    """The dossiers named by files and folders; company files and outputs are left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for pattern in ("*.yml", "*.yaml") for p in path.rglob(pattern) if _is_dossier(p, path))
        elif path.stem not in _NOT_DOSSIERS:
            found.append(path)
    return list(dict.fromkeys(found))


COMPANIES = ("entreprise.yml", "entreprise-fictive.yml")
STRATEGIES = ("strategie.yml",)
_NOT_DOSSIERS = {Path(name).stem for name in (*COMPANIES, *STRATEGIES, "taux.yml", "couts.yml")}


def files_named(names: Sequence[str], paths: Sequence[Path]) -> list[Path]:
    """The files of these names: inside the folders given, or given themselves."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for name in names for p in path.rglob(name) if not _hidden(p, path))
        elif path.name in names:
            found.append(path)
    return list(dict.fromkeys(found))


def _is_dossier(path: Path, top: Path) -> bool:
    skipped = {"sortie", "modeles", "journal"} & set(path.relative_to(top).parts[:-1])
    return path.stem not in _NOT_DOSSIERS and not skipped and not _hidden(path, top)


def _hidden(path: Path, top: Path) -> bool:
    """Files of other tools: .git, .github, .gitlab-ci.yml."""
    return any(part.startswith(".") for part in path.relative_to(top).parts)
