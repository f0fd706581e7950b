"""Collective proceedings: until when a claim can be declared, goods claimed back, lateness excused.

Durations come from the table `delais-procedure` (C. com. R622-24, L624-9, L622-26); every one of
them starts on the day the opening judgment is published in the BODACC.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from generator.calendar_fr import ONE_DAY, add_months
from generator.case import Case
from generator.law import FOLDER, Law
from generator.parties import Address
from generator.yaml_text import read_yaml

MAINLAND = "en France métropolitaine"


@dataclass(frozen=True)
class ClaimDeadlines:
    """Last days, each None as long as the publication in the BODACC is not in the dossier.

    `declarer_avant_le` is the last day in the longest reading: only after it is a claim barred. When the time is
    longer because the creditor lives elsewhere than the court, and the seat of the court is only supposed from the
    debtor's address (`tribunal_suppose`, « à La Réunion »), `declarer_par_prudence_le` is the day to act by.
    """

    mois_pour_declarer: int
    declarer_avant_le: date | None
    revendiquer_avant_le: date | None
    relever_avant_le: date | None
    mois_par_prudence: int
    declarer_par_prudence_le: date | None
    tribunal_suppose: str | None


def direct_action_from(case: Case, law: Law, au: date) -> date | None:
    """The day from which a subcontractor may turn to the client's client (loi 75-1334, art. 12).

    None without a mise en demeure; counted from its reception when known.
    """
    notice = case.mise_en_demeure
    if notice is None:
        return None
    months = int(law.value("delais-procedure", on=au, cle="action-directe").valeur)
    return add_months(notice.recue_le or notice.envoyee_le, months) + ONE_DAY


def claim_deadlines(case: Case, law: Law) -> ClaimDeadlines | None:
    """The deadlines of a creditor of this debtor; None without collective proceedings."""
    proceedings = case.debiteur.procedure_collective
    if proceedings is None:
        return None
    # R622-24: two months more for who does not live where the court sits; an address tells where that is, not for sure.
    court = _territory(case.debiteur.adresse) or MAINLAND
    far = _territory(case.creancier.adresse) != court
    longer = "declaration-creance-hors-metropole" if court == MAINLAND else "declaration-creance-outre-mer"
    published = proceedings.publication_bodacc_le

    def months(name: str) -> int:
        return int(law.value("delais-procedure", on=proceedings.jugement_le, cle=name).valeur)

    def last(name: str) -> date | None:
        return add_months(published, months(name)) if published else None

    usual = "declaration-creance"
    return ClaimDeadlines(
        mois_pour_declarer=months(longer if far else usual),
        declarer_avant_le=last(longer if far else usual),
        revendiquer_avant_le=last("revendication"),
        relever_avant_le=last("relief-forclusion"),
        mois_par_prudence=months(usual),
        declarer_par_prudence_le=last(usual) if far else None,
        tribunal_suppose=court if far else None,
    )


def _territory(address: Address) -> str | None:
    """« en France métropolitaine », « à La Réunion »; None abroad, or for a code that is no territory's."""
    found = _overseas()
    if address.pays != "FR":
        return found.get(address.pays)
    known = [prefix for prefix in found if address.code_postal.startswith(prefix)]
    if known:
        return found[max(known, key=len)]
    return None if address.code_postal.startswith(("97", "98")) else MAINLAND


@cache
def _overseas() -> dict[str, str]:
    """Where, by the code of the country or the beginning of the postal code (`law/outre-mer.yml`)."""
    listed = read_yaml(FOLDER / "outre-mer.yml").data["territoires"]
    return {str(code): str(place["ou"]) for place in listed for code in (place["pays"], *place["codes_postaux"])}
