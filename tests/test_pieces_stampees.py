"""Exhibits from outside: pages of every shape stamped and kept whole; files that cannot be exhibits refused by name."""

import hashlib
import json
import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)  # fmt: skip

from tests.court_bundle import COMMERCE, company, folder_of, make, pages, reader_of
from tests.outside import AU, assert_french, impayes, tree

REFERENCE = "J-2026-009"
A4 = (595.28, 841.89)
# Points left free for the stamp and the page number.
TOP, BOTTOM = 34, 27
BANDS = TOP + BOTTOM
DOSSIER = """\
reference: J-2026-009
debiteur:
  nom: Menuiserie Garnier SARL
  qualite: professionnel
  commercant: oui
  siren: "123 456 782"
  adresse: {lignes: [8 rue des Tanneurs], code_postal: "45000", ville: Orléans}
factures:
  - {numero: F-9, emise_le: 2026-05-14, executee_le: 2026-05-12, echeance: 2026-06-13, montant_ttc: 4800.00}
"""


def pdf(
    *texts: str,
    size: tuple[float, float] = A4,
    turned: int = 0,
    origin: tuple[float, float] = (0, 0),
    password: str = "",
) -> bytes:
    """A PDF of one line a page, in the middle of a page of this size, turned by `turned` degrees."""
    writer = PdfWriter()
    for text in texts:
        page = writer.add_blank_page(*size)
        left, bottom = origin
        for name in ("mediabox", "cropbox"):
            getattr(page, name).lower_left = (left, bottom)
            getattr(page, name).upper_right = (left + size[0], bottom + size[1])
        stream = DecodedStreamObject()
        stream.set_data(
            f"BT /F 14 Tf {left + size[0] / 2 - 40} {bottom + size[1] / 2} Td ({text}) Tj ET".encode("cp1252")
        )
        font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"), NameObject("/BaseFont"): NameObject("/Helvetica"), NameObject("/Encoding"): NameObject("/WinAnsiEncoding")})  # fmt: skip
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F"): font})})  # fmt: skip
        page[NameObject("/Contents")] = writer._add_object(stream)
        if turned:
            page[NameObject("/Rotate")] = NumberObject(turned)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def office(folder: Path, files: dict[str, bytes], extra: str = "") -> Path:
    """The sample company with a small dossier whose exhibits are `files`, in this order."""
    base = company(folder)
    listed = "".join(f'  - {{fichier: "pieces/{name}", titre: "Titre {rank}"}}\n' for rank, name in enumerate(files, 1))
    text = DOSSIER + ("pieces:\n" + listed if files else "") + extra
    (base / "dossiers" / f"{REFERENCE}.yml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        path = base / "dossiers" / "pieces" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return base


def bundle(folder: Path, files: dict[str, bytes], extra: str = "") -> dict[str, bytes]:
    """The files of the bundle made with these exhibits."""
    base = office(folder, files, extra)
    result = make(base, REFERENCE, COMMERCE)
    assert result.exit_code == 0, result.output
    return tree(folder_of(base, REFERENCE, COMMERCE))


def refused(folder: Path, files: dict[str, bytes]) -> str:
    """The sentences of a refusal: exit 3, French, nothing written."""
    base = office(folder, files)
    result = make(base, REFERENCE, COMMERCE)
    assert result.exit_code == 3, result.output
    assert not (base / "judiciaire").exists()
    assert_french(result.stderr)
    return result.stderr


def position(content: bytes, needle: str) -> tuple[float, float]:
    """The left and the top of a word of the first page, in points from its top left corner."""
    words = subprocess.run(["pdftotext", "-bbox", "-l", "1", "-", "-"], input=content, capture_output=True, check=True)
    line = next(line for line in words.stdout.decode("utf-8").splitlines() if f">{needle}<" in line)
    left, top = re.findall(r'[xy]Min="([\d.]+)"', line)
    return float(left), float(top)


def picture(content: bytes) -> Image.Image:
    """The first page as poppler shows it, two pixels a point."""
    shown = subprocess.run(
        ["pdftoppm", "-r", "144", "-gray", "-l", "1", "-cropbox", "-"], input=content, capture_output=True, check=True
    )
    return Image.open(BytesIO(shown.stdout))


def ink(page: Image.Image, top: int = 0) -> Image.Image:
    """What is drawn on a page below `top`, without the white around it."""
    below = page.crop((0, top, *page.size))
    return below.crop(ImageChops.invert(below).point(lambda value: 255 * (value > 100)).getbbox())


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_rotated_page_is_upright_and_stamped_at_its_top_right(turned: int, tmp_path: Path) -> None:
    """The page is shown as a reader shows it, on A4, and the stamp reads in the same direction."""
    files = bundle(tmp_path, {"tournee.pdf": pdf("Contenu", turned=turned)})
    content = files["pieces/01-tournee.pdf"]
    (page,) = reader_of(content).pages
    wide, high = float(page.mediabox.width), float(page.mediabox.height)
    assert (wide > high) == (turned in (90, 270))
    assert {round(wide), round(high)} == {595, 842}
    assert "/Rotate" not in page
    x, y = position(content, "Pièce")
    assert x > wide - 110
    assert y < 45
    # Below the stamp, the same picture as the file itself, a little smaller.
    shown, original = ink(picture(content), top=100), ink(picture(pdf("Contenu", turned=turned)))
    assert shown.width == pytest.approx(original.width * (high - BANDS) / high, abs=3)
    assert (shown.width > shown.height) == (original.width > original.height)
    same = ImageChops.difference(shown, original.resize(shown.size))
    upside_down = ImageChops.difference(shown, original.rotate(180).resize(shown.size))
    assert ImageStat.Stat(same).mean[0] < 0.6 * ImageStat.Stat(upside_down).mean[0]


@pytest.mark.parametrize(
    ("size", "expected", "scale"),
    [
        ((841.89, 1190.55), A4, 0.7071 * (1 - BANDS / 841.89)),  # A3
        ((1190.55, 841.89), A4[::-1], 0.7071 * (1 - BANDS / 595.28)),
        ((612, 792), A4, 595.2756 / 612),  # US letter
        (A4, A4, 1 - BANDS / 841.89),
        ((419.53, 595.28), A4, 1.0),  # A5
        ((226, 600), A4, 1.0),  # a till receipt
    ],
)
def test_only_larger_pages_are_shrunk(
    size: tuple[float, float], expected: tuple[float, float], scale: float, tmp_path: Path
) -> None:
    """Onto A4 in the same direction, centred between the stamp and the page number; what fits keeps its size."""
    from generator.court.stamping import flat_pages, open_pdf

    writer = PdfWriter()
    assert flat_pages(open_pdf(pdf("Contenu", size=size)), writer, room=True) == 1
    (page,) = writer.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(expected, abs=0.1)
    matrix = [float(value) for value in page.get_contents().get_data().split()[1:7]]
    assert matrix[0] == pytest.approx(scale, abs=0.001)
    assert matrix[4] + size[0] * matrix[0] / 2 == pytest.approx(expected[0] / 2, abs=0.1)
    assert matrix[5] + size[1] * matrix[3] / 2 == pytest.approx(BOTTOM + (expected[1] - BANDS) / 2, abs=0.1)


def test_a_page_whose_corner_is_not_at_zero(tmp_path: Path) -> None:
    """Its content stays in the middle of the sheet."""
    files = bundle(tmp_path, {"decalee.pdf": pdf("Contenu", origin=(1000, -300))})
    whole = bundle(tmp_path / "droite", {"droite.pdf": pdf("Contenu")})
    assert position(files["pieces/01-decalee.pdf"], "Contenu") == pytest.approx(
        position(whole["pieces/01-droite.pdf"], "Contenu"), abs=0.1
    )


def test_what_annotations_show_is_kept_and_nothing_else(tmp_path: Path) -> None:
    """A filled field stays visible; links, scripts and hidden notes are gone."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Contenu")))

    def note(kind: str, text: str, flags: int) -> DictionaryObject:
        look = DecodedStreamObject()
        look.set_data(f"BT /F 12 Tf 2 4 Td ({text}) Tj ET".encode("cp1252"))
        look.update({
            NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([FloatObject(v) for v in (0, 0, 200, 20)]),
            NameObject("/Resources"): writer.pages[0]["/Resources"],
        })  # fmt: skip
        return DictionaryObject({
            NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject(kind),
            NameObject("/Rect"): ArrayObject([FloatObject(v) for v in (100, 200, 300, 220)]),
            NameObject("/F"): NumberObject(flags),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
            NameObject("/A"): DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://exemple.example")}),
        })  # fmt: skip

    notes = [note("/Widget", "Champ rempli", 4), note("/Widget", "Note cachee", 2), note("/Link", "Lien", 4)]
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(one) for one in notes])
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject(k): v for k, v in action.items()})
    out = BytesIO()
    writer.write(out)
    files = bundle(tmp_path, {"formulaire.pdf": out.getvalue()})
    for name in ("pieces/01-formulaire.pdf", "dossier-complet.pdf"):
        read = " ".join(pages(files[name]))
        assert "Champ rempli" in read
        assert "Note cachee" not in read
        assert b"exemple.example" not in files[name]
        assert b"/JavaScript" not in files[name]
        # The links of the contents are ours, and lead inside.
        assert b"/Annot" not in files[name] or name == "dossier-complet.pdf"
        assert b"/Widget" not in files[name]
        assert b"/URI" not in files[name]
    left, top = position(files["pieces/01-formulaire.pdf"], "rempli")
    assert 102 < left < 200
    assert top == pytest.approx(A4[1] - BOTTOM - (204 + 10) * (1 - BANDS / A4[1]), abs=4)


def test_bad_exhibits_are_refused_by_name_all_at_once(tmp_path: Path) -> None:
    """Password, cut short, empty, not what it says, unknown type, missing: one sentence each, nothing written."""
    good = pdf("Contenu")
    said = refused(
        tmp_path,
        {
            "secret.pdf": pdf("Contenu", password="x"), "coupe.pdf": good[: len(good) // 2], "vide.pdf": b"",
            "faux.pdf": b"%PDF-1.7\nbonjour\n%%EOF\n", "image.png": b"pas une image", "texte.docx": b"PK",
            "lettre.eml": b"pas un courriel", "bon.pdf": good,
        },
    )  # fmt: skip
    for name, words in (
        ("secret.pdf", "mot de passe"), ("coupe.pdf", "abîmé"), ("vide.pdf", "abîmé"), ("faux.pdf", "abîmé"),
        ("image.png", "illisible"), ("texte.docx", "il faut un PDF"), ("lettre.eml", "pas un courriel lisible"),
    ):  # fmt: skip
        (line,) = [line for line in said.splitlines() if f"« {name} »" in line]
        assert words in line
    assert "bon.pdf" not in said


def test_a_missing_file_is_named_with_where_it_is_written(tmp_path: Path) -> None:
    """The field, the file, what to do."""
    base = office(tmp_path, {"bon.pdf": pdf("Contenu")})
    (base / "dossiers" / "pieces" / "bon.pdf").unlink()
    result = make(base, REFERENCE, COMMERCE)
    assert result.exit_code == 3
    assert "pieces : Titre 1 : « bon.pdf » : introuvable" in result.stderr


def test_the_limits_of_size_and_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more byte or one more page than the limit is refused; the limit itself passes."""
    from generator.court import exhibits

    two, three = pdf("Un", "Deux"), pdf("Un", "Deux", "Trois")
    monkeypatch.setattr(exhibits, "PIECE_PAGES", 2)
    assert "plus de 2 pages" in refused(tmp_path / "a", {"trois.pdf": three})
    assert "pieces/01-deux.pdf" in bundle(tmp_path / "b", {"deux.pdf": two})
    monkeypatch.setattr(exhibits, "PIECE_BYTES", len(two))
    assert "pieces/01-deux.pdf" in bundle(tmp_path / "c", {"deux.pdf": two})
    monkeypatch.setattr(exhibits, "PIECE_BYTES", len(two) - 1)
    assert "plus de" in refused(tmp_path / "d", {"deux.pdf": two})


def test_forty_exhibits(tmp_path: Path) -> None:
    """Forty numbers, a contents of two pages perhaps, page numbers still right."""
    files = bundle(tmp_path, {f"p{rank:02d}.pdf": pdf(f"Corps {rank}") for rank in range(1, 41)})
    read = pages(files["dossier-complet.pdf"])
    for rank in range(1, 41):
        (page,) = [number for number, text in enumerate(read, 1) if text.startswith(f"Pièce n° {rank} ")]
        assert f"Corps {rank} " in read[page - 1] + " "
        assert f"Pièce n° {rank} : Titre {rank} {page}" in " ".join(read[1:3])
    assert json.loads(files["trace.json"])["pieces"][-1]["numero"] == 40


def test_order_by_nature_then_date_and_one_file_once(tmp_path: Path) -> None:
    """Contract first, invoice before reminder, the oldest first; the invoice named twice is one exhibit."""
    base = office(
        tmp_path, {"facture.pdf": pdf("F"), "r2.pdf": pdf("R2"), "r1.pdf": pdf("R1"), "contrat.pdf": pdf("C")}
    )
    path = base / "dossiers" / f"{REFERENCE}.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('titre: "Titre 1"', "titre: Facture, nature: facture"),
        ('titre: "Titre 2"', "titre: Rappel deux, nature: relance, le: 2026-08-01"),
        ('titre: "Titre 3"', "titre: Rappel un, nature: relance, le: 2026-07-01"),
        ('titre: "Titre 4"', "titre: Contrat, nature: contrat"),
        ("montant_ttc: 4800.00", "montant_ttc: 4800.00, piece: pieces/facture.pdf"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    result = make(base, REFERENCE, COMMERCE, "--json", "--simulation")
    found = json.loads(result.stdout)["pieces"]
    assert [one["titre"] for one in found] == ["Contrat", "Facture", "Rappel un", "Rappel deux"]


def test_what_is_not_to_be_communicated_stays_out(tmp_path: Path) -> None:
    """Even when the invoice names the same file; and what is dated after the day does not exist yet."""
    base = office(tmp_path, {"a.pdf": pdf("A"), "b.pdf": pdf("B"), "c.pdf": pdf("C"), "d.pdf": pdf("D")})
    path = base / "dossiers" / f"{REFERENCE}.yml"
    text = path.read_text(encoding="utf-8").replace('titre: "Titre 1"', "titre: Secret, ne_pas_communiquer: oui")
    text = text.replace('titre: "Titre 2"', "titre: Demain, le: 2026-11-22").replace(
        'titre: "Titre 3"', f"titre: Aujourd'hui, le: {AU}"
    )
    path.write_text(text.replace("montant_ttc: 4800.00", "montant_ttc: 4800.00, piece: pieces/a.pdf"), encoding="utf-8")
    result = make(base, REFERENCE, COMMERCE, "--json")
    assert result.exit_code == 0, result.output
    assert [one["titre"] for one in json.loads(result.stdout)["pieces"]] == ["Aujourd'hui", "Titre 4"]
    assert b"Secret" not in b"".join(tree(folder_of(base, REFERENCE, COMMERCE)).values())


def test_letters_of_the_journal_are_exhibits_as_they_were_sent(tmp_path: Path) -> None:
    """Found by their hash where they were written; one that changed since is left out, and said."""
    base = office(tmp_path, {})
    dossier = base / "dossiers" / f"{REFERENCE}.yml"
    sent = base / "dossiers" / "sortie" / "lettre.pdf"
    sent.parent.mkdir()
    sent.write_bytes(pdf("La lettre"))
    note = impayes("journal", "envoyer", dossier, "mise-en-demeure", "--le", "2026-09-04", "--canal", "lrar", "--fichier", sent)  # fmt: skip
    assert note.exit_code == 0, note.output
    first = make(base, REFERENCE, COMMERCE, "--json", "--simulation")
    (piece,) = json.loads(first.stdout)["pieces"]
    assert piece["nature"] == "mise-en-demeure"
    assert piece["sha256"] == hashlib.sha256(sent.read_bytes()).hexdigest()
    sent.write_bytes(pdf("Une autre lettre"))
    second = make(base, REFERENCE, COMMERCE, "--simulation")
    assert second.exit_code == 0
    assert "a changé depuis" in second.stdout
    sent.unlink()
    assert "introuvable" in make(base, REFERENCE, COMMERCE, "--simulation").stdout


def test_a_scan_becomes_an_a4_page(tmp_path: Path) -> None:
    """PNG and JPEG, tall or wide, one page each."""
    found = {}
    for name, size in (("haute.png", (300, 900)), ("large.jpg", (1600, 300))):
        out = BytesIO()
        Image.new("RGB", size, "white").save(out, "PNG" if name.endswith("png") else "JPEG")
        found[name] = out.getvalue()
    files = bundle(tmp_path, found)
    for name in ("pieces/01-haute.pdf", "pieces/02-large.pdf"):
        (page,) = PdfReader(BytesIO(files[name])).pages
        assert round(float(page.mediabox.width)) == 595
        assert pages(files[name])[0].startswith("Pièce n°")
