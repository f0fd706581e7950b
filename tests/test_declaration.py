"""A claim in insolvency: the sum on the day of the judgment, every last day on both sides, what is written and when not."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from generator.cli import COMMANDS, cli
from generator.money import plain_spaces
from tests.claim_samples import F1, F2, JUDGE, TRUSTEE, dossier
from tests.conftest import ROOT

INVOICE = ROOT / "tests" / "factures_electroniques" / "fnfe-Facture_FR_EN16931.facturx.pdf"


@pytest.fixture(autouse=True)
def _command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "declaration", ("generator.cli.claim:declaration", "Préparer la déclaration."))


def run(path: Path, *options: str, au: str = "2026-11-21") -> Result:
    return CliRunner().invoke(cli, ["declaration", str(path), "--au", au, *options])


def told(path: Path, *options: str, au: str = "2026-11-21") -> str:
    """Everything said to the person, on one line, ordinary spaces."""
    result = run(path, *options, au=au)
    return " ".join(plain_spaces(result.output).split())


def data(path: Path, *options: str, au: str = "2026-11-21") -> dict[str, Any]:
    """The JSON, nothing written; the claim itself must be possible or not, both print it."""
    result = run(path, "--simulation", "--json", *options, au=au)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def folder_of(path: Path, au: str = "2026-11-21") -> Path:
    return path.parent / "judiciaire" / f"2026-014-declaration-{au}"


def letter_text(folder: Path, name: str = "declaration-de-creance") -> str:
    (pdf,) = folder.glob(f"*-{name}-*.pdf")
    return " ".join(plain_spaces("\n".join(page.extract_text() for page in PdfReader(pdf).pages)).split())


def limit(found: dict[str, Any], code: str) -> dict[str, Any]:
    one: dict[str, Any] = next(item for item in found["delais"] if item["code"] == code)
    return one


# ---------------------------------------------------------------- the sum


def test_the_sum_on_the_day_of_the_judgment(tmp_path: Path) -> None:
    """1 200 × 12,40 % × 102 / 365 = 41,58 € until 11 October, 40 € apart; 300 € fall due on 20 October."""
    path = dossier(tmp_path)
    found = data(path)

    assert found["schema"] == "impayes/declaration/1"
    assert found["interets_jusqu_au"] == "2026-10-11"
    assert found["totaux"] == {
        "echu": "1281.58", "a_echoir": "300.00", "total": "1581.58", "clause_penale": None, "frais_de_justice": "0.00",
    }  # fmt: skip
    assert [(f["numero"], f["etat"], f["penalites"], f["indemnite"]) for f in found["factures"]] == [
        ("F-1", "echu", "41.58", "40.00"),
        ("F-2", "a-echoir", "0.00", "0.00"),
    ]
    assert run(path).exit_code == 0
    letter = letter_text(folder_of(path))
    assert "1 581,58 € dont 1 281,58 € échus et 300,00 € à échoir" in letter
    assert "jour du jugement" in letter


@pytest.mark.parametrize(
    ("invoices", "said"),
    [
        (F1 + F2, "1 581,58 €, dont 1 281,58 € échus au jour du jugement et 300,00 € à échoir."),
        (F1, "1 281,58 €, échus au jour du jugement."),
        (F2, "300,00 €, à échoir."),
    ],
)
def test_a_part_that_is_nil_is_not_said(tmp_path: Path, invoices: str, said: str) -> None:
    """No « 0,00 € à échoir »."""
    assert f"À déclarer : {said}" in told(dossier(tmp_path, invoices=invoices), "--simulation")


@pytest.mark.parametrize(("done", "declared"), [("2026-10-11", ["F-1", "F-3"]), ("2026-10-12", ["F-1"])])
def test_what_is_born_on_the_day_of_the_judgment_is_left_out(tmp_path: Path, done: str, declared: list[str]) -> None:
    """The day of the work decides, not the day of the invoice; what is left out is said (L622-17)."""
    late = f"  - {{numero: F-3, emise_le: 2026-10-15, executee_le: {done}, echeance: 2026-11-14, montant_ttc: 90.00}}\n"
    path = dossier(tmp_path, invoices=F1 + late)

    assert [f["numero"] for f in data(path)["factures"]] == declared
    assert ("Facture F-3 : née après le jugement" in told(path, "--simulation")) == (declared == ["F-1"])


@pytest.mark.parametrize(
    ("due", "state", "fixed"), [("2026-10-11", "echu", "40.00"), ("2026-10-12", "a-echoir", "0.00")]
)
def test_due_before_the_judgment_or_not(tmp_path: Path, due: str, state: str, fixed: str) -> None:
    """An invoice due on the very day is to fall due, and bears no 40 € (L441-10 II)."""
    invoice = f"  - {{numero: F-3, emise_le: 2026-09-11, echeance: {due}, montant_ttc: 90.00}}\n"
    (found,) = data(dossier(tmp_path, invoices=invoice))["factures"]

    assert (found["etat"], found["indemnite"], found["penalites"]) == (state, fixed, "0.00")


def test_a_payment_after_the_judgment_is_not_deducted(tmp_path: Path) -> None:
    """It may be undone (L622-7): the claim is the same without it, and the letter says that sum too."""
    paid = "paiements:\n  - {recu_le: 2026-10-12, montant: 500.00, facture: F-1}\n"
    path = dossier(tmp_path, extra=paid)

    found = data(path)
    assert found["totaux"]["total"] == "1581.58"
    assert found["versements_apres_jugement"] == [{"recu_le": "2026-10-12", "montant": "500.00", "facture": "F-1"}]
    assert "il n'est pas déduit ici" in told(path)
    assert "Sans lui, la créance est de 1 581,58 €" in letter_text(folder_of(path))
    before = paid.replace("2026-10-12", "2026-10-11")
    assert data(dossier(tmp_path, extra=before))["totaux"]["total"] == "1081.58"


def test_costs_granted_before_the_judgment_are_declared(tmp_path: Path) -> None:
    """150 € of dépens of September are in the letter; 80 € of the day of the judgment are not."""
    decision = """decision:
  type: jugement
  rendue_le: 2026-09-15
  interets: penalites
  depens:
    - {libelle: Dépens du jugement, montant: 150.00}
    - {libelle: Acte tardif, montant: 80.00, le: 2026-10-12}
