"""`impayes agenda`: the table, the JSON, the calendar file, what could not be read."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from generator.money import plain_spaces
from tests.outside import assert_french, impayes, refused
from tests.portfolio_samples import (
    ADDRESS,
    BARE,
    CONSUMER,
    DEBTOR,
    FIRST,
    LATER,
    NOTICE,
    agenda,
    company,
    dossier,
    invoice,
    note,
    sent,
    served,
    strategy,
)

AU = "2026-09-07"  # a Monday


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Six dossiers, one in each state."""
    folder = company(tmp_path, strategy(FIRST, LATER, NOTICE))
    dossier(folder, invoice("2026-09-01", "1000.00", "F-1"), "D-1", conditions=BARE)
    later = dossier(folder, invoice("2026-08-31", "250.50", "F-2"), "D-2", debiteur=CONSUMER)
    sent(later, "relance-1", "2026-09-03", niveau="premiere", reponse_avant_le="2026-09-11")
    served(dossier(folder, invoice("2026-07-01", "90.00", "F-3"), "D-3"), "2026-08-03", reponse_avant_le="2026-08-18")
    pause = {"jusqu_au": "2026-09-18", "motif": "Sinistre"}
    dossier(folder, invoice("2026-09-01", "70.00", "F-4"), "D-4", suspension=pause, conditions=BARE)
    made = dossier(folder, invoice("2026-09-02", "60.00", "F-5"), "D-5", conditions=BARE)
    note(made, "preparation", "2026-09-07", lettre="relance-1", niveau="premiere", factures=["F-5"])
    paid = [{"recu_le": "2026-09-02", "montant": "1000.00"}]
    dossier(folder, invoice("2026-09-01", numero="F-6"), "D-6", paiements=paid, conditions=BARE)
    return folder


def test_the_table(office: Path) -> None:
    """One heading a state, amounts in euros, the reason, what comes later than the horizon counted."""
    result = impayes("agenda", office, "--au", AU)
    assert result.exit_code == 0
    assert_french(result.output)
    text = plain_spaces(result.stdout)
    headings = [line for line in text.splitlines() if line.endswith(")") and "(1)" in line]
    assert headings == [
        "À envoyer (1)", "À décider ou à valider (1)", "Préparées, à confirmer une fois parties (1)", "Arrêtées (1)",
        "À venir (1)", "Dates à tenir (1)",
    ]  # fmt: skip
    rows = {line.split()[1]: line for line in text.splitlines() if line[:2].isdigit()}
    assert "04/09/2026  D-1" in rows["D-1"]
    assert rows["D-1"].endswith("premiere (courriel)  1 000,00 €  échue depuis 6 jours")
    assert "seconde (courriel)" in rows["D-2"]
    assert "Dernier avis" in rows["D-3"]
    assert "Fin de la pause" in text
    assert "relances suspendues jusqu'au 18/09/2026 : Sinistre" in text
    assert rows["D-5"].startswith("07/09/2026  D-5")
    assert "1 dossier sans action" in plain_spaces(result.stderr)
    assert "Étape suivante : impayes relancer" in plain_spaces(result.stderr)


@pytest.mark.parametrize(("horizon", "coming", "ends"), [(0, 0, 0), (6, 0, 0), (7, 1, 0), (10, 1, 0), (11, 1, 1)])
def test_the_horizon(office: Path, horizon: int, coming: int, ends: int) -> None:
    """The day itself is in; what is due already is always shown."""
    result = impayes("agenda", office, "--au", AU, "--horizon", horizon)
    assert ("À venir (1)" in result.stdout) == bool(coming)
    assert ("Dates à tenir (1)" in result.stdout) == bool(ends)
    assert ("1 action après le" in plain_spaces(result.stderr)) == (not coming)
    assert "À envoyer (1)" in result.stdout


