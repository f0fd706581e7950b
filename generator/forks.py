"""A team's copies of the letters: made, compared with what the product says now, brought up to date.

A copy keeps the version it came from in `.origine/`, beside it: three texts (then, ours, now) are
what it takes to say what changed on each side and to merge the two. `upstream` always means the
folders below the company's: its trade variant, then the product.
"""

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.errors import Failure, InvalidInput
from generator.letters import load_letter, read_spec, unknown_name
from generator.merging import MARKS, merge, open_marks
from generator.template_text import (
    BODY,
    YML,
    blocks_of,
    effective_body,
    extends_original,
    replace_inner,
    with_origin,
    without_origin,
)
from generator.templates import read_template
from generator.writing import write_all

ORIGIN = ".origine"
PENDING = "a-fusionner"  # inside ORIGIN: the upstream version a conflict left open is about
NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")

Roots = tuple[Path, ...]
# Problems of a letter, found in these folders: (file, line, sentence).
Check = Callable[[str, Roots], list[tuple[Path, int, str]]]


@dataclass(frozen=True)
class Piece:
    """A part of a copy: a whole file or a block. `base` is None when the version copied was not kept,
    `upstream` when the product no longer has this part."""

    nom: str
    fichier: Path
    base: str | None
    mine: str
    upstream: str | None
    bloc: str | None = None


@dataclass(frozen=True)
class Fork:
    """A letter of the company's folder and, for a copy, the letter it comes from (`origine`)."""

    id: str
    origine: str | None
    version: str | None
    folder: Path
    pieces: tuple[Piece, ...]
    disparue: bool = False  # the product no longer has the letter it comes from

    @property
    def etat(self) -> str:
        """`propre`, `orpheline`, `sans-origine`, `a-jour` or `en-retard`: where it stands against upstream."""
        if self.origine is None:
            return "propre"
        if self.disparue:
            return "orpheline"
        if any(piece.base is None for piece in self.pieces):
            return "sans-origine"
        return "a-jour" if all(piece.base == piece.upstream for piece in self.pieces) else "en-retard"


