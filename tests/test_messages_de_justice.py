"""Mistakes around a decision, a claim or a journal: one sentence each, that says what to write."""

from pathlib import Path

import pytest

from generator.letters import unknown_name
from tests.claim_samples import JUDGE, TRUSTEE
from tests.claim_samples import dossier as claim
from tests.outside import impayes, refused
from tests.portfolio_samples import FIRST, company, dossier, invoice, sent, strategy


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (
            {"type": "jugement", "rendue_le": "2026-10-05"},
            "decision.interets : champ obligatoire manquant : écrire penalites ou legal",
        ),
        (
            {"rendue_le": "2026-10-05", "interets": "legal"},
            "decision.type : champ obligatoire manquant : écrire ordonnance-injonction, jugement, refere, titre-l126 ou autre",
        ),
        ({"type": "jugement", "interets": "legal"}, "decision.rendue_le : champ obligatoire manquant : l'ajouter"),
    ],
)
def test_a_missing_choice_shows_the_choices(tmp_path: Path, decision: dict[str, str], said: str) -> None:
    """A word among a few is listed; a date is only asked for."""
    company(tmp_path, strategy(FIRST))
    path = dossier(tmp_path, invoice("2026-07-01"), decision=decision)
    assert said in refused(3, "verifier", path)


ROUTES = ["injonction-europeenne", "injonction-judiciaire", "injonction-tribunal-de-commerce", "refere-provision"]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (
            "injonction",
            " (vouliez-vous dire « injonction-europeenne » ou « injonction-judiciaire » ou "
            "« injonction-tribunal-de-commerce » ?)",
        ),
        ("refere", " (vouliez-vous dire « refere-provision » ?)"),
        ("refere-provison", " (vouliez-vous dire « refere-provision » ?)"),
        ("inj", " (vouliez-vous dire « injonction-europeenne » ou « injonction-judiciaire » ou"),
        ("in", " ; « impayes"),
        ("fond", " ; « impayes"),
    ],
)
def test_a_name_cut_short_lists_all_it_may_be(typed: str, hint: str) -> None:
    """From three letters on; otherwise the nearest, if any is near."""
    assert f"voie « {typed} » : nom inconnu{hint}" in unknown_name("voie", typed, ROUTES, "impayes procedures")


def test_a_route_cut_short_on_the_command_line(tmp_path: Path) -> None:
    """The three orders to pay, not the European one alone."""
    company(tmp_path, strategy(FIRST))
    path = dossier(tmp_path, invoice("2026-07-01"))
    said = refused(3, "dossier-judiciaire", path, "--procedure", "injonction", "--au", "2026-11-21")
    found = said.split("vouliez-vous dire")[1].split("?")[0]
    assert found.count("« injonction-") == 3


def test_a_claim_without_an_address_says_what_to_write(tmp_path: Path) -> None:
    """A name alone is not enough to post a letter: it is taken up in the block to write."""
    named = claim(tmp_path, proceedings="    mandataire: Maître Allard\n", tiers=JUDGE)
    said = refused(3, "declaration", named, "--au", "2026-11-21", "--simulation")
    assert (
        'écrire au dossier « tiers: {mandataire_judiciaire: {nom: "Maître Allard", adresse: {lignes: ["…"], '
        'code_postal: "…", ville: "…"}}} »'
    ) in said
    assert "debiteur.procedure_collective.mandataire ne donne qu'un nom" in said
    nobody = claim(tmp_path, tiers=JUDGE)
    said = refused(3, "declaration", nobody, "--au", "2026-11-21", "--simulation")
    assert 'mandataire_judiciaire: {nom: "…", adresse' in said
    assert "ne donne qu'un nom" not in said


def test_what_it_says_to_write_is_right(tmp_path: Path) -> None:
    """The block, completed, is read."""
    written = TRUSTEE.replace("{nom: Maître Allard", '{nom: "Maître Allard"')
    path = claim(tmp_path, proceedings="    mandataire: Maître Allard\n", tiers=written)
    result = impayes("declaration", path, "--au", "2026-11-21", "--simulation")
    assert result.exit_code == 0, result.output


def test_a_broken_journal_says_how_to_go_on(tmp_path: Path) -> None:
    """From any command that reads it; whole again, it is silent."""
    company(tmp_path, strategy(FIRST))
    path = dossier(tmp_path, invoice("2026-09-01"))
    sent(path, "relance-1", "2026-09-04", niveau="premiere", canal="email")
    journal = tmp_path / "journal" / "D-1.jsonl"
    whole = journal.read_text(encoding="utf-8")
    journal.write_text(whole.replace("premiere", "derniere"), encoding="utf-8")
    said = refused(3, "agenda", path, "--au", "2026-09-07")
    assert "reprendre d'une même sauvegarde ce journal et son témoin .tetes/D-1" in said
    assert "sans sauvegarde, les déplacer tous deux hors de ce répertoire et noter de nouveau ce qui compte" in said
    # What it says works: both put aside, the dossier is read again.
    journal.rename(tmp_path / "D-1.ancien")
    (tmp_path / "journal" / ".tetes" / "D-1").rename(tmp_path / "D-1.temoin")
    assert impayes("agenda", path, "--au", "2026-09-07").exit_code == 0
