"""`plan proposer`: exact instalments on days that suit, costs the engine gives, a block that loads, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.cli import plan as commands
from generator.loading import load_case
from generator.money import number_fr, plain_spaces
from generator.portfolio import plan_proposal
from tests.outside import AU, DOSSIER, assert_french, impayes, refused, write

GUIDE = (
    ("numero: F-1", "numero: F-2026-044"),
    ("emise_le: 2026-06-01", "emise_le: 2026-03-02"),
    ("echeance: 2026-07-01", "echeance: 2026-04-01"),
    ("1200.00", "4800.00"),
)
PARTLY = (
    "montant_ttc: 1200.00",
    "montant_ttc: 1200.00\n    contestation: {depuis: 2026-08-01, motif: x, montant: 200}",
)
CONTESTED = ("montant_ttc: 1200.00", "montant_ttc: 1200.00\n    contestation: {depuis: 2026-08-01, motif: x}")
CONSUMER, PUBLIC = ("professionnel", "particulier"), ("professionnel", "public")
PROPOSED = "plan: {montant: 600, echeances: [{le: 2026-12-15, montant: 600}]}\n"
SIGNED = "plan: {signe_le: 2026-10-01, montant: 600, echeances: [{le: 2026-12-15, montant: 600}]}\n"


def proposed(path: Path, *options: object, au: str = AU) -> dict[str, Any]:
    """What the command says to another program."""
    result = impayes("plan", "proposer", path, "--au", au, "--json", *options)
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    assert data["schema"] == "impayes/plan-propose/1"
    return data


def choice(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The cost of one fate of the penalties."""
    (found,) = [cost for cost in data["choix"] if cost["penalites"] == name]
    return found


def codes(data: dict[str, Any]) -> list[str]:
    """The warnings, after a look at their language."""
    for notice in data["avertissements"]:
        assert_french(notice["message"])
    return [notice["code"] for notice in data["avertissements"]]


def test_the_guide_s_own_plan(tmp_path: Path) -> None:
    """4 800 € on the 15th, three times, penalties given up if it is kept: `docs/s-accorder/plan-de-paiement.md`.

    By hand: 24 days × 4 800 € then 16 days × 3 200 € at 12.40 % make 39,14 + 17,39 = 56,53 € up to 31 December.
    """
    data = proposed(write(tmp_path, *GUIDE), "--penalites", "abandonnees_si_respecte", "--jour", 15)

    assert data["dette"] == {"principal": "4800.00", "penalites": "378.62", "indemnites": "40.00", "total": "5218.62"}
    assert data["plan"] == {
        "montant": "4800.00",
        "echeances": [{"le": le, "montant": "1600.00"} for le in ("2026-12-15", "2027-01-15", "2027-02-15")],
        "penalites": "abandonnees_si_respecte",
        "decheance_du_terme": True,
    }
    cost = choice(data, "abandonnees_si_respecte")
    assert (cost["total"], cost["ensuite"], cost["abandonne"]) == ("4800.00", "0.00", "475.15")
    assert (cost["retenu"], cost["complet"], cost["connu_jusqu_au"]) == (True, False, "2026-12-31")


@pytest.mark.parametrize(
    ("name", "instalment", "then", "total", "given_up"),
    [
        # 9 days × 1 200 €: 3,67; 649,15 € then pay 61,97 € of interest first, 30 days × 612,82 €: 6,25.
        ("maintenues", "649.15", "9.92", "1308.22", "0.00"),
        ("gelees", "649.15", "0.00", "1298.30", "9.92"),
        # 9 days × 1 200 €: 3,67; 600 € pay the principal, 30 days × 600 €: 6,12; with the 98,30 € already due.
        ("abandonnees_si_respecte", "600.00", "0.00", "1200.00", "108.09"),
    ],
)
def test_the_cost_of_each_choice(
    tmp_path: Path, name: str, instalment: str, then: str, total: str, given_up: str
) -> None:
    """Two instalments within the half-years on file, by hand."""
    cost = choice(proposed(write(tmp_path), "--versements", 2), name)

    assert [e["montant"] for e in cost["echeances"]] == [instalment] * 2
    assert (cost["ensuite"], cost["total"], cost["abandonne"], cost["complet"]) == (then, total, given_up, True)


