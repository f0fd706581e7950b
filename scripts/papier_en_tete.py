"""Rebuild letters/_commun/papier-en-tete.docx: the styles, page and empty letterhead of the Word letters.

A company replaces that file by its own; the styles it lacks are then taken from here. It is written from
scratch, because the template of python-docx carries hundreds of styles, another page size and its own name.
Measures follow lettre.css. A test proves that the file is up to date.
"""

import io
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "letters/_commun/papier-en-tete.docx"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

INK, GREY, SOFT, LINE = "262422", "57514A", "6B645C", "D8D0C4"
# The two colours of `apparence:`; the export replaces them by the company's.
ACCENT, BACKGROUND = "8A5A36", "F5F1EA"


def _spacing(before: int = 0, after: int = 0, line: int | None = None) -> str:
    """Twentieths of a point; `line` in 240ths of a line."""
    rule = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{rule}/>'


def _run(size: int | None = None, colour: str | None = None, *, bold: bool = False) -> str:
    """`size` in half-points."""
    parts = ["<w:b/><w:bCs/>" if bold else "", f'<w:color w:val="{colour}"/>' if colour else ""]
    parts.append(f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
    return f"<w:rPr>{''.join(parts)}</w:rPr>" if any(parts) else ""


def _style(
    kind: str, style_id: str, name: str, properties: str, *, based_on: str | None = None, next_id: str | None = None
) -> str:
    builtin = name[0].islower() or name in {"Normal", "List Bullet", "List Number", "Signature"}
    custom = "" if builtin else ' w:customStyle="1"'
    return (
        f'<w:style w:type="{kind}"{custom} w:styleId="{style_id}">'
        f'<w:name w:val="{name}"/>'
        + (f'<w:basedOn w:val="{based_on}"/>' if based_on else "")
        + (f'<w:next w:val="{next_id}"/>' if next_id else "")
        + f'<w:uiPriority w:val="1"/><w:qFormat/>{properties}</w:style>'
    )


def _paragraph(style_id: str, name: str, properties: str, run: str = "", **more: str) -> str:
    options = {"based_on": "Normal", **more}
    return _style("paragraph", style_id, name, f"<w:pPr>{properties}</w:pPr>{run}", **options)


def _box() -> str:
    """The tinted box of the sum to pay: an accent bar at the left, padding drawn as borders of its own colour.

    Two paragraphs with the same borders and the same indents are printed as one box.
    """
    padding = f'w:val="single" w:sz="4" w:space="4" w:color="{BACKGROUND}"/>'
    bar = f'<w:left w:val="single" w:sz="24" w:space="9" w:color="{ACCENT}"/>'
    return (
        f"<w:pBdr><w:top {padding}{bar}<w:bottom {padding}</w:pBdr>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{BACKGROUND}"/>'
    )


def _paragraphs() -> str:
    keep = "<w:keepNext/><w:keepLines/>"
    plain = _spacing()
    return "".join(
        [
            _paragraph("Titre1", "heading 1", keep + _spacing(0, 57) + '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
                       _run(32, bold=True), next_id="Corps"),
            _paragraph("Titre2", "heading 2", keep + _spacing(227, 68) + '<w:outlineLvl w:val="1"/>',
                       _run(22, bold=True), next_id="Corps"),
            _paragraph("Titre3", "heading 3", keep + _spacing(170, 57) + '<w:outlineLvl w:val="2"/>',
                       _run(20, bold=True), next_id="Corps"),
            _paragraph("ListBullet", "List Bullet",
                       '<w:numPr><w:numId w:val="1"/></w:numPr>' + _spacing(0, 119) + "<w:contextualSpacing/>"),
            _paragraph("ListNumber", "List Number",
                       '<w:numPr><w:numId w:val="2"/></w:numPr>' + _spacing(0, 119) + "<w:contextualSpacing/>"),
            _paragraph("Header", "header", plain, _run(16, SOFT)),
            _paragraph("Footer", "footer", plain, _run(16, SOFT)),
            _paragraph("ExpediteurNom", "Expéditeur nom", _spacing(line=232), _run(20, bold=True), next_id="Expediteur"),
            _paragraph("Expediteur", "Expéditeur", _spacing(line=232), _run(19)),
            _paragraph("MentionEnvoi", "Mention d’envoi", _spacing(0, 79), _run(19, bold=True), next_id="References"),
            _paragraph("References", "Références", _spacing(0, 23), _run(19)),
            _paragraph("LieuDate", "Lieu et date", _spacing(line=232)),
            _paragraph("Destinataire", "Destinataire", _spacing(line=252)),
            _paragraph("Objet", "Objet", keep + _spacing(0, 204) + '<w:outlineLvl w:val="0"/>',
                       _run(23, bold=True), next_id="Corps"),
            _paragraph("Corps", "Corps", "<w:widowControl/>" + _spacing(0, 119)),
            _paragraph("SommeDue", "Somme due", keep + _box() + _spacing(159, 0) + '<w:ind w:left="227"/>',
                       next_id="CoordonneesBancaires"),
            _paragraph("CoordonneesBancaires", "Coordonnées bancaires",
                       "<w:keepLines/>" + _box() + _spacing(0, 200) + '<w:ind w:left="227"/>', _run(19), next_id="Corps"),
            _paragraph("Note", "Note", _spacing(0, 119), _run(19, GREY)),
            _paragraph("Signature", "Signature", keep + plain),
            _paragraph("PiecesJointes", "Pièces jointes", _spacing(line=235) + '<w:ind w:left="130" w:hanging="130"/>',
                       _run(18, GREY)),
            # Not based on « footer »: a letterhead's own has tab stops where our page number would stop.
            _paragraph("MentionsLegales", "Mentions légales", plain, _run(16, SOFT)),
            _paragraph("TableauTexte", "Tableau texte", _spacing(line=235), _run(18)),
            _paragraph("TableauMontant", "Tableau montant", '<w:jc w:val="right"/>', based_on="TableauTexte"),
            _paragraph("TableauEnTete", "Tableau en-tête", "<w:keepNext/>" + _spacing(line=220), _run(16, SOFT),
                       based_on="TableauTexte"),
            _paragraph("Separateur", "Séparateur", '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>',
                       _run(2)),
        ]
    )  # fmt: skip


def _characters() -> str:
    return "".join(
        [
            _style("character", "MontantDu", "Montant dû", _run(30, bold=True)),
            _style("character", "Libelle", "Libellé", f'<w:rPr><w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="{SOFT}"/></w:rPr>'),
            _style("character", "Detail", "Détail", f'<w:rPr><w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="{GREY}"/></w:rPr>'),
        ]
    )  # fmt: skip


def _cell_margins(top: int, left: int, bottom: int, right: int) -> str:
    sides = {"top": top, "left": left, "bottom": bottom, "right": right}
    cells = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides.items())
    return f"<w:tblCellMar>{cells}</w:tblCellMar>"


