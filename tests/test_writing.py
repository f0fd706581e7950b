"""Files: all or nothing, never a half one, never over another unless asked."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Failure
from generator.writing import write_all
from tests.outside import assert_french, tree

NEVER_HALF = "rien n'a été écrit à moitié"


def failure(files: dict[Path, bytes], *, overwrite: bool = False) -> str:
    """The sentence of a writing that must fail."""
    with pytest.raises(Failure) as caught:
        write_all(files, overwrite=overwrite)
    assert_french(str(caught.value))
    return str(caught.value)


def test_folders_are_made_and_rerun_is_free(tmp_path: Path) -> None:
    """Writing the same bytes twice is accepted, and touches nothing the second time."""
    path = tmp_path / "a" / "b" / "été.txt"
    assert write_all({path: b"x"}, overwrite=False) == [path]
    assert tree(tmp_path) == {"a/b/été.txt": b"x"}
    assert write_all({path: b"x"}, overwrite=False) == [path]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644 & ~umask


def test_no_overwrite_unless_asked(tmp_path: Path) -> None:
    """One file in the way and none is written; every one in the way is named."""
    old, other, new = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    old.write_bytes(b"1")
    other.write_bytes(b"2")
    said = failure({old: b"9", other: b"9", new: b"9"})
    assert said.count("existe déjà : ajouter --ecraser") == 2
    assert tree(tmp_path) == {"a": b"1", "b": b"2"}
    write_all({old: b"9", new: b"9"}, overwrite=True)
    assert tree(tmp_path) == {"a": b"9", "b": b"2", "c": b"9"}


def fail(code: int) -> Any:
    """A system call that fails with this code."""

    def call(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code), "fichier")

    return call


@pytest.mark.parametrize("call", ["replace", "fdopen", "chmod"])
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "disque plein"), (errno.EROFS, "support en lecture seule"), (errno.EACCES, "accès refusé"),
        (errno.EIO, "support défaillant"), (errno.EBUSY, f"erreur n° {errno.EBUSY} du système"),
    ],
)  # fmt: skip
def test_system_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int, reason: str) -> None:
    """Whatever step the system refuses, no file and no temporary file remains."""
    monkeypatch.setattr(os, call, fail(code))
    said = failure({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert f"écriture impossible ({reason})" in said
    assert NEVER_HALF in said
    assert tree(tmp_path) == {}


def test_no_temporary_file_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that takes no file."""
    monkeypatch.setattr(tempfile, "mkstemp", fail(errno.EACCES))
    assert "accès refusé" in failure({tmp_path / "a": b"1"})
    assert tree(tmp_path) == {}


def test_disk_full_on_the_second_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content is laid aside in full before the first file takes its name."""
    make, calls = tempfile.mkstemp, []

    def second_fails(**kwargs: Any) -> Any:
        calls.append(kwargs)
        return make(**kwargs) if len(calls) == 1 else fail(errno.ENOSPC)()

    monkeypatch.setattr(tempfile, "mkstemp", second_fails)
    assert "disque plein" in failure({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert tree(tmp_path) == {}


def test_interrupted_by_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C in the middle leaves nothing behind."""

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "a": b"1", tmp_path / "b": b"2"}, overwrite=False)
    assert tree(tmp_path) == {}


def test_something_in_the_way(tmp_path: Path) -> None:
    """A file where a folder is needed, a folder where a file is needed, an impossible name."""
    (tmp_path / "fichier").write_bytes(b"")
    (tmp_path / "z").mkdir()
    assert "un fichier occupe la place d'un dossier" in failure({tmp_path / "fichier" / "a": b"1"})
    assert "z est un répertoire" in failure({tmp_path / "a": b"1", tmp_path / "z": b"1"}, overwrite=True)
    assert "nom trop long" in failure({tmp_path / ("n" * 300): b"1"})
    assert tree(tmp_path) == {"fichier": b""}


@pytest.mark.skipif(os.geteuid() == 0, reason="root écrit partout")
def test_read_only_folder(tmp_path: Path) -> None:
    """A folder one may not write in."""
    tmp_path.chmod(0o555)
    try:
        assert "accès refusé" in failure({tmp_path / "a": b"1"})
    finally:
        tmp_path.chmod(0o755)
    assert tree(tmp_path) == {}
