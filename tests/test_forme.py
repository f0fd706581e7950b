"""The shape of the project, kept by tests: size of files, the clock, letters' names, articles, locks."""

import re

import yaml

from generator.law import Law
from generator.letters import find_letters
from generator.resources import builtin
from tests.conftest import ROOT

CODE = sorted((ROOT / "generator").rglob("*.py"))
TABLES = sorted((ROOT / "generator" / "law" / "tables").glob("*.yml"))
DATA_OF_ARTICLES = ROOT / "generator" / "law" / "articles.yml"


def test_no_file_over_four_hundred_lines() -> None:
    """Small, flat, obvious."""
    files = [*CODE, *(ROOT / "tests").glob("*.py"), *(ROOT / "scripts").glob("*.py")]
    long = {path.name: n for path in files if (n := len(path.read_text(encoding="utf-8").splitlines())) > 400}

    assert long == {}


def test_pipeline_is_under_sixty_lines() -> None:
    """The first file a newcomer reads."""
    assert len((ROOT / "generator" / "pipeline.py").read_text(encoding="utf-8").splitlines()) < 60


def test_the_clock_is_read_in_the_command_line_only() -> None:
    """Every computation is given its date."""
    clock = re.compile(r"\.today\(|datetime\.now|dt\.datetime\.now|time\.time\(")
    found = [p.name for p in CODE if "cli" not in p.parts and clock.search(p.read_text(encoding="utf-8"))]

    assert found == []


def test_no_letter_is_named_in_the_code() -> None:
    """Adding or renaming a letter never touches Python."""
    names = [letter.id for letter in find_letters((builtin("letters"),))]
    pattern = re.compile(f"""["']({"|".join(names)})["']""")
    found = {(p.name, m[1]) for p in CODE for m in pattern.finditer(p.read_text(encoding="utf-8"))}

    # « mise-en-demeure » is also the name of a phase, a declared claim one of the causes that stop limitation; some keys of the law tables are words of the same trade.
    keys = set(re.findall(r"cle: ([\w-]+)", "".join(p.read_text(encoding="utf-8") for p in TABLES)))
    assert {name for name in found if name[1] not in {"mise-en-demeure", "declaration-de-creance", *keys}} == set()


def test_every_article_cited_exists_and_every_article_is_cited(law: Law) -> None:
    """One registry of texts: no dead reference, no dead entry."""
    known = {article.id for article in law.articles}
    quoted = re.compile(
        r"(?<![\w-])((?:c-com|c-civ|c-conso|c-pen|casf|ccp|cgi|cja|cmf|coj|cpc|cpce|cass|cjue|cnil"
        r"|c-trav|loi|ord|decret|reglement|directive)-[a-z0-9-]+)\b"
    )
    cited: set[str] = set()
    folders = {
        "generator": ("*.py", "*.yml"),
        "letters": ("*.yml", "*.j2"),
        "docs": ("*.md",),
        "checklists": ("*.yml",),
    }
    for folder, patterns in folders.items():
        for pattern in patterns:
            for path in (ROOT / folder).rglob(pattern):
                if path != DATA_OF_ARTICLES and path.name != "articles.md" and "schemas" not in path.parts:
                    cited |= set(quoted.findall(path.read_text(encoding="utf-8")))

    assert {name for name in cited if name in known or not _is_slug(name)} - known == set()
    assert known - cited == set()


def _is_slug(name: str) -> bool:
    """Words that only look like an article id, such as an anchor of the guide."""
    return not re.search(r"\d", name)


def test_locks_hold_no_address() -> None:
    """Locked versions and hashes, no registry and no path."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|file:|index-url|(^|\s)/\w", text)


def test_examples_are_fictitious_and_valid() -> None:
    """Every example e-mail uses a reserved domain."""
    for path in (ROOT / "examples").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert all(address.endswith(".example") for address in re.findall(r"[\w.-]+@[\w.-]+", text))
        assert yaml.safe_load(text)
