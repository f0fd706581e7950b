"""What is asked of the judge, item by item, and who asks it of whom: read from the statement and the dossier.

Nothing is supposed: what a request needs and the dossier lacks is a visible blank, « [à compléter : … ] ».
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from generator.calendar_fr import ONE_DAY, list_fr, long_date
from generator.court.places import places
from generator.errors import LegalRefusal
from generator.languages import LANGUAGES
from generator.law import Law
from generator.money import NBSP, ZERO, euros, taux
from generator.parties import Address, Creditor, Debtor
from generator.statement import Statement, build_statement

FORMS = ("SARL", "EURL", "SAS", "SASU", "SA", "SCA", "SNC", "SCI", "SCOP", "SELARL", "GIE", "GAEC", "EARL")
PERSONS = ("EI", "ENTREPRENEUR INDIVIDUEL", "MICRO-ENTREPRISE", "MICRO-ENTREPRENEUR")
# A template writes the same: « [à compléter : quoi] », or « [à compléter : quoi | champ] ».
BLANK = re.compile(r"\[à compléter\s*:\s*([^\]]+?)\s*(?:\|\s*([a-z_.]+)\s*)?\]")
Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Blank:
    """What is left to fill: `quoi` says what, `champ` names the field of the dossier that would have filled it."""

    quoi: str
    champ: str | None = None


def blank(what: str, champ: str | None = None) -> str:
    """A space to fill by hand, that nobody can miss; `champ` is read by `blanks` and never printed."""
    return f"[à compléter : {what} | {champ}]" if champ else f"[à compléter : {what}]"


@dataclass(frozen=True)
class Claim:
    """One item asked for: `montant` in euros, None when it is not a sum yet; `calcul` says how it is made."""

    code: str
    libelle: str
    montant: Decimal | None
    calcul: str | None
    textes: tuple[str, ...]


def claims(statement: Statement, law: Law, sums_only: bool = False) -> tuple[Claim, ...]:
    """Every item, in the order a judge reads them; `sums_only` leaves out what runs after the day."""
    return tuple(item for item in _claims(statement, law) if item.montant is not None or not sums_only)


def without_dispute(statement: Statement, law: Law) -> Statement:
    """The statement of what is not contested: each disputed sum leaves its invoice, as if never invoiced.

    A request that keeps the interest of what it does not ask for would still be contested. An invoice contested in
    whole leaves with the payments that name it. LegalRefusal when nothing is left to ask for.
    """
    case = statement.case
    disputed = {invoice.numero: invoice.montant_conteste for invoice in statement.echues if invoice.montant_conteste}
    gone = {f.numero for f in case.factures if disputed.get(f.numero, ZERO) >= f.montant_ttc}
    kept = tuple(
        f.model_copy(update={"montant_ttc": f.montant_ttc - disputed[f.numero], "montant_tva": None, "contestation": None})
        if f.numero in disputed
        else f
        for f in case.factures
        if f.numero not in gone
    )  # fmt: skip
    if not any(f.principal > disputed.get(f.numero, ZERO) for f in statement.echues):
        raise LegalRefusal("tout ce qui est échu est contesté : sans la somme contestée, rien n'est à demander ici")
    payments = tuple(p for p in case.paiements if p.facture not in gone)
    return build_statement(case.model_copy(update={"factures": kept, "paiements": payments}), law, statement.au)


def total(items: tuple[Claim, ...]) -> Decimal:
    """The sums asked for on the day, in euros."""
    return sum((item.montant for item in items if item.montant is not None), Decimal("0.00"))


def _claims(statement: Statement, law: Law) -> Iterator[Claim]:
    due, case = statement.exigible, statement.case
    numbers = [invoice.numero for invoice in statement.echues if invoice.principal]
    names = f"facture{'s' if len(numbers) > 1 else ''} {list_fr(numbers)}" if len(numbers) < 7 else "factures échues"
    if due.principal:
        # A public contract is not governed by the Code civil.
        text = "ccp-l2192-10" if case.debiteur.qualite == "public" else "c-civ-1103"
        yield Claim("principal", f"Principal restant dû sur {_the(names, numbers)}", due.principal, None, (text,))
    name = statement.nom_interets
    on_interest = interest_on_interest(statement)
    if due.penalites > on_interest:
        yield Claim(
            "interets", f"{name}, jusqu'au {long_date(statement.au)} inclus", due.penalites - on_interest,
            "détail ligne par ligne au décompte annexé", statement.articles_interets,
        )  # fmt: skip
    if on_interest:
        # The dossier holds a date, not the paper that makes interest bear interest.
        yield Claim(
            "interets-capitalises",
            f"Intérêts des intérêts capitalisés, jusqu'au {long_date(statement.au)} inclus",
            on_interest,
            blank("clause du contrat, ou acte qui a déjà demandé la capitalisation"),
            ("c-civ-1343-2",),
        )
    if due.penalites and due.principal:
        yield Claim(
            "interets-a-courir",
            f"{name} sur {euros(due.principal)}, à partir du {long_date(statement.au + ONE_DAY)} et jusqu'au parfait paiement",
            None,
            rate_in_words(statement),
            statement.articles_interets,
        )
    if due.indemnites:
        count = sum(1 for invoice in statement.echues if invoice.indemnite)
        each = f"{euros(statement.indemnite_unitaire)} par facture payée en retard" if count > 1 else None
        yield Claim("indemnite", "Indemnité forfaitaire pour frais de recouvrement", due.indemnites, each, statement.articles_indemnite)  # fmt: skip
    if (penalty := statement.clause_penale) and case.conditions.clause_penale:
        how = f"{case.conditions.clause_penale.stipulation}{f' : {penalty.formule}' if penalty.formule else ''}"
        yield Claim("clause-penale", "Clause pénale", penalty.montant, how, ("c-civ-1231-5",))
    if case.conditions.capitalisation:
        yield Claim(
            "capitalisation", "Capitalisation des intérêts dus au moins pour une année entière", None, None,
            ("c-civ-1343-2",),
        )  # fmt: skip


def interest_on_interest(statement: Statement) -> Decimal:
    """What capitalised interest has brought on the invoices past due, in euros, and is still owed.

    Payments take the oldest interest first: it is counted last, within what is left.
    """
    brought: dict[str, Decimal] = {}
    for line in statement.lignes:
        if line.nature == "interets-capitalises":
            brought[line.facture] = brought.get(line.facture, ZERO) + line.montant
    return sum((min(brought.get(f.numero, ZERO), f.penalites) for f in statement.echues), ZERO)


def _the(names: str, numbers: list[str]) -> str:
    return f"les {names}" if len(numbers) > 1 else f"la {names}"


def rate_in_words(statement: Statement) -> str:
    """« au taux de refinancement de la BCE majoré de 10 points (12,40 % l'an à ce jour) »."""
    case = statement.case
    running = {line.taux for line in statement.lignes if line.au == statement.au}
    today = list_fr(taux(rate) for rate in sorted(running))
    now = f" ({today} l'an à ce jour)" if today else ""
    if case.debiteur.qualite == "particulier":
        return f"au taux de l'intérêt légal{now}"
    if case.debiteur.qualite == "public":
        return f"au taux de refinancement de la BCE majoré de 8{NBSP}points{now}"
    clause = case.conditions.taux_penalites
    nature = clause.nature if clause else "bce+10"
    agreed = taux(clause.valeur) if clause and clause.valeur is not None else ""
    words = {
        "bce+10": f"au taux de refinancement de la BCE majoré de 10{NBSP}points, révisé chaque semestre",
        "bce+8": f"au taux convenu, celui de la BCE majoré de 8{NBSP}points, sans descendre sous trois fois le taux légal",
        "legal": "au taux convenu, sans descendre sous trois fois le taux d'intérêt légal",
        "3x-legal": "à trois fois le taux d'intérêt légal",
        "convenu": f"au taux convenu de {agreed} l'an, sans descendre sous trois fois le taux d'intérêt légal",
    }
    return words[nature] + now


# ---------------------------------------------------------------- identity


def is_person(creditor: Creditor) -> bool:
    """Whether the creditor is a natural person in business."""
    return (creditor.forme or "").upper() in PERSONS


def creditor_lines(creditor: Creditor) -> Lines:
    """Who asks: every mention that CPC 54 and 57 want, (label, value or blank)."""
    siren = LANGUAGES["fr"].filtres["siren"](creditor.siren) if creditor.siren else None
    registered = f"{siren} RCS {creditor.rcs}" if siren and creditor.rcs else siren
    number = ("Immatriculation", registered or blank("numéro d'immatriculation", "creancier.siren"))
    reach = tuple(
        (label, value) for label, value in (("Téléphone", creditor.telephone), ("Courriel", creditor.email)) if value
    )
    if is_person(creditor):
        return (
            ("Nom et prénoms", creditor.nom),
            ("Profession", blank("profession")),
            ("Nationalité", blank("nationalité")),
            ("Naissance", blank("date et lieu de naissance")),
            ("Domicile", address(creditor.adresse)),
            number,
            *reach,
        )
    capital = ((("Capital", euros(creditor.capital)),)) if creditor.capital else ()
    role = f", {creditor.qualite_representant.lower()}" if creditor.qualite_representant else ""
    return (
        ("Dénomination", creditor.nom),
        ("Forme", creditor.forme or blank("forme de la personne morale", "creancier.forme")),
        *capital,
        ("Siège", address(creditor.adresse)),
        number,
        (
            "Représentée par",
            f"{creditor.representant}{role}"
            if creditor.representant
            else blank("organe qui la représente", "creancier.representant"),
        ),
        *reach,
    )


def debtor_lines(debtor: Debtor) -> Lines:
    """Of whom it is asked."""
    place = address(debtor.adresse)
    if debtor.qualite == "particulier":
        return (("Nom et prénoms", debtor.nom), ("Domicile", place))
    words = re.split(r"[\s,()]+", debtor.nom.upper())
    siren = LANGUAGES["fr"].filtres["siren"](debtor.siren) if debtor.siren else None
    number = ("SIREN", siren or blank("numéro SIREN du débiteur", "debiteur.siren"))
    if debtor.qualite == "public":
        return (("Dénomination", debtor.nom), ("Siège", place), number)
    if "EI" in words:
        return (("Nom et prénoms", debtor.nom), ("Domicile", place), number)
    if debtor.adresse.pays not in places().france and not siren:
        unknown = blank("numéro du débiteur au registre de son pays", "debiteur.tva")
        foreign = f"TVA {debtor.tva}" if debtor.tva else unknown
        number = ("Identification", foreign)
    form = next((form for form in FORMS if form in words), None)
    return (
        ("Dénomination", debtor.nom),
        ("Forme", form or blank("forme de la société, d'après son extrait d'immatriculation")),
        ("Siège", place),
        number,
    )


def address(place: Address) -> str:
    """On one line."""
    country = "" if place.pays == "FR" else f" ({place.pays})"
    return f"{', '.join(place.lignes)}, {place.code_postal} {place.ville}{country}"


def blanks(text: str) -> tuple[Blank, ...]:
    """What is left to fill in a text, once each, in order."""
    return tuple(dict.fromkeys(Blank(found[1], found[2]) for found in BLANK.finditer(text)))


def printed(text: str) -> str:
    """A text as it is read: its blanks without the names of their fields."""
    return BLANK.sub(lambda found: blank(found[1]), text)
