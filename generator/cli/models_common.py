"""Where the letters of `modeles` commands are: the company's folder, and what is below it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click

from generator.errors import Failure

_OPTIONS = (
    click.option(
        "--modeles", type=click.Path(path_type=Path), metavar="RÉPERTOIRE", help="Vos modèles, avant ceux du produit."
    ),
    click.option(
        "--entreprise", type=click.Path(path_type=Path), metavar="FICHIER", help="entreprise.yml qui nomme vos modèles."
    ),
)


def folder_options(command: Any) -> Any:
    """`--modeles` and `--entreprise`."""
    for option in _OPTIONS:
        command = option(command)
    return command


@dataclass(frozen=True)
class Places:
    """`roots` in the order they are searched; `own` is the company's folder, None when it has none."""

    roots: tuple[Path, ...]
    own: Path | None
    company: Path | None

    @property
    def upstream(self) -> tuple[Path, ...]:
        """The folders below the company's: its trade's, the product's."""
        return self.roots[1:] if self.own else self.roots

    def needed(self) -> Path:
        """The company's folder; Failure saying how to have one."""
        if self.own:
            return self.own
        if self.company:
            raise Failure(
                f"{self.company} ne nomme pas de répertoire de modèles : y ajouter la ligne « modeles: modeles », "
                "créer ce répertoire, ou donner --modeles"
            )
        raise Failure(
            "aucun répertoire de modèles ici : se placer dans le dossier de l'entreprise, donner --modeles, "
            "ou en créer un par « impayes initialiser RÉPERTOIRE »"
        )


def places(modeles: Path | None, entreprise: Path | None) -> Places:
    """Read the options; standing in the company's folder is enough: its entreprise.yml names its letters."""
    from generator.loading import find_company_file
    from generator.resources import letter_roots

    path = entreprise or find_company_file(Path.cwd() / "dossier.yml")
    declared, metier = _named(path) if path else (None, None)
    roots = letter_roots(path, declared, modeles, metier)
    return Places(roots, roots[0] if modeles or declared else None, path)


def _named(company: Path) -> tuple[str | None, str | None]:
    """`modeles:` and `metier:` of a company file; InvalidInput when they cannot be read.

    Letters can be worked on before the company's identity is filled in: the rest of the file may
    still be wrong, `impayes verifier` says so.
    """
    from generator.case import Trade
    from generator.errors import InvalidInput
    from generator.loading import load_company
    from generator.yaml_text import read_yaml

    try:
        read = load_company(company)
    except InvalidInput:
        data = read_yaml(company).data
        declared, metier = data.get("modeles"), data.get("metier")
        if not isinstance(declared, str) or metier not in (None, *get_args(Trade)):
            raise
        return declared, metier
    return read.modeles, read.metier


def short(path: Path) -> str:
    """A path as typed from here, when it is below here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
