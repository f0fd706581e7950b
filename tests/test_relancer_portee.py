"""What a letter of `impayes relancer` is about: its claims, its invoices, its dossiers, its enclosures."""

import json
from pathlib import Path

from tests.batch_samples import (
    DUE,
    FIRST_ON_PAPER,
    MONDAY,
    TUESDAY,
    day_folder,
    debtor,
    events,
    fill,
    pages,
    quick,
    relancer,
    rows,
    small_pdf,
    told,
)
from tests.outside import impayes, tree
from tests.portfolio_samples import FIRST, SECOND, agenda, company, dossier, invoice, sent, strategy

__all__ = ["quick"]


def test_claims_of_a_level(tmp_path: Path) -> None:
    """« offrir » leaves penalties out of that letter; « abandonner » gives them up for good, once the letter has left."""
    claims = {"offre": "penalites: offrir", "abandon": "penalites: abandonner, indemnite_forfaitaire: abandonner"}
    for name, claim in claims.items():
        rung = f"{{niveau: {name}, quand: échéance + 3 jours, lettre: relance-2, canal: courrier, validation: non, {claim}}}"
        folder = company(tmp_path / name, strategy(rung, SECOND.replace("relance-2", "relance-3")))
        path = dossier(folder, invoice(DUE))
        full = json.loads(impayes("decompte", path, "--au", MONDAY, "--json").stdout)["totaux"]
        assert float(full["penalites"]) > 0
        relancer(folder)
        text = " ".join(pages(day_folder(folder) / "a-imprimer.pdf"))
        assert "1 000,00 €" in text
        total = f"{float(full['solde']):,.2f}".replace(",", " ").replace(".", ",")
        assert total not in text, "the full balance is not what this letter asks for"
        assert json.loads(impayes("decompte", path, "--au", MONDAY, "--json").stdout)["totaux"] == full
        impayes("journal", "confirmer", fill(folder, {"envoye_le": TUESDAY}), "--au", TUESDAY)
        after = json.loads(impayes("decompte", path, "--au", "2026-12-30", "--json").stdout)["totaux"]
        eve = json.loads(impayes("decompte", path, "--au", MONDAY, "--json").stdout)["totaux"]
        assert eve == full, "an earlier picture does not change"
        if name == "offre":
            assert float(after["penalites"]) > float(full["penalites"])
            assert after["indemnites"] == "40.00"
        else:
            assert (after["penalites"], after["indemnites"], after["solde"]) == ("0.00", "0.00", "1000.00")


def test_one_letter_for_a_debtor_then_each_at_its_own_pace(tmp_path: Path, quick: None) -> None:
    """Two dossiers, one letter, both journals; the next letter is about both again once this one is confirmed."""
    folder = company(tmp_path / "e", strategy(FIRST, SECOND.replace("courrier}", "courrier, validation: non}"),
                                              regroupement="debiteur"))  # fmt: skip
    for n in (1, 2):
        dossier(folder, [invoice(DUE, f"{n}00.00", f"F-{n}")], f"D-{n}")
    dossier(folder, invoice(DUE, numero="F-3"), "D-3", debiteur=debtor("Autre client"))
    said = relancer(folder)
    assert "Préparées (2)" in said
    assert events(folder, "D-1") == events(folder, "D-2")
    assert events(folder, "D-1")[0].factures == ("F-1", "F-2")
    statements = [
        json.loads(impayes("decompte", folder / f"D-{n}.yml", "--au", MONDAY, "--json").stdout) for n in (1, 2)
    ]
    total = sum(round(float(s["totaux"]["solde"]) * 100) for s in statements) / 100
    letter = day_folder(folder) / "D-1" / "D-1_D-2-relance-1-2026-11-23.pdf"
    assert pages(letter) == [f"D-1, D-2 / relance-1 / {total:.2f}"]
    before = tree(folder)
    relancer(folder)
    assert tree(folder) == before, "the sum of the group does not become the leader's own at the second run"
    impayes("journal", "confirmer", fill(folder, {"envoye_le": MONDAY}), "--au", MONDAY)
    assert told(folder, "D-1") == told(folder, "D-2") == ["preparation relance-1", "envoi relance-1"]
    assert "Préparées (1)" in relancer(folder, au="2026-12-07")
    assert events(folder, "D-2")[-1].lettre == "relance-2"
    assert events(folder, "D-2")[-1].dossiers == ("D-1", "D-2")


