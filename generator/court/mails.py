"""An e-mail kept as a file (.eml), as a page that can be printed: headers, text, list of what was attached.

Nothing is fetched: an HTML message is read for its text only.
"""

import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html import escape
from html.parser import HTMLParser
from typing import Any

from generator.calendar_fr import long_date
from generator.money import NBSP

HEADERS = (("De", "from"), ("À", "to"), ("Copie", "cc"), ("Objet", "subject"), ("Identifiant", "message-id"))
BREAKS = {"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "hr"}
SILENT = {"style", "script", "head", "title"}


@dataclass(frozen=True)
class Attached:
    """A file of a message: its name and its bytes."""

    nom: str
    contenu: bytes


@dataclass(frozen=True)
class Mail:
    """What a message shows: its headers (label, value), its text, its attachments in order."""

    entetes: tuple[tuple[str, str], ...]
    texte: str
    jointes: tuple[Attached, ...]


def read_mail(content: bytes) -> Mail:
    """Read a message; ValueError when these bytes are not one."""
    message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(content)
    if not message.get("from") or not (message.get("date") or message.get("subject")):
        raise ValueError("not a message")
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        text = "" if body is None else str(body.get_content())
        attached = tuple(_attachments(message))
    except (LookupError, KeyError, AttributeError, UnicodeError, TypeError):
        raise ValueError("unreadable message") from None
    if body is not None and body.get_content_type() == "text/html":
        text = _text_of(text)
    return Mail(tuple(_headers(message)), _tidy(text), attached)


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for label, name in HEADERS[:3]:
        if value := message.get(name):
            yield label, " ".join(str(value).split())
    if value := message.get("date"):
        try:
            sent = parsedate_to_datetime(str(value))
            yield "Date", f"{long_date(sent.date())} à {sent:%H:%M} ({sent:%z})".replace(" ()", "")
        except ValueError:
            yield "Date", str(value)
    for label, name in HEADERS[3:]:
        if value := message.get(name):
            yield label, " ".join(str(value).split())


def _attachments(message: EmailMessage) -> Iterator[Attached]:
    for rank, part in enumerate(message.iter_attachments(), start=1):
        name = " ".join((part.get_filename() or f"pièce jointe {rank}").split())
        if part.get_content_type() == "message/rfc822":
            inner: Any = part.get_payload()
            yield Attached(
                name if name.endswith(".eml") else f"{name}.eml", bytes(inner[0]) if isinstance(inner, list) else b""
            )
            continue
        content = part.get_payload(decode=True)
        yield Attached(name, content if isinstance(content, bytes) else b"")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in SILENT))
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def _text_of(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.parts)


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def mail_html(mail: Mail, title: str, shown: tuple[str, ...]) -> str:
    """The page of a message; `shown` are the attachments reproduced after it, the others are only named."""
    headers = "".join(f"<tr><th scope='row'>{label}</th><td>{escape(value)}</td></tr>" for label, value in mail.entetes)
    rows = "".join(f"<li>{_attached(item, item.nom in shown)}</li>" for item in mail.jointes)
    listed = f"<h2>Pièces jointes au courriel</h2><ul>{rows}</ul>" if rows else ""
    return (
        f"<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>{escape(title)}</title></head>"
        f"<body class='courriel'><table class='entetes'><tbody>{headers}</tbody></table>"
        f"<div class='message'>{escape(mail.texte)}</div>{listed}</body></html>"
    )


def _attached(item: Attached, shown: bool) -> str:
    where = "reproduite ci-après" if shown else "non reproduite"
    size = f"{max(1, round(len(item.contenu) / 1000))}{NBSP}Ko"
    return f"{escape(item.nom)} ({size}, {where})<br><code>SHA-256 {hashlib.sha256(item.contenu).hexdigest()}</code>"
