"""`initialiser`, `nouveau`, `verifier` from outside, and whatever bytes one may feed them."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.loading import load_case
from tests.conftest import ROOT, case_data
from tests.outside import AU, CREDITOR, DEBTOR, INVOICES, assert_french, impayes, refused, tree, write

INVOICE_FILES = ROOT / "tests" / "factures_electroniques"
FUZZ = settings(
    max_examples=100, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def test_a_new_company(tmp_path: Path) -> None:
    """`initialiser` writes a folder that `verifier` explains how to fill."""
    home = tmp_path / "mon entreprise"
    assert impayes("initialiser", home, "--simulation").stdout.count("serait écrit") == len(list_of(home))
    assert not home.exists()
    result = impayes("initialiser", home)
    assert result.exit_code == 0
    assert "Étape suivante : remplir" in result.stderr.replace("\u00a0", " ")
    said = refused(3, "verifier", home)
    for field in ("nom", "siren", "adresse.lignes n° 1", "adresse.code_postal", "adresse.ville"):
        assert f"creancier.{field} : " in said
    assert "forme" not in said
    (home / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    assert "existe déjà" in refused(1, "initialiser", home)
    assert (home / "entreprise.yml").read_text(encoding="utf-8") == CREDITOR


def list_of(home: Path) -> list[str]:
    """The files `initialiser` announces."""
    return impayes("initialiser", home, "--simulation").stdout.splitlines()


def test_a_dossier_from_e_invoices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`nouveau --depuis`: one dossier that loads, what to check on stderr, nothing overwritten."""
    monkeypatch.chdir(tmp_path)
    source = INVOICE_FILES / "fr-cas-OK-001.facturx.pdf"
    assert impayes("nouveau", "--depuis", source, "--simulation").stdout.startswith("serait écrit : ")
    assert tree(tmp_path) == {}
    result = impayes("nouveau", "--depuis", source)
    assert result.exit_code == 0, result.output
    (name,) = tree(tmp_path)
    assert result.stdout.strip() == str(Path.cwd() / name)
    assert "À vérifier" in result.stderr
    assert load_case(tmp_path / name).case.factures
    assert impayes("nouveau", "--depuis", source).exit_code == 0
    (tmp_path / name).write_text("corrigé", encoding="utf-8")
    assert "existe déjà" in refused(1, "nouveau", "--depuis", source)


def test_broken_e_invoices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every unreadable invoice is told at once, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    names = ("fr-cas-DATA-002.cii.xml", "fr-cas-XML-001.cii.xml", "fr-cas-PDF-001.facturx.pdf", "absent.xml")
    said = refused(3, "nouveau", "--depuis", *(INVOICE_FILES / name for name in names))
    assert all(name in said for name in names)
    assert_french(said)
    refused(3, "nouveau", "--depuis")
    assert tree(tmp_path) == {}


ANSWERS = [
    "Boulangerie Martin SARL", "client", "professionnel", "123456789", "512345679",
    "12 rue des Lilas", "37000", "Tours", "", "", "", "",
    "2026-10-12", "01/06/2026", "", "1 200,50 €", "", "2026-05-01", "01/07/2026", "non", "non", "a/b", "",
]  # fmt: skip


def test_a_dossier_by_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers fed on standard input, wrong ones asked again, end in a dossier that loads."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for target, expected in (((), "2026-10-12.yml"), (("client.v2",), "client.v2.yml"), (("x.yaml",), "x.yaml")):
        result = impayes("nouveau", *target, stdin="\n".join(ANSWERS) + "\n")
        assert result.exit_code == 0, result.output
        assert Path(result.stdout.strip()).name == expected
        for sentence in (
            "écrire professionnel, particulier ou public",
            "SIREN faux",
            "précède",
            "référence inutilisable",
        ):
            assert sentence in result.stderr
        assert_french(result.stderr)
        case = load_case(tmp_path / expected).case
        assert (case.reference, case.creancier.nom) == ("2026-10-12", "Atelier Vasseur")


def test_questions_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The input ends too early: exit code 1, French, nothing written."""
    monkeypatch.chdir(tmp_path)
    said = refused(1, "nouveau", stdin="Atelier Vasseur\n")
    assert "Interrompu" in said
    assert tree(tmp_path) == {}


def test_verification(tmp_path: Path) -> None:
    """Good dossiers on stdout, mistakes on stderr, the same things as JSON."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR.replace("  nom:", "  forme: SARL\n  nom:"), encoding="utf-8")
    bare = "reference: R-1\n" + DEBTOR + INVOICES
    write(tmp_path, text=bare, name="d/bon.yml")
    result = impayes("verifier", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "1 dossier valide sur 1.\n")
    assert "Conseil : creancier.rcs" in result.stderr
    write(tmp_path, text=bare, name="d/jumeau.yaml")
    write(tmp_path, ("professionnel", "pro"), text=bare.replace("R-1", "R-2"), name="d/faux.yml")
    result = impayes("verifier", tmp_path)
    assert (result.exit_code, result.stdout) == (3, "1 dossier valide sur 3.\n")
    assert "« R-1 » est déjà celle de bon.yml" in result.stderr
    data = json.loads(impayes("verifier", tmp_path, "--json").stdout)
    assert list(data) == ["schema", "dossiers", "valides", "erreurs", "conseils"]
    assert (data["dossiers"], data["valides"], len(data["erreurs"])) == (3, 1, 2)
    assert [list(item) for item in data["erreurs"]] == [["fichier", "messages"]] * 2


