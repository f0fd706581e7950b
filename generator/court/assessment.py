"""Which routes a dossier opens, closes or leaves to be checked, on a day: information, never advice.

    routes (data) + Facts (dossier, statement, law, answers) -> Assessment per route

A condition not met closes its route and says why; one whose answer is missing leaves it to be checked, with the
question. The order is: open, to be checked, closed; inside, that of the files.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.calendar_fr import short_date
from generator.case import Case
from generator.court.conditions import TESTS, Facts, courts, judged
from generator.court.costs import CostChange, Expense, expenses, may_lead_to
from generator.court.places import places, questions
from generator.court.procedure_blocks import Condition, Delay, Lawyer, Piece, Procedure, Remark
from generator.court.procedures import routes
from generator.errors import InvalidInput
from generator.journal import Event
from generator.law import Law
from generator.letters import unknown_name, value_at
from generator.money import euros
from generator.thresholds import fill, in_words

# The id of the finding that a court has already decided.
DECIDED = "decision"
STATES = ("ouverte", "a-verifier", "fermee")


@dataclass(frozen=True)
class Finding:
    """One condition: met, not met, or to be checked; `phrase` says why, `question` is the id to answer."""

    id: str
    etat: str
    phrase: str
    question: str | None
    champ: str | None
    articles: tuple[str, ...]


@dataclass(frozen=True)
class TimeLimit:
    """One time limit of the route, in words."""

    etape: str
    delai: str
    depart: str
    confiance: str
    articles: tuple[str, ...]
    note: str | None


@dataclass(frozen=True)
class Document:
    """One document: `present` when the dossier or its journal shows it, None when neither can."""

    piece: Piece
    present: bool | None


@dataclass(frozen=True)
class Assessment:
    """A route for a dossier; `motif` closes it, `questions` are to be answered."""

    procedure: Procedure
    etat: str
    motif: Finding | None
    questions: tuple[Finding, ...]
    tribunal: str
    couts: tuple[Expense, ...]
    delais: tuple[TimeLimit, ...]
    pieces: tuple[Document, ...]
    avocat: str
    suite: str
    a_savoir: tuple[Remark, ...]

    @property
    def articles(self) -> tuple[str, ...]:
        """Every text of the route."""
        return self.procedure.textes


def assess(
    facts: Facts,
    events: Iterable[Event] = (),
    ordonnance: date | None = None,
    changes: Iterable[CostChange] = (),
    chosen: Iterable[Procedure] | None = None,
) -> tuple[Assessment, ...]:
    """Every route, assessed: open first, then to be checked, then closed.

    `ordonnance` is the day of the order, for the rules that depend on it (default: the day of the statement);
    `changes` the company's own costs. InvalidInput for an answer to a question that does not exist.
    """
    known = list(questions())
    unknown = [name for name in facts.answers if name not in known]
    if unknown:
        raise InvalidInput(unknown_name("question", name, known, "impayes procedures DOSSIER") for name in unknown)
    done, costs = list(events), list(changes)
    found = [_assess(one, facts, done, ordonnance or facts.au, costs) for one in (chosen or routes())]
    return tuple(sorted(found, key=lambda one: STATES.index(one.etat)))


def _assess(
    one: Procedure, facts: Facts, events: list[Event], ordonnance: date, changes: list[CostChange]
) -> Assessment:
    findings = [*_decided(one, facts), *(evaluate(condition, facts) for condition in one.conditions)]
    # Later conditions may rest on the first that fails: only that one is told, and nothing is asked any more.
    closing = next((finding for finding in findings if finding.etat == "ecartee"), None)
    # Several conditions may wait for one answer: it is asked once.
    asked = () if closing else tuple({f.question: f for f in findings[::-1] if f.etat == "a-verifier"}.values())[::-1]
    kind = facts.kind or facts.case.debiteur.qualite
    assert one.avocat is not None
    assert one.suite is not None
    return Assessment(
        procedure=one,
        etat="fermee" if closing else "a-verifier" if asked else "ouverte",
        motif=closing,
        questions=asked,
        tribunal=_court(one, facts),
        couts=expenses(one, facts, changes),
        delais=tuple(
            _limit(delay, facts.law, on)
            for delay, on in one.delays_on(ordonnance)
            if delay.tribunal is None or may_lead_to(delay.tribunal, one, facts)
        ),
        pieces=tuple(
            Document(piece, _present(piece, facts.case, events))
            for piece in one.pieces
            if not piece.pour or facts.case.debiteur.qualite in piece.pour
        ),
        avocat=_lawyer(one.avocat, facts),
        suite=one.suite,
        a_savoir=tuple(remark for remark in one.a_savoir if not remark.pour or kind in remark.pour),
    )


def _decided(one: Procedure, facts: Facts) -> Iterator[Finding]:
    if found := judged(facts, one.id):
        yield Finding(DECIDED, "ecartee", found[0], None, None, found[1])


def evaluate(condition: Condition, facts: Facts) -> Finding:
    """What the dossier and the answers say of one condition."""
    answer = TESTS[condition.test](facts, condition)
    if answer is False and not condition.bloquant:
        answer = condition.question or False
    asked = answer if isinstance(answer, str) else None
    if asked and asked in facts.answers:
        answer = facts.answers[asked]
    words: Mapping[str, str] = facts.words(condition)
    if isinstance(answer, str):
        question = questions()[answer]
        texts = question.articles or condition.articles
        sentence = question.texte.format_map(words)
        return Finding(condition.id, "a-verifier", sentence, answer, question.champ, texts)
    if answer:
        return Finding(condition.id, "remplie", "", None, None, condition.articles)
    return Finding(condition.id, "ecartee", (condition.ferme or "").format_map(words), None, None, condition.articles)


def _limit(delay: Delay, law: Law, on: date) -> TimeLimit:
    etape, note = fill(delay.etape, law, on), fill(delay.note, law, on) if delay.note else None
    return TimeLimit(etape, delay.length(law, on), delay.depart, delay.confiance, delay.articles, note)


def _court(one: Procedure, facts: Facts) -> str:
    """Who decides, by name when the dossier is enough: « président du tribunal de commerce, 37000 Tours »."""
    rule = one.tribunal
    assert rule is not None
    address = facts.case.debiteur.adresse
    town, names = f"{address.code_postal} {address.ville}", _named(rule.juge, facts)
    if not names:
        return rule.formation or rule.regle
    head = f"{rule.formation} du " if rule.formation else ""
    here = rule.juge != "administratif" and address.pays in places().france
    place = f", lieu où demeure le client : {town}" if here else ""
    return f"{head}{' ou du '.join(names) if head else ' ou '.join(names)}{place}"


def _named(juge: str, facts: Facts) -> tuple[str, ...]:
    commerce, judiciaire = courts(facts)
    if juge == "administratif":
        return ("tribunal administratif (ressort à vérifier)",)
    if juge == "selon":
        asked = [name for name, answer in (("commerce", commerce), ("judiciaire", judiciaire)) if answer is not False]
        return tuple(court_name(name, facts) for name in asked)
    return (court_name(juge, facts),) if juge in ("commerce", "judiciaire") else ()


def court_name(juge: str, facts: Facts) -> str:
    """« commerce » or « judiciaire » by the name that court has where the debtor is."""
    if juge == "judiciaire":
        return "tribunal judiciaire"
    address, known = facts.case.debiteur.adresse, places()
    if known.chambre_commerciale.holds(address):
        return "tribunal judiciaire, chambre commerciale"
    if known.tribunaux_mixtes.holds(address):
        return "tribunal mixte de commerce"
    economic = known.economic_court(address.ville, facts.au)
    return f"tribunal des activités économiques {_of(economic)}" if economic else "tribunal de commerce"


def _of(town: str) -> str:
    """« d'Avignon », « du Mans », « de Lyon »."""
    if town.startswith("Le "):
        return f"du {town.removeprefix('Le ')}"
    return f"d'{town}" if town[0] in "AEIOUÉ" else f"de {town}"


