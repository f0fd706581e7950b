"""The named tests of the procedure files: what a dossier says of a condition.

A test answers True (met), False (not met), or the id of the question whose answer is missing. What the user has
answered (`--oui`, `--non`) is a fact like any other. Nothing legal is written here: thresholds, States, forms of
companies and dates come from the data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from generator.calendar_fr import list_fr, short_date
from generator.case import Case
from generator.court.after_order import order_deadlines
from generator.court.places import places
from generator.court.procedure_blocks import Base, Condition
from generator.judicial_decision import Decision
from generator.law import Law
from generator.money import ZERO, euros
from generator.service import ORDER, has_lapsed, service_period
from generator.statement import Statement

Answer = bool | str
# The only route that a provisional decision leaves: it settles nothing for good.
MERITS = "fond"
# Made to wait for a title: an order that can still be opposed leaves it, and any other decision does without its judge.
CONSERVATORY = "saisie-conservatoire"


@dataclass(frozen=True)
class Claim:
    """What a threshold counts, in euros: between `bas` and `haut` when the text leaves a doubt."""

    bas: Decimal
    haut: Decimal


@dataclass(frozen=True)
class Facts:
    """What is known of a dossier on the day of its statement; `answers` are the user's, by question."""

    statement: Statement
    law: Law
    answers: Mapping[str, bool] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The dossier."""
        return self.statement.case

    @property
    def au(self) -> date:
        """The day of the statement."""
        return self.statement.au

    @property
    def kind(self) -> str | None:
        """The debtor's kind for procedure; None for a public undertaking whose contract is not known to be public."""
        kind = self.case.debiteur.qualite
        if kind == "public" and self.case.conditions.secteur == "public-entreprise":
            administrative = self.said("contrat-administratif")
            return None if administrative is None else "public" if administrative else "professionnel"
        return kind

    @property
    def contested(self) -> Decimal:
        """What the debtor contests of what is due, in euros."""
        return sum((invoice.montant_conteste for invoice in self.statement.echues), ZERO)

    def said(self, question: str) -> bool | None:
        """The answer to a question: the user's, else the dossier's; None when neither says."""
        if question in self.answers:
            return self.answers[question]
        if question == "debiteur-commercant":
            return self.case.debiteur.commercant
        if question == "creancier-commercant":
            form = (self.case.creancier.forme or "").upper().replace(".", "")
            if form in places().formes_commerciales.formes:
                return True
            return False if form in places().formes_civiles.formes else None
        return None

    def claim(self, base: Base) -> Claim:
        """What is past its due date, counted as `base` says.

        `principal`: without interest or costs; the 40 € are costs or not, the text does not say.
        `principal-et-interets`: the same doubt. `demande`: everything asked, a clause pénale included or not.
        """
        due = self.statement.exigible
        if base == "demande":
            penalty = self.statement.clause_penale
            return Claim(due.solde, due.solde + (penalty.montant if penalty else ZERO))
        low = due.principal + (due.penalites if base == "principal-et-interets" else ZERO)
        return Claim(low, low + due.indemnites)

    def threshold(self, key: str) -> Decimal:
        """A threshold of the table `seuils` in force, in euros."""
        return self.law.value("seuils", self.au, key).valeur

    def words(self, condition: Condition | None = None) -> dict[str, str]:
        """What the sentences of a condition may name."""
        proceedings, period = self.case.debiteur.procedure_collective, self.statement.prescription
        claim = self.claim(condition.base if condition else "demande")
        return {
            "au": short_date(self.au),
            "jugement": short_date(proceedings.jugement_le) if proceedings else "",
            "prescrite": short_date(period.jusqu_au) if period else "",
            "conteste": euros(self.contested),
            "bas": euros(claim.bas),
            "haut": euros(claim.haut),
            "seuil": euros(self.threshold(condition.seuil)) if condition and condition.seuil else "",
            "pays_creancier": self.case.creancier.adresse.pays,
            "pays_debiteur": self.case.debiteur.adresse.pays,
        }


