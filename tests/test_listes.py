"""The checklists of the guide: pages, boxes, files to download."""

import re
from pathlib import Path
from typing import Any

import pytest

from generator.checklists import Checklist, find_checklists
from generator.errors import MissingComponent
from generator.law import Law
from generator.letters import find_letters
from generator.resources import builtin
from generator.site import checklist_pages
from generator.site.guide import Guide
from tests.conftest import ROOT
from tests.site_guide import written

CHECKLISTS = find_checklists()
NO_GUIDE = Guide({}, (), ())


def _page(one: Checklist) -> str:
    return (written() / "docs" / "listes" / f"{one.id}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("one", CHECKLISTS, ids=lambda one: one.id)
def test_each_point_is_a_real_box(one: Checklist) -> None:
    """A box with its own label, explained by its why; « Indispensable » is a word, not a colour."""
    text = _page(one)
    boxes = re.findall(r'<input type="checkbox" id="([^"]+)" name="([^"]+)" aria-describedby="([^"]+)">', text)
    assert [name for _, name, _ in boxes] == [point.id for point in one.points]
    for box, _, why in boxes:
        assert f'<label for="{box}">' in text
        assert f'<p id="{why}">' in text
    assert text.count("<fieldset>") == text.count("<legend>") == 1
    assert text.count(">Indispensable<") == sum(point.bloquant for point in one.points)
    for article in one.articles:
        assert f'href="../articles.html#{article}"' in text


@pytest.mark.parametrize("one", CHECKLISTS, ids=lambda one: one.id)
def test_each_list_can_be_downloaded(one: Checklist) -> None:
    text, folder = _page(one), written() / "docs" / "listes" / "fichiers"
    links = re.findall(r"\(fichiers/([^)]+)\).*?<span class=\"poids\">(\w+), (\d+) ko</span>", text)
    assert {form for _, form, _ in links} >= {"MD"}
    for name, _, size in links:
        assert abs((folder / name).stat().st_size / 1000 - int(size)) <= 1
    assert f"impayes checklist {one.id} " in text
    assert f"({one.id}.md)" in (written() / "docs" / "listes" / "index.md").read_text(encoding="utf-8")


def test_without_pango_the_page_offers_the_rest(law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*args: Any) -> bytes:
        raise MissingComponent("Pango manque")

    monkeypatch.setattr(checklist_pages, "checklist_pdf", missing)
    files = checklist_pages.checklist_files(CHECKLISTS[0], law)
    assert list(files) == ["md.txt"]
    assert "PDF" not in checklist_pages.checklist_page(CHECKLISTS[0], law, files, NO_GUIDE)


def test_a_page_not_yet_written_is_left_out(law: Law) -> None:
    text = checklist_pages.checklist_page(CHECKLISTS[0], law, {}, NO_GUIDE)
    assert "## Ensuite" not in text


def test_the_pages_of_the_lists_exist() -> None:
    missing = {one.page for one in CHECKLISTS if one.page and not _in_docs(one.page)}
    assert not missing


def test_letters_lead_to_their_list_and_their_page() -> None:
    for letter in find_letters((builtin("letters"),)):
        text = (written() / "docs" / "lettres" / f"{letter.id}.md").read_text(encoding="utf-8")
        if letter.spec.checklist:
            assert f"(../listes/{letter.spec.checklist}.md)" in text
        if letter.spec.page:
            assert _in_docs(letter.spec.page)
            assert f"(../{letter.spec.page.removesuffix('.md')}" in text


def _in_docs(name: str) -> bool:
    stem = name.removesuffix(".md")
    return any((ROOT / "docs" / path).is_file() for path in (Path(f"{stem}.md"), Path(stem) / "index.md"))
