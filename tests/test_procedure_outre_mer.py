"""A court overseas and a creditor elsewhere: act within two months, barred only after four; and what the agenda rings for."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from generator.checklists import load_checklist, tick
from generator.cli import cli
from generator.export.checklist_pdf import checklist_html
from generator.money import plain_spaces
from generator.pipeline import read
from generator.portfolio.deadlines import case_deadlines
from generator.portfolio.stops import case_stops
from generator.portfolio.taking import take
from tests.claim_samples import JUDGE, TRUSTEE, dossier
from tests.conftest import day
from tests.test_declaration import data, limit, told


def overseas(tmp_path: Path, **changes: Any) -> Path:
    """A creditor of Tours, a debtor of La Réunion; published on 20 October 2026."""
    return dossier(tmp_path, debtor_code="97400", **changes)


def rung(path: Path, au: str) -> dict[str, dt.date]:
    """The days that count, by code."""
    loaded, statement = read(path, day(au))
    return {one.code: one.le for one in case_deadlines(loaded.case, statement, loaded.law, ())}


def planned(path: Path, au: str) -> tuple[str, tuple[str, ...]]:
    """Its only next step and what the agenda remarks of it."""
    (step,) = take(path, day(au)).snapshot.etapes
    return step.niveau, step.remarques


@pytest.mark.parametrize(
    ("au", "prudent", "longest", "barred", "said", "unsaid"),
    [
        ("2026-12-04", "ouvert", "ouvert", False, "par prudence : au plus tard le 20/12/2026, il reste 16 jours", "URGENT"),
        ("2026-12-05", "court", "ouvert", False, "URGENT : il reste 15 jours pour envoyer", "TROP TARD"),
        ("2026-12-20", "court", "ouvert", False, "URGENT : dernier jour aujourd'hui", "TROP TARD"),
        ("2026-12-21", "passe", "ouvert", False, "URGENT : le délai ordinaire est passé", "TROP TARD"),
        ("2027-02-20", "passe", "court", False, "jusqu'au 20/02/2027, que si le tribunal siège à La Réunion", "TROP TARD"),
        ("2027-02-21", "passe", "passe", True, "TROP TARD pour déclarer", "URGENT"),
    ],
)  # fmt: skip
def test_act_within_two_months_barred_after_four(
    tmp_path: Path, au: str, prudent: str, longest: str, barred: bool, said: str, unsaid: str
) -> None:
    """Both sides of the two months and of the four."""
    path = overseas(tmp_path)
    found = data(path, au=au)
    text = told(path, "--simulation", au=au)

    assert limit(found, "declarer-par-prudence")["etat"] == prudent
    assert limit(found, "declarer")["etat"] == longest
    assert found["hors_delai"] is barred
    assert said in text
    assert unsaid not in text


@pytest.mark.parametrize(("au", "code"), [("2027-02-20", 0), ("2027-02-21", 4)])
def test_the_letter_leaves_until_the_fourth_month(tmp_path: Path, au: str, code: int) -> None:
    """Exit 4 only once barred in the longest reading; between two and four months the letter says why it is in time."""
    path = overseas(tmp_path)
    result = CliRunner().invoke(cli, ["lettre", str(path), "declaration-de-creance", "--au", au, "--format", "txt"])

    assert result.exit_code == code, result.output
    if code == 0:
        (letter,) = path.parent.rglob("*declaration-de-creance*.txt")
        text = " ".join(plain_spaces(letter.read_text(encoding="utf-8")).split())
        assert "s’achève le 20 février 2027, car nous ne demeurons pas à La Réunion" in text


COURT = "    tribunal: tribunal de commerce de Paris\n"


@pytest.mark.parametrize("proceedings", ["", COURT])
@pytest.mark.parametrize(
    ("debtor_code", "au", "said"),
    [
        ("37000", "2026-12-20", "s’achève le 20 décembre 2026 (C."),
        ("97400", "2026-12-20", "s’achève le 20 décembre 2026 (C."),
        ("97400", "2026-12-21", "s’achève le 20 février 2027, car nous ne demeurons pas à La Réunion (C."),
    ],
)
def test_the_letter_tells_the_time_no_seat_can_shorten(
    tmp_path: Path, proceedings: str, debtor_code: str, au: str, said: str
) -> None:
    """The seat of the court decides (R622-24, al. 3), not the debtor's home: the two months until they are past."""
    path = dossier(tmp_path, debtor_code=debtor_code, proceedings=proceedings)
    result = CliRunner().invoke(cli, ["lettre", str(path), "declaration-de-creance", "--au", au, "--format", "txt"])
    assert result.exit_code == 0, result.output
    (letter,) = path.parent.rglob("*declaration-de-creance*.txt")
    text = " ".join(plain_spaces(letter.read_text(encoding="utf-8")).split())
    assert f"Cette déclaration est envoyée dans le délai, qui {said}" in text


