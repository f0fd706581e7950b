"""One zip for whoever takes the matter over: what that person needs, and nothing about anybody else.

Only this dossier, its journal and the files they name are read. The same dossier on the same day gives the same
bytes: fixed order, the day of the pack on every entry, nothing compressed.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO

from generator.calendar_fr import long_date, short_date
from generator.case import Case
from generator.checklists import load_checklist, tick
from generator.court import fact_sheet
from generator.court.claim import build_claim
from generator.court.own_files import OwnFile, case_files, slug
from generator.court.pack_exchanges import Exchanges, exchanges_of
from generator.errors import InvalidInput, LegalRefusal
from generator.export.checklist_pdf import checklist_pdf
from generator.history import journal_of
from generator.journal import Event, Journal
from generator.letters import Letter, find_letters
from generator.loading import LoadedCase
from generator.money import euros
from generator.parties import Contact
from generator.pipeline import make_letter, roots_of
from generator.portfolio.chronology import chronology_pdf
from generator.render import Choices
from generator.statement import Statement
from generator.statement_json import statement_json

# Who hears a consumer, when the mediator of businesses does not.
CONCILIATOR = "tiers.conciliateur"
PACK_BYTES = 100_000_000
EVERYTHING = tuple(Contact.model_fields)
# The points of the checklist that a piece of one of these natures answers.
PROOFS = {"commande": {"devis", "commande", "contrat"}, "livraison": {"livraison"}}
IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,4})?\b")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?:\+33 ?|\b0)[1-9](?:[ .-]?[0-9]{2}){4}\b")
# A letter announces this many papers by name; beyond, it refers to the list in the zip.
NAMED_PAPERS = 12


@dataclass(frozen=True)
class Taker:
    """Who receives a pack: `contact` are the fields of the debtor's person they need, `notes` our own remarks."""

    role: str
    libelle: str
    contact: tuple[str, ...]
    notes: bool
    iban: bool = True


TAKERS: dict[str, Taker] = {
    "commissaire-de-justice": Taker("commissaire_de_justice", "un commissaire de justice", EVERYTHING, notes=True),
    "avocat": Taker("avocat", "un avocat", EVERYTHING, notes=True),
    "assureur-credit": Taker("assureur_credit", "l'assureur-crédit", (), notes=False),
    "mediateur": Taker(
        "mediateur", "le médiateur des entreprises", ("civilite", "nom", "fonction"), notes=False, iban=False
    ),
    "societe-de-recouvrement": Taker("societe_de_recouvrement", "une société de recouvrement", EVERYTHING, notes=False),
}


@dataclass(frozen=True)
class Pack:
    """The files by their name in the zip; what is missing, left out and dropped, one French sentence each.

    `pour_vous` is told to the creditor and not written in the zip; nor is `controle`, their checklist as a PDF.
    """

    nom: str
    fichiers: dict[str, bytes]
    manque: tuple[str, ...]
    laisse: tuple[str, ...]
    retire: tuple[str, ...]
    pour_vous: tuple[str, ...] = ()
    controle: bytes = b""

    def zip(self) -> bytes:
        """The archive, its entries in the order of the names and dated by the pack."""
        return zipped(self.fichiers, self.nom, date.fromisoformat(self.nom[-10:]))


