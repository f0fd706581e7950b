"""`impayes prescription`: what a person reads, what another program reads, what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.journal import Event, append_event
from generator.money import plain_spaces
from tests.conftest import ROOT, day
from tests.outside import assert_french, impayes, problem, refused, write

OLD = (
    ("emise_le: 2026-06-01", "emise_le: 2022-03-12\n    executee_le: 2022-03-10"),
    ("echeance: 2026-07-01", "echeance: 2022-04-11"),
)
UNKNOWN = (("emise_le: 2026-06-01", "emise_le: 2022-03-12"), OLD[1])
PUBLIC = ("qualite: professionnel", "qualite: public")
EVENTS = """\
prescription:
  evenements:
    - {le: 2025-06-18, cause: reconnaissance, factures: [F-1], piece: pieces/accord.pdf, note: par la gérante}
    - {le: 2026-01-12, fin_le: 2026-02-11, cause: mediation}
    - {le: 2026-03-02, cause: reclamation}
"""
PROMISE = "promesses: [{recue_le: 2026-05-04, payer_le: 2026-05-20, canal: email}]\n"


def invoices(path: Path, au: str) -> list[dict[str, Any]]:
    """What the command says to another program."""
    result = impayes("prescription", path, "--au", au, "--json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["schema"] == "impayes/prescription/1"
    found: list[dict[str, Any]] = data["factures"]
    return found


def said(path: Path, au: str) -> tuple[str, str]:
    """Standard output and standard error, spaces made plain and lines joined."""
    result = impayes("prescription", path, "--au", au)
    assert result.exit_code == 0, result.output
    assert_french(result.output)
    out, err = (" ".join(plain_spaces(text).split()) for text in (result.stdout, result.stderr))
    return out, err


def test_each_step_is_told(tmp_path: Path) -> None:
    """Start, period, events with their texts and proof, last day, what remains to be checked."""
    out, _ = said(write(tmp_path, *OLD, extra=EVENTS + PROMISE), "2026-11-21")
    for words in (
        "Départ 10/03/2022, exécution",
        "5 ans (C. com., art. L110-4 et C. civ., art. 2224), jusqu'au 10/03/2027 avant tout événement",
        "18/06/2025 reconnaissance de la dette (par la gérante) : interrompt ; nouveau délai de 5 ans, jusqu'au 18/06/2030 "
        "(C. civ., art. 2240 et 2231) [pieces/accord.pdf]",
        "médiation : suspend jusqu'au 11/02/2026 ; le délai va jusqu'au 18/07/2030",
        "réclamation écrite : sans effet, une lettre, même recommandée, n'interrompt pas le délai",
        "Dernier jour 18/07/2030 : encore 43 mois",
        "promesse de payer, 04/05/2026 : vaut peut-être reconnaissance ; le délai irait alors jusqu'au 04/05/2031",
        "information, et non avis",
    ):
        assert words in out


def test_the_example_of_the_guide(tmp_path: Path) -> None:
    """What the page shows is what the command says."""
    page = (ROOT / "docs" / "justice" / "prescription.md").read_text(encoding="utf-8")
    (events,) = re.findall(r'^``` yaml title="Fin du dossier"\n(.*?)^```', page, re.DOTALL | re.MULTILINE)
    (shown,) = re.findall(r"^``` text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    path = write(tmp_path, *OLD, ("numero: F-1", "numero: F-2022-031"), extra=events)
    result = impayes("prescription", path, "--au", "2026-11-21")
    assert shown in plain_spaces(result.stdout)


def test_what_another_program_reads(tmp_path: Path) -> None:
    """The same, as data."""
    (found,) = invoices(write(tmp_path, *OLD, extra=EVENTS + PROMISE), "2026-11-21")

    assert found["depart"] == {"le": "2022-03-10", "source": "execution"}
    assert (found["annees"], found["jusqu_au_initial"], found["jusqu_au"]) == (5, "2027-03-10", "2030-07-18")
    assert [(e["cause"], e["effet"], e["jusqu_au"]) for e in found["evenements"]] == [
        ("reconnaissance", "interruption", "2030-06-18"),
        ("mediation", "suspension", "2030-07-18"),
        ("reclamation", "aucun", "2030-07-18"),
    ]
    assert found["evenements"][0]["piece"] == "pieces/accord.pdf"
    assert (found["etat"], found["mois_restants"], found["remarques"]) == ("en-cours", 43, [])
    assert [(d["le"], d["jusqu_au"]) for d in found["a_verifier"]] == [("2026-05-04", "2031-05-04")]


@pytest.mark.parametrize(
    ("performed", "state", "words", "loud"),
    [
        ("2021-11-20", "acquise", "20/11/2026 : PASSÉ depuis 1 jour", "PRESCRIPTION, facture F-1"),
        ("2021-11-21", "imminente", "21/11/2026 : URGENT, c'est aujourd'hui", "c'est le dernier jour"),
        ("2021-11-22", "imminente", "22/11/2026 : URGENT, encore 1 jour", "il reste 1 jour"),
        ("2021-12-21", "imminente", "21/12/2026 : URGENT, encore 1 mois", "il reste 30 jours"),
        ("2021-12-22", "proche", "22/12/2026 : ATTENTION, encore 1 mois", "Prescription proche"),
        ("2022-05-21", "proche", "21/05/2027 : ATTENTION, encore 6 mois", "Prescription proche"),
        ("2022-05-22", "en-cours", "22/05/2027 : encore 6 mois", None),
    ],
)
def test_how_loud_it_is(tmp_path: Path, performed: str, state: str, words: str, loud: str | None) -> None:
    """Six months before, one month before, the day itself, the day after."""
    swap = ("emise_le: 2026-06-01", f"emise_le: {performed}\n    executee_le: {performed}")
    path = write(tmp_path, swap, ("echeance: 2026-07-01", "echeance: 2022-07-01"))

    (found,) = invoices(path, "2026-11-21")
    assert found["etat"] == state
    out, err = said(path, "2026-11-21")
    assert words in out
    assert err.count("Attention") == (1 if loud else 0)
    assert (loud or "") in err
    assert "impayes procedures" in err


def test_a_case_before_the_court(tmp_path: Path) -> None:
    """Stopped, and the day it would be if it ended now."""
    suit = "prescription: {evenements: [{le: 2026-02-02, cause: demande-en-justice}]}\n"
    out, err = said(write(tmp_path, *OLD, extra=suit), "2026-11-21")
    assert "le délai est arrêté ; s'il reprenait aujourd'hui, il irait jusqu'au 21/11/2031 au plus tôt" in out
    assert "rejetée, abandonnée ou périmée" in out
    assert "Attention" not in err


def test_a_title(tmp_path: Path) -> None:
    """No longer the time to sue, but to enforce."""
    title = "decision: {type: jugement, rendue_le: 2025-09-01, executoire_le: 2025-12-01, interets: penalites}\n"
    out, err = said(write(tmp_path, *OLD, extra=title), "2026-11-21")
    assert "exécutoire depuis le 01/12/2025" in out
    assert "jusqu'au 01/09/2035" in out
    assert "Attention" not in err
    (found,) = invoices(write(tmp_path / "json", *OLD, extra=title), "2026-11-21")
    assert (found["annees"], found["jusqu_au"]) == (10, "2035-09-01")
    assert (found["annees_initiales"], found["jusqu_au_initial"]) == (5, "2027-03-10")


def test_an_unknown_start_is_a_warning(tmp_path: Path) -> None:
    """The invoice's day may be too late: said plainly."""
    path = write(tmp_path, *UNKNOWN)
    (found,) = invoices(path, "2026-11-21")
    assert found["depart"] == {"le": "2022-03-12", "source": "facture"}
    assert "peut donc être trop tardive" in said(path, "2026-11-21")[0]


