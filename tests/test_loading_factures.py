"""Invoices together: due dates, duplicate and unknown numbers, plans, disputes, credit notes."""

from pathlib import Path

import pytest

from generator.loading import load_case
from tests.conftest import day
from tests.outside import DOSSIER, loaded, problem, problems, write

DUE = "    echeance: 2026-07-01\n"
SECOND = "  - {numero: F-2, emise_le: 2026-06-01, echeance: 2026-07-01, montant_ttc: 50}\n"


@pytest.mark.parametrize(
    ("clause", "due"),
    [
        ("30 jours", "2026-07-01"),
        ("60 jours", "2026-07-31"),
        ("45 jours fin de mois", "2026-07-31"),  # 1 June + 45 days = 16 July, then the end of July
        ("fin de mois 45 jours", "2026-08-14"),  # 30 June + 45 days
        ("fin de mois", "2026-06-30"),
        ("comptant", "2026-06-01"),
        ("à réception", "2026-06-01"),
        ("30 Jours  Net", "2026-07-01"),
        ("30j", "2026-07-01"),
    ],
)
def test_due_dates_from_clauses(tmp_path: Path, clause: str, due: str) -> None:
    """Every clause of the contract gives its due date; a written due date wins over it."""
    terms = f"conditions:\n  delai: {clause}\n"
    assert loaded(tmp_path, (DUE, ""), extra=terms).case.factures[0].echeance == day(due)
    assert loaded(tmp_path, extra=terms).case.factures[0].echeance == day("2026-07-01")


@pytest.mark.parametrize(
    "clause",
    ["trente jours", "30", "30 jours ouvrés", "fin juin", "1000 jours", "2 mois", "-5 jours"],
)
def test_unknown_clauses(tmp_path: Path, clause: str) -> None:
    """A clause that is not understood is not guessed, and not said twice."""
    said = problem(tmp_path, (DUE, ""), extra=f"conditions: {{delai: {clause}}}\n")
    assert said.startswith("dossier.yml:14:14: conditions.delai : délai de paiement inconnu : écrire « 30 jours »")


def test_due_date_by_law(tmp_path: Path) -> None:
    """Without a clause: thirty days from performance between professionals, never before the invoice."""
    for done, due in (("2026-05-28", "2026-06-27"), ("2026-01-05", "2026-06-01")):
        case = loaded(tmp_path, (DUE, f"    executee_le: {done}\n")).case
        assert case.factures[0].echeance == day(due)


def test_no_due_date_at_all(tmp_path: Path) -> None:
    """Nothing to compute it from: a sentence on the invoice that says what to write."""
    assert problem(tmp_path, (DUE, "")) == (
        "dossier.yml:11:5: factures n° 1 : échéance inconnue : écrire echeance ou conditions.delai, "
        "ou executee_le pour le délai légal"
    )
    for kind in ("particulier", "public"):
        consumer = ("qualite: professionnel", f"qualite: {kind}")
        assert "échéance inconnue" in problem(tmp_path, consumer, (DUE, "    executee_le: 2026-05-28\n"))


@pytest.mark.parametrize("again", ["F-1", '"F-1 "', '" F-1"'])
def test_duplicate_invoice_numbers(tmp_path: Path, again: str) -> None:
    """Two invoices of one number, spaces aside, would be one account: refused on the second."""
    said = problem(tmp_path, extra=SECOND.replace("F-2", again))
    assert said.startswith("dossier.yml:15:6: factures n° 2, numero : le numéro « F-1 » est déjà pris")


def test_spaces_inside_numbers(tmp_path: Path) -> None:
    """« F  1 » and « F 1 » are one number, for duplicates and for payments alike."""
    spaced = ("numero: F-1", "numero: F  1")
    assert "est déjà pris" in problem(tmp_path, spaced, extra=SECOND.replace("F-2", "F 1"))
    case = loaded(tmp_path, spaced, extra="paiements: [{recu_le: 2026-08-01, montant: 5, facture: F 1}]\n").case
    assert case.paiements[0].facture == case.factures[0].numero == "F 1"


