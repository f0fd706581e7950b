"""Pages of exhibits, made safe to bind: every one on A4, upright, flat, stamped and numbered.

A page of somebody else becomes a picture of itself (a form XObject): its links, scripts and form fields stay behind,
what it shows is kept, its own mistakes cannot spill over ours. What would not survive that is refused (`fidelity`).
"""

import logging
import re
import zlib
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any

from generator.money import NBSP

A4 = (595.2756, 841.8898)
HIDDEN = 2 | 32  # annotation flags: hidden, not shown
# Points kept free above and below an exhibit: the stamp and the page number never cover what it says.
EDGE, STAMP_ROOM, FOLIO_ROOM = 12, 34, 27
# What pypdf may raise on a file that is not the PDF it claims to be.
BROKEN: tuple[type[Exception], ...] = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, ArithmeticError, RecursionError,
    NotImplementedError, OSError, zlib.error,
)  # fmt: skip
Matrix = tuple[float, float, float, float, float, float]


def broken() -> tuple[type[Exception], ...]:
    """All of them, with pypdf's own."""
    from pypdf.errors import DependencyError, PyPdfError

    return (PyPdfError, DependencyError, *BROKEN)


class Protected(Exception):
    """The PDF asks for a password."""


class Damaged(Exception):
    """The PDF cannot be read to its end."""


def open_pdf(content: bytes) -> Any:
    """A reader of these bytes; Protected or Damaged when an exhibit cannot be made of them."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    # A file cut short often opens all the same, with pages missing: nobody would see it. What a mail gateway or a
    # scanner adds after the end is another matter: it holds no object.
    end = content.rfind(b"%%EOF")
    if b"%PDF-" not in content[:1024] or end < 0 or re.search(rb"\d\s+\d+\s+obj\b|\bendobj\b", content[end:]):
        raise Damaged
    try:
        reader = PdfReader(BytesIO(content[: end + 5]))
        # Without a password to open it, only its author's restrictions: any viewer shows it.
        if reader.is_encrypted and not _opened(reader):
            raise Protected
        if not len(reader.pages):
            raise Damaged
    except broken():
        raise Damaged from None
    return reader


def _opened(reader: Any) -> bool:
    from pypdf.errors import DependencyError, PyPdfError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, PyPdfError, NotImplementedError):
        return False


def flat_pages(reader: Any, writer: Any, *, room: bool = False) -> int:
    """Append every page of `reader` to `writer`, each on an A4 page of its own; returns how many. Damaged.

    With `room`, a band stays free at the top for the stamp, and at the bottom for the page number.
    """
    try:
        for page in reader.pages:
            _flat_page(page, writer, room)
    except broken():
        raise Damaged from None
    return len(reader.pages)


def _flat_page(page: Any, writer: Any, room: bool) -> None:
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NullObject

    if "/Contents" in page and isinstance(page["/Contents"].get_object(), NullObject):
        raise ValueError("missing content")
    contents = page.get_contents()
    form = DecodedStreamObject()
    form.set_data(contents.get_data() if contents is not None else b"")
    box = _visible_box(page)
    unit = float(page.get("/UserUnit", 1))
    matrix, size = _placed(box, int(page.get("/Rotate", 0)) % 360, unit, room)
    form.update(_form_header(box))
    resources = page.get("/Resources")
    form[NameObject("/Resources")] = (
        resources.get_object().clone(writer) if resources is not None else DictionaryObject()
    )
    if "/Group" in page:
        form[NameObject("/Group")] = page["/Group"].clone(writer)
    target = writer.add_blank_page(*size)
    drawn = [
        (matrix, form.flate_encode()),
        *((_product(inner, matrix), look) for inner, look in _annotations(page, writer)),
    ]
    names = DictionaryObject()
    commands = []
    for rank, (placed, shape) in enumerate(drawn):
        names[NameObject(f"/P{rank}")] = writer._add_object(shape)
        commands.append(f"q {' '.join(_number(value) for value in placed)} cm /P{rank} Do Q")
    target[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): names})
    _set_contents(target, writer, "\n".join(commands))


def _visible_box(page: Any) -> tuple[float, float, float, float]:
    """What of a page is shown; its corners may be given in any order."""
    (l1, b1, r1, t1), (l2, b2, r2, t2) = _straight(page.mediabox), _straight(page.cropbox)
    left, bottom, right, top = max(l1, l2), max(b1, b2), min(r1, r2), min(t1, t2)
    return (left, bottom, right, top) if left < right and bottom < top else (l1, b1, r1, t1)


def _straight(box: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in (box.left, box.bottom, box.right, box.top))
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _form_header(box: Sequence[float]) -> dict[Any, Any]:
    from pypdf.generic import ArrayObject, FloatObject, NameObject

    return {
        NameObject("/Type"): NameObject("/XObject"),
        NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): ArrayObject([FloatObject(value) for value in box]),
    }


def _placed(box: Sequence[float], turned: int, unit: float, room: bool) -> tuple[Matrix, tuple[float, float]]:
    """The matrix that puts a page on A4, upright, centred, smaller only if it must be; and the A4 page's size."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    if wide <= 0 or high <= 0:
        raise ValueError("empty page")
    upright: dict[int, Matrix] = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }
    if turned in (90, 270):
        wide, high = high, wide
    size = A4 if high >= wide else (A4[1], A4[0])
    low, free = (FOLIO_ROOM, size[1] - STAMP_ROOM - FOLIO_ROOM) if room else (0.0, size[1])
    scale = min(unit, size[0] / wide, free / high)
    moved = (scale, 0, 0, scale, (size[0] - wide * scale) / 2, low + (free - high * scale) / 2)
    return _product(upright[turned], moved), size


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _annotations(page: Any, writer: Any) -> list[tuple[Matrix, Any]]:
    """What annotations show (a filled field, a stamp, a signature): their appearance, and where it goes."""
    found = []
    annotations = page.get("/Annots")
    for reference in (annotations.get_object() if annotations is not None else ()) or ():
        note = reference.get_object()
        if not hasattr(note, "get") or int(note.get("/F", 0)) & HIDDEN or note.get("/Subtype") in ("/Popup", "/Link"):
            continue
        look = _appearance(note)
        if look is None:
            continue
        left, bottom, right, top = (float(value) for value in note["/Rect"])
        left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
        own = tuple(float(value) for value in look.get("/Matrix", (1, 0, 0, 1, 0, 0)))
        corners = [_moved(x, y, own) for x in _ends(look["/BBox"], 0) for y in _ends(look["/BBox"], 1)]  # type: ignore[arg-type]
        low_x, low_y = min(x for x, _ in corners), min(y for _, y in corners)
        wide, high = max(x for x, _ in corners) - low_x, max(y for _, y in corners) - low_y
        if wide and high:
            sx, sy = (right - left) / wide, (top - bottom) / high
            found.append(((sx, 0.0, 0.0, sy, left - low_x * sx, bottom - low_y * sy), look.clone(writer)))
    return found


