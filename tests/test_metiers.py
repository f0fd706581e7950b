"""The trade variants: what each changes in the product's letters, and where it sits among them.

A variant is a folder of `letters/_metiers`; nothing here lists the letters it changes.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from generator.case import Case, Dispute, Payment, Promise, Trade
from generator.document import to_html
from generator.errors import UserError
from generator.letters import Letter, check_letter, load_letter, suggestions
from generator.loading import LoadedCase, load_case
from generator.money import plain_spaces
from generator.pipeline import make_letter, roots_of
from generator.render import Choices, render
from generator.resources import TRADES, builtin, letter_roots
from generator.statement import build_statement
from tests.conftest import ROOT, day
from tests.samples import AU, sample_for

PRODUCT = builtin("letters")
EXAMPLES = ROOT / "examples" / "metiers"
OVERRIDES = sorted((path.parent.parent.name, path.parent.name) for path in PRODUCT.glob(f"{TRADES}/*/[!_]*/*.j2"))
each_override = pytest.mark.parametrize(("trade", "letter_id"), OVERRIDES, ids=lambda name: name)
each_trade = pytest.mark.parametrize("trade", get_args(Trade))

BLOCK = re.compile(r"{%-? *block +(\w+)")


def _roots(trade: str) -> tuple[Path, ...]:
    return letter_roots(None, None, None, trade)


def _dossiers(trade: str) -> list[Path]:
    return sorted((EXAMPLES / trade / "dossiers").glob("*.yml"))


@cache
def _loaded(path: Path) -> LoadedCase:
    return load_case(path)


def _blocks(path: Path) -> list[str]:
    return BLOCK.findall(path.read_text(encoding="utf-8"))


def _changed(case: Case, **changes: Any) -> Case:
    """The same dossier with other blocks; a dictionary changes fields inside one."""
    return case.model_copy(
        update={
            name: getattr(case, name).model_copy(update=value) if isinstance(value, dict) else value
            for name, value in changes.items()
        }
    )


def _situations(case: Case) -> Iterator[Case]:
    """What makes a letter say more or less: disputes, gestures, payments, a contract, a clause, several invoices."""
    yield case
    yield _changed(case, conditions={"penalites": "offrir", "indemnite_forfaitaire": "offrir"})
    yield _changed(case, contrat=None, reserve_de_propriete=None)
    first = case.factures[0]
    for amount in (None, first.montant_ttc / 2):
        dispute = Dispute(depuis=day("2026-11-02"), motif="une pièce manquante", montant=amount)
        disputed = first.model_copy(update={"contestation": dispute})
        yield _changed(case, factures=(disputed, *case.factures[1:]))
        yield _changed(case, factures=(disputed, first.model_copy(update={"numero": "F-BIS"}), *case.factures[1:]))
    paid = Payment(recu_le=day("2026-11-03"), montant=Decimal(50))
    promise = Promise(recue_le=day("2026-11-02"), payer_le=day("2026-11-10"), montant=Decimal(500))
    yield _changed(case, paiements=(paid,), promesses=(promise,))


def _cases(trade: str, letter: Letter) -> list[tuple[LoadedCase, Case]]:
    """Every situation this letter accepts, for every kind of debtor: from the trade's examples, else the product's."""
    for paths in (_dossiers(trade), [sample_for(load_letter(letter.id, (PRODUCT,)))]):
        found = [
            (_loaded(path), case)
            for path in paths
            for kind in letter.spec.pour
            for case in _situations(_changed(_loaded(path).case, debiteur={"qualite": kind}))
            if _accepts(letter, _loaded(path), case, _roots(trade))
        ]
        if found:
            return found
    raise AssertionError(f"aucun dossier ne convient à {letter.id}")


def _accepts(letter: Letter, loaded: LoadedCase, case: Case, roots: tuple[Path, ...]) -> bool:
    try:
        check_letter(letter, case, build_statement(case, loaded.law, AU), loaded.law, roots)
    except UserError:
        return False
    return True


def _text(loaded: LoadedCase, case: Case, letter: Letter, roots: tuple[Path, ...], ton: str | None = None) -> str:
    """The words of a letter, as plain text."""
    return plain_spaces(_render(loaded, case, letter, roots, ton).text)


def _render(loaded: LoadedCase, case: Case, letter: Letter, roots: tuple[Path, ...], ton: str | None = None) -> Any:
    statement = build_statement(case, loaded.law, AU)
    return render(letter, case, statement, loaded.law, roots, Choices(ton=ton), base=loaded.path.parent)


def _sections(loaded: LoadedCase, case: Case, letter: Letter, roots: tuple[Path, ...], ton: str) -> dict[str, str]:
    """The HTML of each block of a letter whose blocks are marked (see `marked`)."""
    sections: dict[str, str] = {}
    name = ""
    for element in _render(loaded, case, letter, roots, ton).corps:
        if element.attribute("class") == "repere":
            name = element.text
        else:
            sections[name] = sections.get(name, "") + to_html((element,))
    return sections


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A company folder whose letters extend the next version and announce each block before it."""
    for path in PRODUCT.glob("[!_]*/body.html.j2"):
        body = f'{{% extends "origine/{path.parent.name}/body.html.j2" %}}\n'
        for name in _blocks(path):
            body += f'{{% block {name} %}}<p class="repere">{name}</p>{{{{ super() }}}}{{% endblock %}}\n'
        (tmp_path / path.parent.name).mkdir()
        (tmp_path / path.parent.name / "body.html.j2").write_text(body, encoding="utf-8")
    return tmp_path


