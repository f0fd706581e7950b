"""`impayes procedures` once a court has decided: a debt already judged is not sued again, it is enforced."""

from pathlib import Path
from typing import Any

import pytest

from generator.loading import load_case
from generator.money import plain_spaces
from tests import court_bundle
from tests.court_samples import dossier, routes, states
from tests.outside import AU, assert_french, impayes, problem

STATES = {"ouverte", "a-verifier"}
CONSERVATORY = "saisie-conservatoire"
JUDGED = "Une décision du 15/09/2026 statue déjà sur cette dette : il reste à la faire signifier et exécuter."


def decided(folder: Path, kind: str, rest: str = "", **traits: Any) -> Path:
    """A dossier due on 1 July 2026 with a decision of 15 September 2026."""
    decision = f"decision: {{type: {kind}, rendue_le: 2026-09-15, interets: legal{rest}}}\n"
    return dossier(folder, extra=decision, **traits)


def reasons(path: Path, *options: object, au: str = AU) -> set[str]:
    """Why the routes are closed, but for conservatory measures; a test of it is only worth something when all are."""
    found = routes(path, *options, au=au)
    del found[CONSERVATORY]
    assert {one["etat"] for one in found.values()} == {"fermee"}
    return {plain_spaces(one["motif"]["texte"]) for one in found.values()}


@pytest.mark.parametrize("kind", ["jugement", "titre-l126", "ordonnance-injonction"])
def test_a_debt_already_judged_closes_every_route(tmp_path: Path, kind: str) -> None:
    path = decided(tmp_path, kind)
    assert reasons(path) == {JUDGED}
    texts = {tuple(one["motif"]["articles"]) for name, one in routes(path).items() if name != CONSERVATORY}
    assert texts == {("c-civ-1355",)}
    result = impayes("procedures", path, "--au", AU)
    text = " ".join(plain_spaces(result.stdout).split())
    assert text.count("statue déjà sur cette dette") == 1
    assert "C. civ., art. 1355" in text
    assert "« Faire exécuter »" in result.stderr
    assert_french(result.output)


def test_the_day_of_the_decision_and_the_day_before(tmp_path: Path) -> None:
    """Not yet decided, the routes are what they are; « autre » says nothing of a judge."""
    path = decided(tmp_path, "jugement")
    assert STATES & set(states(path, au="2026-09-14").values())
    assert reasons(path, au="2026-09-15") == {JUDGED}
    other = decided(tmp_path, "autre")
    assert states(other) == states(dossier(tmp_path))


def test_a_provisional_decision_leaves_the_merits_only(tmp_path: Path) -> None:
    before = states(dossier(tmp_path))
    path = decided(tmp_path, "refere")
    found = states(path)
    assert {name for name, state in found.items() if state in STATES} == {"fond"}
    assert routes(path)[CONSERVATORY]["motif"]["articles"] == ["cpce-l511-2"]
    assert found["fond"] == before["fond"]
    assert "référé du 15/09/2026" in routes(path)["refere-provision"]["motif"]["texte"]
    assert "« Faire exécuter »" in impayes("procedures", path, "--au", AU).stderr


def test_an_order_under_opposition_is_a_case_that_goes_on(tmp_path: Path) -> None:
    """From the day of the opposition; the day before, the order still decides."""
    path = decided(tmp_path, "ordonnance-injonction", ", signifiee_le: 2026-10-01, opposition_le: 2026-10-20")
    (reason,) = reasons(path, au="2026-10-19")
    assert reason.endswith("il reste à la faire exécuter.")  # served already
    (reason,) = reasons(path, au="2026-10-20")
    assert reason.endswith("l'instance est en cours.")


def test_an_order_not_served_in_time_is_to_be_corrected_or_removed(tmp_path: Path) -> None:
    """It may be void: neither enforced nor, while the dossier holds it, sued again."""
    path = decided(tmp_path, "ordonnance-injonction")
    assert reasons(path, au="2026-12-15") == {JUDGED}
    (reason,) = reasons(path, au="2026-12-16")
    assert "le 15/12/2026" in reason
    assert "retirer decision" in reason