def _part_of_table(part: str, border: str) -> str:
    # The line only: LibreOffice cannot take back, for one word, the bold of a table style.
    line = f'<w:tcBorders><w:{border} w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders>'
    return f'<w:tblStylePr w:type="{part}"><w:tcPr>{line}</w:tcPr></w:tblStylePr>'


def _tables() -> str:
    rows = f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
    return "".join(
        [
            '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
            '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
            f"{_cell_margins(0, 108, 0, 108)}</w:tblPr></w:style>",
            _style("table", "TableauCompte", "Tableau de compte",
                   f"<w:tblPr><w:tblBorders>{rows}</w:tblBorders>{_cell_margins(45, 45, 45, 45)}</w:tblPr>"
                   + _part_of_table("firstRow", "bottom") + _part_of_table("lastRow", "top"), based_on="TableNormal"),
            _style("table", "TableauSignatures", "Tableau des signatures",
                   f"<w:tblPr>{_cell_margins(100, 0, 45, 340)}</w:tblPr>" + _part_of_table("firstRow", "bottom"),
                   based_on="TableNormal"),
            _style("table", "MiseEnPage", "Mise en page", f"<w:tblPr>{_cell_margins(0, 0, 0, 0)}</w:tblPr>",
                   based_on="TableNormal"),
        ]
    )  # fmt: skip