@pytest.mark.parametrize(
    ("creditor", "debtor", "where"),
    [("37000", "97400", "à La Réunion"), ("97400", "37000", "en France métropolitaine")],
)
def test_the_agenda_says_what_the_later_day_depends_on(tmp_path: Path, creditor: str, debtor: str, where: str) -> None:
    """The two months until their last day; then to send today, and the seat of the court."""
    path = dossier(tmp_path, creditor_code=creditor, debtor_code=debtor)
    later = f"délai ordinaire passé le 20/12/2026 : envoyer aujourd'hui ; au plus tard le 20/02/2027 si le tribunal siège {where}"
    for au, said in (("2026-12-20", "avant le 20/12/2026"), ("2026-12-21", later), ("2027-02-20", later)):
        assert planned(path, au) == ("declaration-de-creance", (said,))


@pytest.mark.parametrize(
    ("au", "found"),
    [
        ("2026-12-20", ("declaration-de-creance", ("avant le 20/12/2026",))),
        ("2026-12-21", ("releve-de-forclusion", ("avant le 20/04/2027",))),
        ("2027-04-20", ("releve-de-forclusion", ("avant le 20/04/2027",))),
        ("2027-04-21", ("attente", ())),
    ],
)
def test_the_agenda_dates_the_claim_then_the_request(
    tmp_path: Path, au: str, found: tuple[str, tuple[str, ...]]
) -> None:
    """Two months to declare (R622-24), six to be excused (L622-26), from 20 October 2026; then nothing is to be sent."""
    assert planned(dossier(tmp_path), au) == found


@pytest.mark.parametrize(
    ("au", "said"),
    [
        ("2026-12-20", "ne plus relancer, déclarer la créance"),
        ("2026-12-21", "ne plus relancer ; délai pour déclarer passé, relevé de forclusion à demander avant le 20/04/2027"),
        ("2027-04-20", "ne plus relancer ; délai pour déclarer passé, relevé de forclusion à demander avant le 20/04/2027"),
        ("2027-04-21", "ne plus relancer ; délais pour déclarer et pour être relevé passés"),
    ],
)  # fmt: skip
def test_what_stops_the_reminders_follows_the_days(tmp_path: Path, au: str, said: str) -> None:
    """Never to declare a claim that is barred."""
    loaded, statement = read(dossier(tmp_path), day(au))
    (stop,) = [s for s in case_stops(loaded.case, statement, loaded.law, ()) if s.code == "procedure-collective"]
    assert stop.phrase == f"procédure collective ouverte le 12/10/2026 : {said}"


def test_without_the_publication_the_claim_is_still_to_declare(tmp_path: Path) -> None:
    """However late the day: nothing says that the time is over."""
    path = dossier(tmp_path, published=None)
    loaded, statement = read(path, day("2028-01-03"))
    assert case_stops(loaded.case, statement, loaded.law, ())[0].phrase.endswith(
        "ne plus relancer, déclarer la créance"
    )
    assert planned(path, "2028-01-03") == ("declaration-de-creance", ())


