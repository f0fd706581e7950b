"""`impayes relancer --refaire` and what it leaves behind: groups, replaced letters, and what is said of them."""

import datetime as dt
from pathlib import Path

import pytest

from generator.money import plain_spaces
from tests.batch_samples import (
    DUE,
    FIRST_ON_PAPER,
    MONDAY,
    PAPER,
    TUESDAY,
    day_folder,
    debtor,
    events,
    fill,
    pages,
    quick,
    relancer,
    rows,
    told,
)
from tests.outside import assert_french, impayes
from tests.portfolio_samples import FIRST, SECOND, agenda, company, dossier, invoice, note, strategy

__all__ = ["quick"]
OFFERED = FIRST_ON_PAPER.replace("validation: non", "validation: non, penalites: offrir, indemnite_forfaitaire: offrir")
FILE = "D-1_D-2-relance-1-2026-11-23.pdf"


@pytest.fixture
def group(tmp_path: Path, quick: None) -> Path:
    """One letter about two dossiers of a debtor, penalties offered, prepared on Monday; a third debtor beside."""
    folder = company(tmp_path / "e", strategy(OFFERED, regroupement="debiteur"))
    for n in (1, 2):
        dossier(folder, invoice(DUE, f"{n}00.00", f"F-{n}"), f"D-{n}", debiteur=PAPER)
    dossier(folder, invoice(DUE, numero="F-3"), "D-3", debiteur=debtor("Autre client"))
    relancer(folder)
    assert [row["dossiers"] for row in rows(folder)] == ["D-1, D-2", "D-3"]
    return folder


def promise(folder: Path, name: str) -> None:
    """Note a promise to wait for, which stops the reminders of a dossier."""
    note(folder / f"{name}.yml", "promesse", MONDAY, payer_le="2026-12-04")


def refused(path: Path, au: str = MONDAY) -> str:
    """What `journal confirmer` says of a table it refuses."""
    result = impayes("journal", "confirmer", path, "--au", au)
    assert result.exit_code == 3, result.output
    assert_french(plain_spaces(result.output))
    return plain_spaces(result.output)


def test_what_a_level_offers_is_no_change(group: Path) -> None:
    """A second run says nothing of the group's account; one more euro in either dossier does."""
    assert rows(group)[0]["montant"] == "300,00 €"
    assert "a changé" not in relancer(group)
    dossier(group, invoice(DUE, "201.00", "F-2"), "D-2", debiteur=PAPER)
    said = relancer(group)
    assert "D-1, D-2 : le compte a changé depuis la préparation (300,00 €, maintenant 301,00 €)" in said


@pytest.mark.parametrize("names", [("D-1",), ("D-2",), ("D-1", "D-2")])
def test_a_letter_about_several_dossiers_is_made_again_whole(group: Path, names: tuple[str, ...]) -> None:
    """Whichever member is named, one letter about both, in both journals, and one row."""
    dossier(group, invoice(DUE, "201.00", "F-2"), "D-2", debiteur=PAPER)
    said = relancer(group, *(word for name in names for word in ("--refaire", name)))
    assert "Préparées (1)" in said
    assert events(group, "D-1") == events(group, "D-2")
    assert [event.dossiers for event in events(group, "D-1")] == [("D-1", "D-2")] * 2
    assert (rows(group)[0]["dossiers"], rows(group)[0]["montant"]) == ("D-1, D-2", "301,00 €")
    assert len(rows(group)) == 2
    impayes("journal", "confirmer", fill(group, {"envoye_le": MONDAY}), "--au", MONDAY)
    assert told(group, "D-1") == told(group, "D-2") == ["preparation relance-1"] * 2 + ["envoi relance-1"]


def test_the_agenda_shows_one_prepared_letter(group: Path) -> None:
    """As prepared, so shown: the group on one line, the other debtor on its own."""
    found = [(a["dossiers"], a["etat"]) for a in agenda(group, "--au", MONDAY)["actions"]]
    assert sorted(found) == [(["D-1", "D-2"], "preparee"), (["D-3"], "preparee")]


