"""Many dossiers, one after the other: read on every core, kept small, never stopped by a bad one."""

import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from generator.errors import UserError
from generator.portfolio.snapshot import Broken, Snapshot
from generator.portfolio.taking import take

# Under this number, starting a second process costs more than it saves.
ALONE = 150
CHUNK = 25


def read_all(paths: Sequence[Path], au: date, company: Path | None = None) -> Iterator[Snapshot | Broken]:
    """The snapshot of each dossier, in the order given; `Broken` for one that cannot be read.

    A reference that another dossier already has makes the second one `Broken`: their journals would mix.
    """
    seen: dict[str, Path] = {}
    for found in _each(paths, partial(_one, au=au, company=company)):
        if isinstance(found, Snapshot):
            first = seen.setdefault(found.reference, found.fichier)
            if first != found.fichier:
                name = found.fichier.name
                sentence = f"{name}: reference : « {found.reference} » est déjà celle de {first.name} : en changer"
                found = Broken(found.fichier, (sentence,))
        yield found


def _one(path: Path, au: date, company: Path | None) -> Snapshot | Broken:
    try:
        return take(path, au, company).snapshot
    except UserError as error:
        return Broken(path, error.problems)


def _each(paths: Sequence[Path], read: partial[Snapshot | Broken]) -> Iterator[Snapshot | Broken]:
    workers = min(os.cpu_count() or 1, 8)
    if len(paths) < ALONE or workers < 2:
        yield from map(read, paths)
        return
    # A fork shares what is already loaded; elsewhere a fresh process reads the modules again.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with context.Pool(workers) as pool:
        yield from pool.imap(read, paths, chunksize=CHUNK)
