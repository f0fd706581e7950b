"""`impayes relancer` interrupted, run twice, out of room, not allowed to write: nothing lost, nothing doubled."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from generator.portfolio import batch
from tests.batch_process import Runner, runner
from tests.batch_samples import (
    FIRST_ON_PAPER,
    MONDAY,
    TUESDAY,
    day_folder,
    debtor,
    events,
    fill,
    pages,
    quick,
    rows,
    told,
)
from tests.conftest import ROOT
from tests.outside import assert_french, impayes, tree
from tests.portfolio_samples import FIRST, company, dossier, invoice, strategy

__all__ = ["quick"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork et signaux d'Unix")
GROUPS = (("G-1", "G-2"), ("G-3", "G-4", "G-5"))
SINGLES = tuple(f"D-{n}" for n in range(10))
ALL = (*SINGLES, *GROUPS[0], *GROUPS[1])


def portfolio(folder: Path) -> Path:
    """Ten dossiers on their own, two letters about several: twelve messages, one in two by e-mail."""
    company(folder, strategy(FIRST, regroupement="debiteur"))
    for n, name in enumerate(SINGLES):
        who = debtor(f"Client {n}", **({} if n % 2 else {"contact": {"nom": "Sans courriel"}}))
        dossier(folder, invoice("2026-11-02", numero=f"F-{n}"), name, debiteur=who)
    for group in GROUPS:
        for n, name in enumerate(group):
            dossier(
                folder, invoice("2026-11-02", f"{n + 1}00.00", f"F-{name}"), name, debiteur=debtor(f"Groupe {group}")
            )
    return folder


def check_whole(folder: Path) -> None:
    """Every message prepared once in each of its journals, every file as noted, the outputs complete, no leftovers."""
    verified = impayes("journal", "verifier", folder)
    assert verified.exit_code == 0, verified.output
    for name in ALL:
        group = next((g for g in GROUPS if name in g), ())
        (event,) = events(folder, name)
        assert (event.action, event.dossiers) == ("preparation", group)
        for file in event.fichiers:
            content = (day_folder(folder) / (group or (name,))[0] / file.nom).read_bytes()
            assert sha256(content).hexdigest() == file.sha256
    assert len(rows(folder)) == 12
    assert len(pages(day_folder(folder) / "a-imprimer.pdf")) == 5
    assert leftovers(folder) == []


def leftovers(folder: Path) -> list[Path]:
    """Files that were being written when something happened."""
    return [p for p in (folder / "relances").rglob(".*") if p.name != ".verrou"]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Runs commands in processes of their own."""
    with runner(tmp_path_factory.mktemp("sortie") / "dit.txt") as found:
        yield found


def until_free(process: Runner, *arguments: object) -> tuple[int, str]:
    """Run a command, waiting a little for helpers of a killed one that still hold its lock."""
    for _ in range(300):
        code, said = process.run(*arguments)
        if "est en cours" not in said:
            return code, said
        time.sleep(0.02)
    raise AssertionError("le verrou d'un processus tué n'est pas rendu")


