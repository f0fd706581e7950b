"""`docs/listes/`: one page per checklist, with real boxes, and its files to download.

The boxes are plain HTML, not a Markdown task list: each has its own label, so that the whole
sentence can be clicked and read aloud. `listes.js` keeps what is ticked, and only that.
"""

from collections.abc import Sequence
from contextlib import suppress
from html import escape

from generator.checklists import Checklist, Point, tick, to_markdown
from generator.errors import MissingComponent
from generator.export.checklist_pdf import checklist_pdf
from generator.law import Law
from generator.site.front_matter import Check, front_matter
from generator.site.guide import Guide
from generator.site.words import size
from generator.typography import typography

FILES = "fichiers"
# A Markdown file inside docs/ would become a page: the browser gives it back its name.
MARKDOWN = ".md.txt"
# In the order of the guide: a list stands with the folder of its page. The last group takes the others.
GROUPS = {
    "Avant de vendre": ("prevenir",),
    "Relancer et mettre en demeure": ("relancer", "calculer", "mettre-en-demeure"),
    "S'accorder ou agir": ("s-accorder", "se-faire-aider", "justice"),
    "Selon le client": ("situations", "difficulte"),
    "Pour finir": ("lecons",),
}


def grouped(checklists: Sequence[Checklist]) -> dict[str, list[Checklist]]:
    """The lists by group; a group without list is left out."""
    last = list(GROUPS)[-1]
    folders = {folder: group for group, names in GROUPS.items() for folder in names}
    found: dict[str, list[Checklist]] = {group: [] for group in GROUPS}
    for one in checklists:
        found[folders.get((one.page or "").split("/")[0], last)].append(one)
    return {group: lists for group, lists in found.items() if lists}


def checklist_index(checklists: Sequence[Checklist], law: Law) -> str:
    """`listes/index.md`."""
    articles = tuple(dict.fromkeys(article for one in checklists for article in one.articles))
    facts = tuple(sorted({fact for one in checklists for fact in one.faits}))
    check = Check(
        min(one.verifie_le for one in checklists), min(one.a_revoir_le for one in checklists), articles, facts
    )
    groups = [
        f'## {group}\n\n<div class="cartes" markdown>\n\n' + "\n".join(_card(one) for one in lists) + "\n</div>\n"
        for group, lists in grouped(checklists).items()
    ]
    return "\n".join(
        [
            front_matter(check, title="Listes à cocher", description="Ce qu'il faut vérifier avant chaque étape.", hide=["navigation", "toc"]),
            "# Listes à cocher\n\nOuvrez une liste, cochez, reprenez plus tard. Vos coches restent sur cet appareil. "
            "Chaque liste s'imprime et se télécharge.\n{ .chapeau }\n",
            *groups,
            "## Avec un dossier\n\n`impayes` coche tout seul ce que le dossier prouve, et dit ce qui manque.\n\n"
            "```text\nimpayes checklist avant-la-mise-en-demeure --dossier dossiers/2026-014.yml\n```\n",
        ]
    )  # fmt: skip


def _card(one: Checklist) -> str:
    return (
        f'<div class="carte" markdown>\n\n### [{one.titre}]({one.id}.md)\n\n{one.resume}\n\n'
        f'<p class="carte__pied">{typography(_count(one))}</p>\n\n</div>\n'
    )


def _count(one: Checklist) -> str:
    must = sum(point.bloquant for point in one.points)
    points = f"{len(one.points)} point{'s' if len(one.points) > 1 else ''}"
    return f"{points}, dont {must} indispensable{'s' if must > 1 else ''}" if must else points


def checklist_files(one: Checklist, law: Law) -> dict[str, bytes]:
    """What can be downloaded, by extension; no PDF on a machine without Pango."""
    files = {}
    with suppress(MissingComponent):  # `impayes diagnostic` says what is missing
        files["pdf"] = checklist_pdf(one, tick(one, None, None, law), law)
    return {**files, MARKDOWN.removeprefix("."): to_markdown(one, law).encode("utf-8")}


def checklist_page(one: Checklist, law: Law, files: dict[str, bytes], guide: Guide) -> str:
    """`listes/<id>.md`."""
    check = Check(one.verifie_le, one.a_revoir_le, one.articles, one.faits)
    letters = guide.letters_of(one.id)
    more = [f"- La page du guide : [{title}](../{path})" for path, title in guide.pages_of(one.page)]
    more += [f"- La lettre : [{title}](../lettres/{letter}.md)" for letter, title in letters]
    return "\n".join(
        [
            front_matter(check, title=one.titre, description=one.resume, hide=["navigation", "toc"]),
            '<p class="fil"><a href="index.html">Toutes les listes</a></p>\n',
            f"# {one.titre}\n\n{one.resume}\n{{ .chapeau }}\n",
            _boxes(one, law),
            _downloads(one, files),
            "## Avec un dossier\n\n`impayes` coche tout seul ce que le dossier prouve. Il refuse d'aller plus loin "
            "tant qu'un point indispensable reste ouvert.\n\n"
            f"```text\nimpayes checklist {one.id} --dossier dossiers/2026-014.yml\n```\n",
            "## Ensuite\n\n" + "\n".join(more) + "\n" if more else "",
        ]
    )


def _boxes(one: Checklist, law: Law) -> str:
    points = "\n".join(_point(point, law) for point in one.points)
    # On one block without blank lines: Markdown leaves it as it is.
    return (
        f'<div class="liste" data-liste="{one.id}">\n<fieldset>\n<legend>{_text(_count(one))}</legend>\n'
        f"{points}\n</fieldset>\n"
        '<div class="liste__outils" hidden>\n<p class="liste__etat" role="status" aria-live="polite"></p>\n'
        '<button type="button" class="md-button liste__vider">Tout décocher</button>\n'
        '<button type="button" class="md-button liste__imprimer">Imprimer</button>\n</div>\n</div>\n'
    )


def _point(point: Point, law: Law) -> str:
    box, why = f"point-{point.id}", f"pourquoi-{point.id}"
    must = ' <strong class="liste__indispensable">Indispensable</strong>' if point.bloquant else ""
    links = ", ".join(
        f'<a href="../articles.html#{name}">{_text(law.article(name).court)}</a>' for name in point.articles
    )
    proof = ' <span class="liste__dossier">Se coche seul avec un dossier.</span>' if point.verifie_par else ""
    return (
        f'<div class="liste__point"><input type="checkbox" id="{escape(box)}" name="{escape(point.id)}" aria-describedby="{escape(why)}">'
        f'<div><label for="{escape(box)}">{_text(point.texte)}{must}</label>'
        f'<p id="{escape(why)}">{_text(point.pourquoi)}{f" ({links})" if links else ""}{proof}</p></div></div>'
    )


def _downloads(one: Checklist, files: dict[str, bytes]) -> str:
    names = {"pdf": "PDF à remplir", MARKDOWN.removeprefix("."): "Markdown, pour vos notes"}
    rows = [
        f'- [{names[form]}]({FILES}/{one.id}.{form}){{ download="{one.id}.{form.removesuffix(".txt")}" }} '
        f'<span class="poids">{form.removesuffix(".txt").upper()}, {size(len(content))}</span>'
        for form, content in files.items()
    ]
    return '## Télécharger\n\n<div class="telecharger" markdown>\n\n' + "\n".join(rows) + "\n\n</div>\n"


def _text(text: str) -> str:
    return escape(typography(text), quote=False)
