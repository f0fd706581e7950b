"""From a letter, a dossier and its statement to a `Document`: the one Jinja environment.

Sandboxed, strict (an unknown variable is an error, never an empty space in a claim for
money), autoescaped. Template mistakes come out as `fichier:ligne: phrase`.
"""

import re
import traceback
from dataclasses import is_dataclass
from datetime import date, timedelta
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
from markupsafe import Markup
from pydantic import BaseModel

from generator.calendar_fr import list_fr, long_date, next_working_day, short_date
from generator.case import Case
from generator.document import Document, Page, parse_body, to_html
from generator.errors import InvalidInput
from generator.law import Law
from generator.letterhead import legal_mentions, logo_uri, recipient_lines, salutation, sender_lines, signatory
from generator.letters import SHARED, Letter
from generator.money import amount_in_words, euros, taux
from generator.statement import Statement
from generator.typography import typography
from generator.wording import check_template, check_text
from generator.words_fr import number_in_words
from generator.writing import reason

CHANNELS = {
    "lrar": "Lettre recommandée avec avis de réception",
    "lre": "Lettre recommandée électronique",
    "courrier": "",
    "email": "Par courriel",
}


# An address in the page that is neither data nor an anchor.
_OUTSIDE = re.compile(r"""(?:src|href|data|poster)\s*=\s*["']?((?!data:|#)[^"'\s>]+)""", re.IGNORECASE)


class _Droit:
    """What templates may ask of the law: values and citations on the day of the letter."""

    def __init__(self, law: Law, au: date) -> None:
        self._law, self._au = law, au

    def valeur(self, table: str, cle: str | None = None) -> Decimal:
        """A value in force on the day of the letter."""
        return self._law.value(table, on=self._au, cle=cle).valeur

    def article(self, article_id: str) -> str:
        """A short citation, for example « C. com., art. L441-10 »."""
        return self._law.article(article_id).court


def render(
    letter: Letter,
    case: Case,
    statement: Statement,
    law: Law,
    roots: tuple[Path, ...],
    *,
    ton: str | None = None,
    envoi: str | None = None,
    annexe: bool | None = None,
    base: Path | None = None,
) -> Document:
    """Render a letter. `base` is the folder from which the company's logo path is read.

    `annexe` forces or leaves out the page that details interest; None follows `annexe_des`.

    InvalidInput for a mistake in a template, a tone or channel the letter does not have, or a
    mandatory mention that is missing; LegalRefusal for words that a letter may not hold.
    """
    spec = letter.spec
    ton, envoi = _choice("ton", ton, spec.tons, letter), _choice("envoi", envoi, spec.envoi, letter)
    environment = _environment(roots)
    if annexe is None:
        annexe = spec.annexe_des is not None and len(statement.echues) >= spec.annexe_des
    context = {**_context(letter, case, statement, law, ton), "annexe": annexe}
    body = _run(environment, f"{letter.id}/body.html.j2", context)
    elements = parse_body(body, str(letter.body), spec.langue)
    check_text(letter, case, "\n".join(element.text for element in elements), law)
    for text in (spec.objet, *spec.pieces_jointes):
        check_template(text, str(letter.yml))
    polish = typography if spec.langue == "fr" else str
    objet = polish(_run_text(environment, spec.objet, context, letter, "objet"))
    attached = [_run_text(environment, item, context, letter, "pieces_jointes") for item in spec.pieces_jointes]
    page = Page(
        titre=polish(f"{objet} – {case.debiteur.nom}"),
        langue=spec.langue,
        mise_en_page=spec.mise_en_page,
        expediteur=sender_lines(case.creancier),
        destinataire=recipient_lines(case.debiteur),
        lieu_date=f"{case.creancier.adresse.ville}, le {long_date(statement.au)}",
        objet=objet,
        references=(("Nos références", case.reference),),
        mention_envoi=CHANNELS[envoi],
        corps=Markup(to_html(elements)),  # noqa: S704 (parsed and escaped again just above)
        signataire=signatory(case.creancier),
        pieces_jointes=tuple(polish(item) for item in attached if item),
        mentions_legales=tuple(polish(line) for line in legal_mentions(case.creancier)),
        logo=logo_uri(case.creancier, base),
        cree_le=statement.au.isoformat(),
    )
    html = _run(environment, f"{SHARED}/page.html.j2", {**context, "page": page})
    if outside := _OUTSIDE.search(html):
        raise InvalidInput(
            f"{SHARED}/page.html.j2 : adresse refusée dans une lettre, rien n'est téléchargé : {outside[1][:80]}"
        )
    return Document(letter, statement.au, page, elements, html, _css(roots))


def _choice(name: str, asked: str | None, known: tuple[str, ...], letter: Letter) -> str:
    if asked is not None and asked not in known:
        raise InvalidInput(f"{name} « {asked} » : la lettre « {letter.id} » n'existe qu'en {list_fr(known)}")
    return asked or known[0]