def test_a_group_at_two_levels_is_written_to_once(tmp_path: Path, quick: None) -> None:
    """The younger dossier joins the letter of the older one: it is not written to by itself the same day."""
    folder = company(tmp_path / "e", strategy(FIRST, SECOND.replace("courrier}", "courrier, validation: non}"),
                                              regroupement="debiteur"))  # fmt: skip
    old = dossier(folder, invoice("2026-10-01", numero="F-1"), "D-1")
    dossier(folder, invoice(DUE, numero="F-2"), "D-2")
    sent(old, "relance-1", "2026-10-06", niveau="premiere", factures=("F-1",))
    relancer(folder)
    assert told(folder, "D-2") == ["preparation relance-2"]
    relancer(folder)
    assert told(folder, "D-2") == ["preparation relance-2"]
    assert {a["etat"] for a in agenda(folder, "--au", TUESDAY)["actions"]} == {"preparee"}


def test_a_letter_for_each_invoice(tmp_path: Path, quick: None) -> None:
    """Where each invoice has its letter: sums of their own, a second run unchanged, one paid and the other goes on."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER, regroupement="facture"))
    bills = [invoice(DUE, "100.00", "F/1"), invoice(DUE, "200.00", "F-1"), invoice(DUE, "400.00", "F 1")]
    dossier(folder, bills)
    relancer(folder)
    found = {row["factures"]: float(row["montant"].split(",")[0]) for row in rows(folder)}
    assert found["F/1"] < found["F-1"] < found["F 1"]
    assert len(list((day_folder(folder) / "D-1").iterdir())) == 3
    texts = sorted(pages(day_folder(folder) / "a-imprimer.pdf"))
    assert len(set(texts)) == 3
    before = tree(folder)
    relancer(folder)
    assert tree(folder) == before
    dossier(folder, bills, paiements=[{"recu_le": MONDAY, "montant": "500.00", "facture": "F 1"}])
    said = relancer(folder)
    assert "ne doit plus partir" in said
    assert [row["factures"] for row in rows(folder)] == ["F-1", "F/1"]
    assert len(pages(day_folder(folder) / "a-imprimer.pdf")) == 2


def test_only_what_a_letter_announces_is_enclosed(tmp_path: Path, quick: None) -> None:
    """The notice of a missed instalment encloses the agreement, by hand, and no invoice; a reminder encloses them all."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    (folder / "F.pdf").write_bytes(small_pdf("Facture"))
    plan = {"signe_le": "2026-10-05", "montant": "1000.00", "echeances": [{"le": "2026-11-02", "montant": "1000.00"}]}
    dossier(folder, invoice("2026-10-01", piece="F.pdf"), "D-1", plan=plan)
    dossier(folder, [invoice(DUE, numero="F-1", piece="F.pdf"), invoice(DUE, numero="F-2", piece="F.pdf")], "D-2")
    dossier(folder, [invoice(DUE, numero="F-1", piece="F.pdf"), invoice(DUE, numero="F-2")], "D-3")
    relancer(folder, "--tout-valider")
    found = {row["dossiers"]: (row["lettre"], row["pieces"].replace("’", "'")) for row in rows(folder)}
    assert found == {
        "D-1": ("mise-en-demeure-plan", "à joindre à la main : Copie de l'accord du 5 octobre 2026"),
        "D-2": ("relance-1", ""),
        "D-3": ("relance-1", "à joindre à la main : Copie des factures"),
    }
    text = pages(day_folder(folder) / "a-imprimer.pdf")
    assert [page.partition(" / ")[0] for page in text] == ["D-1", "D-2", "factures jointes", "D-3"]


def test_an_encrypted_piece_is_named(tmp_path: Path) -> None:
    """A PDF under a password cannot be enclosed: said with its name, exit 3."""
    from pypdf import PdfWriter

    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(folder / "secret.pdf")
    dossier(folder, invoice(DUE, piece="secret.pdf"))
    said = relancer(folder, code=3)
    assert "D-1 : secret.pdf : PDF protégé par un mot de passe" in said
    assert not (folder / "journal").exists()
