"""`modeles verifier`: every mistake of a team's letters, with its line, before a debtor reads it."""

import json
import re
from pathlib import Path

import pytest

from tests.fork_team import FIRST, make_product, modeles
from tests.outside import AU, assert_french, tree, write

YML = """\
id: essai
titre: Lettre d'essai
resume: Une lettre d'équipe.
version: 1
phase: amiable
envoi: [courrier]
pour: [professionnel]
tons: [neutre]
objet: Essai
exige: [creancier.siren, factures]
delai_reponse_jours: 8
"""
HEAD = '{% import "_commun/blocs.html.j2" as blocs with context %}\n'
PROPER = "indemnité forfaitaire pour frais de recouvrement"


def verify(
    folder: Path, body: str, *args: object, yml: str = YML, name: str = "essai"
) -> tuple[int, list[str], list[str]]:
    """Write a letter and verify it: exit code, errors without their folder, advice."""
    for file, text in (("body.html.j2", body), ("letter.yml", yml)):
        path = folder / "modeles" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text, encoding="utf-8")
    result = modeles("verifier", "--modeles", folder / "modeles", "--json", *args)
    found = json.loads(result.stdout)
    said = [
        [f"{Path(p['fichier']).name}:{p['ligne']}: {p['phrase']}" for p in found[kind]]
        for kind in ("erreurs", "conseils")
    ]
    for sentence in (*said[0], *said[1]):
        assert_french(re.sub("«[^»]*»|lettre.?yml|letter", "", sentence))
    return result.exit_code, said[0], said[1]


def only(folder: Path, body: str, **rest: str) -> str:
    """The single error found."""
    code, errors, _ = verify(folder, body, **rest)
    assert (code, len(errors)) == (3, 1), errors
    return errors[0]


NAMES = {
    "never executed": ("<p>a</p>\n{% if reference == 'jamais' %}\n<p>{{ debiteur.nomm }}</p>{% endif %}", 3, "« nomm » (vouliez-vous dire « nom » ?)"),
    "unknown root": ("{% if reference == 'jamais' %}{{ facture.numero }}{% endif %}", 1, "« facture » (vouliez-vous dire « factures » ?)"),
    "in a loop": ("{% for f in decompte.echues %}\n{% if f.solde < 0 %}{{ f.facture.objett }}{% endif %}\n{% endfor %}", 2, "« objett »"),
    "after filters": ("{% for f in decompte.echues | selectattr('solde') | sort(attribute='echeance') | list %}{% if f.solde < 0 %}{{ f.objett }}{% endif %}{% endfor %}<p>a</p>", 1, "« objett »"),
    "list for an item": ("{% if annexe and not annexe %}{{ decompte.echues.numero }}{% endif %}", 1, "une liste"),
    "in a filter": ("{% set x = decompte.echues | selectattr('montant_contest') | list if annexe and not annexe else [] %}<p>a</p>", 1, "« montant_contest »"),
    "through a set": ("{% set plans = plan %}\n{% if plans and not plans %}{{ plans.echeance }}{% endif %}<p>a</p>", 2, "« echeance »"),
    "unknown filter": ("{% if annexe and not annexe %}{{ reference | majuscule }}{% endif %}<p>a</p>", 1, "filtre inconnu « majuscule »"),
    "unknown test": ("{% if annexe and not annexe and reference is vide %}a{% endif %}<p>a</p>", 1, "test inconnu « vide »"),
    "unknown macro": (HEAD + "{% if annexe and not annexe %}{{ blocs.tableau_facture([]) }}{% endif %}<p>a</p>", 2, "macro inconnue « tableau_facture »"),
    "unknown article": ("{% if annexe and not annexe %}{{ droit.article('c-civ-9999') }}{% endif %}<p>a</p>", 1, "c-civ-9999"),
    "unknown article in textes": (HEAD + "{% if annexe and not annexe %}{{ blocs.textes('c-civ-1344', 'c-civ-9999') }}{% endif %}<p>a</p>", 2, "c-civ-9999"),
    "unknown table": ("{% if annexe and not annexe %}{{ droit.valeur('tva') }}{% endif %}<p>a</p>", 1, "La table « tva »"),
    "unknown template": ('{% if annexe and not annexe %}{% include "_commun/rien.html.j2" %}{% endif %}<p>a</p>', 1, "introuvable"),
    "extends itself": ('{% extends "essai/body.html.j2" %}', 1, "s'inclut lui-même"),
    "imports itself": ('{% import "essai/body.html.j2" as b %}<p>a</p>', 1, "s'inclut lui-même"),
    "syntax": ("<p>a</p>\n{% if annexe %}<p>b</p>", 2, "jamais fermé"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "line", "sentence"), NAMES.values(), ids=NAMES)
