"""The facts of a dossier and its décompte, as pages a third party reads and a table it can load.

Each page is a list of blocks (a title and rows of two cells, or a table), so that what is shown is what a caller
has decided to show and nothing else.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO

from generator.calendar_fr import long_date, short_date
from generator.case import Case, Invoice
from generator.court.order_state import decision_state
from generator.export.pdf import write_pdf
from generator.law import Law
from generator.letterhead import address_lines
from generator.money import cents, euros
from generator.parties import Address, Contact
from generator.resources import builtin
from generator.statement import Statement
from generator.typography import typography

NBSP = "\u00a0"
PROCEEDINGS = {
    "sauvegarde": "sauvegarde",
    "redressement": "redressement judiciaire",
    "liquidation": "liquidation judiciaire",
}
_STYLE = """
h2 { margin: 5mm 0 1mm; font-size: 11.5pt; break-after: avoid; }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm; font-size: 9.5pt; }
th, td { text-align: left; vertical-align: top; padding: .8mm 2mm .8mm 0; border-bottom: .15mm solid #d8d0c4; font-weight: normal; }
thead { display: table-header-group; } thead th { font-weight: bold; border-bottom: .35mm solid #262422; }
tr { break-inside: avoid; } .faits th { width: 48mm; color: #57514a; } .nombre { text-align: right; white-space: nowrap; }
tbody tr.total td, tbody tr.total th { font-weight: bold; border-bottom: 0; border-top: .35mm solid #262422; }
"""


@dataclass(frozen=True)
class Block:
    """A titled table; without `colonnes`, rows are a name and its value. `nombres` counts the columns set to the right."""

    titre: str
    lignes: Sequence[Sequence[str]]
    colonnes: tuple[str, ...] = ()
    nombres: int = 0
    total: bool = False


def page_pdf(titre: str, chapeau: str, blocks: Iterable[Block], au: str, notes: Iterable[str] = ()) -> bytes:
    """PDF/UA-1 bytes; `au` is the ISO day it is made. MissingComponent without Pango."""
    css = (builtin("letters") / "_commun" / "liste.css").read_text(encoding="utf-8") + _STYLE
    return write_pdf(page_html(titre, chapeau, blocks, au, notes), css)


def page_html(titre: str, chapeau: str, blocks: Iterable[Block], au: str, notes: Iterable[str] = ()) -> str:
    """The page; blocks without rows are left out."""
    body = "\n".join(_block(block) for block in blocks if block.lignes)
    ending = "\n".join(f"<p>{_text(note)}</p>" for note in notes)
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{_text(titre)}</title>
<meta name="dcterms.created" content="{au}"><meta name="dcterms.modified" content="{au}"></head>
<body><h1>{_text(titre)}</h1>
<p class="chapeau">{_text(chapeau)}</p>
{body}
{ending}
</body></html>"""


def _block(block: Block) -> str:
    first_number = len(block.lignes[0]) - block.nombres
    head = ""
    if block.colonnes:
        cells = "".join(
            f'<th scope="col"{_right(i >= first_number)}>{_text(name)}</th>' for i, name in enumerate(block.colonnes)
        )
        head = f"<thead><tr>{cells}</tr></thead>"
    rows = []
    for index, row in enumerate(block.lignes):
        last = ' class="total"' if block.total and index == len(block.lignes) - 1 else ""
        cells = "".join(f"<td{_right(i >= first_number)}>{_text(c)}</td>" for i, c in enumerate(row) if i)
        rows.append(f'<tr{last}><th scope="row">{_text(row[0])}</th>{cells}</tr>')
    kind = "" if block.colonnes else ' class="faits"'
    return f"<h2>{_text(block.titre)}</h2>\n<table{kind}>{head}<tbody>{''.join(rows)}</tbody></table>"


def _right(number: bool) -> str:
    return ' class="nombre"' if number else ""


def _text(text: str) -> str:
    return escape(typography(text))


def facts(case: Case, statement: Statement, law: Law, *, contact: Sequence[str], iban: bool) -> Iterator[Block]:
    """What is known of the matter. `contact` names the fields of the debtor's person to show, `iban` our account."""
    yield Block("Créancier", list(_creditor(case, iban)))
    yield Block("Débiteur", list(_debtor(case, contact)))
    yield Block("Factures", [_invoice(f) for f in case.factures if f.emise_le <= statement.au], INVOICE_COLUMNS, 1)
    yield Block("Ce qui s'est passé", list(_events(case, statement, law)))
    yield Block("Délai pour agir", list(_time_left(statement, law)))


INVOICE_COLUMNS = ("Facture", "Objet", "Émise le", "Livrée ou exécutée le", "Échéance", "Montant TTC")


def _creditor(case: Case, iban: bool) -> Iterator[tuple[str, str]]:
    creditor = case.creancier
    yield "Nom", ", ".join(part for part in (creditor.nom, creditor.forme) if part)
    if creditor.siren:
        yield "SIREN", _groups(creditor.siren, 3) + (f", RCS {creditor.rcs}" if creditor.rcs else "")
    yield "Adresse", _address(creditor.adresse)
    for name, value in (
        ("Représentant", creditor.representant), ("Téléphone", creditor.telephone), ("Courriel", creditor.email),
        ("IBAN pour le paiement", _groups(creditor.iban, 4) if iban and creditor.iban else None),
    ):  # fmt: skip
        if value:
            yield name, value


def _debtor(case: Case, contact: Sequence[str]) -> Iterator[tuple[str, str]]:
    debtor = case.debiteur
    kinds = {"professionnel": "professionnel", "particulier": "particulier", "public": "acheteur public"}
    yield "Nom", debtor.nom
    trader = {True: ", commerçant", False: ", non commerçant", None: ""}[debtor.commercant]
    yield "Qualité", kinds[debtor.qualite] + trader
    if debtor.siren:
        yield "SIREN", _groups(debtor.siren, 3)
    yield "Adresse", _address(debtor.adresse)
    if debtor.contact and (known := contact_words(debtor.contact, contact)):
        yield "Interlocuteur", known
    if proceedings := debtor.procedure_collective:
        yield (
            "Procédure collective",
            f"{PROCEEDINGS[proceedings.type]}, jugement du {long_date(proceedings.jugement_le)}",
        )
        if proceedings.publication_bodacc_le:
            yield "Publication au BODACC", long_date(proceedings.publication_bodacc_le)
        trustee = case.tiers.mandataire_judiciaire
        where = f"{trustee.nom}, {_address(trustee.adresse)}" if trustee else proceedings.mandataire
        if where:
            yield "Mandataire ou liquidateur", where
        if proceedings.declaree_le:
            yield "Créance déclarée le", long_date(proceedings.declaree_le)


def contact_words(person: Contact, fields: Sequence[str]) -> str:
    """The fields asked for, in that order; the courtesy title stands before the name."""
    said = {name: str(value) for name in fields if (value := getattr(person, name))}
    title = said.pop("civilite", None)
    if title and "nom" in said:
        said["nom"] = f"{title} {said['nom']}"
    return ", ".join(said.values())


def _groups(number: str, size: int) -> str:
    """« 732 829 320 », never cut at the end of a line."""
    return NBSP.join(number[i : i + size] for i in range(0, len(number), size))


def _address(address: Address) -> str:
    return ", ".join(address_lines(address))


def _invoice(invoice: Invoice) -> tuple[str, ...]:
    assert invoice.echeance is not None  # once a dossier is loaded
    done = short_date(invoice.executee_le) if invoice.executee_le else "non notée"
    return (
        invoice.numero, invoice.objet or "", short_date(invoice.emise_le), done, short_date(invoice.echeance),
        euros(invoice.montant_ttc),
    )  # fmt: skip


def _events(case: Case, statement: Statement, law: Law) -> Iterator[tuple[str, str]]:
    au = statement.au
    if case.contrat:
        signed = f", signé le {long_date(case.contrat.signe_le)}" if case.contrat.signe_le else ""
        yield "Contrat", f"{case.contrat.objet}{signed}"
    if clause := case.reserve_de_propriete:
        yield (
            "Réserve de propriété",
            f"{clause.biens} ; {clause.stipulation}, acceptée le {long_date(clause.acceptee_le)}",
        )
    for note in case.avoirs:
        if note.emis_le <= au:
            yield f"Avoir {note.numero}", f"{euros(note.montant_ttc)}, le {long_date(note.emis_le)}"
    for payment in case.paiements:
        if payment.recu_le <= au:
            about = f", facture {payment.facture}" if payment.facture else ""
            yield "Paiement reçu", f"{euros(payment.montant)}, le {long_date(payment.recu_le)}{about}"
    for promise in case.promesses:
        amount = f"{euros(promise.montant)} " if promise.montant else ""
        yield "Promesse", f"le {long_date(promise.recue_le)} : payer {amount}le {long_date(promise.payer_le)}"
    if notice := case.mise_en_demeure:
        received = f", reçue le {long_date(notice.recue_le)}" if notice.recue_le else ""
        yield "Mise en demeure", f"envoyée le {long_date(notice.envoyee_le)}{received}"
    if case.plan and case.plan.signe_le and case.plan.signe_le <= au:
        yield "Accord de paiement", f"{euros(case.plan.montant)}, signé le {long_date(case.plan.signe_le)}"
    for invoice in case.factures:
        if dispute := invoice.contestation:
            amount = f", {euros(dispute.montant)}" if dispute.montant else ", en entier"
            answer = f" Notre réponse : {dispute.reponse}" if dispute.reponse else ""
            since = f"depuis le {long_date(dispute.depuis)}{amount} : {dispute.motif.rstrip('.')}."
            yield f"Contestation, facture {invoice.numero}", since + answer
    if case.decision and (state := decision_state(case, law, au)):
        court = f"{case.decision.juridiction} : " if case.decision.juridiction else ""
        yield "Décision", f"{court}{state.phrase}"


def _time_left(statement: Statement, law: Law) -> Iterator[tuple[str, str]]:
    if limit := statement.prescription:
        texts = law.cited(limit.articles)
        yield (
            "Au plus tôt",
            f"{long_date(limit.jusqu_au)}, d'après notre calcul, sauf interruption ({texts}) ; à vérifier",
        )
    if limits := statement.delais_procedure:
        for name, last in (
            ("Déclarer, par prudence", limits.declarer_par_prudence_le),
            ("Déclarer la créance", limits.declarer_avant_le),
            ("Relevé de forclusion", limits.relever_avant_le),
            ("Revendiquer les biens", limits.revendiquer_avant_le if statement.case.reserve_de_propriete else None),
        ):
            if last:
                yield name, f"au plus tard le {long_date(last)}, d'après notre calcul"
    for notice in statement.avertissements:
        if notice.code.startswith("prescription"):
            yield "Attention", notice.message


def account(statement: Statement) -> Iterator[Block]:
    """The décompte: invoices, then every line of interest."""
    names = ("principal", "penalites", "indemnite", "solde")
    invoices = [f for f in statement.factures if f.solde]
    rows = [
        [f.numero, short_date(f.echeance), str(f.jours_de_retard), *(euros(getattr(f, n)) for n in names)]
        for f in invoices
    ]
    totals = [euros(sum((getattr(f, n) for f in invoices), start=0 * statement.totaux.solde)) for n in names]
    columns = ("Facture", "Échéance", "Jours de retard", "Principal", statement.nom_interets, "Indemnité", "Total")
    if rows:
        open_proceedings = statement.case.debiteur.procedure_collective is not None
        yield Block(
            "Solde de chaque facture" if open_proceedings else "Ce qui reste dû",
            [*rows, ["Total", "", "", *totals]],
            columns,
            5,
            total=True,
        )
    lines = [
        [li.facture, short_date(li.du), short_date(li.au), str(li.jours), li.formule, euros(li.montant)]
        for li in statement.lignes
    ]
    yield Block(statement.nom_interets, lines, ("Facture", "Du", "Au (inclus)", "Jours", "Calcul", "Montant"), 3)


def account_csv(statement: Statement) -> bytes:
    """One row per invoice with something due; UTF-8 with its mark, semicolons: what a French spreadsheet opens."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    names = ("montant_ttc", "avoirs", "paiements", "principal", "penalites", "indemnite", "solde")
    writer.writerow(("facture", "echeance", "jours_de_retard", *names))
    for f in statement.factures:
        # A cell that begins like a formula would be run by the reader's spreadsheet.
        number = f"'{f.numero}" if f.numero[:1] in "=+-@" else f.numero
        sums = (f"{cents(getattr(f, name)):.2f}".replace(".", ",") for name in names)
        writer.writerow((number, f.echeance.isoformat(), f.jours_de_retard, *sums))
    return out.getvalue().encode("utf-8-sig")
