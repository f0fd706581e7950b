"""Limitation: until when an unpaid invoice can be claimed in court.

Only the ordinary period is computed here, from the day of performance (C. com. L110-4,
C. civ. 2224; C. conso. L218-2; loi 68-1250). What interrupts or suspends it is not known
from a dossier alone, so that a date in the past is a loud warning and not a verdict.
"""

from dataclasses import dataclass
from datetime import date

from generator.calendar_fr import add_years
from generator.case import Case, Invoice
from generator.law import Law


@dataclass(frozen=True)
class Limitation:
    """The last day to act on an invoice, with where it starts and which texts say so."""

    depuis: date
    jusqu_au: date
    annees: int
    articles: tuple[str, ...]


def limitation(case: Case, invoice: Invoice, law: Law, au: date) -> Limitation:
    """The ordinary limitation period of one invoice, under the law in force on `au`.

    Starts at performance when known, else at the date of issue, which is never earlier.
    Against a public body it starts on 1 January of the following year (loi 68-1250, art. 1).
    """
    key = "transport" if case.conditions.secteur == "transport" else case.debiteur.qualite
    start = invoice.executee_le or invoice.emise_le
    value = law.value("prescription", on=au, cle=key)
    if key == "public":
        start = date(start.year, 12, 31)
    years = int(value.valeur)
    return Limitation(start, add_years(start, years), years, value.articles)
