"""What the tests of the guide share: its written pages, the built site, a browser to look at it."""

import atexit
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from generator.cli import cli
from generator.site import pages
from tests.conftest import ROOT

MADE_OF = ("docs", "overrides", "examples")


def copy_guide(root: Path) -> Path:
    """A copy of what the guide is made of, before anything is generated."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", root)
    for name in MADE_OF:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("sortie"))
    return root


@functools.cache
def written() -> Path:
    """A copy with its generated pages, once per process; tests that change it copy it first."""
    folder = Path(tempfile.mkdtemp(prefix="impayes-guide-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    root = copy_guide(folder / "depot")
    pages.write_pages(root, pages.build_pages(root, cli))
    return root


@functools.cache
def built() -> Path:
    """The guide in HTML, built as `impayes site --construire` does, once per process."""
    pytest.importorskip("material", reason="le thème du guide n'est pas installé")
    root = written()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", "public"]
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return root / "public"


def html_pages(public: Path) -> list[Path]:
    """Every page, without the letters themselves and the page of missing pages."""
    return sorted(path for path in public.rglob("*.html") if path.name != "404.html" and path.parent.name != "fichiers")


# ---------------------------------------------------------------- in a browser

# Before anything of the page: note every error, of scripts and of missing files.
SPY = """<script>
window.fautes = [];
addEventListener("error", e => fautes.push(e.message || "absent : " + (e.target.src || e.target.href)), true);
console.error = (...words) => fautes.push(words.join(" "));
</script>"""
# A headless window cannot be 375 pixels wide: each page is shown in a frame of the width asked.
FRAME = """<!doctype html><meta charset="utf-8"><pre id="resultat"></pre><script>
const pause = time => new Promise(done => setTimeout(done, time));
async function ouvrir(page, width) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  frame.src = page;
  document.body.append(frame);
  await new Promise(done => frame.onload = done);
  await pause(700);
  return frame;
}
(async () => {
  let resultat;
  try { resultat = await (async () => { SCRIPT })(); } catch (error) { resultat = {echec: String(error)}; }
  document.getElementById("resultat").textContent = JSON.stringify(resultat);
})();
</script>"""


class _Handler(SimpleHTTPRequestHandler):
    """Serves the guide quietly."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def chromium(url: str, profile: Path, seconds: int) -> str:
    """The page as Chromium leaves it after so many seconds of its own time. Skips when it is missing."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    browser = next((found for name in names if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("Chromium manque : les pages ne sont pas essayées dans un navigateur")
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", f"--user-data-dir={profile}", "--window-size=1400,1000",
        f"--virtual-time-budget={seconds * 1000}", "--dump-dom", url,
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 120)
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout


def browse(public: Path, root: Path, script: str, spied: Iterable[str] = (), seconds: int = 60) -> Any:
    """What `script` returns in Chromium; it may call `ouvrir(page, width)`. Skips when Chromium is missing."""
    site = root / "public"
    shutil.copytree(public, site)
    for name in spied:
        text = (site / name).read_text(encoding="utf-8")
        (site / name).write_text(text.replace("<head>", f"<head>{SPY}", 1), encoding="utf-8")
    (site / "sonde.html").write_text(FRAME.replace("SCRIPT", script), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = chromium(f"http://127.0.0.1:{server.server_port}/sonde.html", root / "profil", seconds)
    finally:
        server.shutdown()
        server.server_close()
    found = re.search(r'<pre id="resultat">(.+?)</pre>', page, re.DOTALL)
    assert found, page[-2000:]
    data = json.loads(unescape(found[1]))
    assert not (isinstance(data, dict) and "echec" in data), data
    return data
