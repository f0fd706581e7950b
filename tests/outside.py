"""What the outside-in tests share: a small dossier as a user types it, the command, its sentences."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.errors import InvalidInput
from generator.loading import LoadedCase, load_case
from generator.money import plain_spaces

AU = "2026-11-21"

CREDITOR = """\
creancier:
  nom: Atelier Vasseur
  siren: "732829320"
  adresse: {lignes: [3 quai de Loire], code_postal: "37000", ville: Tours}
"""
DEBTOR = """\
debiteur:
  nom: Boulangerie Martin SARL
  qualite: professionnel
  adresse: {lignes: [12 rue des Lilas], code_postal: "37000", ville: Tours}
"""
INVOICES = """\
factures:
  - numero: F-1
    emise_le: 2026-06-01
    echeance: 2026-07-01
    montant_ttc: 1200.00
"""
DOSSIER = "reference: 2026-014\n" + CREDITOR + DEBTOR + INVOICES

# Words that only come from click, pydantic, PyYAML, Jinja or the system: never shown to a user.
ENGLISH = re.compile(
    r"\b(Usage|Options:|Commands:|Error|Missing|[Ii]nvalid|[Tt]ry|[Ss]how|[Rr]equired|default|unexpected|expected|"
    r"got|such|found|should|must|cannot|codec|division by|input|value|string|the|of|is|has|not|[Nn]o|filter|named|and exit)\b"
)


def assert_french(text: str) -> None:
    """No word of English, paths left aside."""
    found = ENGLISH.search(re.sub(r"\S*/\S*", "", text))
    assert not found, f"« {found} » dans : {text}"


def write(
    folder: Path, *swaps: tuple[str, str], extra: str = "", name: str = "dossier.yml", text: str = DOSSIER
) -> Path:
    """Write the small dossier with substitutions, each of which must apply, and `extra` lines at its end."""
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + extra, encoding="utf-8")
    return path


def loaded(folder: Path, *swaps: tuple[str, str], **rest: Any) -> LoadedCase:
    """The small dossier, read."""
    return load_case(write(folder, *swaps, **rest))


def problems(path: Path, company: Path | None = None) -> tuple[str, ...]:
    """Every sentence the loader says of a refused dossier, checked to be French."""
    with pytest.raises(InvalidInput) as caught:
        load_case(path, company)
    for sentence in caught.value.problems:
        assert_french(sentence)
    return caught.value.problems


def problem(folder: Path, *swaps: tuple[str, str], **rest: Any) -> str:
    """The only sentence said of a refused dossier."""
    (sentence,) = problems(write(folder, *swaps, **rest))
    return sentence


def impayes(*args: object, stdin: str | None = None) -> Result:
    """Run the command; a bug of ours (traceback or « Erreur inattendue ») fails the test."""
    result = CliRunner().invoke(cli, [str(arg) for arg in args], input=stdin, prog_name="impayes")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Erreur inattendue" not in result.output, result.output
    assert "Traceback" not in result.output
    return result


def refused(code: int, *args: object, stdin: str | None = None) -> str:
    """Run a command that must end with this exit code; what it says on standard error."""
    result = impayes(*args, stdin=stdin)
    assert result.exit_code == code, result.output
    return plain_spaces(result.stderr)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, hidden ones included, with its content."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
