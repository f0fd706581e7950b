"""Read the law tables, the registry of articles and a company's `taux.yml`.

A malformed file does not load, and all its mistakes are told at once. Every scalar is read as
text and typed here: YAML would otherwise turn `4.10` into a float and lose what was written.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from generator.errors import InvalidInput
from generator.law.model import (
    CONFIANCES,
    NBSP,
    RYTHMES,
    Article,
    Source,
    Table,
    Value,
    half_year_label,
    half_year_start,
    next_half_year,
)
from generator.yaml_text import read_yaml

T = TypeVar("T")


class _Problems:
    """Collects sentences, each told with the place it is about."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, place: str, sentence: str) -> None:
        self.found.append(f"{self.file}{NBSP}: {place + NBSP + ': ' if place else ''}{sentence}")

    def stop(self) -> None:
        if self.found:
            raise InvalidInput(self.found)


class _Fields:
    """One mapping of a file, read field by field; a field nobody read is an unknown field."""

    def __init__(self, data: Any, place: str, problems: _Problems, known: Iterable[str]) -> None:
        self.place, self.problems = place, problems
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            problems.add(place, "des champs sont attendus ici.")
        for key in sorted(set(self.data) - set(known)):
            problems.add(place, f"le champ «{NBSP}{key}{NBSP}» n'existe pas.")

    def text(self, name: str, required: bool = True) -> str:
        raw = self.data.get(name, "")
        if not isinstance(raw, str):
            self.problems.add(self.place, f"{name} doit être un texte.")
            return ""
        if required and not raw.strip():
            self.problems.add(self.place, f"il manque le champ {name}.")
        return raw.strip()

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name)
        if raw and raw not in allowed:
            choices = ", ".join(allowed)
            self.problems.add(self.place, f"{name} vaut «{NBSP}{raw}{NBSP}», choisissez entre {choices}.")
        return raw

    def day(self, name: str, required: bool = True) -> date | None:
        return self._typed(name, required, date.fromisoformat, "une date comme 2027-01-01")

    def number(self, name: str) -> Decimal | None:
        return self._typed(name, True, _decimal, "un nombre écrit avec un point, comme 2.75")

    def _typed(self, name: str, required: bool, parse: Callable[[str], T], expected: str) -> T | None:
        raw = self.text(name, required)
        if not raw:
            return None
        try:
            return parse(raw)
        except (ValueError, InvalidOperation):
            self.problems.add(self.place, f"{name} vaut «{NBSP}{raw}{NBSP}», il faut {expected}.")
            return None

    def texts(self, name: str, required: bool = False) -> tuple[str, ...]:
        raw = self.data.get(name, [])
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            self.problems.add(self.place, f"{name} doit être une liste de textes.")
            return ()
        if required and not raw:
            self.problems.add(self.place, f"il manque le champ {name}.")
        return tuple(raw)


TABLE_FIELDS = ("id", "libelle", "unite", "rythme", "verifie_le", "a_revoir_le", "articles", "valeurs")
VALUE_FIELDS = ("depuis", "cle", "valeur", "confiance", "articles", "faits", "source", "note")
SOURCE_FIELDS = ("texte", "url", "publie_le")
ARTICLE_FIELDS = ("id", "titre", "court", "objet", "url", "version_du", "verifie_le")


def read_table(path: Path) -> Table:
    """Read one table of the product. Every value needs a source with its address."""
    problems = _Problems(path.name)
    fields = _Fields(read_yaml(path).data, "", problems, TABLE_FIELDS)
    table_id, rythme = fields.text("id"), fields.choice("rythme", RYTHMES)
    if table_id and table_id != path.stem:
        problems.add("", f"l'id «{NBSP}{table_id}{NBSP}» doit être le nom du fichier.")
    libelle, unite = fields.text("libelle"), fields.text("unite")
    verifie_le, a_revoir_le = fields.day("verifie_le"), fields.day("a_revoir_le")
    articles = fields.texts("articles", required=True)
    raw = fields.data.get("valeurs")
    if not isinstance(raw, list) or not raw:
        problems.add("", "il manque la liste valeurs.")
        raw = []
    valeurs = _read_values(raw, table_id, articles, problems, ajoute=False)
    problems.stop()
    if verifie_le is None or a_revoir_le is None:  # already refused above; said again for the types
        raise InvalidInput(f"{path.name}{NBSP}: il manque une date.")
    table = Table(table_id, libelle, unite, rythme, verifie_le, a_revoir_le, articles, valeurs)
    _check_order(table, problems)
    return table


def read_articles(path: Path) -> tuple[Article, ...]:
    """Read the registry of texts."""
    problems = _Problems(path.name)
    articles: dict[str, Article] = {}
    raw = read_yaml(path).data.get("articles")
    for number, item in enumerate(raw if isinstance(raw, list) else [], start=1):
        fields = _Fields(item, f"article n° {number}", problems, ARTICLE_FIELDS)
        article_id, verifie_le = fields.text("id"), fields.day("verifie_le")
        if article_id in articles:
            problems.add(fields.place, f"l'id «{NBSP}{article_id}{NBSP}» est déjà pris.")
        if verifie_le is not None:
            articles[article_id] = Article(
                id=article_id,
                titre=fields.text("titre"),
                court=fields.text("court"),
                objet=fields.text("objet"),
                verifie_le=verifie_le,
                url=fields.text("url", required=False) or None,
                version_du=fields.day("version_du", required=False),
            )
    if not articles:
        problems.add("", "la liste des articles est vide.")
    problems.stop()
    return tuple(articles.values())


