"""`docs/justice/couts-et-delais.md`: what each procedure costs and how long it leaves, from `couts.yml`.

A tariff changes more often than the text of a page: it is edited in one place, with the date and
the sources it was read in. A delay that a law table holds is read there, never typed twice.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from generator.errors import InvalidInput
from generator.fields import AmountOrZero, Block, Day, Text
from generator.law import Law
from generator.loading import validate
from generator.money import euros
from generator.site.front_matter import Check, front_matter
from generator.site.law_pages import amount
from generator.site.words import cell, citations, day
from generator.yaml_text import read_yaml

DATA = Path(__file__).parent / "couts.yml"
UP = "../"  # from docs/justice/ to the registry of texts
FREE = "rien à payer"
Confidence = Literal["haute", "moyenne", "basse"]
# What a reader sees of the confidence: beside the amount or the delay, so that no doubtful figure stands alone.
DOUBTS = {"haute": "", "moyenne": "<br>à vérifier", "basse": "<br>**incertain**"}


class Origin(Block):
    """Where a cost was read."""

    texte: Text
    url: Text | None = None


class Procedure(Block):
    """A section of the page, and the page of the guide that explains it."""

    id: Text
    titre: Text
    page: Text


class Entry(Block):
    """What every line says: the procedure it belongs to."""

    procedure: Text


class Cost(Entry):
    """One expense: an amount, a range, or words when no amount is known."""

    poste: Text
    montant: Text | None = None
    min: AmountOrZero | None = None
    max: AmountOrZero | None = None
    unite: Literal["EUR", "EUR HT", "EUR TTC"] | None = None
    etat_le: Day
    confiance: Confidence
    sources: tuple[Origin, ...] = Field(min_length=1)
    note: Text | None = None


class Delay(Entry):
    """One time limit: in words (`delai`), or read in a law table (`table`, `cle`, on the day `au`)."""

    etape: Text
    delai: Text | None = None
    table: Text | None = None
    cle: Text | None = None
    au: Day | None = None
    depart: Text
    articles: tuple[Text, ...] = ()
    textes: Text | None = None
    confiance: Confidence = "haute"
    note: Text | None = None


class Costs(Block):
    """The whole of `couts.yml`."""

    verifie_le: Day
    a_revoir_le: Day
    articles: tuple[Text, ...] = ()
    faits: tuple[Text, ...] = ()
    procedures: tuple[Procedure, ...]
    couts: tuple[Cost, ...]
    delais: tuple[Delay, ...]


def render(law: Law, on: date, data: Path = DATA) -> str:
    """The page, front matter included. InvalidInput lists what is wrong in the data file."""
    costs = read_costs(data)
    names = dict.fromkeys([*costs.articles, *(name for delay in costs.delais for name in delay.articles)])
    check = Check(costs.verifie_le, costs.a_revoir_le, tuple(names), costs.faits)
    description = "Ce que coûte chaque procédure et le temps qu'elle laisse, avec la date et la source."
    return "\n".join(
        [
            front_matter(check, title="Coûts et délais", description=description),
            INTRODUCTION.format(frais=citations(law, ["cpce-l111-8"], UP)),
            *(_section(law, procedure, costs, on) for procedure in costs.procedures),
            END,
        ]
    )


def read_costs(path: Path) -> Costs:
    """The checked content of a data file."""
    source = read_yaml(path)
    costs = validate(Costs, source.data, source.marks)
    faults = list(_faults(costs))
    if faults:
        raise InvalidInput(f"{path.name}: {fault}" for fault in faults)
    return costs


def _faults(costs: Costs) -> Iterable[str]:
    known = {procedure.id for procedure in costs.procedures}
    entries: list[tuple[Entry, str]] = [(cost, cost.poste) for cost in costs.couts]
    for entry, name in [*entries, *((delay, delay.etape) for delay in costs.delais)]:
        if entry.procedure not in known:
            yield f"« {name} » : procédure « {entry.procedure} » inconnue"
    for cost in costs.couts:
        if (cost.montant is None) == (cost.min is None or cost.max is None):
            yield f"« {cost.poste} » : écrire montant, ou min et max"
        if cost.unite is None and (cost.montant is None or _number(cost.montant) is not None):
            yield f"« {cost.poste} » : dire l'unité du montant"
    for delay in costs.delais:
        if (delay.delai is None) == (delay.table is None):
            yield f"« {delay.etape} » : écrire delai, ou table et cle"


def _section(law: Law, procedure: Procedure, costs: Costs, on: date) -> str:
    expenses = [_cost_row(cost) for cost in costs.couts if cost.procedure == procedure.id]
    delays = [_delay_row(law, delay, on) for delay in costs.delais if delay.procedure == procedure.id]
    parts = [f"## {procedure.titre} {{ #{procedure.id} }}\n"]
    if expenses:
        parts += ["| Ce que vous payez | Montant | État au | Source |\n|---|--:|--:|---|", *expenses, ""]
    if delays:
        parts += ["| Étape | Délai | À partir de | Texte |\n|---|--:|---|---|", *delays, ""]
    return "\n".join([*parts, f"Voir la page [{procedure.titre}]({procedure.page}).\n"])


def _cost_row(cost: Cost) -> str:
    sources = " ; ".join(f"[{x.texte}]({x.url})" if x.url else x.texte for x in cost.sources)
    note = f" {cost.note}" if cost.note else ""
    return f"| {cell(cost.poste)} | {_price(cost)}{_doubt(cost)} | {day(cost.etat_le)} | {cell(f'{sources}.{note}')} |"


def _doubt(cost: Cost) -> str:
    """« À demander » is not a figure to check; an uncertain one is always said to be so."""
    words = cost.montant is not None and not any(character.isdigit() for character in cost.montant)
    return "" if words and cost.confiance != "basse" else DOUBTS[cost.confiance]


def _price(cost: Cost) -> str:
    suffix = (cost.unite or "").removeprefix("EUR")
    if cost.min is not None and cost.max is not None:
        return f"de {euros(cost.min)} à {euros(cost.max)}{suffix}"
    value = _number(cost.montant or "")
    if value is None:
        return cell(cost.montant or "")
    return f"{euros(value)}{suffix}" if value else FREE


def _number(text: str) -> Decimal | None:
    """`25.79` as an amount; None for words such as « à demander »."""
    try:
        return Decimal(text) if text[:1].isdigit() else None
    except ArithmeticError:
        return None


def _delay_row(law: Law, delay: Delay, on: date) -> str:
    length = delay.delai or ""
    if delay.table:
        value = law.value(delay.table, delay.au or on, delay.cle)
        length = amount(value.valeur, law.table(delay.table).unite)
    texts = " ; ".join(part for part in (citations(law, delay.articles, UP), delay.textes or "") if part)
    note = f" {delay.note}" if delay.note else ""
    doubt = DOUBTS[delay.confiance]
    return f"| {cell(delay.etape)} | {cell(length)}{doubt} | {cell(delay.depart)} | {cell(f'{texts}.{note}')} |"


INTRODUCTION = """# Coûts et délais

Ce que vous avancez et le temps que chaque étape vous laisse. Chaque montant a une date et une source : vérifiez-le avant de payer.
{{ .chapeau }}

- **Incertain** : nos sources se contredisent, ou nous n'avons pas trouvé le texte. Ne décidez pas sur ce chiffre.
- **À vérifier** : une seule source, ou une source secondaire.
- « Signifier » veut dire : faire remettre un acte par un commissaire de justice.

Sans titre, vos frais de recouvrement restent en principe à votre charge ({frais}). Les tarifs des greffes et des commissaires
de justice ont été revus en 2026 : demandez toujours le montant du jour.
"""

END = """## Corriger un montant

Un tarif a changé ? Modifiez `generator/site/couts.yml` avec la date et la source, puis lancez `impayes site`.

## Ensuite

- [Choisir la procédure](index.md)
- [À quel tribunal s'adresser](tribunaux.md)
- [Taux, délais et seuils](../taux.md)
"""
