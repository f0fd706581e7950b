"""What a route costs in a dossier: the amounts that apply, and those a company has read for itself.

`couts.yml` beside `entreprise.yml` replaces an expense of the product by its route and its id: a tariff the company
has read at its own registry is worth more than a range.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from generator.court.conditions import Facts, courts
from generator.court.places import places
from generator.court.procedure_blocks import Confidence, Cost, Origin, Procedure, number
from generator.errors import InvalidInput
from generator.fields import AmountOrZero, Block, Day, Text
from generator.loading import field_name, locate, validate
from generator.money import cents, euros
from generator.yaml_text import read_yaml

FILE = "couts.yml"
FREE = "rien à payer"


class CostChange(Block):
    """One expense as the company knows it: an amount or a range, with its day and its source."""

    procedure: Text
    id: Text
    montant: AmountOrZero | None = None
    min: AmountOrZero | None = None
    max: AmountOrZero | None = None
    unite: Literal["EUR", "EUR HT", "EUR TTC"] = "EUR"
    etat_le: Day
    source: Text
    note: Text | None = None


class CompanyCosts(Block):
    """`couts.yml` of a company."""

    couts: tuple[CostChange, ...]


@dataclass(frozen=True)
class Expense:
    """One expense of a dossier: `minimum` and `maximum` in euros (`unite` says HT or TTC), None when unknown."""

    id: str
    poste: str
    minimum: Decimal | None
    maximum: Decimal | None
    unite: str | None
    mots: str
    confiance: Confidence
    cout: Cost


def read_company_costs(company_path: Path | None) -> tuple[CostChange, ...]:
    """The company's `couts.yml`; empty when it has none. InvalidInput lists its mistakes with their lines."""
    from generator.court.procedures import routes

    path = company_path.parent / FILE if company_path else None
    if path is None or not path.is_file():
        return ()
    source = read_yaml(path)
    found = validate(CompanyCosts, source.data, source.marks).couts
    known = {one.id: {cost.id for cost in one.couts} for one in routes()}
    problems = []
    for index, change in enumerate(found):
        for name, sentence in _mistakes(change, known):
            file, line, column = locate(("couts", index, name), source.marks)
            problems.append(f"{file}:{line}:{column}: {field_name(('couts', index, name))} : {sentence}")
    if problems:
        raise InvalidInput(problems)
    return found


def _mistakes(change: CostChange, known: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    if change.procedure not in known:
        yield "procedure", _unknown("voie", change.procedure, known)
    elif change.id not in known[change.procedure]:
        yield "id", _unknown("poste", change.id, known[change.procedure])
    if (change.montant is None) == (change.min is None or change.max is None):
        yield "montant", "écrire montant, ou min et max"
    elif change.min is not None and change.max is not None and change.min > change.max:
        yield "min", "min dépasse max : les échanger"


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" (vouliez-vous dire « {close[0]} » ?)" if close else f" (connus : {', '.join(names)})"
    return f"{what} « {name} » : nom inconnu{hint}"


def expenses(procedure: Procedure, facts: Facts, changes: Iterable[CostChange] = ()) -> tuple[Expense, ...]:
    """The expenses of a route for this dossier, the company's amounts first."""
    changed = {change.id: change for change in changes if change.procedure == procedure.id}
    return tuple(
        _expense(_changed(cost, changed[cost.id]) if cost.id in changed else cost, facts)
        for cost in procedure.couts
        if _due(cost, procedure, facts)
    )


def may_lead_to(tribunal: str, procedure: Procedure, facts: Facts) -> bool:
    """Whether the route may be heard by this court: an unknown court rules out nothing."""
    juge = procedure.tribunal.juge if procedure.tribunal else "aucun"
    if juge in ("commerce", "judiciaire") and juge != tribunal:
        return False
    return courts(facts)[("commerce", "judiciaire").index(tribunal)] is not False


def _changed(cost: Cost, change: CostChange) -> Cost:
    return cost.model_copy(
        update={
            "montant": None if change.montant is None else str(change.montant),
            "min": change.min,
            "max": change.max,
            "unite": change.unite,
            "tranches": (),
            "etat_le": change.etat_le,
            "confiance": "haute",
            "sources": (Origin(texte=change.source),),
            "note": change.note,
            "entreprise": True,
        }
    )


def _due(cost: Cost, procedure: Procedure, facts: Facts) -> bool:
    need = cost.quand
    if need.tribunal and not may_lead_to(need.tribunal, procedure, facts):
        return False
    if need.tae and not places().tae_possible(facts.case.debiteur.adresse, facts.au):
        return False
    return need.au_dela is None or facts.claim("demande").haut > facts.threshold(need.au_dela)


def _expense(cost: Cost, facts: Facts) -> Expense:
    low, high = cost.min, cost.max
    amount = number(cost.montant or "")
    if amount is not None and not cost.tranches:
        low = high = amount
    elif amount is not None:
        claim = facts.claim("demande")
        low, high = (cents(amount * coefficient(cost, value)) for value in (claim.bas, claim.haut))
    return Expense(cost.id, cost.poste, low, high, cost.unite, price(low, high, cost), cost.confiance, cost)


def coefficient(cost: Cost, value: Decimal) -> Decimal:
    """The coefficient of the slice a sum falls in."""
    return next(s.coefficient for s in cost.tranches if s.jusqu_a is None or value <= s.jusqu_a)


def price(low: Decimal | None, high: Decimal | None, cost: Cost) -> str:
    """« 51,58 € HT », « de 25,19 € à 33,47 € », « rien à payer », or the words of the file."""
    suffix = (cost.unite or "").removeprefix("EUR")
    if low is None or high is None:
        return cost.montant or ""
    if low != high:
        return f"de {euros(low)} à {euros(high)}{suffix}"
    return f"{euros(low)}{suffix}" if low else FREE
