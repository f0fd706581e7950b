"""Interest that fell due after a decision: its own limitation, shorter than the time to enforce the decision.

What the judge found to be due follows the decision; what falls due later follows the nature of the claim (Cass., avis,
4 juillet 2016, n° 16-70.004; C. civ. 2224). Nothing is taken off the statement: the debtor must ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from generator.calendar_fr import ONE_DAY, add_years, list_fr, short_date
from generator.case import Case, Invoice
from generator.law import Law
from generator.limitation import CIVIL
from generator.limitation_events import events_about
from generator.notices import Notice

if TYPE_CHECKING:
    from generator.statement import InvoiceStatement, Line
    from generator.title import Title

ZERO = Decimal("0.00")
# An opinion of the court on consumers, the general rule for the others.
TEXTS = {"particulier": ("cass-avis-2016-07-04", "c-conso-l218-2"), "professionnel": ("c-civ-2224",)}


def old_interest(
    case: Case, law: Law, au: date, title: Title, invoices: Sequence[InvoiceStatement], lines: Sequence[Line]
) -> Iterator[Notice]:
    """A warning when interest of after the decision, still owed on `au`, may be too old to be claimed.

    Nothing is said of public bodies: no source tells how the interest of their debts lapses after a decision.
    """
    texts = TEXTS.get(case.debiteur.qualite)
    if texts is None:
        return
    years = int(law.value("prescription", on=au, cle=case.debiteur.qualite).valeur)
    judged = title.decision.rendue_le
    oldest: dict[date, list[str]] = {}
    for invoice in invoices:
        if not title.covers(invoice.facture):
            continue
        first = _kept_from(case, invoice.facture, law, au, years)
        paid = invoice.penalites_courues - invoice.penalites
        own = [line for line in lines if line.facture == invoice.numero]
        # Payments take the oldest interest first.
        if _accrued(own, first - ONE_DAY) > max(_accrued(own, judged), paid):
            oldest.setdefault(first, []).append(invoice.numero)
    if oldest:
        before = " ; ".join(f"avant le {short_date(day)} pour {list_fr(numbers)}" for day, numbers in oldest.items())
        yield Notice(
            "interets-apres-decision",
            "Intérêts échus après la décision : ils ne suivent pas le délai pour l'exécuter mais celui de la créance, "
            f"{years} ans ici ({law.cited(texts)}). Les plus anciens ({before}) paraissent "
            "prescrits : le dossier ne note rien qui interrompe ce délai pour eux. Noter les actes d'exécution et les reconnaissances "
            "à prescription.evenements ; à vérifier avec le commissaire de justice.",
        )


def _kept_from(case: Case, invoice: Invoice, law: Law, au: date, years: int) -> date:
    """The first day whose interest can still be claimed on `au`, once what interrupted the time is counted."""
    first = add_years(au, -years)
    for event in reversed(events_about(case, invoice, law, au, public=False)):
        rule = CIVIL.get(event.cause)
        if rule is None or rule.suspend:
            continue
        end = min(event.fin_le or au, au) if rule.dure else event.le
        if end >= first:
            first = min(first, add_years(event.le, -years))
    return first


def _accrued(lines: Sequence[Line], until: date) -> Decimal:
    """Interest of the days up to `until` included; a line that goes further counts for its share of days."""
    total = ZERO
    for line in lines:
        days = min(line.jours, max(0, (until - line.du).days + 1))
        total += line.montant * days / line.jours
    return total
