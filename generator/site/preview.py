"""A letter shown in a page: whole in its own frame, and as a thumbnail."""

import re
from html import escape

from generator.document import Document, Element

# The frame reads addresses from the page that holds it, docs/lettres/<id>.html.
_FONTS = "../assets/polices"
_FONT_FACES = f"""
@font-face {{ font-family: "Source Sans 3"; src: url("{_FONTS}/SourceSans3-Regular.ttf.woff2"); }}
@font-face {{ font-family: "Source Sans 3"; font-style: italic; src: url("{_FONTS}/SourceSans3-It.ttf.woff2"); }}
@font-face {{ font-family: "Source Sans 3"; font-weight: bold; src: url("{_FONTS}/SourceSans3-Bold.ttf.woff2"); }}
body {{ max-width: none; padding: 1.6rem 1.4rem; overflow-wrap: break-word; }}
main {{ overflow-x: auto; }}
@media (max-width: 40rem) {{
  tbody th {{ overflow-wrap: normal; min-width: 5.5rem; }}
  .factures tbody em {{ display: block; padding: 0; }}
}}
"""


def frame(document: Document, exported: bytes) -> str:
    """The HTML export in an isolated frame: its styles and the page's never meet."""
    html = exported.decode("utf-8").replace("</style>", f"{_FONT_FACES}</style>", 1)
    # One main landmark per page is enough: the letter is shown, it is not the page.
    html = html.replace("<main>", '<main role="none">', 1)
    html = re.sub(r"\s*\n\s*", " ", html)
    title = f"Exemple : {document.page.titre}"
    return (
        f'<iframe class="apercu" title="{escape(title)}" sandbox="allow-same-origin" srcdoc="{escape(html)}"></iframe>'
    )


def thumbnail(document: Document) -> str:
    """A small sheet that looks like the letter; decorative, so hidden from screen readers and search."""
    lines = "".join(f"<span>{escape(line)}</span>" for line in document.page.expediteur[:3])
    to = "".join(f"<span>{escape(line)}</span>" for line in document.page.destinataire[:3])
    body = "".join(_paragraph(element) for element in document.corps[:9])
    return (
        f'<div class="vignette" lang="{document.page.langue}" aria-hidden="true" data-search-exclude><div class="vignette__feuille">'
        f'<div class="vignette__de">{lines}</div><div class="vignette__a">{to}</div>'
        f'<p class="vignette__objet">{escape(document.page.objet)}</p>{body}</div></div>'
    )


def _paragraph(element: Element) -> str:
    if element.tag == "table":
        return '<div class="vignette__tableau"></div>'
    if element.tag not in {"p", "h2", "h3"}:
        return ""
    kind = " vignette__solde" if "solde" in element.attribute("class").split() else ""
    return f'<p class="vignette__texte{kind}">{escape(element.text)}</p>'
