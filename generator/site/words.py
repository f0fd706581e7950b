"""Words the pages share: labels of codes, links to the registry of texts."""

from collections.abc import Iterable
from datetime import date

from generator.calendar_fr import list_fr
from generator.law import Law

PHASES = {
    "prevention": ("Avant l'échéance", "Rien n'est encore dû : on facilite le paiement."),
    "amiable": ("Relances", "La facture est échue : on redemande, de plus en plus fermement."),
    "mise-en-demeure": (
        "Mises en demeure",
        "Une demande formelle, datée et chiffrée. Elle dépend de la qualité du client.",
    ),
    "accord": ("S'accorder", "Le client veut payer en plusieurs fois : on l'écrit."),
    "judiciaire": (
        "Tiers et justice",
        "Rien n'y a fait : on passe la main, à un médiateur, à un professionnel, à un assureur ou au juge.",
    ),
    "procedure-collective": ("Procédure collective", "Le client est en sauvegarde, redressement ou liquidation."),
}
KINDS = {"professionnel": "un professionnel", "particulier": "un particulier", "public": "un acheteur public"}
CHANNELS = {
    "email": "courriel",
    "courrier": "lettre simple",
    "lrar": "lettre recommandée avec avis de réception",
    "lre": "lettre recommandée électronique",
}


def day(value: date) -> str:
    """`2026-07-01` -> `01/07/2026`."""
    return f"{value:%d/%m/%Y}"


def citations(law: Law, articles: Iterable[str], base: str = "") -> str:
    """Short citations, each a link to its line in the registry; `base` leads to the root of the guide."""
    return list_fr(f"[{law.article(name).court}]({base}articles.md#{name})" for name in dict.fromkeys(articles))


def or_list(items: Iterable[str]) -> str:
    """« a, b ou c »."""
    words = list(items)
    return " ou ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def cell(text: str) -> str:
    """A text safe inside a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def size(count: int) -> str:
    """The weight of a file: « 12 ko »."""
    return f"{max(1, round(count / 1000))} ko"
