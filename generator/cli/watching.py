"""`--ouvrir` and `--surveiller`: see a letter, and see it again each time a file it comes from is saved."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from generator.cli.common import say
from generator.errors import UserError

# Editors save in several steps: wait until they have finished.
SETTLE_SECONDS = 0.3


def open_file(path: Path) -> None:
    """Open a file with the program the system has for it; a sentence when there is none."""
    try:
        failed = click.launch(str(path)) != 0
    except OSError:
        failed = True
    if failed:
        say(f"{path} : aucun programme pour l'ouvrir ici ; l'ouvrir vous-même.")


def watch(folders: Iterable[Path], rebuild: Callable[[], object], stop: threading.Event | None = None) -> None:
    """Call `rebuild` after each save under `folders`, until Ctrl-C or `stop`; a mistake is shown and the watch goes on."""
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    changed = threading.Event()
    ended = stop or threading.Event()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            path = Path(str(event.src_path))
            # Reading is an event too, and what we write ourselves must not set us off again.
            if event.event_type in {"modified", "created", "moved", "deleted"} and _is_source(path):
                changed.set()

    observer = Observer()
    for folder in sorted({folder.resolve() for folder in folders}):
        observer.schedule(Handler(), str(folder), recursive=True)
    observer.start()
    say("Je surveille les fichiers ; Ctrl-C pour arrêter.")
    try:
        while not ended.is_set():
            if not changed.wait(0.2):
                continue
            while changed.is_set():
                changed.clear()
                ended.wait(SETTLE_SECONDS)
            try:
                rebuild()
            except UserError as error:
                for problem in error.problems:
                    say(problem)
    except KeyboardInterrupt:
        say("Arrêté.")
    finally:
        observer.stop()
        observer.join()


def _is_source(path: Path) -> bool:
    return "sortie" not in path.parts and not path.name.startswith(".") and not path.name.endswith("~")