@each_trade
def test_every_trade_has_letters_an_explanation_and_an_example(trade: str) -> None:
    """`metier:` never leads to an empty folder, and each variant can be tried at once."""
    company = EXAMPLES / trade / "entreprise.yml"

    assert sum(name == trade for name, _ in OVERRIDES) >= 3
    assert (PRODUCT / TRADES / trade / "LISEZ-MOI.md").is_file()
    assert f"metier: {trade}" in company.read_text(encoding="utf-8")
    assert _dossiers(trade)


@each_trade
def test_the_explanation_names_what_changes(trade: str) -> None:
    """One line of the table per letter, with exactly its blocks."""
    text = (PRODUCT / TRADES / trade / "LISEZ-MOI.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `")]
    told = {letter.strip(" `"): set(re.findall(r"`(\w+)`", blocks)) for letter, blocks in rows}
    made = {
        letter_id: set(_blocks(PRODUCT / TRADES / trade / letter_id / "body.html.j2"))
        for name, letter_id in OVERRIDES
        if name == trade
    }

    assert told == made


@each_override
def test_blocks_exist_in_the_letter_of_the_product(trade: str, letter_id: str) -> None:
    """Jinja drops a block that the parent does not have without a word."""
    variant = PRODUCT / TRADES / trade / letter_id / "body.html.j2"

    assert set(_blocks(variant)) <= set(_blocks(PRODUCT / letter_id / "body.html.j2"))
    assert variant.read_text(encoding="utf-8").startswith(f'{{% extends "origine/{letter_id}/body.html.j2" %}}')


@each_override
def test_mentions_survive_every_tone_kind_and_situation(trade: str, letter_id: str) -> None:
    """`render` refuses a letter that lost a mention or tells a consumer of the 40 €; nothing is left to chance."""
    roots = _roots(trade)
    letter = load_letter(letter_id, roots)
    for loaded, case in _cases(trade, letter):
        for ton in letter.spec.tons:
            text = _text(loaded, case, letter, roots, ton)
            assert "None" not in text
            assert not re.search(r" {2}| [.,)]|\( ", text), text


