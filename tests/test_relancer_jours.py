"""`impayes relancer` run again: the same day, the next ones, after what the person typed and what happened since."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.batch_samples import (
    DUE,
    FIRST_ON_PAPER,
    MONDAY,
    PAPER,
    REGISTERED,
    TUESDAY,
    day_folder,
    debtor,
    events,
    fill,
    pages,
    quick,
    relancer,
    rows,
    told,
)
from tests.outside import impayes
from tests.portfolio_samples import FIRST, SECOND, agenda, company, dossier, invoice, note, strategy

__all__ = ["quick"]


def test_the_next_day_nothing_is_doubled(tmp_path: Path, quick: None) -> None:
    """A letter nobody confirmed stays prepared; once confirmed, the next level comes on its day, not before."""
    folder = company(tmp_path / "e", strategy(FIRST, SECOND.replace("courrier}", "courrier, validation: non}")))
    dossier(folder, invoice(DUE), "D-1", debiteur=PAPER)
    dossier(folder, invoice(DUE), "D-2")
    relancer(folder)
    for au in (TUESDAY, "2026-12-08"):
        assert "Rien à préparer aujourd'hui." in relancer(folder, au=au)
        assert not day_folder(folder, au).exists()
    assert [a["etat"] for a in agenda(folder, "--au", TUESDAY)["actions"]] == ["preparee", "preparee"]

    impayes("journal", "confirmer", fill(folder, {"envoye_le": MONDAY}), "--au", TUESDAY)
    # Twelve days after the letter: Saturday 5 December, so Monday 7.
    assert "Rien à préparer" in relancer(folder, au="2026-12-06")
    said = relancer(folder, au="2026-12-07")
    assert "Préparées (1)" in said
    assert told(folder, "D-1") == ["preparation relance-1", "envoi relance-1", "preparation relance-2"]
    assert told(folder, "D-2") == ["preparation relance-1"]


def test_made_again_on_request(tmp_path: Path, quick: None) -> None:
    """`--refaire`: another day, or the same day once the dossier was corrected; never twice the same bytes."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    path = dossier(folder, invoice(DUE))
    relancer(folder)
    relancer(folder, "--refaire", "D-1")
    assert told(folder, "D-1") == ["preparation relance-1"], "nothing changed: nothing more to note"

    dossier(folder, invoice(DUE, "900.00"))
    said = relancer(folder)
    assert "D-1 : le compte a changé depuis la préparation" in said
    assert "--refaire D-1" in said
    relancer(folder, "--refaire", "D-1")
    assert len(events(folder, "D-1")) == 2
    assert len(rows(folder)) == 1
    assert "9" in rows(folder)[0]["montant"][:1]
    file = events(folder, "D-1")[-1].fichiers[0]
    assert sha256((day_folder(folder) / "D-1" / file.nom).read_bytes()).hexdigest() == file.sha256
    assert "a changé" not in relancer(folder)
    dossier(folder, [invoice(DUE, "900.00"), invoice(DUE, numero="F-2")])
    relancer(folder, "--refaire", "D-1")
    relancer(folder)
    assert [row["factures"] for row in rows(folder)] == ["F-1, F-2"], "of two of the same day, the last one counts"

    relancer(folder, "--refaire", "D-1", au=TUESDAY)
    assert [str(e.le) for e in events(folder, "D-1")] == [MONDAY, MONDAY, MONDAY, TUESDAY]
    assert rows(folder, TUESDAY)[0]["fichier"] == "D-1/D-1-relance-1-2026-11-24.pdf"
    note(path, "promesse", TUESDAY, payer_le="2026-12-04")
    said = relancer(folder, "--refaire", "D-1", au="2026-11-25")
    assert "D-1 : rien à préparer : promesse à attendre jusqu'au 04/12/2026" in said
    assert len(events(folder, "D-1")) == 5


