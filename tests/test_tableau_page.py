"""The page of the dashboard: one file, readable by everyone, naming no private person unless asked."""

import os
import random
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from generator.look import Look, contrast
from generator.money import plain_spaces
from generator.portfolio.charts import short_euros, whole_euros
from generator.portfolio.dashboard import build_dashboard
from generator.portfolio.dashboard_page import DARK_GROUND, LIGHT_GROUND, dashboard_page, legible
from generator.portfolio.sales import Dso, no_sales
from generator.portfolio.snapshot import Broken, Snapshot
from tests.site_guide import browse
from tests.tableau_samples import AU, LEVELS, euros, instalment, invoice, many, promise, snapshot

SVG_ROW = re.compile(r'<text class="texte" x="0"[^>]*>([^<]+)</text><text class="texte fort"[^>]*>([^<]+)</text>')


def _page(*items: Snapshot | Broken, dso: Dso | None = None, **options: Any) -> str:
    board = build_dashboard(items, AU, LEVELS)
    return dashboard_page(board, dso or no_sales(), "Atelier Vasseur", **options).decode("utf-8")


def _text(page: str) -> str:
    """What a reader sees, in ordinary spaces."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(plain_spaces(unescape(re.sub(r"<[^>]+>", " ", page))).split())


class _Outline(HTMLParser):
    """Every tag in order, with its attributes; open tags must close in order."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Shapes close themselves."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """The last one opened."""
        assert self.open.pop() == tag

    def named(self, *names: str) -> list[tuple[str, dict[str, str | None]]]:
        """The tags of these names, in order."""
        return [tag for tag in self.tags if tag[0] in names]


def test_one_file_that_runs_and_fetches_nothing() -> None:
    """No script, no link, no address outside; the policy of the page says so to the browser."""
    page = _page(*many(60))
    found = _Outline(page)
    metas = {attrs.get("http-equiv") or attrs.get("name"): attrs.get("content") for _, attrs in found.named("meta")}

    assert metas["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert metas["robots"] == "noindex"
    assert found.named("html")[0][1] == {"lang": "fr"}
    assert found.named("script", "link", "a", "img", "iframe", "object", "form", "image", "use", "foreignobject") == []
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)|\bon\w+=|javascript:", page)
    assert "<title>Encours et retards, Atelier Vasseur, au 21 novembre 2026</title>" in plain_spaces(page)


def test_every_chart_is_named_and_followed_by_its_table() -> None:
    """Title and description for who does not see it; headings in order; identifiers used once."""
    page = _page(*many(60))
    found = _Outline(page)
    charts = [attrs for _, attrs in found.named("svg") if attrs.get("role") == "img"]
    ids = [str(attrs["id"]) for _, attrs in found.tags if attrs.get("id")]

    assert len(charts) == 3
    for chart in charts:
        for name in str(chart["aria-labelledby"]).split():
            assert re.search(rf'id="{name}">[^<]+<', page)
    for part in page.split("<figure>")[1:]:
        assert "<table" in part.split("</section>")[0]
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in found.named("h1", "h2")] == ["h1", *["h2"] * 5]
    assert all(attrs.get("scope") in {"col", "row"} for _, attrs in found.named("th"))
    hidden = [attrs for _, attrs in found.named("svg") if attrs.get("role") != "img"]
    assert all(attrs.get("aria-hidden") == "true" for attrs in hidden)


def test_charts_and_tables_say_the_same() -> None:
    """The figure written on each bar is the one of its line in the table."""
    page = _page(
        snapshot("2026-1", invoice(6000, 40, conteste=euros(1000)), niveau="relance-1"),
        snapshot("2026-2", invoice(28400, -5), invoice(900, 3)),
        snapshot("2026-3", invoice(500, 100), plan=(instalment(9, 100), instalment(60, 400)), niveau="mise-en-demeure"),
        snapshot("2026-4", invoice(80, 9), promesses=(promise(-3),), niveau="relance-1"),
    )
    bars = {plain_spaces(name): plain_spaces(figure) for name, figure in SVG_ROW.findall(page)}
    cells = _text(page)

    assert bars == {
        "Novembre 2026": "180 €", "Décembre 2026": "0 €", "Janvier 2027": "400 €",
        "Sans relance": "1 dossier, 900 €", "Relance 1": "2 dossiers, 6 080 €", "Mise en demeure": "1 dossier, 500 €",
    }  # fmt: skip
    assert "Novembre 2026 100 € 80 € 180 €" in cells
    assert "Relance 1 2 6 080 €" in cells
    assert "28 k€ 79 % Non échu" in cells
    assert "31 à 60 jours dont contesté : 1 000 € 1 6 000 € 17 %" in cells