def test_the_json(office: Path) -> None:
    """Everything, whatever the horizon: amounts as text, ISO dates, stable codes."""
    found = agenda(office, "--au", AU, "--horizon", 0)
    assert found["au"] == AU
    actions = {a["dossiers"][0]: a for a in found["actions"]}
    assert {name: a["etat"] for name, a in actions.items()} == {
        "D-1": "a-faire", "D-2": "a-venir", "D-3": "a-valider", "D-4": "bloquee", "D-5": "preparee",
    }  # fmt: skip
    assert actions["D-1"] == {
        "le": "2026-09-04", "etat": "a-faire", "dossiers": ["D-1"], "debiteur": DEBTOR["nom"], "niveau": "premiere",
        "lettre": "relance-1", "canal": "email", "factures": ["F-1"], "montant": "1000.00",
        "motif": "échue depuis 6 jours", "arrets": [], "remarques": [], "preparee_le": None,
    }  # fmt: skip
    assert actions["D-2"]["montant"] == "250.50", "no interest for a consumer before a mise en demeure"
    assert actions["D-4"]["arrets"][0]["jusqu_au"] == "2026-09-18"
    assert actions["D-5"]["preparee_le"] == "2026-09-07"
    assert [a["le"] for a in found["actions"]] == sorted(a["le"] for a in found["actions"])
    assert found["sans_action"] == [{"dossier": "D-6", "raisons": ["plus rien n'est dû"]}]
    assert found["erreurs"] == []
    dates = {(e["dossier"], e["code"]): e["le"] for e in found["echeances"]}
    assert dates["D-4", "fin-de-pause"] == "2026-09-18"
    assert dates["D-2", "prescription-F-2"] == "2028-08-01"
    assert not [key for key in dates if key[0] == "D-6"], "nothing counts once nothing is owed"


def test_the_order_of_files_changes_nothing(office: Path) -> None:
    """Files named one by one, in any order, or the folder."""
    files = sorted(office.glob("D-*.yml"))
    assert agenda(*reversed(files), "--au", AU)["actions"] == agenda(office, "--au", AU)["actions"]


def test_the_answer_of_a_formal_letter_is_a_date_to_keep(tmp_path: Path) -> None:
    """The one it printed; without a journal, the one usage leaves, moved to a working day."""
    company(tmp_path, strategy(FIRST, NOTICE))
    path = dossier(tmp_path, invoice("2026-08-03"))
    sent(path, "relance-1", "2026-08-06", niveau="premiere", canal="email", reponse_avant_le="2026-08-14")
    assert not [e for e in agenda(path, "--au", "2026-08-07")["echeances"] if e["code"].startswith("reponse")]
    served(path, "2026-08-24", reponse_avant_le="2026-09-08")
    wanted = {"le": "2026-09-08", "code": "reponse-2026-08-24"}
    for au, count in (("2026-09-08", 1), ("2026-09-09", 0)):
        found = [e for e in agenda(path, "--au", au)["echeances"] if e["code"].startswith("reponse")]
        assert len(found) == count
        assert all(wanted.items() <= e.items() for e in found)
    alone = dossier(tmp_path, invoice("2026-08-03"), "D-2", mise_en_demeure={"envoyee_le": "2026-08-28"})
    (found,) = [e for e in agenda(alone, "--au", AU)["echeances"] if e["code"].startswith("reponse")]
    assert found["le"] == "2026-09-14"  # fifteen days: Saturday 12


def test_the_dates_of_a_plan_and_a_promise(tmp_path: Path) -> None:
    """Instalments still owed, the end of a notice, a promise; each with its amount."""
    company(tmp_path, strategy(FIRST))
    plan = {
        "signe_le": "2026-08-10", "montant": "900.00",
        "echeances": [{"le": f"2026-{month}-15", "montant": "300.00"} for month in ("08", "09", "10")],
    }  # fmt: skip
    path = dossier(tmp_path, invoice("2026-08-03"), plan=plan)
    sent(path, "mise-en-demeure-plan", "2026-08-31", canal="lrar", etablit="plan.mise_en_demeure")
    promising = dossier(
        tmp_path, invoice("2026-08-03"), "D-2",
        promesses=[{"recue_le": "2026-09-01", "payer_le": "2026-09-09", "montant": "300"}],
    )  # fmt: skip
    found = [(e["le"], plain_spaces(e["phrase"])) for e in agenda(path, promising, "--au", AU)["echeances"]]
    assert found[:4] == [
        ("2026-09-09", "Paiement promis de 300,00 €"),
        ("2026-09-15", "Fin du délai laissé pour régler le versement manqué"),
        ("2026-09-15", "Versement du plan : 300,00 €"),
        ("2026-10-15", "Versement du plan : 300,00 €"),
    ]