def test_verification_of_a_company(tmp_path: Path) -> None:
    """A broken entreprise.yml is told once, however many dossiers inherit it."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR.replace("732829320", "1"), encoding="utf-8")
    for number in range(3):
        write(tmp_path, name=f"{number}.yml", text=f"reference: R-{number}\n" + DEBTOR + INVOICES)
    said = refused(3, "verifier", tmp_path)
    assert said.count("entreprise.yml:3:3: creancier.siren") == 1
    assert "0 dossier valide sur 3" in impayes("verifier", tmp_path).stdout


def test_folders_with_loops(tmp_path: Path) -> None:
    """Links that go round are not followed for ever."""
    write(tmp_path, name="a/dossier.yml")
    (tmp_path / "a" / "b").symlink_to("..")
    (tmp_path / "a" / "boucle.yml").symlink_to("boucle.yml")
    said = refused(3, "verifier", tmp_path)
    assert "boucle.yml : lecture impossible (lien symbolique" in said


def survives(path: Path) -> None:
    """Neither command crashes on this file; a refusal is 3, in French."""
    for words in (("verifier", path), ("decompte", path, "--au", AU)):
        result = impayes(*words)
        assert result.exit_code in {0, 3}, result.output


@FUZZ
@given(
    content=st.binary(max_size=300)
    | st.text(alphabet="a:-{}[]&*!|>'\"#%@,? \n\té\ufeff01", max_size=120).map(str.encode)
)
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    """Random bytes, and random YAML punctuation."""
    path = tmp_path / "dossier.yml"
    path.write_bytes(content)
    survives(path)


ODD: list[Any] = [
    None, "", " ", "~", "x", "0", "-1", "1e400", "9" * 400, "nan", "9999-12-31", "0001-01-01", "1900-01-01", "2199-12-31",
    "31/12/2026", "oui", [], {}, [[]], ["x"], [None], {"x": "y"}, "\u00a0", "é" * 200, "public", "particulier", "12 %",
    "999 jours", "F-1",
]  # fmt: skip


def everything() -> dict[str, Any]:
    """A dossier in which every block is there."""
    data = case_data(
        conditions={"delai": "30 jours", "taux_penalites": "12 %", "imputation": "interets", "secteur": "general"},
        avoirs=[{"numero": "A-1", "emis_le": "2026-07-15", "montant_ttc": "10", "facture": "F-1", "retroactif": "non"}],
        paiements=[{"recu_le": "2026-08-01", "montant": "100", "facture": "F-1"}],
        promesses=[{"recue_le": "2026-08-01", "payer_le": "2026-08-15", "montant": "5"}],
        suspension={"jusqu_au": "2026-09-01", "motif": "congés"},
        mise_en_demeure={"envoyee_le": "2026-09-02", "recue_le": "2026-09-04"},
        plan={"signe_le": "2026-09-09", "montant": "10", "echeances": [{"le": "2026-12-01", "montant": "10"}]},
    )
    data["factures"][0] |= {"executee_le": "2026-05-28", "contestation": {"depuis": "2026-07-15", "motif": "x"}}
    data["debiteur"]["procedure_collective"] = {"type": "sauvegarde", "jugement_le": "2026-10-01"}
    return data


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of nested data."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    return [place for key in keys for place in ((node, key), *places(node[key]))]


@FUZZ
@given(draw=st.data())
def test_any_dossier(tmp_path: Path, draw: st.DataObject) -> None:
    """A full dossier with one to three values replaced by odd ones, or moved, or removed."""
    data = everything()
    for _ in range(draw.draw(st.integers(1, 3))):
        container, key = draw.draw(st.sampled_from(places(data)))
        value = copy.deepcopy(draw.draw(st.sampled_from([*ODD, "SUPPRIMER"])))
        if value == "SUPPRIMER" and isinstance(container, dict):
            container.pop(key, None)
        else:
            container[key] = value
    path = tmp_path / "dossier.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    survives(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "fichier vide"),
        ("refinancement-bce: 3\n", "une liste de valeurs"),
        ("a: &a [1]\nb: *a\n", "taux.yml"),
        ("[" * 5000, "trop de niveaux imbriqués"),
        ("[" * 100_000, "trop de niveaux imbriqués"),
        ('refinancement-bce:\n  - {depuis: 2027-01-01, valeur: "1e400", source: {texte: x}}\n', "il faut un nombre"),
    ],
    ids=["empty", "number", "alias", "deep", "deeper", "huge rate"],
)
def test_any_rates_file(tmp_path: Path, content: str, sentence: str) -> None:
    """A company's taux.yml is a user's file too; in its own process, since a parser may bring it down."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR, encoding="utf-8")
    (tmp_path / "taux.yml").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "generator", "decompte", str(write(tmp_path)), "--au", "2027-02-01"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 3, result.stderr[-300:]
    assert sentence in result.stderr
    assert_french(result.stderr)
