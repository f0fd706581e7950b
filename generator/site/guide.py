"""What the guide holds at this moment, so that generated pages link only to what exists."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generator.checklists import Checklist
from generator.letters import Letter
from generator.site.front_matter import read_front_matter


@dataclass(frozen=True)
class Guide:
    """Titles of the hand-written pages by path inside docs/, the letters and the checklists."""

    pages: dict[str, str]
    letters: tuple[Letter, ...]
    checklists: tuple[Checklist, ...]

    def pages_of(self, *names: str | None) -> list[tuple[str, str]]:
        """(path, title) of each page named, when it is written; a folder is its `index.md`."""
        found: dict[str, str] = {}
        for name in names:
            stem = (name or "").removesuffix(".md")
            path = next((path for path in (f"{stem}.md", f"{stem}/index.md") if path in self.pages), None)
            if path is not None:
                found[path] = self.pages[path]
        return list(found.items())

    def checklist(self, checklist_id: str | None) -> Checklist | None:
        """The checklist of this id, when it exists."""
        return next((one for one in self.checklists if one.id == checklist_id), None)

    def letter(self, letter_id: str | None) -> Letter | None:
        """The letter of this id, when it exists."""
        return next((one for one in self.letters if one.id == letter_id), None)

    def letters_of(self, checklist_id: str) -> list[tuple[str, str]]:
        """(id, title) of the letters this checklist goes before."""
        return [(one.id, one.spec.titre) for one in self.letters if one.spec.checklist == checklist_id]


def read_guide(root: Path, letters: Iterable[Letter], checklists: Iterable[Checklist], owned: Iterable[str]) -> Guide:
    """The guide in this repository; `owned` folders hold generated pages, whose titles come from their data."""
    docs = root / "docs"
    folders = [root / name for name in owned]
    pages = {
        path.relative_to(docs).as_posix(): title
        for path in sorted(docs.rglob("*.md"))
        if not any(path.is_relative_to(folder) for folder in folders)
        and (title := _title(path.read_text(encoding="utf-8")))
    }
    return Guide(pages, tuple(letters), tuple(checklists))


def _title(text: str) -> str:
    return str(read_front_matter(text).get("title") or "")
