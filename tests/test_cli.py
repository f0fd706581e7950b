"""The command from outside: help, exit codes, JSON contracts, what goes to which stream."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from generator.cli import COMMANDS, cli
from generator.export import pdf
from generator.money import plain_spaces
from tests.conftest import ROOT
from tests.outside import AU, DOSSIER, assert_french, impayes, refused, tree, write

EXAMPLE = ROOT / "examples" / "dossiers" / "2026-014.yml"

# The example of the contract, byte for byte: other programs read it.
CONTRACT = """\
{"schema": "impayes/decompte/1", "dossier": "2026-014", "au": "2026-11-21",
 "factures": [{"numero": "F-2026-101", "echeance": "2026-07-01", "jours_de_retard": 143, "montant_ttc": "1200.00",
   "avoirs": "0.00", "paiements": "0.00", "principal": "1200.00", "penalites_courues": "58.30", "penalites": "58.30",
   "indemnite": "40.00", "solde": "1298.30"}],
 "lignes": [{"facture": "F-2026-101", "nature": "penalites", "du": "2026-07-02", "au": "2026-11-21", "jours": 143,
   "base": "1200.00", "taux": "12.40", "montant": "58.30", "formule": "1 200,00 € × 12,40 % × 143 / 365",
   "articles": ["c-com-l441-10"]}],
 "totaux": {"principal": "1200.00", "penalites": "58.30", "indemnites": "40.00", "credit": "0.00", "solde": "1298.30"},
 "avertissements": []}
"""


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and sub-command, as typed."""
    for name in COMMANDS:
        yield (name,)
        command = cli.get_command(click.Context(cli), name)
        for sub in getattr(command, "commands", {}):
            yield (name, sub)


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
def test_help_is_french(words: tuple[str, ...]) -> None:
    """Every command explains itself, every option has a line, and no word of English is left."""
    for option in ("--help", "-h"):
        result = impayes(*words, option)
        assert result.exit_code == 0
        assert result.stderr == ""
        assert plain_spaces(result.stdout).startswith(f"Utilisation : impayes {' '.join(words)}".rstrip())
        assert_french(result.stdout)


def test_every_option_is_explained() -> None:
    """No option without its line of help."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        for each in (command, *getattr(command, "commands", {}).values()):
            for option in each.params:
                assert not isinstance(option, click.Option) or option.help, (name, option.name)


def test_every_command_is_listed() -> None:
    """The first page names each command once, with its line."""
    lines = impayes("--help").stdout.split("Commandes\u00a0:")[1].splitlines()
    for name in COMMANDS:
        assert sum(line.startswith(f"  {name} ") for line in lines) == 1, name


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["verifer"], "Vouliez-vous dire 'verifier'"),
        (["modeles", "listr"], "Vouliez-vous dire 'lister'"),
        (["zzz"], "n'existe pas"),
        (["decompte"], "DOSSIER"),
        (["decompte", "a.yml", "b.yml"], "b.yml"),
        (["decompte", "a.yml", "--jsn"], "--json"),
        (["decompte", "a.yml", "--au"], "--au"),
        (["decompte", "a.yml", "--au", "hier"], "date illisible"),
        (["decompte", "a.yml", "--au", "2026-02-30"], "cette date n'existe pas"),
        (["decompte", "a.yml", "--au", "9999-12-31"], "invraisemblable"),
        (["lettre", "a.yml", "--format", "docx2"], "docx2"),
        (["echeance", "2026-06-01"], "DÉLAI"),
        (["echeance", "2026-06-01", "trente"], "délai de paiement inconnu"),
        (["echeance", "2026-06-01", "30 jours", "--secteur", "fer"], "secteur inconnu"),
        (["schema", "rien"], "« rien »"),
        (["nouveau", "a.yml", "b.yml"], "ajoutez --depuis"),
        (["nouveau", "."], "est un répertoire"),
        (["nouveau", "--depuis", "--echeance", "F-1"], "NUMÉRO=AAAA-MM-JJ"),
        (["nouveau", "--depuis", "--echeance", "F-1=hier"], "date illisible"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_usage_mistakes(words: list[str], sentence: str) -> None:
    """A command badly written: exit code 2, French, the nearest word suggested, nothing on stdout."""
    said = refused(2, *words)
    assert sentence in said
    assert_french(said)
    assert impayes(*words).stdout == ""


def test_exit_code_1_when_the_work_fails(tmp_path: Path) -> None:
    """An output already there with other content."""
    path = write(tmp_path)
    (tmp_path / "sortie").write_text("occupé")
    assert "occupe la place" in refused(1, "lettre", path, "mise-en-demeure", "--au", AU, "--format", "txt")


def test_exit_code_3_and_4(tmp_path: Path) -> None:
    """3 for a dossier that is wrong, 4 for what a rule of law forbids."""
    assert "qualite" in refused(3, "decompte", write(tmp_path, ("professionnel", "pro")))
    consumer = write(tmp_path, ("professionnel", "particulier"))
    assert "C. civ., art. 1231-6" in refused(4, "lettre", consumer, "mise-en-demeure", "--au", AU)


def test_exit_code_5_without_pango(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without WeasyPrint: the exact command to type, and the other formats still work."""
    path = write(tmp_path)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pdf.load_weasyprint.cache_clear()
    try:
        said = refused(5, "lettre", path, "mise-en-demeure", "--au", AU)
        assert "apt-get install libpango" in said
        assert "--format txt" in said
        assert not (tmp_path / "sortie").exists()
        formats = ("--format", "txt", "--format", "html")
        assert impayes("lettre", path, "mise-en-demeure", "--au", AU, *formats).exit_code == 0
        result = impayes("diagnostic", "--au", AU)
        assert result.exit_code == 5
        assert "MANQUE" in result.stdout
    finally:
        pdf.load_weasyprint.cache_clear()


