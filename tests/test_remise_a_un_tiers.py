"""What a third party receives: read back from the zip, with what is not theirs searched for and not found."""

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader, PdfWriter

from generator.cli import COMMANDS, cli
from generator.court import own_files, pack
from generator.journal import Event, FileHash, append_event
from generator.money import plain_spaces
from tests.conftest import ROOT

AU = "2026-11-21"
INVOICE = ROOT / "tests" / "factures_electroniques" / "fnfe-Facture_FR_EN16931.facturx.pdf"
IBAN = "FR7630006000011234567890189"
ADDRESS = "{lignes: [2 rue du Droit], code_postal: '37000', ville: Tours}"
TIERS = f"""tiers:
  commissaire_de_justice: {{nom: Étude Marsan, adresse: {ADDRESS}}}
  avocat: {{nom: Maître Delvaux, adresse: {ADDRESS}}}
  assureur_credit: {{nom: Assur Crédit, reference: P-77, adresse: {ADDRESS}}}
  mediateur: {{nom: Médiateur des entreprises, adresse: {ADDRESS}}}
  societe_de_recouvrement: {{nom: Recouvrement Ligérien, siren: "999979065", adresse: {ADDRESS}}}
"""
EVERYONE = ("commissaire-de-justice", "avocat", "assureur-credit", "mediateur", "societe-de-recouvrement")


@pytest.fixture(autouse=True)
def _command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "remettre", ("generator.cli.pack:remettre", "Remettre un dossier."))


def company(folder: Path) -> None:
    """The company's own file, with its bank account."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "entreprise.yml").write_text(
        f"""creancier:
  nom: Atelier Vasseur
  siren: "732829320"
  adresse: {{lignes: [3 quai de Loire], code_postal: "37000", ville: Tours}}
  iban: {IBAN}
conditions: {{delai: 30 jours}}
""",
        encoding="utf-8",
    )


def dossier(
    folder: Path,
    *,
    reference: str = "2026-014",
    name: str = "Boulangerie Martin",
    kind: str = "professionnel",
    piece: str | None = None,
    extra: str = "",
    tiers: str = TIERS,
    contact: str = "contact: {civilite: Mme, nom: Odile Quentin, fonction: gérante, email: odile@martin.example, telephone: 02 61 91 40 12}",
) -> Path:
    """A dossier below the company's folder."""
    company(folder)
    attached = f", piece: {piece}" if piece else ""
    siren = '  siren: "970865218"\n' if kind == "professionnel" else ""
    path = folder / f"{reference}.yml"
    path.write_text(
        f"""reference: {reference}
debiteur:
  nom: {name}
  qualite: {kind}
{siren}  adresse: {{lignes: [12 rue des Lilas], code_postal: "37000", ville: Tours}}
  {contact}
factures:
  - {{numero: F-1, emise_le: 2026-06-01, executee_le: 2026-05-28, echeance: 2026-07-01, montant_ttc: 1200.00{attached}}}
mise_en_demeure: {{envoyee_le: 2026-09-01, recue_le: 2026-09-03}}
{tiers}{extra}""",
        encoding="utf-8",
    )
    return path


def note(folder: Path, reference: str = "2026-014", **fields: Any) -> None:
    """One event of a journal."""
    fields.setdefault("le", "2026-08-01")
    append_event(folder / "journal" / f"{reference}.jsonl", Event.model_validate(fields))


def sent(folder: Path, content: bytes, name: str = "relance.pdf", **fields: Any) -> Path:
    """A letter that left, where the command keeps it, and its line in the journal."""
    path = folder / "relances" / "2026-08-01" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    files = (FileHash(nom=name, sha256=hashlib.sha256(content).hexdigest()),)
    note(folder, **{"action": "envoi", "lettre": "relance-1", "canal": "courrier", "fichiers": files, **fields})
    return path


def run(path: Path, to: str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["remettre", str(path), "--a", to, "--au", AU, *options])


def packed(path: Path, to: str, *options: str) -> dict[str, bytes]:
    """The files of the zip, by their name below its only folder."""
    result = run(path, to, "--ecraser", *options)
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(archive_of(path, to)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def archive_of(path: Path, to: str) -> Path:
    return path.parent / "judiciaire" / f"{path.stem}-{to}-{AU}.zip"


def words(files: dict[str, bytes]) -> str:
    """Everything a reader of these files can see, and what they hold unseen."""
    parts = []
    for name, content in files.items():
        parts.append(name)
        if name.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(content))
            parts += [page.extract_text() for page in reader.pages]
            parts.append(str(reader.metadata))
        else:
            parts.append(content.decode("utf-8"))
    return " ".join(plain_spaces(" ".join(parts)).split())


