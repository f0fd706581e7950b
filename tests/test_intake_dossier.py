"""Several e-invoices to dossiers: grouping, agreed rate, and YAML the loader reads back."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.intake.assemble import assemble
from generator.intake.dossier_yaml import Draft, Missing, scalar, slug
from generator.intake.einvoice import EInvoice, read_einvoice
from generator.intake.rate_note import rate_from_note
from generator.loading import load_case
from tests.intake_samples import (
    CII,
    FNFE,
    SAMPLES,
    UBL,
    Write,
    credit_note,
    load_texts,
    private,
    refused_together,
    write_variant,
)


@pytest.fixture
def variant(tmp_path: Path) -> Write:
    """Variants of a sample, written in a folder of their own."""
    return partial(write_variant, tmp_path)


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
    assert "--echeance F-9 : aucune facture" in refused_together([invoice], due_dates={"F-9": dt.date(2026, 9, 1)})
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
    yield from assemble([read_einvoice(UBL)], due_dates={"471102": dt.date(2018, 7, 4)}, qualite="professionnel")
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
    path = variant(*private(("trois fois le taux d'intérêt légal", nasty), ("14 rue", "14&#9;: rue # &quot;")))
    (draft,) = assemble([read_einvoice(path)])
    data = load_texts(draft.to_yaml())
    assert set(data) == {"reference", "creancier", "debiteur", "conditions", "factures"}
    assert len(data["factures"]) == 1


def test_reference_is_a_file_name() -> None:
    assert slug("FA/2026 n° 1") == "FA-2026-n-1"
    assert slug("../../été") == "ete"
    assert slug("/") == "dossier"


def test_lookalike_debtors_are_told_not_merged(variant: Write) -> None:
    """Same name and town, but one invoice carries no number: only the user knows."""
    known = read_einvoice(variant(*private()))
    bare = EInvoice(**{
        **vars(known),
        "numero": "FA-2",
        "acheteur": type(known.acheteur)(nom=known.acheteur.nom, code_postal="41000", pays="FR"),
    })  # fmt: skip
    drafts = assemble([known, bare], qualite="professionnel")
    assert [draft.reference for draft in drafts] == ["FA-2026-0001", "FA-2"]
    assert all(any("ressemble au client du dossier" in note for note in draft.notes) for draft in drafts)


def test_different_accounts_are_not_chosen_between(variant: Write) -> None:
    first = EInvoice(**{**vars(read_einvoice(variant(*private()))), "iban": "FR1420041010050500013M02606"})
    second = EInvoice(**{**vars(first), "numero": "FA-2", "iban": "DE89370400440532013000"})
    (draft,) = assemble([first, second])
    assert "iban" not in load_texts(draft.to_yaml())["creancier"]
    assert any("même compte" in note for note in draft.notes)


def test_a_chosen_kind_wins_and_the_doubt_is_told() -> None:
    (draft,) = assemble([read_einvoice(CII)], qualite="professionnel")
    assert draft.dossier["debiteur"]["qualite"] == "professionnel"
    assert any("laisse penser" in note for note in draft.notes)


def test_a_missing_address_is_a_comment_to_fill(variant: Write) -> None:
    invoice = read_einvoice(CII)
    bare = type(invoice.acheteur)(nom="Client", siren_lu="512345679", siren="512345679")
    (draft,) = assemble([EInvoice(**{**vars(invoice), "acheteur": bare})])
    assert "adresse" not in load_texts(draft.to_yaml())["debiteur"]
    assert "# adresse: {lignes:" in draft.to_yaml()
