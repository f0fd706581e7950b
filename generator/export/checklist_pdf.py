"""A checklist as a tagged PDF form: boxes to tick on screen or on paper."""

from html import escape

from generator.checklists import Checklist, Ticked
from generator.export.pdf import write_pdf
from generator.law import Law
from generator.resources import builtin
from generator.typography import typography


def checklist_pdf(checklist: Checklist, state: list[Ticked], law: Law) -> bytes:
    """PDF/UA-1 bytes; points proved by the dossier are ticked. MissingComponent without Pango."""
    css = (builtin("letters") / "_commun" / "liste.css").read_text(encoding="utf-8")
    return write_pdf(checklist_html(checklist, state, law), css, forms=True)


def checklist_html(checklist: Checklist, state: list[Ticked], law: Law) -> str:
    """The page: one labelled box per point, with why and the texts."""
    items = "\n".join(_item(ticked, law) for ticked in state)
    day = checklist.verifie_le.isoformat()
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{_text(checklist.titre)}</title>
<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}"></head>
<body><h1>{_text(checklist.titre)}</h1>
<p class="chapeau">{_text(checklist.resume)}</p>
<ol>
{items}
</ol></body></html>"""


def _item(ticked: Ticked, law: Law) -> str:
    point = ticked.point
    texts = law.cited(point.articles)
    why = point.pourquoi + (f" ({texts})" if texts else "")
    checked = "" if ticked.ouvert else " checked"
    # Some viewers draw a ticked box empty, and a printer follows them: the word says it too.
    done = "" if ticked.ouvert else ' <span class="fait">– fait</span>'
    must = ' <span class="bloquant">– indispensable</span>' if point.bloquant else ""
    proof = ' <span class="prouve">Prouvé par le dossier.</span>' if ticked.prouve else ""
    return (
        f'<li><input type="checkbox" id="{escape(point.id)}" name="{escape(point.id)}" '
        f'title="{_text(point.texte)}"{checked}><label for="{escape(point.id)}">{_text(point.texte)}</label>{done}{must}'
        f'<span class="pourquoi">{_text(why)}{proof}</span></li>'
    )


def _text(text: str) -> str:
    return escape(typography(text))
