"""The request a person completes: demande.docx of every route, then the bundle rebuilt with what they made of it."""

import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from pypdf import PdfWriter

from generator.court.procedures import routes
from generator.export.pdf import write_pdf
from generator.money import plain_spaces
from tests.court_bundle import bookmarks, company, contents, folder_of, make, pages, reader_of, trace_of
from tests.court_drafts import HOME, SHOP, TOWN, printed, sample
from tests.docx_samples import png, word_of
from tests.outside import AU, assert_french, tree

PAPER = "injonction-tribunal-de-commerce"
GERMAN = "J-2026-004"
ROUTES = [
    (SHOP, PAPER), (SHOP, "fond"), (SHOP, "refere-provision"), (SHOP, "saisie-conservatoire"),
    (SHOP, "creances-commerciales"), (HOME, "injonction-tribunal-judiciaire"), (HOME, "petites-creances"),
    (TOWN, "refere-provision-administratif"), (GERMAN, "injonction-europeenne"), (GERMAN, "petits-litiges-europeens"),
]  # fmt: skip
NOTE = "Note à retirer avant le dépôt"


@pytest.fixture(scope="module", params=ROUTES, ids=lambda one: one[1])
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The bundle of each route: (files, what the command said)."""
    reference, route = request.param
    base = company(tmp_path_factory.mktemp(route))
    result = make(base, reference, route)
    assert result.exit_code == 0, result.output
    return tree(folder_of(base, reference, route)), result


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The sample company, its first bundle written."""
    base = company(tmp_path)
    assert make(base, SHOP, PAPER).exit_code == 0
    return base


def spoken(package: bytes) -> str:
    """Words of a Word document in order, with ordinary spaces; a line or a cell is a space."""
    found = [
        "".join(" " if e.tag == qn("w:br") else e.text or "" for e in paragraph.iter(qn("w:t"), qn("w:br")))
        for paragraph in word_of(package).element.body.iter(qn("w:p"))
    ]
    return " ".join(plain_spaces(" ".join(found)).split())


def yellow(package: bytes) -> list[tuple[str, str]]:
    """(words of a paragraph, those of them that are highlighted), of each paragraph."""
    found = []
    for paragraph in word_of(package).element.body.iter(qn("w:p")):
        lit = [
            run
            for run in paragraph.iter(qn("w:r"))
            if run.rPr is not None and run.rPr.find(qn("w:highlight")) is not None
        ]
        said = ["".join(e.text or "" for one in many for e in one.iter(qn("w:t"))) for many in ([paragraph], lit)]
        found.append((plain_spaces(said[0]), plain_spaces(said[1])))
    return found


def pdf_of(*paragraphs: str) -> bytes:
    """A PDF as a person would make it."""
    inside = "".join(f"<p>{text}</p>" for text in paragraphs)
    return write_pdf(f'<!DOCTYPE html><html lang="fr"><head><title>x</title></head><body>{inside}</body></html>', "")


def complete(base: Path, content: bytes, *options: object, name: str = "signee.pdf") -> Any:
    """Run the command again with a completed request."""
    path = base.parent / name
    path.write_bytes(content)
    return make(base, SHOP, PAPER, "--demande", path, *options)


def asked(base: Path) -> str:
    """The total of the request, as it is printed."""
    return printed(trace_of(tree(folder_of(base, SHOP, PAPER)))["total"])


