"""The next steps of one dossier: the letter its strategy plans, those the case itself calls for, and what stops them."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from generator.calendar_fr import ONE_DAY, next_working_day, short_date
from generator.case import Case
from generator.errors import InvalidInput, LegalRefusal
from generator.journal import Event
from generator.letters import Letter, LetterSpec, check_letter, find_letters, holds, load_letter, rank
from generator.loading import LoadedCase
from generator.pipeline import roots_of
from generator.portfolio.covering import level_statement, only
from generator.portfolio.ladder import Next, amount_due, decision_day, next_level, owing
from generator.portfolio.snapshot import Step, StepState, Stop
from generator.portfolio.stops import case_stops
from generator.portfolio.strategy import STRATEGY_FILE, Ladder, Level
from generator.statement import InvoiceStatement, Statement

# Letters the case itself calls for, whatever the strategy says.
CALLED = ("amiable", "mise-en-demeure", "procedure-collective")
# Under these no reminder is planned at all; the others only hold back the one that comes next.
HALT = {"procedure-collective", "titre", "transaction-signee", "plan", "plan-verse", "tiers", "prescription"}
# What these stop also stops letters the case calls for; the others only stop the ladder.
SILENCE = {"titre", "pause", "promesse", "paye", "prescription", "transaction-signee", "tiers", "paiement-a-reporter"}
PATIENCE = {"pause", "promesse"}


@cache
def _called_letters(roots: tuple[Path, ...]) -> tuple[Letter, ...]:
    """Letters a case may call for: a condition alone proposes them, not a number of days."""
    found = [
        letter
        for letter in find_letters(roots)
        if letter.spec.proposer_si
        and letter.spec.proposer_des is None
        and letter.spec.phase in CALLED
        and not letter.spec.brouillon
    ]
    return tuple(sorted(found, key=lambda letter: rank(letter.spec), reverse=True))


@cache
def spec_of(name: str, roots: tuple[Path, ...]) -> LetterSpec:
    return load_letter(name, roots).spec


def specs_of(ladder: Ladder, case: Case, roots: tuple[Path, ...]) -> dict[str, LetterSpec]:
    """The letters a ladder sends to this kind of debtor, by id."""
    names = {level.letter_for(case.debiteur.qualite) for level in ladder.niveaux}
    return {name: spec_of(name, roots) for name in names if name}


def next_steps(
    loaded: LoadedCase, statement: Statement, events: tuple[Event, ...], ladder: Ladder | None
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The steps of a dossier and what else there is to say of it.

    `events` are those of its journal up to the day of the statement; `ladder` is None when no strategy applies.
    """
    case = loaded.case
    stops = case_stops(case, statement, loaded.law, events)
    silent = [stop for stop in stops if stop.code in SILENCE]
    steps = _called_for(loaded, statement, events, ladder) if {stop.code for stop in silent} <= PATIENCE else []
    if silent:
        # A pause spares the debtor, not the creditor's rights: a claim is declared in time all the same.
        steps = [step for step in steps if spec_of(step.niveau, roots_of(loaded)).phase == "procedure-collective"]
    if any(stop.code == "paye" for stop in stops):
        return (), tuple(stop.phrase for stop in stops)
    # A missed promise or instalment is written about first; the answer to a dispute goes beside the reminder.
    first = [s for s in steps if s.lettre and spec_of(s.lettre, roots_of(loaded)).etablit != "contestation.repondu_le"]
    if first:
        return tuple(steps), tuple(stop.phrase for stop in stops)
    if ladder is None:
        remark = (
            f"aucune stratégie pour ce débiteur : en nommer une au dossier (strategie:), ou compléter {STRATEGY_FILE}"
        )
        open_invoices = tuple(f for f in statement.factures if f.solde)
        return (*steps, _waiting(open_invoices, statement.au, (*stops, Stop("sans-strategie", remark)))), ()
    groups: list[tuple[InvoiceStatement, ...]] = [statement.factures]
    if ladder.regroupement == "facture" and statement.totaux.principal:
        groups = [(f,) for f in statement.factures if f.principal]
    for invoices in groups:
        steps += _ladder_steps(loaded, statement, invoices, events, ladder, stops)
    if not steps and stops:
        return (), tuple(stop.phrase for stop in stops)
    return tuple(steps), ()


