"""The exhibits (pièces): files read and made into flat A4 pages, in order and numbered.

A file is shown whole or refused by name; the parts of an e-mail that cannot become pages are listed on its page and
in the remarks.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from generator.court.exhibit_files import READABLE, Source
from generator.court.fidelity import Unfaithful, check_faithful, left_behind
from generator.court.mails import Attached, Mail, Sealed, mail_html, read_mail
from generator.court.stamping import Damaged, Protected, flat_pages, open_pdf
from generator.errors import InvalidInput
from generator.judicial_pieces import Nature
from generator.letterhead import check_picture
from generator.reading import file_problem
from generator.templates import read_template
from generator.writing import reason

PIECE_BYTES, PIECE_PAGES = 50_000_000, 500
# Beyond, a message is no letter: WeasyPrint would take minutes for what a mail program prints at once.
MAIL_PAGES, PAGE_LINES = 100, 48
NESTED = 5
IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
SPLIT = "le découper en plusieurs fichiers"
PRINT = "l'ouvrir dans la messagerie et l'imprimer en PDF"
# What Windows refuses in the name of a file.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


@dataclass(frozen=True)
class Exhibit:
    """One exhibit: `contenu` is a PDF of `pages` flat A4 pages, not stamped; `sha256` is that of the file itself.

    `remarques` are sentences about what its pages do not show.
    """

    numero: int
    titre: str
    le: date | None
    nature: Nature
    fichier: str
    sha256: str
    pages: int
    contenu: bytes
    facture: str | None = None
    remarques: tuple[str, ...] = ()

    @property
    def tampon(self) -> str:
        """What is stamped on each of its pages."""
        return f"Pièce n° {self.numero}"

    @property
    def nom(self) -> str:
        """The name of its own PDF, one that every system accepts."""
        stem = unicodedata.normalize("NFC", PurePosixPath(self.fichier).stem)
        return f"{self.numero:02d}-{_FORBIDDEN.sub('-', stem)[:60].strip(' .-') or 'piece'}.pdf"


@dataclass(frozen=True)
class _Part:
    """A PDF that makes pages of an exhibit: `ou` is who to blame, `page` whether we made it ourselves."""

    pdf: bytes
    ou: str
    page: bool


def read_exhibits(sources: Iterable[Source]) -> tuple[Exhibit, ...]:
    """Every file read and numbered; InvalidInput lists at once those that cannot be exhibits, by name."""
    problems: list[str] = []
    found: list[Exhibit] = []
    for source in sources:
        try:
            found.append(_exhibit(source, len(found) + 1))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _exhibit(source: Source, number: int) -> Exhibit:
    name = source.chemin.name
    where = f"{source.origine} : « {name} »"
    if problem := file_problem(source.chemin):
        raise InvalidInput(f"{where} : {problem}")
    if source.chemin.suffix.lower() not in READABLE:
        raise InvalidInput(f"{where} : il faut un PDF, une image PNG ou JPEG, ou un courriel .eml")
    content = _read(source.chemin, where)
    remarks: list[str] = []
    pages, pdf = _as_pages(name, content, source.titre, where, remarks)
    return Exhibit(
        number, source.titre, source.le, source.nature, name, hashlib.sha256(content).hexdigest(), pages, pdf,
        source.facture, tuple(remarks),
    )  # fmt: skip


def _read(path: Path, where: str) -> bytes:
    try:
        if path.stat().st_size > PIECE_BYTES:
            raise InvalidInput(f"{where} : plus de {PIECE_BYTES // 1_000_000} Mo : le réduire ou {SPLIT}")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{where} : lecture impossible ({reason(error)})") from None


def _as_pages(name: str, content: bytes, title: str, where: str, remarks: list[str]) -> tuple[int, bytes]:
    """(number of pages, PDF of flat A4 pages)."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    pages = sum(_add(part, writer, remarks) for part in _parts(name, content, title, where, remarks))
    if pages > PIECE_PAGES:
        raise InvalidInput(f"{where} : plus de {PIECE_PAGES} pages : {SPLIT}")
    out = BytesIO()
    writer.write(out)
    return pages, out.getvalue()