def build_pack(loaded: LoadedCase, statement: Statement, to: str) -> Pack:
    """What this taker needs, on the day of the statement.

    LegalRefusal when the law forbids what their letter asks; InvalidInput for a path that leaves the dossier's folder,
    or a pack too big. A file missing or damaged is listed, not refused.
    """
    taker, case, au = _for(loaded, to), loaded.case, statement.au
    journal = journal_of(loaded)
    missing: list[str] = []
    # What was written to another adviser is between the creditor and that adviser.
    private = _letters_to_advisers(loaded)
    events = tuple(event for event in journal.events if event.le <= au and event.lettre not in private)
    titles = {letter.id: letter.spec.titre for letter in find_letters(roots_of(loaded))}
    exchanges = exchanges_of(loaded, events, titles)
    files = {**_sheets(loaded, statement, taker), **exchanges.fichiers}
    if events:
        told = tuple(
            _told(e, taker, case.debiteur.contact, titles) for e in events if taker.notes or e.action != "note"
        )
        extract = len(told) < len(journal.events)
        files["04-chronologie.pdf"] = chronology_pdf(case, Journal(journal.path, told, journal.tete), au.isoformat())
    else:
        extract = False
        missing.append("Chronologie : le journal de ce dossier est vide.")
    pieces = case_files(case, loaded.path.parent, au)
    for number, piece in enumerate(pieces, start=1):
        if piece.contenu is None:
            missing.append(f"{piece.titre} : {piece.motif}.")
        else:
            files[f"pieces/{number:02d}-{slug(piece.titre)}{piece.suffixe}"] = piece.contenu
    checklist = load_checklist(_role_letter(loaded, taker).spec.checklist or "dossier-pour-un-tiers")
    inside = set(_inside(case, pieces, exchanges, bool(events))) & {point.id for point in checklist.points}
    state = tick(checklist, case, statement, loaded.law, inside)
    held = [piece.titre for piece in pieces if piece.contenu is not None]
    letter_files, for_you = _letter(loaded, statement, taker, _papers(statement, files, held, exchanges.titres))
    files |= letter_files
    # Each missing copy of an invoice is named already.
    to_check = [
        t.point.texte for t in state if t.ouvert and t.point.bloquant and t.point.verifie_par != "pieces-presentes"
    ]
    pack = Pack(
        nom=f"{slug(case.reference)}-{to}-{au.isoformat()}",
        fichiers=files,
        manque=(*missing, *exchanges.manque),
        laisse=exchanges.laisse,
        retire=tuple(_dropped(loaded, taker, bool(events))),
        pour_vous=(
            *for_you,
            *(f"À vérifier : {text}." for text in to_check),
            *_private(loaded, [e for e in journal.events if e.lettre in private and e.le <= au]),
        ),
        controle=checklist_pdf(checklist, state, loaded.law),
    )
    pack = replace(pack, fichiers={"LISEZ-MOI.txt": _readme(loaded, statement, taker, pack, extract), **files})
    if (size := sum(map(len, pack.fichiers.values()))) > PACK_BYTES:
        raise InvalidInput(
            f"le paquet ferait {size // 1_000_000} Mo, pour {PACK_BYTES // 1_000_000} au plus : réduire les plus grosses pièces"
        )
    return pack


def _papers(
    statement: Statement, files: dict[str, bytes], pieces: Sequence[str], letters: Sequence[str]
) -> tuple[str, ...]:
    """What the letter announces: what the zip holds, and nothing else."""
    sheets = ["Fiche du dossier", f"Décompte au {long_date(statement.au)}"]
    if "04-chronologie.pdf" in files:
        sheets.append("Chronologie")
    papers = (*sheets, *pieces, *letters)
    return (
        papers if len(papers) <= NAMED_PAPERS else (*sheets, "Pièces et lettres dont la liste est dans LISEZ-MOI.txt")
    )


def _inside(case: Case, pieces: Sequence[OwnFile], exchanges: Exchanges, told: bool) -> Iterator[str]:
    """The points of the checklist that the zip answers by itself: nobody is asked for a paper it holds."""
    yield "decompte"
    if told:
        yield "chronologie"
    natures = {piece.nature for piece in pieces if piece.contenu is not None}
    for point, proofs in PROOFS.items():
        if natures & proofs:
            yield point
    if exchanges.fichiers:
        yield "echanges"
    if case.debiteur.procedure_collective:
        yield "bodacc"


def _for(loaded: LoadedCase, to: str) -> Taker:
    """Our own remarks about a person go to a lawyer only: nobody else needs them for their task."""
    taker = TAKERS[to]
    consumer = loaded.case.debiteur.qualite == "particulier"
    return replace(taker, notes=False) if consumer and taker.role != "avocat" else taker


