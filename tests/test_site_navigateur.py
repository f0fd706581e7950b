"""The built guide in a real browser: each kind of page, the wizard, a checklist."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.site_guide import browse, built

pytestmark = [pytest.mark.lent, pytest.mark.navigateur]

# One page of each kind.
PAGES = (
    "index.html",
    "que-faire/index.html",
    "lettres/mise-en-demeure.html",
    "listes/index.html",
    "listes/avant-la-mise-en-demeure.html",
    "outils/glossaire.html",
    "calcul.html",
    "calculer/particulier.html",
    "idees-recues.html",
    "taux.html",
)
WIDTHS = (375, 1280)
MEASURE = """
  const mesures = {};
  for (const page of PAGES) for (const width of WIDTHS) {
    const frame = await ouvrir(page, width);
    const inside = frame.contentDocument.documentElement;
    const letter = frame.contentDocument.querySelector("iframe.apercu");
    // It takes its height once it has a width: later on a busy machine.
    const hidden = () => letter ? letter.contentDocument.documentElement.scrollHeight - letter.clientHeight : 0;
    const wide = () => inside.scrollWidth - inside.clientWidth;
    for (let i = 0; i < 10 && (hidden() || wide()); i++) await pause(300);
    mesures[page + " " + width] = {
      fautes: frame.contentWindow.fautes,
      deborde: wide(),
      titre: frame.contentDocument.title,
      lettre: hidden(),
    };
    frame.remove();
  }
  return mesures;
"""
WIZARD = """
  const frame = await ouvrir("que-faire/index.html", 375);
  const page = frame.contentDocument, seen = [];
  const note = () => seen.push({
    visible: [...page.querySelectorAll(".qf-etape")].filter(step => step.checkVisibility()).map(step => step.dataset.id),
    focus: page.activeElement.tagName, statut: page.getElementById("qf-statut").textContent,
  });
  const press = async (selector) => { const link = page.querySelector(selector); link.focus(); link.click(); await pause(200); note(); };
  note();
  await press('[data-id=depart] a[href$="#client-a-repondu"]');
  await press('[data-id=client-a-repondu] a[href$="#contestation"]');
  frame.contentWindow.history.back(); await pause(300); note();
  await press('[data-id=client-a-repondu] a[href$="#promesse"]');
  await press('[data-id=promesse] a.qf-retour + a.qf-retour');
  const direct = await ouvrir("que-faire/index.html#opposition", 375);
  seen.push({visible: [...direct.contentDocument.querySelectorAll(".qf-etape")].filter(step => step.checkVisibility()).map(step => step.dataset.id)});
  return seen;
"""
CHECKLIST = """
  const open = async () => (await ouvrir("listes/avant-la-mise-en-demeure.html", 375)).contentDocument;
  const state = page => ({coches: page.querySelectorAll(".liste input:checked").length, dit: page.querySelector(".liste__etat").textContent});
  let page = await open();
  const seen = [state(page)];
  page.querySelector(".liste label").click(); seen.push(state(page));
  page = await open(); seen.push(state(page));
  page.querySelector(".liste__vider").click(); seen.push(state(page));
  page = await open(); seen.push(state(page));
  return seen;
"""


def everything() -> tuple[str, ...]:
    """One page of each kind, or every page of the guide under `make test-site`."""
    if not os.environ.get("IMPAYES_TOUTES_PAGES"):
        return PAGES
    root = built()
    found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.html"))
    return tuple(name for name in found if "/fichiers/" not in name and name != "404.html")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What Chromium sees of each kind of page at two widths."""
    script = MEASURE.replace("of PAGES", f"of {json.dumps(everything())}").replace(
        "of WIDTHS", f"of {json.dumps(WIDTHS)}"
    )
    root = tmp_path_factory.mktemp("sonde")
    data: dict[str, dict[str, Any]] = browse(built(), root, script, spied=everything(), seconds=300)
    return data


def test_pages_in_a_browser(measured: dict[str, dict[str, Any]]) -> None:
    """No error, nothing wider than the screen, the letter shown whole."""
    assert len(measured) == len(everything()) * len(WIDTHS)
    faulty = {
        name: seen
        for name, seen in measured.items()
        if seen["fautes"] or seen["deborde"] or seen["lettre"] or "impayés" not in seen["titre"]
    }
    assert faulty == {}


def test_the_wizard_shows_one_step_at_a_time(tmp_path: Path) -> None:
    """Answers, the browser's back button, a new start, and an address that leads straight to an advice."""
    start, question, advice, back, other, again, direct = browse(built(), tmp_path, WIZARD)
    assert start["visible"] == ["depart"]
    assert question["visible"] == ["client-a-repondu"]
    assert question["focus"] == "H2"  # read aloud at once, and Tab goes on from there
    assert "Le client a répondu" in question["statut"]
    assert advice["visible"] == ["contestation"]
    assert "›" in advice["statut"]
    assert back["visible"] == ["client-a-repondu"]
    assert other["visible"] == ["promesse"]
    assert again["visible"] == ["depart"]
    assert direct["visible"] == ["opposition"]


def test_a_checklist_remembers(tmp_path: Path) -> None:
    """A click on the sentence ticks; the tick is there on the next visit; everything can be unticked."""
    fresh, ticked, kept, emptied, empty = browse(built(), tmp_path, CHECKLIST)
    assert fresh["coches"] == 0
    assert ticked["coches"] == kept["coches"] == 1
    assert ticked["dit"].startswith("1\u00a0point coché sur")
    assert ticked["dit"] == kept["dit"] != fresh["dit"]
    assert emptied == empty == fresh