"""
    path = dossier(tmp_path, extra=decision)
    assert data(path)["totaux"]["frais_de_justice"] == "150.00"
    run(path)
    letter = letter_text(folder_of(path))
    assert "Dépens du jugement, 150,00 €" in letter
    assert "Acte tardif" not in letter


def test_a_plan_gives_the_dates_to_fall_due(tmp_path: Path) -> None:
    """What a signed plan put off beyond the judgment is declared with its dates; a plan signed later changes nothing."""
    plan = """plan:
  signe_le: 2026-09-01
  montant: 1200.00
  echeances: [{le: 2026-10-01, montant: 400.00}, {le: 2026-10-12, montant: 400.00}, {le: 2026-11-01, montant: 400.00}]
"""
    found = data(dossier(tmp_path, extra=plan))["echeancier"]
    assert found == [{"le": "2026-10-12", "montant": "400.00"}, {"le": "2026-11-01", "montant": "400.00"}]
    assert data(dossier(tmp_path, extra=plan.replace("2026-09-01", "2026-10-12", 1)))["echeancier"] == []


# ---------------------------------------------------------------- the dates


@pytest.mark.parametrize(
    ("au", "state", "left", "words"),
    [
        ("2026-12-04", "ouvert", 16, "il reste 16 jours"),
        ("2026-12-05", "court", 15, "URGENT : il reste 15 jours"),
        ("2026-12-19", "court", 1, "URGENT : il reste 1 jour pour"),
        ("2026-12-20", "court", 0, "URGENT : dernier jour aujourd'hui"),
        ("2026-12-21", "passe", -1, "TROP TARD pour déclarer"),
    ],
)
def test_two_months_from_the_publication(tmp_path: Path, au: str, state: str, left: int, words: str) -> None:
    """Published on 20 October: the last day is 20 December, itself included, a Sunday."""
    path = dossier(tmp_path)
    found = limit(data(path, au=au), "declarer")

    assert (found["le"], found["etat"], found["jours_restants"]) == ("2026-12-20", state, left)
    assert found["non_ouvrable"] is True
    assert words in told(path, "--simulation", au=au)
    assert ("URGENT" in told(path, "--simulation", au=au)) == (state == "court")


@pytest.mark.parametrize(
    ("published", "creditor", "country", "debtor", "last", "months"),
    [
        ("2027-12-29", "37000", "FR", "37000", "2028-02-29", 2),
        ("2026-12-31", "37000", "FR", "37000", "2027-02-28", 2),
        ("2028-02-29", "37000", "FR", "37000", "2028-04-29", 2),
        ("2026-10-31", "97400", "FR", "37000", "2027-02-28", 4),
        ("2026-10-20", "1000", "BE", "37000", "2027-02-20", 4),
        ("2026-10-20", "97400", "FR", "97400", "2026-12-20", 2),
        ("2026-10-20", "97419", "FR", "97400", "2026-12-20", 2),
        ("2026-10-20", "97400", "RE", "97400", "2026-12-20", 2),
        ("2026-10-20", "37000", "FR", "97400", "2027-02-20", 4),
        ("2026-10-20", "97200", "FR", "97400", "2027-02-20", 4),
        ("2026-10-20", "97150", "FR", "97110", "2027-02-20", 4),
        ("2026-10-20", "1000", "BE", "98800", "2027-02-20", 4),
        ("2026-10-20", "20000", "FR", "37000", "2026-12-20", 2),
    ],
)
def test_months_and_seas(
    tmp_path: Path, published: str, creditor: str, country: str, debtor: str, last: str, months: int
) -> None:
    """29 February, ends of months, and two months more for who does not live where the court sits (R622-24)."""
    path = dossier(tmp_path, published=published, creditor_code=creditor, country=country, debtor_code=debtor)
    found = data(path, au=max(published, "2026-11-21"))

    assert (limit(found, "declarer")["le"], found["delai_mois"]) == (last, months)
    assert ("Lire sur l'annonce où siège le tribunal" in told(path, "--simulation")) == (months == 4)


def test_without_the_publication_it_says_how_to_find_it(tmp_path: Path) -> None:
    """No date is invented: only the day before which the last day cannot be."""
    path = dossier(tmp_path, published=None)
    found = limit(data(path), "declarer")

    assert (found["le"], found["jours_restants"], found["etat"]) == (None, None, "inconnu")
    assert found["au_plus_tot"] == "2026-12-12"
    assert "bodacc.fr, par son SIREN (970865218)" in told(path, "--simulation")
    assert run(path).exit_code == 0


def test_too_late_without_a_reason_nothing_is_written(tmp_path: Path) -> None:
    """Exit 4, and the article; the sum and the dates are shown all the same."""
    path = dossier(tmp_path)
    result = run(path, au="2026-12-21")

    assert result.exit_code == 4
    assert "L622-26" in result.stderr
    assert "1 581,58 €" in plain_spaces(result.stdout)
    assert not folder_of(path).parent.exists()


def test_too_late_with_a_reason_both_letters_go_together(tmp_path: Path) -> None:
    """Until six months after the publication, included; then only the exception of a lawyer is named."""
    why = "    motif_du_retard: le client nous a oubliés de sa liste\n"
    path = dossier(tmp_path, proceedings=why, tiers=TRUSTEE + JUDGE)
    assert run(path, au="2027-04-20").exit_code == 0
    written = {p.name for p in folder_of(path, "2027-04-20").glob("*.pdf")}
    assert {f"2026-014-{name}-2027-04-20.pdf" for name in ("declaration-de-creance", "releve-de-forclusion")} < written

    request = letter_text(folder_of(path, "2027-04-20"), "releve-de-forclusion")
    assert "Notre déclaration part ce jour au mandataire judiciaire." in request

    after = run(path, au="2027-04-21")
    assert not list(folder_of(path, "2027-04-21").glob("*releve*"))
    assert "celui du relevé de forclusion aussi" in " ".join(after.stdout.split())
    assert "« releve-de-forclusion » ne peut pas partir" in after.stderr


RETENTION = """reserve_de_propriete:
  biens: deux vitrines réfrigérées
  stipulation: article 5 des conditions de vente
  acceptee_le: 2026-05-20
  livres_le: {delivered}
