"""The published JSON Schemas: fresh, and of the loader's opinion wherever a schema can have one."""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema.parsers.yaml import construct_yaml_implementation
from jsonschema import Draft202012Validator

from generator.errors import InvalidInput
from generator.letters import read_spec
from generator.loading import load_case, load_company
from generator.schema import FOLDER, build_schema
from tests.conftest import ROOT
from tests.outside import CREDITOR, DOSSIER, problems, write

NAMES = ("dossier", "entreprise", "lettre", "strategie", "taux")


@cache
def validator(name: str) -> Draft202012Validator:
    """The committed schema, ready."""
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def accepts(name: str, text: str) -> bool:
    """What an editor that only knows the schema says of a YAML file."""
    data = construct_yaml_implementation().load(text)
    return validator(name).is_valid(_dates_as_text(data))


def _dates_as_text(data: Any) -> Any:
    # JSON has no dates: check-jsonschema and editors compare them as text.
    if isinstance(data, dict):
        return {str(key): _dates_as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_dates_as_text(item) for item in data]
    return data.isoformat() if isinstance(data, dt.date) else data


@pytest.mark.parametrize("name", NAMES)
def test_committed_schemas_are_fresh(name: str) -> None:
    """A model that changes takes its schema along."""
    committed = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert committed == build_schema(name), "schéma périmé : lancer « python -m generator.schema »"


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_french_and_closed(name: str) -> None:
    """No English title of pydantic, no object that takes unknown keys, every reference resolved."""

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        if isinstance(node, dict):
            if "properties" in node:
                assert node.get("additionalProperties") is False, node
            if "$ref" in node:
                assert node["$ref"].removeprefix("#/$defs/") in build_schema(name)["$defs"]
            for key, value in node.items():
                assert key != "title" or isinstance(value, dict) or node is schema
                walk(value)

    schema = build_schema(name)
    assert schema["title"]
    walk(schema)


VALID = {
    "small": DOSSIER,
    "everything": DOSSIER.replace(
        "qualite: prof", "commercant: oui\n  contact: {nom: Mme A, civilite: Mme}\n  qualite: prof"
    )
    + "conditions: {taux_penalites: 12 %, imputation: principal, delai: 30 jours, secteur: transport}\n"
    "avoirs: [{numero: 12, emis_le: 2026-06-10, montant_ttc: 5, retroactif: true}]\n"
    'paiements: [{recu_le: 01/08/2026, montant: "1 200,50 €", facture: F-1}]\n'
    "promesses: [{recue_le: 2026-08-01, payer_le: 2026-08-15}]\n"
    "suspension: {jusqu_au: 2026-09-01, motif: congés}\n"
    "mise_en_demeure: {envoyee_le: 2026-09-02}\n"
    "plan: {montant: 10, echeances: [{le: 2026-12-01, montant: 10}], penalites: gelees, decheance_du_terme: false}\n",
    "inherited": "reference: 7\n" + DOSSIER.split("\n", 1)[1].replace(CREDITOR, ""),
    "partly inherited": DOSSIER.replace(CREDITOR, "creancier: {telephone: 02 47 00 12 34}\n"),
}
INVALID = {
    "unknown key": DOSSIER + "note: x\n",
    "unknown inner key": DOSSIER.replace("ville: Tours}\nfact", "ville: Tours, cedex: 1}\nfact"),
    "misspelt key": DOSSIER.replace("montant_ttc", "montant"),
    "missing reference": DOSSIER.split("\n", 1)[1],
    "missing qualite": DOSSIER.replace("  qualite: professionnel\n", ""),
    "missing address": DOSSIER.replace(", ville: Tours}\nfact", "}\nfact"),
    "missing amount": DOSSIER.replace("    montant_ttc: 1200.00\n", ""),
    "no invoice": DOSSIER.split("factures:")[0] + "factures: []\n",
    "wrong kind": DOSSIER.replace("professionnel", "entreprise"),
    "wrong enum": DOSSIER + "conditions: {imputation: capital}\n",
    "wrong waiver": DOSSIER + "conditions: {penalites: non}\n",
    "wrong sector": DOSSIER + "conditions: {secteur: fer}\n",
    "wrong title": DOSSIER.replace("qualite: prof", "contact: {nom: A, civilite: Dr}\n  qualite: prof"),
    "wrong date": DOSSIER.replace("2026-07-01", "juillet"),
    "wrong boolean": DOSSIER.replace("qualite: prof", "commercant: peut-être\n  qualite: prof"),
    "five lines": DOSSIER.replace("[12 rue des Lilas]", "[a, b, c, d, e]"),
    "text for a block": DOSSIER + "plan: demain\n",
    "text for a list": DOSSIER + "paiements: demain\n",
    "empty plan": DOSSIER + "plan: {montant: 10, echeances: []}\n",
    "list on top": "- a\n",
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_both_accept(tmp_path: Path, text: str) -> None:
    """A dossier that loads raises no red line in the editor."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    load_case(write(tmp_path, text=text))
    assert accepts("dossier", text), list(validator("dossier").iter_errors(construct_yaml_implementation().load(text)))


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_both_refuse(tmp_path: Path, text: str) -> None:
    """What the loader refuses for its shape, the editor underlines."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    assert problems(write(tmp_path, text=text))
    assert not accepts("dossier", text)


def test_company_file(tmp_path: Path) -> None:
    """The company's schema wants what the loader wants."""
    path = tmp_path / "entreprise.yml"
    for text, good in (
        (CREDITOR + "modeles: modeles\n", True),
        (CREDITOR + "apparence: {couleur: bleu}\n", False),
        (CREDITOR + "debiteur: {}\n", False),
        (CREDITOR.replace("  nom: Atelier Vasseur\n", ""), False),
        ("conditions: {delai: 30 jours}\n", False),
    ):
        path.write_text(text, encoding="utf-8")
        assert accepts("entreprise", text) == good
        if good:
            load_company(path)
        else:
            with pytest.raises(InvalidInput):
                load_company(path)


def test_examples_and_letters_follow_their_schemas() -> None:
    """Every YAML file of the repository that people copy is valid for its schema and its loader."""
    dossiers = sorted((ROOT / "examples" / "dossiers").glob("*.yml"))
    letters = sorted((ROOT / "letters").glob("*/letter.yml"))
    assert dossiers
    assert letters
    for path in dossiers:
        assert accepts("dossier", path.read_text(encoding="utf-8")), path.name
        load_case(path)
    assert accepts("entreprise", (ROOT / "examples" / "entreprise.yml").read_text(encoding="utf-8"))
    for path in letters:
        assert accepts("lettre", path.read_text(encoding="utf-8")), path.parent.name
        read_spec(path, (ROOT / "letters",))


def test_rates_file() -> None:
    """taux.yml: the two tables a company may complete."""
    entry = "  - {depuis: 2027-01-01, valeur: 2.4, source: {texte: BCE}}\n"
    assert accepts("taux", "refinancement-bce:\n" + entry)
    assert not accepts("taux", "refinancement:\n" + entry)
    assert not accepts("taux", "refinancement-bce:\n" + entry.replace(", source: {texte: BCE}", ""))