def test_a_rate_that_the_company_adds_completes_the_cost(tmp_path: Path) -> None:
    """Beyond the last half-year on file the figure is a least, said in one sentence; with `taux.yml` it is whole."""
    company, dossier = DOSSIER.split("debiteur:")
    (tmp_path / "entreprise.yml").write_text(company.split("\n", 1)[1], encoding="utf-8")
    path = write(tmp_path, text="reference: 2026-014\ndebiteur:" + dossier)
    before = impayes("plan", "proposer", path, "--au", AU)
    text = plain_spaces(before.stdout)
    assert "au moins 12,26 €" in text
    assert text.count("Le taux du 1er semestre 2027 n'est pas encore connu") == 1

    rate = "refinancement-bce: [{depuis: 2027-01-01, valeur: '2.40', source: {texte: essai}}]\n"
    (tmp_path / "taux.yml").write_text(rate, encoding="utf-8")
    after = proposed(path)
    assert all(cost["complet"] for cost in after["choix"])
    # 12,26 € and 32 days of 2027 × 404,88 €, what the first two instalments leave of the principal: 4,40 €.
    assert choice(after, "gelees")["abandonne"] == "16.66"
    assert "au moins" not in impayes("plan", "proposer", path, "--au", AU).stdout


def test_less_than_all(tmp_path: Path) -> None:
    """A smaller plan: what it leaves out follows it, and only what exceeds the principal can be given up."""
    path = write(tmp_path)
    data = proposed(path, "--montant", "1250", "--versements", 2)
    assert {name: choice(data, name)["ensuite"] for name in ("gelees", "abandonnees_si_respecte")} == {
        "gelees": "48.30",
        "abandonnees_si_respecte": "0.00",
    }
    small = choice(proposed(path, "--montant", "500,00", "--versements", 1), "abandonnees_si_respecte")
    assert (small["montant"], small["ensuite"], small["total"]) == ("500.00", "700.00", "1200.00")


@pytest.mark.parametrize(("amount", "good"), [("1298.30", True), ("1298.31", False)])
def test_never_more_than_is_due(tmp_path: Path, amount: str, good: bool) -> None:
    """The very amount due is the most."""
    path = write(tmp_path)
    if good:
        assert proposed(path, "--montant", amount)["plan"]["montant"] == amount
    else:
        assert "soit 1 298,30 €" in refused(3, "plan", "proposer", path, "--au", AU, "--montant", amount)


def test_the_contested_part_stays_out(tmp_path: Path) -> None:
    """Interest of the plan runs on the rest only: 9 days × 1 000 € and 30 days × 500 €, 3,06 + 5,10 by hand."""
    data = proposed(write(tmp_path, PARTLY), "--versements", 2)

    assert data["dette"] == {"principal": "1000.00", "penalites": "0.00", "indemnites": "0.00", "total": "1000.00"}
    assert choice(data, "gelees")["abandonne"] == "8.16"
    assert codes(data) == ["contestation"]


def test_an_invoice_wholly_contested_keeps_its_own_account(tmp_path: Path) -> None:
    """The same plan as without it: no instalment goes to it, though it fell due first."""
    other = "  - {numero: F-0, emise_le: 2026-05-01, echeance: 2026-06-01, montant_ttc: 900, contestation: {depuis: 2026-08-01, motif: x}}\n"
    alone, both = proposed(write(tmp_path)), proposed(write(tmp_path, extra=other))

    assert both["choix"] == alone["choix"]
    assert codes(both) == ["contestation"]


def test_earlier_payments_keep_their_order(tmp_path: Path) -> None:
    """A part payment cleared interest first: giving the rest up changes nothing to it; a later one is not counted."""
    paid = "paiements: [{recu_le: 2026-09-01, montant: 500}, {recu_le: 2026-12-01, montant: 100}]\n"
    data = proposed(write(tmp_path, extra=paid), "--versements", 1, "--premier", "2026-12-30")

    # 62 days × 1 200 €: 25,28; 474,72 € of principal paid, 725,28 € left, 81 days: 19,96; then 39 days: 9,61.
    assert data["dette"] == {"principal": "725.28", "penalites": "19.96", "indemnites": "40.00", "total": "785.24"}
    assert choice(data, "abandonnees_si_respecte")["abandonne"] == "69.57"


