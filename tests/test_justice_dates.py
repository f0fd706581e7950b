"""Dates of justice worked out by hand from the articles alone (`tests/cas_justice`), against the commands.

Each case holds what the dossier says, the day expected, the article and one line of reasoning. None was written by reading the
code it checks.
"""

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.journal import Event
from generator.law import Law
from generator.limitation_events import with_claims
from tests.conftest import ROOT, day
from tests.limitation_cases import case_with, course
from tests.outside import AU, impayes

FOLDER = ROOT / "tests" / "cas_justice"
BASE: dict[str, Any] = {
    "reference": "2026-014",
    "creancier": {
        "nom": "Atelier Vasseur",
        "forme": "SARL",
        "siren": "732829320",
        "adresse": {"lignes": ["3 quai de Loire"], "code_postal": "37000", "ville": "Tours"},
    },
    "debiteur": {
        "nom": "Client",
        "qualite": "professionnel",
        "adresse": {"lignes": ["12 rue des Lilas"], "code_postal": "37000", "ville": "Tours"},
    },
}


def _cases(name: str) -> list[Any]:
    cases = yaml.load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [pytest.param(one, id=one["nom"], marks=_known(one)) for one in cases]


def _known(one: dict[str, Any]) -> list[pytest.MarkDecorator]:
    """A difference already reported: the day it is corrected, `connu` has to go."""
    return [pytest.mark.xfail(reason=one["connu"], strict=True)] if "connu" in one else []


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, block by block."""
    found = dict(base)
    for key, value in changes.items():
        found[key] = (
            _merged(found[key], value) if isinstance(value, dict) and isinstance(found.get(key), dict) else value
        )
    return found


def _dossier(one: dict[str, Any], folder: Path, executee_le: str) -> Path:
    """The dossier of a case: the base, one invoice performed that day, and what the case adds."""
    data = copy.deepcopy(BASE)
    data["debiteur"]["qualite"] = one.get("qualite", "professionnel")
    data["debiteur"]["adresse"]["code_postal"] = one.get("code_postal", "37000")
    if "procedure_collective" in one:
        data["debiteur"]["procedure_collective"] = {
            "type": "redressement",
            "mandataire": "Maître X",
            **one["procedure_collective"],
        }
    invoice = {
        "numero": "F-1",
        "emise_le": executee_le,
        "executee_le": executee_le,
        "montant_ttc": one.get("montant", "1000"),
    }
    if executee_le:
        invoice["echeance"] = str(day(executee_le) + dt.timedelta(days=30))
    invoice = {name: value for name, value in {**invoice, **one.get("facture", {})}.items() if value}
    data["factures"] = [invoice, *([one["facture_2"]] if "facture_2" in one else [])]
    if "evenements" in one:
        data["prescription"] = {"evenements": one["evenements"]}
    if "decision" in one:
        data["decision"] = {"type": "ordonnance-injonction", "interets": "legal", **one["decision"]}
    path = folder / "dossier.yml"
    path.write_text(json.dumps(_merged(data, one.get("dossier", {})), ensure_ascii=False), encoding="utf-8")
    return path


def _read(command: str, path: Path, au: str, *options: object) -> dict[str, Any]:
    result = impayes(command, path, "--au", au, "--json", *options)
    assert result.exit_code == 0 or (command == "declaration" and result.stdout), result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


# ---------------------------------------------------------------- limitation


@pytest.mark.parametrize("one", [*_cases("prescription"), *_cases("evenements")])
def test_the_last_day_to_act(one: dict[str, Any], tmp_path: Path) -> None:
    path = _dossier(one, tmp_path, one.get("executee_le", "2022-03-10"))
    invoices = {item["numero"]: item for item in _read("prescription", path, one.get("au", AU))["factures"]}
    first = invoices["F-1"]
    found = {"prescription": first["jusqu_au"], "etat": first["etat"], "annees": str(first["annees"])}
    if "F-2" in invoices:
        found["prescription_2"] = invoices["F-2"]["jusqu_au"]
    assert {key: found[key] for key in one["attendu"]} == one["attendu"], one["raison"]


# ---------------------------------------------------------------- after the decision


@pytest.mark.parametrize("one", _cases("injonction"))
def test_the_days_after_an_order(one: dict[str, Any], tmp_path: Path) -> None:
    """Read on the last day the dossier tells of, the first act received in person excepted."""
    told = [value for name, value in one["decision"].items() if name.endswith("_le") and name != "premier_acte_le"]
    executed = one.get("executee_le", str(day(one["decision"]["rendue_le"]) - dt.timedelta(days=120)))
    path = _dossier(one, tmp_path, executed)
    days: dict[str, str] = {}
    for item in _read("agenda", path, max(told), "--horizon", 3660)["echeances"]:
        days.setdefault(item["code"], item["le"])
    assert {code: days.get(code, "absent") for code in one["attendu"]} == one["attendu"], one["raison"]


@pytest.mark.parametrize("one", _cases("alertes"))
def test_the_days_the_agenda_warns(one: dict[str, Any], tmp_path: Path) -> None:
    days = {
        d["code"]: d["le"]
        for d in _read("agenda", _dossier(one, tmp_path, one["executee_le"]), AU, "--horizon", 3660)["echeances"]
    }
    assert {code: days.get(code, "absent") for code in one["attendu"]} == one["attendu"], one["raison"]


def test_one_last_day_to_enforce(tmp_path: Path) -> None:
    """Ten years, CPCE L111-4: two commands, one day, and the nearer of two readings."""
    one = {"decision": {"type": "jugement", "rendue_le": "2021-05-10", "executoire_le": "2021-06-20"}}
    path = _dossier(one, tmp_path, "2020-05-28")
    said = _read("prescription", path, AU)["factures"][0]["jusqu_au"]
    rung = [
        d["le"]
        for d in _read("agenda", path, AU, "--horizon", 3660)["echeances"]
        if d["code"] == "executer-dans-les-dix-ans"
    ]
    assert [said] == rung


@pytest.mark.parametrize(
    ("executee_le", "au"),
    [("2022-03-10", "2027-01-01"), ("2012-05-28", AU)],
)
def test_the_last_day_needs_no_rate(tmp_path: Path, executee_le: str, au: str) -> None:
    """Before a half-year's rate is published, or before the tables begin, the time to act is known all the same."""
    found = _read("prescription", _dossier({}, tmp_path, executee_le), au)["factures"][0]["jusqu_au"]
    assert found == str(int(executee_le[:4]) + 5) + executee_le[4:]


