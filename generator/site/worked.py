"""Worked statements of the guide: a fenced block `decompte` becomes what the engine computes.

    ``` decompte au=2026-11-21
    factures:
      - {numero: F-1, emise_le: 2026-06-01, echeance: 2026-07-01, montant_ttc: 1200.00}
    ```

A page never holds a figure typed by hand: the block gives the dossier, the engine gives the
lines, the totals and the warnings, as plain Markdown, so that any builder shows them.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from generator.calendar_fr import list_fr, long_date, short_date
from generator.errors import InvalidInput, UserError
from generator.money import euros
from generator.pipeline import read
from generator.statement import Statement
from generator.yaml_text import read_yaml

# What a short block leaves out: the reader sees only what matters to the example.
CREDITOR = {
    "nom": "Atelier Vasseur",
    "siren": "732829320",
    "adresse": {"lignes": ["3 quai de Loire"], "code_postal": "37000", "ville": "Tours"},
}
DEBTOR = {
    "nom": "Boulangerie Martin SARL",
    "qualite": "professionnel",
    "adresse": {"lignes": ["12 rue des Lilas"], "code_postal": "37000", "ville": "Tours"},
}
DOSSIER = "dossier.yml"

_FENCE = re.compile(r"^(?P<indent>[ ]*)(?P<marks>`{3,}|~{3,})[ ]*(?P<info>[^`]*)$")
_OPTIONS = re.compile(r"au=(\d{4}-\d{2}-\d{2})")
# « dossier.yml:3:5: factures n° 1… » : the place is the page, not our temporary file.
_PLACE = re.compile(rf"^{re.escape(DOSSIER)}(:\d+)*:?\s*")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: lines `start` to `end` (both included, from 0)."""

    start: int
    end: int
    indent: str
    options: str
    text: str


def blocks(lines: Sequence[str], name: str = "decompte") -> Iterator[Block]:
    """Every block of this name, in order; those shown inside another fence are left alone."""
    opened: re.Match[str] | None = None
    start = 0
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if opened is None:
            opened, start = fence, number
        elif fence["marks"].startswith(opened["marks"]) and not fence["info"].strip():
            found, _, options = opened["info"].strip().partition(" ")
            if found == name:
                inside = (raw.removeprefix(opened["indent"]) for raw in lines[start + 1 : number])
                yield Block(start, number, opened["indent"], options.strip(), "\n".join(inside))
            opened = None
    if opened is not None and opened["info"].strip().split(" ")[0] == name:
        raise InvalidInput(f"ligne {start + 1} : bloc « {name} » jamais refermé : ajouter une ligne ```")


def expand(lines: Sequence[str]) -> list[str]:
    """The page with every block replaced by what the engine computes; InvalidInput names the line."""
    result: list[str] = []
    done = 0
    for block in blocks(lines):
        result += lines[done : block.start]
        shown = render(block.options, block.text, block.start + 1)
        result += [f"{block.indent}{line}".rstrip() for line in ["", *shown.splitlines(), ""]]
        done = block.end + 1
    return [*result, *lines[done:]]


def problems(pages: Mapping[Path, str]) -> Iterator[str]:
    """One sentence per faulty block of these pages (by path), so that all are seen at once."""
    for path, text in sorted(pages.items()):
        if "decompte" not in text:
            continue
        try:
            found = list(blocks(text.splitlines()))
        except InvalidInput as error:
            yield f"{path}: {error}"
            continue
        for block in found:
            try:
                render(block.options, block.text, block.start + 1)
            except UserError as error:
                yield from (f"{path}: {problem}" for problem in error.problems)


@lru_cache(maxsize=256)
def render(options: str, text: str, line: int = 1) -> str:
    """The Markdown of one block. InvalidInput says what is wrong with it, and at which line."""
    asked = _OPTIONS.fullmatch(options)
    try:
        au = date.fromisoformat(asked[1]) if asked else None
    except ValueError:
        au = None
    if au is None:
        raise InvalidInput(f"ligne {line} : écrire « ``` decompte au=AAAA-MM-JJ », avec une date qui existe")
    try:
        statement = compute(text, au)
    except UserError as error:
        raise InvalidInput(f"ligne {line}, décompte : {_PLACE.sub('', p)}" for p in error.problems) from None
    parts = [f"```yaml\n{text.strip(chr(10))}\n```", _lines(statement), _totals(statement), _warnings(statement)]
    command = f"Avec la ligne de commande :\n\n```text\nimpayes decompte {DOSSIER} --au {au.isoformat()}\n```"
    return "\n\n".join(part for part in [*parts, command] if part)


def compute(text: str, au: date) -> Statement:
    """The statement of a short dossier, completed, read and checked like any other dossier."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / DOSSIER
        path.write_text(text, encoding="utf-8")
        given = read_yaml(path).data
        debtor = given.get("debiteur", {})
        full: dict[str, Any] = {
            "reference": "exemple",
            **given,
            # A block of another shape goes through as it is: the model says what is wrong with it.
            "debiteur": {**DEBTOR, **debtor} if isinstance(debtor, dict) else debtor,
        }
        path.write_text(yaml.safe_dump(full, allow_unicode=True, sort_keys=False), encoding="utf-8")
        company = folder / "entreprise.yml"
        company.write_text(yaml.safe_dump({"creancier": CREDITOR}, allow_unicode=True), encoding="utf-8")
        return read(path, au, company)[1]


def _lines(statement: Statement) -> str:
    if not statement.lignes:
        return "Aucun intérêt n'a couru."
    head = "| Facture | Du | Au | Jours | Calcul | Montant |\n|---|---|---|--:|---|--:|"
    rows = [
        f"| {line.facture} | {short_date(line.du)} | {short_date(line.au)} | {line.jours} | {line.formule} | {euros(line.montant)} |"
        for line in statement.lignes
    ]
    return "\n".join([head, *rows])


def _totals(statement: Statement) -> str:
    totals, day = statement.totaux, long_date(statement.au)
    name = statement.nom_interets[:1].lower() + statement.nom_interets[1:]
    amounts = (("principal", totals.principal), (name, totals.penalites), ("indemnité", totals.indemnites))
    parts = list_fr(f"{label} {euros(amount)}" for label, amount in amounts if amount)
    owed = (
        f"Au {day}, il reste dû **{euros(totals.solde)}** : {parts}."
        if totals.solde
        else f"Au {day}, plus rien n'est dû."
    )
    return owed + (f" Le client a payé {euros(totals.credit)} de trop." if totals.credit else "")


def _warnings(statement: Statement) -> str:
    if not statement.avertissements:
        return ""
    rows = "\n".join(f"    - {notice.message}" for notice in statement.avertissements)
    return f'!!! note "Ce que le décompte signale"\n\n{rows}'