def _styles() -> str:
    fonts = "".join(f' w:{name}="Calibri"' for name in ("ascii", "hAnsi", "eastAsia", "cs"))
    return (
        f"{_HEAD}<w:styles {_NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts{fonts}/>"
        '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        # 244/240 of the font’s own line is close to the 1.33 of the PDF.
        f"<w:pPrDefault><w:pPr>{_spacing(line=244)}</w:pPr></w:pPrDefault></w:docDefaults>"
        # Only our styles are offered in the gallery.
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1" '
        'w:defQFormat="0" w:count="376"/>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        # Here and not in the defaults, which LibreOffice lays over character styles inside tables.
        f"{_run(20, INK)}</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
        f"{_paragraphs()}{_characters()}{_tables()}</w:styles>"
    )


def _numbering() -> str:
    def levels(marks: tuple[str, ...], formats: tuple[str, ...], style: str) -> str:
        return "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{number}"/>'
            + (f'<w:pStyle w:val="{style}"/>' if i == 0 else "")
            + f'<w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{283 * (i + 1)}" w:hanging="283"/></w:pPr></w:lvl>'
            for i, (mark, number) in enumerate(zip(marks, formats, strict=True))
        )

    def abstract(number: int, inside: str) -> str:
        return f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>{inside}</w:abstractNum>'

    bullets = levels(("•", "–", "•"), ("bullet",) * 3, "ListBullet")
    numbers = levels(("%1.", "%2.", "%3."), ("decimal", "lowerLetter", "lowerRoman"), "ListNumber")
    return (
        f"{_HEAD}<w:numbering {_NAMESPACES}>{abstract(0, bullets)}{abstract(1, numbers)}"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )


def _document() -> str:
    references = "".join(
        f'<w:{what}Reference w:type="{kind}" r:id="{what}-{kind}"/>'
        for what in ("header", "footer")
        for kind in ("default", "first")
    )
    return (
        f"{_HEAD}<w:document {_NAMESPACES}><w:body><w:p/><w:sectPr>{references}"
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="850" w:right="1134" w:bottom="1134" w:left="1247" '
        'w:header="340" w:footer="482" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>'
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in relations)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _files() -> dict[str, str]:
    """Every part of the package, by name."""
    margins = {f"{what}-{kind}": what for what in ("header", "footer") for kind in ("default", "first")}
    parts = {"styles": "styles", "numbering": "numbering", "settings": "settings", "fontTable": "fontTable", **margins}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{kind}+xml"/>' for name, kind in parts.items()
    )
    empty = {
        f"word/{name}.xml": f"{_HEAD}<w:{tag} {_NAMESPACES}><w:p><w:pPr><w:pStyle "
        f'w:val="{"Header" if what == "header" else "MentionsLegales"}"/></w:pPr></w:p></w:{tag}>'
        for name, what in margins.items()
        for tag in ("hdr" if what == "header" else "ftr",)
    }
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>{types}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": _relations(
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Papier à en-tête</dc:title>'
        "<dc:language>fr-FR</dc:language></cp:coreProperties>",
        "word/document.xml": _document(),
        "word/_rels/document.xml.rels": _relations(
            *((name, f"{_OFFICE}/{kind}", f"{name}.xml") for name, kind in parts.items())
        ),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": f"{_HEAD}<w:settings {_NAMESPACES}><w:defaultTabStop "
        'w:val="709"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="fr-FR"/>'
        '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>',
        # Word has Calibri; LibreOffice has Carlito, whose letters are exactly as wide.
        "word/fontTable.xml": f'{_HEAD}<w:fonts {_NAMESPACES}><w:font w:name="Calibri">'
        '<w:altName w:val="Carlito"/><w:panose1 w:val="020F0502020204030204"/><w:family w:val="swiss"/>'
        '<w:pitch w:val="variable"/></w:font></w:fonts>',
        **empty,
    }


def build() -> bytes:
    """The package, with fixed dates and order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in _files().items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            package.writestr(entry, text.encode("utf-8"), compresslevel=9)
    return target.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(build())
