"""The HTML of every page, by the W3C's checker: nothing but the theme's own known faults."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.site_guide import built

pytestmark = [pytest.mark.lent]

# Material for MkDocs writes these itself, in its drawer, its search box and its menu.
THEME = (
    "Bad value “” for attribute “tabindex” on element “label”",
    "Attribute “autocomplete” is only allowed when the input type is",
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control",
)


def test_html_is_valid() -> None:
    """Only the theme's known faults, on every page (`make test-site` downloads the checker)."""
    jar = Path(os.environ.get("IMPAYES_VNU", ""))
    if not jar.is_file() or shutil.which("java") is None:
        pytest.skip("vnu ou Java manque : « make test-site » télécharge vnu")
    pages = [str(path) for path in sorted(built().rglob("*.html")) if "fichiers" not in path.parts]
    command = ["java", "-jar", str(jar), "--errors-only", "--format", "gnu", *pages]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    faults = [line for line in said.splitlines() if "error:" in line]
    ours = [re.sub(r'^"file:.*/', '"', line) for line in faults if not any(known in line for known in THEME)]

    assert len(pages) > 80
    assert faults, "vnu n'a rien lu : les fautes connues du thème devraient être là"
    assert ours == []
