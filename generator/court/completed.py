"""The request a person completes: what it has to show before, and what they made of it.

Completed, signed or not, it comes back as a PDF: read like an exhibit, then compared with the draft.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from generator.court.acts import TO_FILL
from generator.court.demands import Blank, blank
from generator.court.exhibit_files import Source
from generator.court.exhibits import read_exhibits
from generator.court.stamping import broken, open_pdf
from generator.document import Element
from generator.errors import InvalidInput
from generator.money import euros, plain_spaces
from generator.typography import typography

OPTION = "--demande"
NOTE = "Note à retirer avant le dépôt : "


def to_complete(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """A paper where the notes to whoever prepares it are told as such, and as visible as its blanks."""
    return tuple(_told(one) if "mention" in one.attribute("class").split() else one for one in elements)


def _told(note: Element) -> Element:
    inside = Element("em", (("class", TO_FILL),), (typography(NOTE), *note.children))
    return Element("p", (("class", "note"),), (inside,))


@dataclass(frozen=True)
class Completed:
    """`contenu` is the file as it is and `sha256` its own; `plat` holds its `pages` as flat A4 pages.

    `texte` is its words without any space, empty when its pages are pictures; `remarques` say what was left out of it.
    """

    nom: str
    contenu: bytes
    sha256: str
    plat: bytes
    pages: int
    texte: str
    remarques: tuple[str, ...]

    def left(self, blancs: tuple[Blank, ...]) -> tuple[Blank, ...]:
        """The blanks of the draft that are still there."""
        return tuple(one for one in blancs if _squeezed(blank(one.quoi)) in self.texte)

    def doubts(self, somme: Decimal) -> Iterator[str]:
        """What a person has to look at: `somme` is what the décompte of the bundle asks for, in euros."""
        yield from self.remarques
        if _squeezed(NOTE) in self.texte:
            yield f"{OPTION} : « {self.nom} » porte encore une note à retirer avant le dépôt"
        if not self.texte:
            yield f"{OPTION} : « {self.nom} » est une image : ses blancs et ses sommes n'ont pas été relus"
        elif _squeezed(euros(somme)) not in self.texte:
            yield (
                f"{OPTION} : « {self.nom} » ne porte pas {plain_spaces(euros(somme))}, le total du décompte joint : "
                "donner avec --au le jour de la demande, ou corriger la demande"
            )


def read_completed(path: Path) -> Completed:
    """The completed request. InvalidInput for a file that is not a readable PDF, or that is the draft itself."""
    if path.suffix.lower() != ".pdf":
        raise InvalidInput(f"{OPTION} : « {path.name} » : il faut un PDF : y enregistrer demande.docx complété")
    (one,) = read_exhibits([Source(path, path.name, None, "autre", OPTION)])
    content = path.read_bytes()
    text = _text(content)
    if _squeezed("Projet à relire, à compléter et à signer") in text:
        raise InvalidInput(
            f"{OPTION} : « {path.name} » est le projet : compléter demande.docx, puis l'enregistrer en PDF"
        )
    return Completed(path.name, content, one.sha256, one.contenu, one.pages, text, one.remarques)


def _text(pdf: bytes) -> str:
    try:
        return _squeezed("".join(page.extract_text() for page in open_pdf(pdf).pages))
    except broken():
        return ""  # it is only read to warn: its pages are bound all the same


def _squeezed(text: str) -> str:
    """Without spaces, whose place in a PDF is a guess, and without ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())
