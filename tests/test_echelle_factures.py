"""Whose ladder it is: the oldest invoice leads, the others join; one message an invoice, a dossier or a debtor."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.portfolio_samples import (
    BARE,
    CONSUMER,
    DEBTOR,
    FIRST,
    LAST,
    NOTICE,
    SECOND,
    TOWN,
    WARNING,
    agenda,
    company,
    dossier,
    invoice,
    note,
    says,
    sent,
    served,
    snapshot,
    step,
    steps,
    strategy,
)


def test_other_invoices_join_the_letters_of_the_oldest(tmp_path: Path) -> None:
    """From the day after their own due date; the amount is to the cent."""
    company(tmp_path, strategy(FIRST, SECOND))
    path = dossier(tmp_path, [invoice("2026-09-08", "500.00", "F-2"), invoice("2026-09-01", "1000.00")])
    assert step(path, "2026-09-04").factures == ("F-1",)
    sent(path, "relance-1", "2026-09-04", niveau="premiere", factures=["F-1"])
    assert step(path, "2026-09-08").factures == ("F-1",)
    assert step(path, "2026-09-09").factures == ("F-1", "F-2")
    # 1000 € and 13 days, 500 € and 6 days, at 12,40 %; 40 € each: 4,42 + 1,02 + 80.
    assert step(path, "2026-09-14").montant == Decimal("1585.44")
    assert step(path, "2026-09-14").motif == "échue depuis 13 jours"
    assert step(path, "2026-09-02").motif == "échue depuis 1 jour"


@pytest.mark.parametrize(
    ("about", "issued", "expected"),
    [
        (["F-1"], "2026-08-09", ("premiere", "2026-09-11")),  # its own ladder, from its own due date
        (["F-1", "F-2"], "2026-08-09", ("seconde", "2026-09-16")),  # the letter was about both
        ([], "2026-09-04", ("seconde", "2026-09-16")),  # the letter names none: it was about all those issued
        ([], "2026-09-05", ("premiere", "2026-09-11")),  # issued the day after
    ],
)
def test_a_paid_leader_hands_over(tmp_path: Path, about: list[str], issued: str, expected: tuple[str, str]) -> None:
    """The next invoice climbs its own ladder, counting only the letters that were about it."""
    company(tmp_path, strategy(FIRST, SECOND))
    factures = [invoice("2026-09-01"), invoice("2026-09-08", "500.00", "F-2", emise_le=issued)]
    path = dossier(
        tmp_path, factures, conditions=BARE,
        paiements=[{"recu_le": "2026-09-10", "montant": "1000.00", "facture": "F-1"}],
    )  # fmt: skip
    sent(path, "relance-1", "2026-09-04", niveau="premiere", factures=about)
    assert step(path, "2026-09-09").niveau == "seconde"
    found = step(path, "2026-09-10")
    assert (found.niveau, found.le.isoformat(), found.factures) == (*expected, ("F-2",))
    assert snapshot(path, "2026-09-10").niveau == ("premiere" if expected[0] == "seconde" else None)


def test_an_invoice_is_served_by_its_own_mise_en_demeure(tmp_path: Path) -> None:
    """One letter an invoice: the notice about the first does not stand for the second, already past due."""
    company(tmp_path, strategy(FIRST, SECOND, NOTICE, LAST, regroupement="facture"))
    path = dossier(tmp_path, [invoice("2026-08-03"), invoice("2026-09-01", numero="F-2")])
    served(path, "2026-09-03", niveau="demeure", factures=["F-1"])
    assert [(s.niveau, s.factures) for s in steps(path, "2026-09-04")] == [
        ("dernier", ("F-1",)),
        ("premiere", ("F-2",)),
    ]


def test_the_window_before_the_due_date(tmp_path: Path) -> None:
    """A warning speaks of the invoices that come due about the same time, not of those of next month."""
    company(tmp_path, strategy(WARNING, FIRST))
    factures = [
        invoice("2026-09-30", numero="F-3"), invoice("2026-09-10", "200.00", "F-2"), invoice("2026-09-08", "100.00"),
    ]  # fmt: skip
    path = dossier(tmp_path, factures)
    assert step(path, "2026-09-01").factures == ("F-1",)
    assert step(path, "2026-09-02").factures == ("F-1",)
    found = step(path, "2026-09-03")
    assert (found.factures, found.montant) == (("F-1", "F-2"), Decimal("300.00"))
    assert found.motif == "à payer le 08/09/2026"
    assert step(path, "2026-09-09").factures == ("F-1",), "past due, the others are not yet asked for"


def test_one_message_for_each_invoice(tmp_path: Path) -> None:
    """Each on its own day, settled ones left out."""
    company(tmp_path, strategy(FIRST, SECOND, regroupement="facture"))
    factures = [invoice("2026-09-01"), invoice("2026-09-08", numero="F-2"), invoice("2026-09-02", numero="F-3")]
    path = dossier(
        tmp_path, factures, conditions=BARE,
        paiements=[{"recu_le": "2026-09-03", "montant": "1000.00", "facture": "F-3"}],
    )  # fmt: skip
    sent(path, "relance-1", "2026-09-04", niveau="premiere", factures=["F-1"])
    found = [(s.niveau, s.le.isoformat(), s.factures) for s in steps(path, "2026-09-10")]
    assert found == [("seconde", "2026-09-16", ("F-1",)), ("premiere", "2026-09-11", ("F-2",))]


def test_what_lateness_added_is_shown_whatever_the_grouping(tmp_path: Path) -> None:
    """The price is paid, 41 € are left and were notified: the dossier does not fall silent."""
    for grouping in ("dossier", "facture"):
        folder = company(tmp_path / grouping, strategy(FIRST, SECOND, regroupement=grouping))
        payment = {"recu_le": "2026-09-04", "montant": "1001.02", "facture": "F-1"}
        path = dossier(folder, invoice("2026-09-01"), paiements=[payment])
        assert says(path, "2026-09-07")[0] == "notification-des-penalites"
        sent(path, "notification-des-penalites", "2026-09-07")
        found = step(path, "2026-09-08")
        assert ([stop.code for stop in found.arrets], found.montant) == (["principal-paye"], Decimal("40.00"))


def test_who_follows_which_strategy(tmp_path: Path) -> None:
    """By kind; named in the dossier; none for a consumer when only professionals have one."""
    company(tmp_path, strategy(FIRST, pour="[professionnel, public]"))
    pro = dossier(tmp_path, invoice("2026-09-01"), "D-1")
    town = dossier(tmp_path, invoice("2026-09-01"), "D-2", debiteur=TOWN)
    person = dossier(tmp_path, invoice("2026-09-01"), "D-3", debiteur=CONSUMER)
    assert [snapshot(p, "2026-09-04").strategie for p in (pro, town, person)] == ["essai", "essai", None]
    assert [says(p, "2026-09-04")[0] for p in (pro, town)] == ["premiere", "premiere"]
    (held,) = snapshot(person, "2026-09-04").etapes
    assert (held.etat, held.lettre) == ("bloquee", None)
    assert "aucune stratégie pour ce débiteur" in held.arrets[-1].phrase


def test_the_product_s_strategies(tmp_path: Path) -> None:
    """Without a strategie.yml, the three that are shipped; the dossier may name another of them."""
    company(tmp_path)
    names = {}
    for index, (debtor, more) in enumerate(
        (({}, {}), ({"debiteur": CONSUMER}, {}), ({"debiteur": TOWN}, {}), ({}, {"strategie": "ferme"}))
    ):
        path = dossier(tmp_path, invoice("2026-09-01", "900.00"), f"D-{index}", **debtor, **more)
        names[index] = (snapshot(path, "2026-09-02").strategie, says(path, "2026-09-02")[:2])
    assert names == {
        0: ("standard", ("relance-1", "2026-09-02")),
        1: ("douce", ("relance-1", "2026-09-07")),
        2: ("standard", ("relance-1", "2026-09-02")),
        3: ("ferme", ("relance-1", "2026-09-02")),
    }


def test_the_letter_and_channel_that_fit_the_debtor(tmp_path: Path) -> None:
    """A consumer gets a consumer's notice; without an address, an e-mail goes on paper and says so."""
    company(tmp_path, strategy(FIRST, NOTICE))
    pro = dossier(tmp_path, invoice("2026-09-01"))
    person = dossier(tmp_path, invoice("2026-09-01"), "D-2", debiteur={**CONSUMER, "contact": None})
    assert (step(pro, "2026-09-04").canal, step(pro, "2026-09-04").remarques) == ("email", ())
    found = step(person, "2026-09-04")
    assert (found.canal, len(found.remarques)) == ("courrier", 1)
    assert "papier" in found.remarques[0]
    for path in (pro, person):
        sent(path, "relance-1", "2026-09-04", niveau="premiere")
    assert step(pro, "2026-09-21").lettre == "mise-en-demeure"
    assert step(person, "2026-09-21").lettre == "mise-en-demeure-particulier"


