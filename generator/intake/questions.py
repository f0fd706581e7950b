"""The dossier by questions: what to ask, in which order, with which help.

No terminal here: `ask` puts one question and returns the answer as typed, `tell` says what is
wrong with it. Each answer goes through the reader of the same field of the dossier, so that
whatever is accepted here is accepted by the loader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from generator.case import Invoice, Payment, Terms
from generator.fields import Reference, Text, Yes
from generator.intake.dossier_yaml import Draft, Key, Missing, slug
from generator.parties import Address, Contact, Creditor, Debtor

Ask = Callable[["Question"], str]
Tell = Callable[[str], None]
Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One question. `champ` is the field of `bloc` whose reader checks the answer."""

    champ: str
    texte: str
    aide: str
    bloc: type[BaseModel] | None = None
    defaut: str = ""
    facultatif: bool = False


CREDITOR: Sequence[Question] = (
    Question("nom", "Nom de votre entreprise", "Dénomination sociale, ou vos nom et prénom.", Creditor),
    Question("forme", "Forme", "SARL, SAS, EI… Obligatoire sur vos lettres.", Creditor, facultatif=True),
    Question("siren", "Votre SIREN", "Neuf chiffres ; obligatoire sur vos lettres.", Creditor, facultatif=True),
    Question("iban", "Votre IBAN", "Le compte où vous voulez être payé.", Creditor, facultatif=True),
)
DEBTOR: Sequence[Question] = (
    Question("nom", "Nom du client", "Tel qu'il figure sur la facture.", Debtor),
    Question(
        "qualite",
        "Qualité du client (professionnel, particulier ou public)",
        "Elle décide de la loi : pénalités, indemnité, prescription. Public : État, commune, hôpital…",
        Debtor,
    ),
)
DEBTOR_SIREN = Question(
    "siren",
    "SIREN du client",
    "Neuf chiffres ; sur ses factures ou ses devis signés.",
    Debtor,
    facultatif=True,
)
ADDRESS: Sequence[Question] = (
    Question("lignes", "Adresse ({qui}) : numéro et rue", "Une seule ligne ; le reste vient après.", Address),
    Question("code_postal", "Code postal", "Cinq chiffres en France.", Address),
    Question("ville", "Ville", "Sans le code postal.", Address),
    Question("pays", "Pays", "Code à deux lettres : FR, BE, DE…", Address, defaut="FR"),
)
CONTACT: Sequence[Question] = (
    Question(
        "nom",
        "Votre interlocuteur",
        "Nom de la personne ; vide si vous n'en avez pas.",
        Contact,
        facultatif=True,
    ),
)
CONTACT_EMAIL = Question(
    "email", "Son adresse électronique", "Pour les relances par courriel.", Contact, facultatif=True
)
TERMS: Sequence[Question] = (
    Question(
        "delai",
        "Délai de paiement convenu",
        "« 30 jours », « 45 jours fin de mois »… Vide : vous donnerez l'échéance de chaque facture.",
        Terms,
        facultatif=True,
    ),
    Question(
        "taux_penalites",
        "Taux des pénalités convenu",
        "bce+10, 3x-legal, ou « 12 % » par an. Vide : le taux que la loi prévoit à défaut.",
        Terms,
        facultatif=True,
    ),
)
INVOICE: Sequence[Question] = (
    Question("numero", "Numéro de la facture", "Exactement comme imprimé.", Invoice),
    Question("emise_le", "Date de la facture", "AAAA-MM-JJ ou JJ/MM/AAAA.", Invoice),
    Question(
        "executee_le",
        "Date de livraison ou de fin des travaux",
        "La prescription part de là ; vide si vous ne savez pas.",
        Invoice,
        facultatif=True,
    ),
    Question(
        "montant_ttc",
        "Montant TTC à payer",
        "Le net à payer imprimé, acompte déduit ; les paiements reçus depuis viendront après.",
        Invoice,
    ),
    Question("objet", "Objet", "Ce qui a été vendu, en quelques mots.", Invoice, facultatif=True),
)
DUE_DATE = Question("echeance", "Date d'échéance", "La date limite de paiement imprimée.", Invoice)
PAYMENT: Sequence[Question] = (
    Question("recu_le", "Date du paiement reçu", "Le jour où l'argent est arrivé.", Payment),
    Question("montant", "Montant reçu", "En euros.", Payment),
)
ANOTHER_INVOICE = Question("encore", "Une autre facture pour ce client ?", "oui ou non.", defaut="non")
ANY_PAYMENT = Question(
    "paiement",
    "Un paiement partiel à noter ?",
    "Après la facture ; oui ou non.",
    defaut="non",
)
REFERENCE = Question(
    "reference", "Référence du dossier", "Sert de nom de fichier ; lettres sans accent, chiffres, - et _."
)


