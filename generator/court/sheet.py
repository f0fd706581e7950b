"""The sheet of values to copy into an official form, field by field (`forms/*.yml`)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from generator.fields import Block, Text
from generator.loading import validate
from generator.money import NBSP, plain_spaces
from generator.templates import run_text
from generator.typography import typography
from generator.yaml_text import read_yaml

FOLDER = Path(__file__).parent / "forms"


class FormField(Block):
    """A heading of the form and the Jinja text of its value."""

    rubrique: Text
    valeur: Text


class FormBlock(Block):
    """Fields that the form groups."""

    titre: Text
    champs: tuple[FormField, ...]


class FormSheet(Block):
    """One file of `forms/`; `avis` says how far its headings are those of the printed form."""

    numero: Text
    titre: Text
    notice: Text | None = None
    procedures: tuple[Text, ...]
    articles: tuple[Text, ...]
    avis: Text
    blocs: tuple[FormBlock, ...]


@dataclass(frozen=True)
class FilledBlock:
    """A block with its values: (heading, value)."""

    titre: str
    champs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Filled:
    """A sheet ready to print."""

    numero: str
    titre: str
    avis: str
    blocs: tuple[FilledBlock, ...]


@cache
def sheets() -> tuple[FormSheet, ...]:
    """Every sheet. InvalidInput when a file is wrong."""
    sources = [read_yaml(path) for path in sorted(FOLDER.glob("*.yml"))]
    return tuple(validate(FormSheet, source.data, source.marks) for source in sources)


def fill_sheet(procedure: str, environment: Environment, context: dict[str, Any]) -> Filled | None:
    """The sheet of a route, filled; None when it has no official form here."""
    sheet = next((one for one in sheets() if procedure in one.procedures), None)
    if sheet is None:
        return None
    blocks = tuple(
        FilledBlock(
            block.titre,
            tuple((f.rubrique, run_text(environment, f.valeur, context, f"formulaire {sheet.numero}")) for f in block.champs),
        )
        for block in sheet.blocs
    )  # fmt: skip
    return Filled(sheet.numero, sheet.titre, sheet.avis, blocks)


def sheet_text(filled: Filled) -> str:
    """The same sheet as plain text, one value a line."""
    lines = [f"Formulaire {filled.numero} : {filled.titre}", "", filled.avis]
    for block in filled.blocs:
        lines += ["", block.titre.upper(), *(f"{name} : {value}" for name, value in block.champs)]
    return plain_spaces(typography("\n".join(lines))).replace(NBSP, " ") + "\n"
