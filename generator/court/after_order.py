"""The days that count once a decision is made: serve it, wait for opposition, enforce it.

Counting follows CPC 641 (same day number, the starting day of a period in days left out) and
642 (a last day off is carried to the next working day). `dernier_jour` is carried over;
`sans_report` is not: whoever must act is safer with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generator.calendar_fr import ONE_DAY, add_months, next_working_day, short_date
from generator.case import Case
from generator.judicial_decision import Decision
from generator.law import Law, Value
from generator.money import ZERO, euros
from generator.title import COURT_DECISIONS

COUNTING = ("cpc-641", "cpc-642")
ORDER = "ordonnance-injonction"


@dataclass(frozen=True)
class OrderDeadline:
    """One period: from `depart`, the event `depuis`, until `dernier_jour` included.

    Both days are None as long as the dossier lacks what starts it; `a_noter` then names the field to write.
    `fait_le` is the day it was done. `confiance` is that of the rule. `rappel` is the day to ring on and its
    phrase, None when there is nothing left to wait for.
    """

    code: str
    libelle: str
    depuis: str
    depart: date | None
    sans_report: date | None
    dernier_jour: date | None
    articles: tuple[str, ...]
    confiance: str
    a_noter: str | None = None
    fait_le: date | None = None
    rappel: tuple[date, str] | None = None


def order_deadlines(case: Case, law: Law, au: date) -> tuple[OrderDeadline, ...]:
    """The periods that the decision of the dossier opens, in the order of the procedure.

    An order to pay has all of them; another court decision the ten years to enforce it; another
    title none, since their length is not established here. Empty before the decision is made.
    InvalidInput when a law table says nothing of so old a date.
    """
    decision = case.decision
    if decision is None or decision.rendue_le > au or decision.type not in COURT_DECISIONS:
        return ()
    if decision.type != ORDER:
        return (_ten_years(decision, law),)
    if decision.opposition_le and decision.opposition_le <= au:
        return (_serve(decision, law, au), *_after_opposition(case, decision, law, au))
    served = _serve(decision, law, au)
    if decision.signifiee_le is None:
        return (served,)
    return (served, *_opposition(decision, law), _enforce(decision, law), _ten_years(decision, law))


def agenda_entries(case: Case, law: Law, au: date) -> tuple[tuple[date, str, str], ...]:
    """(day, stable code, French phrase) of what is still to be watched from `au` on, in order of date."""
    entries = [(d.rappel[0], d.code, d.rappel[1]) for d in order_deadlines(case, law, au) if d.rappel]
    return tuple(sorted(entry for entry in entries if entry[0] >= au))


def _serve(decision: Decision, law: Law, au: date) -> OrderDeadline:
    period = law.value("delais-procedure", on=decision.rendue_le, cle="signification-injonction")
    plain, last = _months(decision.rendue_le, period)
    return OrderDeadline(
        "signifier-ordonnance",
        "Faire signifier l'ordonnance, sinon elle est non avenue",
        "date de l'ordonnance",
        decision.rendue_le,
        plain,
        last,
        (*period.articles, *COUNTING),
        period.confiance,
        fait_le=decision.signifiee_le,
        rappel=None
        if decision.signifiee_le
        else _to_act(plain, last, au, f"faire signifier l'ordonnance du {short_date(decision.rendue_le)}"),
    )


def _opposition(decision: Decision, law: Law) -> Iterator[OrderDeadline]:
    assert decision.signifiee_le is not None
    period = law.value("delais-procedure", on=decision.rendue_le, cle="opposition-injonction")
    plain, last = _months(decision.signifiee_le, period)
    yield OrderDeadline(
        "opposition",
        "Le client peut former opposition",
        "signification",
        decision.signifiee_le,
        plain,
        last,
        (*period.articles, *COUNTING),
        period.confiance,
        rappel=(last, "Fin du délai d'opposition ouvert par la signification"),
    )
    if decision.signification == "personne":
        return
    act = decision.premier_acte_le
    later, carried = _months(act, period) if act else (None, None)
    unknown = (
        "" if decision.signification else " (si la signification n'a pas été faite à personne : à vérifier sur l'acte)"
    )
    yield OrderDeadline(
        "opposition-tardive",
        f"Le client peut encore former opposition{unknown}",
        "premier acte signifié à personne ou première saisie",
        act,
        later,
        carried,
        (*period.articles, *COUNTING),
        period.confiance,
        a_noter=None if act else "decision.premier_acte_le",
        rappel=(carried, "Fin du délai d'opposition ouvert par le premier acte reçu en personne ou la première saisie")
        if carried
        else None,
    )


def _enforce(decision: Decision, law: Law) -> OrderDeadline:
    assert decision.signifiee_le is not None
    period = law.value("delais-procedure", on=decision.rendue_le, cle="execution-injonction")
    plain, last = _months(decision.signifiee_le, period)
    return OrderDeadline(
        "executer-ordonnance",
        f"Attendre un avis d'opposition du greffe ; sans avis, l'exécution peut se poursuivre dès le {short_date(last + ONE_DAY)}",
        "signification",
        decision.signifiee_le,
        plain,
        last,
        (*period.articles, *COUNTING),
        period.confiance,
        rappel=(last + ONE_DAY, "Sans avis d'opposition du greffe, l'exécution de l'ordonnance peut se poursuivre"),
    )


def _after_opposition(case: Case, decision: Decision, law: Law, au: date) -> Iterator[OrderDeadline]:
    """Which of the two applies depends on the court: the invitation and the notice say it better than its name."""
    if _is_commercial(decision) is not False:
        yield _fifteen_days(
            law,
            au,
            "frais-opposition",
            "Tribunal de commerce : consigner les frais d'opposition, sinon la demande tombe",
            "consigner les frais d'opposition au greffe",
            "invitation du greffe",
            decision.invitation_greffe_le,
            "decision.invitation_greffe_le",
        )
    threshold = law.value("seuils", on=decision.opposition_le or decision.rendue_le, cle="avocat")
    if _is_commercial(decision) is not True and _claim(case, decision) > threshold.valeur:
        yield _fifteen_days(
            law,
            au,
            "avocat-apres-opposition",
            f"Tribunal judiciaire, plus de {euros(threshold.valeur)} : prendre un avocat",
            "prendre un avocat, après l'opposition",
            "avis d'opposition du greffe",
            decision.avis_opposition_le,
            "decision.avis_opposition_le",
        )


def _fifteen_days(
    law: Law, au: date, key: str, label: str, act: str, event: str, start: date | None, field: str
) -> OrderDeadline:
    period = law.value("delais-procedure-jours", on=start or au, cle=key)
    plain = start + timedelta(days=int(period.valeur)) if start else None
    last = next_working_day(plain) if plain else None
    return OrderDeadline(
        key,
        label,
        event,
        start,
        plain,
        last,
        (*period.articles, *COUNTING),
        period.confiance,
        a_noter=None if start else field,
        rappel=_to_act(plain, last, au, act) if plain and last else None,
    )


def _to_act(plain: date, last: date, au: date, what: str) -> tuple[date, str]:
    """The creditor must act: the day that no rule of carrying over decides, as long as it is not past."""
    return (plain, f"Dernier jour prudent pour {what}") if au <= plain else (last, f"Dernier jour pour {what}")


def _ten_years(decision: Decision, law: Law) -> OrderDeadline:
    """From the earliest day that could start it, and not carried over: no source says more."""
    start = decision.rendue_le
    period = law.value("delais-procedure", on=start, cle="execution-titre")
    last = add_months(start, int(period.valeur))
    return OrderDeadline(
        "executer-dans-les-dix-ans",
        "Faire exécuter la décision (départ prudent : le jour où elle est rendue)",
        "date de la décision",
        start,
        last,
        last,
        period.articles,
        period.confiance,
        rappel=(last, "Dernier jour prudent pour faire exécuter la décision"),
    )


def _months(start: date, period: Value) -> tuple[date, date]:
    plain = add_months(start, int(period.valeur))
    return plain, next_working_day(plain)


def _is_commercial(decision: Decision) -> bool | None:
    """From the name of the court; None when it does not say."""
    name = (decision.juridiction or "").lower()
    if "commerce" in name or "activités économiques" in name:
        return True
    return False if "judiciaire" in name else None


def _claim(case: Case, decision: Decision) -> Decimal:
    if decision.montant:
        return decision.montant
    return sum((i.montant_ttc for i in case.factures if i.emise_le <= decision.rendue_le), ZERO)
