"""The dossier by questions, without a terminal."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.intake.dossier_yaml import Draft
from generator.intake.questions import Question, ask_dossier
from generator.loading import load_case

ANSWERS = {
    ("nom", "Creditor"): "Atelier Vasseur",
    ("siren", "Creditor"): "732 829 320",
    ("nom", "Debtor"): "Boulangerie Martin SARL",
    ("qualite", "Debtor"): "professionnel",
    ("siren", "Debtor"): "123456782",
    ("lignes", "Address"): "12 rue des Lilas",
    ("code_postal", "Address"): "06000",
    ("ville", "Address"): "Nice",
    ("taux_penalites", "Terms"): "12 %",
    ("numero", "Invoice"): "2026-10-12",
    ("emise_le", "Invoice"): "01/06/2026",
    ("echeance", "Invoice"): "01/07/2026",
    ("montant_ttc", "Invoice"): "1 200,50 €",
}


def interview(changes: dict[tuple[str, str], list[str]], **options: Any) -> tuple[Draft, list[str]]:
    """Answer by field; a list is consumed answer by answer, then the usual answer comes."""
    told: list[str] = []
    queues = {key: list(values) for key, values in changes.items()}

    def ask(question: Question) -> str:
        key = (question.champ, question.bloc.__name__ if question.bloc else "")
        assert question.texte
        assert question.aide
        return queues[key].pop(0) if queues.get(key) else ANSWERS.get(key, "")

    return ask_dossier(ask, told.append, **options), told


def test_questions_make_a_dossier_that_loads(tmp_path: Path) -> None:
    draft, told = interview(
        {("paiement", ""): ["oui"], ("recu_le", "Payment"): ["2026-08-01"], ("montant", "Payment"): ["100"]}
    )
    assert not told
    path = tmp_path / "dossier.yml"
    path.write_text(draft.to_yaml(), encoding="utf-8")
    case = load_case(path).case
    assert case.reference == "2026-10-12"
    assert case.debiteur.adresse.code_postal == "06000"
    assert case.factures[0].numero == "2026-10-12"
    assert case.factures[0].montant_ttc == Decimal("1200.50")
    assert str(case.conditions.taux_penalites) == "12 %"
    assert case.paiements[0].montant == Decimal("100.00")
    assert any("date de livraison" in note for note in draft.notes)


def test_questions_check_each_answer_and_ask_again() -> None:
    draft, told = interview(
        {
            ("siren", "Debtor"): ["123456789"],
            ("qualite", "Debtor"): ["client"],
            ("emise_le", "Invoice"): ["30/02/2026"],
            ("echeance", "Invoice"): ["2026-05-01"],
            ("montant_ttc", "Invoice"): ["-3", ""],
            ("reference", ""): ["a/b"],
        }
    )
    for part in ("SIREN faux", "professionnel, particulier ou public", "n'existe pas", "précède", "négatif",
                 "obligatoire", "référence inutilisable"):  # fmt: skip
        assert any(part in sentence for sentence in told), part
    assert draft.reference == "2026-10-12"


def test_questions_leave_the_creditor_to_the_company_file() -> None:
    draft, _ = interview({("delai", "Terms"): ["45 jours fin de mois"]}, with_creditor=False)
    assert "creancier" not in draft.dossier
    assert "echeance" not in draft.dossier["factures"][0]
    assert draft.dossier["conditions"]["delai"] == "45 jours fin de mois"


def test_several_invoices_by_questions() -> None:
    draft, told = interview(
        {("encore", ""): ["oui"], ("numero", "Invoice"): ["F-1", "F-1", "F-2"]}, with_creditor=False
    )
    assert [invoice["numero"] for invoice in draft.dossier["factures"]] == ["F-1", "F-2"]
    assert any("déjà saisi" in sentence for sentence in told)
