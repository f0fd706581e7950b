"""A company whose reminders are prepared by the real `relancer`, ready to be sent to the tests' own server."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import Result

from generator.journal import Event, journal_path, read_journal
from tests.conftest import ROOT
from tests.outside import impayes
from tests.smtp_server import PASSWORD, USER, SmtpServer

AU = "2026-11-23"
COMPANY = """\
creancier:
  nom: Atelier Vasseur, agencement d'intérieurs
  siren: "732829320"
  adresse: {lignes: [3 quai de Loire], code_postal: "37000", ville: Tours}
  email: compta@atelier-vasseur.example
"""
# name of the file: reference, debtor, address, strategy, invoices
DOSSIERS = {
    "a1": ("A-1", "Boulangerie Éloïse & Fils", "eloise@boulangerie.example", "standard", ("F-1",)),
    "a2": ("A-2", 'Garage "Le Pneu", Tours', "garage@pneu.example", "standard", ("F-2",)),
    "a3": ("A-3", "Café de la Gare", "gare@cafe.example", "standard", ("F-3",)),
    "f1": ("F-1", "Librairie du Mail", "mail@librairie.example", "une-par-facture", ("F-4", "F-5")),
    "g1": ("G-1", "Hôtel du Parc", "parc@hotel.example", "douce", ("F-6",)),
    "g2": ("G-2", "Hôtel du Parc", "parc@hotel.example", "douce", ("F-7",)),
}
STRATEGY = """
  une-par-facture:
    resume: Une lettre pour chaque facture.
    regroupement: facture
    niveaux:
      - {niveau: relance-1, quand: échéance + 5 jours, lettre: relance-1, canal: email, validation: non}
"""


def prepare(folder: Path) -> Path:
    """Write the company and have its reminders of the day prepared; seven dossiers' worth of drafts takes seconds."""
    folder.mkdir()
    (folder / "entreprise.yml").write_text(COMPANY, encoding="utf-8")
    strategy = (ROOT / "examples" / "strategie.yml").read_text(encoding="utf-8").rstrip() + "\n" + STRATEGY
    (folder / "strategie.yml").write_text(strategy, encoding="utf-8")
    for name, (reference, debtor, address, ladder, numbers) in DOSSIERS.items():
        lines = [
            f"reference: {reference}",
            "debiteur:",
            f"  nom: {json.dumps(debtor, ensure_ascii=False)}",
            "  qualite: professionnel",
            '  adresse: {lignes: [1 place du Marché], code_postal: "37000", ville: Tours}',
            f"  contact: {{nom: Camille Roy, email: {address}}}",
            f"strategie: {ladder}",
            "factures:",
            *(
                f"  - {{numero: {n}, emise_le: 2026-09-15, echeance: 2026-10-15, montant_ttc: 1200.00}}"
                for n in numbers
            ),
        ]
        path = folder / "dossiers" / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = impayes("relancer", folder, "--au", AU)
    assert done.exit_code == 0, done.output
    return folder


def settings(folder: Path, server: SmtpServer, **changes: Any) -> None:
    """Write `courriel:` for this server."""
    block = {
        "serveur": "localhost",
        "port": server.port,
        "securite": server.security,
        "identifiant": USER,
        "par_minute": 600,
        **changes,
    }
    lines = "".join(f"  {name}: {value}\n" for name, value in block.items() if value is not None)
    (folder / "entreprise.yml").write_text(f"{COMPANY}courriel:\n{lines}", encoding="utf-8")


def send(folder: Path, *options: object, only: str | None = None, au: str = AU) -> Result:
    """Run `envoyer` on the company, or on one dossier of it."""
    target = folder / "dossiers" / f"{only}.yml" if only else folder
    return impayes("envoyer", target, "--au", au, *options)


def process(folder: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """The same in a process of its own, `--confirmer` given."""
    return subprocess.Popen(
        [sys.executable, "-m", "generator", "envoyer", str(folder), "--au", AU, "--confirmer", *options],
        cwd=ROOT,
        env={**os.environ, "IMPAYES_SMTP_MOT_DE_PASSE": PASSWORD, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def events(folder: Path, reference: str) -> list[Event]:
    """What the journal of a dossier says, its chain checked."""
    return list(read_journal(journal_path(folder, reference)).events)


def actions(folder: Path, reference: str) -> list[str]:
    """The kinds of its events, in order."""
    return [event.action for event in events(folder, reference)]


def drafts(folder: Path, reference: str) -> list[Path]:
    """The drafts prepared in the folder of a dossier."""
    return sorted((folder / "relances" / AU / reference).rglob("*.eml"))


def copy_of(company: Path, folder: Path) -> Path:
    """A company of one's own, the same as `company`."""
    shutil.copytree(company, folder / "entreprise")
    return folder / "entreprise"


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
