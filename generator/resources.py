"""Where letters and checklists are: the company's folder, then the checkout or the package.

The only module that knows whether impayes runs from a checkout or from a wheel.
"""

from datetime import date
from functools import cache
from pathlib import Path

from generator.errors import InvalidInput

# The day of every sample: pages and checks do not change from one day to the next.
SAMPLE_DAY = date(2026, 11, 21)

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


@cache
def builtin(name: str) -> Path:
    """The product's own `letters` or `checklists` folder."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _CHECKOUT / name


def package_file(name: str) -> Path:
    """A data file inside the package, for example `schemas/dossier.json`."""
    return (_PACKAGE / name).resolve()


TRADES = "_metiers"


def letter_roots(
    company_path: Path | None, declared: str | None, option: Path | None = None, metier: str | None = None
) -> tuple[Path, ...]:
    """Folders searched for letters: the company's, its trade's variant, the product's.

    `declared` is `modeles:` of `entreprise.yml`, relative to that file; `option` is `--modeles`
    and wins; `metier` is its `metier:`. The current directory is never searched by accident.
    InvalidInput when a named folder does not exist.
    """
    product = (*((builtin("letters") / TRADES / metier,) if metier else ()), builtin("letters"))
    folder = option
    if folder is None and declared and company_path is not None:
        folder = company_path.parent / declared
    if folder is None:
        return product
    if not folder.is_dir():
        raise InvalidInput(f"{folder} : dossier de modèles introuvable ; corriger « modeles: » ou --modeles")
    return (folder, *product)