def ask_dossier(ask: Ask, tell: Tell, *, with_creditor: bool = True) -> Draft:
    """Ask everything a first dossier needs; `with_creditor=False` when entreprise.yml says who you are."""
    dossier: Answers = {"reference": ""}
    if with_creditor:
        creditor = _ask_all(CREDITOR, ask, tell)
        dossier["creancier"] = {
            "nom": creditor.pop("nom"), "adresse": _ask_address("la vôtre", ask, tell), **creditor
        }  # fmt: skip
    debtor = _ask_all(DEBTOR, ask, tell)
    if debtor["qualite"] != "particulier":
        debtor |= _ask_all((DEBTOR_SIREN,), ask, tell)
    debtor["adresse"] = _ask_address("celle du client", ask, tell)
    contact = _ask_all(CONTACT, ask, tell)
    if contact:
        debtor["contact"] = contact | _ask_all((CONTACT_EMAIL,), ask, tell)
    dossier["debiteur"] = debtor
    terms = _ask_all(TERMS, ask, tell)
    if terms:
        dossier["conditions"] = terms
    dossier["factures"] = _ask_invoices(terms, ask, tell)
    if payments := _ask_payments(ask, tell):
        dossier["paiements"] = payments
    dossier["reference"] = _ask_reference(dossier["factures"][0]["numero"], ask, tell)
    return _draft(dossier)


def _ask_all(questions: Sequence[Question], ask: Ask, tell: Tell) -> Answers:
    """The answers given, by field; an optional question left empty leaves no trace."""
    answers = ((question.champ, answer(question, ask, tell)) for question in questions)
    return {field: value for field, value in answers if value is not None}


def answer(question: Question, ask: Ask, tell: Tell, check: Callable[[Any], str | None] | None = None) -> Any:
    """Ask until the answer is valid. `check` sees the typed value and returns a sentence, or None."""
    while True:
        text = ask(question).strip() or question.defaut
        if not text:
            if question.facultatif:
                return None
            tell("réponse obligatoire : rien ne peut la remplacer")
            continue
        value, sentence = _read(question, text)
        sentence = sentence or (check(value) if check else None)
        if sentence is None:
            return value
        tell(sentence)


def _read(question: Question, text: str) -> tuple[Any, str | None]:
    """The value to write in the dossier, or what is wrong, through the field's own reader."""
    if question.bloc is Address and question.champ == "lignes":
        reader: TypeAdapter[Any] = TypeAdapter(Text)
    elif question.bloc is None:
        reader = TypeAdapter(Reference if question.champ == REFERENCE.champ else Yes)
    else:
        info = question.bloc.model_fields[question.champ]
        reader = TypeAdapter(info.rebuild_annotation())
    try:
        value = reader.validate_python(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "literal_error":
            choices = str(first["ctx"]["expected"]).replace("'", "").replace(" or ", " ou ")
            return None, f"réponse inconnue : écrire {choices}"
        return None, str(first["ctx"]["error"]) if "ctx" in first else "réponse incorrecte"
    # typed values that the writer knows stay typed; clauses and rates are written as typed by the user
    return (value if isinstance(value, str | date | bool) or question.champ.startswith("montant") else text), None


def _ask_address(whose: str, ask: Ask, tell: Tell) -> Answers:
    street, *rest = ADDRESS
    street = replace(street, texte=street.texte.format(qui=whose))
    address = {"lignes": [answer(street, ask, tell)]}
    return address | _ask_all(rest, ask, tell)


def _ask_invoices(terms: Mapping[str, Any], ask: Ask, tell: Tell) -> list[Answers]:
    invoices: list[Answers] = []
    while True:
        number, *rest = INVOICE
        numero = answer(number, ask, tell, partial(_taken, invoices))
        invoice: Answers = {"numero": numero} | _ask_all(rest, ask, tell)
        if not terms.get("delai"):
            issued: date = invoice["emise_le"]
            invoice["echeance"] = answer(DUE_DATE, ask, tell, partial(_not_before, issued))
        invoices.append(invoice)
        if not answer(ANOTHER_INVOICE, ask, tell):
            return invoices


def _taken(invoices: Sequence[Answers], number: str) -> str | None:
    if any(invoice["numero"] == number for invoice in invoices):
        return f"le numéro « {number} » est déjà saisi : chaque facture a le sien"
    return None


def _not_before(issued: date, due: date) -> str | None:
    return "l'échéance précède la date de la facture : vérifier les deux dates" if due < issued else None


def _ask_payments(ask: Ask, tell: Tell) -> list[Answers]:
    payments: list[Answers] = []
    while answer(ANY_PAYMENT, ask, tell):
        payments.append(_ask_all(PAYMENT, ask, tell))
    return payments


def _ask_reference(number: str, ask: Ask, tell: Tell) -> str:
    return str(answer(replace(REFERENCE, defaut=slug(number)), ask, tell))


def _draft(dossier: Answers) -> Draft:
    """The answers in the order of the contract, with a hint where something useful was left out."""
    comments: dict[Key, list[str]] = {}
    notes: list[str] = []
    for index, invoice in enumerate(dossier["factures"]):
        if "executee_le" not in invoice:
            comments["factures", index, "executee_le"] = ["La prescription part de cette date."]
            notes.append(f"{invoice['numero']} : date de livraison ou d'exécution inconnue, à ajouter")
        order = ("numero", "emise_le", "executee_le", "echeance", "montant_ttc", "objet")
        blank = {"executee_le": Missing("AAAA-MM-JJ")}
        dossier["factures"][index] = {key: value for key in order if (value := invoice.get(key, blank.get(key)))}
    if dossier["debiteur"]["qualite"] != "particulier" and "siren" not in dossier["debiteur"]:
        notes.append("SIREN du client inconnu : cherchez-le sur annuaire-entreprises.data.gouv.fr")
    comments["debiteur", "qualite"] = ["professionnel, particulier ou public : la loi applicable en dépend."]
    return Draft(dossier, comments, notes)
