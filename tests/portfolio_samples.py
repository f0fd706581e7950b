"""A small company in a folder, its dossiers and their journals, as the tests of the portfolio need them."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.journal import Event, append_event, journal_path
from generator.portfolio.snapshot import Snapshot, Step
from generator.portfolio.taking import take
from tests.conftest import day
from tests.outside import CREDITOR, impayes

ADDRESS: dict[str, Any] = {"lignes": ["12 rue des Lilas"], "code_postal": "37000", "ville": "Tours"}
CONTACT = {"nom": "Paul Martin", "email": "compta@martin.example", "telephone": "02 47 00 00 01"}
DEBTOR: dict[str, Any] = {
    "nom": "Boulangerie Martin SARL",
    "qualite": "professionnel",
    "adresse": ADDRESS,
    "contact": CONTACT,
}
CONSUMER: dict[str, Any] = {"nom": "Zoé Perrot-Élie", "qualite": "particulier", "adresse": ADDRESS, "contact": CONTACT}
TOWN: dict[str, Any] = {"nom": "Commune de Chinon", "qualite": "public", "adresse": ADDRESS, "contact": CONTACT}

# One line a level of a strategy.
FIRST = "{niveau: premiere, quand: échéance + 3 jours, lettre: relance-1, canal: email, validation: non}"
SECOND = "{niveau: seconde, quand: précédente + 12 jours, lettre: relance-2, canal: courrier}"
NOTICE = (
    "{niveau: demeure, quand: précédente + 15 jours, lettre: mise-en-demeure, "
    "lettre_particulier: mise-en-demeure-particulier, lettre_public: mise-en-demeure-acheteur-public, canal: lrar}"
)
CALL = "{niveau: appel, quand: échéance + 6 jours, canal: telephone}"
LATER = "{niveau: seconde, quand: échéance + 14 jours, lettre: relance-2, canal: email, validation: non}"
LAST = "{niveau: dernier, quand: précédente + 18 jours, lettre: derniere-lettre, canal: lrar}"
WARNING = "{niveau: avant, quand: échéance - 7 jours, lettre: relance-avant-echeance, canal: email, validation: non}"
# So that an invoice is settled by its own amount.
BARE = {"penalites": "abandonner", "indemnite_forfaitaire": "abandonner"}


def before(planned: str) -> str:
    """The day before."""
    return (day(planned) - dt.timedelta(days=1)).isoformat()


def after(planned: str) -> str:
    """The day after."""
    return (day(planned) + dt.timedelta(days=1)).isoformat()


def strategy(*levels: str, regroupement: str = "dossier", pour: str = "[professionnel, particulier, public]") -> str:
    """The text of a strategy « essai » with these levels, the default of every kind of debtor it is for."""
    kinds = ", ".join(f"{kind.strip()}: essai" for kind in pour.strip("[]").split(","))
    rungs = "".join(f"      - {level}\n" for level in levels)
    return (
        f"par_defaut: {{{kinds}}}\nstrategies:\n  essai:\n    pour: {pour}\n    regroupement: {regroupement}\n"
        f"    niveaux:\n{rungs}"
    )


def company(folder: Path, text: str | None = None) -> Path:
    """Write `entreprise.yml`, and `strategie.yml` unless the product's own is wanted; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    if text is not None:
        (folder / "strategie.yml").write_text(text, encoding="utf-8")
    return folder


def invoice(echeance: str, montant: str = "1000.00", numero: str = "F-1", **more: Any) -> dict[str, Any]:
    """An invoice issued thirty days before its due date, unless said otherwise."""
    issued = (day(echeance) - dt.timedelta(days=30)).isoformat()
    return {"numero": numero, "emise_le": issued, "echeance": echeance, "montant_ttc": montant, **more}


def dossier(
    folder: Path, factures: Sequence[dict[str, Any]] | dict[str, Any], reference: str = "D-1", **changes: Any
) -> Path:
    """Write a dossier named by its reference; keyword arguments are top-level blocks."""
    invoices = [factures] if isinstance(factures, dict) else list(factures)
    data = {"reference": reference, "debiteur": DEBTOR, "factures": invoices, **changes}
    path = folder / f"{reference}.yml"
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML, without anchors
    return path


def note(path: Path, action: str, le: str | dt.date, **fields: Any) -> None:
    """Add an event to the journal of the dossier at `path`, which bears its reference as a name."""
    append_event(
        journal_path(path.parent, path.stem), Event.model_validate({"le": str(le), "action": action, **fields})
    )


def sent(path: Path, lettre: str, le: str | dt.date, **fields: Any) -> None:
    """Note that a letter left."""
    note(path, "envoi", le, lettre=lettre, **fields)


def served(path: Path, le: str, lettre: str = "mise-en-demeure", **fields: Any) -> None:
    """Note that a mise en demeure left, as the tool does."""
    sent(path, lettre, le, canal="lrar", etablit="mise_en_demeure", **fields)


def snapshot(path: Path, au: str | dt.date) -> Snapshot:
    """The dossier on a day."""
    return take(path, day(str(au))).snapshot


def steps(path: Path, au: str | dt.date) -> tuple[Step, ...]:
    """Its next steps on a day."""
    return snapshot(path, au).etapes


def step(path: Path, au: str | dt.date) -> Step:
    """Its only next step on a day."""
    (found,) = steps(path, au)
    return found


def says(path: Path, au: str | dt.date) -> tuple[str, str, str]:
    """(level, planned day, state) of its only next step."""
    found = step(path, au)
    return found.niveau, found.le.isoformat(), found.etat


def agenda(*arguments: object) -> dict[str, Any]:
    """`impayes agenda … --json`, which must succeed."""
    result = impayes("agenda", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["schema"] == "impayes/agenda/1"
    return found