def read_additions(path: Path, known: Callable[[str], Table]) -> dict[str, Table]:
    """Read a company's `taux.yml` and return the tables it completes, additions included.

    It may only add half-years that are not on file: what the product says of a period cannot be
    changed by a company, since two users would then print two laws.
    """
    problems = _Problems(path.name)
    raw = read_yaml(path).data
    completed: dict[str, Table] = {}
    for table_id, items in raw.items():
        try:
            table = known(table_id)
        except InvalidInput as error:
            problems.add("", str(error))
            continue
        if table.rythme != "semestriel":
            problems.add(table_id, "seules les tables semestrielles peuvent être complétées.")
            continue
        if not isinstance(items, list):
            problems.add(table_id, "une liste de valeurs est attendue.")
            continue
        added = _read_values(items, table_id, table.articles, problems, ajoute=True)
        completed[table_id] = _merge(table, added, problems)
    problems.stop()
    for table in completed.values():
        _check_order(table, problems)
    return completed


def _merge(table: Table, added: tuple[Value, ...], problems: _Problems) -> Table:
    valeurs: list[Value] = []
    for cle in dict.fromkeys((*table.cles, *(value.cle for value in added))):
        on_file = [value for value in table.valeurs if value.cle == cle]
        if not on_file:
            problems.add(table.id, f"la clé «{NBSP}{cle or 'aucune'}{NBSP}» n'existe pas dans cette table.")
        taken = {value.depuis for value in on_file}
        for value in added:
            if value.cle == cle and value.depuis in taken:
                problems.add(
                    table.id,
                    f"le {half_year_label(value.depuis)} est déjà dans la table et ne peut pas être modifié.",
                )
        news = [value for value in added if value.cle == cle and value.depuis not in taken]
        valeurs += sorted(on_file + news, key=lambda value: value.depuis)
    return replace(table, valeurs=tuple(valeurs))


def _read_values(
    items: list[Any], table_id: str, table_articles: tuple[str, ...], problems: _Problems, ajoute: bool
) -> tuple[Value, ...]:
    values: list[Value] = []
    for number, item in enumerate(items, start=1):
        place = f"{table_id}, valeur n° {number}" if ajoute else f"valeur n° {number}"
        fields = _Fields(item, place, problems, VALUE_FIELDS)
        if "source" not in fields.data:
            problems.add(place, "il manque la source.")
            source = None
        else:
            source = _read_source(fields.data["source"], place, problems, url_required=not ajoute)
        depuis, valeur = fields.day("depuis"), fields.number("valeur")
        # A company cannot judge how sure a rate is; without a word from it, it is « moyenne ».
        unsure = ajoute and "confiance" not in fields.data
        confiance = "moyenne" if unsure else fields.choice("confiance", CONFIANCES)
        articles = fields.texts("articles") or table_articles
        faits = fields.texts("faits")
        cle, note = fields.text("cle", required=False) or None, fields.text("note", required=False) or None
        if depuis is None or valeur is None or source is None:
            continue
        values.append(Value(table_id, cle, depuis, valeur, source, confiance, articles, faits, note, ajoute))
    return tuple(values)


def _read_source(data: Any, place: str, problems: _Problems, url_required: bool) -> Source:
    fields = _Fields(data, f"{place}, source", problems, SOURCE_FIELDS)
    url = fields.text("url", required=url_required)
    if url and not url.startswith("https://"):
        problems.add(fields.place, "url doit commencer par https://.")
    return Source(fields.text("texte"), url or None, fields.day("publie_le", required=False))


def _check_order(table: Table, problems: _Problems) -> None:
    """Refuse mixed series, dates out of order and, in a half-yearly table, a missing half-year."""
    if None in table.cles and len(table.cles) > 1:
        problems.add(table.id, "certaines valeurs ont une clé et d'autres non.")
    for cle in table.cles:
        place = f"{table.id} ({cle})" if cle else table.id
        serie = table.serie(cle)
        for before, after in pairwise(serie):
            if after.depuis <= before.depuis:
                problems.add(place, f"le {after.depuis} vient après le {before.depuis}, rangez les dates.")
            elif table.rythme == "semestriel" and after.depuis > next_half_year(before.depuis):
                missing = half_year_label(next_half_year(before.depuis))
                problems.add(place, f"il manque le {missing}.")
        if table.rythme == "semestriel":
            for value in serie:
                if value.depuis != half_year_start(value.depuis):
                    problems.add(place, f"le {value.depuis} n'est pas un 1er janvier ou un 1er juillet.")
    problems.stop()


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValueError(text)
    return number
