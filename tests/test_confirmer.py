"""A prepared letter becomes a letter sent: a whole table at once (`impayes journal confirmer`)."""

from pathlib import Path

import pytest

from generator.money import plain_spaces
from generator.portfolio import confirming
from tests.batch_samples import (
    MONDAY,
    TUESDAY,
    confirm,
    day_folder,
    events,
    fill,
    prepared,
    quick,
    rows,
    save,
    told,
)
from tests.outside import assert_french, impayes, tree
from tests.portfolio_samples import agenda, note

__all__ = ["prepared", "quick"]
RETURN = "2026-11-27"


def table(folder: Path, au: str = MONDAY) -> Path:
    """The table of a day."""
    return day_folder(folder, au) / "recapitulatif.csv"


def mistakes(path: Path, au: str = TUESDAY) -> list[str]:
    """The sentences of a refused table, checked to be French; nothing may have been written."""
    folder = path.parents[2]
    before = tree(folder / "journal")
    result = impayes("journal", "confirmer", path, "--au", au)
    assert result.exit_code == 3, result.output
    assert result.stdout == ""
    said = plain_spaces(result.stderr)
    assert_french(said)
    assert tree(folder / "journal") == before
    return said.splitlines()


def test_a_year_that_a_spreadsheet_shortened(prepared: Path) -> None:
    """« 24/11 » typed in a French spreadsheet is saved as « 24/11/26 »: it is that day of 2026."""
    path = fill(prepared, {"envoye_le": "24/11/26", "numero_recommande": "1A 001"})
    assert confirm(path) == "1 envoi noté, 0 réception notée."
    assert str(events(prepared, "D-1")[-1].le) == TUESDAY


def test_a_table_filled_little_by_little(prepared: Path) -> None:
    """What is filled is confirmed, once; the rest later; receptions when the slips come back."""
    path = fill(prepared, {"envoye_le": "24/11/2026", "numero_recommande": "1A 001"}, {"numero_recommande": "1A 002"})
    assert confirm(path) == "1 envoi noté, 0 réception notée."
    assert confirm(path) == "0 envoi noté, 0 réception notée."
    assert told(prepared, "D-1") == ["preparation mise-en-demeure", "envoi mise-en-demeure"]
    assert told(prepared, "D-2") == ["preparation mise-en-demeure"], "a number alone is a slip filled in advance"
    sent = events(prepared, "D-1")[-1]
    made = events(prepared, "D-1")[0]
    assert (str(sent.le), sent.canal, sent.numero_recommande, sent.etablit) == (
        TUESDAY,
        "lrar",
        "1A 001",
        "mise_en_demeure",
    )
    assert (sent.fichiers, sent.factures, sent.reponse_avant_le) == (
        made.fichiers,
        made.factures,
        made.reponse_avant_le,
    )

    path = fill(prepared, {}, {"envoye_le": "2026-11-24"}, {"envoye_le": "24/11/2026", "numero_recommande": "1A 003"})
    assert confirm(path) == "2 envois notés, 0 réception notée.", "a letter about two dossiers is one letter"
    assert events(prepared, "G-1")[-1] == events(prepared, "G-2")[-1]
    assert events(prepared, "D-2")[-1].numero_recommande == "1A 002"

    path = fill(prepared, {"recu_le": "27/11/2026"}, {}, {"recu_le": "26/11/2026"})
    assert confirm(path, RETURN) == "0 envoi noté, 2 réceptions notées."
    assert confirm(path, RETURN) == "0 envoi noté, 0 réception notée."
    for name in ("G-1", "G-2"):
        assert told(prepared, name)[-1] == "reception mise-en-demeure"
        assert str(events(prepared, name)[-1].le) == "2026-11-26"
    assert impayes("journal", "verifier", prepared).exit_code == 0


def test_the_agenda_follows(prepared: Path) -> None:
    """Prepared, then sent: the dossier moves on, and its deadline to answer appears."""
    (one,) = agenda(prepared / "D-1.yml", "--au", TUESDAY)["actions"]
    assert (one["niveau"], one["etat"]) == ("demeure", "preparee")
    confirm(fill(prepared, {"envoye_le": TUESDAY}))
    (one,) = agenda(prepared / "D-1.yml", "--au", TUESDAY)["actions"]
    assert (one["niveau"], one["etat"]) == ("decision", "a-venir")
    found = agenda(prepared / "D-1.yml", "--au", TUESDAY)["echeances"]
    assert ("2026-12-08", "D-1") in [(item["le"], item["dossier"]) for item in found], (
        "a fortnight from the letter's date"
    )


