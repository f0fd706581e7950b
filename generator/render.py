"""From a letter, a dossier and its statement to a `Document`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from generator.calendar_fr import list_fr, next_working_day
from generator.case import Case, Company
from generator.document import Document, Element, Page, parse_body, to_html
from generator.errors import InvalidInput
from generator.languages import LANGUAGES, Language
from generator.law import Law
from generator.letterhead import (
    image_uri,
    legal_mentions,
    read_company_file,
    recipient_lines,
    sender_lines,
    signatory,
)
from generator.letters import SHARED, Letter, recipient_path, value_at
from generator.look import Look
from generator.look_css import look_css
from generator.money import NBSP
from generator.parties import Debtor, ThirdParty
from generator.payment_qr import PaymentQr, payment_qr
from generator.statement import Statement
from generator.templates import Droit, environment_for, read_template, run, run_text
from generator.wording import check_template, check_text

LETTERHEAD_BYTES = 5_000_000
# An address in the page that is neither data nor an anchor.
_OUTSIDE = re.compile(r"""(?:src|href|data|poster)\s*=\s*["']?((?!data:|#)[^"'\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Choices:
    """What the sender chose for one letter; None leaves it to the letter (`annexe_des` decides of the annex).

    `pieces_jointes` stands for the letter's own list when it is known what really goes with it.
    """

    ton: str | None = None
    envoi: str | None = None
    annexe: bool | None = None
    numero_recommande: str | None = None
    joindre: bool = False
    delai_reponse_jours: int | None = None
    pieces_jointes: tuple[str, ...] = ()

    def asked(self) -> dict[str, str]:
        """The choices made, as the trace keeps them."""
        days = self.delai_reponse_jours
        named = {
            **{name: value for name, value in vars(self).items() if name != "pieces_jointes"},
            "annexe": self.annexe and "oui",
            "joindre": self.joindre and "oui",
            "delai_reponse_jours": str(days) if days else None,
        }
        return {name: value for name, value in named.items() if value}


def render(
    letter: Letter,
    case: Case,
    statement: Statement,
    law: Law,
    roots: tuple[Path, ...],
    choices: Choices | None = None,
    *,
    look: Look | None = None,
    base: Path | None = None,
) -> Document:
    """Render a letter. `base` is the folder from which the company's images are read, `look` how it looks.

    InvalidInput for a mistake in a template, a tone or channel the letter does not have, or a
    mandatory mention that is missing; LegalRefusal for words that a letter may not hold.
    """
    choices = choices or Choices()
    if choices.delai_reponse_jours and letter.spec.delai_reponse_jours:
        letter = replace(
            letter, spec=letter.spec.model_copy(update={"delai_reponse_jours": choices.delai_reponse_jours})
        )
    spec, language, look = letter.spec, LANGUAGES[letter.spec.langue], look or Look()
    ton, envoi = _choice("ton", choices.ton, spec.tons, letter), _choice("envoi", choices.envoi, spec.envoi, letter)
    environment = environment_for(roots, spec.langue)
    annexe = choices.annexe
    if annexe is None:
        annexe = spec.annexe_des is not None and len(statement.echues) >= spec.annexe_des
    recipient = _recipient(letter, case)
    context = template_context(letter, case, statement, law, ton=ton, envoi=envoi, annexe=annexe)
    body = run(environment, f"{letter.id}/body.html.j2", context)
    elements = parse_body(body, str(letter.body), spec.langue)
    check_text(letter, case, "\n".join(element.text for element in elements), law)
    for text in (spec.objet, *spec.pieces_jointes):
        check_template(text, str(letter.yml))
    qr = _qr(elements, case, language) if look.qr else None
    shown = with_qr(elements, qr, language.libelles["qr"]) if qr else elements
    polish = language.polish
    objet = polish(run_text(environment, spec.objet, context, f"{letter.yml}: objet"))
    attached = choices.pieces_jointes or tuple(
        run_text(environment, item, context, f"{letter.yml}: pieces_jointes") for item in spec.pieces_jointes
    )
    page = Page(
        titre=polish(f"{objet} – {recipient.nom}"),
        langue=spec.langue,
        mise_en_page=spec.mise_en_page,
        expediteur=sender_lines(case.creancier, abroad=recipient.adresse.pays != case.creancier.adresse.pays),
        destinataire=recipient_lines(recipient, language.a_l_attention),
        # A sheet that nobody signs is for the company itself: no draft of it is addressed to anybody.
        courriel=recipient.contact.email if recipient.contact and spec.signature != "aucune" else None,
        lieu_date=language.lieu_date(case.creancier.adresse.ville, statement.au),
        objet=objet,
        references=_references(case, recipient, language)
        + _tracking(envoi, spec.envoi, choices.numero_recommande, language),
        mention_envoi=language.envois[envoi],
        corps=Markup(to_html(shown)),  # noqa: S704 (parsed and escaped again just above)
        signataire=signatory(case.creancier),
        pieces_jointes=tuple(polish(item) for item in attached if item),
        mentions_legales=tuple(polish(line) for line in look.pied or legal_mentions(case.creancier, language)),
        logo=image_uri(case.creancier.logo, base, "creancier.logo"),
        signature=image_uri(look.signature, base, "apparence.signature"),
        libelles=language.libelles,
        cree_le=statement.au.isoformat(),
    )
    html = run(environment, f"{SHARED}/page.html.j2", {**context, "page": page})
    if outside := _OUTSIDE.search(html):
        raise InvalidInput(
            f"{SHARED}/page.html.j2 : adresse refusée dans une lettre, rien n'est téléchargé : {outside[1][:80]}"
        )
    # A letter about several dossiers names them all; its file is called after them too.
    nom = f"{case.reference.replace(', ', '_')[:60]}-{letter.id}-{statement.au.isoformat()}"
    return Document(
        letter,
        statement.au,
        nom,
        page,
        elements,
        html,
        _css(roots) + look_css(look, base),
        look,
        qr,
        papier_en_tete=_letterhead(look, base),
    )


def _choice(name: str, asked: str | None, known: tuple[str, ...], letter: Letter) -> str:
    if asked is not None and asked not in known:
        raise InvalidInput(f"{name} « {asked} » : la lettre « {letter.id} » n'existe qu'en {list_fr(known)}")
    return asked or known[0]


def _recipient(letter: Letter, case: Case) -> Debtor | ThirdParty:
    """Whom the letter is written to; `check_letter` has made sure there is somebody."""
    found = value_at(case, recipient_path(letter.spec, case))
    if not isinstance(found, Debtor | ThirdParty):
        raise InvalidInput(f"{letter.yml}: destinataire : écrire debiteur ou tiers.<rôle>, présent au dossier")
    return found


def _qr(elements: tuple[Element, ...], case: Case, language: Language) -> PaymentQr | None:
    """The payment code of a letter that asks for one sum; two sums would need a choice it cannot make."""
    sums = [amount for element in elements if (amount := element.attribute("data-montant"))]
    return payment_qr(case.creancier, Decimal(sums[0]), case.reference, language) if len(sums) == 1 else None


def with_qr(elements: tuple[Element, ...], qr: PaymentQr, words: str) -> tuple[Element, ...]:
    """The body with the code beside the bank details, where somebody about to pay looks."""
    image = Element("img", (("class", "qr"), ("src", qr.svg_uri()), ("alt", qr.alt)))
    shown = []
    for element in elements:
        kind = element.attribute("class")
        if kind == "solde":
            element = replace(element, attributes=(("class", "solde avec-qr"),))
        elif kind == "banque":
            children = (image, *element.children, f" ({words})")
            element = replace(element, attributes=(("class", "banque avec-qr"),), children=children)
        shown.append(element)
    return tuple(shown)


def _letterhead(look: Look, base: Path | None) -> bytes | None:
    """The Word document the DOCX export starts from, when the company has one of its own."""
    if look.papier_en_tete is None or base is None:
        return None
    return read_company_file(look.papier_en_tete, base, "apparence.papier_en_tete", LETTERHEAD_BYTES)


def _references(case: Case, recipient: Debtor | ThirdParty, language: Language) -> tuple[tuple[str, str], ...]:
    ours = (language.libelles["references"], case.reference)
    theirs = getattr(recipient, "reference", None)
    return (ours, (language.libelles["vos_references"], theirs)) if theirs else (ours,)


def _tracking(
    envoi: str, channels: tuple[str, ...], numero: str | None, language: Language
) -> tuple[tuple[str, str], ...]:
    """The number of the registered letter, which only a registered letter has."""
    if numero is None:
        return ()
    if envoi not in {"lrar", "lre"}:
        raise InvalidInput(
            f"numéro de recommandé « {numero} » : cette lettre part en « {envoi} » ; "
            + ("choisir --envoi lrar" if "lrar" in channels else "elle n'existe pas en recommandé")
        )
    return ((language.libelles["recommande"], numero.replace(" ", NBSP)),)


def template_context(
    letter: Letter,
    case: Case,
    statement: Statement,
    law: Law,
    *,
    ton: str = "neutre",
    envoi: str = "lrar",
    annexe: bool = False,
) -> dict[str, Any]:
    """Every name a template can read; the guide's page for authors is made from the same function."""
    delay, language = letter.spec.delai_reponse_jours, LANGUAGES[letter.spec.langue]
    recipient = _recipient(letter, case)
    return {
        **{name: getattr(case, name) for name in type(case).model_fields},
        "decompte": statement,
        "lettre": letter.spec,
        "au": statement.au,
        "ton": ton,
        "envoi": envoi,
        "annexe": annexe,
        "appel": language.appel(recipient.contact),
        "destinataire": recipient,
        # A deadline that falls on a Sunday is answered on Monday: say so from the start.
        "reponse_avant_le": None if delay is None else next_working_day(statement.au + timedelta(days=delay)),
        # Due date of an invoice issued on the day of the letter, under the agreed term.
        "echeance_du_jour": case.conditions.delai.due_on(statement.au) if case.conditions.delai else None,
        "droit": Droit(law, statement.au, language),
    }


@cache
def _css(roots: tuple[Path, ...]) -> str:
    """The style sheet of the letters, then every `marque.css`, the company's last."""
    files = [next(path for root in roots if (path := root / SHARED / "lettre.css").is_file())]
    files += [path for root in reversed(roots) if (path := root / SHARED / "marque.css").is_file()]
    return "".join(map(read_template, files))


def check_company_files(company: Company, base: Path) -> None:
    """Read the pictures, fonts and letterhead that `entreprise.yml` names; InvalidInput lists what is wrong."""
    look = company.apparence
    checks: tuple[Callable[[], object], ...] = (
        lambda: image_uri(company.creancier.logo, base, "creancier.logo"),
        lambda: image_uri(look.signature, base, "apparence.signature"),
        lambda: look_css(look, base),
        lambda: _letterhead(look, base),
    )
    problems: list[str] = []
    for check in checks:
        try:
            check()
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)


def forget() -> None:
    """Read templates, styles and fonts again next time: a program that lasts sees files change."""
    for cached in (environment_for, _css, look_css):
        cached.cache_clear()
