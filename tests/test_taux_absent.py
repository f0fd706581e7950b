"""The turn of the year before its rate is on file: what watches goes on and says so, what claims a sum waits."""

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.case import Case
from generator.errors import InvalidInput
from generator.known_rates import stopped_by
from generator.law import Law, load_law
from generator.money import plain_spaces
from generator.statement import Statement, build_statement
from tests import claim_samples
from tests.conftest import ROOT, case_data, day
from tests.outside import assert_french, impayes, refused, tree
from tests.portfolio_samples import CONSUMER, DEBTOR, FIRST, TOWN, WARNING, agenda, company, dossier, invoice, strategy
from tests.titre_samples import INVOICE, JUDGMENT

# The tables end with the second half of 2026.
KNOWN, NEW_YEAR, LATER, JULY = "2026-12-31", "2027-01-01", "2027-01-15", "2027-07-01"
ECB = "refinancement-bce: [{depuis: 2027-01-01, valeur: '2.40', source: {texte: essai}}]\n"
LEGAL = "interet-legal: [{depuis: 2027-01-01, cle: autres, valeur: '2.70', source: {texte: essai}}]\n"
SAID = "Intérêts arrêtés au 31/12/2026 : taux du 1er semestre 2027 absent de la table"
NOTICE = {"mise_en_demeure": {"envoyee_le": "2026-10-05", "recue_le": "2026-10-07"}}
KINDS: dict[str, dict[str, Any]] = {
    "professionnel": {"debiteur": DEBTOR},
    "convenu": {"debiteur": DEBTOR, "conditions": {"taux_penalites": "12 %"}},
    "particulier": {"debiteur": CONSUMER, **NOTICE},
    "public": {"debiteur": TOWN},
}
TABLES = {"professionnel": "refinancement-bce", "convenu": "interet-legal", "particulier": "interet-legal"}


