"""What an earlier run left in the folder of a bundle: a piece withdrawn since must not leave with the others."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from generator.court.bundle import SCHEMA, TRACE
from generator.errors import Failure
from generator.writing import reason


def leftovers(folder: Path, made: Iterable[str]) -> tuple[Path, ...]:
    """The files an earlier run wrote here, by its own trace, unchanged since, that are not among those `made` now.

    To be read before the new trace replaces the old one.
    """
    try:
        trace = json.loads((folder / TRACE).read_text(encoding="utf-8"))
        known = {str(one["nom"]): str(one["sha256"]) for one in trace["fichiers"]} if trace["schema"] == SCHEMA else {}
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    found = []
    for name, digest in sorted(known.items()):
        path = folder / name
        # A trace is a file anybody may edit: nothing outside the folder is ours.
        inside = path.resolve().is_relative_to(folder.resolve()) and not path.is_symlink()
        if (
            name not in set(made)
            and inside
            and path.is_file()
            and hashlib.sha256(path.read_bytes()).hexdigest() == digest
        ):
            found.append(path)
    return tuple(found)


def remove(paths: Iterable[Path]) -> None:
    """Delete these files. Failure names the one that stays."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Failure(f"{path} : à supprimer à la main ({reason(error)})") from None
