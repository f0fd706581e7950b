"""Where the facts of limitation come from, and where its last day is told: journal, dossier, statement, agenda."""

from typing import Any

import pytest

from generator.journal import Event
from generator.law import Law
from generator.letters import find_letters
from generator.limitation_events import with_claims
from generator.notices import limitation_notices
from generator.portfolio.deadlines import case_deadlines
from generator.resources import builtin
from tests.conftest import day
from tests.limitation_cases import AU, case_with, codes, course, event, invoice, last, statement


def test_a_letter_interrupts_nothing(law: Law) -> None:
    """Except against a public body: told with its decision, in the dossier as in the journal."""
    claim = event("2025-06-18", "reclamation")
    found = course(law, case_with(claim, mise_en_demeure={"envoyee_le": "2025-06-19"}))
    assert str(found.periode.jusqu_au) == "2027-03-10"
    assert [(s.effet, s.articles) for s in found.etapes] == [("aucun", ("cass-com-2022-05-18",))]

    case = case_with()
    sent = Event(le=day("2025-06-18"), action="envoi", lettre="relance-1", canal="lrar")
    assert with_claims(case, [sent], day(AU)) is case


def test_letters_of_the_journal_to_a_public_body(law: Law) -> None:
    """A letter sent counts the day it goes; spoken words, letters to others and later ones do not."""
    case = case_with(qualite="public")
    sent = Event(le=day("2024-05-02"), action="envoi", lettre="relance-1", canal="email")
    call = Event(le=day("2025-05-02"), action="envoi", canal="telephone")
    answer = Event(le=day("2025-05-02"), action="reponse", canal="email")
    later = Event(le=day("2026-12-01"), action="envoi", canal="lrar")
    assert with_claims(case, [call, answer, later], day(AU)) is case

    told = with_claims(case, [sent, call, answer, later], day(AU))
    found = course(law, told)
    assert str(found.periode.jusqu_au) == "2028-12-31"
    assert "relance-1" in (found.etapes[0].note or "")
    assert with_claims(told, [sent], day(AU)) is told
    assert statement(law, told).prescription == found.periode


def test_a_letter_to_somebody_else_is_no_claim(law: Law) -> None:
    """Every letter of ours whose reader is not the debtor."""
    case = case_with(qualite="public")
    others = [x.id for x in find_letters((builtin("letters"),)) if x.spec.destinataire != "debiteur"]
    assert others
    sent = [Event(le=day("2024-05-02"), action="envoi", lettre=name, canal="lrar") for name in others]
    assert with_claims(case, sent, day(AU)) is case


def test_the_mise_en_demeure_of_a_dossier_against_a_public_body(law: Law) -> None:
    """By itself a written claim, once, even when the user noted it too; each later one starts again."""
    notice: dict[str, Any] = {"mise_en_demeure": {"envoyee_le": "2024-05-02"}}
    assert last(law, qualite="public", **notice) == "2028-12-31"
    again: dict[str, Any] = {"autres_mises_en_demeure": [{"envoyee_le": "2025-01-06"}]}
    assert last(law, qualite="public", **notice, **again) == "2029-12-31"
    found = course(law, case_with(event("2024-05-02", "reclamation"), qualite="public", **notice))
    assert len(found.etapes) == 1


def test_a_declared_claim_of_the_dossier(law: Law) -> None:
    """`declaree_le` counts by itself, for what was born before the judgment."""
    proceedings = {"type": "redressement", "jugement_le": "2025-02-03", "declaree_le": "2025-03-01"}
    case = case_with(
        debiteur={"procedure_collective": proceedings}, factures=[invoice("F-1"), invoice("F-2", "2025-02-03")]
    )
    assert [course(law, case, number=n).etat for n in (0, 1)] == ["arretee", "en-cours"]
    noted = case_with(
        event("2025-03-01", "declaration-de-creance", fin_le="2026-03-02"),
        debiteur={"procedure_collective": proceedings},
    )
    assert str(course(law, noted).periode.jusqu_au) == "2031-03-02"


def decided(kind: str, **fields: Any) -> dict[str, Any]:
    """A decision of 1 September 2025."""
    return {"decision": {"type": kind, "rendue_le": "2025-09-01", "interets": "penalites", **fields}}


def test_an_order_served(law: Law) -> None:
    """The service interrupts (Cass. 1re civ., 9 September 2020); an opposition keeps the case open."""
    assert last(law, **decided("ordonnance-injonction")) == "2027-03-10"
    assert last(law, **decided("ordonnance-injonction", signifiee_le="2025-10-06")) == "2030-10-06"
    opposed = case_with(**decided("ordonnance-injonction", signifiee_le="2025-10-06", opposition_le="2025-10-20"))
    assert course(law, opposed).etat == "arretee"
    assert str(course(law, opposed, "2025-10-19").periode.jusqu_au) == "2030-10-06"