def _lawyer(rule: Lawyer, facts: Facts) -> str:
    """Whether a lawyer is needed for what would be claimed."""
    note = f" {fill(rule.note, facts.law, facts.au)}" if rule.note else ""
    if rule.seuil is None:
        word = {"jamais": "Pas obligatoire.", "toujours": "Obligatoire en principe.", "a-verifier": "À vérifier."}
        return f"{word[rule.regle]}{note}"
    claim, limit = facts.claim("demande"), facts.threshold(rule.seuil)
    shown = in_words(facts.law, facts.au, rule.seuil)
    if claim.haut <= limit:
        return f"Pas obligatoire jusqu'à {shown} inclus ; demande : {euros(claim.haut)}.{note}"
    if claim.bas <= limit or rule.regle == "a-verifier-au-dela":
        return f"À vérifier au-delà de {shown} ; demande : {euros(claim.haut)}.{note}"
    return f"Obligatoire au-delà de {shown} ; demande : {euros(claim.bas)}.{note}"


def _present(piece: Piece, case: Case, events: list[Event]) -> bool | None:
    """None when only the user can tell."""
    if not piece.chemins and piece.evenement is None:
        return None
    if piece.evenement and any(event.etablit == piece.evenement for event in events):
        return True
    return any(_filled(case, path) for path in piece.chemins)


def _filled(case: Case, path: str) -> bool:
    """Whether a path of the dossier is filled; `factures.piece` is, when every invoice has one."""
    head, _, rest = path.partition(".")
    value: Any = value_at(case, head)
    if isinstance(value, tuple):
        return bool(value) and all(getattr(item, rest) is not None for item in value)
    return bool(value_at(case, path))


def summary(facts: Facts) -> dict[str, str]:
    """What would be claimed, in euros: `principal`, `penalites`, `indemnites`, `total`."""
    due = facts.statement.exigible
    return {
        "principal": f"{due.principal:.2f}",
        "penalites": f"{due.penalites:.2f}",
        "indemnites": f"{due.indemnites:.2f}",
        "total": f"{due.solde:.2f}",
        "au": short_date(facts.au),
    }
