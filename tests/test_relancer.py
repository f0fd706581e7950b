"""`impayes relancer`: the day's letters of a company, once each, in the order of their envelopes."""

import email
import email.policy
import json
import os
import pty
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from generator.errors import LegalRefusal
from generator.journal import read_journal
from generator.money import plain_spaces
from generator.portfolio import batch
from tests.batch_samples import (
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
    quick_letter,
    rows,
    small_pdf,
    told,
)
from tests.conftest import ROOT
from tests.outside import assert_french, impayes, tree
from tests.portfolio_samples import FIRST, SECOND, agenda, company, dossier, invoice, note, sent, strategy

__all__ = ["quick"]
DUE = "2026-11-02"


def relancer(folder: Path, *arguments: str, au: str = MONDAY, code: int = 0) -> str:
    """Run the command on a folder; what it says, with plain spaces."""
    result = impayes("relancer", folder, "--au", au, *arguments)
    assert result.exit_code == code, result.output
    assert_french(plain_spaces(result.output))
    return plain_spaces(result.output)


STRATEGIES = """\
par_defaut: {professionnel: une}
strategies:
  une:
    niveaux:
      - {niveau: relance-1, quand: échéance + 3 jours, lettre: relance-1, canal: email, validation: non}
  directe:
    pour: [professionnel]
    niveaux:
      - {niveau: demeure, quand: échéance + 30 jours, lettre: mise-en-demeure, canal: lrar}
  appel:
    niveaux:
      - {niveau: appel, quand: échéance + 3 jours, lettre: script-d-appel, canal: telephone, validation: non}
  parfacture:
    regroupement: facture
    niveaux:
      - {niveau: relance-1, quand: échéance + 3 jours, lettre: relance-1, canal: courrier, validation: non}
  parclient:
    pour: [professionnel]
    regroupement: debiteur
    niveaux:
      - {niveau: demeure, quand: échéance + 3 jours, lettre: mise-en-demeure, canal: lrar, delai_reponse_jours: 10}
"""


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A company whose dossiers are in many states, after one real run; the folder and what the run said."""
    folder = company(tmp_path_factory.mktemp("portefeuille"), STRATEGIES)
    (folder / "pieces").mkdir()
    (folder / "pieces" / "A-1.pdf").write_bytes(small_pdf("Facture A-1 du fournisseur"))
    (folder / "pieces" / "abimee.pdf").write_bytes(b"%PDF-1.4\nrien de bon")
    Image.new("RGB", (60, 80), "white").save(folder / "pieces" / "A-2.png")
    dossier(folder, invoice(DUE, numero="A-1", piece="pieces/A-1.pdf"), "A-1")
    dossier(folder, invoice(DUE, numero="A-2", piece="pieces/A-2.png"), "A-2", debiteur=PAPER)
    dossier(folder, invoice("2026-10-01", numero="A-3"), "A-3", strategie="directe")
    dossier(folder, invoice(DUE, numero="A-4", piece="pieces/abimee.pdf"), "A-4")
    dossier(folder, invoice(DUE, numero="A-5", piece="pieces/perdue.pdf"), "A-5")
    (folder / "A-6.yml").write_text("reference: A-6\nclient: Dupont\n", encoding="utf-8")
    dossier(folder, invoice(DUE), "A-7", paiements=[{"recu_le": "2026-11-20", "montant": "1000.00"}],
            conditions={"indemnite_forfaitaire": "abandonner", "penalites": "abandonner"})  # fmt: skip
    dossier(folder, invoice(DUE), "A-8", promesses=[{"recue_le": "2026-11-20", "payer_le": "2026-11-30"}])
    dossier(folder, invoice("2027-01-31"), "A-9")
    dossier(folder, invoice(DUE), "B-0", strategie="appel")
    for n, name in enumerate(("B-1", "B-2"), start=1):
        (folder / name).mkdir()
        piece = folder / name / "facture.pdf"
        piece.write_bytes(small_pdf(f"Copie de {name}"))
        dossier(folder / name, [invoice(DUE, f"{n}000.00", f"{name}-1", piece="facture.pdf")],
                name, strategie="parclient", debiteur=debtor("Garage Élan", siren="512345679"))  # fmt: skip
    dossier(folder, [invoice(DUE, "100.00", "F/1"), invoice(DUE, "200.00", "F-1")], "C-1", strategie="parfacture")
    said = relancer(folder, "--tout-valider", code=3)
    return folder, said


@pytest.fixture
def played(portfolio: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the company after its run."""
    return Path(shutil.copytree(portfolio[0], tmp_path / "copie"))


