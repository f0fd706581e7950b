"""The routes of recovery as data: one file of `procedures/` per route, and files that several share.

A file with `voie: non` is not a route: it holds what its routes have in common (`reprend`) or a section of the guide.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from generator.court.procedure_blocks import Procedure
from generator.errors import InvalidInput
from generator.loading import validate
from generator.yaml_text import read_yaml

FOLDER = Path(__file__).parent / "procedures"
MERGED = ("conditions", "couts", "delais", "regimes", "pieces", "formulaires", "issue", "a_savoir", "articles", "faits")
ALONE = ("tribunal", "avocat", "acte", "suite")


@cache
def procedure_files(folder: Path = FOLDER) -> tuple[Procedure, ...]:
    """Every file as it is written, by `ordre`. InvalidInput lists what is wrong in one of them."""
    found = [_read(path) for path in sorted(folder.glob("*.yml"))]
    problems = list(_problems(found))
    if problems:
        raise InvalidInput(problems)
    return tuple(sorted(found, key=lambda one: (one.ordre, one.id)))


@cache
def routes(folder: Path = FOLDER) -> tuple[Procedure, ...]:
    """The routes, each completed by the files it shares, in the order they are looked at."""
    files = {one.id: one for one in procedure_files(folder)}
    found = tuple(_completed(one, files) for one in files.values() if one.voie)
    short = [one.id for one in found if not (one.tribunal and one.avocat and one.acte and one.suite)]
    if short:
        raise InvalidInput(
            f"{name}.yml : une voie dit son tribunal, son avocat, son acte et sa suite" for name in short
        )
    return found


def route(route_id: str, folder: Path = FOLDER) -> Procedure:
    """One route, completed; InvalidInput when it does not exist."""
    from generator.letters import unknown_name

    known = {one.id: one for one in routes(folder)}
    if route_id not in known:
        raise InvalidInput(unknown_name("voie", route_id, list(known), "impayes procedures DOSSIER"))
    return known[route_id]


def _read(path: Path) -> Procedure:
    source = read_yaml(path)
    found = validate(Procedure, source.data, source.marks)
    if found.id != path.stem:
        raise InvalidInput(f"{path.name}: id : « {found.id} » doit être le nom du fichier, « {path.stem} »")
    return found


def _completed(one: Procedure, files: dict[str, Procedure]) -> Procedure:
    shared = [_completed(files[name], files) for name in one.reprend]
    changes: dict[str, Any] = {
        name: tuple(dict.fromkeys(item for block in (*shared, one) for item in getattr(block, name))) for name in MERGED
    }
    for name in ("couts", "delais"):
        changes[name] = tuple(sorted(changes[name], key=lambda row: row.rang))
    for name in ALONE:
        if getattr(one, name) is None:
            changes[name] = next((value for block in shared if (value := getattr(block, name)) is not None), None)
    return one.model_copy(update=changes)


def _problems(found: list[Procedure]) -> Iterator[str]:
    known = {one.id for one in found}
    for one in found:
        for name in (*one.reprend, one.section):
            if name not in known:
                yield f"{one.id}.yml : « {name} » n'est le nom d'aucun fichier de procedures/"
        for family in ("conditions", "couts", "delais", "regimes", "pieces"):
            ids = [item.id for item in getattr(one, family)]
            yield from (
                f"{one.id}.yml : {family} : l'id « {name} » est pris deux fois"
                for name in dict.fromkeys(ids)
                if ids.count(name) > 1
            )
        periods = {period.id for period in one.regimes}
        for delay in one.delais:
            if delay.regime and delay.regime not in periods:
                yield f"{one.id}.yml : delais : « {delay.id} » : régime « {delay.regime} » inconnu"
