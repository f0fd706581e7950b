"""YAML as a user, an editor or an ill-meaning file may write it: read as text, or refused with its place."""

from pathlib import Path

import pytest

from generator import yaml_text
from generator.errors import InvalidInput
from generator.loading import load_case
from generator.yaml_text import read_yaml
from tests.outside import DOSSIER, loaded, problem, problems, write


def told(folder: Path, content: bytes | str) -> str:
    """What is said of a file whose only mistake this is."""
    path = folder / "dossier.yml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return "\n".join(problems(path))


def test_scalars_stay_what_the_user_wrote(tmp_path: Path) -> None:
    """Leading zeros, words that YAML takes for booleans and dates in invoice numbers all stay text."""
    case = loaded(
        tmp_path,
        ('code_postal: "37000", ville: Tours}\ndeb', "code_postal: 06000, ville: non}\ndeb"),
        ("numero: F-1", "numero: 2026-10-12"),
        ('siren: "732829320"', "siren: 005520135\n  forme: oui"),
        ("reference: 2026-014", "reference: 0x1F"),
    ).case
    assert case.creancier.adresse.code_postal == "06000"
    assert case.creancier.adresse.ville == "non"
    assert case.creancier.forme == "oui"
    assert case.creancier.siren == "005520135"
    assert case.factures[0].numero == "2026-10-12"
    assert case.reference == "0x1F"


@pytest.mark.parametrize("number", ["1e3", "1_000", "0o17", "12:30:45", "1.10", "~1", "=", "<<", "true", "F #1"])
def test_invoice_numbers_are_never_typed(tmp_path: Path, number: str) -> None:
    """Sexagesimals, exponents, underscores… a number printed on an invoice is copied as it is."""
    case = loaded(tmp_path, ("numero: F-1", f"numero: {number!r}")).case
    assert case.factures[0].numero == number


@pytest.mark.parametrize("nothing", ["", "~", "null", "# plus tard"])
def test_empty_values_are_absent(tmp_path: Path, nothing: str) -> None:
    """A field left empty is a field left out: optional ones are fine, mandatory ones are named in place."""
    assert (
        loaded(tmp_path, ("  nom: Atelier", f"  telephone: {nothing}\n  nom: Atelier")).case.creancier.telephone is None
    )
    assert problem(tmp_path, ("numero: F-1", f"numero: {nothing}")) == (
        "dossier.yml:11:5: factures n° 1, numero : champ obligatoire manquant : l'ajouter"
    )


