"""The rating of debtors: its scale, both sides of each threshold, its properties, and the page that shows it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.calendar_fr import parse_date, short_date
from generator.money import ZERO, parse_amount, plain_spaces
from generator.parties import DebtorKind
from generator.portfolio import rating
from generator.portfolio.rating import Rating, grade_of, history, rate, rate_all, trend
from generator.portfolio.snapshot import Broken, InvoiceView, PromiseView, Snapshot
from tests.conftest import ROOT, day
from tests.test_proprietes import PROPERTY

AU = day("2026-11-21")
RECENT, OLD = day("2026-07-01"), day("2026-03-01")  # due dates on each side of the six months
PAGE = ROOT / "docs" / "relancer" / "noter-ses-clients.md"


def invoice(
    late: int | None,
    amount: str = "1000",
    due: date = RECENT,
    *,
    au: date = AU,
    credited: str = "0",
    disputed: str = "0",
) -> InvoiceView:
    """An invoice paid `late` days after its due date, or unpaid when None or still to come."""
    settled = due + timedelta(days=late) if late is not None else None
    if settled is not None and settled > au:
        settled = None
    total, note = Decimal(amount), Decimal(credited)
    if note == total:
        settled = due
    left = ZERO if settled else total - note
    return InvoiceView(
        numero="F-1",
        emise_le=due - timedelta(days=30),
        echeance=due,
        montant_ttc=total,
        avoirs=note,
        paiements=total - note - left,
        principal=left,
        penalites=ZERO,
        indemnite=ZERO,
        conteste=min(left, Decimal(disputed)),
        jours_de_retard=max(0, ((settled or au) - due).days),
        soldee_le=settled,
        reglements=((settled, total - note),) if settled and note < total else (),
    )


def snapshot(
    *invoices: InvoiceView,
    promises: tuple[bool | None, ...] = (),
    kind: DebtorKind = "professionnel",
    key: str = "732829320",
    name: str = "Boulangerie Martin SARL",
    insolvent: bool = False,
) -> Snapshot:
    """A dossier on the day `AU`."""
    return Snapshot(
        fichier=Path("dossier.yml"),
        reference="2026-014",
        au=AU,
        debiteur=name,
        qualite=kind,
        cle_debiteur=key,
        ville="Tours",
        factures=invoices,
        credit=ZERO,
        promesses=tuple(PromiseView(day("2026-08-01"), day("2026-08-10"), None, kept) for kept in promises),
        plan=(),
        strategie=None,
        regroupement="dossier",
        niveau=None,
        procedure_collective=insolvent,
        etapes=(),
        echeances=(),
    )


def rated(*invoices: InvoiceView, promises: tuple[bool | None, ...] = ()) -> Rating:
    """The rating of a debtor with one dossier."""
    return rate([history(snapshot(*invoices, promises=promises))])


def points_of(found: Rating) -> dict[str, str | None]:
    """Points of each component, as text."""
    return {c.code: None if c.points is None else str(c.points) for c in found.composantes}


# ---------------------------------------------------------------- thresholds


@pytest.mark.parametrize(
    ("points", "letter"),
    [(100, "A"), (80, "A"), (79, "B"), (60, "B"), (59, "C"), (40, "C"), (39, "D"), (0, "D")],
)
def test_both_sides_of_each_letter(points: int, letter: str) -> None:
    assert grade_of(points) == letter


@pytest.mark.parametrize(
    ("late", "points", "letter"),
    [(0, 100, "A"), (12, 80, "A"), (13, 79, "B"), (61, 60, "B"), (62, 59, "C"), (110, 40, "C"), (111, 39, "D")],
)
def test_one_day_more_changes_the_letter(late: int, points: int, letter: str) -> None:
    """600 € on time, 400 € late by so many days; neither trend nor promise: 65 points are possible."""
    found = rated(invoice(0, "300"), invoice(0, "300"), invoice(late, "400"))
    assert (found.points, found.note) == (points, letter)


@pytest.mark.parametrize(("late", "points"), [(0, "40.0"), (1, "39.3"), (59, "0.7"), (60, "0.0"), (61, "0.0")])
def test_a_delay_of_sixty_days_earns_nothing(late: int, points: str) -> None:
    assert points_of(rated(*[invoice(late)] * 3))["retard"] == points


@pytest.mark.parametrize(("late", "points"), [(-5, "25.0"), (0, "25.0"), (1, "0.0")])
def test_no_tolerance(late: int, points: str) -> None:
    """Paid before or on its day, in time; the next day, late."""
    assert points_of(rated(*[invoice(late)] * 3))["a_l_heure"] == points


def test_an_invoice_is_past_due_the_day_after() -> None:
    """Due today, it is not late: the debtor has one invoice less, and no rating."""
    yesterday, today = AU - timedelta(days=1), AU
    assert rated(*[invoice(0)] * 2, invoice(None, due=yesterday)).etat == "note"
    found = rated(*[invoice(0)] * 2, invoice(None, due=today))
    assert (found.etat, found.note, found.points, found.composantes) == ("non-note", None, None, ())
    assert found.phrase == "pas assez de recul : 2 factures échues, il en faut 3"
    assert rated().phrase == "pas assez de recul : 0 facture échue, il en faut 3"


def test_the_trend_starts_six_months_ago() -> None:
    """Due on 21 May or later is recent; two invoices are needed on each side."""
    border = day("2026-05-21")
    old = [invoice(0, due=OLD), invoice(0, due=OLD)]
    assert rated(*old, invoice(30), invoice(30, due=border)).retard_recent == 30
    without = rated(*old, invoice(30), invoice(30, due=border - timedelta(days=1)))
    assert (without.retard_recent, without.retard_ancien) == (None, None)
    assert points_of(without)["tendance"] is None
    assert rated(invoice(0, due=OLD), *[invoice(0)] * 3).retard_recent is None


@pytest.mark.parametrize(
    ("recent", "earlier", "word"),
    [
        ("12.9", "10", "stable"),
        ("13", "10", "se dégrade"),
        ("7.1", "10", "stable"),
        ("7", "10", "s'améliore"),
    ],
)
def test_what_a_change_is_called(recent: str, earlier: str, word: str) -> None:
    assert trend(Decimal(recent), Decimal(earlier)) == word


# ---------------------------------------------------------------- what counts


def test_amounts_weigh() -> None:
    """A small invoice very late says less than a large one."""
    assert rated(invoice(50, "100"), invoice(0, "900"), invoice(0, "1000")).retard_pondere == Decimal("2.5")
    assert rated(invoice(50, "1000"), invoice(0, "900"), invoice(0, "100")).retard_pondere == 25


def test_an_unpaid_invoice_ages() -> None:
    """Its delay is counted to the day of the rating."""
    found = rated(*[invoice(None, due=AU - timedelta(days=10))] * 3)
    assert (found.retard_pondere, found.part_a_l_heure, found.encours) == (10, 0, 3000)


def test_a_credit_note_is_not_a_payment() -> None:
    """What is credited leaves the weights; an invoice wholly credited is no history."""
    assert rated(invoice(0, "1000", credited="900"), invoice(30, "100"), invoice(30, "100")).retard_pondere == 20
    found = rated(invoice(0), invoice(0), invoice(0, credited="1000"))
    assert (found.etat, found.factures) == ("non-note", 2)


def test_the_disputed_part_is_left_out() -> None:
    """The rest of the invoice is judged, paid or not; disputed as a whole, it is no history."""
    aged = AU - timedelta(days=30)
    found = rated(invoice(None, "1000", aged, disputed="800"), invoice(0, "100"), invoice(0, "100"))
    assert found.retard_pondere == 15
    paid = ((RECENT + timedelta(days=30), Decimal(200)),)
    only = replace(invoice(None, "1000", disputed="800"), principal=Decimal(800), reglements=paid)
    assert rated(only, invoice(0, "100"), invoice(0, "100")).retard_pondere == 15
    assert rated(invoice(0), invoice(0), invoice(None, disputed="1000")).factures == 2


def test_each_payment_counts_on_its_day() -> None:
    """Half on time, a quarter ten days late, a quarter still owed after forty."""
    due = AU - timedelta(days=40)
    payments = ((due, Decimal(500)), (due + timedelta(days=10), Decimal(250)))
    view = replace(invoice(None, "1000", due), principal=Decimal(250), reglements=payments)
    found = rated(view, view, view)
    assert (found.retard_pondere, found.part_a_l_heure) == (Decimal("12.5"), 50)


def test_promises_count_once_their_day_has_passed() -> None:
    """A running promise is neither kept nor broken; none at all is neither gained nor lost."""
    bills = [invoice(0)] * 3
    assert points_of(rated(*bills, promises=(True, False, None)))["promesses"] == "7.5"
    assert points_of(rated(*bills, promises=(None,)))["promesses"] is None
    assert rated(*bills).points == rated(*bills, promises=(True,)).points == 100
    assert rated(*bills, promises=(False,)).points == 81  # 65 out of 80


def test_every_rating_explains_itself() -> None:
    """Each component has its points and its sentence, and they add up to what is said."""
    found = rated(*[invoice(10, due=OLD)] * 2, *[invoice(20)] * 2, promises=(True, True, False))
    assert [(c.titre, str(c.points), c.sur, c.phrase) for c in found.composantes] == [
        ("Retard", "30.0", 40, "15,0 jours en moyenne, pondérés par les montants, sur 4 factures échues"),
        ("À l'heure", "0.0", 25, "0 % des montants échus payés à l'échéance ou avant"),
        ("Tendance", "13.3", 20, "20,0 jours depuis 6 mois, 10,0 auparavant : se dégrade"),
        ("Promesses", "10.0", 15, "2 tenues sur 3"),
    ]
    assert found.phrase == "53,3 points sur 100, soit 53 sur 100 : C (de 40 à 59)"
    assert sum(rating.WEIGHTS.values()) == 100


# ---------------------------------------------------------------- who is rated


def test_dossiers_of_one_debtor_make_one_rating() -> None:
    """Grouped by key, whatever the name typed; another debtor stays apart."""
    found = rate_all(
        [
            snapshot(invoice(0), invoice(None)),
            snapshot(invoice(0), name="Boulangerie MARTIN", promises=(True,)),
            snapshot(invoice(0), key="autre", name="Autre SARL"),
        ]
    )
    assert [(r.debiteur, r.dossiers, r.factures, r.etat) for r in found.notes] == [
        ("Boulangerie Martin SARL", 2, 3, "note"),
        ("Autre SARL", 1, 1, "non-note"),
    ]
    assert (found.notes[0].promesses_tenues, found.notes[0].encours) == (1, 1000)


def test_insolvency_is_out_of_the_scale() -> None:
    """One dossier with proceedings is enough, and a lack of history comes second."""
    found = rate_all([snapshot(*[invoice(0)] * 3), snapshot(insolvent=True)]).notes
    assert [(r.etat, r.note) for r in found] == [("hors-notation", None)]
    assert "procédure collective" in found[0].phrase


def test_consumers_only_when_asked_and_public_bodies_never() -> None:
    """The same key in private life and in business: the histories are not mixed."""
    bills = [invoice(0)] * 3
    dossiers = [
        snapshot(*bills, key="martin|37000"),
        snapshot(*[invoice(60)] * 3, key="martin|37000", kind="particulier"),
        snapshot(*bills, key="mairie", kind="public"),
    ]
    plain, asked = rate_all(dossiers), rate_all(dossiers, particuliers=True)
    assert [(r.qualite, r.note) for r in plain.notes] == [("professionnel", "A")]
    assert (plain.particuliers, plain.publics) == (1, 1)
    assert [(r.qualite, r.note) for r in asked.notes] == [("particulier", "D"), ("professionnel", "A")]
    assert (asked.particuliers, asked.publics) == (0, 1)


def test_the_worst_comes_first() -> None:
    """By points, then by what is owed; those without a rating last."""
    bills = {"lent": 60, "moyen": 10, "bon": 0}
    dossiers = [snapshot(*[invoice(late)] * 3, key=name, name=name) for name, late in bills.items()]
    dossiers += [snapshot(key="neuf", name="neuf"), snapshot(key="jugé", name="jugé", insolvent=True)]
    dossiers += [snapshot(*[invoice(None, due=day("2026-07-01"))] * 3, key="zut", name="zut")]
    dossiers += [Broken(Path("x.yml"), ("x.yml: reference : manque",))]
    found = rate_all(reversed(dossiers))
    assert [r.debiteur for r in found.notes] == ["zut", "lent", "moyen", "bon", "neuf", "jugé"]
    assert [broken.fichier for broken in found.illisibles] == [Path("x.yml")]


# ---------------------------------------------------------------- properties

LATE = st.none() | st.integers(-10, 400)
BILLS = st.lists(
    st.tuples(
        LATE,
        st.integers(1, 10_000_000).map(lambda cents: str(Decimal(cents) / 100)),
        st.dates(day("2025-06-01"), day("2026-12-31")),
    ),
    min_size=3,
    max_size=8,
)
PROMISES = st.lists(st.sampled_from([True, False, None]), max_size=5).map(tuple)


@given(bills=BILLS, promises=PROMISES, data=st.data())
@PROPERTY
def test_paying_later_never_improves(
    bills: list[tuple[int | None, str, date]], promises: tuple[bool | None, ...], data: st.DataObject
) -> None:
    """Whatever the invoice, old or recent: neither the points nor any component goes up."""
    index = data.draw(st.integers(0, len(bills) - 1))
    late, amount, due = bills[index]
    later = data.draw(st.none() if late is None else st.none() | st.integers(late, 500))
    worse = [*bills[:index], (later, amount, due), *bills[index + 1 :]]
    before, after = (rated(*[invoice(*bill) for bill in each], promises=promises) for each in (bills, worse))
    assert before.etat == after.etat
    assert (after.points or 0) <= (before.points or 0)
    for one, other in zip(before.composantes, after.composantes, strict=True):
        assert (other.points or 0) <= (one.points or 0)


@given(bills=BILLS, promises=PROMISES, data=st.data())
@PROPERTY
def test_keeping_a_promise_never_lowers(
    bills: list[tuple[int | None, str, date]], promises: tuple[bool | None, ...], data: st.DataObject
) -> None:
    """A new one that is kept, or a broken or running one that is kept after all; breaking one never raises."""
    views = [invoice(*bill) for bill in bills]
    index = data.draw(st.integers(0, len(promises)))
    kept = rated(*views, promises=(*promises[:index], True, *promises[index + 1 :])).points or 0
    broken = rated(*views, promises=(*promises[:index], False, *promises[index + 1 :])).points or 0
    assert broken <= (rated(*views, promises=promises).points or 0) <= kept


@given(bills=BILLS, promises=PROMISES, data=st.data())
@PROPERTY
def test_the_order_of_dossiers_changes_nothing(
    bills: list[tuple[int | None, str, date]], promises: tuple[bool | None, ...], data: st.DataObject
) -> None:
    """One dossier or several, in any order: the same points."""
    shuffled = data.draw(st.permutations(bills))
    apart = [snapshot(invoice(*bill)) for bill in shuffled]
    (one,) = rate_all([snapshot(*[invoice(*bill) for bill in bills], promises=promises)]).notes
    (many,) = rate_all([*apart, snapshot(promises=promises)]).notes
    assert (one.points, one.composantes, one.encours) == (many.points, many.composantes, many.encours)


# ---------------------------------------------------------------- the page of the guide


def _tables() -> list[list[list[str]]]:
    """The tables of the page: rows of cells as plain text, headers left out."""
    text = plain_spaces(PAGE.read_text(encoding="utf-8")).replace("*", "")
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    rows = [[[cell.strip() for cell in row.strip("|").split("|")] for row in b.splitlines()[2:]] for b in blocks]
    return [[row for row in block if row[0] != "Total"] for block in rows]


def test_the_page_shows_the_scale() -> None:
    """Letters, weights, limits and date are those of the code."""
    letters, weights, *_ = _tables()
    assert [(row[0], int(row[1].split(" à ")[0])) for row in letters] == list(rating.GRADES)
    assert [int(row[1].split(" à ")[1]) for row in letters] == [100, *(low - 1 for _, low in rating.GRADES[:-1])]
    assert [int(row[1]) for row in weights] == list(rating.WEIGHTS.values())
    text = PAGE.read_text(encoding="utf-8")
    assert f"aucun à {rating.WORST_DELAY} jours" in text
    assert f"depuis {rating.RECENT_MONTHS} mois" in text
    assert f"{rating.FEWEST_EACH_SIDE} factures échues depuis {rating.RECENT_MONTHS} mois et" in text
    assert f"Moins de {rating.FEWEST_INVOICES} factures échues" in text
    assert f"à partir de {rating.STEADY} jours" in text
    assert rating.TOLERANCE == 0
    assert "sans tolérance" in text
    assert short_date(rating.SCALE_SINCE) == "22/11/2026"
    assert "daté du 22 novembre 2026" in text


def test_the_worked_example_of_the_page() -> None:
    """Its invoices give its delays, its points and its letter."""
    _, _, bills, points, _ = _tables()
    views = []
    for _, due, amount, paid, late, product in bills:
        due_on = parse_date(due)
        lateness = None if paid == "impayée" else (parse_date(paid) - due_on).days
        view = invoice(lateness, str(parse_amount(amount)), due_on)
        assert f"{view.jours_de_retard} jour" in late
        assert Decimal(product.replace(" ", "")) == view.montant_ttc * view.jours_de_retard
        views.append(view)
    found = rated(*views, promises=(True, False))
    assert [[c.titre, f"{c.points}".replace(".", ","), str(c.sur)] for c in found.composantes] == [
        [row[0], row[2], row[3]] for row in points
    ]
    text = plain_spaces(PAGE.read_text(encoding="utf-8"))
    assert "| **Total** | | **66,1** | **100** |" in text
    assert f"{found.points} points : note **{found.note}**" in text
    assert (found.retard_pondere, found.part_a_l_heure) == (10, 40)
    assert (found.retard_recent, found.retard_ancien) == (14, 6)


def test_the_habits_of_the_page() -> None:
    """Each line of the last table, with as many invoices before six months ago as after."""
    *_, habits = _tables()
    assert len(habits) == 6
    for _, delays, points, letter in habits:
        late = [int(days) for days in delays.split(",")]
        found = rated(*[invoice(days, due=due) for due in (RECENT, OLD) for days in late])
        assert (str(found.points), found.note) == (points, letter)
