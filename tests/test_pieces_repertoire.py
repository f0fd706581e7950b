"""Exhibits from the journal and from the disk: receipts, names of every system, files moved, a folder made again."""

import re
import subprocess
from pathlib import Path
from typing import Any

from tests.court_bundle import COMMERCE, folder_of, make, pages, reader_of
from tests.outside import AU, impayes, tree
from tests.test_pieces_reelles import photo
from tests.test_pieces_stampees import REFERENCE, bundle, office, pdf


def test_names_that_windows_refuses(tmp_path: Path) -> None:
    """In the folder they become names every system can unpack; the bordereau keeps the title (29)."""
    files = bundle(tmp_path, {"devis: 'final' ?*.pdf": pdf("Contenu"), "fin. .pdf": pdf("Deux")})
    names = [one for one in files if one.startswith("pieces/")]
    assert names == ["pieces/01-devis- 'final'.pdf", "pieces/02-fin.pdf"]
    for one in names:
        assert not set('<>:"\\|?*') & set(one)


def test_accents_written_as_a_mac_does(tmp_path: Path) -> None:
    """A name that looks the same is the same, in both directions (29)."""
    import unicodedata

    base = office(tmp_path, {"x.pdf": pdf("Contenu")})
    dossier = base / "dossiers" / f"{REFERENCE}.yml"
    (base / "dossiers" / "pieces" / "x.pdf").rename(
        base / "dossiers" / "pieces" / unicodedata.normalize("NFD", "reçu.pdf")
    )
    text = dossier.read_text(encoding="utf-8")
    dossier.write_text(text.replace("x.pdf", unicodedata.normalize("NFC", "reçu.pdf")), encoding="utf-8")
    assert make(base, REFERENCE, COMMERCE).exit_code == 0
    assert "pieces/01-" + unicodedata.normalize("NFC", "reçu.pdf") in tree(folder_of(base, REFERENCE, COMMERCE))
    pack = impayes("remettre", dossier, "--a", "avocat", "--au", AU, "--simulation")
    assert "introuvable" not in pack.output