@pytest.mark.parametrize(
    ("swaps", "extra"),
    [([CONSUMER], ""), ([], "conditions: {penalites: offrir, indemnite_forfaitaire: offrir}\n")],
)
def test_when_no_interest_runs(tmp_path: Path, swaps: list[tuple[str, str]], extra: str) -> None:
    """A consumer without a mise en demeure, or penalties offered: the three choices are one, and it is said."""
    result = impayes("plan", "proposer", write(tmp_path, *swaps, extra=extra), "--au", AU)

    assert "ces choix reviennent au même" in result.stdout
    assert "n'est pas encore connu" not in result.stdout


def test_a_deposit_then_a_size(tmp_path: Path) -> None:
    """The deposit first, then instalments of 300 €, the last one smaller."""
    data = proposed(write(tmp_path), "--acompte", "500", "--mensualite", "300", "--rythme", "quinzaine")
    assert [e["montant"] for e in data["plan"]["echeances"]] == ["500.00", "300.00", "300.00", "198.30"]


def test_a_deposit_that_only_fits_the_plan_asked_for(tmp_path: Path) -> None:
    """1 250 € can come first out of 1 298,30 €, not out of the principal alone: that choice is left out."""
    path = write(tmp_path)
    data = proposed(path, "--acompte", "1250")
    assert [cost["penalites"] for cost in data["choix"]] == ["maintenues", "gelees"]
    waived = ("--acompte", "1250", "--penalites", "abandonnees_si_respecte")
    assert "moins que le montant du plan, 1 200,00 €" in refused(3, "plan", "proposer", path, "--au", AU, *waived)


@pytest.mark.parametrize("name", plan_proposal.PENALTIES)
def test_the_block_loads_and_its_letter_goes(tmp_path: Path, name: str) -> None:
    """Pasted from standard output into the dossier: the same plan, and the letter the command announces."""
    path = write(tmp_path)
    result = impayes("plan", "proposer", path, "--au", AU, "--penalites", name)
    assert result.exit_code == 0
    assert f"impayes lettre {path} proposition-de-plan --au {AU}" in result.stderr
    block = result.stdout.split("À coller dans le dossier :\n\n")[1]
    path.write_text(DOSSIER + block, encoding="utf-8")

    plan = load_case(path).case.plan
    assert plan is not None
    assert (plan.penalites, plan.signe_le) == (name, None)
    letter = impayes("lettre", path, "proposition-de-plan", "--au", AU, "--format", "txt")
    assert letter.exit_code == 0, letter.output
    text = Path(letter.stdout.strip()).read_text(encoding="utf-8")
    assert all(number_fr(e.montant) in text for e in plan.echeances)
    assert impayes("lettre", path, "accord-de-paiement", "--au", AU, "--format", "txt").exit_code == 0


def test_the_letter_of_a_client_abroad(tmp_path: Path) -> None:
    """In English when the debtor reads English abroad; in French when they live here."""
    bank = ("creancier:", "creancier:\n  iban: FR7630006000011234567890189\n  bic: AGRIFRPP")
    english = ("qualite: professionnel", "qualite: professionnel\n  langue: en")
    for place, letter in (("Tours}\nfactures", "proposition-de-plan"), ("Tours, pays: BE}\nfactures", "plan-export")):
        path = write(tmp_path, bank, english, ("Tours}\nfactures", place))
        assert proposed(path)["lettre"] == letter


@pytest.mark.parametrize(
    ("swaps", "extra", "said"),
    [
        ([("qualite: prof", "procedure_collective: {type: liquidation, jugement_le: 2026-09-01}\n  qualite: prof")], "", "L622-7"),
        ([], SIGNED, "plan.avenant"),
        ([], "transaction: {litige: x, montant: 900, payer_le: 2026-12-31, concession_creancier: y, concession_debiteur: z, signe_le: 2026-10-01}\n", "art. 2052"),
        ([], "paiements: [{recu_le: 2026-07-01, montant: 1200}]\n", "Plus rien n'est dû"),
        ([("echeance: 2026-07-01", "echeance: 2026-11-21")], "", "aucune facture n'est encore échue"),
        ([CONTESTED], "", "tout ce qui est échu est contesté"),
    ],
)  # fmt: skip
def test_what_forbids_a_plan(tmp_path: Path, swaps: list[tuple[str, str]], extra: str, said: str) -> None:
    """Exit code 4, the reason in French, and no plan shown."""
    path = write(tmp_path, *swaps, extra=extra)
    result = impayes("plan", "proposer", path, "--au", AU)

    assert (result.exit_code, result.stdout) == (4, "")
    assert said.lower() in plain_spaces(result.stderr).lower()
    assert_french(result.stderr)


