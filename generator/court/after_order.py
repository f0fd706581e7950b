"""The days that count once a decision is made: serve it, wait for opposition, enforce it.

Counting follows CPC 641 (same day number, the starting day of a period in days left out) and
642 (a last day off is carried to the next working day). `dernier_jour` is carried over;
`sans_report` is not: whoever must act is safer with it. What must be over for the creditor to go on counts the holidays
of the place too, the debtor's home standing for the court's. `order_state.py` says in a sentence where the decision stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generator.calendar_fr import ONE_DAY, add_months, last_day_to_serve, next_working_day, short_date
from generator.case import Case
from generator.court.places import LocalDays, places
from generator.judicial_decision import Decision
from generator.law import Law, Value
from generator.money import ZERO, euros
from generator.parties import Address
from generator.service import ORDER, rule_on, service_period
from generator.title import COURT_DECISIONS

COUNTING = ("cpc-641", "cpc-642")
LATER = "Fin du délai d'opposition ouvert par le premier acte reçu en personne ou la première saisie"
SERVE, ENFORCED = "signifier-ordonnance", "executer-dans-les-dix-ans"


@dataclass(frozen=True)
class OrderDeadline:
    """One period: from `depart`, the event `depuis`, until `dernier_jour` included.

    Both days are None as long as the dossier lacks what starts it; `a_noter` then names the field to write.
    `fait_le` is the day it was done. `confiance` is that of the rule. `rappel` is the day to ring on and its
    phrase, None when there is nothing left to wait for. `sinon` is what happens when nobody acts in time; `prudent`, for
    an act to serve, the last day without any carrying over on which it can be (CPC 664).
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
    sinon: str | None = None
    prudent: date | None = None

    def passed(self, au: date) -> bool:
        """Whether it was not done in time, as known on `au`."""
        return self.dernier_jour is not None and (self.fait_le or au) > self.dernier_jour


@dataclass(frozen=True)
class Counted:
    """Months of the client's: the last day, the same carried over, the rule; `local` when the place made it later."""

    sans_report: date
    dernier_jour: date
    regle: Value
    local: LocalDays | None = None

    @property
    def articles(self) -> tuple[str, ...]:
        """Ids of the rule, of the counting, of the local holidays."""
        return (*self.regle.articles, *COUNTING, *(self.local.articles if self.local else ()))

    @property
    def confiance(self) -> str:
        """That of the rule; a local holiday leaves a doubt, on where the court sits to begin with."""
        return "moyenne" if self.local else self.regle.confiance

    @property
    def note(self) -> str:
        """What to say of a local holiday, after a sentence."""
        return f" (jour férié local compté, {self.local.lieu} : à vérifier auprès du greffe)" if self.local else ""


@dataclass(frozen=True)
class Service:
    """How to tell of the time to serve a title: its code, label, what to do (`{jour}`), and what happens otherwise."""

    code: str
    libelle: str
    faire: str
    sinon: str


SERVICES = {
    ORDER: Service(
        SERVE,
        "Faire signifier l'ordonnance",
        "faire signifier l'ordonnance du {jour}",
        "l'ordonnance est non avenue",
    ),
    "titre-l126": Service(
        "signifier-titre",
        "Faire signifier le titre (délai à vérifier avec le commissaire de justice)",
        "faire signifier le titre du {jour}",
        "il ne pourra peut-être plus être exécuté (à vérifier)",
    ),
    # By default or not, the dossier does not say: a reminder, from which nothing is drawn.
    "jugement": Service(
        "signifier-jugement",
        "Faire signifier le jugement s'il est rendu par défaut, ou réputé contradictoire au seul motif qu'il est susceptible "
        "d'appel (à vérifier sur le jugement)",
        "faire signifier le jugement du {jour}, s'il est rendu par défaut ou réputé contradictoire",
        "un tel jugement est non avenu si le client, qui n'a pas comparu, le demande",
    ),
}


def known_on(decision: Decision, au: date) -> Decision:
    """The decision as known on `au`: a later service or opposition has not happened yet."""
    later = [name for name in ("signifiee_le", "opposition_le") if (day := getattr(decision, name)) and day > au]
    return decision.model_copy(update=dict.fromkeys(later)) if later else decision