def _context(letter: Letter, case: Case, statement: Statement, law: Law, ton: str) -> dict[str, Any]:
    delay = letter.spec.delai_reponse_jours
    return {
        **{name: getattr(case, name) for name in type(case).model_fields},
        "decompte": statement,
        "lettre": letter.spec,
        "au": statement.au,
        "ton": ton,
        "appel": salutation(case.debiteur),
        # A deadline that falls on a Sunday is answered on Monday: say so from the start.
        "reponse_avant_le": None if delay is None else next_working_day(statement.au + timedelta(days=delay)),
        "droit": _Droit(law, statement.au),
    }


def read_template(path: Path) -> str:
    """A template or style sheet; InvalidInput when it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: caractère illisible (fichier en latin-1 ?) ; l'enregistrer en UTF-8") from None
    except OSError as error:
        raise InvalidInput(f"{path}: lecture impossible ({reason(error)})") from None


class _Loader(BaseLoader):
    """Templates of the company's folder, then of the product; `origine/…` is always the product's.

    Forbidden words are looked for here, in the template itself, so that a debtor's name or the
    object of an invoice cannot set them off.
    """

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self.roots = roots

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        original = template.startswith("origine/")
        name = template.removeprefix("origine/")
        if ".." in name.split("/") or name.startswith("/"):
            raise TemplateNotFound(template)
        for root in self.roots[-1:] if original else self.roots:
            path = root / name
            if path.is_file():
                source = read_template(path)
                check_template(source, str(path))
                return source, str(path), lambda: True
        raise TemplateNotFound(template)


EMPTY = "valeur absente du dossier : n'écrire ce champ que s'il existe ({% if … %})"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Templates read the values of our objects and call none of their methods."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse `"a" * 10**9`, which would hang for minutes; amounts still multiply."""
        if operator == "**" or isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Fields and properties only, for dossiers and statements; Jinja's own rule for the rest."""
        kind = type(obj)
        if isinstance(obj, BaseModel):
            return attr in kind.model_fields or isinstance(getattr(kind, attr, None), property)
        if is_dataclass(obj):
            return attr in kind.__dataclass_fields__ or isinstance(getattr(kind, attr, None), property)
        return super().is_safe_attribute(obj, attr, value)


def _filled(value: Any) -> Any:
    """An absent optional field must never print « None » in a claim for money."""
    if value is None:
        raise ValueError(EMPTY)
    return value


def _plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count < 2 else many or one + 's'}"


def _groups(text: str, sizes: int) -> str:
    return "\u00a0".join(text[i : i + sizes] for i in range(0, len(text), sizes))


@cache
def _environment(roots: tuple[Path, ...]) -> Environment:
    environment = _Sandbox(
        loader=_Loader(roots),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_filled,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        euros=euros,
        taux=taux,
        date_longue=long_date,
        date_courte=short_date,
        en_lettres=amount_in_words,
        nombre_en_lettres=lambda value: number_in_words(int(value)),
        siren=lambda text: _groups(text, 3),
        iban=lambda text: _groups(text, 4),
        liste=list_fr,
        pluriel=_plural,
    )
    return environment


@cache
def _css(roots: tuple[Path, ...]) -> str:
    """The style sheet of the letters: the product's, then the company's `marque.css` if any."""
    files = [next(path for root in roots if (path := root / SHARED / "lettre.css").is_file())]
    if len(roots) > 1:
        files += [path for path in [roots[0] / SHARED / "marque.css"] if path.is_file()]
    return "".join(map(read_template, files))


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


def _run(environment: Environment, name: str, context: dict[str, Any]) -> str:
    try:
        return environment.get_template(name).render(context)
    except _MISTAKES as error:
        raise InvalidInput(_template_sentence(error, name)) from None


def _run_text(environment: Environment, text: str, context: dict[str, Any], letter: Letter, field: str) -> str:
    """A Jinja text of `letter.yml`, unescaped: it is plain text until the page escapes it."""
    if "{" not in text:
        return text
    try:
        return _compiled(environment, text).render(context).strip()
    except _MISTAKES as error:
        raise InvalidInput(f"{letter.yml}: {field} : {_reason(error)}") from None


@cache
def _compiled(environment: Environment, text: str) -> Template:
    return environment.overlay(autoescape=False).from_string(text)


def _template_sentence(error: Exception, name: str) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or name}:{error.lineno}: {_reason(error)}"
    if isinstance(error, TemplateNotFound):
        return f"{name}: modèle « {error.name} » introuvable"
    # Jinja rewrites tracebacks: the last frame inside a template is where the mistake is.
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
    return f"{where}: {_reason(error)}"


# The commonest messages of Jinja, in French; any other mistake gets the general sentence.
_JINJA = (
    (r"No (?:filter|test) named '(\w+)'", "filtre inconnu « {} »"),
    (r"has no attribute '(\w+)'", "variable inconnue « {} » : corriger son nom"),
    (r"'(\w+)' is undefined", "variable inconnue « {} » : corriger son nom"),
    (r"Encountered unknown tag '(\w+)'", "instruction inconnue « {} »"),
    (r"innermost block that needs to be closed is '(\w+)'", "bloc « {} » jamais fermé"),
)


def _reason(error: Exception) -> str:
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