def kill(pid: int) -> None:
    """Kill a command; it may just have ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def gone(group: int) -> bool:
    """Whether no process of this session is left, after at most ten seconds."""
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.lent
def test_killed_at_random_points(tmp_path: Path, process: Runner) -> None:
    """Killed again and again until a run gets to its end: each message is prepared once, everything matches."""
    model = portfolio(tmp_path / "modele")
    arguments, slowly = ("--au", MONDAY), {"pause": 0.02}
    for turn in ("a", "b"):  # the first one also loads what commands need
        trial = Path(shutil.copytree(model, tmp_path / turn))
        start = time.monotonic()
        assert process.run("relancer", trial, *arguments, **slowly)[0] == 0
        whole = time.monotonic() - start
    check_whole(trial)
    reference = tree(trial / "relances")

    chance = random.Random(5)
    kills = halfway = 0
    for turn in range(60):
        folder = Path(shutil.copytree(model, tmp_path / f"tour-{turn}"))
        for _ in range(40):
            pid = process.start("relancer", folder, *arguments, **slowly)
            time.sleep(chance.uniform(whole / 4, whole))
            kill(pid)
            if process.end() == 0:
                break
            kills += 1
            halfway += 0 < len(list((folder / "journal").glob("*.jsonl"))) < len(ALL)
        assert gone(pid), "a helper process outlives the one that was killed"
        code, said = until_free(process, "relancer", folder, *arguments)
        assert code == 0, said
        check_whole(folder)
        assert tree(folder / "relances") == reference
        if kills >= 30 and halfway >= 10:
            return
    raise AssertionError(f"{kills} arrêts seulement, dont {halfway} en cours d'écriture")


@pytest.mark.lent
def test_confirmations_killed_at_random_points(tmp_path: Path, process: Runner) -> None:
    """Same with the table: every sending is noted once in each journal, whatever was noted before the stop."""
    model = portfolio(tmp_path / "modele")
    assert process.run("relancer", model, "--au", MONDAY)[0] == 0
    fill(model, *[{"envoye_le": MONDAY}] * 12)
    chance, kills, halfway = random.Random(6), 0, 0
    for turn in range(60):
        folder = Path(shutil.copytree(model, tmp_path / f"tour-{turn}"))
        table = day_folder(folder) / "recapitulatif.csv"
        for _ in range(40):
            pid = process.start("journal", "confirmer", table, "--au", TUESDAY)
            time.sleep(chance.uniform(0, 0.06))
            kill(pid)
            if process.end() == 0:
                break
            kills += 1
            halfway += 0 < sum(len(events(folder, name)) - 1 for name in ALL) < len(ALL)
        code, said = until_free(process, "journal", "confirmer", table, "--au", TUESDAY)
        assert code == 0, said
        assert all(told(folder, name) == ["preparation relance-1", "envoi relance-1"] for name in ALL)
        if kills >= 15 and halfway >= 3:
            return
    raise AssertionError(f"{kills} arrêts seulement, dont {halfway} en cours d'écriture")


class Killed(BaseException):
    """As good as a kill: nothing catches it."""


@pytest.mark.parametrize("then", ["G-4", "G-5", "."])
def test_stopped_between_two_journals(tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    """Noted in the first of three dossiers only: the next run tells the others, be it about one of them alone."""
    folder = company(tmp_path / "e", strategy(FIRST, regroupement="debiteur"))
    for name in GROUPS[1]:
        dossier(folder, invoice("2026-11-02", numero=f"F-{name}"), name)
    original, count = batch.append_event, 0

    def once(*arguments):
        nonlocal count
        count += 1
        if count > 1:
            raise Killed
        return original(*arguments)

    monkeypatch.setattr(batch, "append_event", once)
    with pytest.raises(Killed):
        CliRunner().invoke(cli, ["relancer", str(folder), "--au", MONDAY], standalone_mode=False)
    assert [p.stem for p in (folder / "journal").glob("*.jsonl")] == ["G-3"]
    monkeypatch.setattr(batch, "append_event", original)

    path = folder if then == "." else folder / f"{then}.yml"
    done = impayes("relancer", path, "--au", TUESDAY)
    assert done.exit_code == 0
    assert "Préparées" not in done.output
    for name in GROUPS[1]:
        assert told(folder, name) == ["preparation relance-1"]
    assert impayes("journal", "verifier", folder).exit_code == 0


def test_mending_leaves_the_rest_alone(tmp_path: Path, quick: None) -> None:
    """A message known everywhere, one too old, a broken journal: nothing is added, nothing else stops."""
    folder = portfolio(tmp_path / "e")
    impayes("relancer", folder, "--au", MONDAY)
    kept = tree(folder / "journal")
    (folder / "journal" / "G-2.jsonl").unlink()
    (folder / "journal" / ".tetes" / "G-2").unlink()
    assert batch.mend(folder, batch.date.fromisoformat("2026-12-25")) == 0, "32 days later"
    assert batch.mend(folder, batch.date.fromisoformat("2026-12-24")) == 1
    assert tree(folder / "journal") == kept
    (folder / "journal" / "G-5.jsonl").write_text("abîmé\n", encoding="utf-8")
    assert batch.mend(folder, batch.date.fromisoformat(MONDAY)) == 0
    assert (folder / "journal" / "G-5.jsonl").read_text(encoding="utf-8") == "abîmé\n"


@pytest.mark.lent
def test_two_runs_at_once(tmp_path: Path, process: Runner) -> None:
    """The second one, and a confirmation meanwhile, get a sentence and write nothing; the first is not disturbed."""
    folder = portfolio(tmp_path / "e")
    process.start("relancer", folder, "--au", MONDAY, pause=0.15)
    while len(list((folder / "journal").glob("*.jsonl"))) < 2:
        time.sleep(0.01)
    table = day_folder(folder) / "recapitulatif.csv"
    table.write_text("canal;fichier;envoye_le;numero_recommande;recu_le\n", encoding="utf-8")
    for arguments in (("relancer", folder, "--au", MONDAY), ("journal", "confirmer", table, "--au", MONDAY)):
        second = impayes(*arguments)
        assert second.exit_code == 1
        assert "en cours dans ce dossier d'entreprise : attendre sa fin" in second.stderr
        assert_french(second.stderr)
    assert impayes("relancer", folder, "--au", MONDAY, "--simulation").exit_code == 0, "looking is always allowed"
    assert process.end() == 0
    check_whole(folder)
    assert impayes("relancer", folder, "--au", MONDAY).exit_code == 0
    check_whole(folder)


@pytest.mark.lent
def test_interrupted_from_the_keyboard(tmp_path: Path, process: Runner) -> None:
    """Ctrl-C reaches every process of the run: no traceback, and the next run finishes the work."""
    folder = portfolio(tmp_path / "e")
    pid = process.start("relancer", folder, "--au", MONDAY, pause=0.15)
    while len(list((folder / "journal").glob("*.jsonl"))) < 2:
        time.sleep(0.01)
    os.killpg(pid, signal.SIGINT)
    assert process.end() == 1
    said = process.sortie.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert_french(said)
    assert gone(pid)
    assert until_free(process, "relancer", folder, "--au", MONDAY)[0] == 0
    check_whole(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte; skipped where one cannot be mounted."""
    disk = tmp_path / "disque"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)], capture_output=True, check=False
    ) if shutil.which("mount") else None  # fmt: skip
    if mounted is None or mounted.returncode:
        pytest.skip("un petit disque ne peut pas être monté ici (il faut être administrateur)")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.lent
