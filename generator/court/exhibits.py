"""The exhibits (pièces): which files prove the claim, read and made into flat A4 pages, in order and numbered.

They come from `pieces:` of the dossier, `factures[].piece`, and the files of letters the journal says were sent. A
file is taken once, and only as it was: one that changed since the journal noted it is left out, and said.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from generator.court.mails import mail_html, read_mail
from generator.court.stamping import Damaged, Protected, flat_pages, open_pdf
from generator.errors import InvalidInput
from generator.history import journal_of
from generator.journal import Event
from generator.judicial_pieces import Nature
from generator.letterhead import check_picture
from generator.letters import load_letter
from generator.loading import LoadedCase
from generator.pipeline import roots_of
from generator.templates import read_template
from generator.writing import reason

PIECE_BYTES, PIECE_PAGES = 50_000_000, 500
IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
READABLE = {".pdf", ".eml", *IMAGES}
ORDER: tuple[Nature, ...] = get_args(Nature)
# What a file of the journal proves, by what the event was.
BY_ACTION: dict[str, Nature] = {"reception": "preuve-d-envoi", "reponse": "courrier-du-debiteur"}


@dataclass(frozen=True)
class Source:
    """A file to read, before it is: `origine` names where the dossier speaks of it."""

    chemin: Path
    titre: str
    le: date | None
    nature: Nature
    origine: str
    facture: str | None = None


@dataclass(frozen=True)
class Exhibit:
    """One exhibit: `contenu` is a PDF of `pages` flat A4 pages, not stamped; `sha256` is that of the file itself."""

    numero: int
    titre: str
    le: date | None
    nature: Nature
    fichier: str
    sha256: str
    pages: int
    contenu: bytes
    facture: str | None = None

    @property
    def tampon(self) -> str:
        """What is stamped on each of its pages."""
        return f"Pièce n° {self.numero}"

    @property
    def nom(self) -> str:
        """The name of its own PDF."""
        return f"{self.numero:02d}-{PurePosixPath(self.fichier).stem[:60]}.pdf"


@dataclass(frozen=True)
class Gathered:
    """The files found, in order; `remarques` are sentences about files that were left out."""

    sources: tuple[Source, ...]
    remarques: tuple[str, ...]


def gather(loaded: LoadedCase, au: date) -> Gathered:
    """Every file that may be an exhibit on a day, in the order of the bordereau, once each."""
    case, base = loaded.case, loaded.path.parent
    kept_out = {(base / piece.fichier).resolve() for piece in case.pieces if piece.ne_pas_communiquer}
    listed = [
        Source(base / piece.fichier, piece.titre, piece.le, piece.nature, f"pieces : {piece.titre}")
        for piece in case.pieces
        if not piece.ne_pas_communiquer and (piece.le is None or piece.le <= au)
    ]
    invoices = [
        Source(base / f.piece, f"Facture {f.numero}", f.emise_le, "facture", f"facture {f.numero} : piece", f.numero)
        for f in case.factures
        if f.piece and f.emise_le <= au
    ]
    remarks: list[str] = []
    sent = list(_journal_files(loaded, au, remarks))
    numbers = {(base / f.piece).resolve(): f.numero for f in case.factures if f.piece}
    found: dict[Path, Source] = {}
    for source in (*listed, *invoices, *sent):
        place = source.chemin.resolve()
        if place not in kept_out:
            found.setdefault(place, replace(source, facture=numbers.get(place)))
    return Gathered(
        tuple(sorted(found.values(), key=lambda one: (ORDER.index(one.nature), one.le or date.max))), tuple(remarks)
    )


def _journal_files(loaded: LoadedCase, au: date, remarks: list[str]) -> Iterator[Source]:
    for event in journal_of(loaded).events:
        if event.le > au or event.action not in {"envoi", *BY_ACTION}:
            continue
        names = [file for file in event.fichiers if PurePosixPath(file.nom).suffix.lower() in READABLE]
        if event.fichiers and not names:
            what = ", ".join(file.nom for file in event.fichiers)
            remarks.append(f"journal, {event.le:%d/%m/%Y} : {what} : ni PDF, ni image, ni courriel, non repris")
        mails = [file for file in names if file.nom.lower().endswith(".eml")]
        # A letter sent by e-mail is in its message; on paper, its draft message never left.
        chosen = mails if event.canal == "email" and mails else [file for file in names if file not in mails]
        for file in chosen:
            path = _as_it_was(file.nom, file.sha256, loaded, event)
            if isinstance(path, Path):
                nature, title = _said(event, loaded)
                yield Source(path, title, event.le, nature, f"journal, {file.nom}")
            else:
                remarks.append(path)


def _as_it_was(name: str, digest: str, loaded: LoadedCase, event: Event) -> Path | str:
    """The file with this hash, where the commands write it; else a sentence."""
    parts = PurePosixPath(name).parts
    where = f"journal, {event.le:%d/%m/%Y} : « {name} »"
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        return f"{where} : chemin hors du répertoire, non repris"
    base, company = loaded.path.parent, (loaded.company_path or loaded.path).parent
    folders = [base, base / "sortie", base / "pieces", company, company / "sortie", company / "pieces"]
    folders += sorted(company.glob(f"relances/*/{loaded.case.reference}"))
    seen = [path for folder in folders if (path := folder.joinpath(*parts)).is_file()]
    for path in seen:
        if hashlib.sha256(_read(path)).hexdigest() == digest:
            return path
    if seen:
        return f"{where} : ce fichier a changé depuis, non repris ; remettre celui qui est parti"
    return f"{where} : fichier introuvable, non repris ; le remettre, ou l'écrire dans pieces"


def _said(event: Event, loaded: LoadedCase) -> tuple[Nature, str]:
    """What a file of the journal proves, and its title."""
    if event.action in BY_ACTION:
        received = "Avis de réception" if event.canal == "lrar" else "Preuve de réception"
        return BY_ACTION[event.action], received if event.action == "reception" else "Réponse du débiteur"
    try:
        spec = load_letter(event.lettre or "", roots_of(loaded)).spec
        title, amicable = plain_title(spec.titre), spec.phase in {"prevention", "amiable"}
    except InvalidInput:  # a letter the company no longer has
        title, amicable = f"Lettre « {event.lettre} »" if event.lettre else "Lettre", True
    if event.numero_recommande:
        title += f", recommandé n° {event.numero_recommande}"
    if event.etablit == "mise_en_demeure":
        return "mise-en-demeure", title
    return ("relance" if amicable else "autre"), title


def plain_title(title: str) -> str:
    """The title of a letter without the remark that tells it from its neighbours: « (client professionnel) »."""
    return re.sub(r"\s*\([^)]*\)$", "", title)


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
    if source.chemin.suffix.lower() not in READABLE:
        raise InvalidInput(f"{where} : il faut un PDF, une image PNG ou JPEG, ou un courriel .eml")
    try:
        size = source.chemin.stat().st_size
    except OSError as error:
        raise InvalidInput(f"{where} : {reason(error)} : corriger le chemin") from None
    if size > PIECE_BYTES:
        raise InvalidInput(f"{where} : plus de {PIECE_BYTES // 1_000_000} Mo : le réduire ou le partager")
    content = _read(source.chemin)
    pages, pdf = _as_pages(name, content, source.titre, where)
    return Exhibit(
        number, source.titre, source.le, source.nature, name, hashlib.sha256(content).hexdigest(), pages, pdf,
        source.facture,
    )  # fmt: skip


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path.name} : lecture impossible ({reason(error)})") from None


def _as_pages(name: str, content: bytes, title: str, where: str) -> tuple[int, bytes]:
    """(number of pages, PDF of flat A4 pages)."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    pages = sum(_add(part, writer, whose) for part, whose in _parts(name, content, title, where))
    if pages > PIECE_PAGES:
        raise InvalidInput(f"{where} : plus de {PIECE_PAGES} pages : le partager")
    out = BytesIO()
    writer.write(out)
    return pages, out.getvalue()


