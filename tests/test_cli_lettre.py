"""`lettre` from outside: what is proposed, written, refused, and never left half done."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.outside import AU, CREDITOR, DOSSIER, assert_french, impayes, refused, tree, write

DEMAND = "mise-en-demeure"
STEM = f"2026-014-{DEMAND}-{AU}"
TXT = ("--au", AU, "--format", "txt")
JUDGMENT = ("qualite: prof", "procedure_collective: {type: liquidation, jugement_le: 2026-09-01}\n  qualite: prof")


def text_of(path: Path, letter: str, *options: object) -> str:
    """Write a letter as text beside its dossier and return what it says, with ordinary spaces."""
    result = impayes("lettre", path, letter, *TXT, *options)
    assert result.exit_code == 0, result.output
    (written,) = result.stdout.splitlines()
    return " ".join(Path(written).read_text(encoding="utf-8").split())


def test_every_format_with_its_trace(tmp_path: Path) -> None:
    """PDF, HTML, text and one trace, in sortie/ beside the dossier; paths on stdout, remarks on stderr."""
    path = write(tmp_path)
    formats = ("--format", "pdf", "--format", "html", "--format", "txt", "--format", "txt")
    result = impayes("lettre", path, DEMAND, "--au", AU, *formats)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(tmp_path / "sortie" / f"{STEM}.{e}") for e in ("pdf", "html", "txt")]
    assert "Étape suivante" in result.stderr
    files = tree(tmp_path / "sortie")
    made = {f"{STEM}.{e}" for e in ("pdf", "html", "txt")}
    assert set(files) == made | {f"{name}.trace.json" for name in made}
    assert files[f"{STEM}.pdf"].startswith(b"%PDF-")
    trace = json.loads(files[f"{STEM}.pdf.trace.json"])
    assert list(trace) == ["schema", "impayes", "au", "options", "dossier", "lettre", "droit", "decompte", "fichier"]
    assert trace["fichier"] == {"nom": f"{STEM}.pdf", "sha256": hashlib.sha256(files[f"{STEM}.pdf"]).hexdigest()}


def test_same_bytes_and_no_overwrite(tmp_path: Path) -> None:
    """The same command twice is accepted; a file changed by hand is kept, unless --ecraser."""
    path, out = write(tmp_path), tmp_path / "ailleurs"
    command = ("lettre", path, DEMAND, *TXT, "--format", "pdf", "--sortie", out)
    assert impayes(*command).exit_code == 0
    before = tree(out)
    assert impayes(*command).exit_code == 0
    (out / f"{STEM}.txt").write_text("relu et corrigé", encoding="utf-8")
    said = refused(1, *command)
    assert f"{STEM}.txt existe déjà : ajouter --ecraser" in said
    assert (out / f"{STEM}.txt").read_text(encoding="utf-8") == "relu et corrigé"
    assert impayes(*command, "--ecraser").exit_code == 0
    assert tree(out) == before


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    """--simulation names the files it would write, and only that."""
    path = write(tmp_path)
    before = tree(tmp_path)
    result = impayes("lettre", path, DEMAND, *TXT, "--simulation")
    assert [line.split(" : ")[0] for line in result.stdout.splitlines()] == ["serait écrit"] * 2
    assert tree(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dossier.yml"]


def test_disk_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the last moment: exit code 1, a sentence, no half file."""

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device", str(args[1]))

    path = write(tmp_path)
    monkeypatch.setattr(os, "replace", full)
    said = refused(1, "lettre", path, DEMAND, *TXT)
    assert "disque plein" in said
    assert_french(said)
    assert list(tree(tmp_path)) == ["dossier.yml"]


def test_the_letter_is_proposed(tmp_path: Path) -> None:
    """Without an id and without a terminal: the letters that fit, the best first, and nothing written."""
    path = write(tmp_path)
    result = impayes("lettre", path, "--au", AU)
    assert result.exit_code == 0
    assert f"la lettre qui convient est « {DEMAND} »" in result.stderr
    assert result.stdout.splitlines()[0].startswith(f"impayes lettre {path} {DEMAND}")
    assert list(tree(tmp_path)) == ["dossier.yml"]
    assert impayes("lettre", path, *TXT, "--oui").exit_code == 0
    assert f"sortie/{STEM}.txt" in tree(tmp_path)


def test_nothing_to_propose(tmp_path: Path) -> None:
    """Everything paid: a sentence, no letter, exit code 0; an explicit letter is refused."""
    path = write(tmp_path, extra="paiements: [{recu_le: 2026-06-15, montant: 1200}]\n")
    result = impayes("lettre", path, "--au", AU, "--oui")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "plus rien n'est dû" in result.stderr
    assert "Plus rien n'est dû" in refused(4, "lettre", path, DEMAND, *TXT)


def test_proposal_says_what_is_missing(tmp_path: Path) -> None:
    """A better letter that lacks a field is named with that field."""
    path = write(tmp_path, ('  siren: "732829320"\n', ""))
    result = impayes("lettre", path, "--au", AU)
    assert f"« {DEMAND} » conviendrait, mais creancier.siren" in result.stderr
    assert "creancier.siren : champ nécessaire" in refused(3, "lettre", path, DEMAND, *TXT)


