"""What the product changed since a copy: shown, merged, checked; the team's text is never lost."""

import json
import shutil
from pathlib import Path

import pytest

from generator.merging import MARKS, open_marks
from tests.fork_team import (
    DEMAND,
    FIRST,
    OURS,
    SECOND,
    THEIRS,
    bump,
    done,
    failed,
    letter,
    make_product,
    make_team,
    modeles,
    refused_by_verify,
    state,
    swap,
)
from tests.outside import CREDITOR, assert_french, tree


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product that may change."""
    return make_product(tmp_path, monkeypatch)


@pytest.fixture
def team(tmp_path: Path, product: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's folder of letters."""
    return make_team(tmp_path, monkeypatch)


def test_compare_tells_both_sides(team: Path, product: Path) -> None:
    """What the product changed and what the team changed, word by word."""
    done("copier", SECOND)
    swap(team / SECOND / "letter.yml", "titre: Relance seconde", "titre: Relance à nous")
    bump(product, SECOND)
    said = done("comparer")

    assert f"{SECOND} (copie de « {SECOND} », version 1) : a changé dans le produit" in said
    assert "+ delai_reponse_jours: {+10+}" in said
    assert "nos salutations {+très+} distinguées" in said
    assert "- titre: Relance [-seconde-]" in said
    assert_french(said.replace("version", ""))


def test_the_whole_story(team: Path, product: Path) -> None:
    """The paragraph of the team survives the new version of the product, which is taken."""
    done("copier", SECOND)
    done("copier", DEMAND, "--bloc", "croisement", "--bloc", "politesse")
    body, block = team / SECOND / "body.html.j2", team / DEMAND / "body.html.j2"
    for path in (body, block):
        text = path.read_text(encoding="utf-8")
        start = text.index("\n", text.index("{% block croisement %}")) + 1
        path.write_text(text[:start] + OURS + text[text.index("\n", start) :], encoding="utf-8")
    swap(team / SECOND / "letter.yml", "titre: Relance seconde", "titre: Notre relance  # à nous")
    ours = body.read_bytes()
    bump(product, SECOND)
    swap(product / DEMAND / "body.html.j2", THEIRS, "salutations très distinguées")

    done("comparer", "--fusionner")

    for name in (SECOND, DEMAND):
        said = " ".join(letter(team, name).split())
        assert "Notre paragraphe." in said
        assert "salutations très distinguées" in said
        assert state(name)["etat"] == "a-jour"
    yml = (team / SECOND / "letter.yml").read_text(encoding="utf-8")
    assert "titre: Notre relance  # à nous" in yml
    assert "delai_reponse_jours: 10" in yml
    assert f'origine: {{id: {SECOND}, version: "2"' in yml
    assert (team / SECOND / "body.html.j2.avant").read_bytes() == ours
    after = tree(team)
    done("comparer", "--fusionner")
    assert tree(team) == after


def conflict(team: Path, product: Path) -> Path:
    """A copy whose closing words both sides have changed; returns the proposal once merged."""
    done("copier", SECOND)
    swap(team / SECOND / "body.html.j2", THEIRS, "salutations polies")
    bump(product, SECOND)
    before = {name: content for name, content in tree(team).items() if ".origine" not in name}
    said = failed(1, "comparer", SECOND, "--fusionner")

    proposal = team / SECOND / "body.html.j2.conflit"
    line = open_marks(proposal.read_text(encoding="utf-8"))[0]
    assert f"{proposal}:{line}: conflit" in said
    assert {name: content for name, content in tree(team).items() if name in before} == before
    return proposal


def test_a_conflict_touches_nothing(team: Path, product: Path) -> None:
    """The team's file stays as it is, and nothing reads the proposal as a letter."""
    done("copier", FIRST)
    listed = done("lister")
    conflict(team, product)

    assert "salutations polies" in letter(team, SECOND)
    assert done("lister") == listed
    assert "2 lettres vérifiées" in done("verifier")
    assert "conflit à régler" in failed(1, "comparer", SECOND, "--fusionner")


def test_a_conflict_settled_is_taken_up(team: Path, product: Path) -> None:
    """Marks removed, the same command checks the result, puts it in place and cleans up."""
    proposal = conflict(team, product)
    settled = [
        line for line in proposal.read_text(encoding="utf-8").split("\n") if "polies" in line or "distingu" not in line
    ]
    proposal.write_text("\n".join(line for line in settled if line not in MARKS), encoding="utf-8")
    swap(product / SECOND / "letter.yml", "delai_reponse_jours: 10", "delai_reponse_jours: 12")

    done("comparer", SECOND, "--fusionner")
    assert "salutations polies" in letter(team, SECOND)
    assert not [name for name in tree(team) if "conflit" in name or "a-fusionner" in name]
    assert "delai_reponse_jours: 10" in (team / SECOND / "letter.yml").read_text(encoding="utf-8")
    # The product had moved again meanwhile: that change is still to come, not lost.
    assert state(SECOND)["etat"] == "en-retard"
    done("comparer", SECOND, "--fusionner")
    assert "delai_reponse_jours: 12" in (team / SECOND / "letter.yml").read_text(encoding="utf-8")


