"""The rating of a debtor, A to D, from its own history with us and nothing else.

Everything that decides a rating is in the table below. These are our choices, dated, not rules of law:
change them and the guide (`docs/relancer/noter-ses-clients.md`, checked against this file) changes with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from generator.calendar_fr import add_months
from generator.money import ZERO
from generator.parties import DebtorKind
from generator.portfolio.snapshot import Broken, InvoiceView, Snapshot

Grade = Literal["A", "B", "C", "D"]
State = Literal["note", "non-note", "hors-notation"]

# ---------------------------------------------------------------- the scale
SCALE_SINCE = date(2026, 11, 22)
WEIGHTS = {"retard": 40, "a_l_heure": 25, "tendance": 20, "promesses": 15}  # points out of 100
GRADES: tuple[tuple[Grade, int], ...] = (("A", 80), ("B", 60), ("C", 40), ("D", 0))  # from how many points, best first
WORST_DELAY = 60  # days: from there on a delay earns no point; in between, in proportion
TOLERANCE = 0  # days late that still count as on time: none, the next day is late
FEWEST_INVOICES = 3  # past their due date; with fewer there is no rating
RECENT_MONTHS = 6  # the trend sets the due dates of these months against the earlier ones
FEWEST_EACH_SIDE = 2  # invoices needed in each of the two periods
STEADY = 3  # days: a smaller change is called « stable »; no point depends on it
# --------------------------------------------------------------------------

_TENTH, _WHOLE = Decimal("0.1"), Decimal(1)


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice past its due date: the amount retained, in euros, how much of it came on time, euros × days late."""

    echeance: date
    montant: Decimal
    a_l_heure: Decimal
    euros_jours: Decimal


@dataclass(frozen=True, slots=True)
class History:
    """What one dossier says of its debtor: little enough to keep ten thousand. `encours` is principal, in euros."""

    debiteur: str
    cle_debiteur: str
    qualite: DebtorKind
    au: date
    factures: tuple[Bill, ...]
    promesses_tenues: int
    promesses_faites: int
    encours: Decimal
    procedure_collective: bool


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a rating: `points` out of `sur`; None, with the reason in `phrase`, when it does not count."""

    code: str
    titre: str
    points: Decimal | None
    sur: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Rating:
    """The rating of one debtor over all its dossiers, and why.

    Delays are days, `part_a_l_heure` a percentage, `encours` euros of principal; None when nothing allows to say it.
    `note` and `points` are None unless `etat` is « note »; `phrase` says the rating, or why there is none.
    """

    debiteur: str
    qualite: DebtorKind
    etat: State
    note: Grade | None
    points: int | None
    phrase: str
    dossiers: int
    factures: int
    retard_pondere: Decimal | None
    part_a_l_heure: Decimal | None
    retard_recent: Decimal | None
    retard_ancien: Decimal | None
    promesses_tenues: int
    promesses_faites: int
    encours: Decimal
    composantes: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings, worst first; how many consumers and public bodies were left out; dossiers that could not be read."""

    notes: tuple[Rating, ...]
    particuliers: int
    publics: int
    illisibles: tuple[Broken, ...]


def rate_all(dossiers: Iterable[Snapshot | Broken], *, particuliers: bool = False) -> Ratings:
    """Rate every company of these dossiers, and consumers when asked; public bodies never.

    One pass: a dossier is reduced to its `History` as it comes.
    """
    broken: list[Broken] = []
    # A shop owner may also be a client in private life: the two histories are kept apart.
    debtors: dict[tuple[str, DebtorKind], list[History]] = {}
    for dossier in dossiers:
        if isinstance(dossier, Broken):
            broken.append(dossier)
        else:
            debtors.setdefault((dossier.cle_debiteur, dossier.qualite), []).append(history(dossier))
    left_out = {"public"} if particuliers else {"public", "particulier"}
    ratings = [rate(found) for (_, kind), found in debtors.items() if kind not in left_out]
    return Ratings(
        notes=tuple(sorted(ratings, key=_worst_first)),
        particuliers=0 if particuliers else sum(kind == "particulier" for _, kind in debtors),
        publics=sum(kind == "public" for _, kind in debtors),
        illisibles=tuple(broken),
    )