def test_wrong_kind_of_debtor(tmp_path: Path) -> None:
    """Each kind of debtor has its own letter: the article is named, and the right letter suggested."""
    consumer = write(tmp_path, ("professionnel", "particulier"), name="a.yml")
    public = write(tmp_path, ("professionnel", "public"), name="b.yml")
    said = refused(4, "lettre", consumer, DEMAND, *TXT)
    assert "C. civ., art. 1231-6" in said
    assert "mise-en-demeure-particulier" in said
    assert "mise-en-demeure-acheteur-public" in refused(4, "lettre", public, DEMAND, *TXT)
    assert "C. com., art. L441-10" in refused(4, "lettre", write(tmp_path), "mise-en-demeure-particulier", *TXT)
    assert not (tmp_path / "sortie").exists()


def test_a_consumer_is_never_told_of_forty_euros(tmp_path: Path) -> None:
    """No indemnity and no penalty of professionals in any letter a consumer may receive."""
    path = write(tmp_path, ("professionnel", "particulier"), ("2026-014", "c"))
    sent = {"mise_en_demeure: {envoyee_le: 2026-08-01}\n", ""}
    for extra in sent:
        path = write(tmp_path, ("professionnel", "particulier"), extra=extra)
        for letter in ("relance-1", "relance-2", "mise-en-demeure-particulier"):
            text = text_of(path, letter, "--ecraser")
            assert "40,00" not in text
            assert "L441" not in text
            assert "indemnité forfaitaire" not in text.lower()


def test_collective_proceedings(tmp_path: Path) -> None:
    """After an opening judgment nothing leaves, by name or by proposal."""
    path = write(tmp_path, JUDGMENT)
    for words in ((DEMAND,), ("relance-1",), (), ("--oui",)):
        said = refused(4, "lettre", path, *words, *TXT)
        assert "L622-21)" in said
        assert "déclare" in said.lower()
    assert list(tree(tmp_path)) == ["dossier.yml"]


def test_before_the_due_date(tmp_path: Path) -> None:
    """Nothing is due yet: no mise en demeure, with its article."""
    said = refused(4, "lettre", write(tmp_path), DEMAND, "--au", "2026-07-01", "--format", "txt")
    assert "C. civ., art. 1344" in said


def test_choices_of_a_letter(tmp_path: Path) -> None:
    """A tone or a channel the letter does not have, a letter that does not exist."""
    path = write(tmp_path)
    assert "n'existe qu'en neutre et ferme" in refused(3, "lettre", path, DEMAND, *TXT, "--ton", "cordial")
    assert "n'existe qu'en lrar" in refused(3, "lettre", path, DEMAND, *TXT, "--envoi", "pigeon")
    assert "vouliez-vous dire « mise-en-demeure »" in refused(3, "lettre", path, "mise-en-demeur", *TXT)
    refused(3, "lettre", path, "../letters/relance-1", *TXT)
    for trap in ("_commun", "/etc", "."):
        assert "inconnu" in refused(3, "lettre", path, trap, *TXT)
    assert "introuvable" in refused(3, "lettre", path, DEMAND, *TXT, "--modeles", tmp_path / "rien")


def test_a_folder_with_a_broken_dossier(tmp_path: Path) -> None:
    """One dossier of a folder is wrong: the others are done, the mistake is told, exit code 3."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    for number in (1, 2):
        write(tmp_path, ("2026-014", f"R-{number}"), name=f"dossiers/{number}.yml")
    write(tmp_path, ("professionnel", "pro"), name="dossiers/faux.yml")
    write(tmp_path, name="dossiers/.cache/ignoré.yml")
    write(tmp_path, name="dossiers/modeles/x/letter.yml", text="id: x\n")
    said = refused(3, "lettre", tmp_path / "dossiers", DEMAND, *TXT)
    assert said.count("faux.yml:8:3: debiteur.qualite") == 1
    written = sorted(name for name in tree(tmp_path / "dossiers" / "sortie") if name.endswith(".txt"))
    assert written == [f"R-{n}-{DEMAND}-{AU}.txt" for n in (1, 2)]
    write(tmp_path, ("2026-014", "R-3"), JUDGMENT, name="dossiers/3.yml")
    assert "L622-21" in refused(4, "lettre", tmp_path / "dossiers", DEMAND, *TXT)


def test_an_empty_folder(tmp_path: Path) -> None:
    """Nothing to do is said, with the command that makes a dossier."""
    for command in ("lettre", "verifier"):
        assert "« impayes nouveau » en crée un" in refused(3, command, tmp_path)


def test_the_examples_give_letters(tmp_path: Path) -> None:
    """Every example dossier has its proposal, written as text, or its legal refusal."""
    for path in sorted((ROOT / "examples" / "dossiers").glob("*.yml")):
        result = impayes("lettre", path, *TXT, "--oui", "--sortie", tmp_path)
        assert result.exit_code in {0, 4}, result.output
        assert_french(result.stderr)


def test_a_dossier_name_is_only_text(tmp_path: Path) -> None:
    """Names with markup, braces or file names in them come out as they are."""
    name = "SARL A & B {{ 7 * 7 }} {% raw %} ../../x"
    text = text_of(write(tmp_path, text=DOSSIER.replace("Boulangerie Martin SARL", f'"{name}"')), DEMAND)
    assert "SARL A & B {{ 7 * 7 }} {% raw %} ../../x" in text