def test_bars_are_as_long_as_their_figures() -> None:
    """The longest fills the width, the others in proportion, the hatched part is that of the promises."""
    page = _page(
        snapshot("2026-1", invoice(1000, 9), plan=(instalment(1, 300),)),
        snapshot("2026-2", invoice(1000, 9), promesses=(promise(-1, 100),)),
        snapshot("2026-3", invoice(1000, 9), plan=(instalment(15, 100),)),
    )
    chart = page.split('aria-labelledby="attendu-titre', 1)[1].split("</svg>")[0]
    bars = re.findall(r'<rect class="(barre|trame)"[^>]*? x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', chart)

    assert bars == [("barre", "0", "360"), ("trame", "270", "90"), ("barre", "0", "90")]


def test_the_summary_says_what_to_remember() -> None:
    """Late or not, one debtor or several, nothing at all."""
    late, due = snapshot("2026-1", invoice(300, 5)), snapshot("2026-2", invoice(700, -5))
    assert "30 % de l’encours est en retard : 300 € sur 1 000 €. Un seul débiteur : Client 2026-1." in _text(
        _page(late, due)
    )
    assert "Le plus gros retard, 300 €, est celui d’un seul débiteur" in _text(
        _page(late, snapshot("2026-3", invoice(9, 5)))
    )
    assert "700 € restent à encaisser, et rien n’est échu." in _text(_page(due))
    empty = _text(_page(snapshot("2026-4")))
    assert "Rien ne reste à payer des factures." in empty
    assert "Aucun plan en cours, aucune promesse en cours." in empty
    assert "Aucun dossier n’a de facture échue." in empty


def test_what_is_missing_is_said() -> None:
    """Dossiers that could not be read, without their names, which may be someone's; sales that are not there."""
    page = _text(_page(Broken(Path("dupont.yml"), ("dupont.yml:1: faute",)), snapshot("2026-1", invoice(9, 9))))

    assert "1 dossier illisible. Leurs sommes manquent" in page
    assert "dupont" not in page
    assert "Non calculé Vos dossiers ne sont pas toutes vos ventes : écrire ventes.csv" in page
    assert "illisible" not in _text(_page(snapshot("2026-1", invoice(9, 9))))


@pytest.mark.parametrize("names", [False, True])
def test_private_persons_are_named_on_demand(names: bool) -> None:
    """Neither in the table, nor in the sentence above; companies are. The page says which it is."""
    person = snapshot("2026-1", invoice(900, 9), debiteur="Jeanne Petit", qualite="particulier")
    page = _page(person, snapshot("2026-2", invoice(50, 9), debiteur="Martin SARL"), names=names)

    assert page.count("Jeanne") == (2 if names else 0)
    assert page.count("Particulier, dossier 2026-1") == (0 if names else 2)
    assert "Martin SARL" in page
    assert ("nomme des particuliers" in _text(page)) is names
    assert ("Les particuliers n’y sont pas nommés." in _text(page)) is not names


def test_names_are_text_and_nothing_else() -> None:
    """A debtor called like a tag, a level called like one, a company too."""
    evil = '<script>alert("x")</script>&amp;'
    board = build_dashboard([snapshot("2026-1", invoice(9, 9), debiteur=evil, niveau=evil)], AU)
    page = dashboard_page(board, no_sales(), evil).decode("utf-8")

    assert "<script" not in page
    assert _Outline(page).named("script") == []
    assert page.count("&lt;script&gt;") >= 4
    assert "&amp;amp;" in page


def test_same_portfolio_same_bytes() -> None:
    """Whatever the order the dossiers come in."""
    items = many(80)
    assert _page(*random.Random(5).sample(items, len(items))) == _page(*items)


@pytest.mark.parametrize(
    ("value", "short", "whole"),
    [
        ("0.40", "< 1 €", "< 1 €"), ("0.50", "1 €", "1 €"), ("9999.49", "9 999 €", "9 999 €"),
        ("10000", "10 k€", "10 000 €"), ("28400", "28 k€", "28 400 €"), ("28500", "29 k€", "28 500 €"),
        ("999499", "999 k€", "999 499 €"), ("1000000", "1,0 M€", "1 000 000 €"), ("1250000", "1,3 M€", "1 250 000 €"),
    ],
)  # fmt: skip
def test_amounts_on_the_page(value: str, short: str, whole: str) -> None:
    """Rounded half up; a few cents are not nothing."""
    assert (plain_spaces(short_euros(euros(value))), plain_spaces(whole_euros(euros(value)))) == (short, whole)


# ---------------------------------------------------------------- colours


def _themes(page: str) -> list[dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*--page: #f?[^}]*--texte[^}]*)\}", page)
    )
    return [light, {**light, **dark}]


