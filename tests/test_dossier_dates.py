"""Dates of a dossier that cannot both be true: refused, both fields named; the same day is possible."""

from pathlib import Path

import pytest

from generator.case import Case
from tests.conftest import case_data
from tests.outside import loaded, problem

DISPUTE = (
    "montant_ttc: 1200.00",
    "montant_ttc: 1200.00\n    contestation: {{depuis: 2026-08-10, motif: rayures, repondu_le: {0}}}",
)
PLAN = "plan: {{signe_le: 2026-08-10, montant: 1200.00, echeances: [{{le: 2026-09-01, montant: 1200.00}}], {0}}}\n"
SETTLEMENT = (
    "transaction: {{litige: rayures, montant: 900, payer_le: 2026-09-01, concession_debiteur: renonce, "
    "signe_le: 2026-08-10, resolue_le: {0}}}\n"
)
QUOTE = "devis: {{numero: D-1, emis_le: 2026-08-10, objet: vitrine, montant_ttc: 900, {0}}}\n"
OPENED = "\n  procedure_collective: {{type: redressement, jugement_le: 2026-08-10, {0}}}"
AMENDED = "avenant: {{signe_le: {0}, echeances: [{{le: 2026-10-01, montant: 1200.00}}]}}"

# Where it is written, with {0} for the later day, and what is said when that day is the day before.
PAIRS = {
    "answer": ("invoice", DISPUTE[1], "repondu_le précède depuis"),
    "promise": ("end", "promesses: [{{recue_le: 2026-08-10, payer_le: {0}}}]\n", "payer_le précède recue_le"),
    "forfeiture": ("plan", "decheance_le: {0}", "decheance_le précède signe_le"),
    "amendment": ("plan", AMENDED, "avenant.signe_le précède signe_le"),
    "notice of the plan": ("plan", "mise_en_demeure: {{envoyee_le: {0}}}", "mise_en_demeure.envoyee_le précède signe_le"),
    "settlement undone": ("end", SETTLEMENT, "resolue_le précède signe_le"),
    "quote accepted": ("quote", "accepte_le: {0}", "accepte_le précède emis_le"),
    "quote valid until": ("quote", "valable_jusqu_au: {0}", "valable_jusqu_au précède emis_le"),
    "publication": ("debtor", "publication_bodacc_le: {0}", "publication_bodacc_le précède jugement_le"),
    "claim declared": ("debtor", "declaree_le: {0}", "declaree_le précède jugement_le"),
}  # fmt: skip
CITY = '12 rue des Lilas], code_postal: "37000", ville: Tours}'


def written(place: str, text: str, day: str) -> tuple[list[tuple[str, str]], str]:
    """The substitutions and the lines to add to the small dossier."""
    if place == "invoice":
        return [(DISPUTE[0], text.format(day))], ""
    if place == "debtor":
        return [(CITY, CITY + OPENED.format(text.format(day)))], ""
    whole = {"plan": PLAN, "quote": QUOTE}.get(place)
    return [], whole.format(text.format(day)) if whole else text.format(day)


@pytest.mark.parametrize("name", PAIRS)
def test_a_day_before_is_refused(tmp_path: Path, name: str) -> None:
    """One sentence, which names both fields and says what to do."""
    place, text, said = PAIRS[name]
    swaps, extra = written(place, text, "2026-08-09")
    assert f"{said} : corriger l'une des deux dates" in problem(tmp_path, *swaps, extra=extra)


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_day_is_read(tmp_path: Path, name: str) -> None:
    """The first day that is possible."""
    place, text, _ = PAIRS[name]
    swaps, extra = written(place, text, "2026-08-10")
    assert loaded(tmp_path, *swaps, extra=extra).case.reference


def test_both_mistakes_of_a_block_at_once(tmp_path: Path) -> None:
    """Not one after the other."""
    swaps, extra = written("quote", "accepte_le: {0}, valable_jusqu_au: 2026-08-01", "2026-08-09")
    said = problem(tmp_path, *swaps, extra=extra)
    assert "accepte_le précède emis_le" in said
    assert "valable_jusqu_au précède emis_le" in said


def test_days_in_any_order_that_are_possible() -> None:
    """A delivery after the invoice, a payment before it, a credit note of the same day are ordinary."""
    invoice = {"numero": "F-1", "emise_le": "2026-06-01", "executee_le": "2026-06-15", "echeance": "2026-07-01"}
    case = case_data(
        factures=[{**invoice, "montant_ttc": "1200"}],
        paiements=[{"recu_le": "2026-05-02", "montant": "100"}],
        avoirs=[{"numero": "A-1", "emis_le": "2026-06-01", "montant_ttc": "10"}],
    )
    assert Case.model_validate(case).paiements
