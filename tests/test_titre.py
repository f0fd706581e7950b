"""Interest after a decision: the legal rate, its increase, what is dated or refused. Figures are worked out by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.case import Case
from generator.errors import InvalidInput
from generator.interest import followed_by, indexed, interest
from generator.law import Law
from generator.law.rates import Rate, legal_rate
from generator.loading import load_case
from generator.money import plain_spaces
from generator.title import title_on
from tests.conftest import case_data, day
from tests.titre_samples import INVOICE, JUDGMENT, codes_of, lines_of, statement_of


def test_the_official_example_of_the_increase(law: Law) -> None:
    """Service-Public F20688: enforceable on 17 September 2015, simple until 17 November, then five more points.

    Its creditor is a private person (4.29 %, then 4.54 %), which ours never are: the schedule is built here with
    that column. Published: 14.34, 22.40, 52.27; the last figure leaves out the day of payment (100 days), against
    the page's own method for the first two (61 and 44 days). With 101 days: 2 000 × 9.54 % × 101 / 365 = 52.80.
    """
    case = Case.model_validate(
        case_data(
            decision=JUDGMENT | {"rendue_le": "2015-09-01", "executoire_le": "2015-09-17"},
            factures=[INVOICE | {"emise_le": "2015-01-01", "echeance": "2015-01-31"}],
        )
    )
    title = title_on(case, law, day("2016-04-10"))
    assert title is not None
    assert title.majoration_des == day("2015-11-18")

    def private(on: Any) -> Rate:
        return legal_rate(law, on, "particuliers")

    def raised(on: Any) -> Rate:
        rate = private(on)
        return Rate(rate.taux + 5, rate.depuis, (), ())

    schedule = followed_by(indexed(private), title.majoration_des, indexed(raised))
    segments = interest(Decimal(2000), day("2015-09-17"), day("2016-04-10"), schedule)

    assert [(s.jours, str(s.rate.taux), str(s.montant)) for s in segments] == [
        (61, "4.29", "14.34"),
        (44, "9.29", "22.40"),
        (101, "9.54", "52.80"),
    ]
    hundred = interest(Decimal(2000), day("2015-12-31"), day("2016-04-09"), schedule)
    assert [(s.jours, str(s.montant)) for s in hundred] == [(100, "52.27")]


def test_the_legal_rate_follows_the_decision_and_rises_two_months_after_it_is_enforceable() -> None:
    """10 000 × 12.15 % × 77 / 365 = 256.32; × 2.76 % × 77 / 365 = 58.22; × 7.76 % × 30 / 365 = 63.78; × 7.62 % × 5 / 365."""
    statement = statement_of("2026-01-05", decision=JUDGMENT)

    assert lines_of(statement, "penalites")[-1] == ("2025-07-01", "2025-09-15", "10000.00", "12.15", "256.32")
    assert lines_of(statement, "interets-legaux") == [("2025-09-16", "2025-12-01", "10000.00", "2.76", "58.22")]
    assert lines_of(statement, "interets-legaux-majores") == [
        ("2025-12-02", "2025-12-31", "10000.00", "7.76", "63.78"),
        ("2026-01-01", "2026-01-05", "10000.00", "7.62", "10.44"),
    ]
    assert [line.articles for line in statement.lignes][-2:] == [("cmf-l313-2", "cmf-l313-3")] * 2
    assert "taux-legal-majore" in codes_of(statement)


@pytest.mark.parametrize(
    ("au", "last", "told"),
    [("2025-12-01", "2.76", False), ("2025-12-02", "7.76", True)],
)
def test_both_sides_of_the_two_months(au: str, last: str, told: bool) -> None:
    """Enforceable on 1 October: the 1 December is the last day at the plain rate."""
    statement = statement_of(au, decision=JUDGMENT)

    assert lines_of(statement)[-1][3] == last
    assert ("taux-legal-majore" in codes_of(statement)) is told


@pytest.mark.parametrize(("enforceable", "first"), [("2025-12-31", "2026-03-01"), ("2023-12-31", "2024-03-01")])
def test_two_months_end_on_the_last_day_of_february(enforceable: str, first: str) -> None:
    """31 December and two months: 28 February, 29 in a leap year; the increase starts the next day either way."""
    invoice = INVOICE | {"emise_le": "2023-01-01", "echeance": "2023-02-01"}
    decision = JUDGMENT | {"rendue_le": "2023-06-01", "executoire_le": enforceable}
    lines = lines_of(statement_of("2026-06-30", factures=[invoice], decision=decision), "interets-legaux-majores")

    assert lines[0][0] == first


def test_the_rate_changes_on_the_first_of_july_inside_the_increase() -> None:
    """7.62 % until 30 June 2026, 7.75 % from 1 July: 10 000 × 7.75 % × 10 / 365 = 21.23."""
    lines = lines_of(statement_of("2026-07-10", decision=JUDGMENT), "interets-legaux-majores")

    assert lines[-2:] == [
        ("2026-01-01", "2026-06-30", "10000.00", "7.62", "377.87"),
        ("2026-07-01", "2026-07-10", "10000.00", "7.75", "21.23"),
    ]


def test_a_leap_day_counts_like_any_other() -> None:
    """29 February 2024 is one of the 182 days of that half-year: 1 000 × 10.07 % × 182 / 365 = 50.21."""
    invoice = INVOICE | {"emise_le": "2022-12-01", "echeance": "2023-01-31", "montant_ttc": "1000"}
    decision = JUDGMENT | {"rendue_le": "2023-06-01", "executoire_le": "2023-06-15"}
    lines = lines_of(statement_of("2024-06-30", factures=[invoice], decision=decision), "interets-legaux-majores")

    assert lines[-1] == ("2024-01-01", "2024-06-30", "1000.00", "10.07", "50.21")


def test_penalties_granted_by_the_decision_go_on_without_the_increase() -> None:
    """L313-3 raises the legal rate; nothing found says that it raises the penalties of L441-10."""
    granted = statement_of("2026-07-10", decision=JUDGMENT | {"interets": "penalites"})
    without = statement_of("2026-07-10")

    assert lines_of(granted) == lines_of(without)
    assert granted.totaux == without.totaux
    assert "majoration-non-comptee" in codes_of(granted)
    assert not codes_of(granted) & {"taux-legal-majore", "majoration-a-dater"}


@pytest.mark.parametrize("kind", ["titre-l126", "autre"])
def test_a_title_that_no_court_made_bears_no_increase(kind: str) -> None:
    """Cass. 2e civ., 7 janvier 2016: a title made by a commissaire de justice is no court decision."""
    statement = statement_of("2026-07-10", decision=JUDGMENT | {"type": kind})

    assert lines_of(statement, "interets-legaux-majores") == []
    assert "majoration-non-comptee" in codes_of(statement)


def test_without_the_day_it_became_enforceable_nothing_is_added() -> None:
    """The statement says which field to write."""
    decision = {key: value for key, value in JUDGMENT.items() if key != "executoire_le"}
    statement = statement_of("2026-07-10", decision=decision)

    assert lines_of(statement, "interets-legaux-majores") == []
    message = next(n.message for n in statement.avertissements if n.code == "majoration-a-dater")
    assert "decision.executoire_le" in message


def test_the_decision_may_count_the_legal_rate_from_an_earlier_day() -> None:
    """From 24 August 2024, that day excluded: 10 000 × 4.92 % × 129 / 365 = 173.88, and no penalty before."""
    statement = statement_of("2025-09-20", decision=JUDGMENT | {"interets_depuis": "2024-08-24"})

    assert lines_of(statement, "penalites") == []
    assert lines_of(statement)[0] == ("2024-08-25", "2024-12-31", "10000.00", "4.92", "173.88")
    assert "interets-de-la-decision" not in codes_of(statement)
    assert "interets-de-la-decision" in codes_of(statement_of("2025-09-20", decision=JUDGMENT))


def test_a_consumer_pays_the_legal_rate_of_the_other_cases_then_the_increase() -> None:
    """From the mise en demeure of 1 September 2025: 2.76 %, then 7.76 % from 2 December, never the 6.65 % column."""
    statement = statement_of(
        "2025-12-31",
        debiteur=case_data()["debiteur"] | {"qualite": "particulier"},
        mise_en_demeure={"envoyee_le": "2025-09-01"},
        decision=JUDGMENT | {"interets": "penalites"},
    )

    assert lines_of(statement) == [
        ("2025-09-02", "2025-09-15", "10000.00", "2.76", "10.59"),
        ("2025-09-16", "2025-12-01", "10000.00", "2.76", "58.22"),
        ("2025-12-02", "2025-12-31", "10000.00", "7.76", "63.78"),
    ]


def test_a_consumer_never_given_notice_owes_interest_from_the_decision() -> None:
    """The decision itself makes it run; an invoice not yet late then waits for a notice of its own."""
    late = INVOICE | {"numero": "F-2", "emise_le": "2025-09-01", "echeance": "2025-09-15"}
    statement = statement_of(
        "2025-10-15",
        debiteur=case_data()["debiteur"] | {"qualite": "particulier"},
        factures=[INVOICE, late],
        decision=JUDGMENT,
    )

    assert [(line.facture, line.du.isoformat()) for line in statement.lignes] == [("F-1", "2025-09-16")]
    assert "facture-hors-decision" in codes_of(statement)


def test_a_public_body_keeps_its_frozen_rate_until_the_decision() -> None:
    """ECB 4.50 + 8 for the whole delay, then the legal rate when the decision says so."""
    statement = statement_of("2025-09-30", debiteur=case_data()["debiteur"] | {"qualite": "public"}, decision=JUDGMENT)

    assert [line[3] for line in lines_of(statement)] == ["12.50", "2.76"]


def test_interest_stops_the_day_before_collective_proceedings_decision_or_not() -> None:
    """C. com. L622-28: principal, capitalised interest and article 700 alike."""
    debtor = case_data()["debiteur"] | {"procedure_collective": {"type": "redressement", "jugement_le": "2026-02-01"}}
    terms = {"capitalisation": {"demandee_le": "2025-06-01"}}
    statement = statement_of(
        "2026-07-10", debiteur=debtor, conditions=terms, decision=JUDGMENT | {"article_700": {"montant": "500"}}
    )

    assert max(line.au for line in statement.lignes) == day("2026-01-31")
    assert statement.frais_de_justice is not None
    assert statement.frais_de_justice.lignes[-1].au == day("2026-01-31")


def test_a_decision_to_come_does_not_exist_yet() -> None:
    """Rule 11: what is dated later than the statement is not counted, and the reader is told."""
    statement = statement_of("2025-09-14", decision=JUDGMENT | {"article_700": {"montant": "500"}})

    assert lines_of(statement) == lines_of(statement_of("2025-09-14"))
    assert statement.frais_de_justice is None
    assert "ecriture-posterieure" in codes_of(statement)


@pytest.mark.parametrize(("au", "counted"), [("2025-10-19", True), ("2025-10-20", False)])
def test_opposition_takes_the_order_away(au: str, counted: bool) -> None:
    """From that day the judgment to come replaces the order: its rate and its costs are no longer counted."""
    order = JUDGMENT | {
        "type": "ordonnance-injonction", "signifiee_le": "2025-09-20", "executoire_le": "2025-10-21",
        "opposition_le": "2025-10-20", "article_700": {"montant": "500"},
    }  # fmt: skip
    statement = statement_of(au, decision=order)

    assert bool(lines_of(statement, "interets-legaux")) is counted
    assert (statement.frais_de_justice is not None) is counted
    assert ("opposition-formee" in codes_of(statement)) is not counted


@pytest.mark.parametrize(("ordered", "told"), [("10000", False), ("9999.99", True)])
def test_the_amount_of_the_decision_is_compared_with_the_principal_of_that_day(ordered: str, told: bool) -> None:
    """A later payment does not make them differ."""
    payment = {"recu_le": "2025-09-16", "montant": "5000"}
    statement = statement_of("2026-01-05", paiements=[payment], decision=JUDGMENT | {"montant": ordered})

    assert ("montant-de-la-decision" in codes_of(statement)) is told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"executoire_le": "2025-09-14"}, "executoire_le précède rendue_le"),
        ({"opposition_le": "2025-10-01"}, "opposition_le ne vaut que pour une ordonnance-injonction"),
        ({"signification": "personne"}, "signification sans date : écrire signifiee_le"),
        ({"interets": "penalites", "interets_depuis": "2025-01-01"}, "écrire interets: legal"),
        ({"type": "titre-l126", "article_700": {"montant": "1"}}, "article_700 suppose un juge"),
        ({"invitation_greffe_le": "2025-11-01"}, "suppose une opposition : écrire opposition_le"),
        (
            {"type": "ordonnance-injonction", "opposition_le": "2025-10-20", "avis_opposition_le": "2025-10-19"},
            "avis_opposition_le précède opposition_le",
        ),
    ],
)
def test_faults_of_the_decision_are_told_in_french(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    """The place, the field, what to write."""
    file = tmp_path / "dossier.yml"
    data = case_data(factures=[INVOICE], decision=JUDGMENT | changes)
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    with pytest.raises(InvalidInput) as caught:
        load_case(file)
    assert sentence in plain_spaces(str(caught.value))
