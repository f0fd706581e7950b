"""E-invoices to dossiers, from outside: figures, refusals, grouping, and YAML the loader reads back."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.errors import InvalidInput, MissingComponent
from generator.intake.assemble import assemble
from generator.intake.dossier_yaml import Draft, Missing, scalar, slug
from generator.intake.einvoice import EInvoice, read_einvoice
from generator.intake.questions import Question, ask_dossier
from generator.intake.rate_note import rate_from_note
from generator.loading import load_case

SAMPLES = Path(__file__).parent / "factures_electroniques"
CII = SAMPLES / "fr-cas-OK-001.cii.xml"
UBL = SAMPLES / "zf-EN16931_1_Teilrechnung.ubl.xml"
FNFE = SAMPLES / "fnfe-Facture_FR_EN16931.facturx.pdf"

SELLER = ("392809137", "732829320")
BUYER = ("244500011", "512345679")
PRIVATE = [SELLER, BUYER, ("FR40392809137", "FR44732829320"), ("24450001100015", "51234567900017")]

Write = Callable[..., Path]


@pytest.fixture
def variant(tmp_path: Path) -> Write:
    """Write a variant of a sample: text substitutions, each of which must apply."""

    def write(*swaps: tuple[str, str], base: Path = CII, name: str = "facture.xml") -> Path:
        text = base.read_text(encoding="utf-8")
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def private(*swaps: tuple[str, str]) -> list[tuple[str, str]]:
    """The French sample between two companies whose numbers are right (no substitution inside another)."""
    return [PRIVATE[2], PRIVATE[3], SELLER, BUYER, *swaps]


def credit_note(number: str, target: str, amount: str = "500.00") -> list[tuple[str, str]]:
    """Substitutions that make a credit note of the French sample."""
    reference = (
        f"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{target}</ram:IssuerAssignedID>"
        "</ram:InvoiceReferencedDocument>"
    )
    end = "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    return private(
        ("FA-2026-0001", number),
        (">380<", ">381<"),
        ("20260815", "20260920"),
        (end, end + (reference if target else "")),
        (">3042.00<", f">{amount}<"),
    )


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_einvoice(path)
    assert caught.value.exit_code == 3
    assert all(problem.startswith(f"{path.name} : ") for problem in caught.value.problems)
    return "\n".join(caught.value.problems)


def refused_together(invoices: list[EInvoice], **options: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        assemble(invoices, **options)
    return "\n".join(caught.value.problems)


def load_texts(text: str) -> Any:
    """The YAML with every scalar as text, as the loader reads it."""
    return yaml.load(text, Loader=yaml.BaseLoader)


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
        swaps.append(
            ('<ram:URIID schemeID="0225">24450001100015', '<ram:URIID schemeID="0088">24450001100015')
        )
    else:
        swaps.append(PRIVATE[3])
    buyer = read_einvoice(variant(*swaps)).acheteur
    assert (buyer.siren, buyer.siret) == expected


def test_siren_from_the_vat_number(variant: Write) -> None:
    party = (
        '<ram:SpecifiedLegalOrganization>\n          <ram:ID schemeID="0002">392809137</ram:ID>\n'
        "        </ram:SpecifiedLegalOrganization>"
    )
    path = variant(
        PRIVATE[2], ('schemeID="0225">39280913700027', 'schemeID="0088">1'), ("        " + party, "")
    )
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
    code = (
        "import sys, generator.intake.assemble, generator.intake.questions; print('facturx' in sys.modules)"
    )
    root = SAMPLES.parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- several files -------------------------------------------------------------------------


def test_one_dossier_per_debtor_with_its_credit_note(variant: Write) -> None:
    first = variant(*private())
    second = variant(*private(("FA-2026-0001", "FA-2026-0002"), ("20260914", "20260901")), name="deux.xml")
    note = variant(*credit_note("AV-7", "FA-2026-0001"), name="avoir.xml")
    drafts = assemble([read_einvoice(path) for path in (note, second, FNFE, first)])
    assert [draft.debtor_name for draft in drafts] == [
        "Communaute de communes du Val de Loire",
        "Ma jolie boutique",
    ]
    dossier = drafts[0].dossier
    assert [invoice["numero"] for invoice in dossier["factures"]] == ["FA-2026-0002", "FA-2026-0001"]
    assert dossier["avoirs"] == [
        {
            "numero": "AV-7",
            "emis_le": dt.date(2026, 9, 20),
            "montant_ttc": Decimal("500.00"),
            "facture": "FA-2026-0001",
        }
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("FA-1", "vise la facture FA-1, absente des fichiers donnés"),
        ("", "ne dit pas quelle facture il corrige"),
        ("FA-2017-0010", "adressée à un autre client"),
    ],
)
def test_credit_note_without_its_invoice(variant: Write, target: str, expected: str) -> None:
    files = [variant(*credit_note("AV-7", target), name="avoir.xml"), variant(*private()), FNFE]
    message = refused_together([read_einvoice(path) for path in files])
    assert message.startswith("avoir.xml : ")
    assert expected in message


def test_credit_note_of_several_invoices_is_not_split(variant: Write) -> None:
    note = read_einvoice(variant(*credit_note("AV-7", "FA-2026-0001"), name="avoir.xml"))
    both = EInvoice(**{**vars(note), "factures_visees": ("FA-2026-0001", "FA-2026-0002")})
    assert "vise plusieurs factures" in refused_together([both, read_einvoice(variant(*private()))])


def test_credit_note_that_covers_everything_is_told(variant: Write) -> None:
    files = [variant(*private()), variant(*credit_note("AV-7", "FA-2026-0001", "3042.00"), name="avoir.xml")]
    (draft,) = assemble([read_einvoice(path) for path in files])
    assert any("rien à réclamer" in note for note in draft.notes)


def test_pdf_and_xml_of_the_same_invoice_count_once() -> None:
    (draft,) = assemble([read_einvoice(CII), read_einvoice(SAMPLES / "fr-cas-OK-001.facturx.pdf")])
    assert len(draft.dossier["factures"]) == 1
    assert any("comptée une fois" in note for note in draft.notes)


def test_same_number_with_other_content_is_refused(variant: Write) -> None:
    other = variant((">3042.00<", ">4042.00<"), name="autre.xml")
    assert "même numéro FA-2026-0001" in refused_together([read_einvoice(CII), read_einvoice(other)])


def test_correction_and_prepayment(variant: Write) -> None:
    end = "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    link = (
        "<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>FA-2026-0001</ram:IssuerAssignedID>"
        "</ram:InvoiceReferencedDocument>"
    )
    new = variant(
        *private((">380<", ">384<"), (end, end + link), ("<ram:ID>FA-2026-0001", "<ram:ID>FA-2")),
        name="r.xml",
    )
    assert "rectifie FA-2026-0001" in refused_together([read_einvoice(p) for p in (new, variant(*private()))])
    (alone,) = assemble([read_einvoice(new)])
    assert any("remplace FA-2026-0001" in note for note in alone.notes)
    (deposit,) = assemble([read_einvoice(variant(*private((">380<", ">386<"))))])
    assert any("facture d'acompte" in note for note in deposit.notes)


def test_purchase_invoice_and_other_sellers_are_refused(variant: Write) -> None:
    invoice = read_einvoice(variant(*private()))
    assert "facture à payer" in refused_together([invoice], creditor_siren="512 345 679")
    assert "n'est pas l'entreprise" in refused_together([invoice], creditor_siren="787878784")
    (draft,) = assemble([invoice], creditor_siren="732 829 320")
    assert "creancier" not in draft.dossier  # entreprise.yml says it better


def test_due_dates_given_by_the_user(variant: Write) -> None:
    invoice = read_einvoice(variant(*private()))
    assert "--echeance F-9 : aucune facture" in refused_together(
        [invoice], due_dates={"F-9": dt.date(2026, 9, 1)}
    )
    early = {"FA-2026-0001": dt.date(2026, 8, 1)}
    assert "précède la facture" in refused_together([invoice], due_dates=early)
    (draft,) = assemble([invoice], due_dates={"FA-2026-0001": dt.date(2026, 9, 30)})
    assert draft.dossier["factures"][0]["echeance"] == dt.date(2026, 9, 30)
    assert any("la facture porte 14/09/2026" in note for note in draft.notes)


def test_nothing_given() -> None:
    assert "au moins un fichier" in refused_together([])


# --- agreed rate ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Taux d'intérêt égal à trois fois le taux d'intérêt légal.", "3x-legal"),
        ("Pénalités : 3 fois le taux de l’intérêt légal en vigueur", "3x-legal"),
        ("À défaut de paiement à l'échéance, trois fois le taux légal", "3x-legal"),
        (
            "Taux de la Banque centrale européenne pour son opération la plus récente majoré de 10 points",
            "bce+10",
        ),
        ("taux BCE majoré de 10 points de pourcentage", "bce+10"),
        ("BCE + 10", "bce+10"),
        ("BCE + 8 points", "bce+8"),
        ("12 % par an", "12 %"),
        ("taux annuel de 10,5 %", "10.5 %"),
        ("Pénalités de retard : 12 %", None),
        ("1,5 % par mois", None),
        ("12 % l'an, sans être inférieur à trois fois le taux légal", None),
        ("trois fois le taux légal ou BCE + 10 points", None),
        ("12 % l'an et 10 % de frais", None),
        ("Selon nos conditions générales", None),
    ],
)
def test_rate_only_when_beyond_doubt(text: str, expected: str | None) -> None:
    assert rate_from_note(text) == expected


def test_rate_reaches_the_dossier_only_between_professionals(variant: Write, tmp_path: Path) -> None:
    invoice = read_einvoice(variant(*private()))
    (draft,) = assemble([invoice])
    assert load_texts(draft.to_yaml())["conditions"] == {"taux_penalites": "3x-legal"}
    (consumer,) = assemble([invoice], qualite="particulier")
    assert "taux_penalites" not in (load_texts(consumer.to_yaml()).get("conditions") or {})
    doubtful = variant(*private(("trois fois le taux d'intérêt légal", "12 %")), name="doute.xml")
    (asked,) = assemble([read_einvoice(doubtful)])
    assert "taux_penalites" not in (load_texts(asked.to_yaml()).get("conditions") or {})
    assert any("taux des pénalités" in note for note in asked.notes)


# --- the text ------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A draft's dossier as the loader's texts: examples and empty blocks left out."""
    if isinstance(value, dict):
        texts = {k: plain(v) for k, v in value.items() if v is not None and not isinstance(v, Missing)}
        return {k: v for k, v in texts.items() if v != {}}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def drafts_of_all_kinds(variant: Write) -> Iterator[Draft]:
    yield from assemble([read_einvoice(CII), read_einvoice(FNFE)])
    yield from assemble(
        [read_einvoice(UBL)], due_dates={"471102": dt.date(2018, 7, 4)}, qualite="professionnel"
    )
    files = [variant(*private()), variant(*credit_note("AV-7", "FA-2026-0001"), name="avoir.xml")]
    yield from assemble([read_einvoice(path) for path in files])


