"""Routes on both sides of each threshold: 5 000 €, 10 000 €, 50 000 €, slices of a scale, dates of a regime."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.court.conditions import Facts
from generator.court.costs import expenses
from generator.court.places import places
from generator.court.procedures import route
from generator.law import load_law
from generator.money import plain_spaces
from generator.pipeline import read
from tests.conftest import day
from tests.court_samples import asked, dossier, routes, states
from tests.outside import AU, impayes

# ---------------------------------------------------------------- petites créances: principal and interest, R125-1


@pytest.mark.parametrize(("montant", "etat"), [("4999.99", "ouverte"), ("5000.00", "ouverte"), ("5000.01", "fermee")])
def test_small_claims_up_to_the_ceiling_included(tmp_path: Path, montant: str, etat: str) -> None:
    """« Ne doit pas excéder »: the ceiling itself is in."""
    path = dossier(tmp_path, montant=montant, qualite="particulier", commercant="")
    one = routes(path)["petites-creances"]
    assert one["etat"] == etat
    if etat == "fermee":
        assert one["motif"]["condition"] == "plafond"
        assert "cpce-r125-1" in one["motif"]["articles"]
        assert "5 000,01 €" in one["motif"]["texte"]


def test_interest_counts_and_the_forty_euros_are_a_doubt(tmp_path: Path) -> None:
    """58,30 € of penalties on 1 200 € (12,40 % × 143 / 365): the ceiling falls between 4 766 € and 4 767 € of principal.

    4 768,38 × 12,40 % × 143 / 365 = 231,65: 5 000,03 €. 4 768,34 € gives 231,65 too: 4 999,99 €, and 5 039,99 € with 40 €.
    """
    closed = routes(dossier(tmp_path, montant="4768.38", commercant="non", nu=False))["petites-creances"]
    assert (closed["etat"], closed["motif"]["condition"]) == ("fermee", "plafond")
    path = dossier(tmp_path, montant="4768.34", commercant="non", nu=False)
    doubt = routes(path)["petites-creances"]
    assert doubt["etat"] == "a-verifier"
    assert asked(doubt) == ["seuil-petites-creances"]
    assert "4 999,99 €" in doubt["questions"][0]["texte"]
    assert "5 039,99 €" in doubt["questions"][0]["texte"]
    assert states(path, "--oui", "seuil-petites-creances")["petites-creances"] == "ouverte"
    assert states(path, "--non", "seuil-petites-creances")["petites-creances"] == "fermee"
    below = dossier(tmp_path, montant="4700.00", commercant="non", nu=False)
    assert states(below)["petites-creances"] == "ouverte"


# ---------------------------------------------------------------- European small claims: principal only


@pytest.mark.parametrize(
    ("montant", "etat"), [("4960.00", "ouverte"), ("4960.01", "a-verifier"), ("5000.00", "a-verifier"), ("5000.01", "fermee")]
)  # fmt: skip
def test_european_small_claims_leave_interest_out(tmp_path: Path, montant: str, etat: str) -> None:
    """241 € of interest do not count; the 40 € are costs or not, which the court seised will say."""
    path = dossier(tmp_path, montant=montant, pays="DE", code_postal="10115", ville="Berlin", nu=False)
    one = routes(path)["petits-litiges-europeens"]
    assert one["etat"] == etat
    assert asked(one) == (["seuil-petits-litiges"] if etat == "a-verifier" else [])


def test_the_european_order_has_no_ceiling(tmp_path: Path) -> None:
    path = dossier(tmp_path, montant="900000.00", pays="DE", code_postal="10115", ville="Berlin")
    assert states(path)["injonction-europeenne"] == "ouverte"


# ---------------------------------------------------------------- amicable attempt, CPC 750-1


@pytest.mark.parametrize("voie", ["refere-provision", "fond"])
@pytest.mark.parametrize(("montant", "etat"), [("5000.00", "a-verifier"), ("5000.01", "ouverte")])
def test_an_attempt_before_the_tribunal_judiciaire(tmp_path: Path, voie: str, montant: str, etat: str) -> None:
    """Up to 5 000 € included, before that court only; without it the claim is inadmissible."""
    path = dossier(tmp_path, montant=montant, qualite="particulier", commercant="")
    one = routes(path)[voie]
    assert one["etat"] == etat
    if etat == "a-verifier":
        assert asked(one) == ["tentative-amiable"]
        assert one["questions"][0]["articles"] == ["cpc-750-1"]
        assert states(path, "--oui", "tentative-amiable")[voie] == "ouverte"
        closed = routes(path, "--non", "tentative-amiable")[voie]
        assert (closed["etat"], closed["motif"]["articles"]) == ("fermee", ["cpc-750-1"])


def test_interest_and_indemnity_are_part_of_the_claim(tmp_path: Path) -> None:
    """4 768,38 € of principal make a claim of 5 040,03 €: beyond the threshold of 750-1."""
    path = dossier(tmp_path, montant="4768.38", commercant="non", forme="SCI", nu=False)
    options = ("--non", "debiteur-artisan", "--non", "creancier-artisan")
    assert states(path, *options)["fond"] == "ouverte"
    below = dossier(tmp_path, montant="4700.00", commercant="non", forme="SCI", nu=False)
    assert asked(routes(below, *options)["fond"]) == ["tentative-amiable"]


def test_no_attempt_before_the_tribunal_de_commerce(tmp_path: Path) -> None:
    """Article 750-1 only speaks of the tribunal judiciaire."""
    found = states(dossier(tmp_path, montant="300.00"))
    assert (found["refere-provision"], found["fond"]) == ("ouverte", "ouverte")


def test_the_injonction_needs_no_attempt(tmp_path: Path) -> None:
    """Opinion of the Cour de cassation of 25 September 2025."""
    one = routes(dossier(tmp_path, montant="300.00", qualite="particulier", commercant=""))
    order = one["injonction-tribunal-judiciaire"]
    assert order["etat"] == "ouverte"
    assert "cass-avis-2025-09-25" in order["articles"]
    assert any("tentative amiable" in remark for remark in order["a_savoir"])


# ---------------------------------------------------------------- lawyer, CPC 761 and 853


@pytest.mark.parametrize(("montant", "mots"), [("10000.00", "Pas obligatoire"), ("10000.01", "Obligatoire au-delà")])
def test_a_lawyer_beyond_ten_thousand_euros(tmp_path: Path, montant: str, mots: str) -> None:
    found = routes(dossier(tmp_path, montant=montant))
    for voie in ("refere-provision", "fond"):
        assert found[voie]["avocat"].startswith(mots)
        assert "10 000 €" in found[voie]["avocat"]
    assert found["injonction-tribunal-de-commerce"]["avocat"].startswith("Pas obligatoire")


@pytest.mark.parametrize(("montant", "mots"), [("10000.00", "Pas obligatoire"), ("10000.01", "À vérifier au-delà")])
def test_sources_differ_on_the_petition_before_the_tribunal_judiciaire(tmp_path: Path, montant: str, mots: str) -> None:
    path = dossier(tmp_path, montant=montant, qualite="particulier", commercant="")
    assert routes(path)["injonction-tribunal-judiciaire"]["avocat"].startswith(mots)


def test_a_clause_penale_leaves_the_threshold_uncertain(tmp_path: Path) -> None:
    """Asked for or not, it is part of the claim: 9 900 € with a clause of 200 € may go beyond 10 000 €."""
    path = dossier(tmp_path, montant="9900.00")
    text = path.read_text(encoding="utf-8")
    clause = "abandonner, clause_penale: {montant: 200, stipulation: article 8}}"
    path.write_text(text.replace("abandonner}", clause, 1), encoding="utf-8")
    assert routes(path)["fond"]["avocat"].startswith("À vérifier au-delà de 10 000 € ; demande : 10 100,00 €")


def test_several_invoices_are_added_up_and_it_is_said(tmp_path: Path) -> None:
    """CPC 35: connected claims add up."""
    path = dossier(tmp_path, montants=("6000.00", "4000.01"))
    assert routes(path)["fond"]["avocat"].startswith("Obligatoire")
    result = impayes("procedures", path, "--au", "2026-11-21")
    assert "Plusieurs factures" in result.stdout
    assert "CPC, art. 35" in result.stdout
    assert "Plusieurs factures" not in impayes("procedures", dossier(tmp_path), "--au", "2026-11-21").stdout


# ---------------------------------------------------------------- contribution pour la justice économique


CONTRIBUTION = {"contribution-moins-de-250", "contribution-250-et-plus"}


def _costs(one: dict[str, Any]) -> set[str]:
    return {cost["id"] for cost in one["couts"]}


@pytest.mark.parametrize(("montant", "due"), [("50000.00", False), ("50000.01", True)])
def test_the_contribution_beyond_fifty_thousand_euros(tmp_path: Path, montant: str, due: bool) -> None:
    """Shown for an order, an urgent claim and a judgment before a commercial court, and only beyond."""
    found = routes(dossier(tmp_path, montant=montant, ville="Lyon", code_postal="69003"))
    for voie in ("injonction-tribunal-de-commerce", "refere-provision", "fond"):
        assert (_costs(found[voie]) >= CONTRIBUTION) is due
    assert not CONTRIBUTION & _costs(found["saisie-conservatoire"])


def test_no_contribution_against_a_consumer(tmp_path: Path) -> None:
    path = dossier(tmp_path, montant="60000.00", qualite="particulier", commercant="")
    assert all(not CONTRIBUTION & _costs(one) for one in routes(path).values())


@pytest.mark.parametrize(
    ("au", "due"), [("2024-12-31", False), ("2025-01-01", True), ("2028-12-31", True), ("2029-01-01", False)]
)
def test_the_contribution_lives_as_long_as_the_trial(tmp_path: Path, au: str, due: bool) -> None:
    """The rates of 2028 are not on file: the statement of another day is looked at as of that one."""
    _, statement = read(dossier(tmp_path, montant="60000.00", ville="Paris", code_postal="75001"), day(AU))
    assert places().tae_runs(day(au)) is due
    assert (places().economic_court("Paris", day(au)) == "Paris") is due
    if day(au) > day(AU):  # the invoice is due
        found = expenses(route("fond"), Facts(replace(statement, au=day(au)), load_law()))
        assert ({cost.id for cost in found} >= CONTRIBUTION) is due


@pytest.mark.parametrize(
    ("ville", "code_postal", "nom"),
    [
        ("Le Mans", "72000", "tribunal des activités économiques du Mans"),
        ("Avignon", "84000", "tribunal des activités économiques d'Avignon"),
        ("SAINT BRIEUC", "22000", "tribunal des activités économiques de Saint-Brieuc"),
        ("Tours", "37000", "tribunal de commerce"),
        ("Colmar", "68000", "chambre commerciale"),
        ("Metz", "57000", "chambre commerciale"),
        ("Belfort", "90000", "tribunal de commerce"),
    ],
)
def test_the_court_is_named_by_the_town(tmp_path: Path, ville: str, code_postal: str, nom: str) -> None:
    path = dossier(tmp_path, ville=ville, code_postal=code_postal)
    assert nom in routes(path)["injonction-tribunal-de-commerce"]["tribunal"]


# ---------------------------------------------------------------- a scale by slices


@pytest.mark.parametrize(
    ("montant", "emolument"),
    [("128.00", "12.90"), ("128.01", "25.79"), ("1280.00", "25.79"), ("1280.01", "51.58")],
)
def test_the_fee_of_service_follows_its_slices(tmp_path: Path, montant: str, emolument: str) -> None:
    """25,79 € × 0,5, 1 or 2: 12,895 rounds up."""
    found = routes(dossier(tmp_path, montant=montant))["injonction-tribunal-de-commerce"]["couts"]
    (fee,) = [cost for cost in found if cost["id"] == "signification"]
    assert (fee["min"], fee["max"], fee["unite"], fee["confiance"]) == (emolument, emolument, "EUR HT", "moyenne")


def test_the_registry_fee_is_a_range_and_uncertain(tmp_path: Path) -> None:
    found = routes(dossier(tmp_path))["injonction-tribunal-de-commerce"]["couts"]
    (fee,) = [cost for cost in found if cost["id"] == "greffe"]
    assert (fee["min"], fee["max"], fee["confiance"]) == ("25.19", "33.47", "basse")
    assert len(fee["sources"]) == 3


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("ordonnance", "delai"), [("2026-08-31", "6 mois"), ("2026-09-01", "3 mois"), ("31/08/2026", "6 mois")]
)
def test_the_two_regimes_follow_the_date_of_the_order(tmp_path: Path, ordonnance: str, delai: str) -> None:
    """The day of the order decides, not that of the computation."""
    path = dossier(tmp_path)
    found = routes(path, "--ordonnance", ordonnance)["injonction-tribunal-de-commerce"]["delais"]
    (service,) = [limit for limit in found if limit["etape"].startswith("Signifier")]
    assert plain_spaces(service["delai"]) == delai
    (enforce,) = [limit for limit in found if "sans" in limit["etape"]]
    assert plain_spaces(enforce["delai"]) == ("2 mois" if delai == "3 mois" else "1 mois")
    assert enforce["confiance"] == ("haute" if delai == "3 mois" else "moyenne")


def test_the_default_order_is_of_the_day(tmp_path: Path) -> None:
    path = dossier(tmp_path)
    for au, delai in (("2026-08-31", "6 mois"), ("2026-09-01", "3 mois")):
        limits = routes(path, au=au)["injonction-tribunal-de-commerce"]["delais"]
        assert [one["delai"] for one in limits if one["etape"].startswith("Signifier")] == [delai]


@pytest.mark.parametrize(("au", "etat"), [("2026-04-23", "fermee"), ("2026-04-24", "a-verifier")])
def test_the_new_procedure_exists_from_its_law(tmp_path: Path, au: str, etat: str) -> None:
    """Before it, small claims stay open between merchants; from it, they are to be checked."""
    path = dossier(tmp_path, echeance="2026-04-01", executee_le="2026-01-05")
    text = path.read_text(encoding="utf-8").replace("emise_le: 2026-06-01", "emise_le: 2026-02-01")
    path.write_text(text, encoding="utf-8")
    found = states(path, au=au)
    assert found["creances-commerciales"] == etat
    assert found["petites-creances"] == ("ouverte" if etat == "fermee" else "a-verifier")


@pytest.mark.parametrize(("au", "etat"), [("2026-07-01", "fermee"), ("2026-07-02", "ouverte")])
def test_nothing_is_claimed_before_the_day_after_the_due_date(tmp_path: Path, au: str, etat: str) -> None:
    found = routes(dossier(tmp_path), au=au)
    assert found["injonction-tribunal-de-commerce"]["etat"] == etat
    if etat == "fermee":
        assert {one["etat"] for one in found.values()} == {"fermee"}
        assert {one["motif"]["condition"] for one in found.values()} == {"echue"}


@pytest.mark.parametrize(("executee_le", "etat"), [("2021-11-21", "ouverte"), ("2021-11-20", "a-verifier")])
def test_a_claim_that_looks_time_barred_is_to_be_checked(tmp_path: Path, executee_le: str, etat: str) -> None:
    """Five years from performance: the last day is still in; an act may have interrupted the period."""
    path = dossier(tmp_path, executee_le=executee_le)
    one = routes(path)["injonction-tribunal-de-commerce"]
    assert one["etat"] == etat
    if etat == "a-verifier":
        assert asked(one) == ["prescription"]
        assert "20/11/2026" in one["questions"][0]["texte"]
        assert states(path, "--oui", "prescription")["injonction-tribunal-de-commerce"] == "ouverte"
        assert set(states(path, "--non", "prescription").values()) == {"fermee"}


@pytest.mark.parametrize(("jugement", "etat"), [("2026-11-21", "fermee"), ("2026-11-22", "ouverte")])
def test_collective_proceedings_close_everything_from_their_day(tmp_path: Path, jugement: str, etat: str) -> None:
    path = dossier(tmp_path)
    text = path.read_text(encoding="utf-8")
    block = f"  procedure_collective: {{type: redressement, jugement_le: {jugement}}}\nconditions:"
    path.write_text(text.replace("conditions:", block, 1), encoding="utf-8")
    found = routes(path)
    assert found["injonction-tribunal-de-commerce"]["etat"] == etat
    if etat == "fermee":
        assert {one["etat"] for one in found.values()} == {"fermee"}
        assert all("c-com-l622-21" in one["motif"]["articles"] for one in found.values())
