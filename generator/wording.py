"""Words a letter may not hold, and words it must: the guard rails on text.

The lists are data (`law/wording.yml`) with their articles: a letter may not look like an act of
justice (C. pén. 433-13) nor threaten or mislead (C. conso. L121-1), and a consumer is never told
of the 40 € or of the penalties between professionals.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.case import Case
from generator.errors import InvalidInput, LegalRefusal
from generator.law import Law
from generator.letters import Letter
from generator.money import plain_spaces
from generator.yaml_text import read_yaml


@dataclass(frozen=True)
class Rule:
    """A forbidden expression: `motif` is a regular expression on plain lower-case text; `actes` lets acts for a judge say it."""

    motif: re.Pattern[str]
    phrase: str
    articles: tuple[str, ...]
    pour: tuple[str, ...]
    actes: bool


@cache
def _rules(family: str) -> tuple[Rule, ...]:
    data = read_yaml(Path(__file__).parent / "law" / "wording.yml").data
    return tuple(
        # An expression may be cut by the end of a line of the template.
        Rule(
            re.compile(item["motif"].replace(" ", r"\s+")),
            item["phrase"],
            tuple(item["articles"]),
            tuple(item.get("pour", ())),
            item.get("actes", False),
        )
        for item in data[family]
    )


def check_template(source: str, where: str, act: bool = False) -> None:
    """Refuse a template that holds a forbidden expression: LegalRefusal with file and line."""
    from generator.law import load_law

    text = plain_spaces(re.sub(r"\{#.*?#\}", _blank, source, flags=re.DOTALL)).replace("\u2019", "'").lower()
    problems = []
    for rule in _rules("modeles"):
        if act and rule.actes:
            continue
        for found in rule.motif.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            texts = ", ".join(load_law().article(article).court for article in rule.articles)
            problems.append(f"{where}:{line}: « {' '.join(found[0].split())} » : {rule.phrase} ({texts})")
    if problems:
        raise LegalRefusal(problems)


def check_text(letter: Letter, case: Case, text: str, law: Law) -> None:
    """Check a rendered letter: what its debtor may not be told, what no tone may drop."""
    plain = _plain(text)
    refused = []
    for rule in _rules("lettres"):
        if case.debiteur.qualite in rule.pour and (found := rule.motif.search(plain)):
            texts = law.cited(rule.articles)
            refused.append(f"lettre « {letter.id} » : « {found[0]} » : {rule.phrase} ({texts})")
    if refused:
        raise LegalRefusal(refused)
    missing = [mention for mention in letter.spec.mentions if _plain(mention.contient) not in plain]
    if missing:
        raise InvalidInput(
            f"lettre « {letter.id} » : mention obligatoire « {mention.contient} » absente : la remettre dans le modèle"
            for mention in missing
        )


def _plain(text: str) -> str:
    return " ".join(plain_spaces(text).replace("\u2019", "'").lower().split())


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")