def test_nobody_is_told_to_serve_a_void_order(tmp_path: Path) -> None:
    """CPC 1411: not served by 15 October 2026, the order of 15 April is void. The 15th itself is in time."""
    said = []
    for au in ("2026-10-15", "2026-10-16"):
        path = _dossier({"decision": {"rendue_le": "2026-04-15"}}, tmp_path, "2025-05-28")
        action = _read("agenda", path, au)["actions"][0]
        said.append(any("faire signifier" in stop["phrase"] for stop in action["arrets"]))
    assert said == [True, False]


@pytest.mark.parametrize(
    ("dossier", "vus"),
    [
        ({"promesses": [{"recue_le": "2022-03-20", "payer_le": "2026-12-01"}]}, ["2022-03-20"]),
        ({"paiements": [{"recu_le": AU, "montant": "10"}]}, [AU]),
        ({"paiements": [{"recu_le": "2026-11-22", "montant": "10"}]}, []),
        ({"promesses": [{"recue_le": AU, "payer_le": "2026-12-01"}]}, [AU]),
        ({"promesses": [{"recue_le": "2026-11-22", "payer_le": "2026-12-01"}]}, []),
        ({"promesses": [{"recue_le": "2022-03-19", "payer_le": "2026-12-01"}]}, []),
    ],
)
def test_what_may_be_an_acknowledgement(tmp_path: Path, dossier: dict[str, Any], vus: list[str]) -> None:
    """C. civ. 2240: shown, never counted; not before the invoice exists, nor after the day of the statement."""
    first = _read(
        "prescription",
        _dossier({"facture": {"emise_le": "2022-03-20"}, "dossier": dossier}, tmp_path, "2022-03-10"),
        AU,
    )["factures"][0]
    assert [item["le"] for item in first["a_verifier"]] == vus
    assert first["jusqu_au"] == "2027-03-10"


