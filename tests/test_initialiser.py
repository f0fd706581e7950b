"""`initialiser` as a new user meets it: one command, then every next step it announces works."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from generator import __version__
from generator.loading import load_company
from generator.resources import builtin
from tests.conftest import ROOT
from tests.outside import AU, CREDITOR, assert_french, impayes, refused, tree
from tests.small_product import keep_letters

CI = (".github/workflows/impayes.yml", ".gitlab-ci.yml")
FILLED = {
    "  nom:  ": "  nom: Menuiserie Aubry",
    '  siren: ""': '  siren: "732829320"',
    "      -  ": "      - 3 rue des Ormes",
    '    code_postal: ""': '    code_postal: "49000"',
    "    ville:": "    ville: Angers",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new company folder, its blanks still to fill."""
    assert impayes("initialiser", tmp_path / "atelier").exit_code == 0
    return tmp_path / "atelier"


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """The same with the fictitious company."""
    assert impayes("initialiser", tmp_path / "essai", "--exemple").exit_code == 0
    return tmp_path / "essai"


def fill(home: Path) -> None:
    """What a person types into entreprise.yml, line by line."""
    path = home / "entreprise.yml"
    text = path.read_text(encoding="utf-8")
    for blank, value in FILLED.items():
        assert text.count(blank) == 1, blank
        text = text.replace(blank, f"{value} #" if blank.endswith("  ") else value)
    path.write_text(text, encoding="utf-8")


def test_everything_in_one_go(tmp_path: Path) -> None:
    """What `--simulation` announces is what is written, and nothing else."""
    home = tmp_path / "atelier"
    shown = impayes("initialiser", home, "--simulation").stdout
    assert not home.exists()
    assert impayes("initialiser", home).exit_code == 0

    assert {f"serait écrit : {home / name}" for name in tree(home)} == set(shown.splitlines())
    needed = {
        "entreprise.yml",
        "strategie.yml",
        "dossiers/exemple.yml",
        "modeles/papier-en-tete.docx",
        ".gitignore",
        *CI,
    }
    assert needed <= set(tree(home))


@pytest.mark.parametrize("taken", ["entreprise.yml", "LISEZ-MOI.md", ".gitlab-ci.yml", "dossiers/exemple.yml"])
def test_nothing_is_replaced(tmp_path: Path, taken: str) -> None:
    """One file already there, even the same, and nothing is written."""
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).write_text("à moi", encoding="utf-8")

    said = refused(1, "initialiser", tmp_path)
    assert "existe déjà" in said
    assert "--ecraser" not in said
    assert_french(said)
    assert tree(tmp_path) == {taken: "à moi".encode()}


def test_all_or_nothing(tmp_path: Path) -> None:
    """A file where a folder must go: a sentence, and not half a company."""
    (tmp_path / "schemas").write_text("", encoding="utf-8")
    assert "un fichier occupe la place d'un dossier" in refused(1, "initialiser", tmp_path)
    assert tree(tmp_path) == {"schemas": b""}


def test_what_remains_to_fill(home: Path) -> None:
    """`verifier` names the blank lines, those only, and is content once they are filled."""
    lines = (home / "entreprise.yml").read_text(encoding="utf-8").splitlines()
    blank = {n for n, line in enumerate(lines, 1) if any(line.startswith(start.rstrip()) for start in FILLED)}
    said = refused(3, "verifier", home)
    told = {int(found[1]) for found in re.finditer(r"^entreprise\.yml:(\d+):", said, re.MULTILINE)}
    # An absent name is told where its line stands, an absent town too.
    assert told == blank
    assert len(said.strip().splitlines()) == len(blank)

    fill(home)
    result = impayes("verifier", home)
    assert result.exit_code == 0, result.output
    assert "1 dossier valide sur 1." in result.stdout
    assert load_company(home / "entreprise.yml").creancier.nom == "Menuiserie Aubry"


def test_a_first_letter_at_once(ready: Path) -> None:
    """`--exemple`: everything passes, and the letter comes out in every format asked."""
    assert impayes("verifier", ready).exit_code == 0
    formats = [part for name in ("docx", "txt", "html", "eml", "md") for part in ("--format", name)]
    result = impayes("lettre", ready / "dossiers" / "exemple.yml", "--au", AU, "--oui", *formats)

    assert result.exit_code == 0, result.output
    assert [Path(line).suffix for line in result.stdout.splitlines()] == [".docx", ".txt", ".html", ".eml", ".md"]
    assert "Atelier Vasseur" in Path(result.stdout.splitlines()[1]).read_text(encoding="utf-8")


