"""A process that runs `impayes` in children of its own, to be killed at any point; letters take a millisecond.

Each line read is a JSON object: `arguments` of the command, `sortie` (a file for what it says), `pause` (seconds each
letter takes), `limite` (bytes a file may hold). Answers two lines: the child's process id, then its wait status.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from generator.cli import cli  # noqa: E402 (the folder above must be on the path first)
from generator.portfolio import batch, confirming, lock, messages, printing, reading, sheets  # noqa: E402, F401
from tests.batch_samples import quick_letter  # noqa: E402


def _child(order: dict[str, Any], out: int) -> None:
    os.setsid()
    os.dup2(out, 1)
    os.dup2(out, 2)

    def letter(*arguments: Any, **rest: Any) -> dict[str, bytes]:
        time.sleep(order.get("pause", 0))
        return quick_letter(*arguments, **rest)

    batch.make_letter = letter
    if "limite" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limite"], order["limite"]))
    cli(order["arguments"], prog_name="impayes")


def main() -> None:
    """Serve until the end of the input."""
    for line in sys.stdin:
        order = json.loads(line)
        # A pipe, since a limit on the size of files would also cut what the command says.
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 99
            try:
                _child(order, write)
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 98
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        os.close(write)
        print("début", pid, flush=True)
        status = os.waitpid(pid, 0)[1]
        with os.fdopen(read, "rb") as stream:
            os.set_blocking(read, False)  # helpers of a killed command may keep their end open
            Path(order["sortie"]).write_bytes(stream.read() or b"")
        print("fin", status, flush=True)


class Runner:
    """The other end: starts one command at a time."""

    def __init__(self, process: Any, sortie: Path) -> None:
        self.process, self.sortie = process, sortie

    def start(self, *arguments: object, **order: Any) -> int:
        """Start a command; its process id."""
        order |= {"arguments": [str(a) for a in arguments], "sortie": str(self.sortie)}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self._answer("début")

    def end(self) -> int:
        """Wait for its end: its exit code, or minus the signal that killed it."""
        return os.waitstatus_to_exitcode(self._answer("fin"))

    def _answer(self, kind: str) -> int:
        """The next answer of this kind; a test that failed may have left others unread."""
        for line in self.process.stdout:
            word, number = line.split()
            if word == kind:
                return int(number)
        raise AssertionError("le serveur de commandes s'est arrêté")

    def run(self, *arguments: object, **order: Any) -> tuple[int, str]:
        """Run a command to its end: (exit code, what it said)."""
        self.start(*arguments, **order)
        code = self.end()
        return code, self.sortie.read_text(encoding="utf-8")


@contextmanager
def runner(sortie: Path, *prefix: str) -> Iterator[Runner]:
    """A server of commands, behind the words of `prefix` if any (setpriv…)."""
    import subprocess

    command = [*prefix, sys.executable, str(Path(__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Runner(process, sortie)
        finally:
            assert process.stdin is not None
            process.stdin.close()


if __name__ == "__main__":
    main()
