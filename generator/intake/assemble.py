"""Several e-invoices -> one draft dossier per debtor, or every reason why not, at once.

What one file cannot show is refused here: the same invoice twice, a credit note without its
invoice, an invoice and its correction, a purchase instead of a sale, no due date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from generator.errors import InvalidInput
from generator.intake.dossier_yaml import Draft, slug
from generator.intake.drafting import build_draft, debtor_kind
from generator.intake.einvoice import CORRECTION_CODES, PREPAYMENT_CODES, EInvoice

Group = list[EInvoice]


def assemble(
    invoices: Sequence[EInvoice],
    creditor_siren: str | None = None,
    *,
    due_dates: Mapping[str, date] | None = None,
    qualite: str | None = None,
) -> list[Draft]:
    """One draft per (seller, buyer) pair, in the order of the files.

    `creditor_siren` is the company's own (entreprise.yml): the seller must be it, and the draft
    then leaves its identity to entreprise.yml. `due_dates` (invoice number -> date) and `qualite`
    are what the user says because the invoices do not.
    """
    problems: list[str] = []
    if not invoices:
        raise InvalidInput("aucune facture à lire ; donnez au moins un fichier à --depuis")
    kept = _without_copies(invoices, problems)
    if creditor_siren:
        kept = _only_ours(kept, "".join(creditor_siren.split()), problems)
    kept = _with_due_dates(kept, due_dates or {}, problems)
    groups = _by_debtor(kept)
    for group in groups:
        problems += _group_problems(group, kept)
        if debtor_kind(group, qualite)[0] is None:
            buyer = group[-1].acheteur
            problems.append(
                f"{group[0].fichier} : « {buyer.nom} » n'a ni SIREN ni numéro de TVA, sa qualité est "
                "inconnue et décide de la loi ; ajoutez --qualite professionnel, particulier ou public"
            )
    if problems:
        raise InvalidInput(dict.fromkeys(problems))
    references = _references(groups)
    return [
        build_draft(
            group,
            reference,
            identity_elsewhere=creditor_siren is not None,
            qualite=qualite,
            extra_notes=_lookalikes(group, groups, references),
        )
        for group, reference in zip(groups, references, strict=True)
    ]


def _without_copies(invoices: Iterable[EInvoice], problems: list[str]) -> list[EInvoice]:
    """The same invoice given twice (its PDF and its XML) counts once; two versions are refused."""
    seen: dict[tuple[str, str, str], EInvoice] = {}
    for invoice in invoices:
        key = (invoice.vendeur.cle, invoice.nature, invoice.numero)
        known = seen.setdefault(key, invoice)
        if known is invoice:
            continue
        if replace(invoice, fichier=known.fichier, notes=known.notes) == known:
            note = f"donnée deux fois ({known.fichier} et {invoice.fichier}), comptée une fois"
            seen[key] = replace(known, notes=(*known.notes, note))
        else:
            problems.append(
                f"{invoice.fichier} : même numéro {invoice.numero} que {known.fichier}, mais contenu "
                "différent ; gardez le bon fichier"
            )
    return list(seen.values())


def _only_ours(invoices: list[EInvoice], siren: str, problems: list[str]) -> list[EInvoice]:
    for invoice in invoices:
        seller = invoice.vendeur
        if seller.siren_lu == siren:
            continue
        if invoice.acheteur.siren_lu == siren:
            reason = "votre entreprise y est le client : c'est une facture à payer, pas un impayé à réclamer"
        elif seller.siren_lu:
            reason = (
                f"le vendeur « {seller.nom} » (SIREN {seller.siren_lu}) n'est pas l'entreprise d'entreprise.yml "
                f"(SIREN {siren}) ; corriger entreprise.yml, ou en nommer un autre avec --entreprise"
            )
        else:
            reason = (
                f"le vendeur « {seller.nom} » n'indique pas de SIREN : impossible de vérifier qu'il s'agit "
                "de l'entreprise d'entreprise.yml"
            )
        problems.append(f"{invoice.fichier} : {reason}")
    return invoices


def _with_due_dates(invoices: list[EInvoice], due_dates: Mapping[str, date], problems: list[str]) -> list[EInvoice]:
    numbers = {invoice.numero for invoice in invoices if invoice.nature == "facture"}
    known = ", ".join(sorted(numbers))
    problems += [
        f"--echeance {number} : aucune facture lue ne porte ce numéro (numéros lus : {known})"
        for number in due_dates
        if number not in numbers
    ]
    result = []
    for invoice in invoices:
        if invoice.nature == "facture":
            invoice = _with_due_date(invoice, due_dates.get(invoice.numero), problems)
        result.append(invoice)
    return result


def _with_due_date(invoice: EInvoice, given: date | None, problems: list[str]) -> EInvoice:
    """The user's date wins over the printed one, and the draft says so."""
    due = given or invoice.echeance
    option = f"--echeance {invoice.numero}=AAAA-MM-JJ"
    if due is None:
        printed = invoice.conditions_de_paiement
        hint = f" ; elle porte seulement ce texte, jamais interprété : « {printed} »" if printed else ""
        problems.append(
            f"{invoice.fichier} : la facture {invoice.numero} n'a pas d'échéance{hint} ; donnez-la avec {option}"
        )
    elif due < invoice.emise_le:
        problems.append(
            f"{invoice.fichier} : l'échéance ({due:%d/%m/%Y}) précède la facture "
            f"({invoice.emise_le:%d/%m/%Y}) ; donnez la bonne date avec {option}"
        )
    elif given and invoice.echeance and given != invoice.echeance:
        note = f"échéance {given:%d/%m/%Y} donnée par vous ; la facture porte {invoice.echeance:%d/%m/%Y}"
        return replace(invoice, echeance=given, notes=(*invoice.notes, note))
    elif given and not invoice.echeance:
        note = "échéance donnée par vous : la facture n'en porte pas"
        return replace(invoice, echeance=given, notes=(*invoice.notes, note))
    return invoice


