"""The refusals that letters share: written once, named by letters, replaced by a company."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from generator.forks import copy_letter
from generator.letters import find_letters, load_letter
from generator.refusals import Refusal, refusal_files, shared_refusals
from generator.resources import builtin
from generator.writing import write_all
from generator.yaml_text import read_yaml
from tests.fork_team import modeles
from tests.outside import impayes

PRODUCT, EXAMPLES = builtin("letters"), builtin("examples") / "dossiers"
SHARED = shared_refusals(refusal_files((PRODUCT,)))
LETTERS = sorted(PRODUCT.rglob("letter.yml"))
YML = """\
id: essai
titre: Lettre d'essai
resume: Une lettre d'équipe.
version: 1
phase: amiable
envoi: [courrier]
pour: [professionnel]
objet: Essai
refuse_si:
  - {}
  - condition: devis
    phrase: Un devis n'est pas une dette.
"""


def write(path: Path, text: str) -> None:
    """A file and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def written(path: Path) -> list[Any]:
    """What a letter writes under `refuse_si`, ids and mappings."""
    return list(read_yaml(path).data.get("refuse_si", ()))


def own(folder: Path, refusal: str, shared: str = "") -> Path:
    """A company's folder with one letter, and the shared refusals it changes."""
    write(folder / "modeles" / "essai" / "letter.yml", YML.format(refusal))
    write(folder / "modeles" / "essai" / "body.html.j2", "<p>a</p>")
    if shared:
        write(folder / "modeles" / "_commun" / "refus.yml", shared)
    return folder / "modeles"


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_refusal_is_shared(name: str) -> None:
    """Two letters at least name it: a refusal of one letter belongs in that letter."""
    assert sum(name in written(path) for path in LETTERS) > 1


def test_no_refusal_is_written_twice() -> None:
    """What two letters say word for word has one home."""
    said = Counter(Refusal(**item) for path in LETTERS for item in written(path) if isinstance(item, dict))

    assert [refusal for refusal, times in said.items() if times > 1 or refusal in SHARED.values()] == []


def test_an_id_stands_for_the_whole_refusal(tmp_path: Path) -> None:
    """Condition, texts and sentence, in its place among those written out."""
    letter = load_letter("essai", (own(tmp_path, "procedure-collective"), PRODUCT))

    assert letter.spec.refuse_si[0] == SHARED["procedure-collective"]
    assert [r.condition for r in letter.spec.refuse_si] == ["debiteur.procedure_collective", "devis"]


def test_an_unknown_id_names_the_known_ones(tmp_path: Path) -> None:
    """The line of the id, the nearest name, and every name there is."""
    said = modeles("verifier", "--modeles", own(tmp_path, "procedure-colective"))

    assert said.exit_code == 3
    line = next(line for line in said.stdout.splitlines() if "letter.yml" in line)
    assert "letter.yml:10: refuse_si n° 1 : refus « procedure-colective » inconnu" in line.replace("\u00a0", " ")
    assert "vouliez-vous dire « procedure-collective »" in line.replace("\u00a0", " ")
    assert all(name in line for name in SHARED)


def test_a_company_replaces_a_refusal_by_its_id(tmp_path: Path) -> None:
    """In every letter that names it, the product's included; the other refusals stay the product's."""
    ours = "plan-en-cours:\n  condition: plan-en-cours\n  phrase: Voir Claire.\nle-notre:\n  condition: devis\n  phrase: Non.\n"
    roots = (own(tmp_path, "le-notre", ours), PRODUCT)
    before, after = ({x.id: x.spec.refuse_si for x in find_letters(r)} for r in ((PRODUCT,), roots))

    assert after["essai"][0].phrase == "Non."
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {path.parent.name for path in PRODUCT.glob("*/letter.yml") if "plan-en-cours" in written(path)}
    for name in changed:
        pairs = [(old, new) for old, new in zip(before[name], after[name], strict=True) if old != new]
        assert [(old, new.phrase) for old, new in pairs] == [(SHARED["plan-en-cours"], "Voir Claire.")]


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    """A program that lasts reads the file again once it has changed."""
    roots = (own(tmp_path, "le-notre", "le-notre:\n  condition: devis\n  phrase: Avant.\n"), PRODUCT)
    assert load_letter("essai", roots).spec.refuse_si[0].phrase == "Avant."
    write(roots[0] / "_commun" / "refus.yml", "le-notre:\n  condition: devis\n  phrase: Ensuite.\n")

    assert load_letter("essai", roots).spec.refuse_si[0].phrase == "Ensuite."


FAULTS = {
    "condition": ("le-notre:\n  condition: rien-nest-du\n  phrase: Non.\n", 2, "rien-nest-du"),
    "article": ("le-notre:\n  condition: devis\n  articles: [c-civ-9999]\n  phrase: Non.\n", 3, "c-civ-9999"),
    "field": (
        "le-notre:\n  conditions: devis\n  phrase: Non.\n",
        2,
        "champ inconnu (vouliez-vous dire « condition » ?)",
    ),
    "not a block": ("le-notre: non\n", 1, "un bloc de champs est attendu ici"),
    "syntax": ("le-notre:\n  phrase: [Non\n", 3, "crochet"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), FAULTS.values(), ids=FAULTS)
def test_faults_of_the_companys_refusals(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    """Said once, where they are written, whatever the number of letters that name them."""
    folder = own(tmp_path, "le-notre", text)
    said = [x.replace("\u00a0", " ") for x in modeles("verifier", "--modeles", folder).stdout.splitlines()]

    assert len([x for x in said if sentence in x and x.startswith(f"{folder / '_commun' / 'refus.yml'}:{line}:")]) == 1


def test_a_copied_letter_keeps_the_ids(tmp_path: Path) -> None:
    """A later correction of a shared refusal reaches the copies too; nothing looks changed meanwhile."""
    folder = tmp_path / "modeles"
    write_all(copy_letter("relance-1", folder, (PRODUCT,)), overwrite=False)

    assert written(folder / "relance-1" / "letter.yml") == written(PRODUCT / "relance-1" / "letter.yml")
    assert "procedure-collective" in written(folder / "relance-1" / "letter.yml")
    assert "inchangée dans le produit" in modeles("comparer", "--modeles", folder).stdout
    assert modeles("verifier", "--modeles", folder).exit_code == 0


def test_a_copy_is_refused_like_the_letter(tmp_path: Path) -> None:
    """The sentence and the exit code are those of the product, or the company's own."""
    folder = tmp_path / "modeles"
    write_all(copy_letter("relance-1", folder, (PRODUCT,)), overwrite=False)
    dossier = next(
        p for p in sorted(EXAMPLES.glob("*.yml")) if "procedure_collective:" in p.read_text(encoding="utf-8")
    )
    options = ("lettre", dossier, "relance-1", "--modeles", folder, "--simulation")
    plain, copied = impayes(*options[:3], "--simulation"), impayes(*options)
    assert (plain.exit_code, copied.exit_code) == (4, 4)
    assert plain.stderr == copied.stderr

    write(
        folder / "_commun" / "refus.yml",
        "procedure-collective:\n  condition: debiteur.procedure_collective\n  phrase: Voir Claire.\n",
    )
    assert "Voir Claire." in impayes(*options).stderr
