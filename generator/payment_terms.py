"""Legal caps on payment terms, as warnings: too long a term exposes both parties to a fine.

Sources: C. com. L441-10 I (30, 60, 45 days end of month, periodic invoices), L441-11 (sectors),
L441-12 (large exports); CCP R2192-10 and R2192-11 for public buyers.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from generator.calendar_fr import DueClause, short_date
from generator.case import Case, Invoice
from generator.law import Law

# Sectors whose term runs from delivery rather than from the invoice (C. com. L441-11 II).
FROM_DELIVERY = {"denrees-perissables", "viandes-fraiches"}
PUBLIC_KEYS = {"public-sante": "public-sante", "public-entreprise": "public-entreprise"}


def term_problems(case: Case, invoice: Invoice, law: Law) -> Iterator[tuple[str, str]]:
    """(code, French sentence) for each cap this invoice's due date exceeds; nothing for consumers."""
    kind, sector = case.debiteur.qualite, case.conditions.secteur
    if kind == "particulier" or invoice.echeance is None or sector == "filiere-derogatoire":
        return
    caps = law.table("delais-de-paiement")
    key = PUBLIC_KEYS.get(sector, "public-etat") if kind == "public" else sector
    if invoice.emise_le < caps.serie(key if key in caps.cles else "plafond")[0].depuis:
        return  # the caps on file say nothing of older invoices
    latest, rule = latest_due(invoice.emise_le, invoice.executee_le, kind, sector, law)
    if invoice.echeance > latest:
        yield (
            "delai-excessif",
            f"L'échéance de la facture {invoice.numero} ({short_date(invoice.echeance)}) dépasse le maximum légal, "
            f"le {short_date(latest)} : {rule}. Un délai plus long expose à une amende (C. com., art. L441-16).",
        )


def latest_due(emise_le: date, executee_le: date | None, qualite: str, secteur: str, law: Law) -> tuple[date, str]:
    """The latest lawful due date of an invoice, and the rule in French with its article."""

    def days(key: str) -> int:
        return int(law.value("delais-de-paiement", on=emise_le, cle=key).valeur)

    if qualite == "public":
        key = PUBLIC_KEYS.get(secteur, "public-etat")
        article = "R2192-10" if key == "public-etat" else "R2192-11"
        start = max(emise_le, executee_le or emise_le)
        # Counted from reception of the invoice, unknown here: the date of issue is the earliest possible.
        return start + timedelta(days(key)), f"{days(key)} jours après réception de la facture (CCP, art. {article})"
    if secteur in FROM_DELIVERY:
        start = executee_le or emise_le
        return start + timedelta(days(secteur)), f"{days(secteur)} jours après la livraison (C. com., art. L441-11)"
    if secteur == "alcools":
        latest = DueClause(days(secteur), "avant").due_on(executee_le or emise_le)
        return latest, f"{days(secteur)} jours après la fin du mois de livraison (C. com., art. L441-11)"
    if secteur in {"facture-periodique", "transport", "grand-export"}:
        article = {"facture-periodique": "L441-10 I", "transport": "L441-11", "grand-export": "L441-12"}[secteur]
        return emise_le + timedelta(days(secteur)), f"{days(secteur)} jours après la facture (C. com., art. {article})"
    plain, month = days("plafond"), days("plafond-fin-de-mois")
    latest = max(
        emise_le + timedelta(plain),
        # Both computations of « 45 jours fin de mois » are admitted.
        DueClause(month, "apres").due_on(emise_le),
        DueClause(month, "avant").due_on(emise_le),
    )
    return latest, f"{plain} jours après la facture, ou {month} jours fin de mois (C. com., art. L441-10 I)"
