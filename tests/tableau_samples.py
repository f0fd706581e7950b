"""Snapshots made by hand for the tests of the dashboard: one dossier as small as wanted, or two hundred."""

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.money import ZERO
from generator.portfolio.snapshot import InstalmentView, InvoiceView, PromiseView, Snapshot

AU = dt.date(2026, 11, 21)
LEVELS = ("avant-echeance", "relance-1", "appel", "relance-2", "relance-3", "mise-en-demeure", "dernier-avis")


def euros(value: Any) -> Decimal:
    """`euros("12.5")`: an exact amount."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


def invoice(amount: Any, late: int, au: dt.date = AU, **changes: Any) -> InvoiceView:
    """An unpaid invoice of `amount` euros, `late` days past its due date on `au` (negative: not due yet)."""
    due = au - dt.timedelta(days=late)
    fields: dict[str, Any] = {
        "numero": "F-1", "emise_le": due - dt.timedelta(days=30), "echeance": due, "montant_ttc": euros(amount),
        "avoirs": ZERO, "paiements": ZERO, "principal": euros(amount), "penalites": ZERO, "indemnite": ZERO,
        "conteste": ZERO, "jours_de_retard": max(0, late), "soldee_le": None,
    }  # fmt: skip
    return InvoiceView(**{**fields, **changes})


def paid(amount: Any, late: int, on: dt.date) -> InvoiceView:
    """An invoice paid in full on that day, so many days after its due date."""
    return invoice(
        amount, late, on, paiements=euros(amount), principal=ZERO, jours_de_retard=max(0, late), soldee_le=on
    )


def snapshot(reference: str, *invoices: InvoiceView, **changes: Any) -> Snapshot:
    """A dossier with these invoices; without a name, a debtor of its own."""
    name = changes.get("debiteur", f"Client {reference}")
    fields: dict[str, Any] = {
        "fichier": Path(f"{reference}.yml"), "reference": reference, "au": AU, "debiteur": name,
        "qualite": "professionnel", "cle_debiteur": name.casefold(), "ville": "Tours", "factures": invoices,
        "credit": ZERO, "promesses": (), "plan": (), "strategie": "standard", "regroupement": "dossier", "niveau": None,
        "procedure_collective": False, "etapes": (), "echeances": (),
    }  # fmt: skip
    return Snapshot(**{**fields, **changes})


def promise(late: int, amount: Any = None, kept: bool | None = None) -> PromiseView:
    """A promise to pay, due `late` days before `AU` (negative: still to come)."""
    day = AU - dt.timedelta(days=late)
    return PromiseView(day - dt.timedelta(days=10), day, None if amount is None else euros(amount), kept)


def instalment(ahead: int, amount: Any, paid_part: Any = 0) -> InstalmentView:
    """An instalment due `ahead` days after `AU`."""
    return InstalmentView(AU + dt.timedelta(days=ahead), euros(amount), euros(paid_part))


_FIRST = (
    "Boulangerie",
    "Menuiserie",
    "Garage",
    "Hôtel",
    "Brasserie",
    "Fromagerie",
    "Imprimerie",
    "Atelier",
    "Transports",
)
_SECOND = (
    "Martin",
    "du Val de Cher",
    "des Tanneurs",
    "Pommier",
    "de la Loire",
    "Brandt",
    "Saint-Aubin",
    "Morvan",
    "Lenoir",
)
_FORM = ("SARL", "SAS", "SA", "EURL")
_PEOPLE = ("Jeanne Moreau-Lagarde", "Paul Arnaud", "Inès Belkacem", "Lucien Petit", "Maud Ferrand")
_TOWNS = ("Tours", "Amboise", "Chinon", "Blois", "Saumur", "Loches")


def many(number: int = 200, seed: int = 7) -> list[Snapshot]:
    """A portfolio as a small business has one: mostly recent delays, a few old ones, one insolvency in thirty."""
    draw = random.Random(seed)
    return [_one(draw, index) for index in range(number)]


def _one(draw: random.Random, index: int) -> Snapshot:
    kind = draw.choices(("professionnel", "particulier", "public"), (80, 12, 8))[0]
    debtor, town = draw.randrange(90), draw.choice(_TOWNS)
    if kind == "particulier":
        name = f"{_PEOPLE[index % 5]}"
    elif kind == "public":
        name = f"Commune de {_SECOND[debtor % 9].removeprefix('de la ').removeprefix('du ').removeprefix('des ')}"
    else:
        name = f"{_FIRST[debtor % 9]} {_SECOND[debtor // 9 % 9]} {_FORM[debtor % 4]}"
    late = draw.choice((-58, -44, -31, -25, -19, -12, -8, -3, 2, 4, 9, 12, 17, 26, 35, 55, 83, 180))
    invoices = tuple(_bill(draw, late + extra, kind, index) for extra in (0, -30)[: draw.choice((1, 1, 2))])
    settled = draw.random() < 0.15
    if settled:
        invoices = tuple(
            paid(f.montant_ttc, draw.choice((-2, 3, 12, 31)), AU - dt.timedelta(days=index % 18)) for f in invoices
        )
    steps = sum(late > threshold for threshold in (-3, 1, 8, 15, 24, 30, 48))
    owed = sum((f.principal for f in invoices), ZERO)
    plan: tuple[InstalmentView, ...] = ()
    promises: tuple[PromiseView, ...] = ()
    fate = draw.random()
    if not settled and late > 10 and fate < 0.12:
        plan = tuple(instalment(-20 + 30 * n, owed / 5, owed / 5 if n == 0 and fate < 0.08 else 0) for n in range(5))
    elif not settled and late > 0 and fate < 0.35:
        promises = (promise(-draw.randrange(25), None if fate < 0.2 else owed / 2),)
    elif late > 20:
        promises = (promise(12, owed / 3, fate < 0.62),)
    return snapshot(
        f"2026-{index:03}", *invoices,
        debiteur=name, qualite=kind, cle_debiteur=name.casefold(), ville=town, plan=plan, promesses=promises,
        niveau=LEVELS[steps - 1] if steps and draw.random() < 0.85 else None,
        procedure_collective=kind == "professionnel" and draw.random() < 0.05,
        credit=euros(draw.choice((40, 12.5))) if settled and draw.random() < 0.2 else ZERO,
    )  # fmt: skip


def _bill(draw: random.Random, late: int, kind: str, index: int) -> InvoiceView:
    amount = euros(draw.choice((180, 420, 640, 960, 1450, 2300, 3900, 7200, 12600)) * (1 + index % 7 / 10))
    return invoice(
        amount, late, numero=f"F-{index}-{late}", penalites=euros(amount * max(0, late) / 3000),
        indemnite=euros(40 if late > 0 and kind != "particulier" else 0),
        conteste=euros(amount / 2) if late > 0 and draw.random() < 0.06 else ZERO,
    )  # fmt: skip
