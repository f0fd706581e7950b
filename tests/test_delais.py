"""Legal caps on payment terms and limitation periods, on both sides of each threshold."""

from datetime import timedelta
from typing import Any

import pytest

from generator.calendar_fr import add_months, end_of_month
from generator.case import Case
from generator.law import Law
from generator.limitation import Limitation, limitation
from generator.payment_terms import term_problems
from generator.statement import Statement, build_statement
from tests.conftest import case_data, day

ISSUED, DELIVERED = "2026-03-10", "2026-03-02"


def case_of(qualite: str = "professionnel", secteur: str = "general", **invoice: str) -> Case:
    """A dossier with one invoice against this kind of debtor, in this sector."""
    facture = {
        "numero": "F-1",
        "emise_le": ISSUED,
        "echeance": "2026-04-09",
        "montant_ttc": "1000",
        **invoice,
    }
    data: dict[str, Any] = case_data(conditions={"secteur": secteur}, factures=[facture])
    data["debiteur"] = {**data["debiteur"], "qualite": qualite}
    return Case.model_validate(data)


def problems(law: Law, case: Case) -> list[tuple[str, str]]:
    """What the caps say of the dossier's invoice."""
    return list(term_problems(case, case.factures[0], law))


def too_long(law: Law, start: str, days: int, **rest: str) -> bool:
    """Whether a term of so many days after `start` is over the cap."""
    found = problems(law, case_of(echeance=str(day(start) + timedelta(days=days)), **rest))
    assert [code for code, _ in found] in ([], ["delai-excessif"])
    return bool(found)


# Issued on 10 January 2026: 45 days end of month give 28 February (A) or 17 March (B), sixty days 11 March.
@pytest.mark.parametrize(
    ("issued", "latest"),
    [
        ("2026-07-01", "2026-09-14"),  # B: 31 July + 45 days; A: 31 August
        ("2026-07-17", "2026-09-15"),  # sixty days; A: 31 August, B: 14 September
        ("2026-07-18", "2026-09-30"),  # A: 1 September, then the end of its month
        ("2026-01-15", "2026-03-31"),  # A, seventy-five days
        ("2026-01-10", "2026-03-17"),  # B
        ("2026-03-10", "2026-05-15"),  # B
        ("2026-01-31", "2026-04-01"),  # sixty days: A gives 31 March, B 17 March
        ("2024-12-31", "2025-03-01"),  # sixty days
    ],
)
def test_sixty_days_or_end_of_month(law: Law, issued: str, latest: str) -> None:
    """The longest of sixty days and both methods of 45 days end of month is lawful, one day more is not."""
    for extra, expected in ((0, False), (1, True)):
        due = day(latest) + timedelta(days=extra)
        assert bool(problems(law, case_of(emise_le=issued, echeance=str(due)))) is expected


def test_sixty_days_alone(law: Law) -> None:
    """Where sixty days go furthest: the 60th day is lawful, the 61st is not."""
    assert not too_long(law, "2026-01-31", 60, emise_le="2026-01-31")
    assert too_long(law, "2026-01-31", 61, emise_le="2026-01-31")


@pytest.mark.parametrize(
    ("secteur", "start", "days", "article"),
    [
        ("facture-periodique", ISSUED, 45, "L441-10 I"),
        ("denrees-perissables", DELIVERED, 30, "L441-11"),
        ("viandes-fraiches", DELIVERED, 20, "L441-11"),
        ("transport", ISSUED, 30, "L441-11"),
        ("grand-export", ISSUED, 90, "L441-12"),
        ("alcools", str(end_of_month(day(DELIVERED))), 30, "L441-11"),
    ],
)
def test_sectors(law: Law, secteur: str, start: str, days: int, article: str) -> None:
    """Each sector's own cap: its last day is lawful, the next is not and the article is named."""
    rest = {"secteur": secteur, "executee_le": DELIVERED}
    assert not too_long(law, start, days, **rest)
    assert too_long(law, start, days + 1, **rest)
    due = str(day(start) + timedelta(days=days + 1))
    [(_, sentence)] = problems(law, case_of(echeance=due, **rest))
    assert f"art. {article}" in sentence
    assert f"{days} jours" in sentence


@pytest.mark.parametrize(("secteur", "days"), [("denrees-perissables", 30), ("viandes-fraiches", 20)])
def test_perishables_without_a_delivery_date(law: Law, secteur: str, days: int) -> None:
    """Without a delivery date the invoice's own is used."""
    assert not too_long(law, ISSUED, days, secteur=secteur)
    assert too_long(law, ISSUED, days + 1, secteur=secteur)


def test_wines_follow_the_general_caps(law: Law) -> None:
    """Wines: sixty days or 45 days end of month."""
    assert not problems(law, case_of(secteur="vins", echeance="2026-05-15"))
    assert problems(law, case_of(secteur="vins", echeance="2026-05-16"))


@pytest.mark.parametrize(
    ("secteur", "days", "article"),
    [("general", 30, "R2192-10"), ("public-sante", 50, "R2192-11"), ("public-entreprise", 60, "R2192-11")],
)
def test_public_bodies(law: Law, secteur: str, days: int, article: str) -> None:
    """30, 50 or 60 days after the invoice, or after performance when it comes later."""
    assert not too_long(law, ISSUED, days, qualite="public", secteur=secteur)
    assert too_long(law, ISSUED, days + 1, qualite="public", secteur=secteur)
    assert not too_long(law, "2026-03-20", days, qualite="public", secteur=secteur, executee_le="2026-03-20")
    assert too_long(law, "2026-03-20", days + 1, qualite="public", secteur=secteur, executee_le="2026-03-20")
    due = str(day(ISSUED) + timedelta(days=days + 1))
    [(_, sentence)] = problems(law, case_of("public", secteur, echeance=due))
    assert article in sentence


