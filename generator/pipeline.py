"""The whole line: dossier → statement → letter → document → files. Read this file first.

    dossier.yml ─▶ Case ─▶ Statement ─▶ Letter ─▶ Document (HTML) ─▶ pdf · html · txt (+ trace)

Each arrow is one function of the module named after it; each box is a frozen value.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from generator.enclosures import read_enclosures
from generator.export import in_formats
from generator.history import with_journal
from generator.letters import check_letter, load_letter
from generator.loading import LoadedCase, load_case
from generator.provenance import trace
from generator.render import Choices, render
from generator.resources import letter_roots
from generator.statement import Statement, build_statement


def read(path: Path, au: date, company: Path | None = None) -> tuple[LoadedCase, Statement]:
    """The first half: a dossier, completed by its journal, and its statement on a date."""
    loaded = with_journal(load_case(path, company), au)
    return loaded, build_statement(loaded.case, loaded.law, au)


def make_letter(
    loaded: LoadedCase,
    statement: Statement,
    letter_id: str,
    *,
    formats: Sequence[str] = ("pdf",),
    choices: Choices | None = None,
    modeles: Path | None = None,
) -> dict[str, bytes]:
    """The second half: file names and contents, each with its trace. Nothing is written here."""
    law, roots, choices = loaded.law, roots_of(loaded, modeles), choices or Choices()
    letter = load_letter(letter_id, roots)
    check_letter(letter, loaded.case, statement.complete(), law, roots)
    base = (loaded.company_path or loaded.path).parent
    document = render(letter, loaded.case, statement, law, roots, choices, look=loaded.apparence, base=base)
    if choices.joindre:
        document = replace(document, pieces=read_enclosures(statement, loaded.path.parent))
    contents = {f"{document.nom}.{name}": content for name, content in in_formats(document, formats).items()}
    traces = {
        f"{name}.trace.json": trace(loaded, statement, document, choices.asked(), name, content)
        for name, content in contents.items()
    }
    return {**contents, **traces}


def roots_of(loaded: LoadedCase, modeles: Path | None = None) -> tuple[Path, ...]:
    """Where this dossier's letters are looked for: the company's folder, its trade's, the product's."""
    if (company := loaded.company) is None:
        return letter_roots(None, None, modeles)
    return letter_roots(loaded.company_path, company.modeles, modeles, company.metier)
