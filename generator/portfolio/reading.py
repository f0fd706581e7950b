"""Many dossiers, one after the other: read on every core, kept small, never stopped by a bad one."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from generator.errors import UserError
from generator.portfolio.snapshot import Broken, Snapshot
from generator.portfolio.spreading import spread
from generator.portfolio.taking import take

# Under this number, starting a second process costs more than it saves.
ALONE = 150
CHUNK = 25


def read_all(paths: Sequence[Path], au: date, company: Path | None = None) -> Iterator[Snapshot | Broken]:
    """The snapshot of each dossier, in the order given; `Broken` for one that cannot be read.

    A reference that another dossier already has makes the second one `Broken`: their journals would mix.
    """
    seen: dict[str, Path] = {}
    for found in spread(partial(_one, au=au, company=company), paths, alone=ALONE, chunk=CHUNK):
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