def test_a_member_that_was_not_read(group: Path) -> None:
    """Half of a letter is never made: the other dossier has to be read too, named or in its folder."""
    before = events(group, "D-1")
    result = impayes("relancer", group / "D-1.yml", "--refaire", "D-1", "--au", MONDAY)
    assert result.exit_code == 3
    assert "D-1 : sa lettre parle aussi de D-2, à lire en même temps" in plain_spaces(result.output)
    assert events(group, "D-1") == before
    result = impayes("relancer", group / "D-1.yml", group / "D-2.yml", "--refaire", "D-1", "--au", MONDAY)
    assert result.exit_code == 0, result.output


def test_the_replaced_letter_leaves_the_table_and_the_pile(group: Path) -> None:
    """D-2 promised to pay: the letter made again is about D-1 alone, and the first one is neither printed nor confirmed."""
    promise(group, "D-2")
    old = fill(group, {}).read_bytes()
    said = relancer(group, "--refaire", "D-1")
    assert "D-1, D-2 : « relance-1 », préparée le 23/11/2026, ne doit plus partir : remplacée par celle du" in said
    for _ in range(2):
        assert [row["dossiers"] for row in rows(group)] == ["D-1", "D-3"]
        printed = [page.partition(" / ")[0] for page in pages(day_folder(group) / "a-imprimer.pdf")]
        assert printed == ["D-1", "D-3"]
        relancer(group)
    fresh = (day_folder(group) / "recapitulatif.csv").read_bytes()
    table = day_folder(group) / "recapitulatif.csv"
    table.write_bytes(old)
    said = refused(fill(group, {"envoye_le": MONDAY}))
    assert "recapitulatif.csv:2: lettre remplacée par celle du 23/11/2026" in said
    table.write_bytes(fresh)
    impayes("journal", "confirmer", fill(group, {"envoye_le": MONDAY}), "--au", MONDAY)
    assert told(group, "D-1") == ["preparation relance-1"] * 2 + ["envoi relance-1"]
    assert "envoi relance-1" not in told(group, "D-2")
    # Not even once the newer one is confirmed, nor from a run that does not read these dossiers.
    assert impayes("relancer", group / "D-3.yml", "--au", MONDAY).exit_code == 0
    assert [row["dossiers"] for row in rows(group)] == ["D-1", "D-3"]


def test_what_was_typed_about_a_replaced_letter_is_kept(group: Path) -> None:
    """The person's own cells are never thrown away: the row stays until they are cleared."""
    promise(group, "D-2")
    fill(group, {"envoye_le": "23/11/2026"})
    relancer(group, "--refaire", "D-1")
    kept = [(row["dossiers"], row["envoye_le"]) for row in rows(group)]
    assert kept == [("D-1", ""), ("D-1, D-2", "23/11/2026"), ("D-3", "")]
    fill(group, {}, {"envoye_le": ""})
    relancer(group)
    assert [row["dossiers"] for row in rows(group)] == ["D-1", "D-3"]


def test_a_draft_about_dossiers_one_of_which_had_its_own_letter(tmp_path: Path, quick: None) -> None:
    """`envoyer` says that the draft was replaced, not that it left; the command it gives prepares the rest."""
    folder = company(tmp_path / "e", strategy(FIRST, regroupement="debiteur"))
    for n in (1, 2):
        dossier(folder, invoice(DUE, f"{n}00.00", f"F-{n}"), f"D-{n}")
    relancer(folder)
    sent_alone = {"lettre": "relance-1", "niveau": "premiere", "canal": "email"}
    note(folder / "D-1.yml", "envoi", MONDAY, factures=("F-1",), **sent_alone)
    said = " ".join(plain_spaces(impayes("envoyer", folder, "--au", MONDAY).output).split())
    assert "remplacée : « impayes relancer --refaire D-2 » prépare ce qui reste à envoyer" in said
    assert "déjà envoyé" not in said
    assert "Préparées (1)" in relancer(folder, "--refaire", "D-2")
    assert events(folder, "D-2")[-1].dossiers == ()


def test_a_draft_noted_as_sent_in_one_dossier_only(tmp_path: Path, quick: None) -> None:
    """The very message left, by its invoices: it only has to be confirmed for the other dossier."""
    folder = company(tmp_path / "e", strategy(FIRST, regroupement="debiteur"))
    for n in (1, 2):
        dossier(folder, invoice(DUE, f"{n}00.00", f"F-{n}"), f"D-{n}")
    relancer(folder)
    whole = {"lettre": "relance-1", "niveau": "premiere", "canal": "email", "factures": ("F-1", "F-2")}
    note(folder / "D-1.yml", "envoi", MONDAY, **whole)
    said = plain_spaces(impayes("envoyer", folder, "--au", MONDAY).output)
    assert "déjà envoyé d'après le journal de D-1" in said


