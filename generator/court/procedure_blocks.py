"""The blocks a file of `procedures/` is made of: costs, time limits, documents, conditions, the act to write.

A duration a law table holds is read there; a threshold is named, never typed.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from generator.calendar_fr import ONE_DAY
from generator.fields import Amount, AmountOrZero, Block, Day, Text, Yes
from generator.judicial_pieces import Nature
from generator.law import Law
from generator.parties import DebtorKind

Confidence = Literal["haute", "moyenne", "basse"]
Base = Literal["principal", "principal-et-interets", "demande"]
Court = Literal["commerce", "judiciaire", "selon", "execution", "administratif", "europe", "aucun"]
Test = Literal[
    "creance-echue", "sans-procedure-collective", "non-prescrit", "non-conteste", "en-vigueur", "qualite",
    "debiteur-en-france", "transfrontalier", "montant", "tribunal-de-commerce", "tribunal-judiciaire",
    "tribunal-connu", "entre-commercants", "pas-entre-commercants", "tentative-amiable", "question",
]  # fmt: skip
UNITS = {"annees": ("an", "ans"), "jours": ("jour", "jours"), "mois": ("mois", "mois")}


class Origin(Block):
    """Where a cost was read."""

    texte: Text
    url: Text | None = None


class Slice(Block):
    """Part of a scale: `coefficient` holds up to `jusqu_a` euros included, or without limit when absent."""

    jusqu_a: Amount | None = None
    coefficient: AmountOrZero


class Need(Block):
    """When a cost is due: before which court, beyond which threshold of the table `seuils`."""

    tribunal: Literal["commerce", "judiciaire"] | None = None
    au_dela: Text | None = None
    tae: Yes = False


class Cost(Block):
    """One expense: an amount (times the coefficient of its slice), a range, or words when no amount is known.

    `rang` orders the rows, whichever file they come from: the smallest first.
    """

    id: Text
    rang: int = 50
    poste: Text
    montant: Text | None = None
    min: AmountOrZero | None = None
    max: AmountOrZero | None = None
    unite: Literal["EUR", "EUR HT", "EUR TTC"] | None = None
    tranches: tuple[Slice, ...] = ()
    quand: Need = Need()
    etat_le: Day
    confiance: Confidence
    sources: tuple[Origin, ...] = Field(min_length=1)
    note: Text | None = None
    entreprise: Yes = False

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.montant is None) == (self.min is None or self.max is None):
            raise ValueError("écrire montant, ou min et max")
        if self.unite is None and (self.montant is None or number(self.montant) is not None):
            raise ValueError("dire l'unité du montant : EUR, EUR HT ou EUR TTC")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min dépasse max : les échanger")
        if self.tranches and (number(self.montant or "") is None or self.tranches[-1].jusqu_a is not None):
            raise ValueError("un barème part d'un montant, et sa dernière tranche n'a pas de jusqu_a")
        return self


class Period(Block):
    """Rules that hold for decisions given from `depuis`, or before `avant`."""

    id: Text
    titre: Text
    depuis: Day | None = None
    avant: Day | None = None
    articles: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.depuis is None) == (self.avant is None):
            raise ValueError("écrire depuis, ou avant")
        return self

    def holds(self, on: date) -> bool:
        """Whether a decision of that day follows these rules."""
        return on >= self.depuis if self.depuis else self.avant is not None and on < self.avant

    @property
    def day(self) -> date:
        """A day on which these rules hold."""
        if self.depuis:
            return self.depuis
        assert self.avant is not None
        return self.avant - ONE_DAY


class Delay(Block):
    """One time limit: in words (`delai`), or read in a law table (`table`, `cle`); `regime` names its period.

    `tribunal` is set when it only exists before one of the two courts a route may lead to; `rang` orders the rows.
    """

    id: Text
    rang: int = 50
    etape: Text
    delai: Text | None = None
    table: Text | None = None
    cle: Text | None = None
    regime: Text | None = None
    tribunal: Literal["commerce", "judiciaire"] | None = None
    depart: Text
    articles: tuple[Text, ...] = ()
    confiance: Confidence = "haute"
    note: Text | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.delai is None) == (self.table is None):
            raise ValueError("écrire delai, ou table et cle")
        return self

    def length(self, law: Law, on: date) -> str:
        """« 3 mois », in force on a day. InvalidInput when the table says nothing of it."""
        if self.delai is not None:
            return self.delai
        assert self.table is not None
        value = law.value(self.table, on, self.cle)
        one, many = UNITS[law.table(self.table).unite]
        return f"{value.valeur:f}\u00a0{one if value.valeur < 2 else many}"


class Piece(Block):
    """A document to bring. One of `chemins` of the dossier, or an `evenement` of the journal, shows it.

    In a bundle an exhibit of one of its `natures` proves it, or the bundle writes it itself (`ecrite_ici`).
    """

    id: Text
    texte: Text
    bloquant: Yes = False
    chemins: tuple[Text, ...] = ()
    evenement: Text | None = None
    natures: tuple[Nature, ...] = ()
    ecrite_ici: Yes = False
    pour: tuple[DebtorKind, ...] = ()


class Act(Block):
    """What a bundle writes for the judge: its template in `letters/_actes`, its name, the names of the two sides.

    `sommes_seules` leaves out what runs on after the day; `remise` says what to do with it once complete.
    """

    modele: Text
    titre: Text
    demandeur: Text = "Le requérant"
    defendeur: Text = "Le débiteur"
    sommes_seules: Yes = False
    remise: Text = "signer, puis déposer"


class Form(Block):
    """An official form, optional unless said."""

    numero: Text
    objet: Text
    notice: Text | None = None
    obligatoire: Yes = False


class Lawyer(Block):
    """Whether a lawyer is needed: never, always, beyond a threshold (`seuil`), or uncertain beyond it."""

    regle: Literal["jamais", "au-dela", "a-verifier-au-dela", "toujours", "a-verifier"]
    seuil: Text | None = None
    note: Text | None = None
    articles: tuple[Text, ...] = ()
    faits: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _threshold(self) -> Self:
        if self.regle.endswith("au-dela") != (self.seuil is not None):
            raise ValueError("écrire seuil avec au-dela, et seulement avec lui")
        return self


class CourtRule(Block):
    """Who decides: `juge` is computed from the parties when `selon`; `regle` says it in words."""

    juge: Court
    formation: Text | None = None
    regle: Text
    articles: tuple[Text, ...] = ()


class Condition(Block):
    """A named test on the dossier. Not met, it closes the route with `ferme`; when `bloquant: non`, it asks `question`."""

    id: Text
    test: Test
    bloquant: Yes = True
    ferme: Text | None = None
    question: Text | None = None
    parmi: tuple[DebtorKind, ...] = ()
    base: Base = "demande"
    seuil: Text | None = None
    depuis: Day | None = None
    articles: tuple[Text, ...] = ()
    faits: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.bloquant and self.ferme is None:
            raise ValueError("écrire ferme : la phrase qui dit pourquoi la voie est fermée")
        if (not self.bloquant or self.test == "question") and self.question is None:
            raise ValueError("écrire question : ce qu'il faut vérifier")
        needed = {
            "montant": self.seuil,
            "tentative-amiable": self.seuil,
            "qualite": self.parmi,
            "en-vigueur": self.depuis,
        }
        if self.test in needed and not needed[self.test]:
            raise ValueError("il manque seuil, parmi ou depuis, selon le test")
        return self


class Ending(Block):
    """What ends the route, and what then."""

    evenement: Text
    effet: Text


class Remark(Block):
    """What to know before choosing, for some debtors only when `pour` names them."""

    texte: Text
    pour: tuple[DebtorKind, ...] = ()
    articles: tuple[Text, ...] = ()


class Procedure(Block):
    """One file of `procedures/`; `reprend` adds what other files hold, `rubrique` is the section of the cost page."""

    id: Text
    voie: Yes = True
    reprend: tuple[Text, ...] = ()
    rubrique: Text | None = None
    ordre: int
    titre: Text
    resume: Text
    page: Text
    verifie_le: Day
    a_revoir_le: Day
    etat: Literal["applicable", "a-verifier"] = "applicable"
    conditions: tuple[Condition, ...] = ()
    tribunal: CourtRule | None = None
    couts: tuple[Cost, ...] = ()
    delais: tuple[Delay, ...] = ()
    regimes: tuple[Period, ...] = ()
    pieces: tuple[Piece, ...] = ()
    formulaires: tuple[Form, ...] = ()
    avocat: Lawyer | None = None
    acte: Act | None = None
    suite: Text | None = None
    issue: tuple[Ending, ...] = ()
    a_savoir: tuple[Remark, ...] = ()
    articles: tuple[Text, ...] = ()
    faits: tuple[Text, ...] = ()

    @property
    def section(self) -> str:
        """The section of the cost page its rows belong to."""
        return self.rubrique or self.id

    @property
    def textes(self) -> tuple[str, ...]:
        """Every text it cites, in order, once."""
        blocks: list[Any] = [
            self, *self.conditions, *self.delais, *self.regimes, *self.a_savoir, *filter(None, [self.tribunal, self.avocat])
        ]  # fmt: skip
        return tuple(dict.fromkeys(article for block in blocks for article in block.articles))

    def delays_on(self, on: date) -> tuple[tuple[Delay, date], ...]:
        """The time limits of a decision given on a day, each with the day its table is read on."""
        held = {period.id for period in self.regimes if period.holds(on)}
        return tuple((delay, on) for delay in self.delais if delay.regime is None or delay.regime in held)


def number(text: str) -> Decimal | None:
    """`25.79` as an amount; None for words such as « à demander »."""
    try:
        return Decimal(text) if text[:1].isdigit() else None
    except ArithmeticError:
        return None