def test_a_bug_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a mistake of ours ends with one French sentence and exit code 1."""
    from click.testing import CliRunner

    monkeypatch.delenv("IMPAYES_TRACE", raising=False)
    monkeypatch.setattr("generator.pipeline.read", lambda *args: 1 / 0)
    result = CliRunner().invoke(cli, ["decompte", str(write(tmp_path))])
    assert result.exit_code == 1
    assert result.stderr.startswith("Erreur inattendue (ZeroDivisionError)")


def ordered(data: Any) -> str:
    """JSON text, for a comparison that sees the order of keys."""
    return json.dumps(data, ensure_ascii=False)


def test_the_contract_of_the_statement() -> None:
    """`decompte --json` of the worked example: keys, order, texts, amounts."""
    result = impayes("decompte", EXAMPLE, "--au", AU, "--json")
    assert result.exit_code == 0
    assert ordered(json.loads(result.stdout)) == ordered(json.loads(CONTRACT))
    assert result.stderr == ""


KEYS = {
    "decompte": "schema dossier au factures lignes totaux avertissements",
    "factures": "numero echeance jours_de_retard montant_ttc avoirs paiements principal penalites_courues penalites "
    "indemnite solde",
    "lignes": "facture nature du au jours base taux montant formule articles",
    "totaux": "principal penalites indemnites credit solde",
    "avertissements": "code message",
}


@pytest.mark.parametrize("path", sorted(EXAMPLE.parent.glob("*.yml")), ids=lambda path: path.stem)
def test_statement_keys(path: Path) -> None:
    """The keys of the contract, in order, on every example."""
    data = json.loads(impayes("decompte", path, "--au", AU, "--json").stdout)
    optional = {"clause_penale", "plan"}  # only where the dossier has one
    assert " ".join(key for key in data if key not in optional) == KEYS["decompte"]
    assert " ".join(data["totaux"]) == KEYS["totaux"]
    for name in ("factures", "lignes", "avertissements"):
        assert {" ".join(item) for item in data[name]} <= {KEYS[name]}
    amounts = re.findall(r'"(?:montant\w*|solde|principal|base|credit)": "?([^",]*)', ordered(data))
    assert all(re.fullmatch(r"\d+\.\d\d", amount) for amount in amounts)


def test_data_and_remarks_are_apart(tmp_path: Path) -> None:
    """Standard output holds the statement; the next step is a remark."""
    result = impayes("decompte", EXAMPLE, "--au", AU)
    assert "1\u202f298,30\u00a0€" in result.stdout
    assert "Étape suivante" not in result.stdout
    assert result.stderr.strip() == f"Étape suivante : impayes lettre {EXAMPLE} --au {AU}"
    broken = impayes("decompte", write(tmp_path, ("professionnel", "pro")), "--json")
    assert broken.stdout == ""


def test_due_date_command() -> None:
    """`echeance`: both methods, the legal maximum, JSON."""
    result = impayes("echeance", "2026-06-01", "45 jours fin de mois", "--json")
    data = json.loads(result.stdout)
    assert list(data) == ["schema", "emise_le", "clause", "echeance", "explication", "maximum_legal", "depasse"]
    assert (data["echeance"], data["maximum_legal"]["le"], data["depasse"]) == ("2026-07-31", "2026-08-14", False)
    late = impayes("echeance", "01/06/2026", "90 jours")
    assert "30\u00a0août\u00a02026" in late.stdout
    assert "maximum légal est le 14/08/2026" in late.stderr
    assert "Avec l'autre méthode" in impayes("echeance", "2026-06-01", "45 jours fin de mois").stdout


def test_rates_command() -> None:
    """`taux`: half-years with their sources, the latest first."""
    data = json.loads(impayes("taux", "--json", "--au", AU).stdout)
    assert list(data) == ["schema", "semestres", "tables"]
    rows = {row["depuis"]: row for row in data["semestres"]}
    assert list(rows) == sorted(rows, reverse=True)
    assert (rows["2026-07-01"]["defaut"], rows["2026-07-01"]["public"]) == ("12.40", "10.40")
    assert all(row["sources"] for row in rows.values())
    assert "2e semestre 2026" in impayes("taux", "--au", AU).stdout
    assert len(impayes("taux", "--tout", "--au", AU).stdout) > len(impayes("taux", "--au", AU).stdout)


def test_dates_beyond_the_tables(tmp_path: Path) -> None:
    """An unknown half-year is refused with what to add; the company's taux.yml supplies it."""
    path = write(tmp_path)
    (tmp_path / "entreprise.yml").write_text(DOSSIER.split("debiteur")[0].split("\n", 1)[1], encoding="utf-8")
    said = refused(3, "decompte", path, "--au", "2027-02-01")
    assert "1er semestre 2027" in said
    assert "taux.yml" in said
    entry = 'refinancement-bce:\n  - {depuis: 2027-01-01, valeur: "2.40", source: {texte: "BCE, essai"}}\n'
    (tmp_path / "taux.yml").write_text(entry, encoding="utf-8")
    data = json.loads(impayes("decompte", path, "--au", "2027-02-01", "--json").stdout)
    assert data["lignes"][-1]["au"] == "2027-02-01"
    assert "taux-de-l-entreprise" in {notice["code"] for notice in data["avertissements"]}