def test_proceedings_are_the_reason_not_what_the_declaration_lacks(tmp_path: Path, quick: None) -> None:
    """A prepared letter stopped by proceedings says so, whatever field the declaration still needs."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice(DUE), debiteur=PAPER)
    relancer(folder)
    opened = {"type": "sauvegarde", "jugement_le": "2026-11-20", "publication_bodacc_le": "2026-11-21"}
    dossier(folder, invoice(DUE), debiteur={**PAPER, "procedure_collective": opened})
    said = relancer(folder)
    states = [action["etat"] for action in agenda(folder, "--au", MONDAY)["actions"]]
    assert states == ["bloquee"], "the declaration lacks something"
    assert "ne doit plus partir : procédure collective ouverte le 20/11/2026" in said


def test_several_agreements_after_one_option(tmp_path: Path, quick: None) -> None:
    """« --valider A B » or « "A B" »: the sentence says how to name several, and nothing is made."""
    folder = company(tmp_path / "e", strategy(SECOND.replace("précédente + 12", "échéance + 3")))
    for n in (1, 2):
        dossier(folder, invoice(DUE), f"D-{n}")
    hint = "plusieurs accords : répéter --valider devant chaque référence"
    assert hint in relancer(folder, "--valider", "D-1", "D-2", code=3)
    assert hint in relancer(folder, "--valider", "D-1 D-2", code=3)
    assert "répéter --refaire devant" in relancer(folder, "--refaire", "D-1", "D-2", code=3)
    assert not (folder / "journal").exists()
    assert "Préparées (2)" in relancer(folder, "--valider", "D-1", "--valider", "D-2")


def test_the_day_of_the_run_is_kept_in_the_advice(tmp_path: Path, quick: None) -> None:
    """Another day than today is repeated in the command to type, today is not."""
    folder = company(tmp_path / "e", strategy(SECOND.replace("précédente + 12", "échéance + 3")))
    today = dt.datetime.now().astimezone().date()
    yesterday = today - dt.timedelta(days=1)
    dossier(folder, invoice((today - dt.timedelta(days=60)).isoformat()), "D-1")
    assert f"impayes relancer {folder} --au {yesterday} --valider D-1" in relancer(folder, au=yesterday.isoformat())
    said = plain_spaces(impayes("relancer", folder).output)
    assert f"impayes relancer {folder} --valider D-1" in said


def test_one_next_step(tmp_path: Path, quick: None) -> None:
    """What leaves by e-mail and what leaves on paper, in one sentence; only what there is."""
    folder = company(tmp_path / "e", strategy(FIRST))
    dossier(folder, invoice(DUE), "D-1")
    said = relancer(folder)
    assert said.count("Étape suivante : impayes envoyer") == 1
    assert "journal confirmer" not in said
    dossier(folder, invoice(DUE), "D-2", debiteur=PAPER)
    said = relancer(folder)
    assert said.count("Étape suivante") == 1
    assert said.index("impayes envoyer") < said.index("impayes journal confirmer")


def test_sent_once_more(tmp_path: Path, quick: None) -> None:
    """A confirmed letter noted again another day would move the answer date: refused, unless it did leave twice."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    path = dossier(folder, invoice(DUE))
    relancer(folder)

    def send(*options: str) -> tuple[int, str]:
        result = impayes("journal", "envoyer", path, "relance-1", "--au", "2026-11-30", *options)
        return result.exit_code, plain_spaces(result.output)

    assert send("--le", MONDAY)[0] == 0
    code, said = send("--le", TUESDAY)
    assert (code, "est déjà partie le 23/11/2026 pour les mêmes factures : ajouter --encore" in said) == (3, True)
    assert len(events(folder, "D-1")) == 2
    assert send("--le", TUESDAY, "--encore")[0] == 0
    dossier(folder, [invoice(DUE), invoice("2026-11-20", numero="F-2")])
    assert send("--le", "2026-11-26")[0] == 0, "another invoice is owed since: it is another letter"
    assert events(folder, "D-1")[-1].factures == ("F-1", "F-2")