def test_a_piece_listed_twice_or_dated_later_is_said(tmp_path: Path) -> None:
    """Neither leaves the bundle without a word; a date of today is taken (14)."""
    base = office(tmp_path, {"a.pdf": pdf("A"), "b.pdf": pdf("B"), "c.pdf": pdf("C")})
    dossier = base / "dossiers" / f"{REFERENCE}.yml"
    text = dossier.read_text(encoding="utf-8")
    for old, new in (
        ("pieces/b.pdf", "pieces/./a.pdf"), ('"Titre 3"', '"Titre 3", le: 2027-01-02'), ('"Titre 1"', f'"Titre 1", le: {AU}'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    dossier.write_text(text, encoding="utf-8")
    said = make(base, REFERENCE, COMMERCE).stdout
    assert "Titre 2 : même fichier que « Titre 1 »" in said
    assert "Titre 3 : datée du 02/01/2027" in said
    assert "Titre 1 : " not in said


def sent(base: Path, *files: object, **options: str) -> Any:
    """Note in the journal that the mise en demeure left."""
    extra = [item for key, value in options.items() for item in (f"--{key.replace('_', '-')}", value)]
    named = [item for file in files for item in ("--fichier", file)]
    result = impayes(
        "journal", "envoyer", base / "dossiers" / f"{REFERENCE}.yml", "mise-en-demeure", "--le", "2026-09-01", "--au", AU,
        "--canal", "lrar", "--numero-recommande", "1A 234", *extra, *named,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return result


def natures(base: Path) -> list[tuple[str, str]]:
    """(nature, title) of each exhibit, and no other."""
    import json

    trace = json.loads(tree(folder_of(base, REFERENCE, COMMERCE))["trace.json"])
    return [(one["nature"], one["titre"]) for one in trace["pieces"]]


def test_the_receipt_is_not_the_letter(tmp_path: Path) -> None:
    """Letter and receipt noted together are two exhibits of two natures (2)."""
    base = office(tmp_path, {})
    (base / "pieces").mkdir()
    letter, receipt = base / "pieces" / "med.pdf", base / "pieces" / "AR 1A234.jpg"
    letter.write_bytes(pdf("Mise en demeure"))
    receipt.write_bytes(photo())
    sent(base, receipt, letter, recu_le="2026-09-03")
    result = make(base, REFERENCE, COMMERCE)
    assert result.exit_code == 0, result.output
    (first, title), (second, proof) = natures(base)
    assert (first, second) == ("mise-en-demeure", "preuve-d-envoi")
    assert title != proof
    assert proof.startswith("Preuve d'envoi")
    assert "Mise en demeure et preuve de son envoi" not in result.stdout


def test_a_receipt_alone_does_not_stand_for_a_letter_that_changed(tmp_path: Path) -> None:
    """The letter is left out, and the bundle says that the mise en demeure is missing (2)."""
    base = office(tmp_path, {})
    (base / "pieces").mkdir()
    letter, receipt = base / "pieces" / "med.pdf", base / "pieces" / "AR.jpg"
    letter.write_bytes(pdf("Mise en demeure"))
    receipt.write_bytes(photo())
    sent(base, letter, receipt)
    letter.write_bytes(pdf("Autre chose"))
    result = make(base, REFERENCE, COMMERCE)
    assert [nature for nature, _ in natures(base)] == ["preuve-d-envoi"]
    assert "a changé depuis" in result.stdout
    assert "Mise en demeure et preuve de son envoi" in result.stdout


def test_a_scan_anywhere_in_the_company_is_found_again(tmp_path: Path) -> None:
    """The journal keeps its path in the company; from elsewhere, it says where to put a copy, and it is found there (13)."""
    base = office(tmp_path, {})
    scan = base / "scans" / "2026" / "med.pdf"
    scan.parent.mkdir(parents=True)
    scan.write_bytes(pdf("Mise en demeure"))
    assert "hors du répertoire" not in sent(base, scan).stderr
    make(base, REFERENCE, COMMERCE)
    assert [nature for nature, _ in natures(base)] == ["mise-en-demeure"]
    assert "scans/2026" not in " ".join(pages(tree(folder_of(base, REFERENCE, COMMERCE))["chronologie.pdf"]))


def test_a_scan_from_elsewhere_says_where_to_put_it(tmp_path: Path) -> None:
    """And it is found once it is there (13)."""
    base = office(tmp_path / "x", {})
    outside = tmp_path / "bureau" / "med.pdf"
    outside.parent.mkdir()
    outside.write_bytes(pdf("Mise en demeure"))
    said = sent(base, outside).stderr
    assert "med.pdf : hors du répertoire de l'entreprise" in said
    assert str(base / "pieces") in said
    assert str(outside.parent) not in (base / "journal" / f"{REFERENCE}.jsonl").read_text(encoding="utf-8")
    assert "introuvable" in make(base, REFERENCE, COMMERCE).stdout
    (base / "pieces").mkdir()
    (base / "pieces" / "med.pdf").write_bytes(outside.read_bytes())
    make(base, REFERENCE, COMMERCE, "--ecraser")
    assert [nature for nature, _ in natures(base)] == ["mise-en-demeure"]


# ---------------------------------------------------------------- the folder


def test_a_withdrawn_piece_leaves_the_folder(tmp_path: Path) -> None:
    """--ecraser removes what the earlier run wrote; a file changed since, or somebody's own, stays and is named (18)."""
    base = office(tmp_path, {"bon.pdf": pdf("Bon"), "secret.pdf": pdf("Secret"), "autre.pdf": pdf("Autre")})
    make(base, REFERENCE, COMMERCE)
    folder = folder_of(base, REFERENCE, COMMERCE)
    (folder / "pieces" / "03-autre.pdf").write_bytes(b"annote a la main")
    (folder / "mes-notes.txt").write_text("à moi", encoding="utf-8")
    dossier = base / "dossiers" / f"{REFERENCE}.yml"
    text = dossier.read_text(encoding="utf-8")
    for number in (2, 3):
        text = text.replace(f'titre: "Titre {number}"', f'titre: "Titre {number}", ne_pas_communiquer: oui')
    dossier.write_text(text, encoding="utf-8")
    before = tree(folder)
    told = make(base, REFERENCE, COMMERCE, "--ecraser", "--simulation")
    assert "Serait supprimé" in told.stderr
    assert tree(folder) == before
    done = make(base, REFERENCE, COMMERCE, "--ecraser")
    assert done.exit_code == 0, done.output
    assert "Supprimé, d'une préparation précédente : pieces/02-secret.pdf." in done.stderr
    assert "à supprimer : pieces/03-autre.pdf." in done.stderr
    assert sorted(path.name for path in (folder / "pieces").iterdir()) == ["01-bon.pdf", "03-autre.pdf"]
    assert (folder / "mes-notes.txt").exists()


def test_a_forged_trace_deletes_nothing_outside(tmp_path: Path) -> None:
    """A path that leaves the folder is not ours, whatever the trace says (18)."""
    import hashlib
    import json

    base = office(tmp_path, {"bon.pdf": pdf("Bon")})
    make(base, REFERENCE, COMMERCE)
    trace = folder_of(base, REFERENCE, COMMERCE) / "trace.json"
    victim = base / "dossiers" / f"{REFERENCE}.yml"
    data = json.loads(trace.read_text(encoding="utf-8"))
    digest = hashlib.sha256(victim.read_bytes()).hexdigest()
    data["fichiers"] += [
        {"nom": f"../../dossiers/{REFERENCE}.yml", "sha256": digest},
        {"nom": str(victim), "sha256": digest},
    ]
    trace.write_text(json.dumps(data), encoding="utf-8")
    assert make(base, REFERENCE, COMMERCE, "--ecraser").exit_code == 0
    assert victim.exists()


def test_the_contents_are_clickable(tmp_path: Path) -> None:
    """One link a line, each to the page the line names, over the line (28)."""
    files = bundle(tmp_path, {f"p{rank:02d}.pdf": pdf(f"Corps {rank}", "Suite") for rank in range(1, 41)})
    reader = reader_of(files["dossier-complet.pdf"])
    links = [(rank, note.get_object()) for rank, page in enumerate(reader.pages) for note in page.get("/Annots", ())]
    assert {rank for rank, _ in links} == {1, 2}
    assert len(links) >= 44
    text = pages(files["dossier-complet.pdf"])
    for rank, note in links:
        assert note["/Subtype"] == "/Link"
        target = note["/Dest"][0]
        led = (
            next(number for number, page in enumerate(reader.pages) if page.indirect_reference == target)
            if not isinstance(target, int)
            else int(target)
        )
        left, bottom, right, top = (float(value) for value in note["/Rect"])
        line = subprocess.run(
            ["pdftotext", "-f", str(rank + 1), "-l", str(rank + 1), "-x", str(int(left)), "-y", str(int(842 - top)), "-W", str(int(right - left)), "-H", str(int(top - bottom)), "-", "-"],
            input=files["dossier-complet.pdf"], capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
        said = " ".join(line.split())
        assert said.endswith(str(led + 1)), (said, led + 1)
        if "Pièce" in said:
            number = re.findall(r"Pièce n° (\d+)", said.replace("\xa0", " "))
            assert text[led].startswith(f"Pièce n° {number[0]} ")