def test_due_the_day_before(tmp_path: Path) -> None:
    """An invoice can be spread from the day after its due date; one still to come is left out, with a warning."""
    coming = "  - {numero: F-2, emise_le: 2026-11-01, echeance: 2026-11-21, montant_ttc: 500}\n"
    data = proposed(write(tmp_path, ("echeance: 2026-07-01", "echeance: 2026-11-20"), extra=coming))

    assert data["dette"]["principal"] == "1200.00"
    assert codes(data) == ["facture-non-echue"]


def test_a_public_body(tmp_path: Path) -> None:
    """Penalties can only be kept, and a plan makes little sense: both are said."""
    path = write(tmp_path, PUBLIC)
    data = proposed(path)
    assert [cost["penalites"] for cost in data["choix"]] == ["maintenues"]
    assert (codes(data), data["lettre"]) == (["acheteur-public"], None)
    for name in ("gelees", "abandonnees_si_respecte"):
        assert "art. L2192-14" in refused(4, "plan", "proposer", path, "--au", AU, "--penalites", name)


def test_a_consumer(tmp_path: Path) -> None:
    """No cost for spreading, over-indebtedness asked about; legal interest once a mise en demeure was sent."""
    path = write(tmp_path, CONSUMER, extra="mise_en_demeure: {envoyee_le: 2026-08-03}\n")
    data = proposed(path, "--versements", 2)
    assert codes(data) == ["particulier"]
    assert "art. L722-2" in plain_spaces(data["avertissements"][0]["message"])
    # 110 days at 2,75 %: 9,95 €; then 9 days × 1 200 € and 30 days × 605,78 €, 0,81 + 1,37.
    assert data["dette"]["penalites"] == "9.95"
    assert choice(data, "gelees")["abandonne"] == "2.18"


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2028-11-21", []), ("2028-11-22", ["plan-long"])],
)
def test_longer_than_a_judge_would_grant(tmp_path: Path, date: str, expected: list[str]) -> None:
    """Two years to the day are still within it."""
    assert codes(proposed(write(tmp_path), "--versements", 1, "--premier", date)) == expected


@pytest.mark.parametrize(("date", "warned"), [("2027-06-01", False), ("2027-06-02", True)])
def test_limitation_before_the_end_of_the_plan(tmp_path: Path, date: str, warned: bool) -> None:
    """A carrier has one year: an agreement signed in time starts it again."""
    path = write(tmp_path, extra="conditions: {secteur: transport}\n")
    data = proposed(path, "--versements", 1, "--premier", date)

    assert ("prescription-pendant-le-plan" in codes(data)) == warned
    if warned:
        assert "01/06/2027" in data["avertissements"][-1]["message"]


@pytest.mark.parametrize(
    ("extra", "code"),
    [(PROPOSED, "plan-deja-propose"), (SIGNED.replace("}]}", "}], decheance_le: 2026-11-20}"), "plan-rompu")],
)
def test_a_former_plan(tmp_path: Path, extra: str, code: str) -> None:
    """Never signed, or lapsed: another can be proposed, of everything due."""
    data = proposed(write(tmp_path, extra=extra))

    assert codes(data) == [code]
    assert data["plan"]["montant"] == "1298.30"


def test_a_former_plan_of_more_than_is_due(tmp_path: Path) -> None:
    """Money came in since it was proposed: it does not stand in the way of a smaller one."""
    path = write(tmp_path, extra=PROPOSED.replace("600", "5000"))
    assert proposed(path)["plan"]["montant"] == "1298.30"


def test_a_plan_signed_later_is_not_running_yet(tmp_path: Path) -> None:
    """Signed on the very day, it runs; the day before, it does not."""
    path = write(tmp_path, extra=SIGNED)
    assert codes(proposed(path, au="2026-09-30")) == ["plan-deja-propose"]
    assert refused(4, "plan", "proposer", path, "--au", "2026-10-01")


