"""French typography, applied once to every text a person reads."""

import re

from generator.money import NBSP, THIN

_MONTHS = "jan|fév|mars|avr|mai|juin|juil|août|sept|oct|nov|déc"

# Every rule below starts from an ordinary space, an apostrophe or an opening guillemet.
_NEEDED = re.compile("[ '«]")

# « 02 47 00 12 34 »: read in one breath, printed on one line.
_PHONE = re.compile(r"\b0\d(?: \d\d){4}\b")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "\u2019"),
    (re.compile(r" +([;!?])"), THIN + r"\1"),
    (re.compile(r" +([:»%€])"), NBSP + r"\1"),
    (re.compile(f"«[ {NBSP}]*"), "«" + NBSP),
    (re.compile(r"\b(n°|art\.|MM?\.|Mmes?|[CDLRp]\.) (?=\w)"), r"\1" + NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), THIN),
    (re.compile(rf"\b(\d{{1,2}}|1er) (?=(?:{_MONTHS}))"), r"\1" + NBSP),
    (re.compile(r"(?<=\d) (?=(?:jours?|mois|ans?|points?)\b)"), NBSP),
    (re.compile(r" – "), NBSP + "– "),
)


def typography(text: str) -> str:
    """French spaces and apostrophes: no-break before « : », « € », « % », inside guillemets…"""
    if not _NEEDED.search(text):  # most table cells: nine patterns for nothing
        return text
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    if "0" not in text:
        return text
    return _PHONE.sub(lambda found: found[0].replace(" ", NBSP), text)