def test_names_are_checked_in_branches_never_taken(tmp_path: Path, body: str, line: int, sentence: str) -> None:
    """What the samples never execute is read all the same, once, at its line."""
    said = only(tmp_path, body).replace("\u00a0", " ")

    assert said.startswith(f"body.html.j2:{line}: ")
    assert sentence in said


@pytest.mark.parametrize(
    "body",
    [
        "{% set une = decompte.echues | length == 1 %}<p>{{ 'a' if une else 'b' }}</p>",
        "{% if plan %}{% for e in plan.echeances if e.montant %}<p>{{ loop.index }} {{ e.le | date_longue }}</p>{% endfor %}{% endif %}<p>a</p>",
        "{% if inconnu is defined %}x{% endif %}<p>a</p>",
        "{% macro dire(mot, fois=1) %}{{ autre(mot) }} {{ varargs | length }}{% endmacro %}{% macro autre(x) %}{{ x }}{% endmacro %}<p>{{ dire(reference) }}</p>",
        "{% set n = namespace(total=0) %}{% for f in decompte.factures %}{% set n.total = n.total + f.solde %}{% endfor %}<p>{{ n.total | euros }}</p>",
        "{% for taux, fin in decompte.taux_successifs %}<p>{{ taux | taux }} {{ fin | date_longue }}</p>{% endfor %}<p>a</p>",
        "{% if ton == 'ferme' %}{% set x = debiteur %}{% else %}{% set x = creancier %}{% endif %}<p>{{ x.nom }}</p>",
        "{% with c = debiteur.adresse %}<p>{{ c.lignes | first }} {{ c['ville'] }}</p>{% endwith %}",
        "{% set taux = 12 %}<p>{{ taux }} jours</p>",
        "{# 40 € et {{ inconnu }} #}{% raw %}{% endraw %}<p>{{ conditions.taux_penalites or 'a' }}</p>",
        "<p>{{ decompte.echues | map(attribute='facture.objet') | select | join(', ') }}a</p>",
        "<p>{{ (decompte.factures | first).echeance.year }} point 6, 140 €, 8 jours, remise de 2 %</p>",
    ],
)  # fmt: skip
def test_no_false_alarm(tmp_path: Path, body: str) -> None:
    """What is right is left alone."""
    assert verify(tmp_path, body) == (0, [], [])


OF_YML = {
    "path": (
        "exige: [creancier.siren, factures]",
        "exige: [creancier.siren, creancier.couleur]",
        10,
        "champ « creancier.couleur » inconnu",
    ),
    "condition": (
        "delai_reponse_jours: 8",
        "refuse_si:\n  - condition: rien-nest-du\n    phrase: Non.",
        12,
        "rien-nest-du",
    ),
    "article": ("delai_reponse_jours: 8", "articles:\n  - c-civ-1344\n  - c-civ-9999", 13, "c-civ-9999"),
    "article of a refusal": (
        "delai_reponse_jours: 8",
        "refuse_si:\n  - condition: plan\n    articles: [c-civ-9999]\n    phrase: Non.",
        13,
        "c-civ-9999",
    ),
    "destinataire": ("version: 1", "version: 1\ndestinataire: tiers.voisin", 5, "champ « tiers.voisin » inconnu"),
    "checklist": (
        "delai_reponse_jours: 8",
        "checklist: avant-de-relance",
        11,
        "vouliez-vous dire « avant-de-relancer »",
    ),
    "suite": ("delai_reponse_jours: 8", "suite: relance-9", 11, "lettre « relance-9 » inconnue"),
    "objet": ("objet: Essai", 'objet: "Essai {{ numero }}"', 9, "« numero »"),
    "objet, once filled": (
        "objet: Essai",
        'objet: "Essai {{ plan.montant }}"',
        9,
        "objet : variable inconnue « montant »",
    ),
    "unknown key": ("version: 1", "version: 1\nformat: pdf", 5, "champ inconnu"),
    "other id": ("id: essai", "id: autre", 1, "doit être le nom du dossier"),
    "figure": ("objet: Essai", "objet: Facture majorée de 40 €", 9, "valeur de la loi"),
}


@pytest.mark.parametrize(("old", "new", "line", "sentence"), OF_YML.values(), ids=OF_YML)
def test_letter_yml(tmp_path: Path, old: str, new: str, line: int, sentence: str) -> None:
    """What `letter.yml` names must exist."""
    assert old in YML
    _, errors, _ = verify(tmp_path, "<p>a</p>", yml=YML.replace(old, new))

    assert sentence in errors[0].replace("\u00a0", " ")
    assert errors[0].startswith(f"letter.yml:{line}: ")


