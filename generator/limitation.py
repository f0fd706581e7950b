"""Limitation: until when an unpaid invoice can be claimed in court, once everything that moves that day is counted.

| what | effect | texts |
|---|---|---|
| the start | performance, which is not counted | C. civ. 2224, 2228, 2229 |
| interruption | the time run is erased, a period of the same length begins | 2231, 2240 to 2244 |
| suspension | the time run is kept, the rest comes later, six months at least | 2230, 2238 |
| long stop | twenty years from the birth of the right, court claims and enforcement left aside | 2232 |
| public body | from 1 January of the following year; a written claim is enough | loi 68-1250, art. 1, 2, 2-1 |

Nothing is put off because the last day is a holiday (Cass. 2e civ., 7 avril 2016). Where the law leaves two readings,
the earlier day is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from generator.calendar_fr import ONE_DAY, add_months, add_years, short_date
from generator.case import Case, Invoice
from generator.judicial import Cause, LimitationEvent
from generator.law import Law, Value
from generator.limitation_events import Possible, doubts, events_about, possible_about
from generator.service import has_lapsed, rule_on

if TYPE_CHECKING:
    from generator.journal import Event

# How long before its end a limitation period is worth a warning, then an urgent one, in months.
LIMITATION_ALERT_MONTHS = 6
LIMITATION_URGENT_MONTHS = 1


@dataclass(frozen=True)
class Rule:
    """What a cause does: its texts, whether it lasts until `fin_le`, whether it suspends, whether the long stop binds it.

    `reprise` is the key of the months that a suspension leaves at least.
    """

    articles: tuple[str, ...]
    dure: bool = False
    suspend: bool = False
    butoir: bool = True
    reprise: str = "reprise-minimale"


CIVIL: dict[Cause, Rule] = {
    "reconnaissance": Rule(("c-civ-2240", "c-civ-2231")),
    "paiement-partiel": Rule(("c-civ-2240", "c-civ-2231")),
    "demande-en-justice": Rule(("c-civ-2241", "c-civ-2242", "c-civ-2231"), dure=True, butoir=False),
    "acte-d-execution": Rule(("c-civ-2244", "c-civ-2231"), butoir=False),
    "mesure-conservatoire": Rule(("c-civ-2244", "c-civ-2231"), butoir=False),
    "declaration-de-creance": Rule(("c-com-l622-25-1", "c-civ-2231"), dure=True),
    "mediation": Rule(("c-civ-2238", "c-civ-2230"), dure=True, suspend=True),
    "conciliation": Rule(("c-civ-2238", "c-civ-2230"), dure=True, suspend=True),
    "procedure-participative": Rule(("c-civ-2238", "c-civ-2230"), dure=True, suspend=True),
    "petites-creances": Rule(
        ("c-civ-2238", "cpce-l125-1", "c-civ-2230"),
        dure=True,
        suspend=True,
        reprise="reprise-minimale-petites-creances",
    ),
}
PUBLIC: dict[Cause, Rule] = {
    "reclamation": Rule(("loi-68-1250-2",)),
    "reconnaissance": Rule(("loi-68-1250-2",)),
    "paiement-partiel": Rule(("loi-68-1250-2",)),
    "demande-en-justice": Rule(("loi-68-1250-2",), dure=True, butoir=False),
    "mediation": Rule(("loi-68-1250-2-1",), dure=True, suspend=True, reprise="reprise-minimale-public"),
}


@dataclass(frozen=True)
class Limitation:
    """The last day to act on an invoice, with where it starts and which texts say so."""

    depuis: date
    jusqu_au: date
    annees: int
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """An event and what it did: `effet` is `interruption`, `suspension` or `aucun`; `jusqu_au` the last day after it."""

    le: date
    fin_le: date | None
    cause: Cause
    effet: str
    jusqu_au: date
    phrase: str
    articles: tuple[str, ...]
    piece: str | None
    note: str | None


@dataclass(frozen=True)
class Doubt:
    """What may be worth an acknowledgement, and the last day it would then give."""

    le: date
    nature: str
    jusqu_au: date
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """The limitation of one invoice, step by step, on `au`.

    `periode` is where it ends; `initiale` the last day before any event, after `annees_initiales`; `publique`: by the
    rules of public bodies.
    `arretee`: something still stops it, and the last day is what it would be if that ended on `au`: the earliest there
    can be. `titre_le` is the day a decision became enforceable: `periode` is then the time to enforce it, counted from the
    day it was made, and no longer the time to sue.
    """

    facture: Invoice
    au: date
    periode: Limitation
    initiale: date
    annees_initiales: int
    publique: bool
    etapes: tuple[Step, ...] = ()
    a_verifier: tuple[Doubt, ...] = ()
    remarques: tuple[str, ...] = ()
    arretee: bool = False
    titre_le: date | None = None

    @property
    def etat(self) -> str:
        """`titre`, `arretee`, `acquise`, `imminente`, `proche` or `en-cours`."""
        last = self.periode.jusqu_au
        if self.titre_le:
            return "titre"
        if self.arretee:
            return "arretee"
        if self.au > last:
            return "acquise"
        if self.au >= add_months(last, -LIMITATION_URGENT_MONTHS):
            return "imminente"
        return "proche" if self.au >= add_months(last, -LIMITATION_ALERT_MONTHS) else "en-cours"

    @property
    def mois_restants(self) -> int:
        """Whole months between `au` and the last day; 0 once it is over."""
        last = self.periode.jusqu_au
        months = max(0, (last.year - self.au.year) * 12 + last.month - self.au.month)
        return months - 1 if months and add_months(self.au, months) > last else months

    @property
    def jours_restants(self) -> int:
        """Days between `au` and the last day; negative once it is over."""
        return (self.periode.jusqu_au - self.au).days


@dataclass(frozen=True)
class _Clock:
    """The period as it runs: what is fixed, then where it ends, until when something holds it, whether it still does."""

    annees: int
    public: bool
    nee_le: date
    au: date
    law: Law
    depuis: date
    jusqu_au: date
    tenue_jusqu_au: date
    arretee: bool = False

    def value(self, table: str, key: str) -> int:
        """A duration of the law in force on `au`."""
        return int(self.law.value(table, on=self.au, cle=key).valeur)


def limitation(case: Case, invoice: Invoice, law: Law, au: date) -> Limitation:
    """The limitation period of one invoice, under the law in force on `au`, with the events known by then.

    Starts at performance when known, else at the date of issue, which may be too late: see `Course.remarques`.
    Against a public body it starts on 1 January of the following year (loi 68-1250, art. 1).
    """
    return limitation_course(case, invoice, law, au).periode


def earliest(case: Case, invoices: Sequence[Invoice], law: Law, au: date) -> Limitation | None:
    """The period that ends first, those that run before those that something stops; None without an invoice."""
    courses = [limitation_course(case, invoice, law, au) for invoice in invoices]
    first = min(courses, key=lambda c: (c.arretee or c.titre_le is not None, c.periode.jusqu_au), default=None)
    return first.periode if first else None


def limitation_course(case: Case, invoice: Invoice, law: Law, au: date, journal: Sequence[Event] = ()) -> Course:
    """The same, step by step; the events of the `journal` are looked at for what only may count."""
    # Carriage has the shortest period of all, whoever pays: the civil rules go with it.
    key = "transport" if case.conditions.secteur == "transport" else case.debiteur.qualite
    value = law.value("prescription", on=au, cle=key)
    clock = _opened(invoice, value, key == "public", law, au)
    events = events_about(case, invoice, law, au, clock.public)
    final, steps = _run(clock, events)
    titled = _title(case, invoice, law, au)
    possible = () if titled else possible_about(case, invoice, au, journal)
    return Course(
        facture=invoice,
        au=au,
        periode=_enforcement(case, law)
        if titled
        else Limitation(final.depuis, final.jusqu_au, clock.annees, value.articles),
        initiale=clock.jusqu_au,
        annees_initiales=clock.annees,
        publique=clock.public,
        etapes=tuple(steps),
        a_verifier=tuple(_doubts(clock, events, final, possible)),
        remarques=tuple(_remarks(case, invoice, law, au, steps)),
        arretee=final.arretee,
        titre_le=titled,
    )


def _opened(invoice: Invoice, value: Value, public: bool, law: Law, au: date) -> _Clock:
    born, years = invoice.executee_le or invoice.emise_le, int(value.valeur)
    starts = _restart(born, public)
    return _Clock(years, public, born, au, law, starts, add_years(starts, years), tenue_jusqu_au=born)


def _restart(day: date, public: bool) -> date:
    """The day that is not counted: the event itself, or 31 December when the period starts on 1 January."""
    return date(day.year, 12, 31) if public else day


def _title(case: Case, invoice: Invoice, law: Law, au: date) -> date | None:
    """The day a decision on the merits became enforceable; an order opposed or void is none, nor is a référé."""
    decision = case.decision
    if decision is None or decision.type not in ("jugement", "ordonnance-injonction"):
        return None
    day, opposed = decision.executoire_le, decision.opposition_le
    if day is None or day > au or (opposed and opposed <= au) or has_lapsed(decision, law, au):
        return None
    # A decision can only be about what was already late.
    return day if invoice.echeance and invoice.echeance < decision.rendue_le else None


def _enforcement(case: Case, law: Law) -> Limitation:
    """The time to enforce the decision, from the day it was made: the earliest that could start it."""
    assert case.decision is not None
    since = case.decision.rendue_le
    value = rule_on(law, "execution-titre", since)
    months = int(value.valeur)
    return Limitation(since, add_months(since, months), months // 12, value.articles)


def _run(clock: _Clock, events: Sequence[LimitationEvent]) -> tuple[_Clock, list[Step]]:
    steps = []
    for event in events:
        clock, step = _apply(clock, event)
        steps.append(step)
    return clock, steps


def _apply(clock: _Clock, event: LimitationEvent) -> tuple[_Clock, Step]:
    """One event: the clock after it, and what to say of it."""
    rule = (PUBLIC if clock.public else CIVIL).get(event.cause)
    if rule is None:
        return clock, _step(event, clock, "aucun", *_unknown(clock.public))
    if event.le < clock.nee_le:
        return clock, _step(event, clock, "aucun", "sans effet, avant le départ du délai", rule.articles)
    if event.le > clock.jusqu_au:
        return clock, _step(event, clock, "aucun", *_too_late(clock, event))
    after, phrase = _suspended(clock, event, rule) if rule.suspend else _interrupted(clock, event, rule)
    if after.jusqu_au <= clock.jusqu_au and after.arretee == clock.arretee:
        # Something already holds the clock further, or the long stop is reached: a date never comes nearer.
        kept = replace(clock, tenue_jusqu_au=after.tenue_jusqu_au, arretee=after.arretee)
        phrase = f"sans effet de plus, le délai va déjà jusqu'au {short_date(clock.jusqu_au)}"
        return kept, _step(event, kept, "aucun", phrase, rule.articles)
    return after, _step(event, after, "suspension" if rule.suspend else "interruption", phrase, rule.articles)


def _step(event: LimitationEvent, clock: _Clock, effect: str, phrase: str, articles: tuple[str, ...]) -> Step:
    return Step(
        le=event.le,
        fin_le=event.fin_le,
        cause=event.cause,
        effet=effect,
        jusqu_au=clock.jusqu_au,
        phrase=phrase,
        articles=articles,
        piece=event.piece,
        note=event.note,
    )


def _unknown(public: bool) -> tuple[str, tuple[str, ...]]:
    if public:
        return "non compté par prudence, la loi ne cite pas cette cause pour une personne publique", ("loi-68-1250-2",)
    return "sans effet, une lettre, même recommandée, n'interrompt pas le délai", ("cass-com-2022-05-18",)


def _too_late(clock: _Clock, event: LimitationEvent) -> tuple[str, tuple[str, ...]]:
    phrase = f"sans effet, le délai était écoulé depuis le {short_date(clock.jusqu_au)}"
    if clock.public or event.cause not in ("reconnaissance", "paiement-partiel"):
        return phrase, ("c-civ-2229",)
    return f"{phrase} ; seule une renonciation sans équivoque compterait", ("cass-civ1-2021-05-19", "c-civ-2251")


def _end(clock: _Clock, event: LimitationEvent) -> tuple[date, bool]:
    """The day a lasting effect ends; when it is unknown or still to come, as if it ended on `au`, and True."""
    if event.fin_le and event.fin_le <= clock.au:
        return event.fin_le, False
    return clock.au, True


def _interrupted(clock: _Clock, event: LimitationEvent, rule: Rule) -> tuple[_Clock, str]:
    end, pending = _end(clock, event) if rule.dure else (event.le, False)
    end = max(end, clock.tenue_jusqu_au)
    starts = _restart(end, clock.public)
    last, capped = _capped(clock, add_years(starts, clock.annees), rule)
    after = replace(
        clock,
        depuis=starts,
        jusqu_au=last,
        tenue_jusqu_au=end,
        arretee=clock.arretee or (pending and not capped),
    )
    if pending:
        return after, f"interrompt tant que dure son effet ; au plus tôt, jusqu'au {short_date(last)}{capped}"
    years = f"{clock.annees} an{'s' if clock.annees > 1 else ''}"
    held = f" jusqu'au {short_date(end)}" if end > event.le else ""
    january = ", compté du 1er janvier qui suit" if clock.public else ""
    return after, f"interrompt{held} ; nouveau délai de {years}{january}, jusqu'au {short_date(last)}{capped}"


def _suspended(clock: _Clock, event: LimitationEvent, rule: Rule) -> tuple[_Clock, str]:
    end, pending = _end(clock, event)
    most = ""
    if clock.public:
        months = clock.value("suspension-prescription", "suspension-maximale-public")
        if (limit := add_months(event.le, months)) < end:
            end, pending, most = limit, False, f" ({months} mois au plus)"
    least = clock.value("suspension-prescription", rule.reprise)
    # Only days that would have run are given back; of the first and the last, one and not both: the earlier reading.
    begins = max(event.le, clock.tenue_jusqu_au, clock.depuis + ONE_DAY)
    held = max(end, clock.tenue_jusqu_au)
    kept = clock.jusqu_au + max(held - begins, 0 * ONE_DAY)
    last, capped = _capped(clock, max(kept, add_months(end, least)), rule)
    after = replace(clock, jusqu_au=last, tenue_jusqu_au=held, arretee=clock.arretee or (pending and not capped))
    floor = f", et reprend pour {least} mois au moins" if add_months(end, least) > kept else ""
    if pending:
        return after, f"suspend tant que dure son effet{floor} ; au plus tôt, jusqu'au {short_date(last)}{capped}"
    return after, f"suspend jusqu'au {short_date(end)}{most}{floor} ; le délai va jusqu'au {short_date(last)}{capped}"


def _capped(clock: _Clock, last: date, rule: Rule) -> tuple[date, str]:
    years = clock.value("prescription", "butoir")
    limit = add_years(clock.nee_le, years)
    if rule.butoir and last > limit:
        return limit, f", {years} ans au plus après la naissance du droit"
    return last, ""


def _doubts(
    clock: _Clock, events: Sequence[LimitationEvent], final: _Clock, possible: Sequence[Possible]
) -> Iterator[Doubt]:
    """Each thing that may be an acknowledgement, with the last day the whole would then give, when later."""
    articles = (PUBLIC if clock.public else CIVIL)["reconnaissance"].articles
    for one in possible:
        supposed = LimitationEvent(le=one.le, cause="reconnaissance")
        after, _ = _run(clock, sorted([*events, supposed], key=lambda event: event.le))
        if after.jusqu_au > final.jusqu_au:
            yield Doubt(one.le, one.nature, after.jusqu_au, articles)


def _remarks(case: Case, invoice: Invoice, law: Law, au: date, steps: Sequence[Step]) -> Iterator[str]:
    if invoice.executee_le is None:
        yield (
            "Date d'exécution inconnue : compté depuis la date de la facture. Le délai part de l'exécution, souvent "
            "plus tôt : la date calculée peut donc être trop tardive. Noter executee_le."
        )
    if any(step.cause == "demande-en-justice" and step.effet == "interruption" for step in steps):
        yield (
            f"Une demande en justice rejetée, abandonnée ou périmée ne compte plus ({law.article('c-civ-2243').court}) : "
            "retirer alors l'événement."
        )
    if any(step.cause == "petites-creances" and step.effet == "suspension" for step in steps):
        yield (
            "Petites créances : seul compte l'accord du client pour y participer, constaté par le commissaire de justice, "
            f"et le délai repart du jour où il constate le refus ({law.article('c-civ-2238').court}). Le texte ne dit pas "
            "quel jour retenir si la procédure finit autrement, par exemple par le silence du client : à vérifier."
        )
    yield from doubts(case, invoice, law, au)
