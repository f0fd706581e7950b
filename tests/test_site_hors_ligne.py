"""The archive of the guide: the same every time, and it opens from the disk, search included."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.site_guide import built, chromium

pytestmark = pytest.mark.lent


def _pack(target: Path) -> Path:
    command = [sys.executable, str(ROOT / "scripts" / "hors_ligne.py"), str(built()), str(target)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return target


def test_the_archive_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = _pack(tmp_path / "un.zip"), _pack(tmp_path / "deux.zip")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
    assert names == sorted(names)
    assert {"impayes-guide/index.html", "impayes-guide/LISEZ-MOI.txt", "impayes-guide/search/search_index.js"} <= {
        *names
    }
    assert all(name.startswith("impayes-guide/") for name in names)


@pytest.mark.navigateur
def test_it_opens_from_the_disk(tmp_path: Path) -> None:
    """On file://, where the browser refuses most things: our scripts run and the search answers."""
    with zipfile.ZipFile(_pack(tmp_path / "guide.zip")) as archive:
        archive.extractall(tmp_path)
    root = tmp_path / "impayes-guide"
    for name in ("que-faire/index.html", "listes/avant-la-mise-en-demeure.html"):
        page = chromium(f"file://{root / name}", tmp_path / "profil", 8)
        assert "qf--pas-a-pas" in page or "points indispensables restent" in page
    asked = chromium(f"file://{root / 'index.html'}?q=penalite", tmp_path / "profil", 20)
    assert re.search(r"\d+ documents? trouvés?", asked)


def test_without_a_guide_it_says_so(tmp_path: Path) -> None:
    shutil.copy(ROOT / "scripts" / "hors_ligne.py", tmp_path)
    result = subprocess.run(
        [sys.executable, "hors_ligne.py", "vide"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "make site" in result.stderr
