"""The chronology of a dossier as a tagged PDF: what the journal says, in the order of days, for a judge."""

from html import escape
from pathlib import PurePosixPath

from generator.calendar_fr import long_date
from generator.case import Case
from generator.export.pdf import write_pdf
from generator.journal import Event, Journal
from generator.money import euros
from generator.resources import builtin
from generator.typography import typography

WORDS = {
    "preparation": "Lettre préparée",
    "envoi": "Lettre envoyée",
    "reception": "Lettre reçue",
    "appel": "Appel téléphonique",
    "visite": "Visite",
    "promesse": "Promesse de paiement",
    "reponse": "Réponse du débiteur",
    "paiement": "Paiement",
    "note": "Note",
    "depot": "Dépôt en cours",
    "echec": "Envoi refusé",
    "annulation": "Ligne annulée",
}
CHANNELS = {
    "lrar": "lettre recommandée avec avis de réception",
    "lre": "lettre recommandée électronique",
    "courrier": "lettre simple",
    "email": "courriel",
    "telephone": "téléphone",
    "visite": "visite",
    "autre": "autre moyen",
}
_STYLE = """
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 4mm 0; font-size: 9.5pt; }
th, td { text-align: left; vertical-align: top; padding: 1mm 1.5mm 1mm 0; border-bottom: .15mm solid #d8d0c4; font-weight: normal; }
thead { display: table-header-group; } thead th { font-weight: bold; border-bottom: .35mm solid #262422; }
tr { break-inside: avoid; } .jour { width: 34mm; } .quoi { width: 42mm; } code { font-size: 7.5pt; word-break: break-all; }
"""


def chronology_pdf(case: Case, journal: Journal, au: str) -> bytes:
    """PDF/UA-1 bytes; `au` is the ISO day it is made. MissingComponent without Pango."""
    css = (builtin("letters") / "_commun" / "liste.css").read_text(encoding="utf-8") + _STYLE
    return write_pdf(chronology_html(case, journal, au), css)


def chronology_html(case: Case, journal: Journal, au: str) -> str:
    """The page: one row per event, then the hash that seals the journal it comes from."""
    title = f"Chronologie du dossier {case.reference}"
    # By day; two events of one day stay in the order they were written.
    rows = "\n".join(map(_row, sorted(journal.events, key=lambda event: event.le)))
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{_text(title)}</title>
<meta name="dcterms.created" content="{au}"><meta name="dcterms.modified" content="{au}"></head>
<body><h1>{_text(title)}</h1>
<p class="chapeau">{_text(f"{case.creancier.nom}, créancier. {case.debiteur.nom}, débiteur.")}</p>
<table><thead><tr><th scope="col" class="jour">Date</th><th scope="col" class="quoi">Événement</th>
<th scope="col">Détail</th></tr></thead>
<tbody>
{rows}
</tbody></table>
<p>{_text(f"Tiré du journal tenu au fil des jours, {len(journal.lignes)} lignes chaînées{_taken_back(journal)}. Empreinte SHA-256 de la dernière :")}
<code>{journal.tete}</code></p>
</body></html>"""


def _taken_back(journal: Journal) -> str:
    """« , dont 1 annulée (ligne 4, le 3 mai 2026 : mauvaise date) »: what was written by mistake is not hidden."""
    if not journal.annulees:
        return ""
    told = "; ".join(
        f"ligne {line}, le {long_date(event.le)} : {event.note}" for line, event in sorted(journal.annulees.items())
    )
    return f", dont {len(journal.annulees)} annulée{'s' if len(journal.annulees) > 1 else ''} ({told})"


def _row(event: Event) -> str:
    return (
        f'<tr><th scope="row">{_text(long_date(event.le))}</th><td>{_text(WORDS[event.action])}</td>'
        f"<td>{_text(details(event))}</td></tr>"
    )


def details(event: Event) -> str:
    """What an event says beyond its day and its kind, in sentences."""
    parts = [
        f"Lettre « {event.lettre} »" if event.lettre else None,
        f"par {CHANNELS[event.canal]}" if event.canal else None,
        f"n° {event.numero_recommande}" if event.numero_recommande else None,
        f"reçue le {long_date(event.recu_le)}" if event.recu_le else None,
        euros(event.montant) if event.montant else None,
        f"à payer le {long_date(event.payer_le)}" if event.payer_le else None,
        f"avec {event.par}" if event.par and event.action in {"appel", "visite"} else event.par,
    ]
    first = ", ".join(part for part in parts if part)
    files = f"Pièce{'s' if len(event.fichiers) > 1 else ''} : " + ", ".join(
        PurePosixPath(f.nom).name for f in event.fichiers
    )
    sentences = [first, event.resultat, event.note, files if event.fichiers else None]
    return " ".join(f"{s[0].upper()}{s[1:].rstrip('.')}." for s in sentences if s)


def _text(text: str) -> str:
    return escape(typography(text))
