"""What the tests of the procedures share: a small dossier with the traits a route looks at, and its routes."""

import json
from pathlib import Path
from typing import Any

from tests.outside import AU, impayes

CREDITOR = """\
creancier:
  nom: Atelier Vasseur
  {forme}
  siren: "732829320"
  adresse: {{lignes: [3 quai de Loire], code_postal: "37000", ville: Tours, pays: {pays}}}
  representant: Claire Vasseur
"""
DEBTOR = """\
debiteur:
  nom: Client
  qualite: {qualite}
  {commercant}
  adresse: {{lignes: [12 rue des Lilas], code_postal: "{code_postal}", ville: {ville}, pays: {pays}}}
"""
INVOICE = """\
  - numero: {numero}
    emise_le: 2026-06-01
    executee_le: {executee_le}
    echeance: {echeance}
    montant_ttc: {montant}
    {contestation}
"""


def dossier(
    folder: Path,
    *,
    montant: str = "1200.00",
    montants: tuple[str, ...] = (),
    qualite: str = "professionnel",
    commercant: str = "oui",
    forme: str = "SARL",
    pays: str = "FR",
    pays_creancier: str = "FR",
    ville: str = "Tours",
    code_postal: str = "37000",
    conteste: str = "",
    executee_le: str = "2026-05-28",
    echeance: str = "2026-07-01",
    nu: bool = True,
    extra: str = "",
) -> Path:
    """A dossier of these traits; `nu` gives up penalties and indemnity, so that the claim is the amount itself."""
    contest = f"contestation: {{depuis: 2026-08-01, motif: Non conforme, montant: {conteste}}}" if conteste else ""
    text = "reference: 2026-014\n"
    text += CREDITOR.format(forme=f"forme: {forme}" if forme else "", pays=pays_creancier)
    text += DEBTOR.format(
        qualite=qualite,
        commercant=f"commercant: {commercant}" if commercant else "",
        ville=ville,
        code_postal=code_postal,
        pays=pays,
    )
    if nu and qualite != "public":
        text += "conditions: {penalites: abandonner, indemnite_forfaitaire: abandonner}\n"
    text += "factures:\n"
    for number, amount in enumerate(montants or (montant,), start=1):
        text += INVOICE.format(
            numero=f"F-{number}", montant=amount, contestation=contest, executee_le=executee_le, echeance=echeance
        )
    path = folder / "dossier.yml"
    path.write_text(text + extra, encoding="utf-8")
    return path


def assessed(path: Path, *options: object, au: str = AU) -> dict[str, Any]:
    """The whole of `impayes procedures --json`."""
    result = impayes("procedures", path, "--au", au, "--json", *options)
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def routes(path: Path, *options: object, au: str = AU) -> dict[str, dict[str, Any]]:
    """The routes by id."""
    return {one["id"]: one for one in assessed(path, *options, au=au)["voies"]}


def states(path: Path, *options: object, au: str = AU) -> dict[str, str]:
    """The state of each route by id."""
    return {name: one["etat"] for name, one in routes(path, *options, au=au).items()}


def asked(one: dict[str, Any]) -> list[str]:
    """The ids of the questions of a route."""
    return [question["question"] for question in one["questions"]]
