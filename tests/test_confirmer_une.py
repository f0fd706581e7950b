"""One prepared letter confirmed at a time: `impayes journal envoyer`."""

from pathlib import Path

import pytest

from generator.errors import Failure
from generator.money import plain_spaces
from generator.portfolio import confirming
from tests.batch_samples import (
    FIRST_ON_PAPER,
    MONDAY,
    TUESDAY,
    confirm,
    day_folder,
    events,
    fill,
    pages,
    prepared,
    quick,
    rows,
    told,
)
from tests.outside import assert_french, impayes
from tests.portfolio_samples import FIRST, agenda, company, dossier, invoice, strategy

__all__ = ["prepared", "quick"]
DUE = "2026-10-01"


def send(path: Path, letter: str, *arguments: str, code: int = 0) -> str:
    """`impayes journal envoyer`; what it says."""
    result = impayes("journal", "envoyer", path, letter, *arguments, "--au", "2026-12-31")
    assert result.exit_code == code, result.output
    assert_french(plain_spaces(result.output))
    return plain_spaces(result.output)


def test_one_letter_confirmed(prepared: Path) -> None:
    """It takes what its preparation says; the table then finds it confirmed."""
    said = send(prepared / "D-1.yml", "mise-en-demeure", "--le", TUESDAY, "--numero-recommande", "1A 7")
    assert "envoi de « mise-en-demeure » noté, le 24/11/2026" in said
    sent = events(prepared, "D-1")[-1]
    assert (sent.niveau, sent.canal, sent.numero_recommande) == ("demeure", "lrar", "1A 7")
    assert sent.fichiers == events(prepared, "D-1")[0].fichiers
    assert "est déjà au journal" in send(prepared / "D-1.yml", "mise-en-demeure", "--le", TUESDAY, code=3)
    assert confirm(fill(prepared, {"envoye_le": TUESDAY})) == "0 envoi noté, 0 réception notée."
    assert len(events(prepared, "D-1")) == 2


def test_one_letter_about_two_dossiers(prepared: Path) -> None:
    """Confirmed from either one, noted in both; not twice."""
    said = send(prepared / "G-2.yml", "mise-en-demeure", "--le", TUESDAY)
    assert said.count("noté, le 24/11/2026") == 2
    assert events(prepared, "G-1") == events(prepared, "G-2")
    for name in ("G-1", "G-2"):
        assert "est déjà au journal" in send(prepared / f"{name}.yml", "mise-en-demeure", "--le", TUESDAY, code=3)
    assert len(events(prepared, "G-1")) == 2


def test_one_letter_about_two_dossiers_stopped_halfway(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noted in the first journal only: the command run on the other dossier completes it and adds nothing else."""
    original = confirming.append_event

    def first_only(journal, event):
        if journal.stem == "G-2":
            raise Failure("G-2.jsonl : écriture impossible (disque plein)")
        return original(journal, event)

    monkeypatch.setattr(confirming, "append_event", first_only)
    assert "disque plein" in send(prepared / "G-1.yml", "mise-en-demeure", "--le", TUESDAY, code=1)
    monkeypatch.undo()
    send(prepared / "G-2.yml", "mise-en-demeure", "--le", TUESDAY)
    assert told(prepared, "G-1") == told(prepared, "G-2") == ["preparation mise-en-demeure", "envoi mise-en-demeure"]


def test_an_old_preparation_does_not_stand_for_a_new_one(tmp_path: Path, quick: None) -> None:
    """Never confirmed and paid since, it is not taken for the letter of today confirmed a second time."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    old, free = (
        invoice("2026-09-01", "100.00"),
        {"conditions": {"indemnite_forfaitaire": "abandonner", "penalites": "abandonner"}},
    )
    path = dossier(folder, old, **free)
    impayes("relancer", folder, "--au", "2026-09-07")
    paid = [{"recu_le": "2026-09-20", "montant": "100.00", "facture": "F-1"}]
    dossier(folder, [old, invoice("2026-11-02", numero="F-2")], paiements=paid, **free)
    impayes("relancer", folder, "--au", MONDAY)
    send(path, "relance-1", "--le", MONDAY)
    assert events(folder, "D-1")[-1].factures == ("F-2",)
    assert "est déjà au journal" in send(path, "relance-1", "--le", MONDAY, code=3)


