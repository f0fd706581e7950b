"""The figures of the dashboard: those of the guide to the digit, both sides of each threshold, nothing counted twice."""

import datetime as dt
import random
import re
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.money import parse_amount
from generator.portfolio.dashboard import AGES, Dashboard, build_dashboard, level_order
from generator.portfolio.dashboard_data import balance_csv, dashboard_json
from generator.portfolio.sales import count_back, no_sales
from generator.portfolio.snapshot import Broken, Snapshot
from tests.conftest import ROOT, day
from tests.tableau_samples import AU, LEVELS, euros, instalment, invoice, many, paid, promise, snapshot

GUIDE = (ROOT / "docs" / "lecons" / "indicateurs.md").read_text(encoding="utf-8")


def _table(title: str) -> list[list[str]]:
    """The first table of the guide under this heading, as rows of cells without their stars."""
    lines = GUIDE.split(f"### {title}\n", 1)[1].splitlines()
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    end = next((i for i, line in enumerate(rows) if i > 1 and line[0] in {"Mois", "Facture"}), len(rows))
    return rows[2:end]


def _amounts(cells: list[str]) -> list[Decimal]:
    return [parse_amount(cell) if cell else Decimal(0) for cell in cells]


def _board(*items: Snapshot | Broken, au: dt.date = AU) -> Dashboard:
    return build_dashboard(items, au, LEVELS)


def _data(*items: Snapshot | Broken) -> dict[str, Any]:
    return dashboard_json(_board(*items), no_sales())


def _guide_portfolio() -> Dashboard:
    """The four clients of the guide, at the last day of October 2026."""
    au = day("2026-10-31")
    dossiers = []
    for number, (client, *cells) in enumerate(_table("La balance âgée")[:4]):
        late = zip((-10, 12, 45, 75, 120), _amounts(cells[:5]), strict=True)
        bills = [invoice(amount, days, au, numero=f"F-{days}") for days, amount in late if amount]
        dossiers.append(snapshot(f"2026-{number}", *bills, debiteur=client, au=au))
    return build_dashboard(dossiers, au)


def test_the_aged_balance_is_the_guide_s() -> None:
    """Every cell of the worked example, its shares, and who it says to call."""
    board = _guide_portfolio()
    rows = _table("La balance âgée")
    total, shares = rows[4], rows[5]

    assert [*board.total.montants, board.total.total] == _amounts(total[1:])
    data = dashboard_json(board, no_sales())
    found = [data["balance"]["total"][name]["part"] for name in AGES]
    assert [f"{Decimal(part):.0f} %" for part in found] == shares[1:6]
    assert [row.nom for row in board.premiers][:2] == ["Client B", "Client A"]
    assert (board.premiers[0].echu, board.total.echu) == (euros(12000), euros(22000))
    assert data["totaux"]["part_echue"] == "44.0"


def test_the_payment_delay_is_the_guide_s() -> None:
    """Counted back month by month, every line and the total."""
    rows = _table("Le délai de règlement, par épuisement")
    sold = dict(
        zip(
            (day("2026-10-01"), day("2026-09-01"), day("2026-08-01")),
            (parse_amount(r[2]) for r in rows[:3]),
            strict=True,
        )
    )
    dso = count_back(_guide_portfolio().total.total, day("2026-10-31"), sold)

    assert [f"{m.a_epuiser:.0f} {m.ventes:.0f} {m.reste:.0f}" for m in dso.mois] == [
        f"{parse_amount(r[1]):.0f} {parse_amount(r[2]):.0f} {parse_amount(r[4]):.0f}" for r in rows[:3]
    ]
    assert [f"{m.jours:.1f}".replace(".0", "").replace(".", ",") for m in dso.mois] == [
        re.split(" = ", r[3])[-1] for r in rows[:3]
    ]
    assert f"{dso.jours} jours".replace(".", ",") == rows[3][3] == "73,4 jours"