def _by_debtor(invoices: Iterable[EInvoice]) -> list[Group]:
    groups: dict[tuple[str, str], Group] = {}
    for invoice in invoices:
        groups.setdefault(invoice.parties, []).append(invoice)
    # oldest first: the most recent one describes the debtor as it is today
    return [sorted(group, key=lambda i: (i.emise_le, i.numero)) for group in groups.values()]


def _group_problems(group: Group, everything: Sequence[EInvoice]) -> list[str]:
    ours = {invoice.numero: invoice for invoice in group if invoice.nature == "facture"}
    others = {i.numero for i in everything if i.nature == "facture" and i.parties != group[0].parties}
    problems = []
    for note in (invoice for invoice in group if invoice.nature == "avoir"):
        targets = [number for number in note.factures_visees if number in ours]
        named = ", ".join(note.factures_visees)
        if len(note.factures_visees) == 1 and targets:
            continue
        if not note.factures_visees:
            reason = "ne dit pas quelle facture il corrige ; saisissez-le à la main dans le dossier (avoirs)"
        elif len(note.factures_visees) > 1:
            reason = (
                f"vise plusieurs factures ({named}) sans dire combien pour chacune ; "
                "saisissez-le à la main dans le dossier (avoirs)"
            )
        elif set(note.factures_visees) & others:
            reason = f"vise la facture {named}, adressée à un autre client ; faites corriger l'avoir"
        else:
            reason = f"vise la facture {named}, absente des fichiers donnés ; ajoutez-la à --depuis"
        problems.append(f"{note.fichier} : l'avoir {note.numero} {reason}")
    for invoice in ours.values():
        for number in invoice.factures_visees:
            if number not in ours or number == invoice.numero:
                continue
            if invoice.code_type in CORRECTION_CODES:
                problems.append(
                    f"{invoice.fichier} : la facture {invoice.numero} rectifie {number}, donnée aussi ; "
                    "ne donnez que celle qui reste due, pour ne pas réclamer deux fois"
                )
            elif ours[number].code_type in PREPAYMENT_CODES and invoice.deja_paye:
                problems.append(
                    f"{invoice.fichier} : la facture {invoice.numero} compte comme payée une partie de son "
                    f"prix, et la facture d'acompte {number} est donnée aussi ; ne donnez que ce qui reste dû"
                )
    return problems


def _references(groups: Sequence[Group]) -> list[str]:
    """The number of the oldest invoice: what the debtor recognises. Made unique within the batch."""
    taken: list[str] = []
    for group in groups:
        oldest = next((i for i in group if i.nature == "facture"), group[0])
        name = reference = slug(oldest.numero)
        rank = 1
        while reference.casefold() in {other.casefold() for other in taken}:
            rank += 1
            reference = f"{name}-{rank}"
        taken.append(reference)
    return taken


def _lookalikes(group: Group, groups: Sequence[Group], references: Sequence[str]) -> list[str]:
    """Same name and town but other numbers: perhaps one debtor, and only the user can tell."""
    here = group[-1]
    return [
        f"« {here.acheteur.nom} » ressemble au client du dossier {reference} : le même ? alors réunissez-les"
        for other, reference in zip(groups, references, strict=True)
        if other is not group
        and other[-1].vendeur.cle == here.vendeur.cle
        and other[-1].acheteur.ressemble == here.acheteur.ressemble
    ]
