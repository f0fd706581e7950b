"""What a run leaves for the person who sends: one PDF to print, one for calls, and a table to fill and confirm from."""

import csv
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.calendar_fr import short_date
from generator.errors import InvalidInput
from generator.money import plain_spaces
from generator.portfolio.snapshot import Prepared
from generator.portfolio.strategy import PHONE

LETTERS, CALLS, SUMMARY = "a-imprimer.pdf", "appels.pdf", "recapitulatif.csv"
# Registered letters go to a counter, the others to a box: they are kept together.
ORDER = ("lrar", "lre", "courrier")
COLUMNS = (
    "dossiers", "debiteur", "lettre", "niveau", "canal", "factures", "montant", "repondre_avant_le", "fichier",
    "pieces", "envoye_le", "numero_recommande", "recu_le",
)  # fmt: skip
TO_FILL = COLUMNS[-3:]


@dataclass(frozen=True)
class Sheet:
    """A prepared message with what a person recognises it by."""

    prepared: Prepared
    debiteur: str
    montant: str

    @property
    def pdf(self) -> str | None:
        """Its PDF, relative to the day's folder."""
        names = [name for name, _ in self.prepared.fichiers if name.endswith(".pdf")]
        return f"{self.prepared.dossiers[0]}/{names[0]}" if names else None


def print_order(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Letters that go on paper, in the order of their envelopes: registered first, then by reference."""
    paper = [sheet for sheet in sheets if sheet.prepared.canal in ORDER]
    return sorted(paper, key=lambda s: (ORDER.index(s.prepared.canal), s.prepared.dossiers, s.prepared.factures))


def merged(sheets: Sequence[Sheet], day: Path, *, two_sided: bool = False) -> bytes | None:
    """One PDF of these messages with a bookmark each; None when there is none.

    `two_sided` adds a blank page where needed, so that each envelope begins on a sheet of its own.
    InvalidInput names a file that has gone or changed kind.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    writer = PdfWriter()
    problems = []
    for sheet in sheets:
        if sheet.pdf is None:
            continue
        try:
            reader = PdfReader(io.BytesIO((day / sheet.pdf).read_bytes()))
            title = f"{', '.join(sheet.prepared.dossiers)} {sheet.debiteur} ({sheet.prepared.lettre})"
            writer.append(reader, outline_item=title, import_outline=False)
        except (OSError, PyPdfError, ValueError):
            problems.append(f"{day / sheet.pdf} : lettre préparée introuvable ou abîmée : la remettre à sa place")
            continue
        if two_sided and len(reader.pages) % 2:
            writer.add_blank_page()
    if problems:
        raise InvalidInput(problems)
    if not writer.pages:
        return None
    writer.add_metadata({"/Title": "Lettres à imprimer"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def calls(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets for calls, by reference."""
    return sorted((s for s in sheets if s.prepared.canal == PHONE), key=lambda s: s.prepared.dossiers)


def summary(sheets: Sequence[Sheet], before: bytes | None) -> bytes:
    """The table as CSV for a spreadsheet in French; what a person had filled in `before` is kept."""
    filled = {_key(row): row for row in read_summary(before)} if before else {}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for sheet in sorted(sheets, key=lambda s: (s.prepared.dossiers, s.prepared.lettre, s.prepared.factures)):
        row = _row(sheet)
        kept = filled.get(_key(row), {})
        writer.writerow({**row, **{name: kept.get(name, "") for name in TO_FILL}})
    return out.getvalue().encode("utf-8-sig")


def read_summary(content: bytes) -> list[dict[str, str]]:
    """The rows of a table, as a spreadsheet may have saved them; InvalidInput when it is not one of ours."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # « CSV » of an older spreadsheet
    first = text.split("\n", 1)[0]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ","))
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if rows and missing:
        raise InvalidInput(
            f"récapitulatif : colonne{'s' if len(missing) > 1 else ''} manquante{'s' if len(missing) > 1 else ''} : {', '.join(missing)}"
        )
    return [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in rows]


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["dossiers"], row["lettre"], row["factures"]


def _row(sheet: Sheet) -> dict[str, str]:
    prepared = sheet.prepared
    return {
        "dossiers": ", ".join(prepared.dossiers),
        "debiteur": _safe(sheet.debiteur),
        "lettre": prepared.lettre,
        "niveau": prepared.niveau or "",
        "canal": prepared.canal,
        "factures": ", ".join(prepared.factures),
        "montant": plain_spaces(sheet.montant),
        "repondre_avant_le": short_date(prepared.reponse_avant_le) if prepared.reponse_avant_le else "",
        "fichier": sheet.pdf or "",
        "pieces": prepared.a_joindre,
    }


def _safe(text: str) -> str:
    """A name that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
