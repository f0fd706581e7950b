"""Properties of the statement that hold for every dossier: conservation, order, splitting, monotony.

Dossiers are drawn as text and read by the models, like a user's. The same examples are drawn on
every run, so that continuous integration is stable. To explore more, with new examples each time:

    EXEMPLES=5000 python -m pytest tests/test_proprietes.py
"""

import json
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generator.case import Case
from generator.interest import Segment, half_years, interest
from generator.law import load_law
from generator.money import parse_amount, plain_spaces
from generator.regimes import regime_for
from generator.statement import InvoiceStatement, Line, Statement, build_statement
from generator.statement_json import statement_json
from tests.conftest import case_data

PROPERTY = settings(
    max_examples=int(os.environ.get("EXEMPLES", "150")),
    derandomize="EXEMPLES" not in os.environ,
    database=None,
    deadline=None,
    # Dossiers without any payment, or with an event still to come, are filtered out of some tests.
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
LAW = load_law()
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
HALF_CENT = Fraction(1, 200)
CLAUSES = ("bce+10", "bce+8", "legal", "3x-legal", "0 %", "2,61 %", "5 %", "12 %", "12,125 %")
TURNS = [date(y, m, d) for y in (2019, 2023, 2024, 2026) for m, d in ((1, 1), (6, 30), (7, 1), (12, 31))]
DAYS = st.dates(FIRST, LAST) | st.sampled_from([*TURNS, date(2024, 2, 29)])  # with the days on which rates change

Drawn = tuple[dict[str, Any], date]


def text(cents: int) -> str:
    """12345 -> `123.45`."""
    return f"{cents // 100}.{cents % 100:02d}"


CENTS = st.integers(1, 2_000_000) | st.sampled_from([1, 3, 3650, 4000, 10_000, 99_999_999])
AMOUNTS = CENTS.map(text)


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[str, ...] = ("professionnel", "public", "particulier")) -> Drawn:
    """A dossier as text, and the day of its statement."""
    # Few due dates and few amounts, so that invoices often share theirs.
    dues, amounts = draw(st.lists(DAYS, min_size=1, max_size=3)), draw(st.lists(AMOUNTS, min_size=1, max_size=2))
    invoices = []
    for number in range(draw(st.integers(1, 5))):
        due = draw(st.sampled_from(dues))
        issued = due - timedelta(days=draw(st.sampled_from([0, 1, 30, 60, 120])))
        amount = draw(st.sampled_from(amounts))
        invoices.append({"numero": f"F-{number}", "emise_le": str(issued), "echeance": str(due), "montant_ttc": amount})
    target = st.none() | st.sampled_from([invoice["numero"] for invoice in invoices])
    event = DAYS | st.builds(
        lambda due, days: min(due + timedelta(days=days), LAST),
        st.sampled_from(dues),
        st.sampled_from([-30, -1, 0, 1, 2, 90, 400]),
    )
    payment = st.fixed_dictionaries({"recu_le": event.map(str), "montant": AMOUNTS, "facture": target})
    yes = st.sampled_from(["oui", "non"])
    note = st.fixed_dictionaries(
        {"emis_le": event.map(str), "montant_ttc": AMOUNTS, "facture": target, "retroactif": yes}
    )
    notes = [{"numero": f"A-{i}", **drawn} for i, drawn in enumerate(draw(st.lists(note, max_size=3)))]
    waiver = st.sampled_from(["reclamer", "reclamer", "offrir", "abandonner"])
    data = case_data(factures=invoices, avoirs=notes, paiements=draw(st.lists(payment, max_size=4)))
    data["debiteur"] = {**data["debiteur"], "qualite": draw(st.sampled_from(kinds))}
    data["conditions"] = {
        "imputation": draw(st.sampled_from(["interets", "principal"])),
        "penalites": draw(waiver),
        "indemnite_forfaitaire": draw(waiver),
    }
    if clause := draw(st.none() | st.sampled_from(CLAUSES)):
        data["conditions"]["taux_penalites"] = clause
    if draw(st.sampled_from([False, False, True])):
        data["debiteur"]["procedure_collective"] = {"type": "liquidation", "jugement_le": str(draw(event))}
    if draw(st.sampled_from([True, True, False])):
        sent = draw(event)
        data["mise_en_demeure"] = {"envoyee_le": str(sent)}
        if draw(st.booleans()):
            data["mise_en_demeure"]["recue_le"] = str(sent + timedelta(days=draw(st.integers(0, 15))))
    return data, draw(DAYS | event)


