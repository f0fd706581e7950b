"""The contents of a bundle, clickable: each of its lines leads to the page it names.

The pages are flattened, links included; where its lines are is told by the bookmarks that the style sheet puts on them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

# The sides of the frame, and the height of the last line of a page, in points.
SIDE, LINE = 56.0, 22.0


def link_lines(table: Any, writer: Any, first: int, targets: Sequence[int]) -> None:
    """Make each line of `table` (the reader of the contents, laid from page `first` of `writer`) lead to its target.

    Pages count from 0. Without a place for every line (contents a company wrote its own way), nothing is linked.
    """
    from pypdf.annotations import Link
    from pypdf.generic import Fit

    places = list(_places(table))[-len(targets) :] if targets else []
    if len(places) < len(targets):
        return
    for rank, ((page, top), target) in enumerate(zip(places, targets, strict=True)):
        below = places[rank + 1] if rank + 1 < len(places) else None
        bottom = below[1] if below and below[0] == page else top - LINE
        right = float(writer.pages[first + page].mediabox.right) - SIDE
        link = Link(rect=(SIDE, bottom, right, top), target_page_index=target, fit=Fit.fit())
        writer.add_annotation(first + page, link)


def _places(table: Any) -> Iterator[tuple[int, float]]:
    """(page from 0, top in points) of every bookmark, in order."""

    def walk(items: list[Any]) -> Iterator[Any]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item)
            else:
                yield item

    for mark in walk(table.outline):
        page = table.get_destination_page_number(mark)
        if page is not None and mark.top is not None:
            yield page, float(mark.top)