def test_the_fictitious_company_is_that_of_the_examples(ready: Path) -> None:
    """One invented company in the whole product, and the same in both files."""
    ours = load_company(ready / "entreprise.yml")
    example = load_company(builtin("examples") / "entreprise.yml").creancier
    assert ours.creancier.model_copy(update={"logo": None}) == example
    assert ours == load_company(ready / "entreprise-fictive.yml")


def test_the_trade(tmp_path: Path) -> None:
    """`--metier` writes the line, in both company files; an unknown one is refused."""
    assert impayes("initialiser", tmp_path / "a", "--metier", "btp", "--exemple").exit_code == 0
    assert load_company(tmp_path / "a" / "entreprise.yml").metier == "btp"
    assert load_company(tmp_path / "a" / "entreprise-fictive.yml").metier == "btp"
    assert "freelance" in refused(2, "initialiser", tmp_path / "b", "--metier", "plombier")
    assert not (tmp_path / "b").exists()


def test_every_option_of_the_look_works_once_its_mark_is_removed(ready: Path) -> None:
    """Each commented line under `apparence` is right as it is written, papers and images in place."""
    path = ready / "entreprise.yml"
    head, rest = path.read_text(encoding="utf-8").split("apparence:\n")
    options, tail = rest.split("\n\n", 1)
    options = re.sub("^  # ", "  ", options, flags=re.MULTILINE)
    path.write_text(f"{head}apparence:\n{options}\n\n{tail}", encoding="utf-8")
    fonts = builtin("letters") / "_commun" / "polices"
    for ours, theirs in (("Regular", "Regular"), ("Bold", "Bold"), ("Italic", "It"), ("BoldItalic", "BoldIt")):
        shutil.copy(fonts / f"SourceSans3-{theirs}.ttf", ready / "polices" / f"VotrePolice-{ours}.ttf")
    shutil.copy(ready / "images" / "logo-exemple.svg", ready / "images" / "signature.svg")
    path.write_text(path.read_text(encoding="utf-8").replace("signature.png", "signature.svg"), encoding="utf-8")

    look = load_company(path).apparence
    assert set(look.model_fields_set) == set(type(look).model_fields)
    made = impayes(
        "lettre", ready / "dossiers/exemple.yml", "--au", AU, "--oui", "--format", "html", "--format", "docx"
    )
    assert made.exit_code == 0, made.output
    page = Path(made.stdout.splitlines()[0]).read_text(encoding="utf-8")
    assert look.couleur in page
    assert "123 456 782" in page.replace("\u00a0", " ").replace("\u202f", " ")


def commands(text: str) -> list[list[str]]:
    """Every `impayes …` of a text: lines of a script, indented lines of a page, « … » of a sentence."""
    found = re.findall(
        r"^(?: {4,}|.*?(?:run: |- ))?impayes ((?:[a-z-]+ ?).*)$|[«`] ?impayes ([^»`]+?) ?[»`]", text, re.MULTILINE
    )
    lines = [re.sub(r" {3,}.*", "", one or other) for one, other in found]
    return [shlex.split(line) for line in lines if not line.startswith("#")]


def test_every_command_it_names_exists(home: Path) -> None:
    """In the pages, the comments and the CI files: each command and each option is one of ours."""
    texts = {name: data.decode() for name, data in tree(home).items() if not name.startswith(("schemas/", "modeles/p"))}
    named = {(name, tuple(command)) for name, text in texts.items() for command in commands(text)}
    assert {name for name, _ in named} >= {"LISEZ-MOI.md", "modeles/LISEZ-MOI.md", "strategie.yml", *CI}
    for name, command in named:
        result = impayes(*command, "--help")
        assert result.exit_code == 0, f"{name}: impayes {' '.join(command)}"


