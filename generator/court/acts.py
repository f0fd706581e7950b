"""The papers of a bundle that are written here: cover, contents, request, décompte, chronology, bordereau, sheet.

Templates are in `letters/_actes/`, with the same layers as letters: a company's folder may hold its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from markupsafe import Markup

from generator.calendar_fr import ONE_DAY
from generator.court.assessment import Assessment, court_name
from generator.court.conditions import Facts, courts
from generator.court.demands import (
    BLANK,
    Blank,
    Claim,
    blank,
    blanks,
    claims,
    creditor_lines,
    debtor_lines,
    rate_in_words,
    total,
)
from generator.court.exhibit_files import plain_title
from generator.court.exhibits import Exhibit, act_css
from generator.court.facts import story
from generator.court.places import places
from generator.court.procedure_blocks import Act
from generator.court.sheet import Filled, fill_sheet
from generator.document import Element, parse_body, to_html
from generator.journal import Journal
from generator.languages import LANGUAGES
from generator.letters import find_letters
from generator.statement import Statement
from generator.templates import Droit, environment_for, run
from generator.typography import typography

FOLDER = "_actes"
TO_FILL = "a-completer"  # the class of a blank
NOTICE = "Projet : la demande reste à relire, à compléter et à signer."


@dataclass(frozen=True)
class Part:
    """One paper of the bundle: its elements, its blanks; `classe` is « projet » for a draft."""

    id: str
    titre: str
    elements: tuple[Element, ...]
    blancs: tuple[Blank, ...] = ()
    classe: str = ""

    @property
    def corps(self) -> str:
        """Its HTML."""
        return to_html(self.elements)

    @property
    def entete(self) -> str:
        """Its heading on paper."""
        return typography(self.titre)


@dataclass(frozen=True)
class Acts:
    """Every paper but the contents, whose page numbers are known last."""

    garde: Part
    demande: Part
    decompte: Part
    chronologie: Part
    bordereau: Part
    fiche: Part | None
    formulaire: Filled | None

    @property
    def parties(self) -> tuple[Part, ...]:
        """What the judge reads, in order, without the contents and the sheet."""
        return (self.garde, self.demande, self.decompte, self.chronologie, self.bordereau)


@dataclass(frozen=True)
class Matter:
    """All that the papers are made from; `whole` is the statement with what is contested and not asked for."""

    facts: Facts
    whole: Statement
    assessment: Assessment
    journal: Journal
    exhibits: tuple[Exhibit, ...]
    roots: tuple[Path, ...]

    @property
    def draft(self) -> Act:
        """What is written for this route."""
        act = self.assessment.procedure.acte
        assert act is not None  # routes() refuses a route without one
        return act

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What this request asks for."""
        return claims(self.facts.statement, self.facts.law, self.draft.sommes_seules)

    @property
    def left_out(self) -> tuple[tuple[str, Decimal], ...]:
        """What is contested and not asked for: (number of the invoice, euros)."""
        if self.whole is self.facts.statement:
            return ()
        return tuple((f.numero, f.montant_conteste) for f in self.whole.echues if f.montant_conteste)


def write_acts(matter: Matter, *, completed: bool = False) -> Acts:
    """Every paper of the bundle; `completed` when a person filled the request. InvalidInput for a mistake in a template."""
    context, draft = context_of(matter), matter.draft
    environment = environment_for(matter.roots, "fr")

    def part(name: str, modele: str, titre: str, classe: str = "", **more: Any) -> Part:
        elements = _body(matter.roots, modele, {**context, **more})
        left = blanks("\n".join(element.text for element in elements))
        return Part(name, titre, tuple(map(_visible, elements)), left, classe)

    cover = part("page-de-garde", "page-de-garde", draft.titre, "garde")
    notice = Element("p", (("class", "mention"),), (typography(NOTICE),))
    said = _without_blanks(cover.elements) if completed else (*cover.elements, notice)
    form = fill_sheet(matter.assessment.procedure.id, environment, context)
    sheet = (
        part("fiche-formulaire", "fiche", f"Formulaire {form.numero} : valeurs à recopier", "formulaire", fiche=form)
        if form
        else None
    )
    return Acts(
        garde=replace(cover, elements=said),
        demande=part("demande", draft.modele, draft.titre, "projet"),
        decompte=part("decompte", "decompte", "Décompte des sommes"),
        chronologie=part("chronologie", "chronologie", "Chronologie"),
        bordereau=part("bordereau", "bordereau", "Bordereau de pièces"),
        fiche=sheet,
        formulaire=form,
    )


