"""The contract of every letter found, whatever its name: nothing here lists the letters."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from generator.case import Invoice
from generator.conditions import CONDITIONS
from generator.document import Document
from generator.law import Law
from generator.letters import Letter, find_letters, holds, suggestions
from generator.loading import load_case
from generator.money import plain_spaces
from generator.pipeline import make_letter
from generator.render import Choices, render
from generator.resources import builtin
from generator.statement import build_statement
from tests.conftest import ROOT, day
from tests.samples import AU, SAMPLES, sample_for

ROOTS = (builtin("letters"),)
LETTERS = find_letters(ROOTS)
each_letter = pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)


# « 1 234,56 € » with any kind of space, or « €1,234.56 ».
AMOUNT = re.compile(r"(?<!\d)\d{1,3}(?:[ \u202f]\d{3})*,\d\d[ \u00a0]€|€\d{1,3}(?:,\d{3})*\.\d\d")


def _render(letter: Letter, path: Path, ton: str | None = None, kind: str | None = None) -> Document:
    loaded = load_case(path)
    case = loaded.case
    if kind is not None:
        case = case.model_copy(update={"debiteur": case.debiteur.model_copy(update={"qualite": kind})})
    statement = build_statement(case, loaded.law, AU)
    return render(letter, case, statement, loaded.law, ROOTS, Choices(ton=ton), base=path.parent)


def test_there_are_letters() -> None:
    """An empty folder would pass everything below."""
    assert len(LETTERS) >= 8


@each_letter
def test_articles_exist(letter: Letter, law: Law) -> None:
    """Every article cited in `letter.yml` or in the template is in the registry."""
    cited = {*letter.spec.articles, *(a for refusal in letter.spec.refuse_si for a in refusal.articles)}
    cited |= set(re.findall(r'article\("([a-z0-9-]+)"\)', letter.body.read_text(encoding="utf-8")))

    known = {article.id for article in law.articles}

    assert cited <= known


@each_letter
def test_mentions_survive_every_tone_and_kind(letter: Letter) -> None:
    """`render` refuses a letter that lost a mandatory mention; every tone and kind passes."""
    for kind in letter.spec.pour:
        for ton in letter.spec.tons:
            text = _render(letter, sample_for(letter), ton, kind).text
            assert text.strip()


@pytest.mark.parametrize("letter", [x for x in LETTERS if x.spec.langue == "fr"], ids=lambda letter: letter.id)
def test_texts_are_typographically_french(letter: Letter) -> None:
    """No ordinary space before « : ; ! ? » and « € », no straight apostrophe, no double space."""
    document = _render(letter, sample_for(letter))
    for text in (document.text, document.page.objet, *document.page.mentions_legales, *document.page.pieces_jointes):
        assert not re.search(r" [:;!?€%»]|« |\w'\w|  ", text), text


def _vat(invoice: Invoice) -> tuple[Decimal, ...]:
    assert invoice.montant_tva is not None
    return invoice.montant_tva, invoice.montant_ttc - invoice.montant_tva


@each_letter
def test_every_amount_of_the_letter_is_in_the_statement(letter: Letter) -> None:
    """A figure that the statement or the plan does not hold has no place in a letter."""
    path = sample_for(letter)
    loaded = load_case(path)
    statement = build_statement(loaded.case, loaded.law, AU)
    from generator.languages import LANGUAGES

    euros = LANGUAGES[letter.spec.langue].filtres["euros"]
    known = {statement.indemnite_unitaire, loaded.case.creancier.capital}
    for source in (*statement.factures, *statement.lignes, statement.totaux, statement.exigible):
        known |= {value for name in dir(source) if hasattr(value := getattr(source, name), "quantize")}
    known |= {p.montant for p in loaded.case.paiements} | {n.montant_ttc for n in loaded.case.avoirs}
    if loaded.case.plan:
        known |= {loaded.case.plan.montant, *(e.montant for e in loaded.case.plan.echeances)}
        remaining = loaded.case.plan.montant
        for instalment in loaded.case.plan.echeances:
            remaining -= instalment.montant
            known.add(remaining)
    known |= {f.facture.contestation.montant for f in statement.factures if f.facture.contestation}
    known.add(sum(f.penalites + f.indemnite for f in statement.echues) if statement.echues else None)
    known |= {statement.totaux.principal - sum(f.montant_conteste for f in statement.factures)}
    taxes = [_vat(f) for f in loaded.case.factures if f.montant_tva is not None]
    known |= {value for pair in taxes for value in pair} | {sum(column) for column in zip(*taxes, strict=True)}
    known.add(sum(f.montant_ttc for f in statement.echues) or None)
    if settlement := loaded.case.transaction:
        known |= {settlement.montant, statement.totaux.solde - settlement.montant}
    if penalty := statement.clause_penale:
        known |= {penalty.base, penalty.montant}
    if (progress := statement.suivi_plan) is not None:
        known |= {progress.en_retard, progress.reste, progress.verse}
    if quote := loaded.case.devis:
        known |= {quote.montant_ttc, quote.acompte, quote.montant_ttc - (quote.acompte or 0)}
    printed = set(AMOUNT.findall(_render(letter, path).text))

    assert printed - {euros(value) for value in known if value is not None} == set()


@each_letter
def test_same_amounts_in_every_format(letter: Letter) -> None:
    """HTML and text say the same amounts."""
    loaded = load_case(sample_for(letter))
    statement = build_statement(loaded.case, loaded.law, AU)
    files = make_letter(loaded, statement, letter.id, formats=("html", "txt"))
    amounts = [
        sorted(set(map(plain_spaces, AMOUNT.findall(content.decode()))))
        for name, content in files.items()
        if not name.endswith(".json")
    ]

    assert amounts[0] == amounts[1] != []


@each_letter
def test_text_is_at_most_76_columns(letter: Letter) -> None:
    """The plain text fits any mail program."""
    loaded = load_case(sample_for(letter))
    statement = build_statement(loaded.case, loaded.law, AU)
    (text,) = (c for n, c in make_letter(loaded, statement, letter.id, formats=("txt",)).items() if n.endswith("txt"))

    assert max(map(len, text.decode().splitlines())) <= 76


@each_letter
def test_never_in_collective_proceedings(letter: Letter) -> None:
    """No reminder and no plan once proceedings are open (C. com. L622-7, L622-21)."""
    loaded = load_case(ROOT / "examples" / "dossiers" / "2026-009.yml")
    statement = build_statement(loaded.case, loaded.law, AU)
    if letter.spec.phase in {"prevention", "amiable", "mise-en-demeure", "accord"}:
        assert any(holds(refusal.condition, loaded.case, statement) for refusal in letter.spec.refuse_si)


def test_samples_are_examples() -> None:
    """Samples come from the examples users see."""
    assert len(SAMPLES) >= 9
    assert day("2026-11-21") == AU


def test_nothing_is_proposed_once_time_barred() -> None:
    """A letter for a debt whose time has run out is never proposed, only written when named."""
    loaded = load_case(ROOT / "examples" / "dossiers" / "2026-027.yml")
    before, after = (build_statement(loaded.case, loaded.law, day(d)) for d in ("2026-11-21", "2028-06-11"))

    assert suggestions(loaded.case, before, loaded.law, ROOTS)
    assert "prescription-acquise" in {notice.code for notice in after.avertissements}
    assert suggestions(loaded.case, after, loaded.law, ROOTS) == []


def test_every_condition_is_used() -> None:
    """A condition that no letter names is dead code."""
    named = {refusal.condition for x in LETTERS for refusal in x.spec.refuse_si} | {x.spec.proposer_si for x in LETTERS}
    # Asked by `suggestions` itself.
    assert set(CONDITIONS) - named == set()


PROPOSED = {
    "2026-009": "declaration-de-creance", "2026-014": "mise-en-demeure", "2026-019": "proposition-de-plan", "2026-021": "mise-en-demeure",
    "2026-027": "mise-en-demeure-particulier", "2026-031": "mise-en-demeure-acheteur-public",
    "2026-036": "relance-avant-echeance", "2026-038": "relance-1", "2026-039": "reponse-a-contestation",
    "2026-051": "conditions-de-reglement", "2026-052": "demande-d-acompte", "2026-053": "conditions-de-reglement",
    "2026-054": "reponse-a-contestation", "2026-055": "mise-en-demeure", "2026-056": "relance-3",
    "2026-060": "relance-promesse", "2026-061": "confirmation-d-appel", "2026-062": "notification-des-penalites",
    "2026-063": "mise-en-demeure", "2026-064": "mise-en-demeure", "2026-065": "derniere-lettre",
    "2026-066": "mise-en-demeure-clause-penale", "2026-067": "mise-en-demeure-reserve-de-propriete",
    "2026-068": "derniere-lettre", "2026-070": "mise-en-demeure-sous-traitant", "2026-071": "action-directe",
    "2026-072": "derniere-lettre", "2026-073": "mise-en-demeure-plan", "2026-074": "decheance-du-terme",
    "2026-075": "avenant-au-plan", "2026-076": "transaction", "2026-077": "quittance",
    "2026-080": "saisine-du-mediateur", "2026-081": "demande-au-conciliateur",
    "2026-082": "transmission-commissaire-de-justice", "2026-083": "transmission-avocat",
    "2026-084": "mandat-de-recouvrement", "2026-085": "declaration-assureur-credit", "2026-086": "declaration-de-creance",
    "2026-087": "revendication", "2026-088": "releve-de-forclusion", "2026-090": "mise-en-demeure-export",
    "2026-091": "relance-export", "2026-092": "plan-export",
}  # fmt: skip


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_letter_proposed_first(path: Path) -> None:
    """What a debt-recovery lawyer would send for each example, on the day of the examples."""
    loaded = load_case(path)
    found = suggestions(loaded.case, build_statement(loaded.case, loaded.law, AU), loaded.law, ROOTS)
    ready = [letter.id for letter, lacking in found if not lacking]

    assert (ready or [None])[0] == PROPOSED[loaded.case.reference]
