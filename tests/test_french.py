"""click speaks French: nothing it may say is left in English, whatever the locale."""

import ast
import importlib.util
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import click
import pytest

from generator.cli import french

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = french.LOCALE / "fr" / "LC_MESSAGES" / f"{french.DOMAIN}.po"

# A whole small application in one file, run in its own process: importing it here would not
# prove that `install()` alone is enough.
APPLICATION = '''
import sys, click
from generator.cli import french
french.install()

@click.group(cls=french.FrenchGroup)
@click.version_option("1.2.3", prog_name="essai")
def essai():
    """Un essai."""

@essai.command()
@click.argument("dossier", type=click.Path(exists=True, dir_okay=False), help="Le dossier.")
@click.option("--jours", type=int, default=8, show_default=True, help="Nombre de jours.")
@click.option("--taux", type=float, help="Taux.")
@click.option("--part", type=click.IntRange(1, 12), help="Nombre de parts.")
@click.option("--ton", type=click.Choice(["cordial", "neutre", "ferme"]), help="Ton de la lettre.")
@click.option("--seul", type=click.Choice(["pdf"]), help="Format.")
@click.option("--au", required=True, type=click.DateTime(["%Y-%m-%d"]), envvar="AU", help="Date.")
@click.option("--paire", nargs=2, help="Deux valeurs.")
@click.option("--oui", type=bool, help="Accord.")
@click.option("--vite", is_flag=True, help="Sans attendre.")
def lettre(**valeurs):
    """Une lettre."""

@essai.command(deprecated=True)
def letre2():
    """Une autre."""

@essai.group()
def modeles():
    """Les modeles."""

@modeles.command()
@click.confirmation_option()
@click.password_option()
def copier(password):
    """Copier."""

essai(prog_name="essai")
'''

ENGLISH = re.compile(
    r"\b(usage:|error|try|help|missing|such|did you|mean|invalid|value|is not|one of|valid"
    r"|does|must|required|default|env|show|exit|command\b|commands|args|integer|float|text|boolean|filename|range"
    r"|takes?|given|got|unexpected|extra|deprecated|warning|file|directory|path|aborted|repeat|confirm\b|this|the|and)\b",
    re.IGNORECASE,
)


