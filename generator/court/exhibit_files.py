"""Which files prove the claim, before any is read: those of `pieces:`, of the invoices, of the letters the journal says sent.

A file is taken once, only as it was, and only from the folders of the dossier and of the company. What is left out
is said.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import get_args

from generator.court.own_files import check_inside
from generator.errors import InvalidInput
from generator.history import journal_of
from generator.journal import Event, FileHash
from generator.judicial_pieces import Nature
from generator.letters import load_letter
from generator.loading import LoadedCase
from generator.pipeline import roots_of
from generator.reading import file_problem, on_disk, real_place

READABLE = {".pdf", ".eml", ".png", ".jpg", ".jpeg"}
ORDER: tuple[Nature, ...] = get_args(Nature)
# What a file of the journal proves, by what the event was.
BY_ACTION: dict[str, Nature] = {"reception": "preuve-d-envoi", "reponse": "courrier-du-debiteur"}
# Words of a file name that tell a proof of sending from the letter itself.
PROOF = {
    "ar", "accuse", "avis", "bordereau", "depot", "distribution", "preuve", "recepisse", "reception", "recommande", "suivi",
}  # fmt: skip


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
class Gathered:
    """The files found, in order; `remarques` are sentences about files that were left out."""

    sources: tuple[Source, ...]
    remarques: tuple[str, ...]


def gather(loaded: LoadedCase, au: date) -> Gathered:
    """Every file that may be an exhibit on a day, in the order of the bordereau, once each.

    InvalidInput for a path the dossier names outside its folder and the company's: it belongs to somebody else.
    """
    case, base = loaded.case, loaded.path.parent
    kept_out = {real_place(base / piece.fichier) for piece in case.pieces if piece.ne_pas_communiquer}
    remarks: list[str] = []
    listed = []
    for piece in case.pieces:
        if piece.ne_pas_communiquer:
            continue
        if piece.le is not None and piece.le > au:
            remarks.append(
                f"pieces : {piece.titre} : datée du {piece.le:%d/%m/%Y}, après le {au:%d/%m/%Y}, non reprise"
            )
            continue
        listed.append(Source(base / piece.fichier, piece.titre, piece.le, piece.nature, f"pieces : {piece.titre}"))
    invoices = [
        Source(base / f.piece, f"Facture {f.numero}", f.emise_le, "facture", f"facture {f.numero} : piece", f.numero)
        for f in case.factures
        if f.piece and f.emise_le <= au
    ]
    _check_inside([*listed, *invoices], loaded)
    sent = list(_journal_files(loaded, au, remarks))
    numbers = {real_place(base / f.piece): f.numero for f in case.factures if f.piece}
    found: dict[Path, Source] = {}
    for source in (*listed, *invoices, *sent):
        place = real_place(source.chemin)
        if place in kept_out:
            continue
        if (known := found.get(place)) is not None and _twice(source, known):
            remarks.append(f"{source.origine} : même fichier que « {known.titre} », repris une seule fois")
        found.setdefault(place, replace(source, chemin=on_disk(source.chemin), facture=numbers.get(place)))
    return Gathered(
        tuple(sorted(found.values(), key=lambda one: (ORDER.index(one.nature), one.le or date.max))), tuple(remarks)
    )


def _check_inside(sources: list[Source], loaded: LoadedCase) -> None:
    problems: list[str] = []
    for source in sources:
        try:
            check_inside(source.chemin, _bases(loaded), source.origine)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)


def _bases(loaded: LoadedCase) -> tuple[Path, Path]:
    return loaded.path.parent, (loaded.company_path or loaded.path).parent


def _twice(source: Source, known: Source) -> bool:
    """Whether the dossier lists one file twice; a copy of an invoice, or a letter, named among the exhibits too is fine."""
    first = source.origine.split()[0]
    return first in {"pieces", "facture"} and first == known.origine.split()[0]


def _journal_files(loaded: LoadedCase, au: date, remarks: list[str]) -> Iterator[Source]:
    events = journal_of(loaded).events
    prepared = {file.sha256 for event in events if event.action == "preparation" for file in event.fichiers}
    for event in events:
        if event.le > au or event.action not in {"envoi", *BY_ACTION}:
            continue
        names = [file for file in event.fichiers if PurePosixPath(file.nom).suffix.lower() in READABLE]
        if event.fichiers and not names:
            what = ", ".join(file.nom for file in event.fichiers)
            remarks.append(f"journal, {event.le:%d/%m/%Y} : {what} : ni PDF, ni image, ni courriel, non repris")
        mails = [file for file in names if file.nom.lower().endswith(".eml")]
        # A letter sent by e-mail is in its message; on paper, its draft message never left.
        chosen = mails if event.canal == "email" and mails else [file for file in names if file not in mails]
        proofs = [file for file in chosen if event.action == "envoi" and _is_proof(file, chosen, prepared)]
        for file in chosen:
            path = as_it_was(file.nom, file.sha256, loaded, event)
            if isinstance(path, Path):
                nature, title = _said(event, loaded)
                le = event.le
                if file in proofs:
                    nature, title = "preuve-d-envoi", f"Preuve d'envoi : {title[0].lower()}{title[1:]}"
                    title += f" ({PurePosixPath(file.nom).stem})" if len(proofs) > 1 else ""
                    le = event.recu_le if event.recu_le and event.recu_le <= au else le
                yield Source(path, title, le, nature, f"journal, {event.le:%d/%m/%Y} : {file.nom}")
            else:
                remarks.append(path)


def _is_proof(file: FileHash, files: list[FileHash], prepared: set[str]) -> bool:
    """Whether a file noted with a sending proves that it left, rather than being the letter.

    A letter this tool made is known by its hash. Otherwise the name tells; failing that the letter is the first.
    """
    letters = [one for one in files if one.sha256 in prepared]
    letters = letters or [one for one in files if not _named_as_proof(one)][:1]
    return file not in letters


def _named_as_proof(file: FileHash) -> bool:
    stem = unicodedata.normalize("NFKD", PurePosixPath(file.nom).stem).encode("ascii", "ignore").decode().lower()
    return bool(PROOF & set(re.findall("[a-z]+", stem)))


def as_it_was(name: str, digest: str, loaded: LoadedCase, event: Event) -> Path | str:
    """The file with this hash, where the commands write it; else a sentence."""
    parts = PurePosixPath(name).parts
    where = f"journal, {event.le:%d/%m/%Y} : « {name} »"
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        return f"{where} : chemin hors du répertoire, non repris"
    base, company = _bases(loaded)
    folders = [base, base / "sortie", base / "pieces", company, company / "sortie", company / "pieces"]
    folders += sorted(company.glob(f"relances/*/{loaded.case.reference}"))
    seen = [path for folder in folders if file_problem(path := on_disk(folder.joinpath(*parts))) is None]
    for path in seen:
        try:
            check_inside(path, (base, company), where)
            if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                return path
        except InvalidInput:
            return f"{where} : chemin hors du répertoire, non repris"
        except OSError:
            continue
    if seen:
        return f"{where} : ce fichier a changé depuis, non repris ; remettre celui qui est parti"
    return f"{where} : fichier introuvable, non repris ; le mettre dans {company.name}/pieces, ou l'écrire dans pieces"


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