def _role_letter(loaded: LoadedCase, taker: Taker) -> Letter:
    path = f"tiers.{taker.role}"
    found = (x for x in find_letters(roots_of(loaded)) if x.spec.destinataire == path == x.spec.proposer_si)
    letter = next(found, None)
    if letter is None:
        raise InvalidInput(f"aucune lettre ne s'adresse à {taker.libelle} ({path}) : reprendre celle du produit")
    return letter


def _private(loaded: LoadedCase, letters: Sequence[Event]) -> Iterator[str]:
    for piece in loaded.case.pieces:
        if piece.ne_pas_communiquer:
            yield f"« {piece.titre} » n'est pas dans le zip (ne_pas_communiquer)."
    for event in letters:
        yield f"La lettre « {event.lettre} » du {short_date(event.le)}, écrite à un tiers, n'est ni jointe ni citée."


def _letters_to_advisers(loaded: LoadedCase) -> set[str]:
    advisers = {f"tiers.{taker.role}" for taker in TAKERS.values()}
    return {x.id for x in find_letters(roots_of(loaded)) if x.spec.destinataire in advisers}


def _letter(
    loaded: LoadedCase, statement: Statement, taker: Taker, papers: tuple[str, ...]
) -> tuple[dict[str, bytes], list[str]]:
    letter = _role_letter(loaded, taker)
    if taker.role == "mediateur" and loaded.case.debiteur.qualite == "particulier":
        other = next((x for x in find_letters(roots_of(loaded)) if x.spec.destinataire == CONCILIATOR), None)
        how = f" (impayes lettre {loaded.path.name} {other.id})" if other else ""
        raise LegalRefusal(
            "le médiateur des entreprises ne traite pas un différend avec un particulier : demander plutôt une "
            f"conciliation, gratuite elle aussi{how}"
        )
    try:
        made = make_letter(loaded, statement, letter.id, choices=Choices(pieces_jointes=papers))
    except InvalidInput as error:
        return {}, [f"{letter.spec.titre} : {problem}." for problem in error.problems]
    except LegalRefusal as error:
        # A lawyer is still needed once recovery is forbidden; the letter that asks for recovery is not.
        if taker.role != "avocat" or loaded.case.debiteur.procedure_collective is None:
            raise
        return {}, [f"Votre lettre d'envoi, à écrire : {error.problems[0].rstrip('.')}."]
    return {"01-lettre.pdf": next(c for name, c in made.items() if name.endswith(".pdf"))}, []


def _sheets(loaded: LoadedCase, statement: Statement, taker: Taker) -> dict[str, bytes]:
    case, au = loaded.case, statement.au.isoformat()
    parties = f"{case.creancier.nom}, créancier. {case.debiteur.nom}, débiteur. État au {long_date(statement.au)}."
    blocks = fact_sheet.facts(case, statement, loaded.law, contact=taker.contact, iban=taker.iban)
    notes = ("Faits tirés du dossier tenu par le créancier. Ce qui n'y est pas noté n'est pas supposé.",)
    due = (f"{_total(loaded, statement, long_date(statement.au))}.",)
    data = json.dumps(statement_json(statement), ensure_ascii=False, indent=2) + "\n"
    return {
        "02-fiche-du-dossier.pdf": fact_sheet.page_pdf(f"Dossier {case.reference}", parties, blocks, au, notes),
        "03-decompte.pdf": fact_sheet.page_pdf(
            f"Décompte du dossier {case.reference}", parties, fact_sheet.account(statement), au, due
        ),
        "03-decompte.csv": fact_sheet.account_csv(statement),
        "03-decompte.json": data.encode("utf-8"),
    }


def _told(event: Event, taker: Taker, contact: Contact | None, titles: dict[str, str]) -> Event:
    """The event as this taker reads it: letters by their title, no remark of ours, no person they do not need."""
    changes: dict[str, object] = {}
    if event.lettre in titles:
        changes["lettre"] = titles[event.lettre]
    if not taker.notes:
        changes |= {"note": None, "par": None}
    result = event.resultat
    if result and contact and "nom" not in taker.contact:
        result = result.replace(contact.nom, "l'interlocuteur")
    if result and not taker.notes:
        result = _masked(result, taker)
    if result != event.resultat:
        changes["resultat"] = result
    if len(event.dossiers) > 1:
        changes["fichiers"] = ()
    return event.model_copy(update=changes) if changes else event


