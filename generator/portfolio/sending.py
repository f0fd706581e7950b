"""Sending what was prepared, never twice: each step is in the journal before it is taken.

`depot` is written after the server has agreed to the addresses and before it gets the message; `envoi` or `echec`
closes it. A stop in between leaves it open, and an open one is never sent again unless a person asks for it. The
Message-ID is that of the preparation, so that a message sent again bears the same.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Literal

from generator.case import Company
from generator.errors import Failure, InvalidInput, UserError
from generator.journal import Event, append_event
from generator.mail import Mail, ascii_address
from generator.portfolio.checking import Message, check
from generator.portfolio.drafts import Draft, Entry
from generator.portfolio.smtp import Mailer, Refused, Unknown, open_mailer

# Headers of the draft that sending decides.
_OURS = {b"date", b"from", b"sender", b"reply-to", b"message-id", b"bcc", b"x-unsent"}
SETTINGS = """\
courriel:
  serveur: smtp.exemple.fr
  identifiant: compta@exemple.fr"""

Result = Literal["envoye", "retenu", "echec", "incertain"]


@dataclass(frozen=True)
class Outcome:
    """What became of one draft; `code` is the exit code it calls for, `phrases` say why."""

    draft: Draft
    etat: Result
    code: int = 0
    phrases: tuple[str, ...] = ()
    message: Message | None = None
    message_id: str | None = None


@dataclass
class Account:
    """The company's account at its mail server, its connection opened when first needed.

    `now` gives the real time, for the Date header; `rest` waits so many seconds between two messages.
    """

    mail: Mail
    sender: str
    password: str | None
    now: Callable[[], datetime]
    rest: Callable[[float], None]
    _open: Mailer | None = field(default=None, repr=False)
    _used: bool = False

    def offer(self, recipient: str, copy: str | None, size: int) -> bool:
        """As `Mailer.offer`, on a connection opened again once when it was lost: servers hang up after a while."""
        if self._used:
            self.rest(60 / self.mail.par_minute)
        self._used = True
        if self._open is not None:
            try:
                return self._open.offer(self.sender, recipient, copy, size)
            except Refused:
                raise
            except Failure:
                self.close()
        self._open = open_mailer(self.mail, self.password)
        return self._open.offer(self.sender, recipient, copy, size)

    def deliver(self, data: bytes) -> None:
        """As `Mailer.deliver`."""
        assert self._open is not None, "offer comes first"
        self._open.deliver(data)

    def close(self) -> None:
        """Leave the server."""
        if self._open is not None:
            self._open.close()
        self._open = None


def mail_of(company: Company, path: Path) -> tuple[Mail, str]:
    """The settings of the company file `path` and the sender's address; InvalidInput says what to write there."""
    if company.courriel is None:
        raise InvalidInput(f"{path.name} : le serveur d'envoi manque ; ajouter par exemple :\n{SETTINGS}")
    if company.courriel.expediteur:
        return company.courriel, company.courriel.expediteur
    if not company.creancier.email:
        raise InvalidInput(
            f"{path.name} : adresse d'expédition inconnue : écrire courriel.expediteur ou creancier.email"
        )
    try:
        return company.courriel, ascii_address(company.creancier.email)
    except ValueError as error:
        raise InvalidInput(f"{path.name} : creancier.email : {error}") from None


def send_all(
    drafts: Iterable[Draft],
    index: dict[str, list[Path]],
    au: date,
    company: Path,
    account: Account,
    again: frozenset[str] = frozenset(),
) -> Iterator[Outcome]:
    """Send each draft that may go and say what became of it; `again` names the doubtful ones to send once more.

    One message per dossier, even of those sent once more. Stops after a message whose fate is unknown. Failure or InvalidInput when the server takes nothing from us: what
    was yielded before stands, what remains was not touched.
    """
    written_to: set[str] = set()
    try:
        for draft in drafts:
            names = set(draft.references)
            if names & written_to and draft.etat == "pret":
                draft = replace(draft, etat="attend")
            outcome = _send(draft, index, au, company, account, again=bool(again & names - written_to))
            yield outcome
            if outcome.message is not None:
                written_to |= names
                if outcome.etat == "incertain":
                    return
    finally:
        account.close()


