"""`docs/que-faire/index.md`: questions that lead to what to do today, from the files of `que-faire/`.

One page holds every question and every piece of advice, each with its own anchor: it reads and
prints without script. `que-faire.js` shows one of them at a time.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from generator.errors import InvalidInput
from generator.fields import Block, Day, Text
from generator.law import Law
from generator.letters import not_empty
from generator.loading import validate
from generator.site.front_matter import Check, front_matter
from generator.site.guide import Guide
from generator.site.words import citations
from generator.yaml_text import read_yaml

FOLDER = Path(__file__).parent / "que-faire"
START = "depart"
# Answers from the first question to any advice: with the link of the home page, three taps.
DEEPEST = 2


class Answer(Block):
    """One answer, and the question or the advice it leads to."""

    texte: Text
    vers: Text
    groupe: Text | None = None


class Question(Block):
    """A question; `aide` says how to answer it."""

    id: Text
    question: Text
    aide: Text | None = None
    reponses: Annotated[tuple[Answer, ...], AfterValidator(not_empty)]


class Advice(Block):
    """What to do today, how long one has, and where to read more."""

    id: Text
    titre: Text
    action: Text
    delai: Text
    attention: Text | None = None
    lettre: Text | None = None
    liste: Text | None = None
    page: Text
    articles: tuple[Text, ...] = ()
    faits: Annotated[tuple[Text, ...], AfterValidator(not_empty)]


class Situation(Block):
    """One file of `que-faire/`: a question and the advice it leads to."""

    verifie_le: Day
    a_revoir_le: Day
    questions: Annotated[tuple[Question, ...], AfterValidator(not_empty)]
    feuilles: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Every question and every piece of advice, walked from the question `START`."""

    questions: tuple[Question, ...]
    feuilles: tuple[Advice, ...]
    verifie_le: date
    a_revoir_le: date

    @property
    def all(self) -> tuple[Question | Advice, ...]:
        """Every question, then every piece of advice."""
        return (*self.questions, *self.feuilles)

    @property
    def nodes(self) -> dict[str, Question | Advice]:
        """The same, by id."""
        return {node.id: node for node in self.all}

    @property
    def parents(self) -> dict[str, str]:
        """The question before each node: the first that leads to it, walking from the start."""
        found: dict[str, str] = {}
        waiting = [START]
        while waiting:
            node = self.nodes[waiting.pop(0)]
            for answer in node.reponses if isinstance(node, Question) else ():
                if answer.vers != START and answer.vers not in found:
                    found[answer.vers] = node.id
                    waiting.append(answer.vers)
        return found

    def depth(self, node: str) -> int:
        """How many answers lead from the start to this node."""
        return 0 if node == START else 1 + self.depth(self.parents[node])


def load_graph(folder: Path = FOLDER) -> Graph:
    """The graph; InvalidInput lists every fault of shape: unknown node, dead end, lost node."""
    sources = [read_yaml(path) for path in sorted(folder.glob("*.yml"))]
    files = [validate(Situation, source.data, source.marks) for source in sources]
    graph = Graph(
        tuple(question for one in files for question in one.questions),
        tuple(advice for one in files for advice in one.feuilles),
        min(one.verifie_le for one in files),
        min(one.a_revoir_le for one in files),
    )
    faults = [f"{folder.name}: {fault}" for fault in _faults(graph)]
    if faults:
        raise InvalidInput(faults)
    return graph


def _faults(graph: Graph) -> Iterator[str]:
    names = [node.id for node in graph.all]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} : id écrit deux fois : en changer un"
    if START not in names:
        yield f"aucune question n'a l'id « {START} »"
        return
    lost = [(q.id, a.vers) for q in graph.questions for a in q.reponses if a.vers not in names]
    yield from (f"{question} : « {target} » n'existe pas" for question, target in lost)
    if not lost:
        reached = {START, *graph.parents}
        yield from (f"{name} : aucune réponse n'y mène" for name in names if name not in reached)


def advice_faults(graph: Graph, law: Law, letters: Collection[str], checklists: Collection[str]) -> Iterator[str]:
    """One sentence per letter, checklist or text that does not exist."""
    texts = {article.id for article in law.articles}
    for advice in graph.feuilles:
        if advice.lettre and advice.lettre not in letters:
            yield f"{FOLDER.name}: {advice.id} : lettre « {advice.lettre} » inconnue"
        if advice.liste and advice.liste not in checklists:
            yield f"{FOLDER.name}: {advice.id} : liste « {advice.liste} » inconnue"
        yield from (f"{FOLDER.name}: {advice.id} : texte « {x} » inconnu" for x in advice.articles if x not in texts)


