"""The ladder of reminders: which level comes next, on which day, about which invoices."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from generator.calendar_fr import next_working_day
from generator.money import plain_spaces
from tests.conftest import day
from tests.portfolio_samples import (
    BARE,
    FIRST,
    LAST,
    LATER,
    NOTICE,
    SECOND,
    WARNING,
    after,
    before,
    company,
    dossier,
    invoice,
    note,
    says,
    sent,
    snapshot,
    step,
    steps,
    strategy,
)


@pytest.mark.parametrize(
    ("moment", "due", "planned"),
    [
        ("échéance + 3 jours", "2026-09-01", "2026-09-04"),  # a Friday
        ("échéance + 4 jours", "2026-09-01", "2026-09-07"),  # Saturday -> Monday
        ("échéance + 5 jours", "2026-09-01", "2026-09-07"),  # Sunday -> Monday
        ("échéance + 13 jours", "2026-07-01", "2026-07-15"),  # 14 July, a Tuesday
        ("échéance + 10 jours", "2026-11-01", "2026-11-12"),  # 11 November, a Wednesday
        ("échéance + 24 jours", "2026-12-01", "2026-12-28"),  # 25 December, a Friday, then a weekend
        ("échéance + 1 jour", "2026-09-01", "2026-09-02"),
        ("fin de mois + 2 jours", "2026-09-10", "2026-10-02"),
        ("fin de mois + 3 jours", "2026-09-10", "2026-10-05"),  # Saturday -> Monday
        ("fin de mois + 1 jour", "2026-09-30", "2026-10-01"),
        ("fin de mois", "2026-10-12", "2026-11-02"),  # Saturday 31 October -> Monday
        ("fin de mois + 14 jours", "2026-06-05", "2026-07-15"),
    ],
)
def test_a_level_counted_from_the_due_date(tmp_path: Path, moment: str, due: str, planned: str) -> None:
    """Still to come the day before, to be sent the day itself and as long as it has not left."""
    company(tmp_path, strategy(FIRST.replace("échéance + 3 jours", moment)))
    path = dossier(tmp_path, invoice(due))
    assert says(path, before(planned)) == ("premiere", planned, "a-venir")
    assert says(path, planned) == ("premiere", planned, "a-faire")
    assert says(path, day(planned) + dt.timedelta(days=2)) == ("premiere", planned, "a-faire")


@pytest.mark.parametrize(
    ("moment", "due", "planned"),
    [
        ("échéance - 7 jours", "2026-09-15", "2026-09-08"),
        ("échéance - 7 jours", "2026-07-21", "2026-07-13"),  # 14 July -> the day before, not after
        ("échéance - 5 jours", "2026-11-16", "2026-11-10"),  # 11 November
        ("échéance - 2 jours", "2026-09-07", "2026-09-04"),  # Saturday -> Friday
        ("échéance - 1 jour", "2026-12-28", "2026-12-24"),  # Sunday, Saturday, 25 December
        ("échéance", "2026-09-08", "2026-09-08"),
        ("fin de mois - 5 jours", "2026-09-29", "2026-09-25"),
    ],
)
def test_a_warning_before_the_due_date(tmp_path: Path, moment: str, due: str, planned: str) -> None:
    """It may go until the due date itself, and never after."""
    warning = WARNING.replace("échéance - 7 jours", moment)
    company(tmp_path, strategy(warning, FIRST.replace("échéance + 3", "échéance + 9")))
    path = dossier(tmp_path, invoice(due))
    assert says(path, before(planned)) == ("avant", planned, "a-venir")
    assert says(path, planned) == ("avant", planned, "a-faire")
    assert says(path, due) == ("avant", planned, "a-faire")
    first = next_working_day(day(due) + dt.timedelta(days=9)).isoformat()
    assert says(path, after(due)) == ("premiere", first, "a-venir")


def test_a_warning_that_could_only_come_too_late(tmp_path: Path) -> None:
    """A due date on a Saturday has no working day of its own: nothing is announced that will not be sent."""
    company(tmp_path, strategy(WARNING.replace("échéance - 7 jours", "échéance"), FIRST))
    path = dossier(tmp_path, invoice("2026-09-05"))
    for au in ("2026-09-01", "2026-09-05", "2026-09-06", "2026-09-07"):
        assert says(path, au) == ("premiere", "2026-09-08", "a-venir")


def test_nothing_is_said_of_an_invoice_not_yet_issued(tmp_path: Path) -> None:
    """The dossier may hold it already."""
    company(tmp_path, strategy(WARNING, FIRST))
    path = dossier(tmp_path, invoice("2026-09-15", emise_le="2026-09-01"))
    assert steps(path, "2026-08-31") == ()
    assert says(path, "2026-09-01")[0] == "avant"


@pytest.mark.parametrize(
    ("due", "left", "planned"),
    [
        ("2026-09-01", "2026-09-04", "2026-09-16"),
        ("2026-09-01", "2026-09-07", "2026-09-21"),  # Saturday -> Monday
        ("2026-09-01", "2026-09-08", "2026-09-21"),  # Sunday -> Monday
        ("2026-06-29", "2026-07-02", "2026-07-15"),  # 14 July
        ("2026-10-23", "2026-10-30", "2026-11-12"),  # 11 November
    ],
)
def test_a_level_counted_from_the_one_before(tmp_path: Path, due: str, left: str, planned: str) -> None:
    """From the day the level before really left."""
    company(tmp_path, strategy(FIRST, SECOND))
    path = dossier(tmp_path, invoice(due))
    sent(path, "relance-1", left, niveau="premiere")
    assert says(path, before(planned)) == ("seconde", planned, "a-venir")
    assert says(path, planned) == ("seconde", planned, "a-valider")


@pytest.mark.parametrize(
    ("left", "more", "planned"),
    [
        ("2026-09-04", {}, "2026-09-15"),  # on time: the strategy's own day
        ("2026-09-07", {}, "2026-09-16"),  # an answer until the 15th
        ("2026-09-11", {}, "2026-09-22"),  # until Saturday 19, that is Monday 21
        ("2026-09-21", {}, "2026-09-30"),
        ("2026-09-04", {"reponse_avant_le": "2026-10-05"}, "2026-10-06"),  # the day its letter printed
        ("2026-09-04", {"reponse_avant_le": "2026-10-09"}, "2026-10-12"),
    ],
)
def test_a_late_letter_pushes_the_next_one(tmp_path: Path, left: str, more: dict[str, Any], planned: str) -> None:
    """As far as the time it left to answer, and no further."""
    company(tmp_path, strategy(FIRST, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", left, niveau="premiere", **more)
    assert says(path, before(planned)) == ("seconde", planned, "a-venir")
    assert says(path, planned) == ("seconde", planned, "a-faire")


def test_the_level_s_own_answer_delay(tmp_path: Path) -> None:
    """Twelve days instead of the letter's eight: until Saturday 19, that is Monday 21."""
    company(
        tmp_path, strategy(FIRST.replace("validation: non", "delai_reponse_jours: 12"), LATER.replace("+ 14", "+ 16"))
    )
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-07", niveau="premiere")
    assert says(path, "2026-09-21") == ("seconde", "2026-09-22", "a-venir")
    assert says(path, "2026-09-22") == ("seconde", "2026-09-22", "a-faire")


