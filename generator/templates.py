"""The one Jinja environment: sandboxed, strict, autoescaped.

An unknown variable is an error, never an empty space in a claim for money. Mistakes come out
as `fichier:ligne: phrase`.
"""

import re
import traceback
from collections.abc import Iterable
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from generator.errors import InvalidInput
from generator.languages import LANGUAGES, Language
from generator.law import Law, together
from generator.thresholds import in_words
from generator.wording import check_template
from generator.writing import reason

ORIGIN = "origine/"


class Droit:
    """What templates may ask of the law: values and citations on the day of the letter."""

    def __init__(self, law: Law, au: date, language: Language) -> None:
        self._law, self._au, self._cite = law, au, language.citer

    def valeur(self, table: str, cle: str | None = None) -> Decimal:
        """A value in force on the day of the letter."""
        return self._law.value(table, on=self._au, cle=cle).valeur

    def seuil(self, cle: str) -> str:
        """A threshold in words, for example « 10 000 € »."""
        return in_words(self._law, self._au, cle)

    def article(self, article_id: str) -> str:
        """A short citation, for example « C. com., art. L441-10 », in the language of the letter."""
        return self._cite(self._law.article(article_id).court)

    def articles(self, article_ids: Iterable[str]) -> str:
        """Several citations, those of one code under one name: « CPC, art. 54, 57 et 1407 »."""
        return together(map(self.article, article_ids))


def read_template(path: Path) -> str:
    """A template or style sheet; InvalidInput when it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows editors add a mark at the start
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: caractère illisible (fichier en latin-1 ?) ; l'enregistrer en UTF-8") from None
    except OSError as error:
        raise InvalidInput(f"{path}: lecture impossible ({reason(error)})") from None


class _Loader(BaseLoader):
    """Templates of the company's folder, of its trade, of the product: the first root that has one.

    Forbidden words are looked for here, in the template itself, so that a debtor's name or the
    object of an invoice cannot set them off.
    """

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self.roots = roots

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        first, name = self.level(template)
        if ".." in name.split("/") or name.startswith("/"):
            raise TemplateNotFound(template)
        for root in self.roots[first:]:
            path = root / name
            if path.is_file():
                source = read_template(path)
                check_template(source, str(path), act=name.startswith("_actes/"))
                return source, str(path), lambda: True
        raise TemplateNotFound(name)

    def level(self, template: str) -> tuple[int, str]:
        """(index of the first root to search, path inside it) of a name such as `origine@1/relance-1/body.html.j2`."""
        if found := re.fullmatch(r"origine@(\d+)/(.+)", template):
            return int(found[1]), found[2]
        if template.startswith(ORIGIN):
            return len(self.roots) - 1, template.removeprefix(ORIGIN)
        return 0, template

    def below(self, parent: str) -> int:
        """The index of the root after the one where the template `parent` was found."""
        first, name = self.level(parent)
        return next((i for i in range(first, len(self.roots)) if (self.roots[i] / name).is_file()), first) + 1


EMPTY = "valeur absente du dossier : n'écrire ce champ que s'il existe ({% if … %})"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Templates read the values of our objects and call none of their methods."""

    intercepted_binops = frozenset({"*", "**"})

    def join_path(self, template: str, parent: str) -> str:
        """`origine/…` is the next version below the one that asks: company, then trade, then product."""
        if template.startswith(ORIGIN) and isinstance(self.loader, _Loader):
            return f"origine@{self.loader.below(parent)}/{template.removeprefix(ORIGIN)}"
        return template

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse `"a" * 10**9`, which would hang for minutes; amounts still multiply."""
        if operator == "**" or isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Fields and properties only, for dossiers and statements; Jinja's own rule for the rest."""
        ours = _readable(type(obj), attr)  # type: ignore[arg-type]  # classes are hashable
        return super().is_safe_attribute(obj, attr, value) if ours is None else ours


@cache
def _readable(kind: type, attr: str) -> bool | None:
    """Whether templates may read this of our objects; None for any other kind of object."""
    if issubclass(kind, BaseModel):
        names: Any = kind.model_fields
    elif is_dataclass(kind):
        names = kind.__dataclass_fields__
    else:
        return None
    return attr in names or isinstance(getattr(kind, attr, None), property)


def _filled(value: Any) -> Any:
    """An absent optional field must never print « None » in a claim for money."""
    if value is None:
        raise ValueError(EMPTY)
    return value


@cache
def environment_for(roots: tuple[Path, ...], langue: str) -> Environment:
    """The environment of these folders, with the filters of a language."""
    environment = _Sandbox(
        loader=_Loader(roots),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_filled,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(LANGUAGES[langue].filtres)
    return environment


# What a template can do wrong; anything else would be a fault of ours.
_MISTAKES = (
    TemplateError,
    SecurityError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
)


def run(environment: Environment, name: str, context: dict[str, Any]) -> str:
    """A template rendered; InvalidInput with file and line when it is wrong."""
    try:
        return environment.get_template(name).render(context)
    except _MISTAKES as error:
        raise InvalidInput(_template_sentence(error, name)) from None


def run_text(environment: Environment, text: str, context: dict[str, Any], where: str) -> str:
    """A Jinja text of `letter.yml`, unescaped: it is plain text until the page escapes it. `where` is for errors."""
    if "{" not in text:
        return text
    try:
        return _compiled(environment, text).render(context).strip()
    except _MISTAKES as error:
        raise InvalidInput(f"{where} : {reason_fr(error)}") from None


@cache
def _compiled(environment: Environment, text: str) -> Template:
    return environment.overlay(autoescape=False).from_string(text)


def _template_sentence(error: Exception, name: str) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or name}:{error.lineno}: {reason_fr(error)}"
    if isinstance(error, TemplateNotFound):
        return f"{name}: modèle « {error.name} » introuvable"
    # Jinja rewrites tracebacks: the last frame inside a template is where the mistake is.
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
    return f"{where}: {reason_fr(error)}"


# The commonest messages of Jinja, in French; any other mistake gets the general sentence.
_JINJA = (
    (r"No (?:filter|test) named '(\w+)'", "filtre inconnu « {} »"),
    (r"has no attribute '(\w+)'", "variable inconnue « {} » : corriger son nom"),
    (r"'(\w+)' is undefined", "variable inconnue « {} » : corriger son nom"),
    (r"Encountered unknown tag '(\w+)'", "instruction inconnue « {} »"),
    (r"innermost block that needs to be closed is '(\w+)'", "bloc « {} » jamais fermé"),
)


def reason_fr(error: Exception) -> str:
    """What a template did wrong, as a French sentence without its place."""
    message = str(error)
    for pattern, sentence in _JINJA:
        if found := re.search(pattern, message):
            return sentence.format(found[1])
    if isinstance(error, SecurityError):
        return "instruction interdite dans un modèle"
    if isinstance(error, TemplateSyntaxError):
        return "écriture du modèle incorrecte à cette ligne"
    if message == EMPTY:
        return message
    if isinstance(error, RecursionError):
        return "le modèle s'inclut lui-même ; pour étendre l'original, écrire « origine/… »"
    return "le modèle ne peut pas être rempli : calcul ou valeur impossible à cette ligne"