def test_letters_of_the_journal(tmp_path: Path) -> None:
    """To a public body they count, and why is said; to a company they do not even appear."""
    sent = Event(le=day("2023-05-02"), action="envoi", lettre="relance-1", canal="lrar")
    for kind, until in (("public", "2027-12-31"), ("professionnel", "2027-03-10")):
        folder = tmp_path / kind
        path = write(folder, *OLD, ("qualite: professionnel", f"qualite: {kind}"))
        append_event(folder / "journal" / "2026-014.jsonl", sent)
        (found,) = invoices(path, "2026-11-21")
        assert found["jusqu_au"] == until
        assert len(found["evenements"]) == (1 if kind == "public" else 0)
    out, _ = said(tmp_path / "public" / "dossier.yml", "2026-11-21")
    assert "réclamation écrite (lettre « relance-1 » envoyée par recommandé, notée au journal) : interrompt" in out
    assert "Loi n° 68-1250, art. 2" in out
    assert "délai compté du 1er janvier suivant" in out


def test_a_payment_of_the_journal_is_to_be_checked(tmp_path: Path) -> None:
    """It is not counted by itself."""
    path = write(tmp_path, *OLD)
    event = Event.model_validate({"le": "2026-05-04", "action": "paiement", "montant": "100"})
    append_event(tmp_path / "journal" / "2026-014.jsonl", event)
    (found,) = invoices(path, "2026-11-21")
    assert (found["jusqu_au"], found["a_verifier"][0]["jusqu_au"]) == ("2027-03-10", "2031-05-04")
    assert found["a_verifier"][0]["nature"] == "paiement de 100,00 € noté au journal"


