"""The document a Word letter is written into: ours, or the company's letterhead.

python-docx rather than a converter from HTML: a converter invents one style per look and knows nothing of repeated
table heads, « never alone on a page » or letterheads, which is what a firm edits in Word. It opens and saves the
package; here a company's file is checked, emptied of its text and given the styles of ours that it lacks.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from copy import deepcopy
from decimal import Decimal
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.parts.numbering import NumberingPart
from docx.shared import RGBColor
from lxml import etree

from generator.errors import InvalidInput
from generator.look import Look
from generator.resources import builtin

SHIPPED = "papier-en-tete.docx"
LISTS = ("List Bullet", "List Number")
MAX_BYTES = 5_000_000
MAX_UNPACKED = 50_000_000
# The colours of the shipped styles, replaced by the company's.
_ACCENT, _BACKGROUND = "8A5A36", "F5F1EA"
_DATE = (1980, 1, 1, 0, 0, 0)  # the first a zip can hold: the same bytes every day
# What only the removed text of a letterhead used; left in, it would travel with every letter.
_OF_THE_BODY = {"image", "hyperlink", "comments", "commentsExtended", "commentsIds", "people", "footnotes", "endnotes"}
_SAVE_AS = "l'ouvrir dans Word ou LibreOffice et l'enregistrer au format .docx"


def el(tag: str, *children: Any, **attributes: str | int) -> Any:
    """A WordprocessingML element: `el("spacing", before=0)` is `<w:spacing w:before="0"/>`."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def open_reference(data: bytes | None, look: Look) -> WordDocument:
    """An empty document with every style of ours, in the company's letterhead when there is one.

    InvalidInput when `data` is not a DOCX, holds macros, calls another file or is over 5 MB.
    """
    shipped = docx.Document(io.BytesIO((builtin("letters") / "_commun" / SHIPPED).read_bytes()))
    _dress(shipped, look)
    if data is None:
        _empty(shipped)
        return shipped
    label = f"apparence.papier_en_tete : « {look.papier_en_tete} »" if look.papier_en_tete else "papier à en-tête :"
    _check_package(data, label)
    try:
        document = docx.Document(io.BytesIO(data))
        _empty(document)
        _complete(document, shipped)
    # python-docx and lxml raise these on a package that lacks a part or is cut short.
    except (KeyError, ValueError, AttributeError, IndexError, etree.XMLSyntaxError, zipfile.BadZipFile):
        raise InvalidInput(f"{label} est abîmé : {_SAVE_AS}") from None
    return document


def style_ids(document: WordDocument) -> dict[str, str]:
    """Identifier of each style by its name; Word writes « heading 1 » whatever the language."""
    styles = document.styles.element.iter(qn("w:style"))
    return {_key(_name(style)): style.get(qn("w:styleId")) for style in styles}


def style_id(ids: dict[str, str], name: str) -> str:
    """The identifier of one of our styles."""
    return ids[_key(name)]


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("'", "’").casefold()


def _check_package(data: bytes, label: str) -> None:
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"{label} dépasse 5 Mo : réduire ses images")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise InvalidInput(f"{label} dépasse 50 Mo une fois ouvert : réduire ses images")
            names = {entry.filename for entry in entries}
            if not {"word/document.xml", "[Content_Types].xml"} <= names:
                raise InvalidInput(f"{label} n'est pas un document Word : {_SAVE_AS}")
            types = package.read("[Content_Types].xml")
            links = b"".join(package.read(name) for name in sorted(names) if name.endswith(".rels"))
    # zlib.error and NotImplementedError (unknown compression) come from a file that is not what it says.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise InvalidInput(f"{label} n'est pas un document Word : {_SAVE_AS}") from None
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise InvalidInput(f"{label} contient des macros : l'enregistrer au format .docx, sans macro")
    if b"template.main+xml" in types:
        raise InvalidInput(f"{label} est un modèle (.dotx) : {_SAVE_AS}")
    _check_links(links, label)


def _check_links(relations: bytes, label: str) -> None:
    """Nothing is fetched when the letter is opened: a linked picture would tell where and when it is read."""
    for line in relations.split(b"Relationship ")[1:]:
        outside = b'TargetMode="External"' in line
        if outside and not (b"/hyperlink" in line or b"/attachedTemplate" in line):
            raise InvalidInput(f"{label} appelle une image ou un fichier extérieur : l'incorporer au document")


def _dress(shipped: WordDocument, look: Look) -> None:
    """The company's colours, font and margins in the shipped document."""
    colours = {_ACCENT: look.couleur, _BACKGROUND: look.fond}
    for element in shipped.styles.element.iter():
        for name, value in element.items():
            if value in colours:
                element.set(name, colours[value].lstrip("#").upper())
    if look.couleur != Look().couleur:  # as in the PDF
        for name in ("Expéditeur nom", "Heading 1"):
            shipped.styles[name].font.color.rgb = RGBColor.from_string(look.couleur.lstrip("#").upper())
    if look.police is not None:
        for fonts in shipped.styles.element.iter(qn("w:rFonts")):
            for name in fonts.keys():  # noqa: SIM118 (an lxml element iterates over its children)
                fonts.set(name, look.police.nom)
    margins = shipped.element.body.sectPr.find(qn("w:pgMar"))
    sides = {"top": "haut", "right": "droite", "bottom": "bas", "left": "gauche"}
    for side, name in sides.items():
        margins.set(qn(f"w:{side}"), str(round(getattr(look.marges, name) * 1440 / Decimal("25.4"))))


