"""The sample portfolio: every state a dossier may be in, journals the strategy explains, an agenda that makes sense."""

import datetime as dt
import importlib.util
import shutil
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from generator.calendar_fr import is_working_day
from generator.cli import cli
from generator.journal import read_journal
from generator.loading import load_case, load_company
from generator.money import ZERO
from generator.portfolio.messages import messages_of
from generator.portfolio.rating import rate_all
from generator.portfolio.reading import read_all
from generator.portfolio.sales import count_back, load_sales
from generator.portfolio.snapshot import Snapshot, Step
from tests.conftest import ROOT, day

FOLDER = ROOT / "examples" / "portefeuille"
FILES = sorted((FOLDER / "dossiers").glob("*.yml"))
AU = "2026-11-23"
# Other days a reader may look at: the ends of the months before.
EARLIER = ("2026-09-30", "2026-10-31")

# What each dossier shows on 23 November 2026, after its number: level, state, what stops it.
AGENDA = """
002 avant-echeance a-venir
003 avant-echeance a-venir
007 notification-des-penalites a-valider
008 relance-2 a-faire
009 relance-1 a-faire
010 appel a-valider
011 relance-3 a-venir
012 relance-3 preparee
013 mise-en-demeure a-valider
014 dernier-avis a-venir
015 dernier-avis a-valider
016 decision a-venir
017 decision a-valider
018 mise-en-demeure preparee
019 relance-2 bloquee promesse
021 relance-promesse a-valider
022 reponse-a-contestation a-valider
022 mise-en-demeure a-venir
023 reponse-a-contestation a-valider
023 decision bloquee contestation
024 decision bloquee contestation
025 attente bloquee plan
026 mise-en-demeure-plan a-valider
027 attente bloquee plan
029 relance-2 bloquee pause
030 declaration-de-creance a-valider
031 attente bloquee procedure-collective
032 attente bloquee tiers
033 dernier-avis a-venir
034 attente bloquee tiers
035 decision a-valider
036 attente bloquee prescription
037 appel a-venir
038 decision a-venir
039 relance-1 a-venir
040 relance-2 a-faire
041 avant-echeance a-venir
042 decision bloquee principal-paye
043 mise-en-demeure a-venir
044 avant-echeance a-venir
045 relance-1 a-faire
046 relance-1 a-faire
048 attente bloquee transaction-signee
049 relance-2 bloquee paiement-a-reporter
050 avant-echeance a-venir
051 avant-echeance a-venir
052 relance-1 a-venir
053 avant-echeance a-faire
054 relance-1 a-venir
055 relance-3 a-valider
"""
SETTLED = {"001", "004", "005", "006", "020", "028", "047"}


@cache
def portfolio(au: str = AU) -> dict[str, Snapshot]:
    """The snapshots by the last three digits of their reference; fails when one cannot be read."""
    found = list(read_all(FILES, day(au)))
    assert all(isinstance(item, Snapshot) for item in found), [i for i in found if not isinstance(i, Snapshot)]
    return {item.reference[-3:]: item for item in found if isinstance(item, Snapshot)}


@cache
def script() -> ModuleType:
    """`scripts/portefeuille.py`."""
    spec = importlib.util.spec_from_file_location("portefeuille", ROOT / "scripts" / "portefeuille.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _copy(target: Path) -> Path:
    """The folder without its journals."""
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns("journal"))
    return target


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != ".verrou"
    }


def _line(number: str, step: Step) -> str:
    return " ".join((number, step.niveau, step.etat, *(stop.code for stop in step.arrets)))


def test_the_agenda_of_the_day() -> None:
    """At least forty dossiers, each with the step its story leads to."""
    found = [_line(number, step) for number, one in portfolio().items() for step in one.etapes]

    assert found == AGENDA.split("\n")[1:-1]
    assert {number for number, one in portfolio().items() if not one.etapes} == SETTLED
    assert len(portfolio()) >= 40


def test_every_state_is_there() -> None:
    """States of a step, reasons of a stop, levels sent, strategies, kinds of debtor."""
    steps = [step for one in portfolio().values() for step in one.etapes]
    codes = {stop.code for step in steps for stop in step.arrets}
    codes |= {"paye"} if any("plus rien n'est dû" in one.remarques for one in portfolio().values()) else set()

    assert {step.etat for step in steps} == {"a-faire", "a-valider", "preparee", "bloquee", "a-venir"}
    assert codes >= {
        "paye", "pause", "promesse", "plan", "tiers", "transaction-signee", "contestation", "prescription",
        "procedure-collective", "paiement-a-reporter", "principal-paye",
    }  # fmt: skip
    assert {one.niveau for one in portfolio().values()} >= {
        None, "avant-echeance", "relance-1", "appel", "relance-2", "relance-3", "mise-en-demeure", "dernier-avis",
    }  # fmt: skip
    assert {one.strategie for one in portfolio().values()} == {"douce", "standard", "ferme", "export"}
    assert {one.qualite for one in portfolio().values()} == {"professionnel", "particulier", "public"}
    assert any("sauté" in remark for step in steps for remark in step.remarques)
    assert any("sur papier" in remark for step in steps for remark in step.remarques)