def test_yaml_gives_back_the_same_texts(variant: Write, tmp_path: Path) -> None:
    for draft in drafts_of_all_kinds(variant):
        text = draft.to_yaml()
        assert load_texts(text) == plain(draft.dossier)
        assert text.startswith("# Dossier")
        path = tmp_path / f"{draft.reference}.yml"
        path.write_text(text, encoding="utf-8")
        case = load_case(path).case
        assert case.debiteur.nom == draft.debtor_name
        assert [i.montant_ttc for i in case.factures] == [i["montant_ttc"] for i in draft.dossier["factures"]]


def test_schema_line_comes_first_only_when_asked() -> None:
    (draft,) = assemble([read_einvoice(FNFE)])
    first, second = draft.to_yaml(schema="dossier.schema.json").splitlines()[:2]
    assert first == "# yaml-language-server: $schema=dossier.schema.json"
    assert second.startswith("# Dossier")


@pytest.mark.parametrize(
    "text",
    [
        "06000",
        "005520135",
        "non",
        "2026-10-12",
        "1e3",
        "a: b",
        "# x",
        'dit "oui"',
        "\\n",
        "é à",
        "@x",
        "12:30",
    ],
)
def test_texts_that_yaml_would_misread(text: str) -> None:
    assert yaml.safe_load(f"v: {scalar(text)}")["v"] == text