def courts(facts: Facts) -> tuple[Answer, Answer]:
    """Whether the tribunal de commerce, then the tribunal judiciaire, may hear a claim against this debtor.

    Both when a claimant who is neither merchant nor craftsman sues a merchant: the choice is theirs. C. com. L721-3
    counts craftsmen with merchants since 2022; an acte de commerce (a bill of exchange) is left to the sentences.
    """
    if facts.kind is None:
        return "contrat-administratif", "contrat-administratif"
    if facts.kind != "professionnel":
        return False, facts.kind == "particulier"
    debtor = _trader(facts, "debiteur")
    if debtor is not True:
        return (debtor, debtor) if isinstance(debtor, str) else (False, True)
    creditor = _trader(facts, "creancier")
    if facts.said("debiteur-commercant"):
        # A merchant can always be sued there; elsewhere only by who is neither merchant nor craftsman.
        return True, creditor if isinstance(creditor, str) else not creditor
    return creditor, creditor if isinstance(creditor, str) else not creditor


def _trader(facts: Facts, who: str) -> Answer:
    """Merchant or craftsman, or the first question that is not answered."""
    merchant = facts.said(f"{who}-commercant")
    if merchant is None:
        return f"{who}-commercant"
    craftsman = facts.said(f"{who}-artisan")
    if merchant or craftsman:
        return True
    return f"{who}-artisan" if craftsman is None else False


def _both_merchants(facts: Facts) -> Answer:
    """Two merchants: False as soon as one is not."""
    found = {who: facts.said(f"{who}-commercant") for who in ("debiteur", "creancier")}
    if False in found.values() or facts.kind != "professionnel":
        return False
    return next((f"{who}-commercant" for who, said in found.items() if said is None), True)


def _kind(facts: Facts, condition: Condition) -> Answer:
    return "contrat-administratif" if facts.kind is None else facts.kind in condition.parmi


def _cross_border(facts: Facts, condition: Condition) -> Answer:
    ours, theirs = facts.case.creancier.adresse.pays, facts.case.debiteur.adresse.pays
    both_french = {ours, theirs} <= set(places().france)
    return places().european(ours) and places().european(theirs) and ours != theirs and not both_french


def _within(facts: Facts, condition: Condition) -> Answer:
    """At most the threshold; a doubt when only what the text may leave out goes beyond it."""
    assert condition.seuil is not None
    claim, limit = facts.claim(condition.base), facts.threshold(condition.seuil)
    if claim.haut <= limit:
        return True
    return False if claim.bas > limit or condition.question is None else condition.question


def _known_court(facts: Facts, condition: Condition) -> Answer:
    commerce, judiciaire = courts(facts)
    if commerce is True or judiciaire is True:
        return True
    return next((answer for answer in (commerce, judiciaire) if isinstance(answer, str)), False)


def _amicable(facts: Facts, condition: Condition) -> Answer:
    """An attempt is needed before the tribunal judiciaire only, up to the threshold (CPC 750-1)."""
    assert condition.seuil is not None
    commerce, judiciaire = courts(facts)
    if commerce is True or judiciaire is False:
        return True
    return facts.claim("demande").bas > facts.threshold(condition.seuil)


def _not_both_merchants(facts: Facts, condition: Condition) -> Answer:
    if condition.depuis and facts.au < condition.depuis:
        return True
    both = _both_merchants(facts)
    return both if isinstance(both, str) else not both


def _not_time_barred(facts: Facts, condition: Condition) -> Answer:
    period = facts.statement.prescription
    return period is None or facts.au <= period.jusqu_au


def _free_of_proceedings(facts: Facts) -> bool:
    proceedings = facts.case.debiteur.procedure_collective
    return proceedings is None or proceedings.jugement_le > facts.au