def test_everything_each_of_them_needs(tmp_path: Path) -> None:
    """Letter, sheet, décompte three times, chronology, the letter sent, the invoice, and a guide to them."""
    folder = tmp_path / "a"
    (tmp_path / "a").mkdir()
    shutil.copy(INVOICE, folder / "f.pdf")
    path = dossier(folder, piece="f.pdf")
    sent(folder, INVOICE.read_bytes())
    for to in EVERYONE:
        files = packed(path, to)
        assert set(files) == {
            "LISEZ-MOI.txt", "01-lettre.pdf", "02-fiche-du-dossier.pdf", "03-decompte.pdf", "03-decompte.csv",
            "03-decompte.json", "04-chronologie.pdf", "pieces/01-facture-f-1.pdf",
            "lettres/2026-08-01-relance-1-relance.pdf",
        }, to  # fmt: skip
        assert files["pieces/01-facture-f-1.pdf"] == INVOICE.read_bytes()
        assert json.loads(files["03-decompte.json"])["totaux"]["solde"] == "1298.30"
        assert "F-1;2026-07-01;143;1200,00;0,00;0,00;1200,00;58,30;40,00;1298,30" in files["03-decompte.csv"].decode()
        assert "Total dû au 21 novembre 2026 : 1 298,30 €" in words({"x.pdf": files["03-decompte.pdf"]})
        assert "Reste" not in files["LISEZ-MOI.txt"].decode().splitlines()[0]


