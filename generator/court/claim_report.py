"""A claim in insolvency told to a person, as lines of text, and to a program, as plain data."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from generator.calendar_fr import list_fr, long_date, short_date
from generator.court.claim import VAT, Claim, Limit
from generator.court.fact_sheet import PROCEEDINGS
from generator.court.own_files import OwnFile
from generator.law import Law
from generator.letterhead import address_lines
from generator.money import cents, euros
from generator.retention import delivered_on
from generator.statement import InvoiceStatement

SCHEMA = "impayes/declaration/1"
REMINDER = "Ces outils informent et préparent ; ils ne remplacent pas un conseil juridique."


def heading(claim: Claim) -> Iterator[str]:
    """Who is in which proceedings, and to whom the claim is sent."""
    procedure, debtor = claim.procedure, claim.case.debiteur
    court = f", {procedure.tribunal}" if procedure.tribunal else ""
    yield f"Déclaration de créance du dossier {claim.case.reference} au {short_date(claim.au)}"
    yield f"Débiteur : {debtor.nom}" + (f" (SIREN {debtor.siren})" if debtor.siren else "")
    yield f"Procédure : {PROCEEDINGS[procedure.type]}, jugement du {short_date(procedure.jugement_le)}{court}"
    role = "Liquidateur" if procedure.type == "liquidation" else "Mandataire judiciaire"
    trustee = claim.case.tiers.mandataire_judiciaire
    known = f"{trustee.nom}, {', '.join(address_lines(trustee.adresse))}" if trustee else procedure.mandataire
    yield f"{role} : {known or 'inconnu, à lire sur l’annonce du BODACC (tiers.mandataire_judiciaire)'}"


def amounts(claim: Claim, law: Law) -> Iterator[str]:
    """What the claim is made of, beside the table of invoices."""
    stop = law.article("c-com-l622-28").court
    later = claim.total - claim.echu
    if not later:
        parts = "échus au jour du jugement"
    elif not claim.echu:
        parts = "à échoir"
    else:
        parts = f"dont {euros(claim.echu)} échus au jour du jugement et {euros(later)} à échoir"
    yield f"À déclarer : {euros(claim.total)}, {parts}."
    yield f"Les intérêts s'arrêtent le {short_date(claim.interets_jusqu_au)}, veille du jugement ({stop})."
    if claim.clause_penale:
        yield f"En plus, la clause pénale : {euros(claim.clause_penale.montant)} ({law.article('c-civ-1231-5').court})."
    if claim.frais_de_justice:
        listed = list_fr(item.libelle for item in claim.frais)
        yield f"En plus, les frais de justice : {euros(claim.frais_de_justice)} ({listed}) ; joindre la décision."
    for instalment in claim.echeancier:
        yield f"À échoir selon l'accord signé : {euros(instalment.montant)} le {short_date(instalment.le)}."
    for payment in claim.versements_tardifs:
        yield (
            f"Versement du {short_date(payment.recu_le)} ({euros(payment.montant)}), reçu après le jugement : il n'est pas "
            f"déduit ici, car il peut être annulé ({law.article('c-com-l622-7').court}) ; en parler au mandataire."
        )
    for invoice in claim.posterieures:
        yield (
            f"Facture {invoice.numero} : née après le jugement, laissée de côté ; en principe payable à son échéance "
            f"({law.article('c-com-l622-17').court})."
        )


def securities(claim: Claim, law: Law) -> Iterator[str]:
    """What the dossier knows to guarantee the claim."""
    if claim.reserve is None or not (claim.sous_reserve or claim.hors_reserve):
        yield "Aucune au dossier : la créance est déclarée sans sûreté, sous réserve des privilèges de la loi."
    elif claim.hors_reserve and not claim.sous_reserve:
        yield (
            "La clause de réserve de propriété a été acceptée après la livraison ; elle ne permet pas de "
            f"revendiquer ({law.article('c-com-l624-16').court})."
        )
    else:
        yield (
            f"Réserve de propriété sur {claim.reserve.biens}, acceptée le {short_date(claim.reserve.acceptee_le)} "
            f"({law.article('c-civ-2367').court}). Déclarer ne suffit pas : revendiquer aussi."
        )
        for invoice in claim.hors_reserve:
            delivered = delivered_on(claim.case, invoice.facture)
            day = f" le {short_date(delivered)}" if delivered else ""
            yield (
                f"Facture {invoice.numero} : biens livrés{day}, avant l'acceptation de la clause ; elle ne les couvre pas "
                f"({law.article('c-com-l624-16').court}) : les retirer de reserve_de_propriete.biens."
            )
        if undated := [f.numero for f in claim.sous_reserve if delivered_on(claim.case, f.facture) is None]:
            yield f"Livraison non datée : {list_fr(undated)} ; la clause doit avoir été acceptée au plus tard ce jour-là (executee_le)."


def limits(claim: Claim, law: Law) -> Iterator[str]:
    """Each last day, how far it is, and what to do when it is near, past or unknown."""
    declared = claim.procedure.declaree_le
    if declared:
        yield f"Déclarée le {short_date(declared)}" + (" : hors délai." if claim.hors_delai else ".")
    elif claim.delai.etat == "inconnu":
        yield _publication_missing(claim, law)
    elif claim.hors_delai:
        yield _too_late(claim, law)
    elif claim.prudence and claim.prudence.etat == "passe":
        yield (
            f"URGENT : le délai ordinaire est passé. Il ne court encore, jusqu'au {short_date(claim.delai.le or claim.au)}, que "
            f"si le tribunal siège {claim.tribunal_suppose} : envoyer la déclaration aujourd'hui et vérifier ce point."
        )
    elif (first := claim.prudence or claim.delai).etat == "court":
        yield f"URGENT : {_days(first.jours_restants or 0)} pour envoyer la déclaration."
    for limit in claim.delais:
        said = _vat_when(limit) if limit.code == VAT else _when(limit)
        yield f"{limit.libelle} : {said} ({_texts(law, limit.articles)})"
    if claim.tribunal_suppose:
        yield (
            f"Délai de {claim.mois_pour_declarer} mois : le débiteur est {claim.tribunal_suppose} et vous n'y demeurez pas "
            f"({law.article('c-com-r622-24').court}). Lire sur l'annonce où siège le tribunal ; si c'est ailleurs, le délai est plus court."
        )


def _when(limit: Limit) -> str:
    if limit.le is None:
        floor = f" ; pas avant le {short_date(limit.au_plus_tot)}" if limit.au_plus_tot else ""
        return f"date inconnue tant que la publication au BODACC n'est pas au dossier{floor}"
    days = limit.jours_restants or 0
    if limit.etat == "passe":
        return f"c'était au plus tard le {short_date(limit.le)}, passé depuis {_count(-days)}"
    weekend = " ; ce jour n'est pas ouvrable, envoyer avant" if limit.non_ouvrable else ""
    return f"au plus tard le {short_date(limit.le)}, {_days(days)}{weekend}"


def _vat_when(limit: Limit) -> str:
    """The text says « avant le 31 décembre », and our sources are old."""
    assert limit.le is not None  # a judgment is always dated
    days = limit.jours_restants or 0
    late = f" (passé depuis {_count(-days)})" if days < 0 else ""
    return f"sur une déclaration déposée avant le {short_date(limit.le)}{late}, à vérifier avec votre expert-comptable"


def _days(left: int) -> str:
    return "dernier jour aujourd'hui" if left == 0 else f"il reste {_count(left)}"


def _count(days: int) -> str:
    return f"{days} {'jour' if days < 2 else 'jours'}"


def _publication_missing(claim: Claim, law: Law) -> str:
    siren = claim.case.debiteur.siren
    by = (
        f"par son SIREN ({siren})" if siren else "par son nom, ou mieux par son SIREN (annuaire public des entreprises)"
    )
    return (
        f"DATE À TROUVER : chercher {claim.case.debiteur.nom} sur bodacc.fr, {by}. Relever la date de l'annonce du jugement, "
        "qui n'est ni celle du jugement ni celle où vous la lisez, et l'écrire au dossier "
        f"(debiteur.procedure_collective.publication_bodacc_le). Le greffe publie dans les quinze jours "
        f"({law.article('c-com-r621-8').court})."
    )


def _too_late(claim: Claim, law: Law) -> str:
    relief = claim.relever
    text = law.article("c-com-l622-26").court
    if relief.etat == "passe":
        return (
            f"TROP TARD : le délai pour déclarer est passé, et celui du relevé de forclusion aussi ({text}). Une exception "
            "rare existe pour qui ne pouvait pas connaître sa créance : voir un avocat."
        )
    return (
        f"TROP TARD pour déclarer : demander au juge-commissaire un relevé de forclusion ({text}), en prouvant que le retard "
        f"n'est pas de votre fait ou que le débiteur vous a omis de sa liste. {_days(relief.jours_restants or 0).capitalize()}."
    )


def questions(claim: Claim, law: Law) -> Iterator[str]:
    """What nobody but the creditor knows."""
    for question in claim.questions:
        text = f"{question.texte} ({_texts(law, question.articles)})"
        if question.reponse is None:
            yield text + (" → --paiement-differe oui ou non" if question.code == "paiement-differe" else "")
        else:
            yield f"{text} Réponse : {'oui' if question.reponse else 'non'}."


def proof(claim: Claim, letter_id: str, dossier: str) -> tuple[str, ...]:
    """What to do so that the sending and its content can be proved."""
    return (
        "Signer la lettre : vous, un salarié, ou un tiers muni d'un pouvoir spécial écrit.",
        "Envoyer en recommandé avec avis de réception ; en principe, c'est la date d'envoi qui compte.",
        "Garder une copie complète du pli : lettre, bordereau, pièces ; c'est à vous de prouver l'envoi et son contenu.",
        "Se méfier des adresses de portail lues dans une annonce : selon nos sources, aucun n'est en service.",
        f"Une fois le pli parti : impayes journal envoyer {dossier} {letter_id} --numero-recommande NUMÉRO --fichier "
        "BORDEREAU ; le dossier saura que la créance est déclarée.",
        "Au retour de l'avis de réception : impayes journal ajouter " + f"{dossier} reception --lettre {letter_id}.",
        "Répondre vite si le mandataire discute la somme : il vous donne un délai, le noter.",
    )


def vat(claim: Claim, law: Law, letter_id: str | None, dossier: str) -> tuple[str, ...]:
    """When the VAT paid over on these invoices can be claimed back, and how (CGI 272)."""
    text = law.article("cgi-272").court
    years = law.value("delais-fiscaux", on=claim.procedure.jugement_le, cle="recuperation-tva")
    caution = (
        "À vérifier : nos sources datent de 2005 à 2017 et les articles passent au Code des impositions sur les biens et "
        "services le 1er janvier 2027 ; faire valider par votre expert-comptable."
    )
    receipts = f"Si vous ne devez la TVA qu'à l'encaissement, rien n'est à récupérer ({law.article('cgi-269').court})."
    if claim.procedure.type != "liquidation":
        return (
            f"L'ouverture d'une procédure de {PROCEEDINGS[claim.procedure.type]} ne rend pas la créance perdue ({text}). La TVA "
            "se récupère si une liquidation est prononcée, si l'échec des poursuites est prouvé, ou, selon nos sources, sur "
            "la part qu'un plan arrêté par le tribunal efface.",
            f"Le délai part alors de ce jour, et va jusqu'au 31 décembre de la {_nth(int(years.valeur))} année qui suit "
            f"({_texts(law, years.articles)}). Ce jour n'est pas au dossier : il n'y a pas encore de date à noter.",
            receipts,
            caution,
        )
    if claim.tva is None or claim.tva.le is None:
        return ("Aucune TVA ne figure sur ces factures : rien n'est à récupérer.",)
    lacking = [f.numero for f in claim.factures if f.principal and f.facture.montant_tva is None]
    how = f" : impayes lettre {dossier} {letter_id}" if letter_id else ""
    return (
        f"La TVA que vous avez reversée se récupère dès le jugement qui prononce la liquidation ({text}).",
        f"Date limite : {long_date(claim.tva.le)}, {_vat_left(claim.tva)}. C'est la fin de la {_nth(int(years.valeur))} année "
        f"qui suit celle du jugement du {short_date(claim.procedure.jugement_le)} ; le texte dit « avant le 31 décembre » "
        f"({law.article('cgi-annexe-2-208').court}) : déposer la déclaration de TVA avant ce jour.",
        "Si la liquidation a suivi un redressement ou une sauvegarde, c'est le jugement qui la prononce qui compte : la "
        "date limite est alors la même, ou plus tardive. Un rescrit de 2005 admet aussi de compter depuis la clôture pour insuffisance d'actif.",
        f"Comment : envoyer au liquidateur un duplicata ou un état des factures, avec la mention d'impayé{how}.",
        *((f"Ajouter montant_tva au dossier pour {list_fr(lacking)}.",) if lacking else ()),
        receipts,
        caution,
    )


def _vat_left(limit: Limit) -> str:
    days = limit.jours_restants or 0
    return f"passée depuis {_count(-days)}" if days < 0 else _days(days)


def _nth(year: int) -> str:
    return {1: "première", 2: "deuxième", 3: "troisième"}.get(year, f"{year}e")


def rows(claim: Claim) -> list[list[str]]:
    """One row per invoice declared, then the total."""

    def cells(invoice: InvoiceStatement, state: str) -> list[str]:
        sums = (invoice.principal, invoice.penalites, invoice.indemnite, invoice.solde)
        return [invoice.numero, short_date(invoice.echeance), state, *map(euros, sums)]

    def total(name: str) -> str:
        return euros(sum((getattr(f, name) for f in claim.factures), start=0 * claim.total))

    return [
        *(cells(f, "échu") for f in claim.echues),
        *(cells(f, "à échoir") for f in claim.a_echoir),
        ["Total", "", "", *(total(name) for name in ("principal", "penalites", "indemnite", "solde"))],
    ]


HEADERS = ("Facture", "Échéance", "Au jugement", "Principal", "Pénalités", "Indemnité", "Total")


def claim_json(
    claim: Claim, law: Law, files: Sequence[OwnFile], letters: Sequence[dict[str, Any]], written: Sequence[str]
) -> dict[str, Any]:
    """The whole as plain data: amounts as text, ISO dates."""
    procedure = claim.procedure
    return {
        "schema": SCHEMA,
        "dossier": claim.case.reference,
        "au": claim.au.isoformat(),
        "debiteur": {"nom": claim.case.debiteur.nom, "siren": claim.case.debiteur.siren},
        "procedure": {
            "type": procedure.type,
            "jugement_le": procedure.jugement_le.isoformat(),
            "publication_bodacc_le": _day(procedure.publication_bodacc_le),
            "tribunal": procedure.tribunal,
            "mandataire": procedure.mandataire,
            "declaree_le": _day(procedure.declaree_le),
        },
        "interets_jusqu_au": claim.interets_jusqu_au.isoformat(),
        "factures": [
            {
                "numero": f.numero,
                "emise_le": f.facture.emise_le.isoformat(),
                "echeance": f.echeance.isoformat(),
                "etat": "echu" if f in claim.echues else "a-echoir",
                **{name: _amount(getattr(f, name)) for name in ("principal", "penalites", "indemnite", "solde")},
            }
            for f in claim.factures
        ],
        "echeancier": [{"le": e.le.isoformat(), "montant": _amount(e.montant)} for e in claim.echeancier],
        "posterieures": [f.numero for f in claim.posterieures],
        "totaux": {
            "echu": _amount(claim.echu),
            "a_echoir": _amount(claim.total - claim.echu),
            "total": _amount(claim.total),
            "clause_penale": _amount(claim.clause_penale.montant) if claim.clause_penale else None,
            "frais_de_justice": _amount(claim.frais_de_justice),
        },
        "versements_apres_jugement": [
            {"recu_le": p.recu_le.isoformat(), "montant": _amount(p.montant), "facture": p.facture}
            for p in claim.versements_tardifs
        ],
        "garanties": list(securities(claim, law)),
        "delai_mois": claim.mois_pour_declarer,
        "hors_delai": claim.hors_delai,
        "delais": [
            {
                "code": limit.code,
                "libelle": limit.libelle,
                "le": _day(limit.le),
                "au_plus_tot": _day(limit.au_plus_tot),
                "jours_restants": limit.jours_restants,
                "etat": limit.etat,
                "non_ouvrable": limit.non_ouvrable,
                "articles": list(limit.articles),
            }
            for limit in claim.delais
        ],
        "questions": [
            {"code": q.code, "texte": q.texte, "articles": list(q.articles), "reponse": q.reponse}
            for q in claim.questions
        ],
        "pieces": [
            {"numero": n, "titre": f.titre, "chemin": f.chemin, "jointe": f.contenu is not None, "motif": f.motif}
            for n, f in enumerate(files, start=1)
        ],
        "lettres": list(letters),
        "fichiers": list(written),
    }


def _texts(law: Law, articles: Sequence[str]) -> str:
    return law.cited(articles)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _amount(value: Decimal) -> str:
    return f"{cents(value):.2f}"


def opened_on(claim: Claim) -> str:
    """« redressement judiciaire du 13 octobre 2026 »."""
    return f"{PROCEEDINGS[claim.procedure.type]} du {long_date(claim.procedure.jugement_le)}"
