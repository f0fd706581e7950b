"""`apparence:` of a company as a style sheet, laid over `lettre.css`.

Only what differs from the product's look is written, so that most letters share one parsed sheet.
"""

import base64
from decimal import Decimal
from functools import cache
from pathlib import Path

from generator.errors import InvalidInput
from generator.letterhead import read_company_file
from generator.look import Font, Look, Margins

FONT_BYTES = 2_000_000
FONT_STARTS = (b"\x00\x01\x00\x00", b"OTTO", b"true")
FONT_TYPES = {".ttf": "font/ttf", ".otf": "font/otf"}
# Where the post and the folding want things on the sheet, in millimetres from its edges.
WINDOW_LEFT, WINDOW_TOP, RIGHT_COLUMN = Decimal(105), Decimal(50), Decimal(90)
HEADER_BOTTOM, FIRST_FOLD, SECOND_FOLD, PAGE_HEIGHT, PAGE_WIDTH = map(Decimal, (90, 99, 198, 297, 210))


@cache
def look_css(look: Look, base: Path | None) -> str:
    """The rules of a look; empty for the product's own, apart from the fold marks.

    InvalidInput when a font file is missing, outside the company's folder or not a font.
    """
    default, rules = Look(), []
    if look.police is not None:
        name = f'"{_name(look.police)}", "Source Sans 3"'
        rules.append(f"@page {{ @top-left {{ font-family: {name}; }} @bottom-right {{ font-family: {name}; }} }}")
        rules += [
            *_faces(look.police, base),
            f'html {{ font-family: "{_name(look.police)}", "Source Sans 3", sans-serif; }}',
        ]
    if (look.couleur, look.fond) != (default.couleur, default.fond):
        rules.append(f".solde, .banque {{ background: {look.fond}; border-left-color: {look.couleur}; }}")
        rules.append(f".expediteur strong, .entete-acte h1 {{ color: {look.couleur}; }}")
    if look.marges != default.marges:
        rules += _margins(look.marges)
    if look.reperes_de_pliage:
        rules.append(_folds(look.marges))
    return "".join(f"\n{rule}" for rule in rules)


def _name(font: Font) -> str:
    return font.nom.replace("\\", "").replace('"', "")


def _faces(font: Font, base: Path | None) -> list[str]:
    faces = (
        (font.normal, "normal", "normal"),
        (font.gras, "bold", "normal"),
        (font.italique, "normal", "italic"),
        (font.gras_italique, "bold", "italic"),
    )
    return [
        f'@font-face {{ font-family: "{_name(font)}"; font-weight: {weight}; font-style: {style}; '
        f'src: url("{_font_uri(name, base)}"); }}'
        for name, weight, style in faces
        if name is not None
    ]


def _font_uri(name: str, base: Path | None) -> str:
    kind = FONT_TYPES.get(Path(name).suffix.lower())
    if kind is None or base is None:
        raise InvalidInput(f"apparence.police : « {name} » : il faut un fichier TTF ou OTF")
    data = read_company_file(name, base, "apparence.police", FONT_BYTES)
    if not data.startswith(FONT_STARTS):
        raise InvalidInput(f"apparence.police : « {name} » n'est pas une police TTF ou OTF : la remplacer")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _margins(margins: Margins) -> list[str]:
    top, right, bottom, left = margins.haut, margins.droite, margins.bas, margins.gauche
    column = WINDOW_LEFT - left
    return [
        f"@page {{ margin: {top + 4}mm {right}mm {bottom}mm {left}mm; }}",
        f"@page :first {{ margin-top: {top}mm; }}",
        f"@page acte:first {{ margin-top: {top}mm; }}",
        "@media print {",
        f"  .entete {{ height: {HEADER_BOTTOM - top}mm; }}",
        f"  .expediteur, .references {{ width: {column - 7}mm; }}",
        f"  .destinataire, .lieu-date {{ left: {column}mm; width: {min(RIGHT_COLUMN, PAGE_WIDTH - right - WINDOW_LEFT)}mm; }}",
        f"  .destinataire {{ top: {WINDOW_TOP - top}mm; }}",
        f"  .signature {{ left: {column}mm; }}",
        f"  .signature.imagee {{ margin-left: {column}mm; }}",
        f"  .pieces {{ width: {column - 5}mm; }}",
        "}",
    ]


def _folds(margins: Margins) -> str:
    """Two hairlines in the left margin of a first page, where a sheet is folded for a DL envelope."""
    mark = 'content: ""; width: 4mm; margin-left: 4mm; margin-right: auto'
    return (
        f"@page :first {{ @left-top {{ {mark}; height: {FIRST_FOLD - margins.haut}mm; border-bottom: .15mm solid #9a938a; }} "
        f"@left-bottom {{ {mark}; height: {PAGE_HEIGHT - margins.bas - SECOND_FOLD}mm; border-top: .15mm solid #9a938a; }} }} "
        "@page acte:first { @left-top { content: none; } @left-bottom { content: none; } }"
    )
