"""A signed plan on a day: what it brought, what is late, what its agreement allows, and the letter that can go.

A plan that waits to be signed is only told, with the day it was proposed.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from generator.calendar_fr import short_date
from generator.case import Plan
from generator.conditions import plan_has_lapsed
from generator.history import case_on, journal_of
from generator.letters import find_letters, holds, suggestions
from generator.loading import LoadedCase
from generator.money import ZERO, euros
from generator.pipeline import roots_of
from generator.plan import InstalmentProgress, PlanProgress
from generator.statement import Statement, build_statement

State = Literal["a-jour", "en-retard", "preavis", "preavis-echu", "termine", "dechu"]

# What a letter says in `proposer_si` to be the one that a state calls for; None stands for any letter.
_CALLS: dict[State, tuple[str, ...] | None] = {
    "a-jour": (),
    "en-retard": ("avenant-a-signer", "plan-en-cours"),
    "preavis": (),
    "preavis-echu": ("preavis-du-plan-echu", "avenant-a-signer", "plan-en-cours"),
    "termine": ("tout-est-paye",),
    "dechu": None,
}
# Warnings under which no letter is proposed, whatever the plan says.
_SILENCED_BY = ["prescription-acquise", "relances-suspendues"]


@dataclass(frozen=True)
class FollowedPlan:
    """One signed plan, amounts in euros. `solde` is what the whole dossier owes, plan or not.

    `preavis_jusqu_au` is None unless a mise en demeure concerns what is missing. `lettre` is the letter that
    can go today, with what it would still lack in `manque`; `empeche` is the warning that stops everything else.
    """

    fichier: Path
    reference: str
    debiteur: str
    plan: Plan
    suivi: PlanProgress
    solde: Decimal
    etat: State
    preavis_jusqu_au: date | None
    lettre: str | None
    manque: tuple[str, ...]
    empeche: str | None

    @property
    def du(self) -> Decimal:
        """What the instalments up to this day, included, add up to."""
        return sum((e.montant for e in self.suivi.echeances if e.le <= self.suivi.au), ZERO)

    @property
    def prochain(self) -> InstalmentProgress | None:
        """The next instalment still to be paid, today included; None once the plan has lapsed."""
        if self.etat == "dechu":
            return None
        return next((e for e in self.suivi.echeances if e.le >= self.suivi.au and e.reste), None)

    @property
    def phrase(self) -> str:
        """The state, in French."""
        late = f"en retard de {euros(self.suivi.en_retard)}"
        if self.etat == "a-jour":
            return "à jour"
        if self.etat == "en-retard":
            return late
        if self.etat == "termine":
            return "terminé"
        if self.etat == "dechu":
            assert self.plan.decheance_le is not None
            return f"déchu depuis le {short_date(self.plan.decheance_le)}"
        assert self.preavis_jusqu_au is not None
        word = "préavis jusqu'au" if self.etat == "preavis" else "préavis écoulé le"
        return f"{late}, {word} {short_date(self.preavis_jusqu_au)}"

    @property
    def remarque(self) -> str | None:
        """What stops the plan or its letter, else what a finished plan leaves to do; None when there is nothing to say."""
        if self.etat != "termine" or not self.solde:
            return self.empeche
        rest = f"le plan est payé, et le décompte compte encore {euros(self.solde)}"
        return {
            "maintenues": f"{rest} : en envoyer le compte, à régler comme l'accord le prévoit",
            "gelees": f"{rest}, pénalités gelées comprises : ne demander que ce que l'accord laisse dû",
            "abandonnees_si_respecte": (
                f"{rest} ; si l'abandon promis est acquis, écrire au dossier « conditions: {{penalites: abandonner, "
                "indemnite_forfaitaire: abandonner} », puis établir la quittance"
            ),
        }[self.plan.penalites]


@dataclass(frozen=True)
class ProposedPlan:
    """A plan not signed yet; `propose_le` is the day its letter was last sent, None when the journal holds no sending."""

    fichier: Path
    reference: str
    debiteur: str
    plan: Plan
    propose_le: date | None


def proposed(loaded: LoadedCase, au: date) -> ProposedPlan | None:
    """The plan of this dossier that waits to be signed on the day `au`; None when it has none."""
    case = case_on(loaded.case, au)
    if case.plan is None or case.plan.signe_le is not None:
        return None
    letters = {x.id for x in find_letters(roots_of(loaded)) if x.spec.proposer_si == "plan-a-signer"}
    sent = [e.le for e in journal_of(loaded).events if e.action == "envoi" and e.lettre in letters and e.le <= au]
    return ProposedPlan(
        loaded.path, case.reference, case.debiteur.nom, case.plan, propose_le=max(sent) if sent else None
    )


def follow(loaded: LoadedCase, statement: Statement) -> FollowedPlan | None:
    """The signed plan of this dossier on the day of the statement; None when it has none by then."""
    case = case_on(loaded.case, statement.au)
    if case is not loaded.case:
        loaded, statement = replace(loaded, case=case), build_statement(case, loaded.law, statement.au)
    progress = statement.suivi_plan
    if progress is None:
        return None
    assert case.plan is not None  # what is followed is written
    state = _state(loaded, statement, progress)
    letter, lacking = _letter(loaded, statement, state)
    return FollowedPlan(
        fichier=loaded.path,
        reference=case.reference,
        debiteur=case.debiteur.nom,
        plan=case.plan,
        suivi=progress,
        solde=statement.totaux.solde,
        etat=state,
        preavis_jusqu_au=progress.preavis_jusqu_au if state in {"preavis", "preavis-echu"} else None,
        lettre=letter,
        manque=lacking,
        empeche=None if state == "termine" else _obstacle(statement, state),
    )


def _state(loaded: LoadedCase, statement: Statement, progress: PlanProgress) -> State:
    case = loaded.case
    if plan_has_lapsed(case, statement):
        return "dechu"
    if not progress.reste:
        return "termine"
    if not progress.manquees:
        return "a-jour"
    # A mise en demeure whose instalment has been paid since gives no notice for the next one.
    if progress.preavis_jusqu_au is None or holds("versement-mis-en-demeure-paye", case, statement):
        return "en-retard"
    return "preavis" if holds("preavis-du-plan-en-cours", case, statement) else "preavis-echu"


def _obstacle(statement: Statement, state: State) -> str | None:
    """The warning that explains why no letter goes; an opening judgment forbids even the instalments to come."""
    codes = ["procedure-collective"] + ([] if state in {"a-jour", "preavis"} else _SILENCED_BY)
    return next((n.message.rstrip(".") for code in codes for n in statement.avertissements if n.code == code), None)


def _letter(loaded: LoadedCase, statement: Statement, state: State) -> tuple[str | None, tuple[str, ...]]:
    """The first letter, among those that can go today, that this state calls for."""
    calls = _CALLS[state]
    if calls == ():
        return None, ()
    for letter, lacking in suggestions(loaded.case, statement, loaded.law, roots_of(loaded)):
        if calls is None or letter.spec.proposer_si in calls:
            return letter.id, lacking
    return None, ()