def test_both_parsers_of_pyyaml_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some distributions ship PyYAML without its C parser: the same dossier must give the same case."""
    path = write(tmp_path, extra="avoirs:\npaiements: []\n")
    quick = read_yaml(path)
    monkeypatch.setattr(yaml_text, "_Parser", yaml_text.yaml.SafeLoader)
    assert read_yaml(path) == quick


TRAPS = {
    "duplicate key": (
        "reference: a\nreference: b\n",
        "dossier.yml:2:1: clé « reference » écrite deux fois (déjà ligne 1)",
    ),
    "anchor": ("reference: &a x\n", "dossier.yml:1:12: ancre ou alias YAML"),
    "anchor on a key": ("&a reference: x\n", "dossier.yml:1:1: ancre ou alias YAML"),
    "alias": ("reference: x\nplan: *a\n", "dossier.yml:2:7: ancre ou alias YAML"),
    "alias as key": ("? *a\n: x\n", "dossier.yml:1:3: une clé simple"),
    "merge key": ("a: &a {b: c}\nd:\n  <<: *a\n", "dossier.yml:1:4: ancre ou alias YAML"),
    "tag": ("reference: !!int 3\n", "dossier.yml:1:12: étiquette YAML"),
    "python tag": ("reference: !!python/object/apply:os.system [id]\n", "dossier.yml:1:12: étiquette YAML"),
    "tag on a key": ("!!str reference: x\n", "dossier.yml:1:1: étiquette YAML"),
    "list as key": ("? [a, b]\n: x\n", "dossier.yml:1:3: une clé simple"),
    "tab": ("a:\n\tb: c\n", "caractère interdit en début de valeur (tabulation"),
    "two documents": ("reference: a\n---\nreference: b\n", "dossier.yml:2:1: un seul document par fichier"),
    "list on top": ("- reference: a\n", "dossier.yml:1:1: une liste de champs"),
    "text on top": ("bonjour\n", "dossier.yml:1:1: une liste de champs"),
    "empty": ("", "dossier.yml : fichier vide"),
    "comments only": ("# rien\n\n", "dossier.yml : fichier vide"),
    "empty document": ("---\n...\n", "dossier.yml : fichier vide"),
    "unclosed quote": ('reference: "a\nb: c\n', "dossier.yml:"),
    "unclosed bracket": ("reference: [a\n", "dossier.yml:"),
    "colon too many": ("reference: a: b\n", "dossier.yml:1:13: deux-points de trop"),
    "bad indent": ("a:\n  b: c\n d: e\n", "dossier.yml:3:2: retrait irrégulier"),
    "forbidden start": ("reference: @a\n", "dossier.yml:1:12: caractère interdit"),
    "comma for cents": ("a: {montant: 3780,75}\n", "dossier.yml:1:19: « 75 » : entre accolades, la virgule sépare"),
    "control character": ("reference: a\x01\n", "dossier.yml:1:13: caractère invisible interdit"),
    "escape sequence": ("reference: a\nb: \x1b[31m\n", "dossier.yml:2:4: caractère invisible interdit"),
}


@pytest.mark.parametrize(("content", "sentence"), TRAPS.values(), ids=TRAPS)
def test_yaml_traps(tmp_path: Path, content: str, sentence: str) -> None:
    """Each trap of YAML is refused, in French, where it stands."""
    assert sentence in told(tmp_path, content)


def test_all_traps_at_once(tmp_path: Path) -> None:
    """Traps that do not stop the parser are all listed."""
    sentences = told(tmp_path, "a: &x 1\nb: !t 2\na: 3\nc: {d: 4, d: 5}\n").splitlines()
    assert [line.split(": ")[0] for line in sentences] == [
        "dossier.yml:1:4", "dossier.yml:2:4", "dossier.yml:3:1", "dossier.yml:4:11",
    ]  # fmt: skip


def test_billion_laughs(tmp_path: Path) -> None:
    """Nothing is expanded: aliases are refused one by one, at once."""
    levels = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40))
    assert "ancre ou alias" in told(tmp_path, "a0: &a0 ha\n" + levels)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a:\n"], ids=["list", "mapping", "dashes", "blocks"])
def test_deep_nesting(tmp_path: Path, opening: str) -> None:
    """Thousands of levels are refused without recursion, whatever they are made of."""
    blocks = "".join(" " * i + "a:\n" for i in range(1000))
    content = blocks if opening == "a:\n" else opening * 100_000
    assert "trop de niveaux imbriqués : 12 au plus" in told(tmp_path, content)


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    """What Windows editors add changes nothing, positions included."""
    path = tmp_path / "dossier.yml"
    path.write_bytes(b"\xef\xbb\xbf" + DOSSIER.replace("\n", "\r\n").encode())
    assert load_case(path).case.reference == "2026-014"
    broken = DOSSIER.replace("qualite: prof", "qualite: Prof").replace("\n", "\r\n")
    assert told(tmp_path, b"\xef\xbb\xbf" + broken.encode()).startswith("dossier.yml:8:3: debiteur.qualite : ")


def test_encodings(tmp_path: Path) -> None:
    """Latin-1 names the line; UTF-16 and binary content are named for what they are."""
    assert told(tmp_path, "reference: a\nnom: Hélène\n".encode("latin-1")).startswith(
        "dossier.yml:2: caractère illisible"
    )
    assert "UTF-16" in told(tmp_path, "reference: a\n".encode("utf-16"))
    assert "pas un fichier texte" in told(tmp_path, "reference: a\n".encode("utf-16-le"))
    assert "pas un fichier texte" in told(tmp_path, b"%PDF-1.7\n\0\1\2\xff")


def test_size(tmp_path: Path) -> None:
    """One mebibyte is read, one byte more is not, and a huge file is not read whole."""
    filler = b"#" * (1024 * 1024 - len(DOSSIER.encode()) - 1) + b"\n"
    path = tmp_path / "dossier.yml"
    path.write_bytes(filler + DOSSIER.encode())
    assert load_case(path).case.reference == "2026-014"
    assert "plus de 1 Mio" in told(tmp_path, b"#" + filler + DOSSIER.encode())
    assert "plus de 1 Mio" in told(tmp_path, b"a" * (10 * 1024 * 1024))


def test_file_system(tmp_path: Path) -> None:
    """Missing file, folder, endless link, impossible name: a French sentence with the name."""
    (tmp_path / "boucle.yml").symlink_to("boucle.yml")
    expected = {
        "absent.yml": "fichier introuvable",
        ".": "c'est un répertoire",
        "boucle.yml": "lien symbolique qui tourne en rond",
        "a" * 300 + ".yml": "nom trop long",
        "a\0b.yml": "nom de fichier invalide",
    }
    for name, sentence in expected.items():
        (said,) = problems(tmp_path / name)
        assert sentence in said, name


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without read permission, also when the tests run as root."""

    def denied(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path)
    monkeypatch.setattr(Path, "open", denied)
    assert problems(path) == (f"{path} : lecture refusée ; vérifier les droits du fichier",)


def test_names_with_spaces_and_accents(tmp_path: Path) -> None:
    """File names people really use, in the sentences too."""
    path = write(tmp_path, ("qualite: professionnel", "qualite: pro"), name="Dossier Hélène & fils (1).yml")
    assert problems(path)[0].startswith("Dossier Hélène & fils (1).yml:8:3: debiteur.qualite : ")


def test_columns_count_characters(tmp_path: Path) -> None:
    """A column is a character, not a byte, after an accent or an emoji too."""
    content = 'debiteur: {nom: "é😀", qualite: pro}\n'
    assert any(line.startswith("dossier.yml:1:23: debiteur.qualite") for line in told(tmp_path, content).splitlines())


def test_invisible_characters_in_a_text(tmp_path: Path) -> None:
    """Characters that turn a text around or hide in it do not reach a letter."""
    for invisible in ("\\u202e", "\\u200b", "\\u0007", "\\u2066"):
        assert "caractère invisible" in problem(
            tmp_path, ("nom: Boulangerie Martin SARL", f'nom: "Martin{invisible} SARL"')
        )


def test_a_broken_company_file_is_named(tmp_path: Path) -> None:
    """A syntax mistake in entreprise.yml is located in entreprise.yml."""
    path = write(tmp_path)
    (tmp_path / "entreprise.yml").write_text("creancier: [\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"^entreprise\.yml:"):
        load_case(path)
