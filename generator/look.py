"""How a company's letters look: `apparence:` of `entreprise.yml`. No letter needs to change for it.

Paths are relative to `entreprise.yml` and stay inside its folder.
"""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from generator.fields import Block, Colour, Millimetres, Text, Yes

# The ink of the letters, and what must be seen against what.
INK, TEXT_CONTRAST, GRAPHIC_CONTRAST = "#262422", 4.5, 3.0


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

    @model_validator(mode="after")
    def _readable(self) -> Self:
        # WCAG 1.4.3 and 1.4.11: the sum is read on `fond`, the name is printed in `couleur` on white.
        if contrast(self.fond, INK) < TEXT_CONTRAST:
            raise ValueError(f"fond {self.fond} trop sombre : la somme due s'y lirait mal ; choisir une teinte pâle")
        if contrast(self.couleur, "#ffffff") < GRAPHIC_CONTRAST:
            raise ValueError(f"couleur {self.couleur} trop pâle : elle ne se verrait pas sur le papier ; la foncer")
        return self


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio of two colours written `#rrggbb`, from 1 to 21."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
