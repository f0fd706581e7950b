"""What a portfolio needs to know of one dossier on one day, in a value small enough to keep ten thousand.

Amounts are euros (`Decimal`), days are dates. `take` is in `reading.py`; agenda, batch, dashboard and rating
read these values and nothing else.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from generator.money import ZERO
from generator.parties import DebtorKind


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One invoice on the day: `principal`, `penalites`, `indemnite` remain due; `conteste` is part of `principal`.

    `soldee_le` is the day its principal reached zero, None while some is owed; `jours_de_retard` stops there.
    `reglements` are the payments that went to its principal, day by day: interest takes its share first.
    """

    numero: str
    emise_le: date
    echeance: date
    montant_ttc: Decimal
    avoirs: Decimal
    paiements: Decimal
    principal: Decimal
    penalites: Decimal
    indemnite: Decimal
    conteste: Decimal
    jours_de_retard: int
    soldee_le: date | None
    reglements: tuple[tuple[date, Decimal], ...] = ()

    @property
    def solde(self) -> Decimal:
        """All that remains due on it."""
        return self.principal + self.penalites + self.indemnite


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise: `tenue` is None while it runs; `montant` is None when no sum was said, anything received then keeps it."""

    recue_le: date
    payer_le: date
    montant: Decimal | None
    tenue: bool | None


@dataclass(frozen=True, slots=True)
class InstalmentView:
    """One instalment of a signed plan and what has been paid of it."""

    le: date
    montant: Decimal
    paye: Decimal


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a reminder does not go: a stable code, a French sentence, and the last day it holds when there is one."""

    code: str
    phrase: str
    jusqu_au: date | None = None


StepState = Literal["a-faire", "a-valider", "preparee", "bloquee", "a-venir"]


@dataclass(frozen=True, slots=True)
class Step:
    """The next message about some invoices of a dossier.

    `niveau` names the level of the strategy, or the letter the case itself calls for; `le` is the planned
    day, in the past when it is late; `montant` what will be asked for (what is past due and not contested,
    accessories included), zero for a letter that claims nothing. `adresse` is the e-mail address for a message by e-mail.
    """

    niveau: str
    lettre: str | None
    canal: str
    ton: str | None
    le: date
    factures: tuple[str, ...]
    montant: Decimal
    motif: str
    etat: StepState
    arrets: tuple[Stop, ...] = ()
    remarques: tuple[str, ...] = ()
    preparee_le: date | None = None
    appelee: bool = False  # the case itself calls for this letter, not the strategy


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that counts: `code` is stable and unique in its dossier, `phrase` a French sentence.

    `libelle` says what the period is for, `sinon` what happens when nobody acts, `articles` (ids) where it comes from;
    `a_confirmer` when the rule is not established with certainty. `prochaine`: the next day a judge's decision brings,
    or one that is close for the time it takes, shown however far it is.
    """

    le: date
    code: str
    phrase: str
    libelle: str = ""
    sinon: str = ""
    articles: tuple[str, ...] = ()
    a_confirmer: bool = False
    prochaine: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter made for sending, as the journal tells it; `envoyee` once its sending was confirmed.

    `fichiers` are (name, SHA-256), relative to `relances/<le>/<dossiers[0]>/` of the company's folder.
    """

    le: date
    lettre: str
    niveau: str | None
    canal: str
    factures: tuple[str, ...]
    dossiers: tuple[str, ...]
    fichiers: tuple[tuple[str, str], ...]
    reponse_avant_le: date | None
    envoyee: bool
    a_joindre: str = ""  # enclosures the letter announces and the dossier does not hold


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One dossier on the day `au`. What is dated later does not exist (payments, promises, journal…)."""

    fichier: Path
    reference: str
    au: date
    debiteur: str
    qualite: DebtorKind
    cle_debiteur: str  # the same for every dossier of one debtor: SIREN, else name and postal code
    ville: str
    factures: tuple[InvoiceView, ...]
    credit: Decimal
    promesses: tuple[PromiseView, ...]
    plan: tuple[InstalmentView, ...]
    strategie: str | None
    regroupement: str
    niveau: str | None  # last level sent
    procedure_collective: bool
    etapes: tuple[Step, ...]
    echeances: tuple[Deadline, ...]
    remarques: tuple[str, ...] = ()
    preparees: tuple[Prepared, ...] = ()  # those of the day, and those still to be confirmed
    cle_envoi: str = ""  # equal for two dossiers that one letter may be about; empty unless grouped by debtor

    @property
    def solde(self) -> Decimal:
        """All that remains due, accessories included, whether past due or not."""
        return sum((f.solde for f in self.factures), ZERO)

    @property
    def principal(self) -> Decimal:
        """What remains of the invoices themselves."""
        return sum((f.principal for f in self.factures), ZERO)

    @property
    def echu(self) -> Decimal:
        """What remains of the invoices past their due date."""
        return sum((f.principal for f in self.factures if f.echeance < self.au), ZERO)


@dataclass(frozen=True, slots=True)
class Broken:
    """A dossier that could not be read: its sentences, and nothing else."""

    fichier: Path
    problemes: tuple[str, ...]