@each_override
def test_only_the_blocks_overridden_differ(trade: str, letter_id: str, marked: Path) -> None:
    """Every other block is the product's to the letter, and each override says something else at least once."""
    ours, theirs = (marked, *_roots(trade)), (marked, PRODUCT)
    letter = load_letter(letter_id, _roots(trade))
    overridden = set(_blocks(PRODUCT / TRADES / trade / letter_id / "body.html.j2"))
    different: set[str] = set()
    for loaded, case in _cases(trade, letter):
        for ton in letter.spec.tons:
            variant, product = (_sections(loaded, case, letter, roots, ton) for roots in (ours, theirs))
            different |= {name for name in variant.keys() | product.keys() if variant.get(name) != product.get(name)}

    assert different == overridden


@pytest.mark.parametrize("letter_id", [letter for trade, letter in OVERRIDES if trade == "freelance"])
def test_a_freelance_says_je(letter_id: str) -> None:
    """Somebody who works alone never says « nous », not even in a dispute or a gesture."""
    roots = _roots("freelance")
    letter = load_letter(letter_id, roots)
    for loaded, case in _cases("freelance", letter):
        for ton in letter.spec.tons:
            text = _text(loaded, case, letter, roots, ton).lower()
            assert not re.search(r"\b(nous|notre|nos)\b", text), text


@pytest.mark.parametrize("kind", ["professionnel", "public"])
def test_an_association_writes_to_businesses_as_everybody(kind: str) -> None:
    """Only a private person reads the warmer letter; a business owes penalties and the 40 €."""
    loaded = _loaded(EXAMPLES / "association" / "dossiers" / "2026-097.yml")
    case = _changed(loaded.case, debiteur={"qualite": kind})
    for letter_id in ("relance-1", "relance-2"):
        letter = load_letter(letter_id, (PRODUCT,))
        texts = {_text(loaded, case, letter, roots) for roots in (_roots("association"), (PRODUCT,))}
        assert len(texts) == 1


def test_the_site_and_the_suspension_come_from_the_contract() -> None:
    """Without a contract in the dossier, nothing is invented; without work left, nothing is to be suspended."""
    loaded = _loaded(EXAMPLES / "btp" / "dossiers" / "2026-093.yml")
    letter = load_letter("mise-en-demeure", _roots("btp"))
    cases = {
        "whole": loaded.case,
        "finished": _changed(loaded.case, contrat={"prestations_en_cours": None}),
        "none": _changed(loaded.case, contrat=None),
    }
    texts = {name: _text(loaded, case, letter, _roots("btp")) for name, case in cases.items()}

    assert "suspendre jusqu’à votre paiement les travaux suivants : la couverture du bâtiment B" in texts["whole"]
    assert "Chantier concerné" in texts["finished"]
    assert "suspendre" not in texts["finished"]
    assert "Chantier" not in texts["none"]


@pytest.mark.parametrize(
    ("changes", "cited"),
    [
        ({}, True),
        ({"reserve_de_propriete": {"livres_le": None}}, True),
        ({"reserve_de_propriete": {"acceptee_le": day("2026-09-23")}}, False),
        ({"reserve_de_propriete": None}, False),
    ],
)
def test_a_clause_accepted_too_late_is_not_cited(changes: dict[str, Any], cited: bool) -> None:
    """A retention of title accepted after delivery is worth nothing (C. com. L624-16): silence, not a bluff."""
    loaded = _loaded(EXAMPLES / "negoce" / "dossiers" / "2026-095.yml")
    for letter_id in ("relance-2", "mise-en-demeure"):
        text = _text(
            loaded, _changed(loaded.case, **changes), load_letter(letter_id, _roots("negoce")), _roots("negoce")
        )
        assert ("2367" in text) is cited


def test_no_clause_is_cited_to_a_public_body_nor_for_goods_already_paid() -> None:
    """What a public body buys follows its own rules; goods that are paid are no longer the seller's."""
    loaded = _loaded(EXAMPLES / "negoce" / "dossiers" / "2026-095.yml")
    roots = _roots("negoce")
    public = _changed(loaded.case, debiteur={"qualite": "public"})
    settled = Payment(recu_le=day("2026-10-25"), montant=Decimal(6960), facture="FA-26-0412")
    paid = _changed(loaded.case, paiements=(settled,), conditions={"imputation": "principal"})

    assert "2367" not in _text(loaded, public, load_letter("relance-2", roots), roots)
    assert "2367" not in _text(loaded, paid, load_letter("mise-en-demeure", roots), roots)