def test_what_the_letter_will_need(tmp_path: Path) -> None:
    """A field the letter requires is asked for at once, not after the plan has been pasted."""
    swaps = (
        ("qualite: professionnel", "qualite: professionnel\n  langue: en"),
        ("Tours}\nfactures", "Tours, pays: BE}\nfactures"),
    )
    data = proposed(write(tmp_path, *swaps))

    assert codes(data) == ["lettre-incomplete", "lettre-incomplete"]
    assert "creancier.iban : champ nécessaire à la lettre « plan-export »" in data["avertissements"][0]["message"]


def test_money_that_arrives_as_planned(tmp_path: Path) -> None:
    """Three invoices, payments put in the dossier on the days of the plan: the statement is what was announced."""
    more = (
        "  - {numero: F-2, emise_le: 2026-06-15, echeance: 2026-08-01, montant_ttc: 333.33}\n"
        "  - {numero: F-3, emise_le: 2026-02-15, echeance: 2026-03-17, montant_ttc: 2000}\n"
    )
    data = proposed(write(tmp_path, extra=more), "--mensualite", "450", "--rythme", "hebdomadaire", au="2026-10-05")
    cost, instalments = choice(data, "maintenues"), data["plan"]["echeances"]
    assert (len(instalments), cost["complet"]) == (9, True)

    payments = "".join(f"  - {{recu_le: {e['le']}, montant: {e['montant']}}}\n" for e in instalments)
    path = write(tmp_path, extra=f"{more}paiements:\n{payments}")
    result = impayes("decompte", path, "--au", instalments[-1]["le"], "--json")
    assert json.loads(result.stdout)["totaux"]["solde"] == cost["ensuite"] != "0.00"


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--versements", 2, "--mensualite", 100), 2, "se contredisent"),
        (("--versements", 0), 2, "--versements"),
        (("--jour", 10, "--rythme", "hebdomadaire"), 2, "--jour ne s'applique pas"),
        (("--jour", 10, "--rythme", "fin-de-mois"), 2, "--jour ne s'applique pas"),
        (("--jour", 32), 2, "--jour"),
        (("--montant", "0"), 2, "montant nul"),
        (("--montant", "1.234,56"), 2, "montant illisible"),
        (("--premier", "2026-11-20"), 3, "cette date est passée au 21/11/2026"),
        (("--premier", "demain"), 2, "date illisible"),
        (("--mensualite", "5"), 3, "plus de 120 versements"),
        (("--versements", 100, "--montant", "99"), 3, "en demander moins"),
        (("--acompte", "1298.30"), 3, "écrire moins que le montant du plan"),
        (("--rythme", "saisonnier"), 2, "saisonnier"),
        (("--penalites", "offertes"), 2, "offertes"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, options: tuple[object, ...], code: int, said: str) -> None:
    """One sentence each, in French, and nothing on standard output."""
    path = write(tmp_path)
    found = refused(code, "plan", "proposer", path, "--au", AU, *options)

    assert said in found
    assert "Traceback" not in found
    assert_french(found)


def test_nothing_left_of_the_principal(tmp_path: Path) -> None:
    """Penalties alone can be spread, not given up: there would be nothing left."""
    paid = "conditions: {imputation: principal}\npaiements: [{recu_le: 2026-09-01, montant: 1200}]\n"
    path = write(tmp_path, extra=paid)
    data = proposed(path)
    assert data["dette"]["principal"] == "0.00"
    assert [cost["penalites"] for cost in data["choix"]] == ["maintenues", "gelees"]
    said = refused(3, "plan", "proposer", path, "--au", AU, "--penalites", "abandonnees_si_respecte")
    assert "le principal est déjà payé" in said


def test_the_options_are_those_of_the_computation() -> None:
    """The command lists them itself, so that `--help` loads nothing."""
    assert (commands.RHYTHMS, commands.PENALTIES) == (plan_proposal.RHYTHMS, plan_proposal.PENALTIES)
    (count,) = [p for p in commands.proposer.params if p.name == "versements"]
    assert count.type.max == plan_proposal.MAX_INSTALMENTS  # type: ignore[attr-defined]
