"""What the journal adds to a dossier, and a dossier as it stood on an earlier day."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.history import case_on, complete
from generator.journal import Event, Journal, journal_path
from generator.loading import load_case
from generator.money import plain_spaces
from tests.conftest import day
from tests.outside import impayes, refused
from tests.portfolio_samples import (
    ADDRESS,
    CONSUMER,
    FIRST,
    NOTICE,
    agenda,
    company,
    dossier,
    invoice,
    note,
    sent,
    served,
    snapshot,
    step,
    steps,
    strategy,
)


def decompte(path: Path, au: str) -> dict[str, Any]:
    """`impayes decompte … --json`."""
    result = impayes("decompte", path, "--au", au, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def consumer(folder: Path, **changes: Any) -> Path:
    """1000 € due by a consumer on 31 August 2026: 2,75 % a year once a mise en demeure has left."""
    company(folder, strategy(FIRST, NOTICE))
    return dossier(folder, invoice("2026-08-31"), debiteur=CONSUMER, **changes)


def interest(path: Path, au: str) -> str:
    """The interest of the dossier on a day, by `decompte`, which `agenda` must confirm."""
    found = decompte(path, au)["totaux"]
    (view,) = snapshot(path, au).factures
    assert (str(view.penalites), str(view.solde)) == (found["penalites"], found["solde"])
    return str(found["penalites"])


def test_a_consumer_s_interest_starts_from_the_notice_of_the_journal(tmp_path: Path) -> None:
    """Nothing before; from the day after its sending: 1000 € x 2,75 % x 30 / 365 = 2,26."""
    path = consumer(tmp_path)
    assert interest(path, "2026-10-10") == "0.00"
    served(path, "2026-09-10", "mise-en-demeure-particulier")
    assert interest(path, "2026-09-10") == "0.00"
    assert interest(path, "2026-09-11") == "0.08"
    assert interest(path, "2026-10-10") == "2.26"
    (line,) = decompte(path, "2026-10-10")["lignes"]
    assert (line["du"], line["jours"], line["taux"]) == ("2026-09-11", 30, "2.75")


def test_a_letter_that_was_only_prepared_starts_nothing(tmp_path: Path) -> None:
    """Nor one sent by hand that establishes nothing."""
    path = consumer(tmp_path)
    note(path, "preparation", "2026-09-10", lettre="mise-en-demeure-particulier", etablit="mise_en_demeure")
    sent(path, "relance-1", "2026-09-10")
    assert interest(path, "2026-10-10") == "0.00"


def test_its_reception_noted_later_moves_the_start(tmp_path: Path) -> None:
    """26 days instead of 30: 1,96; before the reception, the statement is what it was."""
    path = consumer(tmp_path)
    served(path, "2026-09-10", "mise-en-demeure-particulier")
    assert interest(path, "2026-09-13") == "0.23"
    note(path, "reception", "2026-09-14", lettre="mise-en-demeure-particulier")
    assert interest(path, "2026-09-13") == "0.23"
    assert interest(path, "2026-09-14") == "0.00"
    assert interest(path, "2026-10-10") == "1.96"


def test_a_reception_told_with_the_sending(tmp_path: Path) -> None:
    """A postal slip entered in one go: each day is told what was known that day."""
    path = consumer(tmp_path)
    served(path, "2026-09-10", "mise-en-demeure-particulier", recu_le="2026-09-14")
    assert (interest(path, "2026-09-13"), interest(path, "2026-10-10")) == ("0.23", "1.96")


def test_the_reception_of_another_letter_moves_nothing(tmp_path: Path) -> None:
    """Only that of the notice counts."""
    path = consumer(tmp_path)
    served(path, "2026-09-10", "mise-en-demeure-particulier")
    note(path, "reception", "2026-09-14", lettre="relance-3")
    assert interest(path, "2026-10-10") == "2.26"


@pytest.mark.parametrize(
    ("dossier_says", "expected"),
    [
        ({"envoyee_le": "2026-09-05"}, "2.64"),  # the dossier's own is the first: 35 days
        ({"envoyee_le": "2026-09-20"}, "2.26"),  # the journal's is the first: 30 days
        ({"envoyee_le": "2026-09-10", "recue_le": "2026-09-15"}, "1.88"),  # the same: what is known of it, 25 days
        ({"envoyee_le": "2026-09-10"}, "2.26"),
    ],
)
def test_the_first_of_two_notices(tmp_path: Path, dossier_says: dict[str, str], expected: str) -> None:
    """Whether the dossier or the journal holds it."""
    path = consumer(tmp_path, mise_en_demeure=dossier_says)
    served(path, "2026-09-10", "mise-en-demeure-particulier")
    assert interest(path, "2026-10-10") == expected


def test_an_invoice_due_later_needs_its_own_notice(tmp_path: Path) -> None:
    """A notice is about what was past due when it left."""
    company(tmp_path, strategy(FIRST, NOTICE))
    factures = [invoice("2026-08-31"), invoice("2026-09-10", "1000.00", "F-2")]
    path = dossier(tmp_path, factures, debiteur=CONSUMER)
    served(path, "2026-09-10", "mise-en-demeure-particulier")
    found = [f["penalites"] for f in decompte(path, "2026-10-10")["factures"]]
    assert found == ["2.26", "0.00"]


def test_statement_letter_and_agenda_say_the_same(tmp_path: Path) -> None:
    """One sum, whoever asks: 1000 + 2,26 after a notice that the journal alone knows."""
    path = consumer(tmp_path)
    served(path, "2026-09-10", "mise-en-demeure-particulier", niveau="demeure", reponse_avant_le="2026-09-25")
    assert decompte(path, "2026-10-10")["totaux"]["solde"] == "1002.26"
    (action,) = [a for a in agenda(path, "--au", "2026-10-12")["actions"] if a["lettre"]]
    assert (action["lettre"], action["montant"]) == ("derniere-lettre", decompte(path, "2026-10-12")["totaux"]["solde"])
    result = impayes(
        "lettre", path, "derniere-lettre", "--au", "2026-10-10", "--format", "txt", "--sortie", tmp_path / "s"
    )
    assert result.exit_code == 0, result.output
    (letter,) = (tmp_path / "s").glob("*.txt")
    assert "1 002,26 €" in plain_spaces(letter.read_text(encoding="utf-8"))


def test_what_a_letter_gave_up_is_given_up_for_good(tmp_path: Path) -> None:
    """From the day it left, not before; a gesture that was only offered changes nothing."""
    company(tmp_path, strategy(FIRST))
    path = dossier(tmp_path, invoice("2026-08-31"))
    before = decompte(path, "2026-09-10")["totaux"]
    assert (before["penalites"], before["indemnites"]) == ("3.40", "40.00")
    sent(path, "relance-1", "2026-09-10", penalites="offrir", indemnite_forfaitaire="offrir")
    assert decompte(path, "2026-09-10")["totaux"] == before
    sent(path, "relance-2", "2026-09-11", indemnite_forfaitaire="abandonner")
    assert decompte(path, "2026-09-10")["totaux"] == before
    found = decompte(path, "2026-09-11")["totaux"]
    assert (found["penalites"], found["indemnites"]) == ("3.74", "0.00")


THIRD_PARTY = {"nom": "SELARL Aubry", "adresse": ADDRESS}
PLAN = {"montant": "1000.00", "echeances": [{"le": "2026-10-05", "montant": "1000.00"}]}
DISPUTE = {"depuis": "2026-09-02", "motif": "Colis abîmé", "montant": "400.00"}
OPENED = {"type": "liquidation", "jugement_le": "2026-09-03"}
PRO = {**CONSUMER, "nom": "Boulangerie Martin SARL", "qualite": "professionnel"}
DEAL = {
    "litige": "Colis abîmé", "montant": "800.00", "payer_le": "2026-10-01", "concession_debiteur": "Renonce",
    "concession_creancier": "Remise",
}  # fmt: skip


def facture(**dispute: Any) -> list[dict[str, Any]]:
    """The invoice, with what is said of its dispute."""
    more: dict[str, Any] = {"contestation": dispute} if dispute else {}
    return [invoice("2026-08-31", **more)]


# What the dossier says on 14 September, and what is added to it from the 15th on.
LATER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a promise": ({}, {"promesses": [{"recue_le": "2026-09-15", "payer_le": "2026-09-20"}]}),
    "a plan": ({}, {"plan": {**PLAN, "signe_le": "2026-09-15"}}),
    "a plan's signature": ({"plan": PLAN}, {"plan": {**PLAN, "signe_le": "2026-09-15"}}),
    "a plan's notice": (
        {"plan": {**PLAN, "signe_le": "2026-09-01"}},
        {"plan": {**PLAN, "signe_le": "2026-09-01", "mise_en_demeure": {"envoyee_le": "2026-10-06"}, "decheance_le": "2026-10-30"}},
    ),
    "a dispute": ({}, {"factures": facture(**{**DISPUTE, "depuis": "2026-09-15"})}),
    "an answer": ({"factures": facture(**DISPUTE)}, {"factures": facture(**DISPUTE, repondu_le="2026-09-15")}),
    "a notice": ({}, {"mise_en_demeure": {"envoyee_le": "2026-09-15"}}),
    "its reception": (
        {"mise_en_demeure": {"envoyee_le": "2026-09-10"}},
        {"mise_en_demeure": {"envoyee_le": "2026-09-10", "recue_le": "2026-09-15"}},
    ),
    "a judgment": ({}, {"debiteur": {**PRO, "procedure_collective": {**OPENED, "jugement_le": "2026-09-15"}}}),
    "its publication and the claim": (
        {"debiteur": {**PRO, "procedure_collective": OPENED}},
        {"debiteur": {**PRO, "procedure_collective": {**OPENED, "publication_bodacc_le": "2026-09-15", "declaree_le": "2026-09-16"}}},
    ),
    "a transaction": ({}, {"transaction": {**DEAL, "signe_le": "2026-09-15"}}),
    "its end": (
        {"transaction": {**DEAL, "signe_le": "2026-09-01"}},
        {"transaction": {**DEAL, "signe_le": "2026-09-01", "resolue_le": "2026-10-15"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("qualite", ["professionnel", "particulier"])
@pytest.mark.parametrize("fact", LATER)
def test_what_is_added_later_changes_no_earlier_picture(tmp_path: Path, fact: str, qualite: str) -> None:
    """Statement and agenda of the 14th are the same to the last word; that of a later day is not."""
    company(tmp_path, strategy(FIRST, NOTICE))
    first, second = LATER[fact]
    if "procedure_collective" in str(second) and qualite == "particulier":
        return
    base: dict[str, Any] = {"debiteur": {**PRO, "qualite": qualite}, "tiers": {"mandataire_judiciaire": THIRD_PARTY}}
    base["factures"] = facture()
    pictures, nows = [], []
    for more in (first, second):
        fields = {**base, **more}
        path = dossier(tmp_path, fields.pop("factures"), **fields)
        pictures.append((decompte(path, "2026-09-14"), agenda(path, "--au", "2026-09-14")))
        nows.append((decompte(path, "2026-11-02"), agenda(path, "--au", "2026-11-02")))
    assert pictures[0] == pictures[1]
    # Only a consumer's interest depends on the day a notice was received.
    assert (nows[0] != nows[1]) == ((fact, qualite) != ("its reception", "professionnel"))


@pytest.mark.parametrize(
    "more",
    [
        {"action": "envoi", "lettre": "mise-en-demeure", "etablit": "mise_en_demeure"},
        {"action": "envoi", "lettre": "relance-1", "niveau": "premiere", "penalites": "abandonner"},
        {"action": "preparation", "lettre": "relance-1", "niveau": "premiere"},
        {"action": "promesse", "payer_le": "2026-11-20", "montant": "10.00"},
        {"action": "paiement", "montant": "10.00"},
    ],
)
def test_what_the_journal_learns_later_changes_no_earlier_picture(tmp_path: Path, more: dict[str, Any]) -> None:
    """The same, for events of the next day."""
    company(tmp_path, strategy(FIRST, NOTICE))
    path = dossier(tmp_path, facture())
    picture = decompte(path, "2026-09-14"), agenda(path, "--au", "2026-09-14")
    now = agenda(path, "--au", "2026-11-02")
    note(path, le="2026-09-15", **more)
    assert (decompte(path, "2026-09-14"), agenda(path, "--au", "2026-09-14")) == picture
    assert agenda(path, "--au", "2026-11-02") != now


@pytest.mark.parametrize(
    "more",
    [
        {"paiements": [{"recu_le": "2026-09-15", "montant": "300.00"}]},
        {"avoirs": [{"numero": "A-1", "emis_le": "2026-09-15", "montant_ttc": "300.00"}]},
        {"factures": [*facture(), invoice("2026-10-15", numero="F-2")]},
    ],
)
def test_money_that_came_later_changes_no_earlier_amount(tmp_path: Path, more: dict[str, Any]) -> None:
    """Payments, credit notes and invoices dated later: the statement only says that it left them out."""
    company(tmp_path, strategy(FIRST, NOTICE))
    path = dossier(tmp_path, facture())
    earlier, plan = decompte(path, "2026-09-14"), agenda(path, "--au", "2026-09-14")
    path = dossier(tmp_path, **{"factures": facture(), **more})
    found = decompte(path, "2026-09-14")
    assert [w["code"] for w in found.pop("avertissements")] == [
        *(w["code"] for w in earlier.pop("avertissements")), "ecriture-posterieure",
    ]  # fmt: skip
    assert found == earlier
    assert agenda(path, "--au", "2026-09-14") == plan


def test_nothing_is_changed_without_reason(tmp_path: Path) -> None:
    """A dossier without later facts nor events is the very same value."""
    path = consumer(tmp_path, mise_en_demeure={"envoyee_le": "2026-09-10"})
    case = load_case(path).case
    assert case_on(case, day("2026-09-10")) is case
    assert complete(case, Journal(path, (), ""), day("2026-09-10")) is case
    events = (Event.model_validate({"le": "2026-09-10", "action": "note", "note": "x"}),)
    assert complete(case, Journal(path, events, ""), day("2026-09-10")) is case


@pytest.mark.parametrize("damage", ["changed", "cut", "unreadable"])
def test_an_altered_journal_puts_its_dossier_aside(tmp_path: Path, damage: str) -> None:
    """It is named, its dossier is left out of everything, the others are not; exit code 3."""
    company(tmp_path, strategy(FIRST, NOTICE))
    for reference in ("D-1", "D-2", "D-3"):
        sent(dossier(tmp_path, invoice("2026-08-31"), reference), "relance-1", "2026-09-03", niveau="premiere")
    journal = journal_path(tmp_path, "D-2")
    text = journal.read_text(encoding="utf-8")
    journal.write_text({"changed": text.replace("09-03", "09-02"), "cut": "", "unreadable": "{}\n"}[damage])
    result = impayes("agenda", tmp_path, "--au", "2026-09-14", "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert [a["dossiers"] for a in found["actions"]] == [["D-1"], ["D-3"]]
    (error,) = found["erreurs"]
    assert error["fichier"].endswith("D-2.yml")
    assert "D-2.jsonl" in error["messages"][0]
    assert "1 dossier illisible, laissé de côté." in result.stderr
    for command in (("decompte", tmp_path / "D-2.yml"), ("lettre", tmp_path / "D-2.yml", "relance-1", "--simulation")):
        assert "D-2.jsonl" in refused(3, *command, "--au", "2026-09-14")
    assert step(tmp_path / "D-1.yml", "2026-09-14").niveau == "demeure"


def test_the_answer_to_a_dispute(tmp_path: Path) -> None:
    """Known from the journal; one sent before the dispute answers nothing."""
    company(tmp_path, strategy(FIRST, NOTICE))
    path = dossier(tmp_path, facture(**DISPUTE))
    sent(path, "reponse-a-contestation", "2026-09-01", etablit="contestation.repondu_le")
    assert [s.niveau for s in steps(path, "2026-09-14")] == ["reponse-a-contestation", "premiere"]
    sent(path, "reponse-a-contestation", "2026-09-02", etablit="contestation.repondu_le")
    assert [s.niveau for s in steps(path, "2026-09-14")] == ["premiere"]
    whole = dossier(tmp_path, facture(depuis="2026-09-02", motif="Rien reçu"), "D-2")
    sent(whole, "reponse-a-contestation", "2026-09-02", etablit="contestation.repondu_le", factures=["F-1"])
    assert step(whole, "2026-09-02").arrets[0].phrase.startswith("tout est contesté et la réponse est partie")


def test_a_notice_about_one_invoice_starts_interest_on_that_one(tmp_path: Path) -> None:
    """A consumer whose invoices have a letter each: the one that was not demanded bears nothing.

    Counted from the reception when it is known, that day excluded, to the day of the statement included.
    """
    invoices = [invoice("2026-06-01", numero=f"F-{n}") for n in (1, 2, 3)]
    company(tmp_path)
    path = dossier(
        tmp_path,
        invoices,
        debiteur=CONSUMER,
        mise_en_demeure={"envoyee_le": "2026-08-03", "recue_le": "2026-08-05", "factures": ["F-1"]},
        autres_mises_en_demeure=[{"envoyee_le": "2026-09-01", "factures": ["F-2"]}],
    )
    written = [(line["facture"], line["du"], line["jours"]) for line in decompte(path, "2026-10-01")["lignes"]]
    assert written == [("F-1", "2026-08-06", 57), ("F-2", "2026-09-02", 30)]

    told = dossier(tmp_path, invoices, "D-10", debiteur=CONSUMER)
    served(told, "2026-08-03", "mise-en-demeure-particulier", factures=("F-1",), recu_le=day("2026-08-05"))
    served(told, "2026-09-01", "mise-en-demeure-particulier", factures=("F-2",))
    noted = [(line["facture"], line["du"], line["jours"]) for line in decompte(told, "2026-10-01")["lignes"]]
    assert noted == written
    assert decompte(told, "2026-08-31")["lignes"][-1]["facture"] == "F-1"