def order_deadlines(case: Case, law: Law, au: date) -> tuple[OrderDeadline, ...]:
    """The periods that the decision of the dossier opens, in the order of the procedure.

    An order to pay has all of them, the time to serve it alone once served too late; a judgment, or a title made by
    a commissaire de justice, the time to serve it unless it was in time; another court decision the ten years to enforce
    it, of which nothing is established here for another title. Empty before the decision is made.
    InvalidInput when a law table in days says nothing of so old a date.
    """
    decision = case.decision
    if decision is None or decision.rendue_le > au:
        return ()
    decision, home = known_on(decision, au), case.debiteur.adresse
    served = _serve(decision, law, au, home)
    if decision.type != ORDER:
        due = served if served and (decision.signifiee_le is None or served.passed(au)) else None
        enforced = _ten_years(decision, law) if decision.type in COURT_DECISIONS else None
        return tuple(period for period in (due, enforced) if period)
    assert served is not None
    if decision.opposition_le:
        return (served, *_after_opposition(case, decision, law, au))
    if decision.signifiee_le is None or served.passed(au):
        return (served,)
    return (served, *_opposition(decision, law, home), _enforce(decision, law, home), _ten_years(decision, law))


def agenda_entries(case: Case, law: Law, au: date) -> tuple[tuple[date, str, OrderDeadline], ...]:
    """(day to ring, French phrase, period) of what is still to be watched from `au` on, in order of date."""
    entries = [(*d.rappel, d) for d in order_deadlines(case, law, au) if d.rappel and d.rappel[0] >= au]
    return tuple(sorted(entries, key=lambda entry: (entry[0], entry[2].code)))


def _serve(decision: Decision, law: Law, au: date, home: Address) -> OrderDeadline | None:
    period = service_period(decision, law)
    if period is None:
        return None
    plain, last, words = period.sans_report, period.dernier_jour, SERVICES[decision.type]
    prudent = last_day_to_serve(plain, places().holidays(home))
    return OrderDeadline(
        words.code,
        words.libelle,
        "date de l'ordonnance" if decision.type == ORDER else "date de la décision",
        decision.rendue_le,
        plain,
        last,
        (*period.regle.articles, *COUNTING, *(("cpc-664",) if prudent != plain else ())),
        # A judgment is not known to be one of those the rule is about.
        "moyenne" if decision.type == "jugement" else period.regle.confiance,
        fait_le=decision.signifiee_le,
        rappel=None
        if decision.signifiee_le or decision.opposition_le
        else _to_act(prudent, last, au, words.faire.format(jour=short_date(decision.rendue_le))),
        sinon=words.sinon,
        prudent=prudent,
    )


def opposition_period(decision: Decision, law: Law, home: Address) -> Counted:
    """The month that the service opens to the client, whose home is `home`."""
    assert decision.signifiee_le is not None
    return _counted(decision.signifiee_le, rule_on(law, "opposition-injonction", decision.rendue_le), home)


def _opposition(decision: Decision, law: Law, home: Address) -> Iterator[OrderDeadline]:
    month = opposition_period(decision, law, home)
    last, period = month.dernier_jour, month.regle
    yield OrderDeadline(
        "opposition",
        "Le client peut former opposition jusqu'à ce jour ; le tribunal juge alors l'affaire",
        "signification",
        decision.signifiee_le,
        month.sans_report,
        last,
        month.articles,
        month.confiance,
        rappel=(last, f"Fin du délai d'opposition ouvert par la signification{month.note}"),
    )
    if decision.signification == "personne":
        return
    act = decision.premier_acte_le
    other = _counted(act, period, home) if act else None
    later, carried = (other.sans_report, other.dernier_jour) if other else (None, None)
    unknown = (
        ", car la signification n'a pas été faite à personne"
        if decision.signification
        else ", si la signification n'a pas été faite à personne (à vérifier sur l'acte)"
    )
    yield OrderDeadline(
        "opposition-tardive",
        f"Le client peut aussi former opposition plus tard{unknown}",
        "premier acte signifié à personne ou première saisie",
        act,
        later,
        carried,
        other.articles if other else (*period.articles, *COUNTING),
        other.confiance if other else period.confiance,
        a_noter=None if act else "decision.premier_acte_le",
        rappel=(carried, f"{LATER}{other.note}") if other and carried else None,
    )