@pytest.mark.parametrize(
    ("rendue_le", "echeance", "demande_le", "dit"),
    [
        (AU, "2026-11-20", "", True),
        ("2026-11-22", "2026-11-20", "", False),
        ("2026-11-20", "2026-11-20", "", False),
        ("2026-11-20", "2026-11-19", "", True),
        ("2026-11-20", "2026-11-19", AU, False),
        ("2026-11-20", "2026-11-19", "2026-11-22", True),
    ],
)
def test_a_decision_without_its_claim_is_a_doubt(
    tmp_path: Path, rendue_le: str, echeance: str, demande_le: str, dit: bool
) -> None:
    """C. civ. 2241: the decision speaks of what was due before it; the day of the claim is the user's to write."""
    one: dict[str, Any] = {"facture": {"echeance": echeance}, "decision": {"type": "jugement", "rendue_le": rendue_le}}
    if demande_le:
        one["evenements"] = [{"le": demande_le, "cause": "demande-en-justice"}]
    first = _read("prescription", _dossier(one, tmp_path, "2022-03-10"), AU)["factures"][0]
    assert any("n'est pas datée" in remark for remark in first["remarques"]) == dit


@pytest.mark.parametrize(("au", "fin"), [("2026-12-30", "2026-12-31"), ("2026-12-31", "2030-12-31")])
def test_a_letter_of_the_journal_interrupts_on_its_day(law: Law, au: str, fin: str) -> None:
    """Law 68-1250 art. 2: sent on the last day, that day included; the day before, it is not sent yet."""
    sent = Event(le=day("2026-12-31"), action="envoi", lettre="relance-1", canal="lrar")
    case = with_claims(case_with(qualite="public"), [sent], day(au))
    assert str(course(law, case, au).periode.jusqu_au) == fin


# ---------------------------------------------------------------- insolvency


@pytest.mark.parametrize("one", _cases("procedure-collective"))
def test_the_days_of_an_insolvency(one: dict[str, Any], tmp_path: Path) -> None:
    au = one.get("au", AU)
    data = _read("declaration", _dossier(one, tmp_path, one.get("executee_le", "2026-05-28")), au, "--simulation")
    found = {name: str(data[name]).lower() for name in ("interets_jusqu_au", "delai_mois", "hors_delai")}
    for limit in data["delais"]:
        found[limit["code"]] = limit["le"]
        found[f"{limit['code']}_non_ouvrable"] = str(limit["non_ouvrable"]).lower()
    assert {key: found.get(key, "absent") for key in one["attendu"]} == one["attendu"], one["raison"]


