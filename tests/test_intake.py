"""One e-invoice to one `EInvoice`, from outside: figures, identities, refusals."""

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from generator.errors import MissingComponent
from generator.intake.assemble import assemble
from generator.intake.einvoice import read_einvoice
from tests.intake_samples import (
    BUYER,
    CII,
    FNFE,
    PRIVATE,
    SAMPLES,
    UBL,
    Write,
    load_texts,
    private,
    refusal,
    refused_together,
    write_variant,
)


@pytest.fixture
def variant(tmp_path: Path) -> Write:
    """Variants of a sample, written in a folder of their own."""
    return partial(write_variant, tmp_path)


# --- figures -------------------------------------------------------------------------------


def test_deposit_is_deducted_from_the_claim() -> None:
    invoice = read_einvoice(FNFE)
    assert (invoice.total_ttc, invoice.deja_paye, invoice.net_a_payer) == (
        Decimal("671.15"), Decimal("201.00"), Decimal("470.15"),
    )  # fmt: skip
    assert invoice.echeance == dt.date(2017, 12, 13)
    assert invoice.iban == "FR2012421242124212421242124"
    assert invoice.executee_le is None
    (draft,) = assemble([invoice])
    assert (draft.reference, draft.debtor_name) == ("FA-2017-0010", "Ma jolie boutique")
    assert "montant_ttc: 470.15" in draft.to_yaml()
    assert any("201,00 €" in note for note in draft.notes)
    assert any("executee_le" in note for note in draft.notes)
    assert draft.dossier["debiteur"]["contact"]["nom"] == "Alexandre Payet"


@pytest.mark.parametrize("name", ["fr-cas-OK-001.cii.xml", "fr-cas-OK-001.facturx.pdf"])
def test_public_buyer_is_recognised(name: str) -> None:
    invoice = read_einvoice(SAMPLES / name)
    assert invoice.net_a_payer == Decimal("3042.00")
    assert invoice.executee_le == dt.date(2026, 8, 31)
    (draft,) = assemble([invoice])
    assert draft.dossier["debiteur"]["qualite"] == "public"
    assert any("acheteur public" in note for note in draft.notes)
    # the agreed rate of the invoice is not the law of public procurement
    assert "taux_penalites" not in (load_texts(draft.to_yaml()).get("conditions") or {})
    for mention in ("PMD", "PMT", "AAB"):
        assert f"({mention}, FA-2026-0001)" in draft.to_yaml()


def test_chorus_billing_frame_is_a_public_buyer(variant: Write) -> None:
    (draft,) = assemble([read_einvoice(variant(*private((">S1<", ">A1<"))))])
    assert draft.dossier["debiteur"]["qualite"] == "public"


def test_wrong_siren_is_told_and_never_written() -> None:
    (draft,) = assemble([read_einvoice(CII)])
    data = load_texts(draft.to_yaml())
    assert "siren" not in data["debiteur"]
    assert any("244500011" in note and "faux" in note for note in draft.notes)


def test_german_ubl_says_what_it_lacks_and_works_once_told() -> None:
    invoice = read_einvoice(UBL)
    assert invoice.net_a_payer == Decimal("147.65")
    assert invoice.echeance is None  # 04.07.2018 stands in a sentence: never read
    message = refused_together([invoice])
    assert "--echeance 471102=AAAA-MM-JJ" in message
    assert "--qualite" in message
    (draft,) = assemble([invoice], due_dates={"471102": dt.date(2018, 7, 4)}, qualite="professionnel")
    assert draft.dossier["factures"][0]["echeance"] == dt.date(2018, 7, 4)
    assert any("hors de France" in note for note in draft.notes)


