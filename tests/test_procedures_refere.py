"""A référé decides for a time only: the text that says so is cited, and only before the judges it binds."""

from pathlib import Path

import pytest

from tests.court_samples import routes
from tests.test_procedures_decision import decided


@pytest.mark.parametrize(("kind", "cited"), [("refere", ["cpc-488"]), ("jugement", ["c-civ-1355"])])
def test_the_text_behind_a_decision(tmp_path: Path, kind: str, cited: list[str]) -> None:
    """A judgment settles the matter; a référé does not (CPC 488), and says why no other référé is open."""
    assert routes(decided(tmp_path, kind))["refere-provision"]["motif"]["articles"] == cited
