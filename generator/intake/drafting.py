"""The e-invoices of one debtor -> one draft: fields, comments, and what must be checked."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from generator.calendar_fr import list_fr
from generator.intake.dossier_yaml import Draft, Key, Missing
from generator.intake.einvoice import CORRECTION_CODES, LEGAL_NOTES, PREPAYMENT_CODES, EInvoice
from generator.intake.parties import Party
from generator.intake.rate_note import rate_from_note
from generator.money import euros, plain_spaces

DebtorKind = Literal["professionnel", "particulier", "public"]
Comments = dict[Key, list[str]]

_KINDS: tuple[DebtorKind, ...] = ("professionnel", "particulier", "public")
_KIND_NAMES = {"professionnel": "professionnel", "particulier": "particulier", "public": "acheteur public"}
_PUBLIC_BODIES = {
    "1": "SIREN en 1, réservé à l'État et aux organismes publics nationaux",
    "2": "SIREN en 2, réservé aux collectivités territoriales et à leurs établissements",
}
TO_FILL = "à compléter"


def debtor_kind(group: Sequence[EInvoice], qualite: str | None) -> tuple[DebtorKind | None, str]:
    """What the debtor is and how we know; None when the invoices cannot tell."""
    buyer = group[-1].acheteur
    if buyer.organisme_public and buyer.siren_lu:
        read: DebtorKind | None = "public"
        reason = _PUBLIC_BODIES[buyer.siren_lu[0]]
    elif any(invoice.chorus for invoice in group):
        read, reason = "public", "facture au cadre de facturation de Chorus Pro"
    elif buyer.siren_lu or buyer.tva_lue:
        read, reason = "professionnel", "la facture porte le SIREN ou le numéro de TVA du client"
    else:
        read, reason = None, ""
    given = next((kind for kind in _KINDS if kind == qualite), None)
    if given is None:
        return read, f"Déduit : {reason}. À changer si c'est faux : la loi applicable en dépend."
    if read and read != given:
        return given, f"Choisi par vous ; la facture laisse penser « {read} » ({reason})."
    return given, "Choisi par vous."


def build_draft(
    group: Sequence[EInvoice],
    reference: str,
    *,
    identity_elsewhere: bool,
    qualite: str | None = None,
    extra_notes: Iterable[str] = (),
) -> Draft:
    """`group` is one seller against one debtor, oldest first, already checked by `assemble`."""
    comments: Comments = {}
    latest = group[-1]
    invoices = sorted((i for i in group if i.nature == "facture"), key=lambda i: (i.echeance or i.emise_le, i.numero))
    credit_notes = [i for i in group if i.nature == "avoir"]
    kind, reason = debtor_kind(group, qualite)
    comments["debiteur", "qualite"] = [reason]
    notes = [*extra_notes, *_kind_notes(kind, reason, qualite)]
    creditor = _account(invoices, comments, notes)
    if not identity_elsewhere:
        seller = _identity(latest.vendeur, "creancier", comments)
        reach = {"telephone": latest.vendeur.contact_telephone, "email": latest.vendeur.contact_email}
        creditor = {**seller, **reach, **creditor}
    # "nom" again, only to keep it before "qualite" in the file
    debtor = {"nom": latest.acheteur.nom, "qualite": kind, **_identity(latest.acheteur, "debiteur", comments)}
    debtor["contact"] = _contact(latest.acheteur, notes)
    dossier: dict[str, Any] = {"reference": reference, "creancier": creditor or None, "debiteur": debtor}
    if terms := _terms(invoices, kind, comments, notes):
        dossier["conditions"] = terms
    dossier["factures"] = [_invoice(invoice, index, comments) for index, invoice in enumerate(invoices)]
    if credit_notes:
        dossier["avoirs"] = [_credit_note(note) for note in credit_notes]
        comments["avoirs",] = ["Si l'avoir corrige une erreur de la facture, ajoutez retroactif: oui"]
    notes += _document_notes(group, invoices, credit_notes)
    return Draft(
        {key: value for key, value in dossier.items() if value is not None},
        comments,
        list(dict.fromkeys(notes)),
        tuple(invoice.fichier for invoice in group),
    )


def _kind_notes(kind: DebtorKind | None, reason: str, qualite: str | None) -> list[str]:
    if kind == "public" or (qualite and "laisse penser" in reason):
        return [f"client traité comme {_KIND_NAMES[kind or 'professionnel']}. {reason}"]
    return []


def _identity(party: Party, block: str, comments: Comments) -> dict[str, Any]:
    siren: str | Missing | None = party.siren
    if party.siren is None and party.siren_lu:
        siren = Missing(TO_FILL)
        comments[block, "siren"] = [f"Lu sur la facture : {party.siren_lu}, mais sa clé est fausse."]
    elif party.siren is None and party.pays in {None, "FR"}:
        siren = Missing(TO_FILL)
    known = {"lignes": list(party.lignes[:4]), "code_postal": party.code_postal, "ville": party.ville}
    address: dict[str, Any] | Missing
    if any(known.values()):
        address = {name: value or Missing(TO_FILL) for name, value in known.items()}
        address["pays"] = party.pays or Missing(TO_FILL)
    else:
        address = Missing('{lignes: [12 rue des Lilas], code_postal: "37000", ville: Tours, pays: FR}')
        comments[block, "adresse"] = ["Adresse absente de la facture, à compléter :"]
    return {"nom": party.nom, "siren": siren, "siret": party.siret, "tva": party.tva, "adresse": address}


def _contact(buyer: Party, notes: list[str]) -> dict[str, Any] | None:
    """A contact needs a name; an address without one is told, not filed under a made-up name."""
    if buyer.contact_nom:
        found = {"nom": buyer.contact_nom, "email": buyer.contact_email, "telephone": buyer.contact_telephone}
        return {key: value for key, value in found.items() if value}
    if loose := [text for text in (buyer.contact_email, buyer.contact_telephone) if text]:
        notes.append(f"contact du client sans nom ({list_fr(loose)}) : ajoutez debiteur.contact avec un nom")
    return None


def _account(invoices: Sequence[EInvoice], comments: Comments, notes: list[str]) -> dict[str, Any]:
    """The account printed on the invoices, only when they all agree: a changed IBAN is a classic fraud."""
    accounts = {(i.iban, i.beneficiaire) for i in invoices if i.iban}
    if not accounts:
        return {}
    if len(accounts) > 1:
        printed = ", ".join(f"{i.numero} : {i.iban}" for i in invoices if i.iban)
        notes.append(f"les factures n'indiquent pas le même compte ({printed}) : aucun n'est repris")
        return {"iban": Missing(TO_FILL)}
    iban, payee = next(iter(accounts))
    comments["creancier", "iban"] = [
        f"Compte de « {payee} », bénéficiaire désigné par la facture, et non du vendeur." if payee
        else "Compte imprimé sur la facture : vérifiez que c'est toujours le vôtre."
    ]  # fmt: skip
    bics = {i.bic for i in invoices if i.bic}
    return {"iban": iban, "bic": bics.pop() if len(bics) == 1 else None}


def _terms(
    invoices: Sequence[EInvoice], kind: DebtorKind | None, comments: Comments, notes: list[str]
) -> dict[str, Any] | None:
    """What the invoices print about lateness, as comments; the rate only when beyond doubt."""
    printed: dict[tuple[str, str], list[str]] = {}
    for invoice in invoices:
        for mention in invoice.mentions:
            printed.setdefault(mention, []).append(invoice.numero)
    if not printed:
        return None
    comments["conditions",] = [
        f"{LEGAL_NOTES[code].capitalize()} ({code}, {list_fr(numbers)}) : « {text} »"
        for (code, text), numbers in printed.items()
    ]
    penalties = [code for code, _ in printed].count("PMD")
    if not penalties:
        return {"taux_penalites": Missing(TO_FILL)}
    key = "conditions", "taux_penalites"
    if kind == "public":
        comments[key] = ["Acheteur public : le taux de la commande publique s'applique, pas celui-ci."]
        return {"taux_penalites": Missing("bce+8")}
    if kind == "particulier":
        comments[key] = ["Particulier : la clause n'est pas reprise d'office, le taux légal s'applique."]
        return {"taux_penalites": Missing("legal")}
    rates = {rate_from_note(text) for i in invoices for code, text in i.mentions if code == "PMD"}
    everywhere = all(any(code == "PMD" for code, _ in i.mentions) for i in invoices)
    rate = next(iter(rates)) if len(rates) == 1 and everywhere else None
    if rate is None:
        comments[key] = [
            "La mention ne donne pas un taux annuel sans équivoque pour toutes les factures : écrivez-le, ou "
            "laissez la ligne en commentaire pour le taux légal par défaut."
        ]
        notes.append("taux des pénalités : la mention de la facture laisse un doute, à lire et à décider")
        return {"taux_penalites": Missing(TO_FILL)}
    comments[key] = ["Repris de la mention de la facture ; à comparer aux conditions générales."]
    return {"taux_penalites": rate}


def _invoice(invoice: EInvoice, index: int, comments: Comments) -> dict[str, Any]:
    path = "factures", index
    if invoice.code_type != "380":
        comments[(*path, "numero")] = [f"Type {invoice.code_type} : {invoice.type_lisible}."]
    if invoice.conditions_de_paiement:
        comments[(*path, "echeance")] = [f"Imprimé sur la facture : « {invoice.conditions_de_paiement} »"]
    if invoice.net_a_payer != invoice.total_ttc:
        gap = (
            f"Net à payer : total {euros(invoice.total_ttc)}, déjà payé {euros(invoice.deja_paye)}. "
            "Ne comptez pas cet acompte une seconde fois dans paiements."
        )
        comments[(*path, "montant_ttc")] = [plain_spaces(gap)]
    if invoice.executee_le is None:
        comments[(*path, "executee_le")] = ["Livraison ou exécution : absente de la facture."]
    comments[(*path, "piece")] = ["Copiez le fichier de la facture à côté du dossier, puis :"]
    return {
        "numero": invoice.numero,
        "emise_le": invoice.emise_le,
        "executee_le": invoice.executee_le or Missing("AAAA-MM-JJ"),
        "echeance": invoice.echeance,
        "montant_ttc": invoice.net_a_payer,
        "objet": invoice.objet,
        "piece": Missing(f"pieces/{invoice.fichier}"),
    }


def _credit_note(note: EInvoice) -> dict[str, Any]:
    return {
        "numero": note.numero,
        "emis_le": note.emise_le,
        "montant_ttc": note.net_a_payer,
        "facture": note.factures_visees[0],
    }


def _document_notes(
    group: Sequence[EInvoice], invoices: Sequence[EInvoice], credit_notes: Sequence[EInvoice]
) -> list[str]:
    """The notes of each file, said once for all the invoices they concern, then those of the whole."""
    by_text: dict[str, list[str]] = {}
    for document in group:
        for text in (*document.notes, *_type_notes(document)):
            by_text.setdefault(text, []).append(document.numero)
    notes = [f"{list_fr(numbers)} : {text}" for text, numbers in by_text.items()]
    addresses = {(i.acheteur.lignes, i.acheteur.code_postal, i.acheteur.siret) for i in group}
    if len(addresses) > 1:
        notes.append(
            f"les factures n'ont pas toutes la même adresse ou le même SIRET du client : {group[-1].numero}, "
            "la plus récente, est suivie"
        )
    for invoice in invoices:
        credited = [n for n in credit_notes if n.factures_visees[0] == invoice.numero]
        total = sum((n.net_a_payer for n in credited), Decimal(0))
        if total >= invoice.net_a_payer:
            notes.append(
                plain_spaces(
                    f"{invoice.numero} : les avoirs ({euros(total)}) couvrent toute la somme due "
                    f"({euros(invoice.net_a_payer)}), il ne reste rien à réclamer sur cette facture"
                )
            )
        if early := [n.numero for n in credited if n.emise_le < invoice.emise_le]:
            notes.append(f"{list_fr(early)} : avoir daté d'avant sa facture {invoice.numero}")
    return notes


def _type_notes(document: EInvoice) -> Iterable[str]:
    if document.code_type in PREPAYMENT_CODES:
        yield (
            "facture d'acompte : si la facture de solde est déjà émise, vérifiez que cet acompte n'y est pas "
            "réclamé une seconde fois"
        )
    if document.code_type in CORRECTION_CODES:
        replaced = list_fr(document.factures_visees) or "une facture qu'elle ne nomme pas"
        yield f"facture rectificative, elle remplace {replaced} : vérifiez que rien n'est réclamé deux fois"