"""


@pytest.mark.parametrize(("au", "written"), [("2027-01-20", True), ("2027-01-21", False)])
def test_goods_are_claimed_back_within_three_months(tmp_path: Path, au: str, written: bool) -> None:
    """The letter goes beside the claim until 20 January, included."""
    why = "    motif_du_retard: le client nous a oubliés de sa liste\n"
    path = dossier(tmp_path, proceedings=why, extra=RETENTION.format(delivered="2026-05-28"))
    found = data(path, au=au)

    assert limit(found, "revendiquer")["le"] == "2027-01-20"
    run(path, au=au)
    assert bool(list(folder_of(path, au).glob("*-revendication-*.pdf"))) is written


def test_a_clause_accepted_after_the_delivery_is_said(tmp_path: Path) -> None:
    """It binds nobody (L624-16); without a clause, there is no such time limit."""
    late = dossier(tmp_path, extra=RETENTION.format(delivered="2026-05-19"))
    assert "acceptée après la livraison" in told(late, "--simulation")
    assert [d["code"] for d in data(dossier(tmp_path))["delais"]] == ["declarer", "etre-releve"]


# ---------------------------------------------------------------- what is asked, written, refused


def test_the_exception_to_the_end_of_interest_is_asked(tmp_path: Path) -> None:
    """Neither answer is guessed; « oui » stops our letter, which would give that interest up."""
    path = dossier(tmp_path)
    question = data(path)["questions"][0]
    assert (question["code"], question["reponse"]) == ("paiement-differe", None)
    assert "--paiement-differe oui ou non" in told(path, "--simulation")

    refused = run(path, "--paiement-differe", "oui")
    assert (refused.exit_code, folder_of(path).exists()) == (4, False)
    assert "R622-23" in refused.stderr
    assert "modeles copier declaration-de-creance" in refused.stderr
    assert run(path, "--paiement-differe", "non").exit_code == 0
    assert "Réponse : non." in told(path, "--paiement-differe", "non", "--simulation")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("sauvegarde", "procédure de sauvegarde ne rend pas la créance perdue"),
        ("redressement", "procédure de redressement judiciaire ne rend pas la créance perdue"),
        (
            "liquidation",
            "duplicata ou un état des factures, avec la mention d'impayé : impayes lettre d.yml duplicata-tva",
        ),
    ],
)
def test_the_folder_says_what_to_do_with_the_vat(tmp_path: Path, kind: str, words: str) -> None:
    """From the judgment in liquidation, not from the opening of the others; receipts-based VAT has nothing to recover."""
    path = dossier(tmp_path, kind=kind)
    assert run(path).exit_code == 0
    readme = plain_spaces((folder_of(path) / "LISEZ-MOI.txt").read_text(encoding="utf-8"))

    assert words in readme
    assert "qu'à l'encaissement, rien n'est à récupérer" in readme
    assert "journal envoyer d.yml declaration-de-creance" in readme
    assert str(tmp_path) not in readme


def test_pieces_are_stamped_in_order_and_the_others_are_named(tmp_path: Path) -> None:
    """One readable, one damaged, one locked away by a typing mistake: the deadline does not wait for them."""
    shutil.copy(INVOICE, tmp_path / "f1.pdf")
    (tmp_path / "f2.pdf").write_bytes(INVOICE.read_bytes()[:9000])
    invoices = F1.replace("}", ", piece: f1.pdf}") + F2.replace("}", ", piece: f2.pdf}")
    path = dossier(tmp_path, invoices=invoices)

    found = {p["titre"]: p for p in data(path)["pieces"]}
    assert (found["Facture F-1"]["numero"], found["Facture F-1"]["jointe"]) == (1, True)
    assert found["Facture F-2"]["jointe"] is False
    assert "f2.pdf" in found["Facture F-2"]["motif"]
    assert run(path).exit_code == 0
    bound = PdfReader(folder_of(path) / "pieces.pdf")
    assert all("Pièce n° 1" in plain_spaces(page.extract_text()) for page in bound.pages)
    listed = plain_spaces(PdfReader(folder_of(path) / "bordereau.pdf").pages[0].extract_text())
    assert "Facture F-1" in listed
    assert "Facture F-2" in listed


def test_a_piece_outside_the_folder_is_refused(tmp_path: Path) -> None:
    """By its path or through a link: exit 3, nothing written."""
    shutil.copy(INVOICE, tmp_path / "autre.pdf")
    inside = tmp_path / "mien"
    inside.mkdir()
    (inside / "lien.pdf").symlink_to(tmp_path / "autre.pdf")
    for name in ("../autre.pdf", "lien.pdf"):
        path = dossier(inside, invoices=F1.replace("}", f", piece: {name}}}"))
        result = run(path)
        assert (result.exit_code, folder_of(path).exists()) == (3, False), name
        assert "sort du répertoire du dossier" in result.stderr


def test_once_posted_the_journal_knows(tmp_path: Path) -> None:
    """`journal envoyer` establishes the day; the command then writes nothing more and says it."""
    path = dossier(tmp_path)
    assert run(path).exit_code == 0
    sent = CliRunner().invoke(
        cli, ["journal", "envoyer", str(path), "declaration-de-creance", "--le", "2026-11-23", "--au", "2026-11-23"]
    )
    assert sent.exit_code == 0
    again = run(path, au="2026-11-24")
    assert again.exit_code == 0
    assert not folder_of(path, "2026-11-24").exists()
    assert "Déclarée le 23/11/2026." in again.stdout
    assert data(path, au="2027-01-05")["hors_delai"] is False


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"judgment": "2026-11-22", "published": None}, 3, "aucune procédure n'est ouverte à cette date"),
        ({"judgment": "2026-05-31"}, 4, "postérieures au jugement"),
        ({"tiers": JUDGE}, 3, "tiers.mandataire_judiciaire"),
        ({"extra": "paiements:\n  - {recu_le: 2026-09-30, montant: 3000.00}\n"}, 4, "Plus rien n'est dû"),
    ],
)
def test_what_cannot_be_declared(tmp_path: Path, changes: dict[str, str], code: int, words: str) -> None:
    """A judgment to come, later invoices only, nobody to write to, nothing owed: a sentence, no file."""
    path = dossier(tmp_path, **changes)
    result = run(path)
    assert result.exit_code == code
    assert words in result.stderr
    assert not folder_of(path).exists()


def test_nothing_is_replaced_without_saying(tmp_path: Path) -> None:
    """The same again is left alone; a changed claim asks for --ecraser; a dry run writes nothing."""
    path = dossier(tmp_path)
    assert "serait écrit" in told(path, "--simulation")
    assert not folder_of(path).exists()
    assert run(path).exit_code == run(path).exit_code == 0
    path = dossier(tmp_path, invoices=F1)
    assert run(path).exit_code == 1
    assert "--ecraser" in run(path).stderr
    assert run(path, "--ecraser").exit_code == 0
