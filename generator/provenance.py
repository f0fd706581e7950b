"""The trace written beside each letter: enough to recompute every figure and rebuild every byte."""

import hashlib
import json
from typing import Any

from generator import __version__
from generator.document import Document
from generator.law import Value
from generator.loading import LoadedCase
from generator.statement import Statement
from generator.statement_json import statement_json

SCHEMA = "impayes/trace/1"


def trace(
    loaded: LoadedCase, statement: Statement, document: Document, options: dict[str, str], name: str, content: bytes
) -> bytes:
    """The trace of one output as JSON: inputs by hash, letter by version, law by table entry, output by hash."""
    letter = document.letter
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "impayes": __version__,
        "au": statement.au.isoformat(),
        "options": options,
        "dossier": {"fichier": loaded.path.name, "reference": loaded.case.reference, "sha256": loaded.sha256},
        "lettre": {"id": letter.id, "version": letter.spec.version, "sha256": letter.sha256},
        "droit": [_entry(value) for value in statement.valeurs],
        "decompte": statement_json(statement),
        "fichier": {"nom": name, "sha256": hashlib.sha256(content).hexdigest()},
    }
    if document.pieces:
        data["pieces"] = [{"nom": p.nom, "sha256": hashlib.sha256(p.contenu).hexdigest()} for p in document.pieces]
    if loaded.journal_sha256 is not None:
        data["journal"] = {"derniere_ligne_sha256": loaded.journal_sha256}
    if loaded.company_path is not None:
        data["entreprise"] = {"fichier": loaded.company_path.name, "sha256": loaded.company_sha256}
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _entry(value: Value) -> dict[str, Any]:
    entry: dict[str, Any] = {"table": value.table}
    if value.cle:
        entry["cle"] = value.cle
    entry |= {"depuis": value.depuis.isoformat(), "valeur": str(value.valeur), "source": value.source.texte}
    return entry