WORDS = {
    "40 €": "valeur de la loi écrite en dur",
    "40,00 €": "valeur de la loi écrite en dur",
    "40 euros": "valeur de la loi écrite en dur",
    "Quarante\n euros": "valeur de la loi écrite en dur",
    "10 points": "valeur de la loi écrite en dur",
    "dix points": "valeur de la loi écrite en dur",
    "au taux de 12,40 %": "taux écrit en dur",
    "les frais de relance": f"le nom exact est « {PROPER} »",
    "l’indemnité de retard": f"le nom exact est « {PROPER} »",
    "le forfait de recouvrement": f"le nom exact est « {PROPER} »",
}


@pytest.mark.parametrize("words", WORDS)
def test_words_that_age_or_mislead(tmp_path: Path, words: str) -> None:
    """Figures of the law are not typed by hand, and the indemnity has one name."""
    said = only(tmp_path, f"<p>a</p>\n<p>Voir {words}. L’{PROPER}.</p>")

    assert said.startswith("body.html.j2:2: ")
    assert WORDS[words] in said


def test_the_indemnity_is_named_once(tmp_path: Path) -> None:
    """A letter that claims it by a short name only gives the debtor something to argue about."""
    claim = "<p>a</p>\n{% if decompte.exigible.indemnites %}<p>Indemnité : {{ decompte.exigible.indemnites | euros }}</p>{% endif %}"

    assert only(tmp_path, claim).startswith("body.html.j2:2: l'indemnité n'est jamais nommée")
    assert verify(tmp_path, f"{claim}<p>C’est l’{PROPER}.</p>")[0] == 0


def test_a_mention_lost_in_one_tone(tmp_path: Path) -> None:
    """Every tone is rendered: the mention missing from one is found, and which one is said."""
    yml = (
        YML.replace("[neutre]", "[neutre, ferme]")
        + 'mentions:\n  - {id: croisement, contient: "ne tenez pas compte"}\n'
    )
    said = only(tmp_path, "<p>{{ 'a' if ton == 'ferme' else 'ne tenez pas compte' }}</p>", yml=yml)

    assert "mention obligatoire « ne tenez pas compte » absente" in said
    assert "ton ferme" in said


def test_a_forbidden_word_has_its_line(tmp_path: Path) -> None:
    """In the template, or only once rendered for a consumer."""
    assert only(tmp_path, "<p>a</p>\n\n<p>Un huissier viendra.</p>").startswith("body.html.j2:3: « huissier »")
    consumer = YML.replace("[professionnel]", "[particulier]")
    said = only(tmp_path, f"<p>a</p>\n<p>L’{PROPER}.</p>", yml=consumer)
    assert said.startswith("body.html.j2:2: ")
    assert "indemnité forfaitaire" in said


def test_what_cannot_be_read_does_not_stop_the_rest(tmp_path: Path) -> None:
    """A body saved as latin-1 is said, and so are the mistakes of the other letters."""
    verify(tmp_path, "<p>{{ zero }}</p>", yml=YML.replace("id: essai", "id: autre"), name="autre")
    verify(tmp_path, "<p>a</p>")
    (tmp_path / "modeles" / "essai" / "body.html.j2").write_bytes("<p>été</p>".encode("latin-1"))
    said = modeles("verifier", "--modeles", tmp_path / "modeles").stdout

    assert "UTF-8" in said
    assert "zero" in said


def test_a_forbidden_word_in_a_letter_no_sample_suits(tmp_path: Path) -> None:
    """The template itself is read, rendered or not."""
    yml = YML + "refuse_si:\n  - {condition: factures, phrase: Jamais.}\n  - {condition: devis, phrase: Jamais.}\n"
    code, errors, advice = verify(tmp_path, "<p>a</p>\n<p>Un huissier viendra.</p>", yml=yml)

    assert (code, len(errors)) == (3, 1)
    assert errors[0].startswith("body.html.j2:2: « huissier »")
    assert "aucun dossier essayé" in advice[0]


def test_too_long(tmp_path: Path) -> None:
    """A letter nobody will read to the end."""
    said = only(tmp_path, "<p>Une phrase de plus, qui ne dit rien de neuf à personne.</p>\n" * 120)

    assert "lettre trop longue" in said


def test_advice_is_not_an_error(tmp_path: Path) -> None:
    """Slips of typography are told, and the letter is fit to leave."""
    body = '<p class="a">Il dit "bonjour".</p>\n<p>Deux  espaces, et « ouvert.</p>\n<p>{{ "un  deux" }} fermé ».</p>\n<p>Trop »</p>'
    code, errors, advice = verify(tmp_path, body)

    assert (code, errors) == (0, [])
    assert [line.split(":")[1] for line in advice] == ["1", "2", "4"]
    shown = modeles("verifier", "--modeles", tmp_path / "modeles")
    assert "Conseil : " in shown.stderr
    assert "aucune erreur" in shown.stdout