@pytest.mark.parametrize("secteur", ["general", "transport", "denrees-perissables"])
def test_consumers_have_no_cap(law: Law, secteur: str) -> None:
    """The caps are between professionals and for public bodies only."""
    assert not too_long(law, ISSUED, 700, qualite="particulier", secteur=secteur)


def test_derogatory_sectors_have_no_cap_on_file(law: Law) -> None:
    """A sector with its own longer terms gets no warning rather than a wrong one."""
    assert not too_long(law, ISSUED, 300, secteur="filiere-derogatoire")


@pytest.mark.parametrize(
    ("qualite", "secteur", "issued"),
    [
        ("professionnel", "general", "2012-12-31"),
        ("professionnel", "transport", "2019-04-25"),
        ("professionnel", "grand-export", "2018-06-01"),
        ("public", "general", "2019-03-31"),
        ("public", "public-sante", "2019-01-02"),
    ],
)
def test_invoices_older_than_the_caps(law: Law, qualite: str, secteur: str, issued: str) -> None:
    """A cap whose table starts later says nothing of an older invoice: no warning, and no refusal."""
    assert not problems(law, case_of(qualite, secteur, emise_le=issued, echeance="2019-12-31"))


def test_the_statement_carries_the_warning(law: Law) -> None:
    """A term over the cap is a warning of the statement, and changes no amount."""
    statement = build_statement(case_of(echeance="2026-05-16"), law, day("2026-05-16"))
    assert "delai-excessif" in codes(statement)
    assert str(statement.totaux.solde) == "1000.00"


def codes(statement: Statement) -> set[str]:
    """The codes of a statement's warnings."""
    return {notice.code for notice in statement.avertissements}


def period(law: Law, case: Case, au: str = "2026-11-21") -> Limitation:
    """The limitation period of the dossier's invoice."""
    return limitation(case, case.factures[0], law, day(au))


@pytest.mark.parametrize(
    ("qualite", "secteur", "performed", "until", "years"),
    [
        ("professionnel", "general", "2024-03-02", "2029-03-02", 5),
        ("professionnel", "general", "2024-02-29", "2029-02-28", 5),
        ("particulier", "general", "2024-03-02", "2026-03-02", 2),
        ("particulier", "general", "2024-02-29", "2026-02-28", 2),
        # Four years from 1 January of the year after: until 31 December.
        ("public", "general", "2024-01-01", "2028-12-31", 4),
        ("public", "general", "2024-12-31", "2028-12-31", 4),
        ("professionnel", "transport", "2024-03-02", "2025-03-02", 1),
    ],
)
def test_limitation(law: Law, qualite: str, secteur: str, performed: str, until: str, years: int) -> None:
    """Five, two, four years or one, from performance; the last day to act is given."""
    case = case_of(qualite, secteur, emise_le="2025-01-06", executee_le=performed, echeance="2025-02-05")
    found = period(law, case)
    assert (found.jusqu_au, found.annees) == (day(until), years)
    assert found.articles
    assert all(law.article(article) for article in found.articles)


def test_limitation_without_a_performance_date(law: Law) -> None:
    """Without a performance date, the period starts on the day of the invoice."""
    assert period(law, case_of(emise_le="2024-03-10")).jusqu_au == day("2029-03-10")


@pytest.mark.parametrize(
    ("qualite", "secteur", "performed", "last"),
    [
        ("professionnel", "general", "2020-03-10", "2025-03-10"),
        ("particulier", "general", "2023-08-31", "2025-08-31"),
        ("public", "general", "2020-03-10", "2024-12-31"),
        ("professionnel", "transport", "2023-03-10", "2024-03-10"),
    ],
)
def test_limitation_warnings(law: Law, qualite: str, secteur: str, performed: str, last: str) -> None:
    """Near from six months before the last day, run out from the day after it."""
    due = str(day(performed) + timedelta(days=30))
    case = case_of(qualite, secteur, emise_le=performed, executee_le=performed, echeance=due)
    six_months_before, one_day = add_months(day(last), -6), timedelta(days=1)
    expected = {
        six_months_before - one_day: set(),
        six_months_before: {"prescription-proche"},
        day(last): {"prescription-proche"},
        day(last) + one_day: {"prescription-acquise"},
    }
    for au, wanted in expected.items():
        found = codes(build_statement(case, law, au))
        assert found & {"prescription-proche", "prescription-acquise"} == wanted, au


def test_no_limitation_warning_once_paid(law: Law) -> None:
    """What is paid cannot lapse."""
    case = case_of("particulier", emise_le="2020-03-10", echeance="2020-04-09")
    data = case.model_dump()
    data["paiements"] = [{"recu_le": "2020-04-09", "montant": "1000", "facture": "F-1"}]
    statement = build_statement(Case.model_validate(data), law, day("2026-11-21"))
    assert not codes(statement) & {"prescription-proche", "prescription-acquise"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"paiements": [{"recu_le": "2026-12-01", "montant": "100"}]}, "Paiement"),
        ({"avoirs": [{"numero": "A-1", "emis_le": "2026-12-01", "montant_ttc": "1", "facture": "F-1"}]}, "Avoir A-1"),
    ],
)
def test_what_is_dated_later_is_told(law: Law, changes: dict[str, object], said: str) -> None:
    """A payment or credit note after the statement is not counted, and that is said: often a mistyped year."""
    case = Case.model_validate(case_data(**changes))
    found = [
        n.message
        for n in build_statement(case, law, day("2026-11-21")).avertissements
        if n.code == "ecriture-posterieure"
    ]

    assert len(found) == 1
    assert said in found[0]
    assert "ecriture-posterieure" not in {n.code for n in build_statement(case, law, day("2026-12-01")).avertissements}
