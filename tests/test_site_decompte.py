"""The worked statements of the guide: what a `decompte` block shows, and what it refuses."""

import datetime as dt
from pathlib import Path

import markdown
import pytest

from generator.cli import cli
from generator.errors import InvalidInput
from generator.loading import load_case
from generator.money import euros
from generator.site import pages, worked
from generator.statement import build_statement
from tests.conftest import ROOT
from tests.site_guide import copy_guide

INVOICE = "factures:\n  - {numero: F-1, emise_le: 2026-06-01, echeance: 2026-07-01, montant_ttc: 1200.00}"


def _block(text: str = INVOICE, options: str = "au=2026-11-21") -> str:
    return f"``` decompte {options}\n{text}\n```"


def _html(text: str) -> str:
    # Two extensions of Python-Markdown itself: nothing of MkDocs is needed.
    return markdown.markdown(text, extensions=["generator.site.markdown", "fenced_code", "tables", "admonition"])


def test_a_block_shows_what_the_engine_computes(tmp_path: Path) -> None:
    path = ROOT / "examples" / "dossiers" / "2026-014.yml"
    loaded = load_case(path)
    statement = build_statement(loaded.case, loaded.law, dt.date(2026, 11, 21))
    html = _html(_block())
    assert "<td>02/07/2026</td>" in html
    assert statement.lignes[0].formule in html
    assert f"<strong>{euros(statement.totaux.solde)}</strong>" in html
    assert "impayes decompte dossier.yml --au 2026-11-21" in html
    assert "montant_ttc: 1200.00" in html


def test_the_kind_of_client_changes_the_rule() -> None:
    consumer = _html(_block(f"debiteur: {{qualite: particulier}}\n{INVOICE}"))
    assert "Aucun intérêt" in consumer
    assert "mise en demeure" in consumer  # the warning
    public = _html(_block(f"debiteur: {{qualite: public}}\n{INVOICE}"))
    assert "10,40" in public


def test_a_block_inside_a_tab_or_a_list_keeps_its_place() -> None:
    indented = "\n".join(f"    {line}" for line in _block().splitlines())
    lines = worked.expand(f"- Un point\n\n{indented}".splitlines())
    assert all(line.startswith("    ") for line in lines[2:] if line)


def test_a_block_shown_as_an_example_is_left_alone() -> None:
    shown = f"````text\n{_block()}\n````"
    assert worked.expand(shown.splitlines()) == shown.splitlines()


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (_block(options=""), "au=AAAA-MM-JJ"),
        (_block(options="au=2026-13-01"), "une date qui existe"),
        (_block(INVOICE.replace("echeance", "echance")), "vouliez-vous dire « echeance »"),
        (_block("factures: ["), "écriture YAML"),
        (_block(options="au=2031-01-01"), "refinancement-bce"),
        (_block(f"debiteur: client\n{INVOICE}"), "un bloc de champs est attendu"),
        ("``` decompte au=2026-11-21\nfactures: []", "jamais refermé"),
    ],
)
def test_a_wrong_block_is_named(block: str, fault: str) -> None:
    found = list(worked.problems({Path("docs/calculer/x.md"): f"Titre\n\n{block}\n"}))
    assert found
    assert all(sentence.startswith("docs/calculer/x.md: ligne 3") for sentence in found)
    assert any(fault in sentence for sentence in found), found
    with pytest.raises(InvalidInput):
        _html(block)


def test_a_wrong_block_stops_the_build(tmp_path: Path) -> None:
    root = copy_guide(tmp_path / "depot")
    path = root / "docs" / "calcul.md"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{_block('factures: []')}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"docs/calcul\.md: ligne \d+, décompte"):
        pages.build_pages(root, cli)


def test_every_block_of_the_guide_computes() -> None:
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")}
    assert not list(worked.problems(texts))
