"""What a PDF shows by other means than its pages: layers, form fields, notes, files inside.

Flattened, such a page would show more, or less, than its reader saw. It is refused rather than changed.
"""

from collections.abc import Iterator
from typing import Any

from generator.court.stamping import HIDDEN, Damaged, broken

# Notes that a viewer draws by itself when the file does not say how they look.
DRAWN = {
    "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine",
    "/Ink", "/Stamp", "/Caret",
}  # fmt: skip
NO_SIZE = 1.0  # points: a signature that shows nothing has a frame of nothing
# The data of an e-invoice says what its pages say.
INVOICE_DATA = {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"}


class Unfaithful(Exception):
    """The page made of this PDF would not be what a viewer shows; the text says why, in French."""


def check_faithful(reader: Any) -> None:
    """Unfaithful for layers that are off, forms and notes a viewer draws by itself, portfolios; Damaged when unreadable."""
    try:
        root = reader.trailer["/Root"].get_object()
        if "/Collection" in root:
            raise Unfaithful("PDF qui en contient d'autres (porte-documents), dont la page ne montre rien")
        if "/OCProperties" in root and _has_layers_off(root["/OCProperties"].get_object()):
            raise Unfaithful("PDF à calques dont certains sont masqués, qui deviendraient visibles")
        form = root["/AcroForm"].get_object() if "/AcroForm" in root else {}
        if form.get("/XFA") is not None and root.get("/NeedsRendering"):
            raise Unfaithful("formulaire dynamique (XFA), dont la page ne montre rien")
        redraw = bool(form.get("/NeedAppearances"))
        for rank, page in enumerate(reader.pages, start=1):
            for note in _notes(page):
                if _drawn_by_viewer(note, redraw):
                    raise Unfaithful(
                        f"page {rank}, un champ rempli ou une note que seul le lecteur PDF dessine, et qui se perdrait"
                    )
    except broken():
        raise Damaged from None


def left_behind(reader: Any) -> Iterator[str]:
    """What stays in the file and not on its pages, in French sentences. Damaged."""
    try:
        comments = sum(
            note.get("/Subtype") == "/Text" and bool(note.get("/Contents"))
            for page in reader.pages
            for note in _notes(page)
        )
        names = [name for name in reader.attachments if str(name).lower() not in INVOICE_DATA]
    except broken():
        raise Damaged from None
    if comments:
        yield f"{comments} note{'s' if comments > 1 else ''} à ouvrir (commentaires), dont le texte n'est pas reproduit"
    if names:
        yield f"contient d'autres fichiers ({', '.join(map(str, names))}), non reproduits"


def _has_layers_off(properties: Any) -> bool:
    """Whether a viewer, or a printer, leaves a layer out when the file opens."""
    groups = [group.get_object() for group in properties.get("/OCGs", ())]
    chosen = properties.get("/D")
    chosen = chosen.get_object() if chosen is not None else {}
    if chosen.get("/OFF"):
        return True
    lit = {id(group.get_object()) for group in chosen.get("/ON", ())}
    if chosen.get("/BaseState") == "/OFF" and any(id(group) not in lit for group in groups):
        return True
    for group in groups:
        usage = group.get("/Usage")
        usage = usage.get_object() if usage is not None else {}
        for use, state in (("/View", "/ViewState"), ("/Print", "/PrintState")):
            said = usage.get(use)
            if said is not None and said.get_object().get(state) == "/OFF":
                return True
    return False


def _notes(page: Any) -> Iterator[Any]:
    annotations = page.get("/Annots")
    for reference in (annotations.get_object() if annotations is not None else ()) or ():
        note = reference.get_object()
        if hasattr(note, "get") and not int(note.get("/F", 0)) & HIDDEN:
            yield note


def _drawn_by_viewer(note: Any, redraw: bool) -> bool:
    kind = note.get("/Subtype")
    looks = note.get("/AP")
    shown = looks is not None and looks.get_object().get("/N") is not None
    if kind != "/Widget":
        return kind in DRAWN and not shown and _has_size(note)
    field, value = _inherited(note, "/FT"), _inherited(note, "/V")
    if field == "/Btn":  # ticked, with nothing to show it
        return not shown and value not in (None, "/Off", "") and note.get("/AS") not in (None, "/Off")
    filled = field in {"/Tx", "/Ch"} and value not in (None, "", [])
    return bool(filled and (redraw or not shown) and _has_size(note))


def _inherited(note: Any, key: str) -> Any:
    for _ in range(20):
        value = note.get(key)
        if value is not None:
            return value.get_object()
        parent = note.get("/Parent")
        if parent is None:
            return None
        note = parent.get_object()
    return None


def _has_size(note: Any) -> bool:
    left, bottom, right, top = (float(value) for value in note["/Rect"])
    return abs(right - left) > NO_SIZE and abs(top - bottom) > NO_SIZE
