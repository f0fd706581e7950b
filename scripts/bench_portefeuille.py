"""The commands that read a whole portfolio, on ten thousand dossiers: time and memory.

`bench.py` runs it in a process of its own: a child inherits the largest memory of the process it was forked from.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("verifier", "agenda", "tableau")
MANY, FEW = 10_000, 1_000


def portfolio_rows(au: str) -> list[tuple[str, str, str, str]]:
    """One row a command: seconds and mebibytes for `MANY` dossiers, mebibytes for `FEW` beside them."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        _write(top)
        return [_row(command, top, au) for command in COMMANDS]


def _write(top: Path) -> None:
    """The example dossiers again and again, each under a reference of its own."""
    for name in ("entreprise.yml", "strategie.yml"):
        (top / name).write_bytes((ROOT / "examples" / name).read_bytes())
    examples = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples" / "dossiers").glob("*.yml"))]
    for number, text in enumerate(islice(cycle(examples), MANY)):
        path = top / "dossiers" / f"{number // FEW}" / f"P-{number:05}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"(?m)^reference: .*$", f"reference: {path.stem}", text, count=1), encoding="utf-8")


def _row(command: str, top: Path, au: str) -> tuple[str, str, str, str]:
    _, few = _run(command, top / "dossiers" / "0", au)
    seconds, many = _run(command, top / "dossiers", au)
    result = f"{seconds:.1f} s, {many} Mio ({few} pour 1 000)".replace(".", ",")
    return f"« impayes {command} », {MANY} dossiers".replace("10000", "10 000"), "–", result, "≤ 20 s"


def _run(command: str, dossiers: Path, au: str) -> tuple[float, int]:
    """Wall seconds and the largest resident memory of the process or of one of its workers, in mebibytes."""
    day = [] if command == "verifier" else ["--au", au]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", command, str(dossiers), *day],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"impayes {command} : code {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss // 1024


if __name__ == "__main__":
    print(json.dumps(portfolio_rows(sys.argv[1])))
