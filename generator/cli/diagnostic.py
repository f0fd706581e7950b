"""`diagnostic`: is everything in place, and if not, the exact command."""

import datetime as dt
import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from generator.calendar_fr import short_date
from generator.cli.common import au_option
from generator.errors import MissingComponent, UserError

Check = tuple[str, bool, str]


@click.command()
@au_option
def diagnostic(au: dt.date) -> None:
    """Vérifier l'installation : Python, PDF, polices, factures électroniques, tables, écriture."""
    results = [check for source in (_python, _pdf, _einvoices, _tables(au), _company, _writing) for check in source()]
    for name, good, detail in results:
        click.echo(f"{'bon    ' if good else 'MANQUE '} {name:<26} {detail}")
    if not all(good for _, good, _ in results):
        click.get_current_context().exit(MissingComponent.exit_code)
    click.echo("\nTout est en place.")


def _python() -> Iterator[Check]:
    yield "Python", sys.version_info >= (3, 11), f"{platform.python_version()} ({platform.system()})"
    yield "impayes", True, importlib.metadata.version("impayes") if _installed("impayes") else "lancé sans installation"


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _pdf() -> Iterator[Check]:
    from generator.export.pdf import load_weasyprint
    from generator.resources import builtin

    try:
        version = load_weasyprint().__version__
    except MissingComponent as error:
        yield "PDF (Pango)", False, str(error)
        return
    yield "PDF (WeasyPrint, Pango)", True, version
    from weasyprint.text.ffi import harfbuzz_subset

    yield (
        "PDF rapide (HarfBuzz)", harfbuzz_subset is not None,
        "présent" if harfbuzz_subset is not None else "Debian, Ubuntu : sudo apt-get install libharfbuzz-subset0",
    )  # fmt: skip
    fonts = sorted((builtin("letters") / "_commun" / "polices").glob("*.ttf"))
    yield (
        "Polices des lettres",
        len(fonts) >= 4,
        ", ".join(font.stem for font in fonts) or "absentes : réinstaller impayes",
    )


def _einvoices() -> Iterator[Check]:
    good = _installed("factur-x")
    yield "Factures électroniques", good, "factur-x présent" if good else "pip install factur-x"


def _tables(au: dt.date) -> Callable[[], Iterator[Check]]:
    def check() -> Iterator[Check]:
        from generator.loading import find_company_file, law_of

        try:
            law = law_of(find_company_file(Path.cwd() / "dossier.yml"))
        except UserError as error:
            yield "Tables de droit", False, str(error)
            return
        stale = law.stale(au)
        oldest = min(table.verifie_le for table in law.tables)
        detail = f"{len(law.tables)} tables, vérifiées le {short_date(oldest)} au plus tôt"
        if stale:
            detail = "à relire sur la source officielle : " + ", ".join(table.id for table in stale)
        yield "Tables de droit", not stale, detail

    return check


def _company() -> Iterator[Check]:
    from generator.loading import find_company_file, load_company

    path = find_company_file(Path.cwd() / "dossier.yml")
    if path is None:
        yield "entreprise.yml", True, "aucun ici ; « impayes initialiser » en crée un"
        return
    try:
        company = load_company(path)
    except UserError as error:
        yield "entreprise.yml", False, str(error)
        return
    yield "entreprise.yml", True, f"{company.creancier.nom} ({path})"


def _writing() -> Iterator[Check]:
    try:
        with tempfile.TemporaryFile(dir=Path.cwd()):
            pass
    except OSError as error:
        yield "Écriture ici", False, os.strerror(error.errno or 0)
        return
    yield "Écriture ici", True, str(Path.cwd())