@pytest.mark.parametrize(
    ("creditor", "debtor", "doubt"),
    [("37000", "37000", False), ("97400", "97410", False), ("37000", "97400", True), ("97400", "37000", True)],
)
def test_no_doubt_without_a_sea_between(tmp_path: Path, creditor: str, debtor: str, doubt: bool) -> None:
    """The prudent day exists only when the reading depends on where the court sits."""
    path = dossier(tmp_path, creditor_code=creditor, debtor_code=debtor)
    codes = [one["code"] for one in data(path)["delais"]]
    assert ("declarer-par-prudence" in codes) == doubt
    assert ("declarer-par-prudence" in rung(path, "2026-11-21")) == doubt


def test_the_agenda_rings_for_both_days(tmp_path: Path) -> None:
    """The prudent day leaves once past, the last one stays."""
    path = overseas(tmp_path)
    before, between = rung(path, "2026-12-20"), rung(path, "2026-12-21")
    assert before["declarer-par-prudence"] == day("2026-12-20")
    assert before["declarer-la-creance"] == between["declarer-la-creance"] == day("2027-02-20")
    assert "declarer-par-prudence" not in between


def test_declared_between_the_two_is_in_time(tmp_path: Path) -> None:
    """20 February is in time, 21 February is late."""
    for declared, late in (("2027-02-20", False), ("2027-02-21", True)):
        path = overseas(tmp_path, proceedings=f"    declaree_le: {declared}\n")
        assert data(path, au="2027-03-01")["hors_delai"] is late


@pytest.mark.parametrize(
    ("au", "said"), [("2026-12-20", "avant le 20/12/2026 par prudence"), ("2026-12-21", "sans attendre")]
)
def test_what_is_said_elsewhere_follows(tmp_path: Path, au: str, said: str) -> None:
    """The décompte and the limitation say the prudent day until it is past, then to hurry; never that it is too late."""
    path = overseas(tmp_path)
    for command in ("decompte", "prescription"):
        result = CliRunner().invoke(cli, [command, str(path), "--au", au])
        text = " ".join(plain_spaces(result.output).split())
        assert said in text, command
        assert "20/02/2027 si le tribunal" in text or "20/02/2027, 4 mois après" in text
        assert "relevé de forclusion" not in text


# ---------------------------------------------------------------- VAT


def liquidation(folder: Path, kind: str = "liquidation") -> Path:
    """Opened on 12 October 2026: the VAT until the end of 2028."""
    folder.mkdir(exist_ok=True)
    return dossier(folder, kind=kind)


def test_the_agenda_knows_the_day_for_the_vat(tmp_path: Path) -> None:
    """31 December of the second year, an alert six months before; nothing without a liquidation."""
    found = rung(liquidation(tmp_path / "a"), "2026-11-21")
    assert (found["recuperer-tva"], found["recuperer-tva-alerte"]) == (day("2028-12-31"), day("2028-06-30"))
    assert not [code for code in rung(liquidation(tmp_path / "b", "sauvegarde"), "2026-11-21") if "tva" in code]


@pytest.mark.parametrize(("au", "shown"), [("2028-06-29", False), ("2028-06-30", True)])
def test_the_vat_shows_six_months_before_whatever_the_horizon(tmp_path: Path, au: str, shown: bool) -> None:
    """Both sides of the six months, with the shortest horizon."""
    path = liquidation(tmp_path)
    result = CliRunner().invoke(cli, ["agenda", str(path), "--au", au, "--horizon", "1"])
    assert result.exit_code == 0, result.output
    assert ("Récupérer la TVA sur une déclaration" in plain_spaces(result.stdout)) == shown