def debtors(folder: Path, first: dict[str, Any], second: dict[str, Any], regroupement: str = "debiteur") -> Path:
    """Two dossiers: F-1, past due on 2 September, and F-9, on 3 September, with what is to differ between them."""
    company(folder, strategy(FIRST, SECOND, NOTICE, LAST, regroupement=regroupement))
    base: dict[str, Any] = {"debiteur": SIREN, "conditions": BARE}
    dossier(folder, first.pop("factures", invoice("2026-09-01")), "D-1", **{**base, **first})
    dossier(folder, second.pop("factures", invoice("2026-09-02", "500.00", "F-9")), "D-2", **{**base, **second})
    return folder


def together(folder: Path, au: str) -> list[tuple[str, ...]]:
    """The dossiers of each message of the day that is due."""
    actions = agenda(folder, "--au", au)["actions"]
    return [tuple(a["dossiers"]) for a in actions if a["etat"] in ("a-faire", "a-valider")]


SIREN = {**DEBTOR, "siren": "123456782"}
ELSEWHERE = {**SIREN, "adresse": {**DEBTOR["adresse"], "lignes": ["14 rue des Lilas"]}}
DUPLICATE = {"factures": [invoice("2026-09-02", "500.00", "F-9"), invoice("2026-09-02", "90.00")]}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, [("D-1", "D-2")]),
        ({}, {"debiteur": {**DEBTOR, "siret": "12345678200002"}}, [("D-1", "D-2")]),
        ({"debiteur": DEBTOR}, {"debiteur": {**DEBTOR, "nom": "BOULANGERIE  MARTIN sarl"}}, [("D-1", "D-2")]),
        ({}, {"debiteur": DEBTOR}, [("D-1",)]),  # with and without its SIREN: nobody knows that they are one
        ({}, {"debiteur": {**SIREN, "siren": "552100554"}}, [("D-1",)]),
        ({}, {"debiteur": ELSEWHERE}, [("D-1",)]),
        ({}, {"conditions": {**BARE, "taux_penalites": "12 %"}}, [("D-1",)]),
        ({}, {"suspension": {"jusqu_au": "2026-09-04", "motif": "Congés"}}, [("D-1",)]),
        ({}, {"suspension": {"jusqu_au": "2026-09-03", "motif": "Congés"}}, [("D-1", "D-2")]),
        ({"suspension": {"jusqu_au": "2026-09-04", "motif": "Congés"}}, {}, []),
        ({}, DUPLICATE, [("D-1",)]),  # two F-1: one letter could not tell them apart
    ],
)
def test_one_message_for_each_debtor(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    """On the day the older is due, the other joins if one letter may be about both; else it waits for its own day."""
    folder = debtors(tmp_path, dict(first), dict(second))
    assert together(folder, "2026-09-03") == []
    assert together(folder, "2026-09-04") == expected


def test_the_message_of_a_debtor_adds_up(tmp_path: Path) -> None:
    """The level of the oldest debt, every invoice past due, one amount; otherwise grouped, one message a dossier."""
    (action,) = agenda(debtors(tmp_path, {}, {}), "--au", "2026-09-04")["actions"]
    assert (action["niveau"], action["factures"], action["montant"]) == ("premiere", ["F-1", "F-9"], "1500.00")
    for path in (tmp_path / "D-1.yml", tmp_path / "D-2.yml"):
        number = ["F-1", "F-9"]
        sent(path, "relance-1", "2026-09-04", niveau="premiere", factures=number, dossiers=["D-1", "D-2"])
    assert [tuple(a["dossiers"]) for a in agenda(tmp_path, "--au", "2026-09-15")["actions"]] == [("D-1",), ("D-2",)]
    assert together(tmp_path, "2026-09-16") == [("D-1", "D-2")]
    assert together(debtors(tmp_path / "b", {}, {}, "dossier"), "2026-09-07") == [("D-1",), ("D-2",)]


def test_what_is_not_due_does_not_join(tmp_path: Path) -> None:
    """Neither an invoice to come, nor a warning before its due date: a claim is about what is late."""
    folder = debtors(tmp_path, {}, {"factures": invoice("2026-09-04", "500.00", "F-9")})
    assert together(folder, "2026-09-04") == [("D-1",)]
    assert together(folder, "2026-09-05") == [("D-1", "D-2")]
    other = company(tmp_path / "b", strategy(WARNING, FIRST, regroupement="debiteur"))
    dossier(other, invoice("2026-09-01"), "D-1", debiteur=SIREN)
    dossier(other, invoice("2026-09-10", "500.00", "F-9"), "D-2", debiteur=SIREN)
    assert together(other, "2026-09-04") == [("D-2",), ("D-1",)]


def test_a_dossier_that_had_its_own_letter_waits_for_its_own_turn(tmp_path: Path) -> None:
    """It is not asked for again before its answer is over because another dossier is due."""
    folder = debtors(tmp_path, {}, {})
    sent(tmp_path / "D-2.yml", "relance-1", "2026-09-03", niveau="premiere")
    assert together(folder, "2026-09-04") == [("D-1",)]
    # Both are due: neither is the first letter sent twice about F-9, nor its second one forgotten.
    found = [(a["dossiers"], a["niveau"]) for a in agenda(folder, "--au", "2026-09-15")["actions"]]
    assert found == [(["D-1"], "premiere"), (["D-2"], "seconde")]


def test_a_letter_made_for_the_debtor_is_not_made_again_for_one_dossier(tmp_path: Path) -> None:
    """The younger dossier joined at a higher level: until that letter is confirmed, its own first one does not leave."""
    folder = debtors(tmp_path, {}, {"factures": invoice("2026-09-11", "500.00", "F-9")})
    sent(tmp_path / "D-1.yml", "relance-1", "2026-09-04", niveau="premiere")
    assert together(folder, "2026-09-16") == [("D-1", "D-2")]
    for path in (tmp_path / "D-1.yml", tmp_path / "D-2.yml"):
        both = {"niveau": "seconde", "factures": ["F-1", "F-9"], "dossiers": ["D-1", "D-2"]}
        note(path, "preparation", "2026-09-16", lettre="relance-2", **both)
        for au in ("2026-09-16", "2026-09-18"):
            assert says(path, au) == ("seconde", "2026-09-16", "preparee")
        sent(path, "relance-2", "2026-09-16", **both)
        assert says(path, "2026-09-18") == ("demeure", "2026-10-01", "a-venir")


def test_a_letter_the_case_calls_for_is_about_its_own_dossier(tmp_path: Path) -> None:
    """A missed instalment of one dossier never drags in the invoices of another, nor the reverse."""
    plan = {
        "signe_le": "2026-09-01", "montant": "1000.00",
        "echeances": [{"le": "2026-09-03", "montant": "500.00"}, {"le": "2026-10-03", "montant": "500.00"}],
    }  # fmt: skip
    for older in ("D-1", "D-2"):
        folder = debtors(
            tmp_path / older, {"plan": plan} if older == "D-1" else {}, {"plan": plan} if older == "D-2" else {}
        )
        found = agenda(folder, "--au", "2026-09-07")["actions"]
        assert sorted((tuple(a["dossiers"]), a["niveau"]) for a in found if a["etat"] != "bloquee") == sorted(
            [((older,), "mise-en-demeure-plan"), (("D-2" if older == "D-1" else "D-1",), "premiere")]
        )