def test_files_of_a_run(portfolio: tuple[Path, str]) -> None:
    """A folder per dossier, a draft only for who has an address, a PDF to print, one for calls, a table; no leftovers."""
    day = day_folder(portfolio[0])
    found = sorted(
        str(p.relative_to(day)) for p in day.rglob("*") if p.is_file() and not p.name.endswith(".trace.json")
    )
    apart = [name for name in found if name.startswith("C-1/F-1-")]
    assert len(apart) == 1, found
    assert [name for name in found if name not in apart] == [
        "A-1/A-1-relance-1-2026-11-23.eml",
        "A-1/A-1-relance-1-2026-11-23.pdf",
        "A-2/A-2-relance-1-2026-11-23.pdf",
        "A-3/A-3-mise-en-demeure-2026-11-23.pdf",
        "A-5/A-5-relance-1-2026-11-23.eml",
        "A-5/A-5-relance-1-2026-11-23.pdf",
        "B-0/B-0-script-d-appel-2026-11-23.pdf",
        "B-1/B-1_B-2-mise-en-demeure-2026-11-23.pdf",
        "C-1/F-1/C-1-relance-1-2026-11-23.pdf",
        "a-imprimer.pdf",
        "appels.pdf",
        "recapitulatif.csv",
    ]
    traces = list(day.rglob("*.trace.json"))
    assert len(traces) == len(found) - 3


def test_what_could_not_be_made_is_said(portfolio: tuple[Path, str]) -> None:
    """The broken dossier and the damaged piece are named, the others done; a second run says it again."""
    folder, said = portfolio
    assert "A-6.yml:2:1: client : champ inconnu" in said
    assert "1 dossier illisible, laissé de côté." in said
    assert "A-4 : abimee.pdf : PDF abîmé" in said
    assert "Préparées (8)" in said
    for name in ("A-4", "A-6", "A-7", "A-8", "A-9"):
        assert not (folder / "journal" / f"{name}.jsonl").exists()


def test_the_pages_are_in_the_order_of_the_envelopes(portfolio: tuple[Path, str]) -> None:
    """Registered letters first, then by reference; each is followed by its enclosures and has its bookmark."""
    path = day_folder(portfolio[0]) / "a-imprimer.pdf"
    text = pages(path)
    starts = [n for n, page in enumerate(text) if "Objet :" in page]
    marks = ["Nos références : A-3", "Nos références : B-1, B-2", "Nos références : A-2", "Nos références : C-1",
             "Nos références : C-1"]  # fmt: skip
    assert len(starts) == len(marks)
    assert [mark in text[n] for n, mark in zip(starts, marks, strict=True)] == [True] * 5
    # The two dossiers of one debtor each have their own `facture.pdf`.
    group = text[starts[1] : starts[2]]
    assert group[-2:] == ["Copie de B-1", "Copie de B-2"]
    assert starts[3] - starts[2] == 2, "the picture of A-2 is a page of its own"
    assert "F-1" in text[starts[3]]
    assert "F/1" in text[starts[4]]
    reader = PdfReader(path)
    outline = [(item.title, reader.get_destination_page_number(item)) for item in reader.outline]
    assert [page for _, page in outline] == starts
    assert outline[1][0] == "B-1, B-2 Garage Élan (mise-en-demeure)"
    (call,) = pages(day_folder(portfolio[0]) / "appels.pdf")
    assert "B-0" in call


def test_the_table_opens_in_a_french_spreadsheet(portfolio: tuple[Path, str]) -> None:
    """BOM, semicolons, CRLF; a row per message, with what it asks for and what must be enclosed by hand."""
    folder = portfolio[0]
    content = (day_folder(folder) / "recapitulatif.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfdossiers;debiteur;")
    assert content.count(b"\r\n") == content.count(b"\n") == 9
    found = rows(folder)
    assert [(row["dossiers"], row["canal"], row["factures"]) for row in found] == [
        ("A-1", "email", "A-1"),
        ("A-2", "courrier", "A-2"),
        ("A-3", "lrar", "A-3"),
        ("A-5", "email", "A-5"),
        ("B-0", "telephone", "F-1"),
        ("B-1, B-2", "lrar", "B-1-1, B-2-1"),
        ("C-1", "courrier", "F-1"),
        ("C-1", "courrier", "F/1"),
    ]
    assert all((day_folder(folder) / row["fichier"]).is_file() for row in found)
    assert len({row["fichier"] for row in found}) == 8
    by_hand = {row["dossiers"]: plain_spaces(row["pieces"]) for row in found if row["pieces"]}
    assert by_hand == {
        "A-3": "à joindre à la main : Copie de la facture A-3",
        "A-5": "à joindre à la main : Copie de la facture A-5",
        "C-1": "à joindre à la main : Copie de la facture F/1",
    }
    assert not any(row["envoye_le"] or row["numero_recommande"] or row["recu_le"] for row in found)


