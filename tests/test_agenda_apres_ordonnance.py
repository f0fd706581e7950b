"""What the agenda says after an order to pay: a sentence that follows its state, dates with their texts, alarms."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from generator.money import plain_spaces
from tests.conftest import day
from tests.outside import assert_french, impayes
from tests.portfolio_samples import CONSUMER, DEBTOR, FIRST, NOTICE, SECOND, agenda, company, dossier, invoice, strategy

ORDER: dict[str, Any] = {"type": "ordonnance-injonction", "rendue_le": "2026-10-05", "interets": "legal"}
SERVED = {"signifiee_le": "2026-10-14", "signification": "personne"}
OPPOSED = {**SERVED, "opposition_le": "2026-11-10"}


def ordered(folder: Path, montant: str = "12000.00", **changes: Any) -> Path:
    """A dossier whose one invoice an order was made about; keyword arguments are fields of `decision`."""
    company(folder, strategy(FIRST, SECOND, NOTICE))
    return dossier(folder, invoice("2026-04-01", montant), decision={**ORDER, **changes})


def state(path: Path, au: str) -> str:
    """The one sentence that stops the reminders of a dossier with a title."""
    (stop,) = [s for s in agenda(path, "--au", au)["actions"][0]["arrets"] if s["code"] == "titre"]
    return plain_spaces(stop["phrase"])


def screen(path: Path, au: str, *options: object) -> list[str]:
    """The lines of « Dates à tenir »."""
    result = impayes("agenda", path, "--au", au, *options)
    assert result.exit_code == 0, result.output
    assert_french(result.output)
    text = plain_spaces(result.stdout)
    return text.split("Dates à tenir")[1].splitlines()[3:] if "Dates à tenir" in text else []


def codes(path: Path, au: str) -> dict[str, str]:
    """Code -> day of what a judge's decision brings."""
    judged = ("signifier", "opposition", "executer", "frais", "avocat")
    return {d["code"]: d["le"] for d in agenda(path, "--au", au)["echeances"] if d["code"].startswith(judged)}


# ---------------------------------------------------------------- the sentence follows the state


# The order of 20 June 2026: six months, so Sunday 20 December, carried over to Monday 21; nothing is
# served on a Sunday, so Saturday 19 is the careful day (CPC 1411, 641, 642, 664).
@pytest.mark.parametrize(
    ("au", "said"),
    [
        (
            "2026-12-19",
            "au plus tard le 19/12/2026 par prudence (le 21/12/2026 avec le report), sinon elle est non avenue",
        ),
        ("2026-12-20", "la faire signifier au plus tard le 21/12/2026, sinon elle est non avenue (CPC, art. 1411)"),
        ("2026-12-21", "la faire signifier au plus tard le 21/12/2026, sinon elle est non avenue (CPC, art. 1411)"),
        ("2026-12-22", "délai passé le 21/12/2026 : l'ordonnance est en principe non avenue (CPC, art. 1411)"),
    ],
)
def test_an_order_to_serve_then_void(tmp_path: Path, au: str, said: str) -> None:
    path = ordered(tmp_path, rendue_le="2026-06-20")
    assert said in state(path, au)
    assert ("faire signifier" in state(path, au)) == (au < "2026-12-22")
    assert ("signifier-ordonnance" in codes(path, au)) == (au < "2026-12-22")


def test_three_months_since_september(tmp_path: Path) -> None:
    """The order of 5 October 2026: until Tuesday 5 January 2027."""
    path = ordered(tmp_path)
    assert "au plus tard le 05/01/2027, sinon" in state(path, "2027-01-05")
    assert "délai passé le 05/01/2027" in state(path, "2027-01-06")


@pytest.mark.parametrize(("served", "void"), [("2027-01-05", False), ("2027-01-06", True)])
def test_an_order_served_on_the_last_day_or_the_next(tmp_path: Path, served: str, void: bool) -> None:
    """Too late, it opens no time for opposition and nothing to enforce."""
    path = ordered(tmp_path, signifiee_le=served, signification="personne")
    assert ("non avenue" in state(path, served)) == void
    assert ("corriger decision.signifiee_le, ou retirer decision du dossier" in state(path, served)) == void
    assert list(codes(path, served)) == (
        [] if void else ["opposition", "executer-ordonnance", "executer-dans-les-dix-ans"]
    )