def test_an_override_of_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block the original does not have, or words outside blocks, never print: that is a mistake."""
    make_product(tmp_path, monkeypatch)
    extends = f'{{% extends "origine/{FIRST}/body.html.j2" %}}\n'
    good = "{% block aide %}\n<p>{{ blocs.textes('c-civ-1344') }} {{ reste | length }}</p>\n{% endblock %}\n"
    assert verify(tmp_path, extends + good, yml="", name=FIRST) == (0, [], [])

    said = only(tmp_path, f"{extends}{good}{{% block aides %}}<p>a</p>{{% endblock %}}", yml="", name=FIRST)
    assert said.startswith("body.html.j2:5: bloc « aides »")
    assert "vouliez-vous dire « aide »" in said
    said = only(tmp_path, f"{extends}{good}<p>Perdu.</p>", yml="", name=FIRST)
    assert said.startswith("body.html.j2:5: texte hors d'un bloc")
    said = only(tmp_path, extends + "{% block aide %}<p>{{ restes }}</p>{% endblock %}", yml="", name=FIRST)
    assert said.startswith("body.html.j2:2: variable inconnue « restes » (vouliez-vous dire « reste » ?)")


def test_common_templates_are_in_every_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's own `_commun` is read, and the letters of the product are tried with it."""
    product = make_product(tmp_path, monkeypatch)
    own = tmp_path / "modeles" / "_commun" / "page.html.j2"
    own.parent.mkdir(parents=True)
    page = (product / "_commun" / "page.html.j2").read_text(encoding="utf-8")
    own.write_text(page, encoding="utf-8")
    result = modeles("verifier", "--modeles", tmp_path / "modeles", "--json")
    assert (result.exit_code, len(json.loads(result.stdout)["lettres"])) == (0, 3)

    own.write_text(page.replace("{{ page.titre }}", "{{ page.titres }}"), encoding="utf-8")
    line = page.split("{{ page.titre }}")[0].count("\n") + 1
    (error,) = json.loads(modeles("verifier", "--modeles", tmp_path / "modeles", "--json").stdout)["erreurs"]
    assert (Path(error["fichier"]), error["ligne"]) == (own, line)
    assert "variable inconnue « titres » (vouliez-vous dire « titre » ?)" in error["phrase"]


def test_dossiers_of_the_team(tmp_path: Path) -> None:
    """The team's dossiers are tried too; one that cannot be read is reported, not skipped."""
    body = "<p>{{ 'oui' if reference != 'A-1' else debiteur.contact.nom }}</p>"
    assert verify(tmp_path, body)[0] == 0

    good = write(tmp_path, ("2026-014", "A-1"), name="dossiers/a.yml")
    code, errors, _ = verify(tmp_path, body, "--dossiers", tmp_path / "dossiers", "--au", AU)
    assert (code, len(errors)) == (3, 1)
    assert "dossier a.yml" in errors[0]

    good.write_text(good.read_text(encoding="utf-8").replace("professionnel", "pro"), encoding="utf-8")
    code, errors, _ = verify(tmp_path, "<p>a</p>", "--dossiers", tmp_path / "dossiers", "--au", AU)
    assert code == 3
    assert errors[0].startswith("a.yml:")


def test_nothing_is_written(tmp_path: Path) -> None:
    """Verifying leaves the folder as it was."""
    verify(tmp_path, "<p>{{ rien }}</p>")
    before = tree(tmp_path)
    modeles("verifier", "--modeles", tmp_path / "modeles")

    assert tree(tmp_path) == before


def test_every_mistake_at_once_and_a_summary(tmp_path: Path) -> None:
    """Both files of two letters, then how many."""
    verify(tmp_path, "<p>{{ rien }}</p>\n<p>{{ nul }}</p>", yml=YML.replace("creancier.siren", "creancier.couleur"))
    verify(tmp_path, "<p>{{ zero }}</p>", yml=YML.replace("id: essai", "id: autre"), name="autre")
    said = modeles("verifier", "--modeles", tmp_path / "modeles").stdout.replace("\u00a0", " ")

    assert [re.search("« (.+?) »", line)[1] for line in said.splitlines()[:-1]] == [
        "zero",
        "rien",
        "nul",
        "creancier.couleur",
    ]  # type: ignore[index]
    assert re.fullmatch(r"2 lettres vérifiées sur \d+ dossiers : 4 erreurs\.", said.splitlines()[-1])


@pytest.mark.lent
def test_the_product_passes_its_own_checks() -> None:
    """Every letter of the product, as strictly as a team's."""
    result = modeles("verifier", "--toutes", "--json")
    found = json.loads(result.stdout)

    assert (found["erreurs"], result.exit_code) == ([], 0)
    assert len(found["lettres"]) >= 8