def test_invoice_text_cannot_leave_its_comment(variant: Write) -> None:
    nasty = "Pénalités&#10;factures: []&#8232;avoirs: []&#133;plan: {} trois fois le taux d'intérêt légal"
    path = variant(
        *private(("trois fois le taux d'intérêt légal", nasty), ("14 rue", "14&#9;: rue # &quot;"))
    )
    (draft,) = assemble([read_einvoice(path)])
    data = load_texts(draft.to_yaml())
    assert set(data) == {"reference", "creancier", "debiteur", "conditions", "factures"}
    assert len(data["factures"]) == 1


def test_reference_is_a_file_name() -> None:
    assert slug("FA/2026 n° 1") == "FA-2026-n-1"
    assert slug("../../été") == "ete"
    assert slug("/") == "dossier"


# --- questions -----------------------------------------------------------------------------

ANSWERS = {
    ("nom", "Creditor"): "Atelier Vasseur",
    ("siren", "Creditor"): "732 829 320",
    ("nom", "Debtor"): "Boulangerie Martin SARL",
    ("qualite", "Debtor"): "professionnel",
    ("siren", "Debtor"): "123456782",
    ("lignes", "Address"): "12 rue des Lilas",
    ("code_postal", "Address"): "06000",
    ("ville", "Address"): "Nice",
    ("taux_penalites", "Terms"): "12 %",
    ("numero", "Invoice"): "2026-10-12",
    ("emise_le", "Invoice"): "01/06/2026",
    ("echeance", "Invoice"): "01/07/2026",
    ("montant_ttc", "Invoice"): "1 200,50 €",
}


