"""One dossier, one day: everything a portfolio says of it, from the line and the journal."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from generator.case import Case
from generator.conditions import plan_has_lapsed
from generator.history import case_on, complete, journal_of
from generator.journal import Event
from generator.known_rates import stopped_by
from generator.loading import LoadedCase, load_case
from generator.pipeline import roots_of
from generator.plan import promise_kept
from generator.portfolio.deadlines import case_deadlines
from generator.portfolio.ladder import covers, levels_done, owing
from generator.portfolio.snapshot import InstalmentView, InvoiceView, Prepared, PromiseView, Snapshot, Step
from generator.portfolio.steps import next_steps, specs_of
from generator.portfolio.strategy import STRATEGY_FILE, Ladder, Strategy, load_strategy
from generator.portfolio.watched import WatchedSnapshot, with_wait
from generator.resources import package_file
from generator.statement import InvoiceStatement, Statement, build_statement


@dataclass(frozen=True)
class Taken:
    """A dossier read for a day: what the line needs to write to it, and its snapshot."""

    loaded: LoadedCase
    statement: Statement
    events: tuple[Event, ...]
    ladder: Ladder | None
    snapshot: Snapshot


def take(path: Path, au: date, company: Path | None = None) -> Taken:
    """Read a dossier as it stood on `au` and find its next steps; InvalidInput when something in it is wrong."""
    loaded = load_case(path, company)
    journal = journal_of(loaded)
    case = case_on(complete(loaded.case, journal, au), au)
    digest = journal.tete if journal.lignes else None
    # Dates never wait for a rate; what claims a sum does (`make_letter`).
    loaded = replace(loaded, case=case, law=loaded.law.for_watching(), journal_sha256=digest)
    statement = build_statement(case, loaded.law, au)
    events = tuple(event for event in journal.events if event.le <= au)
    ladder = strategy_of(loaded).ladder_for(case.debiteur.qualite, case.strategie)
    steps, remarks = next_steps(loaded, statement, events, ladder)
    snapshot = WatchedSnapshot(
        fichier=path,
        reference=case.reference,
        au=au,
        debiteur=case.debiteur.nom,
        qualite=case.debiteur.qualite,
        cle_debiteur=_debtor_key(case),
        ville=case.debiteur.adresse.ville,
        factures=tuple(map(_invoice_view, statement.factures)),
        credit=statement.totaux.credit,
        promesses=_promises(case, au),
        plan=_instalments(statement),
        strategie=case.strategie or (ladder and _name_of(loaded, ladder)) or None,
        regroupement=ladder.regroupement if ladder else "dossier",
        niveau=_last_level(events, ladder, case, statement, roots_of(loaded)),
        procedure_collective=case.debiteur.procedure_collective is not None,
        etapes=tuple(with_wait(step, statement, ladder) for step in steps),
        echeances=case_deadlines(case, statement, loaded.law, events),
        remarques=remarks,
        preparees=prepared(events, case.reference, au),
        cle_envoi=_mailing_key(case) if ladder and _joins(ladder, steps) else "",
        taux_absents=stopped_by(statement),
    )
    return Taken(loaded, statement, events, ladder, snapshot)


def strategy_of(loaded: LoadedCase) -> Strategy:
    """The company's `strategie.yml`, else the product's."""
    folder = (loaded.company_path or loaded.path).parent
    path = folder / STRATEGY_FILE
    status = path.stat() if path.is_file() else None
    return _strategy(path if status else None, loaded.company_path, status.st_mtime_ns if status else 0)


@cache
def _strategy(path: Path | None, company: Path | None, stamp: int) -> Strategy:
    return load_strategy(path or package_file("intake/gabarits/strategie.yml"), company)


def _name_of(loaded: LoadedCase, ladder: Ladder) -> str:
    return next(name for name, other in strategy_of(loaded).strategies.items() if other is ladder)


def _last_level(
    events: tuple[Event, ...], ladder: Ladder | None, case: Case, statement: Statement, roots: tuple[Path, ...]
) -> str | None:
    """The name of the last level sent, about what is still owed when something is."""
    open_invoices = owing(statement.factures)
    if open_invoices:
        leader = min(open_invoices, key=lambda f: (f.echeance, f.numero))
        if ladder:
            done = levels_done(ladder, case, leader, events, specs_of(ladder, case, roots))
            if done is not None:
                return ladder.niveaux[done].niveau
        events = tuple(event for event in events if covers(event, leader))
    sent = [event for event in events if event.action == "envoi"]
    return (sent[-1].niveau or sent[-1].lettre) if sent else None


def prepared(events: tuple[Event, ...], reference: str, au: date) -> tuple[Prepared, ...]:
    """The preparations of the day `au`, and earlier ones whose sending nobody has confirmed."""
    found = []
    for index, event in enumerate(events):
        if event.action != "preparation" or event.lettre is None:
            continue
        sent = any(later.action == "envoi" and same_message(later, event) for later in events[index:])
        if event.le == au or not sent:
            found.append(
                Prepared(
                    event.le,
                    event.lettre,
                    event.niveau,
                    event.canal or "",
                    event.factures,
                    event.dossiers or (reference,),
                    tuple((file.nom, file.sha256) for file in event.fichiers),
                    event.reponse_avant_le,
                    sent,
                    event.note or "",
                )
            )
    return tuple(found)


def same_message(sent: Event, made: Event) -> bool:
    """Whether a sending confirms this preparation: the same letter, level and invoices."""
    if sent.lettre != made.lettre or sent.niveau not in (None, made.niveau):
        return False
    return not sent.factures or not made.factures or bool(set(sent.factures) & set(made.factures))


def _invoice_view(invoice: InvoiceStatement) -> InvoiceView:
    return InvoiceView(
        numero=invoice.numero,
        emise_le=invoice.facture.emise_le,
        echeance=invoice.echeance,
        montant_ttc=invoice.montant_ttc,
        avoirs=invoice.avoirs,
        paiements=invoice.paiements,
        principal=invoice.principal,
        penalites=invoice.penalites,
        indemnite=invoice.indemnite,
        conteste=invoice.montant_conteste,
        jours_de_retard=invoice.jours_de_retard,
        soldee_le=invoice.soldee_le,
        reglements=invoice.reglements,
    )


def _promises(case: Case, au: date) -> tuple[PromiseView, ...]:
    promises = sorted(case.promesses, key=lambda promise: promise.payer_le)
    return tuple(PromiseView(p.recue_le, p.payer_le, p.montant, promise_kept(case, p, au)) for p in promises)


def _instalments(statement: Statement) -> tuple[InstalmentView, ...]:
    if statement.suivi_plan is None or plan_has_lapsed(statement.case, statement):
        return ()  # once the whole has become due, no instalment is expected
    return tuple(InstalmentView(e.le, e.montant, e.paye) for e in statement.suivi_plan.echeances)


def _joins(ladder: Ladder, steps: tuple[Step, ...]) -> bool:
    """Whether one letter may be about this dossier and others; not when the case itself calls for a letter of its own."""
    levels = {level.niveau for level in ladder.niveaux}
    return ladder.regroupement == "debiteur" and all(step.niveau in levels for step in steps if step.lettre)


def _mailing_key(case: Case) -> str:
    """Equal when one letter can be about both dossiers: same sender, same address, same terms."""
    parts = (case.creancier, case.debiteur.adresse, case.debiteur.langue, case.conditions, case.strategie, case.tiers)
    return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()[:16]


def _debtor_key(case: Case) -> str:
    """The same for every dossier of one debtor."""
    debtor = case.debiteur
    siren = debtor.siren or (debtor.siret or "")[:9]
    return siren.replace(" ", "") or f"{' '.join(debtor.nom.casefold().split())}|{debtor.adresse.code_postal}"
