"""Writing files: all or nothing, never over an existing one unless asked."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from generator.errors import Failure


def write_all(files: Mapping[Path, bytes], *, overwrite: bool) -> list[Path]:
    """Write every file or none; existing identical files are left alone.

    Failure when a file exists with other content and `overwrite` is False, or when the folder
    cannot be written: a sentence, and no half file.
    """
    ready: list[tuple[str, Path]] = []
    try:
        taken = [path for path, content in files.items() if path.exists() and not _same(path, content)]
        if taken and not overwrite:
            raise Failure(f"{path} existe déjà : ajouter --ecraser pour le remplacer" for path in taken)
        # Seen before the first rename: a folder in the way of one file must not leave the others written.
        if folders := [path for path in taken if path.is_dir()]:
            raise Failure(f"{path} est un répertoire : le déplacer, ou choisir une autre sortie" for path in folders)
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            ready.append((_write_aside(path, content), path))
        for temporary, path in ready:
            Path(temporary).replace(path)
        ready.clear()
    except OSError as error:
        name = error.filename or next(iter(files), "")
        raise Failure(f"{name} : écriture impossible ({reason(error)}) ; rien n'a été écrit à moitié") from None
    finally:
        for temporary, _ in ready:
            Path(temporary).unlink(missing_ok=True)
    return list(files)


def _write_aside(path: Path, content: bytes) -> str:
    """Write next to the target, so that the final rename is atomic; returns the temporary name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644 & ~_umask())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return name


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def reason(error: OSError) -> str:
    """Why the system refused, in French whatever the machine's language."""
    import errno

    return {
        errno.ENOENT: "introuvable",
        errno.EACCES: "accès refusé",
        errno.EPERM: "accès refusé",
        errno.ENOSPC: "disque plein",
        errno.EFBIG: "fichier trop gros",
        errno.EDQUOT: "quota atteint",
        errno.EROFS: "support en lecture seule",
        errno.ENOTDIR: "un fichier occupe la place d'un dossier",
        errno.EEXIST: "un fichier occupe la place d'un dossier",
        errno.ENAMETOOLONG: "nom trop long",
        errno.ELOOP: "lien symbolique qui tourne en rond",
        errno.EIO: "support défaillant",
    }.get(error.errno or 0, f"erreur n° {error.errno} du système")
