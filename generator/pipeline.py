"""The whole line: dossier → statement → letter → document → files. Read this file first.

    dossier.yml ─▶ Case ─▶ Statement ─▶ Letter ─▶ Document (HTML) ─▶ pdf · html · txt (+ trace)

Each arrow is one function of the module named after it; each box is a frozen value.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from generator.export import FORMATS
from generator.letters import check_letter, load_letter
from generator.loading import LoadedCase, load_case
from generator.provenance import trace
from generator.render import render
from generator.resources import letter_roots
from generator.statement import Statement, build_statement


def read(path: Path, au: date, company: Path | None = None) -> tuple[LoadedCase, Statement]:
    """The first half: a dossier and its statement on a date."""
    loaded = load_case(path, company)
    return loaded, build_statement(loaded.case, loaded.law, au)


def make_letter(
    loaded: LoadedCase,
    statement: Statement,
    letter_id: str,
    *,
    formats: Sequence[str] = ("pdf",),
    ton: str | None = None,
    envoi: str | None = None,
    annexe: bool | None = None,
    modeles: Path | None = None,
) -> dict[str, bytes]:
    """The second half: file names and contents, each with its trace. Nothing is written here."""
    law, roots = loaded.law, roots_of(loaded, modeles)
    letter = load_letter(letter_id, roots)
    check_letter(letter, loaded.case, statement, law, roots)
    base = (loaded.company_path or loaded.path).parent
    document = render(letter, loaded.case, statement, law, roots, ton=ton, envoi=envoi, annexe=annexe, base=base)
    stem = f"{loaded.case.reference}-{letter_id}-{statement.au.isoformat()}"
    contents = {f"{stem}.{name}": FORMATS[name](document) for name in formats}
    asked = {"ton": ton, "envoi": envoi, "annexe": annexe and "oui"}
    options = {name: value for name, value in asked.items() if value}
    traces = {
        f"{name}.trace.json": trace(loaded, statement, document, options, name, content)
        for name, content in contents.items()
    }
    return {**contents, **traces}


def roots_of(loaded: LoadedCase, modeles: Path | None = None) -> tuple[Path, ...]:
    """Where this dossier's letters are looked for: the company's folder, then the product's."""
    return letter_roots(loaded.company_path, loaded.company.modeles if loaded.company else None, modeles)