@pytest.mark.parametrize("kind", ["jugement", "ordonnance-injonction"])
def test_a_title_is_enforced_for_ten_years(law: Law, kind: str) -> None:
    """Once enforceable, and no longer the time to sue; counted from the day it was made, the earliest reading."""
    case = case_with(**decided(kind, signifiee_le="2025-10-06", executoire_le="2025-12-01"))
    before, after = course(law, case, "2025-11-30"), course(law, case, "2025-12-01")
    assert before.etat == "en-cours"
    assert (after.etat, str(after.periode.jusqu_au)) == ("titre", "2035-09-01")

    old: dict[str, Any] = {"factures": [invoice(performed="2021-03-10")]}
    assert codes(statement(law, case_with(**old))) == {"prescription-acquise"}
    assert (
        codes(statement(law, case_with(**old, **decided(kind, signifiee_le="2025-10-06", executoire_le="2025-12-01"))))
        == set()
    )


@pytest.mark.parametrize(
    ("made", "au", "told"),
    [
        ("2026-08-10", "2026-10-15", False),
        ("2026-08-10", "2026-10-16", True),
        ("2026-09-01", "2026-10-16", False),
        ("2026-09-01", "2026-11-16", False),  # 15 November is a Sunday: to Monday 16
        ("2026-09-01", "2026-11-17", True),
    ],
)
def test_an_order_that_nobody_noted_enforceable(law: Law, made: str, au: str, told: bool) -> None:
    """Served on 15 September, it can be enforced after the wait of its regime: the day is asked for, unless opposed."""
    order: dict[str, Any] = {"type": "ordonnance-injonction", "rendue_le": made, "interets": "legal"}
    sentence = (
        "Si aucune opposition n'a été formée, l'ordonnance s'exécute pendant 10 ans (CPCE, art. L111-4) : écrire "
        "decision.executoire_le."
    )

    def remarks(**more: str) -> tuple[str, ...]:
        case = case_with(qualite="particulier", factures=[invoice(performed="2026-05-29")], decision=order | more)
        return course(law, case, au).remarques

    assert (sentence in remarks(signifiee_le="2026-09-15")) == told
    assert sentence not in remarks()
    assert sentence not in remarks(signifiee_le="2026-09-15", opposition_le="2026-10-10")
    assert sentence not in remarks(signifiee_le="2026-09-15", executoire_le="2026-11-17")


def test_an_order_that_lapsed_is_not_enforced(law: Law) -> None:
    """Served too late, it gives no ten years."""
    late = case_with(**decided("ordonnance-injonction", signifiee_le="2026-03-03"))
    assert not any("s'exécute" in remark for remark in course(law, late).remarques)


def test_a_decision_whose_claim_is_not_dated(law: Law) -> None:
    """A référé settles nothing for good: the user is asked for the day of the claim."""
    found = course(law, case_with(**decided("refere", executoire_le="2025-09-01")))
    assert (found.etat, str(found.periode.jusqu_au)) == ("proche", "2027-03-10")
    assert any("demande en justice" in remark for remark in found.remarques)
    dated = event("2025-06-01", "demande-en-justice", fin_le="2025-09-01")
    assert not any("n'est pas datée" in r for r in course(law, case_with(dated, **decided("refere"))).remarques)


def test_what_may_be_an_acknowledgement_is_not_counted(law: Law) -> None:
    """A signed plan, a promise, a payment: the day each would give, and nothing more."""
    plan = {"signe_le": "2024-04-02", "montant": "1000", "echeances": [{"le": "2024-05-02", "montant": "1000"}]}
    case = case_with(
        plan=plan,
        promesses=[{"recue_le": "2024-07-01", "payer_le": "2024-07-15", "canal": "telephone"}],
        paiements=[{"recu_le": "2025-08-04", "montant": "100", "facture": "F-1"}],
    )
    noted = Event(le=day("2025-09-01"), action="paiement", montant="50")  # type: ignore[arg-type]
    found = course(law, case, journal=(noted,))

    assert str(found.periode.jusqu_au) == "2027-03-10"
    assert [(str(d.le), str(d.jusqu_au)) for d in found.a_verifier] == [
        ("2024-04-02", "2029-04-02"),
        ("2024-07-01", "2029-07-01"),
        ("2025-08-04", "2030-08-04"),
        ("2025-09-01", "2030-09-01"),
    ]
    assert "difficile à prouver" in found.a_verifier[1].nature


def test_what_may_count_disappears_once_it_counts(law: Law) -> None:
    """Written as an event, or of another invoice, or after the end, or without gain: not shown."""
    paid: dict[str, Any] = {"paiements": [{"recu_le": "2025-08-04", "montant": "100", "facture": "F-1"}]}
    assert course(law, case_with(event("2025-08-04", "paiement-partiel"), **paid)).a_verifier == ()
    both = case_with(factures=[invoice("F-1"), invoice("F-2")], **paid)
    assert [len(course(law, both, number=n).a_verifier) for n in (0, 1)] == [1, 0]
    assert course(law, case_with(qualite="particulier", **paid)).a_verifier == ()
    assert course(law, case_with(event("2025-08-05"), **paid)).a_verifier == ()


