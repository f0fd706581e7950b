"""A month at the desk of an accounts clerk, on the sample company: nothing forgotten, nothing twice, figures right.

Every working day from 23 November to 23 December 2026: the letters of the day are made, what was made is confirmed
as sent that day, money and news arrive. The commands are the public ones; only WeasyPrint is replaced, for speed.
"""

import csv
import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator.calendar_fr import is_working_day
from generator.cli import cli
from tests.conftest import ROOT

FIRST, LAST = dt.date(2026, 11, 23), dt.date(2026, 12, 23)
RECEIVED = {
    # day: (dossier, line of `paiements`); the clerk copies the bank's statement
    dt.date(2026, 11, 30): ("V-2026-009", "{recu_le: 2026-11-30, montant: 2148.00, moyen: virement}"),
    dt.date(2026, 12, 3): ("V-2026-008", "{recu_le: 2026-12-03, montant: 1500.00, facture: F26-229}"),
    dt.date(2026, 12, 11): ("V-2026-012", "{recu_le: 2026-12-11, montant: 1704.00}"),
}
pytestmark = pytest.mark.lent


def impayes(*arguments: object, code: int = 0) -> str:
    """Run a command; its standard output, after checking its exit code."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == code, (arguments, result.output, result.exception)
    return result.stdout


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the sample company, with letters that take no time to lay out."""
    folder = tmp_path_factory.mktemp("mois") / "portefeuille"
    shutil.copytree(ROOT / "examples" / "portefeuille", folder)
    blank = _blank_pdf()
    patch = pytest.MonkeyPatch()
    patch.setattr("generator.export.pdf.to_pdf", lambda document: blank)
    yield folder
    patch.undo()


def _blank_pdf() -> bytes:
    import io

    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def _dossier(folder: Path, reference: str) -> Path:
    return folder / "dossiers" / f"{reference}.yml"


def _pay(folder: Path, reference: str, line: str) -> None:
    path = _dossier(folder, reference)
    text = path.read_text(encoding="utf-8")
    if "\npaiements:\n" in text:
        text = text.replace("\npaiements:\n", f"\npaiements:\n  - {line}\n")
    else:
        text += f"paiements:\n  - {line}\n"
    path.write_text(text, encoding="utf-8")


def _news(folder: Path, day: dt.date) -> None:
    """What the post and the telephone bring that day."""
    if day == FIRST:  # two letters were ready before the week-end
        impayes("journal", "envoyer", _dossier(folder, "V-2026-012"), "relance-3", "--le", "2026-11-20")
        impayes("journal", "envoyer", _dossier(folder, "V-2026-018"), "mise-en-demeure", "--le", "2026-11-20")
    if day in RECEIVED:
        _pay(folder, *RECEIVED[day])
    if day == dt.date(2026, 11, 25):  # promised, and never paid
        impayes(
            "journal", "ajouter", _dossier(folder, "V-2026-055"), "promesse", "--montant", "2640", "--payer-le",
            "2026-12-02", "--canal", "telephone", "--au", day,
        )  # fmt: skip
    if day == dt.date(2026, 12, 1):  # a plan is signed; its first instalment will be missed
        path = _dossier(folder, "V-2026-013")
        path.write_text(
            path.read_text(encoding="utf-8")
            + "plan:\n  signe_le: 2026-12-01\n  montant: 3780.00\n  penalites: gelees\n  echeances:\n"
            "    - {le: 2026-12-08, montant: 1260.00}\n    - {le: 2027-01-08, montant: 1260.00}\n"
            "    - {le: 2027-02-08, montant: 1260.00}\n",
            encoding="utf-8",
        )
    if day == dt.date(2026, 12, 4):  # a judgment opens proceedings
        path = _dossier(folder, "V-2026-011")
        proceedings = (
            "{type: redressement, jugement_le: 2026-12-02, publication_bodacc_le: 2026-12-04, tribunal: Tours}"
        )
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("debiteur:\n", f"debiteur:\n  procedure_collective: {proceedings}\n", 1), encoding="utf-8"
        )


def _confirm(folder: Path, day: dt.date) -> None:
    """The clerk posts everything the same day and fills the table."""
    table = folder / "relances" / day.isoformat() / "recapitulatif.csv"
    if not table.is_file():
        return
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    for row in rows:
        row["envoye_le"] = f"{day:%d/%m/%Y}"
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    impayes("journal", "confirmer", table, "--au", day)


