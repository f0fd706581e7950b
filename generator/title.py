"""What a court decision changes to interest: the legal rate, its increase, interest on interest.

| decision says | principal after it | five more points (CMF L313-3) |
|---|---|---|
| `interets: penalites` | the rate of the debtor's regime goes on | no: they raise the legal rate only |
| `interets: legal` | the legal rate | two months after the decision could be enforced |
| debtor is a consumer | the legal rate, as before it | the same |
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from generator.calendar_fr import ONE_DAY, add_months, add_years
from generator.case import Case, Invoice
from generator.interest import Schedule, followed_by, indexed
from generator.judicial_decision import CapitalisationTerms, Decision
from generator.law import Law
from generator.law.rates import legal_rate, raised_legal_rate
from generator.regimes import Regime
from generator.service import has_lapsed, rule_on

# L313-3 speaks of a « décision de justice »: a title made by a commissaire de justice is not one
# (Cass. 2e civ., 7 janvier 2016, about an unpaid cheque), and « autre » is not known to be one.
COURT_DECISIONS = ("ordonnance-injonction", "jugement", "refere")

LEGAL = ("interets-legaux", ("c-civ-1231-6", "cmf-l313-2"))
RAISED = ("interets-legaux-majores", ("cmf-l313-2", "cmf-l313-3"))
ON_INTEREST = "interets-capitalises"


@dataclass(frozen=True)
class Title:
    """A decision in force: the first day at the legal rate, the first at the increased one; None when there is none."""

    decision: Decision
    taux_legal_des: date | None
    majoration_des: date | None

    def covers(self, invoice: Invoice) -> bool:
        """A decision can only be about what was already late."""
        assert invoice.echeance is not None
        return invoice.echeance < self.decision.rendue_le

    def nature_on(self, invoice: Invoice, day: date) -> tuple[str, tuple[str, ...]] | None:
        """(nature, articles) of a line of this invoice that starts on `day`; None when the regime still rules it."""
        if self.taux_legal_des is None or not self.covers(invoice) or day < self.taux_legal_des:
            return None
        return RAISED if self.majoration_des and day >= self.majoration_des else LEGAL


def title_on(case: Case, law: Law, au: date) -> Title | None:
    """The decision of the dossier as it stands on `au`.

    None before it is made; None too once an order has met opposition, since the judgment to come
    takes its place (CPC 1420), or has lapsed for want of service (CPC 1411).
    """
    decision = case.decision
    if decision is None or decision.rendue_le > au or (decision.opposition_le and decision.opposition_le <= au):
        return None
    if has_lapsed(decision, law, au):
        return None
    legal = decision.interets == "legal" or case.debiteur.qualite == "particulier"
    return Title(
        decision,
        (decision.interets_depuis or decision.rendue_le) + ONE_DAY if legal else None,
        _raised_from(decision, law),
    )


def _raised_from(decision: Decision, law: Law) -> date | None:
    if decision.type not in COURT_DECISIONS or decision.executoire_le is None:
        return None
    months = rule_on(law, "majoration-taux-legal", decision.executoire_le)
    return add_months(decision.executoire_le, int(months.valeur)) + ONE_DAY


def legal_schedule(title: Title, law: Law) -> Schedule:
    """The legal rate of a business creditor, raised from the day the law says."""
    legal = indexed(lambda day: legal_rate(law, day))
    if title.majoration_des is None:
        return legal
    return followed_by(legal, title.majoration_des, indexed(lambda day: raised_legal_rate(law, day)))


def after_decision(regime: Regime, title: Title | None, law: Law) -> Regime:
    """The regime of the debtor, with the rates of the decision on the invoices it covers."""
    if title is None or title.taux_legal_des is None:
        return regime
    first, decision, legal = title.taux_legal_des, title.decision, legal_schedule(title, law)

    def schedule(invoice: Invoice) -> Schedule:
        usual = regime.schedule(invoice)
        return followed_by(usual, first, legal) if title.covers(invoice) else usual

    def starts_after(invoice: Invoice) -> date | None:
        usual = regime.starts_after(invoice)
        if not title.covers(invoice):
            return usual
        assert invoice.echeance is not None
        if decision.interets_depuis:
            return max(invoice.echeance, decision.interets_depuis)
        # The decision itself makes interest run when nothing had before.
        return decision.rendue_le if usual is None else min(usual, decision.rendue_le)

    return replace(regime, schedule=schedule, starts_after=starts_after)


def capitalises_from(terms: CapitalisationTerms | None, starts_after: date | None) -> date | None:
    """The first day on which interest becomes capital: asked for, and due for a whole year.

    Cass. com., 9 octobre 2019, n° 18-11.694 and CE, 25 mai 2007, n° 282427: never before the demand;
    when a year is not yet due then, on the day it is. Then every year, without a new demand.
    """
    if terms is None or starts_after is None:
        return None
    return max(terms.premiere_le or terms.demandee_le, add_years(starts_after, 1))


def uncovered(title: Title, invoices: Iterable[Invoice]) -> list[str]:
    """Numbers of the invoices that the decision cannot be about."""
    return [invoice.numero for invoice in invoices if not title.covers(invoice)]
