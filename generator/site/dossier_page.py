"""`docs/dossier.md`: every field of a dossier, read from the models, explained by `fields.yml`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from generator.case import Case, Company
from generator.errors import InvalidInput
from generator.law import Law
from generator.site.front_matter import check_of, front_matter
from generator.site.words import cell

FIELDS = Path(__file__).parent / "fields.yml"
ARTICLES = ("c-com-l441-10", "c-com-r123-237", "c-com-r123-238", "c-civ-1343-1")
Model = type[BaseModel]
Meanings = dict[str, dict[str, dict[str, str]]]


def dossier_page(law: Law, schemas: tuple[str, ...]) -> str:
    """The reference page. InvalidInput when `fields.yml` and the models disagree."""
    blocks = dict(_blocks(Case, "Le dossier"))
    company = {model: name for model, name in _blocks(Company, "entreprise.yml") if model not in blocks}
    meanings = _meanings({**blocks, **company})
    files = ", ".join(f"[`{name}`](schemas/{name}.json)" for name in schemas)
    editors = (
        "## Aide de votre éditeur\n\nUn éditeur qui lit les schémas JSON complète et contrôle vos fichiers. "
        f"Les schémas : {files}. `impayes schema dossier` imprime le même.\n"
        if schemas
        else ""
    )
    return "\n".join(
        [
            front_matter(check_of(law, ARTICLES), title="Le dossier", description="Chaque champ d'un dossier, avec son sens et un exemple."),
            INTRODUCTION,
            *(_section(model, name, meanings, blocks) for model, name in blocks.items()),
            "## Le fichier entreprise.yml\n\nIl se place au-dessus des dossiers. Les blocs `creancier` et `conditions` "
            "y ont les mêmes champs que dans un dossier.\n",
            *(_section(model, name, meanings, blocks | company, level=3) for model, name in company.items()),
            editors,
        ]
    )  # fmt: skip


INTRODUCTION = """# Le dossier

Un dossier est un fichier texte : un client, ses factures, ce qu'il a payé.
{ .chapeau }

Voici le plus court.

```yaml
reference: 2026-014
debiteur:
  nom: Boulangerie Martin SARL
  qualite: professionnel
  adresse: {lignes: [12 rue des Lilas], code_postal: "37000", ville: Tours}
factures:
  - numero: F-2026-101
    emise_le: 2026-06-01
    echeance: 2026-07-01
    montant_ttc: 1200.00
```

`impayes nouveau` l'écrit pour vous. `impayes verifier` montre toutes les erreurs d'un coup, avec leur ligne.

- Une date s'écrit `2026-07-01` ou `01/07/2026`.
- Une somme s'écrit `1200`, `1200.50` ou `"1 200,50 €"`. Elle est en euros.
- Un champ inconnu est refusé, avec le nom le plus proche.
- Un champ est obligatoire quand il porte un astérisque (*).
"""


def _blocks(model: Model, name: str) -> Iterator[tuple[Model, str]]:
    """The model and every model inside it, once each, in the order of the fields."""
    yield model, name
    seen = {model}
    for field, info in model.model_fields.items():
        inner = _inner(info.annotation)
        if inner is not None:
            prefix = "" if model in (Case, Company) else f"{name}."
            for found, title in _blocks(inner, f"{prefix}{field}"):
                if found not in seen:
                    seen.add(found)
                    yield found, title


def _inner(annotation: Any) -> Model | None:
    """The model held by an annotation such as `Plan | None` or `tuple[Invoice, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner(part))), None)


def _meanings(models: dict[Model, str]) -> Meanings:
    meanings: Meanings = yaml.safe_load(FIELDS.read_text(encoding="utf-8"))
    written = {(model, field) for model, fields in meanings.items() for field in fields or ()}
    actual = {(model.__name__, field) for model in models for field in model.model_fields}
    faults = [f"{FIELDS.name}: {model}.{field} : à décrire" for model, field in sorted(actual - written)]
    faults += [
        f"{FIELDS.name}: {model}.{field} : n'existe pas dans generator/case.py"
        for model, field in sorted(written - actual)
    ]
    if faults:
        raise InvalidInput(faults)
    return meanings


def _section(model: Model, name: str, meanings: Meanings, blocks: dict[Model, str], level: int = 2) -> str:
    heading = {Case: "Le fichier du dossier", Company: "À la racine"}.get(model, f"`{name}`")
    words, rows = meanings[model.__name__], []
    for field, info in model.model_fields.items():
        # `creancier` is written once, in entreprise.yml: a dossier may leave it out.
        star = "\\*" if info.is_required() and (model, field) != (Case, "creancier") else ""
        inner = _inner(info.annotation)
        example = f"[bloc](#{_anchor(blocks[inner])})" if inner else f"`{words[field]['exemple']}`"
        rows.append(f"| `{field}`{star} | {cell(_meaning(words[field], info))} | {example} |")
    return "\n".join(
        [f"{'#' * level} {heading} {{ #{_anchor(name)} }}\n", "| Champ | Sens | Exemple |\n|---|---|---|", *rows, ""]
    )


def _anchor(name: str) -> str:
    return "champs-" + name.lower().replace(" ", "-").replace(".", "-")


def _meaning(words: dict[str, str], info: FieldInfo) -> str:
    inner, sentence = _inner(info.annotation), words["sens"]
    choices = _choices(info.annotation)
    if choices:
        sentence += f" Au choix : {', '.join(f'`{choice}`' for choice in choices)}."
    if inner is None and not info.is_required() and info.default not in (None, ()):
        default = {True: "oui", False: "non"}.get(info.default, info.default)
        sentence += f" Par défaut : `{default}`."
    return sentence


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    return next((found for part in get_args(annotation) if (found := _choices(part))), ())
