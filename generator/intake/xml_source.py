"""From a file on disk to the XML of one e-invoice, or a French sentence saying why not.

Everything hostile or broken stops here: what comes out is a parsed tree of a known syntax,
without any DTD, whose dates all exist. factur-x and lxml are imported on demand, because
`impayes --help` must not wait for them.
"""

import logging
import re
from datetime import date
from pathlib import Path
from typing import Any

from generator.errors import InvalidInput, MissingComponent

MAX_BYTES = 10 * 1024 * 1024

BY_HAND = "saisissez-la avec « impayes nouveau », sans --depuis"

# Root element -> what factur-x calls the syntax. Exact names: anything else is not an invoice.
_SYNTAXES = {
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": "factur-x",
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "ubl-2.1-invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "ubl-2.1-creditnote",
}
# Relatives of an invoice that people do send: naming them helps more than « not an invoice ».
_RELATIVES = {
    "CrossIndustryDocument": "une facture ZUGFeRD 1, un format remplacé depuis",
    "SCRDMCCBDACIOMessageStructure": "une commande (Order-X)",
    "CrossDomainAcknowledgementAndResponse": "un statut de cycle de vie",
    "Order": "une commande UBL",
    "html": "une page web",
}

_DATE_LABELS = {
    "IssueDateTime": "la date d'émission",
    "IssueDate": "la date d'émission",
    "DueDateDateTime": "l'échéance",
    "DueDate": "l'échéance",
    "PaymentDueDate": "l'échéance",
    "OccurrenceDateTime": "la date de livraison",
    "ActualDeliveryDate": "la date de livraison",
    "EndDateTime": "la fin de la période facturée",
    "EndDate": "la fin de la période facturée",
}
_CII_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_UBL_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)


def open_invoice(path: Path) -> dict[str, Any]:
    """The EN 16931 terms (`BT-…`, `BG-…`) of the file, as factur-x returns them.

    Raises InvalidInput with sentences that begin with the file name, or MissingComponent.
    """
    try:
        import facturx
        from facturx.parse_xml import parse_ubl_cii_xml
    except ImportError:
        raise MissingComponent(
            "la lecture des factures électroniques demande la bibliothèque factur-x : "
            "installez-la avec « pip install factur-x »"
        ) from None
    for name in ("factur-x", "pypdf"):  # they log what we say better
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    data = _read_bytes(path)
    if b"%PDF-" in data[:1024]:
        data = _xml_inside_pdf(path, data, facturx)
    root, syntax = _parse(path, data)
    if problems := _settle_dates(root, syntax):
        raise InvalidInput(f"{path.name} : {problem}" for problem in problems)
    try:
        # level is forced: the declared profile is often wrong and only hides terms from us
        terms: dict[str, Any] = parse_ubl_cii_xml(
            root, flavor=syntax, level="extended", bytes_as="string", check_xsd=False, check_schematron=False
        )
    except Exception as error:  # noqa: BLE001 - the library raises whatever its conversions raise
        # a missing currency is a KeyError inside factur-x, before it has read anything else
        no_currency = isinstance(error, KeyError) and error.args == ("BT-5",)
        reason = "la devise manque (BT-5) ; faites corriger la facture"
        raise InvalidInput(
            f"{path.name} : {reason if no_currency else f'facture électronique illisible ; {BY_HAND}'}"
        ) from None
    return terms


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            reason = "c'est un dossier, pas un fichier" if path.is_dir() else "fichier introuvable"
            raise InvalidInput(f"{path.name} : {reason} ; vérifiez le chemin")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        raise InvalidInput(f"{path.name} : fichier impossible à lire ; vérifiez les droits d'accès") from None
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"{path.name} : plus de 10 Mio, trop gros pour une facture ; {BY_HAND}")
    if not data.strip():
        raise InvalidInput(f"{path.name} : fichier vide ; demandez à nouveau la facture")
    return data


def _xml_inside_pdf(path: Path, data: bytes, facturx: Any) -> bytes:
    try:
        _, xml = facturx.get_xml_from_pdf(data, check_xsd=False, check_schematron=False)
    except Exception:  # noqa: BLE001 - pypdf raises its own and many others on a damaged file
        raise InvalidInput(
            f"{path.name} : PDF abîmé ou protégé par un mot de passe, impossible à ouvrir ; {BY_HAND}"
        ) from None
    if not xml:
        raise InvalidInput(
            f"{path.name} : ce PDF ne contient pas de facture électronique lisible "
            f"(aucun XML Factur-X joint) et son image n'est pas lue ; {BY_HAND}"
        )
    if len(xml) > MAX_BYTES:
        raise InvalidInput(f"{path.name} : le XML joint au PDF dépasse 10 Mio ; {BY_HAND}")
    return bytes(xml)


def _parse(path: Path, data: bytes) -> tuple[Any, str]:
    from lxml import etree

    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(
            f"{path.name} : ni un PDF ni un XML ; --depuis lit les factures Factur-X, CII et UBL. "
            f"Pour une autre facture, {BY_HAND}"
        )
    # NUL bytes out, so that UTF-16 cannot hide the word. No e-invoice needs a DTD; every XML
    # attack (external files, entity bombs) does.
    if b"<!DOCTYPE" in data.replace(b"\0", b"").upper():
        raise InvalidInput(
            f"{path.name} : refusé, ce XML contient une déclaration DOCTYPE, qu'une facture électronique "
            "ne porte jamais ; demandez la facture d'origine à votre logiciel"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f" (ligne {line})" if line else ""
        raise InvalidInput(f"{path.name} : XML abîmé ou tronqué{where} ; téléchargez la facture à nouveau") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput(f"{path.name} : refusé, ce XML contient une DTD ; demandez la facture d'origine")
    syntax = _SYNTAXES.get(root.tag)
    if syntax is None:
        name = etree.QName(root).localname
        what = _RELATIVES.get(name, f"élément « {name[:40]} »")
        raise InvalidInput(f"{path.name} : ce XML n'est ni une facture Factur-X, ni CII, ni UBL ({what}) ; {BY_HAND}")
    return root, syntax


def _settle_dates(root: Any, syntax: str) -> list[str]:
    """Check every date, and drop the time zone UBL allows and factur-x cannot read.

    The library stops at the first bad date with an English message that does not name it.
    """
    from lxml import etree

    problems = []
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if syntax == "factur-x":
            if name not in {"DateTimeString", "DateString"}:
                continue
            label, pattern = etree.QName(element.getparent()).localname, _CII_DAY
        elif name.endswith("Date") and not len(element):
            label, pattern = name, _UBL_DAY
        else:
            continue
        text = (element.text or "").strip()
        if not text:
            element.text = None
            continue
        what = _DATE_LABELS.get(label, "une date")
        found = pattern.fullmatch(text)
        if not found or element.get("format", "102") != "102":
            problems.append(f"{what} est illisible (« {text[:40]} ») ; faites corriger la facture")
            continue
        year, month, day = found.groups()
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            problems.append(f"{what} n'existe pas ({day}/{month}/{year}) ; faites corriger la facture, ou {BY_HAND}")
        element.text = "".join((year, month, day)) if syntax == "factur-x" else f"{year}-{month}-{day}"
    return problems
