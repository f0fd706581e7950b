"""`docs/outils/variables-des-modeles.md`: everything a template can read, generated from the program.

The names come from the models, the meanings from `variables.yml`, the results from rendering
each example on a sample dossier: the page cannot promise what a template would not get.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.case import Case
from generator.errors import InvalidInput
from generator.languages import ENGLISH, FRENCH
from generator.law import Law
from generator.letters import SHARED, Letter
from generator.limitation import Limitation
from generator.loading import LoadedCase
from generator.notices import Notice
from generator.plan import InstalmentProgress, PlanProgress
from generator.proceedings import ClaimDeadlines
from generator.refusals import refusal_files, shared_refusals
from generator.render import template_context
from generator.resources import builtin
from generator.site.front_matter import check_of, front_matter
from generator.site.samples import Example, fits
from generator.site.words import cell
from generator.statement import InvoiceStatement, Line, PenaltyDue, Statement, Totals
from generator.templates import environment_for, run_text

MEANINGS = Path(__file__).parent / "variables.yml"
# Each object a template meets, with the path that leads to it and a title.
OBJECTS: dict[type, tuple[str, str]] = {
    Statement: ("decompte", "Le décompte"),
    InvoiceStatement: ("decompte.echues, decompte.factures", "Une facture du décompte"),
    Totals: ("decompte.totaux, decompte.exigible", "Des totaux"),
    Line: ("decompte.lignes", "Une ligne d'intérêts"),
    PlanProgress: ("decompte.suivi_plan", "Le suivi d'un plan signé"),
    InstalmentProgress: ("decompte.suivi_plan.echeances", "Un versement du plan"),
    PenaltyDue: ("decompte.clause_penale", "Une clause pénale"),
    ClaimDeadlines: ("decompte.delais_procedure", "Les délais d'une procédure collective"),
    Limitation: ("decompte.prescription", "La prescription"),
    Notice: ("decompte.avertissements", "Un avertissement"),
}
Entry = dict[str, str]
INTRODUCTION = """# Ce qu'un modèle peut écrire

Chaque variable, chaque filtre et chaque bloc commun, avec un exemple calculé sur le dossier `{reference}`.
{{ .chapeau }}