def test_full_disk(small_disk: Path, quick: None) -> None:
    """Whatever room is left, a sentence and exit 1, no half file; with room again, the same command finishes."""
    model = portfolio(small_disk.parent / "modele")
    stopped = 0
    for free in (0, 1, 2, 3, 4, 6, 9, 13, 18, 24, 30, 36, 42, 48, 54):
        folder = Path(shutil.copytree(model, small_disk / "e"))
        ballast = small_disk / "lest"
        room = os.statvfs(small_disk).f_bavail - free
        ballast.write_bytes(b"x" * 4096 * room)
        result = impayes("relancer", folder, "--au", MONDAY)
        if result.exit_code:
            stopped += 1
            assert result.exit_code == 1, result.output
            assert "disque plein" in result.stderr
            assert_french(result.stderr)
        assert leftovers(folder) == []
        for path in (folder / "relances").rglob("*.pdf"):
            assert path.read_bytes().rstrip().endswith(b"%%EOF"), "a half file"
        for name in ALL:
            assert len(events(folder, name)) <= 1
        ballast.unlink()
        done = impayes("relancer", folder, "--au", MONDAY)
        assert done.exit_code == 0, done.output
        check_whole(folder)
        shutil.rmtree(folder)
    assert stopped >= 10


@pytest.mark.lent
@pytest.mark.parametrize("limit", [0, 100, 400, 900, 1500])
def test_files_that_may_not_grow(tmp_path: Path, process: Runner, limit: int) -> None:
    """A quota on the size of files stops letters, journals or the merged PDF in the middle of a write: same promise."""
    folder = portfolio(tmp_path / "e")
    code, said = process.run("relancer", folder, "--au", MONDAY, limite=limit)
    assert (code, "impossible" in said) == (1, True), said
    assert "Traceback" not in said
    assert_french(said)
    assert leftovers(folder) == []
    assert not (day_folder(folder) / "a-imprimer.pdf").exists()
    assert process.run("relancer", folder, "--au", MONDAY)[0] == 0
    check_whole(folder)