# Served on Wednesday 14 October: opposition until Monday 16 November, enforcement from Tuesday 15 December on.
@pytest.mark.parametrize(
    ("au", "said"),
    [
        ("2026-10-13", "la faire signifier"),
        (
            "2026-10-14",
            "ordonnance signifiée le 14/10/2026 : le client peut former opposition jusqu'au 16/11/2026 (CPC",
        ),
        ("2026-11-16", "le client peut former opposition jusqu'au 16/11/2026 (CPC, art. 1416)"),
        (
            "2026-11-17",
            "sans avis d'opposition du greffe, l'exécution peut se poursuivre dès le 15/12/2026 (CPC, art. 1422)",
        ),
        ("2026-12-14", "l'exécution peut se poursuivre dès le 15/12/2026"),
        (
            "2026-12-15",
            "l'exécution peut se poursuivre depuis le 15/12/2026 (CPC, art. 1422) ; la faire exécuter au plus",
        ),
    ],
)
def test_a_served_order(tmp_path: Path, au: str, said: str) -> None:
    """Before its service it is still to be served: a day that has not come does not exist."""
    found = state(ordered(tmp_path, **SERVED), au)
    assert said in found
    assert ("faire signifier" in found) == (au < "2026-10-14")
    assert "decision." not in found


def test_enforceable_says_until_when(tmp_path: Path) -> None:
    """From the day the dossier says; ten years from the order, the nearer of two readings."""
    path = ordered(tmp_path, **SERVED, executoire_le="2026-12-17")
    assert "ordonnance exécutoire" not in state(path, "2026-12-16")
    assert state(path, "2026-12-17") == (
        "ordonnance exécutoire depuis le 17/12/2026 ; la faire exécuter au plus tard le 05/10/2036, par prudence "
        "(CPCE, art. L111-4)"
    )


@pytest.mark.parametrize(
    ("how", "asked"),
    [
        ({"signification": "personne"}, None),
        ({"signification": "autre"}, "car la signification n'a pas été faite à personne"),
        ({}, "si la signification n'a pas été faite à personne (à vérifier sur l'acte)"),
    ],
)
def test_a_service_that_did_not_reach_the_client(tmp_path: Path, how: dict[str, str], asked: str | None) -> None:
    """The field that would date the later end is named, until it is written."""
    path = ordered(tmp_path, signifiee_le="2026-10-14", **how)
    found = state(path, "2026-12-20")
    assert ("pour dater ce délai, écrire decision.premier_acte_le" in found) == (asked is not None)
    assert asked is None or asked in found
    dated = ordered(tmp_path, signifiee_le="2026-10-14", signification="autre", premier_acte_le="2026-12-16")
    assert "premier_acte_le" not in state(dated, "2026-12-20")
    assert codes(dated, "2026-12-20")["opposition-tardive"] == "2027-01-18"  # the 16th is a Saturday


# ---------------------------------------------------------------- opposition


@pytest.mark.parametrize(
    ("opposed", "said", "left_out"),
    [
        ("2026-11-16", "l'ordonnance ne s'exécute pas en attendant (CPC, art. 1422)", "formée après"),
        ("2026-11-17", "formée après le 16/11/2026, elle n'arrête pas, en principe, l'exécution", "ne s'exécute pas"),
    ],
)
def test_only_an_opposition_in_time_stops_enforcement(tmp_path: Path, opposed: str, said: str, left_out: str) -> None:
    """CPC 1422, first paragraph: the opposition formed within the month."""
    path = ordered(tmp_path, signifiee_le="2026-10-14", signification="autre", opposition_le=opposed)
    found = state(path, opposed)
    assert f"opposition formée le {opposed[8:]}/11/2026 : le tribunal juge l'affaire" in found
    assert said in found
    assert left_out not in found
    assert "faire signifier" not in found
    eve = (day(opposed) - dt.timedelta(days=1)).isoformat()
    assert "opposition formée" not in state(path, eve)


def test_an_opposition_to_an_order_whose_service_is_unknown(tmp_path: Path) -> None:
    """Neither in time nor late: the act is asked for, and nobody is told to serve."""
    path = ordered(tmp_path, opposition_le="2026-11-10")
    assert "écrire decision.signifiee_le : l'acte de signification se produit à l'audience" in state(path, "2027-03-01")
    assert "signifier-ordonnance" not in codes(path, "2026-11-10")


