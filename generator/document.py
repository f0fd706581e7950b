"""The body of a letter as a small closed tree, from which every format is made.

Templates may only use a few elements; anything else is refused, so that text, Word and PDF
always say the same thing. French typography is applied here, once, to every text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from html.parser import HTMLParser

from markupsafe import Markup

from generator.errors import InvalidInput
from generator.languages import LANGUAGES
from generator.letterhead import Signatory
from generator.letters import Letter
from generator.look import Look
from generator.payment_qr import PaymentQr

BLOCKS = {"p", "h2", "h3", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "th", "td"}
INLINE = {"strong", "em", "br"}
ATTRIBUTES = {"class", "scope", "colspan", "data-montant"}
VOID = {"br", "img"}


@dataclass(frozen=True)
class Element:
    """One element of the closed set; `children` are elements and texts in order."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: "tuple[Element | str, ...]" = ()

    def attribute(self, name: str) -> str:
        """The value of an attribute, or an empty text."""
        return dict(self.attributes).get(name, "")

    @property
    def text(self) -> str:
        """All the text inside, line breaks included."""
        if self.tag == "br":
            return "\n"
        # Cells and items are told apart, or « 143 » and « 1 200,00 € » would read as one number.
        blocks = any(isinstance(child, Element) and child.tag in BLOCKS for child in self.children)
        return ("\n" if blocks else "").join(child if isinstance(child, str) else child.text for child in self.children)


@dataclass(frozen=True)
class Enclosure:
    """A file sent with the letter: its name, its title, its bytes."""

    nom: str
    titre: str
    contenu: bytes


@dataclass(frozen=True)
class Page:
    """What surrounds the body: the template's `page`. Texts carry French typography."""

    titre: str
    langue: str
    mise_en_page: str
    expediteur: tuple[str, ...]
    destinataire: tuple[str, ...]
    courriel: str | None
    lieu_date: str
    objet: str
    references: tuple[tuple[str, str], ...]
    mention_envoi: str
    corps: Markup
    signataire: Signatory
    pieces_jointes: tuple[str, ...]
    mentions_legales: tuple[str, ...]
    logo: str | None
    signature: str | None
    libelles: Mapping[str, str]
    cree_le: str


@dataclass(frozen=True)
class Document:
    """A rendered letter, ready for any format: the page's parts, the body's elements, the HTML.

    `nom` is the name of its files, without their extension.
    """

    letter: Letter
    au: date
    nom: str
    page: Page
    corps: tuple[Element, ...]
    html: str
    css: str
    apparence: Look = field(default_factory=Look)
    qr: PaymentQr | None = None
    pieces: tuple[Enclosure, ...] = ()
    papier_en_tete: bytes | None = None

    @property
    def text(self) -> str:
        """The words of the body, for checks."""
        return "\n".join(element.text for element in self.corps)


def parse_body(html: str, where: str, langue: str = "fr") -> tuple[Element, ...]:
    """The elements of a rendered body; InvalidInput names what is not allowed, with its line."""
    parser = _Parser(where, langue)
    parser.feed(html)
    parser.close()
    if parser.problems:
        raise InvalidInput(parser.problems)
    return tuple(parser.finish())


class _Parser(HTMLParser):
    def __init__(self, where: str, langue: str) -> None:
        super().__init__(convert_charrefs=True)
        self.where, self.langue = where, langue
        self.problems: list[str] = []
        self._open: list[tuple[str, tuple[tuple[str, str], ...], list[Element | str]]] = [("", (), [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in BLOCKS | INLINE:
            self._refuse(f"balise <{tag}> interdite dans une lettre")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self._refuse(f"attribut « {name} » interdit dans une lettre")
            elif name == "data-montant" and not re.fullmatch(r"\d{1,12}\.\d\d", value or ""):
                self._refuse(f"data-montant « {value} » : écrire une somme comme 1298.30")
            elif name == "colspan" and not re.fullmatch("[1-9]", value or ""):
                self._refuse(f"colspan « {value} » : écrire un nombre de 1 à 9")
        if tag in VOID:
            self._open[-1][2].append(Element(tag))
        else:
            self._open.append((tag, tuple((name, value or "") for name, value in attrs), []))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open[-1][0] != tag:
            self._refuse(f"balise </{tag}> inattendue : fermer d'abord <{self._open[-1][0] or 'rien'}>")
            return
        name, attributes, children = self._open.pop()
        self._open[-1][2].append(Element(name, attributes, tuple(_trimmed(name, children))))

    def handle_data(self, data: str) -> None:
        text = re.sub(r"[ \t\r\n]+", " ", data)
        if text.strip(" ") or len(self._open) > 1:
            self._open[-1][2].append(LANGUAGES[self.langue].polish(text))

    def finish(self) -> list[Element]:
        """Top-level elements; a text outside any element becomes a problem."""
        if len(self._open) > 1:
            raise InvalidInput(f"{self.where}: balise <{self._open[-1][0]}> jamais fermée")
        children = self._open[0][2]
        if any(isinstance(child, str) for child in children):
            raise InvalidInput(f"{self.where}: texte hors d'un paragraphe : l'entourer de <p> et </p>")
        return [child for child in children if isinstance(child, Element)]

    def _refuse(self, sentence: str) -> None:
        self.problems.append(f"{self.where}: {sentence}")


def _trimmed(tag: str, children: list[Element | str]) -> list[Element | str]:
    """Without the spaces that only come from the template's layout."""
    if tag in {"table", "thead", "tbody", "tfoot", "tr", "ul", "ol"}:
        return [child for child in children if not isinstance(child, str) or child.strip(" ")]
    if tag in BLOCKS:
        children = list(children)
        if children and isinstance(children[0], str):
            children[0] = children[0].lstrip(" ")
        if children and isinstance(children[-1], str):
            children[-1] = children[-1].rstrip(" ")
    return [child for child in children if child != ""]


def to_html(elements: "tuple[Element | str, ...]") -> str:
    """The closed tree back to HTML."""
    parts = []
    for element in elements:
        if isinstance(element, str):
            parts.append(escape(element, quote=False))
            continue
        # What only our own code reads stays out of the file.
        kept = [(name, value) for name, value in element.attributes if name != "data-montant"]
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in kept)
        if element.tag in VOID:
            parts.append(f"<{element.tag}{attributes}>")
        else:
            parts.append(f"<{element.tag}{attributes}>{to_html(element.children)}</{element.tag}>")
            if element.tag in BLOCKS:
                parts.append("\n")
    return "".join(parts)
