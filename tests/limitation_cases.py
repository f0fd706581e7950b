"""What the tests of limitation share: a dossier of one invoice performed on 10 March 2022, and its events."""

import datetime as dt
from typing import Any

from generator.case import Case
from generator.journal import Event
from generator.law import Law
from generator.limitation import Course, limitation_course
from generator.statement import Statement, build_statement
from tests.conftest import case_data, day

AU = "2026-11-21"
DEBTOR = {"nom": "Client", "adresse": {"lignes": ["1 rue"], "code_postal": "37000", "ville": "Tours"}}


def invoice(number: str = "F-1", performed: str | None = "2022-03-10", **fields: Any) -> dict[str, Any]:
    """An invoice performed that day, issued then too."""
    start = performed or "2022-03-10"
    due = str(day(start) + dt.timedelta(days=30))
    data = {"numero": number, "emise_le": start, "executee_le": performed, "echeance": due, "montant_ttc": "1000"}
    return {name: value for name, value in {**data, **fields}.items() if value is not None}


def case_with(
    *events: dict[str, Any],
    qualite: str = "professionnel",
    secteur: str = "general",
    factures: list[dict[str, Any]] | None = None,
    **rest: Any,
) -> Case:
    """A dossier of one invoice performed on 10 March 2022, with these events."""
    return Case.model_validate(
        case_data(
            debiteur={**DEBTOR, "qualite": qualite, **rest.pop("debiteur", {})},
            conditions={"secteur": secteur},
            factures=factures or [invoice()],
            prescription={"evenements": list(events)},
            **rest,
        )
    )


def course(law: Law, case: Case, au: str = AU, journal: tuple[Event, ...] = (), number: int = 0) -> Course:
    """The limitation of one invoice of the dossier."""
    return limitation_course(case, case.factures[number], law, day(au), journal)


def last(law: Law, *events: dict[str, Any], au: str = AU, **rest: Any) -> str:
    """The last day to act, once these events are counted."""
    return str(course(law, case_with(*events, **rest), au).periode.jusqu_au)


def event(le: str, cause: str = "reconnaissance", **fields: Any) -> dict[str, Any]:
    """An event as a dossier writes it."""
    return {"le": le, "cause": cause, **fields}


def statement(law: Law, case: Case, au: str = AU) -> Statement:
    """The statement of the dossier."""
    return build_statement(case, law, day(au))


def codes(found: Statement) -> set[str]:
    """The limitation warnings of a statement."""
    return {n.code for n in found.avertissements if n.code.startswith("prescription")}