def test_a_broken_dossier_is_told_after_the_others(office: Path) -> None:
    """Whatever is wrong with it; exit code 3, and the others are there."""
    (office / "D-4.yml").write_text("reference: D-4\nfactures: [", encoding="utf-8")
    dossier(office, invoice("2026-09-01"), "D-7", strategie="inconnue")
    (office / "D-8.yml").write_text((office / "D-1.yml").read_text(encoding="utf-8"), encoding="utf-8")
    result = impayes("agenda", office, "--au", AU)
    assert result.exit_code == 3
    assert "D-1" in result.stdout
    said = plain_spaces(result.stderr)
    assert "D-4.yml:3:1: " in said
    assert "D-7.yml : strategie : stratégie « inconnue » absente de strategie.yml (connues : essai)" in said
    assert "D-8.yml: reference : « D-1 » est déjà celle de D-1.yml : en changer" in said
    assert "3 dossiers illisibles, laissés de côté." in said
    assert_french(said)
    found = impayes("agenda", office, "--au", AU, "--json")
    assert found.exit_code == 3
    assert [Path(e["fichier"]).name for e in json.loads(found.stdout)["erreurs"]] == ["D-4.yml", "D-7.yml", "D-8.yml"]


def test_a_mistake_they_all_share_is_told_once(office: Path) -> None:
    """A strategy that cannot be read stops every dossier, and is one mistake."""
    (office / "strategie.yml").write_text(strategy(FIRST.replace("relance-1", "relance-11")), encoding="utf-8")
    said = refused(3, "agenda", office, "--au", AU)
    assert said.count("« relance-11 » : nom inconnu") == 1
    assert "6 dossiers en dépendent" in said


def test_no_dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence; an absent file is one that cannot be read."""
    monkeypatch.chdir(company(tmp_path))
    assert "aucun dossier" in refused(3, "agenda")
    assert "absent.yml" in refused(3, "agenda", "absent.yml", "--au", AU)
    refused(2, "agenda", "--horizon", "-1")


def test_the_current_folder(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments, the dossiers from here down; the company's other files are not dossiers."""
    monkeypatch.chdir(office)
    (office / "2025").mkdir()
    (office / "D-6.yml").rename(office / "2025" / "D-6.yml")
    found = agenda("--au", AU)
    assert len(found["actions"]) + len(found["sans_action"]) == 6


def calendar(folder: Path, au: str = AU, *arguments: object) -> list[Any]:
    """The events of `impayes agenda --ics`, read back."""
    target = folder / f"agenda-{au}.ics"
    result = impayes("agenda", folder, "--au", au, "--ics", target, "--ecraser", *arguments)
    assert result.exit_code == 0, result.output
    return list(Calendar.from_ical(target.read_bytes()).walk("VEVENT"))


def summaries(events: list[Any]) -> dict[str, dt.date]:
    """Summary -> day."""
    return {plain_spaces(str(event["summary"])): event["dtstart"].dt for event in events}


def test_the_calendar(office: Path) -> None:
    """All-day events for what is to be done and what is to be kept; nothing that is stopped or already made."""
    events = calendar(office)
    found = summaries(events)
    assert found["Premiere : Boulangerie Martin SARL (D-1), 1 000,00 €"] == dt.date(2026, 9, 7), "late: today"
    assert found["Seconde : D-2, 250,50 €"] == dt.date(2026, 9, 14)
    assert found["Fin de la pause des relances (Sinistre) : Boulangerie Martin SARL (D-4)"] == dt.date(2026, 9, 18)
    assert not [name for name in found if "D-6" in name]
    assert not [name for name in found if name.startswith("Premiere") and ("D-4" in name or "D-5" in name)]
    for event in events:
        assert (event["dtend"].dt - event["dtstart"].dt).days == 1
        assert type(event["dtstart"].dt) is dt.date
        assert event["dtstart"].dt >= dt.date(2026, 9, 7)
        assert_french(f"{event['summary']} {event.get('description', '')}")


def test_a_natural_person_is_named_by_reference_alone(tmp_path: Path) -> None:
    """Calendars are shared: neither the name nor why somebody was spared."""
    company(tmp_path, strategy(FIRST, NOTICE))
    pause = {"jusqu_au": "2026-09-18", "motif": "Hospitalisation de Mme Perrot-Élie"}
    dossier(tmp_path, invoice("2026-09-01"), debiteur=CONSUMER, suspension=pause)
    dossier(tmp_path, invoice("2026-09-01"), "D-2", debiteur=CONSUMER)
    served(tmp_path / "D-2.yml", "2026-09-03", "mise-en-demeure-particulier", reponse_avant_le="2026-09-18")
    events = calendar(tmp_path)
    text = (tmp_path / f"agenda-{AU}.ics").read_bytes().decode("utf-8").replace("\r\n ", "")
    assert "Perrot" not in text
    assert "Hospitalisation" not in text
    assert "Fin de la pause des relances : D-1" in summaries(events)
    assert "Hospitalisation" in impayes("agenda", tmp_path, "--au", AU).stdout, "on one's own screen it is told"


