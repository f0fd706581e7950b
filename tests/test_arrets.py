"""What stops a reminder, from which day to which: each reason is shown by `impayes agenda`."""

from pathlib import Path
from typing import Any

import pytest

from generator.money import plain_spaces
from tests.outside import impayes
from tests.portfolio_samples import (
    ADDRESS,
    BARE,
    CONSUMER,
    FIRST,
    NOTICE,
    SECOND,
    after,
    agenda,
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

THIRD_PARTY = {"nom": "Maître Aubry", "adresse": ADDRESS}
LEVELS = strategy(FIRST, SECOND, NOTICE)


def one(folder: Path, **changes: Any) -> Path:
    """A dossier of 1000 €, due on Tuesday 1 September, to be reminded on Friday 4."""
    company(folder, LEVELS)
    return dossier(folder, invoice("2026-09-01"), **changes)


def stopped(path: Path, au: str) -> tuple[str, str]:
    """(code, sentence) of the only reason that stops a dossier, the sentence being in the table too."""
    (action,) = agenda(path, "--au", au)["actions"]
    assert action["etat"] == "bloquee"
    (stop,) = action["arrets"]
    assert stop["phrase"] in impayes("agenda", path, "--au", au).stdout
    return stop["code"], plain_spaces(stop["phrase"])


def goes(path: Path, au: str, niveau: str = "premiere") -> None:
    """The dossier is reminded that day, and nothing is said to stop it."""
    (action,) = agenda(path, "--au", au)["actions"]
    assert (action["niveau"], action["arrets"]) == (niveau, [])
    assert action["etat"] in ("a-faire", "a-valider")


def test_a_pause(tmp_path: Path) -> None:
    """Its last day is included; the reason is told; the next day the reminder goes."""
    path = one(tmp_path, suspension={"jusqu_au": "2026-09-10", "motif": "Sinistre chez le client"})
    assert stopped(path, "2026-09-10") == ("pause", "relances suspendues jusqu'au 10/09/2026 : Sinistre chez le client")
    goes(path, "2026-09-11")


def test_a_promise(tmp_path: Path) -> None:
    """Waited for from the day it is received to the day it names, included; then asked about."""
    promise = {"recue_le": "2026-09-07", "payer_le": "2026-09-15", "montant": "600.00"}
    path = one(tmp_path, promesses=[promise])
    goes(path, "2026-09-06")
    assert stopped(path, "2026-09-07") == ("promesse", "promesse de 600,00 € à attendre jusqu'au 15/09/2026")
    assert stopped(path, "2026-09-15")[0] == "promesse"
    goes(path, "2026-09-16", "relance-promesse")
    sent(path, "relance-promesse", "2026-09-16", reponse_avant_le="2026-09-21")
    assert says(path, "2026-09-21") == ("premiere", "2026-09-22", "a-venir")
    goes(path, "2026-09-22")


@pytest.mark.parametrize(
    ("montant", "paid", "day", "niveau"),
    [
        ("600.00", "600.00", "2026-09-15", "premiere"),
        ("600.00", "599.99", "2026-09-15", "relance-promesse"),
        ("600.00", "600.00", "2026-09-16", "premiere"),  # a day late, but it came
        (None, "0.01", "2026-09-15", "premiere"),  # a promise without an amount
        (None, "0.01", "2026-09-06", "relance-promesse"),  # received before the promise was made
    ],
)
def test_a_promise_kept_or_not(tmp_path: Path, montant: str | None, paid: str, day: str, niveau: str) -> None:
    """By the money that came since."""
    promise = {"recue_le": "2026-09-07", "payer_le": "2026-09-15", **({"montant": montant} if montant else {})}
    path = one(tmp_path, promesses=[promise], paiements=[{"recu_le": day, "montant": paid}])
    goes(path, "2026-09-16", niveau)


def test_a_promise_the_journal_alone_knows(tmp_path: Path) -> None:
    """It stops as the dossier's own would; the same one in both is told once."""
    path = one(tmp_path)
    note(path, "promesse", "2026-09-07", payer_le="2026-09-15", montant="600.00")
    goes(path, "2026-09-06")
    assert stopped(path, "2026-09-07")[0] == "promesse"
    both = dossier(
        tmp_path, invoice("2026-09-01"),
        promesses=[{"recue_le": "2026-09-07", "payer_le": "2026-09-15", "montant": "600"}],
    )  # fmt: skip
    assert stopped(both, "2026-09-15")[0] == "promesse"
    assert len(snapshot(both, "2026-09-15").promesses) == 1


def test_after_a_promise_that_ends_on_a_friday(tmp_path: Path) -> None:
    """The letter leaves on the next working day."""
    path = one(tmp_path, promesses=[{"recue_le": "2026-09-07", "payer_le": "2026-09-18"}])
    assert says(path, "2026-09-19") == ("relance-promesse", "2026-09-21", "a-venir")
    assert says(path, "2026-09-21") == ("relance-promesse", "2026-09-21", "a-valider")


PLAN = {
    "signe_le": "2026-09-05", "montant": "1000.00",
    "echeances": [{"le": "2026-09-20", "montant": "500.00"}, {"le": "2026-10-20", "montant": "500.00"}],
}  # fmt: skip


def test_a_plan_that_is_respected(tmp_path: Path) -> None:
    """From its signature, as long as each instalment comes by its day."""
    path = one(tmp_path, plan=PLAN, paiements=[{"recu_le": "2026-09-20", "montant": "500.00"}])
    goes(path, "2026-09-04")
    assert stopped(path, "2026-09-07") == ("plan", "plan respecté, prochain versement le 20/09/2026")
    assert stopped(path, "2026-09-19")[0] == "plan"
    assert stopped(path, "2026-09-21") == ("plan", "plan respecté, prochain versement le 20/10/2026")
    assert stopped(path, "2026-10-20") == ("plan", "plan respecté, prochain versement le 20/10/2026")
    goes(path, "2026-10-21", "mise-en-demeure-plan")


def test_a_plan_that_is_not(tmp_path: Path) -> None:
    """A missed instalment, its notice, the notice's end, the forfeiture, then the strategy without its reminders."""
    path = one(tmp_path, plan=PLAN)
    assert stopped(path, "2026-09-20")[0] == "plan"
    goes(path, "2026-09-21", "mise-en-demeure-plan")
    assert step(path, "2026-09-21").montant == 500
    sent(path, "mise-en-demeure-plan", "2026-09-21", canal="lrar", etablit="plan.mise_en_demeure")
    assert stopped(path, "2026-09-21") == ("plan", "un plan est signé, il y manque 500,00 €")
    assert stopped(path, "2026-10-06")[0] == "plan"
    goes(path, "2026-10-07", "decheance-du-terme")
    sent(
        path, "decheance-du-terme", "2026-10-07", canal="lrar", etablit="plan.decheance_le",
        reponse_avant_le="2026-10-15",
    )  # fmt: skip
    assert says(path, "2026-10-21") == ("demeure", "2026-10-22", "a-venir")
    goes(path, "2026-10-22", "demeure")


def test_the_notice_of_a_plan_runs_from_its_reception(tmp_path: Path) -> None:
    """Fifteen days from the day the journal says it was received; paid meanwhile, nothing is forfeited."""
    path = one(tmp_path, plan=PLAN)
    sent(path, "mise-en-demeure-plan", "2026-09-21", canal="lrar", etablit="plan.mise_en_demeure")
    note(path, "reception", "2026-09-24", lettre="mise-en-demeure-plan")
    assert stopped(path, "2026-10-09")[0] == "plan"
    assert says(path, "2026-10-10") == ("decheance-du-terme", "2026-10-12", "a-venir")
    goes(path, "2026-10-12", "decheance-du-terme")
    dossier(tmp_path, invoice("2026-09-01"), plan=PLAN, paiements=[{"recu_le": "2026-10-09", "montant": "500.00"}])
    assert stopped(path, "2026-10-12") == ("plan", "plan respecté, prochain versement le 20/10/2026")


@pytest.mark.parametrize(
    "settled",
    [
        {"paiements": [{"recu_le": "2026-09-10", "montant": "1000.00"}]},
        {"paiements": [{"recu_le": "2026-09-10", "montant": "1300.00"}]},
        {"avoirs": [{"numero": "A-1", "emis_le": "2026-09-10", "montant_ttc": "1000.00", "facture": "F-1"}]},
    ],
)
def test_a_balance_that_is_covered(tmp_path: Path, settled: dict[str, Any]) -> None:
    """Paid, paid too much, credited: from that day nothing is asked, and the agenda says why."""
    path = one(tmp_path, conditions=BARE, **settled)
    goes(path, "2026-09-09")
    found = agenda(path, "--au", "2026-09-10")
    assert (found["actions"], found["sans_action"]) == ([], [{"dossier": "D-1", "raisons": ["plus rien n'est dû"]}])


def test_a_cent_short(tmp_path: Path) -> None:
    """What is left is still asked for."""
    path = one(tmp_path, conditions=BARE, paiements=[{"recu_le": "2026-09-10", "montant": "999.99"}])
    goes(path, "2026-09-10")
    assert str(step(path, "2026-09-10").montant) == "0.01"


def test_a_dispute_about_a_part(tmp_path: Path) -> None:
    """The rest is chased, to the cent, and the answer goes beside it until it has left."""
    company(tmp_path, LEVELS)
    dispute = {"depuis": "2026-09-05", "motif": "Colis abîmé", "montant": "400.00"}
    path = dossier(tmp_path, invoice("2026-09-01", contestation=dispute))
    # 1000 € at 12,40 %, 3 days on the 4th, and 40 €. Once disputed, interest and indemnity wait with the dispute.
    assert str(step(path, "2026-09-04").montant) == "1041.02"
    answer, reminder = steps(path, "2026-09-07")
    assert (answer.lettre, answer.le.isoformat(), answer.etat) == ("reponse-a-contestation", "2026-09-07", "a-valider")
    assert (reminder.niveau, reminder.etat, str(reminder.montant)) == ("premiere", "a-faire", "600.00")
    sent(path, "reponse-a-contestation", "2026-09-08", etablit="contestation.repondu_le", factures=["F-1"])
    assert says(path, "2026-09-18")[0] == "premiere"


def test_a_dispute_about_everything(tmp_path: Path) -> None:
    """Nothing is chased: to be answered first, then to be decided."""
    company(tmp_path, LEVELS)
    path = dossier(tmp_path, invoice("2026-09-01", contestation={"depuis": "2026-09-08", "motif": "Rien reçu"}))
    goes(path, "2026-09-07")
    answer, silence = steps(path, "2026-09-08")
    assert (answer.lettre, answer.etat) == ("reponse-a-contestation", "a-valider")
    assert (silence.niveau, silence.etat, silence.lettre) == ("decision", "bloquee", None)
    assert silence.arrets[0].phrase == "tout ce qui reste dû est contesté : y répondre avant de relancer"
    sent(path, "reponse-a-contestation", "2026-09-09", etablit="contestation.repondu_le")
    assert stopped(path, "2026-09-09") == (
        "contestation", "tout est contesté et la réponse est partie : décider de la suite"
    )  # fmt: skip


def test_a_second_dispute_is_answered_too(tmp_path: Path) -> None:
    """The answer to the first says nothing of it, whichever invoice it is about."""
    company(tmp_path, LEVELS)
    first = {"depuis": "2026-09-07", "motif": "Colis abîmé", "montant": "400.00"}
    second = {"depuis": "2026-10-05", "motif": "Prix", "montant": "100.00"}
    factures = [invoice("2026-09-01", contestation=first), invoice("2026-09-01", "500", "F-2", contestation=second)]
    path = dossier(tmp_path, factures)
    sent(path, "reponse-a-contestation", "2026-09-08", etablit="contestation.repondu_le", factures=["F-1"])
    assert [s.niveau for s in steps(path, "2026-10-04")] == ["premiere"]
    assert [s.niveau for s in steps(path, "2026-10-05")] == ["reponse-a-contestation", "premiere"]
    sent(path, "reponse-a-contestation", "2026-10-06", etablit="contestation.repondu_le", factures=["F-2"])
    assert [s.niveau for s in steps(path, "2026-10-07")] == ["premiere"]
    # The first one withdrawn, a new one on the same invoice.
    again = dossier(tmp_path, [invoice("2026-09-01", contestation=second)])
    assert [s.niveau for s in steps(again, "2026-10-05")] == ["reponse-a-contestation", "premiere"]


PROCEEDINGS = {"type": "redressement", "jugement_le": "2026-09-10", "publication_bodacc_le": "2026-09-18"}
OPENED = {**CONSUMER, "nom": "Boulangerie Martin SARL", "qualite": "professionnel", "procedure_collective": PROCEEDINGS}
AGENT = {"mandataire_judiciaire": THIRD_PARTY}


def test_collective_proceedings(tmp_path: Path) -> None:
    """From the judgment on, the claim is to be declared and nothing is asked any more."""
    path = one(tmp_path, debiteur=OPENED, tiers=AGENT)
    goes(path, "2026-09-09")
    goes(path, "2026-09-10", "declaration-de-creance")
    assert "declarer-la-creance" not in {d.code for d in snapshot(path, "2026-09-17").echeances}
    limits = {d.code: d.le.isoformat() for d in snapshot(path, "2026-09-18").echeances}
    assert limits["declarer-la-creance"] == "2026-11-18"
    sent(path, "declaration-de-creance", "2026-09-21", canal="lrar", etablit="procedure_collective.declaree_le")
    assert stopped(path, "2026-09-21") == (
        "procedure-collective", "procédure collective ouverte le 10/09/2026, créance déclarée le 21/09/2026"
    )  # fmt: skip
    assert {d.code for d in snapshot(path, "2026-09-21").echeances} == set()


@pytest.mark.parametrize(
    "patience",
    [
        {"suspension": {"jusqu_au": "2026-12-31", "motif": "Congés"}},
        {"promesses": [{"recue_le": "2026-09-08", "payer_le": "2026-12-15"}]},
    ],
)
def test_a_claim_is_declared_in_time_whatever_was_promised(tmp_path: Path, patience: dict[str, Any]) -> None:
    """A pause of reminders does not suspend what the law gives a time for."""
    path = one(tmp_path, debiteur=OPENED, tiers=AGENT, **patience)
    assert step(path, "2026-09-09").etat == "bloquee"
    assert says(path, "2026-09-10")[0] == "declaration-de-creance"


def test_a_claim_whose_agent_is_not_known(tmp_path: Path) -> None:
    """What the letter lacks is said."""
    code, sentence = stopped(one(tmp_path, debiteur=OPENED), "2026-09-14")
    assert code == "champ-manquant"
    assert "tiers.mandataire_judiciaire" in sentence


def test_a_signed_transaction(tmp_path: Path) -> None:
    """From its signature to the day it is undone."""
    deal = {
        "litige": "Colis abîmé", "montant": "800.00", "payer_le": "2026-10-01", "concession_debiteur": "Renonce",
        "concession_creancier": "Remise", "signe_le": "2026-09-10", "resolue_le": "2026-10-05",
    }  # fmt: skip
    path = one(tmp_path, transaction=deal)
    goes(path, "2026-09-09")
    assert stopped(path, "2026-09-10")[1] == "une transaction est signée : seul ce qu'elle prévoit peut être réclamé"
    assert step(path, "2026-10-04").etat == "bloquee"
    goes(path, "2026-10-05")


def test_a_limitation_that_has_run_out(tmp_path: Path) -> None:
    """Two years for a consumer: on the last day one may still write, the next day somebody must look first."""
    company(tmp_path, LEVELS)
    late = invoice("2024-10-10", emise_le="2024-09-10", executee_le="2024-09-10")
    path = dossier(tmp_path, late, debiteur=CONSUMER)
    goes(path, "2026-09-10")
    code, sentence = stopped(path, "2026-09-11")
    assert code == "prescription"
    assert sentence == "le délai pour agir est écoulé, sauf cause d'interruption : vérifier avant d'écrire"
    assert "2026-09-10" in {e["le"] for e in agenda(path, "--au", "2026-09-11")["echeances"]}


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("commissaire_de_justice", "confié à un commissaire de justice"),
        ("avocat", "confié à un avocat"),
        ("societe_de_recouvrement", "confié à une société de recouvrement"),
        ("mediateur", "confié au médiateur"),
        ("conciliateur", "confié au conciliateur"),
    ],
)
def test_somebody_speaks_in_our_stead(tmp_path: Path, role: str, words: str) -> None:
    """Two voices would spoil the work of the first; the sentence says how to take it back."""
    path = one(tmp_path, tiers={role: THIRD_PARTY})
    assert stopped(path, "2026-09-04") == (
        "tiers",
        f"{words} : lui laisser la parole, ou retirer tiers.{role} du dossier",
    )


