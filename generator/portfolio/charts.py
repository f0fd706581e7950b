"""Bar charts as inline SVG: no script, no library, readable at 340 pixels wide, in both themes and on paper.

Every bar carries its figure in words, so that colour never speaks alone; the part that needs a second colour
is hatched. Colours are classes of the page's style sheet: `barre`, `barre-douce`, `trame`, `texte`, `discret`, `axe`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from generator.money import NBSP, ZERO, number_fr
from generator.portfolio.sales import one_decimal

HALF = Decimal("0.5")
# Drawn at the width of a phone, shown at most a third wider: letters keep a size one can read.
_WIDTH = 360
_COLUMNS_HEIGHT, _TALLEST = 210, 132
_ROW_HEIGHT, _BAR_HEIGHT = 44, 14


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its euros, what is written beside it; `trame` is the hatched part of `valeur`."""

    nom: str
    valeur: Decimal
    texte: str
    detail: str = ""
    trame: Decimal = ZERO
    douce: bool = False


def short_euros(value: Decimal) -> str:
    """`1234567` -> « 1,2 M€ », `28400` -> « 28 k€ », `6000` -> « 6 000 € »: what fits above a bar."""
    if value >= 1_000_000:
        return f"{one_decimal(value / 1_000_000)}{NBSP}M€".replace(".", ",")
    return f"{_whole(value / 1000)}{NBSP}k€" if value >= 10_000 else whole_euros(value)


def whole_euros(value: Decimal) -> str:
    """`1234.56` -> « 1 235 € »: cents are in the CSV and the JSON. A few of them are not nothing: « < 1 € »."""
    return f"<{NBSP}1{NBSP}€" if ZERO < value < HALF else f"{_whole(value)}{NBSP}€"


def _whole(value: Decimal) -> str:
    return number_fr(value.quantize(Decimal(1), rounding=ROUND_HALF_UP)).removesuffix(",00")


def columns(name: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """Upright bars side by side, for classes in order; `name` is unique in the page."""
    top = max((bar.valeur for bar in bars), default=ZERO)
    slot = _WIDTH / max(len(bars), 1)
    base = _COLUMNS_HEIGHT - 28
    parts = [_line(0, base, _WIDTH)]
    for number, bar in enumerate(bars):
        middle, height = slot * (number + 0.5), _length(bar.valeur, top, _TALLEST)
        left, width = middle - 23, 46
        parts.append(_rect(left, base - height, width, height, bar.douce))
        if bar.trame:
            hatched = _length(bar.trame, top, _TALLEST)
            parts.append(_hatched(name, left, base - height, width, hatched))
        parts.append(_text(middle, base - height - (24 if bar.detail else 7), bar.texte, "texte fort", "middle"))
        if bar.detail:
            parts.append(_text(middle, base - height - 7, bar.detail, "discret", "middle"))
        parts.append(_text(middle, base + 19, bar.nom, "texte", "middle"))
    return _svg(name, title, description, _COLUMNS_HEIGHT, parts)


def rows(name: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """Lying bars one above the other, the name and the figure written over each: any length of name fits."""
    top = max((bar.valeur for bar in bars), default=ZERO)
    parts: list[Markup] = []
    for number, bar in enumerate(bars):
        y = number * _ROW_HEIGHT
        length = _length(bar.valeur, top, _WIDTH)
        parts.append(_text(0, y + 15, bar.nom, "texte", "start"))
        parts.append(_text(_WIDTH, y + 15, bar.texte, "texte fort", "end"))
        parts.append(_line(0, y + 21 + _BAR_HEIGHT, _WIDTH))
        parts.append(_rect(0, y + 21, length, _BAR_HEIGHT, bar.douce))
        if bar.trame:
            hatched = _length(bar.trame, top, _WIDTH)
            parts.append(_hatched(name, length - hatched, y + 21, hatched, _BAR_HEIGHT))
    return _svg(name, title, description, len(bars) * _ROW_HEIGHT, parts)


def gauge(part: Decimal, whole: Decimal) -> Markup:
    """A small bar inside a table cell, beside the figure that says the same."""
    length = _length(part, whole, 100)
    return Markup(
        '<svg class="jauge" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="fond" width="100" height="6"/><rect class="barre" width="{}" height="6"/></svg>'
    ).format(_number(length))


def _svg(name: str, title: str, description: str, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="graphique" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-titre {}-desc">'
        '<title id="{}-titre">{}</title><desc id="{}-desc">{}</desc>'
        '<defs><pattern id="{}-trame" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="trame-fond" width="6" height="6"/><rect class="trame-trait" width="3" height="6"/></pattern></defs>'
        "{}</svg>"
    ).format(_WIDTH, _number(height), name, name, name, title, name, description, name, Markup("").join(parts))


def _length(value: Decimal, top: Decimal, room: float) -> float:
    """The length of a bar; what is owed is never drawn as nothing."""
    return max(1.5, float(value / top) * room) if value > 0 and top > 0 else 0.0


def _rect(x: float, y: float, width: float, height: float, soft: bool) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        "barre-douce" if soft else "barre", *map(_number, (x, y, width, height))
    )


def _hatched(name: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="trame" fill="url(#{}-trame)" x="{}" y="{}" width="{}" height="{}"/>').format(
        name, *map(_number, (x, y, width, height))
    )


def _line(x: float, y: float, width: float) -> Markup:
    return Markup('<line class="axe" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(*map(_number, (x, y, x + width, y)))


def _text(x: float, y: float, text: str, css: str, anchor: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        css, _number(x), _number(y), anchor, text
    )


def _number(value: float) -> str:
    """Two decimals at most: the same figures draw the same bytes on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
