"""Import WeasyPrint in half the time.

Why: its import spends 0.2 s spawning `ldconfig` and `gcc` to find seven libraries whose sonames
it knows anyway, and 0.15 s importing fontTools modules used only when HarfBuzz-subset is
missing. Measured in docs/performance.md; both shortcuts undo themselves and fall back.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import io
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

RARELY_USED = ("fontTools.subset", "fontTools.varLib.instancer")


class _Later(ModuleType):
    """Stands for a module until one of its attributes is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*args, **kwargs)

        return call


@contextlib.contextmanager
def quick_ffi() -> Iterator[None]:
    """Within this block, libraries are opened by soname (Linux) and rare modules imported later.

    WeasyPrint's English banner about missing libraries is swallowed: ours is in French.
    """
    find_library = ctypes.util.find_library
    waiting = [name for name in RARELY_USED if name not in sys.modules]
    if sys.platform.startswith("linux"):
        ctypes.util.find_library = lambda name: None
    for name in waiting:
        sys.modules[name] = _Later(name)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                importlib.import_module("weasyprint")
            except OSError:
                ctypes.util.find_library = find_library  # libraries in an unusual place
                importlib.import_module("weasyprint")
        yield
    finally:
        ctypes.util.find_library = find_library
        for name in waiting:
            if isinstance(sys.modules.get(name), _Later):
                del sys.modules[name]
