"""A claim in insolvency: what was owed on the day of the judgment, until when to say it, what is left to ask.

Every amount comes from the statement. What the debtor paid after the judgment is left out of the count, because
such a payment of an older debt may be undone (C. com. L622-7).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from generator.calendar_fr import ONE_DAY, add_months, is_working_day
from generator.case import Case, Instalment, Invoice, Payment, TitleRetention
from generator.court_costs import CostDue, CourtCostsDue
from generator.errors import InvalidInput
from generator.law import Law
from generator.money import ZERO
from generator.parties import CollectiveProceedings
from generator.proceedings import ClaimDeadlines
from generator.statement import InvoiceStatement, PenaltyDue, Statement, build_statement

# A habit of ours, not a rule of law: from here on, the days left are said loudly.
SHORT_DAYS = 15
DECLARE, PRUDENT, RELIEF, VAT = "declarer", "declarer-par-prudence", "etre-releve", "recuperer-tva"

LimitState = Literal["ouvert", "court", "passe", "inconnu"]


@dataclass(frozen=True)
class Limit:
    """A last day and how far it is; `au_plus_tot` is the earliest it can be while the publication is unknown."""

    code: str
    libelle: str
    le: date | None
    jours_restants: int | None
    etat: LimitState
    articles: tuple[str, ...]
    au_plus_tot: date | None = None

    @property
    def non_ouvrable(self) -> bool:
        """A last day on which nobody takes a registered letter."""
        return self.le is not None and not is_working_day(self.le)


@dataclass(frozen=True)
class Question:
    """What the dossier cannot say and the claim must; `reponse` is None until somebody answers."""

    code: str
    texte: str
    articles: tuple[str, ...]
    reponse: bool | None = None


@dataclass(frozen=True)
class Claim:
    """What to declare. `echues` were due before the judgment, `a_echoir` fall due on it or later."""

    case: Case
    au: date
    procedure: CollectiveProceedings
    echues: tuple[InvoiceStatement, ...]
    a_echoir: tuple[InvoiceStatement, ...]
    posterieures: tuple[Invoice, ...]
    echeancier: tuple[Instalment, ...]
    versements_tardifs: tuple[Payment, ...]
    sous_reserve: tuple[InvoiceStatement, ...]
    hors_reserve: tuple[InvoiceStatement, ...]
    clause_penale: PenaltyDue | None
    frais: tuple[CostDue, ...]
    interets_des_frais: Decimal
    reserve: TitleRetention | None
    delais: tuple[Limit, ...]
    mois_pour_declarer: int
    tribunal_suppose: str | None
    questions: tuple[Question, ...]

    @property
    def factures(self) -> tuple[InvoiceStatement, ...]:
        """Everything declared, due first."""
        return self.echues + self.a_echoir

    @property
    def echu(self) -> Decimal:
        """What was due on the day of the judgment, accessories included, in euros."""
        return _sum(f.solde for f in self.echues)

    @property
    def total(self) -> Decimal:
        """The claim in euros; clause pénale and costs of justice are declared beside it."""
        return _sum(f.solde for f in self.factures)

    @property
    def frais_de_justice(self) -> Decimal:
        """Costs that a decision granted before the judgment, with their interest, in euros."""
        return self.interets_des_frais + _sum(item.reste for item in self.frais)

    @property
    def interets_jusqu_au(self) -> date:
        """The last day that bears interest (C. com. L622-28)."""
        return self.procedure.jugement_le - ONE_DAY

    @property
    def delai(self) -> Limit:
        """The time limit to declare, in the longest reading."""
        return next(limit for limit in self.delais if limit.code == DECLARE)

    @property
    def prudence(self) -> Limit | None:
        """The day to declare by, as long as nobody has checked where the court sits; None when nothing depends on it."""
        return next((limit for limit in self.delais if limit.code == PRUDENT), None)

    @property
    def relever(self) -> Limit:
        """The time limit to ask for relief."""
        return next(limit for limit in self.delais if limit.code == RELIEF)

    @property
    def tva(self) -> Limit | None:
        """The time limit to take back the VAT of these invoices; None outside liquidation, or without VAT."""
        return next((limit for limit in self.delais if limit.code == VAT), None)

    @property
    def hors_delai(self) -> bool:
        """Too late, and not declared in time."""
        declared = self.procedure.declaree_le
        in_time = declared is not None and self.delai.le is not None and declared <= self.delai.le
        return self.delai.etat == "passe" and not in_time


def build_claim(case: Case, law: Law, au: date, *, paiement_differe: bool | None = None) -> Claim:
    """The claim of this dossier as known on `au`.

    `paiement_differe` answers the one question that changes the interest: None leaves it asked. InvalidInput when the
    dossier has no collective proceedings by that day.
    """
    proceedings = case.debiteur.procedure_collective
    if proceedings is None:
        raise InvalidInput(
            "debiteur.procedure_collective : aucune procédure n'est ouverte à cette date au dossier ; y écrire type, "
            "jugement_le et publication_bodacc_le, lus sur l'annonce du BODACC"
        )
    judgment = proceedings.jugement_le
    before = {f.numero for f in case.factures if _born(f) < judgment}
    late = tuple(
        p for p in case.paiements if judgment <= p.recu_le <= au and (p.facture is None or p.facture in before)
    )
    kept = tuple(p for p in case.paiements if p not in late)
    statement = build_statement(case.model_copy(update={"paiements": kept}), law, au)
    owed = [f for f in statement.factures if f.numero in before and f.solde]
    reserve = case.reserve_de_propriete
    deadlines = statement.delais_procedure
    assert deadlines is not None  # there are proceedings
    return Claim(
        case=case,
        au=au,
        procedure=proceedings,
        echues=tuple(f for f in owed if f.echeance < judgment),
        a_echoir=tuple(f for f in owed if f.echeance >= judgment),
        posterieures=tuple(f for f in case.factures if f.numero not in before),
        echeancier=_instalments(case, statement, judgment),
        versements_tardifs=late,
        clause_penale=statement.clause_penale,
        frais=_costs_before(statement.frais_de_justice, judgment),
        interets_des_frais=statement.frais_de_justice.interets if statement.frais_de_justice else ZERO,
        reserve=reserve,
        sous_reserve=statement.sous_reserve,
        hors_reserve=statement.hors_reserve,
        delais=(
            *_limits(proceedings, deadlines, au, bool(statement.sous_reserve)),
            *_vat_limit(proceedings, law, au, owed),
        ),
        mois_pour_declarer=deadlines.mois_pour_declarer,
        tribunal_suppose=deadlines.tribunal_suppose,
        questions=_questions(paiement_differe, bool(proceedings.juridiction_saisie)),
    )


def _born(invoice: Invoice) -> date:
    """A claim is born when the work is done or the goods delivered, not when it is invoiced."""
    return invoice.executee_le or invoice.emise_le


def _instalments(case: Case, statement: Statement, judgment: date) -> tuple[Instalment, ...]:
    """What a plan signed before the judgment put off beyond it: these are the dates to declare."""
    plan, progress = case.plan, statement.suivi_plan
    if plan is None or progress is None or plan.signe_le is None or plan.signe_le >= judgment:
        return ()
    if plan.decheance_le and plan.decheance_le < judgment:
        return ()
    return tuple(Instalment(le=e.le, montant=e.montant) for e in progress.echeances if e.le >= judgment)


def _costs_before(costs: CourtCostsDue | None, judgment: date) -> tuple[CostDue, ...]:
    return tuple(item for item in costs.postes if item.le < judgment and item.reste) if costs else ()


def _limits(
    proceedings: CollectiveProceedings, deadlines: ClaimDeadlines, au: date, retention: bool
) -> tuple[Limit, ...]:
    unknown = proceedings.publication_bodacc_le is None
    articles = ("c-com-l622-24", "c-com-r622-24")

    def earliest(months: int) -> date | None:
        # Nothing is published before the judgment: the real last day cannot come sooner.
        return add_months(proceedings.jugement_le, months) if unknown else None

    rows: list[tuple[str, str, date | None, tuple[str, ...], date | None]] = []
    label = "Déclarer la créance"
    if deadlines.tribunal_suppose:
        day = deadlines.declarer_par_prudence_le
        rows.append((PRUDENT, f"{label}, par prudence", day, articles, earliest(deadlines.mois_par_prudence)))
        label = f"{label}, si le tribunal siège {deadlines.tribunal_suppose}"
    rows.append((DECLARE, label, deadlines.declarer_avant_le, articles, earliest(deadlines.mois_pour_declarer)))
    if retention:
        rows.append(("revendiquer", "Revendiquer les biens", deadlines.revendiquer_avant_le, ("c-com-l624-9",), None))
    rows.append((RELIEF, "Demander un relevé de forclusion", deadlines.relever_avant_le, ("c-com-l622-26",), None))
    return tuple(_limit(*row, au=au) for row in rows)


def _vat_limit(
    proceedings: CollectiveProceedings, law: Law, au: date, owed: Sequence[InvoiceStatement]
) -> Iterator[Limit]:
    """CGI 272: the judgment that pronounces liquidation makes the claim lost; nothing else in a dossier does.

    The dossier only knows the opening judgment: when a liquidation followed a redressement, the real day is later.
    """
    if proceedings.type != "liquidation":
        return
    if all(f.facture.montant_tva == ZERO for f in owed if f.principal):
        return
    period = law.value("delais-fiscaux", on=proceedings.jugement_le, cle="recuperation-tva")
    last = date(proceedings.jugement_le.year + int(period.valeur), 12, 31)
    yield _limit(VAT, "Récupérer la TVA", last, period.articles, None, au=au)


def vat_limit(case: Case, statement: Statement, law: Law) -> Limit | None:
    """Until when the VAT of what is still owed can be taken back; None outside liquidation, or without VAT."""
    proceedings = case.debiteur.procedure_collective
    if proceedings is None:
        return None
    owed = [f for f in statement.factures if f.solde and _born(f.facture) < proceedings.jugement_le]
    return next(_vat_limit(proceedings, law, statement.au, owed), None)


def _limit(
    code: str, label: str, last: date | None, articles: tuple[str, ...], earliest: date | None, *, au: date
) -> Limit:
    if last is None:
        return Limit(code, label, None, None, "inconnu", articles, earliest)
    left = (last - au).days
    state: LimitState = "passe" if left < 0 else "court" if left <= SHORT_DAYS else "ouvert"
    return Limit(code, label, last, left, state, articles)


def _questions(deferred: bool | None, sued: bool) -> tuple[Question, ...]:
    return (
        Question(
            "paiement-differe",
            "Est-ce un prêt d'un an ou plus, ou un contrat à paiement différé d'un an ou plus ? Ses intérêts ne s'arrêtent "
            "alors pas au jugement, et la déclaration doit dire comment ils se calculent.",
            ("c-com-l622-28", "c-com-r622-23"),
            deferred,
        ),
        Question(
            "suretes",
            "Une caution, un gage, un nantissement ou un privilège garantit-il la créance ? Le dossier ne connaît que la "
            "réserve de propriété : ce que la déclaration tait risque d'être perdu.",
            ("c-com-l622-25", "c-com-r622-23"),
        ),
        Question(
            "non-facture",
            "Avez-vous livré ou travaillé avant le jugement sans avoir encore facturé ? Cela se déclare aussi, au besoin "
            "pour une évaluation.",
            ("c-com-l622-24", "c-com-r622-23"),
        ),
        Question(
            "dettes-reciproques",
            "Devez-vous de l'argent à ce client ? Deux dettes liées peuvent en principe se compenser : déclarer le tout et "
            "le signaler.",
            ("c-com-l622-7",),
        ),
        Question(
            "proces-en-cours",
            "Un procès est-il en cours sur cette créance ? La déclaration doit nommer le juge saisi : l'écrire au dossier "
            "(debiteur.procedure_collective.juridiction_saisie).",
            ("c-com-r622-23",),
            True if sued else None,
        ),
    )


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)
