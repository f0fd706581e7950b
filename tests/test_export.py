"""Letters in English, for debtors abroad: their words, their figures, whom they refuse."""

import re

import pytest

from generator.document import Document
from generator.errors import InvalidInput, LegalRefusal
from generator.letters import Letter, check_letter, find_letters, suggestions
from generator.loading import load_case
from generator.render import Choices, render
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT
from tests.samples import AU, sample_for

ROOTS = (builtin("letters"),)
LETTERS = [letter for letter in find_letters(ROOTS) if letter.spec.langue == "en"]
each_letter = pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
# Words that no English text holds; a French term of art is in <em>, and taken out first.
FRENCH = re.compile(
    r"\b(le|la|les|des|du|au|aux|une|et|est|pour|avec|dans|par|que|qui|sur|nous|vous|votre|notre|facture|euros? ttc)\b"
)


def _document(letter: Letter, **changes: object) -> Document:
    loaded = load_case(sample_for(letter))
    case = loaded.case.model_copy(update=changes)
    statement = build_statement(case, loaded.law, AU)
    return render(letter, case, statement, loaded.law, ROOTS, Choices(annexe=True), base=loaded.path.parent)


def test_there_are_letters() -> None:
    """An empty list would pass everything below."""
    assert len(LETTERS) >= 3


@each_letter
def test_nothing_is_left_in_french(letter: Letter) -> None:
    """Body, subject, labels, enclosures, footer, what a screen reader hears: the annex included."""
    document = _document(letter)
    page = document.page
    texts = [document.text.replace("mise en demeure", ""), page.objet, page.mention_envoi, page.lieu_date]
    texts += [*page.pieces_jointes, *page.libelles.values(), *(name for name, _ in page.references)]
    texts += [page.mentions_legales[0].replace("RCS", ""), document.qr.alt if document.qr else ""]

    assert [text for text in texts if FRENCH.search(text.lower()) or "siège" in text.lower()] == []


@each_letter
def test_texts_are_typographically_english(letter: Letter) -> None:
    """No space before a punctuation mark, no guillemet, no euro sign after its amount, no straight apostrophe."""
    page = _document(letter).page
    for text in (_document(letter).text, page.objet, *page.mentions_legales, *page.pieces_jointes):
        assert not re.search(r"[ \u00a0\u202f][:;!?%,.)]|[«»]|€ |\w'\w|  ", text), text


@each_letter
def test_a_payer_abroad_has_what_a_bank_asks(letter: Letter) -> None:
    """IBAN and BIC are both asked of the dossier: half of them stops a transfer."""
    loaded = load_case(sample_for(letter))
    statement = build_statement(loaded.case, loaded.law, AU)
    for field in ("iban", "bic"):
        creditor = loaded.case.creancier.model_copy(update={field: None})
        case = loaded.case.model_copy(update={"creancier": creditor})
        with pytest.raises(InvalidInput, match=f"creancier.{field}"):
            check_letter(letter, case, statement, loaded.law, ROOTS)


@each_letter
@pytest.mark.parametrize(
    "change",
    [{"qualite": "particulier"}, {"qualite": "public"}, {"adresse": {"pays": "FR", "code_postal": "37000"}}],
    ids=["consumer", "public body", "in France"],
)
def test_only_businesses_abroad(letter: Letter, change: dict[str, object]) -> None:
    """A consumer abroad has the law of their own country; a debtor in France is written to in French."""
    loaded = load_case(sample_for(letter))
    debtor = loaded.case.debiteur
    if isinstance(change.get("adresse"), dict):
        change = {"adresse": debtor.adresse.model_copy(update=change["adresse"])}
    case = loaded.case.model_copy(update={"debiteur": debtor.model_copy(update=change)})
    with pytest.raises(LegalRefusal):
        check_letter(letter, case, build_statement(case, loaded.law, AU), loaded.law, ROOTS)


def test_the_language_of_the_dossier_chooses_the_letter() -> None:
    """`langue: en` proposes the English letters and none of the French ones; `fr` does the opposite."""
    loaded = load_case(ROOT / "examples" / "dossiers" / "2026-090.yml")
    found = {}
    for langue in ("en", "fr"):
        debtor = loaded.case.debiteur.model_copy(update={"langue": langue})
        case = loaded.case.model_copy(update={"debiteur": debtor})
        letters = suggestions(case, build_statement(case, loaded.law, AU), loaded.law, ROOTS)
        found[langue] = {letter.spec.langue for letter, _ in letters if letter.spec.destinataire == "debiteur"}

    assert found == {"en": {"en"}, "fr": {"fr"}}


@each_letter
def test_somebody_unnamed_reads_yours_faithfully(letter: Letter) -> None:
    """British usage: « sincerely » to a name, « faithfully » to « Sir or Madam »."""
    debtor = load_case(sample_for(letter)).case.debiteur

    assert "Yours sincerely," in _document(letter).text
    text = _document(letter, debiteur=debtor.model_copy(update={"contact": None})).text
    assert "Dear Sir or Madam," in text
    assert "Yours faithfully," in text
