"""Checklists: what to have done before a step, and what a dossier already proves.

A checklist is one YAML file of `checklists/`; nothing else is registered. A point is ticked by
the dossier when `verifie_par` names a path that is filled or a named check that holds; anything
else is ticked by hand.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from generator.case import Case, letterhead_gaps
from generator.errors import InvalidInput
from generator.fields import Block, Day, Text, Yes
from generator.law import Law, load_law
from generator.letters import not_empty, unknown_name, value_at
from generator.limitation import limitation
from generator.loading import validate
from generator.resources import builtin
from generator.statement import Statement
from generator.thresholds import fill
from generator.yaml_text import read_yaml


class Point(Block):
    """One thing to check: what, why, which texts; `bloquant` when the step cannot go on without it."""

    id: Text
    texte: Text
    pourquoi: Text
    articles: tuple[Text, ...] = ()
    bloquant: Yes = False
    verifie_par: Text | None = None


class Checklist(Block):
    """`checklists/<id>.yml`."""

    id: Text
    titre: Text
    resume: Text
    verifie_le: Day
    a_revoir_le: Day
    faits: tuple[Text, ...] = ()
    page: Text | None = None
    points: Annotated[tuple[Point, ...], AfterValidator(not_empty)]

    @property
    def articles(self) -> tuple[str, ...]:
        """Every text cited, in order, once."""
        return tuple(dict.fromkeys(article for point in self.points for article in point.articles))


Check = Callable[[Case, Statement, Law], bool]

# What a path of the dossier cannot say; checklists name them in `verifie_par`. Only what a dossier
# proves belongs here: that it notes no collective proceedings does not prove that there are none.
CHECKS: dict[str, Check] = {
    "une-somme-est-exigible": lambda case, statement, law: bool(statement.echues),
    "mentions-en-tete": lambda case, statement, law: not letterhead_gaps(case.creancier),
    "non-prescrit": lambda case, statement, law: all(
        statement.au <= limitation(case, f.facture, law, statement.au).jusqu_au for f in statement.echues
    ),
    "pieces-presentes": lambda case, statement, law: all(f.facture.piece for f in statement.factures),
    "executions-datees": lambda case, statement, law: all(f.facture.executee_le for f in statement.factures),
    "debiteur-professionnel": lambda case, statement, law: case.debiteur.qualite == "professionnel",
    "debiteur-particulier": lambda case, statement, law: case.debiteur.qualite == "particulier",
    "debiteur-public": lambda case, statement, law: case.debiteur.qualite == "public",
    "plan-signe": lambda case, statement, law: case.plan is not None and case.plan.signe_le is not None,
}


@dataclass(frozen=True)
class Ticked:
    """A point and its state: proved by the dossier, ticked by hand, or open."""

    point: Point
    prouve: bool
    fait: bool

    @property
    def ouvert(self) -> bool:
        """Nobody and nothing says it is done."""
        return not (self.prouve or self.fait)


def find_checklists(folder: Path | None = None) -> list[Checklist]:
    """Every checklist, sorted by id."""
    folder = folder or builtin("checklists")
    return [load_checklist(path.stem, folder) for path in sorted(folder.glob("*.yml"))]


def load_checklist(checklist_id: str, folder: Path | None = None) -> Checklist:
    """One checklist by id; InvalidInput when it does not exist or is wrong."""
    folder = folder or builtin("checklists")
    path = folder / f"{checklist_id}.yml"
    if not path.is_file():
        known = sorted(p.stem for p in folder.glob("*.yml"))
        raise InvalidInput(unknown_name("liste", checklist_id, known, "impayes checklist"))
    source = read_yaml(path)
    checklist = validate(Checklist, source.data, source.marks)
    if checklist.id != checklist_id:
        raise InvalidInput(f"{path.name}: id : « {checklist.id} » doit être le nom du fichier, « {checklist_id} »")
    return _filled(checklist, load_law())


def _filled(checklist: Checklist, law: Law) -> Checklist:
    """The thresholds of its sentences, as they stood on the day it was checked."""
    on = checklist.verifie_le
    points = (
        point.model_copy(update={name: fill(getattr(point, name), law, on) for name in ("texte", "pourquoi")})
        for point in checklist.points
    )
    return checklist.model_copy(update={"points": tuple(points)})


def tick(
    checklist: Checklist, case: Case | None, statement: Statement | None, law: Law, done: Collection[str] = ()
) -> list[Ticked]:
    """The state of each point. `done` lists ids ticked by hand; InvalidInput for an unknown id."""
    known = [point.id for point in checklist.points]
    unknown = [name for name in done if name not in known]
    if unknown:
        raise InvalidInput(unknown_name("point", name, known, f"impayes checklist {checklist.id}") for name in unknown)
    return [Ticked(p, _proved(p, case, statement, law), p.id in done) for p in checklist.points]


def _proved(point: Point, case: Case | None, statement: Statement | None, law: Law) -> bool:
    if point.verifie_par is None or case is None or statement is None:
        return False
    check = CHECKS.get(point.verifie_par)
    return check(case, statement, law) if check else bool(value_at(case, point.verifie_par))


def to_markdown(checklist: Checklist, law: Law, state: list[Ticked] | None = None) -> str:
    """The checklist as a Markdown task list."""
    ticked = {item.point.id: not item.ouvert for item in state or ()}
    lines = [f"# {checklist.titre}", "", checklist.resume, ""]
    for point in checklist.points:
        texts = law.cited(point.articles)
        mark = "x" if ticked.get(point.id) else " "
        must = " **(indispensable)**" if point.bloquant else ""
        lines.append(f"- [{mark}] {point.texte}{must}  ")
        lines.append(f"  {point.pourquoi}" + (f" ({texts})" if texts else ""))
    return "\n".join(lines) + "\n"
