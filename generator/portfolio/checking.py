"""Whether a draft may still go: its dossiers are read again, its file is compared with what the journal holds of it.

Days may pass between the preparation and the sending, and minutes between the first and the last message of a run:
a payment comes in, a promise is noted, a pause is decided.
"""

import email
import email.policy
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.calendar_fr import list_fr, short_date
from generator.errors import Failure, InvalidInput, LegalRefusal
from generator.journal import Event, read_journal
from generator.letters import check_letter, holds, load_letter, recipient_path, value_at
from generator.mail import ascii_address
from generator.money import euros
from generator.pipeline import roots_of
from generator.portfolio.covering import level_statement, only
from generator.portfolio.drafts import FRESH_DAYS, Draft, Entry, entries_of
from generator.portfolio.steps import SILENCE, covered_numbers
from generator.portfolio.stops import case_stops
from generator.portfolio.taking import Taken, take
from generator.statement import Statement
from generator.writing import reason


@dataclass(frozen=True)
class Message:
    """What a draft holds, for the person who reads the list; `contenu` is the file, checked against the journal."""

    destinataire: str
    objet: str
    pieces: tuple[str, ...]
    contenu: bytes
    remarques: tuple[str, ...] = ()


def check(draft: Draft, index: dict[str, list[Path]], au: date, company: Path, *, again: bool = False) -> Message:
    """Read the dossiers and the file again; `again` lets a doubtful message go.

    Failure or LegalRefusal says why the message may not go now, InvalidInput that a dossier is not valid.
    """
    if draft.etat != "pret" and not (again and draft.etat == "incertain"):
        raise Failure(_state_sentence(draft))
    if (age := (au - draft.event.le).days) > FRESH_DAYS and not again:
        raise Failure(f"préparé il y a {age} jours, ses dates et ses sommes ont vieilli : {_remake(draft)}")
    taken = [_take(entry, index, au, company) for entry in draft.entrees]
    statements = [_claimed(draft.event, dossier) for dossier in taken]
    trace = _trace(draft.fichier)
    for entry, dossier, statement in zip(draft.entrees, taken, statements, strict=True):
        _refuse_if_stopped(entry.event, dossier, statement)
    _refuse_if_replaced(draft, taken[0])
    _refuse_if_sums_changed(draft, trace, statements)
    return _message(draft, taken[0], trace)


def _remake(draft: Draft) -> str:
    return f"le préparer à nouveau par « impayes relancer --refaire {draft.references[0]} »"


def _state_sentence(draft: Draft) -> str:
    first, suite = draft.references[0], draft.suite
    if draft.etat == "incertain":
        day = short_date(suite.le) if suite else ""
        return (
            f"envoi interrompu le {day}, le message est peut-être parti : regarder les messages envoyés ou demander au "
            f"destinataire ; parti : « impayes journal envoyer » le confirme ; pas parti : --renvoyer {first}"
        )
    if draft.etat == "remplace" and suite is not None:
        verb = "envoyée" if suite.action == "envoi" else "préparée"
        return f"remplacé par « {suite.lettre} », {verb} le {short_date(suite.le)} : ce brouillon ne partira pas"
    if draft.etat == "attend":
        return "un autre message de ce dossier part d'abord : celui-ci attendra le prochain envoi"
    if draft.etat == "partiel":
        left = [e for e in draft.entrees if e.sort == "envoye"]
        if not all(e.suite and _is_sending_of(e.suite, draft.event) for e in left):
            rest = next((e.reference for e in draft.entrees if e.sort != "envoye"), first)
            return f"remplacée : « impayes relancer --refaire {rest} » prépare ce qui reste à envoyer"
        done = ", ".join(e.reference for e in left)
        return (
            f"déjà envoyé d'après le journal de {done} : le confirmer pour les autres par « impayes journal envoyer »"
        )
    return "préparation interrompue, un des dossiers n'en a pas la trace : la reprendre par « impayes relancer »"


def _is_sending_of(sent: Event, made: Event) -> bool:
    """Whether what left is this very message, and not a letter made since about some of its dossiers."""
    files = {file.sha256 for file in sent.fichiers} & {file.sha256 for file in made.fichiers}
    return bool(files) or set(sent.factures) == set(made.factures)


def _take(entry: Entry, index: dict[str, list[Path]], au: date, company: Path) -> Taken:
    paths = index.get(entry.reference, [])
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        raise InvalidInput(f"reference : « {entry.reference} » est celle de plusieurs dossiers ({names}) : en changer")
    taken = take(paths[0], au, company) if paths else None
    if taken is None or taken.snapshot.reference != entry.reference:
        raise Failure(f"dossier {entry.reference} introuvable : remettre son fichier, ou l'envoyer à la main")
    current = entries_of(entry.reference, read_journal(entry.journal), au)
    if all((e.rang, e.sort) != (entry.rang, entry.sort) for e in current):
        raise Failure("le journal a changé pendant l'envoi : relancer la commande")
    return taken


def _claimed(event: Event, taken: Taken) -> Statement:
    """The statement of the whole dossier with the claims of the letter's level."""
    levels = taken.ladder.niveaux if taken.ladder else ()
    level = next((level for level in levels if level.niveau == event.niveau), None)
    return level_statement(taken.loaded, taken.statement, level) if level else taken.statement


