"""Exhibits as real life makes them: layers, forms, mails of every program, phones, Mac archives, pipes, files moved."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)  # fmt: skip

from tests.court_bundle import COMMERCE, make, pages, reader_of
from tests.outside import AU, assert_french, impayes
from tests.test_pieces_stampees import A4, REFERENCE, bundle, office, pdf, picture, position, refused


def written(writer: PdfWriter) -> bytes:
    """The bytes of a PDF."""
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def name(**items: Any) -> DictionaryObject:
    """A dictionary of a PDF."""
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in items.items()})


def numbers(*values: float) -> ArrayObject:
    """An array of a PDF."""
    return ArrayObject([FloatObject(value) for value in values])


def photo(size: tuple[int, int] = (600, 400), kind: str = "JPEG", colour: str = "navy") -> bytes:
    """A picture with something in it, so that half a file is half a picture."""
    image = Image.effect_noise(size, 60).convert("RGB")
    image.paste(Image.new("RGB", (60, 60), colour), (20, 20))
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


# ---------------------------------------------------------------- what is no file


@pytest.mark.parametrize("kind", ["tube", "zero", "repertoire", "boucle"])
def test_what_is_not_a_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    """A pipe, a device, a folder, a link to itself: named, exit 3, and nothing waits for them (3, 12, 23)."""
    base = office(tmp_path, {"piece.pdf": pdf("Contenu")})
    path = base / "dossiers" / "pieces" / "piece.pdf"
    path.unlink()
    if kind == "tube":
        os.mkfifo(path)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "repertoire":
        path.mkdir()
    else:
        path.symlink_to(path.name)
    result = make(base, REFERENCE, COMMERCE)
    assert result.exit_code == 3
    words = {
        "tube": "pas un fichier ordinaire", "zero": "répertoire du dossier", "repertoire": "c'est un répertoire",
        "boucle": "lien symbolique qui tourne en rond",
    }  # fmt: skip
    assert words[kind] in result.stderr
    assert "piece.pdf" in result.stderr
    assert_french(result.stderr)


def test_a_pipe_does_not_hang_the_pack_of_an_adviser(tmp_path: Path) -> None:
    """`remettre` names it as missing and goes on."""
    base = office(tmp_path, {"piece.pdf": pdf("Contenu")})
    path = base / "dossiers" / "pieces" / "piece.pdf"
    path.unlink()
    os.mkfifo(path)
    result = impayes("remettre", base / "dossiers" / f"{REFERENCE}.yml", "--a", "avocat", "--au", AU, "--simulation")
    assert "pas un fichier ordinaire" in result.output


def test_a_pipe_does_not_hang_the_files_of_a_company(tmp_path: Path) -> None:
    """The copy of an invoice joined to a letter, a logo, a file noted in the journal: the same sentence at once."""
    base = office(tmp_path, {})
    pipe = base / "dossiers" / "tube.pdf"
    os.mkfifo(pipe)
    dossier = base / "dossiers" / f"{REFERENCE}.yml"
    noted = impayes("journal", "ajouter", dossier, "note", "--fichier", pipe, "--au", AU)
    assert noted.exit_code == 3
    assert "pas un fichier ordinaire" in noted.stderr
    text = dossier.read_text(encoding="utf-8")
    dossier.write_text(
        text.replace("montant_ttc: 4800.00}", "montant_ttc: 4800.00, piece: tube.pdf}"), encoding="utf-8"
    )
    joined = impayes("lettre", dossier, "relance-1", "--joindre", "--au", AU)
    assert joined.exit_code == 3, joined.output
    assert "pas un fichier ordinaire" in joined.stderr


def test_a_file_outside_the_company_is_refused(tmp_path: Path) -> None:
    """By its path or through a link; the same file inside is taken (8)."""
    base = office(tmp_path, {"piece.pdf": pdf("Contenu")})
    outside = tmp_path / "ailleurs.pdf"
    outside.write_bytes(pdf("Secret"))
    dossier = base / "dossiers" / f"{REFERENCE}.yml"
    text = dossier.read_text(encoding="utf-8")
    for written_as in (str(outside), "../../ailleurs.pdf"):
        dossier.write_text(text.replace("pieces/piece.pdf", written_as), encoding="utf-8")
        result = make(base, REFERENCE, COMMERCE)
        assert result.exit_code == 3, result.output
        assert "sort du répertoire du dossier" in result.stderr
    dossier.write_text(text, encoding="utf-8")
    inside = base / "dossiers" / "pieces" / "piece.pdf"
    inside.unlink()
    inside.symlink_to(outside)
    assert make(base, REFERENCE, COMMERCE).exit_code == 3
    inside.unlink()
    (base / "scans").mkdir()
    (base / "scans" / "piece.pdf").write_bytes(pdf("Contenu"))
    dossier.write_text(text.replace("pieces/piece.pdf", "../scans/piece.pdf"), encoding="utf-8")
    assert make(base, REFERENCE, COMMERCE).exit_code == 0


# ---------------------------------------------------------------- PDFs a viewer shows otherwise


def layered(off: bool) -> bytes:
    """A PDF with a layer, on or off when it opens."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Contenu")))
    layer = writer._add_object(name(Type=NameObject("/OCG"), Name=TextStringObject("Notes internes")))
    chosen = name(
        Order=ArrayObject([layer]), **({"OFF": ArrayObject([layer])} if off else {"ON": ArrayObject([layer])})
    )
    writer.root_object[NameObject("/OCProperties")] = name(OCGs=ArrayObject([layer]), D=chosen)
    return written(writer)


