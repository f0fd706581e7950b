"""`strategie.yml`: read, refused with every mistake at its line, and the days it leads to."""

import datetime as dt
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from generator.calendar_fr import is_working_day
from generator.errors import InvalidInput
from generator.money import plain_spaces
from generator.portfolio.strategy import KINDS, Strategy, When, load_strategy, parse_when
from generator.schema import FOLDER, build_schema
from tests.conftest import ROOT, day
from tests.outside import CREDITOR, assert_french, impayes, refused

SHIPPED = ROOT / "generator" / "intake" / "gabarits" / "strategie.yml"
SMALL = """\
par_defaut: {professionnel: vive}
strategies:
  vive:
    pour: [professionnel]
    niveaux:
      - {niveau: premier, quand: échéance + 3 jours, lettre: relance-1, canal: email, ton: cordial}
      - {niveau: second, quand: précédente + 10 jours, lettre: relance-2, canal: courrier, ton: ferme}
"""


def write(folder: Path, text: str) -> Path:
    """A strategie.yml of this text."""
    path = folder / "strategie.yml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    """Every sentence said of a refused strategy, checked to be French."""
    with pytest.raises(InvalidInput) as caught:
        load_strategy(write(folder, text))
    for sentence in caught.value.problems:
        assert_french(sentence)
    return [plain_spaces(sentence) for sentence in caught.value.problems]


def test_the_shipped_strategies() -> None:
    """Three are ready; each kind of debtor has one; a consumer is never pressed."""
    strategy = load_strategy(SHIPPED)
    assert list(strategy.strategies) == ["douce", "standard", "ferme"]
    for kind in KINDS:
        assert strategy.ladder_for(kind) is not None
    assert "particulier" not in strategy.strategies["ferme"].pour
    assert "# export:" in SHIPPED.read_text(encoding="utf-8")


def test_the_example_of_ones_own_works_once_its_marks_are_removed(tmp_path: Path) -> None:
    """The commented strategy of the file is right as it is written."""
    head, own = SHIPPED.read_text(encoding="utf-8").split("  # export:\n")
    strategy = load_strategy(write(tmp_path, f"{head}  export:\n{own.replace('  # ', '  ')}"))
    assert strategy.ladder_for("professionnel", "export")


def test_what_a_level_says(tmp_path: Path) -> None:
    """Values are typed and frozen; what is absent follows the letter or the dossier."""
    ladder = load_strategy(write(tmp_path, SMALL.replace("ton: cordial", "ton: cordial, montant_minimum: '1 200,50 €', validation: non"))).strategies["vive"]  # fmt: skip
    first, second = ladder.niveaux
    assert (first.quand, second.quand) == (When("échéance", 3), When("précédente", 10))
    assert str(first.montant_minimum) == "1200.50"
    assert (first.validation, second.validation) == (False, True)
    assert (second.penalites, second.indemnite_forfaitaire, second.delai_reponse_jours) == (None, None, None)
    assert ladder.regroupement == "dossier"
    with pytest.raises(ValidationError):
        first.niveau = "autre"  # type: ignore[misc]


def test_the_letter_follows_the_debtor() -> None:
    """One level, three letters: the law is not the same for a consumer and for a public body."""
    level = load_strategy(SHIPPED).strategies["standard"].niveaux[-2]
    letters = [level.letter_for(kind) for kind in KINDS]
    assert letters == ["mise-en-demeure", "mise-en-demeure-particulier", "mise-en-demeure-acheteur-public"]
    call = load_strategy(SHIPPED).strategies["douce"].niveaux[2]
    assert call.letter_for("public") == call.lettre


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("échéance", When("échéance", 0)),
        ("échéance - 5 jours", When("échéance", -5)),
        ("Echeance+3 jours", When("échéance", 3)),
        ("échéance − 1 jour", When("échéance", -1)),
        ("échéance – 12 j", When("échéance", -12)),
        ("fin de mois + 2 jours", When("fin de mois", 2)),
        ("fin de mois", When("fin de mois", 0)),
        ("précédente + 10 jours", When("précédente", 10)),
    ],
)
def test_moments_people_write(text: str, expected: When) -> None:
    """Read, then written back in one way that reads the same."""
    assert parse_when(text) == expected
    assert parse_when(str(expected)) == expected


@pytest.mark.parametrize("text", ["", "3 jours", "échéance + trois jours", "échéance + 5000 jours", "demain", "J+3"])
def test_moments_nobody_can_read(text: str) -> None:
    """The sentence gives the ways to write one."""
    with pytest.raises(ValueError, match="« échéance - 5 jours »"):
        parse_when(text)


@pytest.mark.parametrize("text", ["précédente", "précédente - 2 jours", "précédente + 0 jour"])
def test_a_level_follows_the_one_before(text: str) -> None:
    """Never the same day, never before."""
    with pytest.raises(ValueError, match="suit le précédent"):
        parse_when(text)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("échéance", "2026-10-01"),  # a Thursday
        ("échéance + 1 jour", "2026-10-02"),
        ("échéance + 2 jours", "2026-10-05"),  # Saturday -> Monday
        ("échéance + 41 jours", "2026-11-12"),  # 11 November is a holiday
        ("échéance - 4 jours", "2026-09-25"),  # Sunday -> the Friday before, not after
        ("fin de mois", "2026-11-02"),  # Saturday 31 October -> Monday
        ("fin de mois + 2 jours", "2026-11-02"),
        ("précédente + 10 jours", "2026-10-19"),  # from Friday 9 October
    ],
)
def test_the_day_it_falls_on(moment: str, expected: str) -> None:
    """Working days only; a notice before the due date stays before it."""
    found = parse_when(moment).day(day("2026-10-01"), day("2026-10-09"))
    assert found == day(expected)


def test_every_day_is_a_working_day_on_the_right_side() -> None:
    """Over two years of due dates, whatever the offset."""
    for number in range(0, 730, 3):
        due = day("2026-01-01") + dt.timedelta(days=number)
        for moment in (
            When("échéance", -1),
            When("échéance", -5),
            When("échéance", 0),
            When("échéance", 15),
            When("fin de mois", 2),
        ):
            found = moment.day(due)
            assert is_working_day(found)
            assert (found < due) == (moment.jours < 0)


# (what is changed in the small strategy, what replaces it, line and field it is told of, what is said)
CHANGES = {
    "unknown letter": ("lettre: relance-1", "lettre: relance-11", "6 strategies.vive.niveaux n° 1, lettre", "« relance-11 » : nom inconnu (vouliez-vous dire « relance-1 » ?)"),
    "letter for another debtor": ("lettre: relance-1, canal: email, ton: cordial", "lettre: mise-en-demeure-particulier, canal: lrar", "6 strategies.vive.niveaux n° 1, lettre", "n'est pas faite pour un professionnel"),
    "letter to a third party": ("lettre: relance-1, canal: email, ton: cordial", "lettre: transmission-avocat, canal: email", "6 strategies.vive.niveaux n° 1, lettre", "s'adresse à un tiers"),
    "channel": ("canal: email", "canal: lrar", "6 strategies.vive.niveaux n° 1, canal", "ne part pas en « lrar » : écrire email ou courrier"),
    "tone": ("ton: cordial", "ton: ferme", "6 strategies.vive.niveaux n° 1, ton", "n'existe pas en « ferme » : écrire cordial ou neutre, ou rien"),
    "unattended demand": ("lettre: relance-2, canal: courrier, ton: ferme", "lettre: mise-en-demeure, canal: lrar, validation: non", "7 strategies.vive.niveaux n° 2, validation", "vous engage"),
    "same name": ("niveau: second", "niveau: premier", "7 strategies.vive.niveaux n° 2, niveau", "« premier » est déjà pris"),
    "nothing before the first": ("échéance + 3 jours", "précédente + 3 jours", "6 strategies.vive.niveaux n° 1, quand", "le premier niveau n'a pas de précédente"),
    "order": ("précédente + 10 jours", "échéance + 3 jours", "7 strategies.vive.niveaux n° 2, quand", "tombe avant « premier », ou le même jour"),
    "order across a month": ("échéance + 3 jours", "fin de mois + 40 jours", "", ""),
    "answer not awaited": ("précédente + 10 jours", "précédente + 5 jours", "7 strategies.vive.niveaux n° 2, quand", "avant la fin des 8 jours que « premier » laisse pour répondre"),
    "answer of one's own": ("ton: cordial", "ton: cordial, delai_reponse_jours: 12", "7 strategies.vive.niveaux n° 2, quand", "avant la fin des 12 jours"),
    "given up": ("ton: cordial", "ton: cordial, penalites: abandonner", "", ""),
    "no day": ("ton: cordial", "delai_reponse_jours: 0", "6 strategies.vive.niveaux n° 1", "au moins un jour"),
    "no letter": ("lettre: relance-1, canal: email, ton: cordial", "canal: email", "6 strategies.vive.niveaux n° 1", "canal: telephone pour un simple appel"),
    "default unknown": ("professionnel: vive", "professionnel: vif", "1 par_defaut.professionnel", "« vif » absente de strategie.yml (connues : vive)"),
    "default for another debtor": ("{professionnel: vive", "{particulier: vive", "1 par_defaut.particulier", "n'est pas faite pour un particulier"),
    "name of a strategy": ("  vive:", "  vivé:", "3 strategies.vivé", "sans accent"),
    "unknown field": ("canal: email", "cannal: email", "6 strategies.vive.niveaux n° 1, cannal", "vouliez-vous dire « canal » ?"),
    "grouping": ("    pour:", "    regroupement: client\n    pour:", "4 strategies.vive.regroupement", "écrire facture, dossier ou debiteur"),
    "moment": ("échéance + 3 jours", "J+3", "6 strategies.vive.niveaux n° 1, quand", "moment illisible"),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, change in CHANGES.items() if change[3]])
def test_each_mistake_is_told_where_it_is(tmp_path: Path, name: str) -> None:
    """Line, column, field, and what to write."""
    old, new, where, sentence = CHANGES[name]
    assert SMALL.count(old) == 1
    text = SMALL.replace(old, new)
    if name == "name of a strategy":
        text = text.replace("professionnel: vive", "professionnel: vivé")
    found = mistakes(tmp_path, text)
    place, _, field = where.partition(" ")
    (told,) = [line for line in found if sentence in line]
    number, column = (int(part) for part in told.split(":")[1:3])
    assert (number, f": {field} : " in told) == (int(place), True)
    # The column is that of the key, or of the whole level.
    assert text.splitlines()[number - 1][column - 1 :].startswith((f"{field.split('.')[-1].split(' ')[-1]}:", "{"))


@pytest.mark.parametrize("name", [name for name, change in CHANGES.items() if not change[3]])
def test_what_is_no_mistake(tmp_path: Path, name: str) -> None:
    """« précédente » counts from any level, and giving up is only refused when one comes back on it."""
    old, new, *_ = CHANGES[name]
    load_strategy(write(tmp_path, SMALL.replace(old, new)))


@pytest.mark.parametrize("field", ["penalites", "indemnite_forfaitaire"])
@pytest.mark.parametrize("later", ["reclamer", "offrir"])
def test_what_is_given_up_is_not_claimed_again(tmp_path: Path, field: str, later: str) -> None:
    """To waive is final; to offer binds one letter only."""
    waived = SMALL.replace("ton: cordial", f"{field}: abandonner").replace("ton: ferme", f"{field}: {later}")
    (found,) = mistakes(tmp_path, waived)
    assert f"n° 2, {field} : déjà abandonné au niveau « premier »" in found
    load_strategy(write(tmp_path, waived.replace("abandonner", "offrir")))


@pytest.mark.parametrize(
    ("first", "second", "good"),
    [
        ("échéance + 40 jours", "fin de mois + 2 jours", False),
        ("échéance + 20 jours", "fin de mois + 2 jours", True),
        ("fin de mois + 20 jours", "échéance + 20 jours", False),
        ("fin de mois + 2 jours", "échéance + 40 jours", True),
        ("échéance - 5 jours", "échéance + 12 jours", True),
    ],
)
def test_the_order_when_starts_differ(tmp_path: Path, first: str, second: str, good: bool) -> None:
    """Refused only when no due date could put them in that order."""
    text = SMALL.replace("échéance + 3 jours", first).replace("précédente + 10 jours", second)
    if good:
        load_strategy(write(tmp_path, text))
    else:
        assert "dans l'ordre des dates" in mistakes(tmp_path, text)[0]


def test_every_mistake_at_once(tmp_path: Path) -> None:
    """A field mistyped on one level does not hide the wrong letter of another."""
    text = SMALL.replace("ton: cordial", "tonn: cordial").replace("lettre: relance-2", "lettre: relance-9")
    found = mistakes(tmp_path, text.replace("{professionnel: vive}", "{professionnel: x}"))
    assert [line.split(":")[1] for line in found] == ["1", "6", "7"]


def test_a_call_in_between_needs_no_answer(tmp_path: Path) -> None:
    """One may call before the date given in writing; the call may do without its sheet."""
    call = "      - {niveau: appel, quand: échéance + 6 jours, canal: telephone}\n"
    text = SMALL.replace("      - {niveau: second", f"{call}      - {{niveau: second")
    load_strategy(write(tmp_path, text))
    assert "avant la fin des 8 jours" in mistakes(tmp_path, text.replace("précédente + 10", "précédente + 4"))[0]


def test_the_company_s_own_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found through the entreprise.yml beside, or the one that is named."""
    (tmp_path / "modeles").mkdir()
    (tmp_path / "entreprise.yml").write_text(f"{CREDITOR}modeles: modeles\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert impayes("modeles", "creer", "maison").exit_code == 0
    path = write(
        tmp_path, SMALL.replace("lettre: relance-1, canal: email, ton: cordial", "lettre: maison, canal: email")
    )
    load_strategy(path)
    (tmp_path / "entreprise.yml").rename(tmp_path / "autre.yml")
    with pytest.raises(InvalidInput, match="« maison »"):
        load_strategy(path)
    load_strategy(path, tmp_path / "autre.yml")
    assert impayes("verifier", "strategie.yml", "--entreprise", "autre.yml").stdout == "strategie.yml : valide.\n"


def test_which_strategy_a_dossier_follows(tmp_path: Path) -> None:
    """The one it names, else that of its kind of debtor, else none."""
    strategy: Strategy = load_strategy(write(tmp_path, SMALL))
    assert strategy.ladder_for("professionnel") is strategy.strategies["vive"]
    assert strategy.ladder_for("professionnel", "vive") is strategy.strategies["vive"]
    assert strategy.ladder_for("particulier") is None
    for kind, name, sentence in (
        ("particulier", "vive", "un particulier"),
        ("professionnel", "molle", "connues : vive"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            strategy.ladder_for(kind, name)  # type: ignore[arg-type]


def test_verifier_reads_it(tmp_path: Path) -> None:
    """In a folder or named; its mistakes fail the command."""
    path = write(tmp_path, SMALL)
    assert impayes("verifier", path).stdout == "strategie.yml : valide.\n"
    write(tmp_path, SMALL.replace("canal: email", "canal: pigeon"))
    assert "strategies.vive.niveaux n° 1, canal" in refused(3, "verifier", tmp_path)
    result = impayes("verifier", path, "--json")
    assert json.loads(result.stdout)["erreurs"][0]["fichier"] == str(path)


@pytest.mark.parametrize("text", ["", "strategies: {}\n", "strategies: []\n", "par_defaut: {}\n", "strategies: {a: }\n", "- a\n", "strategies: {a: {niveaux: []}}\n"])  # fmt: skip
def test_files_that_hold_nothing(tmp_path: Path, text: str) -> None:
    """A sentence, never a traceback."""
    assert mistakes(tmp_path, text)


def test_the_schema_agrees() -> None:
    """`impayes schema strategie` is the committed schema; it takes what the loader takes and underlines the rest."""
    committed = json.loads((FOLDER / "strategie.json").read_text(encoding="utf-8"))
    assert committed == build_schema("strategie"), "schéma périmé : lancer « python -m generator.schema »"
    assert json.loads(impayes("schema", "strategie").stdout) == committed
    Draft202012Validator.check_schema(committed)
    validator = Draft202012Validator(committed)
    for text in (SHIPPED.read_text(encoding="utf-8"), SMALL):
        assert list(validator.iter_errors(yaml.safe_load(text))) == []
    for name in ("unknown field", "grouping"):
        old, new, *_ = CHANGES[name]
        assert not validator.is_valid(yaml.safe_load(SMALL.replace(old, new)))