def _letter_of(folder: Path, letter_id: str) -> str:
    """The text of a letter for the only dossier of a company folder, looked up as the command does."""
    (path,) = (folder / "dossiers").glob("*.yml")
    loaded = load_case(path)
    statement = build_statement(loaded.case, loaded.law, AU)
    files = make_letter(loaded, statement, letter_id, formats=("txt",))
    (content,) = (content for name, content in files.items() if name.endswith(".txt"))
    return " ".join(plain_spaces(content.decode()).replace("\u2019", "'").split())


def _company(tmp_path: Path, trade: str, **letters: str) -> Path:
    """A copy of a trade's example without its own letters, then with these."""
    (tmp_path / "dossiers").mkdir()
    source = EXAMPLES / trade / "entreprise.yml"
    text = re.sub(r"^modeles:.*\n", "", source.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path = _dossiers(trade)[0]
    (tmp_path / "dossiers" / path.name).write_bytes(path.read_bytes())
    for letter_id, body in letters.items():
        folder = tmp_path / "modeles" / letter_id.replace("_", "-")
        folder.mkdir(parents=True)
        (folder / "body.html.j2").write_text(body, encoding="utf-8")
    (tmp_path / "entreprise.yml").write_text(text + ("modeles: modeles\n" if letters else ""), encoding="utf-8")
    return tmp_path


JE, NOUS = "je pourrai saisir la juridiction compétente", "nous pourrons saisir la juridiction compétente"


def test_the_trade_comes_before_the_product(tmp_path: Path) -> None:
    """`metier:` alone is enough; without it the product's letter is back."""
    folder = _company(tmp_path, "freelance")
    assert JE in _letter_of(folder, "mise-en-demeure")

    company = folder / "entreprise.yml"
    company.write_text(company.read_text(encoding="utf-8").replace("metier: freelance\n", ""), encoding="utf-8")
    assert NOUS in _letter_of(folder, "mise-en-demeure")


def test_the_company_comes_before_the_trade(tmp_path: Path) -> None:
    """A block of the company's wins; `super()` in it is the trade's, whose own `super()` is the product's."""
    body = (
        '{% extends "origine/mise-en-demeure/body.html.j2" %}'
        "{% block suites %}<p>Une phrase à moi.</p>{{ super() }}{% endblock %}"
    )
    text = _letter_of(_company(tmp_path, "negoce", mise_en_demeure=body), "mise-en-demeure")

    ours, trade, product = text.index("Une phrase à moi."), text.index("Restent notre propriété"), text.index(NOUS)
    assert ours < trade < product


def test_a_whole_copy_of_the_company_hides_the_trade(tmp_path: Path) -> None:
    """A body that extends nothing is the whole letter."""
    body = (PRODUCT / "mise-en-demeure" / "body.html.j2").read_text(encoding="utf-8")

    assert NOUS in _letter_of(_company(tmp_path, "freelance", mise_en_demeure=body), "mise-en-demeure")


def test_the_example_adds_its_own_clause_above_its_trade() -> None:
    """The worked example of the freelance variant: company, then trade, then product."""
    text = _letter_of(EXAMPLES / "freelance", "mise-en-demeure")

    assert text.index("Selon l'article 6 de notre contrat") < text.index(JE)
    assert "du lendemain de l'échéance jusqu'au paiement" in text


@each_trade
def test_an_example_proposes_a_letter_of_its_trade(trade: str) -> None:
    """Whoever tries an example with no letter named sees the variant at work."""
    changed = {letter_id for name, letter_id in OVERRIDES if name == trade}
    proposed = set()
    for path in _dossiers(trade):
        loaded = _loaded(path)
        statement = build_statement(loaded.case, loaded.law, AU)
        found = suggestions(loaded.case, statement, loaded.law, roots_of(loaded))
        assert found
        proposed |= {letter.id for letter, lacking in found if not lacking}

    assert proposed & changed