def walk(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """(file, text) of every paper written."""
    for name, content in files.items():
        if name.endswith(".pdf"):
            yield name, " ".join(pages(content))
        elif name.endswith(".docx"):
            yield name, spoken(content)
        else:
            yield name, plain_spaces(content.decode("utf-8"))


# ---------------------------------------------------------------- the document


def test_every_route_that_writes_is_tried() -> None:
    """A new request gets its Word document tested without a thought."""
    assert {route for _, route in ROUTES} == {one.id for one in routes()}


def test_the_request_says_in_word_what_it_says_in_pdf(bundle: Any) -> None:
    """Every word of the PDF, in order, but those of the draft; no watermark, no heading of a draft."""
    files, result = bundle
    text = spoken(files["demande.docx"])
    drawn = "\n".join(page.extract_text() for page in reader_of(files["demande.pdf"]).pages)
    for line in plain_spaces(drawn).splitlines():
        words = " ".join(line.replace("•", " ").split())
        if not words.startswith("Dossier J-") and "Projet à relire" not in words:
            assert words in text
    assert "Projet à relire" not in text
    assert_french(result.output)


def test_what_is_yellow_is_what_is_left_to_do(bundle: Any) -> None:
    """Every blank of the request and every note to the preparer, and nothing else; what is listed is there."""
    files, _ = bundle
    blanks: list[str] = []
    for words, lit in yellow(files["demande.docx"]):
        blanks += re.findall(r"\[à compléter : (.*?)\]", words)
        assert lit == (words if words.startswith(NOTE) else "".join(re.findall(r"\[à compléter.*?\]", words)))
    assert blanks
    form = plain_spaces(files.get("fiche-formulaire.txt", b"").decode("utf-8")).replace("’", "'")
    listed = trace_of(files)["a_completer"]
    assert set(blanks) <= set(listed)
    assert all(one in blanks or f"[à compléter : {one}]".replace("’", "'") in form for one in listed)


def test_the_page_is_a_clean_a4_in_french(bundle: Any) -> None:
    """A4, Calibri, « page 1/2 » counted by Word, French, titled; no header."""
    files, _ = bundle
    for name in ("demande.docx", "bordereau.docx"):
        word = word_of(files[name])
        section = word.sections[0]
        assert abs(section.page_width - Mm(210)) < Mm(0.1)
        assert abs(section.page_height - Mm(297)) < Mm(0.1)
        assert not section.different_first_page_header_footer
        assert not "".join(p.text for p in section.header.paragraphs)
        (foot,) = section.footer.paragraphs
        assert foot.text.endswith("· page /")
        assert [f.get(qn("w:instr")).strip() for f in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
        fonts = {f.get(qn("w:ascii")) for f in word.styles.element.iter(qn("w:rFonts"))}
        assert fonts == {"Calibri"}
        assert {e.get(qn("w:val")) for e in word.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
        assert word.core_properties.title.startswith(word.paragraphs[0].text.replace("’", "'").replace("\u00a0", " "))
        assert word.core_properties.created.date().isoformat() == AU


def test_tables_are_tables(bundle: Any) -> None:
    """Two identities without lines, then the sums, at the right, the total last and never cut from its table."""
    files, _ = bundle
    tables = word_of(files["demande.docx"]).tables
    who, whom, claims, *_ = tables
    assert who.style.name == whom.style.name == "Mise en page"
    assert claims.style.name == "Tableau de compte"
    assert claims.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    for line in claims.rows[1:]:
        assert line.cells[-1].paragraphs[0].style.name == "Tableau montant"
    assert plain_spaces(claims.rows[-1].cells[-1].text) == printed(trace_of(files)["total"])
    assert all(p.paragraph_format.keep_with_next for row in claims.rows[:-1] for c in row.cells for p in c.paragraphs)


def test_the_signature_has_room_and_holds_together(bundle: Any) -> None:
    """The last row cannot be cut and is high enough to sign by hand."""
    files, _ = bundle
    (row,) = word_of(files["demande.docx"]).tables[-1].rows
    assert row.height >= Mm(30)
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    assert "ignature" in row.cells[0].text


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """Twice, in two folders; another day gives another document."""
    made = []
    for name in ("un", "deux"):
        base = company(tmp_path / name)
        assert make(base, SHOP, PAPER).exit_code == 0
        made.append(tree(folder_of(base, SHOP, PAPER)))
    for name in ("demande.docx", "bordereau.docx"):
        assert made[0][name] == made[1][name]
    base = company(tmp_path / "trois")
    path = base / "dossiers" / f"{SHOP}.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("1000.00", "900.00"), encoding="utf-8")
    assert make(base, SHOP, PAPER).exit_code == 0
    assert tree(folder_of(base, SHOP, PAPER))["demande.docx"] != made[0]["demande.docx"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")
def test_a_word_processor_opens_it(bundle: Any, tmp_path: Path) -> None:
    """LibreOffice prints it on A4, with its total and its last page number."""
    files, _ = bundle
    (tmp_path / "demande.docx").write_bytes(files["demande.docx"])
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "demande.docx"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    content = (tmp_path / "demande.pdf").read_bytes()
    read = pages(content)
    assert f"page {len(read)}/{len(read)}" in read[-1]
    assert printed(trace_of(files)["total"]) in " ".join(read)
    assert abs(float(reader_of(content).pages[0].mediabox.height) - 841.89) < 1


# ---------------------------------------------------------------- what fills a blank


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [
        ("entreprise.yml", "  forme: SARL\n", "forme de la personne morale : écrire creancier.forme dans entreprise.yml"),
        ("dossiers/J-2026-001.yml", '  siren: "123 456 782"\n', "numéro SIREN du débiteur : écrire debiteur.siren dans J-2026-001.yml"),
        ("dossiers/J-2026-001.yml", " executee_le: 2026-05-12, echeance: 2026-06-13,", "date d’exécution, F-2026-201 : écrire factures.executee_le dans J-2026-001.yml"),
    ],
)  # fmt: skip
def test_a_blank_names_the_field_that_fills_it(path: str, line: str, said: str, tmp_path: Path) -> None:
    """On screen and in the trace, never on paper; once the field is written, the blank is gone."""
    base = company(tmp_path)
    whole = make(base, SHOP, PAPER, "--simulation")
    assert said not in plain_spaces(whole.stdout)
    text = (base / path).read_text(encoding="utf-8")
    assert line in text
    swap = " echeance: 2026-06-13," if "executee_le" in line else ""
    (base / path).write_text(text.replace(line, swap, 1), encoding="utf-8")
    result = make(base, SHOP, PAPER)
    assert result.exit_code == 0, result.output
    assert f"- {said}\n" in plain_spaces(result.stdout)
    what, _, how = said.partition(" : écrire ")
    files = tree(folder_of(base, SHOP, PAPER))
    assert trace_of(files)["champs_a_completer"][what] == how.split()[0]
    assert f"[à compléter : {what}]" in spoken(files["demande.docx"])
    for name, words in walk(files):
        assert name == "trace.json" or how.split()[0] not in words, name


def test_a_blank_without_a_field_is_written_by_hand(shop: Path) -> None:
    """In the Word document; what only the form asks for, in the form."""
    said = plain_spaces(make(shop, SHOP, PAPER, "--simulation").stdout)
    assert "- ville du tribunal dont dépend 45000 Orléans : à écrire dans demande.docx\n" in said
    foreign = plain_spaces(make(shop, GERMAN, "injonction-europeenne", "--simulation").stdout)
    assert "- code du motif de compétence : à écrire dans le formulaire\n" in foreign


# ---------------------------------------------------------------- the completed request


def test_the_completed_request_takes_the_place_of_the_draft(shop: Path) -> None:
    """In the bundle, in its folder and in the trace; the cover no longer says « projet » and has no blank."""
    drafted = tree(folder_of(shop, SHOP, PAPER))
    assert "Projet" in pages(drafted["dossier-complet.pdf"])[0]
    assert "[à compléter" in pages(drafted["dossier-complet.pdf"])[0]
    content = pdf_of("Requête relue et signée", f"Total : {asked(shop)}", *["Suite"] * 90)
    result = complete(shop, content, "--ecraser")
    assert result.exit_code == 0, result.output
    files = tree(folder_of(shop, SHOP, PAPER))
    read = pages(files["dossier-complet.pdf"])
    assert "Requête relue et signée" in read[2]
    assert not [page for page in read if "Projet" in page or "[à compléter" in page]
    assert printed(trace_of(files)["total"]) in read[0]
    marks = {title.split(" :")[0]: page for title, page in bookmarks(reader_of(files["dossier-complet.pdf"]))}
    assert dict(contents(read[1])).items() <= marks.items()
    assert len(reader_of(content).pages) > 1
    assert marks["Décompte des sommes"] - marks["Requête en injonction de payer"] == len(reader_of(content).pages)
    assert all(f"page {rank}/{len(read)}" in page for rank, page in enumerate(read, start=1))
    assert files["demande.pdf"] == content
    assert trace_of(files)["demande_completee"] == {
        "fichier": "signee.pdf", "sha256": hashlib.sha256(content).hexdigest(), "pages": len(reader_of(content).pages),
    }  # fmt: skip
    assert "demande_completee" not in trace_of(drafted)
    assert "dossier-complet.pdf, signer, puis déposer" in result.stderr
    assert "--demande" not in result.output
    assert_french(result.output)


def test_the_archive_keeps_both(shop: Path) -> None:
    """The draft on its pages, the completed request inside, byte for byte."""
    content = pdf_of("Requête signée", asked(shop))
    assert complete(shop, content, "--ecraser").exit_code == 0
    archive = reader_of(tree(folder_of(shop, SHOP, PAPER))["archive.pdf"])
    assert archive.attachments["demande.pdf"] == [content]
    assert "[à compléter" in plain_spaces("".join(page.extract_text() for page in archive.pages))


def test_what_a_completed_request_still_lacks_is_said(shop: Path) -> None:
    """A blank left in it is listed, a blank filled is not; a note left in it, a total that is not ours."""
    left = "[à compléter : juridiction à saisir en cas d’opposition, ou rayer]"
    said = plain_spaces(complete(shop, pdf_of(left, f"{NOTE} : avocat"), "--simulation").stdout)
    assert "juridiction à saisir en cas d’opposition, ou rayer : à écrire dans demande.docx" in said
    assert "ville du tribunal dont dépend 45000 Orléans : à écrire dans le formulaire" in said
    assert "« signee.pdf » porte encore une note à retirer" in said
    assert f"« signee.pdf » ne porte pas {asked(shop)}" in said
    good = plain_spaces(complete(shop, pdf_of("Tours", asked(shop)), "--simulation").stdout)
    assert "à écrire dans demande.docx" not in good
    assert "signee.pdf" not in good


def test_a_scanned_request_is_taken_and_said_unread(shop: Path) -> None:
    """A picture has no words to check."""
    import base64

    picture = base64.b64encode(png(200, 280)).decode()
    result = complete(shop, pdf_of(f'<img alt="page" src="data:image/png;base64,{picture}">'), "--simulation")
    assert result.exit_code == 0, result.output
    assert "« signee.pdf » est une image" in plain_spaces(result.stdout)


def locked() -> bytes:
    """A PDF that asks for a password."""
    writer, out = PdfWriter(clone_from=io.BytesIO(pdf_of("x"))), io.BytesIO()
    writer.encrypt("secret")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK", "signee.docx", "il faut un PDF"),
        (b"%PDF-1.7 coupe", "signee.pdf", "abîmé"),
        (locked(), "signee.pdf", "mot de passe"),
    ],
)
def test_a_file_that_is_not_a_request_is_refused(content: bytes, name: str, said: str, shop: Path) -> None:
    """By its name, with what to do; nothing changes on disk."""
    before = tree(folder_of(shop, SHOP, PAPER))
    result = complete(shop, content, "--ecraser", name=name)
    assert result.exit_code == 3, result.output
    assert f"--demande : « {name} »" in plain_spaces(result.stderr)
    assert said in plain_spaces(result.stderr)
    assert_french(result.stderr)
    assert tree(folder_of(shop, SHOP, PAPER)) == before


def test_the_draft_itself_is_refused(shop: Path) -> None:
    """demande.pdf says « projet » on every page; so is a file that does not exist."""
    folder = folder_of(shop, SHOP, PAPER)
    result = make(shop, SHOP, PAPER, "--demande", folder / "demande.pdf", "--ecraser")
    assert result.exit_code == 3
    assert "« demande.pdf » est le projet" in plain_spaces(result.stderr)
    absent = make(shop, SHOP, PAPER, "--demande", folder / "absente.pdf", "--ecraser")
    assert absent.exit_code == 3
    assert "« absente.pdf »" in plain_spaces(absent.stderr)


# ---------------------------------------------------------------- nobody's work is lost


def test_a_document_somebody_worked_on_is_never_overwritten(shop: Path) -> None:
    """Even with --ecraser; renamed, the command writes a fresh one. With --demande it is left where it is."""
    folder = folder_of(shop, SHOP, PAPER)
    word = word_of((folder / "demande.docx").read_bytes())
    word.add_paragraph("Écrit par moi")
    word.save(str(folder / "demande.docx"))
    mine = (folder / "demande.docx").read_bytes()
    result = make(shop, SHOP, PAPER, "--ecraser")
    assert result.exit_code == 1
    assert "demande.docx a changé depuis que la commande l'a écrit" in plain_spaces(result.stderr)
    drawn = (folder / "demande.pdf").read_bytes()
    (folder / "demande.pdf").write_bytes(pdf_of("exportée par moi", asked(shop)))
    refused = complete(shop, pdf_of("signée", asked(shop)), "--ecraser")
    assert refused.exit_code == 1
    assert "demande.pdf a changé depuis" in plain_spaces(refused.stderr)
    assert make(shop, SHOP, PAPER, "--demande", folder / "demande.pdf", "--simulation").exit_code == 0
    (folder / "demande.pdf").write_bytes(drawn)
    done = complete(shop, pdf_of("signée", asked(shop)), "--ecraser")
    assert done.exit_code == 0, done.output
    assert (folder / "demande.docx").read_bytes() == mine
    assert "Reste d'une préparation" not in done.stderr
    (folder / "demande.docx").rename(folder / "la-mienne.docx")
    again = make(shop, SHOP, PAPER, "--ecraser")
    assert again.exit_code == 0, again.output
    assert "Reste d'une préparation" not in again.stderr
    assert (folder / "la-mienne.docx").read_bytes() == mine


def test_a_document_nobody_touched_is_replaced(tmp_path: Path) -> None:
    """Only with --ecraser, as any file."""
    base = sample(tmp_path, SHOP)
    assert make(base, SHOP, PAPER).exit_code == 0
    path = base / "dossiers" / f"{SHOP}.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("1000.00", "900.00"), encoding="utf-8")
    assert make(base, SHOP, PAPER).exit_code == 1
    assert make(base, SHOP, PAPER, "--ecraser").exit_code == 0
    assert "900,00 €" in spoken((folder_of(base, SHOP, PAPER) / "demande.docx").read_bytes())