def test_nothing_owed(tmp_path: Path) -> None:
    """A paid invoice has no period to watch."""
    path = write(tmp_path, *OLD, extra="paiements: [{recu_le: 2022-04-11, montant: 1200}]\n")
    assert invoices(path, "2026-11-21") == []
    out, err = said(path, "2026-11-21")
    assert "Rien n'est dû" in out
    assert err == ""


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("{le: 2025-06-18, cause: relance}", "cause"),
        ("{le: 2025-06-18, cause: reconnaissance, factures: [F-9]}", "facture « F-9 » absente de ce dossier"),
        ("{le: 2025-06-18, cause: reconnaissance, fin_le: 2025-07-01}", "fin_le n'a pas de sens"),
        ("{le: 2025-06-18, cause: mediation, fin_le: 2025-06-17}", "la fin précède le début"),
        ("{cause: mediation}", "le"),
        ("{le: 2025-06-18, cause: mediation, fini_le: 2025-07-17}", "fin_le"),
    ],
)
def test_mistakes_in_an_event(tmp_path: Path, event: str, sentence: str) -> None:
    """One French sentence, at its line, and exit code 3."""
    extra = f"prescription:\n  evenements:\n    - {event}\n"
    found = problem(tmp_path, *OLD, extra=extra)
    assert sentence in found
    assert "prescription.evenements" in found
    assert refused(3, "prescription", tmp_path / "dossier.yml").strip() == plain_spaces(found)


@pytest.mark.parametrize(
    ("fields", "au", "words", "step"),
    [
        ("", "2026-11-21", "déclarer dans les 2 mois de la publication au BODACC", "declaration"),
        (", publication_bodacc_le: 2026-10-12", "2026-12-12", "déclarer avant le 12/12/2026 (", "declaration"),
        (", publication_bodacc_le: 2026-10-12", "2026-12-13", "passé depuis le 12/12/2026", "declaration"),
        (
            ", publication_bodacc_le: 2026-10-12, declaree_le: 2026-12-12",
            "2026-12-20",
            "créance déclarée le 12/12/2026 (",
            "checklist procedure-collective --dossier",
        ),
        (
            ", publication_bodacc_le: 2026-10-12, declaree_le: 2026-12-13",
            "2026-12-20",
            "créance déclarée le 13/12/2026, après la fin du délai, le 12/12/2026 (",
            "checklist procedure-collective --dossier",
        ),
    ],
)
def test_collective_proceedings_come_first(tmp_path: Path, fields: str, au: str, words: str, step: str) -> None:
    """Before any time to sue: the claim is declared, and the command that follows prepares it."""
    block = f"\n  procedure_collective: {{type: liquidation, jugement_le: 2026-10-06{fields}}}"
    path = write(tmp_path, *OLD, ("qualite: professionnel", f"qualite: professionnel{block}"))
    out, err = said(path, au)
    assert out.startswith("Procédure collective du 06/10/2026 : ")
    assert out.index(words) < out.index("Prescription du dossier")
    assert f"impayes {step} {path}" in err
    assert said(path, "2026-10-05")[0].startswith("Prescription du dossier")
