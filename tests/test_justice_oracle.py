"""The ten routes against a decision table written by hand from the texts (`tests/cas_justice/voies.yml`)."""

import copy
import json
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.money import plain_spaces
from tests.conftest import ROOT
from tests.outside import AU, impayes

TABLE: dict[str, list[dict[str, Any]]] = yaml.load(
    (ROOT / "tests" / "cas_justice" / "voies.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
CLIENTS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "commercant": ("professionnel", "oui", ()),
    "artisan": ("professionnel", "non", ("--oui", "debiteur-artisan")),
    "liberal": ("professionnel", "non", ("--non", "debiteur-artisan")),
    "inconnu": ("professionnel", "non", ()),
    "particulier": ("particulier", None, ()),
    "public": ("public", None, ()),
}
PLACES = {
    "tours": ("37000", "Tours", "FR"),
    "paris": ("75002", "Paris", "FR"),
    "strasbourg": ("67000", "Strasbourg", "FR"),
    "colmar": ("68000", "Colmar", "FR"),
    "metz": ("57000", "Metz", "FR"),
    "reunion": ("97400", "Saint-Denis", "FR"),
    "berlin": ("10115", "Berlin", "DE"),
    "copenhague": ("1050", "Copenhague", "DK"),
    "zurich": ("8001", "Zurich", "CH"),
}
ABROAD = ("berlin", "copenhague", "zurich")
AMOUNTS = ("4999.99", "5000.00", "5000.01", "10000.00", "10000.01", "50000.00", "50000.01")
# Amounts change nothing more in the other places; two of them tell the small claims from the rest.
EVERY_AMOUNT = ("tours", "paris", "berlin")
PERFORMED = {"prescrite": "2019-05-28"}


def _dossier(
    folder: Path,
    client: str,
    lieu: str,
    montant: str,
    conteste: str,
    situation: str,
    name: str = "a",
    performed: str = "",
) -> Path:
    """A dossier of one invoice without penalties or indemnity, so that the claim is the amount itself."""
    qualite, commercant, _ = CLIENTS[client]
    postcode, city, country = PLACES[lieu]
    debtor: dict[str, Any] = {
        "nom": "Client",
        "qualite": qualite,
        "adresse": {"lignes": ["12 rue des Lilas"], "code_postal": postcode, "ville": city, "pays": country},
    }
    if commercant:
        debtor["commercant"] = commercant
    if situation == "collective":
        debtor["procedure_collective"] = {"type": "redressement", "jugement_le": "2026-10-06", "mandataire": "Maître X"}
    performed = performed or PERFORMED.get(situation, "2026-05-28")
    invoice: dict[str, Any] = {"numero": "F-1", "emise_le": performed, "executee_le": performed, "montant_ttc": montant}
    invoice["echeance"] = performed[:4] + "-07-01"
    if conteste == "oui":
        invoice["contestation"] = {"depuis": "2026-08-01", "motif": "Non conforme"}
    data: dict[str, Any] = {
        "reference": "2026-014",
        "creancier": {
            "nom": "Atelier Vasseur",
            "forme": "SARL",
            "siren": "732829320",
            "adresse": {"lignes": ["3 quai de Loire"], "code_postal": "37000", "ville": "Tours"},
        },
        "debiteur": debtor,
        "factures": [invoice],
    }
    if qualite == "professionnel":
        data["conditions"] = {"penalites": "abandonner", "indemnite_forfaitaire": "abandonner"}
    if situation in ("jugement", "refere"):
        data["decision"] = {"type": situation, "rendue_le": "2026-10-20", "interets": "legal", "montant": montant}
    path = folder / f"{name}.yml"
    path.write_text(json.dumps(copy.deepcopy(data), ensure_ascii=False), encoding="utf-8")
    return path


def _routes(path: Path, client: str) -> dict[str, dict[str, Any]]:
    result = impayes("procedures", path, "--au", AU, "--json", *CLIENTS[client][2])
    assert result.exit_code == 0, result.output
    return {one["id"]: one for one in json.loads(result.stdout)["voies"]}


def _suits(row: dict[str, Any], traits: dict[str, str]) -> bool:
    """Whether every trait the row names is the case's."""
    for name, wanted in row.items():
        if name in ("etat", "texte"):
            continue
        if name == "montant":
            over = Decimal(traits["montant"]) > Decimal(wanted.removeprefix("plus de "))
            if over != wanted.startswith("plus de "):
                return False
        elif traits[name] not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def expected(route: str, traits: dict[str, str]) -> str:
    """What the table says of a route: its first row that suits."""
    return next(str(row["etat"]) for row in TABLE[route] if _suits(row, traits))


def _combinations(client: str, conteste: str) -> list[dict[str, str]]:
    found = []
    for lieu, montant in product(PLACES, AMOUNTS):
        if client == "public" and lieu in ABROAD:
            continue
        if lieu in EVERY_AMOUNT or montant in ("5000.00", "50000.01"):
            found.append((lieu, montant, "rien"))
    for lieu, situation in product(("tours", "berlin"), ("prescrite", "collective", "jugement")):
        if (situation == "collective" and client in ("particulier", "public")) or (
            client == "public" and lieu == "berlin"
        ):
            continue
        found.append((lieu, "4999.99", situation))
    return [
        {"client": client, "conteste": conteste, "lieu": lieu, "montant": montant, "situation": situation}
        for lieu, montant, situation in found
    ]


@pytest.mark.parametrize(("client", "conteste"), list(product(CLIENTS, ("non", "oui"))))
def test_the_state_of_every_route(tmp_path: Path, client: str, conteste: str) -> None:
    """Open, closed or to be checked as the texts say, and never a route the table does not know."""
    wrong = []
    for number, traits in enumerate(_combinations(client, conteste)):
        found = _routes(_dossier(tmp_path, **traits, name=f"d{number}"), client)
        assert set(found) == set(TABLE)
        wrong += [
            (route, traits, found[route]["etat"], wanted)
            for route in TABLE
            if found[route]["etat"] not in (wanted := expected(route, traits)).split(" ou ")
        ]
    assert not wrong, f"{len(wrong)} : {wrong[:5]}"


def test_every_row_of_the_table_is_reached() -> None:
    """A row nothing reaches would look checked and would not be."""
    reached = set()
    for client, conteste in product(CLIENTS, ("non", "oui")):
        for traits in _combinations(client, conteste):
            for route, rows in TABLE.items():
                reached.add((route, next(i for i, row in enumerate(rows) if _suits(row, traits))))
    written = {(route, i) for route, rows in TABLE.items() for i in range(len(rows))}
    assert written - reached == set()


# ---------------------------------------------------------------- the court


@pytest.mark.parametrize(
    ("client", "lieu", "dit"),
    [
        ("commercant", "tours", "tribunal de commerce"),
        ("commercant", "paris", "tribunal des activités économiques"),
        ("commercant", "strasbourg", "tribunal judiciaire, chambre commerciale"),
        ("commercant", "colmar", "tribunal judiciaire, chambre commerciale"),
        ("commercant", "metz", "tribunal judiciaire, chambre commerciale"),
        ("commercant", "reunion", "tribunal mixte de commerce"),
        ("artisan", "tours", "tribunal de commerce"),
        ("liberal", "tours", "tribunal judiciaire"),
        ("liberal", "paris", "tribunal judiciaire"),
        ("liberal", "strasbourg", "tribunal judiciaire"),
        ("particulier", "tours", "tribunal judiciaire"),
        ("particulier", "metz", "tribunal judiciaire"),
    ],
)
@pytest.mark.parametrize("voie", ["fond", "refere-provision"])
def test_the_court(tmp_path: Path, client: str, lieu: str, dit: str, voie: str) -> None:
    """C. com. L721-3, L731-2 and L732-1; law 2023-1059 art. 26; the debtor's home, CPC 42."""
    found = _routes(_dossier(tmp_path, client, lieu, "20000.00", "non", "rien"), client)[voie]["tribunal"]
    assert dit in found
    assert PLACES[lieu][1] in found
    if client in ("liberal", "particulier"):
        assert "chambre commerciale" not in found
        assert "commerce" not in found


# ---------------------------------------------------------------- the lawyer, and what the court asks to be paid


@pytest.mark.parametrize("client", ["commercant", "liberal", "particulier"])
@pytest.mark.parametrize("voie", ["fond", "refere-provision"])
@pytest.mark.parametrize(
    ("montant", "oblige"), [("10000.00", False), ("10000.01", True), ("5000.00", False), ("50000.01", True)]
)
def test_the_lawyer(tmp_path: Path, client: str, voie: str, montant: str, oblige: bool) -> None:
    """CPC 761 and 853: up to 10 000 € included, without a lawyer."""
    said = _routes(_dossier(tmp_path, client, "tours", montant, "non", "rien"), client)[voie]["avocat"]
    assert said.startswith("Obligatoire" if oblige else "Pas obligatoire"), said


@pytest.mark.parametrize(
    ("montant", "dit"),
    [
        ("9900.00", "Pas obligatoire"),
        ("9900.01", "À vérifier"),
        ("10000.00", "À vérifier"),
        ("10000.01", "Obligatoire"),
    ],
)
def test_the_lawyer_with_a_penalty_clause(tmp_path: Path, montant: str, dit: str) -> None:
    """A clause pénale of 100 €, asked for or not: in between, the dossier does not tell."""
    path = _dossier(tmp_path, "commercant", "tours", montant, "non", "rien")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["conditions"]["clause_penale"] = {"montant": "100.00", "stipulation": "article 9"}
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert _routes(path, "commercant")["fond"]["avocat"].startswith(dit)


@pytest.mark.parametrize("montant", AMOUNTS)
def test_no_lawyer_for_the_request_of_an_order(tmp_path: Path, montant: str) -> None:
    """Commercial court: never for the request. Civil court: the sources differ over 10 000 €."""
    commerce = _routes(_dossier(tmp_path, "commercant", "tours", montant, "non", "rien"), "commercant")
    assert commerce["injonction-tribunal-de-commerce"]["avocat"].startswith("Pas obligatoire")
    civil = _routes(_dossier(tmp_path, "particulier", "tours", montant, "non", "rien"), "particulier")
    said = civil["injonction-tribunal-judiciaire"]["avocat"]
    assert said.startswith("Pas obligatoire") == (Decimal(montant) <= 10000), said


@pytest.mark.parametrize(
    ("client", "lieu", "montant", "due"),
    [
        ("commercant", "paris", "50000.00", False),
        ("commercant", "paris", "50000.01", True),
        ("artisan", "paris", "50000.01", True),
        ("commercant", "strasbourg", "50000.01", False),
        ("commercant", "reunion", "50000.01", False),
        ("liberal", "paris", "50000.01", False),
        ("particulier", "paris", "50000.01", False),
    ],
)
def test_the_contribution_of_the_twelve_courts(tmp_path: Path, client: str, lieu: str, montant: str, due: bool) -> None:
    """Law 2023-1059 art. 27: over 50 000 €, before a tribunal des activités économiques only.

    Elsewhere in France it is shown too, with the list of the twelve: a postcode does not tell which court covers it.
    """
    found = _routes(_dossier(tmp_path, client, lieu, montant, "non", "rien"), client)
    for voie in ("fond", "refere-provision", "injonction-tribunal-de-commerce"):
        if found[voie]["etat"] == "ouverte":
            costs = {cost["id"] for cost in found[voie]["couts"]}
            assert bool(costs & {"contribution-moins-de-250", "contribution-250-et-plus"}) == due, voie


@pytest.mark.parametrize(
    ("client", "due"), [("commercant", False), ("artisan", False), ("liberal", True), ("particulier", True)]
)
def test_the_fifty_euros(tmp_path: Path, client: str, due: bool) -> None:
    """CGI 1635 bis Q: civil instances, neither commercial ones nor an order to pay."""
    found = _routes(_dossier(tmp_path, client, "tours", "20000.00", "non", "rien"), client)
    for voie in ("fond", "refere-provision"):
        assert ("contribution-aide-juridique" in {cost["id"] for cost in found[voie]["couts"]}) == due
    for voie in ("injonction-tribunal-de-commerce", "injonction-tribunal-judiciaire", "petites-creances"):
        assert "contribution-aide-juridique" not in {cost["id"] for cost in found[voie]["couts"]}


# ---------------------------------------------------------------- what a court already said


def test_a_provisional_order_leaves_the_merits_open(tmp_path: Path) -> None:
    """CPC 488: the interim order decides nothing on the merits; asking for it again would be asking twice."""
    found = _routes(_dossier(tmp_path, "commercant", "tours", "20000.00", "non", "refere"), "commercant")
    assert found["fond"]["etat"] != "fermee"
    assert found["refere-provision"]["etat"] != "ouverte"


def test_an_opposition_does_not_close_a_conservatory_measure(tmp_path: Path) -> None:
    """CPCE L511-1 and L511-2: made to wait for the title; a decision not yet enforceable even does without the judge's leave."""
    path = _dossier(tmp_path, "commercant", "tours", "20000.00", "non", "rien")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["decision"] = {
        "type": "ordonnance-injonction",
        "rendue_le": "2026-09-20",
        "signifiee_le": "2026-10-01",
        "opposition_le": "2026-10-20",
        "interets": "legal",
    }
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    found = _routes(path, "commercant")
    assert found["fond"]["etat"] == "fermee"
    assert found["saisie-conservatoire"]["etat"] != "fermee"


# ---------------------------------------------------------------- the figures a route shows, and the days a rule begins


def test_no_appeal_up_to_five_thousand(tmp_path: Path) -> None:
    """C. com. R721-6 and COJ R211-3-24: 5 000 €, the draft decree that would double it being no law yet."""
    for client in ("commercant", "particulier"):
        said = _routes(_dossier(tmp_path, client, "tours", "20000.00", "non", "rien"), client)["fond"]["fin"][0][
            "effet"
        ]
        assert "Sans appel jusqu'à 5 000 €" in plain_spaces(said)


@pytest.mark.parametrize(
    ("ordonnance", "delais"),
    [
        ("2026-08-31", {"avant": "6 mois", "executer": "1 mois"}),
        ("2026-09-01", {"depuis": "3 mois", "executer": "2 mois"}),
    ],
)
def test_the_time_limits_of_an_order(tmp_path: Path, ordonnance: str, delais: dict[str, str]) -> None:
    """CPC 1411, 1416, 1418, 1422, 1425 and decree 2026-96 art. 9: the day of the order chooses."""
    path = _dossier(tmp_path, "commercant", "tours", "20000.00", "non", "rien")
    result = impayes("procedures", path, "--au", AU, "--json", "--ordonnance", ordonnance)
    found = {one["id"]: one for one in json.loads(result.stdout)["voies"]}["injonction-tribunal-de-commerce"]
    said = {limit["etape"]: limit["delai"] for limit in found["delais"]}
    serve = [value for step, value in said.items() if step.startswith("Signifier une ordonnance")]
    enforce = [value for step, value in said.items() if "exécut" in step.lower()]
    assert serve == [delais.get("avant") or delais["depuis"]]
    assert enforce == [delais["executer"]]
    assert said["Opposition du client"] == "1 mois"
    assert [value for step, value in said.items() if "frais" in step] == ["15 jours", "15 jours"]


def test_fifteen_days_for_a_lawyer(tmp_path: Path) -> None:
    """CPC 1418, before the tribunal judiciaire, over 10 000 €."""
    found = _routes(_dossier(tmp_path, "particulier", "tours", "20000.00", "non", "rien"), "particulier")
    (one,) = [d for d in found["injonction-tribunal-judiciaire"]["delais"] if "avocat" in d["etape"]]
    assert (one["delai"], "10 000 €" in plain_spaces(one["etape"])) == ("15 jours", True)


@pytest.mark.parametrize(("au", "code"), [("2023-09-30", 3), ("2023-10-01", 0)])
def test_the_amicable_attempt_came_back_on_1_october_2023(tmp_path: Path, au: str, code: int) -> None:
    """CPC 750-1, set aside until then: the table does not answer for the days before."""
    path = _dossier(tmp_path, "particulier", "tours", "1000.00", "non", "prescrite")
    result = impayes("procedures", path, "--au", au, "--json")
    assert result.exit_code == code, result.output
    assert code == 0 or "01/10/2023" in result.output


@pytest.mark.parametrize(
    ("au", "petites", "commerciales"), [("2026-04-23", "ouverte", "fermee"), ("2026-04-24", "a-verifier", "a-verifier")]
)
def test_the_law_of_23_april_2026(tmp_path: Path, au: str, petites: str, commerciales: str) -> None:
    """Published on the 24th: between traders one route opens, to be checked, and the other would close."""
    path = _dossier(tmp_path, "commercant", "tours", "1000.00", "non", "rien", performed="2025-05-28")
    result = impayes("procedures", path, "--au", au, "--json")
    found = {one["id"]: one["etat"] for one in json.loads(result.stdout)["voies"]}
    assert (found["petites-creances"], found["creances-commerciales"]) == (petites, commerciales)


@pytest.mark.parametrize(
    ("au", "dit", "due"),
    [("2024-12-31", "tribunal de commerce", False), ("2025-01-01", "activités économiques", True)],
)
def test_the_twelve_courts_begin_on_1_january_2025(tmp_path: Path, au: str, dit: str, due: bool) -> None:
    """Order of 5 July 2024: four years from 1 January 2025, and the contribution with them."""
    path = _dossier(tmp_path, "commercant", "paris", "60000.00", "non", "rien", performed="2024-05-28")
    result = impayes("procedures", path, "--au", au, "--json")
    found = {one["id"]: one for one in json.loads(result.stdout)["voies"]}["fond"]
    assert dit in found["tribunal"]
    assert ("contribution-moins-de-250" in {cost["id"] for cost in found["couts"]}) == due
