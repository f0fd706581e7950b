"""The guide: portable configuration, generated pages, worked examples, and the built site."""

import datetime as dt
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml

from generator.cli import cli
from generator.errors import Failure, InvalidInput
from generator.law import Law
from generator.letters import find_letters
from generator.loading import load_case
from generator.money import euros, plain_spaces
from generator.resources import builtin
from generator.site import dossier_page, pages
from generator.site.front_matter import REQUIRED, problems, read_front_matter
from generator.statement import Statement, build_statement
from tests.conftest import ROOT, case_data
from tests.site_guide import written

AU = dt.date(2026, 11, 21)
PORTABLE = {"search", "tags", "meta", "offline", "macros", "redirects"}
LETTERS = [x.id for x in find_letters((builtin("letters"),)) if not x.spec.brouillon]


class _Config(yaml.SafeLoader):
    """Reads `mkdocs.yml` as a data file: `!ENV [NAME, default]` is its default."""


_Config.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])


@pytest.fixture(scope="module")
def depot() -> Path:
    """A copy of what the guide is made of, with its generated pages written."""
    return written()


# ---------------------------------------------------------------- configuration


def test_the_configuration_stays_portable() -> None:
    """What other builders would ignore in silence must not be used (decision 0002)."""
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=_Config)
    names = {next(iter(plugin)) if isinstance(plugin, dict) else plugin for plugin in config["plugins"]}
    assert "hooks" not in config
    assert names <= PORTABLE
    assert config["strict"] is True
    assert config["use_directory_urls"] is False
    assert config["theme"]["font"] is False
    assert "navigation.instant" not in config["theme"]["features"]
    assert "stemmer" not in str(config["plugins"])
    assert config["site_url"] == config["repo_url"] == ""


