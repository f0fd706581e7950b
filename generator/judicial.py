"""Dossier blocks of what interrupts or suspends limitation: facts the user proves, each with its day."""

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import model_validator

from generator.fields import Amount, Block, Day, Number, Text

Cause = Literal[
    "reconnaissance", "paiement-partiel", "demande-en-justice", "acte-d-execution", "mesure-conservatoire",
    "declaration-de-creance", "reclamation", "mediation", "conciliation", "procedure-participative",
    "petites-creances",
]  # fmt: skip

# The causes whose effect goes on until a day of their own; the others are over the day they happen.
LASTING = (
    "demande-en-justice", "declaration-de-creance", "mediation", "conciliation", "procedure-participative",
    "petites-creances",
)  # fmt: skip


class LimitationEvent(Block):
    """A fact that interrupts or suspends limitation: `le` is its day, `fin_le` the day its effect ends, None while it lasts.

    `factures` are the invoices it is about; none: all those already issued that day.
    """

    le: Day
    cause: Cause
    fin_le: Day | None = None
    factures: tuple[Number, ...] = ()
    montant: Amount | None = None
    piece: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        if self.fin_le and self.cause not in LASTING:
            raise ValueError(f"fin_le n'a pas de sens pour « {self.cause} », qui ne dure pas : la supprimer")
        if self.fin_le and self.fin_le < self.le:
            raise ValueError("la fin précède le début : corriger le ou fin_le")
        return self


class LimitationRecord(Block):
    """What the dossier knows of limitation."""

    evenements: tuple[LimitationEvent, ...] = ()


def unknown_invoices(record: Any, known: set[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Invoices named by an event and absent from the dossier, as (path, French sentence), read on the text."""
    events = record.get("evenements") if isinstance(record, dict) else None
    for index, event in enumerate(events if isinstance(events, list) else ()):
        named = event.get("factures") if isinstance(event, dict) else None
        for place, number in enumerate(named if isinstance(named, list) else ()):
            if isinstance(number, str) and (name := " ".join(number.split())) and name not in known:
                listed = ", ".join(sorted(known))
                yield (
                    ("prescription", "evenements", index, "factures", place),
                    f"facture « {name} » absente de ce dossier (connues : {listed})",
                )
