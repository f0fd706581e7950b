"""The pages of the guide that are written from data, before the site is built.

Nothing here is a plugin: the pages are plain Markdown, so that any builder can read them
(docs/decisions/0002). Adding a letter, a rate or a command changes no file of this folder.
"""

import json
from datetime import date
from pathlib import Path

import click

from generator.checklists import find_checklists
from generator.errors import Failure, InvalidInput
from generator.law import Law, load_law
from generator.letters import find_letters
from generator.resources import SAMPLE_DAY, builtin, package_file
from generator.site import cost_page, procedure_tables, thresholds, worked
from generator.site.author_page import author_page
from generator.site.checklist_pages import FILES as CHECKLIST_FILES
from generator.site.checklist_pages import checklist_files, checklist_index, checklist_page
from generator.site.command_page import command_page
from generator.site.decision import decision_page, load_graph
from generator.site.dossier_page import dossier_page
from generator.site.front_matter import problems
from generator.site.glossary import glossary_page, load_glossary
from generator.site.guide import Guide, read_guide
from generator.site.law_pages import articles_page, rates_page
from generator.site.letter_pages import FILES, Pair, gallery, letter_page, ordered
from generator.site.samples import read_examples, sample_for
from generator.writing import write_all

# Folders that hold generated files only: what is no longer generated is removed from them.
OWNED = ("docs/lettres", "docs/listes", "docs/que-faire", "docs/schemas")


def build_pages(root: Path, cli: click.Group, au: date = SAMPLE_DAY) -> dict[Path, bytes]:
    """Every generated file of the guide, by path; nothing is written.

    InvalidInput lists every fault of front matter at once, hand-written pages included.
    """
    if not (root / "mkdocs.yml").is_file():
        raise InvalidInput("mkdocs.yml introuvable : se placer à la racine du dépôt, ou donner --depot RÉPERTOIRE")
    law = load_law()
    docs = root / "docs"
    schemas = {path.stem: path.read_bytes() for path in sorted(package_file("schemas").glob("*.json"))}
    letters = ordered([x for x in find_letters((builtin("letters"),)) if not x.spec.brouillon])
    guide = read_guide(root, letters, find_checklists(), OWNED)
    examples = read_examples(root / "examples" / "dossiers", au)
    pairs = [(letter, sample_for(letter, examples)) for letter in guide.letters]
    texts = {
        **_letter_pages(root, pairs, guide, law),
        **_checklist_pages(root, guide, law),
        docs / "que-faire" / "index.md": decision_page(load_graph(), law, guide),
        docs / "outils" / "glossaire.md": glossary_page(load_glossary(), law, guide),
        docs / "justice" / "couts-et-delais.md": cost_page.render(law, au),
        docs / "outils" / "variables-des-modeles.md": author_page(law, examples, guide.letters),
        docs / "taux.md": rates_page(law, au),
        docs / "articles.md": articles_page(law),
        docs / "commandes.md": command_page(law, cli),
        docs / "dossier.md": dossier_page(law, tuple(schemas)),
    }
    pages = {path: text if isinstance(text, str) else "" for path, text in texts.items() if path.suffix == ".md"}
    _check(root, pages, law)
    files = {path: text.encode("utf-8") if isinstance(text, str) else text for path, text in texts.items()}
    files |= {docs / "schemas" / f"{name}.json": content for name, content in schemas.items()}
    files[root / "overrides" / "partials" / "textes.html"] = registry(law).encode("utf-8")
    return files


def write_pages(root: Path, files: dict[Path, bytes]) -> list[Path]:
    """Write the pages and remove those of letters that no longer exist; returns what was written."""
    written = write_all(files, overwrite=True)
    try:
        for folder in OWNED:
            for path in (root / folder).rglob("*"):
                if path.is_file() and path not in files:
                    path.unlink()
    except OSError as error:
        raise Failure(f"{error.filename} : ancienne page impossible à effacer") from None
    return written


def _letter_pages(root: Path, pairs: list[Pair], guide: Guide, law: Law) -> dict[Path, str | bytes]:
    folder = root / "docs" / "lettres"
    files: dict[Path, str | bytes] = {folder / "index.md": gallery(pairs, law)}
    for letter, sample in pairs:
        files[folder / f"{letter.id}.md"] = letter_page(letter, sample, guide, law)
        files |= {folder / FILES / f"{sample.stem}.{name}": content for name, content in sample.files.items()}
    return files


def _checklist_pages(root: Path, guide: Guide, law: Law) -> dict[Path, str | bytes]:
    folder = root / "docs" / "listes"
    files: dict[Path, str | bytes] = {folder / "index.md": checklist_index(guide.checklists, law)}
    for one in guide.checklists:
        downloads = checklist_files(one, law)
        files[folder / f"{one.id}.md"] = checklist_page(one, law, downloads, guide)
        files |= {folder / CHECKLIST_FILES / f"{one.id}.{form}": content for form, content in downloads.items()}
    return files


def _check(root: Path, generated: dict[Path, str], law: Law) -> None:
    written = {
        path: path.read_text(encoding="utf-8")
        for path in (root / "docs").rglob("*.md")
        if path not in generated and not any(path.is_relative_to(root / folder) for folder in OWNED)
    }
    pages = {path.relative_to(root): text for path, text in (written | generated).items()}
    faults = [
        *problems(pages, law),
        *worked.problems(pages),
        *procedure_tables.problems(pages),
        *thresholds.problems(pages),
    ]
    if faults:
        raise InvalidInput(faults)


def registry(law: Law) -> str:
    """The registry of texts as template data, for the foot of the pages."""
    texts = {
        article.id: {"court": article.court, "titre": article.titre, "objet": article.objet, "url": article.url or ""}
        for article in law.articles
    }
    data = json.dumps(texts, ensure_ascii=False, indent=1)
    return f"{{#- Écrit par « impayes site » depuis le registre des textes : ne pas modifier. -#}}\n{{% set textes = {data} %}}\n"