def _refuse_if_stopped(event: Event, taken: Taken, statement: Statement) -> None:
    """What has happened since the preparation: a payment, a promise, a pause, a plan, a judgment…"""
    # A letter of no level is one the dossier itself calls for (a missed instalment…): fewer reasons stop it.
    stops = case_stops(taken.loaded.case, taken.statement, taken.loaded.law, taken.events)
    if found := [stop.phrase for stop in stops if event.niveau or stop.code in SILENCE]:
        raise LegalRefusal(found)
    invoices = [f for f in statement.factures if f.numero in event.factures]
    if event.niveau and taken.ladder and (numbers := covered_numbers(taken.ladder, invoices, statement.au)):
        statement = only(statement, numbers)
    roots = roots_of(taken.loaded)
    letter = load_letter(event.lettre or "", roots)
    check_letter(letter, statement.case, statement, taken.loaded.law, roots)
    if not event.niveau and letter.spec.proposer_si and not holds(letter.spec.proposer_si, statement.case, statement):
        raise LegalRefusal("ce que cette lettre relève n'est plus vrai du dossier")


def _refuse_if_replaced(draft: Draft, taken: Taken) -> None:
    """The dossier may now call for another letter before this one."""
    snapshot, letter = taken.snapshot, draft.event.lettre
    if any(step.lettre == letter and step.etat == "preparee" for step in snapshot.etapes):
        return
    others = list_fr(f"« {step.lettre} »" for step in snapshot.etapes if step.lettre)
    raise LegalRefusal(f"ce n'est plus la lettre que le dossier attend{f' : {others} passe avant' if others else ''}")


def _refuse_if_sums_changed(draft: Draft, trace: dict[str, Any], statements: list[Statement]) -> None:
    """A payment or a credit note typed in since makes the letter's sum wrong; its trace says what was counted."""
    now = {f.numero: f for statement in statements for f in statement.factures}
    names = ("montant_ttc", "avoirs", "paiements")
    try:
        counted = {f["numero"]: [Decimal(f[name]) for name in names] for f in trace["decompte"]["factures"]}
    except (KeyError, TypeError, ArithmeticError):
        return  # a trace of another version: the stops have been looked at all the same
    for number, amounts in counted.items():
        current = [getattr(now[number], name) for name in names] if number in now else []
        if current != amounts:
            raise Failure(
                f"facture {number} : {_settled(current)} et non plus {_settled(amounts)} de paiements et d'avoirs, "
                f"le montant écrit n'est plus juste : {_remake(draft)}"
                if current and current[0] == amounts[0]
                else f"facture {number} : elle a changé depuis la préparation : {_remake(draft)}"
            )


def _settled(amounts: list[Decimal]) -> str:
    return euros(amounts[1] + amounts[2])


def _trace(draft: Path) -> dict[str, Any]:
    """What is known of how the draft was made; empty when its trace was removed."""
    try:
        found = json.loads(draft.with_name(f"{draft.name}.trace.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _message(draft: Draft, taken: Taken, trace: dict[str, Any]) -> Message:
    data = _content(draft)
    message = email.message_from_bytes(data, policy=email.policy.SMTP)
    case = taken.loaded.case
    spec = load_letter(draft.event.lettre or "", roots_of(taken.loaded)).spec
    path = recipient_path(spec, case)
    recipient = value_at(case, path)
    wanted = recipient.contact.email if recipient and recipient.contact else None
    if wanted is None:
        raise Failure(f"aucune adresse de courriel au dossier : compléter {path}.contact.email")
    try:
        address = ascii_address(wanted)
    except ValueError as error:
        raise Failure(f"{path}.contact.email : {error}") from None
    to = [a.addr_spec for a in message["to"].addresses] if message["to"] else []
    if to != [address]:
        raise Failure(
            f"l'adresse du dossier ({address}) n'est pas celle du brouillon ({', '.join(to) or 'aucune'}) : "
            f"{_remake(draft)}"
        )
    pieces = tuple(part.get_filename() or "" for part in message.iter_attachments())
    remarks = []
    if spec.pieces_jointes and trace and "pieces" not in trace:
        remarks.append("annonce des pièces que le brouillon n'a pas : écrire piece: dans les factures du dossier")
    return Message(address, str(message["subject"] or ""), pieces, data, tuple(remarks))


def _content(draft: Draft) -> bytes:
    """The bytes of the draft, which are those the journal knows."""
    try:
        data = draft.fichier.read_bytes()
    except FileNotFoundError:
        raise Failure(f"{draft.fichier} : brouillon introuvable : {_remake(draft)}") from None
    except OSError as error:
        raise Failure(f"{draft.fichier} : lecture impossible ({reason(error)})") from None
    if hashlib.sha256(data).hexdigest() != draft.sha256:
        raise Failure(
            f"{draft.fichier.name} a été modifié depuis sa préparation : {_remake(draft)}, ou l'envoyer depuis votre "
            "messagerie et le noter par « impayes journal envoyer »"
        )
    return data
