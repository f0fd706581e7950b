"""« Que faire maintenant ? »: the graph, its advice, its page."""

import re
import shutil
from pathlib import Path

import pytest

from generator.checklists import find_checklists
from generator.errors import InvalidInput
from generator.law import Law
from generator.letters import find_letters
from generator.resources import builtin
from generator.site.decision import DEEPEST, FOLDER, START, Advice, Graph, Question, advice_faults, load_graph
from tests.conftest import ROOT
from tests.site_guide import written

GRAPH = load_graph()
# What the guide must have an answer to.
SITUATIONS = (
    "faire-la-facture", "relance-avant-echeance", "retard-1-a-15-jours", "retard-de-plus-de-30-jours", "contestation",
    "promesse-non-tenue", "bon-client-en-difficulte", "declarer-sa-creance", "particulier-en-retard",
    "public-en-retard", "injonction-europeenne", "injonction-de-payer", "plan-non-respecte", "executer",
    "prescription-professionnel",
)  # fmt: skip


def test_every_node_is_reached_in_three_taps() -> None:
    """From the home page: one tap to the questions, two answers at most."""
    assert {START, *GRAPH.parents} == set(GRAPH.nodes)
    assert max(GRAPH.depth(advice.id) for advice in GRAPH.feuilles) <= DEEPEST
    assert DEEPEST + 1 <= 3


def test_no_answer_is_a_dead_end() -> None:
    """Every answer leads on, and no walk comes back to where it was."""
    for question in GRAPH.questions:
        assert 2 <= len(question.reponses) <= 12
        assert len({answer.vers for answer in question.reponses}) == len(question.reponses)
        for answer in question.reponses:
            node = GRAPH.nodes[answer.vers]
            assert isinstance(node, Advice) or GRAPH.depth(node.id) > GRAPH.depth(question.id)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_has_its_advice(situation: str) -> None:
    assert isinstance(GRAPH.nodes[situation], Advice)


@pytest.mark.parametrize("advice", GRAPH.feuilles, ids=lambda advice: advice.id)
def test_advice_is_complete(advice: Advice) -> None:
    """What to do, how long one has, where to read more, what it rests on."""
    for sentence in (advice.action, advice.delai, advice.attention or "Rien."):
        assert sentence.endswith("."), sentence
    assert not advice.titre.endswith(".")
    assert all(re.fullmatch(r"F\d{3}", fact) for fact in advice.faits)
    assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)?", advice.page)
    assert len(advice.action.split()) <= 60


def test_letters_checklists_and_texts_exist(law: Law) -> None:
    letters = [letter.id for letter in find_letters((builtin("letters"),))]
    checklists = [checklist.id for checklist in find_checklists()]
    assert not list(advice_faults(GRAPH, law, letters, checklists))


def test_the_pages_of_the_advice_exist() -> None:
    missing = {advice.page for advice in GRAPH.feuilles if not (ROOT / "docs" / f"{advice.page}.md").is_file()}
    assert not missing


def test_the_home_page_leads_to_the_questions() -> None:
    assert "que-faire/index" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def test_the_page_reads_without_script() -> None:
    """Every question and every piece of advice is on the page, nothing hidden, each answer an anchor."""
    text = (written() / "docs" / "que-faire" / "index.md").read_text(encoding="utf-8")
    body = text.split("</p>", 1)[1]  # after the empty status line that the script fills
    anchors = re.findall(r"^## .*\{ #([\w-]+) \}$", body, re.MULTILINE)
    assert sorted(anchors) == sorted(GRAPH.nodes)
    assert set(re.findall(r"\]\(#([\w-]+)\)", body)) <= set(anchors)
    assert " hidden" not in body
    for advice in GRAPH.feuilles:
        if advice.lettre:
            assert f"(../lettres/{advice.lettre}.md)" in body
        if advice.liste:
            assert f"(../listes/{advice.liste}.md)" in body


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("vers: retard-1-a-15-jours", "vers: nulle-part", "en-retard : « nulle-part » n'existe pas"),
        ("id: suspendre", "id: retard-1-a-15-jours", "écrit deux fois"),
        ("      - {texte: De 1 à 15 jours, vers: retard-1-a-15-jours}\n", "", "aucune réponse n'y mène"),
        ("    faits: [F035, F043]\n", "", "champ obligatoire manquant"),
    ],
)
def test_a_broken_graph_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    folder = tmp_path / "que-faire"
    shutil.copytree(FOLDER, folder)
    path = folder / "en-retard.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_graph(folder)
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems


def test_questions_are_short() -> None:
    """A phone shows the question and its answers at a glance."""
    graph: Graph = GRAPH
    for question in graph.questions:
        assert isinstance(question, Question)
        assert question.question.endswith("?")
        assert all(len(answer.texte) <= 70 for answer in question.reponses)
