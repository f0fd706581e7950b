"""Costs that a decision puts on the debtor: article 700, dépens, costs paid since. Never mixed with the claim.

Article 700 bears the legal rate from the decision, asked for or not (C. civ. 1231-7). No source
settles from which day dépens or later costs would: they are shown without interest.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from generator.case import Case
from generator.interest import Segment, interest, total
from generator.judicial_decision import Cost
from generator.law import Law, Value
from generator.money import ZERO
from generator.title import Title, legal_schedule

ARTICLE_700 = "article-700"
ARTICLES = {ARTICLE_700: ("cpc-700", "c-civ-1231-7"), "depens": ("cpc-695", "cpc-696"), "frais": ("cpce-l111-8",)}


@dataclass(frozen=True)
class CostDue:
    """One item, in euros: `montant` granted or paid on `le`, `paye` by the debtor, `reste` due."""

    nature: str
    libelle: str
    le: date
    montant: Decimal
    paye: Decimal
    articles: tuple[str, ...]

    @property
    def reste(self) -> Decimal:
        """What remains due of this item."""
        return self.montant - self.paye


@dataclass(frozen=True)
class CourtCostsDue:
    """The items, and the interest of article 700: `lignes` accrued, `interets` of which remains due."""

    postes: tuple[CostDue, ...]
    lignes: tuple[Segment, ...]
    interets: Decimal

    @property
    def total(self) -> Decimal:
        """Everything that remains due here, in euros."""
        return self.interets + sum((item.reste for item in self.postes), ZERO)

    @property
    def valeurs(self) -> tuple[Value, ...]:
        """The law table entries that the lines used."""
        return tuple(value for line in self.lignes for value in line.rate.valeurs)


class CourtCosts:
    """The running account of these costs: only what payments leave once every invoice is cleared reaches it."""

    def __init__(self, case: Case, title: Title | None, law: Law, au: date) -> None:
        self._items: list[CostDue] = []
        self._segments: list[Segment] = []
        self._interest = ZERO
        self._title = title
        if title is None:
            return
        decision = title.decision
        proceedings = case.debiteur.procedure_collective
        # C. com. L622-28 stops this interest like any other, the day before the opening judgment.
        self._ends = min(au, date.fromordinal(proceedings.jugement_le.toordinal() - 1)) if proceedings else au
        self._schedule = legal_schedule(title, law)
        granted = decision.article_700
        if granted:
            self._add(ARTICLE_700, Cost(libelle="Article 700", montant=granted.montant, le=granted.le), au)
        for nature, costs in (("depens", decision.depens), ("frais", decision.frais)):
            for cost in costs:
                self._add(nature, cost, au)
        self._cursor = (granted and granted.le) or decision.rendue_le

    def _add(self, nature: str, cost: Cost, au: date) -> None:
        assert self._title is not None
        day = cost.le or self._title.decision.rendue_le
        if day <= au:
            self._items.append(CostDue(nature, cost.libelle, day, cost.montant, ZERO, ARTICLES[nature]))

    @property
    def days(self) -> set[date]:
        """The days on which an item falls due: money left over from before then clears it."""
        return {item.le for item in self._items}

    def pay(self, amount: Decimal, day: date) -> Decimal:
        """Interest first, then article 700, dépens and costs in the order written; returns the surplus."""
        if not amount or self._title is None:
            return amount
        self.advance(day)
        used = min(amount, self._interest)
        self._interest -= used
        amount -= used
        for index, item in enumerate(self._items):
            paid = min(amount, item.reste) if item.le <= day else ZERO
            self._items[index] = CostDue(
                item.nature, item.libelle, item.le, item.montant, item.paye + paid, item.articles
            )
            amount -= paid
        return amount

    def advance(self, day: date) -> None:
        """Let the interest of article 700 run until the end of that day."""
        until = min(day, self._ends) if self._title else day
        base = sum((item.reste for item in self._items if item.nature == ARTICLE_700), ZERO)
        if not base or until <= self._cursor:
            return
        segments = interest(base, self._cursor, until, self._schedule)
        self._segments += segments
        self._interest += total(segments)
        self._cursor = until

    def due(self) -> CourtCostsDue | None:
        """What there is to show; None without any item."""
        if not self._items:
            return None
        return CourtCostsDue(tuple(self._items), tuple(self._segments), self._interest)
