"""The law as data: dated values with their source, and the registry of the texts cited.

    law = load_law()
    law.value("interet-legal", date(2026, 11, 21), "autres").valeur

Tables are read one by one, when first asked for, and kept for the life of the process: the
command line must start quickly and most commands need two tables.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from generator.calendar_fr import list_fr
from generator.errors import InvalidInput
from generator.law.model import (
    NBSP,
    Article,
    MissingRate,
    Source,
    Table,
    UnknownRate,
    Value,
    half_year_label,
    half_year_start,
    next_half_year,
)
from generator.law.reading import read_additions, read_articles, read_table

__all__ = [
    "Article",
    "Law",
    "MissingRate",
    "Source",
    "Table",
    "UnknownRate",
    "Value",
    "half_year_label",
    "half_year_start",
    "load_law",
    "next_half_year",
]

FOLDER = Path(__file__).parent
TABLES = FOLDER / "tables"


@dataclass(frozen=True, eq=False)
class Law:
    """All the tables and texts, with the half-years a company has added, if any.

    `veille`: a statement stops interest at the last rate on file and says it, instead of refusing (see `watching`).
    """

    completed: dict[str, Table] = field(default_factory=dict)
    veille: bool = False

    def for_watching(self) -> "Law":
        """The same law, for what only watches over dossiers: dates must not wait for a rate."""
        return self if self.veille else replace(self, veille=True)

    def value(self, table_id: str, on: date, cle: str | None = None) -> Value:
        """The value in force on a day, or a sentence saying what to add and where."""
        return self.table(table_id).value(on, cle)

    def table(self, table_id: str) -> Table:
        return self.completed.get(table_id) or _product_table(table_id)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(self.table(table_id) for table_id in _table_ids())

    def article(self, article_id: str) -> Article:
        articles = _articles()
        if article_id not in articles:
            raise InvalidInput(_unknown("Le texte", article_id, articles))
        return articles[article_id]

    def cited(self, article_ids: Iterable[str]) -> str:
        """Several citations as one; see `together`."""
        return together(self.article(article_id).court for article_id in article_ids)

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(_articles().values())

    def stale(self, on: date) -> list[Table]:
        """Tables whose review date has passed: their values may still be right, nobody has looked."""
        return [table for table in self.tables if table.a_revoir_le < on]


def together(citations: Iterable[str]) -> str:
    """Citations of one code under one name: « CPC, art. 54, 57 et 1407 »."""
    by_code: dict[str, list[str]] = {}
    for citation in citations:
        code, mark, number = citation.partition(", art. ")
        by_code.setdefault(f"{code}{mark}", []).append(number)
    groups = [f"{code}{list_fr(numbers)}" for code, numbers in by_code.items()]
    # « art. 54 et 57 et C. civ. » would be read wrong.
    return " ; ".join(groups) if any(len(numbers) > 1 for numbers in by_code.values()) else list_fr(groups)


def load_law(extra: Path | None = None) -> Law:
    """The law of the product, completed by a company's `taux.yml` when one is given."""
    if extra is None:
        return _product_law()
    try:
        stamp = extra.stat().st_mtime_ns
    except OSError as error:
        raise InvalidInput(f"Le fichier de taux {extra.name} est introuvable.") from error
    return _completed_law(extra.resolve(), stamp)


@cache
def _product_law() -> Law:
    return Law()


@cache
def _completed_law(path: Path, stamp: int) -> Law:
    """`stamp` only serves the cache: a file changed since it was read is read again."""
    return Law(read_additions(path, _product_table))


@cache
def _table_ids() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in TABLES.glob("*.yml")))


@cache
def _product_table(table_id: str) -> Table:
    if table_id not in _table_ids():
        raise InvalidInput(_unknown("La table", table_id, _table_ids()))
    return read_table(TABLES / f"{table_id}.yml")


@cache
def _articles() -> dict[str, Article]:
    return {article.id: article for article in read_articles(FOLDER / "articles.yml")}


def _unknown(what: str, given: str, known: dict[str, Article] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(given, list(known), n=1)
    hint = f" Vouliez-vous dire «{NBSP}{close[0]}{NBSP}»{chr(0x202F)}?" if close else ""
    return f"{what} «{NBSP}{given}{NBSP}» n'existe pas.{hint}"
