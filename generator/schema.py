"""JSON Schemas of the files people write, made from the models so that editors and loader agree.

Committed in `generator/schemas/`; `python -m generator.schema` writes them again.
"""

import json
from pathlib import Path
from typing import Any

from generator.case import Case, Company
from generator.checklists import Checklist
from generator.fields import Block
from generator.letters import LetterSpec
from generator.portfolio.strategy import Strategy

FOLDER = Path(__file__).parent / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_MODELS: dict[str, tuple[type[Block], str]] = {
    "dossier": (Case, "Dossier d'impayé"),
    "entreprise": (Company, "Fiche de l'entreprise (entreprise.yml)"),
    "strategie": (Strategy, "Stratégie de relance (strategie.yml)"),
    "checklist": (Checklist, "Liste de contrôle (checklists/*.yml)"),
    "lettre": (LetterSpec, "Description d'une lettre (letter.yml)"),
}

_RATE_ENTRY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["depuis", "valeur", "source"],
    "properties": {
        "depuis": {"type": "string", "description": "Premier jour du semestre : AAAA-01-01 ou AAAA-07-01"},
        "cle": {"type": "string", "description": "Série, par exemple autres ou particuliers"},
        "valeur": {"type": ["string", "number"], "description": "Taux annuel, par exemple 2.65"},
        "confiance": {"enum": ["haute", "moyenne", "basse"]},
        "articles": {"type": "array", "items": {"type": "string"}},
        "note": {"type": "string"},
        "source": {
            "type": "object",
            "additionalProperties": False,
            "required": ["texte"],
            "properties": {"texte": {"type": "string"}, "url": {"type": "string"}, "publie_le": {"type": "string"}},
        },
    },
}


def build_schema(name: str) -> dict[str, Any]:
    """The schema called `dossier`, `entreprise`, `strategie`, `checklist`, `lettre` or `taux`; KeyError otherwise."""
    if name == "taux":
        tables = {table: {"type": "array", "items": _RATE_ENTRY} for table in ("refinancement-bce", "interet-legal")}
        return {
            "$schema": DRAFT, "title": "Taux ajoutés par l'entreprise (taux.yml)", "type": "object",
            "additionalProperties": False, "properties": tables,
        }  # fmt: skip
    model, title = _MODELS[name]
    schema = model.model_json_schema(mode="validation")
    if name == "dossier":
        _inherited(schema)
    if name == "lettre":
        _shared_refusals(schema)
    return {"$schema": DRAFT, **_clean(schema), "title": title}


def _inherited(schema: dict[str, Any]) -> None:
    """What `entreprise.yml` may give is not required of a dossier."""
    schema["required"] = [field for field in schema["required"] if field != "creancier"]
    schema["$defs"]["Creditor"].pop("required", None)
    schema["anyOf"] = [{"required": ["factures"]}, {"required": ["devis"]}]
    schema["properties"]["factures"]["minItems"] = 1


def _shared_refusals(schema: dict[str, Any]) -> None:
    """An item of `refuse_si` is a refusal, or the id of one that letters share."""
    by_id = {"type": "string", "description": "Nom d'un refus commun (_commun/refus.yml)"}
    field = schema["properties"]["refuse_si"]
    field["items"] = {"anyOf": [by_id, field["items"]]}


def _clean(node: Any) -> Any:
    """Drop English titles and docstrings, and nulls: an absent field is left out, not written `null`."""
    if isinstance(node, list):
        return [_clean(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:
        options = [option for option in node["anyOf"] if option != {"type": "null"}]
        if len(options) == 1:
            node = {**{k: v for k, v in node.items() if k != "anyOf"}, **options[0]}
    dropped = {"title"} if isinstance(node.get("title"), str) else set()
    if "properties" in node:
        dropped.add("description")  # a docstring of ours, in English; readers of the schema read French
    if "default" in node and (node["default"] is None or not isinstance(node["default"], str | bool | int)):
        dropped.add("default")
    return {key: _clean(value) for key, value in node.items() if key not in dropped}


def write_schemas() -> None:
    """Write every schema in the package."""
    for name in (*_MODELS, "taux"):
        text = json.dumps(build_schema(name), ensure_ascii=False, indent=2) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