def judged(facts: Facts, route: str) -> tuple[str, tuple[str, ...]] | None:
    """Why a decision of the dossier closes a route, as (French sentence, articles); None when none does.

    A decision can only be about what was already late; what fell due after it needs a dossier of its own. Collective
    proceedings say more than any decision, and close every route by themselves.
    """
    decision = facts.case.decision
    if decision is None or decision.type == "autre" or decision.rendue_le > facts.au:
        return None
    late = facts.statement.echues
    about = [f.numero for f in late if f.echeance < decision.rendue_le]
    if not about or not _free_of_proceedings(facts):
        return None
    if decision.type == "refere" and route == MERITS:
        return None
    if route == CONSERVATORY and not _lapsed(facts, decision):
        if _may_be_opposed(facts, decision):
            return None
        sentence, articles = _without_leave(decision)
    else:
        sentence, articles = _ruled(facts, decision)
    if others := [f.numero for f in late if f.numero not in about]:
        sentence += f" Elle ne peut pas porter sur {list_fr(others)}, en retard depuis : ouvrir un dossier à part."
    return sentence, articles


def _without_leave(decision: Decision) -> tuple[str, tuple[str, ...]]:
    return (
        f"Avec la décision du {short_date(decision.rendue_le)}, l'autorisation d'un juge n'est pas nécessaire, même si elle "
        "n'est pas encore exécutoire : voir avec un commissaire de justice.",
        ("cpce-l511-2",),
    )


def _lapsed(facts: Facts, decision: Decision) -> bool:
    return has_lapsed(decision, facts.law, facts.au)


def _may_be_opposed(facts: Facts, decision: Decision) -> bool:
    """Whether an order to pay is opposed, or its first month is not over: it is then no decision for CPCE L511-2.

    Cass. 2e civ., 13 septembre 2007, n° 06-14.730.
    """
    if decision.type != ORDER:
        return False
    if decision.opposition_le and decision.opposition_le <= facts.au:
        return True
    if decision.executoire_le and decision.executoire_le <= facts.au:
        return False
    first_month = [d for d in order_deadlines(facts.case, facts.law, facts.au) if d.code == "opposition"]
    return not first_month or not first_month[0].passed(facts.au)


def _ruled(facts: Facts, decision: Decision) -> tuple[str, tuple[str, ...]]:
    day = short_date(decision.rendue_le)
    if decision.type == "refere":
        return (
            f"Une ordonnance de référé du {day} statue déjà, à titre provisoire, sur cette dette : il reste à la faire "
            "signifier et exécuter, ou à saisir le juge du fond.",
            () if facts.case.debiteur.qualite == "public" else ("cpc-488",),
        )
    if decision.opposition_le and decision.opposition_le <= facts.au:
        opposed = short_date(decision.opposition_le)
        return f"Opposition formée le {opposed} contre l'ordonnance du {day} : l'instance est en cours.", ("cpc-1416",)
    if _lapsed(facts, decision):
        period = service_period(decision, facts.law)
        assert period is not None
        return (
            f"Une ordonnance du {day} est au dossier, sans signification avant la fin du délai, le "
            f"{short_date(period.dernier_jour)} : corriger decision.signifiee_le, ou, si l'ordonnance est non avenue, "
            "retirer decision du dossier.",
            ("cpc-1411",),
        )
    left = "la faire exécuter" if decision.signifiee_le else "la faire signifier et exécuter"
    return f"Une décision du {day} statue déjà sur cette dette : il reste à {left}.", ("c-civ-1355",)


def _in_force(facts: Facts, condition: Condition) -> Answer:
    return condition.depuis is not None and facts.au >= condition.depuis


# Every test a procedure file may name.
TESTS: dict[str, Callable[[Facts, Condition], Answer]] = {
    "creance-echue": lambda facts, condition: bool(facts.statement.echues),
    "sans-procedure-collective": lambda facts, condition: _free_of_proceedings(facts),
    "non-prescrit": _not_time_barred,
    "non-conteste": lambda facts, condition: not facts.contested,
    "en-vigueur": _in_force,
    "qualite": _kind,
    "debiteur-en-france": lambda facts, condition: facts.case.debiteur.adresse.pays in places().france,
    "transfrontalier": _cross_border,
    "montant": _within,
    "tribunal-de-commerce": lambda facts, condition: courts(facts)[0],
    "tribunal-judiciaire": lambda facts, condition: courts(facts)[1],
    "tribunal-connu": _known_court,
    "entre-commercants": lambda facts, condition: _both_merchants(facts),
    "pas-entre-commercants": _not_both_merchants,
    "tentative-amiable": _amicable,
    "question": lambda facts, condition: condition.question or False,
}