def solve(data: dict[str, Any], au: date) -> Statement:
    """The statement of a dossier given as text."""
    return build_statement(Case.model_validate(data), LAW, au)


def figures(statement: Statement) -> dict[str, Any]:
    """Everything of a statement but its warnings, in an order that does not depend on the dossier."""
    shown = statement_json(statement)
    shown["factures"].sort(key=lambda invoice: invoice["numero"])
    shown["lignes"].sort(key=lambda line: (line["facture"], line["du"]))
    del shown["avertissements"]
    return shown


def lines_of(statement: Statement, number: str) -> list[Line]:
    """The interest lines of one invoice."""
    return [line for line in statement.lignes if line.facture == number]


def exact(line: Line) -> Fraction:
    """The unrounded interest of a line."""
    return Fraction(line.base) * Fraction(line.taux) * line.jours / 36500


def judgment(data: dict[str, Any]) -> date:
    """The day of the opening judgment, or a day that never comes."""
    proceedings = data["debiteur"].get("procedure_collective")
    return date.fromisoformat(proceedings["jugement_le"]) if proceedings else date.max


def quiet_from(data: dict[str, Any]) -> date:
    """The day of the last event of a dossier: payment, credit note or new invoice."""
    days = [payment["recu_le"] for payment in data["paiements"]]
    days += [note["emis_le"] for note in data["avoirs"]]
    days += [invoice["emise_le"] for invoice in data["factures"]]
    return date.fromisoformat(max(days))


def is_claimed(data: dict[str, Any], name: str) -> bool:
    """Whether the dossier claims `penalites` or `indemnite_forfaitaire` (a public body always owes them)."""
    return data["debiteur"]["qualite"] == "public" or data["conditions"][name] == "reclamer"


def indemnity_charged(data: dict[str, Any], invoice: InvoiceStatement) -> int:
    """40 when the invoice was late by a day and nothing excludes the indemnity, else 0."""
    excluded = (
        data["debiteur"]["qualite"] == "particulier"
        or not is_claimed(data, "indemnite_forfaitaire")
        or judgment(data) <= invoice.echeance
    )
    return 40 if invoice.jours_de_retard and not excluded else 0


@PROPERTY
@given(cases())
def test_totals_are_sums(drawn: Drawn) -> None:
    """Interest accrued is the sum of the lines; totals are the sums of the invoices."""
    statement = solve(*drawn)
    for invoice in statement.factures:
        assert sum(line.montant for line in lines_of(statement, invoice.numero)) == invoice.penalites_courues
    totals = statement.totaux
    for total, name in (("principal", "principal"), ("penalites", "penalites"), ("indemnites", "indemnite")):
        assert getattr(totals, total) == sum(getattr(invoice, name) for invoice in statement.factures)
    assert totals.solde == sum(invoice.solde for invoice in statement.factures)


@PROPERTY
@given(cases())
def test_conservation(drawn: Drawn) -> None:
    """To the cent: what was owed is paid, credited or still due; what came is used or left as a credit."""
    data, au = drawn
    statement = solve(data, au)
    for invoice in statement.factures:
        interest = invoice.penalites_courues if is_claimed(data, "penalites") else 0
        owed = invoice.montant_ttc + interest + indemnity_charged(data, invoice)
        assert owed == invoice.solde + invoice.paiements + invoice.avoirs
    case = statement.case
    received = sum(p.montant for p in case.paiements if p.recu_le <= au)
    received += sum(note.montant_ttc for note in case.avoirs if note.emis_le <= au)
    used = sum(invoice.paiements + invoice.avoirs for invoice in statement.factures)
    assert received == used + statement.totaux.credit


@PROPERTY
@given(cases())
def test_nothing_is_negative(drawn: Drawn) -> None:
    """No amount is below zero, and a credit is only shown once everything is paid."""
    statement = solve(*drawn)
    shown = figures(statement)
    amounts = [Decimal(v) for block in shown["factures"] for v in block.values() if re.fullmatch(r"-?\d+\.\d+", str(v))]
    amounts += map(Decimal, shown["totaux"].values())
    assert min(amounts) >= 0
    assert all(line.base > 0 and line.jours > 0 and line.montant >= 0 for line in statement.lignes)
    assert all(invoice.jours_de_retard >= 0 for invoice in statement.factures)
    assert not statement.totaux.credit or not statement.totaux.solde


@PROPERTY
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_nothing(drawn: Drawn, random: Any) -> None:
    """Invoices, payments and credit notes may be listed in any order."""
    data, au = drawn
    mixed = {**data}
    for name in ("factures", "avoirs", "paiements"):
        mixed[name] = random.sample(data[name], len(data[name]))
    assert figures(solve(mixed, au)) == figures(solve(data, au))


