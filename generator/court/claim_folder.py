"""The folder to post: letters through the line, numbered list of pieces, copies, checklist, what to do next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape

from generator.checklists import load_checklist, tick
from generator.court import claim_report as report
from generator.court.claim import Claim
from generator.court.claim_pieces import bound
from generator.court.own_files import OwnFile
from generator.errors import InvalidInput, LegalRefusal
from generator.export.checklist_pdf import checklist_pdf
from generator.export.pdf import write_pdf
from generator.law import Law
from generator.letters import Letter, find_letters
from generator.loading import LoadedCase
from generator.pipeline import make_letter, roots_of
from generator.resources import builtin
from generator.statement import Statement, build_statement
from generator.typography import typography

# Letters are known by what they do, so that renaming one touches no code.
DECLARES, RELIEF_JUDGE, HOLDER, TRUSTEE, VAT_TEXT = (
    "procedure_collective.declaree_le", "tiers.juge_commissaire", "detenteur-des-biens",
    "tiers.mandataire_judiciaire", "cgi-272",
)  # fmt: skip
LIST_STYLE = """
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 4mm 0; }
th, td { text-align: left; vertical-align: top; padding: 1mm 1.5mm 1mm 0; border-bottom: .15mm solid #d8d0c4; font-weight: normal; }
thead { display: table-header-group; } thead th { font-weight: bold; border-bottom: .35mm solid #262422; }
tr { break-inside: avoid; } .numero { width: 12mm; } .ou { width: 62mm; }
"""


@dataclass(frozen=True)
class LetterMade:
    """A letter of the folder: its files, or why there are none."""

    lettre: Letter
    fichiers: dict[str, bytes] = field(default_factory=dict)
    erreur: LegalRefusal | InvalidInput | None = None

    def as_json(self) -> dict[str, object]:
        """`etat` is ecrite, refusee (a rule of law) or incomplete (something is missing)."""
        state = "ecrite"
        if self.erreur:
            state = "refusee" if isinstance(self.erreur, LegalRefusal) else "incomplete"
        problems = list(self.erreur.problems) if self.erreur else []
        return {"id": self.lettre.id, "titre": self.lettre.spec.titre, "etat": state, "motifs": problems}


@dataclass(frozen=True)
class ClaimLetters:
    """The letters this product has for a debtor in insolvency, by what they do; None when a company removed one."""

    declaration: Letter
    releve: Letter | None
    revendication: Letter | None
    tva: Letter | None


def claim_letters(loaded: LoadedCase) -> ClaimLetters:
    """Find them among the letters of this company; InvalidInput when none declares a claim."""
    found = find_letters(roots_of(loaded))
    declares = next((x for x in found if x.spec.etablit == DECLARES), None)
    if declares is None:
        raise InvalidInput(f"aucune lettre ne déclare une créance (etablit: {DECLARES}) : reprendre celle du produit")
    return ClaimLetters(
        declares,
        next((x for x in found if x.spec.destinataire == RELIEF_JUDGE), None),
        next((x for x in found if x.spec.destinataire == HOLDER), None),
        next((x for x in found if x.spec.destinataire == TRUSTEE and VAT_TEXT in x.spec.articles), None),
    )


def make_letters(loaded: LoadedCase, statement: Statement, claim: Claim, known: ClaimLetters) -> list[LetterMade]:
    """The declaration, then what goes with it today: relief when late, goods claimed back under a retention clause."""
    made = [_make(loaded, statement, claim, known.declaration, declares=True)]
    if claim.hors_delai and known.releve:
        # Both leave the same day: the request then says that the claim has gone, instead of announcing it.
        sent = made[0].erreur is None
        with_claim = _declared(loaded, claim.au) if sent else loaded
        late = build_statement(with_claim.case, loaded.law, claim.au)
        made.append(_make(with_claim, late, claim, known.releve))
    if claim.reserve and known.revendication:
        made.append(_make(loaded, statement, claim, known.revendication))
    return made


def _declared(loaded: LoadedCase, le: date) -> LoadedCase:
    debtor = loaded.case.debiteur
    assert debtor.procedure_collective is not None  # there is a claim
    known = debtor.procedure_collective.model_copy(update={"declaree_le": le})
    with_day = debtor.model_copy(update={"procedure_collective": known})
    return replace(loaded, case=loaded.case.model_copy(update={"debiteur": with_day}))


def _make(
    loaded: LoadedCase, statement: Statement, claim: Claim, letter: Letter, *, declares: bool = False
) -> LetterMade:
    # Our text says that interest stops: signed by whom the exception covers, it would give interest up.
    if declares and claim.questions[0].reponse and letter.spec.origine is None:
        texts = loaded.law.cited(claim.questions[0].articles)
        return LetterMade(
            letter,
            erreur=LegalRefusal(
                f"la lettre « {letter.id} » dit que les intérêts s'arrêtent, et les vôtres continuent ({texts}) : la copier "
                f"(impayes modeles copier {letter.id}), y écrire comment ces intérêts se calculent, puis relancer la commande"
            ),
        )
    try:
        return LetterMade(letter, make_letter(loaded, statement, letter.id))
    except (LegalRefusal, InvalidInput) as error:
        return LetterMade(letter, erreur=error)


def claim_files(
    loaded: LoadedCase,
    statement: Statement,
    claim: Claim,
    letters: Sequence[LetterMade],
    pieces: Sequence[OwnFile],
    readme: str,
) -> dict[str, bytes]:
    """Every file of the folder by its name inside it."""
    files: dict[str, bytes] = {}
    for made in letters:
        files |= made.fichiers
    files["bordereau.pdf"] = _list_pdf(claim, pieces)
    if (copies := bound(pieces)) is not None:
        files["pieces.pdf"] = copies
    checklist = load_checklist(letters[0].lettre.spec.checklist or "procedure-collective")
    files["liste-de-controle.pdf"] = checklist_pdf(
        checklist, tick(checklist, claim.case, statement, loaded.law), loaded.law
    )
    files["LISEZ-MOI.txt"] = readme.encode("utf-8")
    return files


def readme_text(claim: Claim, law: Law, known: ClaimLetters, pieces: Sequence[OwnFile], dossier: str) -> str:
    """What the folder holds and what is left to do, in plain text."""
    return "\n".join(_readme(claim, law, known, pieces, dossier)) + "\n"


def _readme(claim: Claim, law: Law, known: ClaimLetters, pieces: Sequence[OwnFile], dossier: str) -> Iterator[str]:
    yield from report.heading(claim)
    for title, lines in (
        ("SOMME", report.amounts(claim, law)),
        ("GARANTIE", report.securities(claim, law)),
        ("DÉLAIS", report.limits(claim, law)),
        ("À VÉRIFIER AVANT D'ENVOYER", report.questions(claim, law)),
        ("PIÈCES", piece_lines(pieces)),
        ("PREUVE DE L'ENVOI", report.proof(claim, known.declaration.id, dossier)),
        ("TVA", report.vat(claim, law, known.tva.id if known.tva else None, dossier)),
    ):
        yield f"\n{title}"
        yield from (f"- {line}" for line in lines)
    yield f"\n{report.REMINDER}"


def piece_lines(pieces: Sequence[OwnFile]) -> Iterator[str]:
    """The numbered list, then what can only be added by hand."""
    for number, piece in enumerate(pieces, start=1):
        yield f"Pièce n° {number} : {piece.titre}" + (f" — MANQUE : {piece.motif}" if piece.motif else "")
    yield "À joindre s'ils existent : commandes, preuves de livraison, conditions acceptées, mise en demeure."


def _list_pdf(claim: Claim, pieces: Sequence[OwnFile]) -> bytes:
    css = (builtin("letters") / "_commun" / "liste.css").read_text(encoding="utf-8") + LIST_STYLE
    return write_pdf(list_html(claim, pieces), css)


def list_html(claim: Claim, pieces: Sequence[OwnFile]) -> str:
    """The bordereau that R622-23 asks for: one numbered row per copy, and empty rows to complete by hand."""
    case, day = claim.case, claim.au.isoformat()
    title = f"Bordereau des pièces du dossier {case.reference}"
    listed = "\n".join(_row(str(number), piece.titre, _state(piece)) for number, piece in enumerate(pieces, start=1))
    blank = "\n".join(_row(str(len(pieces) + n), "", "") for n in range(1, 4))
    intro = f"Joint à la déclaration de créance. {case.creancier.nom}, créancier. {case.debiteur.nom}, débiteur : {report.opened_on(claim)}."
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{_text(title)}</title>
<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}"></head>
<body><h1>{_text(title)}</h1>
<p class="chapeau">{_text(intro)}</p>
<table><thead><tr><th scope="col" class="numero">N°</th><th scope="col">Pièce</th><th scope="col" class="ou">État</th></tr></thead>
<tbody>
{listed}
{blank}
</tbody></table>
<p>{_text("Les lignes vides se complètent à la main : commande, livraison, conditions acceptées, titre de la garantie.")}</p>
</body></html>"""


def _state(piece: OwnFile) -> str:
    if piece.contenu is None:
        return "à joindre"
    return f"jointe, {piece.pages} page{'s' if piece.pages > 1 else ''}"


def _row(number: str, title: str, state: str) -> str:
    return f'<tr><th scope="row">{number}</th><td>{_text(title)}</td><td>{_text(state)}</td></tr>'


def _text(text: str) -> str:
    return escape(typography(text))
