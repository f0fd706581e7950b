"""By when a decision had to be served, and whether it lapsed for want of it: everything else asks here.

| title | served within | otherwise |
|---|---|---|
| order to pay | months of the table, from the order | void (CPC 1411): it counts for nothing |
| title made by a commissaire de justice | six months (CPCE L126-4) | not established: told, nothing is drawn from it |
| judgment | six months, by default or deemed adversarial only (CPC 478) | the dossier does not say which: the same |

Counted with the national calendar: a local holiday could only give the creditor a later day.
"""

from dataclasses import dataclass
from datetime import date

from generator.calendar_fr import ONE_DAY, add_months, next_working_day
from generator.judicial_decision import Decision
from generator.law import Law, Value

ORDER = "ordonnance-injonction"
PERIODS = {ORDER: "signification-injonction", "titre-l126": "signification-l126", "jugement": "notification-jugement"}


@dataclass(frozen=True)
class ServicePeriod:
    """The time to serve a decision: its last day, the same carried over to a working day (CPC 642), and the rule."""

    sans_report: date
    dernier_jour: date
    regle: Value


def rule_on(law: Law, key: str, day: date) -> Value:
    """The months of a procedure on a day; these rules are older than their table, whose first entry holds before it."""
    series = law.table("delais-procedure").serie(key)
    return next((value for value in reversed(series) if value.depuis <= day), series[0])


def service_period(decision: Decision, law: Law) -> ServicePeriod | None:
    """The time to serve a decision, its day left out (CPC 641); None for a title no text of ours gives one to."""
    if decision.type not in PERIODS:
        return None
    rule = rule_on(law, PERIODS[decision.type], decision.rendue_le)
    plain = add_months(decision.rendue_le, int(rule.valeur))
    return ServicePeriod(plain, next_working_day(plain), rule)


def enforcement_wait(decision: Decision, law: Law) -> tuple[Value, date | None]:
    """The months an order waits after its service without opposition (CPC 1422), and the first day it can be enforced.

    The order's own date chooses the rule. None when it was not served.
    """
    rule = rule_on(law, "execution-injonction", decision.rendue_le)
    if decision.signifiee_le is None:
        return rule, None
    return rule, next_working_day(add_months(decision.signifiee_le, int(rule.valeur))) + ONE_DAY


def has_lapsed(decision: Decision, law: Law, au: date) -> bool:
    """Whether an order is void, as known on `au`: served too late, or not served when the time was over (CPC 1411).

    Its last day is in time. Opposition does not save it: the claim then lives by the case, not by the order.
    """
    if decision.type != ORDER:
        return False
    period = service_period(decision, law)
    assert period is not None
    served = decision.signifiee_le
    return (served if served and served <= au else au) > period.dernier_jour