def test_a_letter_of_the_case_is_waited_for_too(tmp_path: Path) -> None:
    """What was written after a broken promise leaves five days: nothing before they are over."""
    company(tmp_path, strategy(FIRST, LATER))
    path = dossier(tmp_path, invoice("2026-09-01"), promesses=[{"recue_le": "2026-09-07", "payer_le": "2026-09-14"}])
    sent(path, "relance-1", "2026-09-04", niveau="premiere")
    assert says(path, "2026-09-15") == ("relance-promesse", "2026-09-15", "a-valider")
    sent(path, "relance-promesse", "2026-09-15", reponse_avant_le="2026-09-21")
    assert says(path, "2026-09-21") == ("seconde", "2026-09-22", "a-venir")
    assert says(path, "2026-09-22") == ("seconde", "2026-09-22", "a-faire")


@pytest.mark.parametrize(("owed", "level"), [("499.99", "seconde"), ("500.00", "premiere"), ("500.01", "premiere")])
def test_the_least_amount(tmp_path: Path, owed: str, level: str) -> None:
    """Just under, the level is skipped and the agenda says so; equal, it goes."""
    company(tmp_path, strategy(FIRST.replace("validation: non", "montant_minimum: 500"), LATER))
    path = dossier(tmp_path, invoice("2026-09-01", owed))
    found = step(path, "2026-09-15")
    assert found.niveau == level
    said = tuple(map(plain_spaces, found.remarques))
    assert said == (("niveau « premiere » sauté : 499,99 €, sous 500,00 €",) if level == "seconde" else ())


def test_the_least_amount_looks_at_what_is_left(tmp_path: Path) -> None:
    """A payment brings it under; a second invoice past due brings it back above."""
    company(tmp_path, strategy(FIRST.replace("validation: non", "montant_minimum: 500"), LATER))
    factures = [invoice("2026-09-01", "600.00"), invoice("2026-09-10", "100.00", "F-2")]
    payment = {"recu_le": "2026-09-03", "montant": "150.00", "facture": "F-1"}
    path = dossier(tmp_path, factures, paiements=[payment], conditions=BARE)
    assert step(path, "2026-09-02").niveau == "premiere"
    assert step(path, "2026-09-04").niveau == "seconde"
    assert step(path, "2026-09-10").niveau == "seconde"
    assert step(path, "2026-09-11").niveau == "premiere"


def test_a_skipped_level_still_counts_for_the_next(tmp_path: Path) -> None:
    """« précédente + 12 » after a level that was skipped starts from the day it would have gone."""
    company(tmp_path, strategy(FIRST.replace("validation: non", "montant_minimum: 5000"), SECOND))
    path = dossier(tmp_path, invoice("2026-09-01"))
    assert says(path, "2026-09-15") == ("seconde", "2026-09-16", "a-venir")
    assert says(path, "2026-09-16") == ("seconde", "2026-09-16", "a-valider")


