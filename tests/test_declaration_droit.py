"""What the law adds to a claim: the day the VAT is lost, each delivery against the clause, costs of the request for relief."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from generator.cli import COMMANDS, cli
from generator.law import load_law
from generator.money import plain_spaces
from tests.claim_samples import F1, F2, JUDGE, TRUSTEE, dossier

AU = "2026-11-21"
LATE = "2027-01-11"
WHY = "    motif_du_retard: le client nous a oubliés de sa liste\n"


@pytest.fixture(autouse=True)
def _command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "declaration", ("generator.cli.claim:declaration", "Préparer la déclaration."))


def run(path: Path, *options: str, au: str = AU) -> Result:
    return CliRunner().invoke(cli, ["declaration", str(path), "--au", au, *options])


def told(path: Path, *options: str, au: str = AU) -> str:
    """Everything said, on one line, ordinary spaces."""
    return " ".join(plain_spaces(run(path, *options, au=au).output).split())


def limits(path: Path, au: str = AU) -> dict[str, dict[str, Any]]:
    """The time limits of the JSON, by their code."""
    found = json.loads(run(path, "--simulation", "--json", au=au).stdout)
    return {one["code"]: one for one in found["delais"]}


def letter(path: Path, name: str, au: str) -> str:
    """The text of a letter of the folder."""
    assert run(path, "--ecraser", au=au).exit_code == 0
    (pdf,) = path.parent.glob(f"judiciaire/*-{au}/*-{name}-{au}.pdf")
    return " ".join(plain_spaces("\n".join(page.extract_text() for page in PdfReader(pdf).pages)).split())


# ---------------------------------------------------------------- the VAT


@pytest.mark.parametrize(
    ("judgment", "last"), [("2025-12-31", "2027-12-31"), ("2026-01-01", "2028-12-31"), ("2026-10-12", "2028-12-31")]
)
def test_the_vat_is_taken_back_before_the_end_of_the_second_year(tmp_path: Path, judgment: str, last: str) -> None:
    """Counted in calendar years from the judgment of liquidation, and said to be checked."""
    old = "  - {numero: F-1, emise_le: 2025-06-01, echeance: 2025-07-01, montant_ttc: 1200.00, montant_tva: 200.00}\n"
    path = dossier(tmp_path, kind="liquidation", judgment=judgment, published=None, invoices=old)

    assert limits(path)["recuperer-tva"]["le"] == last
    assert limits(path)["recuperer-tva"]["articles"] == ["cgi-272", "cgi-annexe-2-208"]
    day = date.fromisoformat(last)
    assert f"déposée avant le {day:%d/%m/%Y}, à vérifier avec votre expert-comptable" in told(path, "--simulation")


def test_the_years_come_from_the_table() -> None:
    """Two years, not certain: the table says so."""
    value = load_law().value("delais-fiscaux", on=date(2026, 10, 12), cle="recuperation-tva")
    assert (str(value.valeur), value.confiance) == ("2", "moyenne")


@pytest.mark.parametrize("kind", ["sauvegarde", "redressement"])
def test_without_liquidation_there_is_no_day_yet(tmp_path: Path, kind: str) -> None:
    """The opening loses nothing; the folder says from what day the two years would run."""
    path = dossier(tmp_path, kind=kind)
    assert "recuperer-tva" not in limits(path)
    assert run(path).exit_code == 0
    readme = plain_spaces(next(path.parent.glob("judiciaire/*/LISEZ-MOI.txt")).read_text(encoding="utf-8"))
    assert "jusqu'au 31 décembre de la deuxième année qui suit (CGI, art. 272 et CGI, ann. II, art. 208)" in readme
    assert "il n'y a pas encore de date à noter" in readme


def test_no_vat_no_day(tmp_path: Path) -> None:
    """Invoices without VAT have none to take back; an invoice whose VAT is not known may have some."""
    free = F1.replace("montant_tva: 200.00", "montant_tva: 0")
    path = dossier(tmp_path, kind="liquidation", invoices=free)
    assert "recuperer-tva" not in limits(path)
    assert "recuperer-tva" in limits(dossier(tmp_path, kind="liquidation", invoices=free + F2))
    unknown = F1.replace(", montant_tva: 200.00", "")
    assert "recuperer-tva" in limits(dossier(tmp_path, kind="liquidation", invoices=unknown))


@pytest.mark.parametrize(
    ("au", "words"), [("2028-12-31", "dernier jour aujourd'hui"), ("2029-01-01", "passée depuis 1 jour")]
)
def test_once_declared_the_vat_is_still_shown(tmp_path: Path, au: str, words: str) -> None:
    """Nothing more is written then: the command says what the folder would have said."""
    path = dossier(tmp_path, kind="liquidation", proceedings="    declaree_le: 2026-11-10\n")
    said = told(path, au=au)
    assert f"Date limite : 31 décembre 2028, {words}" in said
    assert "Si la liquidation a suivi un redressement" in said
    assert not (tmp_path / "judiciaire").exists()


# ---------------------------------------------------------------- each delivery

CLAUSE = """reserve_de_propriete:
  biens: deux vitrines réfrigérées et un présentoir
  stipulation: article 5 des conditions de vente
  acceptee_le: 2026-06-10
