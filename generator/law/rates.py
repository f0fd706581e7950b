"""Yearly rates derived from the tables: one function per rule of law, each showing what it used."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from generator.law import Law, Value


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate in percent, valid for the half-year that starts on `depuis`.

    `articles` are those of the rule that gives the rate; `valeurs` every table entry it used.
    """

    taux: Decimal
    depuis: date
    articles: tuple[str, ...]
    valeurs: tuple[Value, ...]


def default_rate(law: Law, on: date) -> Rate:
    """Between professionals, without an agreed rate: ECB refinancing rate + 10 points."""
    return _ecb_plus(law, on, "professionnel")


def public_rate(law: Law, on: date) -> Rate:
    """Owed by a public body: ECB + 8 points. `on` is the day interest began; the rate then holds."""
    return _ecb_plus(law, on, "public")


def legal_rate(law: Law, on: date, cle: str = "autres") -> Rate:
    """Legal interest. The series is that of the creditor: « autres » for any business."""
    legal = law.value("interet-legal", on, cle)
    return Rate(legal.valeur, legal.depuis, legal.articles, (legal,))


def raised_legal_rate(law: Law, on: date) -> Rate:
    """Legal interest with the points added when a court decision stays unpaid (CMF L313-3)."""
    legal, points = law.value("interet-legal", on, "autres"), law.value("majoration-taux-legal", on)
    return Rate(legal.valeur + points.valeur, legal.depuis, (*legal.articles, *points.articles), (legal, points))


def floor_rate(law: Law, on: date) -> Rate:
    """The rate under which an agreed rate cannot go: three times the legal rate (other cases)."""
    legal = law.value("interet-legal", on, "autres")
    times = law.value("plancher-penalites", on)
    return Rate(legal.valeur * times.valeur, legal.depuis, times.articles, (legal, times))


def _ecb_plus(law: Law, on: date, cle: str) -> Rate:
    ecb = law.value("refinancement-bce", on)
    points = law.value("majoration-penalites", on, cle)
    return Rate(ecb.valeur + points.valeur, ecb.depuis, points.articles, (ecb, points))