WITHOUT_PRIVILEGE = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


@pytest.mark.lent
@pytest.mark.parametrize("closed", [".", "relances", "relances/2026-11-23", "journal"])
def test_folder_that_cannot_be_written(tmp_path: Path, closed: str) -> None:
    """A sentence that names the place, exit 1, nothing changed; once it is opened, the same command works."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv") or subprocess.run([*WITHOUT_PRIVILEGE, "true"], check=False).returncode:
            pytest.skip("l'administrateur écrit partout, et setpriv manque pour s'en priver")
        prefix = WITHOUT_PRIVILEGE
    folder = portfolio(tmp_path / "e")
    place = folder / closed
    place.mkdir(parents=True, exist_ok=True)
    before = tree(folder)
    place.chmod(0o555)
    with runner(tmp_path / "dit.txt", *prefix) as process:
        try:
            code, said = process.run("relancer", folder, "--au", MONDAY)
            assert (code, "accès refusé" in said) == (1, True), said
            assert "Traceback" not in said
            assert_french(said)
            if closed != "journal":
                assert {k: v for k, v in tree(folder).items() if k != "relances/.verrou"} == before
            assert not list((folder / "journal").glob("*.jsonl"))
            assert leftovers(folder) == []
        finally:
            place.chmod(0o755)
        assert process.run("relancer", folder, "--au", MONDAY)[0] == 0
    check_whole(folder)


def test_a_file_where_a_folder_should_be(tmp_path: Path, quick: None) -> None:
    """`relances` or `journal` taken by a file: a sentence, exit 1 (3 when no dossier can be read), the file untouched."""
    for name, code in (("relances", 1), ("journal", 3), (f"relances/{MONDAY}", 1)):
        folder = company(tmp_path / name.replace("/", "-"), strategy(FIRST_ON_PAPER))
        dossier(folder, invoice("2026-11-02"))
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("occupé", encoding="utf-8")
        result = impayes("relancer", folder, "--au", MONDAY)
        assert result.exit_code == code, result.output
        assert "un fichier occupe la place d'un dossier" in result.stderr
        assert (folder / name).read_text(encoding="utf-8") == "occupé"


def test_what_a_killed_run_was_writing_is_removed(tmp_path: Path, quick: None) -> None:
    """Only files of ours that were being written, and only those of the day."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice("2026-11-02"))
    mine = day_folder(folder) / "D-1" / ".D-1-relance-1-2026-11-23.pdf.ab1_9xyz"
    theirs = [
        day_folder(folder) / ".DS_Store",
        day_folder(folder, TUESDAY) / mine.name,
        day_folder(folder) / "note.txt",
    ]
    for path in (mine, *theirs):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("à moitié", encoding="utf-8")
    impayes("relancer", folder, "--au", MONDAY)
    assert not mine.exists()
    assert all(path.exists() for path in theirs)


def test_the_real_command_is_what_is_tested(tmp_path: Path) -> None:
    """The same files come out of `python -m generator` as of the command run in this process."""
    folder = company(tmp_path / "e", strategy(FIRST_ON_PAPER))
    dossier(folder, invoice("2026-11-02"))
    other = Path(shutil.copytree(folder, tmp_path / "f"))
    done = subprocess.run(
        [sys.executable, "-m", "generator", "relancer", str(folder), "--au", MONDAY],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    impayes("relancer", other, "--au", MONDAY)
    assert tree(folder) == tree(other)
