"""The company's own site, as written: pages, marks, samples, links; nothing personal, nothing fetched."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from generator.money import plain_spaces
from generator.render import forget
from tests.outside import AU, assert_french, impayes, refused, tree
from tests.small_product import keep_letters

DEMAND, FIRST, SECOND = "mise-en-demeure", "relance-1", "relance-2"

LOOK = 'apparence:\n  couleur: "#1f4e79"\n'
SECRET = "Client Réel SARL"


def finished(letter: str, *options: str) -> None:
    """A letter of one's own, no longer a draft."""
    assert impayes("modeles", "creer", letter, *options).exit_code == 0
    path = Path("modeles") / letter / "letter.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("brouillon")), encoding="utf-8")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small product, and the folder of the fictitious company, made the current directory."""
    keep_letters((DEMAND, FIRST, SECOND), tmp_path, monkeypatch)
    home = tmp_path / "atelier"
    assert impayes("initialiser", home, "--exemple").exit_code == 0
    path = home / "entreprise.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("apparence:\n", LOOK), encoding="utf-8")
    monkeypatch.chdir(home)
    return home


def build(home: Path, *more: str) -> dict[str, str]:
    """Write the site and read its text files back, by path; typographic spaces made plain."""
    forget()
    result = impayes("site", "--entreprise", "entreprise.yml", "--vers", "public", *more)
    assert result.exit_code == 0, result.output
    files = {name: data for name, data in tree(home / "public").items() if name.endswith((".html", ".css", ".txt"))}
    return {name: plain_spaces(data.decode()) for name, data in files.items()}


class Page(HTMLParser):
    """What a page names: its links and sources, its identifiers, its tags, its visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.framed = ""
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and its addresses."""
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [value for name in ("href", "src") if (value := found.get(name))]
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.framed += found.get("srcdoc") or ""

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.words += data


def test_home_lists_the_letters_by_step(company: Path) -> None:
    """Each letter once, under its step, with whose it is."""
    assert impayes("modeles", "copier", SECOND).exit_code == 0
    finished("maison", "--titre", "Une lettre de la maison")
    home = build(company)["index.html"]
    sections = dict(re.findall(r'<h2 id="([a-z-]+)">(.*?)</section>', home, re.DOTALL))
    assert list(sections) == ["amiable", DEMAND]
    cards = re.findall(r'href="lettres/([\w-]+)\.html">(.*?)</li>', sections["amiable"], re.DOTALL)
    marks = {name: re.findall(r'class="etiquette">([^<]+)<', card) for name, card in cards}
    assert marks == {FIRST: [], SECOND: ["adaptée"], "maison": ["à vous"]}
    assert "Une lettre de la maison" in home
    assert "elle n’existe que chez vous" in home


def test_a_block_of_one_s_own_makes_a_letter_adapted(company: Path) -> None:
    """One paragraph is enough, and the sample shows it."""
    assert impayes("modeles", "copier", FIRST, "--bloc", "aide").exit_code == 0
    path = company / "modeles" / FIRST / "body.html.j2"
    text = re.sub(r"(block aide %}\n).*?({% endblock)", r"\1<p>Notre mot à nous.</p>\n\2", path.read_text(encoding="utf-8"), flags=re.DOTALL)  # fmt: skip
    path.write_text(text, encoding="utf-8")
    page = Page(build(company)[f"lettres/{FIRST}.html"])
    assert "adaptée" in page.words
    assert "Notre mot à nous." in page.framed


def test_the_trade_is_said(company: Path, tmp_path: Path) -> None:
    """A letter that the company's trade changes says so."""
    variant = tmp_path / "produit" / "_metiers" / "negoce" / FIRST
    variant.mkdir(parents=True)
    (variant / "body.html.j2").write_text(f'{{% extends "origine/{FIRST}/body.html.j2" %}}', encoding="utf-8")
    path = company / "entreprise.yml"
    path.write_text(path.read_text(encoding="utf-8") + "metier: negoce\n", encoding="utf-8")
    files = build(company)
    assert "métier : négoce" in files[f"lettres/{FIRST}.html"]
    assert "négoce" not in files[f"lettres/{SECOND}.html"]


