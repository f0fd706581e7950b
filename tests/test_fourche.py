"""A team's own letters: copy one, copy a paragraph, create one; nothing is ever written over."""

import json
import shutil
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import nodes

from generator.forks import copy_blocks, copy_letter, load_fork, own_letters
from generator.letters import Letter, Phase, find_letters, load_letter
from generator.money import plain_spaces
from generator.resources import builtin
from generator.template_text import blocks_of
from generator.templates import environment_for
from generator.writing import write_all
from tests.fork_team import (
    DEMAND,
    FIRST,
    SECOND,
    THEIRS,
    done,
    failed,
    letter,
    make_product,
    make_team,
    modeles,
    state,
    swap,
)
from tests.outside import CREDITOR, impayes, tree


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product that may change."""
    return make_product(tmp_path, monkeypatch)


@pytest.fixture
def team(tmp_path: Path, product: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's folder of letters."""
    return make_team(tmp_path, monkeypatch)


def test_a_copy_is_the_letter(team: Path, product: Path) -> None:
    """Both files as they were, comments kept, and where they come from."""
    before = letter(team, DEMAND)
    done("copier", DEMAND)

    assert (team / DEMAND / "body.html.j2").read_bytes() == (product / DEMAND / "body.html.j2").read_bytes()
    copied = (team / DEMAND / "letter.yml").read_text(encoding="utf-8").splitlines()
    added = [line for line in copied if line.startswith("origine:")]
    assert [line for line in copied if line not in added] == (product / DEMAND / "letter.yml").read_text(
        encoding="utf-8"
    ).splitlines()
    assert len(added) == 1
    assert copied[copied.index(added[0]) - 1] == "version: 1"
    assert f'id: {DEMAND}, version: "1", sha256:' in added[0]
    assert letter(team, DEMAND) == before
    assert state(DEMAND)["etat"] == "a-jour"
    assert [part["vous_avez_change"] for part in state(DEMAND)["parties"]] == [False, False]
    done("verifier")


@pytest.mark.parametrize("found", find_letters((builtin("letters"),)), ids=lambda found: found.id)
def test_every_letter_can_be_copied(found: Letter, tmp_path: Path) -> None:
    """Whole or block by block, whatever its layout: a fresh copy is no change, and no block is missed."""
    roots, folder = (builtin("letters"),), tmp_path / "modeles"
    source = found.body.read_text(encoding="utf-8")
    blocks = [block.name for block in environment_for(roots, found.spec.langue).parse(source).find_all(nodes.Block)]
    assert list(blocks_of(source)) == blocks
    copies = [copy_letter(found.id, folder, roots), copy_letter(found.id, folder, roots, "notre-lettre")]
    for files in [*copies, *([copy_blocks(found.id, tuple(blocks), folder, roots)] if blocks else [])]:
        shutil.rmtree(folder, ignore_errors=True)
        write_all(files, overwrite=False)
        fork = load_fork(own_letters(folder)[0], folder, roots)
        assert fork.etat == "a-jour"
        assert [piece.nom for piece in fork.pieces if piece.mine != piece.base] == []
        assert load_letter(fork.id, (folder, *roots)).spec.version == found.spec.version


def test_a_copy_under_a_new_name(team: Path) -> None:
    """A letter of one's own, listed beside the product's."""
    done("copier", SECOND, "--vers", "relance-douce")
    listed = {row["id"] for row in json.loads(done("lister", "--json"))}

    assert {SECOND, "relance-douce"} <= listed
    assert (state("relance-douce")["origine"], state("relance-douce")["version"]) == (SECOND, "1")
    done("verifier")


@pytest.mark.parametrize("name", ["Relance 3", "relance_3", "été", "../x", "_x", FIRST])
def test_a_new_name_must_be_free_and_plain(team: Path, name: str) -> None:
    """Names are folders, and the product's are taken."""
    assert name in failed(3, "copier", SECOND, "--vers", name)
    assert name in failed(3, "creer", name)
    assert tree(team) == {}