def _parts(name: str, content: bytes, title: str, where: str, remarks: list[str], depth: int = 0) -> Iterator[_Part]:
    """The PDFs a file is made of: itself, a picture as a page, a message then what was attached to it."""
    from generator.export.pdf import write_pdf

    suffix = Path(name).suffix.lower()
    if suffix == ".pdf":
        yield _Part(content, where, page=False)
    elif suffix in IMAGES:
        check_picture(content, where)
        yield _Part(write_pdf(_picture_html([(content, IMAGES[suffix], title)], title), PICTURE_CSS), where, page=True)
    else:
        mail = _mail(content, where)
        readable = [rank for rank, item in enumerate(mail.jointes) if item.lu and (item.lu != ".eml" or depth < NESTED)]
        if left := [item.nom for rank, item in enumerate(mail.jointes) if rank not in readable]:
            remarks.append(f"{where} : {', '.join(f'« {one} »' for one in left)} : non reproduit, seulement nommé")
        remarks += [f"{where} : {note[0].lower()}{note[1:].rstrip('.')}" for note in mail.doutes]
        html = mail_html(mail, title, frozenset(readable), joint=depth > 0)
        yield _Part(write_pdf(html, act_css()), where, page=True)
        yield from _attached([mail.jointes[rank] for rank in readable], where, remarks, depth + 1)


def _attached(items: list[Attached], where: str, remarks: list[str], depth: int) -> Iterator[_Part]:
    """What was attached, in order; pictures that follow each other share pages, each with its name."""
    from generator.export.pdf import write_pdf

    for pictures, run in groupby(items, key=lambda item: item.lu in IMAGES):
        if not pictures:
            for item in run:
                yield from _parts(
                    f"x{item.lu}", item.contenu, item.nom, f"{where}, pièce jointe « {item.nom} »", remarks, depth
                )
            continue
        shown = list(run)
        for item in shown:
            check_picture(item.contenu, f"{where}, pièce jointe « {item.nom} »")
        listed = [(item.contenu, IMAGES[item.lu or ".png"], item.nom) for item in shown]
        yield _Part(write_pdf(_picture_html(listed, shown[0].nom, named=True), PICTURE_CSS), where, page=True)


def _mail(content: bytes, where: str) -> Mail:
    try:
        mail = read_mail(content)
    except Sealed:
        raise InvalidInput(f"{where} : courriel chiffré ou scellé (S/MIME, PGP), illisible ici : {PRINT}") from None
    except ValueError:
        raise InvalidInput(f"{where} : ce n'est pas un courriel lisible : {PRINT}") from None
    if mail.lignes > MAIL_PAGES * PAGE_LINES:
        raise InvalidInput(f"{where} : courriel de plus de {MAIL_PAGES} pages : {PRINT}")
    return mail


PICTURE_CSS = (
    "@page { size: A4; margin: 16mm 10mm } body { margin: 0; text-align: center } figure { margin: 0 0 6mm; break-inside: avoid } "
    "figcaption { font: 8pt sans-serif; margin-top: 1mm } "
    "img { max-width: 190mm; max-height: 262mm; image-orientation: from-image } figure img { max-height: 252mm }"
)


def _picture_html(pictures: list[tuple[bytes, str, str]], title: str, *, named: bool = False) -> str:
    """(content, type, name) of each picture, alone on its page or with its name under it."""
    shown = []
    for content, kind, name in pictures:
        source = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        image = f'<img src="{source}" alt="{escape(name)}">'
        shown.append(f"<figure>{image}<figcaption>{escape(name)}</figcaption></figure>" if named else image)
    return f'<!DOCTYPE html><html lang="fr"><head><title>{escape(title)}</title></head><body>{"".join(shown)}</body></html>'


@cache
def act_css() -> str:
    """The style sheet of the parts of a bundle."""
    from generator.resources import builtin

    return read_template(builtin("letters") / "_actes" / "acte.css")


def _add(part: _Part, writer: Any, remarks: list[str]) -> int:
    try:
        reader = open_pdf(part.pdf)
        if len(reader.pages) > PIECE_PAGES:
            raise InvalidInput(f"{part.ou} : plus de {PIECE_PAGES} pages : {SPLIT}")
        if part.page:
            return flat_pages(reader, writer)
        check_faithful(reader)
        remarks += [f"{part.ou} : {text}" for text in left_behind(reader)]
        return flat_pages(reader, writer, room=True)
    except Protected:
        raise InvalidInput(f"{part.ou} : PDF protégé par un mot de passe : fournir une version libre") from None
    except Unfaithful as error:
        raise InvalidInput(f"{part.ou} : {error} : l'ouvrir, l'imprimer en PDF, et nommer ce nouveau PDF") from None
    except Damaged:
        raise InvalidInput(f"{part.ou} : PDF abîmé ou coupé, illisible jusqu'au bout : le refaire") from None