def test_enclosures_travel_in_the_draft(portfolio: tuple[Path, str]) -> None:
    """The invoice of A-1 is behind its letter, in the draft too; A-5, whose file is lost, has the letter alone."""
    day = day_folder(portfolio[0])
    for name, last in (("A-1", "Facture A-1 du fournisseur"), ("A-5", "")):
        letter = day / name / f"{name}-relance-1-2026-11-23.pdf"
        draft = email.message_from_bytes(letter.with_suffix(".eml").read_bytes(), policy=email.policy.SMTP)
        (attached,) = draft.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (letter.name, letter.read_bytes())
        assert pages(letter)[1:] == ([last] if last else [])


def test_figures_are_those_of_the_statement(portfolio: tuple[Path, str]) -> None:
    """A mise en demeure bears the sums of `impayes decompte` of the same day, alone or for two dossiers."""
    folder = portfolio[0]
    text = pages(day_folder(folder) / "a-imprimer.pdf")

    def totals(path: Path) -> dict[str, float]:
        result = impayes("decompte", path, "--au", MONDAY, "--json")
        found = json.loads(result.stdout)
        assert [line["montant"] for line in found["lignes"]]
        return {name: float(value) for name, value in found["totaux"].items()}

    def french(value: float) -> str:
        return f"{value:,.2f} €".replace(",", " ").replace(".", ",")

    alone = totals(folder / "A-3.yml")
    for name in ("principal", "penalites", "indemnites", "solde"):
        assert french(alone[name]) in text[0], (name, text[0])
    both = [totals(folder / name / f"{name}.yml") for name in ("B-1", "B-2")]
    start = next(n for n, page in enumerate(text) if "Nos références : B-1, B-2" in page)
    letter = " ".join(text[start : start + 2])
    for one in both:
        assert french(one["solde"]) in letter
    for name in ("principal", "penalites", "indemnites", "solde"):
        assert french(round(sum(one[name] for one in both), 2)) in letter
    table = {row["dossiers"]: plain_spaces(row["montant"]) for row in rows(folder)}
    assert table["A-3"] == french(alone["solde"])
    assert table["B-1, B-2"] == french(round(sum(one["solde"] for one in both), 2))


def test_the_journals_know_the_files(portfolio: tuple[Path, str]) -> None:
    """Each file of a message is noted with its hash, in the journal of each dossier it is about."""
    folder = portfolio[0]
    assert impayes("journal", "verifier", folder).exit_code == 0
    seen = 0
    for path in sorted((folder / "journal").glob("*.jsonl")):
        for event in read_journal(path).events:
            assert (event.action, str(event.le)) == ("preparation", MONDAY)
            place = day_folder(folder) / (event.dossiers or (path.stem,))[0]
            for file in event.fichiers:
                assert sha256((place / file.nom).read_bytes()).hexdigest() == file.sha256
                seen += 1
    assert seen == 11, "nine PDF, two drafts; the letter for two dossiers is counted twice"
    assert events(folder, "B-1")[0].model_dump() == events(folder, "B-2")[0].model_dump()
    assert events(folder, "B-1")[0].dossiers == ("B-1", "B-2")
    # Ten days to answer from the strategy, not the fortnight of the letter.
    assert str(events(folder, "B-1")[0].reponse_avant_le) == "2026-12-03"


def test_a_second_run_makes_nothing(played: Path) -> None:
    """Same bytes everywhere: letters, merged PDF, table, journals; only what failed is tried again."""
    before = tree(played)
    said = relancer(played, "--tout-valider", code=3)
    assert tree(played) == before
    assert "Préparées" not in said
    assert "A-4 : abimee.pdf" in said
    assert said.count("A-6.yml:2:1") == 1


def test_two_sided_printing(played: Path) -> None:
    """Each envelope begins on an odd page."""
    relancer(played, "--recto-verso", code=3)
    path = day_folder(played) / "a-imprimer.pdf"
    text = pages(path)
    starts = [n for n, page in enumerate(text) if "Objet :" in page]
    assert len(starts) == 5
    assert all(n % 2 == 0 for n in starts)
    assert text[starts[2] - 1] == "" or text[starts[3] - 1] == ""
    assert len(text) % 2 == 0


