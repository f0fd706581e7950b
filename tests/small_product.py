"""A product of a few of the real letters, for what would take long with all of them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

import generator.resources

# Read before the product's folder is replaced: they keep the real one for fonts and papers.
import generator.site.company_site
from generator.render import forget
from tests.conftest import ROOT


def keep_letters(names: Iterable[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy these letters to a folder that takes the place of the product's; returns it."""
    product = tmp_path / "produit"
    for name in {"_commun", *names}:
        shutil.copytree(ROOT / "letters" / name, product / name)
    real = generator.resources.builtin
    monkeypatch.setattr(generator.resources, "builtin", lambda name: product if name == "letters" else real(name))
    forget()
    return product