def test_promises_plans_and_credits() -> None:
    """A promise running, kept, broken; a plan respected, with a notice running, finished; money to give back."""
    promises = [promise.tenue for one in portfolio().values() for promise in one.promesses]
    assert {True, False, None} == set(promises)
    plans = {n: [e.montant - e.paye for e in one.plan if e.le < day(AU)] for n, one in portfolio().items() if one.plan}
    assert {n for n, late in plans.items() if any(late)} == {"026", "027"}
    assert {n for n, late in plans.items() if not any(late)} == {"025", "028"}
    assert portfolio()["028"].solde == ZERO
    assert "preavis-du-plan" in {deadline.code for deadline in portfolio()["027"].echeances}
    assert {n for n, one in portfolio().items() if one.credit} == {"047"}
    assert portfolio()["047"].credit == Decimal("27.00")
    assert portfolio()["055"].factures[0].avoirs == Decimal("360.00")


def test_limitation_is_near_for_one_consumer() -> None:
    """Less than six months to act: the alert has passed, the last day has not."""
    days = {deadline.code: deadline.le for deadline in portfolio()["035"].echeances}
    assert days["prescription-alerte-F25-036"] == day("2026-08-12") < day(AU)
    assert days["prescription-F25-036"] == day("2027-02-12") > day(AU)


def test_two_dossiers_of_one_debtor_make_one_message() -> None:
    """The strategy « douce » writes once to the nursery."""
    grouped = [message.references for message in messages_of(portfolio().values()) if len(message.references) > 1]
    assert grouped == [("V-2026-045", "V-2026-046")]


@pytest.mark.parametrize("au", [*EARLIER, AU])
def test_nothing_is_forgotten_nor_absurd(au: str) -> None:
    """Treated twice a week, nothing to send is more than four days late; a decision may wait, six weeks at most."""
    for number, one in portfolio(au).items():
        for step in one.etapes:
            late = (day(au) - step.le).days
            assert step.etat != "a-faire" or late <= 4, _line(number, step)
            assert step.etat != "a-valider" or late <= 42, _line(number, step)
            assert not {stop.code for stop in step.arrets} & {"regle", "champ-manquant", "langue"}, _line(number, step)


def test_an_earlier_picture_is_another_one() -> None:
    """Facts dated later are not seen: the insolvency, the promise, the reply."""
    september = portfolio("2026-09-30")
    assert not september["030"].procedure_collective
    assert portfolio()["030"].procedure_collective
    assert september["021"].promesses == ()
    assert september["052"].factures == ()


def test_ratings_from_a_to_d() -> None:
    """Seven debtors with four invoices or more behind them, and every letter among them."""
    ratings = [rating for rating in rate_all(portfolio().values()).notes if rating.etat == "note"]
    assert Counter(rating.note for rating in ratings) == {"A": 3, "B": 1, "C": 1, "D": 2}
    assert all(rating.factures >= 4 for rating in ratings)


def test_the_balance_looks_like_a_small_business() -> None:
    """Most of it not due or due for less than a month, a tail beyond ninety days, and a delay that can be counted."""
    ages: Counter[str] = Counter()
    for one in portfolio().values():
        for invoice in one.factures:
            late = (day(AU) - invoice.echeance).days
            band = next(
                name for name, top in (("0", 0), ("30", 30), ("60", 60), ("90", 90), ("+", 9999)) if late <= top
            )
            ages[band] += int(invoice.principal)
    total = sum(ages.values())
    assert 120_000 <= total <= 180_000
    assert ages["0"] + ages["30"] > total * 6 / 10
    assert all(ages[band] > 0 for band in ("60", "90"))
    assert 0.05 < ages["+"] / total < 0.2
    for au in (*EARLIER, AU):
        owed = sum((one.principal for one in portfolio(au).values()), ZERO)
        days = count_back(owed, day(au), load_sales(FOLDER / "ventes.csv")).jours
        assert days is not None
        assert 30 < days < 70


