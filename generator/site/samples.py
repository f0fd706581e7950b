"""The example shown with each letter: a dossier it is the natural letter for, else the first it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.document import Document
from generator.errors import Failure, InvalidInput, LegalRefusal, MissingComponent
from generator.export import FORMATS
from generator.letters import Letter, check_letter, suggestions
from generator.loading import LoadedCase
from generator.pipeline import read, roots_of
from generator.render import render
from generator.statement import Statement

# What a page offers to download; an e-mail draft and Markdown are for one's own dossiers.
OFFERED = ("pdf", "docx", "html", "txt")

# A dossier and its statement on the day of the samples.
Example = tuple[LoadedCase, Statement]


@dataclass(frozen=True)
class Sample:
    """A letter rendered for one example dossier, in every format that this machine can make."""

    loaded: LoadedCase
    statement: Statement
    document: Document
    files: dict[str, bytes]

    @property
    def stem(self) -> str:
        """Name of the files, without their extension."""
        return f"{self.loaded.case.reference}-{self.document.letter.id}-{self.document.au.isoformat()}"


def read_examples(folder: Path, au: date) -> list[tuple[LoadedCase, Statement]]:
    """Every example dossier with its statement, in file order."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise InvalidInput(f"{folder} : aucun dossier d'exemple (.yml) ici")
    return [read(path, au) for path in paths]


def sample_for(letter: Letter, examples: Sequence[tuple[LoadedCase, Statement]]) -> Sample:
    """The sample of a letter; Failure when no example fits, so that no page lacks its sample."""
    fitting = [example for example in examples if fits(letter, *example)]
    for loaded, statement in sorted(fitting, key=lambda example: not _natural(letter, *example)):
        roots = roots_of(loaded)
        document = render(letter, loaded.case, statement, loaded.law, roots, base=loaded.path.parent)
        return Sample(loaded, statement, document, _files(document))
    raise Failure(
        f"lettre « {letter.id} » : aucun dossier d'exemple ne lui convient ; en ajouter un à examples/dossiers/"
    )


def fits(letter: Letter, loaded: LoadedCase, statement: Statement) -> bool:
    """Whether this letter can be written for this dossier."""
    try:
        check_letter(letter, loaded.case, statement, loaded.law, roots_of(loaded))
    except (InvalidInput, LegalRefusal):
        return False
    return True


def _natural(letter: Letter, loaded: LoadedCase, statement: Statement) -> bool:
    proposed = suggestions(loaded.case, statement, loaded.law, roots_of(loaded))
    return bool(proposed) and proposed[0][0].id == letter.id


def _files(document: Document) -> dict[str, bytes]:
    files = {}
    for name in OFFERED:
        try:
            files[name] = FORMATS[name](document)
        except MissingComponent:
            continue  # the page then offers the other formats; `impayes diagnostic` says what is missing
    return files
