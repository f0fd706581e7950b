"""What a template says, read as text: figures of the law typed by hand, wrong names, slips of typography.

A figure typed in a letter is wrong the day the law changes it; a wrong name for the indemnity
gives the debtor something to argue about.
"""

import re
from collections.abc import Iterator
from functools import cache

from generator.law import load_law
from generator.template_names import Mistake
from generator.words_fr import number_in_words

INDEMNITY = "indemnité forfaitaire pour frais de recouvrement"

# What people call it when they write from memory; the text only knows one name (C. com., art. L441-10 and D441-5).
_MISNAMED = re.compile(
    r"frais (?:forfaitaires )?de (?:relance|rappel)|indemnités? de (?:retard|recouvrement|relance)"
    r"|forfait (?:de|pour frais de) recouvrement|frais (?:forfaitaires de recouvrement|de recouvrement forfaitaires)"
    r"|pénalité forfaitaire|indemnité forfaitaire (?:de|pour) (?:recouvrement|retard|relance)",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:taux|pénalités?|intérêts?|BCE)\b[^.\n{}]{0,80}?(?<![\d,.])(\d+(?:[.,]\d+)?\s*%)(?!\})", re.IGNORECASE
)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CODE = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<[^<>]*>", re.DOTALL)


def words_mistakes(source: str) -> Iterator[Mistake]:
    """Figures of the law and wrong names of the indemnity in a template; comments are not read."""
    text = _blank(_COMMENT, source)
    for found in _figures().finditer(text):
        value = "decompte.indemnite_unitaire | euros" if found["euros"] else "droit.valeur(…)"
        yield Mistake(
            _line(text, found.start()),
            f"« {_flat(found[0])} » : valeur de la loi écrite en dur ; écrire {{{{ {value} }}}}",
        )
    for found in _RATE.finditer(text):
        said = "taux écrit en dur, faux au prochain semestre ; écrire {{ blocs.phrase_interets(decompte) }}"
        yield Mistake(_line(text, found.start(1)), f"« {_flat(found[1])} » : {said}")
    for found in _MISNAMED.finditer(text):
        yield Mistake(_line(text, found.start()), f"« {_flat(found[0])} » : le nom exact est « {INDEMNITY} »")


@cache
def _figures() -> re.Pattern[str]:
    """The indemnity and the points added to rates, as the law tables have them, in figures and in words."""
    law = load_law()
    euros, points = (
        "|".join(
            form
            for number in sorted(
                {int(value.valeur) for name in names for value in law.table(name).valeurs}, reverse=True
            )
            for form in (rf"{number}(?:[.,]00)?", number_in_words(number))
        )
        for names in (("indemnite-forfaitaire",), ("majoration-penalites", "majoration-taux-legal"))
    )
    return re.compile(
        rf"(?<![\w.,])(?<!\d[\s])(?:(?P<euros>(?:{euros})\s*(?:€|euros?\b))|(?:{points})\s+points\b)", re.IGNORECASE
    )


def typography_advice(source: str) -> Iterator[Mistake]:
    """Slips that the code does not mend by itself: straight quotes, double spaces, guillemets left open."""
    text = _blank(_CODE, source)
    for found in re.finditer(r'"[^"\n]*"?', text):
        yield Mistake(_line(text, found.start()), "guillemets droits : écrire « et »")
    for found in re.finditer(r"(?<=[^\s\0])[ \t]{2,}(?=[^\s\0])", text):
        yield Mistake(_line(text, found.start()), "deux espaces de suite : en garder une")
    opened: int | None = None
    for found in re.finditer("[«»]", text):
        line = _line(text, found.start())
        if found[0] == "«":
            if opened is not None:
                yield Mistake(opened, "guillemet « jamais refermé : ajouter »")
            opened = line
        elif opened is None:
            yield Mistake(line, "guillemet » jamais ouvert : ajouter «")
        else:
            opened = None
    if opened is not None:
        yield Mistake(opened, "guillemet « jamais refermé : ajouter »")


def line_of(words: str, source: str) -> int:
    """The first line of a template that holds these words, whatever their spaces and apostrophes; else 1."""
    wanted = re.escape(_flat(words).replace("’", "'")).replace(r"\ ", r"\s+").replace("'", "['’]")
    found = re.search(wanted, _blank(_COMMENT, source), re.IGNORECASE)
    return _line(source, found.start()) if found else 1


def _blank(pattern: re.Pattern[str], text: str) -> str:
    # One NUL and the same line ends: positions of lines stay, and a gap is not taken for two spaces.
    return pattern.sub(lambda found: "\0" + "\n" * found[0].count("\n"), text)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _flat(text: str) -> str:
    return " ".join(text.split())
