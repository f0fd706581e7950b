"""What stops a letter from leaving, and the refusals that many letters share (`_commun/refus.yml`).

`refuse_si` of a letter holds refusals written out, or ids of the shared ones. A company's own `_commun/refus.yml`
replaces the product's by id, and may add some.
"""

import difflib
from functools import cache
from pathlib import Path
from typing import Any

from generator.errors import InvalidInput
from generator.fields import Block, Text
from generator.loading import validate
from generator.yaml_text import Key, YamlFile, read_yaml

SHARED_REFUSALS = "_commun/refus.yml"


class Refusal(Block):
    """When a letter must not be sent, and why: `condition` is a path of the dossier or a named condition."""

    condition: Text
    articles: tuple[Text, ...] = ()
    phrase: Text


def refusal_files(roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files of shared refusals of these folders, the company's first."""
    return tuple(path for root in roots if (path := root / SHARED_REFUSALS).is_file())


def shared_refusals(files: tuple[Path, ...]) -> dict[str, Refusal]:
    """Every shared refusal by id, the first file's before the others'; InvalidInput lists what is wrong in a file."""
    found: dict[str, Refusal] = {}
    for path in files:
        status = path.stat()
        found = {**_read(path, status.st_mtime_ns, status.st_size), **found}
    return found


@cache
def _read(path: Path, *stamp: int) -> dict[str, Refusal]:
    """`stamp` only serves the cache: every letter asks for this file."""
    found: dict[str, Refusal] = {}
    problems: list[str] = []
    try:
        source = read_yaml(path)
        for name, entry in source.data.items():
            marks = {key[1:]: mark for key, mark in source.marks.items() if key[:1] == (name,)}
            try:
                found[name] = validate(Refusal, entry, marks)
            except InvalidInput as error:
                problems += error.problems
        if problems:
            raise InvalidInput(problems)
    except InvalidInput as error:  # which folder's: they all bear the same name
        raise InvalidInput(problem.replace(path.name, str(path), 1) for problem in error.problems) from None
    return found


def with_shared(source: YamlFile, files: tuple[Path, ...]) -> tuple[dict[str, Any], list[tuple[Key, str]]]:
    """What `letter.yml` says with each id of `refuse_si` replaced by its refusal, and a sentence for each unknown id."""
    written = source.data.get("refuse_si")
    if not isinstance(written, list) or not any(isinstance(item, str) for item in written):
        return source.data, []
    known = shared_refusals(files)
    # The unknown id is said once, by its own sentence: what stands in its place is never used.
    refusals = [known.get(item, _UNKNOWN) if isinstance(item, str) else item for item in written]
    problems: list[tuple[Key, str]] = [
        (("refuse_si", index), _unknown(item, known))
        for index, item in enumerate(written)
        if isinstance(item, str) and item not in known
    ]
    return {**source.data, "refuse_si": refusals}, problems


_UNKNOWN = Refusal(condition="factures", phrase="refus inconnu")


def _unknown(name: str, known: dict[str, Refusal]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" (vouliez-vous dire « {close[0]} » ?)" if close else ""
    listed = ", ".join(sorted(known)) or "aucun"
    return f"refus « {name} » inconnu{hint} : écrire condition et phrase, ou un refus commun : {listed}"
