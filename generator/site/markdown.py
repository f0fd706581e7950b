"""The Markdown extension of the guide: worked statements, tables of procedures, thresholds, and French typography outside code.

Pages are typed with ordinary spaces and straight apostrophes, like the letters. Named in
`mkdocs.yml` as `generator.site.markdown`; a Markdown extension works in every builder, a hook
does not (docs/decisions/0002).
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from generator.site import procedure_tables, thresholds
from generator.site.worked import expand
from generator.typography import typography

# Their text is quoted, typed or computed: a no-break space there would be a fault.
UNTOUCHED = {"code", "pre", "kbd", "samp", "script", "style", "textarea"}


class WorkedPreprocessor(Preprocessor):
    """Replace each `decompte` block by the Markdown of its statement."""

    def run(self, lines: list[str]) -> list[str]:
        """Called by Python-Markdown with the whole page."""
        return expand(lines)


class ProcedurePreprocessor(Preprocessor):
    """Replace each `procedure` block by a table of the procedure files."""

    def run(self, lines: list[str]) -> list[str]:
        """Called by Python-Markdown with the whole page."""
        return procedure_tables.expand(lines)


class ThresholdPreprocessor(Preprocessor):
    """Replace `{seuil avocat}` by the amount of the law table."""

    def run(self, lines: list[str]) -> list[str]:
        """Called by Python-Markdown with the whole page."""
        return thresholds.expand(lines)


class TypographyTreeprocessor(Treeprocessor):
    """Set no-break spaces and apostrophes in every text of the page."""

    def run(self, root: Element) -> None:
        """Walk the tree; called by Python-Markdown after the inline patterns."""
        _polish(root)


def _polish(element: Element) -> None:
    if element.tag in UNTOUCHED:
        return
    children = list(element)
    element.text = _text(element.text, followed=bool(children))
    for rank, child in enumerate(children, start=1):
        _polish(child)
        child.tail = _text(child.tail, followed=rank < len(children))


def _text(text: str | None, followed: bool) -> str | None:
    """`followed` by an element: an apostrophe at the end elides its first word, as in « l'**avocat** »."""
    # An AtomicString is an address or a piece of code that must stay as it is.
    if text is None or isinstance(text, AtomicString):
        return text
    return typography(re.sub(r"(?<=[^\W\d_])'$", "’", text) if followed else text)


class FrenchExtension(Extension):
    """Registers the parts.

    Blocks are read after the clean-up of the text (30) and before the fences (25); typography runs
    between the inline patterns (20) and the table of contents (5).
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (name set by Python-Markdown)
        """Called by Python-Markdown."""
        md.preprocessors.register(WorkedPreprocessor(md), "impayes-decompte", 27)
        md.preprocessors.register(ProcedurePreprocessor(md), "impayes-procedure", 26)
        md.preprocessors.register(ThresholdPreprocessor(md), "impayes-seuil", 25.5)
        md.treeprocessors.register(TypographyTreeprocessor(md), "impayes-typographie", 10)


def makeExtension(**options: Any) -> FrenchExtension:  # noqa: N802 (name set by Python-Markdown)
    """Called by Python-Markdown."""
    return FrenchExtension(**options)
