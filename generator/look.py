"""How a company's letters look: `apparence:` of `entreprise.yml`. No letter needs to change for it.

Paths are relative to `entreprise.yml` and stay inside its folder.
"""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from generator.fields import Block, Colour, Millimetres, Text, Yes


class Margins(Block):
    """Margins of a page in millimetres; the window of the envelope stays where the post wants it."""

    haut: Millimetres = Decimal(15)
    droite: Millimetres = Decimal(20)
    bas: Millimetres = Decimal(20)
    gauche: Millimetres = Decimal(22)

    @model_validator(mode="after")
    def _room_left(self) -> Self:
        if self.gauche > 60 or self.droite > 60:
            raise ValueError("marges trop larges : 60 mm au plus à gauche et à droite")
        if self.gauche < 8 or self.droite < 8 or self.haut < 8 or self.bas < 12:
            raise ValueError("marges trop étroites : 8 mm au moins, 12 mm en bas pour vos mentions légales")
        if self.haut > 30:
            raise ValueError("marge trop haute : 30 mm au plus, l'adresse doit rester dans la fenêtre de l'enveloppe")
        return self


class Font(Block):
    """A font family as TTF or OTF files of the company's folder."""

    nom: Text
    normal: Text
    gras: Text | None = None
    italique: Text | None = None
    gras_italique: Text | None = None


class Look(Block):
    """Colours, margins, font, footer and signature of every letter of the company."""

    couleur: Colour = "#8a5a36"
    fond: Colour = "#f5f1ea"
    marges: Margins = Field(default_factory=Margins)
    police: Font | None = None
    pied: tuple[Text, ...] = Field(default=(), max_length=3)
    signature: Text | None = None
    qr: Yes = True
    reperes_de_pliage: Yes = True
    papier_en_tete: Text | None = None