def _parts(name: str, content: bytes, title: str, where: str) -> Iterator[tuple[bytes, str]]:
    """The PDFs a file is made of, each with the name to blame: itself, a picture as a page, a message then what was attached to it."""
    from generator.export.pdf import write_pdf

    suffix = Path(name).suffix.lower()
    if suffix == ".pdf":
        yield content, where
    elif suffix in IMAGES:
        check_picture(content, where)
        yield write_pdf(_picture_html(content, IMAGES[suffix], title), PICTURE_CSS), where
    else:
        try:
            mail = read_mail(content)
        except ValueError:
            raise InvalidInput(f"{where} : ce n'est pas un courriel lisible : l'enregistrer à nouveau") from None
        shown = [item for item in mail.jointes if Path(item.nom).suffix.lower() in {".pdf", *IMAGES}]
        yield write_pdf(mail_html(mail, title, tuple(item.nom for item in shown)), act_css()), where
        for item in shown:
            yield from _parts(item.nom, item.contenu, item.nom, f"{where}, pièce jointe « {item.nom} »")


PICTURE_CSS = (
    "@page { size: A4; margin: 16mm 10mm } body { margin: 0; text-align: center } "
    "img { max-width: 190mm; max-height: 262mm; image-orientation: from-image }"
)


def _picture_html(content: bytes, kind: str, title: str) -> str:
    source = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return (
        f'<!DOCTYPE html><html lang="fr"><head><title>{escape(title)}</title></head>'
        f'<body><img src="{source}" alt="{escape(title)}"></body></html>'
    )


@cache
def act_css() -> str:
    """The style sheet of the parts of a bundle."""
    from generator.resources import builtin

    return read_template(builtin("letters") / "_actes" / "acte.css")


def _add(pdf: bytes, writer: Any, where: str) -> int:
    try:
        reader = open_pdf(pdf)
        if len(reader.pages) > PIECE_PAGES:
            raise InvalidInput(f"{where} : plus de {PIECE_PAGES} pages : le partager")
        return flat_pages(reader, writer)
    except Protected:
        raise InvalidInput(f"{where} : PDF protégé par un mot de passe : fournir une version libre") from None
    except Damaged:
        raise InvalidInput(f"{where} : PDF abîmé ou coupé, illisible jusqu'au bout : le refaire") from None