def test_what_happened_since_holds_a_letter_back(tmp_path: Path, quick: None) -> None:
    """Paid or promised after the preparation: out of the PDF to print and of the table, said, the same day and later."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    relancer(folder)
    assert len(pages(day_folder(folder) / "a-imprimer.pdf")) == 3
    fill(folder, {}, {}, {"envoye_le": "23/11/2026"})
    free = {"conditions": {"indemnite_forfaitaire": "abandonner", "penalites": "abandonner"}}
    for name in ("D-1", "D-3"):
        dossier(folder, invoice(DUE), name, paiements=[{"recu_le": MONDAY, "montant": "1000.00"}], **free)
    note(folder / "D-2.yml", "promesse", MONDAY, payer_le="2026-12-04")
    said = relancer(folder)
    assert "D-1 : « relance-1 », préparée le 23/11/2026, ne doit plus partir : plus rien n'est dû" in said
    assert "D-2 : « relance-1 », préparée le 23/11/2026, ne doit plus partir : promesse à attendre" in said
    assert not (day_folder(folder) / "a-imprimer.pdf").exists()
    assert [(row["dossiers"], row["envoye_le"]) for row in rows(folder)] == [("D-3", "23/11/2026")]
    impayes("journal", "confirmer", day_folder(folder) / "recapitulatif.csv", "--au", MONDAY)

    later = relancer(folder, au=TUESDAY)
    assert "D-1 : « relance-1 », préparée le 23/11/2026, ne doit plus partir : plus rien n'est dû" in later
    assert "D-3" not in later, "confirmed: it did leave"
    assert not day_folder(folder, TUESDAY).exists()
    # A month later nobody wants to hear of it any more: the thirtieth day is the last.
    assert "D-1" in relancer(folder, au="2026-12-23")
    assert "D-1" not in relancer(folder, au="2026-12-24")


def test_confirmed_letters_leave_the_pile(tmp_path: Path, quick: None) -> None:
    """What has left is not printed again with what is added in the afternoon; its row stays as it was."""
    folder = company(tmp_path / "e", strategy(REGISTERED, pour="[professionnel]"))
    for n in (1, 2):
        dossier(folder, invoice("2026-10-01"), f"D-{n}")
    relancer(folder, "--valider", "D-1")
    path = fill(folder, {"envoye_le": "23/11/2026", "numero_recommande": "1A 234"})
    morning = rows(folder)[0]
    impayes("journal", "confirmer", path, "--au", MONDAY)
    relancer(folder, "--valider", "D-2")
    assert [page.split(" / ")[0] for page in pages(day_folder(folder) / "a-imprimer.pdf")] == ["D-2", "suite de D-2"]
    assert rows(folder)[0] == morning
    assert rows(folder)[1]["dossiers"] == "D-2"
    impayes("journal", "confirmer", fill(folder, {}, {"envoye_le": "23/11/2026"}), "--au", MONDAY)
    said = relancer(folder)
    assert "Étape suivante" not in said
    assert not (day_folder(folder) / "a-imprimer.pdf").exists()


def test_a_run_on_one_dossier_keeps_the_others(tmp_path: Path, quick: None) -> None:
    """The table and the PDF of the day are the company's: a run about one dossier forgets nobody."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER, regroupement="debiteur"))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE, numero=f"F-{n}"), f"D-{n}", debiteur=debtor(f"Client {n // 3}"))
    relancer(folder)
    fill(folder, {"envoye_le": "23/11/2026"})
    before = rows(folder)
    assert [row["dossiers"] for row in before] == ["D-1, D-2", "D-3"]
    dossier(folder, invoice(DUE), "D-4", debiteur=debtor("Client 4"))
    said = impayes("relancer", folder / "D-4.yml", "--au", MONDAY)
    assert said.exit_code == 0
    assert rows(folder)[:2] == before
    assert [row["dossiers"] for row in rows(folder)] == ["D-1, D-2", "D-3", "D-4"]
    assert [p.split(" / ")[0] for p in pages(day_folder(folder) / "a-imprimer.pdf")] == ["D-3", "D-4"]
    # Nor does a dossier that has become unreadable since.
    (folder / "D-3.yml").write_text("reference: D-3\n", encoding="utf-8")
    relancer(folder, code=3)
    assert [row["dossiers"] for row in rows(folder)] == ["D-1, D-2", "D-3", "D-4"]