def test_an_opposition_to_an_order_served_too_late(tmp_path: Path) -> None:
    path = ordered(tmp_path, signifiee_le="2027-01-06", opposition_le="2027-01-20")
    assert "signifiée le 06/01/2027, délai passé le 05/01/2027 : elle est en principe non avenue" in state(
        path, "2027-01-20"
    )


def test_the_fees_of_an_opposition(tmp_path: Path) -> None:
    """Fifteen days from the invitation of 16 November; without it, the field to write; after it, to be checked."""
    court = {**OPPOSED, "juridiction": "tribunal de commerce de Tours"}
    unknown = ordered(tmp_path, **court)
    assert (
        "consigner les frais d'opposition (tribunal de commerce), sinon la demande tombe (elle est caduque) ; pour dater ce "
        "délai, écrire decision.invitation_greffe_le (invitation du greffe)"
    ) in state(unknown, "2026-11-22")
    assert codes(unknown, "2026-11-22") == {}
    saturday = ordered(tmp_path, **court, invitation_greffe_le="2026-11-13")
    twice = "frais d'opposition (tribunal de commerce) au plus tard le 28/11/2026 par prudence (le 30/11/2026 avec le report), sinon"
    assert twice in state(saturday, "2026-11-28")
    assert "(tribunal de commerce) au plus tard le 30/11/2026, sinon" in state(saturday, "2026-11-29")
    assert "délai passé le 30/11/2026 : à vérifier" in state(saturday, "2026-12-01")
    path = ordered(tmp_path, **court, invitation_greffe_le="2026-11-16")
    assert "consigner les frais d'opposition (tribunal de commerce) au plus tard le 01/12/2026, sinon" in state(
        path, "2026-12-01"
    )
    assert codes(path, "2026-12-01") == {"frais-opposition": "2026-12-01"}
    assert "délai passé le 01/12/2026 : à vérifier" in state(path, "2026-12-02")
    assert codes(path, "2026-12-02") == {}


@pytest.mark.parametrize(("montant", "lawyer"), [("10000.00", False), ("10000.01", True)])
def test_a_lawyer_after_an_opposition(tmp_path: Path, montant: str, lawyer: bool) -> None:
    """Without one, the case ends and the order is void (CPC 1419)."""
    path = ordered(
        tmp_path, montant, **OPPOSED, juridiction="tribunal judiciaire de Tours", avis_opposition_le="2026-11-16"
    )
    found = [d for d in agenda(path, "--au", "2026-11-22")["echeances"] if d["code"] == "avocat-apres-opposition"]
    assert [(d["le"], d["sinon"]) for d in found] == (
        [("2026-12-01", "l'instance s'éteint et l'ordonnance est non avenue")] if lawyer else []
    )
    assert all("cpc-1419" in d["articles"] for d in found)


def test_a_lawyer_by_a_day_off(tmp_path: Path) -> None:
    """Fifteen days from Friday 13 November: Saturday 28, or Monday 30 once carried over."""
    path = ordered(tmp_path, **OPPOSED, juridiction="tribunal judiciaire de Tours", avis_opposition_le="2026-11-13")
    assert "au plus tard le 28/11/2026 par prudence (le 30/11/2026 avec le report), sinon l'instance" in state(
        path, "2026-11-28"
    )
    assert "au plus tard le 30/11/2026, sinon l'instance" in state(path, "2026-11-29")


@pytest.mark.parametrize(
    ("debtor", "more", "told"),
    [
        (DEBTOR, {}, True),
        (DEBTOR | {"commercant": True}, {}, True),
        (DEBTOR | {"commercant": False}, {}, False),
        (CONSUMER, {}, False),
        (CONSUMER, {"juridiction": "tribunal de commerce de Tours"}, True),
        (CONSUMER, {"invitation_greffe_le": "2026-11-16"}, True),
    ],
)
def test_who_pays_the_fees_of_a_tribunal_de_commerce(
    tmp_path: Path, debtor: dict[str, Any], more: dict[str, str], told: bool
) -> None:
    """CPC 1425 is of that court only: not for who is no trader, unless the dossier shows that it sits."""
    company(tmp_path, strategy(FIRST, SECOND, NOTICE))
    path = dossier(tmp_path, invoice("2026-04-01", "3450.00"), debiteur=debtor, decision={**ORDER, **OPPOSED, **more})
    assert ("consigner les frais d'opposition" in state(path, "2026-11-22")) == told
    assert "prendre un avocat" not in state(path, "2026-11-22")


