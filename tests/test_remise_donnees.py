"""A pack asks for nothing it holds, speaks of a claim once proceedings are open, and leaves other people's data out."""

import shutil
from pathlib import Path

import pytest

from generator.cli import COMMANDS
from generator.money import plain_spaces
from tests.test_remise_a_un_tiers import ADDRESS, INVOICE, archive_of, dossier, note, packed, run, sent, words

THEIRS = "FR14 2004 1010 0505 0001 3M02 606"
PROCEEDINGS = "procedure_collective: {{type: {kind}, jugement_le: 2026-10-12, publication_bodacc_le: 2026-10-20{more}}}"


@pytest.fixture(autouse=True)
def _command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "remettre", ("generator.cli.pack:remettre", "Remettre un dossier."))


def asked(path: Path, to: str = "avocat") -> str:
    """What the creditor alone is told to join or to check."""
    readme = plain_spaces(packed(path, to)["LISEZ-MOI.txt"].decode())
    assert "À vérifier" not in readme
    said = plain_spaces(run(path, to, "--ecraser").stdout)
    return said.split("POUR VOUS SEUL")[1].split("\n\n")[0] if "POUR VOUS SEUL" in said else ""


ORDER, DELIVERY = "Joindre le devis signé, le bon de commande ou le contrat", "Joindre la preuve de la livraison"


@pytest.mark.parametrize(
    ("nature", "missing"),
    [
        ("devis", [DELIVERY]), ("commande", [DELIVERY]), ("contrat", [DELIVERY]), ("livraison", [ORDER]),
        ("autre", [ORDER, DELIVERY]),
    ],
)  # fmt: skip
def test_a_paper_in_the_zip_is_not_asked_for(tmp_path: Path, nature: str, missing: list[str]) -> None:
    """What the dossier says the piece is decides; a piece of no known kind answers nothing."""
    shutil.copy(INVOICE, tmp_path / "p.pdf")
    path = dossier(tmp_path, extra=f"pieces:\n  - {{fichier: p.pdf, titre: Papier, nature: {nature}}}\n")
    said = asked(path)
    assert [text for text in (ORDER, DELIVERY) if text in said] == missing


@pytest.mark.parametrize("how", ["absent", "secret"])
def test_a_paper_that_is_not_in_the_zip_is_still_asked_for(tmp_path: Path, how: str) -> None:
    """Named but not found, or kept back: whoever takes over does not have it."""
    if how == "secret":
        shutil.copy(INVOICE, tmp_path / "p.pdf")
    kept = ", ne_pas_communiquer: oui" if how == "secret" else ""
    path = dossier(tmp_path, extra=f"pieces:\n  - {{fichier: p.pdf, titre: Bon, nature: commande{kept}}}\n")
    assert ORDER in asked(path)


def test_a_consumer_is_sent_to_the_conciliator(tmp_path: Path) -> None:
    """The mediator of businesses hears businesses: exit 4, the letter that fits, nothing written; a business goes."""
    path = dossier(tmp_path, kind="particulier", name="Odile Quentin")
    result = run(path, "mediateur")
    assert (result.exit_code, archive_of(path, "mediateur").exists()) == (4, False)
    assert "impayes lettre 2026-014.yml demande-au-conciliateur" in result.stderr
    assert "01-lettre.pdf" in packed(dossier(tmp_path), "mediateur")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "À déclarer, créance au jour du jugement : 1 281,58 €"),
        (", declaree_le: 2026-11-02", "Créance au jour du jugement : 1 281,58 €, déclarée le 02/11/2026"),
    ],
)
def test_in_proceedings_a_claim_is_declared_not_due(tmp_path: Path, more: str, said: str) -> None:
    """Neither « Total dû » nor « Ce qui reste dû », on the guide as on the pages; the BODACC has been read already."""
    path = dossier(tmp_path, contact=PROCEEDINGS.format(kind="liquidation", more=more))
    files = packed(path, "avocat")
    text = words(files)
    assert text.count(said) == 2
    assert "Total dû" not in text
    assert "Ce qui reste dû" not in text
    assert "liquidation judiciaire, jugement du 12 octobre 2026" in text
    assert "BODACC le jour de l'envoi" not in asked(path)
    assert "BODACC le jour de l'envoi" in asked(dossier(tmp_path))


def test_a_late_payment_and_later_invoices_do_not_change_what_is_declared(tmp_path: Path) -> None:
    """The sum is that of `impayes declaration`, not that of the balance."""
    paid = "paiements:\n  - {recu_le: 2026-10-20, montant: 500.00, facture: F-1}\n"
    path = dossier(tmp_path, contact=PROCEEDINGS.format(kind="redressement", more=""), extra=paid)
    assert "créance au jour du jugement : 1 281,58 €" in words(packed(path, "avocat"))


@pytest.mark.parametrize(
    ("to", "bank", "reach"),
    [
        ("avocat", True, True), ("commissaire-de-justice", True, True), ("societe-de-recouvrement", False, True),
        ("assureur-credit", False, False), ("mediateur", False, False),
    ],
)  # fmt: skip
def test_what_a_call_told_of_other_people(tmp_path: Path, to: str, bank: bool, reach: bool) -> None:
    """An account cited in a call reaches the two who may seize it; ways to reach somebody, those who may call."""
    path = dossier(tmp_path)
    result = f"Payer sur {THEIRS}. Joindre paul@tiers.example ou 06 12 34 56 78. TVA FR44732829320, 1 200,00 €."
    note(tmp_path, action="appel", resultat=result, par="Karim Benali", note="Son frère est malade")
    text = words(packed(path, to))
    assert (THEIRS.replace(" ", "") in text.replace(" ", "")) is bank
    assert ("compte bancaire retiré" in text) is not bank
    assert ("paul@tiers.example" in text) is reach
    assert ("06 12 34 56 78" in text) is reach
    assert ("Benali" in text) is bank
    assert ("frère" in text) is bank
    assert "TVA FR44732829320, 1 200,00 €" in text


@pytest.mark.parametrize("to", ["avocat", "assureur-credit"])
def test_other_third_parties_of_the_dossier_stay_out(tmp_path: Path, to: str) -> None:
    """The builder's client, another adviser: neither names nor letters written to them, the fields left out are named."""
    tiers = f"""tiers:
  avocat: {{nom: Maître Delvaux, adresse: {ADDRESS}}}
  assureur_credit: {{nom: Assur Crédit, reference: P-77, adresse: {ADDRESS}}}
  maitre_d_ouvrage: {{nom: Résidence Zyrtek, adresse: {ADDRESS}, contact: {{nom: Basile Zyrtek, email: b@zyrtek.example}}}}
"""
    path = dossier(tmp_path, tiers=tiers)
    sent(tmp_path, INVOICE.read_bytes(), "assurance.pdf", lettre="declaration-assureur-credit")
    files = packed(path, to)
    text = words(files)
    assert "zyrtek" not in text.lower()
    assert "tiers : maitre_d_ouvrage" in text
    assert ("P-77" in text) is (to == "assureur-credit")
    assert not [name for name in files if name.startswith("lettres/")]