def _send(
    draft: Draft, index: dict[str, list[Path]], au: date, company: Path, account: Account, *, again: bool
) -> Outcome:
    if finished := _finish(draft):
        return finished
    try:
        message = check(draft, index, au, company, again=again)
    except UserError as error:
        state: Result = "incertain" if draft.etat == "incertain" else "retenu"
        code = InvalidInput.exit_code if isinstance(error, InvalidInput) else Failure.exit_code
        return Outcome(draft, state, 0 if draft.etat in ("remplace", "attend") else code, error.problems)
    number = (draft.suite.message_id if draft.suite else None) or message_id(draft, account.sender)
    data = compose(message.contenu, account.sender, number, _moment(au, account))
    try:
        copied = account.offer(message.destinataire, account.mail.copie, len(data))
    except Refused as error:
        # The doubt about an earlier attempt stays: only a failure of the same number would lift it.
        _write(draft.entrees, "echec", au, None if again else number, error.problems[0])
        return Outcome(draft, "echec", 1, error.problems, message, number)
    _write_deposit(draft, au, number)
    try:
        account.deliver(data)
    except Refused as error:
        _write(draft.entrees, "echec", au, None if again else number, error.problems[0])
        return Outcome(draft, "echec", 1, error.problems, message, number)
    except Unknown as error:
        advice = f"il ne sera pas renvoyé de lui-même ; --renvoyer {draft.references[0]} l'envoie à nouveau"
        return Outcome(draft, "incertain", 1, (*error.problems, advice), message, number)
    except Failure:
        _write(draft.entrees, "echec", au, None if again else number, "connexion coupée avant la fin du message")
        raise
    try:
        _write(draft.entrees, "envoi", au, number)
    except UserError as error:
        raise Failure(
            (
                f"{draft.references[0]} : le message est parti, mais le journal n'a pas pu le noter : le faire par "
                "« impayes journal envoyer »",
                *error.problems,
            )
        ) from None
    notes = () if copied else (f"le serveur a refusé la copie à {account.mail.copie}",)
    return Outcome(draft, "envoye", 0, notes, message, number)


def _finish(draft: Draft) -> Outcome | None:
    """A message about several dossiers that was noted as sent in one of them: the others are told, nothing is sent."""
    sent = next((p.suite for p in draft.entrees if p.sort == "envoye"), None)
    if draft.etat != "incertain" or sent is None or draft.suite is None or sent.message_id != draft.suite.message_id:
        return None
    doubtful = tuple(p for p in draft.entrees if p.sort == "incertain")
    _write(doubtful, "envoi", sent.le, sent.message_id)
    return Outcome(draft, "envoye", phrases=("déjà parti : son journal est complété",), message_id=sent.message_id)


def _write(
    entrees: Iterable[Entry],
    action: Literal["depot", "envoi", "echec"],
    au: date,
    number: str | None,
    result: str | None = None,
) -> None:
    for entry in entrees:
        changes = {"action": action, "le": au, "message_id": number, "resultat": result}
        append_event(entry.journal, entry.event.model_copy(update=changes))


def _write_deposit(draft: Draft, au: date, number: str) -> None:
    """In every journal or in none: a disk that fills up in between must not leave a doubt where there is none."""
    for count, entry in enumerate(draft.entrees):
        try:
            _write((entry,), "depot", au, number)
        except UserError:
            with suppress(UserError):
                _write(draft.entrees[:count], "echec", au, number, "journal impossible à écrire, rien n'est parti")
            raise


def message_id(draft: Draft, sender: str) -> str:
    """The Message-ID of this preparation: the same whenever it is sent, another as soon as anything in it changes."""
    event: Event = draft.event
    parts = (*draft.references, event.lettre, event.niveau, *event.factures, event.le.isoformat(), draft.sha256)
    digest = hashlib.sha256("\n".join(part or "" for part in parts).encode("utf-8")).hexdigest()
    return f"<{digest[:32]}.impayes@{sender.rpartition('@')[2]}>"


def compose(draft: bytes, sender: str, number: str, when: datetime, to: str | None = None) -> bytes:
    """The message as it leaves: the draft's own bytes under the headers that only sending knows.

    Written by hand, as the draft is (see `export.eml`). The name of the draft's sender is kept; when its address is
    not the one that sends, answers still go to it. `to` replaces the recipient, for a trial.
    """
    head, _, body = draft.partition(b"\r\n\r\n")
    fields = [(line.partition(b":")[0].lower(), line) for line in re.split(rb"\r\n(?![ \t])", head)]
    written = next((line for name, line in fields if name == b"from"), None)
    address = b"<" + sender.encode("ascii") + b">"
    ours = [f"Date: {format_datetime(when)}".encode("ascii")]
    if written is None:
        ours.append(b"From: " + address)
    else:
        ours.append(re.sub(rb"<[^<>]*>\Z", lambda _: address, written))
        if ours[-1] != written:
            ours.append(b"Reply-To:" + written.partition(b":")[2])
    ours.append(b"Message-ID: " + number.encode("ascii"))
    kept = [line for name, line in fields if name not in _OURS and not (to and name == b"to")]
    if to:
        ours.append(b"To: <" + to.encode("ascii") + b">")
    return b"\r\n".join([*ours, *kept]) + b"\r\n\r\n" + body


def send_trial(message: Message, to: str, au: date, account: Account) -> None:
    """Send one draft to an address of one's own; no journal is written. Failure or InvalidInput says what is wrong."""
    number = make_msgid("essai", account.sender.rpartition("@")[2])
    data = compose(message.contenu, account.sender, number, _moment(au, account), to)
    try:
        account.offer(to, None, len(data))
        account.deliver(data)
    finally:
        account.close()


def _moment(au: date, account: Account) -> datetime:
    """The day asked for at the time it is."""
    return datetime.combine(au, account.now().timetz())