# ---------------------------------------------------------------- dates, whatever the horizon


def test_the_next_court_date_is_shown_however_far(tmp_path: Path) -> None:
    """Forty-four days away, beyond the fourteen of the horizon; the dates after it wait their turn."""
    path = ordered(tmp_path)
    (line, *others) = [line for line in screen(path, "2026-11-22") if line]
    assert line.startswith("05/01/2027")
    assert line.endswith(
        "Dernier jour prudent pour faire signifier l'ordonnance du 05/10/2026, sinon l'ordonnance est non avenue "
        "(CPC, art. 1411)"
    )
    assert others == []
    served = ordered(tmp_path, **SERVED)
    assert [line[:10] for line in screen(served, "2026-10-20") if line] == ["16/11/2026"]
    assert [line[:10] for line in screen(served, "2026-11-16", "--horizon", 29) if line] == ["16/11/2026", "15/12/2026"]
    assert [line[:10] for line in screen(served, "2026-11-16", "--horizon", 28) if line] == ["16/11/2026"]
    assert [line[:10] for line in screen(served, "2026-11-17") if line] == ["15/12/2026"]


def test_ten_years_away_is_told_with_the_state(tmp_path: Path) -> None:
    """Not as a date to keep in each agenda until then; it is one when it comes within the horizon."""
    path = ordered(tmp_path, type="jugement", rendue_le="2026-09-15", signifiee_le="2026-10-14")
    assert screen(path, "2026-11-22") == []
    assert state(path, "2026-11-22").startswith("décision de justice du 15/09/2026, signifiée le 14/10/2026 ; la faire")
    assert codes(path, "2026-11-22") == {"executer-dans-les-dix-ans": "2036-09-15"}


TEXTS = {"jugement": "CPC, art. 478", "titre-l126": "CPCE, art. L126-4"}


def test_another_decision_is_to_be_served(tmp_path: Path) -> None:
    """A judgment, until its service is written; the day before it, reminders still go."""
    path = ordered(tmp_path, type="jugement")
    assert state(path, "2026-10-05").endswith("du 05/10/2026 : la faire signifier, puis exécuter, sans plus relancer")
    stops = agenda(path, "--au", "2026-10-04")["actions"][0]["arrets"]
    assert not [stop for stop in stops if stop["code"] == "titre"]


@pytest.mark.parametrize(
    ("served", "said", "rung"),
    [
        (
            {},
            "titre exécutoire du 05/10/2026 : le faire signifier, puis exécuter, sans plus relancer",
            {"signifier-titre": "2027-04-05"},
        ),
        (
            {"signifiee_le": "2026-10-20"},
            "titre exécutoire du 05/10/2026, signifié le 20/10/2026 : le faire exécuter, sans plus relancer",
            {},
        ),
    ],
)
def test_a_title_no_judge_made(tmp_path: Path, served: dict[str, str], said: str, rung: dict[str, str]) -> None:
    """It is not called a decision, and no period is given to enforce it; six months to serve it (CPCE L126-4)."""
    path = ordered(tmp_path, type="titre-l126", **served)
    assert state(path, "2026-11-22") == said
    assert codes(path, "2026-11-22") == rung


@pytest.mark.parametrize(
    ("kind", "check"),
    [("jugement", "à vérifier sur le jugement"), ("titre-l126", "à vérifier avec le commissaire de justice")],
)
def test_six_months_to_serve_another_title(tmp_path: Path, kind: str, check: str) -> None:
    """CPC 478 and CPCE L126-4, from 20 April 2026: to Tuesday 20 October. Nothing is concluded after it, but to check."""
    path = ordered(tmp_path, type=kind, rendue_le="2026-04-20")
    assert check not in state(path, "2026-10-20")
    assert f"délai pour signifier passé le 20/10/2026 ({TEXTS[kind]})" in state(path, "2026-10-21")
    assert state(path, "2026-10-21").endswith(check)
    served = {day: state(ordered(tmp_path, type=kind, rendue_le="2026-04-20", signifiee_le=day), "2026-11-22")
              for day in ("2026-10-20", "2026-10-21")}  # fmt: skip
    assert [check in said for said in served.values()] == [False, True]


