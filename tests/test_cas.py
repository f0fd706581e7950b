"""Every worked case of `tests/cas`, exact to the cent: amounts, lines, formulas, articles, warnings."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.errors import InvalidInput
from generator.law import Law
from generator.loading import load_case
from generator.money import plain_spaces
from generator.statement import Statement, build_statement
from generator.statement_json import statement_json
from tests.conftest import ROOT, day

CASES = sorted((ROOT / "tests" / "cas").glob("*.yml"))


def _load(path: Path, tmp_path: Path, law: Law) -> tuple[dict[str, Any], Statement]:
    worked = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    file = tmp_path / "dossier.yml"
    file.write_text(yaml.safe_dump(worked["dossier"], allow_unicode=True), encoding="utf-8")
    return worked, build_statement(load_case(file).case, law, day(worked["au"]))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_case(path: Path, tmp_path: Path, law: Law) -> None:
    """The figures expected by whoever wrote the case are the figures computed."""
    text = path.read_text(encoding="utf-8")
    if "\nrefus:" in text:
        refus = yaml.load(text, Loader=yaml.BaseLoader)["refus"]
        with pytest.raises(InvalidInput) as caught:
            _load(path, tmp_path, law)
        assert refus in plain_spaces(str(caught.value))
        return

    worked, statement = _load(path, tmp_path, law)
    expected, actual = worked["attendu"], statement_json(statement)

    assert actual["totaux"] == {**actual["totaux"], **expected["totaux"]}
    by_number = {invoice["numero"]: invoice for invoice in actual["factures"]}
    for number, figures in expected.get("factures", {}).items():
        found = {name: str(by_number[number][name]) for name in figures}
        assert found == figures, number
    if "lignes" in expected:
        assert [_line(line) for line in actual["lignes"]] == [_line(line) for line in expected["lignes"]]
    codes = {notice["code"] for notice in actual["avertissements"]}
    assert set(expected.get("avertissements_presents", ())) <= codes
    assert not set(expected.get("avertissements_absents", ())) & codes


def _line(line: dict[str, Any]) -> dict[str, Any]:
    names = ("facture", "du", "au", "base", "taux", "montant", "formule")
    return {
        **{name: plain_spaces(line[name]) for name in names},
        "jours": int(line["jours"]),
        "articles": set(line["articles"]),
    }


def test_the_cases_are_there() -> None:
    """A glob that finds nothing would pass everything."""
    assert len(CASES) > 100