def _ladder_steps(
    loaded: LoadedCase,
    statement: Statement,
    invoices: Sequence[InvoiceStatement],
    events: tuple[Event, ...],
    ladder: Ladder,
    stops: tuple[Stop, ...],
) -> list[Step]:
    case, au, roots = loaded.case, statement.au, roots_of(loaded)
    if not owing(invoices):
        return _nothing_to_ask(invoices, statement, stops)
    if any(stop.code in HALT for stop in stops):
        return [_waiting(owing(invoices), au, stops)]
    found = next_level(ladder, case, invoices, events, specs_of(ladder, case, roots), au)
    if found is None:
        day = decision_day(ladder, case, invoices, events, specs_of(ladder, case, roots), au)
        return [_decision(owing(invoices), day, au, stops)]
    numbers = tuple(f.numero for f in found.factures)
    problems = list(stops)
    canal, remarks = channel_for(found.level, case, roots)
    letter = found.level.letter_for(case.debiteur.qualite)
    claimed = level_statement(loaded, statement, found.level)
    if not problems and found.le <= au and found.preparee_le is None and letter:
        covered = covered_numbers(ladder, found.factures, au)
        problems += _refusals(loaded, only(claimed, covered) if covered else claimed, letter)
    step = Step(
        niveau=found.level.niveau,
        lettre=letter,
        canal=canal,
        ton=found.level.ton,
        le=found.le,
        factures=numbers,
        montant=amount_due([f for f in claimed.factures if f.numero in numbers]),
        motif=_why(found, au),
        etat=_state(found, problems, au),
        arrets=tuple(problems),
        remarques=(*found.remarques, *remarks),
        preparee_le=found.preparee_le,
    )
    return [step]


def covered_numbers(ladder: Ladder, invoices: Sequence[InvoiceStatement], au: date) -> tuple[str, ...] | None:
    """The invoices a letter must be restricted to; None when the whole statement may stand in it."""
    if ladder.regroupement == "facture" or any(f.echeance >= au for f in invoices):
        return tuple(f.numero for f in invoices)
    return None


def _why(found: Next, au: date) -> str:
    oldest = min(f.echeance for f in found.factures)
    if oldest >= au:
        return f"à payer le {short_date(oldest)}"
    days = (au - oldest).days
    return f"échue depuis {days} jour{'s' if days > 1 else ''}"


def _state(found: Next, problems: Sequence[Stop], au: date) -> StepState:
    if found.preparee_le:
        return "preparee"
    if problems:
        return "bloquee"
    if found.le > au:
        return "a-venir"
    return "a-valider" if found.level.validation else "a-faire"


def channel_for(level: Level, case: Case, roots: tuple[Path, ...]) -> tuple[str, tuple[str, ...]]:
    """The channel a level really takes, and what to say of it: without an address, an e-mail goes on paper."""
    contact = case.debiteur.contact
    if level.canal != "email" or (contact and contact.email):
        return level.canal, ()
    letter = level.letter_for(case.debiteur.qualite)
    others = [c for c in spec_of(letter, roots).envoi if c != "email"] if letter else []
    if others:
        return others[0], ("pas de courriel : part sur papier",)
    return "email", ("pas d'adresse de courriel au dossier : l'ajouter à debiteur.contact",)