def test_after_a_decision_no_letter_is_proposed(tmp_path: Path) -> None:
    """The statement sends to the agenda from the day of the order on; the eve, to a letter."""
    path = ordered(tmp_path)
    assert "Étape suivante : impayes agenda" in plain_spaces(impayes("decompte", path, "--au", "2026-10-05").stderr)
    assert "Étape suivante : impayes lettre" in plain_spaces(impayes("decompte", path, "--au", "2026-10-04").stderr)
    assert "impayes lettre" not in impayes("agenda", path, "--au", "2026-10-05").output


# ---------------------------------------------------------------- the calendar


def events(path: Path, au: str) -> dict[str, Any]:
    """First words of the summary -> event."""
    target = path.parent / "a.ics"
    result = impayes("agenda", path, "--au", au, "--ics", target, "--ecraser")
    assert result.exit_code == 0, result.output
    found = Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    return {plain_spaces(str(event["summary"])).split(" : ")[0]: event for event in found}


def rings(event: Any) -> list[int]:
    """How many days before."""
    return [-alarm["trigger"].dt.days for alarm in event.walk("VALARM")]


def test_the_calendar_of_an_order_to_serve(tmp_path: Path) -> None:
    """What to do, what happens otherwise, the texts; a month and a week before."""
    found = events(ordered(tmp_path), "2026-11-22")
    event = found["Dernier jour prudent pour faire signifier l'ordonnance du 05/10/2026"]
    assert event["dtstart"].dt == dt.date(2027, 1, 5)
    assert plain_spaces(str(event["description"])) == (
        "Faire signifier l'ordonnance. Sinon, l'ordonnance est non avenue. "
        "Textes : CPC, art. 1411, CPC, art. 641 et CPC, art. 642."
    )
    assert rings(event) == [30, 7]


def test_the_calendar_of_a_served_order(tmp_path: Path) -> None:
    """The end of a wait rings on its day; the ten years, which are prudent, say that they are to be confirmed."""
    found = events(ordered(tmp_path, **SERVED), "2026-10-20")
    assert rings(found["Fin du délai d'opposition ouvert par la signification"]) == [0]
    enforce = found["Sans avis d'opposition du greffe, l'exécution de l'ordonnance peut se poursuivre"]
    assert rings(enforce) == [0]
    assert "CPC, art. 1422" in enforce["description"]
    assert "à faire confirmer" not in enforce["description"]
    last = found["Dernier jour prudent pour faire exécuter la décision"]
    assert rings(last) == [30, 7]
    assert str(last["description"]).endswith("Règle à faire confirmer.")
    assert "Sinon, elle ne peut en principe plus être exécutée." in last["description"]


def test_the_calendar_after_an_opposition(tmp_path: Path) -> None:
    """Fifteen days are short: a week before, then the eve."""
    path = ordered(tmp_path, **OPPOSED, juridiction="tribunal de commerce de Tours", invitation_greffe_le="2026-11-16")
    event = events(path, "2026-11-22")["Dernier jour prudent pour consigner les frais d'opposition au greffe"]
    assert rings(event) == [7, 1]
    assert "Sinon, la demande tombe (elle est caduque)." in event["description"]


def test_a_void_order_leaves_the_calendar(tmp_path: Path) -> None:
    """On the last day it is there, carried over; the day after, nothing of the order is."""
    path = ordered(tmp_path, rendue_le="2026-06-20")
    assert "Dernier jour pour faire signifier l'ordonnance du 20/06/2026" in events(path, "2026-12-21")
    assert not [name for name in events(path, "2026-12-22") if "ordonnance" in name or "décision" in name]


def test_other_days_say_nothing_more(tmp_path: Path) -> None:
    """A promise has no article: no description, no alarm."""
    company(tmp_path, strategy(FIRST))
    path = dossier(tmp_path, invoice("2026-09-01"), promesses=[{"recue_le": "2026-09-01", "payer_le": "2026-09-21"}])
    event = events(path, "2026-09-07")["Paiement promis"]
    assert "description" not in event
    assert rings(event) == []
