"""From a `Document` to bytes: one module and one line of this table per format."""

from collections.abc import Callable

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


FORMATS: dict[str, Callable[[Document], bytes]] = {"pdf": _pdf, "html": _html, "txt": _txt}
