"""The late-payment rate printed on an invoice (note PMD), when it is beyond doubt.

A closed list of wordings. One of them must match, alone, and nothing in the sentence may turn
it into a floor, an alternative or a monthly rate: otherwise the user is asked. A wrong rate on
a mise en demeure costs more than a question.
"""

import re
import unicodedata

_TRIPLE = re.compile(
    r"\b(?:3|trois)(?: \(3\))? fois (?:le|du|au) taux (?:(?:d'|de l')interet )?legal(?: en vigueur)?\b"
)
_ECB = re.compile(
    r"\b(?:bce|banque centrale europeenne)\b[^.;%]{0,90}?(?:majore|augmente|plus|\+)"
    r"[^.;%]{0,12}?\b(10|8|dix|huit)\b"
)
_YEARLY = re.compile(
    r"\b(\d{1,2}(?:[.,]\d{1,2})?) ?% (?:par an|l'an|annuel)"
    r"|taux annuel (?:de |: ?)?(\d{1,2}(?:[.,]\d{1,2})?) ?%"
)
_PERCENT = re.compile(r"\d ?%|pour ?cents?\b")
_DOUBT = re.compile(
    r"inferieur|superieur|minim|maxim|au moins|au plus|\bou\b|sinon|a defaut(?! de (?:paiement|reglement))"
    r"|\bmois\b|mensuel|par jour|journalier|plafon|jusqu|sauf|except|hors"
)


def rate_from_note(text: str) -> str | None:
    """`3x-legal`, `bce+10`, `bce+8`, `12 %`, or None when the wording leaves any doubt."""
    words = unicodedata.normalize("NFD", text.replace("\u2019", "'")).lower()
    words = " ".join("".join(c for c in words if not unicodedata.combining(c)).split())
    if _DOUBT.search(words):
        return None
    found: list[str] = []
    if _TRIPLE.search(words):
        found.append("3x-legal")
    if match := _ECB.search(words):
        found.append("bce+10" if match[1] in {"10", "dix"} else "bce+8")
    if match := _YEARLY.search(words):
        found.append(f"{(match[1] or match[2]).replace(',', '.')} %")
    # any other percentage in the note (a flat charge, a discount) makes the reading uncertain
    percentages = len(_PERCENT.findall(words)) - (1 if found and found[-1].endswith("%") else 0)
    return found[0] if len(found) == 1 and not percentages else None