def test_somebody_else_who_does_not(tmp_path: Path) -> None:
    """A site owner or an insurer named in the dossier stops nothing."""
    path = one(tmp_path, tiers={"maitre_d_ouvrage": THIRD_PARTY, "assureur_credit": THIRD_PARTY})
    goes(path, "2026-09-04")


@pytest.mark.parametrize(
    ("reported", "stops"),
    [
        ({"recu_le": "2026-09-07", "montant": "250.00"}, False),
        ({"recu_le": "2026-09-17", "montant": "250.00"}, False),  # ten days later
        ({"recu_le": "2026-08-28", "montant": "250.00"}, False),  # ten days before
        ({"recu_le": "2026-09-18", "montant": "250.00"}, True),
        ({"recu_le": "2026-08-27", "montant": "250.00"}, True),
        ({"recu_le": "2026-09-07", "montant": "250.01"}, True),
        (None, True),
    ],
)
def test_a_payment_the_journal_alone_knows(tmp_path: Path, reported: dict[str, str] | None, stops: bool) -> None:
    """The balance may be wrong: nothing leaves until it is in the dossier, on about the same day."""
    path = one(tmp_path, **({"paiements": [reported]} if reported else {}))
    note(path, "paiement", "2026-09-07", montant="250.00")
    goes(path, "2026-09-06")
    if not stops:
        goes(path, "2026-09-18")
        return
    code, sentence = stopped(path, "2026-09-18")
    assert code == "paiement-a-reporter"
    assert sentence == "250,00 € notés au journal le 07/09/2026 et absents du dossier : les ajouter à paiements"