def _masked(text: str, taker: Taker) -> str:
    """Free text without bank accounts, nor ways to reach somebody when this taker does without them."""
    text = IBAN.sub("[compte bancaire retiré]", text)
    if "email" in taker.contact:
        return text
    return PHONE.sub("[téléphone retiré]", EMAIL.sub("[adresse retirée]", text))


def _dropped(loaded: LoadedCase, taker: Taker, told: bool) -> Iterator[str]:
    contact = loaded.case.debiteur.contact
    if contact and (names := [n for n in EVERYTHING if n not in taker.contact and getattr(contact, n)]):
        yield f"debiteur.contact : {', '.join(names)}"
    if told and not taker.notes:
        yield "journal : note, par (vos remarques et les noms des personnes), comptes bancaires cités dans les résultats"
    if not taker.iban and loaded.case.creancier.iban:
        yield "creancier.iban"
    roles = loaded.case.tiers
    # The sheet names the trustee: whoever takes the matter over writes to them.
    shown = {taker.role, "mandataire_judiciaire" if loaded.case.debiteur.procedure_collective else ""}
    if others := [r for r in type(roles).model_fields if r not in shown and getattr(roles, r)]:
        yield f"tiers : {', '.join(others)}"


def _readme(loaded: LoadedCase, statement: Statement, taker: Taker, pack: Pack, extract: bool) -> bytes:
    case = loaded.case
    sections = (
        ("CONTENU", [f"{name}" for name in sorted(pack.fichiers)]),
        ("CE QUI MANQUE", pack.manque),
        ("LAISSÉ DE CÔTÉ", pack.laisse),
        ("CHAMPS RETIRÉS, INUTILES À LA MISSION", pack.retire),
        ("À SAVOIR", _remarks(pack, extract)),
    )
    lines = [
        f"Dossier {case.reference}, préparé pour {taker.libelle}, état au {short_date(statement.au)}",
        f"Créancier : {case.creancier.nom}",
        f"Débiteur : {case.debiteur.nom}",
        _total(loaded, statement),
    ]
    for title, items in sections:
        lines += ["", title, *(f"- {item}" for item in items)] if items else []
    return ("\n".join(lines) + "\n").encode("utf-8")


def _total(loaded: LoadedCase, statement: Statement, day: str = "") -> str:
    """What is owed; once proceedings are open nothing is payable any more, it is declared."""
    proceedings = loaded.case.debiteur.procedure_collective
    if proceedings is None:
        return f"Total dû{' au ' + day if day else ''} : {euros(statement.totaux.solde)}"
    total = euros(build_claim(loaded.case, loaded.law, statement.au).total)
    if proceedings.declaree_le:
        return f"Créance au jour du jugement : {total}, déclarée le {short_date(proceedings.declaree_le)}"
    return f"À déclarer, créance au jour du jugement : {total}"


def _remarks(pack: Pack, extract: bool) -> Iterator[str]:
    if extract:
        yield "La chronologie est un extrait du journal : ce qui n'est pas utile à la mission n'y est pas."
    if any(name.startswith(("lettres/", "pieces/")) for name in pack.fichiers):
        kept = "les coordonnées qu'elles portent n'ont pas été retirées"
        yield f"Les lettres envoyées et les pièces sont jointes telles quelles : {kept}."
    yield "Ces données ne servent qu'à ce dossier ; les effacer à la fin de la mission, sauf ce que la loi oblige à garder."
    yield "Ce paquet informe ; il ne remplace pas un conseil juridique."


def zipped(files: dict[str, bytes], top: str, day: date) -> bytes:
    """A zip whose bytes depend on its content only."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", (day.year, day.month, day.day, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()
