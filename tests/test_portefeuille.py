"""Reading many dossiers: on one core or two, in order, and never stopped by a bad one."""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from generator.journal import journal_path
from generator.portfolio.agenda import agenda_json, build_agenda
from generator.portfolio.reading import read_all
from generator.portfolio.snapshot import Broken, Snapshot
from tests.conftest import day
from tests.outside import assert_french, impayes
from tests.portfolio_samples import CONSUMER, DEBTOR, FIRST, NOTICE, TOWN, company, dossier, invoice, sent, strategy

AU = day("2026-09-14")
COUNT = 200  # enough for a second process to be worth starting


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two hundred dossiers of all kinds, some with a journal, two to a debtor."""
    folder = company(tmp_path_factory.mktemp("p"), strategy(FIRST, NOTICE, regroupement="debiteur"))
    draw = random.Random(5)
    paths = []
    for number in range(COUNT):
        debtor: dict[str, Any] = {**draw.choice((DEBTOR, DEBTOR, CONSUMER, TOWN)), "nom": f"Client {number // 2}"}
        due = f"2026-{draw.randint(6, 10):02}-{draw.randint(1, 28):02}"
        more = {"paiements": [{"recu_le": "2026-09-01", "montant": "400.00"}]} if number % 7 == 0 else {}
        path = dossier(folder, invoice(due, f"{draw.randint(100, 900)}.00", f"F-{number}"), f"D-{number:03}", debiteur=debtor, **more)  # fmt: skip
        if number % 5 == 0:
            sent(path, "relance-1", "2026-09-10", niveau="premiere")
        paths.append(path)
    return paths


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_cores_change_nothing(many: list[Path], cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values in the order given, as if each dossier were alone."""
    alone = [next(iter(read_all([path], AU))) for path in many]
    assert all(isinstance(found, Snapshot) for found in alone)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert list(read_all(many, AU)) == alone
    assert list(read_all(many[::-1], AU)) == alone[::-1]


def test_the_agenda_is_the_same_whoever_reads(many: list[Path]) -> None:
    """Through the command, whatever the order of the files."""
    expected = agenda_json(build_agenda((next(iter(read_all([path], AU))) for path in many), AU))
    shuffled = random.Random(1).sample(many, COUNT)
    assert agenda_json(build_agenda(read_all(shuffled, AU), AU))["actions"] == expected["actions"]
    assert agenda_json(build_agenda(read_all(shuffled, AU), AU))["echeances"] == expected["echeances"]
    assert any(len(action["dossiers"]) == 2 for action in expected["actions"])
    result = impayes("agenda", many[0].parent, "--au", AU.isoformat(), "--json")
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("count", [3, COUNT])
def test_broken_ones_are_kept_apart(many: list[Path], tmp_path: Path, count: int) -> None:
    """Each with its sentence, at its place; the others are what they would have been."""
    folder = company(tmp_path, strategy(FIRST, NOTICE))
    good = [dossier(folder, invoice("2026-09-01"), f"D-{n:03}") for n in range(count)]
    unreadable = folder / "illisible.yml"
    unreadable.write_text("reference: [", encoding="utf-8")
    unknown = dossier(folder, invoice("2026-09-01"), "D-inconnue", strategie="molle")
    wrong = dossier(folder, invoice("2026-09-01", "mille euros"), "D-montant")
    altered = dossier(folder, invoice("2026-09-01"), "D-journal")
    sent(altered, "relance-1", "2026-09-04")
    journal_path(folder, "D-journal").write_text("", encoding="utf-8")
    absent = folder / "absent.yml"
    broken = {
        unreadable: "illisible.yml:", unknown: "« molle » absente de strategie.yml", wrong: "montant",
        altered: "D-journal.jsonl", absent: "absent.yml",
    }  # fmt: skip
    paths = [*broken, *good]
    random.Random(3).shuffle(paths)
    found = list(read_all(paths, AU))
    assert [item.fichier for item in found] == paths
    for item in found:
        if item.fichier in broken:
            assert isinstance(item, Broken)
            assert broken[item.fichier] in item.problemes[0]
            assert_french(item.problemes[0])
        else:
            assert isinstance(item, Snapshot)
            assert item.etapes[0].niveau == "premiere"


@pytest.mark.parametrize("count", [2, COUNT])
def test_two_dossiers_of_one_reference(tmp_path: Path, count: int) -> None:
    """Their journals would mix: the first in the order given is read, the others are told of."""
    folder = company(tmp_path, strategy(FIRST))
    paths = [dossier(folder, invoice("2026-09-01"), f"D-{n:03}") for n in range(count)]
    for name in ("copie.yml", "encore.yml"):
        (folder / name).write_text(paths[1].read_text(encoding="utf-8"), encoding="utf-8")
    copy, again = folder / "copie.yml", folder / "encore.yml"
    found = {item.fichier: item for item in read_all([*paths, copy, again], AU)}
    assert [path for path, item in found.items() if isinstance(item, Broken)] == [copy, again]
    for path in (copy, again):
        (sentence,) = found[path].problemes  # type: ignore[union-attr]
        assert sentence == f"{path.name}: reference : « D-001 » est déjà celle de D-001.yml : en changer"
    first = {item.fichier: item for item in read_all([copy, *paths], AU)}
    assert isinstance(first[copy], Snapshot)
    assert isinstance(first[paths[1]], Broken)


def test_nothing_to_read() -> None:
    """No dossier, no snapshot."""
    assert list(read_all([], AU)) == []


def test_a_strategy_changed_between_two_readings(tmp_path: Path) -> None:
    """What is kept in memory follows the file."""
    folder = company(tmp_path, strategy(FIRST))
    path = dossier(folder, invoice("2026-09-01"))
    assert _levels(path) == ["premiere"]
    company(folder, strategy(FIRST.replace("premiere", "autre")))
    os.utime(folder / "strategie.yml", ns=(1, 1))
    assert _levels(path) == ["autre"]
    (folder / "strategie.yml").unlink()
    assert _levels(path) == ["relance-1"]


def _levels(path: Path) -> list[str]:
    (found,) = read_all([path], AU)
    assert isinstance(found, Snapshot)
    return [step.niveau for step in found.etapes]


def test_another_company_s_file(tmp_path: Path) -> None:
    """`--entreprise` names the one whose strategy and journals are used."""
    here = company(tmp_path / "ici", strategy(FIRST))
    there = company(tmp_path / "autre", strategy(FIRST.replace("premiere", "autre")))
    path = dossier(here, invoice("2026-09-01"))
    assert _levels(path) == ["premiere"]
    (found,) = read_all([path], AU, there / "entreprise.yml")
    assert isinstance(found, Snapshot)
    assert found.etapes[0].niveau == "autre"