def test_a_hidden_layer_is_refused_and_a_shown_one_is_not(tmp_path: Path) -> None:
    """Flattened, the hidden text would reach the other party (4)."""
    said = refused(tmp_path / "a", {"plan.pdf": layered(off=True)})
    assert "calques" in said
    assert "l'imprimer en PDF" in said
    bundle(tmp_path / "b", {"plan.pdf": layered(off=False)})


def annotated(kind: str, look: bool, flags: int = 4, **more: Any) -> bytes:
    """A PDF with one annotation, with or without its appearance."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Contenu")))
    note = name(
        Type=NameObject("/Annot"), Subtype=NameObject(kind), Rect=numbers(100, 200, 300, 220), F=NumberObject(flags), **more
    )  # fmt: skip
    if look:
        drawing = DecodedStreamObject()
        drawing.set_data(b"BT /F 12 Tf 2 4 Td (Visible) Tj ET")
        drawing.update(name(Type=NameObject("/XObject"), Subtype=NameObject("/Form"), BBox=numbers(0, 0, 200, 20)))
        drawing[NameObject("/Resources")] = writer.pages[0]["/Resources"]
        note[NameObject("/AP")] = name(N=writer._add_object(drawing))
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


FIELD = {"FT": NameObject("/Tx"), "T": TextStringObject("somme"), "V": TextStringObject("1 200")}


def test_what_only_a_viewer_draws_is_refused(tmp_path: Path) -> None:
    """A filled field or a note without appearance would vanish; with one, or empty, or hidden, it passes (5)."""
    said = refused(
        tmp_path / "a",
        {"champ.pdf": annotated("/Widget", False, **FIELD), "note.pdf": annotated("/FreeText", False, Contents=TextStringObject("Payé"))},
    )  # fmt: skip
    for file in ("champ.pdf", "note.pdf"):
        (line,) = [line for line in said.splitlines() if file in line]
        assert "que seul le lecteur PDF dessine" in line
    empty = {"FT": NameObject("/Tx"), "T": TextStringObject("somme")}
    files = bundle(
        tmp_path / "b",
        {
            "champ.pdf": annotated("/Widget", True, **FIELD), "note.pdf": annotated("/FreeText", True),
            "vide.pdf": annotated("/Widget", False, **empty), "cachee.pdf": annotated("/FreeText", False, flags=2),
        },
    )  # fmt: skip
    assert "Visible" in pages(files["pieces/01-champ.pdf"])[0]
    assert "Visible" in pages(files["pieces/02-note.pdf"])[0]


def test_a_form_that_asks_to_be_redrawn_is_refused(tmp_path: Path) -> None:
    """Its appearance may be that of an older value."""
    writer = PdfWriter(clone_from=BytesIO(annotated("/Widget", True, **FIELD)))
    writer.root_object[NameObject("/AcroForm")] = name(Fields=ArrayObject(), NeedAppearances=BooleanObject(True))
    assert "que seul le lecteur PDF dessine" in refused(tmp_path, {"champ.pdf": written(writer)})


def test_comments_and_files_inside_are_said(tmp_path: Path) -> None:
    """They stay in the original; the data of an e-invoice says what its page says, and is not."""
    writer = PdfWriter(clone_from=BytesIO(annotated("/Text", False, Contents=TextStringObject("À revoir"))))
    writer.add_attachment("plan.dwg", b"x")
    invoice = PdfWriter(clone_from=BytesIO(pdf("Facture")))
    invoice.add_attachment("factur-x.xml", b"<x/>")
    base = office(tmp_path, {"a.pdf": written(writer), "b.pdf": written(invoice)})
    said = make(base, REFERENCE, COMMERCE).stdout
    assert "1 note à ouvrir" in said
    assert "plan.dwg" in said
    assert "factur-x.xml" not in said


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_the_restrictions_of_an_author_are_not_a_password(algorithm: str, tmp_path: Path) -> None:
    """A bank statement opens without a password: it is read; one that asks for it is refused (15)."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Releve")))
    writer.encrypt("", owner_password="banque", algorithm=algorithm)
    assert "Releve" in pages(bundle(tmp_path / "a", {"releve.pdf": written(writer)})["pieces/01-releve.pdf"])[0]
    writer = PdfWriter(clone_from=BytesIO(pdf("Releve")))
    writer.encrypt("secret", owner_password="banque", algorithm=algorithm)
    assert "mot de passe" in refused(tmp_path / "b", {"releve.pdf": written(writer)})