def test_the_weighted_delay_is_the_guide_s() -> None:
    """Four invoices paid in the month: 5,7 days by amount, 17 by simple mean."""
    rows = _table("Le retard pondéré par le montant")[:4]
    bills = [paid(parse_amount(amount), int(late.split()[0]), AU) for _, amount, late, _ in rows]
    delay = _board(snapshot("2026-1", *bills)).retard

    assert (delay.factures, delay.montant, delay.montant_jours) == (4, euros(10000), euros(57000))
    assert (delay.pondere, delay.simple) == (Decimal("5.7"), Decimal("17.0"))
    assert "**5,7 jours**" in GUIDE
    assert "= 17 jours" in GUIDE


@pytest.mark.parametrize(
    ("late", "name"),
    [
        (-1, "non_echu"), (0, "non_echu"), (1, "de_1_a_30"), (30, "de_1_a_30"), (31, "de_31_a_60"), (60, "de_31_a_60"),
        (61, "de_61_a_90"), (90, "de_61_a_90"), (91, "plus_de_90"),
    ],
)  # fmt: skip
def test_each_threshold_of_age(late: int, name: str) -> None:
    """An invoice due today is not late; thirty days and thirty-one are not the same class."""
    cells = _data(snapshot("2026-1", invoice(100, late)))["balance"]["total"]

    assert {age: cells[age]["factures"] for age in AGES} == {age: int(age == name) for age in AGES}
    assert cells[name]["montant"] == "100.00"


def test_kinds_disputes_and_proceedings_are_told_apart() -> None:
    """Parts of the total, not taken away from it."""
    data = _data(
        snapshot("2026-1", invoice(1000, 40, conteste=euros(300))),
        snapshot("2026-2", invoice(200, 10), invoice(50, -5), qualite="particulier"),
        snapshot("2026-3", invoice(500, 100), qualite="public"),
        snapshot("2026-4", invoice(700, 95), procedure_collective=True),
    )
    balance = data["balance"]

    assert {name: (row["total"]["montant"], row["total"]["factures"]) for name, row in balance.items()} == {
        "professionnel": ("1700.00", 2), "particulier": ("250.00", 2), "public": ("500.00", 1), "total": ("2450.00", 5),
        "dont_conteste": ("300.00", 1), "dont_procedure_collective": ("700.00", 1),
    }  # fmt: skip
    assert balance["dont_conteste"]["de_31_a_60"]["montant"] == "300.00"
    assert balance["dont_procedure_collective"]["plus_de_90"]["montant"] == "700.00"


def test_accessories_and_credits_stay_out_of_the_balance() -> None:
    """The balance is principal; penalties, indemnities and money to give back are beside it."""
    bill = invoice(100, 40, penalites=euros("3.21"), indemnite=euros(40))
    settled = paid(500, 12, AU)
    data = _data(
        snapshot("2026-1", bill), snapshot("2026-2", settled, credit=euros("12.30")), snapshot("2026-3", settled)
    )

    assert data["totaux"] == {
        "encours": "100.00", "echu": "100.00", "part_echue": "100.0", "penalites": "3.21", "indemnites": "40.00",
        "credit": "12.30",
    }  # fmt: skip
    assert (data["dossiers"], data["dossiers_a_encaisser"]) == (3, 1)


@pytest.mark.parametrize(
    ("on", "late", "changes", "counted"),
    [
        (AU, 8, {}, (1, "8.0")),
        (day("2026-11-01"), 8, {}, (1, "8.0")),
        (day("2026-10-31"), 8, {}, (0, None)),
        (AU, 0, {"jours_de_retard": -6}, (1, "0.0")),
        (AU, 8, {"avoirs": euros(100), "paiements": euros(0)}, (0, None)),
    ],
)
def test_which_paid_invoices_count(
    on: dt.date, late: int, changes: dict[str, Any], counted: tuple[int, str | None]
) -> None:
    """Those of the month of `au`; early is zero, not less; cancelled by a credit note is not paid."""
    bill = paid(100, late, on)
    fields = {name: getattr(bill, name) for name in bill.__slots__}
    delay = _data(snapshot("2026-1", type(bill)(**{**fields, **changes})))["retard_des_paiements"]

    assert (delay["factures"], delay["jours_ponderes"]) == counted