def test_a_mended_piece_lets_the_letter_go(played: Path) -> None:
    """Once the damaged file is replaced, the same command makes that letter and only that one."""
    (played / "pieces" / "abimee.pdf").write_bytes(small_pdf("Réparée".encode("ascii", "replace").decode()))
    said = relancer(played, code=3)
    assert "Préparées (1)" in said
    assert told(played, "A-4") == ["preparation relance-1"]
    assert rows(played)[3]["dossiers"] == "A-4"


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


def test_simulation_writes_nothing(tmp_path: Path, quick: None) -> None:
    """Not a file, not a folder, not the lock; the same letters are announced as are then made."""
    folder = company(tmp_path / "e", strategy(FIRST, regroupement="debiteur"))
    for n in range(3):
        dossier(folder, invoice(DUE, numero=f"F-{n}"), f"D-{n}", debiteur=debtor(f"Client {n // 2}"))
    before = sorted(folder.rglob("*"))
    said = relancer(folder, "--simulation")
    assert sorted(folder.rglob("*")) == before
    made = relancer(folder)
    assert said.splitlines()[1:5] == made.splitlines()[1:5]
    assert said.startswith("Seraient préparées (2)")


def test_agreement(tmp_path: Path, quick: None) -> None:
    """A level that needs somebody's agreement waits for it: one dossier, all of them, never by silence."""
    folder = company(tmp_path / "e", strategy(SECOND.replace("précédente + 12", "échéance + 3")))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    said = relancer(folder)
    assert "Attendent votre accord (3)" in said
    assert "Rien à préparer aujourd'hui." in said
    assert not (folder / "journal").exists()
    assert not day_folder(folder).exists()

    assert "dossier « D-9 » : référence inconnue ici" in relancer(
        folder, "--valider", "D-9", "--valider", "D-1", code=3
    )
    assert not (folder / "journal").exists(), "a typing mistake stops the run before it begins"

    said = relancer(folder, "--valider", "D-2")
    assert "Préparées (1)" in said
    assert "Attendent votre accord (2)" in said
    assert "--valider D-1" in said
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-2"]

    assert "Préparées (2)" in relancer(folder, "--tout-valider")
    assert [row["dossiers"] for row in rows(folder)] == ["D-1", "D-2", "D-3"]
    assert "D-2 : rien à préparer : « relance-2 » est déjà préparée : --refaire D-2" in relancer(
        folder, "--valider", "D-2"
    )


def test_a_name_that_changes_nothing_is_answered(tmp_path: Path, quick: None) -> None:
    """Whoever names a dossier is told why nothing is made for it."""
    folder = company(tmp_path / "e", strategy(FIRST))
    dossier(folder, invoice(DUE), "D-1", suspension={"jusqu_au": "2026-12-24", "motif": "litige à l'amiable"})
    dossier(folder, invoice("2026-12-15"), "D-2")
    said = relancer(folder, "--valider", "D-1", "--refaire", "D-2")
    assert "D-1 : rien à préparer : relances suspendues jusqu'au 24/12/2026 : litige à l'amiable" in said
    assert "D-2 : rien à préparer : « premiere » n'est prévu que le 18/12/2026" in said