@PROPERTY
@given(cases())
def test_lines_follow_each_other(drawn: Drawn) -> None:
    """Lines cover every late day, once, from the day after the start to payment, judgment or statement."""
    data, au = drawn
    statement = solve(data, au)
    case = statement.case
    for invoice in statement.factures:
        starts: date | None = invoice.echeance
        if case.debiteur.qualite == "particulier":
            notice = case.mise_en_demeure
            if notice is None or invoice.echeance >= notice.envoyee_le:
                starts = None
            else:
                starts = notice.recue_le or notice.envoyee_le
        lines = lines_of(statement, invoice.numero)
        last = invoice.echeance + timedelta(days=invoice.jours_de_retard)
        last = min(last, au, judgment(data) - timedelta(days=1))
        if starts is None or last <= starts:
            assert not lines
            continue
        assert (lines[0].du, lines[-1].au) == (starts + timedelta(days=1), last)
        for line in lines:
            assert line.jours == (line.au - line.du).days + 1 >= 1
        for before, after in pairwise(lines):
            assert after.du == before.au + timedelta(days=1)
            assert after.base <= before.base <= invoice.montant_ttc


@PROPERTY
@given(cases(), DAYS, DAYS)
def test_interest_can_be_split_in_time(drawn: Drawn, one: date, other: date) -> None:
    """Interest at d1 plus interest from d1 to d2 is interest at d2, to half a cent a line."""
    data, _ = drawn
    d1, d2 = max(min(one, other), quiet_from(data)), max(one, other)
    assume(d1 <= d2)
    at_d1, at_d2 = solve(data, d1), solve(data, d2)
    regime = regime_for(at_d1.case, LAW)
    for invoice in at_d1.factures:
        starts = regime.starts_after(invoice.facture)
        between: list[Segment] = []
        if starts is not None:
            end = min(d2, judgment(data) - timedelta(days=1))
            between = interest(invoice.principal, max(d1, starts), end, regime.schedule(invoice.facture))
        first, whole = lines_of(at_d1, invoice.numero), lines_of(at_d2, invoice.numero)
        rest = sum(Fraction(s.base) * Fraction(s.rate.taux) * s.jours / 36500 for s in between)
        assert sum(map(exact, first)) + rest == sum(map(exact, whole))
        rounded = sum(line.montant for line in first) + sum(s.montant for s in between)
        gap = Fraction(rounded) - Fraction(sum(line.montant for line in whole))
        assert abs(gap) <= HALF_CENT * (len(first) + len(between) + len(whole))


@PROPERTY
@given(cases(), AMOUNTS, st.integers(1, 400))
def test_what_is_dated_later_does_not_exist(drawn: Drawn, amount: str, days: int) -> None:
    """Payments, credit notes, invoices, a first notice or a judgment dated later change nothing."""
    data, au = drawn
    later = str(au + timedelta(days=days))
    number = data["factures"][0]["numero"]
    invoice = {"numero": "F-9", "emise_le": later, "echeance": later, "montant_ttc": amount}
    note = {"numero": "A-9", "emis_le": later, "montant_ttc": amount}
    correction = {**note, "numero": "A-8", "facture": number, "retroactif": "oui"}
    payment = {"recu_le": later, "montant": amount, "facture": number}
    more = {
        **data,
        "factures": [invoice, *data["factures"]],
        "paiements": [payment, *data["paiements"]],
        "avoirs": [note, correction, *data["avoirs"]],
    }
    more.setdefault("mise_en_demeure", {"envoyee_le": later})
    if judgment(data) == date.max:
        proceedings = {"type": "sauvegarde", "jugement_le": later}
        more["debiteur"] = {**data["debiteur"], "procedure_collective": proceedings}
    assert figures(solve(more, au)) == figures(solve(data, au))


@PROPERTY
@given(cases(), DAYS, DAYS)
def test_time_never_lowers_the_debt(drawn: Drawn, one: date, other: date) -> None:
    """Without any event between two days, at least as much is owed on the second."""
    data, _ = drawn
    d1, d2 = max(min(one, other), quiet_from(data)), max(one, other)
    assume(d1 <= d2)
    before, after = solve(data, d1).totaux, solve(data, d2).totaux
    assert after.principal == before.principal
    assert after.penalites >= before.penalites
    assert after.indemnites >= before.indemnites
    assert after.credit == before.credit