def test_sales_are_more_than_the_dossiers_and_fourteen_months_long() -> None:
    """The dossiers are a part of the sales, never more."""
    sales = load_sales(FOLDER / "ventes.csv")
    invoiced: Counter[dt.date] = Counter()
    for path in FILES:
        for invoice in load_case(path).case.factures:
            invoiced[invoice.emise_le.replace(day=1)] += int(invoice.montant_ttc)
    assert len(sales) >= 14
    assert not {month: amount for month, amount in invoiced.items() if month in sales and amount > sales[month]}


def test_the_dossiers_are_as_people_write_them() -> None:
    """Working days, one number an invoice, the file named after its reference, the company of the other examples."""
    numbers: Counter[str] = Counter()
    for path in FILES:
        case = load_case(path).case
        numbers.update(invoice.numero for invoice in case.factures)
        days = [f.emise_le for f in case.factures] + [f.executee_le for f in case.factures if f.executee_le]
        days += [payment.recu_le for payment in case.paiements]
        assert all(map(is_working_day, days)), path.name
        assert path.stem == case.reference
        assert path.read_text(encoding="utf-8").startswith("# ")
    assert [number for number, count in numbers.items() if count > 1] == []
    others = {path.stem for path in (ROOT / "examples").rglob("*.yml") if FOLDER not in path.parents}
    assert not others & {path.stem for path in FILES}
    ours, theirs = (load_company(folder / "entreprise.yml") for folder in (FOLDER, ROOT / "examples"))
    assert (ours.creancier, ours.conditions) == (theirs.creancier, theirs.conditions)


def test_the_journals_are_what_the_script_writes(tmp_path: Path) -> None:
    """The same table gives the same bytes, twice, and each letter in it was due on its day."""
    written = []
    for name in ("un", "deux"):
        folder = _copy(tmp_path / name)
        script().write_journals(folder)
        written.append(_bytes(folder / "journal"))
    assert written[0] == written[1]
    assert written[0] == _bytes(FOLDER / "journal"), "effacer le journal, puis : python scripts/portefeuille.py"


def test_letters_and_calls_happen_on_working_days() -> None:
    """And the journal goes forward in time."""
    for path in sorted((FOLDER / "journal").glob("*.jsonl")):
        days = [event.le for event in read_journal(path).events]
        assert all(map(is_working_day, days)), path.name
        assert days == sorted(days), path.name


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("V-2026-010 2026-11-12 envoi relance-1", "prévu le 2026-11-13"),
        ("V-2026-009 2026-11-23 envoi relance-2", "n'a pas ce niveau à faire"),
        ("V-2026-021 2026-11-12 envoi relance-1", "promesse de"),
        ("V-2026-014 2026-11-18 reception mise-en-demeure", "pas encore partie"),
        ("V-2026-014 2026-11-18 voeu relance-1", "événement inconnu"),
    ],
)
def test_a_table_the_strategy_does_not_explain_is_refused(tmp_path: Path, row: str, said: str) -> None:
    """A level too early, one that is not next, one that a promise stops, a reception before its letter."""
    with pytest.raises(SystemExit, match=said) as caught:
        script().write_journals(_copy(tmp_path / "p"), row)
    assert str(caught.value).startswith(" ".join(row.split()[:2]))


def test_a_journal_already_there_is_kept(tmp_path: Path) -> None:
    """Nothing is added a second time."""
    folder = _copy(tmp_path / "p")
    shutil.copytree(FOLDER / "journal", folder / "journal")
    before = _bytes(folder)
    with pytest.raises(SystemExit, match="existe déjà"):
        script().write_journals(folder)
    assert _bytes(folder) == before


def test_the_commands_find_nothing_wrong() -> None:
    """`verifier` reads every dossier, the company and the strategy; `journal verifier` every chain and its end."""
    journals = len(list((FOLDER / "journal").glob("*.jsonl")))
    for command, said in (
        (["verifier"], f"{len(FILES)} dossiers valides sur {len(FILES)}."),
        (["journal", "verifier"], f"{journals} journaux intacts sur {journals}"),
    ):
        result = CliRunner().invoke(cli, [*command, str(FOLDER)])
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        assert said in result.stdout


def test_the_readme_names_every_dossier() -> None:
    """Each dossier stands in the table of situations, and none that does not exist."""
    text = (FOLDER / "LISEZ-MOI.md").read_text(encoding="utf-8")
    cells = [line.split("|")[2] for line in text.splitlines() if line.startswith("|") and "0" in line.split("|")[2]]
    named = {word.strip(",") for cell in cells for word in cell.split() if word.strip(",").isdigit()}
    assert named == set(portfolio())
