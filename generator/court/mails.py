"""An e-mail kept as a file (.eml), as a page that can be printed: headers, text, list of what was attached.

Messages come from every program of the last thirty years: unknown alphabets, raw accents, a number Apple Mail puts
first. What can be read is read; what cannot is said.
"""

import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import CloseBoundaryNotFoundDefect, MessageError, StartBoundaryNotFoundDefect
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any

from generator.calendar_fr import long_date
from generator.court.html_text import Told, html_told, plain_told
from generator.money import NBSP

HEADERS = (("De", "from"), ("À", "to"), ("Copie", "cc"), ("Objet", "subject"), ("Identifiant", "message-id"))
SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}
# Reports of delivery and of reading: messages by their type, text by what they are.
REPORTS = {"message/delivery-status", "message/disposition-notification"}
PICTURES = {"image/png": ".png", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/pjpeg": ".jpg"}
READ = {".pdf", ".eml", ".png", ".jpg", ".jpeg"}
# « 12345 », then the message, then a property list: how Apple Mail keeps a message.
_APPLE = re.compile(rb"\s*(\d{1,10})[ \t]*\r?\n")
CUT = "Message coupé : sa fin manque."
STYLED = "Message en HTML : son texte est repris, sans sa mise en forme ni l'adresse de ses liens."
HIDDEN = "Des passages que le message cachait à son lecteur ne sont pas repris."


class Sealed(ValueError):
    """The message is encrypted, or signed in an envelope that hides its text."""


@dataclass(frozen=True)
class Attached:
    """A file of a message: its name, its bytes, and what it can be read as (« .pdf », « .eml »…), None when it cannot."""

    nom: str
    contenu: bytes
    lu: str | None


@dataclass(frozen=True)
class Mail:
    """What a message shows: headers (label, value), texts, notes about them, attachments in order."""

    entetes: tuple[tuple[str, str], ...]
    textes: tuple[Told, ...]
    notes: tuple[str, ...]
    jointes: tuple[Attached, ...]

    @property
    def doutes(self) -> tuple[str, ...]:
        """The notes worth saying on the screen too: that a style is dropped is true of every HTML message."""
        return tuple(note for note in self.notes if note != STYLED)

    @property
    def lignes(self) -> int:
        """About how many lines its page takes."""
        return sum(text.lignes for text in self.textes) + 2 * len(self.jointes) + 10


def read_mail(content: bytes) -> Mail:
    """Read a message; Sealed when it is encrypted, ValueError when these bytes are not one."""
    try:
        message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(_message(content))
        if not _header(message, "from") or not (_header(message, "date") or _header(message, "subject")):
            raise ValueError("not a message")
        headers = tuple(_headers(message))
        parts = list(_parts(message))
        attached = tuple(_attached(part, rank) for rank, part in enumerate((p for k, p in parts if k == "file"), 1))
        names = {
            str(part.get("content-id", "")).strip().strip("<>"): one.nom
            for part, one in zip((p for k, p in parts if k == "file"), attached, strict=True)
        }
        notes: list[str] = []
        texts = tuple(_told(part, names, notes) for kind, part in parts if kind == "text")
    except (MessageError, LookupError, AttributeError, AssertionError, UnicodeError, TypeError, RecursionError):
        raise ValueError("unreadable message") from None
    if any(
        isinstance(d, CloseBoundaryNotFoundDefect | StartBoundaryNotFoundDefect)
        for p in message.walk()
        for d in p.defects
    ):
        notes.append(CUT)
    return Mail(headers, texts, tuple(dict.fromkeys(notes)), attached)


def _message(content: bytes) -> bytes:
    content = content.removeprefix(b"\xef\xbb\xbf")
    apple = _APPLE.match(content)
    return content[apple.end() : apple.end() + int(apple[1])] if apple else content.lstrip(b"\r\n")


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for label, name in HEADERS[:3]:
        if value := _header(message, name):
            yield label, value
    if value := _header(message, "date"):
        try:
            sent = parsedate_to_datetime(value)
            yield "Date", f"{long_date(sent.date())} à {sent:%H:%M} ({sent:%z})".replace(" ()", "")
        except (ValueError, TypeError, OverflowError):
            yield "Date", value
    for label, name in HEADERS[3:]:
        if value := _header(message, name):
            yield label, value


def _header(message: Message, name: str) -> str:
    """A header on one line; accents written raw, without saying in what alphabet, are read all the same."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), None)
    if raw is None:
        return ""
    if any("\udc80" <= character <= "\udcff" for character in raw):
        raw = _decoded(raw.encode("utf-8", "surrogateescape"), None)[0]
    factory: Any = email.policy.default
    return " ".join(str(factory.header_factory(name, raw.replace("\r", " ").replace("\n", " "))).split())


def _parts(part: Message, *, texts: bool = True) -> Iterator[tuple[str, Any]]:
    """("text" or "file", part), in order; of two versions of the same text, the plain one unless it is empty."""
    kind = part.get_content_type()
    if kind in SEALED:
        raise Sealed
    if kind == "multipart/alternative":
        versions: list[Any] = [one for one in part.get_payload() if isinstance(one, Message)]
        shown = next((one for one in versions if _is_plain(one)), None) or next(
            (one for one in reversed(versions) if any(k == "text" for k, _ in _parts(one))), None
        )
        for one in versions:
            yield from _parts(one, texts=texts and one is shown)
    elif part.is_multipart() and kind.startswith("multipart/"):
        payload: Any = part.get_payload()
        for one in payload:
            yield from _parts(one, texts=texts)
    elif kind in REPORTS or (
        kind in {"text/plain", "text/html"}
        and not part.get_filename()
        and part.get_content_disposition() != "attachment"
    ):
        if texts:
            yield "text", part
    else:
        yield "file", part


def _is_plain(part: Message) -> bool:
    return part.get_content_type() == "text/plain" and bool(_bytes(part).strip())


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _told(part: Message, pictures: dict[str, str], notes: list[str]) -> Told:
    if part.get_content_type() in REPORTS:
        inner: Any = part.get_payload()
        return plain_told("\n".join(str(one) for one in inner) if isinstance(inner, list) else str(inner))
    text, unknown = _decoded(_bytes(part), part.get_content_charset())
    if unknown:
        notes.append(f"Jeu de caractères inconnu (« {unknown} ») : les accents sont à vérifier.")
    if part.get_content_type() == "text/plain":
        return plain_told(text)
    told = html_told(text, pictures)
    notes += [STYLED, HIDDEN] if told.cache else [STYLED]
    return told


def _decoded(content: bytes, charset: str | None) -> tuple[str, str | None]:
    """(text, the alphabet announced when nobody knows it). Without one that fits: UTF-8, else Western European."""
    unknown = None
    for name in (charset, "utf-8", "cp1252"):
        try:
            return content.decode(name or "utf-8"), unknown
        except LookupError:
            unknown = name
        except UnicodeError:
            continue
    return content.decode("latin-1"), unknown


def _attached(part: Any, rank: int) -> Attached:
    name = " ".join((part.get_filename() or "").split())
    kind = part.get_content_type()
    if kind == "message/rfc822":
        payload: Any = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        name = name or f"message transféré {rank}"
        content = b"" if inner is None else inner.as_bytes(policy=email.policy.compat32.clone(max_line_length=None))
        return Attached(name if name.lower().endswith(".eml") else f"{name}.eml", content, ".eml")
    content = _bytes(part)
    return Attached(
        name or f"{'image' if kind in PICTURES else 'pièce jointe'} {rank}", content, _read_as(name, kind, content)
    )


def _read_as(name: str, kind: str, content: bytes) -> str | None:
    """By its name, else its announced type, else its first bytes."""
    suffix = re.search(r"\.[a-z0-9]{1,5}$", name.lower())
    if suffix and suffix[0] in READ:
        return suffix[0]
    if content.startswith(b"%PDF-"):
        return ".pdf"
    if content.startswith(b"\x89PNG\r\n"):
        return ".png"
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    return PICTURES.get(kind)


def mail_html(mail: Mail, title: str, shown: frozenset[int], *, joint: bool = False) -> str:
    """The page of a message; `shown` are the ranks of the attachments reproduced after it, the others are only named.

    With `joint`, the message was attached to another one, and its page says so by its `title`.
    """
    above = f"<p class='note'>Pièce jointe : {escape(title)}</p>" if joint else ""
    headers = "".join(f"<tr><th scope='row'>{label}</th><td>{escape(value)}</td></tr>" for label, value in mail.entetes)
    rows = "".join(f"<li>{_line(item, rank in shown)}</li>" for rank, item in enumerate(mail.jointes))
    listed = f"<h2>Pièces jointes au courriel</h2><ul>{rows}</ul>" if rows else ""
    notes = "".join(f"<p class='note'>{escape(note)}</p>" for note in mail.notes)
    text = "<hr>".join(text.html for text in mail.textes if text.html) or "<p class='note'>(message sans texte)</p>"
    return (
        f"<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>{escape(title)}</title></head>"
        f"<body class='courriel'>{above}<table class='entetes'><tbody>{headers}</tbody></table>"
        f"{notes}<div class='message'>{text}</div>{listed}</body></html>"
    )


def _line(item: Attached, shown: bool) -> str:
    where = "reproduite ci-après" if shown else "non reproduite"
    size = f"{max(1, round(len(item.contenu) / 1000))}{NBSP}Ko"
    return f"{escape(item.nom)} ({size}, {where})<br><code>SHA-256 {hashlib.sha256(item.contenu).hexdigest()}</code>"
