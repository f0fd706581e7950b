"""Where a decision stands on a day, in one sentence: made, served, opposed, enforceable, or void.

It says what the dossier holds and what the articles attach to it; it does not decide that an order is void.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.calendar_fr import ONE_DAY, short_date
from generator.case import Case
from generator.court.after_order import (
    ENFORCED,
    SERVE,
    OrderDeadline,
    known_on,
    opposition_period,
    order_deadlines,
)
from generator.judicial_decision import Decision
from generator.law import Law
from generator.parties import Address
from generator.service import ORDER

# Once the time to serve has passed: whom or what tells if the title still holds.
CHECKS = {
    "signifier-jugement": ", si le jugement est rendu par défaut ou réputé contradictoire : à vérifier sur le jugement",
    "signifier-titre": " : à vérifier avec le commissaire de justice",
}
StateCode = Literal["rendue", "non-avenue", "signifiee", "opposition", "executoire"]


@dataclass(frozen=True)
class DecisionState:
    """`code` is stable; `phrase` is French, without a capital nor a full stop; `articles` are ids."""

    code: StateCode
    phrase: str
    articles: tuple[str, ...] = ()


def decision_state(case: Case, law: Law, au: date) -> DecisionState | None:
    """Where the decision of the dossier stands on `au`; None before it is made, or without one."""
    if case.decision is None or case.decision.rendue_le > au:
        return None
    decision = known_on(case.decision, au)
    periods = {period.code: period for period in order_deadlines(case, law, au)}
    if decision.type == ORDER:
        return _order(decision, periods, law, au, case.debiteur.adresse)
    return _other(decision, periods, law, au)


def _order(decision: Decision, periods: dict[str, OrderDeadline], law: Law, au: date, home: Address) -> DecisionState:
    serve = periods[SERVE]
    if decision.opposition_le:
        return _opposed(decision, periods, law, au, home)
    if serve.passed(au):
        return _void(decision, serve, law)
    if decision.signifiee_le is None:
        return _to_serve(decision, serve, law, au)
    return _served(decision, periods, law, au)


def _to_serve(decision: Decision, serve: OrderDeadline, law: Law, au: date) -> DecisionState:
    assert serve.prudent is not None
    assert serve.dernier_jour is not None
    day, until = short_date(decision.rendue_le), _before(serve.prudent, serve.dernier_jour, au)
    return DecisionState(
        "rendue",
        f"ordonnance d'injonction du {day} : la faire signifier {until}, sinon elle est non avenue{_cited(law, 'cpc-1411')}",
        ("cpc-1411",),
    )


def _void(decision: Decision, serve: OrderDeadline, law: Law) -> DecisionState:
    assert serve.dernier_jour is not None
    day, last = short_date(decision.rendue_le), short_date(serve.dernier_jour)
    void = f"l'ordonnance est en principe non avenue{_cited(law, 'cpc-1411')}"
    if decision.signifiee_le:
        phrase = (
            f"ordonnance d'injonction du {day} signifiée le {short_date(decision.signifiee_le)}, délai passé le {last} : "
            f"{void} ; corriger decision.signifiee_le, ou retirer decision du dossier"
        )
    else:
        phrase = (
            f"ordonnance d'injonction du {day} sans signification au dossier, délai passé le {last} : {void} ; écrire "
            "decision.signifiee_le si elle a été signifiée à temps, sinon retirer decision du dossier"
        )
    return DecisionState("non-avenue", phrase, ("cpc-1411",))


def _served(decision: Decision, periods: dict[str, OrderDeadline], law: Law, au: date) -> DecisionState:
    assert decision.signifiee_le is not None
    opposition, enforce = periods["opposition"], periods["executer-ordonnance"]
    assert opposition.dernier_jour is not None
    assert enforce.dernier_jour is not None
    served = f"ordonnance signifiée le {short_date(decision.signifiee_le)}"
    if decision.executoire_le and decision.executoire_le <= au:
        phrase = f"ordonnance exécutoire depuis le {short_date(decision.executoire_le)}{_until(periods, law, au)}"
        return DecisionState("executoire", phrase + _undated(periods), ("cpce-l111-4",))
    if au <= opposition.dernier_jour:
        last = short_date(opposition.dernier_jour)
        phrase = f"{served} : le client peut former opposition jusqu'au {last}{_cited(law, 'cpc-1416')}"
        return DecisionState("signifiee", phrase + _undated(periods), ("cpc-1416",))
    first = enforce.dernier_jour + ONE_DAY
    since = f"{'dès' if au < first else 'depuis'} le {short_date(first)}"
    phrase = (
        f"{served} : sans avis d'opposition du greffe, l'exécution peut se poursuivre {since}{_cited(law, 'cpc-1422')}"
    )
    if au < first:
        return DecisionState("signifiee", phrase + _undated(periods), ("cpc-1422",))
    return DecisionState(
        "executoire", phrase + _until(periods, law, au) + _undated(periods), ("cpc-1422", "cpce-l111-4")
    )


def _opposed(decision: Decision, periods: dict[str, OrderDeadline], law: Law, au: date, home: Address) -> DecisionState:
    """Only an opposition within the first month stops enforcement by itself (CPC 1422)."""
    assert decision.opposition_le is not None
    phrase = f"opposition formée le {short_date(decision.opposition_le)} : le tribunal juge l'affaire"
    serve = periods[SERVE]
    if serve.fait_le is not None and serve.passed(au):
        assert serve.dernier_jour is not None
        phrase += (
            f" ; ordonnance signifiée le {short_date(serve.fait_le)}, délai passé le {short_date(serve.dernier_jour)} : elle "
            f"est en principe non avenue{_cited(law, 'cpc-1411')}"
        )
    elif decision.signifiee_le is None:
        phrase += " ; écrire decision.signifiee_le : l'acte de signification se produit à l'audience"
    else:
        first_month = opposition_period(decision, law, home).dernier_jour
        if decision.opposition_le <= first_month:
            phrase += f", l'ordonnance ne s'exécute pas en attendant{_cited(law, 'cpc-1422')}"
        else:
            phrase += (
                f" ; formée après le {short_date(first_month)}, elle n'arrête pas, en principe, l'exécution"
                f"{_cited(law, 'cpc-1422')} : à vérifier auprès du greffe"
            )
    for period in periods.values():
        if period is not serve and period.sinon and period.dernier_jour:
            if period.passed(au):
                phrase += f" ; {_lower(period.libelle)}, délai passé le {short_date(period.dernier_jour)} : à vérifier"
            else:
                until = _before(period.sans_report or period.dernier_jour, period.dernier_jour, au)
                phrase += f" ; {_lower(period.libelle)} {until}, sinon {period.sinon}"
    return DecisionState("opposition", phrase + _undated(periods), ("cpc-1416", "cpc-1422"))


def _other(decision: Decision, periods: dict[str, OrderDeadline], law: Law, au: date) -> DecisionState:
    day = short_date(decision.rendue_le)
    if ENFORCED not in periods:
        # Not a court's: how long it can be enforced is not established here.
        served = f", signifié le {short_date(decision.signifiee_le)}" if decision.signifiee_le else ""
        todo = "le faire exécuter" if served else "le faire signifier, puis exécuter"
        return DecisionState(
            "signifiee" if served else "rendue",
            f"titre exécutoire du {day}{served} : {todo}, sans plus relancer{_late(periods, law, au)}",
        )
    until = _until(periods, law, au)
    if decision.signifiee_le:
        served = short_date(decision.signifiee_le)
        return DecisionState(
            "signifiee",
            f"décision de justice du {day}, signifiée le {served}{until}{_late(periods, law, au)}",
            ("cpce-l111-4",),
        )
    return DecisionState(
        "rendue",
        f"décision de justice du {day} : la faire signifier, puis exécuter, sans plus relancer{_late(periods, law, au)}",
    )


def _before(prudent: date, last: date, au: date) -> str:
    """By when to act: the day that owes nothing to any carrying over, as long as it is not past."""
    if au <= prudent < last:
        return f"au plus tard le {short_date(prudent)} par prudence (le {short_date(last)} avec le report)"
    return f"au plus tard le {short_date(last)}"


def _late(periods: dict[str, OrderDeadline], law: Law, au: date) -> str:
    """A service too late, or none in time, where what follows depends on what the dossier does not say."""
    for code, check in CHECKS.items():
        period = periods.get(code)
        if period and period.dernier_jour and period.passed(au):
            cited = _cited(law, period.articles[0])
            return f" ; délai pour signifier passé le {short_date(period.dernier_jour)}{cited}{check}"
    return ""


def _until(periods: dict[str, OrderDeadline], law: Law, au: date) -> str:
    """How long it can be enforced."""
    period = periods[ENFORCED]
    assert period.dernier_jour is not None
    last = short_date(period.dernier_jour)
    cited = _cited(law, "cpce-l111-4")
    if period.passed(au):
        return f" ; délai pour la faire exécuter passé le {last}, par prudence{cited}"
    return f" ; la faire exécuter au plus tard le {last}, par prudence{cited}"


def _undated(periods: dict[str, OrderDeadline]) -> str:
    """The periods that nothing dates yet, and the field that would."""
    return "".join(_undated_lines(periods))


def _undated_lines(periods: dict[str, OrderDeadline]) -> Iterator[str]:
    for period in periods.values():
        if period.a_noter:
            otherwise = f", sinon {period.sinon}" if period.sinon else ""
            yield f" ; {_lower(period.libelle)}{otherwise} ; pour dater ce délai, écrire {period.a_noter} ({period.depuis})"


def _cited(law: Law, article: str) -> str:
    return f" ({law.article(article).court})"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
