"""Enclosures: the invoices a letter speaks of, appended to its PDF on request."""

import base64
import logging
import re
from html import escape
from io import BytesIO
from pathlib import Path

from generator.document import Enclosure
from generator.errors import InvalidInput
from generator.letterhead import check_picture, read_company_file
from generator.statement import Statement

# Larger than any honest invoice; a scan of a whole binder belongs in the court bundle.
PIECE_BYTES = 20_000_000
IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def read_enclosures(statement: Statement, base: Path) -> tuple[Enclosure, ...]:
    """The file of every invoice on which something is owed; `piece` is relative to the dossier.

    InvalidInput lists at once the invoices without a file and the files missing, too big or of an
    unknown type.
    """
    problems: list[str] = []
    found = []
    for invoice in statement.factures:
        if not invoice.solde:
            continue
        name = invoice.facture.piece
        if name is None:
            problems.append(f"facture {invoice.numero} : piece : ajouter le chemin de la facture, ou retirer --joindre")
        elif Path(name).suffix.lower() not in {".pdf", *IMAGES}:
            problems.append(f"facture {invoice.numero} : piece : « {name} » : il faut un fichier PDF, PNG ou JPEG")
        else:
            try:
                content = read_company_file(name, base, f"facture {invoice.numero} : piece", PIECE_BYTES)
                found.append(Enclosure(Path(name).name, f"Facture {invoice.numero}", content))
            except InvalidInput as error:
                problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def append(pdf: bytes, enclosures: tuple[Enclosure, ...]) -> bytes:
    """`pdf` followed by the enclosures, each with its bookmark.

    The whole no longer claims PDF/UA: the tags of what others made are not ours to vouch for.
    InvalidInput names a file that is damaged or protected by a password.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    # pypdf tells its troubles in English on the error stream; the sentence below is enough.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    writer = PdfWriter(clone_from=BytesIO(pdf))
    problems = []
    for enclosure in enclosures:
        try:
            reader = PdfReader(BytesIO(_as_pdf(enclosure)))
            if reader.is_encrypted:
                problems.append(f"{enclosure.nom} : PDF protégé par un mot de passe : joindre une version libre")
                continue
            writer.append(reader, outline_item=enclosure.titre, import_outline=False)
        except InvalidInput as error:
            problems += error.problems
        except (PyPdfError, ValueError, KeyError, RecursionError, OSError):
            problems.append(f"{enclosure.nom} : PDF abîmé, illisible : le refaire, ou retirer piece de la facture")
    if problems:
        raise InvalidInput(problems)
    metadata = writer.root_object.get("/Metadata")
    if metadata is not None:
        stream = metadata.get_object()
        stream.set_data(re.sub(rb'<rdf:Description rdf:about="" pdfuaid:part="\d" />', b"", stream.get_data()))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _as_pdf(enclosure: Enclosure) -> bytes:
    """A picture becomes a page of its own; a PDF stays as it is."""
    from generator.export.pdf import write_pdf

    kind = IMAGES.get(Path(enclosure.nom).suffix.lower())
    if kind is None:
        return enclosure.contenu
    check_picture(enclosure.contenu, enclosure.nom)
    source = f"data:{kind};base64,{base64.b64encode(enclosure.contenu).decode()}"
    return write_pdf(
        f'<!DOCTYPE html><html lang="fr"><head><title>{escape(enclosure.titre)}</title></head>'
        f'<body><img src="{source}" alt="{escape(enclosure.titre)}"></body></html>',
        "@page { size: A4; margin: 10mm } body { margin: 0 } img { max-width: 190mm; max-height: 276mm }",
    )
