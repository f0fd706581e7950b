"""The files of a new company folder, ready to write: what a team forks, keeps and fills."""

from typing import get_args

from generator import __version__
from generator.case import Trade
from generator.letters import SHARED
from generator.resources import builtin, package_file

TRADES: tuple[str, ...] = get_args(Trade)
SCHEMAS = ("dossier", "entreprise", "strategie", "taux", "lettre")
LETTERHEAD = "papier-en-tete.docx"
# name in the folder -> name among the patterns
_PATTERNS = {
    "LISEZ-MOI.md": "LISEZ-MOI.md",
    "strategie.yml": "strategie.yml",
    "dossiers/LISEZ-MOI.md": "dossiers.md",
    "dossiers/exemple.yml": "dossier-exemple.yml",
    "modeles/LISEZ-MOI.md": "modeles.md",
    "images/LISEZ-MOI.md": "images.md",
    "images/logo-exemple.svg": "logo-exemple.svg",
    "polices/LISEZ-MOI.md": "polices.md",
    ".gitignore": "gitignore",
    ".vscode/settings.json": "vscode-settings.json",
    ".vscode/extensions.json": "vscode-extensions.json",
    ".github/workflows/impayes.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab.yml",
}
_HEAD = """\
# yaml-language-server: $schema=schemas/entreprise.json
# Votre entreprise. Tous les dossiers placés sous ce répertoire héritent de ce fichier.
# Remplissez les lignes vides ; effacez celles qui ne vous concernent pas.

"""
_FICTITIOUS = """\
# yaml-language-server: $schema=schemas/entreprise.json
# Une entreprise inventée : elle remplace la vôtre pour vérifier et montrer vos lettres quand entreprise.yml reste privé.
# Recopiez-y vos réglages « apparence » et « metier » ; laissez-lui ce nom et ces coordonnées.

"""


def company_folder(metier: str | None = None, *, example: bool = False) -> dict[str, bytes]:
    """Every file by its path in the folder, `entreprise.yml` first.

    `metier` is one of `TRADES`. With `example`, `entreprise.yml` is that of the fictitious company, ready for
    a first letter; otherwise its blanks are the reader's to fill.
    """
    settings = _pattern("entreprise-reglages.yml")
    if metier is not None:
        line = next(line for line in settings.splitlines() if line.startswith("# metier:"))
        settings = settings.replace(line, f"metier: {metier}")
    fictitious = _pattern("entreprise-exemple.yml") + settings
    texts = {
        "entreprise.yml": _HEAD + (fictitious if example else _pattern("entreprise-identite.yml") + settings),
        "entreprise-fictive.yml": _FICTITIOUS + fictitious,
        **{name: _pattern(source).replace("VERSION", __version__) for name, source in _PATTERNS.items()},
    }
    return {
        **{name: text.encode("utf-8") for name, text in texts.items()},
        f"modeles/{LETTERHEAD}": (builtin("letters") / SHARED / LETTERHEAD).read_bytes(),
        **{f"schemas/{name}.json": package_file(f"schemas/{name}.json").read_bytes() for name in SCHEMAS},
    }


def _pattern(name: str) -> str:
    return package_file(f"intake/gabarits/{name}").read_text(encoding="utf-8")
