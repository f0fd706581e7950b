"""The pages on reminders say what the tool does: days of the shipped strategies, sentences, outputs."""

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from generator.money import plain_spaces
from generator.portfolio.messages import messages_of
from generator.portfolio.reading import read_all
from generator.portfolio.snapshot import Snapshot
from generator.portfolio.strategy import KINDS, Strategy, load_strategy, parse_when
from tests.conftest import ROOT

PAGES = ROOT / "docs" / "relancer"
STRATEGY = (PAGES / "regler-sa-strategie.md").read_text(encoding="utf-8")
PORTFOLIO = (PAGES / "suivre-un-portefeuille.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "examples"


def _shipped() -> Strategy:
    return load_strategy(EXAMPLES / "strategie.yml")


def _rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading, without its rule."""
    lines = text.split(heading, 1)[1].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    table = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return [row for row in table if not re.fullmatch(r"[-: ]+", row[0])]


def test_the_table_of_days_is_the_shipped_file() -> None:
    """Every level of every strategy, no more and no less."""
    header, *rows = _rows(STRATEGY, "## Les trois stratégies livrées")
    names = [cell.strip("`") for cell in header[1:]]
    shown = {
        (name, row[0].strip("`")): parse_when(cell)
        for row in rows
        if row[0].startswith("`")
        for name, cell in zip(names, row[1:], strict=True)
        if cell
    }
    strategies = _shipped().strategies
    assert list(strategies) == names
    assert shown == {(n, level.niveau): level.quand for n, ladder in strategies.items() for level in ladder.niveaux}


def test_the_table_tells_grouping_and_defaults() -> None:
    """The two last rows: what a message covers, and whose strategy it is by default."""
    header, *rows = _rows(STRATEGY, "## Les trois stratégies livrées")
    names = [cell.strip("`") for cell in header[1:]]
    by_title = {row[0]: row[1:] for row in rows}
    shipped = _shipped()
    assert [cell.strip("`") for cell in by_title["Regroupement"]] == [
        shipped.strategies[name].regroupement for name in names
    ]
    defaults = {
        kind: name
        for name, cell in zip(names, by_title["Par défaut pour"], strict=True)
        for kind in KINDS
        if f"`{kind}`" in cell
    }
    assert defaults == {kind: getattr(shipped.par_defaut, kind) for kind in KINDS}


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _said(text: str) -> str:
    return " ".join(text.split())


def test_the_common_mistakes_are_the_real_sentences(tmp_path: Path) -> None:
    """The faulty file of the page, read: every sentence shown, and no other."""
    faulty = next(block for block in _blocks(STRATEGY, "yaml") if "standart" in block)
    shown = next(block for block in _blocks(STRATEGY, "text") if "standart" in block)
    path = tmp_path / "strategie.yml"
    path.write_text(faulty, encoding="utf-8")
    result = CliRunner().invoke(cli, ["verifier", str(path)])
    assert result.exit_code == 3
    assert _said(result.stderr) == _said(shown)


def test_the_count_of_mistakes_is_right() -> None:
    shown = next(block for block in _blocks(STRATEGY, "text") if "standart" in block)
    assert shown.count("strategie.yml:") == 11
    assert "Ce fichier contient onze fautes" in STRATEGY


def test_the_strategy_for_exports_reads_well(tmp_path: Path) -> None:
    block = next(block for block in _blocks(STRATEGY, "yaml") if "relance-export" in block)
    path = tmp_path / "strategie.yml"
    path.write_text(f"strategies:\n{block}", encoding="utf-8")
    assert [level.lettre for level in load_strategy(path).strategies["export"].niveaux] == [
        "relance-export",
        "mise-en-demeure-export",
    ]


INVOICES = {
    "D-1": [("F-1", "2026-10-01", "1200.00"), ("F-2", "2026-10-21", "800.00")],
    "D-2": [("F-3", "2026-11-04", "500.00")],
}


@pytest.mark.parametrize(("grouping", "letters"), [("facture", 3), ("dossier", 2), ("debiteur", 1)])
def test_the_example_of_grouping(grouping: str, letters: int, tmp_path: Path) -> None:
    """Three invoices past due in two dossiers: three letters, two, or one for all of them."""
    (tmp_path / "entreprise.yml").write_bytes((EXAMPLES / "entreprise.yml").read_bytes())
    written = (EXAMPLES / "strategie.yml").read_text(encoding="utf-8")
    changed = re.sub(r"regroupement: debiteur\b", f"regroupement: {grouping}", written)
    (tmp_path / "strategie.yml").write_text(changed, encoding="utf-8")
    paths = []
    for reference, invoices in INVOICES.items():
        lines = "".join(
            f"  - {{numero: {number}, emise_le: 2026-09-01, echeance: {due}, montant_ttc: {amount}}}\n"
            for number, due, amount in invoices
        )
        paths.append(tmp_path / f"{reference}.yml")
        paths[-1].write_text(
            f"reference: {reference}\nstrategie: douce\ndebiteur:\n  nom: Brasserie du Port SAS\n  qualite: professionnel\n"
            "  adresse: {lignes: [8 quai des Tanneurs], code_postal: '37000', ville: Tours}\n"
            f"  contact: {{nom: Accueil, email: compta@port.example}}\nfactures:\n{lines}",
            encoding="utf-8",
        )
    snapshots = [item for item in read_all(paths, date(2026, 11, 9)) if isinstance(item, Snapshot)]
    messages = [m for m in messages_of(snapshots) if m.step.etat == "a-faire"]
    assert len(messages) == letters
    assert sorted(n for m in messages for n in m.step.factures) == ["F-1", "F-2", "F-3"]
    row = next(row for row in _rows(STRATEGY, "## Regrouper") if row[0] == f"`{grouping}`")
    assert row[1].startswith({3: "Trois lettres", 2: "Deux lettres", 1: "Une lettre"}[letters])


def _commands() -> list[tuple[str, str]]:
    """The commands of the page that are shown with what they print."""
    blocks = [block.replace("\\\n", " ") for block in _blocks(PORTFOLIO, "text") if block.startswith("$ impayes ")]
    return [(line.removeprefix("$ impayes "), rest) for line, _, rest in (block.partition("\n") for block in blocks)]


@pytest.mark.parametrize(("command", "shown"), _commands(), ids=lambda text: text.split()[0])
def test_the_outputs_shown_are_real(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES / "portefeuille")
    result = CliRunner().invoke(cli, command.split())
    assert result.exit_code == 0, result.stderr
    assert plain_spaces(result.stdout).strip().splitlines() == shown.strip().splitlines()


def test_outputs_are_shown() -> None:
    """Otherwise the test above would have nothing to look at."""
    assert [command.split()[0] for command, _ in _commands()] == ["relancer"]


def test_the_lines_of_the_agenda_are_real() -> None:
    """Each line of the table stands in the agenda of the sample company, under the same title."""
    _, *rows = _rows(PORTFOLIO, "## Ce que dit l'agenda")
    files = [str(EXAMPLES / "portefeuille" / "dossiers" / f"{row[2]}.yml") for row in rows]
    result = CliRunner().invoke(cli, ["agenda", *files, "--au", "2026-11-23"])
    printed: dict[str, str] = {}
    title = ""
    for line in plain_spaces(result.stdout).splitlines():
        if found := re.fullmatch(r"(.+) \(\d+\)", line):
            title = found[1]
        printed[title] = printed.get(title, "") + _said(line) + "\n"
    assert len(rows) == 5
    for state, day, reference, action, amount, why in rows:
        line = next(line for line in printed[state].splitlines() if reference in line)
        assert line.startswith(f"{day} {reference} ")
        assert line.endswith(f" {action} {amount} {why}")


SAYS = (
    "portfolio/stops.py", "portfolio/steps.py", "portfolio/ladder.py", "letters.py", "cli/agenda.py", "court/order_state.py",
)  # fmt: skip
REASONS = [
    quote
    for row in _rows(PORTFOLIO, "## Ce qui arrête une relance")
    for quotes in re.findall(r"« (.*) »", row[0])
    for quote in quotes.split(" », « ")
]


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_shown_is_one_the_tool_gives(reason: str) -> None:
    """A reason reworded in the code is reworded on the page: each part between two « … » stands in the code."""
    code = "".join((ROOT / "generator" / name).read_text(encoding="utf-8") for name in SAYS)
    for part in filter(None, (part.strip() for part in reason.split("…"))):
        assert part in code, part


def test_reasons_are_shown() -> None:
    assert len(REASONS) >= 15