def _enforce(decision: Decision, law: Law, home: Address) -> OrderDeadline:
    assert decision.signifiee_le is not None
    wait = _counted(decision.signifiee_le, rule_on(law, "execution-injonction", decision.rendue_le), home)
    last = wait.dernier_jour
    return OrderDeadline(
        "executer-ordonnance",
        f"Attendre un avis d'opposition du greffe ; sans avis, l'exécution peut se poursuivre dès le {short_date(last + ONE_DAY)}",
        "signification",
        decision.signifiee_le,
        wait.sans_report,
        last,
        wait.articles,
        wait.confiance,
        rappel=(
            last + ONE_DAY,
            f"Sans avis d'opposition du greffe, l'exécution de l'ordonnance peut se poursuivre{wait.note}",
        ),
    )


def _after_opposition(case: Case, decision: Decision, law: Law, au: date) -> Iterator[OrderDeadline]:
    """Which of the two applies depends on the court: the invitation and the notice say it better than its name."""
    commercial = _is_commercial(case, decision)
    if commercial is not False:
        yield _fifteen_days(
            law,
            au,
            "frais-opposition",
            "Consigner les frais d'opposition (tribunal de commerce)",
            "consigner les frais d'opposition au greffe",
            "la demande tombe (elle est caduque)",
            "invitation du greffe",
            decision.invitation_greffe_le,
            "decision.invitation_greffe_le",
        )
    threshold = law.value("seuils", on=decision.opposition_le or decision.rendue_le, cle="avocat")
    if commercial is not True and _claim(case, decision) > threshold.valeur:
        yield _fifteen_days(
            law,
            au,
            "avocat-apres-opposition",
            f"Prendre un avocat (tribunal judiciaire, plus de {euros(threshold.valeur)})",
            "prendre un avocat, après l'opposition",
            "l'instance s'éteint et l'ordonnance est non avenue",
            "avis d'opposition du greffe",
            decision.avis_opposition_le,
            "decision.avis_opposition_le",
            ("cpc-1419",),
        )


def _fifteen_days(
    law: Law,
    au: date,
    key: str,
    label: str,
    act: str,
    otherwise: str,
    event: str,
    start: date | None,
    field: str,
    also: tuple[str, ...] = (),
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
        (*period.articles, *also, *COUNTING),
        period.confiance,
        a_noter=None if start else field,
        rappel=_to_act(plain, last, au, act) if plain and last else None,
        sinon=otherwise,
    )


def _to_act(plain: date, last: date, au: date, what: str) -> tuple[date, str]:
    """The creditor must act: the day that no rule of carrying over decides, as long as it is not past."""
    return (plain, f"Dernier jour prudent pour {what}") if au <= plain else (last, f"Dernier jour pour {what}")


def _ten_years(decision: Decision, law: Law) -> OrderDeadline:
    """From the earliest day that could start it, and not carried over: no source says more."""
    start = decision.rendue_le
    period = rule_on(law, "execution-titre", start)
    last = add_months(start, int(period.valeur))
    return OrderDeadline(
        ENFORCED,
        "Faire exécuter la décision (départ prudent : le jour où elle est rendue)",
        "date de la décision",
        start,
        last,
        last,
        period.articles,
        period.confiance,
        rappel=(last, "Dernier jour prudent pour faire exécuter la décision"),
        sinon="elle ne peut en principe plus être exécutée",
    )


def _counted(start: date, period: Value, home: Address) -> Counted:
    plain = add_months(start, int(period.valeur))
    last = next_working_day(plain, places().holidays(home))
    return Counted(plain, last, period, places().local_days(home) if last != next_working_day(plain) else None)


def _is_commercial(case: Case, decision: Decision) -> bool | None:
    """From the name of the court, else from who the debtor is; None when neither says.

    Who owes says nothing against an invitation to pay: only a tribunal de commerce sends one (CPC 1425).
    """
    name, debtor = (decision.juridiction or "").lower(), case.debiteur
    if "commerce" in name or "activités économiques" in name:
        return True
    civil = debtor.qualite == "particulier" or debtor.commercant is False
    return False if "judiciaire" in name or (civil and decision.invitation_greffe_le is None) else None


def _claim(case: Case, decision: Decision) -> Decimal:
    if decision.montant:
        return decision.montant
    return sum((i.montant_ttc for i in case.factures if i.emise_le <= decision.rendue_le), ZERO)