def run(*arguments: str, locale: str = "C") -> subprocess.CompletedProcess[str]:
    """The output in UTF-8, whatever the locale under test says."""
    milieu = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("LC_", "LANG", "PYTHON"))}
    milieu |= {"LC_ALL": locale, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-c", APPLICATION, *arguments],
        capture_output=True,
        encoding="utf-8",
        env=milieu,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def load_compiler():
    spec = importlib.util.spec_from_file_location("compiler_po", ROOT / "scripts" / "compiler_po.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def messages():
    return load_compiler().parse(CATALOGUE.read_text(encoding="utf-8"))


def messages_of_click() -> set[tuple[str, ...]]:
    """What the installed click passes to gettext, read from its source."""
    found: set[tuple[str, ...]] = {("required",)}  # looked up through a variable
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            texts = node.args[: {"_": 1, "ngettext": 2}.get(node.func.id, 0)]
            if texts and all(isinstance(text, ast.Constant) for text in texts):
                found.add(tuple(text.value for text in texts))
    return found


def fields(text: str) -> set[str]:
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\(\w+\)s", text))


def test_every_message_of_click_is_translated(messages):
    assert messages_of_click() - messages.keys() == set()


def test_no_translation_is_left_over(messages):
    assert messages.keys() - messages_of_click() == {("",)}


def test_translations_are_complete_and_use_known_fields(messages):
    for key, forms in messages.items():
        assert len(forms) == len(key), key
        assert all(forms), key
        allowed = set().union(*map(fields, key))
        assert all(fields(form) <= allowed for form in forms), key


def test_french_typography(messages):
    for key, forms in messages.items():
        for form in forms if key != ("",) else ():
            form = re.sub(r"\{[^}]*\}", "x", form)
            assert not re.search(r"(?<!\u202f)[!?;]", form), form
            assert not re.search(r"(?<!\u00a0):(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»", form), form


def test_compiled_catalogue_is_fresh(messages):
    expected = load_compiler().compile_mo(messages)
    assert CATALOGUE.with_suffix(".mo").read_bytes() == expected, "lancer : python scripts/compiler_po.py"


CASES = [
    (["--help"], 0, "Utilisation\u00a0: essai [OPTIONS] COMMANDE [ARGUMENTS]..."),
    (["--version"], 0, "essai, version 1.2.3"),
    (["lettre", "--help"], 0, "obligatoire"),
    (["lettre", "--help"], 0, "Arguments\u00a0:"),
    (["letre2", "--help"], 0, "OBSOLÈTE"),
    (["modeles", "--help"], 0, "COMMANDE [ARGUMENTS]..."),
    (["modeles", "copier", "--help"], 0, "Confirme sans poser la question."),
    (["lettre"], 2, "Il manque l'argument 'DOSSIER'."),
    (["lettre", "pyproject.toml"], 2, "Il manque l'option '--au'."),
    (["lettre", "absent.yml", "--au", "2026-01-01"], 2, "introuvable"),
    (["lettre", "docs", "--au", "2026-01-01"], 2, "c'est un dossier"),
    (["lettre", "pyproject.toml", "de-trop", "--au", "2026-01-01"], 2, "Argument en trop\u00a0: de-trop"),
    (["lettre", "pyproject.toml", "--tonn", "x"], 2, "Vouliez-vous dire"),
    (["lettre", "pyproject.toml", "--ta", "x"], 2, "n'existe pas"),
    (["lettre", "pyproject.toml", "--ton", "sec"], 2, "possibles\u00a0: 'cordial', 'neutre', 'ferme'"),
    (["lettre", "pyproject.toml", "--seul", "odt"], 2, "Seule valeur possible"),
    (["lettre", "pyproject.toml", "--jours", "huit"], 2, "Il faut ceci\u00a0: entier"),
    (["lettre", "pyproject.toml", "--taux", "dix"], 2, "Il faut ceci\u00a0: nombre"),
    (["lettre", "pyproject.toml", "--part", "40"], 2, "hors des bornes"),
    (["lettre", "pyproject.toml", "--au", "hier"], 2, "n'est pas écrit sous la forme"),
    (["lettre", "pyproject.toml", "--oui", "bof"], 2, "ni oui ni non"),
    (["lettre", "pyproject.toml", "--jours"], 2, "attend une valeur"),
    (["lettre", "pyproject.toml", "--paire", "a"], 2, "attend 2 valeurs"),
    (["lettre", "pyproject.toml", "--vite=a"], 2, "ne prend pas de valeur"),
    (["letre"], 2, "La commande «\u00a0letre\u00a0» n'existe pas."),
    (["inconnue"], 2, "Pour l'aide\u00a0: «\u00a0essai --help\u00a0»."),
    (["letre2"], 0, "la commande «\u00a0letre2\u00a0» est obsolète"),
    (["modeles", "copier"], 1, "Interrompu."),
]


@pytest.mark.parametrize(("arguments", "code", "attendu"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_common_messages_are_french(arguments, code, attendu):
    resultat = run(*arguments)
    texte = resultat.stdout + resultat.stderr
    assert resultat.returncode == code, texte
    assert attendu in " ".join(texte.replace("\u00a0", "\0").split()).replace("\0", "\u00a0"), texte
    # What the user typed is repeated as typed; only the rest has to be French.
    reste = texte
    for mot in (*arguments, "--help", "--yes", "--password", "PASSWORD"):
        reste = reste.replace(mot, "")
    assert not ENGLISH.findall(reste), texte


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.UTF-8", "fr_FR.ISO-8859-1"])
def test_french_under_any_locale(locale):
    assert "n'existe pas" in run("inconnue", locale=locale).stderr


def test_narrow_encodings_do_not_stop_the_program():
    code = "from generator.cli import french; french.install(); print('12\\u202f000,00\\u00a0€')"
    milieu = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(ROOT)}
    fini = subprocess.run([sys.executable, "-c", code], capture_output=True, env=milieu, cwd=ROOT, check=False)
    assert (fini.returncode, fini.stdout.strip()) == (0, b"12?000,00\xa0?")
