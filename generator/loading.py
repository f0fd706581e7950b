"""From YAML files to a `Case`: inheritance, every mistake at once, exact positions.

`load_case` is the only way in. It reads the dossier, fills it with what `entreprise.yml` says
under `creancier:` and `conditions:`, validates, and computes missing due dates.
"""

import difflib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.case import Case, Company, Invoice, cross_problems
from generator.errors import InvalidInput
from generator.law import Law, load_law
from generator.look import Look
from generator.words_fr import number_in_words
from generator.yaml_text import Key, Position, YamlFile, read_yaml

COMPANY_FILE = "entreprise.yml"
RATES_FILE = "taux.yml"
INHERITED = ("creancier", "conditions")

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class LoadedCase:
    """A valid dossier with what is needed to trace it; `journal_sha256` is the last line its journal held, when read."""

    case: Case
    law: Law
    path: Path
    sha256: str
    company_path: Path | None
    company_sha256: str | None
    company: Company | None
    journal_sha256: str | None = None

    @property
    def apparence(self) -> Look:
        """How the company's letters look; the product's look without a company file."""
        return self.company.apparence if self.company else Look()


def load_case(path: Path, company_path: Path | None = None) -> LoadedCase:
    """Read and validate a dossier, with the law tables its company uses.

    `company_path` names the company file; otherwise the nearest `entreprise.yml` above the
    dossier is used. InvalidInput lists every mistake as `fichier:ligne:colonne: champ : phrase`.
    """
    source = read_yaml(path)
    company_path = company_path or find_company_file(path)
    law = law_of(company_path)
    inherited, company = (None, None) if company_path is None else _load_company(company_path)
    data, marks = _inherit(source, inherited)
    case = validate(Case, data, marks, extra=list(cross_problems(data)))
    case = _with_due_dates(case, law)
    digest = inherited.sha256 if inherited else None
    return LoadedCase(case, law, path, source.sha256, company_path, digest, company)


def law_of(company_path: Path | None) -> Law:
    """The law tables, completed by the `taux.yml` beside the company file when there is one."""
    extra = company_path.parent / RATES_FILE if company_path else None
    return load_law(extra if extra and extra.is_file() else None)


def load_company(path: Path) -> Company:
    """Read and validate `entreprise.yml`; InvalidInput lists every mistake."""
    return _load_company(path)[1]


def find_company_file(path: Path) -> Path | None:
    """The nearest `entreprise.yml` in the dossier's folder or above."""
    for folder in path.absolute().parents:
        candidate = folder / COMPANY_FILE
        if candidate.is_file():
            return candidate
    return None


_companies: dict[tuple[Path, int, int], tuple[YamlFile, Company]] = {}


def _load_company(path: Path) -> tuple[YamlFile, Company]:
    # Four hundred dossiers share one company file: read again only when it has changed.
    try:
        stat = path.stat()
        key = (path.absolute(), stat.st_mtime_ns, stat.st_size)
    except OSError:
        key = (path, 0, 0)
    if key not in _companies:
        source = read_yaml(path)
        _companies[key] = source, validate(Company, source.data, source.marks)
    return _companies[key]


def _inherit(source: YamlFile, company: YamlFile | None) -> tuple[dict[str, Any], dict[Key, Position]]:
    """The dossier's text with missing keys of `creancier` and `conditions` taken from the company."""
    if company is None:
        return source.data, source.marks
    data = dict(source.data)
    for name in INHERITED:
        ours, theirs = data.get(name, {}), company.data.get(name, {})
        if isinstance(ours, dict) and isinstance(theirs, dict):
            data[name] = {**theirs, **ours}
    # What the dossier says again is the dossier's down to the last detail: so are its mistakes.
    said = {key[:2] for key in source.marks}
    marks = {key: mark for key, mark in company.marks.items() if key[:2] not in said or len(key) < 2}
    return data, {**marks, **source.marks}


def validate(
    model: type[M], data: dict[str, Any], marks: dict[Key, Position], extra: list[tuple[Key, str]] | None = None
) -> M:
    problems: list[tuple[Key, str]] = list(extra or ())
    result: M | None = None
    try:
        result = model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # pydantic also calls a list too short when its only item is the wrong one: that is said once.
        problems += [
            (tuple(e["loc"]), _sentence(model, e)) for e in found if not (e["type"] == "too_short" and e["input"])
        ]
    if result is None or problems:
        located = [(locate(key, marks), key, sentence) for key, sentence in problems]
        located.sort(key=lambda item: item[0])
        raise InvalidInput(dict.fromkeys(_line(position, key, sentence) for position, key, sentence in located))
    return result


def _line(position: Position, key: Key, sentence: str) -> str:
    name, line, column = position
    field = field_name(key)
    return f"{name}:{line}:{column}: {field} : {sentence}" if field else f"{name}:{line}:{column}: {sentence}"