def test_typed_cells_survive_a_second_run(tmp_path: Path, quick: None) -> None:
    """Whatever the spreadsheet did to the other columns, what a person typed stays with its letter."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice(DUE, numero="2026-10-12"), "2026-01")
    dossier(folder, invoice(DUE, numero="0012"), "2026-02")
    relancer(folder)
    typed = {"envoye_le": "23/11/2026", "numero_recommande": "RK 12 FR"}
    fill(folder, {"dossiers": "janv-26", "factures": "12/10/2026"}, {"factures": "12", **typed}, encoding="cp1252")
    relancer(folder)
    first, second = rows(folder)
    assert (first["dossiers"], first["factures"], first["envoye_le"]) == ("2026-01", "2026-10-12", "")
    assert (second["factures"], second["envoye_le"], second["numero_recommande"]) == ("0012", "23/11/2026", "RK 12 FR")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 a workbook", "c'est un classeur ; l'enregistrer au format CSV"),
        (b"dossier;lettre\r\nD-1;x\r\n", "colonnes manquantes : canal, fichier, envoye_le, numero_recommande, recu_le"),
        (b"", "colonnes manquantes"),
    ],
)
def test_a_spoilt_table_stops_the_run_before_it_begins(tmp_path: Path, quick: None, content: bytes, said: str) -> None:
    """It may hold what a person typed: it is neither guessed nor replaced, and no letter is made without it."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice(DUE))
    day_folder(folder).mkdir(parents=True)
    table = day_folder(folder) / "recapitulatif.csv"
    table.write_bytes(content)
    assert said in relancer(folder, code=3)
    assert table.read_bytes() == content
    assert not (folder / "journal").exists()


def test_no_cell_is_a_formula(tmp_path: Path, quick: None) -> None:
    """A debtor's name or an invoice number is text, whatever it begins with."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n, text in enumerate(('=HYPERLINK("http://x")', "+33", "-1", "@SUM(A1)", "Dupont;=1+1")):
        dossier(folder, invoice(DUE, numero=text), f"D-{n}", debiteur=debtor(text))
    dossier(folder, invoice(DUE), "-7")
    relancer(folder)
    found = rows(folder)
    assert len(found) == 6
    for row in found:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values()), row
    assert [row["debiteur"][0] for row in found] == ["B", "'", "'", "'", "'", "D"]
    done = impayes("journal", "confirmer", fill(folder, *[{"envoye_le": MONDAY}] * 6), "--au", MONDAY)
    assert done.stdout == "6 envois notés, 0 réception notée.\n"


def test_a_letter_removed_by_hand(tmp_path: Path, quick: None) -> None:
    """The others are still put together; the missing one is named with what to do, which works."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in (1, 2):
        dossier(folder, invoice(DUE), f"D-{n}")
    relancer(folder)
    (day_folder(folder) / "D-1" / "D-1-relance-1-2026-11-23.pdf").unlink()
    (day_folder(folder) / "D-2" / "D-2-relance-1-2026-11-23.pdf").write_bytes(b"%PDF")
    said = relancer(folder, code=3)
    assert said.count("lettre introuvable ou abîmée : la remettre, ou impayes relancer --refaire") == 2
    assert len(rows(folder)) == 2
    relancer(folder, "--refaire", "D-1", "--refaire", "D-2")
    assert len(pages(day_folder(folder) / "a-imprimer.pdf")) == 2
    assert told(folder, "D-1") == ["preparation relance-1"]