def _empty(document: WordDocument) -> None:
    """Drop the body; keep the page, its header and its footer. No link to a template, nor the body's pictures."""
    body = document.element.body
    sections = list(body.iter(qn("w:sectPr")))
    first = sections[0] if sections else el("sectPr")
    if first.getparent() is not None:
        first.getparent().remove(first)
    body[:] = [first]
    relations = document.part.rels
    for name in [n for n, relation in relations.items() if relation.reltype.rsplit("/", 1)[-1] in _OF_THE_BODY]:
        del relations[name]
    settings = document.settings.element
    for link in list(settings.iter(qn("w:attachedTemplate"), qn("w:footnotePr"), qn("w:endnotePr"))):
        link.getparent().remove(link)
    package = document.part.package.rels
    for name in [n for n, r in package.items() if r.reltype.endswith("/thumbnail")]:
        del package[name]  # a picture of the letterhead, not of the letter
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.SETTINGS:
            links = relation.target_part.rels
            for name in [n for n, link in links.items() if link.reltype.endswith("/attachedTemplate")]:
                del links[name]


def _complete(document: WordDocument, shipped: WordDocument) -> None:
    """Copy the styles the letterhead lacks; its own definitions of our names win."""
    known = style_ids(document)
    used = set(known.values())
    ours = {_name(style): style for style in shipped.styles.element.iter(qn("w:style"))}
    renamed: dict[str, str] = {}
    for name, style in ours.items():
        old = style.get(qn("w:styleId"))
        new = known.get(_key(name), old)
        while _key(name) not in known and new in used:  # the letterhead uses this identifier for another style
            new += "1"
        renamed[old] = new
        used.add(new)
    for name, style in ours.items():
        if _key(name) in known:
            continue
        copy = deepcopy(style)
        copy.set(qn("w:styleId"), renamed[style.get(qn("w:styleId"))])
        for link in copy.iter(qn("w:basedOn"), qn("w:next")):
            link.set(qn("w:val"), renamed[link.get(qn("w:val"))])
        for number in list(copy.iter(qn("w:numPr"))):  # numbers of our file mean nothing in theirs
            number.getparent().remove(number)
        document.styles.element.append(copy)
    for name in LISTS:
        if _abstract_id(document, name) is None:
            _number(document, shipped, name)


def new_list(document: WordDocument, name: str) -> str:
    """A number definition of its own for one list, so that a second numbered list starts again at 1."""
    numbering = _numbering(document)
    number = _next(numbering, "num", "numId")
    restart = el("lvlOverride", el("startOverride", val=1), ilvl=0)
    abstract = el("abstractNumId", val=_abstract_id(document, name) or "0")
    numbering.append(el("num", abstract, restart, numId=number))
    return str(number)


def _number(document: WordDocument, shipped: WordDocument, name: str) -> None:
    """Our bullets or numbers for a list style that has none."""
    numbering, style = _numbering(document), _style(document, name)
    abstract = deepcopy(_find(_numbering(shipped), "abstractNum", "abstractNumId", _abstract_id(shipped, name) or ""))
    abstract_id = _next(numbering, "abstractNum", "abstractNumId")
    abstract.set(qn("w:abstractNumId"), str(abstract_id))
    for link in abstract.iter(qn("w:pStyle")):
        link.set(qn("w:val"), style.get(qn("w:styleId")))
    first = numbering.find(qn("w:num"))  # every abstractNum comes before the first num
    numbering.append(abstract) if first is None else first.addprevious(abstract)
    number = _next(numbering, "num", "numId")
    numbering.append(el("num", el("abstractNumId", val=abstract_id), numId=number))
    for old in list(style.iter(qn("w:numPr"))):
        old.getparent().remove(old)
    style.get_or_add_pPr()._insert_numPr(el("numPr", el("numId", val=number)))


def _abstract_id(document: WordDocument, name: str) -> str | None:
    """Which definition a list style counts with; None when it has none."""
    link = _style(document, name).find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    if link is None:
        return None
    number = _find(_numbering(document), "num", "numId", link.get(qn("w:val")))
    return None if number is None else number.find(qn("w:abstractNumId")).get(qn("w:val"))


def _numbering(document: WordDocument) -> Any:
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return relation.target_part.element
    name = PackURI("/word/numbering.xml")
    part = NumberingPart(name, CONTENT_TYPE.WML_NUMBERING, el("numbering"), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    return part.element


def _style(document: WordDocument, name: str) -> Any:
    return next(s for s in document.styles.element.iter(qn("w:style")) if _key(_name(s)) == _key(name))


def _name(style: Any) -> str:
    name = style.find(qn("w:name"))
    return "" if name is None else name.get(qn("w:val"))


def _find(parent: Any, tag: str, attribute: str, value: str) -> Any:
    return next((e for e in parent.findall(qn(f"w:{tag}")) if e.get(qn(f"w:{attribute}")) == value), None)


def _next(parent: Any, tag: str, attribute: str) -> int:
    return max((int(e.get(qn(f"w:{attribute}"))) for e in parent.findall(qn(f"w:{tag}"))), default=0) + 1


def pack(document: WordDocument) -> bytes:
    """The package as bytes, with fixed dates and order: python-docx would stamp the time of day."""
    saved = io.BytesIO()
    document.save(saved)
    target = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as package:
        # The list of types comes first: that is how some programs tell a DOCX from any archive.
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            package.writestr(entry, source.read(name), compresslevel=6)
    return target.getvalue()