def test_two_payments_of_one_amount(tmp_path: Path) -> None:
    """Noted twice and reported once, one is missing."""
    path = one(tmp_path, paiements=[{"recu_le": "2026-09-08", "montant": "250.00"}])
    note(path, "paiement", "2026-09-07", montant="250.00")
    goes(path, "2026-09-09")
    note(path, "paiement", "2026-09-09", montant="250.00")
    assert stopped(path, "2026-09-09")[1].startswith("250,00 € notés au journal le 09/09/2026")


def test_a_letter_prepared_and_not_confirmed(tmp_path: Path) -> None:
    """It is neither made again nor counted as sent; what stops it meanwhile is shown."""
    path = one(tmp_path)
    note(path, "preparation", "2026-09-04", lettre="relance-1", niveau="premiere", canal="email", factures=["F-1"])
    for au in ("2026-09-04", "2026-09-30"):
        (action,) = agenda(path, "--au", au)["actions"]
        assert (action["etat"], action["preparee_le"], action["niveau"]) == ("preparee", "2026-09-04", "premiere")
    assert "Préparées, à confirmer une fois parties (1)" in impayes("agenda", path, "--au", "2026-09-30").stdout
    note(path, "promesse", "2026-09-07", payer_le="2026-09-15")
    assert [stop.code for stop in step(path, "2026-09-08").arrets] == ["promesse"]
    sent(path, "relance-1", "2026-09-07", niveau="premiere", factures=["F-1"])
    assert says(path, "2026-09-17")[0] == "relance-promesse"
    assert snapshot(path, "2026-09-17").niveau == "premiere"