def test_bytes_after_the_end_are_harmless_but_a_cut_is_not(tmp_path: Path) -> None:
    """A gateway's footer of 10 Ko passes; an update cut short after a first end does not (30)."""
    good = pdf("Contenu")
    assert "pieces/01-bavard.pdf" in bundle(tmp_path / "a", {"bavard.pdf": good + b"\n<!-- object -->" + b"z" * 10_000})
    said = refused(tmp_path / "b", {"coupe.pdf": good + b"\n12 0 obj\n<< /Type /Page"})
    assert "abîmé ou coupé" in said


def test_a_page_box_written_backwards(tmp_path: Path) -> None:
    """Its corners may come in any order (30)."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Contenu")))
    for box in ("/MediaBox", "/CropBox"):
        writer.pages[0][NameObject(box)] = numbers(A4[0], A4[1], 0, 0)
    files = bundle(tmp_path / "a", {"a.pdf": written(writer)})
    straight = bundle(tmp_path / "b", {"a.pdf": pdf("Contenu")})
    assert position(files["pieces/01-a.pdf"], "Contenu") == position(straight["pieces/01-a.pdf"], "Contenu")


def test_the_stamp_and_the_page_number_cover_nothing(tmp_path: Path) -> None:
    """A black page up to its edges: above the stamp's foot and below the number's head, only ours is drawn (28)."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Contenu")))
    stream = DecodedStreamObject()
    stream.set_data(f"0 g 0 0 {A4[0]} {A4[1]} re f".encode())
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    files = bundle(tmp_path, {"noire.pdf": written(writer)})
    sheet = picture(files["pieces/01-noire.pdf"])
    for row in (4, 20, 2 * 842 - 4, 2 * 842 - 30):
        assert sheet.getpixel((300, row)) == 255, row
    last = PdfWriter()
    last.add_page(reader_of(files["dossier-complet.pdf"]).pages[-1])
    numbered = picture(written(last))
    # What the number adds is within the free band at the foot.
    added = ImageChops.difference(numbered, sheet.resize(numbered.size)).point(lambda value: 255 * (value > 100))
    assert added.getbbox()[1] > 2 * (842 - 27)


# ---------------------------------------------------------------- pictures


def test_half_a_photograph_is_refused(tmp_path: Path) -> None:
    """Truncated JPEG and PNG alike; the whole ones pass (10)."""
    whole = {"a.jpg": photo(), "b.png": photo(kind="PNG")}
    said = refused(tmp_path / "a", {key: content[: len(content) // 2] for key, content in whole.items()})
    for file in whole:
        assert f"« {file} » : image illisible ou coupée" in said
    bundle(tmp_path / "b", whole)


def test_an_enormous_picture_is_refused_in_french(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """Without a warning of the library in English (17)."""
    out = BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    assert "12000 × 9000 points, trop grande" in refused(tmp_path, {"a.png": out.getvalue()})
    assert not [one for one in recwarn if "Decompression" in one.category.__name__]


def test_too_many_pages_are_to_be_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """« découper », not « partager » (22)."""
    from generator.court import exhibits

    monkeypatch.setattr(exhibits, "PIECE_PAGES", 1)
    said = refused(tmp_path, {"a.pdf": pdf("Un", "Deux")})
    assert "plus de 1 pages : le découper en plusieurs fichiers" in said
