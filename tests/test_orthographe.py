"""Spelling of everything a reader sees: pages of the guide, letters, checklists.

Checked with hunspell's French dictionary, and with `tests/dictionnaire.txt` for the words of the
field and the names. A word that is right is added there, one a line, in alphabetical order.
"""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest

from generator.checklists import find_checklists
from generator.cli import cli
from generator.law import Law
from generator.letters import find_letters
from generator.resources import builtin
from tests.conftest import ROOT
from tests.site_guide import written

DICTIONARY = ROOT / "tests" / "dictionnaire.txt"
# The addresses and the code of a page are not its words.
NOT_WORDS = (
    re.compile(r"\A---\n.*?\n---\n", re.DOTALL),
    re.compile(r"^( *)(```|~~~)+.*?^\1\2", re.DOTALL | re.MULTILINE),
    re.compile(r"`[^`\n]+`"),
    re.compile(r"« impayes [^»]+»"),
    # What is not in French says so.
    re.compile(r'<div class="vignette" lang="en".*?</div></div>|<span lang="en">.*?</span>', re.DOTALL),
    re.compile(r"^ *(?:!!!|[?]{3}[+]?) \w+", re.MULTILINE),
    re.compile(r'srcdoc=".*?"', re.DOTALL),
    re.compile(r"<script.*?</script>|<[^>]+>", re.DOTALL),
    re.compile(r"\]\([^)\s]*\)"),
    re.compile(r"\{[^{}\n]*\}"),
    re.compile(r"&\w+;|&#\d+;"),
    re.compile(r"\S*(?:://|@)\S*"),
    re.compile(r"\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?"),
)
# « qu’elle » is two words; « aujourd’hui » is one.
ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu)['’](?=\w)", re.IGNORECASE)
WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:[-’'][^\W\d_]+)*(?!\w)")


def words(text: str) -> set[str]:
    """The words of a Markdown text that a dictionary may know; initials and references are left out."""
    for pattern in NOT_WORDS:
        text = pattern.sub(" ", text)
    found = {match[0].replace("’", "'") for match in WORD.finditer(ELISION.sub(" ", text))}
    return {word for word in found if len(word) > 1 and not word.isupper()}


def _names(command: click.Command) -> set[str]:
    """What is typed on the command line: names of commands, choices, defaults."""
    found = {str(parameter.default) for parameter in command.params}
    for parameter in command.params:
        found |= set(getattr(parameter.type, "choices", ()))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            found |= {name} | (_names(inner) if inner else set())
    return found


@cache
def _dictionary() -> str:
    """The French dictionary of hunspell; the test is skipped, and says so, when it is missing."""
    if shutil.which("hunspell") is None:
        pytest.skip("hunspell manque : l'orthographe n'est pas contrôlée (paquets hunspell et hunspell-fr)")
    for name in ("fr_FR", "fr", "fr-classique", "fr-toutesvariantes"):
        result = subprocess.run(
            ["hunspell", "-d", name, "-l"], input="bonjour\n", capture_output=True, text=True, check=False
        )
        if result.returncode == 0 and "bonjour" not in result.stdout and not result.stderr.strip():
            return name
    pytest.skip("le dictionnaire français de hunspell manque : l'orthographe n'est pas contrôlée (paquet hunspell-fr)")


def unknown(found: set[str]) -> set[str]:
    """The words that neither dictionary knows."""
    known = set(DICTIONARY.read_text(encoding="utf-8").split())
    asked = sorted(word for word in found if word not in known and word.lower() not in known)
    command = ["hunspell", "-i", "utf-8", "-d", _dictionary(), "-l"]
    result = subprocess.run(command, input="\n".join(asked) + "\n", capture_output=True, text=True, check=True)
    return {word for word in asked if word in set(result.stdout.split())}


def _texts() -> dict[str, str]:
    docs = written() / "docs"
    foreign = tuple(f"-{x.id}-" for x in find_letters((builtin("letters"),)) if x.spec.langue != "fr")
    pages = [*docs.rglob("*.md"), *(docs / "lettres" / "fichiers").glob("*.txt"), docs / "includes" / "abbr.txt"]
    pages = [page for page in pages if not any(name in page.name for name in foreign)]
    return {path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8") for path in pages}


def test_spelling(law: Law) -> None:
    ids = {x.id for x in [*law.tables, *find_checklists(), *find_letters((builtin("letters"),))]}
    by_page = {name: words(text) - {x for x in ids if "-" in x} for name, text in _texts().items()}
    by_page["commandes.md"] -= _names(cli) | {"decompte", "impayes"}
    wrong = unknown(set().union(*by_page.values()))
    where = {word: sorted(name for name, found in by_page.items() if word in found)[:3] for word in sorted(wrong)}
    assert not where, "\n".join(f"{word} : {', '.join(names)}" for word, names in where.items())


def test_a_misspelling_is_seen() -> None:
    """The control itself works: accents, elisions, code left aside."""
    text = "---\ntitle: Tytre\n---\nL’échéanse passe, `creancier` aujourd’hui. [Vérifiéz](x/motfaux.md)\n```\nmotfaux\n```\n"
    assert unknown(words(text)) == {"échéanse", "Vérifiéz"}


def test_the_dictionary_is_in_order() -> None:
    lines = Path(DICTIONARY).read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines), key=lambda word: (word.lower(), word))
