"""The dossier block of the exhibits: the files a judge will read, and those kept out of the bundle."""

from typing import Literal

from generator.fields import Block, Day, Text, Yes

Nature = Literal[
    "contrat", "devis", "commande", "livraison", "facture", "relance", "mise-en-demeure", "preuve-d-envoi",
    "courrier-du-debiteur", "reconnaissance", "autre",
]  # fmt: skip


class CasePiece(Block):
    """One exhibit: `fichier` is relative to the dossier; `ne_pas_communiquer` keeps it, and its file, out of the bundle."""

    fichier: Text
    titre: Text
    le: Day | None = None
    nature: Nature = "autre"
    ne_pas_communiquer: Yes = False
