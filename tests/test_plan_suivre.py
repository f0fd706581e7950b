"""`plan suivre`: each state of a signed plan on both sides of its day, the letter that can go, many dossiers at once."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator.journal import Event, append_event, journal_path
from generator.money import plain_spaces
from tests.conftest import ROOT, day
from tests.outside import AU, assert_french, impayes, refused, write

PLAN = """\
plan:
  signe_le: 2026-08-03
  montant: 1200.00
  echeances:
    - {le: 2026-09-15, montant: 400.00}
    - {le: 2026-10-15, montant: 400.00}
    - {le: 2026-11-16, montant: 400.00}
"""
FIRST = "paiements: [{recu_le: 2026-09-15, montant: 400}]\n"
NOTICE = "  mise_en_demeure: {envoyee_le: 2026-10-19, recue_le: 2026-10-20}\n"


def plans(*args: object, code: int = 0) -> list[dict[str, Any]]:
    """What the command says to another program."""
    result = impayes("plan", "suivre", *args, "--json")
    assert result.exit_code == code, result.output
    data = json.loads(result.stdout)
    assert data["schema"] == "impayes/plan-suivi/1"
    found: list[dict[str, Any]] = data["plans"]
    return found


def followed(path: Path, au: str) -> dict[str, Any]:
    """The only plan of one dossier."""
    (found,) = plans(path, "--au", au)
    return found


@pytest.mark.parametrize(
    ("au", "state", "due", "late", "following", "letter"),
    [
        ("2026-08-03", "a-jour", "0.00", "0.00", "2026-10-15", None),
        ("2026-10-14", "a-jour", "400.00", "0.00", "2026-10-15", None),
        ("2026-10-15", "a-jour", "800.00", "0.00", "2026-10-15", None),
        ("2026-10-16", "en-retard", "800.00", "400.00", "2026-11-16", "mise-en-demeure-plan"),
        ("2026-11-17", "en-retard", "1200.00", "800.00", None, "mise-en-demeure-plan"),
    ],
)
def test_an_instalment_missed(
    tmp_path: Path, au: str, state: str, due: str, late: str, following: str | None, letter: str | None
) -> None:
    """Due on its day, late the day after; before the signature there is nothing to follow."""
    paid = FIRST if au > "2026-09-15" else "paiements: [{recu_le: 2026-08-03, montant: 400}]\n"
    path = write(tmp_path, extra=PLAN + paid)
    found = followed(path, au)

    assert (found["etat"], found["du"], found["paye"], found["en_retard"]) == (state, due, "400.00", late)
    assert (found["prochain"] or {}).get("le") == following
    assert (found["reste"], found["lettre"]) == ("800.00", letter)
    assert found["commande"] == (f"impayes lettre {path} {letter} --au {au}" if letter else None)
    assert plans(path, "--au", "2026-08-02") == []


@pytest.mark.parametrize(
    ("au", "state", "letter", "until"),
    [
        ("2026-10-18", "en-retard", "mise-en-demeure-plan", None),  # the notice is not sent yet
        ("2026-10-19", "preavis", None, "2026-11-03"),  # nor received: counted from its sending
        ("2026-10-20", "preavis", None, "2026-11-04"),
        ("2026-11-04", "preavis", None, "2026-11-04"),
        ("2026-11-05", "preavis-echu", "decheance-du-terme", "2026-11-04"),
    ],
)
def test_the_notice(tmp_path: Path, au: str, state: str, letter: str | None, until: str | None) -> None:
    """Fifteen days from its reception, the last one included; then the whole may become due."""
    found = followed(write(tmp_path, extra=PLAN + NOTICE + FIRST), au)

    assert (found["etat"], found["lettre"]) == (state, letter)
    assert found["preavis_jusqu_au"] == until


def test_a_consumer_has_thirty_days(tmp_path: Path) -> None:
    """Both sides of the longer notice."""
    path = write(tmp_path, ("professionnel", "particulier"), extra=PLAN + NOTICE + FIRST)
    assert [followed(path, au)["etat"] for au in ("2026-11-19", "2026-11-20")] == ["preavis", "preavis-echu"]


def test_a_notice_obeyed_says_nothing_of_the_next(tmp_path: Path) -> None:
    """The instalment it was about has been paid: the next one missed needs its own."""
    paid = "paiements: [{recu_le: 2026-09-15, montant: 400}, {recu_le: 2026-10-30, montant: 400}]\n"
    found = followed(write(tmp_path, extra=PLAN + NOTICE + paid), "2026-11-17")

    assert (found["etat"], found["lettre"], found["preavis_jusqu_au"]) == ("en-retard", "mise-en-demeure-plan", None)


def test_the_letter_it_names_is_written(tmp_path: Path) -> None:
    """Each command shown works, on the day it is shown for."""
    for au, extra in (("2026-10-16", ""), ("2026-11-05", NOTICE)):
        path = write(tmp_path, extra=PLAN + extra + FIRST)
        command = followed(path, au)["commande"].split()
        result = impayes(*command[1:], "--format", "txt", "--sortie", tmp_path / au)
        assert result.exit_code == 0, result.output


def test_a_notice_confirmed_in_the_journal_counts(tmp_path: Path) -> None:
    """Nobody copies it into the dossier."""
    path = write(tmp_path, extra=PLAN + FIRST)
    sent = ("--le", "2026-10-19", "--recu-le", "2026-10-20", "--au", "2026-10-20")
    assert impayes("journal", "envoyer", path, "mise-en-demeure-plan", *sent).exit_code == 0

    assert [followed(path, au)["etat"] for au in ("2026-11-04", "2026-11-05")] == ["preavis", "preavis-echu"]


def test_forfeiture(tmp_path: Path) -> None:
    """From the day it was written the plan is over, and nothing of it is to come."""
    path = write(tmp_path, extra=f"{PLAN}{NOTICE}  decheance_le: 2026-11-06\n{FIRST}")
    before, after = followed(path, "2026-11-05"), followed(path, "2026-11-06")

    assert (before["etat"], after["etat"], after["prochain"]) == ("preavis-echu", "dechu", None)
    text = impayes("plan", "suivre", path, "--au", "2026-11-06").stdout
    assert "déchu depuis le 06/11/2026" in text
    assert "mise-en-demeure --au 2026-11-06" in text


@pytest.mark.parametrize(
    ("conditions", "rest", "letter", "said"),
    [
        ("penalites: maintenues", True, None, "en envoyer le compte"),
        ("penalites: gelees", True, None, "ne demander que ce que l'accord laisse dû"),
        ("penalites: abandonnees_si_respecte", True, None, "{penalites: abandonner, indemnite_forfaitaire: abandonner}"),
        (
            "penalites: abandonnees_si_respecte\nconditions: {penalites: abandonner, indemnite_forfaitaire: abandonner}",
            False, "quittance", "",
        ),
    ],
)  # fmt: skip
def test_a_plan_wholly_paid(tmp_path: Path, conditions: str, rest: bool, letter: str | None, said: str) -> None:
    """What the agreement promised has to be written before the receipt can go."""
    days = ("2026-09-15", "2026-10-15", "2026-11-16")
    paid = "paiements:\n" + "".join(f"  - {{recu_le: {le}, montant: 400}}\n" for le in days)
    path = write(tmp_path, extra=f"{PLAN}  {conditions}\n{paid}")
    found = followed(path, AU)

    assert (found["etat"], found["reste"], found["lettre"]) == ("termine", "0.00", letter)
    assert (found["solde_du_dossier"] != "0.00") == rest
    assert said in (found["remarque"] or "")
    assert bool(found["remarque"]) == rest
    if letter:
        assert impayes("lettre", path, letter, "--au", AU, "--format", "txt").exit_code == 0


def test_an_amendment(tmp_path: Path) -> None:
    """To be signed, it is the letter that fits a late plan; signed, its own dates are followed."""
    amendment = "  avenant: {echeances: [{le: 2026-12-15, montant: 400}, {le: 2027-01-15, montant: 400}]}\n"
    path = write(tmp_path, extra=PLAN + amendment + FIRST)
    assert followed(path, AU)["lettre"] == "avenant-au-plan"

    path = write(tmp_path, extra=PLAN + amendment.replace("{echeances", "{signe_le: 2026-11-02, echeances") + FIRST)
    found = followed(path, AU)
    assert (found["etat"], found["reste"], found["prochain"]["le"]) == ("a-jour", "800.00", "2026-12-15")
    assert "avenant signé le 02/11/2026" in impayes("plan", "suivre", path, "--au", AU).stdout


@pytest.mark.parametrize(
    ("swaps", "extra", "said"),
    [
        ([], "suspension: {jusqu_au: 2026-12-31, motif: accord du gérant}\n", "suspendues jusqu'au 31/12/2026"),
        ([("qualite: prof", "procedure_collective: {type: redressement, jugement_le: 2026-11-02}\n  qualite: prof")], "", "Procédure collective ouverte le 02/11/2026"),
    ],
)  # fmt: skip
def test_when_no_letter_can_go(tmp_path: Path, swaps: list[tuple[str, str]], extra: str, said: str) -> None:
    """The reason is given instead."""
    path = write(tmp_path, *swaps, extra=PLAN + FIRST + extra)
    found = followed(path, AU)

    assert (found["etat"], found["lettre"]) == ("en-retard", None)
    assert said in found["remarque"]
    assert said in plain_spaces(impayes("plan", "suivre", path, "--au", AU).stdout)


def test_proceedings_stop_a_plan_that_was_respected(tmp_path: Path) -> None:
    """The instalments to come can no longer be paid: told even when none is late, not before the judgment."""
    judgment = ("qualite: prof", "procedure_collective: {type: redressement, jugement_le: 2026-09-21}\n  qualite: prof")
    path = write(tmp_path, judgment, extra=PLAN + FIRST)

    assert followed(path, "2026-09-20")["remarque"] is None
    assert "Procédure collective" in followed(path, "2026-09-21")["remarque"]


def test_what_the_letter_lacks(tmp_path: Path) -> None:
    """A field to add rather than a command that would fail."""
    path = write(tmp_path, ('  siren: "732829320"\n', ""), extra=PLAN + FIRST)
    found = followed(path, AU)

    assert (found["lettre"], found["commande"]) == ("mise-en-demeure-plan", None)
    assert "creancier.siren : champ nécessaire" in found["manque"][0]
    text = impayes("plan", "suivre", path, "--au", AU).stdout
    assert "2026-014 : creancier.siren : champ nécessaire" in text
    assert "À envoyer" not in text


def test_many_dossiers(tmp_path: Path) -> None:
    """Those without a plan are left out, a broken one is named and the others are done, then the run exits 3."""
    write(tmp_path, name="a.yml", extra=PLAN + FIRST)
    write(tmp_path, ("2026-014", "2026-015"), name="b.yml", extra=PLAN)
    write(tmp_path, ("2026-014", "2026-016"), name="c.yml")
    assert len(plans(tmp_path, "--au", AU)) == 2
    write(tmp_path, ("1200.00", "douze"), name="0.yml")

    result = impayes("plan", "suivre", tmp_path, "--au", AU)
    assert result.exit_code == 3
    assert result.stderr.count("0.yml") == 1
    assert_french(result.stderr)
    text = plain_spaces(result.stdout)
    assert (
        "2026-014  Boulangerie Martin SARL  1 200,00 €  400,00 €    800,00 €  –                   en retard de 800,00 €"
        in text
    )
    assert "2026-016" not in text
    assert text.index("a.yml mise-en-demeure-plan") < text.index("b.yml mise-en-demeure-plan")
    found = json.loads(impayes("plan", "suivre", tmp_path, "--au", AU, "--json").stdout)
    assert [one["dossier"] for one in found["plans"]] == ["2026-014", "2026-015"]
    assert [Path(error["fichier"]).name for error in found["erreurs"]] == ["0.yml"]


def test_nothing_to_follow(tmp_path: Path) -> None:
    """A dossier without a plan is left aside; an empty folder is a mistake."""
    path = write(tmp_path)
    result = impayes("plan", "suivre", path, "--au", AU)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Aucun plan signé ni proposé au 21/11/2026 dans 1 dossier lu." in result.stderr
    (tmp_path / "vide").mkdir()
    assert "aucun dossier" in refused(3, "plan", "suivre", tmp_path / "vide")
    assert "introuvable" in refused(3, "plan", "suivre", tmp_path / "absent.yml")


def test_the_sample_company(tmp_path: Path) -> None:
    """Its three signed plans: missed, notice over, to be amended."""
    shutil.copytree(ROOT / "examples" / "dossiers", tmp_path / "dossiers")
    shutil.copy(ROOT / "examples" / "entreprise.yml", tmp_path)
    found = {one["dossier"]: (one["etat"], one["en_retard"], one["lettre"]) for one in plans(tmp_path, "--au", AU)}

    expected = {
        "2026-073": ("en-retard", "900.00", "mise-en-demeure-plan"),
        "2026-074": ("preavis-echu", "1800.00", "decheance-du-terme"),
        "2026-075": ("en-retard", "1000.00", "avenant-au-plan"),
    }
    assert {name: found[name] for name in expected} == expected


def test_a_plan_to_be_signed(tmp_path: Path) -> None:
    """Told apart from those that are followed, with the day it was last proposed; once signed it is followed."""
    write(tmp_path, extra=PLAN, name="a.yml")
    swap = (("reference: 2026-014", "reference: 2026-015"),)
    path = write(tmp_path, *swap, extra=PLAN.replace("  signe_le: 2026-08-03\n", ""), name="b.yml")
    folder = write(tmp_path, ("reference: 2026-014", "reference: 2026-016"), name="c.yml").parent
    waiting = json.loads(impayes("plan", "suivre", folder, "--au", AU, "--json").stdout)
    assert [one["dossier"] for one in waiting["plans"]] == ["2026-014"]
    (one,) = waiting["proposes"]
    assert (one["dossier"], one["fichier"], one["propose_le"], one["montant"]) == (
        "2026-015",
        str(path),
        None,
        "1200.00",
    )
    assert [e["le"] for e in one["echeances"]] == ["2026-09-15", "2026-10-15", "2026-11-16"]
    assert "envoi non noté" in impayes("plan", "suivre", folder, "--au", AU).stdout

    for sent in ("2026-11-10", "2026-11-18", "2026-11-22"):
        append_event(
            journal_path(folder, "2026-015"), Event(le=day(sent), action="envoi", lettre="proposition-de-plan")
        )
    append_event(journal_path(folder, "2026-015"), Event(le=day("2026-11-20"), action="envoi", lettre="relance-1"))
    result = impayes("plan", "suivre", folder, "--au", AU)
    assert_french(result.output)
    text = plain_spaces(result.stdout)
    assert text.index("Plan du dossier 2026-014") < text.index("Plans proposés, à signer")
    assert "2026-015  Boulangerie Martin SARL  18/11/2026  1 200,00 €  3, du 15/09/2026 au 16/11/2026" in text
    assert "2026-016" not in text

    assert [one["dossier"] for one in plans(folder, "--au", AU)] == ["2026-014"]
    early = json.loads(impayes("plan", "suivre", folder, "--au", "2026-08-02", "--json").stdout)
    assert [(one["dossier"], one["propose_le"]) for one in early["proposes"]] == [
        ("2026-014", None),
        ("2026-015", None),
    ]
