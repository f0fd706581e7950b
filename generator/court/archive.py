"""The archive: one PDF/A-3a of what was written, with the data it was made from embedded byte for byte."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from generator.court.exhibits import act_css
from generator.export.pdf import _fetcher, _fonts, _stylesheet, load_weasyprint


@dataclass(frozen=True)
class Embedded:
    """A file inside the archive; `relation` is its relationship to the pages (Source, Data, Supplement)."""

    nom: str
    contenu: bytes
    description: str
    relation: str


def archive_pdf(html: str, files: tuple[Embedded, ...], au: date) -> bytes:
    """PDF/A-3a bytes, the same for the same input; `au` dates the embedded files."""
    weasyprint = load_weasyprint()
    made = datetime.combine(au, time(), UTC)
    attachments = [
        weasyprint.Attachment(
            file_obj=BytesIO(one.contenu),
            url_fetcher=_fetcher(),
            name=one.nom,
            description=one.description,
            created=made,
            modified=made,
            relationship=one.relation,
        )
        for one in files
    ]
    page = weasyprint.HTML(string=html, url_fetcher=_fetcher(), base_url=None)
    pdf: bytes = page.write_pdf(
        stylesheets=[_stylesheet(act_css())],
        font_config=_fonts(),
        pdf_variant="pdf/a-3a",
        attachments=attachments,
        finisher=_once,
    )
    return pdf


def _once(document: Any, pdf: Any) -> None:
    """WeasyPrint lists each embedded file twice among the associated files: once is enough."""
    pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