def decision_page(graph: Graph, law: Law, guide: Guide) -> str:
    """The page. What does not exist yet is left out: it never breaks a link."""
    known = {article.id for article in law.articles}
    articles = tuple(dict.fromkeys(x for advice in graph.feuilles for x in advice.articles if x in known))
    facts = tuple(sorted({fact for advice in graph.feuilles for fact in advice.faits}))
    check = Check(graph.verifie_le, graph.a_revoir_le, articles, facts)
    steps = [_step(graph, node, law, guide) for node in _in_order(graph)]
    return "\n".join(
        [
            front_matter(check, title="Que faire maintenant ?", description="Deux questions au plus, puis ce qu'il faut faire aujourd'hui.", hide=["navigation", "toc"]),
            "# Que faire maintenant ?\n\nRépondez à deux questions. Vous saurez quoi faire aujourd'hui, dans quel délai, "
            "et avec quelle lettre.\n{ .chapeau }\n",
            '<p class="qf-statut" id="qf-statut" role="status" aria-live="polite" hidden></p>\n',
            '<div class="qf" id="qf" markdown>\n',
            *steps,
            "</div>\n",
        ]
    )  # fmt: skip


def _in_order(graph: Graph) -> list[str]:
    """The start, then each question followed by what it leads to: the order of a reader without script."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        order.append(name)
        node = graph.nodes[name]
        for answer in node.reponses if isinstance(node, Question) else ():
            visit(answer.vers)

    visit(START)
    return order


def _step(graph: Graph, name: str, law: Law, guide: Guide) -> str:
    node = graph.nodes[name]
    parent = graph.parents.get(name)
    kind = "question" if isinstance(node, Question) else "conseil"
    above = f' data-parent="{parent}"' if parent else ""
    body = _question(node) if isinstance(node, Question) else _advice(node, law, guide)
    back = f"[Revenir à la question précédente](#{parent}){{ .qf-retour }}\n\n" if parent else ""
    return f'<section class="qf-etape qf-{kind}" data-id="{name}"{above} markdown>\n\n{body}\n{back}</section>\n'


def _question(question: Question) -> str:
    parts = [f"## {question.question} {{ #{question.id} }}\n"]
    if question.aide:
        parts.append(f"{question.aide}\n{{ .qf-aide }}\n")
    for group, answers in groupby(question.reponses, key=lambda answer: answer.groupe):
        if group:
            parts.append(f"{group}\n{{ .qf-groupe }}\n")
        rows = "\n".join(f"- [{answer.texte}](#{answer.vers})" for answer in answers)
        parts.append(f'<div class="qf-reponses" markdown>\n\n{rows}\n\n</div>\n')
    return "\n".join(parts)


def _advice(advice: Advice, law: Law, guide: Guide) -> str:
    rows = []
    if (letter := guide.letter(advice.lettre)) is not None:
        rows.append(f"- La lettre : [{letter.spec.titre}](../lettres/{letter.id}.md)")
    if (checklist := guide.checklist(advice.liste)) is not None:
        rows.append(f"- La liste à cocher : [{checklist.titre}](../listes/{checklist.id}.md)")
    rows += [f"- En savoir plus : [{title}](../{path})" for path, title in guide.pages_of(advice.page)]
    more = "\n".join(rows)
    known = {article.id for article in law.articles}
    texts = citations(law, [article for article in advice.articles if article in known], "../")
    parts = [
        f"## {advice.titre} {{ #{advice.id} }}\n",
        f"**Aujourd'hui.** {advice.action}\n",
        f"**Délai.** {advice.delai}\n{{ .qf-delai }}\n",
        f"**Attention.** {advice.attention}\n{{ .qf-attention }}\n" if advice.attention else "",
        f'<div class="qf-suite" markdown>\n\n{more}\n\n</div>\n' if more else "",
        f"Textes : {texts}.\n{{ .qf-textes }}\n" if texts else "",
    ]
    return "\n".join(part for part in parts if part)
