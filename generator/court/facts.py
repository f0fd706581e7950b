"""The facts of a request and its chronology: sentences made of what the dossier and its journal hold, and only that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from generator.calendar_fr import list_fr, long_date
from generator.court.demands import blank
from generator.court.exhibits import Exhibit
from generator.journal import Event
from generator.judicial_decision import Decision
from generator.judicial_pieces import Nature
from generator.law import Law
from generator.money import ZERO, euros
from generator.portfolio.chronology import CHANNELS, WORDS, details
from generator.statement import InvoiceStatement, Statement

# What concerns both parties; preparations and notes to oneself stay in the journal.
SHOWN = ("envoi", "reception", "appel", "visite", "promesse", "reponse", "paiement")
MANY = 6


@dataclass(frozen=True)
class Row:
    """One line of the chronology; `pieces` are exhibit numbers."""

    le: date
    quoi: str
    detail: str
    pieces: tuple[int, ...] = ()


@dataclass(frozen=True)
class Story:
    """The paragraphs of the facts, and the chronology."""

    origine: tuple[str, ...]
    factures: tuple[str, ...]
    demarches: tuple[str, ...]
    reponses: tuple[str, ...]
    contestation: tuple[str, ...]
    chronologie: tuple[Row, ...]


def story(
    statement: Statement,
    claimed: Statement,
    events: Sequence[Event],
    exhibits: Sequence[Exhibit],
    titles: dict[str, str],
    law: Law,
    claimant: str,
) -> Story:
    """What happened, until the day of the statement; `titles` are those of the letters by id.

    `claimed` is the statement of what is asked for: the same one, unless what is contested is left out.
    """
    kept = [e for e in events if e.le <= statement.au]
    teller = _Teller(statement, claimed, kept, exhibits, titles, law, claimant)
    return Story(
        tuple(teller.origin()),
        tuple(teller.invoices()),
        tuple(teller.steps()),
        tuple(teller.answers()),
        tuple(teller.dispute()),
        tuple(sorted(teller.rows(), key=lambda row: row.le)),
    )


@dataclass(frozen=True)
class _Teller:
    statement: Statement
    claimed: Statement
    events: list[Event]
    exhibits: Sequence[Exhibit]
    titles: dict[str, str]
    law: Law
    claimant: str

    def origin(self) -> Iterator[str]:
        """Where the debt comes from."""
        case = self.statement.case
        if contract := case.contrat:
            number = f" n° {contract.numero}" if contract.numero else ""
            signed = f" signé le {long_date(contract.signe_le)}" if contract.signe_le else ""
            papers: tuple[Nature, ...] = ("contrat",) if case.devis else ("contrat", "commande")
            yield f"Les parties sont liées par un contrat{number}{signed}, portant sur : {contract.objet}{self._ref(*papers)}."
        if quote := case.devis:
            accepted = f", accepté le {long_date(quote.accepte_le)}" if quote.accepte_le else ""
            yield (
                f"Le devis n° {quote.numero} du {long_date(quote.emis_le)} ({quote.objet}) est d'un montant de "
                f"{euros(quote.montant_ttc)} TTC{accepted}{self._ref('devis', 'commande')}."
            )
        if case.contrat is None and case.devis is None:
            found = self._of("contrat", "devis", "commande")
            if found:
                listed = list_fr(f"{_lower(one.titre)}{_dated(one)} (pièce n° {one.numero})" for one in found)
                yield f"La créance a pour origine : {listed}."
            else:
                what = "origine de la créance (commande, devis accepté ou contrat) et la pièce qui la prouve"
                yield blank(what, "contrat.objet")

    def invoices(self) -> Iterator[str]:
        """What was delivered and invoiced, and paid of it."""
        late = [invoice for invoice in self.statement.echues if invoice.principal]
        delivered = self._ref("livraison")
        if len(late) > MANY:
            done = [f.facture.executee_le for f in late if f.facture.executee_le]
            span = (
                f", pour des prestations exécutées du {long_date(min(done))} au {long_date(max(done))}" if done else ""
            )
            yield (
                f"{len(late)} factures, émises du {long_date(min(f.facture.emise_le for f in late))} au "
                f"{long_date(max(f.facture.emise_le for f in late))}{span}{delivered}, sont échues et restent dues "
                f"en tout ou partie : leur liste est au décompte{self._ref('facture')}."
            )
        for invoice in late if len(late) <= MANY else ():
            yield self._invoice(invoice, delivered)
        paid = [p for p in self.statement.case.paiements if p.recu_le <= self.statement.au]
        credit = [a for a in self.statement.case.avoirs if a.emis_le <= self.statement.au]
        if paid:
            by_day: dict[date, Decimal] = {}
            for payment in paid:
                by_day[payment.recu_le] = by_day.get(payment.recu_le, ZERO) + payment.montant
            told = zip(by_day.items(), self._applied(by_day), strict=True)
            each = [f"{euros(amount)} le {long_date(day)}{how}" for (day, amount), how in told]
            yield f"Le débiteur a versé {list_fr(each)}."
        if credit:
            listed = list_fr(f"avoir n° {a.numero} de {euros(a.montant_ttc)} du {long_date(a.emis_le)}" for a in credit)
            yield f"Le décompte déduit : {listed}."

    def _applied(self, by_day: dict[date, Decimal]) -> list[str]:
        """How the sum of each day was applied; nothing when some of it went elsewhere than interest and principal."""
        invoices, case = self.claimed.factures, self.claimed.case
        on_principal = {
            day: sum((amount for f in invoices for on, amount in f.reglements if on == day), ZERO) for day in by_day
        }
        on_interest = {day: amount - on_principal[day] for day, amount in by_day.items()}
        if sum(on_interest.values(), ZERO) != sum((f.penalites_courues - f.penalites for f in invoices), ZERO):
            return ["" for _ in by_day]
        name = "pénalités échues" if "pénalités" in self.claimed.nom_interets.lower() else "intérêts échus"
        # A public contract is not governed by the Code civil.
        cited = "" if case.debiteur.qualite == "public" else f" ({self.law.article('c-civ-1343-1').court})"
        said = []
        for day, amount in by_day.items():
            parts = [
                (on_interest[day], f"sur les {name} à cette date"),
                (on_principal[day], "sur le principal"),
            ]
            if case.conditions.imputation == "principal":
                parts.reverse()
                cited = ""  # an agreement sets the legal order aside
            told = ", puis ".join(f"{where} pour {euros(part)}" for part, where in parts if part)
            said.append(f", imputés {told}{cited}" if amount else "")
        return said

    def _invoice(self, invoice: InvoiceStatement, delivered: str) -> str:
        fact = invoice.facture
        own = tuple(one for one in self.exhibits if one.facture == fact.numero)
        about = f" ({fact.objet})" if fact.objet else ""
        undated = blank(f"date d'exécution, {fact.numero}", "factures.executee_le")
        done = f"le {long_date(fact.executee_le)}" if fact.executee_le else undated
        asked = next((f.principal for f in self.claimed.factures if f.numero == invoice.numero), ZERO)
        if self.claimed is not self.statement and invoice.montant_conteste:
            left = f"est demandée pour {euros(asked)} seulement" if asked else "n'est pas demandée ici"
        elif asked == invoice.montant_ttc:
            left = "reste due en entier"
        else:
            left = f"reste due pour {euros(asked)}"
        return (
            f"Facture n° {fact.numero} du {long_date(fact.emise_le)}{about} : {euros(invoice.montant_ttc)} TTC à payer, "
            f"livraison ou exécution {done}{delivered}, échéance le {long_date(invoice.echeance)}. "
            f"Elle {left}{_numbers(own)}."
        )

    def steps(self) -> Iterator[str]:
        """Letters, promises, plan, mise en demeure: what was tried first."""
        for event in self.events:
            if event.action in {"envoi", "promesse"}:
                back = self._reception(event) if event.action == "envoi" else None
                shown = dict.fromkeys((*self._of_event(event), *(self._of_event(back) if back else ())))
                yield f"Le {long_date(event.le)} : {self._event(event)}{_numbers(tuple(shown))}."
        notice = self.statement.case.mise_en_demeure
        if notice and notice.envoyee_le <= self.statement.au and not self._journal_has("mise_en_demeure"):
            received = f", reçue le {long_date(notice.recue_le)}" if notice.recue_le else ""
            yield (
                f"Le {long_date(notice.envoyee_le)} : envoi d'une mise en demeure{received}"
                f"{self._ref('mise-en-demeure', 'preuve-d-envoi')}."
            )
        for promise in self.statement.case.promesses:
            if promise.recue_le <= self.statement.au and not self._noted("promesse", promise.recue_le):
                amount = f" de {euros(promise.montant)}" if promise.montant else ""
                yield f"Le {long_date(promise.recue_le)} : promesse de paiement{amount}, à payer le {long_date(promise.payer_le)}."
        plan = self.statement.case.plan
        if plan and plan.signe_le and plan.signe_le <= self.statement.au:
            yield f"Le {long_date(plan.signe_le)} : accord de paiement de {euros(plan.montant)}{self._ref('reconnaissance')}."
        if not any(event.action == "envoi" for event in self.events) and not notice:
            yield blank("démarches déjà faites auprès du débiteur, avec leurs dates", "mise_en_demeure.envoyee_le")

    def answers(self) -> Iterator[str]:
        """What the debtor wrote back."""
        for event in self.events:
            if event.action == "reponse":
                channel = f", par {CHANNELS[event.canal]}" if event.canal else ""
                said = f" : {_lower(event.resultat.rstrip('.'))}" if event.resultat else ""
                yield f"Le {long_date(event.le)}, le débiteur a répondu{channel}{said}{_numbers(self._of_event(event))}."
        if (decision := self._opposed()) and decision.opposition_le:
            court = decision.juridiction or blank("tribunal qui juge l'affaire", "decision.juridiction")
            yield (
                f"Le {long_date(decision.opposition_le)}, le débiteur a formé opposition à l'ordonnance portant injonction "
                f"de payer du {long_date(decision.rendue_le)} ; l'instance est en cours ({court})."
            )

    def _opposed(self) -> Decision | None:
        """The decision the debtor has opposed by the day of the statement."""
        decision = self.statement.case.decision
        opposed = decision is not None and decision.opposition_le and decision.opposition_le <= self.statement.au
        return decision if opposed else None

    def dispute(self) -> Iterator[str]:
        """What the debtor contests, or that nothing of the kind is on file."""
        found = [f for f in self.statement.echues if f.montant_conteste]
        for invoice in found:
            dispute = invoice.facture.contestation
            assert dispute is not None
            answer = f" Réponse envoyée le {long_date(dispute.repondu_le)}." if dispute.repondu_le else ""
            whole = invoice.montant_conteste >= invoice.montant_ttc
            part = "en totalité" if whole else f"à hauteur de {euros(invoice.montant_conteste)}"
            yield (
                f"Depuis le {long_date(dispute.depuis)}, le débiteur conteste la facture n° {invoice.numero} "
                f"{part} : {dispute.motif}.{answer}"
            )
        if found and self.claimed is not self.statement:
            yield f"La somme contestée de {euros(sum((f.montant_conteste for f in found), ZERO))} n'est pas demandée ici."
        if not found and not self._opposed():
            who = self.claimant.lower().removeprefix("le ")
            which = "aucune de ces factures" if len(self.statement.echues) > 1 else "cette facture"
            verb = "n'a contesté" if len(self.statement.echues) > 1 else "n'a pas contesté"
            yield f"À la connaissance du {who}, le débiteur {verb} {which}."

    def rows(self) -> Iterator[Row]:
        """The chronology: the dates of the dossier and the events of the journal."""
        case, au = self.statement.case, self.statement.au
        if case.devis and case.devis.emis_le <= au:
            yield Row(
                case.devis.emis_le,
                "Devis",
                f"N° {case.devis.numero}, {euros(case.devis.montant_ttc)} TTC.",
                self._nos("devis"),
            )
            if case.devis.accepte_le and case.devis.accepte_le <= au:
                yield Row(
                    case.devis.accepte_le,
                    "Devis accepté",
                    f"N° {case.devis.numero}.",
                    self._nos("commande") or self._nos("devis"),
                )
        if case.contrat and case.contrat.signe_le and case.contrat.signe_le <= au:
            yield Row(case.contrat.signe_le, "Contrat", f"{case.contrat.objet}.", self._nos("contrat"))
        for invoice in self.statement.factures:
            fact, amount = invoice.facture, f"Facture n° {invoice.numero}"
            own = tuple(one.numero for one in self.exhibits if one.facture == invoice.numero)
            if fact.executee_le and fact.executee_le <= au:
                yield Row(fact.executee_le, "Livraison ou exécution", f"{amount}.", self._nos("livraison"))
            yield Row(
                fact.emise_le, "Facture émise", f"N° {invoice.numero}, {euros(invoice.montant_ttc)} à payer.", own
            )
            if invoice.echeance <= au:
                yield Row(invoice.echeance, "Échéance", f"{amount}.")
        for payment in case.paiements:
            if payment.recu_le <= au and not self._noted("paiement", payment.recu_le):
                yield Row(payment.recu_le, "Paiement", f"{euros(payment.montant)}.")
        for note in case.avoirs:
            if note.emis_le <= au:
                yield Row(note.emis_le, "Avoir", f"N° {note.numero}, {euros(note.montant_ttc)}.")
        notice = case.mise_en_demeure
        if notice and notice.envoyee_le <= au and not self._journal_has("mise_en_demeure"):
            received = f"Reçue le {long_date(notice.recue_le)}." if notice.recue_le else ""
            yield Row(notice.envoyee_le, "Mise en demeure", received, self._nos("mise-en-demeure", "preuve-d-envoi"))
        for promise in case.promesses:
            if promise.recue_le <= au and not self._noted("promesse", promise.recue_le):
                amount = f"{euros(promise.montant)}, à" if promise.montant else "À"
                yield Row(promise.recue_le, "Promesse de paiement", f"{amount} payer le {long_date(promise.payer_le)}.")
        for event in self.events:
            if event.action in SHOWN:
                told = event.model_copy(update={"fichiers": (), "note": None, "lettre": None})
                title = f"{self._title(event)}. " if event.lettre and event.action in {"envoi", "reception"} else ""
                numbers = tuple(one.numero for one in self._of_event(event))
                yield Row(event.le, WORDS[event.action], title + details(told), numbers)

    def _event(self, event: Event) -> str:
        if event.action == "envoi":
            channel = f", par {CHANNELS[event.canal]}" if event.canal else ""
            number = f" n° {event.numero_recommande}" if event.numero_recommande else ""
            received = event.recu_le or self._received(event)
            return f"envoi de « {self._title(event)} »{channel}{number}" + (
                f", reçue le {long_date(received)}" if received else ""
            )
        channel = f", par {CHANNELS[event.canal]}" if event.canal else ""
        amount = f" de {euros(event.montant)}" if event.montant else ""
        until = f", à payer le {long_date(event.payer_le)}" if event.payer_le else ""
        said = f" : {event.resultat.rstrip('.')}" if event.resultat else ""
        return f"{_lower(WORDS[event.action])}{amount}{channel}{until}{said}"

    def _received(self, event: Event) -> date | None:
        found = self._reception(event)
        return found.le if found else None

    def _reception(self, event: Event) -> Event | None:
        later = (e for e in self.events if e.action == "reception" and e.lettre == event.lettre and e.le >= event.le)
        return next(later, None)

    def _title(self, event: Event) -> str:
        return self.titles.get(event.lettre or "", event.lettre or "lettre")

    def _noted(self, action: str, day: date) -> bool:
        return any(event.action == action and event.le == day for event in self.events)

    def _journal_has(self, what: str) -> bool:
        return any(event.etablit == what and event.action == "envoi" for event in self.events)

    def _of_event(self, event: Event) -> tuple[Exhibit, ...]:
        """The exhibits of an event: its own files, else those of its day and kind that the dossier lists."""
        hashes = {file.sha256 for file in event.fichiers}
        own = tuple(one for one in self.exhibits if one.sha256 in hashes)
        if own or event.action not in {"envoi", "reception", "reponse"}:
            return own
        kinds: dict[str, tuple[Nature, ...]] = {
            "envoi": ("mise-en-demeure", "preuve-d-envoi") if event.etablit == "mise_en_demeure" else ("relance",),
            "reception": ("preuve-d-envoi",),
            "reponse": ("courrier-du-debiteur", "reconnaissance"),
        }
        return tuple(one for one in self._of(*kinds[event.action]) if one.le == event.le)

    def _of(self, *natures: Nature) -> tuple[Exhibit, ...]:
        return tuple(one for one in self.exhibits if one.nature in natures)

    def _nos(self, *natures: Nature) -> tuple[int, ...]:
        return tuple(one.numero for one in self._of(*natures))

    def _ref(self, *natures: Nature) -> str:
        return _numbers(self._of(*natures))


def _numbers(exhibits: Sequence[Exhibit]) -> str:
    """« (pièces n° 3 et 4) », with the space before; nothing without an exhibit."""
    if not exhibits:
        return ""
    word = "pièce" if len(exhibits) == 1 else "pièces"
    return f" ({word} n° {list_fr(str(one.numero) for one in exhibits)})"


def _dated(exhibit: Exhibit) -> str:
    return f" du {long_date(exhibit.le)}" if exhibit.le else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
