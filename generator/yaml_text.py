"""YAML read as text, with the position of every key and value.

PyYAML's ready-made loaders turn `06000` into 3072, `non` into False and keep the last of two
duplicate keys in silence; a claim for money cannot live with that. Here every scalar stays
text and only the events of PyYAML's C parser are used, so anchors, tags, deep nesting and
duplicates are refused before anything is built.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.errors import InvalidInput
from generator.writing import reason

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 12

Position = tuple[str, int, int]  # file name, line, column, both from 1
Key = tuple[str | int, ...]

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What YAML forbids outright; libyaml reports it without a line.
_FORBIDDEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")

# The commonest syntax problems of libyaml, in French; anything else gets the general sentence.
_SYNTAX = {
    "found unexpected end of stream": "guillemet ou crochet ouvert et jamais refermé",
    "mapping values are not allowed": "deux-points de trop : mettre la valeur entre guillemets",
    "found character that cannot start any token": (
        "caractère interdit en début de valeur (tabulation, @, %…) : indenter avec des espaces, ou mettre la valeur "
        "entre guillemets"
    ),
    "did not find expected '-' indicator": "liste mal alignée : un tiret par élément, tous à la même colonne",
    "did not find expected ',' or": "crochet ou accolade jamais refermé, ou virgule manquante",
    "did not find expected key": "retrait irrégulier (aligner les clés d'un même bloc), ou guillemet ouvert plus haut et jamais refermé",
    "could not find expected ':'": "deux-points manquants après une clé",
}


@dataclass(frozen=True)
class YamlFile:
    """A YAML file read as text: nested dict / list / str, and where each path stands."""

    path: Path
    data: dict[str, Any]
    marks: dict[Key, Position]
    sha256: str


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML mapping; InvalidInput with every problem of syntax found.

    Refused: missing or unreadable file, more than 1 MiB, binary or non UTF-8 content, several
    documents, anchors, aliases, tags, duplicate keys, nesting deeper than twelve levels.
    """
    raw = _read_bytes(path)
    text = _decode(raw, path.name)
    reader = _Reader(path.name)
    try:
        data = reader.read(text)
    except yaml.YAMLError as error:
        raise InvalidInput(_syntax_sentence(path.name, error)) from None
    if reader.problems:
        raise InvalidInput(reader.problems)
    if data is None:
        raise InvalidInput(f"{path.name} : fichier vide ; voir « impayes nouveau » pour en créer un")
    if not isinstance(data, dict):
        raise InvalidInput(f"{path.name}:1:1: une liste de champs « clé: valeur » est attendue")
    return YamlFile(path, data, reader.marks, hashlib.sha256(raw).hexdigest())


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} : c'est un répertoire, un fichier YAML est attendu")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InvalidInput(f"{path} : fichier introuvable ; vérifier le nom et le dossier") from None
    except PermissionError:
        raise InvalidInput(f"{path} : lecture refusée ; vérifier les droits du fichier") from None
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "nom de fichier invalide"
        raise InvalidInput(f"{path} : lecture impossible ({why})") from None
    if len(raw) > MAX_BYTES:
        raise InvalidInput(f"{path.name} : plus de 1 Mio ; un dossier tient en quelques pages, vérifier le fichier")
    return raw


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(f"{name} : fichier en UTF-16 ; l'enregistrer en UTF-8")
    if b"\0" in raw:
        raise InvalidInput(f"{name} : ce n'est pas un fichier texte ; un fichier YAML est attendu")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InvalidInput(
            f"{name}:{line}: caractère illisible (fichier en latin-1 ?) ; l'enregistrer en UTF-8 (Enregistrer sous, encodage)"
        ) from None
    if found := _FORBIDDEN.search(text):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        raise InvalidInput(f"{name}:{line}:{column}: caractère invisible interdit : l'effacer")
    return text


def _syntax_sentence(name: str, error: yaml.YAMLError) -> str:
    problem = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
    sentence = next((fr for en, fr in _SYNTAX.items() if en in problem), "écriture YAML incorrecte à cet endroit")
    return f"{where}: {sentence}"


# « couleur: #1f4e79 »: YAML reads a comment, and the value the user wrote is lost without a word.
_SWALLOWED = re.compile(r"""[\w"']+\s*:\s+#[0-9a-fA-F]{6}\s*$""")


# What follows a key; without it, « {montant_ttc: 3780,75} » holds a second key, « 75 », and the cents are lost.
_COLON = re.compile(r"\s*(:|$)")


class _Reader:
    """Build nested text from parser events, without recursion in the parser."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self.marks: dict[Key, Position] = {}

    def read(self, text: str) -> Any:
        self.lines = text.splitlines()
        self.events = yaml.parse(text, Loader=_Parser)
        document: Any = None
        seen = False
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self._refuse(event, "un seul document par fichier : supprimer la ligne « --- »")
                    break
                seen = True
            elif isinstance(event, yaml.NodeEvent):
                document = self._node(event, (), 0)
                if self.problems and any("interdit" in p for p in self.problems):
                    break
        return document

    def _node(self, event: Any, key: Key, depth: int) -> Any:
        if key not in self.marks:
            self.marks[key] = self._position(event)
        self._check_jargon(event)
        if depth > MAX_DEPTH:
            raise InvalidInput(f"{self._where(event)}: trop de niveaux imbriqués : {MAX_DEPTH} au plus")
        if isinstance(event, yaml.AliasEvent):
            return None
        if isinstance(event, yaml.ScalarEvent):
            # Only an empty, unquoted value means "absent"; « ~ » and « null » are YAML jargon for it.
            # (PyYAML's two parsers call the plain style None and "".)
            absent = not event.style and event.value in {"", "~", "null"}
            return None if absent else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(key, depth)
        return self._mapping(key, depth)

    def _check_jargon(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(event, "ancre ou alias YAML (& ou *) interdit : recopier la valeur")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "étiquette YAML (!) interdite : mettre la valeur entre guillemets")

    def _sequence(self, key: Key, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, (*key, len(items)), depth + 1))
        return items

    def _mapping(self, key: Key, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise InvalidInput(f"{self._where(event)}: une clé simple est attendue ici, pas une liste ni un bloc")
            self._check_jargon(event)
            name = event.value
            path = (*key, name)
            if name in data or path in self.marks:
                first = self.marks[path][1]
                self._refuse(event, f"clé « {name} » écrite deux fois (déjà ligne {first}) : en supprimer une")
                self._node(next(self.events), (*path, "doublon"), depth + 1)
                continue
            self.marks[path] = self._position(event)
            value = self._node(next(self.events), path, depth + 1)
            if value is not None:
                data[name] = value
            elif not _COLON.match(self._line_from(event)[len(name) :]) and not event.style:
                self._refuse(
                    event,
                    f"« {name} » : entre accolades, la virgule sépare deux champs : écrire les centimes avec un point "
                    "(3780.75), ou la valeur entre guillemets",
                )
            elif _SWALLOWED.match(self._line_from(event)):
                self._refuse(event, f"{name} : une couleur s'écrit entre guillemets, sinon « # » ouvre un commentaire")
        return data

    def _line_from(self, event: Any) -> str:
        """What the file holds from the start of this event to the end of its line."""
        mark = event.start_mark
        return self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""

    def _position(self, event: Any) -> Position:
        return self.name, event.start_mark.line + 1, event.start_mark.column + 1

    def _where(self, event: Any) -> str:
        return "{}:{}:{}".format(*self._position(event))

    def _refuse(self, event: Any, sentence: str) -> None:
        self.problems.append(f"{self._where(event)}: {sentence}")
