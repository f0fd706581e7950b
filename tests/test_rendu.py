"""Letters a team writes itself: mistakes located, markup escaped, the sandbox and the guard rails hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.outside import AU, CREDITOR, assert_french, impayes, refused, write

DEMAND = "mise-en-demeure"
BODY = f"{DEMAND}/body.html.j2"
TXT = ("--au", AU, "--format", "txt")
PRODUCT = ROOT / "letters" / DEMAND
# What the mise en demeure may not lose, so that a body can be about one mistake only.
MENTIONS = "<p>mise en demeure, au plus tard le, la juridiction compétente, ne tenez pas compte</p>\n"
YML = """\
id: essai
titre: Lettre d'essai
resume: Une lettre d'équipe.
version: 1
phase: amiable
envoi: [courrier]
pour: [professionnel]
objet: Essai
"""


def own(folder: Path, body: str, name: str = BODY) -> Path:
    """A company's template; returns the folder to give to --modeles."""
    path = folder / "modeles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")
    return folder / "modeles"


def refusal(folder: Path, body: str, code: int = 3, **rest: Any) -> str:
    """What is said of a body that must be refused; nothing may be written."""
    models = own(folder, body, **rest)
    said = refused(code, "lettre", write(folder), DEMAND, *TXT, "--modeles", models)
    assert not (folder / "sortie").exists()
    return said


def rendered(folder: Path, models: Path, letter: str = DEMAND, kind: str = "txt", **swaps: str) -> str:
    """Write the letter with these templates and read it back."""
    path = write(folder, *swaps.items())
    result = impayes("lettre", path, letter, "--au", AU, "--format", kind, "--modeles", models, "--ecraser")
    assert result.exit_code == 0, result.output
    return Path(result.stdout.strip()).read_text(encoding="utf-8")