def field_name(key: Key) -> str:
    """`("factures", 1, "echeance")` -> `factures n° 2, echeance`: people count from one."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f" n° {part + 1}, "
        else:
            text += part if not text or text.endswith(", ") else f".{part}"
    return text.removesuffix(", ")


def locate(key: Key, marks: dict[Key, Position]) -> Position:
    """The position of this path, or of the nearest block that holds it."""
    while key and key not in marks:
        key = key[:-1]
    return marks.get(key, ("", 1, 1))


_SENTENCES = {
    "missing": "champ obligatoire manquant : l'ajouter",
    "tuple_type": "une liste est attendue ici (un tiret par élément)",
    "too_short": "il en faut au moins un",
}


def _sentence(model: type[BaseModel], error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(model, tuple(error["loc"]))
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", " ou ")
        return f"valeur « {textwrap.shorten(str(error['input']), 60)} » inconnue : écrire {choices}"
    if kind == "missing" and (known := _choices(model, tuple(error["loc"]))):
        return f"champ obligatoire manquant : écrire {known}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "model_type":
        names = _fields_at(model, tuple(error["loc"]))
        return f"un bloc de champs est attendu ici, par exemple « {{{names[0]}: … }} » (champs : {', '.join(names)})"
    if kind == "too_long":
        return f"trop d'éléments : {number_in_words(context['max_length'])} au plus"
    return _SENTENCES.get(kind, "valeur incorrecte : voir la page « dossier » du guide")


def _choices(model: type[BaseModel], key: Key) -> str:
    """The words a field accepts, « a, b ou c »; empty when it takes anything else."""
    info = _model_at(model, key[:-1]).model_fields.get(str(key[-1]))
    if info is None or get_origin(info.annotation) is not Literal:
        return ""
    *head, last = map(str, get_args(info.annotation))
    return f"{', '.join(head)} ou {last}" if head else last


# A field found in more blocks than this says nothing of where it was meant.
FEW_PLACES = 3


def _unknown_field(model: type[BaseModel], key: Key) -> str:
    fields = _fields_at(model, key[:-1])
    # One letter away from a field of this block, it is a slip; else the same name elsewhere says where it goes.
    if not difflib.get_close_matches(str(key[-1]), fields, n=1, cutoff=0.85):
        places = list(dict.fromkeys(_places(model, str(key[-1]))))
        if 0 < len(places) <= FEW_PLACES:
            return f"champ inconnu à ce niveau : à écrire {' ou '.join(places)}"
    required = [name for name in fields if _model_at(model, key[:-1]).model_fields[name].is_required()]
    # `montant` is as near to `montant_tva` as to `montant_ttc`: the one that must be there is the likelier.
    close = difflib.get_close_matches(str(key[-1]), required, n=1, cutoff=0.7)
    close = close or difflib.get_close_matches(str(key[-1]), fields, n=1, cutoff=0.5)
    if not close:  # `date_echeance` is far from `echeance` letter by letter, not for a reader
        close = [name for name in fields if name in str(key[-1]) or str(key[-1]) in name][:1]
    hint = f" (vouliez-vous dire « {close[0]} » ?)" if close else f" (champs connus : {', '.join(fields)})"
    return f"champ inconnu{hint}"


def _places(model: type[BaseModel], name: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Where a field of this name is expected: « sous debiteur », or the first level of the file.

    The items of a list inside a block are left out: their fields (`le`, `note`) are words anybody may mean.
    """
    if name in model.model_fields:
        yield f"sous {'.'.join(above)}" if above else "au premier niveau, sans retrait"
    for field, info in model.model_fields.items():
        block = _block_in(info.annotation)
        listed = above and get_origin(info.annotation) is tuple
        if block is not None and field not in above and not listed:
            yield from _places(block, name, (*above, field))


def _fields_at(model: type[BaseModel], key: Key) -> list[str]:
    """The field names of the block at this path."""
    return list(_model_at(model, key).model_fields)


def _model_at(model: type[BaseModel], key: Key) -> type[BaseModel]:
    """The block at this path, following the models' annotations."""
    for part in key:
        if isinstance(part, str) and part in model.model_fields:
            found = _block_in(model.model_fields[part].annotation)
            if found is None:
                break
            model = found
    return model


def _block_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        if (found := _block_in(argument)) is not None:
            return found
    return None


def _with_due_dates(case: Case, law: Law) -> Case:
    """Give each invoice a due date: written, agreed (`delai`), or the legal default (C. com. L441-10 I)."""
    if all(invoice.echeance for invoice in case.factures):
        return case
    invoices = tuple(
        invoice if invoice.echeance else invoice.model_copy(update={"echeance": _due_date(case, invoice, law)})
        for invoice in case.factures
    )
    return case.model_copy(update={"factures": invoices})


def _due_date(case: Case, invoice: Invoice, law: Law) -> Any:
    if case.conditions.delai is not None:
        return case.conditions.delai.due_on(invoice.emise_le)
    assert invoice.executee_le is not None  # `cross_problems` has refused the dossier otherwise
    days = law.value("delais-de-paiement", on=invoice.executee_le, cle="defaut").valeur
    return max(invoice.executee_le + timedelta(days=int(days)), invoice.emise_le)