def test_both_themes_are_readable() -> None:
    """Text on each ground at 4.5 at least, bars at 3, in light and in dark."""
    themes = _themes(_page(*many(20)))

    assert [theme["page"] for theme in themes] == ["#fdfbf7", "#1c1a17"]
    assert [theme["bande"] for theme in themes] == [LIGHT_GROUND, DARK_GROUND]
    for theme in themes:
        for ground in (theme["page"], theme["bande"]):
            assert contrast(theme["texte"], ground) >= 7
            assert contrast(theme["discret"], ground) >= 4.5
            assert contrast(theme["doux"], ground) >= 3


@pytest.mark.parametrize(
    "colour", ["#8a5a36", "#1f4e79", "#000000", "#949494", "#e00000", "#0a7d3c", "#5b2a86", "#c08400"]
)
def test_the_company_s_colour_stays_visible(colour: str) -> None:
    """Any colour the company file accepts, on both grounds; kept as it is when it is readable already."""
    Look(couleur=colour)
    for ground in (LIGHT_GROUND, DARK_GROUND):
        found = legible(colour, ground)
        assert contrast(found, ground) >= 4.5
        assert (found == colour) is (contrast(colour, ground) >= 4.5)


# ---------------------------------------------------------------- in a browser

MEASURE = """
  const found = {};
  for (const page of ["clair.html", "sombre.html"]) for (const width of [320, 375, 1280]) {
    const frame = await ouvrir(page, width);
    const inside = frame.contentDocument;
    const root = inside.documentElement;
    found[page + " " + width] = {
      deborde: root.scrollWidth - root.clientWidth,
      demandes: frame.contentWindow.performance.getEntriesByType("resource").length,
      lettres: Math.min(...[...inside.querySelectorAll("svg[role=img] text")].map(text => {
        const svg = text.ownerSVGElement;
        return parseFloat(frame.contentWindow.getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      })),
      serre: [...inside.querySelectorAll("svg[role=img] text")].filter(text => {
        const box = text.getBBox();
        return box.x < -3 || box.x + box.width > 363;
      }).length,
      fautes: AXE ? await (async () => {
        const axe = inside.createElement("script");
        axe.src = new URL("axe.min.js", location.href);
        await new Promise(done => { axe.onload = done; inside.head.append(axe); });
        const run = await frame.contentWindow.axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]});
        return run.violations.map(rule => `${rule.id} : ${rule.nodes[0].target.join(" ")}`);
      })() : [],
    };
    frame.remove();
  }
  return found;
"""


def _written(folder: Path, *, probed: bool) -> Path:
    """The page in both themes; a page to be probed lets the probe's script in."""
    board = build_dashboard(many(200), AU, LEVELS)
    page = dashboard_page(board, no_sales(), "Atelier Vasseur").decode("utf-8")
    if probed:
        page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    folder.mkdir()
    (folder / "clair.html").write_text(page, encoding="utf-8")
    dark = page.replace("@media screen and (prefers-color-scheme: dark)", "@media screen")
    assert dark != page
    (folder / "sombre.html").write_text(dark, encoding="utf-8")
    return folder


@pytest.mark.lent
@pytest.mark.navigateur
def test_the_page_in_a_browser(tmp_path: Path) -> None:
    """Phone and desktop, both themes: nothing sticks out, nothing is fetched, charts keep a readable size."""
    axe = Path(os.environ.get("IMPAYES_AXE", ""))
    folder = _written(tmp_path / "pages", probed=axe.is_file())
    if axe.is_file():
        shutil.copy(axe, folder / "axe.min.js")
    script = MEASURE.replace("AXE", "true" if axe.is_file() else "false")
    measured = browse(folder, tmp_path, script, seconds=120)

    assert len(measured) == 6
    for name, found in measured.items():
        letters = found.pop("lettres")
        assert found == {"deborde": 0, "demandes": 0, "serre": 0, "fautes": []}, name
        assert letters >= (11 if "320" in name else 13), name


@pytest.mark.lent
def test_the_page_is_valid_html(tmp_path: Path) -> None:
    """By the W3C's checker, full and empty."""
    jar = Path(os.environ.get("IMPAYES_VNU", ""))
    if not jar.is_file() or shutil.which("java") is None:
        pytest.skip("vnu ou Java manque : « make test-site » télécharge vnu")
    folder = _written(tmp_path / "pages", probed=False)
    empty = folder / "vide.html"
    empty.write_text(_page(), encoding="utf-8")
    bad = folder / "faux.html"
    bad.write_text(empty.read_text(encoding="utf-8").replace("<main>", "<main><li>"), encoding="utf-8")

    def faults(*paths: Path) -> str:
        command = ["java", "-jar", str(jar), "--errors-only", "--format", "gnu", *map(str, paths)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    assert faults(folder / "clair.html", empty) == ""
    assert "error" in faults(bad)