@pytest.mark.parametrize(
    ("signe_le", "decheance_le", "echeances"),
    [
        ("2026-08-01", "", ["2026-10-06", "2026-12-15"]),
        ("2026-08-01", "2026-10-05", []),
        ("2026-08-01", "2026-10-06", ["2026-10-06", "2026-12-15"]),
        ("2026-10-05", "", ["2026-10-06", "2026-12-15"]),
        ("2026-10-06", "", []),
    ],
)
def test_what_a_plan_puts_off_beyond_the_judgment(
    tmp_path: Path, signe_le: str, decheance_le: str, echeances: list[str]
) -> None:
    """C. com. L622-24 and R621-4: the judgment of 6 October counts from its first hour.

    A plan signed, or a term lost, that day comes too late; an instalment of that day is still to fall due.
    """
    instalments = [
        {"le": "2026-10-05", "montant": "200"},
        {"le": "2026-10-06", "montant": "300"},
        {"le": "2026-12-15", "montant": "500"},
    ]
    plan: dict[str, Any] = {"signe_le": signe_le, "montant": "1000", "echeances": instalments}
    if decheance_le:
        plan |= {"mise_en_demeure": {"envoyee_le": "2026-09-20"}, "decheance_le": decheance_le}
    one = {
        "procedure_collective": {"jugement_le": "2026-10-06", "publication_bodacc_le": "2026-10-14"},
        "dossier": {"plan": plan},
    }
    found = _read("declaration", _dossier(one, tmp_path, "2026-05-28"), AU, "--simulation")
    assert [item["le"] for item in found["echeancier"]] == echeances


@pytest.mark.parametrize(
    ("recu_le", "apres"),
    [("2026-10-05", []), ("2026-10-06", ["2026-10-06"]), (AU, [AU]), ("2026-11-22", [])],
)
def test_a_payment_from_the_judgment_on_is_shown(tmp_path: Path, recu_le: str, apres: list[str]) -> None:
    """C. com. L622-7: from the day of the judgment an earlier debt may not be paid; after the day of the statement nobody knows."""
    one = {
        "procedure_collective": {"jugement_le": "2026-10-06", "publication_bodacc_le": "2026-10-14"},
        "dossier": {"paiements": [{"recu_le": recu_le, "montant": "50.00"}]},
    }
    found = _read("declaration", _dossier(one, tmp_path, "2026-05-28"), AU, "--simulation")
    assert [item["recu_le"] for item in found["versements_apres_jugement"]] == apres


@pytest.mark.parametrize(("facture", "apres"), [("", [AU]), ("F-1", [AU]), ("F-2", [])])
def test_a_payment_of_a_later_invoice_is_not_shown(tmp_path: Path, facture: str, apres: list[str]) -> None:
    """C. com. L622-17: what is born after the judgment is paid when due; only an earlier debt may not be."""
    payment = {"recu_le": AU, "montant": "50.00"} | ({"facture": facture} if facture else {})
    one = {
        "procedure_collective": {"jugement_le": "2026-10-06", "publication_bodacc_le": "2026-10-14"},
        "facture_2": {"numero": "F-2", "emise_le": "2026-10-20", "echeance": "2026-11-19", "montant_ttc": "300"},
        "dossier": {"paiements": [payment]},
    }
    found = _read("declaration", _dossier(one, tmp_path, "2026-05-28"), AU, "--simulation")
    assert [item["recu_le"] for item in found["versements_apres_jugement"]] == apres


# ---------------------------------------------------------------- interest after a decision, capitalisation


@pytest.mark.parametrize(
    ("au", "codes"),
    [("2025-10-15", set()), ("2025-10-16", {"ordonnance-non-avenue"}), ("2026-11-21", {"ordonnance-non-avenue"})],
)
def test_a_void_order_is_said(tmp_path: Path, au: str, codes: set[str]) -> None:
    """CPC 1411: an order of 15 April, never served, is void from 16 October on; the statement goes on without it and says so."""
    path = _dossier({"decision": {"rendue_le": "2025-04-15"}}, tmp_path, "2024-05-28")
    data = _read("decompte", path, au)
    assert {n["code"] for n in data["avertissements"]} & {"ordonnance-non-avenue", "ecriture-posterieure"} == codes
    assert any(line["nature"] == "interets-legaux" for line in data["lignes"]) == (not codes)


