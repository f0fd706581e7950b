"""Interest that fell due after a decision lapses before the decision itself: what the statement warns of."""

from typing import Any

import pytest

from generator.money import plain_spaces
from tests.titre_samples import JUDGMENT, codes_of, statement_of

CODE = "interets-apres-decision"
OLD = {"numero": "F-1", "emise_le": "2015-01-05", "echeance": "2015-02-05", "montant_ttc": "10000"}
# Judged on 1 March 2017: interest of 2 March 2017 is the first that fell due after it.
JUDGED = JUDGMENT | {"rendue_le": "2017-03-01", "executoire_le": "2017-03-20"}
CONSUMER: dict[str, Any] = {
    "debiteur": {
        "nom": "Paul Roy",
        "qualite": "particulier",
        "adresse": {"lignes": ["1 rue Haute"], "code_postal": "37000", "ville": "Tours"},
    },
    "mise_en_demeure": {"envoyee_le": "2015-03-02"},
}


def told(au: str, **changes: Any) -> bool:
    return CODE in codes_of(statement_of(au, **({"factures": [OLD], "decision": JUDGED} | changes)))


def said(au: str, **changes: Any) -> str:
    statement = statement_of(au, **({"factures": [OLD], "decision": JUDGED} | changes))
    return plain_spaces(next(notice.message for notice in statement.avertissements if notice.code == CODE))


@pytest.mark.parametrize(("au", "warned"), [("2022-03-02", False), ("2022-03-03", True)])
def test_five_years_for_a_professional(au: str, warned: bool) -> None:
    """The interest of 2 March 2017 can be claimed until 2 March 2022 (C. civ. 2224), though the judgment has ten years."""
    assert told(au) is warned


@pytest.mark.parametrize(("au", "warned"), [("2019-03-02", False), ("2019-03-03", True)])
def test_two_years_for_a_consumer(au: str, warned: bool) -> None:
    """The nature of the claim rules (Cass., avis, 4 juillet 2016)."""
    assert told(au, **CONSUMER) is warned


def test_what_it_says() -> None:
    """The years, the texts, the day before which interest is old, what to write."""
    professional = said("2023-06-15")
    assert "5 ans ici (C. civ., art. 2224)" in professional
    assert "avant le 15/06/2018 pour F-1" in professional
    assert "prescription.evenements" in professional
    assert "à vérifier" in professional
    consumer = said("2023-06-15", **CONSUMER)
    assert "2 ans ici (Cass., avis, 4 juillet 2016, n° 16-70.004 et C. conso., art. L218-2)" in consumer
    assert "avant le 15/06/2021" in consumer


@pytest.mark.parametrize(
    ("cause", "le", "warned"),
    [
        ("acte-d-execution", "2022-03-02", False),  # the last day of the first interest
        ("acte-d-execution", "2022-03-03", True),  # one day of interest had already lapsed
        ("acte-d-execution", "2018-06-13", True),  # its own five years ended the day before
        ("acte-d-execution", "2018-06-14", False),  # they end that day
        ("reclamation", "2022-03-02", True),  # a letter interrupts nothing
        ("mediation", "2022-03-02", True),  # suspends, and is left to the commissaire de justice
    ],
)
def test_a_recorded_interruption(cause: str, le: str, warned: bool) -> None:
    """On 14 June 2023, what a recorded act has kept alive is not warned of."""
    events = {"evenements": [{"le": le, "cause": cause}]}
    assert told("2023-06-14", prescription=events) is warned


def test_two_interruptions_in_a_row() -> None:
    """The first keeps the early interest until the second; without it, the early interest had lapsed."""
    first, second = ({"le": le, "cause": "acte-d-execution"} for le in ("2020-01-10", "2024-06-10"))
    assert not told("2026-11-21", prescription={"evenements": [first, second]})
    assert told("2026-11-21", prescription={"evenements": [second]})


def test_payments_take_the_oldest_interest_first() -> None:
    """Interest that is paid is not warned of, nor is what the judge found to be due."""
    late = {"recu_le": "2022-03-01", "montant": "11500", "facture": "F-1"}
    assert not told("2022-12-01", paiements=[late])
    assert told("2022-12-01", paiements=[late | {"montant": "10"}])


def test_no_decision_and_no_warning() -> None:
    """Before the decision the ordinary period rules; so does it for an invoice the decision is not about."""
    assert not told("2016-12-01")
    assert not told("2025-06-15", decision=JUDGED | {"rendue_le": "2015-02-05"})


def test_public_bodies_are_left_out() -> None:
    """No source says how their interest lapses after a decision."""
    debtor = CONSUMER["debiteur"] | {"qualite": "public", "nom": "Commune"}
    assert not told("2025-06-15", debiteur=debtor)