@pytest.mark.parametrize(
    ("au", "wanted", "state"),
    [
        ("2029-12-17", set(), "en-cours"),
        ("2029-12-18", {"prescription-proche"}, "proche"),
        ("2030-05-17", {"prescription-proche"}, "proche"),
        ("2030-05-18", {"prescription-proche", "prescription-imminente"}, "imminente"),
        ("2030-06-18", {"prescription-proche", "prescription-imminente"}, "imminente"),
        ("2030-06-19", {"prescription-acquise"}, "acquise"),
    ],
)
def test_warnings_of_the_statement(law: Law, au: str, wanted: set[str], state: str) -> None:
    """Six months, one month, the day after: around the day that the events give."""
    found = course(law, case_with(event("2025-06-18")), au)
    assert found.etat == state
    assert {n.code for n in limitation_notices(found, law)} == wanted


def test_the_statement_counts_the_events(law: Law) -> None:
    """Passed without them, not with them; the earliest running period is the one of the statement."""
    late = [invoice("F-1", "2021-03-10"), invoice("F-2", "2021-09-10")]
    assert codes(statement(law, case_with(factures=late))) == {"prescription-acquise"}
    saved = case_with(event("2025-06-18", factures=["F-1", "F-2"]), factures=late)
    assert codes(statement(law, saved)) == set()

    suit = case_with(event("2025-06-18", "demande-en-justice", factures=["F-1"]), factures=late)
    period = statement(law, suit).prescription
    assert period is not None
    assert str(period.jusqu_au) == "2026-09-10"  # what runs comes before what is stopped


def test_the_agenda_rings_three_times(law: Law) -> None:
    """Six months, one month, the last day; nothing while a case goes on."""
    case = case_with(event("2025-06-18"))
    found = {d.code: str(d.le) for d in case_deadlines(case, statement(law, case), law, ())}
    assert found == {
        "prescription-alerte-F-1": "2029-12-18",
        "prescription-urgence-F-1": "2030-05-18",
        "prescription-F-1": "2030-06-18",
    }
    suit = case_with(event("2025-06-18", "demande-en-justice"))
    assert case_deadlines(suit, statement(law, suit), law, ()) == ()


def test_answers_and_exhibits_of_the_debtor_are_to_be_checked(law: Law) -> None:
    """A letter of the debtor may acknowledge the debt: shown, never counted; what we wrote, or has no day, is not shown."""
    pieces = [
        {"fichier": "a.pdf", "titre": "Lettre du gérant", "le": "2025-03-03", "nature": "courrier-du-debiteur"},
        {"fichier": "b.pdf", "titre": "Accord signé", "le": "2025-04-03", "nature": "reconnaissance"},
        {"fichier": "c.pdf", "titre": "Relance", "le": "2025-05-03", "nature": "relance"},
        {"fichier": "d.pdf", "titre": "Sans date", "nature": "reconnaissance"},
    ]
    answer = Event(le=day("2025-06-02"), action="reponse", canal="telephone")
    about_another = Event(le=day("2025-07-02"), action="reponse", canal="email", factures=("F-2",))
    later = Event(le=day("2026-12-01"), action="reponse", canal="email")
    found = course(law, case_with(pieces=pieces), journal=(answer, about_another, later))

    assert str(found.periode.jusqu_au) == "2027-03-10"
    assert [(str(d.le), str(d.jusqu_au)) for d in found.a_verifier] == [
        ("2025-03-03", "2030-03-03"),
        ("2025-04-03", "2030-04-03"),
        ("2025-06-02", "2030-06-02"),
    ]
    assert "Lettre du gérant" in found.a_verifier[0].nature
    assert "difficile à prouver" in found.a_verifier[2].nature
    noted = case_with(event("2025-04-03", factures=["F-1"]), pieces=pieces[:2])
    assert course(law, noted).a_verifier == ()


def test_a_payment_of_another_invoice_is_not_told_twice(law: Law) -> None:
    """The journal does not say of which invoice; the dossier does, when the day and the amount are the same."""
    paid = [{"recu_le": "2025-08-04", "montant": "100", "facture": "F-2"}]
    case = case_with(factures=[invoice("F-1"), invoice("F-2")], paiements=paid)

    def doubts(le: str, montant: str) -> list[int]:
        noted = Event.model_validate({"le": le, "action": "paiement", "montant": montant})
        return [len(course(law, case, journal=(noted,), number=n).a_verifier) for n in (0, 1)]

    assert doubts("2025-08-04", "100") == [0, 1]
    assert doubts("2025-08-05", "100") == [1, 2]
    assert doubts("2025-08-04", "101") == [1, 1]