def steps(path: Path) -> list[str]:
    """The lines a CI file runs, in order."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = [job for job in data.get("jobs", data).values() if isinstance(job, dict)]
    parts = [part for job in jobs for part in job.get("script", [step.get("run", "") for step in job.get("steps", [])])]
    return [line.strip() for part in parts for line in part.splitlines()]


@pytest.mark.parametrize("name", CI)
def test_ci_passes_without_private_data(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A published fork has no entreprise.yml and no dossier but the example: each command of the CI still succeeds."""
    text = (ROOT / "generator" / "intake" / "gabarits" / "strategie.yml").read_text(encoding="utf-8")
    keep_letters(re.findall(r"^ +lettre\w*: (\S+)", text, re.MULTILINE), tmp_path, monkeypatch)
    fork = tmp_path / "fourche"
    assert impayes("initialiser", fork).exit_code == 0
    (fork / "entreprise.yml").unlink()
    monkeypatch.chdir(fork)
    ours = [line for line in steps(fork / name) if line.startswith("impayes ")]
    assert [line.split()[1] for line in ours] == ["verifier", "modeles", "lettre", "site"]
    for line in ours:
        result = impayes(*shlex.split(line.replace("$ENTREPRISE", "entreprise-fictive.yml"))[1:])
        assert result.exit_code == 0, result.output
    assert (fork / "public" / "index.html").is_file()


@pytest.mark.parametrize("name", CI)
def test_ci_installs_this_version_and_publishes_only_when_asked(home: Path, name: str) -> None:
    """The version is pinned, no registry is named, publication waits for a variable."""
    text = (home / name).read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    assert data.get("env", data.get("variables"))["IMPAYES"] == f"impayes=={__version__}"
    assert 'pip install "$IMPAYES"' in steps(home / name)
    assert not re.search(r"https?://|--index-url|--extra-index", text)
    published = data["jobs"]["publier"]["if"] if "jobs" in data else data["pages"]["rules"][0]["if"]
    assert "PUBLIER_LE_SITE" in published
    assert "oui" in published


def test_personal_data_stay_out_of_the_repository(home: Path) -> None:
    """Asked of git itself: what is kept, what is left out."""
    if shutil.which("git") is None:
        pytest.skip("git manque : le .gitignore n'est pas essayé")
    subprocess.run(["git", "init", "--quiet", home], check=True)
    private = ["entreprise.yml", "dossiers/2026-014.yml", "dossiers/sortie/lettre.pdf", "dossiers/pieces/F-1.pdf",
               "journal/2026-014.jsonl", "images/signature.png", "public/index.html"]  # fmt: skip
    public = [name for name in tree(home) if name != "entreprise.yml" and not name.startswith(".git/")]
    asked = "\n".join([*private, *public])
    result = subprocess.run(
        ["git", "-C", home, "check-ignore", "--stdin"], input=asked, capture_output=True, text=True, check=False
    )
    assert set(result.stdout.splitlines()) == set(private)


def test_the_editor_is_told_which_schema(ready: Path) -> None:
    """Each schema named by the settings is there, and its files are valid for it."""
    settings = json.loads((ready / ".vscode/settings.json").read_text(encoding="utf-8"))
    checked = 0
    for schema, patterns in settings["yaml.schemas"].items():
        validator = Draft202012Validator(json.loads((ready / schema).read_text(encoding="utf-8")))
        for path in [path for pattern in patterns for path in ready.glob(pattern)]:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            data = {key: value for key, value in data.items() if value != ""}
            assert list(validator.iter_errors(data)) == [], path
            checked += 1
    assert checked == 4
    for name in ("entreprise.yml", "strategie.yml"):
        found = re.match(r"# yaml-language-server: \$schema=(\S+)", (ready / name).read_text(encoding="utf-8"))
        assert found
        assert (ready / found[1]).is_file()


def test_the_letterhead_is_the_one_letters_start_from(home: Path) -> None:
    """What the reader edits in Word is what the product uses."""
    shipped = ROOT / "letters" / "_commun" / "papier-en-tete.docx"
    assert (home / "modeles" / "papier-en-tete.docx").read_bytes() == shipped.read_bytes()


def test_the_rest_still_finds_its_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`nouveau` and `modeles` work from the folder; CI files and the fictitious company are not taken for dossiers."""
    (home / "entreprise.yml").write_text(f"{CREDITOR}modeles: modeles\n", encoding="utf-8")
    monkeypatch.chdir(home)
    result = impayes("verifier", ".", "--json")
    assert json.loads(result.stdout)["dossiers"] == 1
    assert impayes("modeles", "lister").exit_code == 0