def history(snapshot: Snapshot) -> History:
    """What this dossier brings to the rating of its debtor."""
    bills = (_bill(view, snapshot.au) for view in snapshot.factures)
    settled = [promise.tenue for promise in snapshot.promesses if promise.tenue is not None]
    return History(
        debiteur=snapshot.debiteur,
        cle_debiteur=snapshot.cle_debiteur,
        qualite=snapshot.qualite,
        au=snapshot.au,
        factures=tuple(bill for bill in bills if bill is not None),
        promesses_tenues=sum(settled),
        promesses_faites=len(settled),
        encours=snapshot.principal,
        procedure_collective=snapshot.procedure_collective,
    )


def _bill(view: InvoiceView, au: date) -> Bill | None:
    """None when the invoice says nothing of how the debtor pays: not past due, credited, or disputed as a whole.

    Each payment counts on its own day, what is still owed on the day of the rating. Their sum is the same whenever
    the debtor pays, so that paying never moves the average by itself.
    """
    unpaid = view.principal - view.conteste
    parts = [(amount, max(0, (on - view.echeance).days)) for on, amount in view.reglements]
    amount = sum((paid for paid, _ in parts), unpaid)
    if view.echeance >= au or amount <= 0:
        return None
    on_time = sum((paid for paid, late in parts if late <= TOLERANCE), ZERO)
    owed = unpaid * (au - view.echeance).days
    return Bill(view.echeance, amount, on_time, sum((paid * late for paid, late in parts), owed))


def rate(histories: Sequence[History]) -> Rating:
    """The rating of one debtor from all its dossiers, at least one, all on the same day.

    Paying later never raises it, keeping a promise never lowers it.
    """
    bills = [bill for one in histories for bill in one.factures]
    since = add_months(histories[0].au, -RECENT_MONTHS)
    recent = [bill for bill in bills if bill.echeance >= since]
    earlier = [bill for bill in bills if bill.echeance < since]
    compared = min(len(recent), len(earlier)) >= FEWEST_EACH_SIDE
    delay, on_time = _delay(bills), _on_time(bills)
    recent_delay, earlier_delay = (_delay(recent), _delay(earlier)) if compared else (None, None)
    kept, made = sum(h.promesses_tenues for h in histories), sum(h.promesses_faites for h in histories)
    parts: tuple[Component, ...] = ()
    points: int | None = None
    grade: Grade | None = None
    if unrated := _unrated(histories, len(bills)):
        state, sentence = unrated
    else:
        assert delay is not None  # enough invoices, each of some amount
        assert on_time is not None
        state = "note"
        parts = (
            _delay_component(delay, len(bills)),
            _on_time_component(on_time),
            _trend_component(recent_delay, earlier_delay),
            _promises_component(kept, made),
        )
        points, grade, sentence = _total(parts)
    return Rating(
        debiteur=histories[0].debiteur,
        qualite=histories[0].qualite,
        etat=state,
        note=grade,
        points=points,
        phrase=sentence,
        dossiers=len(histories),
        factures=len(bills),
        retard_pondere=delay,
        part_a_l_heure=on_time,
        retard_recent=recent_delay,
        retard_ancien=earlier_delay,
        promesses_tenues=kept,
        promesses_faites=made,
        encours=sum((one.encours for one in histories), ZERO),
        composantes=parts,
    )


def grade_of(points: int) -> Grade:
    """The letter for these points out of 100."""
    return next(letter for letter, least in GRADES if points >= least)


def trend(recent: Decimal, earlier: Decimal) -> str:
    """« s'améliore », « stable » or « se dégrade », from two delays in days."""
    if abs(recent - earlier) < STEADY:
        return "stable"
    return "se dégrade" if recent > earlier else "s'améliore"


def days_fr(value: Decimal) -> str:
    """`5.66` -> « 5,7 »."""
    return f"{value.quantize(_TENTH, ROUND_HALF_UP)}".replace(".", ",")


def percent_fr(value: Decimal) -> str:
    """`62.5` -> « 63 % »."""
    return f"{value.quantize(_WHOLE, ROUND_HALF_UP)} %"


