"""A dossier read to be watched over: its dates never wait for a rate.

`pipeline.read` is for what claims a sum, and refuses when a rate is not on file. Here interest stops before it, and the
statement tells so (`known_rates.stopped_by`); no letter can be made from such a statement.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from generator.history import with_journal
from generator.loading import LoadedCase, load_case
from generator.statement import Statement, build_statement


def watch(path: Path, au: date, company: Path | None = None) -> tuple[LoadedCase, Statement]:
    """A dossier, completed by its journal, and its statement on a date; InvalidInput when the dossier is not valid."""
    loaded = with_journal(load_case(path, company), au)
    loaded = replace(loaded, law=loaded.law.for_watching())
    return loaded, build_statement(loaded.case, loaded.law, au)
