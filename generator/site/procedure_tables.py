"""The tables of the routes: costs, time limits, endings, documents… written once, in `generator/court/procedures`.

The cost page shows them all; a page of the guide shows one with a fenced block, empty:

    ``` procedure injonction-de-payer delais
    ```
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from generator.court.costs import price
from generator.court.places import places
from generator.court.procedure_blocks import Cost, Delay, Procedure, number
from generator.court.procedures import procedure_files, routes
from generator.errors import InvalidInput
from generator.law import Law, load_law
from generator.money import euros
from generator.resources import SAMPLE_DAY
from generator.site.words import cell, citations, day
from generator.site.worked import blocks
from generator.thresholds import fill

UP = "../"  # from a page of a folder of docs/ to the registry of texts
NAME = "procedure"
# What a reader sees of the confidence: beside the amount or the delay, so that no doubtful figure stands alone.
DOUBTS = {"haute": "", "moyenne": "<br>à vérifier", "basse": "<br>**incertain**"}
COURTS = "tribunaux"  # not a route: what `tribunaux.yml` says


def costs(law: Law, found: Iterable[Procedure], on: date) -> str:
    """What is paid: one row per expense."""
    rows = [_cost_row(law, c, on) for c in sorted((c for one in found for c in one.couts), key=lambda c: c.rang)]
    head = "| Ce que vous payez | Montant | État au | Source |\n|---|--:|--:|---|"
    return "\n".join([head, *dict.fromkeys(rows)]) if rows else ""


def delays(law: Law, found: Iterable[Procedure], on: date) -> str:
    """How long each step leaves: one row per time limit."""
    pairs = sorted(((one, d) for one in found for d in one.delais), key=lambda pair: pair[1].rang)
    rows = [_delay_row(law, one, delay, on) for one, delay in pairs]
    head = "| Étape | Délai | À partir de | Texte |\n|---|--:|---|---|"
    return "\n".join([head, *dict.fromkeys(rows)]) if rows else ""


def periods(law: Law, found: Iterable[Procedure], on: date) -> str:
    """The rules of each period side by side: one row per time limit that has several."""
    one = next(iter(found))
    by_rank: dict[int, dict[str, Delay]] = {}
    for delay in one.delais:
        if delay.regime:
            by_rank.setdefault(delay.rang, {})[delay.regime] = delay
    shown = sorted(one.regimes, key=lambda period: period.day)
    head = f"| Point | {' | '.join(cell(period.titre) for period in shown)} |\n|---{'|---' * len(shown)}|"
    rows = []
    for group in by_rank.values():
        newest = group.get(shown[-1].id) or next(iter(group.values()))
        cells = [_length(law, group[p.id], p.day) if p.id in group else "–" for p in shown]
        rows.append(f"| {cell(_topic(newest))} | {' | '.join(cells)} |")
    return "\n".join([head, *rows])


def _topic(delay: Delay) -> str:
    """« Signifier une ordonnance rendue depuis… » -> « Signifier une ordonnance »: the column says the rest."""
    return re.sub(r" rendue (?:depuis|avant) .*", "", delay.etape)


def _length(law: Law, delay: Delay, on: date) -> str:
    return (
        f"{cell(delay.length(law, on))}, depuis {cell(delay.depart)}"
        if delay.table or _dated(delay)
        else cell(delay.delai or "")
    )


def _dated(delay: Delay) -> bool:
    return any(character.isdigit() for character in delay.delai or "")


def endings(law: Law, found: Iterable[Procedure], on: date) -> str:
    """What ends the route, and what then."""
    rows = [f"| {cell(e.evenement)} | {cell(fill(e.effet, law, on))} |" for one in found for e in one.issue]
    return "\n".join(["| Événement | Effet |\n|---|---|", *dict.fromkeys(rows)])


def documents(law: Law, found: Iterable[Procedure], on: date) -> str:
    """The documents to bring, the indispensable ones said so."""
    rows = [f"- {p.texte}{' (indispensable)' if p.bloquant else ''}." for one in found for p in one.pieces]
    return "\n".join(dict.fromkeys(rows))


def forms(law: Law, found: Iterable[Procedure], on: date) -> str:
    """Official forms and whether they must be used."""
    rows = [
        f"| {cell(f.numero).replace('*', chr(92) + '*')} | {cell(f.objet)} | {cell(f.notice or '–')} | {'oui' if f.obligatoire else 'non'} |"
        for one in found
        for f in one.formulaires
    ]
    return "\n".join(["| Formulaire | Pour | Notice | Obligatoire |\n|---|---|---|---|", *dict.fromkeys(rows)])


def economic_courts(law: Law, found: Iterable[Procedure], on: date) -> str:
    """The tribunaux des activités économiques, with the dates of the trial."""
    tae = places().tae
    towns = ", ".join(tae.villes[:-1]) + f" et {tae.villes[-1]}"
    return (
        f"Du {day(tae.depuis)} au {day(tae.jusqu_au)}, {len(tae.villes)} tribunaux de commerce portent ce nom "
        f"({citations(law, tae.articles, UP)}) : {towns}."
    )


Table = Callable[[Law, Sequence[Procedure], date], str]
# part of a block -> what it shows
PARTS: dict[str, Table] = {
    "couts": costs,
    "delais": delays,
    "regimes": periods,
    "fin": endings,
    "pieces": documents,
    "formulaires": forms,
    "liste": economic_courts,
}


def render(options: str, line: int = 1) -> str:
    """The Markdown of one block; InvalidInput says what is wrong with it, and at which line."""
    name, _, part = options.partition(" ")
    known = {one.id: [one] for one in routes()}
    for one in procedure_files():
        # A file that several share shows its own rows and theirs.
        known.setdefault(one.id, section(one.id) or [one])
    known[COURTS] = []
    if name not in known or part not in PARTS or (name == COURTS) != (part == "liste"):
        raise InvalidInput(
            f"ligne {line} : écrire « ``` procedure VOIE PARTIE » ; voies : {', '.join(known)} ; parties : {', '.join(PARTS)}"
        )
    shown = PARTS[part](load_law(), known[name], SAMPLE_DAY)
    if not shown:
        raise InvalidInput(f"ligne {line} : la voie « {name} » n'a rien à montrer pour « {part} »")
    return shown


def section(section_id: str) -> list[Procedure]:
    """The files whose rows belong to a section, its own first."""
    return sorted((one for one in procedure_files() if one.section == section_id), key=lambda one: one.id != section_id)


def expand(lines: Sequence[str]) -> list[str]:
    """The page with every block replaced by its table; InvalidInput names the line."""
    result: list[str] = []
    done = 0
    for block in blocks(lines, NAME):
        shown = render(block.options, block.start + 1)
        result += [
            *lines[done : block.start],
            *(f"{block.indent}{row}".rstrip() for row in ["", *shown.splitlines(), ""]),
        ]
        done = block.end + 1
    return [*result, *lines[done:]]


def problems(pages: Mapping[Path, str]) -> Iterator[str]:
    """One sentence per faulty block of these pages (by path)."""
    for path, text in sorted(pages.items()):
        if f" {NAME} " not in text:
            continue
        for block in blocks(text.splitlines(), NAME):
            try:
                render(block.options, block.start + 1)
            except InvalidInput as error:
                yield from (f"{path}: {problem}" for problem in error.problems)


def _cost_row(law: Law, cost: Cost, on: date) -> str:
    sources = " ; ".join(f"[{x.texte}]({x.url})" if x.url else x.texte for x in cost.sources)
    scale = f" {_scale(cost)}" if cost.tranches else ""
    note = f" {fill(cost.note, law, on)}" if cost.note else ""
    amount = number(cost.montant or "")
    shown = price(cost.min if amount is None else amount, cost.max if amount is None else amount, cost)
    doubt = (
        ""
        if not any(c.isdigit() for c in cost.montant or "0") and cost.confiance != "basse"
        else DOUBTS[cost.confiance]
    )
    return f"| {cell(cost.poste)} | {cell(shown)}{doubt} | {day(cost.etat_le)} | {cell(f'{sources}.{scale}{note}')} |"


def _scale(cost: Cost) -> str:
    """« Multiplié par 0,5 jusqu'à 128 €, par 1 jusqu'à 1 280 €, par 2 au-delà. »"""
    parts = [
        f"par {f'{s.coefficient.normalize():f}'.replace('.', ',')} "
        + (f"jusqu'à {euros(s.jusqu_a).replace(',00', '')}" if s.jusqu_a else "au-delà")
        for s in cost.tranches
    ]
    return f"Multiplié {', '.join(parts)}."


def _delay_row(law: Law, one: Procedure, delay: Delay, on: date) -> str:
    period = next((p for p in one.regimes if p.id == delay.regime), None)
    length = delay.length(law, period.day if period else on)
    texts = citations(law, delay.articles, UP)
    note = fill(delay.note, law, on) if delay.note else ""
    last = ". ".join(part for part in (texts, note) if part)
    last = last if last.endswith(".") else f"{last}."
    return f"| {cell(fill(delay.etape, law, on))} | {cell(length)}{DOUBTS[delay.confiance]} | {cell(delay.depart)} | {cell(last)} |"