MISTAKES = {
    "unknown variable": ("<p>a</p>\n<p>{{ facture.numero }}</p>", 2, "variable inconnue « facture »"),
    "unknown attribute": ("<p>{{ debiteur.siret.x }}</p>", 1, "variable inconnue « x »"),
    "misspelt attribute": ("\n\n<p>{{ creancier.adress }}</p>", 3, "variable inconnue « adress »"),
    "unknown in a condition": ("{% if inconnu %}<p>a</p>{% endif %}", 1, "variable inconnue « inconnu »"),
    "unclosed block": ("<p>a</p>\n{% if plan %}\n<p>b</p>", 3, "bloc « if » jamais fermé"),
    "empty expression": ("<p>{{ }}</p>", 1, "écriture du modèle incorrecte"),
    "unknown filter": ("<p>\n{{ reference | majuscule }}</p>", 2, "filtre inconnu « majuscule »"),
    "unknown tag": ("{% importer x %}", 1, "instruction inconnue « importer »"),
    "wrong type": ("<p>{{ reference | date_longue }}</p>", 1, ""),
    "division": ("<p>{{ 1 / 0 }}</p>", 1, "le modèle ne peut pas être rempli"),
    "huge range": ("<p>{{ range(999999999) | list }}</p>", 1, "le modèle ne peut pas être rempli"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "line", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_located(tmp_path: Path, body: str, line: int, sentence: str) -> None:
    """`fichier:ligne: phrase`, and exit code 3."""
    said = refusal(tmp_path, body)
    assert said.startswith(f"{tmp_path / 'modeles' / BODY}:{line}: ")
    assert sentence in said
    assert_french(said)


@pytest.mark.parametrize(
    "trap",
    [
        "creancier.__class__", "creancier.__class__.__mro__[1].__subclasses__()", "[].__class__", "''.__class__.mro()",
        "reference.__init__.__globals__", "decompte.__dict__", "droit._law", "droit.valeur.__func__.__globals__",
        "creancier.__pydantic_validator__", "lipsum.__globals__", "cycler.__init__.__globals__", "self.__init__",
        "'{0.__class__}'.format(reference)", "factures | map(attribute='__class__') | join", "range.__call__",
        "creancier.model_fields.clear()", "decompte.lignes.__reduce__()",
    ],
)  # fmt: skip
def test_the_sandbox_holds(tmp_path: Path, trap: str) -> None:
    """Ways out of a template lead nowhere."""
    said = refusal(tmp_path, f"{MENTIONS}<p>{{{{ {trap} }}}}</p>")
    assert said.startswith(f"{tmp_path / 'modeles' / BODY}:2: ")


@pytest.mark.parametrize(
    "trap", ["model_dump()", "model_copy()", "parse_file('/etc/hostname')", "json()", "parse_raw('{}')"]
)
def test_models_have_no_methods_in_a_template(tmp_path: Path, trap: str) -> None:
    """Templates see fields, never the methods of the library behind them: one of them reads pickles."""
    assert "instruction interdite" in refusal(tmp_path, f"{MENTIONS}<p>{{{{ creancier.{trap} }}}}</p>")


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    """The dangerous one, in full: a template that asks pydantic to unpickle a call."""
    witness = tmp_path / "temoin"
    call = f"cposix\\nmkdir\\n(S'{witness}'\\ntR."
    models = own(tmp_path, f"<p>{{{{ creancier.parse_raw(\"{call}\", proto='pickle', allow_pickle=True) }}}}</p>")
    refused(3, "lettre", write(tmp_path), DEMAND, *TXT, "--modeles", models)
    assert not witness.exists()


def test_includes_stay_inside(tmp_path: Path) -> None:
    """No template is read outside the letters' folders."""
    (tmp_path / "secret.j2").write_text("SECRET", encoding="utf-8")
    for name in ("../secret.j2", f"{DEMAND}/../../secret.j2", str(tmp_path / "secret.j2"), "origine/../secret.j2"):
        assert "introuvable" in refusal(tmp_path, f'{{% include "{name}" %}}')


def test_a_template_that_includes_itself(tmp_path: Path) -> None:
    """Endless inclusion is a mistake of the template, not of ours."""
    assert BODY in refusal(tmp_path, f'{{% include "{BODY}" %}}')


def test_markup_in_names(tmp_path: Path) -> None:
    """A name with markup is escaped in HTML and plain in text."""
    name = "SARL A & B <script>alert(1)</script>"
    swap = {"nom: Boulangerie Martin SARL": f"nom: '{name}'"}
    page = rendered(tmp_path, ROOT / "letters", kind="html", **swap)
    assert "SARL A &amp; B &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "&amp;amp;" not in page
    assert name in rendered(tmp_path, ROOT / "letters", **swap)


@pytest.mark.parametrize(
    "word", ["Commandement de payer", "SOMMATION", "l’huissier", "casier judiciaire", "une saisie"]
)
def test_forbidden_words(tmp_path: Path, word: str) -> None:
    """A team's template may not imitate justice or threaten: exit code 4, file, line and article."""
    said = refusal(tmp_path, f"{MENTIONS}\n<p>{word}</p>", 4)
    assert said.startswith(f"{tmp_path / 'modeles' / BODY}:3: ")
    assert "art. " in said
    assert refusal(tmp_path, f"{MENTIONS}<p>{{% if plan %}}{word}{{% endif %}}</p>", 4)
    comment = rendered(tmp_path, own(tmp_path, f"{{# jamais {word} #}}\n{MENTIONS}"))
    assert word not in comment


@pytest.mark.parametrize("where", ["objet", "pieces_jointes", "lines"])
def test_forbidden_words_elsewhere(tmp_path: Path, where: str) -> None:
    """The object, the enclosures and a wrapped expression are the letter too."""
    yml = (PRODUCT / "letter.yml").read_text(encoding="utf-8")
    if where == "lines":
        own(tmp_path, MENTIONS + "<p>au nom du\npeuple français</p>")
    elif where == "objet":
        start, end = yml.index("objet:"), yml.index("exige:")
        own(tmp_path, yml[:start] + "objet: Sommation de payer\n" + yml[end:], name=f"{DEMAND}/letter.yml")
    else:
        start = yml.index("pieces_jointes:")
        own(tmp_path, yml[:start] + "pieces_jointes: [Commandement]\n", name=f"{DEMAND}/letter.yml")
    refused(4, "lettre", write(tmp_path), DEMAND, *TXT, "--modeles", tmp_path / "modeles")


def test_words_of_the_dossier_are_free(tmp_path: Path) -> None:
    """A debtor called « Commandement » or a job about a « saisie » sets nothing off."""
    extra = "    objet: Saisie comptable, sommation du logiciel\n"
    result = impayes("lettre", write(tmp_path, ("Boulangerie Martin", "Le Commandement"), extra=extra), DEMAND, *TXT)
    assert result.exit_code == 0, result.output


def test_missing_mentions(tmp_path: Path) -> None:
    """What no tone may drop is asked back, every mention at once."""
    said = refusal(tmp_path, "<p>Payez.</p>")
    assert said.count("mention obligatoire") == 4
    assert "« la juridiction compétente »" in said


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        ('<img src="file:///etc/passwd">', "balise <img> interdite"),
        ("<script>alert(1)</script>", "balise <script> interdite"),
        ("<style>p { color: red }</style>", "balise <style> interdite"),
        ('<a href="https://exemple.fr">ici</a>', "balise <a> interdite"),
        ('<p style="color: red">a</p>', "attribut « style » interdit"),
        ('<p onclick="x()">a</p>', "attribut « onclick » interdit"),
        ("<p><strong>a</p>", "balise </p> inattendue"),
        ("<p>a", "jamais fermée"),
        ("</p>", "inattendue"),
        ("tout nu", "texte hors d'un paragraphe"),
    ],
)
def test_closed_set_of_markup(tmp_path: Path, markup: str, sentence: str) -> None:
    """Only what every format can say; the file is named."""
    said = refusal(tmp_path, MENTIONS + markup)
    assert said.startswith(f"{tmp_path / 'modeles' / BODY}")
    assert sentence in said