def test_ubl_notes_and_time_zones(variant: Write) -> None:
    path = variant(
        ("#AAK#Es bestehen", "#PMD#Taux : 12 % par an. Es bestehen"),
        ("<cbc:IssueDate>2018-06-05</", "<cbc:IssueDate>2018-06-05+02:00</"),
        ("<cbc:InvoiceTypeCode>", "<cbc:DueDate>2018-07-04Z</cbc:DueDate><cbc:InvoiceTypeCode>"),
        base=UBL,
    )
    invoice = read_einvoice(path)
    assert (invoice.emise_le, invoice.echeance) == (dt.date(2018, 6, 5), dt.date(2018, 7, 4))
    assert invoice.mentions[0][0] == "PMD"


def test_ubl_credit_note(variant: Write) -> None:
    path = variant(
        ("xsd:Invoice-2", "xsd:CreditNote-2"),
        ("<Invoice ", "<CreditNote "),
        ("</Invoice>", "</CreditNote>"),
        (
            "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
            "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>",
        ),
        (
            "<cac:OrderReference>",
            "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>471100</cbc:ID>"
            "</cac:InvoiceDocumentReference></cac:BillingReference><cac:OrderReference>",
        ),
        base=UBL,
    )
    note = read_einvoice(path)
    assert (note.nature, note.factures_visees, note.net_a_payer) == ("avoir", ("471100",), Decimal("147.65"))


@pytest.mark.parametrize(
    ("legal", "expected"),
    [
        ('schemeID="0002">512345679', ("512345679", None)),
        ('schemeID="0009">51234567900017', ("512345679", "51234567900017")),
        ('schemeID="0002">51234567900017', ("512345679", "51234567900017")),
        ('schemeID="0060">777', ("512345679", "51234567900017")),  # from the directory address
    ],
)
def test_siren_from_any_french_number(variant: Write, legal: str, expected: tuple[str, str | None]) -> None:
    swaps = [(f'schemeID="0002">{BUYER[0]}', legal)]
    if expected[1] is None:
        swaps.append(('<ram:URIID schemeID="0225">24450001100015', '<ram:URIID schemeID="0088">24450001100015'))
    else:
        swaps.append(PRIVATE[3])
    buyer = read_einvoice(variant(*swaps)).acheteur
    assert (buyer.siren, buyer.siret) == expected


def test_siren_from_the_vat_number(variant: Write) -> None:
    party = (
        '<ram:SpecifiedLegalOrganization>\n          <ram:ID schemeID="0002">392809137</ram:ID>\n'
        "        </ram:SpecifiedLegalOrganization>"
    )
    path = variant(PRIVATE[2], ('schemeID="0225">39280913700027', 'schemeID="0088">1'), ("        " + party, ""))
    assert read_einvoice(path).vendeur.siren == "732829320"


def test_two_sirens_for_one_party_are_not_chosen_between(variant: Write) -> None:
    # the legal identifier changes, the address in the directory does not
    invoice = read_einvoice(variant((f'"0002">{BUYER[0]}', f'"0002">{BUYER[1]}')))
    assert invoice.acheteur.siren is None
    assert any("plusieurs SIREN" in note for note in invoice.notes)


def test_payee_and_its_account(variant: Write) -> None:
    means = (
        "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
        "<ram:PayeeTradeParty><ram:Name>Factor SA</ram:Name></ram:PayeeTradeParty>"
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode>"
        "<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>FR1420041010050500013M02606</ram:IBANID>"
        "</ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>"
    )
    path = variant(*private(("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", means)))
    (draft,) = assemble([read_einvoice(path)])
    assert any("Factor SA" in note and "affacturage" in note for note in draft.notes)
    assert draft.dossier["creancier"]["iban"] == "FR1420041010050500013M02606"
    assert "Compte de «\u00a0Factor SA\u00a0»" in draft.to_yaml()
    wrong = path.read_text("utf-8").replace("M02606", "M02607")
    path.write_text(wrong, "utf-8")
    (draft,) = assemble([read_einvoice(path)])
    assert "iban" not in load_texts(draft.to_yaml())["creancier"]
    assert any("IBAN" in note and "faux" in note for note in draft.notes)