def test_every_reason_is_told(tmp_path: Path) -> None:
    """Two reasons at once are both there, the gravest first."""
    path = one(
        tmp_path, suspension={"jusqu_au": "2026-09-30", "motif": "Congés"}, tiers={"avocat": THIRD_PARTY},
        promesses=[{"recue_le": "2026-09-03", "payer_le": "2026-09-20"}],
    )  # fmt: skip
    (action,) = agenda(path, "--au", "2026-09-04")["actions"]
    assert [stop["code"] for stop in action["arrets"]] == ["pause", "promesse", "tiers"]
    assert action["arrets"][0]["jusqu_au"] == "2026-09-30"
    # A client whom no strategy follows is shown too, with every reason.
    company(tmp_path, strategy(FIRST, pour="[public]"))
    (held,) = agenda(path, "--au", "2026-09-04")["actions"]
    assert [stop["code"] for stop in held["arrets"]] == ["pause", "promesse", "tiers", "sans-strategie"]


def test_what_a_stop_hides_comes_back(tmp_path: Path) -> None:
    """A pause that ends between two days moves nothing else: the level and its day are the same."""
    path = one(tmp_path, suspension={"jusqu_au": "2026-09-10", "motif": "Congés"})
    held, free = step(path, "2026-09-10"), step(path, after("2026-09-10"))
    assert (held.niveau, held.le) == (free.niveau, free.le)
    assert step(path, before("2026-09-04")).etat == "bloquee"