def _refusals(loaded: LoadedCase, statement: Statement, letter: str) -> list[Stop]:
    """What forbids this letter today or what it lacks, as reasons."""
    roots = roots_of(loaded)
    spec = spec_of(letter, roots)
    if spec.destinataire == "debiteur" and spec.signature != "aucune" and spec.langue != statement.case.debiteur.langue:
        sentence = (
            f"le débiteur lit « {statement.case.debiteur.langue} », la lettre « {letter} » est en « {spec.langue} » : "
        )
        return [Stop("langue", sentence + "nommer au dossier une stratégie faite pour lui (strategie:)")]
    try:
        check_letter(load_letter(letter, roots), statement.case, statement, loaded.law, roots)
    except LegalRefusal as error:
        return [Stop("regle", problem) for problem in error.problems]
    except InvalidInput as error:
        return [Stop("champ-manquant", problem) for problem in error.problems]
    return []


def _nothing_to_ask(invoices: Sequence[InvoiceStatement], statement: Statement, stops: tuple[Stop, ...]) -> list[Step]:
    """A dispute over everything, or nothing left but what lateness added: shown, since silence would look forgotten."""
    open_invoices = [f for f in invoices if f.solde]
    if not open_invoices:
        return []
    if any(f.montant_conteste for f in open_invoices):
        stop = Stop("contestation", "tout ce qui reste dû est contesté : y répondre avant de relancer")
        if all(
            f.facture.contestation and f.facture.contestation.repondu_le for f in open_invoices if f.montant_conteste
        ):
            stop = Stop("contestation", "tout est contesté et la réponse est partie : décider de la suite")
    elif any(f.principal for f in open_invoices):
        stop = Stop(
            "principal-paye",
            "le prix a été versé en entier, en retard : les intérêts ont été payés d'abord, il reste un peu de principal ; "
            "le réclamer, ou écrire imputation: principal au dossier",
        )
    else:
        stop = Stop("principal-paye", "le prix est payé, restent pénalités et indemnité : les notifier ou y renoncer")
    step = Step(
        niveau="decision",
        lettre=None,
        canal="",
        ton=None,
        le=statement.au,
        factures=tuple(f.numero for f in open_invoices),
        montant=amount_due(open_invoices),
        motif="rien à relancer",
        etat="bloquee",
        arrets=(*stops, stop),
    )
    return [step]


def _waiting(invoices: tuple[InvoiceStatement, ...], au: date, stops: tuple[Stop, ...]) -> Step:
    """No reminder is planned: something else is under way."""
    until = next((stop.jusqu_au for stop in stops if stop.code in HALT and stop.jusqu_au), None)
    decide = all(stop.code == "plan-verse" for stop in stops)
    return Step(
        niveau="decision" if decide else "attente",
        lettre=None,
        canal="",
        ton=None,
        le=until or au,
        factures=tuple(f.numero for f in invoices),
        montant=amount_due(invoices),
        motif="aucune relance",
        etat="a-valider" if decide else "bloquee",
        arrets=stops,
    )


def _decision(invoices: tuple[InvoiceStatement, ...], le: date, au: date, stops: tuple[Stop, ...]) -> Step:
    """The ladder has no level left: somebody chooses what comes next."""
    return Step(
        niveau="decision",
        lettre=None,
        canal="",
        ton=None,
        le=le,
        factures=tuple(f.numero for f in invoices),
        montant=amount_due(invoices),
        motif="tous les niveaux sont faits : plan, médiateur, commissaire de justice ou juge",
        etat="bloquee" if stops else "a-venir" if le > au else "a-valider",
        arrets=stops,
    )


