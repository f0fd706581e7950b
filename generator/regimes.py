"""Which law applies to a debtor: the only place where its `qualite` decides interest and indemnity.

| debtor | interest from | rate | indemnity |
|---|---|---|---|
| professionnel | the day after the due date | ECB + 10, or the agreed rate and its floor | yes |
| public | the day after the due date | ECB + 8, frozen | yes |
| particulier | the day after the mise en demeure | legal interest, « autres cas » | no |
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from generator.calendar_fr import ONE_DAY
from generator.case import Case, Invoice, MiseEnDemeure
from generator.interest import Schedule, floored, frozen, indexed
from generator.law import Law, Value
from generator.law.rates import Rate, default_rate, floor_rate, legal_rate, public_rate


@dataclass(frozen=True)
class Regime:
    """The rules of interest and indemnity for one dossier."""

    nom_interets: str
    articles: tuple[str, ...]
    articles_indemnite: tuple[str, ...]
    # Day after which interest runs for an invoice, or None when it does not run.
    starts_after: Callable[[Invoice], date | None]
    schedule: Callable[[Invoice], Schedule]
    # The fixed indemnity in force on a day, or None when the debtor owes none.
    indemnity_on: Callable[[date], Value | None]
    waivers_hold: bool = True


def regime_for(case: Case, law: Law) -> Regime:
    """The regime of this dossier's debtor."""
    return {
        "professionnel": _professional,
        "public": _public,
        "particulier": _consumer,
    }[case.debiteur.qualite](case, law)


def _professional(case: Case, law: Law) -> Regime:
    clause = case.conditions.taux_penalites
    schedule: Schedule
    # C. com. L441-10 II: the floor binds agreed rates; the statutory default is never raised.
    if clause is None or clause.nature == "bce+10":
        schedule = indexed(lambda day: default_rate(law, day))
    elif clause.valeur is not None:
        agreed = Rate(clause.valeur, date.min, ("c-com-l441-10",), ())
        schedule = floored(agreed, lambda day: floor_rate(law, day))
    else:
        named = {"bce+8": public_rate, "legal": legal_rate, "3x-legal": floor_rate}[clause.nature]
        schedule = indexed(lambda day: max(named(law, day), floor_rate(law, day), key=lambda rate: rate.taux))
    return Regime(
        nom_interets="Pénalités de retard",
        articles=("c-com-l441-10",),
        articles_indemnite=("c-com-l441-10", "c-com-d441-5"),
        starts_after=lambda invoice: invoice.echeance,
        schedule=lambda invoice: schedule,
        indemnity_on=lambda day: _indemnity(law, day, "professionnel"),
    )


def _public(case: Case, law: Law) -> Regime:
    def schedule(invoice: Invoice) -> Schedule:
        # CCP R2192-31: the rate of the half-year in which interest began holds for the whole delay.
        assert invoice.echeance is not None
        start = invoice.echeance + ONE_DAY
        # Read only once interest runs: before the due date, that half-year's rate may not be known yet.
        return lambda first, last: frozen(public_rate(law, start))(first, last)

    return Regime(
        nom_interets="Intérêts moratoires",
        articles=("ccp-l2192-13", "ccp-r2192-31"),
        articles_indemnite=("ccp-l2192-13", "ccp-d2192-35"),
        starts_after=lambda invoice: invoice.echeance,
        schedule=schedule,
        indemnity_on=lambda day: _indemnity(law, day, "public"),
        waivers_hold=False,  # CCP L2192-14: giving them up is deemed unwritten
    )


def _consumer(case: Case, law: Law) -> Regime:
    def starts_after(invoice: Invoice) -> date | None:
        # C. civ. 1231-6 and 1344-1: nothing before a mise en demeure, which can only concern a debt already due.
        notice = notice_about(case, invoice)
        return notice.recue_le or notice.envoyee_le if notice else None

    schedule = indexed(lambda day: legal_rate(law, day))
    return Regime(
        nom_interets="Intérêts au taux légal",
        articles=("c-civ-1231-6", "c-civ-1344-1", "cmf-l313-2"),
        articles_indemnite=(),
        starts_after=starts_after,
        schedule=lambda invoice: schedule,
        indemnity_on=lambda day: None,
    )


def _indemnity(law: Law, day: date, key: str) -> Value | None:
    """None before the table begins: the indemnity was created that day."""
    first = law.table("indemnite-forfaitaire").serie(key)[0]
    return law.value("indemnite-forfaitaire", on=day, cle=key) if day >= first.depuis else None


def notice_day(case: Case) -> date | None:
    """The day of the first mise en demeure: its reception when known, else its sending."""
    notice = case.mise_en_demeure
    return None if notice is None else notice.recue_le or notice.envoyee_le


def notice_about(case: Case, invoice: Invoice) -> MiseEnDemeure | None:
    """The first mise en demeure about this invoice: it names it or names none, and it left after its due date."""
    assert invoice.echeance is not None
    sent = (case.mise_en_demeure, *case.autres_mises_en_demeure)
    about = [
        notice
        for notice in sent
        if notice
        and invoice.echeance < notice.envoyee_le
        and (not notice.factures or invoice.numero in notice.factures)
    ]
    return min(about, key=lambda notice: notice.recue_le or notice.envoyee_le, default=None)


def covered_by_notice(case: Case, invoice: Invoice) -> bool:
    """Whether a mise en demeure was sent about this invoice once it was past due."""
    return notice_about(case, invoice) is not None


def claimed(case: Case, regime: Regime, name: str) -> bool:
    """Whether `penalites` or `indemnite_forfaitaire` is claimed rather than offered or waived."""
    return getattr(case.conditions, name) == "reclamer" or not regime.waivers_hold