def test_nothing_is_asked_of_a_third_party() -> None:
    """No address of another site in the overrides, the styles and the scripts."""
    for path in [
        *(ROOT / "overrides").rglob("*.html"),
        *(ROOT / "docs").rglob("*.css"),
        *(ROOT / "docs").rglob("*.js"),
    ]:
        if path.name != "textes.html":
            assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path.name


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_colours_are_readable(scheme: str) -> None:
    """Contrast AA (4.5) of every text colour on every ground, in both themes."""
    css = (ROOT / "docs" / "stylesheets" / "extra.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\n\}}', css, re.DOTALL)
    assert block
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))
    texts = ["md-typeset-color", "md-typeset-a-color", "encre-douce", "brun", "md-default-fg-color--light"]
    texts += ["coloration-nom", "coloration-texte", "coloration-nombre"]
    for text in texts:
        for ground in ("md-default-bg-color", "papier", "md-code-bg-color"):
            dark, light = sorted((_luminance(colours[text]), _luminance(colours[ground])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


# ---------------------------------------------------------------- hand-written pages


def test_every_page_has_its_front_matter(law: Law) -> None:
    written = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")}
    assert not list(problems(written, law))


@pytest.mark.parametrize(
    ("front", "fault"),
    [
        ("", "verifie_le : champ d'en-tête manquant"),
        ("verifie_le: hier\na_revoir_le: 2027-01-04\narticles: []\nfaits: []", "écrire une date"),
        (
            "verifie_le: 2026-11-21\na_revoir_le: 2027-01-04\narticles: [c-com-l441-1000]\nfaits: []",
            "registre des textes",
        ),
        ("verifie_le: 2026-11-21\na_revoir_le: 2027-01-04\narticles: []\nfaits: [35]", "par exemple F035"),
        ("verifie_le: 2026-11-21\narticles: [c-civ-1344] faits: []", "docs/x.md:3: en-tête illisible"),
        ("verifie_le: 2026-11-21\na_revoir_le: 2027-01-04\narticles: c-civ-1344\nfaits: []", "écrire une liste"),
    ],
)
def test_a_fault_of_front_matter_is_named(law: Law, front: str, fault: str) -> None:
    found = list(problems({Path("docs/x.md"): f"---\n{front}\n---\n\n# Titre\n"}, law))
    assert any(fault in sentence and "docs/x.md" in sentence for sentence in found)


def test_a_page_without_front_matter_stops_the_build(depot: Path, tmp_path: Path) -> None:
    root = tmp_path / "depot"
    shutil.copytree(depot, root)
    (root / "docs" / "nue.md").write_text("# Sans en-tête\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"nue\.md"):
        pages.build_pages(root, cli)


def _worked_examples() -> list[tuple[str, str, str]]:
    text = (ROOT / "docs" / "calcul.md").read_text(encoding="utf-8")
    sections = re.split(r"^##+ (.*)$", text, flags=re.MULTILINE)[1:]
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return [
        (title, block[1], body) for title, body in pairs if (block := re.search(r"```yaml\n(.*?)```", body, re.DOTALL))
    ]


@pytest.mark.parametrize(("title", "dossier", "body"), _worked_examples(), ids=lambda text: text.split("\n")[0][:30])
def test_worked_examples_of_the_rules(title: str, dossier: str, body: str, tmp_path: Path, law: Law) -> None:
    """Every line, amount and total printed on the page is what the engine computes."""
    short: dict[str, Any] = yaml.load(dossier, Loader=yaml.BaseLoader)
    data = case_data()
    data = {**data, **short, "debiteur": {**data["debiteur"], **short.get("debiteur", {})}}
    path = tmp_path / "dossier.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    statement = build_statement(load_case(path).case, law, AU)
    shown = plain_spaces(body)
    rows = [row for row in shown.splitlines() if row.startswith("| F-")]
    assert rows == [_row(line) for line in statement.lignes], title
    assert re.search(rf"Solde :[^.]*{re.escape(plain_spaces(euros(statement.totaux.solde)))}", shown)
    assert not statement.totaux.credit or plain_spaces(euros(statement.totaux.credit)) in shown


def _row(line: Any) -> str:
    cells = [
        line.facture,
        f"{line.du:%d/%m/%Y}",
        f"{line.au:%d/%m/%Y}",
        str(line.jours),
        line.formule,
        euros(line.montant),
    ]
    return plain_spaces("| " + " | ".join(cells) + " |")


def test_there_are_worked_examples() -> None:
    assert len(_worked_examples()) >= 11


def test_the_unknown_rate_sentence_is_the_real_one(tmp_path: Path, law: Law) -> None:
    path = tmp_path / "dossier.yml"
    path.write_text(yaml.safe_dump(case_data()), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        build_statement(load_case(path).case, law, dt.date(2027, 1, 15))
    quoted = (ROOT / "docs" / "calcul.md").read_text(encoding="utf-8").replace("\n> ", " ")
    assert plain_spaces(str(caught.value)) in quoted


def test_the_home_page_shows_real_figures(law: Law) -> None:
    case = load_case(ROOT / "examples" / "dossiers" / "2026-014.yml").case
    statement: Statement = build_statement(case, law, AU)
    home = plain_spaces((ROOT / "docs" / "index.md").read_text(encoding="utf-8"))
    totals = statement.totaux
    for amount in (totals.principal, totals.penalites, totals.indemnites, totals.solde):
        assert plain_spaces(euros(amount)) in home
    assert plain_spaces(statement.lignes[0].formule) in home
    assert f"{statement.lignes[0].jours} jours" in home


@pytest.mark.parametrize("letter", ["relance-avant-echeance", "relance-1", "relance-2", "mise-en-demeure"])
def test_the_path_of_the_home_page_is_that_of_the_letters(letter: str) -> None:
    days = next(x for x in find_letters((builtin("letters"),)) if x.id == letter).spec.proposer_des
    assert days is not None
    moment = "dès le lendemain" if days == 1 else f"{-days} jours avant" if days < 0 else f"après {days} jours"
    home = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    step = re.search(rf"lettres/{letter}\.html.*", home)
    assert step
    assert moment in step[0]


# ---------------------------------------------------------------- generated pages


@pytest.mark.parametrize("letter", LETTERS)
def test_each_letter_has_its_page(depot: Path, letter: str) -> None:
    text = (depot / "docs" / "lettres" / f"{letter}.md").read_text(encoding="utf-8")
    data = read_front_matter(text)
    assert all(name in data for name in REQUIRED)
    assert '<iframe class="apercu"' in text
    assert ".lettre-texte" in text
    for name in re.findall(r"\(fichiers/([^)]+)\)", text):
        assert (depot / "docs" / "lettres" / "fichiers" / name).stat().st_size > 500
    assert f"({letter}.md)" in (depot / "docs" / "lettres" / "index.md").read_text(encoding="utf-8")


def test_each_value_of_the_law_is_shown(depot: Path, law: Law) -> None:
    rates = (depot / "docs" / "taux.md").read_text(encoding="utf-8")
    texts = (depot / "docs" / "articles.md").read_text(encoding="utf-8")
    assert all(f"{{ #{article.id} }}" in texts for article in law.articles)
    for table in law.tables:
        assert table.libelle in rates or table.id in {
            "refinancement-bce", "interet-legal", "majoration-penalites", "plancher-penalites"
        }  # fmt: skip
    for half_year in ("12,40\u00a0%", "10,40\u00a0%", "8,25\u00a0%", "2,75\u00a0%", "6,84\u00a0%"):
        assert half_year in rates


def test_each_command_is_described(depot: Path) -> None:
    text = (depot / "docs" / "commandes.md").read_text(encoding="utf-8")
    for name in cli.list_commands(None):  # type: ignore[arg-type]
        assert f"## {name} {{" in text
    assert "Usage" not in text
    assert "--help" in text


def test_the_schemas_are_published(depot: Path) -> None:
    for path in (ROOT / "generator" / "schemas").glob("*.json"):
        assert json.loads((depot / "docs" / "schemas" / path.name).read_text()) == json.loads(path.read_text())


def test_a_field_without_a_meaning_stops_the_build(law: Law, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = yaml.safe_load(dossier_page.FIELDS.read_text(encoding="utf-8"))
    words["Payment"].pop("recu_le")
    words["Payment"]["recue_le"] = {"sens": "Faute.", "exemple": ""}
    path = tmp_path / "fields.yml"
    path.write_text(yaml.safe_dump(words), encoding="utf-8")
    monkeypatch.setattr(dossier_page, "FIELDS", path)
    with pytest.raises(InvalidInput) as caught:
        dossier_page.dossier_page(law, ())
    assert len(caught.value.problems) == 2


def test_a_letter_without_a_sample_stops_the_build(depot: Path, tmp_path: Path) -> None:
    root = tmp_path / "depot"
    shutil.copytree(depot, root)
    for path in (root / "examples" / "dossiers").glob("*.yml"):
        if "qualite: public" in path.read_text(encoding="utf-8"):
            path.unlink()
    with pytest.raises(Failure, match="mise-en-demeure-acheteur-public"):
        pages.build_pages(root, cli)


def test_pages_are_the_same_every_time(depot: Path) -> None:
    assert pages.build_pages(depot, cli) == pages.build_pages(depot, cli)


def test_the_page_of_a_removed_letter_goes_away(depot: Path, tmp_path: Path) -> None:
    root = tmp_path / "depot"
    shutil.copytree(depot, root)
    old = root / "docs" / "lettres" / "ancienne.md"
    old.write_text("# Ancienne\n", encoding="utf-8")
    pages.write_pages(root, pages.build_pages(root, cli))
    assert not old.exists()


def test_outside_a_checkout_the_command_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"mkdocs\.yml introuvable"):
        pages.build_pages(tmp_path, cli)


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Combien ? Oui : 1 200 €", "<p>Combien\u202f? Oui\u00a0: 1\u202f200\u00a0€</p>"),
        ("l'échéance « dépassée »", "<p>l’échéance «\u00a0dépassée\u00a0»</p>"),
        ("**gras** : suite", "<p><strong>gras</strong>\u00a0: suite</p>"),
        ("`a : b ?` c'est", "<p><code>a : b ?</code> c’est</p>"),
        ("    code : l'un ?", "<pre><code>code : l'un ?\n</code></pre>"),
    ],
)
def test_typography_of_the_pages(typed: str, set_: str) -> None:
    """No-break spaces and apostrophes in texts, never in code."""
    assert markdown.markdown(typed, extensions=["generator.site.markdown"]) == set_


def test_search_knows_accents_and_plurals() -> None:
    """The index holds every form a reader may type (the browser sends « mot* »)."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node manque : les formes indexées ne sont pas essayées")
    module = ROOT / "overrides/assets/javascripts/lunr/min/lunr.fr.min.js"
    asked = {
        "pénalité": {"penalite", "penalites", "pénalités"},
        "créancier": {"creancier", "creanciers"},
        "injonction": {"injonctions"},
        "principal": {"principaux"},
        "délais": {"delais"},
        "l441": {"l441"},
    }
    script = f"const fr = require({json.dumps(str(module))}); console.log(JSON.stringify({json.dumps(list(asked))}.map(fr.forms)))"
    found = json.loads(subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout)
    for forms, (word, wanted) in zip(found, asked.items(), strict=True):
        assert wanted <= set(forms), word
        assert len(forms) == len(set(forms))