def _called_for(
    loaded: LoadedCase, statement: Statement, events: tuple[Event, ...], ladder: Ladder | None
) -> list[Step]:
    """Letters this case calls for by itself: a broken promise, a missed instalment, proceedings, a dispute."""
    case, au, roots = loaded.case, statement.au, roots_of(loaded)
    levels = {level.letter_for(case.debiteur.qualite) for level in ladder.niveaux} if ladder else set()
    found = []
    for letter in _called_letters(roots):
        spec = letter.spec
        own_language = spec.destinataire != "debiteur" or spec.langue == case.debiteur.langue
        if spec.id in levels or not own_language or case.debiteur.qualite not in spec.pour:
            continue
        assert spec.proposer_si is not None
        if not holds(spec.proposer_si, case, statement):
            continue
        since = _since(case, statement, spec)
        about = [event for event in events if event.lettre == spec.id and event.le >= since]
        if any(event.action == "envoi" for event in about):
            continue
        problems = _refusals(loaded, statement, spec.id)
        if any(stop.code == "regle" for stop in problems):
            continue
        prepared = next((event.le for event in reversed(about) if event.action == "preparation"), None)
        invoices = statement.echues or tuple(f for f in statement.factures if f.solde)
        canal = spec.envoi[0]
        if canal == "email" and not (case.debiteur.contact and case.debiteur.contact.email):
            canal = next((c for c in spec.envoi if c != "email"), canal)
        day = next_working_day(au if since == date.min else since)
        found.append(
            Step(
                niveau=spec.id,
                lettre=spec.id,
                canal=canal,
                ton=None,
                le=day,
                factures=tuple(f.numero for f in invoices),
                montant=statement.suivi_plan.en_retard
                if spec.etablit == "plan.mise_en_demeure" and statement.suivi_plan
                else amount_due(invoices),
                motif=spec.titre,
                etat="preparee" if prepared else "bloquee" if problems else "a-venir" if day > au else "a-valider",
                arrets=tuple(problems),
                remarques=_limit(statement, spec),
                preparee_le=prepared,
                appelee=True,
            )
        )
    # Of two notices about one plan, only the last stage: the first has been sent already.
    formal = [step for step in found if spec_of(step.niveau, roots).phase == "mise-en-demeure"]
    return [step for step in found if step not in formal[1:]]


def _limit(statement: Statement, spec: LetterSpec) -> tuple[str, ...]:
    """Until when a letter of collective proceedings can leave, when the dossier tells."""
    limits, au = statement.delais_procedure, statement.au
    if limits is None:
        return ()
    if spec.proposer_si == "declaration-hors-delai" and limits.relever_avant_le:
        return (f"avant le {short_date(limits.relever_avant_le)}",)
    last, prudent = limits.declarer_avant_le, limits.declarer_par_prudence_le
    if spec.etablit != "procedure_collective.declaree_le" or last is None:
        return ()
    if prudent and au > prudent:
        return (
            f"délai ordinaire passé le {short_date(prudent)} : envoyer aujourd'hui ; au plus tard le {short_date(last)} "
            f"si le tribunal siège {limits.tribunal_suppose}",
        )
    return (f"avant le {short_date(prudent or last)}",)


def _since(case: Case, statement: Statement, spec: LetterSpec) -> date:
    """From when this letter is called for: what was sent before was about something else."""
    if spec.proposer_si == "promesse-a-relancer" and statement.promesse_non_tenue:
        return statement.promesse_non_tenue.payer_le + ONE_DAY
    proceedings = case.debiteur.procedure_collective
    if spec.phase == "procedure-collective" and proceedings:
        return proceedings.publication_bodacc_le or proceedings.jugement_le
    if spec.proposer_si == "principal-solde":
        return max((f.soldee_le for f in statement.factures if f.solde and f.soldee_le), default=date.min)
    progress = statement.suivi_plan
    if progress and progress.manquees and spec.etablit == "plan.mise_en_demeure":
        return progress.manquees[0].le + ONE_DAY
    if progress and progress.preavis_jusqu_au and spec.etablit == "plan.decheance_le":
        return progress.preavis_jusqu_au + ONE_DAY
    if spec.etablit == "contestation.repondu_le":
        disputes = (f.facture.contestation for f in statement.factures if f.montant_conteste)
        return max((d.depuis for d in disputes if d and not d.repondu_le), default=date.min)
    return date.min