def test_events_keep_their_name(office: Path) -> None:
    """The same UID the next day, so that a calendar moves an event rather than doubling it; each has its own."""
    monday, tuesday = calendar(office), calendar(office, "2026-09-08")
    names = [str(event["uid"]) for event in monday]
    assert len(set(names)) == len(names) > 5
    assert {str(event["uid"]) for event in tuesday} == set(names)
    moved = {str(e["uid"]): e["dtstart"].dt for e in tuesday}
    first = next(e for e in monday if "(D-1)" in e["summary"] and "Premiere" in e["summary"])
    assert moved[str(first["uid"])] == dt.date(2026, 9, 8)


def test_an_event_keeps_its_name_when_an_invoice_joins(tmp_path: Path) -> None:
    """Whatever the order of the invoices in the dossier: the oldest names the event."""
    company(tmp_path, strategy(FIRST))
    dossier(tmp_path, [invoice("2026-09-07", numero="F-2"), invoice("2026-09-01")])
    monday, tuesday = calendar(tmp_path), calendar(tmp_path, "2026-09-08")
    assert "F-2" not in str([e["summary"] for e in monday if "Premiere" in e["summary"]])
    one, two = ([str(e["uid"]) for e in events if "Premiere" in e["summary"]] for events in (monday, tuesday))
    assert one == two


def test_the_same_bytes_twice(office: Path) -> None:
    """And a file that is there is not replaced without being asked."""
    calendar(office)
    once = (office / f"agenda-{AU}.ics").read_bytes()
    calendar(office)
    assert (office / f"agenda-{AU}.ics").read_bytes() == once
    (office / f"agenda-{AU}.ics").write_text("à moi", encoding="utf-8")
    assert "existe déjà" in refused(1, "agenda", office, "--au", AU, "--ics", office / f"agenda-{AU}.ics")


def test_lines_are_folded_and_accents_kept(tmp_path: Path) -> None:
    """At most 75 octets a line, never in the middle of a letter; commas and semicolons survive."""
    company(tmp_path, strategy(FIRST))
    name = "Fromagerie « Les Prés d'Émeraude », père & fils ; dépôt de Château-Renault, à l'œuvre"
    dossier(tmp_path, invoice("2026-09-01"), debiteur={**DEBTOR, "nom": name})
    events = calendar(tmp_path)
    data = (tmp_path / f"agenda-{AU}.ics").read_bytes()
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
    assert any(name in str(event["summary"]) for event in events)


def test_days_that_cannot_be_caught_up_ring_a_week_before(tmp_path: Path) -> None:
    """The limitation and the declaration of a claim; a promise does not ring."""
    company(tmp_path, strategy(FIRST))
    opened = {"type": "redressement", "jugement_le": "2026-08-20", "publication_bodacc_le": "2026-08-28"}
    dossier(
        tmp_path, invoice("2026-08-03"), debiteur={**DEBTOR, "procedure_collective": opened},
        tiers={"mandataire_judiciaire": {"nom": "SELARL Aubry", "adresse": ADDRESS}},
    )  # fmt: skip
    promise = {"recue_le": "2026-09-01", "payer_le": "2026-09-21"}
    dossier(tmp_path, invoice("2026-08-03"), "D-2", debiteur=CONSUMER, promesses=[promise])
    rings = {
        plain_spaces(str(event["summary"])): [alarm["trigger"].dt for alarm in event.walk("VALARM")]
        for event in calendar(tmp_path)
    }
    week = [dt.timedelta(days=-7)]
    assert rings["Dernier jour pour déclarer la créance au mandataire : Boulangerie Martin SARL (D-1)"] == week
    assert rings["Facture F-1 : dernier jour pour agir en justice, sauf cause d'interruption : D-2"] == week
    assert rings["Paiement promis : D-2"] == []
    days = summaries(calendar(tmp_path))
    assert days["Dernier jour pour déclarer la créance au mandataire : Boulangerie Martin SARL (D-1)"] == dt.date(
        2026, 10, 28
    )


def test_the_calendar_goes_with_json_and_with_broken_dossiers(office: Path) -> None:
    """Written all the same; the exit code tells."""
    (office / "D-4.yml").write_text("- rien\n", encoding="utf-8")
    target = office / "a.ics"
    result = impayes("agenda", office, "--au", AU, "--ics", target, "--json")
    assert result.exit_code == 3
    assert len(json.loads(result.stdout)["actions"]) == 4
    assert len(list(Calendar.from_ical(target.read_bytes()).walk("VEVENT"))) > 4