def own_letters(folder: Path) -> list[str]:
    """Ids of what the company's folder holds, sorted; `_commun`, hidden folders and images are not letters."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_dir() and path.name[0] not in "._" and (any(path.glob("*.y*ml")) or any(path.glob("*.j2")))
    )


def copy_letter(letter_id: str, folder: Path, upstream: Roots, new_id: str | None = None) -> dict[Path, bytes]:
    """The files of a copy, under its own name or `new_id`: InvalidInput or Failure when it cannot be."""
    letter, name = load_letter(letter_id, upstream), new_id or letter_id
    if new_id is not None:
        free_name(new_id, upstream)
    target = folder / name
    _absent(name, [target / YML, target / BODY])
    yml, body = read_template(letter.yml), effective_body(letter_id, upstream)
    origin = {"id": letter_id, "version": str(letter.spec.version), "sha256": letter.sha256}
    return _encoded(
        {
            target / YML: with_origin(yml, name, origin),
            target / BODY: body,
            target / ORIGIN / YML: yml,
            target / ORIGIN / BODY: body,
        }
    )


def free_name(name: str, upstream: Roots) -> None:
    """Raise InvalidInput unless a new letter may bear this name."""
    if not NAME.fullmatch(name):
        raise InvalidInput(f"« {name} » : un nom de lettre s'écrit en minuscules sans accent, avec des traits d'union")
    if any((root / name).exists() for root in upstream):
        raise InvalidInput(f"« {name} » est déjà une lettre du produit : choisir un autre nom, ou la copier")


def copy_blocks(letter_id: str, names: tuple[str, ...], folder: Path, upstream: Roots) -> dict[Path, bytes]:
    """The files of a body that replaces these blocks only; blocks already replaced are kept."""
    letter, original = load_letter(letter_id, upstream), effective_body(letter_id, upstream)
    known = blocks_of(original)
    if unknown := [name for name in names if name not in known]:
        listed = ", ".join(f"{block.name} (ligne {block.line})" for block in known.values())
        raise InvalidInput(f"lettre « {letter_id} » : bloc « {name} » inconnu ; blocs : {listed}" for name in unknown)
    path, base = folder / letter_id / BODY, folder / letter_id / ORIGIN / BODY
    text = f'{{% extends "origine/{letter_id}/{BODY}" %}}\n{{# Vos passages ; tout le reste suit le produit. #}}\n'
    if path.is_file():
        text = _extended(letter_id, names, path)
        if load_fork(letter_id, folder, upstream).etat == "en-retard":
            raise Failure(
                f"{path} : la lettre du produit a changé depuis votre copie ; lancer d'abord "
                f"« impayes modeles comparer {letter_id} --fusionner »"
            )
    for name in dict.fromkeys(names):
        text += f"{known[name].whole(original)}\n"
    return _encoded({path: text, base: original, base.with_name(YML): read_template(letter.yml)})


def _extended(letter_id: str, names: tuple[str, ...], path: Path) -> str:
    text = read_template(path)
    if not extends_original(text, letter_id):
        raise Failure(f"{path} est déjà votre version de toute la lettre : y modifier le passage voulu")
    if taken := [block for block in blocks_of(text).values() if block.name in names]:
        raise Failure(
            f"{path}:{block.line}: le bloc « {block.name} » est déjà le vôtre : le modifier ici" for block in taken
        )
    return text if text.endswith("\n") else f"{text}\n"


def _absent(name: str, paths: list[Path]) -> None:
    if taken := [path for path in paths if path.exists()]:
        raise Failure(
            f"{path} existe déjà : rien n'a été copié ; « impayes modeles comparer {name} » dit ce qui a changé depuis"
            for path in taken
        )


def _encoded(files: dict[Path, str]) -> dict[Path, bytes]:
    return {path: text.encode("utf-8") for path, text in files.items()}


def load_fork(letter_id: str, folder: Path, upstream: Roots, kept: str | None = None) -> Fork:
    """A letter of the company's folder against the product's; `kept` names another folder of `.origine`
    to read as upstream. InvalidInput when there is no such letter."""
    mine = folder / letter_id
    if letter_id not in own_letters(folder):
        raise InvalidInput(
            f"{unknown_name('lettre', letter_id, own_letters(folder), 'impayes modeles comparer')} de {folder}"
        )
    declared = _declared_origin(mine / YML, (folder, *upstream))
    origin = declared.get("id", letter_id)
    base, now = _texts(mine / ORIGIN), _upstream(origin, upstream)
    if not declared and not base and not now:
        return Fork(letter_id, None, None, mine, ())
    if declared and not base and now and declared.get("sha256") == load_letter(origin, upstream).sha256:
        base = now  # the kept version was lost, but upstream has not moved: it is the same text
    version = declared.get("version") or _version(base.get(YML, ""))
    pieces = _pieces(mine, origin, base, _texts(mine / ORIGIN / kept) if kept else now)
    return Fork(letter_id, origin, version, mine, pieces, disparue=not now)


def _pieces(mine: Path, origin: str, base: dict[str, str], now: dict[str, str]) -> tuple[Piece, ...]:
    pieces = []
    texts = _texts(mine)
    if YML in texts:
        text = without_origin(texts[YML], origin)
        pieces.append(Piece(YML, mine / YML, base.get(YML), text, now.get(YML)))
    if BODY not in texts:
        return tuple(pieces)
    text = texts[BODY]
    if not extends_original(text, origin):
        return (*pieces, Piece(BODY, mine / BODY, base.get(BODY), text, now.get(BODY)))
    then, today = ({b.name: b.inner(t) for b in blocks_of(t).values()} for t in (base.get(BODY, ""), now.get(BODY, "")))
    for block in blocks_of(text).values():
        if block.name in then or block.name in today:
            before, after = then.get(block.name), today.get(block.name)
            pieces.append(Piece(f"bloc « {block.name} »", mine / BODY, before, block.inner(text), after, block.name))
    return tuple(pieces)


def _declared_origin(yml: Path, roots: Roots) -> dict[str, str]:
    if not yml.is_file():
        return {}
    try:
        return read_spec(yml, roots).origine or {}
    except InvalidInput as error:  # which of the company's letters: they all bear the same name
        raise InvalidInput(problem.replace(YML, str(yml), 1) for problem in error.problems) from None


def _texts(folder: Path) -> dict[str, str]:
    return {name: read_template(folder / name) for name in (YML, BODY) if (folder / name).is_file()}


def _upstream(letter_id: str, roots: Roots) -> dict[str, str]:
    if not any((root / letter_id / YML).is_file() for root in roots):
        return {}
    return {YML: read_template(load_letter(letter_id, roots).yml), BODY: effective_body(letter_id, roots)}


def _version(yml: str) -> str | None:
    found = re.search(r"^version: *(\S+)", yml, re.MULTILINE)
    return found[1] if found else None


@dataclass(frozen=True)
class Update:
    """What a merge gives: files to write, files to remove, and the sentences when it could not be done."""

    files: dict[Path, bytes]
    remove: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()

    def write(self) -> None:
        """Write all, then remove what has served; Failure when the folder cannot be written."""
        write_all(self.files, overwrite=True)
        for path in self.remove:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def update(letter_id: str, folder: Path, upstream: Roots, check: Check) -> Update:
    """Merge what upstream changed into a copy; nothing is written here.

    A clean result is checked before it may replace anything. A conflict, or a result with a
    mistake, goes to `….conflit`, which no command reads as a letter; once the reader has settled
    it there, the same command takes it up.
    """
    mine = folder / letter_id
    proposals = {path.name.removesuffix(".conflit"): path for path in mine.glob("*.conflit")}
    if left := [f"{path}:{line}" for path in proposals.values() for line in open_marks(read_template(path))[:1]]:
        return Update(
            {}, problems=tuple(f"{where}: conflit à régler : garder une version, retirer les marques" for where in left)
        )
    pending = mine / ORIGIN / PENDING
    fork = load_fork(letter_id, folder, upstream, PENDING if proposals and pending.is_dir() else None)
    if problems := _impossible(fork):
        return Update({}, problems=problems)
    new = {name: read_template(path) for name, path in proposals.items()}
    new |= {name: text for name, text in _merged(fork).items() if name not in new}
    ours = _texts(mine)
    now = _texts(pending) if proposals and pending.is_dir() else _upstream(fork.origine or letter_id, upstream)
    new = _signed(fork, new, now, upstream)
    marked = [(name, line) for name, text in new.items() for line in open_marks(text) if _opens(text, line)]
    wrong = [] if marked else _trial(letter_id, folder, upstream, new, check)
    if marked or wrong:
        names = {name for name, _ in marked} or {name for name, text in new.items() if text != ours.get(name)}
        kept = {mine / f"{name}.conflit": new[name] for name in names}
        kept |= {pending / name: text for name, text in now.items()}
        said = [
            f"{mine / name}.conflit:{line}: conflit : le produit et vous avez changé ces lignes"
            for name, line in marked
        ]
        return Update(_encoded(kept), problems=tuple(said or wrong))
    files = {mine / name: _line_ends(mine / name, text) for name, text in new.items() if text != ours[name]}
    files |= {mine / f"{name}.avant": (mine / name).read_bytes() for name in new if mine / name in files}
    files |= _encoded({mine / ORIGIN / name: text for name, text in now.items()})
    return Update(files, (*proposals.values(), *([pending] if pending.is_dir() else [])))


def _impossible(fork: Fork) -> tuple[str, ...]:
    if fork.etat == "sans-origine":
        return (
            f"{fork.folder} : la version copiée n'est pas connue, rien à fusionner ; comparer et reporter à la main",
        )
    return tuple(
        f"{piece.fichier}: {piece.nom} : n'existe plus dans le produit ; reporter votre texte ailleurs, puis le retirer"
        for piece in fork.pieces
        if piece.upstream is None
    )


def _merged(fork: Fork) -> dict[str, str]:
    """Each file of the copy with what upstream changed; marks inside when both changed the same lines."""
    texts = _texts(fork.folder)
    results: dict[str, str] = {}
    inside: dict[str, str] = {}
    for piece in fork.pieces:
        text = merge(piece.base or "", piece.mine, piece.upstream or "").text
        if piece.bloc:
            inside[piece.bloc] = text
        else:
            results[piece.fichier.name] = text
    if inside:
        results[BODY] = replace_inner(texts[BODY], inside)
    return results


def _opens(text: str, line: int) -> bool:
    return text.split("\n")[line - 1] == MARKS[0]


def _signed(fork: Fork, new: dict[str, str], now: dict[str, str], upstream: Roots) -> dict[str, str]:
    """`letter.yml` under its own name again, saying which version it now stems from."""
    if YML not in new:
        return new
    origin = fork.origine or fork.id
    current = load_letter(origin, upstream)
    # The hash of what was merged, which is not today's when a conflict took days to settle.
    same = now == _upstream(origin, upstream)
    fields = {"id": origin, "version": _version(now[YML]) or str(current.spec.version)}
    return {**new, YML: with_origin(new[YML], fork.id, {**fields, **({"sha256": current.sha256} if same else {})})}


def _trial(letter_id: str, folder: Path, upstream: Roots, new: dict[str, str], check: Check) -> list[str]:
    """Check the merged letter in a copy of the company's folder: the real one is not touched."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        for name, text in new.items():
            (copy / letter_id / name).write_text(text, encoding="utf-8")
        found = check(letter_id, (copy, *upstream))
        return [_where(path, copy, folder, new) + f":{line}: {sentence}" for path, line, sentence in found]


def _where(path: Path, copy: Path, folder: Path, new: dict[str, str]) -> str:
    if not path.is_relative_to(copy):
        return str(path)
    real = folder / path.relative_to(copy)
    return f"{real}.conflit" if path.name in new else str(real)


def _line_ends(path: Path, text: str) -> bytes:
    """The text with the line ends the team's editor uses."""
    return text.replace("\n", "\r\n" if b"\r\n" in path.read_bytes() else "\n").encode("utf-8")
