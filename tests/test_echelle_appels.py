"""Calls between the letters of a ladder: noted, forgotten, too early, one after the other."""

from pathlib import Path

import pytest

from tests.portfolio_samples import (
    CALL,
    FIRST,
    LATER,
    SECOND,
    WARNING,
    before,
    company,
    dossier,
    invoice,
    note,
    says,
    sent,
    step,
    strategy,
)


def test_a_call_in_between(tmp_path: Path) -> None:
    """It does not wait for the answer to the letter; nobody notes it, the next letter goes without it."""
    company(tmp_path, strategy(FIRST, CALL, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    assert says(path, "2026-09-07")[0] == "premiere", "a call never stands for a letter not sent"
    sent(path, "relance-1", "2026-09-04", niveau="premiere", reponse_avant_le="2026-09-14")
    assert says(path, "2026-09-06") == ("appel", "2026-09-07", "a-venir")
    assert says(path, "2026-09-07") == ("appel", "2026-09-07", "a-valider")
    assert says(path, "2026-09-14") == ("appel", "2026-09-07", "a-valider")
    assert says(path, "2026-09-15") == ("seconde", "2026-09-15", "a-faire")
    assert step(path, "2026-09-15").remarques == ("appel « appel » non noté",)


@pytest.mark.parametrize(
    ("noted", "counts"), [("2026-09-03", False), ("2026-09-04", True), ("2026-09-07", True), ("2026-09-14", True)]
)
def test_a_call_noted(tmp_path: Path, noted: str, counts: bool) -> None:
    """Once noted it is done and the next letter keeps its day; a call before the letter was another one."""
    company(tmp_path, strategy(FIRST, CALL, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="premiere")
    note(path, "appel", noted, canal="telephone")
    expected = ("seconde", "2026-09-15", "a-venir") if counts else ("appel", "2026-09-07", "a-valider")
    assert says(path, "2026-09-14") == expected
    assert (step(path, "2026-09-15").remarques == ()) == counts


def test_a_call_after_a_late_letter(tmp_path: Path) -> None:
    """The strategy's own three days after the letter, and still before the next one, itself pushed away."""
    company(tmp_path, strategy(FIRST, CALL, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-11", niveau="premiere")
    assert says(path, "2026-09-13") == ("appel", "2026-09-14", "a-venir")
    assert says(path, "2026-09-14") == ("appel", "2026-09-14", "a-valider")
    assert says(path, "2026-09-21") == ("appel", "2026-09-14", "a-valider")
    assert says(path, "2026-09-22") == ("seconde", "2026-09-22", "a-faire")


def test_after_a_call_the_next_level_counts_from_it(tmp_path: Path) -> None:
    """« précédente + 5 » is five days after the call, noted or not, not after the letter before it."""
    company(tmp_path, strategy(FIRST, CALL.replace("échéance + 6", "précédente + 10"), SECOND.replace("+ 12", "+ 5")))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="premiere")
    assert says(path, "2026-09-14") == ("appel", "2026-09-14", "a-valider")
    assert says(path, "2026-09-18") == ("appel", "2026-09-14", "a-valider")
    assert says(path, "2026-09-21") == ("seconde", "2026-09-21", "a-valider")
    note(path, "appel", "2026-09-17")
    assert says(path, "2026-09-21") == ("seconde", "2026-09-22", "a-venir")
    assert says(path, "2026-09-22") == ("seconde", "2026-09-22", "a-valider")


def test_a_call_does_not_shorten_the_answer(tmp_path: Path) -> None:
    """The twelve days of the letter before it still hold: until Saturday 19, that is Monday 21."""
    company(
        tmp_path, strategy(FIRST.replace("validation: non", "delai_reponse_jours: 12"), CALL, LATER.replace("14", "16"))
    )
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-07", niveau="premiere")
    note(path, "appel", "2026-09-10")
    assert says(path, "2026-09-21") == ("seconde", "2026-09-22", "a-venir")
    assert says(path, "2026-09-22") == ("seconde", "2026-09-22", "a-faire")


def test_a_call_is_not_taken_by_a_level_that_is_skipped(tmp_path: Path) -> None:
    """Two levels by telephone, the first for larger debts: the call noted is the second one's."""
    large = CALL.replace("appel", "grand-appel").replace("telephone", "telephone, montant_minimum: 5000")
    company(tmp_path, strategy(FIRST, large, CALL.replace("+ 6", "+ 8"), LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="premiere")
    assert says(path, "2026-09-09") == ("appel", "2026-09-09", "a-valider")
    note(path, "appel", "2026-09-09")
    assert says(path, "2026-09-09") == ("seconde", "2026-09-15", "a-venir")


def test_one_call_is_not_two(tmp_path: Path) -> None:
    """Two levels by telephone in a row need two calls."""
    again = CALL.replace("appel", "rappel").replace("+ 6", "+ 9")
    company(tmp_path, strategy(FIRST, CALL, again, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="premiere")
    note(path, "appel", "2026-09-07")
    assert says(path, "2026-09-10") == ("rappel", "2026-09-10", "a-valider")
    note(path, "appel", "2026-09-10")
    assert says(path, "2026-09-10") == ("seconde", "2026-09-15", "a-venir")


def test_a_call_after_a_skipped_level(tmp_path: Path) -> None:
    """A warning that was too late, a letter under its least amount: the call noted after them is still this one."""
    company(tmp_path, strategy(WARNING, FIRST.replace("validation: non", "montant_minimum: 5000"), CALL, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    assert says(path, "2026-09-07") == ("appel", "2026-09-07", "a-valider")
    note(path, "appel", "2026-09-07")
    assert says(path, "2026-09-07") == ("seconde", "2026-09-15", "a-venir")
    assert "appel" not in " ".join(step(path, "2026-09-15").remarques)


def test_the_call_of_the_shipped_strategies(tmp_path: Path) -> None:
    """Each one is asked for before the letter that follows it."""
    company(tmp_path)
    for name, letter_on, call_on in (
        ("ferme", "2026-09-02", "2026-09-04"),
        ("standard", "2026-09-02", "2026-09-09"),
        ("douce", "2026-09-07", "2026-09-17"),
    ):
        path = dossier(tmp_path, invoice("2026-09-01"), f"D-{name}", strategie=name)
        sent(path, "relance-1", letter_on, niveau="relance-1", reponse_avant_le="2026-09-10")
        assert says(path, before(call_on)) == ("appel", call_on, "a-venir")
        assert says(path, call_on) == ("appel", call_on, "a-valider")