def test_the_calendar_rings_for_the_vat(tmp_path: Path) -> None:
    """Two alarms on the last day, one on the day of the alert; the texts are told."""
    path, ics = liquidation(tmp_path), tmp_path / "a.ics"
    assert CliRunner().invoke(cli, ["agenda", str(path), "--au", "2026-11-21", "--ics", str(ics)]).exit_code == 0
    events = [e for e in Calendar.from_ical(ics.read_bytes()).walk("VEVENT") if "TVA" in str(e["summary"])]
    rings = {str(event.decoded("dtstart")): len(event.walk("VALARM")) for event in events}
    assert rings == {"2028-06-30": 1, "2028-12-31": 2}
    assert all("CGI" in str(event["description"]) for event in events)


# ---------------------------------------------------------------- what else is said


@pytest.mark.parametrize(
    ("field", "answer"), [("", None), ("    juridiction_saisie: tribunal de commerce de Tours\n", True)]
)
def test_a_trial_is_asked_about(tmp_path: Path, field: str, answer: bool | None) -> None:
    """R622-23 3°: the court seised is named in the claim."""
    found = data(dossier(tmp_path, proceedings=field))
    (question,) = [one for one in found["questions"] if one["code"] == "proces-en-cours"]
    assert question["reponse"] is answer


def test_the_letter_announces_the_pieces_of_the_dossier_only(tmp_path: Path) -> None:
    """A delivery note it knows is named; without one, none is announced; a secret one is not named."""
    path = dossier(tmp_path)
    command = ["lettre", str(path), "declaration-de-creance", "--au", "2026-11-21", "--format", "txt", "--ecraser"]

    def announced() -> str:
        result = CliRunner().invoke(cli, command)
        assert result.exit_code == 0, result.output
        (letter,) = path.parent.rglob("*declaration-de-creance*.txt")
        return plain_spaces(letter.read_text(encoding="utf-8")).split("Pièces jointes")[1]

    assert "livraison" not in announced()
    pieces = (
        "pieces:\n  - {fichier: bl.pdf, titre: Bon de livraison BL-7, nature: livraison}\n"
        "  - {fichier: note.pdf, titre: Note interne, ne_pas_communiquer: oui}\n"
    )
    dossier(tmp_path, extra=pieces)
    said = announced()
    assert "Bon de livraison BL-7" in said
    assert "Note interne" not in said


@pytest.mark.parametrize(
    ("declared", "said"),
    [("2027-03-01", "part ce jour au mandataire judiciaire"), ("2027-02-26", "est partie au mandataire judiciaire le 26 février 2027")],
)  # fmt: skip
def test_a_request_never_says_gone_what_leaves_today(tmp_path: Path, declared: str, said: str) -> None:
    """The claim of the same day leaves with the request; an earlier one has gone."""
    why = f"    motif_du_retard: oubli du débiteur\n    declaree_le: {declared}\n"
    path = dossier(tmp_path, proceedings=why, tiers=TRUSTEE + JUDGE)
    result = CliRunner().invoke(
        cli, ["lettre", str(path), "releve-de-forclusion", "--au", "2027-03-01", "--format", "txt"]
    )
    assert result.exit_code == 0, result.output
    (letter,) = path.parent.rglob("*releve-de-forclusion*.txt")
    assert f"Notre déclaration {said}" in " ".join(plain_spaces(letter.read_text(encoding="utf-8")).split())


def test_the_checklist_says_in_words_what_is_done(tmp_path: Path) -> None:
    """A viewer that draws every box empty still shows what the dossier proves, and nothing more."""
    loaded, statement = read(dossier(tmp_path), day("2026-11-21"))
    checklist = load_checklist("procedure-collective")
    state = tick(checklist, loaded.case, statement, loaded.law)
    html = checklist_html(checklist, state, loaded.law)
    items = html.split("<li>")[1:]
    assert [not one.ouvert for one in state] == ["– fait" in item for item in items]
    assert any(one.ouvert for one in state)
    assert not all(one.ouvert for one in state)