"""


def delivered(first: str | None, second: str | None) -> str:
    """Two invoices of goods and the day each was delivered."""
    days = [f", executee_le: {day}" if day else "" for day in (first, second)]
    return F1.replace("emise_le: 2026-06-01", f"emise_le: 2026-06-01{days[0]}") + F2.replace(
        "emise_le: 2026-09-20", f"emise_le: 2026-09-20{days[1]}"
    )


@pytest.mark.parametrize(
    ("first", "covered"), [("2026-06-09", False), ("2026-06-10", True), ("2026-06-11", True), (None, True)]
)
def test_each_delivery_is_held_against_the_acceptance(tmp_path: Path, first: str | None, covered: bool) -> None:
    """Accepted on 10 June, at the latest on the day of the delivery (L624-16): what came the day before stays out, and is said."""
    path = dossier(tmp_path, invoices=delivered(first, "2026-09-18"), extra=CLAUSE)
    said = told(path, "--simulation")
    assert ("Facture F-1 : biens livrés le 09/06/2026, avant l'acceptation de la clause" in said) is not covered
    assert ("Livraison non datée : F-1" in said) is (first is None)

    claimed = letter(path, "revendication", AU)
    assert ("1 500,00 € TTC restent dus" in claimed) is covered
    assert ("300,00 € TTC restent dus" in claimed) is not covered
    assert ("Elle ne couvre pas les biens de la facture F-1, livrés avant cette date" in claimed) is not covered
    assert ("1 200,00 €" in claimed) is covered
    assert ("à l’exception de ceux de la facture F-1" in claimed) is not covered
    declared = letter(path, "declaration-de-creance", AU)
    assert ("Elle ne couvre pas les biens de la facture F-1" in declared) is not covered
    assert "une clause de réserve de propriété porte sur" in declared


def test_the_days_of_the_deliveries_are_those_of_the_invoices(tmp_path: Path) -> None:
    """A clause that names only the last delivery does not hide the first."""
    clause = CLAUSE + "  livres_le: 2026-09-18\n"
    path = dossier(tmp_path, invoices=delivered("2026-06-12", "2026-09-18"), extra=clause)
    assert "livrés le 12 juin 2026 et le 18 septembre 2026" in letter(path, "revendication", AU)


def test_every_delivery_too_early_is_refused(tmp_path: Path) -> None:
    """Nothing is left to claim back: no such time limit, no such letter, and the claim goes without the clause."""
    path = dossier(tmp_path, invoices=delivered("2026-06-01", "2026-06-09"), extra=CLAUSE)
    result = run(path)
    assert result.exit_code == 0
    assert "livraison de tous les biens impayés" in " ".join(result.stderr.split())
    assert not list(path.parent.glob("judiciaire/*/*revendication*"))
    assert "revendiquer" not in limits(path)
    assert "à titre chirographaire" in letter(path, "declaration-de-creance", AU)


def test_goods_already_paid_count_for_nothing(tmp_path: Path) -> None:
    """The only delivery covered is paid: what is left was delivered too early."""
    paid = "paiements:\n  - {recu_le: 2026-10-01, montant: 300.00, facture: F-2}\n"
    path = dossier(tmp_path, invoices=delivered("2026-06-09", "2026-09-18"), extra=CLAUSE + paid)
    assert "revendiquer" not in limits(path)
    assert "acceptée après la livraison" in told(path, "--simulation")


# ---------------------------------------------------------------- relief

DECISION = """decision:
  type: jugement
  rendue_le: 2026-09-15
  interets: penalites
  depens:
    - {libelle: Dépens du jugement, montant: 150.00}
    - {libelle: Acte tardif, montant: 80.00, le: 2026-10-12}
"""


@pytest.mark.parametrize("name", ["releve-de-forclusion", "declaration-de-creance"])
def test_the_request_declares_the_same_costs_as_the_claim(tmp_path: Path, name: str) -> None:
    """Costs granted before the judgment are in both letters, and the decision among their pieces."""
    path = dossier(tmp_path, proceedings=WHY, tiers=TRUSTEE + JUDGE, extra=DECISION)
    text = letter(path, name, LATE)
    assert "en plus les frais de justice que la décision du 15 septembre 2026" in text
    assert "Dépens du jugement, 150,00 €" in text
    assert "Acte tardif" not in text
    assert "Décision du 15 septembre 2026" in text
    without = letter(dossier(tmp_path, proceedings=WHY, tiers=TRUSTEE + JUDGE), name, LATE)
    assert "frais de justice que" not in without
    assert "Décision du" not in without


@pytest.mark.parametrize(("kind", "who"), [("redressement", "mandataire judiciaire"), ("liquidation", "liquidateur")])
def test_who_bears_the_costs_of_the_request(tmp_path: Path, kind: str, who: str) -> None:
    """The creditor, unless the judge decides otherwise (R622-25); the six months are dated."""
    path = dossier(tmp_path, kind=kind, proceedings=WHY, tiers=TRUSTEE + JUDGE)
    text = letter(path, "releve-de-forclusion", LATE)
    assert "Les frais de cette instance sont en principe à notre charge" in text
    assert f"à la connaissance du {who}, nous vous demandons de les mettre à la sienne (C. com., art. R622-25)" in text
    assert "six mois de la publication, délai qui s’achève le 20 avril 2027" in text
