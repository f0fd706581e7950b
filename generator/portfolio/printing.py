"""What a run leaves for the person who sends: one PDF to print, one for calls, and a table to fill and confirm from."""

import csv
import io
import logging
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.calendar_fr import short_date
from generator.errors import InvalidInput
from generator.money import plain_spaces
from generator.portfolio.sheets import Sheet
from generator.portfolio.strategy import PHONE

LETTERS, CALLS, SUMMARY = "a-imprimer.pdf", "appels.pdf", "recapitulatif.csv"
# Registered letters go to a counter, the others to a box: they are kept together.
ORDER = ("lrar", "lre", "courrier")
COLUMNS = (
    "dossiers", "debiteur", "lettre", "niveau", "canal", "factures", "montant", "repondre_avant_le", "fichier",
    "pieces", "envoye_le", "numero_recommande", "recu_le",
)  # fmt: skip
TO_FILL = COLUMNS[-3:]
# The file alone says which letter a row is about: spreadsheets take « 2026-01 » or « 0012 » for a date or a sum.
NEEDED = ("canal", "fichier", *TO_FILL)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, str]


def print_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Letters that go on paper, in the order of their envelopes: registered first, then by reference."""
    paper = [sheet for sheet in sheets if sheet.prepared.canal in ORDER]
    return sorted(paper, key=lambda s: (ORDER.index(s.prepared.canal), s.prepared.dossiers, s.prepared.factures))


def calls(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets for calls, by reference."""
    return sorted((s for s in sheets if s.prepared.canal == PHONE), key=lambda s: s.prepared.dossiers)


def merged(sheets: Sequence[Sheet], day: Path, *, two_sided: bool = False) -> tuple[bytes | None, list[str]]:
    """(one PDF of these messages with a bookmark each, sentences about those that are missing from it).

    No PDF when there is nothing to put in it. `two_sided` adds a blank page where needed, so that each envelope begins
    on a sheet of its own.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    writer = PdfWriter()
    problems = []
    for sheet in sheets:
        title = f"{', '.join(sheet.prepared.dossiers)} {sheet.debiteur} ({sheet.prepared.lettre})"
        try:
            reader = PdfReader(io.BytesIO((day / sheet.fichier).read_bytes()))
            writer.append(reader, outline_item=title, import_outline=False)
        except (OSError, PyPdfError, ValueError, KeyError):
            again = f"impayes relancer --refaire {sheet.prepared.dossiers[0]}"
            problems.append(f"{day / sheet.fichier} : lettre introuvable ou abîmée : la remettre, ou {again}")
            continue
        if two_sided and len(reader.pages) % 2:
            writer.add_blank_page()
    if not writer.pages:
        return None, problems
    writer.add_metadata({"/Title": "Lettres à imprimer"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue(), problems


def to_leave(sheets: Iterable[Sheet], rows: Iterable[Row]) -> list[Sheet]:
    """The messages that have not left: neither confirmed, nor said to have left in the table, nor held back."""
    gone = {row["fichier"] for row in rows if row["envoye_le"]}
    return [s for s in sheets if not s.prepared.envoyee and not s.retenue and s.fichier not in gone]


def summary(sheets: Iterable[Sheet], before: Iterable[Row]) -> bytes:
    """The table as CSV for a spreadsheet in French; what a person had filled in `before` is kept.

    A message held back is left out, unless the person has noted something about it.
    """
    filled = {row["fichier"]: {name: row[name] for name in TO_FILL if row[name]} for row in before}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    for sheet in sorted(sheets, key=lambda s: (s.prepared.dossiers, s.prepared.lettre, s.prepared.factures)):
        kept = filled.get(sheet.fichier, {})
        if kept or not sheet.retenue:
            writer.writerow({**_row(sheet), **kept})
    return out.getvalue().encode("utf-8-sig")


def read_summary(content: bytes, name: str) -> list[tuple[int, Row]]:
    """The rows of a table with their line, as a spreadsheet may have saved them; InvalidInput when it is not one of ours."""
    if content.startswith(b"PK"):
        raise InvalidInput(f"{name} : c'est un classeur ; l'enregistrer au format CSV")
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    try:
        reader.fieldnames = [field.strip().lower() for field in reader.fieldnames or ()]
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise InvalidInput(
            f"{name}:{reader.line_num}: ligne illisible : enregistrer à nouveau le fichier en CSV"
        ) from None
    if missing := [field for field in NEEDED if field not in reader.fieldnames]:
        many = "s" if len(missing) > 1 else ""
        raise InvalidInput(
            f"{name} : colonne{many} manquante{many} : {', '.join(missing)} : remettre la première ligne comme "
            "« impayes relancer » l'a écrite"
        )
    return [
        (line, {field: (row.get(field) or "").strip().removeprefix("'") for field in COLUMNS}) for line, row in rows
    ]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")  # « Texte Unicode »
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # « CSV » of an older spreadsheet


def rounded_number(text: str) -> bool:
    """Whether a spreadsheet has taken a number of registered letter for a quantity, and rounded it: « 8,70001E+13 »."""
    return re.fullmatch(r"\d+([.,]\d+)?E\+?\d+", text, re.IGNORECASE) is not None


def _row(sheet: Sheet) -> Row:
    prepared = sheet.prepared
    cells = {
        "dossiers": ", ".join(prepared.dossiers),
        "debiteur": sheet.debiteur,
        "lettre": prepared.lettre,
        "niveau": prepared.niveau or "",
        "canal": prepared.canal,
        "factures": ", ".join(prepared.factures),
        "montant": plain_spaces(sheet.montant),
        "repondre_avant_le": short_date(prepared.reponse_avant_le) if prepared.reponse_avant_le else "",
        "fichier": sheet.fichier,
        "pieces": prepared.a_joindre,
    }
    return {name: _safe(text) for name, text in cells.items()}


def _safe(text: str) -> str:
    """A text that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
