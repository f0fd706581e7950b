"""Thresholds of the guide and the checklists come from the law table: a decree changes one entry, and every page."""

import re
from pathlib import Path

import pytest

from generator.checklists import find_checklists
from generator.errors import InvalidInput
from generator.law import load_law
from generator.money import plain_spaces
from generator.resources import SAMPLE_DAY
from generator.site import thresholds
from generator.thresholds import fill

ROOT = Path(__file__).parent.parent


def test_a_threshold_is_read_in_the_table() -> None:
    line = "Avocat au-delà de {seuil avocat}, amiable jusqu'à {seuil tentative-amiable}."
    assert plain_spaces(fill(line, load_law(), SAMPLE_DAY)) == "Avocat au-delà de 10 000 €, amiable jusqu'à 5 000 €."


def test_before_the_first_entry_of_the_table_nothing_is_made_up() -> None:
    with pytest.raises(InvalidInput):
        fill("{seuil tentative-amiable}", load_law(), SAMPLE_DAY.replace(year=2019))


def test_an_unknown_threshold_names_the_page_the_line_and_the_keys() -> None:
    (problem,) = thresholds.problems(
        {Path("docs/a.md"): "Titre\n\nJusqu'à {seuil avocats}.", Path("docs/b.md"): "Rien."}
    )
    assert problem.startswith("docs/a.md: ligne 3 :")
    assert "avocat" in problem


def test_no_checklist_shows_a_mark() -> None:
    points = [point for one in find_checklists() for point in one.points]
    assert not [point.id for point in points if "{seuil" in point.texte + point.pourquoi]
    assert any("10 000 €" in plain_spaces(point.texte) for point in points)


def test_the_pages_of_justice_type_no_threshold() -> None:
    """Fines and bills of a decree to come are not in the table; everything else is."""
    law = load_law()
    typed = re.compile(
        "|".join(
            rf"(?<!\d )\b{plain_spaces(thresholds.expand([f'{{seuil {value.cle}}}'])[0])}"
            for value in law.table("seuils").valeurs
        )
    )
    pages = [path for path in (ROOT / "docs" / "justice").glob("*.md") if path.name != "couts-et-delais.md"]
    faults = [
        f"{path.name}: {line}"
        for path in pages
        for line in path.read_text(encoding="utf-8").splitlines()
        if typed.search(line) and not re.search(r"amende|décret|deux premiers seuils", line)
    ]
    assert not faults
