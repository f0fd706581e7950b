"""Collective proceedings: until when a claim can be declared, goods claimed back, lateness excused.

Durations come from the table `delais-procedure` (C. com. R622-24, L624-9, L622-26); every one of
them starts on the day the opening judgment is published in the BODACC.
"""

from dataclasses import dataclass
from datetime import date

from generator.calendar_fr import ONE_DAY, add_months
from generator.case import Case
from generator.law import Law
from generator.parties import Address


@dataclass(frozen=True)
class ClaimDeadlines:
    """Last days, each None as long as the publication in the BODACC is not in the dossier."""

    mois_pour_declarer: int
    declarer_avant_le: date | None
    revendiquer_avant_le: date | None
    relever_avant_le: date | None


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
    # R622-24: two months more for who lives outside metropolitan France, when the court sits in it.
    far = not _metropolitan(case.creancier.adresse) and _metropolitan(case.debiteur.adresse)
    key = "declaration-creance-hors-metropole" if far else "declaration-creance"

    def months(name: str) -> int:
        return int(law.value("delais-procedure", on=proceedings.jugement_le, cle=name).valeur)

    published = proceedings.publication_bodacc_le
    declare, claim_back, excuse = (
        add_months(published, months(name)) if published else None
        for name in (key, "revendication", "relief-forclusion")
    )
    return ClaimDeadlines(months(key), declare, claim_back, excuse)


def _metropolitan(address: Address) -> bool:
    """Postal codes 97 and 98 are overseas."""
    return address.pays == "FR" and not address.code_postal.startswith(("97", "98"))
