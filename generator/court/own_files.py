"""The files a dossier names as its own: read from its folder only, checked, never followed outside it."""

import logging
import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from generator.calendar_fr import long_date
from generator.case import Case
from generator.enclosures import IMAGES, PIECE_BYTES
from generator.errors import InvalidInput
from generator.letterhead import check_picture, company_path
from generator.writing import reason

# What somebody else can open and print; anything else may be a dossier, a journal, a program.
TYPES = (".pdf", *IMAGES, ".eml", ".txt")

CAUSES = {
    "reconnaissance": "Reconnaissance de la dette",
    "paiement-partiel": "Paiement partiel",
    "demande-en-justice": "Demande en justice",
    "acte-d-execution": "Acte d'exécution",
    "mesure-conservatoire": "Mesure conservatoire",
    "declaration-de-creance": "Déclaration de créance",
    "reclamation": "Réclamation",
    "mediation": "Médiation",
    "conciliation": "Conciliation",
    "procedure-participative": "Procédure participative",
}


@dataclass(frozen=True)
class OwnFile:
    """One piece: `contenu` is None when it cannot be handed over, and `motif` says why."""

    titre: str
    chemin: str | None
    contenu: bytes | None
    motif: str | None = None

    @property
    def suffixe(self) -> str:
        """The extension of the file, in lower case."""
        return Path(self.chemin or "").suffix.lower()


def slug(text: str, limit: int = 60) -> str:
    """`F-2026-101 / é` -> `f-2026-101-e`: safe in every file system and every zip."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.lower())[:limit].strip("-") or "sans-nom"


def case_files(case: Case, base: Path) -> tuple[OwnFile, ...]:
    """The copies of the invoices, then the pieces of what interrupted limitation; `base` is the dossier's folder.

    A file absent, damaged, protected or too big is returned with its reason. InvalidInput for a path that leaves
    the folder: what lies elsewhere belongs to somebody else.
    """
    wanted: list[tuple[str, str | None, str]] = [
        (f"Facture {invoice.numero}", invoice.piece, f"facture {invoice.numero} : piece") for invoice in case.factures
    ]
    for event in case.prescription.evenements:
        title = f"{CAUSES[event.cause]} du {long_date(event.le)}"
        if event.piece:
            wanted.append((title, event.piece, f"prescription, {event.le.isoformat()} : piece"))
    problems: list[str] = []
    found = []
    for title, name, field in wanted:
        try:
            found.append(_read(title, name, field, base))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _read(title: str, name: str | None, field: str, base: Path) -> OwnFile:
    if name is None:
        return OwnFile(title, None, None, "aucun fichier au dossier : ajouter le chemin de la copie (piece)")
    try:
        path = company_path(name, base, field)
    except InvalidInput:
        raise InvalidInput(
            f"{field} : « {name} » sort du répertoire du dossier : y copier le fichier, rien n'est pris ailleurs"
        ) from None
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
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            return f"« {name} » : PDF protégé par un mot de passe : joindre une version libre"
        if not len(reader.pages):
            return f"« {name} » : PDF sans page : le refaire"
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return f"« {name} » : PDF abîmé, illisible : le refaire"
    return None