def in_a_terminal(folder: Path, keys: bytes, *arguments: str) -> str:
    """Run the command with a keyboard; what it says on standard error."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "relancer", str(folder), "--au", MONDAY, *arguments],
        cwd=ROOT, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(follower)
    os.write(leader, keys)
    _, said = process.communicate(timeout=60)
    os.close(leader)
    assert process.returncode == 0, said
    return plain_spaces(said)


@pytest.mark.lent
def test_the_question_is_asked_in_a_terminal(tmp_path: Path) -> None:
    """In a terminal each letter that waits is asked about, « oui » alone makes it; who names a dossier is not asked."""
    folder = company(tmp_path / "e", strategy(SECOND.replace("précédente + 12", "échéance + 3")))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    said = in_a_terminal(folder, b"oui\n\nnon\n")
    assert said.count("La préparer ? (oui ou non)") == 3
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-1"]
    assert "La préparer ?" not in in_a_terminal(folder, b"oui\n", "--valider", "D-2")
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-1", "D-2"]


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


def test_edited_between_reading_and_making(tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dossier paid, raised or stopped meanwhile is not written to on old figures; the others are done."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in range(5):
        dossier(folder, invoice(DUE), f"D-{n}")
    bare = {"conditions": {"indemnite_forfaitaire": "abandonner", "penalites": "abandonner"}}
    dossier(folder, [invoice(DUE, "100.00"), invoice(DUE, "200.00", "F-2")], "D-5", **bare)
    original = batch.make_all

    def meanwhile(*arguments: object) -> object:
        paid = {"paiements": [{"recu_le": MONDAY, "montant": "1100.00"}]}
        dossier(folder, invoice(DUE), "D-1", **paid)
        dossier(folder, invoice(DUE, "1500.00"), "D-2")
        dossier(folder, invoice(DUE), "D-3", suspension={"jusqu_au": "2026-12-24", "motif": "litige"})
        (folder / "D-4.yml").unlink()
        dossier(folder, invoice(DUE, "300.00", "F-2"), "D-5", **bare)
        return original(*arguments)

    monkeypatch.setattr(batch, "make_all", meanwhile)
    said = relancer(folder, code=4)
    assert "Préparées (1)" in said
    assert "D-1 : D-1 a changé pendant la relance (plus rien n'est dû) : relancer la commande" in said
    assert "D-2 : D-2 a changé pendant la relance : relancer la commande" in said
    assert "D-3 : relances suspendues jusqu'au 24/12/2026 : litige" in said
    assert "D-4 : " in said
    assert "D-5 : D-5 a changé pendant la relance : relancer la commande" in said
    assert [p.stem for p in (folder / "journal").glob("*.jsonl")] == ["D-0"]
    monkeypatch.undo()
    monkeypatch.setattr(batch, "make_letter", quick_letter)
    assert "Préparées (2)" in relancer(folder)
    assert told(folder, "D-2") == told(folder, "D-5") == ["preparation relance-1"]


def test_refused_by_law_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence, exit 4, nothing noted for that one; the others are done, and a broken dossier is still reported."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in (1, 2, 3):
        dossier(folder, invoice(DUE), f"D-{n}")
    (folder / "D-4.yml").write_text("reference: D-4\n", encoding="utf-8")

    def refuse(loaded, statement, letter_id, **rest):
        if loaded.case.reference == "D-2":
            raise LegalRefusal("C. com. L622-21 : la relance est interdite")
        return quick_letter(loaded, statement, letter_id, **rest)

    monkeypatch.setattr(batch, "make_letter", refuse)
    said = relancer(folder, code=4)
    assert "D-2 : C. com. L622-21 : la relance est interdite" in said
    assert "1 dossier illisible, laissé de côté." in said
    assert sorted(p.stem for p in (folder / "journal").glob("*.jsonl")) == ["D-1", "D-3"]
    assert [row["dossiers"] for row in rows(folder)] == ["D-1", "D-3"]


def test_a_broken_journal_stops_its_dossier_only(tmp_path: Path, quick: None) -> None:
    """Altered by hand: named with its line, left alone; the two others are done."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    for n in (1, 2, 3):
        note(dossier(folder, invoice(DUE), f"D-{n}"), "note", "2026-11-20", note="Vu le gérant")
    journal = folder / "journal" / "D-2.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").replace("gérant", "patron"), encoding="utf-8")
    said = relancer(folder, code=3)
    assert "D-2.jsonl:1: cette ligne n'est pas celle qui avait été écrite" in said
    assert "Préparées (2)" in said
    assert "patron" in journal.read_text(encoding="utf-8")


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


def test_two_dossiers_of_one_reference(tmp_path: Path, quick: None) -> None:
    """Their journals would mix: the second is refused, the first done."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice(DUE), "D-1")
    (folder / "copie.yml").write_bytes((folder / "D-1.yml").read_bytes())
    said = relancer(folder, code=3)
    assert "« D-1 » est déjà celle de" in said
    assert told(folder, "D-1") == ["preparation relance-1"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nulle-part",), 3, "nulle-part"),
        (("{}/vide",), 3, "aucun dossier (.yml)"),
        (("{}", "{}/autre/D-1.yml"), 3, "plusieurs entreprises"),
        (("{}", "--au", "hier"), 2, "date illisible"),
        (("{}", "--envoyer"), 2, "--envoyer"),
    ],
)
def test_mistakes_in_the_command(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """One sentence, and nothing written."""
    folder = company(tmp_path / "e", strategy(FIRST))
    dossier(folder, invoice(DUE))
    (folder / "vide").mkdir()
    dossier(company(folder / "autre", strategy(FIRST)), invoice(DUE))
    before = sorted(tmp_path.rglob("*"))
    result = impayes("relancer", *(argument.format(folder) for argument in arguments))
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert sorted(p for p in tmp_path.rglob("*") if p.name not in ("relances", ".verrou")) == before