def data(command: str, path: Path, au: str, code: int = 0) -> Any:
    """What a command says to another program."""
    result = impayes(*command.split(), path, "--au", au, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def written(folder: Path, kind: str, due: str = "2026-09-01") -> Path:
    """A dossier against this kind of debtor, of a company of its own."""
    return dossier(company(folder), invoice(due), **KINDS[kind])


def balance(path: Path, au: str) -> str:
    """What the décompte says is owed."""
    found: str = data("decompte", path, au)["totaux"]["solde"]
    return found


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_what_watches_goes_on_with_interest_stopped(tmp_path: Path, kind: str) -> None:
    """Until 31 December nothing is said; from 1 January the sum of that day, the table that lacks a rate, the same dates."""
    path = written(tmp_path, kind)
    before = data("prescription", path, KNOWN)
    assert before["interets_arretes"] == []
    for au in (NEW_YEAR, LATER, JULY):
        found = data("prescription", path, au)
        assert [(s["jusqu_au"], s["table"]) for s in found["interets_arretes"]] == [(KNOWN, TABLES[kind])]
        assert [f["solde"] for f in found["factures"]] == [balance(path, KNOWN)]
        assert [f["jusqu_au"] for f in found["factures"]] == [f["jusqu_au"] for f in before["factures"]]

    assert float(balance(path, KNOWN)) > float(balance(path, "2026-12-30")), "interest runs until the last day"
    for command in ("prescription", "procedures", "agenda", "tableau"):
        assert SAID not in impayes(command, path, "--au", KNOWN).output
        said = impayes(command, path, "--au", NEW_YEAR)
        assert said.exit_code == 0
        assert plain_spaces(said.output).count(SAID) == 1, f"{command}: once a screen"
        assert plain_spaces(said.stdout).startswith(f"ATTENTION : {SAID} {TABLES[kind]}.")
        assert_french(said.output)


def test_a_public_body_keeps_its_rate(tmp_path: Path) -> None:
    """Its rate is the one of the half-year in which interest began: due on 30 December it never waits, on the 31st it does."""
    path = written(tmp_path / "a", "public", "2026-12-30")
    found = data("prescription", path, JULY)
    assert found["interets_arretes"] == []
    assert found["factures"][0]["solde"] == balance(path, JULY)

    path = written(tmp_path / "b", "public", "2026-12-31")
    assert data("prescription", path, KNOWN)["interets_arretes"] == []
    assert [s["jusqu_au"] for s in data("prescription", path, NEW_YEAR)["interets_arretes"]] == [KNOWN]


def test_each_invoice_stops_at_its_own_rate(tmp_path: Path) -> None:
    """The one whose rate is known goes on beside the one whose rate is not."""
    path = dossier(company(tmp_path), [invoice("2026-09-01"), invoice("2026-12-31", numero="F-2")], debiteur=TOWN)
    alone = written(tmp_path / "b", "public")
    found = data("prescription", path, LATER)
    assert [f["solde"] for f in found["factures"]] == [balance(alone, LATER), "1040.00"]
    assert len(found["interets_arretes"]) == 1


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_a_rate_that_the_company_adds_brings_everything_back(tmp_path: Path, kind: str) -> None:
    """With the half-year in `taux.yml` nothing is said and sums are those of the décompte; in July the next one is missing."""
    path = written(tmp_path, kind)
    (tmp_path / "taux.yml").write_text(ECB + LEGAL, encoding="utf-8")
    found = data("prescription", path, LATER)
    assert found["interets_arretes"] == []
    assert [f["solde"] for f in found["factures"]] == [balance(path, LATER)]
    assert balance(path, LATER) > balance(path, KNOWN)
    assert "Intérêts arrêtés" not in impayes("agenda", path, "--au", "2027-06-30").output
    assert [s["jusqu_au"] for s in data("prescription", path, JULY)["interets_arretes"]] == ["2027-06-30"]


def test_the_line_to_add_is_the_one_that_is_shown(tmp_path: Path) -> None:
    """Copied from the screen with a value and a source, it is read; only the missing table is asked for."""
    path = written(tmp_path, "particulier")
    said = impayes("agenda", path, "--au", LATER).stdout
    (line,) = re.findall("« ([a-z-]+: \\[.*?\\]) »", said)
    (tmp_path / "taux.yml").write_text(line.replace("valeur: '…'", "valeur: '2.70'"), encoding="utf-8")
    assert "Intérêts arrêtés" not in impayes("agenda", path, "--au", LATER).stdout


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_what_claims_a_sum_waits(tmp_path: Path, kind: str) -> None:
    """The statement, a letter, a pack: refused with what to add, and not a file; on the last known day they are made."""
    path = written(tmp_path, kind)
    before = tree(tmp_path)
    for command in ("decompte", "lettre", "plan proposer", "remettre --a avocat"):
        said = refused(3, *command.split(), path, "--au", NEW_YEAR)
        assert f"le 1er semestre 2027 n'est pas dans la table {TABLES[kind]}" in said
    assert tree(tmp_path) == before
    assert impayes("decompte", path, "--au", KNOWN).exit_code == 0


def test_a_rate_before_the_first_one(tmp_path: Path) -> None:
    """What claims a sum is refused; the time to act is known all the same, and the rate that lacks is said."""
    notice = {"envoyee_le": "2014-07-01"}
    path = dossier(company(tmp_path), invoice("2014-06-01"), debiteur=CONSUMER, mise_en_demeure=notice)
    assert "premier semestre connu : 1er semestre 2015" in refused(3, "decompte", path, "--au", "2015-01-15")
    found = data("prescription", path, "2015-01-15")
    assert [rate["semestre"] for rate in found["interets_arretes"]] == ["2014-07-01"]
    assert [invoice["etat"] for invoice in found["factures"]] == ["en-cours"]


def test_the_whole_example_keeps_its_dates(tmp_path: Path) -> None:
    """Same days, actions and calendar as with the rates; the dashboard counts the same dossiers and says it in its page too."""
    shutil.copytree(ROOT / "examples" / "portefeuille", tmp_path / "e")
    without, calendar = agenda(tmp_path / "e", "--au", LATER), tmp_path / "a.ics"
    said = impayes("agenda", tmp_path / "e", "--au", LATER, "--ics", calendar)
    assert SAID.split(" absent")[0] in plain_spaces(said.stderr)
    page = tmp_path / "t.html"
    board = impayes("tableau", tmp_path / "e", "--au", LATER, "--json", "--html", page)
    assert board.exit_code == 0
    assert "Intérêts arrêtés au 31/12/2026" in plain_spaces(page.read_text(encoding="utf-8"))
    days = re.findall("(?m)^(?:UID|DTSTART).*", calendar.read_text(encoding="utf-8"))

    (tmp_path / "e" / "taux.yml").write_text(ECB + LEGAL, encoding="utf-8")
    whole = agenda(tmp_path / "e", "--au", LATER)
    assert (without["erreurs"], whole["erreurs"]) == ([], [])
    assert {s["table"] for s in without["interets_arretes"]} == {"interet-legal", "refinancement-bce"}
    assert whole["interets_arretes"] == []
    assert without["echeances"] == whole["echeances"]
    names = ("le", "dossiers", "niveau", "lettre", "etat")
    actions, known = ([{n: a[n] for n in names} for a in found["actions"]] for found in (without, whole))
    assert sorted(actions, key=str) == sorted(known, key=str)
    impayes("agenda", tmp_path / "e", "--au", LATER, "--ics", calendar, "--ecraser")
    assert sorted(days) == sorted(re.findall("(?m)^(?:UID|DTSTART).*", calendar.read_text(encoding="utf-8")))

    impayes("tableau", tmp_path / "e", "--au", LATER, "--html", page, "--ecraser")
    assert "Intérêts arrêtés" not in page.read_text(encoding="utf-8")
    counted, again = json.loads(board.stdout), data("tableau", tmp_path / "e", LATER)
    assert len(counted.pop("interets_arretes")) == 2
    assert again.pop("interets_arretes") == []
    assert counted["erreurs"] == []
    assert counted["totaux"]["encours"] == again["totaux"]["encours"]
    assert counted["totaux"]["penalites"] < again["totaux"]["penalites"]


def test_reminders_wait_one_by_one(tmp_path: Path) -> None:
    """The late professional waits and is told why; the public body and the invoice not yet due get their letter."""
    folder = company(tmp_path, strategy(WARNING, FIRST))
    late = dossier(folder, invoice("2027-01-05"), "D-1")
    dossier(folder, invoice("2026-12-28"), "D-2", debiteur=TOWN)
    dossier(folder, invoice("2027-01-20"), "D-3")

    said = impayes("relancer", folder, "--au", LATER)
    assert said.exit_code == 3
    assert "Préparées (2)" in said.stdout
    assert [line.split(" : ")[0] for line in said.stderr.splitlines() if "1er semestre 2027" in line] == ["D-1"]
    made = {path.name for path in (folder / "relances" / LATER).iterdir() if path.is_dir()}
    assert made == {"D-2", "D-3"}
    (action,) = agenda(late, "--au", LATER)["actions"]
    assert action["remarques"] == ["attend le taux du 1er semestre 2027"]

    (folder / "taux.yml").write_text(ECB, encoding="utf-8")
    said = impayes("relancer", folder, "--au", LATER)
    assert said.exit_code == 0, said.output
    assert (folder / "relances" / LATER / "D-1").is_dir()
    assert agenda(late, "--au", "2027-01-14")["actions"][0]["remarques"] == []


def test_a_receipt_waits_when_a_payment_of_the_new_year_seems_to_clear_all(tmp_path: Path) -> None:
    """What cleared the sum of 31 December on 15 January does not clear the days between: no receipt is written."""
    path = written(tmp_path, "professionnel")
    owed = balance(path, KNOWN)
    path = dossier(
        tmp_path, invoice("2026-09-01"), paiements=[{"recu_le": LATER, "montant": owed}], **KINDS["professionnel"]
    )
    assert "1er semestre 2027" in refused(3, "lettre", path, "quittance", "--au", LATER)
    assert data("prescription", path, LATER)["interets_arretes"] != []
    path = dossier(
        tmp_path, invoice("2026-09-01"), paiements=[{"recu_le": KNOWN, "montant": owed}], **KINDS["professionnel"]
    )
    assert impayes("lettre", path, "quittance", "--au", LATER, "--format", "txt").exit_code == 0


@pytest.mark.parametrize(("judgment", "code"), [(NEW_YEAR, 0), ("2027-01-02", 3)])
def test_a_claim_needs_the_rates_until_the_judgment_only(tmp_path: Path, judgment: str, code: int) -> None:
    """Interest stops the day before it: 31 December is known. One day later the letter waits, not the time limit."""
    path = claim_samples.dossier(tmp_path, judgment=judgment, published="2027-01-08")
    found = data("declaration", path, LATER, code)
    assert {d["code"]: d["le"] for d in found["delais"]}["declarer"] == "2027-03-08"
    assert bool(found["interets_arretes"]) == (code == 3)
    assert bool(found["fichiers"]) == (code == 0)
    if code:
        said = impayes("declaration", path, "--au", LATER)
        assert plain_spaces(said.stdout).startswith(f"ATTENTION : {SAID}")
        assert "08/03/2027" in said.stdout
        assert not (tmp_path / "judiciaire").exists()


def test_a_plan_is_followed_and_its_letter_waits(tmp_path: Path) -> None:
    """The missed instalment shows on its day; the letter that claims interest is named with what it waits for."""
    plan = {"signe_le": "2026-11-02", "montant": "1000.00", "echeances": [{"le": "2027-01-10", "montant": "1000.00"}]}
    path = dossier(company(tmp_path), invoice("2026-09-01"), plan=plan, debiteur=DEBTOR)
    on_time, late = (data("plan suivre", path, au)["plans"][0] for au in ("2027-01-10", LATER))
    assert (on_time["etat"], late["etat"], late["en_retard"]) == ("a-jour", "en-retard", "1000.00")
    assert (late["manque"], late["commande"]) == (["attend le taux du 1er semestre 2027"], None)
    assert plain_spaces(impayes("plan", "suivre", path, "--au", LATER).output).count(SAID) == 1
    (tmp_path / "taux.yml").write_text(ECB, encoding="utf-8")
    assert data("plan suivre", path, LATER)["interets_arretes"] == []
    assert data("plan suivre", path, LATER)["plans"][0]["commande"]


def test_the_interest_of_article_700_stops_too() -> None:
    """Once the invoices are paid, these costs alone still bear the legal rate: stopped and told, or refused."""
    decision = JUDGMENT | {"article_700": {"montant": "800"}}

    def at(au: str, law: Law, paid: str = "0.01") -> Statement:
        payments = [{"recu_le": "2025-12-25", "montant": paid}]
        case = Case.model_validate(case_data(factures=[INVOICE], paiements=payments, decision=decision))
        return build_statement(case, law, day(au))

    law = load_law().for_watching()
    owed = f"{at('2025-12-25', law).totaux.solde + Decimal('0.01'):.2f}"
    before, after = (at(au, law, owed) for au in (KNOWN, LATER))
    assert before.frais_de_justice is not None
    assert before.totaux.solde == 0
    assert stopped_by(before) == ()
    assert [(rate.table, rate.jusqu_au.isoformat()) for rate in stopped_by(after)] == [("interet-legal", KNOWN)]
    assert after.frais_de_justice == before.frais_de_justice
    assert before.frais_de_justice.interets > 0
    with pytest.raises(InvalidInput, match="1er semestre 2027"):
        at(NEW_YEAR, load_law(), owed)


def test_nothing_else_changes_with_the_year(tmp_path: Path) -> None:
    """Checking a dossier and listing the points of one need no rate."""
    path = written(tmp_path, "professionnel")
    assert impayes("verifier", path, "--au", LATER).exit_code == 0
    assert "Tables de droit" in impayes("diagnostic", "--au", LATER).stdout
