"""`journal annuler`: a line noted by mistake stays in the file, chained, and no longer counts anywhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.journal import Event, append_event, journal_path, read_journal
from generator.money import plain_spaces
from tests.conftest import day
from tests.outside import AU, impayes

COMPANY = (
    "creancier:\n  nom: Atelier Vasseur\n  siren: '732829320'\n"
    "  adresse: {lignes: [3 quai de Loire], code_postal: '37000', ville: Tours}\n"
)


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A consumer's dossier: interest runs from the mise en demeure alone, so that a wrong one costs money."""
    (tmp_path / "entreprise.yml").write_text(COMPANY, encoding="utf-8")
    path = tmp_path / "dossiers" / "A-1.yml"
    path.parent.mkdir()
    path.write_text(
        "reference: A-1\n"
        "debiteur: {nom: Mme Bernard, qualite: particulier, adresse: {lignes: [1 rue A], code_postal: '37000', ville: Tours}}\n"
        "factures:\n- {numero: F-1, emise_le: 2026-05-01, executee_le: 2026-05-01, echeance: 2026-06-01, montant_ttc: 1200.00}\n",
        encoding="utf-8",
    )
    return path


def said(*arguments: object) -> Any:
    """Run a command; its output with ordinary spaces."""
    result = impayes(*arguments)
    return result.exit_code, plain_spaces(result.output)


def interest(path: Path) -> str:
    data = json.loads(impayes("decompte", path, "--au", AU, "--json").stdout)
    return str(data["totaux"]["penalites"])


def test_a_line_taken_back_no_longer_counts(dossier: Path) -> None:
    """A mise en demeure noted with the wrong day is taken back, then noted again: interest follows."""
    assert (
        impayes(
            "journal", "envoyer", dossier, "mise-en-demeure-particulier", "--le", "2026-07-01", "--au", AU
        ).exit_code
        == 0
    )
    wrong = interest(dossier)
    code, text = said("journal", "annuler", dossier, "1", "--motif", "Partie le 1er octobre", "--au", AU)
    assert (code, "ligne 1 annulée" in text) == (0, True)
    assert interest(dossier) == "0.00"
    impayes("journal", "envoyer", dossier, "mise-en-demeure-particulier", "--le", "2026-10-01", "--au", AU)
    assert 0 < float(interest(dossier)) < float(wrong)


def test_the_file_keeps_everything_and_the_chain_holds(dossier: Path) -> None:
    impayes("journal", "ajouter", dossier, "promesse", "--montant", "600", "--payer-le", "2026-12-01", "--au", AU)
    before = journal_path(dossier.parents[1], "A-1").read_bytes()
    impayes("journal", "annuler", dossier, "1", "--motif", "Autre client", "--au", AU)
    after = journal_path(dossier.parents[1], "A-1").read_bytes()
    assert after.startswith(before)
    assert impayes("journal", "verifier", dossier.parents[1] / "journal").exit_code == 0
    _, shown = said("journal", "voir", dossier)
    assert "promesse : sans effet" in shown
    assert "Autre client" in shown
    lines = json.loads(impayes("journal", "voir", dossier, "--json").stdout)["evenements"]
    assert [(line["numero"], line.get("annulee", False)) for line in lines] == [(1, True), (2, False)]


def test_a_promise_taken_back_holds_no_reminder(dossier: Path) -> None:
    impayes("journal", "ajouter", dossier, "promesse", "--montant", "1200", "--payer-le", "2026-12-01", "--au", AU)
    _, held = said("agenda", dossier, "--au", AU)
    assert "01/12/2026" in held
    impayes("journal", "annuler", dossier, "1", "--motif", "Autre client", "--au", AU)
    _, free = said("agenda", dossier, "--au", AU)
    assert "01/12/2026" not in free


@pytest.mark.parametrize(
    ("line", "words"), [("3", "le journal en a 2"), ("1", "déjà annulée"), ("2", "une annulation ne s'annule pas")]
)
def test_what_cannot_be_taken_back(dossier: Path, line: str, words: str) -> None:
    impayes("journal", "ajouter", dossier, "note", "--note", "essai", "--au", AU)
    impayes("journal", "annuler", dossier, "1", "--motif", "essai", "--au", AU)
    code, text = said("journal", "annuler", dossier, line, "--motif", "x", "--au", AU)
    assert (code, words in text) == (3, True)


def test_an_e_mail_that_left_cannot_be_taken_back(dossier: Path) -> None:
    """Otherwise `envoyer` would send it again."""
    path = journal_path(dossier.parents[1], "A-1")
    append_event(path, Event(le=day(AU), action="envoi", lettre="relance-1", canal="email", message_id="<a@b>"))
    code, text = said("journal", "annuler", dossier, "1", "--motif", "x", "--au", AU)
    assert (code, "ne s'annule pas" in text) == (3, True)
    assert len(read_journal(path).events) == 1


def test_a_letter_about_several_dossiers_is_taken_back_in_each(dossier: Path) -> None:
    other = dossier.with_name("A-2.yml")
    other.write_text(dossier.read_text(encoding="utf-8").replace("A-1", "A-2").replace("F-1", "F-2"), encoding="utf-8")
    event = Event(le=day(AU), action="envoi", lettre="relance-1", canal="courrier", dossiers=("A-1", "A-2"))
    paths = [journal_path(dossier.parents[1], name) for name in ("A-1", "A-2")]
    append_event(paths[1], Event(le=day(AU), action="note", note="avant"))
    for path in paths:
        append_event(path, event)
    code, text = said("journal", "annuler", dossier, "1", "--motif", "Restée au bureau", "--au", AU)
    assert code == 0
    assert "A-2.jsonl : ligne 2 annulée" in text
    assert [[e.action for e in read_journal(path).events] for path in paths] == [[], ["note"]]


def test_the_chronology_says_what_was_taken_back(dossier: Path) -> None:
    from generator.loading import load_case
    from generator.portfolio.chronology import chronology_html

    impayes("journal", "ajouter", dossier, "appel", "--resultat", "Rappelle mardi", "--au", AU)
    impayes("journal", "ajouter", dossier, "appel", "--resultat", "Paiera lundi", "--au", AU)
    impayes("journal", "annuler", dossier, "1", "--motif", "Autre client", "--au", AU)
    html = plain_spaces(
        chronology_html(load_case(dossier).case, read_journal(journal_path(dossier.parents[1], "A-1")), AU)
    )
    assert "Rappelle mardi" not in html
    assert "3 lignes chaînées, dont 1 annulée (ligne 1, le 21 novembre 2026 : Autre client)" in html
