"""One run at a time in a company's folder: two at once would send or prepare the same message twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from generator.errors import Failure
from generator.writing import reason

# Beside what `relancer` writes; the file stays, empty: only the system's own lock on it counts, and that one
# ends with the process, killed or not.
LOCK = Path("relances") / ".verrou"


@contextmanager
def company_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of the company whose `entreprise.yml` is in `folder`, for a `with` block.

    Failure when another run holds it, or when the folder cannot be written.
    """
    path = folder / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        lock.acquire()
    except Timeout:
        raise Failure(
            f"{folder} : un autre envoi ou une autre relance est en cours dans ce dossier d'entreprise : "
            "attendre sa fin"
        ) from None
    except OSError as error:
        raise Failure(f"{path} : écriture impossible ({reason(error)})") from None
    try:
        yield
    finally:
        lock.release()
