"""The copies that go with a claim: read like the exhibits of a bundle, stamped, bound in one PDF.

A deadline runs: a piece that cannot be read is named and left to add by hand, it does not hold the claim back.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from generator.court.exhibit_files import Source, gather
from generator.court.exhibits import read_exhibits
from generator.court.own_files import OwnFile
from generator.court.stamping import stamp
from generator.errors import InvalidInput
from generator.loading import LoadedCase


def claim_pieces(loaded: LoadedCase, au: date) -> tuple[tuple[OwnFile, ...], tuple[str, ...]]:
    """The pieces, readable ones first, and sentences about what is left out: files nobody finds, parts no page shows.

    InvalidInput for a path that leaves the folders of the dossier and of the company.
    """
    gathered = gather(loaded, au)
    remarks = list(gathered.remarques)
    read = [_read(source, remarks) for source in gathered.sources]
    without = "aucun fichier au dossier : ajouter le chemin de la copie (piece)"
    lacking = [
        OwnFile(f"Facture {invoice.numero}", None, None, without)
        for invoice in loaded.case.factures
        if not invoice.piece and invoice.emise_le <= au
    ]
    found = sorted([*read, *lacking], key=lambda piece: piece.contenu is None)
    return tuple(found), tuple(remarks)


def _read(source: Source, remarks: list[str]) -> OwnFile:
    try:
        exhibit = read_exhibits([source])[0]
    except InvalidInput as error:
        return OwnFile(source.titre, source.chemin.name, None, error.problems[0])
    remarks += exhibit.remarques
    return OwnFile(source.titre, source.chemin.name, exhibit.contenu, pages=exhibit.pages)


def bound(pieces: Sequence[OwnFile]) -> bytes | None:
    """One PDF of every piece, each page stamped with its number on the bordereau; None without any."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for number, piece in enumerate(pieces, start=1):
        if piece.contenu is None:
            continue
        before = len(writer.pages)
        writer.append(PdfReader(BytesIO(piece.contenu)), outline_item=f"Pièce n° {number} : {piece.titre}")
        for page in writer.pages[before:]:
            stamp(page, writer, f"Pièce n° {number}")
    if not len(writer.pages):
        return None
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