def contents(matter: Matter, lines: Sequence[tuple[str, str, bool]]) -> Part:
    """The table of contents: (title, page, whether it is an exhibit)."""
    shown = [{"titre": title, "page": page, "piece": exhibit} for title, page, exhibit in lines]
    return Part("sommaire", "Sommaire", _body(matter.roots, "sommaire", {"lignes_sommaire": shown}))


def page_html(matter: Matter, parts: Iterable[Part], title: str) -> str:
    """One or several papers as a page, each beginning on a sheet of its own."""
    shown = [
        {"titre": part.titre, "entete": part.entete, "corps": Markup(part.corps), "classe": part.classe}  # noqa: S704 (parsed and escaped by document.parse_body)
        for part in parts
    ]
    case = matter.facts.case
    return run(
        environment_for(matter.roots, "fr"),
        f"{FOLDER}/page.html.j2",
        {
            "parties": shown,
            "titre": title,
            "creancier": case.creancier,
            "reference": case.reference,
            "au": matter.facts.au,
        },
    )


def to_pdf(html: str) -> bytes:
    """A page of the bundle as PDF/UA-1."""
    from generator.export.pdf import write_pdf

    return write_pdf(html, act_css())


def _body(roots: tuple[Path, ...], modele: str, context: dict[str, Any]) -> tuple[Element, ...]:
    name = f"{FOLDER}/{modele}.html.j2"
    return parse_body(run(environment_for(roots, "fr"), name, context), name)


def _visible(element: Element) -> Element:
    """Blanks in a frame of their own, so that no eye misses them."""
    children: list[Element | str] = []
    for child in element.children:
        children += _split(child) if isinstance(child, str) else [_visible(child)]
    return Element(element.tag, element.attributes, tuple(children))


def _split(text: str) -> list[Element | str]:
    found: list[Element | str] = []
    end = 0
    for one in BLANK.finditer(text):
        shown = typography(blank(one[1]))
        found += [text[end : one.start()], Element("strong", (("class", TO_FILL),), (shown,))]
        end = one.end()
    return [piece for piece in (*found, text[end:]) if piece != ""]


