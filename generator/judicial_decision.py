"""Dossier blocks of a court decision: what was ordered, when, and what it cost."""

from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from generator.calendar_fr import short_date
from generator.fields import Amount, Block, Day, Text

DecisionType = Literal["ordonnance-injonction", "jugement", "refere", "titre-l126", "autre"]


class CapitalisationTerms(Block):
    """Interest on interest (C. civ. 1343-2), asked in court or agreed on `demandee_le`.

    `premiere_le` is the day of the first capitalisation when the decision fixes it.
    """

    demandee_le: Day
    premiere_le: Day | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        if self.premiere_le and self.premiere_le < self.demandee_le:
            raise ValueError("la première capitalisation précède la demande : corriger demandee_le ou premiere_le")
        return self


class Cost(Block):
    """One item of dépens, or of costs paid since the decision; without `le`, it is of the day of the decision."""

    libelle: Text
    montant: Amount
    le: Day | None = None


class Article700(Block):
    """What the court grants for costs outside the dépens (CPC 700); `le` is the day of the decision when absent."""

    montant: Amount
    le: Day | None = None


class Decision(Block):
    """The title against the debtor.

    `montant` is the principal ordered. `interets` says at which rate the principal runs after the
    decision; `interets_depuis` is the day from which the decision counts the legal rate, that day
    excluded, and then replaces every interest before it. The last four dates follow an order: served
    in what manner, first act served in person or first seizure, invitation and notice of the registry.
    """

    type: DecisionType
    juridiction: Text | None = None
    rendue_le: Day
    signifiee_le: Day | None = None
    signification: Literal["personne", "autre"] | None = None
    executoire_le: Day | None = None
    opposition_le: Day | None = None
    interets: Literal["penalites", "legal"]
    interets_depuis: Day | None = None
    montant: Amount | None = None
    depens: tuple[Cost, ...] = ()
    article_700: Article700 | None = None
    frais: tuple[Cost, ...] = ()
    premier_acte_le: Day | None = None
    invitation_greffe_le: Day | None = None
    avis_opposition_le: Day | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        problems = []
        for name in ("signifiee_le", "executoire_le", "opposition_le", "premier_acte_le"):
            day = getattr(self, name)
            if day and day < self.rendue_le:
                problems.append(f"{name} précède rendue_le : corriger l'une des deux dates")
        for name in ("invitation_greffe_le", "avis_opposition_le"):
            day = getattr(self, name)
            if day and not self.opposition_le:
                problems.append(f"{name} suppose une opposition : écrire opposition_le, ou supprimer {name}")
            elif day and self.opposition_le and day < self.opposition_le:
                problems.append(f"{name} précède opposition_le : corriger l'une des deux dates")
        if self.opposition_le and self.type != "ordonnance-injonction":
            problems.append("opposition_le ne vaut que pour une ordonnance-injonction : la supprimer, ou corriger type")
        if self.type == "ordonnance-injonction" and self.executoire_le:
            problems += self._enforceable_too_soon(self.executoire_le)
        if self.signification and not self.signifiee_le:
            problems.append("signification sans date : écrire signifiee_le")
        if self.interets_depuis and self.interets != "legal":
            problems.append("interets_depuis ne vaut qu'avec le taux légal : écrire interets: legal, ou la supprimer")
        if self.article_700 and self.type == "titre-l126":
            problems.append("article_700 suppose un juge : le supprimer, ou corriger type")
        if problems:
            raise ValueError(" ; ".join(problems))
        return self

    def _enforceable_too_soon(self, day: date) -> list[str]:
        """What is wrong with an order enforceable on `day`: not served, or the time it must wait is not over."""
        from generator.law import load_law
        from generator.service import enforcement_wait

        wait, first = enforcement_wait(self, load_law())
        if first and day >= first:
            return []
        what = f"écrire le {short_date(first)} ou un jour plus tardif" if first else "écrire signifiee_le"
        return [
            f"executoire_le : une ordonnance d'injonction du {short_date(self.rendue_le)} n'est exécutoire qu'après "
            f"{wait.valeur} mois à compter de sa signification, dernier jour compris, sans opposition (CPC, art. 1422, 641 et 642) ; {what}"
        ]