def test_one_paragraph(team: Path) -> None:
    """A block alone is copied; the rest of the letter is the product's."""
    before = letter(team, DEMAND)
    done("copier", DEMAND, "--bloc", "croisement")
    assert letter(team, DEMAND) == before
    done("copier", DEMAND, "--bloc", "aide", "--bloc", "politesse")
    assert letter(team, DEMAND) == before

    body = team / DEMAND / "body.html.j2"
    assert not (team / DEMAND / "letter.yml").exists()
    assert body.read_text(encoding="utf-8").count("{% block ") == 3
    swap(body, THEIRS, "salutations choisies")
    assert "salutations choisies" in letter(team, DEMAND)
    shown = done("voir", DEMAND)
    assert "Vos passages : croisement, aide, politesse" in shown
    states = [line[2:18].strip() for line in shown.split("dans l'ordre :\n")[1].splitlines()[:4]]
    assert states == ["absent", "utilisé", "utilisé", "masqué en partie"]


def test_blocks_are_asked_for_by_name(team: Path, product: Path) -> None:
    """A misspelt block lists those there are, with their line; nothing is written."""
    said = failed(3, "copier", DEMAND, "--bloc", "aides")
    assert "bloc « aides » inconnu" in said
    line = (product / DEMAND / "body.html.j2").read_text(encoding="utf-8").split("{% block aide %}")[0].count("\n")
    assert f"aide (ligne {line + 1})" in said
    assert tree(team) == {}


def test_nothing_is_copied_twice(team: Path) -> None:
    """A copy is never written over, whole or in part."""
    done("copier", DEMAND, "--bloc", "aide")
    done("copier", FIRST)
    before = tree(team)

    assert f"{DEMAND}/body.html.j2:3: le bloc « aide » est déjà le vôtre" in failed(
        1, "copier", DEMAND, "--bloc", "aide"
    )
    assert "existe déjà" in failed(1, "copier", DEMAND)
    assert "existe déjà" in failed(1, "copier", FIRST)
    assert "toute la lettre" in failed(1, "copier", FIRST, "--bloc", "aide")
    assert tree(team) == before


def test_simulation_writes_nothing(team: Path) -> None:
    """`--simulation` only says what would be written."""
    for args in (("copier", FIRST), ("copier", FIRST, "--bloc", "aide"), ("creer", "essai")):
        assert "serait écrit : modeles/" in done(*args, "--simulation")
    assert tree(team) == {}


def test_where_there_is_no_folder(team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder of its own, a company is told which line to add."""
    (team.parent / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    assert "« modeles: modeles »" in failed(1, "copier", FIRST)
    monkeypatch.chdir(tmp_path)
    assert "impayes initialiser" in failed(1, "verifier")
    done("copier", FIRST, "--modeles", team)
    assert (team / FIRST / "letter.yml").is_file()


def test_before_the_company_is_filled_in(tmp_path: Path, product: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`initialiser`, then straight to the letters: the blanks of entreprise.yml can wait."""
    assert impayes("initialiser", tmp_path / "neuve").exit_code == 0
    monkeypatch.chdir(tmp_path / "neuve")
    done("copier", FIRST)
    assert "1 lettre vérifiée" in done("verifier")


@pytest.mark.parametrize(
    ("phase", "pour"),
    [
        *((phase, "professionnel") for phase in get_args(Phase)),
        ("amiable", "particulier"),
        ("mise-en-demeure", "public"),
    ],
)
def test_a_new_letter_is_ready(team: Path, phase: str, pour: str) -> None:
    """Whatever its step and its debtor, what `creer` writes passes every check, advice included."""
    done("creer", "essai", "--phase", phase, "--pour", pour, "--titre", 'Relance "douce" : essai')
    found = json.loads(done("verifier", "--json"))

    assert (found["lettres"], found["erreurs"]) == (["essai"], [])
    assert found["dossiers"] > 0
    assert found["conseils"] == []
    assert state("essai")["etat"] == "propre"
    assert "existe déjà" in failed(1, "creer", "essai")


def test_a_letter_left_to_be_written_is_an_error(team: Path) -> None:
    """« À compléter » is allowed in a draft, and never in a letter that can be sent and published."""
    done("creer", "essai", "--phase", "amiable", "--pour", "professionnel")
    path = team / "essai" / "letter.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("brouillon")), encoding="utf-8")
    result = modeles("verifier")
    said = plain_spaces(result.stdout)

    assert result.exit_code == 3
    assert "letter.yml:4: resume : « À compléter » est resté du modèle de départ" in said
    assert "objet : « À compléter »" in said