def test_sent_and_received_at_once(prepared: Path) -> None:
    """Filled in one go, the day of reception is that of the sending's own line."""
    assert (
        confirm(fill(prepared, {"envoye_le": TUESDAY, "recu_le": RETURN}), RETURN) == "1 envoi noté, 0 réception notée."
    )
    assert str(events(prepared, "D-1")[-1].recu_le) == RETURN
    assert confirm(table(prepared), RETURN) == "0 envoi noté, 0 réception notée."


def test_every_mistake_at_once(prepared: Path) -> None:
    """Each with its line, and nothing is noted of the rows that are right."""
    path = fill(
        prepared,
        {"envoye_le": TUESDAY},
        {"envoye_le": "hier"},
        {"envoye_le": "25/11/2026", "canal": "pigeon"},
    )
    found = mistakes(path)
    assert len(found) == 2
    assert found[0].startswith("recapitulatif.csv:3: envoye_le : date illisible")
    assert found[1].startswith("recapitulatif.csv:4: envoye_le : le 25/11/2026 est encore à venir")
    assert "canal « pigeon » inconnu" in mistakes(path, "2026-11-25")[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"envoye_le": "25/11/2026"}, "envoye_le : le 25/11/2026 est encore à venir : corriger la date"),
        ({"envoye_le": "22/11/2026"}, "envoye_le précède la préparation (23/11/2026) : corriger la date"),
        ({"envoye_le": "24/11/2026", "recu_le": "23/11/2026"}, "recu_le précède envoye_le"),
        ({"envoye_le": "24/11/2026", "recu_le": "25/11/2026"}, "recu_le : le 25/11/2026 est encore à venir"),
        ({"recu_le": "24/11/2026"}, "recu_le sans envoye_le : remplir aussi le jour d'envoi"),
        ({"envoye_le": "30/02/2026"}, "envoye_le : cette date n'existe pas (30/02/2026)"),
        ({"envoye_le": "oui"}, "envoye_le : date illisible"),
        ({"envoye_le": "24/11/2026", "canal": "poste"}, "canal « poste » inconnu : écrire email, courrier, lrar"),
        ({"envoye_le": "24/11/2026", "fichier": ""}, "fichier : case vide : remettre cette colonne"),
        ({"envoye_le": "24/11/2026", "fichier": "D-9/x.pdf"}, "aucune lettre n'est préparée sous le nom « D-9/x.pdf »"),
        ({"envoye_le": "24/11/2026", "fichier": "../D-1/x.pdf"}, "aucune lettre n'est préparée sous le nom « ../D-1"),
        ({"envoye_le": "24/11/2026", "numero_recommande": "8,70001E+13"}, "le tableur a arrondi « 8,70001E+13 »"),
    ],
)
def test_mistakes_in_a_row(prepared: Path, change: dict[str, str], said: str) -> None:
    """One sentence that says what to write; the day itself and the day of preparation are accepted."""
    (found,) = mistakes(fill(prepared, change))
    assert found.startswith("recapitulatif.csv:2: ")
    assert said in found


def test_the_first_and_the_last_day_accepted(prepared: Path) -> None:
    """Sent the very day it was made, received the very day of the command; another channel than planned is kept."""
    path = fill(
        prepared, {"envoye_le": MONDAY, "canal": ""}, {"envoye_le": TUESDAY, "recu_le": TUESDAY, "canal": "courrier"}
    )
    assert confirm(path) == "2 envois notés, 0 réception notée."
    assert [events(prepared, name)[-1].canal for name in ("D-1", "D-2")] == ["lrar", "courrier"]


def test_what_contradicts_the_journal_is_refused(prepared: Path) -> None:
    """The journal is never rewritten: another date or number typed afterwards is not silently forgotten."""
    confirm(fill(prepared, {"envoye_le": TUESDAY, "numero_recommande": "1A 001"}, {"envoye_le": TUESDAY}))
    confirm(fill(prepared, {"recu_le": RETURN}), RETURN)
    path = fill(
        prepared,
        {"envoye_le": MONDAY, "recu_le": ""},
        {"envoye_le": "", "recu_le": MONDAY},
        {"envoye_le": TUESDAY, "recu_le": MONDAY},
    )
    said = mistakes(path, RETURN)
    assert "recapitulatif.csv:2: envoye_le : l'envoi est au journal, le 24/11/2026 : remettre cette date" in said
    assert "recapitulatif.csv:3: recu_le précède envoye_le : corriger l'un des deux" in said
    assert len(said) == 3
    path = fill(
        prepared, {"envoye_le": TUESDAY, "numero_recommande": "9Z"}, {"recu_le": ""}, {"envoye_le": "", "recu_le": ""}
    )
    assert mistakes(path, RETURN) == [
        "recapitulatif.csv:2: numero_recommande : le journal tient « 1A 001 » : remettre ce numéro"
    ]
    path = fill(prepared, {"numero_recommande": "", "recu_le": "26/11/2026"})
    assert mistakes(path, RETURN) == [
        "recapitulatif.csv:2: recu_le : la réception est au journal, le 27/11/2026 : remettre cette date"
    ]


