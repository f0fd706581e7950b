"""Costs beside the claim, what the reader gets, and what holds for every judged dossier."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.case import Case
from generator.cli import cli
from generator.law import load_law
from generator.money import plain_spaces
from generator.statement import build_statement
from generator.statement_json import statement_json
from tests.conftest import case_data, day
from tests.titre_samples import COSTS, INVOICE, JUDGMENT, codes_of, statement_of


def test_article_700_bears_the_legal_rate_from_the_decision_then_the_increase() -> None:
    """800 × 2.76 % × 77 / 365 = 4.66; × 7.76 % × 30 / 365 = 5.10; × 7.62 % × 9 / 365 = 1.50. The rest bears nothing."""
    statement = statement_of("2026-01-09", decision=JUDGMENT | COSTS)
    costs = statement.frais_de_justice
    assert costs is not None

    assert [(s.du.isoformat(), str(s.montant)) for s in costs.lignes] == [
        ("2025-09-16", "4.66"), ("2025-12-02", "5.10"), ("2026-01-01", "1.50"),
    ]  # fmt: skip
    assert [(item.nature, str(item.reste)) for item in costs.postes] == [
        ("article-700", "800.00"), ("depens", "57.23"),
    ]  # fmt: skip
    assert str(costs.total) == "868.49"  # 857.23 + 11.26; the commandement is of the next day
    assert statement.totaux == statement_of("2026-01-09", decision=JUDGMENT).totaux
    assert "frais-sans-interet" in codes_of(statement)


def test_article_700_bears_interest_even_when_penalties_go_on() -> None:
    """C. civ. 1231-7 does not depend on what the principal bears."""
    decision = JUDGMENT | {"interets": "penalites", "article_700": {"montant": "800"}}
    costs = statement_of("2025-12-31", decision=decision).frais_de_justice

    assert costs is not None
    assert str(costs.interets) == "9.76"


def test_money_left_once_the_invoices_are_paid_clears_the_costs_in_order() -> None:
    """A payment of exactly what the invoice owes, plus 900: 8.74 of interest, 800, then 91.26 of the others."""
    due = statement_of("2025-12-25", decision=JUDGMENT | COSTS).totaux.solde
    payment = {"recu_le": "2025-12-25", "montant": f"{due + 900:.2f}"}
    statement = statement_of("2026-03-01", paiements=[payment], decision=JUDGMENT | COSTS)
    costs = statement.frais_de_justice
    assert costs is not None

    # 800 × 2.76 % × 77 / 365 + 800 × 7.76 % × 24 / 365 = 4.66 + 4.08 = 8.74; 900 − 808.74 = 91.26
    assert [statement.totaux.solde, statement.totaux.credit] == [Decimal(0)] * 2
    # The dépens take 57.23; the 34.03 left are a credit until the commandement of 10 January.
    assert [str(item.reste) for item in costs.postes] == ["0.00", "0.00", "85.97"]
    assert (str(costs.interets), str(costs.total)) == ("0.00", "85.97")


def test_a_surplus_beyond_the_costs_is_a_credit() -> None:
    """Never lost."""
    payment = {"recu_le": "2026-01-20", "montant": "20000"}
    with_costs = statement_of("2026-03-01", paiements=[payment], decision=JUDGMENT | COSTS)
    without = statement_of("2026-03-01", paiements=[payment], decision=JUDGMENT)
    costs = with_costs.frais_de_justice
    assert costs is not None

    accrued = sum((line.montant for line in costs.lignes), Decimal(0))
    assert without.totaux.credit - with_costs.totaux.credit == Decimal("977.23") + accrued
    assert costs.total == 0


def _file(tmp_path: Path, **changes: Any) -> str:
    file = tmp_path / "dossier.yml"
    data = case_data(**({"factures": [INVOICE]} | changes))
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return str(file)


def test_the_command_shows_lines_capital_and_costs(tmp_path: Path) -> None:
    """Each apart, with its texts, and one grand total that names what it adds."""
    file = _file(tmp_path, conditions={"capitalisation": {"demandee_le": "2025-03-10"}}, decision=JUDGMENT | COSTS)
    result = CliRunner().invoke(cli, ["decompte", file, "--au", "2026-01-15"])
    text = plain_spaces(result.stdout)

    assert result.exit_code == 0
    for shown in (
        "taux légal augmenté", "sur intérêts capitalisés", "115,21 € + 718,36 € + 547,62 €", "Article 700", "Commandement",
        "C. civ., art. 1231-7", "C. civ., art. 1343-2", "Total dû, frais de justice compris",
    ):  # fmt: skip
        assert shown in text


def test_the_json_keeps_its_contract_and_adds_its_keys(tmp_path: Path) -> None:
    """Same schema; totals unchanged; the sum of both beside them."""
    file = _file(tmp_path, conditions={"capitalisation": {"demandee_le": "2025-03-10"}}, decision=JUDGMENT | COSTS)
    data = json.loads(CliRunner().invoke(cli, ["decompte", file, "--au", "2026-01-09", "--json"]).stdout)

    assert data["schema"] == "impayes/decompte/1"
    assert data["capitalisations"] == [
        {"facture": "F-1", "le": "2025-06-01", "montant": "1381.19", "formule": "115,21 € + 718,36 € + 547,62 €"}
    ]
    costs = data["frais_de_justice"]
    assert (costs["interets"], costs["total"]) == ("11.26", "868.49")
    total = Decimal(data["totaux"]["solde"]) + Decimal("868.49")
    assert costs["total_avec_creance"] == f"{total:.2f}"
    assert {line["nature"] for line in data["lignes"]} == {
        "penalites", "interets-legaux", "interets-legaux-majores", "interets-capitalises",
    }  # fmt: skip


def test_a_decision_without_costs_has_an_empty_account(tmp_path: Path) -> None:
    """A program reads the same keys whatever the decision holds."""
    data = statement_json(statement_of("2026-01-09", decision=JUDGMENT))

    assert data["frais_de_justice"]["postes"] == []
    assert data["frais_de_justice"]["total_avec_creance"] == data["totaux"]["solde"]


PROPERTY = settings(
    max_examples=80, derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
DAYS = st.dates(day("2021-01-01"), day("2026-12-31"))


@st.composite
def _judged(draw: Callable[..., Any]) -> tuple[dict[str, Any], Any]:
    """A dossier with a decision, a capitalisation and payments, and the day of its statement."""
    invoices = [
        INVOICE | {"numero": f"F-{n}", "emise_le": "2020-12-01", "echeance": str(draw(DAYS))}
        for n in range(draw(st.integers(1, 3)))
    ]
    judged = draw(DAYS)
    decision = {
        "type": draw(st.sampled_from(["jugement", "refere", "titre-l126"])),
        "rendue_le": str(judged),
        "executoire_le": str(judged + timedelta(days=draw(st.integers(0, 90)))),
        "interets": draw(st.sampled_from(["legal", "penalites"])),
        "depens": [{"libelle": "Greffe", "montant": "33.47"}],
    }
    if decision["type"] != "titre-l126":
        decision["article_700"] = {"montant": "600"}
    payments = [
        {"recu_le": str(draw(DAYS)), "montant": f"{draw(st.integers(1, 1_500_000)) / 100:.2f}"}
        for _ in range(draw(st.integers(0, 4)))
    ]
    data = case_data(
        factures=invoices,
        paiements=payments,
        decision=decision,
        conditions={"capitalisation": {"demandee_le": str(draw(DAYS))}},
    )
    return data, draw(DAYS)


@given(_judged())
@PROPERTY
def test_no_cent_is_lost(drawn: tuple[dict[str, Any], Any]) -> None:
    """What was charged, less what was received, is what remains: invoices, interest, indemnities and costs."""
    data, au = drawn
    case = Case.model_validate(data)
    statement = build_statement(case, load_law(), au)
    costs = statement.frais_de_justice
    fixed = sum((Decimal(40) for f in statement.factures if f.echeance < au and _was_late(f)), Decimal(0))
    charged = sum((f.montant_ttc + f.penalites_courues for f in statement.factures), fixed)
    remaining = statement.totaux.solde - statement.totaux.credit
    if costs:
        charged += sum((item.montant for item in costs.postes), Decimal(0))
        charged += sum((line.montant for line in costs.lignes), Decimal(0))
        remaining += costs.total
    received = sum((p.montant for p in case.paiements if p.recu_le <= au), Decimal(0))

    assert charged - received == remaining


def _was_late(invoice: Any) -> bool:
    return invoice.soldee_le is None or invoice.soldee_le > invoice.echeance


@given(_judged())
@PROPERTY
def test_capitalisation_never_lowers_the_debt(drawn: tuple[dict[str, Any], Any]) -> None:
    """Without it, the same dossier owes as much or less, to a cent a line: one more cut may round down."""
    data, au = drawn
    law = load_law()
    asked = build_statement(Case.model_validate(data), law, au)
    plain = build_statement(Case.model_validate(data | {"conditions": {}}), law, au)
    cents = Decimal("0.01") * (len(asked.lignes) + len(plain.lignes))

    assert asked.totaux.solde - asked.totaux.credit >= plain.totaux.solde - plain.totaux.credit - cents
