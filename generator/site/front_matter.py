"""The front matter of every page of the guide: when it was checked, to be checked again, from what.

A page without it stops the build (`impayes site` reads every page before it writes any).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from generator.law import Law, Table, Value

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FACT = re.compile(r"F\d{3}")
REQUIRED = ("verifie_le", "a_revoir_le", "articles", "faits")


@dataclass(frozen=True)
class Check:
    """What a page rests on: the oldest check of its sources and the first review to come."""

    verifie_le: date
    a_revoir_le: date
    articles: tuple[str, ...]
    faits: tuple[str, ...]


def check_of(law: Law, articles: Iterable[str], values: Iterable[Value] = (), tables: Iterable[Table] = ()) -> Check:
    """The check of a page that cites these texts and shows these table entries or whole tables.

    An article has no review date of its own: the page is reviewed with the first table that
    rests on it, or with the first of all tables.
    """
    shown = [value for table in tables for value in table.valeurs]
    names = tuple(dict.fromkeys([*articles, *(name for value in shown for name in value.articles)]))
    facts = tuple(sorted({fact for value in [*values, *shown] for fact in value.faits}))
    used = {value.table for value in [*values, *shown]}
    resting = [table for table in law.tables if table.id in used or set(table.articles) & set(names)] or list(
        law.tables
    )
    checked = [table.verifie_le for table in resting] + [law.article(name).verifie_le for name in names]
    return Check(min(checked), min(table.a_revoir_le for table in resting), names, facts)


def front_matter(check: Check, **more: Any) -> str:
    """The block that opens a generated page; `more` holds what the theme reads (title, hide…)."""
    data = {
        **more,
        "verifie_le": check.verifie_le,
        "a_revoir_le": check.a_revoir_le,
        "articles": list(check.articles),
        "faits": list(check.faits),
    }
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None)
    return f"---\n# Page écrite par « impayes site » : modifier sa source, pas elle.\n{text}---\n\n"


def read_front_matter(text: str) -> dict[str, Any]:
    """The front matter of a page, empty when it has none or when it cannot be read."""
    found = _FRONT.match(text)
    try:
        data = yaml.safe_load(found[1]) if found else None
    except yaml.YAMLError:
        return {}
    return data if isinstance(data, dict) else {}


def _unreadable(text: str) -> int | None:
    """The line where the front matter stops being YAML, counted from the top of the page; None when it is."""
    found = _FRONT.match(text)
    try:
        yaml.safe_load(found[1] if found else "")
    except yaml.MarkedYAMLError as error:
        return (error.problem_mark.line if error.problem_mark else 0) + 2
    except yaml.YAMLError:
        return 1
    return None


def problems(pages: Mapping[Path, str], law: Law) -> Iterator[str]:
    """One sentence per fault of the front matter of these pages (by path)."""
    known = {article.id for article in law.articles}
    for path, text in sorted(pages.items()):
        if (where := _unreadable(text)) is not None:
            yield f"{path}:{where}: en-tête illisible : écriture YAML incorrecte à cet endroit"
            continue
        data = read_front_matter(text)
        for name in REQUIRED:
            if name not in data:
                yield f"{path}: {name} : champ d'en-tête manquant ; l'ajouter entre les « --- » du début"
        for name in ("verifie_le", "a_revoir_le"):
            if name in data and type(data[name]) is not date:
                yield f"{path}: {name} : écrire une date AAAA-MM-JJ"
        for name in ("articles", "faits"):
            if name in data and not isinstance(data[name], list):
                yield f"{path}: {name} : écrire une liste, [] si elle est vide"
                data[name] = []
        for article in data.get("articles", ()):
            if article not in known:
                yield f"{path}: articles : « {article} » n'est pas dans le registre des textes"
        for fact in data.get("faits", ()):
            if not _FACT.fullmatch(str(fact)):
                yield f"{path}: faits : « {fact} » illisible ; écrire par exemple F035"
