"""One source, several formats: each says the same sums, the same dates and the same words.

Every letter of the product, for its example, in every format of `FORMATS`; a new format needs
one reader in `tests/format_text.py`, and nothing here.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from generator.document import Document
from generator.errors import MissingComponent
from generator.export import FORMATS
from generator.letters import Letter, find_letters
from generator.resources import builtin
from tests.conftest import ROOT
from tests.format_text import EXTRACTORS, amounts, dates, document_of, plain, sentences, words_around
from tests.samples import AU, sample_for

LETTERS = find_letters((builtin("letters"),))

# What a mistake of ours leaves behind: an empty field, a template, a soft hyphen, an entity escaped twice.
LEFTOVERS = re.compile(r"\bNone\b(?! of)|\{\{|\}\}|\{%|Undefined|\u00ad|\ufffd|&(?:amp|lt|gt|nbsp|#\d+);")
# An amount that could be cut from its sign; no-break spaces of a PDF are read back as ordinary ones.
LOOSE = re.compile(r"\d €|\d %")


@cache
def _document(letter: Letter) -> Document:
    return document_of(sample_for(letter), letter.id)


def _content(name: str, document: Document) -> bytes:
    try:
        return FORMATS[name](document)
    except MissingComponent as missing:
        pytest.skip(f"format {name} non essayé : {missing}")


def faults(document: Document, view: str, text: str) -> list[str]:
    """What this reading of the letter lacks or says too much, in words."""
    around, body = words_around(document), list(sentences(document))
    said = "\n".join([*around, *(element.text for element in document.corps)])
    wanted, found = Counter(amounts(said)), Counter(amounts(text))
    read = plain(text)
    problems = [f"montant absent : {amount}" for amount in wanted - found]
    problems += [f"montant en trop : {amount}" for amount in found.keys() - wanted.keys()]
    problems += [f"date absente : {date}" for date in dates(said) - dates(text)]
    problems += [f"date en trop : {date}" for date in dates(text) - dates(said)]
    problems += [f"mention absente : {m.id}" for m in document.letter.spec.mentions if plain(m.contient) not in read]
    problems += [f"reste de modèle : {left!r}" for left in LEFTOVERS.findall(text)]
    problems += [f"absent : {words}" for words in around if plain(words) not in read]
    if "pdf" not in view.lower():  # where a page ends, its foot comes between two halves of a sentence
        problems += [f"absent : {words}" for words in body if plain(words) not in read]
        problems += [f"espace sécable : {left!r}" for left in LOOSE.findall(text)]
    return problems


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_every_format_says_the_same(letter: Letter, name: str) -> None:
    """Sums, dates, mentions, reference, bank details and every sentence."""
    document = _document(letter)
    for view, text in EXTRACTORS[name](_content(name, document)).items():
        assert not faults(document, view, text), f"{letter.id}, {view}"


def test_every_format_is_read_back() -> None:
    """A format without a reader would escape this contract."""
    assert set(FORMATS) <= set(EXTRACTORS)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"pdf", "eml"}])
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_same_bytes_twice(letter: Letter, name: str) -> None:
    """The same document gives the same bytes; the two formats that hold a PDF are tried below."""
    document = _document(letter)
    assert _content(name, document) == _content(name, document)


def test_same_bytes_whatever_the_process(tmp_path: Path) -> None:
    """Neither the process nor its random order of sets shows in a file."""
    runs = []
    dossier = ROOT / "examples" / "dossiers" / "2026-021.yml"
    formats = [argument for name in FORMATS for argument in ("--format", name)]
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-m", "generator", "lettre", str(dossier), "mise-en-demeure", "--annexe"]
        options = ["--au", AU.isoformat(), "--sortie", str(folder), *formats]
        run = subprocess.run(
            command + options, cwd=ROOT, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}, check=False
        )
        if run.returncode == 5:
            pytest.skip(f"un composant manque : {run.stderr.decode()}")
        assert run.returncode == 0, run.stderr.decode()
        runs.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert runs[0] == runs[1]
    assert {Path(name).suffix for name in runs[0]} >= {f".{name}" for name in FORMATS}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("7\u202f808,06", "7\u202f808,60", "montant absent"),
        ("10/03/2026", "10/04/2026", "date absente"),
        ("juridiction", "justice", "mention absente"),
        ("2026-021", "2026-022", "absent : 2026-021"),
        ("7890", "7809", "absent : Par virement"),
        ("Claire Vasseur", "", "absent : Claire Vasseur"),
        ("40,00\u00a0€", "40,00 €", "espace sécable"),
        ("salutations", "salut\u00adations", "reste de modèle"),
        ("Madame", "None", "reste de modèle"),
    ],
)
def test_the_contract_can_fail(old: str, new: str, fault: str) -> None:
    """One change in a file is one fault at least, and the true file has none."""
    document = document_of(ROOT / "examples" / "dossiers" / "2026-021.yml", "mise-en-demeure")
    text = FORMATS["txt"](document).decode()
    assert old in text
    assert not faults(document, "txt", text)
    assert any(found.startswith(fault) for found in faults(document, "txt", text.replace(old, new)))