def test_a_number_typed_after_the_sending(prepared: Path) -> None:
    """It is kept with the slip that comes back."""
    confirm(fill(prepared, {"envoye_le": TUESDAY}))
    path = fill(prepared, {"numero_recommande": "1A 001"})
    assert confirm(path) == "0 envoi noté, 0 réception notée."
    assert confirm(fill(prepared, {"recu_le": RETURN}), RETURN) == "0 envoi noté, 1 réception notée."
    assert events(prepared, "D-1")[-1].numero_recommande == "1A 001"
    assert confirm(path, RETURN) == "0 envoi noté, 0 réception notée."


def test_a_reception_noted_by_hand_is_known(prepared: Path) -> None:
    """`journal ajouter reception` and the table do not note it twice."""
    confirm(fill(prepared, {"envoye_le": TUESDAY}))
    note(prepared / "D-1.yml", "reception", RETURN, lettre="mise-en-demeure")
    assert confirm(fill(prepared, {"recu_le": RETURN}), RETURN) == "0 envoi noté, 0 réception notée."


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "cp1252"), (",", "utf-8"), (",", "cp1252"), ("\t", "utf-16"), (";", "utf-8")]
)
def test_as_spreadsheets_save_it(prepared: Path, delimiter: str, encoding: str) -> None:
    """Excel and LibreOffice, in their own encodings and separators; accents in the debtor's name or not."""
    found = rows(prepared)
    for row in found:
        row |= {"debiteur": "Café Élan, œuvres", "envoye_le": "24/11/2026"}
    found.append(dict.fromkeys(found[0], ""))
    save(table(prepared), found, delimiter=delimiter, encoding=encoding)
    assert confirm(table(prepared)) == "3 envois notés, 0 réception notée."


def test_rows_and_columns_moved_or_removed(prepared: Path) -> None:
    """Sorted, cut, other columns thrown away or added: the file says which letter a row is about."""
    found = [
        {"note": "à suivre", " Envoye_le": "24/11/2026", "FICHIER": row["fichier"], "recu_le": "", "canal": row["canal"],
         "numero_recommande": ""}
        for row in reversed(rows(prepared))
    ][:2]  # fmt: skip
    save(table(prepared), found)
    assert confirm(table(prepared)) == "2 envois notés, 0 réception notée."
    assert told(prepared, "D-1") == ["preparation mise-en-demeure"], "its row was removed"
    assert told(prepared, "D-2")[-1] == told(prepared, "G-2")[-1] == "envoi mise-en-demeure"


def test_a_row_twice(prepared: Path) -> None:
    """A row copied by mistake does not count twice."""
    found = rows(prepared)
    found[0]["envoye_le"] = TUESDAY
    save(table(prepared), [*found, found[0]])
    assert mistakes(table(prepared)) == ["recapitulatif.csv:5: cette lettre est déjà à la ligne 2 : n'en garder qu'une"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\r\r\n\x00", "recapitulatif.csv : c'est un classeur ; l'enregistrer au format CSV"),
        (b"", "recapitulatif.csv : colonnes manquantes : canal, fichier, envoye_le, numero_recommande, recu_le"),
        (b"canal;fichier;envoye_le;numero_recommande\r\n", "recapitulatif.csv : colonne manquante : recu_le"),
        (b"\x00\xff\xd8\r\rn'importe quoi", "recapitulatif.csv : colonnes manquantes"),
        (b"canal;fichier;envoye_le;numero_recommande;recu_le\r\n" + b"x" * 200_000, "recapitulatif.csv:"),
    ],
)
def test_not_a_table_of_ours(prepared: Path, content: bytes, said: str) -> None:
    """A workbook, an empty file, another file: said, never guessed."""
    table(prepared).write_bytes(content)
    assert mistakes(table(prepared))[0].startswith(said)


def test_no_table(tmp_path: Path, prepared: Path) -> None:
    """The sentence says who writes it."""
    for path in (tmp_path / "absent.csv", prepared):
        result = impayes("journal", "confirmer", path)
        assert result.exit_code == 3
        assert "« impayes relancer » l'écrit dans relances/<jour>/" in result.stderr