# --- refusals of one file ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fr-cas-PDF-001.facturx.pdf", "ne contient pas de facture électronique"),
        ("fr-cas-XML-001.cii.xml", "XML abîmé ou tronqué (ligne 104)"),
        ("fr-cas-DATA-002.cii.xml", "la date d'émission n'existe pas (30/02/2026)"),
    ],
)
def test_broken_samples(name: str, expected: str) -> None:
    assert expected in refusal(SAMPLES / name)


@pytest.mark.parametrize(
    ("swaps", "expected"),
    [
        ([("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", "")], "la devise manque"),
        ([(">EUR<", ">USD<")], "facture en USD"),
        ([("<ram:ID>FA-2026-0001</ram:ID>", "")], "le numéro de facture manque"),
        ([("<ram:DuePayableAmount>3042.00", "<ram:DuePayableAmount>3041.00")], "montants incohérents"),
        ([("<ram:DuePayableAmount>3042.00", "<ram:DuePayableAmount>trois mille")], "illisible"),
        ([("<ram:DuePayableAmount>3042.00</ram:DuePayableAmount>", "")], "le net à payer manque"),
        ([(">3042.00<", ">0.00<")], "rien ne reste à payer"),
        ([(">3042.00<", ">-3042.00<")], "type 381"),
        ([(">380<", ">325<")], "document de type 325"),
        ([("20260914", "20260931")], "l'échéance n'existe pas (31/09/2026)"),
        ([("20260831", "2026")], "la date de livraison est illisible"),
        ([("Communaute de communes du Val de Loire", "")], "le nom du client manque"),
        ([("CrossIndustryInvoice:100", "Autre:100")], "n'est ni une facture Factur-X, ni CII, ni UBL"),
        ([("rsm:CrossIndustryInvoice ", "rsm:SCRDMCCBDACIOMessageStructure "),
          ("</rsm:CrossIndustryInvoice>", "</rsm:SCRDMCCBDACIOMessageStructure>")], "une commande (Order-X)"),
    ],
)  # fmt: skip
def test_refused_files(variant: Write, swaps: list[tuple[str, str]], expected: str) -> None:
    assert expected in refusal(variant(*swaps))


def test_two_due_dates_are_not_chosen_between(variant: Write) -> None:
    terms = re.search(
        "<ram:SpecifiedTradePaymentTerms>.*?</ram:SpecifiedTradePaymentTerms>", CII.read_text("utf-8"), re.S
    )
    assert terms
    second = terms[0].replace("20260914", "20261014")
    assert "l'échéance figure plusieurs fois" in refusal(variant((terms[0], terms[0] + second)))


def test_all_mistakes_at_once(variant: Write) -> None:
    message = refusal(variant((">EUR<", ">CHF<"), ("<ram:ID>FA-2026-0001</ram:ID>", ""), (">380<", ">325<")))
    assert len(message.splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "fichier vide"),
        (b"PK\x03\x04 un document bureautique", "ni un PDF ni un XML"),
        (b"%PDF-1.7\nabc", "PDF abîmé"),
        (b"<html><body/></html>", "une page web"),
        (b"<a><b></a>", "XML abîmé"),
        (b" " * (10 * 1024 * 1024 + 1), "plus de 10 Mio"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>', "DOCTYPE"),
        ('<!DOCTYPE a [<!ENTITY b "ha">]><a/>'.encode("utf-16"), "DOCTYPE"),
    ],
)  # fmt: skip
def test_hostile_or_foreign_content(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "reçue.xml"
    path.write_bytes(content)
    message = refusal(path)
    assert expected in message
    assert "root:" not in message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "introuvable" in refusal(tmp_path / "absente.xml")
    assert "un dossier" in refusal(tmp_path)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "facturx", None)
    with pytest.raises(MissingComponent) as caught:
        read_einvoice(CII)
    assert caught.value.exit_code == 5
    assert "factur-x" in caught.value.problems[0]


def test_importing_the_intake_does_not_load_the_library() -> None:
    code = "import sys, generator.intake.assemble, generator.intake.questions; print('facturx' in sys.modules)"
    root = SAMPLES.parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
