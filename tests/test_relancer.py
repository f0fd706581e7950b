"""`impayes relancer`, one real run over a company whose dossiers are in many states."""

import email
import email.policy
import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from generator.journal import read_journal
from generator.money import plain_spaces
from tests.batch_samples import (
    DUE,
    MONDAY,
    PAPER,
    day_folder,
    debtor,
    events,
    pages,
    relancer,
    rows,
    small_pdf,
    told,
)
from tests.outside import impayes, tree
from tests.portfolio_samples import company, dossier, invoice

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