def test_a_letter_s_page(company: Path) -> None:
    """For whom, when, a sample under our letterhead and in our look, three downloads, what forbids it."""
    files = build(company)
    page = Page(files[f"lettres/{DEMAND}.html"])
    for words in (
        "Un professionnel.",
        "À partir de 30 jours de retard.",
        "15 jours laissés au client",
        "Neutre ou ferme.",
    ):
        assert words in page.words
    assert "Une procédure collective est ouverte" in page.words
    assert f"impayes lettre dossiers/LE-DOSSIER.yml {DEMAND}" in page.words
    assert "Atelier Vasseur" in page.framed
    assert "FR76 3000 6000 0112 3456 7890 189" in page.framed
    assert "#1f4e79" in files["lettres/lettre.css"]
    assert "--couleur: #1f4e79" in files["site.css"]
    suffixes = [Path(link).suffix for link in page.links if "fichiers/" in link]
    assert suffixes in ([".pdf", ".docx", ".txt"], [".docx", ".txt"])  # without Pango, no PDF
    text = next(text for name, text in files.items() if name.startswith("fichiers/") and DEMAND in name)
    assert text.rstrip() in plain_spaces(page.words)


def test_every_link_leads_somewhere(company: Path) -> None:
    """From file://: relative addresses, to files of the site, to identifiers of the page."""
    files = build(company)
    for name, text in files.items():
        if not name.endswith(".html"):
            continue
        page = Page(text)
        for link in [*page.links, *Page(page.framed).links]:
            address, _, anchor = link.partition("#")
            if address.startswith("data:"):
                continue
            target = (company / "public" / name).parent / address if address else company / "public" / name
            assert target.is_file(), f"{name} -> {link}"
            assert not anchor or anchor in Page(target.read_text(encoding="utf-8")).ids, f"{name} -> {link}"
    for sheet in ("site.css", "lettres/lettre.css"):
        for address in re.findall(r'url\("(?!data:)([^"]+)"\)', files[sheet]):
            assert (company / "public" / sheet).parent.joinpath(address).is_file(), address


def test_nothing_runs_and_nothing_is_fetched(company: Path) -> None:
    """No script, no address of anybody else's, and search engines are asked to pass."""
    for name, text in build(company).items():
        inside = text + unescape(text)
        assert not re.search(r"<script|\son\w+=|javascript:", inside, re.IGNORECASE), name
        assert not re.search(r"""(?:href|src)=["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//""", inside), name
        if name.endswith(".html"):
            assert '<meta name="robots" content="noindex">' in text


def test_accessible_skeleton(company: Path) -> None:
    """Language, one main and one h1, headings without a gap, a title for each frame, a way past the head."""
    for name, text in build(company).items():
        if not name.endswith(".html"):
            continue
        page = Page(text)
        assert '<html lang="fr">' in text
        assert (page.tags.count("main"), page.tags.count("h1"), page.tags.count("title")) == (1, 1, 1)
        levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), name
        assert page.tags.count("iframe") == len(re.findall(r"<iframe title=\"[^\"]+\"", text))
        assert 'href="#contenu"' in text


def test_the_company_s_clients_stay_out(company: Path) -> None:
    """Its dossiers are never read: nothing of them is in any file."""
    dossier = company / "dossiers" / "exemple.yml"
    dossier.write_text(dossier.read_text(encoding="utf-8").replace("Boulangerie Martin SARL", SECRET), encoding="utf-8")
    build(company)
    assert not any(SECRET.encode() in data for data in tree(company / "public").values())


def test_the_fictitious_company_shows_nothing_of_ours(company: Path) -> None:
    """`--entreprise entreprise-fictive.yml`: the way to a public site."""
    path = company / "entreprise.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("Atelier Vasseur", "Maison Discrète"), encoding="utf-8")
    result = impayes("site", "--entreprise", "entreprise-fictive.yml", "--vers", "public")
    assert result.exit_code == 0
    assert not any("Maison Discrète".encode() in data for data in tree(company / "public").values())


def test_every_sample_bears_our_letterhead(company: Path) -> None:
    """Even those whose dossier has a creditor of its own."""
    finished("transport")
    letter = company / "modeles" / "transport" / "letter.yml"
    text = re.sub("^exige: .*$", "exige: [tiers.expediteur]", letter.read_text(encoding="utf-8"), flags=re.MULTILINE)
    letter.write_text(text, encoding="utf-8")
    path = company / "entreprise.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("Atelier Vasseur", "Menuiserie Aubry"), encoding="utf-8")
    files = build(company)
    samples = {name: text for name, text in files.items() if name.startswith("fichiers/")}
    assert any("-transport-" in name for name in samples)
    for text in samples.values():
        assert "Menuiserie Aubry" in text
        assert "Delaunay" not in text