@PROPERTY
@given(cases(), st.integers(1, 500_000), st.integers(0, 3))
def test_paying_more_never_raises_the_debt(drawn: Drawn, more: int, which: int) -> None:
    """A bigger payment leaves at most as much to pay."""
    data, au = drawn
    assume(data["paiements"])
    payments = [dict(payment) for payment in data["paiements"]]
    chosen = payments[which % len(payments)]
    chosen["montant"] = str(Decimal(chosen["montant"]) + Decimal(more) / 100)
    assert solve({**data, "paiements": payments}, au).totaux.solde <= solve(data, au).totaux.solde


@PROPERTY
@given(cases())
def test_each_day_bears_the_rate_of_its_debtor(drawn: Drawn) -> None:
    """ECB + 10, the agreed rate and its floor, ECB + 8 frozen, or the legal rate, each half-year."""
    statement = solve(*drawn)
    dues = {invoice.numero: invoice.echeance for invoice in statement.factures}
    for line in statement.lignes:
        for first, _ in half_years(line.du, line.au):
            assert line.taux == _rate(statement.case, dues[line.facture], first)


def _rate(case: Case, due: date, on: date) -> Decimal:
    def legal() -> Decimal:
        return LAW.value("interet-legal", on, "autres").valeur

    def ecb(day: date) -> Decimal:
        return LAW.value("refinancement-bce", day).valeur

    if case.debiteur.qualite == "public":
        return ecb(due + timedelta(days=1)) + 8
    if case.debiteur.qualite == "particulier":
        return legal()
    clause = case.conditions.taux_penalites
    if clause is None or clause.nature == "bce+10":
        return ecb(on) + 10
    agreed: dict[str, Callable[[], Decimal]] = {
        "bce+8": lambda: ecb(on) + 8,
        "legal": legal,
        "3x-legal": lambda: 3 * legal(),
    }
    return max(clause.valeur if clause.valeur is not None else agreed[clause.nature](), 3 * legal())


@PROPERTY
@given(cases(kinds=("particulier",)))
def test_a_consumer_never_owes_the_indemnity(drawn: Drawn) -> None:
    """No 40 € for a consumer, whatever the dossier claims."""
    statement = solve(*drawn)
    assert not statement.totaux.indemnites
    assert not statement.indemnite_unitaire
    assert not statement.articles_indemnite
    assert not any(invoice.indemnite for invoice in statement.factures)


@PROPERTY
@given(cases(kinds=("public",)))
def test_a_public_rate_is_frozen(drawn: Drawn) -> None:
    """All lines of one invoice of a public body bear one rate."""
    statement = solve(*drawn)
    for invoice in statement.factures:
        assert len({line.taux for line in lines_of(statement, invoice.numero)}) <= 1


@PROPERTY
@given(cases())
def test_json_round_trips(drawn: Drawn) -> None:
    """The JSON is plain data; every amount is text with two decimals, every rate with two or more."""
    statement = solve(*drawn)
    shown = statement_json(statement)
    assert json.loads(json.dumps(shown, ensure_ascii=False)) == shown
    names = ["montant_ttc", "avoirs", "paiements", "principal", "penalites_courues", "penalites", "indemnite", "solde"]
    amounts = [*shown["totaux"].values()]
    amounts += [invoice[name] for invoice in shown["factures"] for name in names]
    amounts += [line[name] for line in shown["lignes"] for name in ("base", "montant")]
    assert all(re.fullmatch(r"\d+\.\d\d", amount) for amount in amounts)
    for line, written in zip(statement.lignes, shown["lignes"], strict=True):
        assert re.fullmatch(r"\d+\.\d\d+", written["taux"])
        assert Decimal(written["taux"]) == line.taux


@PROPERTY
@given(cases())
def test_each_line_is_rounded_half_up(drawn: Drawn) -> None:
    """A line's amount is base × rate × days / 365, recomputed with exact fractions."""
    for line in solve(*drawn).lignes:
        cents = exact(line) * 100
        assert Fraction(line.montant) * 100 == (cents + Fraction(1, 2)).__floor__()


@PROPERTY
@given(cases())
def test_a_formula_says_what_was_computed(drawn: Drawn) -> None:
    """Read back, the formula of a line gives its base, its rate and its days."""
    for line in solve(*drawn).lignes:
        found = re.fullmatch(r"([\d ]+,\d\d €) × (\d+,\d{2,4}) % × ([\d ]+) / 365", plain_spaces(line.formule))
        assert found, line.formule
        assert parse_amount(found[1]) == line.base
        assert Decimal(found[2].replace(",", ".")) == line.taux
        assert int(found[3].replace(" ", "")) == line.jours
