"""What the screens show is French with its accents, whatever the files name without them."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from generator.journal import ACTIONS, AnyChannel, Event, append_event, journal_path
from generator.letters import find_letters
from generator.loading import load_case
from generator.portfolio import labels
from generator.portfolio.strategy import load_strategy
from generator.resources import builtin, package_file
from tests.outside import AU, impayes, write

LETTERS = find_letters((builtin("letters"),))
LADDERS = load_strategy(package_file("intake/gabarits/strategie.yml")).strategies.values()
LEVELS = sorted({level.niveau for ladder in LADDERS for level in ladder.niveaux})


def words(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(re.findall(r"[^\W\d_]+", text.lower()))


# Titles, purposes and sentences are written by hand, with their accents.
WRITTEN = words(
    " ".join(f"{x.spec.titre} {x.spec.resume} {' '.join(r.phrase for r in x.spec.refuse_si)}" for x in LETTERS)
)


@pytest.mark.parametrize("name", [*(letter.id for letter in LETTERS), *LEVELS, "decision", "attente"])
def test_names_in_words(name: str) -> None:
    """Each word shown is one that a French sentence of ours holds; the name can still be told from it."""
    shown = labels.level_name(name)

    assert words(shown) - {"décision", "attente", "duplicata", "export", "script"} <= WRITTEN
    assert "-" not in shown
    assert len(shown) == len(name)


def test_a_level_of_the_companys_own() -> None:
    """Shown as it is written, but for its hyphens."""
    assert labels.level_name("rappel-de-Claire") == "rappel de Claire"


def test_every_kind_of_event_has_its_word() -> None:
    """A new kind of event or channel cannot be forgotten."""
    assert set(labels.ACTIONS) == set(ACTIONS)
    assert set(labels.CHANNELS) == set(get_args(AnyChannel))


def test_the_journal_on_screen(tmp_path: Path) -> None:
    """Events and means in words; the JSON keeps the names of the file."""
    path = write(tmp_path)
    journal = journal_path(path.parent, load_case(path).case.reference)
    for action, channel in (("preparation", None), ("reception", None), ("reponse", "telephone"), ("depot", None)):
        append_event(journal, Event.model_validate({"le": "2026-11-20", "action": action, "canal": channel}))
    shown = impayes("journal", "voir", path).stdout
    rows = [line.split()[2:] for line in shown.splitlines() if "20/11/2026" in line]

    assert rows == [["préparation"], ["réception"], ["réponse", "téléphone"], ["dépôt"]]
    found = json.loads(impayes("journal", "voir", path, "--json").stdout)["evenements"]
    assert [event["action"] for event in found] == ["preparation", "reception", "reponse", "depot"]


def test_the_sample_company_on_screen() -> None:
    """The agenda and the dashboard name their steps and levels in words."""
    folder = builtin("examples") / "portefeuille"
    agenda, board = (impayes(command, folder, "--au", AU).stdout for command in ("agenda", "tableau"))

    assert re.search(r"  avant échéance \(courriel\)  ", agenda)
    assert re.search(r"  décision  ", agenda)
    assert re.search(r"  appel  ", agenda)
    assert re.search(r"^Réponse à contestation +1", board, re.MULTILINE)
    assert re.search(r"^Avant échéance +3", board, re.MULTILINE)
    for name in ("decision", "avant-echeance (", "reponse-a-contestation (", "appel (appel)"):
        assert name not in agenda