def test_a_letter_for_each_invoice_is_confirmed_one_after_the_other(tmp_path: Path, quick: None) -> None:
    """Two letters of one kind on one day: two confirmations, then nothing is left to confirm."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER, regroupement="facture"))
    path = dossier(folder, [invoice(DUE, numero="F-1"), invoice(DUE, numero="F-2")])
    impayes("relancer", folder, "--au", MONDAY)
    for _ in range(2):
        send(path, "relance-1", "--le", MONDAY)
    assert {e.factures for e in events(folder, "D-1") if e.action == "envoi"} == {("F-1",), ("F-2",)}
    assert "est déjà au journal" in send(path, "relance-1", "--le", MONDAY, code=3)
    other = company(tmp_path / "f", strategy(FIRST_ON_PAPER, regroupement="facture"))
    dossier(other, [invoice(DUE, numero="F-1"), invoice(DUE, numero="F-2")])
    impayes("relancer", other, "--au", MONDAY)
    assert confirm(fill(other, {}, {"envoye_le": MONDAY})) == "1 envoi noté, 0 réception notée."
    assert [e.factures for e in events(other, "D-1") if e.action == "envoi"] == [("F-2",)]
    states = {tuple(a["factures"]): a["etat"] for a in agenda(other, "--au", TUESDAY)["actions"]}
    assert states[("F-1",)] == "preparee"


def test_a_letter_written_without_relancer(tmp_path: Path) -> None:
    """Nothing was prepared: the dossier says which invoices it was about and when the answer is due."""
    folder = company(tmp_path / "e", strategy(FIRST))
    path = dossier(folder, [invoice(DUE), invoice("2027-01-31", numero="F-2")])
    send(path, "relance-1", "--le", MONDAY, "--canal", "courrier")
    (event,) = events(folder, "D-1")
    assert (event.action, event.canal, event.factures) == ("envoi", "courrier", ("F-1",))
    assert str(event.reponse_avant_le) == "2026-12-01"
    assert "la réception précède l'envoi" in send(path, "relance-2", "--le", TUESDAY, "--recu-le", MONDAY, code=3)


def test_an_earlier_letter_noted_late(prepared: Path) -> None:
    """The letter had left before, by hand: noted on its own day, it makes the prepared one needless."""
    send(prepared / "D-1.yml", "mise-en-demeure", "--le", "2026-11-20")
    said = impayes("relancer", prepared, "--au", MONDAY).output
    assert "D-1" not in said.replace("relances/", "")
    assert [row["dossiers"] for row in rows(prepared)][:1] == ["D-1"]
    printed = [page.partition(" / ")[0] for page in pages(day_folder(prepared) / "a-imprimer.pdf")]
    assert printed == ["D-2", "suite de D-2", "G-1, G-2", "suite de G-1, G-2"]


def test_a_day_still_to_come_is_refused(prepared: Path) -> None:
    """A letter has not left before it leaves: today passes, tomorrow does not."""
    for au, code in (("2026-11-23", 3), (TUESDAY, 0)):
        result = impayes("journal", "envoyer", prepared / "D-1.yml", "mise-en-demeure", "--le", TUESDAY, "--au", au)
        assert result.exit_code == code, result.output


def test_a_letter_for_somebody_else_is_not_confirmed(prepared: Path) -> None:
    """What is written to consumers was not sent to a business, whatever was typed."""
    said = send(prepared / "D-1.yml", "mise-en-demeure-particulier", "--le", TUESDAY, code=3)
    assert "pas pour ce débiteur" in said
