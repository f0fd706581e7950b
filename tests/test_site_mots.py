"""The words of the guide: glossary, abbreviations, and words that must not be written."""

import re
from pathlib import Path

import pytest

from generator.law import Law
from generator.site.glossary import load_glossary, plain
from tests.conftest import ROOT
from tests.site_guide import written

GLOSSARY = load_glossary()
# Words of the past or of nowhere. The page of received ideas quotes some of them to say why they are wrong.
NEVER = re.compile(
    r"\bhuissiers?\b|\bCIRFA\b|\blettres? de rappel\b|\btribuna(?:l|ux) (?:d['’]instance|de grande instance)\b"
    r"|\bportail public de facturation\b",
    re.IGNORECASE,
)
QUOTED_IN = {"idees-recues.md"}
# What the entry of the glossary explains is written there, and nowhere else on that page.
EXPLAINED = {"outils/glossaire.md": "### Commissaire de justice"}
SIGLES = ROOT / "docs" / "includes" / "abbr.txt"


def _pages() -> dict[str, str]:
    docs = written() / "docs"
    return {path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8") for path in docs.rglob("*.md")}


def test_words_never_written() -> None:
    found = []
    for name, text in _pages().items():
        if name in EXPLAINED:
            before, entry, after = text.partition(EXPLAINED[name])
            text = before + after[after.index("\n### ") :]
            assert entry
        if name not in QUOTED_IN:
            found += [f"{name}: {match[0]}" for match in NEVER.finditer(text)]
    sources = [
        *(ROOT / "letters").rglob("*.j2"),
        *(ROOT / "letters").rglob("*.yml"),
        *(ROOT / "checklists").glob("*.yml"),
    ]
    found += [f"{path.name}: {m[0]}" for path in sources for m in NEVER.finditer(path.read_text(encoding="utf-8"))]
    assert not found


def test_the_glossary_is_a_dictionary(law: Law) -> None:
    names = [plain(term.terme) for term in GLOSSARY.termes]
    known = {article.id for article in law.articles}
    assert names == sorted(set(names))
    assert len(names) >= 45
    for term in GLOSSARY.termes:
        assert set(term.articles) <= known, term.id
        assert term.definition.endswith("."), term.id
        assert len(re.findall(r"[.!?](?:\s|$)", term.definition)) <= 2, term.id
    text = _pages()["outils/glossaire.md"]
    assert all(f"{{ #{term.id} }}" in text for term in GLOSSARY.termes)


@pytest.mark.parametrize("term", GLOSSARY.termes, ids=lambda term: term.id)
def test_a_term_leads_to_a_page_that_exists(term: object) -> None:
    page = getattr(term, "page", None)
    assert page is None or (ROOT / "docs" / f"{page}.md").is_file()


def test_abbreviations_are_explained_once_and_used() -> None:
    """Each in alphabetical order, each somewhere in the guide."""
    sigles = re.findall(r"^\*\[(\w+)\]: \S", SIGLES.read_text(encoding="utf-8"), re.MULTILINE)
    everything = "\n".join(_pages().values())
    assert sigles == sorted(set(sigles))
    assert not [sigle for sigle in sigles if not re.search(rf"\b{sigle}\b", everything)]
    assert f"auto_append: [includes/{SIGLES.name}]" in Path(ROOT / "mkdocs.yml").read_text(encoding="utf-8")
