"""A letter as PDF: WeasyPrint, PDF/UA-1, shipped fonts, nothing fetched.

One font configuration and one parsed style sheet serve the whole process: that halves the time
of each letter and keeps memory flat.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from generator.document import Document
from generator.enclosures import append
from generator.errors import InvalidInput, MissingComponent
from generator.resources import builtin

PANGO_HELP = (
    "Debian ou Ubuntu : sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ; "
    "macOS : brew install pango. En attendant, --format docx et --format txt fonctionnent (eml, html et md aussi)."
)


def to_pdf(document: Document) -> bytes:
    """The letter as PDF/UA-1 bytes, the same for the same document, followed by its enclosures.

    MissingComponent when Pango is not installed.
    """
    pdf = write_pdf(document.html, document.css)
    return append(pdf, document.pieces) if document.pieces else pdf


def write_pdf(html: str, css: str, *, forms: bool = False) -> bytes:
    """Any of our pages as PDF/UA-1; `forms` makes its boxes real fields."""
    page = load_weasyprint().HTML(string=html, url_fetcher=_fetcher(), base_url=None)
    from weasyprint.urls import FatalURLFetchingError

    try:
        pdf: bytes = page.write_pdf(
            stylesheets=[_stylesheet(css)], font_config=_fonts(), pdf_variant="pdf/ua-1", pdf_forms=forms
        )
    except FatalURLFetchingError as error:
        raise InvalidInput(str(error)) from None
    return pdf


@cache
def load_weasyprint() -> Any:
    """WeasyPrint, imported quickly; MissingComponent with the exact command when Pango is missing."""
    from generator.export.quick_import import quick_ffi

    try:
        with quick_ffi():
            import weasyprint
    except (OSError, ImportError) as error:
        raise MissingComponent(
            f"le PDF demande la bibliothèque Pango, absente ou trop ancienne. {PANGO_HELP}"
        ) from error
    return weasyprint


@cache
def _fonts() -> Any:
    load_weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _stylesheet(css: str) -> Any:
    base = builtin("letters") / "_commun" / "lettre.css"
    return load_weasyprint().CSS(string=css, base_url=base.as_uri(), font_config=_fonts(), url_fetcher=_fetcher())


@cache
def _fetcher() -> Any:
    """Only the fonts beside the style sheet and data: images; anything else stops the letter."""
    load_weasyprint()
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    allowed = (builtin("letters") / "_commun").resolve()

    class LocalFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            # Resolved before it is compared: neither « .. » nor its encoded forms leave the folder.
            inside = parts.scheme == "file" and Path(url2pathname(parts.path)).resolve().is_relative_to(allowed)
            if parts.scheme != "data" and not inside:
                raise FatalURLFetchingError(f"adresse refusée dans une lettre, rien n'est téléchargé : {url[:80]}")
            return super().fetch(url, headers)

    return LocalFetcher(allowed_protocols=("data", "file"))
