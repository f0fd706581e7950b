"""The wheel works outside the checkout: empty environment, one letter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)  # type: ignore[call-overload]


@pytest.mark.lent
def test_wheel_makes_a_letter_elsewhere(tmp_path: Path) -> None:
    """Build, install in a new environment with the locked dependencies, write a mise en demeure."""
    built = _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    environment = tmp_path / "env"
    assert _run(sys.executable, "-m", "venv", environment).returncode == 0
    pip = (environment / "bin" / "pip", "--disable-pip-version-check", "install", "--quiet")
    locked = _run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock")
    if locked.returncode:
        pytest.skip(f"dépendances non téléchargées : {locked.stderr.strip().splitlines()[-1]}")
    assert _run(*pip, "--no-deps", wheel).returncode == 0

    work = tmp_path / "travail"
    work.mkdir()
    for name in ("entreprise.yml", "dossiers/2026-014.yml"):
        (work / Path(name).name).write_bytes((ROOT / "examples" / name).read_bytes())
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    impayes = environment / "bin" / "impayes"
    made = _run(
        impayes,
        "lettre",
        "2026-014.yml",
        "mise-en-demeure",
        "--au",
        "2026-11-21",
        "--format",
        "txt",
        cwd=work,
        env=clean,
    )

    assert made.returncode == 0, made.stderr
    assert "1\u202f298,30\u00a0€" in (work / "sortie" / "2026-014-mise-en-demeure-2026-11-21.txt").read_text(
        encoding="utf-8"
    )
    checked = _run(impayes, "diagnostic", cwd=work, env=clean)
    assert checked.returncode in {0, 5}, checked.stdout + checked.stderr
    assert "SourceSans3-Regular" in checked.stdout
    assert _run(impayes, "schema", "dossier", cwd=work, env=clean).returncode == 0
    assert "Atelier" not in _run(impayes, "modeles", "lister", cwd=tmp_path, env=clean).stdout