def test_a_broken_journal_is_named_with_the_row(prepared: Path) -> None:
    """One altered journal: its row is refused, and so is the table until it is mended."""
    journal = prepared / "journal" / "D-2.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b"lrar", b"lre"))
    path = fill(prepared, {"envoye_le": TUESDAY}, {"envoye_le": TUESDAY})
    (said,) = mistakes(path)
    assert said.startswith("recapitulatif.csv:3: D-2.jsonl:1: ")
    journal.write_bytes(whole)
    assert confirm(path) == "2 envois notés, 0 réception notée."


def test_a_group_confirmed_halfway(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between the journals of one letter: the same command tells the second, not the first again."""
    path = fill(prepared, {}, {}, {"envoye_le": TUESDAY})
    original = confirming.append_event

    def once(journal, event):
        if journal.stem == "G-2":
            raise OSError(28, "disque plein")
        return original(journal, event)

    monkeypatch.setattr(confirming, "append_event", once)
    with pytest.raises(OSError, match="disque"):
        confirming.confirm_table(path, prepared, confirming.date.fromisoformat(TUESDAY))
    monkeypatch.undo()
    assert len(events(prepared, "G-1")) == 2
    assert len(events(prepared, "G-2")) == 1
    impayes("journal", "confirmer", path, "--au", TUESDAY)
    assert events(prepared, "G-1") == events(prepared, "G-2")
    assert len(events(prepared, "G-1")) == 2


def test_a_dossier_without_its_preparation_is_confirmed_all_the_same(prepared: Path) -> None:
    """The preparation was interrupted between two journals and nobody ran `relancer` since."""
    (prepared / "journal" / "G-2.jsonl").unlink()
    (prepared / "journal" / ".tetes" / "G-2").unlink()
    confirm(fill(prepared, {}, {}, {"envoye_le": TUESDAY}))
    assert told(prepared, "G-2") == ["envoi mise-en-demeure"]
    assert confirm(table(prepared)) == "0 envoi noté, 0 réception notée."
    impayes("relancer", prepared, "--au", TUESDAY, "--tout-valider")
    assert told(prepared, "G-1") == ["preparation mise-en-demeure", "envoi mise-en-demeure"]


def test_a_table_of_another_day(prepared: Path) -> None:
    """Made again the next day: the first table is refused, the second one confirmed, and there is no third letter."""
    impayes("relancer", prepared, "--refaire", "D-1", "--au", TUESDAY)
    assert told(prepared, "D-1") == ["preparation mise-en-demeure"] * 2
    (said,) = mistakes(fill(prepared, {"envoye_le": TUESDAY}))
    assert said.startswith("recapitulatif.csv:2: lettre remplacée par celle du 24/11/2026 : vider cette ligne")
    assert confirm(fill(prepared, {"envoye_le": TUESDAY}, au=TUESDAY)) == "1 envoi noté, 0 réception notée."
    assert len(mistakes(table(prepared))) == 1, "what was confirmed since is the newer letter"
    assert confirm(fill(prepared, {"envoye_le": ""}, {"envoye_le": TUESDAY})) == "1 envoi noté, 0 réception notée."
    said = impayes("relancer", prepared, "--au", "2026-11-25").output
    assert "D-1" not in said


def test_a_letter_confirmed_then_made_again(prepared: Path) -> None:
    """Confirmed before another one was made: its reception is still noted from its own table."""
    path = fill(prepared, {"envoye_le": TUESDAY})
    confirm(path)
    made = events(prepared, "D-1")[0]
    files = [{"nom": "D-1-mise-en-demeure-2026-11-25.pdf", "sha256": "0" * 64}]
    note(prepared / "D-1.yml", "preparation", "2026-11-25", lettre=made.lettre, niveau=made.niveau, canal="lrar",
         factures=made.factures, fichiers=files)  # fmt: skip
    assert confirm(fill(prepared, {"recu_le": "2026-11-26"}), au="2026-11-26") == "0 envoi noté, 1 réception notée."


def test_a_replaced_letter_that_left_after_all(prepared: Path) -> None:
    """The older one is what the envelope held: `journal envoyer` notes it, on its own day."""
    impayes("relancer", prepared, "--refaire", "D-1", "--au", TUESDAY)
    result = impayes("journal", "envoyer", prepared / "D-1.yml", "mise-en-demeure", "--le", MONDAY, "--au", TUESDAY)
    assert result.exit_code == 0, result.output
    assert (told(prepared, "D-1")[-1], str(events(prepared, "D-1")[-1].le)) == ("envoi mise-en-demeure", MONDAY)