def _cash(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = _data(snapshot("2026-1", invoice(900, 20), **changes))["attendu"]
    return found


def _months(cash: dict[str, Any]) -> dict[str, str]:
    return {line["mois"]: line["total"] for line in cash["mois"] if line["total"] != "0.00"}


def test_a_plan_hides_the_promises_of_its_dossier() -> None:
    """The same euro is not expected twice; a plan all paid leaves its place to the promises."""
    plan = (instalment(-5, 300, 100), instalment(9, 300), instalment(40, 300))
    both = _cash(plan=plan, promesses=(promise(-3, 900),))

    assert both["en_retard"] == {"plans": "200.00", "promesses": "0.00", "total": "200.00"}
    assert _months(both) == {"2026-11": "300.00", "2026-12": "300.00"}
    assert both["total"] == "800.00"
    assert _cash(plan=(instalment(-5, 300, 300),), promesses=(promise(-3, 900),))["total"] == "900.00"


def test_a_promise_without_amount_is_what_is_past_due() -> None:
    """And two promises of all of it do not make twice the debt; more than the debt is not expected either."""
    assert _cash(promesses=(promise(-3),))["total"] == "900.00"
    assert _cash(promesses=(promise(-3), promise(-9)))["total"] == "900.00"
    assert _cash(promesses=(promise(-3, 250), promise(-9)))["total"] == "900.00"
    assert _cash(promesses=(promise(-3, 5000),))["total"] == "900.00"
    undue = snapshot("2026-1", invoice(900, 20), invoice(500, -20), promesses=(promise(-3), promise(-9)))
    assert _data(undue)["attendu"]["total"] == "900.00"
    assert _cash(plan=(instalment(3, 5000),))["total"] == "900.00"


def test_what_announces_nothing() -> None:
    """A promise broken or kept, a dossier in collective proceedings."""
    assert _cash(promesses=(promise(3, 900, False), promise(2, 900, True)))["total"] == "0.00"
    assert _cash(promesses=(promise(-3, 900),), procedure_collective=True)["total"] == "0.00"
    assert _cash(plan=(instalment(3, 900),), procedure_collective=True)["total"] == "0.00"


@pytest.mark.parametrize(
    ("ahead", "week", "month"),
    [
        (-1, None, "en_retard"), (0, 0, "2026-11"), (6, 0, "2026-11"), (7, 1, "2026-11"), (9, 1, "2026-11"),
        (10, 1, "2026-12"), (27, 3, "2026-12"), (28, None, "2026-12"), (344, None, "2027-10"), (345, None, "au_dela"),
    ],
)  # fmt: skip
def test_when_money_is_expected(ahead: int, week: int | None, month: str) -> None:
    """Both ends of the weeks, of the month, of the twelve months; the day itself is not late."""
    cash = _cash(plan=(instalment(ahead, 900),))
    weeks = [number for number, line in enumerate(cash["semaines"]) if line["plans"] == "900.00"]
    months = [name for name in ("en_retard", "au_dela") if cash[name]["plans"] == "900.00"] + list(_months(cash))

    assert weeks == ([] if week is None else [week])
    assert months == [month]


def test_levels_are_in_the_order_of_the_strategy() -> None:
    """Only dossiers past due; unknown levels last; proceedings apart; the sum is what is past due."""
    data = _data(
        snapshot("2026-1", invoice(10, 40), niveau="mise-en-demeure"),
        snapshot("2026-2", invoice(20, 5), niveau="relance-1"),
        snapshot("2026-3", invoice(30, 5), invoice(7, -5), niveau="relance-1"),
        snapshot("2026-4", invoice(40, 1)),
        snapshot("2026-5", invoice(50, 0), niveau="avant-echeance"),
        snapshot("2026-6", invoice(60, 90), niveau="transmission"),
        snapshot("2026-7", invoice(70, 90), niveau="relance-2", procedure_collective=True),
    )

    assert [(row["niveau"], row["dossiers"], row["echu"]) for row in data["niveaux"]] == [
        (None, 1, "40.00"), ("relance-1", 2, "50.00"), ("mise-en-demeure", 1, "10.00"), ("transmission", 1, "60.00"),
    ]  # fmt: skip
    assert data["procedure_collective"] == {"dossiers": 1, "echu": "70.00"}
    assert data["totaux"]["echu"] == "230.00"


def test_ladders_make_one_order() -> None:
    """A level that only a short ladder has comes after the one before it there."""
    short, long = (
        ("relance-1", "visite", "mise-en-demeure"),
        ("avant", "relance-1", "relance-2", "mise-en-demeure", "avis"),
    )

    assert level_order([short, long]) == ["avant", "relance-1", "visite", "relance-2", "mise-en-demeure", "avis"]


def test_promises_kept_and_broken() -> None:
    """Those still running are not judged."""
    data = _data(snapshot("2026-1", invoice(9, 9), promesses=(promise(3, 1, True), promise(2, 1, False), promise(-2))))

    assert data["promesses"] == {"tenues": 1, "rompues": 1, "en_cours": 1, "part_tenue": "50.0"}
    assert _data(snapshot("2026-1", promesses=(promise(-2),)))["promesses"]["part_tenue"] is None


def test_the_dossiers_of_one_debtor_are_one_line() -> None:
    """Ten lines at most, equal sums by name, nothing for who owes nothing past due."""
    same = [snapshot(f"2026-1{n}", invoice(100, 10 + n), debiteur="Martin SARL") for n in range(3)]
    others = [snapshot(f"2026-2{n:02}", invoice(50, 5)) for n in range(11)]
    data = _data(*others, snapshot("2026-0", invoice(9000, 0), debiteur="Pas échu"), *same)

    assert data["debiteurs"][0] == {
        "debiteur": "Martin SARL", "qualite": "professionnel", "premier_dossier": "2026-10", "dossiers": 3,
        "echu": "300.00", "part": "35.3", "plus_vieux_retard_jours": 12, "procedure_collective": False,
    }  # fmt: skip
    assert [row["premier_dossier"] for row in data["debiteurs"][1:]] == [f"2026-2{n:02}" for n in range(9)]


def test_broken_dossiers_are_named() -> None:
    """And the others are counted all the same."""
    data = _data(
        Broken(Path("b.yml"), ("b.yml:3: faute",)), snapshot("2026-1", invoice(10, 5)), Broken(Path("a.yml"), ())
    )

    assert [error["fichier"] for error in data["erreurs"]] == ["a.yml", "b.yml"]
    assert (data["dossiers"], data["totaux"]["encours"]) == (1, "10.00")


def test_the_order_of_dossiers_changes_nothing() -> None:
    """Same portfolio, same bytes."""
    items = many(120)
    shuffled = random.Random(3).sample(items, len(items))

    assert _data(*shuffled) == _data(*items)
    assert balance_csv(_board(*shuffled)) == balance_csv(_board(*items))


def test_memory_does_not_grow_with_the_number_of_dossiers() -> None:
    """Dossiers are read one by one and let go: six times as many take the same room, for the same debtors."""

    def dossiers(number: int) -> Iterator[Snapshot]:
        for index in range(number):
            yield snapshot(f"2026-{index:05}", invoice(10, index % 99), debiteur=f"Client {index % 40}")

    def peak(number: int) -> int:
        tracemalloc.start()
        build_dashboard(dossiers(number), AU)
        room = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return room

    peak(10)
    assert peak(6000) < 1.5 * peak(1000)