def test_a_result_that_does_not_render_is_not_taken(team: Path, product: Path) -> None:
    """A clean merge may still be a broken letter: the product dropped a variable the team uses."""
    done("copier", SECOND)
    swap(team / SECOND / "body.html.j2", "{% block politesse %}", "{% block politesse %}\n<p>{{ objet_commun }}</p>")
    for folder in (team, product):
        swap(
            folder / SECOND / "body.html.j2",
            '<p class="appel">',
            '{% set objet_commun = "Compte" %}\n<p class="appel">',
        )
    shutil.copy(product / SECOND / "body.html.j2", team / SECOND / ".origine" / "body.html.j2")
    done("verifier", SECOND)
    swap(product / SECOND / "body.html.j2", '{% set objet_commun = "Compte" %}\n', "")
    body = (team / SECOND / "body.html.j2").read_bytes()

    said = failed(1, "comparer", "--fusionner")
    assert "body.html.j2.conflit:" in said
    assert "variable inconnue « objet_commun »" in said
    assert (team / SECOND / "body.html.j2").read_bytes() == body
    done("verifier", SECOND)


def test_a_block_that_upstream_dropped(team: Path, product: Path) -> None:
    """A paragraph that would no longer print is said, never silently lost."""
    done("copier", FIRST, "--bloc", "aide")
    swap(product / FIRST / "body.html.j2", "{% block aide %}", "{% block secours %}")

    assert "bloc « aide » : n'existe plus" in done("comparer", FIRST)
    assert "bloc « aide » : n'existe plus" in failed(1, "comparer", FIRST, "--fusionner")
    assert "il ne s'imprimera jamais" in refused_by_verify()


def test_a_copy_whose_origin_was_lost(team: Path, product: Path) -> None:
    """Compared directly; merged only while the product has not moved, since nothing else is certain."""
    done("copier", SECOND)
    swap(team / SECOND / "body.html.j2", THEIRS, "salutations polies")
    shutil.rmtree(team / SECOND / ".origine")
    assert state(SECOND)["etat"] == "a-jour"
    bump(product, SECOND)

    assert state(SECOND)["etat"] == "sans-origine"
    assert "du produit à votre version" in done("comparer")
    done("comparer", "--fusionner")
    assert "rien à fusionner" in failed(1, "comparer", SECOND, "--fusionner")
    assert "salutations polies" in letter(team, SECOND)


def test_a_letter_the_product_no_longer_has(team: Path, product: Path) -> None:
    """The copy goes on."""
    done("copier", FIRST)
    shutil.rmtree(product / FIRST)

    assert state(FIRST)["etat"] == "orpheline"
    assert "n'existe plus dans le produit" in done("comparer")
    done("comparer", "--fusionner")
    assert "F-1" in letter(team, FIRST)


def test_a_new_block_waits_for_the_merge(team: Path, product: Path) -> None:
    """One base for all the blocks of a file: late ones first."""
    done("copier", DEMAND, "--bloc", "politesse")
    swap(product / DEMAND / "body.html.j2", "nous l’étudierons", "nous y répondrons")
    done("copier", DEMAND, "--bloc", "aide")  # another passage moved, not ours
    assert "nous y répondrons" in letter(team, DEMAND)
    swap(product / DEMAND / "body.html.j2", THEIRS, "salutations très distinguées")
    assert "--fusionner" in failed(1, "copier", DEMAND, "--bloc", "croisement")


def test_line_ends_of_the_team_are_kept(team: Path, product: Path) -> None:
    """A team that edits on Windows does not see every line as a conflict."""
    done("copier", SECOND)
    body = team / SECOND / "body.html.j2"
    body.write_bytes(body.read_bytes().replace(b"\n", b"\r\n"))
    assert state(SECOND)["parties"][1]["vous_avez_change"] is False
    bump(product, SECOND)
    done("comparer", "--fusionner")

    text = body.read_bytes()
    assert "très distinguées".encode() in text
    assert text.count(b"\r\n") == text.count(b"\n")


def test_a_trade_variant_is_copied_as_one_text(team: Path, product: Path) -> None:
    """With a trade between the product and the company, the copy holds what would have been printed."""
    variant = product / "_metiers" / "btp" / SECOND / "body.html.j2"
    variant.parent.mkdir(parents=True)
    variant.write_text(
        f'{{% extends "origine/{SECOND}/body.html.j2" %}}\n{{% set chantier = "le chantier" %}}\n'
        "{% block politesse %}\n<p>Pour {{ chantier }}.</p>\n{{ super() }}\n{% endblock %}\n",
        encoding="utf-8",
    )
    company = team.parent / "entreprise.yml"
    company.write_text(f"{CREDITOR}modeles: modeles\nmetier: btp\n", encoding="utf-8")
    before = letter(team, SECOND)
    assert "Pour le chantier." in before
    done("copier", SECOND)

    body = (team / SECOND / "body.html.j2").read_text(encoding="utf-8")
    assert "extends" not in body
    assert "super()" not in body
    assert letter(team, SECOND) == before
    assert "métier btp" in done("voir", SECOND)
    done("verifier")


def test_the_json_of_a_merge(team: Path, product: Path) -> None:
    """For a scheduled job: which letters were merged, what stopped the others."""
    conflict(team, product).unlink()
    result = modeles("comparer", "--fusionner", "--json")
    (row,) = json.loads(result.stdout)["lettres"]

    assert result.exit_code == 1
    assert (row["id"], row["fusionnee"]) == (SECOND, False)
    assert "conflit" in row["problemes"][0]
