"""The built guide: links, third parties, and three pages in a real browser."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from generator.cli import cli
from generator.site import pages
from tests.conftest import ROOT

pytestmark = pytest.mark.lent


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide, built as `impayes site --construire` does, in a copy of the repository."""
    pytest.importorskip("material", reason="le thème du guide n'est pas installé")
    root = tmp_path_factory.mktemp("guide")
    shutil.copy(ROOT / "mkdocs.yml", root)
    for name in ("docs", "overrides", "examples"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("sortie"))
    pages.write_pages(root, pages.build_pages(root, cli))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", "public"]
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return root / "public"


class _Page(HTMLParser):
    """What a page links to, loads, and names."""

    LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "link": "href"}  # noqa: RUF012

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.names: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.names |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if (attribute := self.LOADED.get(tag)) and values.get(attribute):
            self.loaded.append(values[attribute])
        if "srcdoc" in values:
            self.loaded += re.findall(r'(?:url\("|\bsrc=")([^"]+)', unescape(values["srcdoc"]))


@functools.cache
def _page(path: Path) -> _Page:
    return _Page(path)


def _pages(public: Path) -> list[Path]:
    return sorted(path for path in public.rglob("*.html") if path.name != "404.html" and path.parent.name != "fichiers")


def test_nothing_is_loaded_from_elsewhere(public: Path) -> None:
    """No resource of a page or of a style sheet has the address of another site."""
    for path in public.rglob("*.html"):
        assert not [target for target in _page(path).loaded if urlsplit(target).netloc], path.name
    for path in public.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import\s+)[\"']?(\w+:)?//", path.read_text(encoding="utf-8"))
        assert not found, path.name


def test_every_internal_link_leads_somewhere(public: Path) -> None:
    """Files and anchors, in pages and in the letters they show."""
    broken = []
    for path in _pages(public):
        for target in [*_page(path).links, *_page(path).loaded]:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            file = file / "index.html" if file.is_dir() else file
            anchor = unquote(parts.fragment) if file.suffix == ".html" else ""
            if not file.is_file() or (anchor and anchor not in _page(file).names):
                broken.append(f"{path.name} → {target}")
    assert not broken


def test_every_page_ends_with_its_check(public: Path) -> None:
    """When it was checked, what it is not, where to report an error."""
    for path in _pages(public):
        text = path.read_text(encoding="utf-8")
        assert "Vérifié le" in text, path.name
        assert "pas un conseil juridique" in text, path.name
        assert "signaler-une-erreur" in text, path.name


def test_no_english_is_left_to_readers(public: Path) -> None:
    """The theme speaks French; so do our generated pages."""
    for path in _pages(public):
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = re.sub(r"<[^>]+>", " ", text)
        assert not re.search(
            r"\b(Skip to|Back to top|Table of contents|Search|Next|Previous|Usage:|Made with)\b", words
        ), path.name


# ---------------------------------------------------------------- in a browser

PAGES = ("index.html", "lettres/mise-en-demeure.html", "taux.html")
WIDTHS = (375, 1280)
# Before anything of the page: note every error, of scripts and of missing files.
SPY = """<script>
window.fautes = [];
addEventListener("error", e => fautes.push(e.message || "absent : " + (e.target.src || e.target.href)), true);
console.error = (...words) => fautes.push(words.join(" "));
</script>"""
# Shows each page at each width in a frame: a headless window cannot be 375 pixels wide.
PROBE = """<!doctype html><meta charset="utf-8"><pre id="resultat"></pre><script>
const mesures = {};
async function mesurer(page, width) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  frame.src = page;
  document.body.append(frame);
  await new Promise(done => frame.onload = done);
  await new Promise(done => setTimeout(done, 700));
  const inside = frame.contentDocument.documentElement;
  const letter = frame.contentDocument.querySelector("iframe.apercu");
  mesures[page + " " + width] = {
    fautes: frame.contentWindow.fautes,
    deborde: inside.scrollWidth - inside.clientWidth,
    titre: frame.contentDocument.title,
    lettre: letter ? letter.contentDocument.documentElement.scrollHeight - letter.clientHeight : 0,
  };
  frame.remove();
}
(async () => {
  for (const page of PAGES) for (const width of WIDTHS) await mesurer(page, width);
  document.getElementById("resultat").textContent = JSON.stringify(mesures);
})();
</script>"""


class _Handler(SimpleHTTPRequestHandler):
    """Serves the guide quietly."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def measured(public: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, object]]]:
    """What Chromium sees of three pages at two widths."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    browser = next((found for name in names if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("Chromium manque : les pages ne sont pas essayées dans un navigateur")
    root = tmp_path_factory.mktemp("sonde") / "public"
    shutil.copytree(public, root)
    for name in PAGES:
        text = (root / name).read_text(encoding="utf-8")
        (root / name).write_text(text.replace("<head>", f"<head>{SPY}", 1), encoding="utf-8")
    probe = PROBE.replace("of PAGES", f"of {json.dumps(PAGES)}").replace("of WIDTHS", f"of {json.dumps(WIDTHS)}")
    (root / "sonde.html").write_text(probe, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield _dump(browser, f"http://127.0.0.1:{server.server_port}/sonde.html", root.parent / "profil")
    finally:
        server.shutdown()
        server.server_close()


def _dump(browser: str, url: str, profile: Path) -> dict[str, dict[str, object]]:
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", f"--user-data-dir={profile}", "--window-size=1400,1000",
        "--virtual-time-budget=60000", "--dump-dom", url,
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = re.search(r'<pre id="resultat">(.+?)</pre>', result.stdout, re.DOTALL)
    assert found, result.stderr[-2000:]
    data: dict[str, dict[str, object]] = json.loads(unescape(found[1]))
    return data


@pytest.mark.navigateur
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_in_a_browser(measured: dict[str, dict[str, object]], page: str, width: int) -> None:
    """No error, nothing wider than the screen, the letter shown whole."""
    seen = measured[f"{page} {width}"]
    assert seen["fautes"] == []
    assert seen["deborde"] == 0
    assert "impayés" in str(seen["titre"])
    assert seen["lettre"] == 0
