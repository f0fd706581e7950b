"""Accessibility of the built guide, by axe, in both themes and at both widths (`make test-site`)."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.site_guide import browse, built
from tests.test_site_navigateur import PAGES, WIDTHS

pytestmark = [pytest.mark.lent, pytest.mark.navigateur]

# The advice of the wizard too, which the first question hides.
SEEN = (*PAGES, "que-faire/index.html#bon-client-en-difficulte")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ("default", "slate")
SCRIPT = """
  const found = {};
  for (const page of PAGES) for (const width of WIDTHS) {
    const frame = await ouvrir(page, width);
    const inside = frame.contentDocument;
    const axe = inside.createElement("script");
    axe.src = new URL("axe.min.js", location.href);
    await new Promise(done => { axe.onload = done; inside.head.append(axe); });
    // Colours on their way from one theme to the other are nobody's colours.
    const still = inside.createElement("style");
    still.textContent = "* { transition: none !important; }";
    inside.head.append(still);
    for (const theme of THEMES) {
      inside.body.setAttribute("data-md-color-scheme", theme);
      await pause(400);
      // The letter shown is a document of its own, with its own tests.
      const run = await frame.contentWindow.axe.run({exclude: ["iframe.apercu"]}, {runOnly: RULES, resultTypes: ["violations"]});
      found[`${page} ${width} ${theme}`] = run.violations.map(rule => `${rule.id} : ${rule.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" ; ")}`);
    }
    frame.remove();
  }
  return found;
"""


@pytest.fixture(scope="module")
def violations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The faults axe finds, by page, width and theme."""
    axe = Path(os.environ.get("IMPAYES_AXE", ""))
    if not axe.is_file():
        pytest.skip("axe-core manque : « make test-site » le télécharge et mesure l'accessibilité")
    root = tmp_path_factory.mktemp("axe")
    public = root / "guide"
    shutil.copytree(built(), public)
    shutil.copy(axe, public / "axe.min.js")
    script = SCRIPT
    for name, values in (("PAGES", SEEN), ("WIDTHS", WIDTHS), ("THEMES", THEMES)):
        script = script.replace(f"of {name}", f"of {json.dumps(values)}")
    script = script.replace("runOnly: RULES", f"runOnly: {json.dumps(RULES)}")
    data: dict[str, list[str]] = browse(public, root, script, seconds=300)
    return data


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", SEEN)
def test_axe_finds_nothing(violations: dict[str, Any], page: str, width: int, theme: str) -> None:
    assert violations[f"{page} {width} {theme}"] == []