def _unrated(histories: Sequence[History], invoices: int) -> tuple[State, str] | None:
    """Why this debtor has no rating; None when it has one."""
    if any(one.procedure_collective for one in histories):
        return "hors-notation", "procédure collective : le jugement arrête les paiements, on ne note plus"
    if invoices < FEWEST_INVOICES:
        past = "facture échue" if invoices < 2 else "factures échues"
        return "non-note", f"pas assez de recul : {invoices} {past}, il en faut {FEWEST_INVOICES}"
    return None


def _delay(bills: Sequence[Bill]) -> Decimal | None:
    """Days late, weighted by amount; None without any invoice."""
    whole = sum((bill.montant for bill in bills), ZERO)
    return sum((bill.euros_jours for bill in bills), ZERO) / whole if whole else None


def _on_time(bills: Sequence[Bill]) -> Decimal | None:
    whole = sum((bill.montant for bill in bills), ZERO)
    return sum((bill.a_l_heure for bill in bills), ZERO) * 100 / whole if whole else None


def _delay_points(delay: Decimal, weight: int) -> Decimal:
    return (weight * max(WORST_DELAY - delay, ZERO) / WORST_DELAY).quantize(_TENTH, ROUND_HALF_UP)


def _delay_component(delay: Decimal, number: int) -> Component:
    weight = WEIGHTS["retard"]
    sentence = f"{days_fr(delay)} jours en moyenne, pondérés par les montants, sur {number} factures échues"
    return Component("retard", "Retard", _delay_points(delay, weight), weight, sentence)


def _on_time_component(share: Decimal) -> Component:
    weight = WEIGHTS["a_l_heure"]
    points = (weight * share / 100).quantize(_TENTH, ROUND_HALF_UP)
    sentence = f"{percent_fr(share)} des montants échus payés à l'échéance ou avant"
    return Component("a_l_heure", "À l'heure", points, weight, sentence)


def _trend_component(recent: Decimal | None, earlier: Decimal | None) -> Component:
    """Points read on the recent delay alone, the earlier one being shown beside it.

    Points for the difference would reward having paid badly before: paying an old invoice later would raise a rating.
    """
    weight = WEIGHTS["tendance"]
    if recent is None or earlier is None:
        sentence = (
            f"non comptée : il faut {FEWEST_EACH_SIDE} factures échues depuis {RECENT_MONTHS} mois "
            f"et {FEWEST_EACH_SIDE} plus anciennes"
        )
        return Component("tendance", "Tendance", None, weight, sentence)
    sentence = (
        f"{days_fr(recent)} jours depuis {RECENT_MONTHS} mois, {days_fr(earlier)} auparavant : {trend(recent, earlier)}"
    )
    return Component("tendance", "Tendance", _delay_points(recent, weight), weight, sentence)


def _promises_component(kept: int, made: int) -> Component:
    weight = WEIGHTS["promesses"]
    if not made:
        return Component("promesses", "Promesses", None, weight, "non comptées : aucune promesse arrivée à son terme")
    points = (Decimal(weight * kept) / made).quantize(_TENTH, ROUND_HALF_UP)
    sentence = f"{kept} {'tenue' if kept < 2 else 'tenues'} sur {made}"
    return Component("promesses", "Promesses", points, weight, sentence)


def _total(parts: Sequence[Component]) -> tuple[int, Grade, str]:
    """Points out of 100, the letter, the sentence: what does not count is neither gained nor lost."""
    gained = sum((part.points for part in parts if part.points is not None), ZERO)
    possible = sum(part.sur for part in parts if part.points is not None)
    points = int((gained * 100 / possible).quantize(_WHOLE, ROUND_HALF_UP))
    letter = grade_of(points)
    least = dict(GRADES)[letter]
    above = [floor for _, floor in GRADES if floor > least]
    span = f"de {least} à {min(above) - 1}" if above else f"à partir de {least}"
    return points, letter, f"{days_fr(gained)} points sur {possible}, soit {points} sur 100 : {letter} ({span})"


def _worst_first(rating: Rating) -> tuple[int, int, Decimal, str]:
    states: dict[State, int] = {"note": 0, "non-note": 1, "hors-notation": 2}
    return states[rating.etat], rating.points or 0, -rating.encours, rating.debiteur
