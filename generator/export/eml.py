"""A letter as an e-mail to send: text, HTML and the files it comes with.

It opens as a draft (`X-Unsent`): the reader's own program adds the Message-ID and sends it. The
headers are written here and not by `EmailMessage`, which loses the quotes of long names on the
Pythons we support (python/cpython#80222) and so lets a name forge an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from mimetypes import MimeTypes

from generator.calendar_fr import end_of_month
from generator.document import Document, Element
from generator.export.txt import (
    body_text,
    cells_of,
    enclosures_title,
    is_act,
    references,
    rows_of,
    span_of,
    split_annex,
    wrapped,
)

# « =_ » is in no quoted-printable nor base64 body: these can never be mistaken for content.
MIXED, ALTERNATIVE = "=_impayes_1", "=_impayes_2"

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 -]+")

# Mail programs drop style sheets; colours that read on white and on black alike.
_TEXT = "max-width:600px;font-family:Calibri,Arial,sans-serif;font-size:15px;line-height:1.45"
_CELL = "border:1px solid #8c8c8c;padding:4px"
_RIGHT = ";text-align:right"
_BOLD = ";font-weight:bold"
_FRAME = "padding:2px 0 2px 12px;border-left:3px solid "  # then the company's colour
_RULE = "margin:24px 0 0;padding-top:8px;border-top:1px solid #8c8c8c;font-size:12px"
_STYLES = {
    "p": "margin:0 0 14px",
    "h1": "margin:0 0 18px;font-size:20px;line-height:1.3",
    "h2": "margin:22px 0 8px;font-size:17px;line-height:1.3",
    "h3": "margin:18px 0 6px;font-size:15px",
    "ul": "margin:0 0 14px;padding-left:22px",
    "ol": "margin:0 0 14px;padding-left:22px",
    # Sums in millions may make a table wider than the text: better than hidden behind a scroll bar.
    "table": "width:100%;margin:0 0 16px;border-collapse:collapse;line-height:1.35;font-size:13px",
    "tr": "vertical-align:top",
    "th": f"{_CELL};text-align:left",
    "td": _CELL,
}
_CLASSES = {
    "solde": f"font-size:17px;margin:0;{_FRAME}",
    "banque": f"margin:0 0 16px;{_FRAME}",
    "note": "margin:0 0 14px;font-size:13px",
}
NARROW = 6  # columns of a table that can be set in the usual size
_KEPT = {"scope", "colspan"}


def to_eml(document: Document, attachments: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """The e-mail as bytes, the same for the same document; `attachments` are (file name, content)."""
    message = EmailMessage(policy=SMTP)
    message.set_content(_text(document), cte="quoted-printable")
    message.add_alternative(_html(document), subtype="html", cte="quoted-printable")
    message.set_boundary(ALTERNATIVE)
    if attachments:
        message.make_mixed(boundary=MIXED)
    for name, content in attachments:
        kind = MimeTypes().guess_type(name)[0] or "application/octet-stream"  # never the system's own table
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=_clean(name))
    for part in message.walk():
        if part is not message:
            del part["MIME-Version"]
    return _headers(document).encode("ascii") + message.as_bytes()


def _headers(document: Document) -> str:
    page = document.page
    name, *rest = page.expediteur  # one of the rest is the creditor's address, when it is known
    lines = [
        f"Date: {format_datetime(_noon_in_paris(document.au))}",
        next(filter(None, (_address("From", name, line) for line in rest)), ""),
        _address("To", page.destinataire[0], page.courriel),
        f"Subject: {_encoded('Subject', _subject(document))}",
        f"Content-Language: {page.langue}",
        "X-Unsent: 1",
    ]
    return "".join(f"{line}\r\n" for line in lines if line)


def _subject(document: Document) -> str:
    """The object of the letter, then our reference: an answer quotes it back."""
    return f"{document.page.objet} [{document.page.references[0][1]}]"


def _noon_in_paris(day: date) -> datetime:
    """Noon: the day stays the same from Tahiti to Wallis, whatever the reader's clock.

    Summer time from the last Sunday of March to that of October (directive 2000/84/EC), counted
    here because the time zones of the machine may be missing (Windows) or of another year.
    """
    begins, ends = (_last_sunday(day.year, month) for month in (3, 10))
    offset = timezone(timedelta(hours=2 if begins <= day < ends else 1))
    return datetime(day.year, day.month, day.day, 12, tzinfo=offset)


def _last_sunday(year: int, month: int) -> date:
    last = end_of_month(date(year, month, 1))
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _address(header: str, name: str, address: str | None) -> str:
    """« To: Name <address> »; nothing when the address is absent or is not one."""
    domain = (address or "").rpartition("@")[2]
    try:
        address = (address or "").removesuffix(domain) + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if not _ADDRESS.fullmatch(address):
        return ""
    name = _clean(name)
    if name.isascii() and not _PLAIN_NAME.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    elif not name.isascii():
        name = _encoded(header, name)
    return f"{header}: {name}\r\n <{address}>"


def _encoded(header: str, text: str) -> str:
    """A text folded for its header, in encoded words when it is not plain ASCII (RFC 2047)."""
    text = _clean(text)
    plain = text.isascii() and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _clean(text: str) -> str:
    """One line of ordinary spaces: no text of a dossier can add a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _text(document: Document) -> str:
    page = document.page
    parts = ["\n".join(wrapped(line)) for line in _above(document)] + body_text(document)
    if page.mentions_legales:  # after the mark that mail programs take for a signature
        parts += ["-- \n" + "\n".join(line for text in page.mentions_legales for line in wrapped(text))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _above(document: Document) -> list[str]:
    """What stays above the letter: its day, since sending replaces the Date header, and their reference."""
    return [] if is_act(document) else [document.page.lieu_date, *references(document)[1:]]


def _html(document: Document) -> str:
    page = document.page
    body, annex = split_annex(document)
    parts = [_tag("p", escape(line)) for line in _above(document)]
    if is_act(document):
        parts += [_tag("h1", escape(page.objet)), _tag("p", _lines(references(document)))]
    colour = document.apparence.couleur
    parts += [_element(element, colour) for element in body]
    if document.letter.spec.signature == "expediteur":
        parts += [_tag("p", _lines([page.signataire.nom, page.signataire.qualite or ""]))]
    if page.pieces_jointes:
        pieces = "".join(_tag("li", escape(piece)) for piece in page.pieces_jointes)
        parts += [_tag("p", escape(enclosures_title(document)), "margin:0 0 4px"), _tag("ul", pieces)]
    parts += [_element(element, colour) for element in annex]
    if page.mentions_legales:
        parts += [_tag("p", _lines(page.mentions_legales), _RULE)]
    content = "".join(f"{part}\n" for part in parts)
    # The language is said twice: webmails only keep what is inside the body.
    return (
        f'<!DOCTYPE html>\n<html lang="{page.langue}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(page.titre)}</title>\n</head>\n<body>\n"
        f'<div lang="{page.langue}" style="{_TEXT}">\n{content}</div>\n</body>\n</html>\n'
    )


def _lines(texts: Sequence[str]) -> str:
    return "<br>".join(escape(text) for text in texts if text)


def _tag(tag: str, content: str, style: str | None = None) -> str:
    style = _STYLES.get(tag) if style is None else style
    return f'<{tag} style="{style}">{content}</{tag}>' if style else f"<{tag}>{content}</{tag}>"


def _element(element: Element | str, colour: str, group: str = "") -> str:
    """One element with its style on itself; `group` is the part of a table it is in."""
    if isinstance(element, str):
        return escape(element, quote=False)
    tag = element.tag
    if tag == "br":
        return "<br>"
    group = tag if tag in {"thead", "tbody", "tfoot"} else group
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes if name in _KEPT)
    if style := _style(element, colour, group):
        attributes += f' style="{style}"'
    content = "".join(_element(child, colour, group) for child in element.children)
    return f"<{tag}{attributes}>{content}</{tag}>"


def _style(element: Element, colour: str, group: str) -> str:
    classes = element.attribute("class").split()
    style = next((_CLASSES[name] for name in classes if name in _CLASSES), _STYLES.get(element.tag, ""))
    if style.endswith(_FRAME):
        style += colour
    if element.tag == "table" and _columns(element) > NARROW:
        style = style.replace("13px", "12px")  # nine columns of figures hold in 600 pixels
    if element.tag == "em" and group:
        return "font-weight:normal"  # what an invoice is for, beside its number
    if element.tag in {"th", "td"}:
        if "nombre" in classes:
            style = _CELL + _RIGHT + ("" if group == "thead" else ";white-space:nowrap")
        if element.tag == "td" and group == "tfoot":
            style += _BOLD
    return style


def _columns(table: Element) -> int:
    return max((sum(map(span_of, cells_of(row))) for row in rows_of(table)), default=0)
