"""Files of somebody else's making, before they are opened: what stands at a path, and the file a name really means."""

import stat
import unicodedata
from pathlib import Path

from generator.writing import reason


def file_problem(path: Path) -> str | None:
    """Why this path is not a file to read, in French, with what to do; None when it is one, links followed.

    A pipe or a device would be waited for, or read without end.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"{reason(error)} : corriger le chemin"
    if stat.S_ISDIR(mode):
        return "c'est un répertoire : nommer le fichier qu'il contient"
    if not stat.S_ISREG(mode):
        return "ce n'est pas un fichier ordinaire (tube, périphérique) : en faire une copie"
    return None


def on_disk(path: Path) -> Path:
    """The file of this name however its accents are encoded (a Mac writes « é » as two characters); else `path`."""
    try:
        if path.exists() or path.parent == path:
            return path
        wanted = unicodedata.normalize("NFC", path.name)
        here = sorted(on_disk(path.parent).iterdir())
        return next((one for one in here if unicodedata.normalize("NFC", one.name) == wanted), path)
    except (OSError, ValueError):
        return path


def real_place(path: Path) -> Path:
    """Where a path leads, links followed; the path itself when its links turn in circles."""
    path = on_disk(path)
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()
