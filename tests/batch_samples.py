"""What the tests of `relancer` and of the confirmations share: fast letters, the files of a day, a table to fill."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from generator.journal import Event, read_journal
from generator.loading import LoadedCase
from generator.money import plain_spaces
from generator.render import Choices
from generator.statement import Statement
from tests.outside import assert_french, impayes
from tests.portfolio_samples import ADDRESS, DEBTOR, company, dossier, invoice, strategy

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
# A debtor without an e-mail address: its letters go on paper.
PAPER = {**DEBTOR, "contact": {"nom": "Paul Martin", "telephone": "02 47 00 00 01"}}
FIRST_ON_PAPER = "{niveau: premiere, quand: échéance + 3 jours, lettre: relance-1, canal: courrier, validation: non}"
REGISTERED = "{niveau: demeure, quand: échéance + 30 jours, lettre: mise-en-demeure, canal: lrar}"


DUE = "2026-11-02"


def debtor(name: str, **more: Any) -> dict[str, Any]:
    """Another debtor at the same address."""
    return {**DEBTOR, "nom": name, "adresse": ADDRESS, **more}


def small_pdf(*pages: str) -> bytes:
    """A PDF whose pages say these texts."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for i, text in enumerate(pages):
        shown = f"BT /F1 9 Tf 20 800 Td ({text.replace('(', '[').replace(')', ']')}) Tj ET"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * i} 0 R>>",
            f"<</Length {len(shown)}>>\nstream\n{shown}\nendstream",
        ]
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return out + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    ).encode("ascii")


def quick_letter(
    loaded: LoadedCase,
    statement: Statement,
    letter_id: str,
    *,
    formats: Sequence[str] = ("pdf",),
    choices: Choices | None = None,
    modeles: Path | None = None,
) -> dict[str, bytes]:
    """The files of a letter under their real names, in a millisecond; two pages for a mise en demeure.

    A last page stands for the enclosures, when it has any.
    """
    name = f"{loaded.case.reference.replace(', ', '_')[:60]}-{letter_id}-{statement.au}"
    said = f"{loaded.case.reference} / {letter_id} / {statement.totaux.solde}"
    pages = [said, f"suite de {said}"] if letter_id == "mise-en-demeure" else [said]
    pages += ["factures jointes"] if choices and choices.joindre else []
    made = {"pdf": small_pdf(*pages), "eml": f"Subject: {said}\r\n\r\n".encode()}
    contents = {f"{name}.{kind}": made[kind] for kind in formats}
    return {**contents, **{f"{file}.trace.json": b"{}" for file in contents}}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters made in a millisecond: everything else is the real thing."""
    monkeypatch.setattr("generator.portfolio.batch.make_letter", quick_letter)


def day_folder(company: Path, au: str = MONDAY) -> Path:
    """Where the letters of a day are."""
    return company / "relances" / au


def rows(company: Path, au: str = MONDAY) -> list[dict[str, str]]:
    """The table of a day, as a program reads it."""
    text = (day_folder(company, au) / "recapitulatif.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def fill(company: Path, *changes: dict[str, str], au: str = MONDAY, encoding: str = "utf-8-sig") -> Path:
    """Type into the table of a day: the n-th dictionary goes into the n-th row; returns the file."""
    path = day_folder(company, au) / "recapitulatif.csv"
    found = rows(company, au)
    for row, change in zip(found, changes, strict=False):
        row.update(change)
    save(path, found, encoding=encoding)
    return path


def save(path: Path, found: Sequence[dict[str, str]], *, delimiter: str = ";", encoding: str = "utf-8-sig") -> None:
    """Save a table as a spreadsheet does."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(found[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(found)
    path.write_bytes(out.getvalue().encode(encoding))


def events(company: Path, reference: str) -> tuple[Event, ...]:
    """What a journal holds; it must be sound."""
    return read_journal(company / "journal" / f"{reference}.jsonl").events


def told(company: Path, reference: str) -> list[str]:
    """The actions of a journal with their letters."""
    return [f"{event.action} {event.lettre}" for event in events(company, reference)]


def pages(path: Path) -> list[str]:
    """The text of each page, with plain spaces."""
    return [" ".join(plain_spaces(page.extract_text()).split()) for page in PdfReader(path).pages]


def relancer(folder: Path, *arguments: str, au: str = MONDAY, code: int = 0) -> str:
    """Run the command on a folder; what it says, with plain spaces."""
    result = impayes("relancer", folder, "--au", au, *arguments)
    assert result.exit_code == code, result.output
    assert_french(plain_spaces(result.output))
    return plain_spaces(result.output)


@pytest.fixture
def prepared(tmp_path: Path, quick: None) -> Path:
    """Three mises en demeure prepared on Monday, one of them about two dossiers of one debtor."""
    folder = company(tmp_path / "e", strategy(REGISTERED, pour="[professionnel]", regroupement="debiteur"))
    for name in ("D-1", "D-2"):
        dossier(folder, invoice("2026-10-01"), name, debiteur=debtor(f"Client {name}"))
    for name in ("G-1", "G-2"):
        dossier(folder, invoice("2026-10-01", numero=f"F-{name}"), name, debiteur=debtor("Groupe"))
    assert impayes("relancer", folder, "--au", MONDAY, "--tout-valider").exit_code == 0
    return folder


def confirm(path: Path, au: str = TUESDAY) -> str:
    """Confirm a table; what it says."""
    result = impayes("journal", "confirmer", path, "--au", au)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()
