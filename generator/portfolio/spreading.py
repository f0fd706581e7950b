"""Work spread over every core, results in order, nothing left behind when it stops."""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def spread(work: Callable[[T], R], items: Sequence[T], *, alone: int, chunk: int = 1) -> Iterator[R]:
    """`work` of each item, in their order; under `alone` items, or on one core, in this process.

    `chunk` items travel together. Few results are kept waiting, whatever the number of items.
    """
    workers = min(os.cpu_count() or 1, 8)
    pool = None
    if len(items) >= alone and workers > 1:
        # A fork shares what is already loaded; elsewhere a fresh process reads the modules again.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        try:
            # Interrupted from the keyboard, only this process speaks: the others would each print a traceback.
            pool = context.Pool(workers, signal.signal, (signal.SIGINT, signal.SIG_IGN))
        except OSError:
            pool = None  # no shared memory, or no room in it: one core does it all
    if pool is None:
        yield from map(work, items)
        return
    waiting: deque[Any] = deque()
    try:
        for start in range(0, len(items), chunk):
            waiting.append(pool.apply_async(_many, (work, items[start : start + chunk])))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().get()
        while waiting:
            yield from waiting.popleft().get()
    finally:
        # Whatever stops the run (a full disk, the keyboard), what was begun is let finish: a process ended while it
        # hands over its result would leave this one waiting for ever.
        pool.close()
        pool.join()


def _many(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [work(item) for item in items]
