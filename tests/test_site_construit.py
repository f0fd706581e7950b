"""The built guide: links, third parties, French words, French search."""

import functools
import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.site_guide import built, html_pages

pytestmark = pytest.mark.lent


@pytest.fixture(scope="module")
def public() -> Path:
    """The guide, built as `impayes site --construire` does."""
    return built()


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
    for path in html_pages(public):
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
    for path in html_pages(public):
        text = path.read_text(encoding="utf-8")
        assert "Vérifié le" in text, path.name
        assert "pas un conseil juridique" in text, path.name
        assert "signaler-une-erreur" in text, path.name


def test_no_english_is_left_to_readers(public: Path) -> None:
    """The theme speaks French; so do our generated pages."""
    for path in html_pages(public):
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = re.sub(r"<[^>]+>", " ", text)
        assert not re.search(
            r"\b(Skip to|Back to top|Table of contents|Search|Next|Previous|Usage:|Made with)\b", words
        ), path.name


# ---------------------------------------------------------------- search

# The search worker of the theme, with our French words, run as the browser runs it.
WORKER = """
const fs = require("fs"), path = require("path"), vm = require("vm");
const [site, queries] = [process.argv[1], JSON.parse(process.argv[2])];
const folder = path.join(site, "assets/javascripts/workers");
const file = fs.readdirSync(folder).find(name => /^search.*\\.js$/.test(name));
let receive, answer;
const self = {console, URL, Promise,
  addEventListener: (_, heard) => { receive = heard; }, postMessage: message => answer(message),
  importScripts: (...names) => names.forEach(name => vm.runInContext(fs.readFileSync(path.join(folder, name), "utf8"), self))};
self.self = self;
vm.createContext(self);
vm.runInContext(fs.readFileSync(path.join(folder, file), "utf8"), self);
const ask = (type, data) => new Promise(done => { answer = done; receive({data: {type, data}}); });
(async () => {
  const index = JSON.parse(fs.readFileSync(path.join(site, "search/search_index.json"), "utf8"));
  await ask(0, {config: index.config, docs: index.docs, options: {suggest: false}});
  const found = {};
  for (const query of queries) {
    const {data} = await ask(2, query);
    found[query] = data.items.map(pages => pages[0].location.split("#")[0]);
  }
  console.log(JSON.stringify(found));
})();
"""
# Written another way, the same question finds the same pages.
SAME = {
    "prescription": ["prescriptions"],
    "pénalités": ["penalite", "penalites", "pénalité"],
    "créancier": ["creancier", "creanciers"],
    "injonction": ["injonctions"],
    "indemnité": ["indemnite"],
}
# The page a question must lead to, among the first ten.
WANTED = {
    "mise en demeure": "lettres/mise-en-demeure.html",
    "prescription": "outils/glossaire.html",
    "l441-10": "calcul.html",
    "huissier": "outils/glossaire.html",
    "liste mise en demeure": "listes/avant-la-mise-en-demeure.html",
    "client ne répond pas": "que-faire/index.html",
}


@pytest.fixture(scope="module")
def found(public: Path) -> dict[str, list[str]]:
    """The pages found for each query, best first."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node manque : la recherche n'est pas essayée")
    queries = [*SAME, *(other for others in SAME.values() for other in others), *WANTED]
    command = [node, "-e", WORKER, str(public), json.dumps(queries)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    data: dict[str, list[str]] = json.loads(result.stdout)
    return data


@pytest.mark.parametrize("word", SAME)
def test_search_ignores_accents_and_plurals(found: dict[str, list[str]], word: str) -> None:
    assert len(found[word]) >= 3
    for other in SAME[word]:
        # Names of fields, written without accents, may add some.
        assert set(found[word]) <= set(found[other]), other


@pytest.mark.parametrize("query", WANTED)
def test_search_leads_to_the_page(found: dict[str, list[str]], query: str) -> None:
    assert WANTED[query] in found[query][:10], found[query][:10]