Une variable mal écrite arrête la lettre, avec le fichier, la ligne et le mot. `impayes modeles verifier` les trouve toutes
d'un coup. Un champ facultatif peut manquer : entourez-le de `{{% if … %}}`. Pour apprendre à adapter une lettre, lisez
d'abord [Adapter les lettres](adapter-les-modeles.md).
"""


def author_page(law: Law, examples: Sequence[Example], letters: Sequence[Letter]) -> str:
    """The page, evaluated on one of the `examples`. InvalidInput when the words and the program disagree."""
    loaded, statement, letter = _richest(examples, letters)
    words = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))
    macros = _macros()
    context = template_context(letter, loaded.case, statement, law)
    faults = [
        *_faults("contexte", words["contexte"], set(context) - set(Case.model_fields)),
        *_faults("filtres", words["filtres"], {*FRENCH.filtres, *ENGLISH.filtres}),
        *_faults("blocs", words["blocs"], set(macros)),
        *_faults("objets", words["objets"], {kind.__name__ for kind in OBJECTS}),
    ]
    for kind in OBJECTS:
        faults += _faults(kind.__name__, words["objets"].get(kind.__name__, {}), set(members(kind)))
    if faults:
        raise InvalidInput(faults)

    def evaluate(entry: Entry) -> str:
        if not entry["exemple"]:
            return "| | |"
        text = run_text(environment, f"{{{{ {entry['exemple']} }}}}", context, MEANINGS.name)
        return f"| {_code(entry['exemple'])} | {cell(text)} |"

    environment = environment_for((builtin("letters"),), "fr")
    sections = [
        front_matter(
            check_of(law, letter.spec.articles),
            title="Ce qu'un modèle peut écrire",
            description="Chaque variable, filtre et bloc des modèles de lettres, avec un exemple exact.",
        ),
        INTRODUCTION.format(reference=loaded.case.reference),
        "## Le dossier\n\nTous les champs du dossier s'écrivent par leur nom : `{{ creancier.nom }}`, `{{ debiteur.nom }}`, "
        f"`{{{{ conditions.delai }}}}`… La page [Le dossier](../dossier.md) les donne tous. À la racine : "
        f"{', '.join(f'`{name}`' for name in Case.model_fields)}.\n",
        "## Autour du dossier\n\n" + _table("Variable", words["contexte"], evaluate),
    ]
    for kind, (path, title) in OBJECTS.items():
        where = ", ".join(f"`{name}`" for name in path.split(", "))
        sections.append(f"### {title} {{ #{kind.__name__.lower()} }}\n\nDans {where}.\n\n"
                        + _table("Champ", words["objets"][kind.__name__], evaluate))  # fmt: skip
    sections += [
        "## Les filtres\n\nUne lettre en anglais écrit ses sommes et ses dates en anglais, avec les mêmes filtres. Ceux de Jinja "
        "(`selectattr`, `map`, `sort`, `sum`, `length`, `join`, `first`, `last`…) sont là aussi.\n\n"
        + _table("Filtre", words["filtres"], evaluate),
        '## Les blocs communs\n\nÀ importer par `{% import "_commun/blocs.html.j2" as blocs with context %}`.\n\n'
        "| Bloc | Ce qu'il écrit |\n|---|---|",
        "\n".join(f"| `blocs.{signature}` | {cell(words['blocs'][name])} |" for name, signature in macros.items()),
        "\n" + _refusals(),
    ]
    return "\n".join(sections) + "\n"


def _refusals() -> str:
    """The table of the refusals a `letter.yml` names instead of writing them."""
    refusals = shared_refusals(refusal_files((builtin("letters"),)))
    rows = "\n".join(f"| `{name}` | {cell(refusal.phrase)} |" for name, refusal in refusals.items())
    return (
        "## Les refus communs\n\nÀ nommer sous `refuse_si:` de `letter.yml`, un par ligne : `- procedure-collective`. Le premier "
        f"qui s'applique arrête la lettre et dit sa phrase.\n\n| Nom | Ce qu'il dit |\n|---|---|\n{rows}"
    )


def _richest(examples: Sequence[Example], letters: Sequence[Letter]) -> tuple[LoadedCase, Statement, Letter]:
    """The example that shows the most, with a French letter that it accepts and that sets a date."""

    def shows(example: Example) -> tuple[bool, bool, int]:
        statement = example[1]
        credited = len(statement.echues) > 1 and bool(statement.echues[1].avoirs)
        return credited, len(statement.taux_successifs) > 1, len(statement.lignes)

    loaded, statement = max(examples, key=shows)
    letter = next(
        letter
        for letter in letters
        if letter.spec.langue == "fr" and letter.spec.delai_reponse_jours and fits(letter, loaded, statement)
    )
    return loaded, statement, letter


def members(kind: type) -> Iterator[str]:
    """What a template may read of an object: its fields, then its properties."""
    assert is_dataclass(kind)
    yield from (field.name for field in fields(kind))
    yield from (name for name, value in vars(kind).items() if isinstance(value, property))


def _faults(section: str, written: dict[str, Any], actual: set[str]) -> list[str]:
    return [f"{MEANINGS.name}: {section}.{name} : à décrire" for name in sorted(actual - set(written))] + [
        f"{MEANINGS.name}: {section}.{name} : n'existe pas dans le programme" for name in sorted(set(written) - actual)
    ]


def _code(text: str) -> str:
    """Code in a cell: between backticks a bar does not start a new one, and a backslash would show."""
    return f"`{text}`"


def _table(head: str, entries: dict[str, Entry], evaluate: Any) -> str:
    rows = (f"| `{name}` | {cell(entry['sens'])} {evaluate(entry)}" for name, entry in entries.items())
    return "\n".join([f"| {head} | Sens | Exemple | Résultat |\n|---|---|---|---|", *rows, ""])


def _macros() -> dict[str, str]:
    """The shared macros and their signatures, in the order of the file."""
    source = (builtin("letters") / SHARED / "blocs.html.j2").read_text(encoding="utf-8")
    return {found[1]: f"{found[1]}({found[2]})" for found in re.finditer(r"{% macro (\w+)\((.*?)\)", source)}
