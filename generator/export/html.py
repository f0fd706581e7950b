"""A letter as one self-contained HTML file."""

from generator.document import Document


def to_html_file(document: Document) -> bytes:
    """The page with its style sheet inside, fonts left to the reader's system: nothing is fetched."""
    css = document.css
    # @font-face rules name files beside the style sheet, which a lone HTML file does not have.
    while (start := css.find("@font-face")) >= 0:
        css = css[:start] + css[css.index("}", start) + 1 :]
    return document.html.replace("</head>", f"<style>\n{css.strip()}\n</style>\n</head>", 1).encode("utf-8")
