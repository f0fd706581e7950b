"""What the tests of the drafts share: a dossier of the sample company changed, and the words of its request."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.money import euros, plain_spaces
from tests.court_bundle import company, folder_of, make, reader_of, trace_of
from tests.outside import tree

# What every page of a draft carries around its text: the watermark, the notice at the top, the foot.
AROUND = re.compile(r"Projet à relire(, à compléter et à signer)?|Dossier \S+ · [^·]+ · \d+/\d+")
SHOP, HOME, TOWN = "J-2026-001", "J-2026-002", "J-2026-003"


def sample(folder: Path, reference: str, *pairs: tuple[str, str], extra: str = "") -> Path:
    """A copy of the company where a dossier has other words; each old one must be there."""
    base = company(folder)
    path = base / "dossiers" / f"{reference}.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text + extra, encoding="utf-8")
    return base


def without_journal(base: Path, reference: str) -> None:
    """No letter was sent: no interest for a consumer, no exhibit of the journal."""
    (base / "journal" / f"{reference}.jsonl").unlink()
    (base / "journal" / ".tetes" / reference).unlink(missing_ok=True)


def draft(base: Path, reference: str, procedure: str, *options: object) -> tuple[str, Any, Any]:
    """(words of the request on one line, its trace, what the command said)."""
    result = make(base, reference, procedure, *options)
    assert result.exit_code == 0, result.output
    files = tree(folder_of(base, reference, procedure))
    # Not poppler: it mixes the letters of the watermark with the words beside them.
    text = "\n".join(page.extract_text() for page in reader_of(files["demande.pdf"]).pages)
    return " ".join(AROUND.sub("", plain_spaces(text)).split()), trace_of(files), result


def refused(base: Path, reference: str, procedure: str, *options: object) -> str:
    """What the command says of a closed route; nothing is written."""
    result = make(base, reference, procedure, *options)
    assert result.exit_code == 4, result.output
    assert not (base / "judiciaire").exists()
    return plain_spaces(result.stderr)


def printed(amount: str) -> str:
    """« 6867.87 » as a request prints it, « 6 867,87 € », with ordinary spaces."""
    return plain_spaces(euros(Decimal(amount)))