def interview(changes: dict[tuple[str, str], list[str]], **options: Any) -> tuple[Draft, list[str]]:
    """Answer by field; a list is consumed answer by answer, then the usual answer comes."""
    told: list[str] = []
    queues = {key: list(values) for key, values in changes.items()}

    def ask(question: Question) -> str:
        key = (question.champ, question.bloc.__name__ if question.bloc else "")
        assert question.texte
        assert question.aide
        return queues[key].pop(0) if queues.get(key) else ANSWERS.get(key, "")

    return ask_dossier(ask, told.append, **options), told


def test_questions_make_a_dossier_that_loads(tmp_path: Path) -> None:
    draft, told = interview(
        {("paiement", ""): ["oui"], ("recu_le", "Payment"): ["2026-08-01"], ("montant", "Payment"): ["100"]}
    )
    assert not told
    path = tmp_path / "dossier.yml"
    path.write_text(draft.to_yaml(), encoding="utf-8")
    case = load_case(path).case
    assert case.reference == "2026-10-12"
    assert case.debiteur.adresse.code_postal == "06000"
    assert case.factures[0].numero == "2026-10-12"
    assert case.factures[0].montant_ttc == Decimal("1200.50")
    assert str(case.conditions.taux_penalites) == "12 %"
    assert case.paiements[0].montant == Decimal("100.00")
    assert any("date de livraison" in note for note in draft.notes)


def test_questions_check_each_answer_and_ask_again() -> None:
    draft, told = interview(
        {
            ("siren", "Debtor"): ["123456789"],
            ("qualite", "Debtor"): ["client"],
            ("emise_le", "Invoice"): ["30/02/2026"],
            ("echeance", "Invoice"): ["2026-05-01"],
            ("montant_ttc", "Invoice"): ["-3", ""],
            ("reference", ""): ["a/b"],
        }
    )
    for part in ("SIREN faux", "professionnel, particulier ou public", "n'existe pas", "précède", "négatif",
                 "obligatoire", "référence inutilisable"):  # fmt: skip
        assert any(part in sentence for sentence in told), part
    assert draft.reference == "2026-10-12"


def test_questions_leave_the_creditor_to_the_company_file() -> None:
    draft, _ = interview({("delai", "Terms"): ["45 jours fin de mois"]}, with_creditor=False)
    assert "creancier" not in draft.dossier
    assert "echeance" not in draft.dossier["factures"][0]
    assert draft.dossier["conditions"]["delai"] == "45 jours fin de mois"


def test_several_invoices_by_questions() -> None:
    draft, told = interview(
        {("encore", ""): ["oui"], ("numero", "Invoice"): ["F-1", "F-1", "F-2"]}, with_creditor=False
    )
    assert [invoice["numero"] for invoice in draft.dossier["factures"]] == ["F-1", "F-2"]
    assert any("déjà saisi" in sentence for sentence in told)
