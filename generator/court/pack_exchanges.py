"""The letters of a pack: what was sent and received, found by name and recognised by the hash the journal keeps."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.calendar_fr import long_date, short_date
from generator.court.exhibit_files import as_it_was
from generator.court.own_files import TYPES, defect, slug
from generator.enclosures import PIECE_BYTES
from generator.journal import Event
from generator.loading import LoadedCase
from generator.portfolio.chronology import WORDS

# Where the tool itself puts what is sent, below the folders of the company and of the dossier.
PLACES = ("relances", "judiciaire", "sortie", "pieces")
EXCHANGES = ("envoi", "reception", "reponse", "promesse")


@dataclass(frozen=True)
class Exchanges:
    """The files by their name in the zip, what each is called, and sentences: what is missing, what is left aside."""

    fichiers: dict[str, bytes]
    titres: tuple[str, ...]
    manque: tuple[str, ...]
    laisse: tuple[str, ...]


def exchanges_of(loaded: LoadedCase, events: Sequence[Event], titles: dict[str, str]) -> Exchanges:
    """The files these events name; `titles` are those of the letters, by id."""
    files: dict[str, bytes] = {}
    missing, left = [], []
    held: list[str] = []
    wanted = {Path(file.nom).name for event in events if event.action in EXCHANGES for file in event.fichiers}
    where = _find(loaded, wanted)
    for event in events:
        if event.action not in EXCHANGES:
            continue
        called = titles.get(event.lettre, event.lettre) if event.lettre else None
        what = f"{'lettre « ' + called + ' »' if called else WORDS[event.action].lower()} du {short_date(event.le)}"
        if event.action == "envoi" and not event.fichiers and len(event.dossiers) < 2:
            missing.append(f"Copie de la {what} : le journal ne dit pas où elle est, la joindre.")
        if len(event.dossiers) > 1:
            # It tells of invoices outside this mission, and its total is not that of the décompte.
            left.append(f"La {what} porte aussi sur un autre dossier : la remettre à part si elle est utile.")
            continue
        for file in event.fichiers:
            name = Path(file.nom).name
            noted = as_it_was(file.nom, file.sha256, loaded, event)  # where the journal says, else anywhere
            places = [noted] if isinstance(noted, Path) else where.get(name, ())
            content = next((c for p in places if (c := _same(p, file.sha256)) is not None), None)
            problem = _unfit(name, content)
            if problem or content is None:
                missing.append(f"{what[0].upper()}{what[1:]} : {problem}.")
                continue
            title = f"{event.le.isoformat()}-{slug(event.lettre or event.action)}-{slug(Path(name).stem, 40)}"
            files[f"lettres/{title}{Path(name).suffix.lower()}"] = content
            proof = f", {WORDS[event.action].lower()}" if called and event.action != "envoi" else ""
            held.append(f"{called or WORDS[event.action]}{proof}, le {long_date(event.le)}")
    return Exchanges(files, tuple(dict.fromkeys(held)), tuple(missing), tuple(left))


def _unfit(name: str, content: bytes | None) -> str | None:
    if content is None:
        return f"« {name} » introuvable, ou modifié depuis l'envoi : le retrouver"
    if Path(name).suffix.lower() not in TYPES:
        return f"« {name} » : type non admis ({', '.join(t[1:] for t in TYPES)})"
    return defect(content, Path(name).suffix.lower(), name)


def _find(loaded: LoadedCase, names: set[str]) -> dict[str, list[Path]]:
    """Where files of these names are, links left out."""
    found: dict[str, list[Path]] = {}
    bases = dict.fromkeys(((loaded.company_path or loaded.path).parent, loaded.path.parent))
    for base in bases:
        for place in PLACES:
            for folder, _, here in os.walk(base / place):
                for name in names.intersection(here):
                    path = Path(folder) / name
                    if not path.is_symlink():
                        found.setdefault(name, []).append(path)
    return {name: sorted(dict.fromkeys(paths)) for name, paths in found.items()}


def _same(path: Path, sha256: str) -> bytes | None:
    try:
        if path.stat().st_size > PIECE_BYTES:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None