def test_unknown_invoices(tmp_path: Path) -> None:
    """A payment or a credit note of an invoice that is not there names those that are."""
    extra = (
        SECOND + "paiements:\n  - {recu_le: 2026-08-01, montant: 5, facture: F-3}\n"
        "avoirs:\n  - {numero: A-1, emis_le: 2026-08-01, montant_ttc: 5, facture: f-1}\n"
        "  - {numero: A-1, emis_le: 2026-08-01, montant_ttc: 5}\n"
    )
    assert problems(write(tmp_path, extra=extra)) == (
        "dossier.yml:17:39: paiements n° 1, facture : facture « F-3 » absente de ce dossier (connues : F-1, F-2)",
        "dossier.yml:19:56: avoirs n° 1, facture : facture « f-1 » absente de ce dossier (connues : F-1, F-2)",
        "dossier.yml:20:6: avoirs n° 2, numero : le numéro « A-1 » est déjà pris : chaque numéro est unique",
    )


PLAN = "plan:\n  montant: 1200\n  echeances:\n    - {{le: {0}, montant: {1}}}\n    - {{le: {2}, montant: {3}}}\n"


def test_plans(tmp_path: Path) -> None:
    """Instalments add up to the plan, in the order of their dates."""
    assert loaded(tmp_path, extra=PLAN.format("2026-12-15", "700", "2027-01-15", "500")).case.plan is not None
    said = problem(tmp_path, extra=PLAN.format("2026-12-15", "700", "2027-01-15", "499.99"))
    assert said.startswith("dossier.yml:15:1: plan : les échéances font 1199.99 et non 1200.00")
    for second in ("2026-12-15", "2026-12-14"):
        assert "ne se suivent pas" in problem(tmp_path, extra=PLAN.format("2026-12-15", "700", second, "500"))
    assert "plan.echeances : il en faut au moins un" in problem(tmp_path, extra="plan: {montant: 5, echeances: []}\n")


def test_disputes(tmp_path: Path) -> None:
    """A dispute is at most the invoice, all of it when silent."""
    block = "    contestation: {depuis: 2026-07-15, motif: Vitre rayée"
    case = loaded(tmp_path, extra=block + "}\n").case
    assert str(case.factures[0].montant_conteste) == "1200.00"
    case = loaded(tmp_path, extra=block + ", montant: 200}\n").case
    assert str(case.factures[0].montant_conteste) == "200.00"
    said = problem(tmp_path, extra=block + ", montant: 1200.01}\n")
    assert said.startswith("dossier.yml:11:5: factures n° 1 : le montant contesté dépasse celui de la facture")


def test_a_mise_en_demeure_is_received_after_it_is_sent(tmp_path: Path) -> None:
    """Its two dates are in order."""
    said = problem(tmp_path, extra="mise_en_demeure: {envoyee_le: 2026-09-02, recue_le: 2026-09-01}\n")
    assert said.startswith("dossier.yml:15:1: mise_en_demeure : la réception précède l'envoi")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("bce+10", "bce+10"),
        ("BCE + 8", "bce+8"),
        ("3x-légal", "3x-legal"),
        ("12 %", "12 %"),
        ("12,5%", "12.5 %"),
        ("0 %", "0 %"),
    ],
)
def test_rate_clauses(tmp_path: Path, written: str, read: str) -> None:
    """Named rates and agreed percentages."""
    case = loaded(tmp_path, extra=f"conditions: {{taux_penalites: {written!r}}}\n").case
    assert str(case.conditions.taux_penalites) == read


@pytest.mark.parametrize("written", ["12", "bce+12", "100 %", "-1 %", "1 % par mois", "1,5 fois", "12 pour cent"])
def test_unknown_rates(tmp_path: Path, written: str) -> None:
    """A bare number, a monthly rate, anything ambiguous: asked again."""
    said = problem(tmp_path, extra=f"conditions: {{taux_penalites: {written!r}}}\n")
    assert said.startswith("dossier.yml:15:14: conditions.taux_penalites : taux inconnu")


def test_a_thousand_invoices(tmp_path: Path) -> None:
    """A large dossier is read whole, and its mistakes stay in their places."""
    many = "".join(SECOND.replace("F-2", f"G-{i}") for i in range(1000))
    assert len(load_case(write(tmp_path, extra=many)).case.factures) == 1001
    broken = DOSSIER + many.replace("numero: G-998, emise_le: 2026-06-01", "numero: G-998, emise_le: hier")
    assert problem(tmp_path, text=broken).startswith("dossier.yml:1013:21: factures n° 1000, emise_le : date illisible")