def test_a_wrong_colspan(tmp_path: Path) -> None:
    """A column count that is not a number does not stop the letter with a bug."""
    models = own(tmp_path, MENTIONS + '<table><tr><td colspan="x">a</td><td>b</td></tr></table>')
    for kind in ("txt", "html", "pdf"):
        result = impayes("lettre", write(tmp_path), DEMAND, "--au", AU, "--format", kind, "--modeles", models)
        assert result.exit_code in {0, 3}


OVERRIDE = '{{% extends "origine/{0}" %}}\n{{% block politesse %}}<p>Bien à vous.</p>{{% endblock %}}\n'


def test_one_block_is_overridden(tmp_path: Path) -> None:
    """A team changes one paragraph and keeps the rest, mentions included."""
    plain, changed = rendered(tmp_path, ROOT / "letters"), rendered(tmp_path, own(tmp_path, OVERRIDE.format(BODY)))
    assert "Bien à vous." in changed
    assert "salutations distinguées" not in changed
    assert "la juridiction compétente" in " ".join(changed.split())
    assert plain.split("Nous vous prions")[0] == changed.split("Bien à vous")[0]


def test_models_of_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`modeles:` of entreprise.yml is used, --modeles wins over it, the current directory never counts."""
    own(tmp_path, OVERRIDE.format(BODY))
    other = own(tmp_path / "autre", OVERRIDE.format(BODY).replace("Bien à vous", "Cordialement"))
    company = tmp_path / "entreprise.yml"
    path = write(tmp_path, name="d/dossier.yml")
    for folder in (tmp_path, other, other / DEMAND):
        monkeypatch.chdir(folder)
        company.write_text(CREDITOR, encoding="utf-8")
        assert says(path) == ""
        company.write_text(CREDITOR + "modeles: modeles\n", encoding="utf-8")
        assert says(path) == "Bien à vous."
        assert says(path, "--modeles", other) == "Cordialement."
    company.write_text(CREDITOR + "modeles: absent\n", encoding="utf-8")
    assert "dossier de modèles introuvable" in refused(3, "lettre", path, DEMAND, *TXT)
    company.write_text(CREDITOR + "modeles: ../modeles\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "masqué" in impayes("modeles", "voir", DEMAND, "--modeles", tmp_path / "modeles").stdout


def says(path: Path, *options: object) -> str:
    """The closing line of the letter, when it is one of ours."""
    result = impayes("lettre", path, DEMAND, *TXT, "--ecraser", *options)
    assert result.exit_code == 0, result.output
    text = Path(result.stdout.strip()).read_text(encoding="utf-8")
    return next((line for line in ("Bien à vous.", "Cordialement.") if line in text), "")


def test_a_new_letter_is_one_folder(tmp_path: Path) -> None:
    """Dropped in the company's folder, it is listed, shown, proposed to nobody, and written."""
    models = own(tmp_path, YML, name="essai/letter.yml")
    own(tmp_path, "<p>{{ appel }}, {{ decompte.totaux.solde | euros }}.</p>", name="essai/body.html.j2")
    listed = json.loads(impayes("modeles", "lister", "--json", "--modeles", models).stdout)
    assert "essai" in {letter["id"] for letter in listed}
    assert "Une lettre d'équipe" in impayes("modeles", "voir", "essai", "--modeles", models).stdout
    assert "Madame, Monsieur, 1\u202f298,30\u00a0€." in rendered(tmp_path, models, "essai")
    for kind in ("html", "pdf"):
        assert (
            impayes(
                "lettre", tmp_path / "dossier.yml", "essai", *TXT, "--format", kind, "--modeles", models, "--ecraser"
            ).exit_code
            == 0
        )
    assert "essai" not in impayes("lettre", write(tmp_path), "--au", AU, "--modeles", models).stdout


def test_mistakes_of_a_letter_file(tmp_path: Path) -> None:
    """letter.yml is checked like a dossier: all mistakes, with their places."""
    own(tmp_path, "<p>a</p>", name="essai/body.html.j2")
    models = own(tmp_path, YML.replace("amiable", "douce").replace("titre:", "title:"), name="essai/letter.yml")
    said = refused(3, "lettre", write(tmp_path), "essai", *TXT, "--modeles", models)
    assert "letter.yml:5:1: phase : valeur « douce » inconnue : écrire prevention, amiable" in said
    assert "letter.yml:2:1: title : champ inconnu (vouliez-vous dire « titre » ?)" in said
    models = own(tmp_path, YML.replace("id: essai", "id: autre"), name="essai/letter.yml")
    assert "doit être le nom du dossier" in refused(3, "lettre", write(tmp_path), "essai", *TXT, "--modeles", models)
    models = own(tmp_path, YML + "exige: [creancier.couleur]\n", name="essai/letter.yml")
    assert "« creancier.couleur » inconnu" in refused(3, "lettre", write(tmp_path), "essai", *TXT, "--modeles", models)
