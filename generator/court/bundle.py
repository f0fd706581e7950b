"""The court bundle: from a dossier and a route to one folder a person can read, complete, sign and file.

    Assessment -> exhibits -> acts -> one PDF per part -> dossier-complet.pdf (+ Word, archive, sheet, trace)

A second run with the completed request puts it in the place of the draft. Nothing is written here: `build_bundle`
returns names and bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

from generator import __version__
from generator.court.acts import Acts, Matter, Part, contents, page_html, to_pdf, write_acts
from generator.court.archive import Embedded, archive_pdf
from generator.court.assessment import Assessment, assess
from generator.court.completed import Completed, read_completed, to_complete
from generator.court.conditions import Facts
from generator.court.demands import printed, total, without_dispute
from generator.court.exhibit_files import gather
from generator.court.exhibits import Exhibit, act_css, read_exhibits
from generator.court.links import link_lines
from generator.court.places import Question, questions
from generator.court.procedure_blocks import Procedure
from generator.court.procedures import route
from generator.court.sheet import sheet_text
from generator.court.stamping import flat_pages, number_page, open_pdf, stamp
from generator.errors import LegalRefusal
from generator.history import journal_of
from generator.loading import LoadedCase
from generator.money import euros, plain_spaces
from generator.pipeline import roots_of
from generator.statement import Statement
from generator.statement_json import statement_json

SCHEMA = "impayes/dossier-judiciaire/1"
FOLDER = "judiciaire"
COVER = "Page de garde"
COMPLETE, ARCHIVE, TRACE = "dossier-complet.pdf", "archive.pdf", "trace.json"
REQUEST, DRAFT, LIST = "demande.pdf", "demande.docx", "bordereau.docx"


@dataclass(frozen=True)
class Missing:
    """A document of the route that no file of the dossier proves; `bloquant` when the route needs it."""

    id: str
    texte: str
    bloquant: bool


@dataclass(frozen=True)
class ToFill:
    """A blank, and where to fill it: in the field `champ` of the file `ou`, or by hand in `ou`."""

    quoi: str
    ou: str
    champ: str | None = None

    @property
    def phrase(self) -> str:
        """What the screen says of it."""
        done = f"écrire {self.champ} dans {self.ou}" if self.champ else f"à écrire dans {self.ou}"
        return f"{self.quoi} : {done}"


@dataclass(frozen=True)
class Bundle:
    """Every file by its name inside `dossier`, and what is left for a person to do."""

    dossier: str
    fichiers: Mapping[str, bytes]
    pieces: tuple[Exhibit, ...]
    manquantes: tuple[Missing, ...]
    a_completer: tuple[ToFill, ...]
    a_verifier: tuple[str, ...]
    remarques: tuple[str, ...]
    pages: int
    remise: str
    trace: Mapping[str, Any]
    modifiables: tuple[str, ...] = (DRAFT, LIST, REQUEST)  # what a person may have worked on since


def build_bundle(
    loaded: LoadedCase,
    statement: Statement,
    procedure: str,
    answers: Mapping[str, bool] | None = None,
    demande: Path | None = None,
) -> Bundle:
    """The bundle of a dossier for a route, on the day of the statement; `demande`: the completed request, a PDF.

    LegalRefusal when the route is closed, with the article; InvalidInput when it does not exist or when exhibits
    cannot be read, all named at once. MissingComponent without Pango.
    """
    chosen = route(procedure)
    facts, journal = Facts(statement, loaded.law, dict(answers or {})), journal_of(loaded)
    events = [event for event in journal.events if event.le <= statement.au]
    assessment = assess(facts, events, chosen=[chosen])[0]
    if assessment.motif:
        texts = loaded.law.cited(assessment.motif.articles)
        raise LegalRefusal(
            f"voie « {procedure} » fermée : {assessment.motif.phrase.rstrip('.')}" + (f" ({texts})" if texts else "")
        )
    whole = statement
    if facts.contested and any(facts.said(one.id) for one in _asked(chosen) if one.retire_le_conteste):
        statement = without_dispute(whole, loaded.law)
        facts = Facts(statement, loaded.law, facts.answers)
        assessment = assess(facts, events, chosen=[chosen])[0]
    found = gather(loaded, statement.au)
    matter = Matter(facts, whole, assessment, journal, read_exhibits(found.sources), roots_of(loaded))
    completed = read_completed(demande) if demande else None
    acts = write_acts(matter, completed=completed is not None)
    stamped = {one: _stamped(one) for one in matter.exhibits}
    made = {
        part.id: completed.plat if completed and part is acts.demande else to_pdf(page_html(matter, [part], part.titre))
        for part in acts.parties
    }
    complete, pages = _complete(matter, acts, made, stamped)
    reference, au = statement.case.reference, statement.au
    files = {f"{name}.pdf": pdf for name, pdf in made.items()}
    if completed:
        files[REQUEST] = completed.contenu  # as it was given: a signature inside it stays valid
    else:
        files[DRAFT] = _word(matter, acts.demande)
    files[LIST] = _word(matter, acts.bordereau)
    if acts.fiche and acts.formulaire:
        files["fiche-formulaire.pdf"] = to_pdf(page_html(matter, [acts.fiche], acts.fiche.titre))
        files["fiche-formulaire.txt"] = printed(sheet_text(acts.formulaire)).encode("utf-8")
    files |= {f"pieces/{one.nom}": pdf for one, pdf in stamped.items()}
    files[COMPLETE] = complete
    files[ARCHIVE] = _archive(loaded, matter, acts, completed)
    missing = tuple(_missing(assessment, matter.exhibits, statement))
    doubts = tuple(plain_spaces(question.phrase) for question in assessment.questions)
    lawyer = f"avocat : {plain_spaces(assessment.avocat)}"
    left = [text for one in matter.exhibits for text in one.remarques]
    remarks = (lawyer, *found.remarques, *left, *_remarks(matter))
    if completed:
        remarks = (*completed.doubts(total(matter.claims)), *remarks)
    to_fill = tuple(_to_fill(loaded, acts, completed))
    trace = _trace(loaded, matter, files, missing, to_fill, doubts, completed)
    files[TRACE] = (json.dumps(trace, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    return Bundle(
        f"{FOLDER}/{reference}-{procedure}-{au.isoformat()}", files, matter.exhibits, missing, to_fill, doubts,
        remarks, pages, matter.draft.remise, trace,
    )  # fmt: skip


def _word(matter: Matter, part: Part) -> bytes:
    """A paper as Word, to complete."""
    from generator.export.docx_act import act_docx

    case = matter.facts.case
    foot = f"Dossier {case.reference} · {part.titre}"
    shown = to_complete(part.elements)
    return act_docx(
        part.titre, shown, pied=foot, auteur=case.creancier.nom, au=matter.facts.au, css=act_css()
    )  # fmt: skip


def _to_fill(loaded: LoadedCase, acts: Acts, completed: Completed | None) -> Iterator[ToFill]:
    """Every blank once: those of the request (of the completed one, when it is there), then those of the sheet."""
    request = completed.left(acts.demande.blancs) if completed else acts.demande.blancs
    sheet = acts.fiche.blancs if acts.fiche else ()
    company = loaded.company_path or loaded.path
    told = {blank.quoi: (blank, "le formulaire") for blank in sheet} | {blank.quoi: (blank, DRAFT) for blank in request}
    for what in dict.fromkeys(blank.quoi for blank in (*request, *sheet)):
        blank, paper = told[what]
        file = company if (blank.champ or "").startswith("creancier.") else loaded.path
        yield ToFill(plain_spaces(what), file.name if blank.champ else paper, blank.champ)


def _asked(procedure: Procedure) -> list[Question]:
    return [questions()[condition.question] for condition in procedure.conditions if condition.question]


def _remarks(matter: Matter) -> Iterator[str]:
    statement = matter.facts.statement
    for number, amount in matter.left_out:
        yield f"la somme contestée de {plain_spaces(euros(amount))} ({number}) n'est pas demandée"
    contested = [f.numero for f in statement.echues if f.montant_conteste]
    if contested:
        yield f"la somme contestée ({', '.join(contested)}) est comprise dans la demande : à relire"
    yield from (plain_spaces(notice.message) for notice in statement.avertissements)


def _missing(assessment: Assessment, exhibits: tuple[Exhibit, ...], statement: Statement) -> Iterator[Missing]:
    for document in assessment.pieces:
        piece = document.piece
        if "facture" in piece.natures:
            shown = {one.facture for one in exhibits}
            there = all(f.numero in shown for f in statement.echues)
        elif piece.natures:
            there = any(one.nature in piece.natures for one in exhibits)
        else:
            there = piece.ecrite_ici or document.present is True
        if not there:
            yield Missing(piece.id, piece.texte, piece.bloquant)


def _stamped(exhibit: Exhibit) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.append(BytesIO(exhibit.contenu), import_outline=False)
    for page in writer.pages:
        stamp(page, writer, exhibit.tampon)
    return _bytes(writer)


def _complete(
    matter: Matter, acts: Acts, made: Mapping[str, bytes], stamped: Mapping[Exhibit, bytes]
) -> tuple[bytes, int]:
    """The bundle in one PDF and its number of pages: bookmarks, contents, one numbering from end to end."""
    from pypdf import PdfWriter

    title = f"Dossier {matter.facts.case.reference} : {matter.draft.titre.lower()}"
    before, *after = acts.parties
    lengths = {name: len(open_pdf(pdf).pages) for name, pdf in made.items()}
    # The contents are laid out once to know how long they are: numbers of three digits take the most room.
    titles = [*((part.titre, False) for part in after), *((_name(one), True) for one in stamped)]
    sizes = [*(lengths[part.id] for part in after), *(one.pages for one in stamped)]
    draft = to_pdf(page_html(matter, [contents(matter, [(name, "000", piece) for name, piece in titles])], "Sommaire"))
    first = lengths[before.id] + len(open_pdf(draft).pages) + 1
    starts = accumulate(sizes[:-1], initial=first)
    lines = [(name, str(page), piece) for (name, piece), page in zip(titles, starts, strict=True)]
    table = contents(matter, lines)
    listed = open_pdf(to_pdf(page_html(matter, [table], table.titre)))
    writer = PdfWriter()
    marks: list[tuple[str, int, bool]] = []
    for part in (before, table, *after):
        marks.append((COVER if part is before else part.titre, len(writer.pages), False))
        flat_pages(listed if part is table else open_pdf(made[part.id]), writer)
    for one, pdf in stamped.items():
        marks.append((_name(one), len(writer.pages), True))
        writer.append(BytesIO(pdf), import_outline=False)
    last, bordereau = len(writer.pages), None
    for name, page, piece in marks:  # a bookmark leads to a page that exists
        made_here = writer.add_outline_item(title=name, page_number=page, parent=bordereau if piece else None)
        bordereau = bordereau if piece else made_here
    for rank, sheet in enumerate(writer.pages, start=1):
        number_page(sheet, writer, f"page {rank}/{last}")
    link_lines(listed, writer, marks[1][1], [page for _, page, _ in marks[2:]])
    _describe(writer, title, matter)
    return _bytes(writer), last


def _name(exhibit: Exhibit) -> str:
    return f"{exhibit.tampon} : {exhibit.titre}"


def _describe(writer: Any, title: str, matter: Matter) -> None:
    from pypdf.generic import NameObject, TextStringObject

    day = f"D:{matter.facts.au:%Y%m%d}000000Z"
    writer.add_metadata(
        {
            "/Title": title,
            "/Author": matter.facts.case.creancier.nom,
            "/Producer": "impayes",
            "/CreationDate": day,
            "/ModDate": day,
        }
    )
    writer.root_object[NameObject("/Lang")] = TextStringObject("fr")
    writer.page_mode = "/UseOutlines"


def _bytes(writer: Any) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _archive(loaded: LoadedCase, matter: Matter, acts: Acts, completed: Completed | None) -> bytes:
    """What was written, with the dossier, the décompte and the journal as they are on disk.

    The completed request is inside as it was given; the pages keep what the dossier had made of it.
    """
    case = matter.facts.case
    data = json.dumps(statement_json(matter.facts.statement), ensure_ascii=False, indent=2) + "\n"
    files = [
        Embedded("dossier.yml", loaded.path.read_bytes(), "Le dossier", "Source"),
        Embedded("decompte.json", data.encode("utf-8"), "Le décompte, pour un autre programme", "Data"),
    ]
    if matter.journal.lignes:
        files.append(Embedded("journal.jsonl", matter.journal.path.read_bytes(), "Le journal", "Supplement"))
    if completed:
        files.append(Embedded(REQUEST, completed.contenu, "La demande complétée", "Supplement"))
    title = f"Archive du dossier {case.reference} : {matter.draft.titre.lower()}"
    return archive_pdf(page_html(matter, acts.parties, title), tuple(files), matter.facts.au)


def _trace(
    loaded: LoadedCase,
    matter: Matter,
    files: Mapping[str, bytes],
    missing: tuple[Missing, ...],
    to_fill: tuple[ToFill, ...],
    doubts: tuple[str, ...],
    completed: Completed | None,
) -> dict[str, Any]:
    statement, assessment = matter.facts.statement, matter.assessment
    items = matter.claims
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "impayes": __version__,
        "au": statement.au.isoformat(),
        "dossier": {"fichier": loaded.path.name, "reference": statement.case.reference, "sha256": loaded.sha256},
        "procedure": assessment.procedure.id,
        "etat": assessment.etat,
        "reponses": dict(sorted(matter.facts.answers.items())),
        "decompte": statement_json(statement),
        "demandes": [
            {
                "code": item.code,
                "libelle": plain_spaces(item.libelle),
                "montant": None if item.montant is None else f"{item.montant:.2f}",
                "articles": list(item.textes),
            }
            for item in items
        ],
        "total": f"{total(items):.2f}",
        "pieces": [
            {
                "numero": one.numero,
                "titre": one.titre,
                "le": one.le.isoformat() if one.le else None,
                "nature": one.nature,
                "fichier": one.fichier,
                "sha256": one.sha256,
                "pages": one.pages,
            }
            for one in matter.exhibits
        ],
        "manquantes": [{"id": m.id, "texte": m.texte, "bloquant": m.bloquant} for m in missing],
        "a_completer": [one.quoi for one in to_fill],
        "champs_a_completer": {one.quoi: one.champ for one in to_fill if one.champ},
        "a_verifier": list(doubts),
        "fichiers": [{"nom": n, "sha256": hashlib.sha256(content).hexdigest()} for n, content in sorted(files.items())],
    }
    if completed:
        data["demande_completee"] = {"fichier": completed.nom, "sha256": completed.sha256, "pages": completed.pages}
    if matter.left_out:
        data["non_demande"] = [{"facture": number, "conteste": f"{amount:.2f}"} for number, amount in matter.left_out]
    if matter.journal.lignes:
        data["journal"] = {"derniere_ligne_sha256": matter.journal.tete}
    if loaded.company_path is not None:
        data["entreprise"] = {"fichier": loaded.company_path.name, "sha256": loaded.company_sha256}
    return data