def _agenda(folder: Path, day: dt.date) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(impayes("agenda", folder, "--au", day, "--json"))
    return found


def _principal(folder: Path, day: dt.date) -> Decimal:
    """What is left of every invoice, dossier by dossier, through `decompte`."""
    total = Decimal(0)
    for path in sorted((folder / "dossiers").glob("*.yml")):
        total += Decimal(json.loads(impayes("decompte", path, "--au", day, "--json"))["totaux"]["principal"])
    return total


@pytest.fixture(scope="module")
def month(company: Path) -> dict[str, Any]:
    """Live the month once; what was seen each day."""
    seen: dict[str, Any] = {"actions": {}, "tableaux": {}, "principaux": {}, "company": company}
    day = FIRST
    while day <= LAST:
        if is_working_day(day):
            _news(company, day)
            impayes("relancer", company, "--au", day, "--tout-valider")
            _confirm(company, day)
            seen["actions"][day] = _agenda(company, day)["actions"]
            if day.weekday() == 4 or day == LAST:
                seen["tableaux"][day] = impayes("tableau", company, "--au", day, "--json")
                seen["principaux"][day] = _principal(company, day)
        day += dt.timedelta(days=1)
    return seen


def _sent(company: Path) -> list[tuple[str, dict[str, Any]]]:
    """(dossier, event) of every letter sent during the month."""
    found = []
    for path in sorted((company / "journal").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["action"] == "envoi" and event["le"] >= FIRST.isoformat():
                found.append((path.stem, event))
    return found


def test_no_letter_is_missed(month: dict[str, Any]) -> None:
    """Each evening nothing that could be sent is left: neither to send, nor waiting for a yes, nor unconfirmed."""
    for day, actions in month["actions"].items():
        left = [a for a in actions if a["etat"] in ("a-faire", "a-valider", "preparee") and a["lettre"]]
        assert left == [], day


def test_no_letter_goes_twice(month: dict[str, Any]) -> None:
    """One letter of a kind about an invoice over the whole month; never two to a dossier within two days."""
    sent = _sent(month["company"])
    assert len(sent) > 40
    counts = Counter((name, event["lettre"], number) for name, event in sent for number in event["factures"])
    assert {key: count for key, count in counts.items() if count > 1} == {}
    days: dict[str, list[dt.date]] = {}
    for name, event in sent:
        if event["lettre"] != "script-d-appel":
            days.setdefault(name, []).append(dt.date.fromisoformat(event["le"]))
    close = {name: found for name, found in days.items() if any((b - a).days < 3 for a, b in pairwise(found))}
    assert close == {}


def test_news_changes_what_is_sent(month: dict[str, Any]) -> None:
    """Paid: silence. A promise is waited for, then written about. A plan stops reminders, then calls its own. Insolvency too."""
    sent: dict[str, list[tuple[str, str]]] = {}
    for name, event in _sent(month["company"]):
        sent.setdefault(name, []).append((event["le"], event["lettre"]))
    assert [letter for le, letter in sent["V-2026-009"] if le > "2026-11-30" and letter.startswith("relance")] == []
    promised = sent["V-2026-055"]
    assert not [le for le, _ in promised if "2026-11-25" < le <= "2026-12-02"]
    assert ("2026-12-03", "relance-promesse") in promised
    planned = [(le, letter) for le, letter in sent.get("V-2026-013", []) if le >= "2026-12-01"]
    assert planned == [("2026-12-09", "mise-en-demeure-plan")]
    assert [le for le, _ in sent.get("V-2026-011", []) if le >= "2026-12-04"] == []
    stops = {
        stop["code"]
        for action in month["actions"][LAST]
        if "V-2026-011" in action["dossiers"]
        for stop in action["arrets"]
    }
    assert "procedure-collective" in stops or "champ-manquant" in stops


def test_the_dashboard_is_right_at_each_date(month: dict[str, Any]) -> None:
    """Its outstanding is the sum of the décomptes of that day, and a later month does not change an earlier picture."""
    assert len(month["tableaux"]) >= 5
    for day, text in month["tableaux"].items():
        table = json.loads(text)
        assert Decimal(table["totaux"]["encours"]) == month["principaux"][day], day
        assert impayes("tableau", month["company"], "--au", day, "--json") == text, day


def test_the_journals_verify(month: dict[str, Any]) -> None:
    """Chained from the first line to the last; and the dossiers are still valid."""
    assert "intacts" in impayes("journal", "verifier", month["company"])
    impayes("verifier", month["company"])