@pytest.mark.parametrize(("au", "code"), [("2025-04-14", "ecriture-posterieure"), ("2025-06-20", "opposition-formee")])
def test_what_keeps_an_order_out(tmp_path: Path, au: str, code: str) -> None:
    """Not made yet, or opposed: one sentence, and not that of a void order."""
    decision = {"rendue_le": "2025-04-15", "signifiee_le": "2025-06-01", "opposition_le": "2025-06-20"}
    data = _read("decompte", _dossier({"decision": decision}, tmp_path, "2024-05-28"), au)
    said = {n["code"] for n in data["avertissements"]}
    assert said & {"ecriture-posterieure", "opposition-formee", "ordonnance-non-avenue"} == {code}


@pytest.mark.parametrize(("signifiee_le", "dit"), [("2026-10-15", False), ("2026-10-16", True), ("", True)])
def test_limitation_says_why_a_void_order_counts_for_nothing(tmp_path: Path, signifiee_le: str, dit: bool) -> None:
    """CPC 1411: even noted enforceable, it gives no time to enforce."""
    served = {"signifiee_le": signifiee_le, "executoire_le": "2026-11-20"} if signifiee_le else {}
    path = _dossier({"decision": {"rendue_le": "2026-04-15", **served}}, tmp_path, "2022-03-10")
    first = _read("prescription", path, AU)["factures"][0]
    assert any("n'a pas été signifiée à temps" in remark for remark in first["remarques"]) == dit
    assert (first["etat"] == "titre") == (not dit)
    assert first["jusqu_au"] == ("2027-03-10" if dit else "2036-04-15")


@pytest.mark.parametrize(("le", "compte"), [(AU, 1), ("2026-11-22", 0)])
def test_costs_count_from_their_day(tmp_path: Path, le: str, compte: int) -> None:
    """CPC 695: paid on the day of the statement, they are in it; the next day, not yet."""
    costs = [{"libelle": "Commandement", "montant": "120.00", "le": le}]
    one = {"decision": {"type": "jugement", "rendue_le": "2026-05-10", "frais": costs}}
    found = _read("decompte", _dossier(one, tmp_path, "2026-01-10"), AU)["frais_de_justice"]
    assert len(found["postes"]) == compte


@pytest.mark.parametrize(("rendue_le", "compte"), [(AU, 1), ("2026-11-22", 0)])
def test_a_decision_counts_from_its_day(tmp_path: Path, rendue_le: str, compte: int) -> None:
    """The day it is rendered, its costs are owed; the day before, nobody knows it."""
    costs = [{"libelle": "Greffe", "montant": "57.23"}]
    one = {"decision": {"type": "jugement", "rendue_le": rendue_le, "depens": costs}}
    found = _read("decompte", _dossier(one, tmp_path, "2026-01-10"), AU)
    assert len(found.get("frais_de_justice", {}).get("postes", [])) == compte
    assert any(n["code"] == "ecriture-posterieure" for n in found["avertissements"]) == (not compte)


@pytest.mark.parametrize("one", _cases("interets"))
def test_the_days_interest_changes(one: dict[str, Any], tmp_path: Path) -> None:
    due = one.get("echeance", "2023-12-01")
    performed = str(day(due) - dt.timedelta(days=30))
    data = _read("decompte", _dossier(one, tmp_path, performed), one.get("au", AU))
    raised = [line["du"] for line in data["lignes"] if line["nature"] == "interets-legaux-majores"]
    legal = [line["du"] for line in data["lignes"] if line["nature"] == "interets-legaux"]
    found = {
        "taux_legal_depuis": min(legal, default="absent"),
        "majore_depuis": min(raised, default="absent"),
        "capitalisations": [item["le"] for item in data.get("capitalisations", [])],
    }
    assert {key: found[key] for key in one["attendu"]} == one["attendu"], one["raison"]


def test_the_cases_are_there() -> None:
    """A file that reads empty would pass everything."""
    names = [
        one["nom"]
        for path in FOLDER.glob("*.yml")
        for one in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        if "nom" in one
    ]
    assert len(names) > 100
    assert len(names) == len(set(names))