def test_a_renamed_strategy(tmp_path: Path) -> None:
    """What left under a name the strategy no longer has counts by its letter; under a known name, by the name."""
    company(tmp_path, strategy(FIRST, SECOND, NOTICE))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="ancien-nom")
    assert says(path, "2026-09-05")[:2] == ("seconde", "2026-09-16")
    assert snapshot(path, "2026-09-05").niveau == "premiere"
    other = dossier(tmp_path, invoice("2026-09-01"), "D-2")
    sent(other, "relance-3", "2026-09-04", niveau="seconde")
    assert says(other, "2026-09-05")[0] == "demeure"


def test_a_level_done_is_never_done_again(tmp_path: Path) -> None:
    """Nor the ones below it, even if they never left."""
    company(tmp_path, strategy(FIRST, SECOND, NOTICE))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-2", "2026-09-16", niveau="seconde")
    assert says(path, "2026-09-16")[:2] == ("demeure", "2026-10-01")
    sent(path, "relance-1", "2026-09-17", niveau="premiere")
    assert says(path, "2026-10-01")[0] == "demeure"


@pytest.mark.parametrize(
    ("due", "expected"),
    [("2026-09-30", ("dernier", "2026-10-19")), ("2026-10-01", ("premiere", "2026-10-05"))],
)
def test_a_mise_en_demeure_written_in_the_dossier_alone(tmp_path: Path, due: str, expected: tuple[str, str]) -> None:
    """It stands for its level, for what was past due when it left."""
    company(tmp_path, strategy(FIRST, SECOND, NOTICE, LAST))
    path = dossier(tmp_path, invoice(due), mise_en_demeure={"envoyee_le": "2026-10-01"})
    assert says(path, "2026-10-02") == (*expected, "a-venir")
    assert says(path, expected[1])[2] in ("a-faire", "a-valider")


def test_a_mise_en_demeure_of_the_dossier_after_letters_of_the_journal(tmp_path: Path) -> None:
    """What follows counts from it, not from the older letter."""
    company(tmp_path, strategy(FIRST, SECOND, NOTICE, LAST))
    path = dossier(tmp_path, invoice("2026-09-01"), mise_en_demeure={"envoyee_le": "2026-10-01"})
    sent(path, "relance-1", "2026-09-04", niveau="premiere")
    assert says(path, "2026-09-30")[0] == "seconde"
    assert says(path, "2026-10-16") == ("dernier", "2026-10-19", "a-venir")
    assert says(path, "2026-10-19") == ("dernier", "2026-10-19", "a-valider")


def test_no_reminder_after_a_mise_en_demeure_the_ladder_does_not_know(tmp_path: Path) -> None:
    """A strategy of reminders alone, and a notice of one's own: the time of reminders is over."""
    company(tmp_path, strategy(FIRST, SECOND))
    path = dossier(tmp_path, invoice("2026-09-01"), mise_en_demeure={"envoyee_le": "2026-09-02"})
    assert says(path, "2026-09-01")[0] == "premiere"
    assert says(path, "2026-09-04") == ("decision", "2026-09-18", "a-venir")
    assert says(path, "2026-09-18")[0] == "derniere-lettre"


@pytest.mark.parametrize("journal", [True, False])
def test_the_end_of_the_ladder_is_a_decision(tmp_path: Path, journal: bool) -> None:
    """Once the last letter has had its time; what else the journal holds does not put it off."""
    company(tmp_path, strategy(FIRST))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="premiere", **({"reponse_avant_le": "2026-09-14"} if journal else {}))
    assert says(path, "2026-09-14") == ("decision", "2026-09-15", "a-venir")
    note(path, "note", "2026-09-14", note="Vu le gérant")
    found = step(path, "2026-09-15")
    assert (found.niveau, found.etat, found.lettre, found.factures) == ("decision", "a-valider", None, ("F-1",))
    assert says(path, "2026-10-15") == ("decision", "2026-09-15", "a-valider")


def test_the_decision_after_a_notice_of_the_dossier_waits_for_the_answer(tmp_path: Path) -> None:
    """Fifteen days from 1 October, a Friday: the next Monday, whether a journal was begun or not."""
    company(tmp_path, strategy(FIRST, NOTICE))
    path = dossier(tmp_path, invoice("2026-09-01"), mise_en_demeure={"envoyee_le": "2026-10-01"})
    assert says(path, "2026-10-02") == ("decision", "2026-10-19", "a-venir")
    note(path, "note", "2026-10-02", note="Vu le gérant")
    assert says(path, "2026-10-16") == ("decision", "2026-10-19", "a-venir")


def test_no_decision_before_the_due_date(tmp_path: Path) -> None:
    """A strategy that only warns has nothing to decide as long as the debt is not late."""
    company(tmp_path, strategy(WARNING))
    path = dossier(tmp_path, invoice("2026-09-15"))
    sent(path, "relance-avant-echeance", "2026-09-08", niveau="avant")
    assert says(path, "2026-09-15") == ("decision", "2026-09-16", "a-venir")
    assert says(path, "2026-09-16") == ("decision", "2026-09-16", "a-valider")
