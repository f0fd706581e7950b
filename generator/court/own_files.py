"""The files a dossier names as its own: read from its folder only, checked, never followed outside it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.calendar_fr import long_date
from generator.case import Case
from generator.court.stamping import Damaged, Protected, open_pdf
from generator.enclosures import IMAGES, PIECE_BYTES
from generator.errors import InvalidInput
from generator.letterhead import check_picture, company_path
from generator.reading import file_problem, on_disk, real_place
from generator.writing import reason

# What somebody else can open and print; anything else may be a dossier, a journal, a program.
TYPES = (".pdf", *IMAGES, ".eml", ".txt")

OUTSIDE = "sort du répertoire du dossier : y copier le fichier, rien n'est pris ailleurs"


@dataclass(frozen=True)
class OwnFile:
    """One piece: `contenu` is None when it cannot be handed over, and `motif` says why; `pages` once made into pages.

    `nature` is what the dossier says the piece is.
    """

    titre: str
    chemin: str | None
    contenu: bytes | None
    motif: str | None = None
    pages: int = 0
    nature: str | None = None

    @property
    def suffixe(self) -> str:
        """The extension of the file, in lower case."""
        return Path(self.chemin or "").suffix.lower()


def slug(text: str, limit: int = 60) -> str:
    """`F-2026-101 / é` -> `f-2026-101-e`: safe in every file system and every zip."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.lower())[:limit].strip("-") or "sans-nom"


def case_files(case: Case, base: Path, au: date) -> tuple[OwnFile, ...]:
    """The pieces the dossier lists, the copies of its invoices, what interrupted limitation; once each, known by `au`.

    `base` is the dossier's folder. What is marked `ne_pas_communiquer` is left out, with its file. A file absent,
    damaged, protected or too big is returned with its reason. InvalidInput for a path that leaves the folder: what
    lies elsewhere belongs to somebody else.
    """
    secret = {_place(base, piece.fichier) for piece in case.pieces if piece.ne_pas_communiquer}
    problems: list[str] = []
    found: dict[Path | str, OwnFile] = {}
    for title, name, field, nature in _wanted(case, au):
        place = _place(base, name) if name else title
        if place in secret or place in found:
            continue
        try:
            found[place] = replace(_read(title, name, field, base), nature=nature)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(found.values())


def _wanted(case: Case, au: date) -> Iterator[tuple[str, str | None, str, str | None]]:
    """(title, path, where the dossier says it, nature)."""
    for invoice in case.factures:
        if invoice.emise_le <= au:
            yield f"Facture {invoice.numero}", invoice.piece, f"facture {invoice.numero} : piece", "facture"
    for piece in case.pieces:
        if not piece.ne_pas_communiquer and (piece.le is None or piece.le <= au):
            yield piece.titre, piece.fichier, f"pieces, {piece.titre} : fichier", piece.nature
    for event in case.prescription.evenements:
        if event.piece and event.le <= au:
            title = f"Prescription, pièce du {long_date(event.le)}"
            yield title, event.piece, f"prescription, {event.le.isoformat()} : piece", None


def _place(base: Path, name: str) -> Path:
    return real_place(base / name)


def check_inside(path: Path, bases: Sequence[Path], field: str) -> None:
    """InvalidInput when a file lies in none of these folders, links followed."""
    place = _place(path.parent, path.name)
    if not any(place.is_relative_to(base.resolve()) for base in bases):
        raise InvalidInput(f"{field} : « {path.name} » {OUTSIDE}")


def _read(title: str, name: str | None, field: str, base: Path) -> OwnFile:
    if name is None:
        return OwnFile(title, None, None, "aucun fichier au dossier : ajouter le chemin de la copie (piece)")
    try:
        path = on_disk(company_path(name, base, field))
    except InvalidInput:
        raise InvalidInput(f"{field} : « {name} » {OUTSIDE}") from None
    if path.exists() and (problem := file_problem(path)):
        return OwnFile(title, name, None, f"« {name} » : {problem}")
    if path.suffix.lower() not in TYPES or Path(name).suffix.lower() not in TYPES:
        return OwnFile(title, name, None, f"« {name} » : type non admis ({', '.join(t[1:] for t in TYPES)})")
    try:
        if path.stat().st_size > PIECE_BYTES:
            return OwnFile(title, name, None, f"« {name} » dépasse {PIECE_BYTES // 1_000_000} Mo : le réduire")
        content = path.read_bytes()
    except OSError as error:
        return OwnFile(title, name, None, f"« {name} » : lecture impossible ({reason(error)})")
    damage = defect(content, Path(name).suffix.lower(), name)
    return OwnFile(title, name, None if damage else content, damage)


def defect(content: bytes, suffix: str, name: str) -> str | None:
    """Why this file is of no use to whoever receives it; None when it opens."""
    if suffix in IMAGES:
        try:
            check_picture(content, f"« {name} »")
        except InvalidInput as error:
            return error.problems[0]
    return _pdf_defect(content, name) if suffix == ".pdf" else None


def _pdf_defect(content: bytes, name: str) -> str | None:
    try:
        open_pdf(content)
    except Protected:
        return f"« {name} » : PDF protégé par un mot de passe : joindre une version libre"
    except Damaged:
        return f"« {name} » : PDF abîmé ou coupé, illisible jusqu'au bout : le refaire"
    return None