def _without_blanks(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """What is known: the lines that hold a blank are left out, and the paragraphs that hold nothing else."""
    return tuple(kept for element in elements if (kept := _known(element)).children)


def _known(element: Element) -> Element:
    """An element without its lines (from one `br` to the next) where a blank shows."""
    lines: list[list[Element | str]] = [[]]
    for child in element.children:
        if isinstance(child, Element) and child.tag == "br":
            lines.append([child])
        else:
            lines[-1].append(_known(child) if isinstance(child, Element) else child)
    told = [
        line
        for line in lines
        if not any(isinstance(one, Element) and one.attribute("class") == TO_FILL for one in line)
    ]
    return replace(element, children=tuple(one for line in told for one in line))


def context_of(matter: Matter) -> dict[str, Any]:
    """Every name the templates of acts can read, beside the fields of the dossier."""
    facts, assessment = matter.facts, matter.assessment
    case, statement = facts.case, facts.statement
    items = matter.claims
    judge = known_judge(assessment, facts)
    titles = {letter.id: plain_title(letter.spec.titre) for letter in find_letters(matter.roots)}
    journal = matter.journal
    return {
        **{name: getattr(case, name) for name in type(case).model_fields},
        "au": facts.au,
        "decompte": statement,
        "droit": Droit(facts.law, facts.au, LANGUAGES["fr"]),
        "juridiction": jurisdiction(assessment, facts),
        "titre_acte": matter.draft.titre,
        "nom_demandeur": matter.draft.demandeur,
        "nom_defendeur": matter.draft.defendeur,
        "identite_creancier": creditor_lines(case.creancier),
        "identite_debiteur": debtor_lines(case.debiteur),
        "demandes": items,
        "somme": total(items),
        "montants": {code: _sum(items, code) for code in ("principal", "indemnite", "clause-penale")}
        | {"interets": _sum(items, "interets", "interets-capitalises"), "clause_penale": _sum(items, "clause-penale")},
        "a_courir": any(item.code == "interets-a-courir" for item in items),
        "pays_francais": places().france,
        "a_courir_des": facts.au + ONE_DAY,
        "taux_en_mots": rate_in_words(statement),
        "pieces": matter.exhibits,
        "recit": story(
            matter.whole, statement, journal.events, matter.exhibits, titles, facts.law, matter.draft.demandeur
        ),
        "lignes_journal": len(journal.lignes),
        "empreinte_journal": journal.tete,
        "avocat": assessment.avocat,
        "avocat_obligatoire": lawyer_needed(assessment, facts),
        "juge": judge,
        "amiable_possible": judge != "commerce" and facts.claim("demande").bas <= facts.threshold("tentative-amiable"),
        "entre_commercants": bool(facts.said("creancier-commercant") and facts.said("debiteur-commercant")),
        "non_demandes": matter.left_out,
        "questions": tuple(finding.question for finding in assessment.questions),
        "etapes": steps(assessment, facts),
        "procedure_suite": assessment.suite,
    }


def _sum(items: Iterable[Claim], *codes: str) -> Any:
    return sum(item.montant for item in items if item.code in codes and item.montant is not None)


def known_judge(assessment: Assessment, facts: Facts) -> str | None:
    """« commerce » or « judiciaire » when the dossier is enough to say which; None otherwise."""
    rule = assessment.procedure.tribunal
    if rule is None or places().chambre_commerciale.holds(facts.case.debiteur.adresse):
        return None  # a chamber of the tribunal judiciaire stands for the other: its own texts are to be read
    if rule.juge in ("commerce", "judiciaire"):
        return rule.juge
    if rule.juge != "selon":
        return None
    commerce, judiciaire = courts(facts)
    if commerce is True and judiciaire is False:
        return "commerce"
    return "judiciaire" if judiciaire is True and commerce is False else None


def lawyer_needed(assessment: Assessment, facts: Facts) -> bool:
    """Whether the claim is beyond the threshold from which a lawyer must act."""
    rule = assessment.procedure.avocat
    if rule is None or rule.seuil is None or rule.regle != "au-dela":
        return False
    return facts.claim("demande").bas > facts.threshold(rule.seuil)


def steps(assessment: Assessment, facts: Facts) -> tuple[str, ...]:
    """The time limits of the route, in words."""
    return tuple(
        f"{limit.etape} : {limit.delai} depuis {limit.depart} ({facts.law.cited(limit.articles)})."
        if limit.articles
        else f"{limit.etape} : {limit.delai} depuis {limit.depart}."
        for limit in assessment.delais
    )


def jurisdiction(assessment: Assessment, facts: Facts) -> str:
    """Who is written to; the seat of a court is left blank unless the data names it."""
    rule = assessment.procedure.tribunal
    place = facts.case.debiteur.adresse
    town = f"{place.code_postal} {place.ville}"
    if rule is None or rule.juge == "aucun":
        formation = rule.formation if rule and rule.formation else "commissaire de justice"
        return f"À l'attention du {formation.split(',')[0]} : [à compléter : nom de l'étude]"
    if rule.juge == "execution":
        return _before_seizure(facts, town)
    if rule.juge == "europe":
        return "[à compléter : tribunal compétent, donné par le portail e-Justice européen]"
    court = assessment.tribunal.split(", lieu où demeure")[0]
    if rule.juge == "administratif":
        text = facts.law.article("cja-r312-11").court
        return f"Tribunal administratif, juge des référés : [à compléter : tribunal du lieu d'exécution du marché ({text})]"
    depends = f"dont dépend {town}" if place.pays in places().france else "français compétent"
    seat = "" if places().economic_court(place.ville, facts.au) and "économiques" in court else (
        f" de [à compléter : ville du tribunal {depends}]"
    )  # fmt: skip
    return f"{court[:1].upper()}{court[1:]}{seat}"


def _before_seizure(facts: Facts, town: str) -> str:
    """Who authorises a conservatory measure: both judges are open before any trial when the claim is commercial."""
    address, known = facts.case.debiteur.adresse, places()
    where = (
        f"ville du tribunal dont dépend {town}"
        if address.pays in known.france
        else "ville française où est un des biens"
    )
    judge = f"Juge de l'exécution du tribunal judiciaire de [à compléter : {where}]"
    if courts(facts)[0] is not False and not known.chambre_commerciale.holds(address):
        court = court_name("commerce", facts)
        judge += f" [à compléter : garder ce juge ou, avant tout procès et si la créance relève de lui, président du {court}]"
    return judge
