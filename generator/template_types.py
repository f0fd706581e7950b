"""The types behind the names of a template: read from the models themselves, so never out of step."""

import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any

from pydantic import BaseModel


def nearest(name: str, known: Iterable[str]) -> str:
    """« (vouliez-vous dire « x » ?) », or nothing when no known name is near."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (vouliez-vous dire « {close[0]} » ?)" if close else ""


def item_type(annotation: Any) -> Any:
    """What a loop over this type yields; None when not known."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (tuple, list) and arguments and (len(arguments) == 1 or arguments[1] is Ellipsis):
        return plain(arguments[0])
    return None


def plain(annotation: Any) -> Any:
    """An annotation without « or None » and without what only pydantic reads."""
    if typing.get_origin(annotation) is typing.Annotated:
        return plain(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        choices = [a for a in typing.get_args(annotation) if a is not type(None)]
        return plain(choices[0]) if len(choices) == 1 else None
    if typing.get_origin(annotation) is typing.Literal:
        return str
    if typing.get_origin(annotation) in (dict, Mapping):
        return None  # its keys are read as fields, and nothing says which it has
    return annotation


def attributes(kind: Any) -> dict[str, Any] | None:
    """Fields and properties of one of our values, with their types; None for any other type."""
    if not isinstance(kind, type):
        return None
    if issubclass(kind, BaseModel):
        names = list(kind.model_fields)
    elif is_dataclass(kind):
        names = list(kind.__dataclass_fields__)
    else:
        return None
    try:
        hints = typing.get_type_hints(kind)
    except NameError:  # a type only imported for checkers: the names are known, not their types
        hints = {}
    found = {name: plain(hints.get(name)) for name in names}
    for name in dir(kind):
        member = getattr(kind, name, None)
        if isinstance(member, property) and not name.startswith("_"):
            try:
                found[name] = plain(typing.get_type_hints(member.fget).get("return"))
            except NameError:
                found[name] = None
    return found


def path_mistake(kind: Any, path: str) -> str | None:
    """What is wrong with a path such as `debiteur.adresse`; None when every part of it exists."""
    current: Any = kind
    for name in path.split("."):
        known = attributes(current)
        if known is None:
            return None if current is None else f"« {name} » ne peut pas être lu dans « {path} »"
        if name not in known:
            return f"champ « {path} » inconnu du dossier{nearest(name, known)}"
        current = known[name]
    return None
