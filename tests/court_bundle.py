"""What the tests of the court bundle share: the sample company, a bundle made from outside, its pages read back."""

import json
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from generator.money import plain_spaces
from tests.conftest import ROOT
from tests.outside import AU, impayes

SAMPLE = ROOT / "examples" / "judiciaire"
COMMERCE, JUDICIAIRE = "injonction-tribunal-de-commerce", "injonction-tribunal-judiciaire"


def company(folder: Path) -> Path:
    """A copy of the sample company."""
    return Path(shutil.copytree(SAMPLE, folder / "judiciaire-exemple"))


def make(base: Path, reference: str, procedure: str, *options: object) -> Any:
    """Run the command on a dossier of the sample company."""
    path = base / "dossiers" / f"{reference}.yml"
    return impayes("dossier-judiciaire", path, "--procedure", procedure, "--au", AU, *options)


def folder_of(base: Path, reference: str, procedure: str) -> Path:
    """Where the bundle is written."""
    return base / "judiciaire" / f"{reference}-{procedure}-{AU}"


def pages(pdf: bytes) -> list[str]:
    """The text of every page as poppler reads it, with ordinary spaces."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(plain_spaces(page).split()) for page in found.stdout.decode("utf-8").split("\f")[:-1]]


def bookmarks(reader: PdfReader) -> list[tuple[str, int]]:
    """(title, page from 1) of every bookmark, in order, children included."""

    def walk(items: list[Any]) -> Any:
        for item in items:
            if isinstance(item, list):
                yield from walk(item)
            else:
                yield item.title, (reader.get_destination_page_number(item) or 0) + 1

    return list(walk(reader.outline))


def reader_of(pdf: bytes) -> PdfReader:
    """A reader of these bytes."""
    return PdfReader(BytesIO(pdf))


def contents(page: str) -> list[tuple[str, int]]:
    """(title, page) of the table of contents."""
    body = page.split("Contenu Page", 1)[1].split(" Dossier ", 1)[0]
    found = re.findall(r"(Pièce n° \d+|Requête en injonction de payer|Décompte des sommes|Chronologie|Bordereau de pièces)(.*?) (\d+)(?= (?:Pièce n°|Requête|Décompte|Chronologie|Bordereau)|$)", body)  # fmt: skip
    return [(name, int(number)) for name, _, number in found]


def trace_of(files: dict[str, bytes]) -> Any:
    """The trace of a bundle."""
    return json.loads(files["trace.json"])