def test_a_letter_no_sample_fits(company: Path) -> None:
    """It still has its page, which says why."""
    finished("rare")
    letter = company / "modeles" / "rare" / "letter.yml"
    text = letter.read_text(encoding="utf-8")
    exige = next(line for line in text.splitlines() if line.startswith("exige:"))
    letter.write_text(text.replace(exige, "exige: [creancier.site_web]"), encoding="utf-8")
    page = Page(build(company)["lettres/rare.html"])
    assert "complétez entreprise.yml : il manque creancier.site_web." in page.words
    letter.write_text(text.replace(exige, "exige: [transaction, devis, plan]"), encoding="utf-8")
    assert "Aucun dossier d’exemple ne convient" in Page(build(company)["lettres/rare.html"]).words


def test_same_bytes_and_no_leftover(company: Path) -> None:
    """Built twice, the same; a letter that is gone leaves nothing; a file of somebody else stays."""
    finished("maison")
    build(company)
    first = tree(company / "public")
    build(company)
    assert tree(company / "public") == first
    (company / "public" / "CNAME").write_text("lettres.example", encoding="utf-8")
    for path in (company / "modeles" / "maison").iterdir():
        path.unlink()
    build(company)
    assert not [name for name in tree(company / "public") if "maison" in name]
    assert (company / "public" / "CNAME").read_text(encoding="utf-8") == "lettres.example"


def test_another_folder_is_never_taken_over(company: Path) -> None:
    """A folder this command has not written is refused, whole."""
    before = tree(company)
    said = refused(1, "site", "--entreprise", "entreprise.yml", "--vers", "dossiers")
    assert "n'a pas été écrit par « impayes site »" in said
    assert_french(said)
    assert tree(company) == before


def test_simulation_writes_nothing(company: Path) -> None:
    """It says every file."""
    before = tree(company)
    result = impayes("site", "--entreprise", "entreprise.yml", "--vers", "public", "--simulation")
    assert "serait écrit : public/index.html" in result.stdout
    assert tree(company) == before


def test_mistakes_of_a_letter_stop_the_site(company: Path) -> None:
    """All of them, with their line, and not one page written."""
    for name, line in ((FIRST, "{{ inconnu }}"), (SECOND, "{{ autre_inconnu }}")):
        (company / "modeles" / name).mkdir()
        (company / "modeles" / name / "body.html.j2").write_text(f"<p>{line}</p>\n", encoding="utf-8")
    said = refused(3, "site", "--entreprise", "entreprise.yml", "--vers", "public")
    assert f"{FIRST}/body.html.j2:1:" in said
    assert f"{SECOND}/body.html.j2:1:" in said
    assert not (company / "public").exists()


def test_mistakes_of_the_company_stop_it_too(company: Path) -> None:
    """A logo that is not there, a file that does not exist."""
    path = company / "entreprise.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("logo-exemple", "absent"), encoding="utf-8")
    assert "creancier.logo" in refused(3, "site", "--entreprise", path, "--vers", "public")
    assert "introuvable" in refused(3, "site", "--entreprise", "nulle-part.yml", "--vers", "public")


@pytest.mark.parametrize(
    "options",
    [
        ["--entreprise", "entreprise.yml"],
        ["--vers", "public"],
        ["--entreprise", "entreprise.yml", "--vers", "public", "--construire"],
        ["--entreprise", "entreprise.yml", "--vers", "public", "--depot", "."],
    ],
)
def test_options_that_do_not_go_together(company: Path, options: list[str]) -> None:
    """The guide's options and the company's are two ways of using the command."""
    assert_french(refused(2, "site", *options).split("\n", 1)[1])
    assert not (company / "public").exists()


def test_the_date_of_the_samples(company: Path) -> None:
    """`--au` moves it; without it, that of the guide."""
    assert "21 novembre 2026" in build(company)["index.html"]
    assert "1 décembre" not in build(company)["index.html"]
    assert "1er décembre 2026" in build(company, "--au", "2026-12-01")["index.html"]
    assert AU == "2026-11-21"