def test_letters_commands() -> None:
    """`modeles lister` and `modeles voir` say everything of a letter."""
    listed = json.loads(impayes("modeles", "lister", "--json").stdout)
    ids = {letter["id"] for letter in listed}
    assert ids == {path.parent.name for path in (ROOT / "letters").glob("*/letter.yml")}
    shown = impayes("modeles", "voir", "mise-en-demeure")
    for part in ("lrar", "creancier.siren", "Interdite si", "utilisé", "body.html.j2"):
        assert part in shown.stdout
    source = impayes("modeles", "voir", "mise-en-demeure", "--source").stdout
    assert source == (ROOT / "letters/mise-en-demeure/body.html.j2").read_text(encoding="utf-8")
    assert "vouliez-vous dire « mise-en-demeure »" in refused(3, "modeles", "voir", "mise-en-demeur")


@pytest.mark.parametrize("name", ["dossier", "entreprise", "lettre", "taux"])
def test_schema_command(name: str) -> None:
    """`schema` prints the committed schema."""
    committed = (ROOT / "generator" / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(impayes("schema", name).stdout) == json.loads(committed)


def test_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in place, then tables to read again and a broken company file."""
    monkeypatch.chdir(tmp_path)
    result = impayes("diagnostic", "--au", AU)
    assert (result.exit_code, "Tout est en place" in result.stdout) == (0, True)
    assert tree(tmp_path) == {}
    (tmp_path / "entreprise.yml").write_text("creancier: x\n", encoding="utf-8")
    result = impayes("diagnostic", "--au", "2028-01-01")
    assert result.exit_code == 5
    assert re.search(r"MANQUE +Tables de droit", result.stdout)
    assert re.search(r"MANQUE +entreprise\.yml +entreprise\.yml:1:1: creancier", result.stdout)


def test_version() -> None:
    """`--version`, from a checkout too."""
    assert re.fullmatch(r"impayes \d\S*\n", impayes("--version").stdout)