def _appearance(note: Any) -> Any:
    looks = note.get("/AP")
    normal = looks.get_object().get("/N") if looks is not None else None
    normal = normal.get_object() if normal is not None else None
    if normal is not None and not hasattr(normal, "get_data"):  # one appearance per state: a ticked box
        chosen = normal.get(note.get("/AS"))
        normal = chosen.get_object() if chosen is not None else None
    return normal if hasattr(normal, "get_data") else None


def _ends(box: Any, axis: int) -> tuple[float, float]:
    return float(box[axis]), float(box[axis + 2])


def _moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _set_contents(page: Any, writer: Any, commands: str) -> None:
    from pypdf.generic import DecodedStreamObject, NameObject

    stream = DecodedStreamObject()
    stream.set_data(commands.encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(stream)


# ---------------------------------------------------------------- stamps


def stamp(page: Any, writer: Any, text: str, size: float = 10) -> None:
    """« Pièce n° 3 » at the top right, in a white frame that nothing shows through."""
    wide = text_width(text, size) + 10
    x, y = float(page.mediabox.right) - wide - 14, float(page.mediabox.top) - size - 8 - EDGE
    _overlay(page, writer, text, size, (x, y, wide, size + 8), framed=True, bold=True)


def number_page(page: Any, writer: Any, text: str, size: float = 8) -> None:
    """« page 12/40 » at the bottom right, on white."""
    wide = text_width(text, size, bold=False) + 8
    x = float(page.mediabox.right) - wide - 16
    _overlay(page, writer, text, size, (x, EDGE, wide, size + 5), framed=False, bold=False)


def _overlay(
    page: Any, writer: Any, text: str, size: float, box: tuple[float, float, float, float], *, framed: bool, bold: bool
) -> None:
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    x, y, wide, high = (_number(value) for value in box)
    shown = text.replace(NBSP, " ").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    paint = f"1 g 0.15 G 0.8 w {x} {y} {wide} {high} re B" if framed else f"1 g {x} {y} {wide} {high} re f"
    inside = box[0] + (5 if framed else 4), box[1] + (box[3] - size) / 2 + size * 0.18
    drawing = (
        f"/Artifact BMC q {paint} 0.15 g BT /{'Tampon' if bold else 'Folio'} {_number(size)} Tf "
        f"{_number(inside[0])} {_number(inside[1])} Td ({shown}) Tj ET Q EMC"
    )
    resources = page["/Resources"].get_object()
    fonts = resources.get("/Font")
    fonts = fonts.get_object() if fonts is not None else DictionaryObject()
    name = NameObject("/Tampon" if bold else "/Folio")
    own = DictionaryObject(fonts)  # the dictionary may be shared with other pages
    own[name] = _font(writer, bold)
    fresh = DictionaryObject(resources)
    fresh[NameObject("/Font")] = own
    page[NameObject("/Resources")] = fresh
    before, after, drawn = DecodedStreamObject(), DecodedStreamObject(), page["/Contents"]
    before.set_data(b"q")
    after.set_data(b"Q " + drawing.encode("cp1252"))
    inner = drawn if isinstance(drawn, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(before), *inner, writer._add_object(after)])


def _font(writer: Any, bold: bool) -> Any:
    """Helvetica, once per document: every reader has it."""
    from pypdf.generic import DictionaryObject, NameObject

    known: dict[bool, Any] = writer.__dict__.setdefault("_impayes_fonts", {})
    if bold not in known:
        known[bold] = writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject("/Helvetica-Bold" if bold else "/Helvetica"),
                    NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
                }
            )
        )
    return known[bold]


@cache
def text_width(text: str, size: float, *, bold: bool = True) -> float:
    """The width of a stamp, generously: it only draws its frame."""
    narrow = sum(character in " iljtf/.,°'" for character in text)
    return (len(text) - narrow) * size * (0.62 if bold else 0.57) + narrow * size * 0.34