def test_the_same_bytes_and_safe_names(tmp_path: Path) -> None:
    """Two copies of the same folder give the same zip; names are plain, entries bear the day of the pack."""
    made = []
    for where in ("un", "deux"):
        folder = tmp_path / where
        folder.mkdir()
        shutil.copy(INVOICE, folder / "Facture n° 1 é.pdf")
        path = dossier(folder, piece="Facture n° 1 é.pdf")
        sent(folder, INVOICE.read_bytes(), "Relance à Mme É.pdf")
        packed(path, "avocat")
        made.append(archive_of(path, "avocat").read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (2026, 11, 21, 0, 0, 0)
            assert entry.filename.isascii()
            assert ".." not in entry.filename
            assert entry.filename.startswith("2026-014-avocat-2026-11-21/")


@pytest.mark.parametrize("to", EVERYONE)
def test_nothing_of_another_debtor(tmp_path: Path, to: str) -> None:
    """Another dossier, its journal and its letters stand beside: their names are nowhere in the zip."""
    path = dossier(tmp_path)
    sent(tmp_path, INVOICE.read_bytes())
    dossier(tmp_path, reference="2026-099", name="Garage Zyrtek", contact="contact: {nom: Basile Zyrtek}")
    note(tmp_path, "2026-099", action="appel", resultat="Basile Zyrtek promet de payer")
    other = INVOICE.read_bytes() + b"\n% Zyrtek"
    (tmp_path / "relances" / "2026-08-01" / "zyrtek.pdf").write_bytes(other)
    # The same name as a letter of ours, in another folder: only the bytes tell them apart.
    (tmp_path / "judiciaire").mkdir()
    (tmp_path / "judiciaire" / "relance.pdf").write_bytes(other)

    files = packed(path, to)
    assert b"Zyrtek" not in archive_of(path, to).read_bytes()
    assert "zyrtek" not in words(files).lower()
    assert "Boulangerie Martin" in words(files)


def test_letters_changed_lost_or_about_two_dossiers(tmp_path: Path) -> None:
    """A letter is handed over as it left or not at all; one that speaks of another matter is left out, and said."""
    path = dossier(tmp_path)
    linked = sent(tmp_path, INVOICE.read_bytes(), "liee.pdf")
    linked.unlink()
    linked.symlink_to(INVOICE)
    changed = sent(tmp_path, INVOICE.read_bytes(), "changee.pdf")
    changed.write_bytes(b"%PDF-1.7 autre")
    sent(tmp_path, INVOICE.read_bytes(), "perdue.pdf").unlink()
    sent(tmp_path, INVOICE.read_bytes(), "2026-014_2026-099.pdf", dossiers=("2026-014", "2026-099"))
    note(tmp_path, action="envoi", lettre="relance-2", canal="email")

    files = packed(path, "avocat")
    assert not [name for name in files if name.startswith("lettres/")]
    readme = files["LISEZ-MOI.txt"].decode()
    assert "« changee.pdf » introuvable, ou modifié depuis l'envoi" in readme
    assert "« perdue.pdf » introuvable" in readme
    assert "« liee.pdf » introuvable" in readme
    assert "porte aussi sur un autre dossier" in readme
    assert "Copie de la lettre « Deuxième relance » du 01/08/2026" in readme
    assert "2026-099" not in words(files)


def test_who_reads_what_about_the_person(tmp_path: Path) -> None:
    """The insurer does without the person, the mediator without how to reach them; our remarks stay with the two officers."""
    path = dossier(tmp_path)
    note(
        tmp_path,
        action="appel",
        canal="telephone",
        par="Karim",
        resultat="Odile Quentin : paiera.",
        note="Voix inquiète",
    )
    seen = {to: words(packed(path, to)) for to in EVERYONE}

    for to, text in seen.items():
        assert ("Quentin" in text) is (to != "assureur-credit"), to
        assert ("odile@martin.example" in text) is (to not in {"assureur-credit", "mediateur"}), to
        assert ("Voix inquiète" in text) is (to in {"avocat", "commissaire-de-justice"}), to
        assert (IBAN in text.replace(" ", "")) is (to != "mediateur"), to
    assert "L'interlocuteur : paiera" in seen["assureur-credit"].replace("’", "'")
    assert "debiteur.contact : nom, civilite, fonction, email, telephone" in seen["assureur-credit"]
    assert "debiteur.contact : email, telephone" in seen["mediateur"]
    assert "creancier.iban" in seen["mediateur"]
    assert "Maître Delvaux" not in seen["mediateur"]


def test_a_consumer(tmp_path: Path) -> None:
    """Neither the mediator of businesses nor the insurer; our remarks reach the lawyer only."""
    path = dossier(tmp_path, kind="particulier", name="Odile Quentin")
    note(tmp_path, action="note", note="Hospitalisée en juin")
    for to in ("mediateur", "assureur-credit"):
        result = run(path, to)
        assert (result.exit_code, archive_of(path, to).exists()) == (4, False), to
        assert "un particulier" in result.stderr
    for to in ("avocat", "commissaire-de-justice", "societe-de-recouvrement"):
        assert ("Hospitalisée" in words(packed(path, to))) is (to == "avocat"), to


def test_what_was_written_to_another_adviser_stays_private(tmp_path: Path) -> None:
    """The insurer does not learn of the lawyer; the creditor alone is told."""
    path = dossier(tmp_path)
    sent(tmp_path, INVOICE.read_bytes(), "avocat.pdf", lettre="transmission-avocat")
    note(tmp_path, action="appel", resultat="Rien.")
    result = run(path, "assureur-credit")

    assert "« transmission-avocat » du 01/08/2026, écrite à un tiers" in result.stdout
    text = words(packed(path, "assureur-credit"))
    assert "transmission-avocat" not in text
    assert "extrait du journal" in text


def test_a_piece_not_to_be_shown(tmp_path: Path) -> None:
    """Neither its file, even as the copy of an invoice, nor its title."""
    shutil.copy(INVOICE, tmp_path / "secret.pdf")
    extra = "pieces:\n  - {fichier: secret.pdf, titre: Note interne, ne_pas_communiquer: oui}\n"
    path = dossier(tmp_path, piece="secret.pdf", extra=extra)

    files = packed(path, "avocat")
    assert not [name for name in files if name.startswith("pieces/")]
    assert "Note interne" not in words(files)
    assert "« Note interne » n'est pas dans le zip" in run(path, "avocat", "--ecraser").stdout


@pytest.mark.parametrize("name", ["../autre.pdf", "lien.pdf", "sous/../../autre.pdf"])
def test_a_file_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    """By its path or through a link: exit 3, nothing written."""
    shutil.copy(INVOICE, tmp_path / "autre.pdf")
    folder = tmp_path / "mien"
    folder.mkdir()
    (folder / "lien.pdf").symlink_to(tmp_path / "autre.pdf")
    path = dossier(folder, piece=name)

    result = run(path, "avocat")
    assert (result.exit_code, (folder / "judiciaire").exists()) == (3, False)
    assert "sort du répertoire du dossier" in result.stderr


def test_other_files_of_the_folder_cannot_be_dragged_in(tmp_path: Path) -> None:
    """A dossier, a journal and a hidden file are not pieces, whatever a dossier says."""
    dossier(tmp_path, reference="2026-099", name="Garage Zyrtek")
    note(tmp_path, "2026-099", action="note", note="Zyrtek")
    for name in ("2026-099.yml", "journal/2026-099.jsonl"):
        files = packed(dossier(tmp_path, piece=name), "avocat")
        assert not [one for one in files if one.startswith("pieces/")], name
        assert "type non admis" in files["LISEZ-MOI.txt"].decode()
        assert "Zyrtek" not in words(files)


def test_damaged_pieces_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short, locked, not a picture, absent, too big: named with what to do, and the rest goes."""
    writer = PdfWriter(clone_from=INVOICE)
    writer.encrypt("secret")
    writer.write(tmp_path / "verrou.pdf")
    (tmp_path / "abime.pdf").write_bytes(b"%PDF-1.7\nrien")
    (tmp_path / "coupe.pdf").write_bytes(INVOICE.read_bytes()[:-3000])
    (tmp_path / "image.png").write_bytes(b"pas une image")
    (tmp_path / "gros.pdf").write_bytes(INVOICE.read_bytes() + b" " * 200_000 + b"%%EOF")
    names = ("verrou.pdf", "abime.pdf", "coupe.pdf", "image.png", "absent.pdf", "gros.pdf")
    extra = "pieces:\n" + "".join(f"  - {{fichier: {name}, titre: Pièce {name}}}\n" for name in names)
    path = dossier(tmp_path, extra=extra)
    assert list(packed(path, "avocat"))[-1] == "pieces/07-piece-gros-pdf.pdf"

    monkeypatch.setattr(own_files, "PIECE_BYTES", (tmp_path / "gros.pdf").stat().st_size - 1)
    files = packed(path, "avocat")
    readme = files["LISEZ-MOI.txt"].decode()
    assert not [name for name in files if name.startswith("pieces/")]
    for said in (
        "« verrou.pdf » : PDF protégé par un mot de passe", "« abime.pdf » : PDF abîmé", "« coupe.pdf » : PDF abîmé",
        "« image.png » : image illisible",
        "« absent.pdf » : lecture impossible (introuvable)", "« gros.pdf » dépasse",
    ):  # fmt: skip
        assert said in readme, said


def test_a_pack_too_big_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On both sides of the limit."""
    path = dossier(tmp_path)
    size = sum(map(len, packed(path, "avocat").values()))
    monkeypatch.setattr(pack, "PACK_BYTES", size)
    assert run(path, "avocat", "--ecraser").exit_code == 0
    monkeypatch.setattr(pack, "PACK_BYTES", size - 1)
    assert run(path, "avocat", "--ecraser").exit_code == 3


def test_without_the_third_party_the_letter_is_missing(tmp_path: Path) -> None:
    """The rest is ready, and the field to write is named."""
    path = dossier(tmp_path, tiers="")
    files = packed(path, "avocat")
    assert "01-lettre.pdf" not in files
    assert "tiers.avocat" in run(path, "avocat", "--ecraser").stdout
    assert "tiers.avocat" not in files["LISEZ-MOI.txt"].decode()


def test_in_collective_proceedings(tmp_path: Path) -> None:
    """Nobody recovers any more (exit 4); a lawyer still reads the matter, with the dates of the claim."""
    proceedings = (
        "  procedure_collective: {type: redressement, jugement_le: 2026-10-12, publication_bodacc_le: 2026-10-20}"
    )
    path = dossier(tmp_path, contact=proceedings.strip())
    for to in ("commissaire-de-justice", "societe-de-recouvrement", "mediateur"):
        result = run(path, to)
        assert (result.exit_code, archive_of(path, to).exists()) == (4, False), to
        assert "L622-21" in result.stderr
    files = packed(path, "avocat")
    assert "01-lettre.pdf" not in files
    assert "au plus tard le 20 décembre 2026" in words(files)
    assert "01-lettre.pdf" in packed(path, "assureur-credit")


def test_nothing_is_replaced_without_saying(tmp_path: Path) -> None:
    """A dry run writes nothing, a changed pack asks for --ecraser, JSON describes the bytes written."""
    path = dossier(tmp_path)
    assert run(path, "avocat", "--simulation").exit_code == 0
    assert not archive_of(path, "avocat").exists()
    told = json.loads(run(path, "avocat", "--json").stdout)
    content = archive_of(path, "avocat").read_bytes()
    assert (told["schema"], told["a"], told["octets"]) == ("impayes/remise/1", "avocat", len(content))
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert run(path, "avocat").exit_code == 0
    dossier(tmp_path, name="Boulangerie Martin Fils")
    assert run(path, "avocat").exit_code == 1
    assert run(path, "notaire").exit_code == 2
