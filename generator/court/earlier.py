"""What an earlier run left in the folder of a bundle: a piece withdrawn since must not leave with the others."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.court.bundle import SCHEMA, TRACE
from generator.errors import Failure
from generator.writing import reason


def leftovers(folder: Path, made: Iterable[str]) -> tuple[Path, ...]:
    """The files an earlier run wrote here, by its own trace, unchanged since, that are not among those `made` now.

    To be read before the new trace replaces the old one.
    """
    known = _written(folder)
    gone = [(folder / name, digest) for name, digest in sorted(known.items()) if name not in set(made)]
    return tuple(path for path, digest in gone if _ours(path, folder) and _sha256(path) == digest)


def refuse_worked_on(folder: Path, files: Mapping[str, bytes], names: Iterable[str]) -> None:
    """Failure when one of these files here is neither as an earlier run wrote it nor as it would be: somebody worked on it."""
    known = set(_written(folder).values())
    try:
        there = [folder / name for name in names if name in files and (folder / name).is_file()]
        changed = [path for path in there if _sha256(path) not in known and path.read_bytes() != files[path.name]]
    except OSError as error:
        raise Failure(f"{error.filename} : lecture impossible ({reason(error)})") from None
    if changed:
        raise Failure(
            f"{path} a changé depuis que la commande l'a écrit : le renommer pour le garder, puis recommencer"
            for path in changed
        )


def _written(folder: Path) -> dict[str, str]:
    """Names and SHA-256 of what an earlier run wrote here; empty without a trace that can be read."""
    try:
        trace = json.loads((folder / TRACE).read_text(encoding="utf-8"))
        return {str(one["nom"]): str(one["sha256"]) for one in trace["fichiers"]} if trace["schema"] == SCHEMA else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _ours(path: Path, folder: Path) -> bool:
    """A trace is a file anybody may edit: nothing outside the folder is ours."""
    return path.is_file() and not path.is_symlink() and path.resolve().is_relative_to(folder.resolve())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def remove(paths: Iterable[Path]) -> None:
    """Delete these files. Failure names the one that stays."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Failure(f"{path} : à supprimer à la main ({reason(error)})") from None
