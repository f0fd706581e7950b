"""From a `Document` to bytes: one module and one line of this table per format."""

from collections.abc import Callable, Iterable

from generator.document import Document


def _pdf(document: Document) -> bytes:
    from generator.export.pdf import to_pdf  # imported on demand: WeasyPrint takes half a second

    return to_pdf(document)


def _html(document: Document) -> bytes:
    from generator.export.html import to_html_file

    return to_html_file(document)


def _txt(document: Document) -> bytes:
    from generator.export.txt import to_text

    return to_text(document).encode("utf-8")


def _docx(document: Document) -> bytes:
    from generator.export.docx import to_docx

    return to_docx(document, document.papier_en_tete)


def _eml(document: Document, pdf: bytes | None = None) -> bytes:
    """`pdf`: the one already made of this document."""
    from generator.errors import MissingComponent
    from generator.export.eml import to_eml

    try:
        files = [(f"{document.nom}.pdf", pdf or _pdf(document))]
    except MissingComponent:
        files = []  # the e-mail is complete without its PDF
    return to_eml(document, files)


def _md(document: Document) -> bytes:
    from generator.export.md import to_markdown

    return to_markdown(document)


FORMATS: dict[str, Callable[[Document], bytes]] = {
    "pdf": _pdf,
    "docx": _docx,
    "eml": _eml,
    "html": _html,
    "txt": _txt,
    "md": _md,
}


def in_formats(document: Document, names: Iterable[str]) -> dict[str, bytes]:
    """A document in each of these formats, by name; the PDF that its e-mail carries is made once."""
    asked = tuple(names)
    made: dict[str, bytes] = {}
    for name in sorted(asked, key="eml".__eq__):  # the e-mail last: it takes the PDF
        made[name] = _eml(document, made.get("pdf")) if name == "eml" else FORMATS[name](document)
    return {name: made[name] for name in asked}