@pytest.mark.parametrize(
    ("rest", "au", "texts"),
    [
        ("", AU, None),  # not served yet
        (", signifiee_le: 2026-10-01", "2026-11-02", None),  # 1 November is a holiday and a Sunday: to the 2nd
        (", signifiee_le: 2026-10-01", "2026-11-03", ["cpce-l511-2"]),
        (", signifiee_le: 2026-10-01, opposition_le: 2026-10-20", AU, None),
        (", signifiee_le: 2026-10-01, executoire_le: 2026-12-02", "2026-12-02", ["cpce-l511-2"]),
        ("", "2026-12-16", ["cpc-1411"]),
    ],
)
def test_an_order_and_conservatory_measures(tmp_path: Path, rest: str, au: str, texts: list[str] | None) -> None:
    """Cass. 2e civ., 13 September 2007: as long as it can be opposed, the leave of a judge is still needed."""
    found = routes(decided(tmp_path, "ordonnance-injonction", rest), au=au)[CONSERVATORY]
    assert (found["motif"] and found["motif"]["articles"]) == texts
    assert (found["etat"] == "fermee") == (texts is not None)


@pytest.mark.parametrize("kind", ["jugement", "titre-l126"])
def test_a_decision_does_without_leave(tmp_path: Path, kind: str) -> None:
    """CPCE L511-2: enforceable or not yet."""
    found = routes(decided(tmp_path, kind))[CONSERVATORY]
    assert (found["etat"], found["motif"]["articles"]) == ("fermee", ["cpce-l511-2"])
    assert "l'autorisation d'un juge n'est pas nécessaire" in plain_spaces(found["motif"]["texte"])


def test_what_fell_due_after_the_decision_is_not_judged(tmp_path: Path) -> None:
    """Alone it can be sued; with what was judged, it needs a dossier of its own."""
    assert states(decided(tmp_path, "jugement", echeance="2026-09-15")) == states(
        dossier(tmp_path, echeance="2026-09-15")
    )
    assert reasons(decided(tmp_path, "jugement", echeance="2026-09-14")) == {JUDGED}
    path = decided(tmp_path, "jugement", montants=("1200.00", "800.00"))
    text = path.read_text(encoding="utf-8")
    head, _, tail = text.rpartition("echeance: 2026-07-01")
    path.write_text(f"{head}echeance: 2026-10-01{tail}", encoding="utf-8")
    (reason,) = reasons(path)
    assert reason == f"{JUDGED} Elle ne peut pas porter sur F-2, en retard depuis : ouvrir un dossier à part."


def test_collective_proceedings_come_before_the_decision(tmp_path: Path) -> None:
    """And the command that follows is the declaration, until it is made."""
    path = decided(tmp_path, "jugement")
    text = path.read_text(encoding="utf-8")
    for declared, step in (("", f"impayes declaration {path}"), (", declaree_le: 2026-11-02", "impayes checklist ")):
        block = f"  procedure_collective: {{type: liquidation, jugement_le: 2026-10-06{declared}}}\nconditions:"
        path.write_text(text.replace("conditions:", block, 1), encoding="utf-8")
        (reason,) = reasons(path)
        assert reason.startswith("Procédure collective")
        assert step in impayes("procedures", path, "--au", AU).stderr


def test_no_bundle_is_made_for_a_judged_debt(tmp_path: Path) -> None:
    """Refused with the article, and nothing is written."""
    base = court_bundle.company(tmp_path)
    path = next(iter(sorted((base / "dossiers").glob("*.yml"))))
    reference, procedure = path.stem, court_bundle.COMMERCE
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\ndecision: {{type: jugement, rendue_le: {AU}, interets: legal}}\n")
    result = court_bundle.make(base, reference, procedure)
    assert result.exit_code == 4, result.output
    said = " ".join(plain_spaces(result.output).split())
    assert "statue déjà sur cette dette" in said
    assert "C. civ., art. 1355" in said
    assert not court_bundle.folder_of(base, reference, procedure).exists()


@pytest.mark.parametrize(
    ("made", "rest", "refused"),
    [
        ("2026-08-31", "executoire_le: 2026-11-05", True),
        ("2026-08-31", "signifiee_le: 2026-10-05, executoire_le: 2026-11-05", True),
        ("2026-08-31", "signifiee_le: 2026-10-05, executoire_le: 2026-11-06", False),
        ("2026-08-31", "signifiee_le: 2026-09-17, executoire_le: 2026-10-19", True),  # 17 October is a Saturday: to Monday 19
        ("2026-08-31", "signifiee_le: 2026-09-17, executoire_le: 2026-10-20", False),
        ("2026-08-31", "signifiee_le: 2026-10-11, executoire_le: 2026-11-12", True),  # 11 November is a holiday: to the 12th
        ("2026-08-31", "signifiee_le: 2026-10-11, executoire_le: 2026-11-13", False),
        ("2026-09-01", "executoire_le: 2026-12-22", True),
        ("2026-09-01", "signifiee_le: 2026-10-01, executoire_le: 2026-11-03", True),  # the month to oppose is not enough
        ("2026-09-01", "signifiee_le: 2026-10-01, executoire_le: 2026-12-01", True),
        ("2026-09-01", "signifiee_le: 2026-10-01, executoire_le: 2026-12-02", False),
        ("2026-10-05", "signifiee_le: 2026-10-20, executoire_le: 2026-12-21", True),  # 20 December is a Sunday: to the 21st
        ("2026-10-05", "signifiee_le: 2026-10-20, executoire_le: 2026-12-22", False),
        ("2026-09-15", "signifiee_le: 2026-10-05", False),
    ],
)  # fmt: skip
def test_an_order_is_enforceable_after_a_wait(tmp_path: Path, made: str, rest: str, refused: bool) -> None:
    """One month from its service, two for an order made since 1 September 2026 (CPC 1422, 641, 642)."""
    french = f"{made[8:]}/{made[5:7]}/{made[:4]}"
    said = (
        f"une ordonnance d'injonction du {french} n'est exécutoire qu'après {1 if made < '2026-09-01' else 2} mois à compter "
        "de sa signification, dernier jour compris, sans opposition (CPC, art. 1422, 641 et 642)"
    )
    extra = f"decision: {{type: ordonnance-injonction, rendue_le: {made}, interets: legal, {rest}}}\n"
    if refused:
        found = plain_spaces(problem(tmp_path, extra=extra))
        assert f"executoire_le : {said}" in found
        assert ("écrire signifiee_le" in found) == ("signifiee_le:" not in rest)
        return
    assert impayes("procedures", dossier(tmp_path, extra=extra), "--au", AU).exit_code == 0


def test_the_day_to_write_is_told(tmp_path: Path) -> None:
    """The first one that is accepted, by the regime of the order."""
    for made, first in (("2026-08-31", "06/11/2026"), ("2026-09-01", "08/12/2026")):
        order = f"type: ordonnance-injonction, rendue_le: {made}, signifiee_le: 2026-10-05, executoire_le: 2026-10-06"
        found = plain_spaces(problem(tmp_path, extra=f"decision: {{{order}, interets: legal}}\n"))
        assert f"écrire le {first} ou un jour plus tardif" in found


def test_an_old_order_and_a_judgment_are_not_refused(tmp_path: Path) -> None:
    """The rule is older than its table, and is that of an order only."""
    old = "type: ordonnance-injonction, rendue_le: 2012-03-01, signifiee_le: 2012-04-02, executoire_le: 2012-05-03"
    for head in (old, "type: jugement, rendue_le: 2026-09-15, executoire_le: 2026-09-16"):
        path = dossier(tmp_path, extra=f"decision: {{{head}, interets: legal}}\n")
        assert load_case(path).case.decision
