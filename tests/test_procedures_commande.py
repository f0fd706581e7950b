"""`impayes procedures`: the company's costs, what is printed, the data files, the tables of the guide."""

import json
from pathlib import Path

import pytest

from generator.court.conditions import TESTS
from generator.court.places import questions
from generator.court.procedure_blocks import Procedure
from generator.court.procedures import procedure_files, route, routes
from generator.errors import InvalidInput
from generator.law import Law
from generator.money import plain_spaces
from generator.site import procedure_tables
from tests import court_samples
from tests.conftest import ROOT
from tests.court_samples import assessed, dossier
from tests.outside import AU, assert_french, impayes, refused

TC, TJ = "injonction-tribunal-de-commerce", "injonction-tribunal-judiciaire"
EUROPE = ("injonction-europeenne", "petits-litiges-europeens")


# ---------------------------------------------------------------- the company's own costs

CREDITOR = {
    "nom": "Atelier Vasseur",
    "adresse": {"lignes": ["3 quai de Loire"], "code_postal": "37000", "ville": "Tours"},
}
COST = "{procedure: injonction-tribunal-de-commerce, id: greffe, montant: 30.23, unite: EUR TTC, etat_le: 2026-11-20, source: Greffe de Tours}"


def _company(folder: Path, costs: str) -> Path:
    (folder / "entreprise.yml").write_text("creancier: " + json.dumps(CREDITOR), encoding="utf-8")
    (folder / "couts.yml").write_text(f"couts:\n  - {costs}\n", encoding="utf-8")
    return dossier(folder)


def test_a_company_edits_a_cost(tmp_path: Path) -> None:
    """Its amount replaces the range, with its day and its source, and only there."""
    found = court_samples.routes(_company(tmp_path, COST))
    costs = {cost["id"]: cost for cost in found[TC]["couts"]}
    fee = costs["greffe"]
    assert (fee["min"], fee["max"], fee["unite"], fee["confiance"]) == ("30.23", "30.23", "EUR TTC", "haute")
    assert (fee["etat_le"], fee["sources"], fee["de_l_entreprise"]) == ("2026-11-20", ["Greffe de Tours"], True)
    assert costs["signification"]["de_l_entreprise"] is False
    assert "30,23 € TTC (votre montant)" in plain_spaces(
        impayes("procedures", tmp_path / "dossier.yml", "--au", AU).stdout
    )


@pytest.mark.parametrize(
    ("swap", "said"),
    [
        (("procedure: injonction-tribunal-de-commerce", "procedure: injonction"), "voie « injonction » : nom inconnu"),
        (("id: greffe", "id: grefe"), "vouliez-vous dire « greffe »"),
        (("montant: 30.23", "min: 20"), "écrire montant, ou min et max"),
        (("montant: 30.23", "min: 40, max: 20"), "min dépasse max"),
        (("source: Greffe de Tours", "note: x"), "champ obligatoire manquant"),
        (("montant: 30.23", "montant: environ 30"), "montant illisible"),
    ],
)
def test_a_wrong_cost_is_told_with_its_line(tmp_path: Path, swap: tuple[str, str], said: str) -> None:
    path = _company(tmp_path, COST.replace(*swap))
    text = refused(3, "procedures", path, "--au", AU)
    assert "couts.yml:2:" in text
    assert said in text
    assert_french(text)


# ---------------------------------------------------------------- the command


def test_the_text_says_why_where_how_much_and_what_next(tmp_path: Path) -> None:
    result = impayes("procedures", dossier(tmp_path), "--au", AU)
    text = plain_spaces(result.stdout)
    assert text.index("OUVERTES") < text.index("À VÉRIFIER") < text.index("FERMÉES")
    assert "Juge         président du tribunal de commerce, lieu où demeure le client : 37000 Tours" in text
    assert "de 25,19 € à 33,47 € (incertain)" in text
    assert "--oui decret-paru ou --non decret-paru" in text
    assert "n'est pas un conseil" in " ".join(result.stderr.split())
    assert f"--voie {TC}" in result.stderr
    for word in ("recommand", "nous conseillons", "meilleure"):
        assert word not in text
    assert all(len(line) <= 120 for line in text.splitlines())


def test_closed_routes_are_short_unless_asked(tmp_path: Path) -> None:
    path = dossier(tmp_path)
    short = impayes("procedures", path, "--au", AU).stdout
    long = impayes("procedures", path, "--au", AU, "--toutes").stdout
    assert short.count("\n    Juge  ") == 6
    assert long.count("\n    Juge  ") == len(routes()) == 10
    assert "    Fermée " in long


def test_one_route_in_full(tmp_path: Path) -> None:
    text = plain_spaces(impayes("procedures", dossier(tmp_path), "--au", AU, "--voie", TC).stdout)
    assert "12946*02, notice 51156#10" in text
    assert "Copie de chaque facture : à ajouter au dossier, indispensable" in text
    assert "CPC, art. 1411" in text
    assert "Référé" not in text


def test_collective_proceedings_are_said_once(tmp_path: Path) -> None:
    """Ten times the same sentence would hide it."""
    path = dossier(tmp_path)
    text = path.read_text(encoding="utf-8")
    block = "  procedure_collective: {type: liquidation, jugement_le: 2026-10-06}\nconditions:"
    path.write_text(text.replace("conditions:", block, 1), encoding="utf-8")
    result = impayes("procedures", path, "--au", AU)
    assert result.stdout.count("Procédure collective ouverte le 06/10/2026") == 1
    assert f"impayes declaration {path}" in result.stderr


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--voie", "refere-provison"), 3, "vouliez-vous dire « refere-provision »"),
        (("--oui", "decret"), 3, "vouliez-vous dire « decret-paru »"),
        (("--oui", "decret-paru", "--non", "decret-paru"), 2, "pas les deux"),
        (("--ordonnance", "hier"), 2, "date illisible"),
    ],
)
def test_mistakes_of_the_command(tmp_path: Path, options: tuple[str, ...], code: int, said: str) -> None:
    text = refused(code, "procedures", dossier(tmp_path), "--au", AU, *options)
    assert said in text
    assert_french(text)


def test_the_json_is_complete(tmp_path: Path) -> None:
    data = assessed(dossier(tmp_path, nu=False), "--oui", "decret-paru", "--ordonnance", "2026-08-31")
    assert data["schema"] == "impayes/procedures/1"
    assert (data["dossier"], data["au"], data["ordonnance_du"]) == ("2026-014", AU, "2026-08-31")
    assert data["demande"] == {
        "principal": "1200.00",
        "penalites": "58.30",
        "indemnites": "40.00",
        "total": "1298.30",
    }
    assert data["reponses"] == {"decret-paru": True}
    assert "conseil" in data["rappel"]
    assert not any(space in json.dumps(data, ensure_ascii=False) for space in ("\u00a0", "\u202f"))


def test_every_example_is_assessed() -> None:
    """No dossier of the examples is a surprise to any route."""
    for path in sorted((ROOT / "examples" / "dossiers").glob("*.yml")):
        assert len(assessed(path)["voies"]) == 10
        assert impayes("procedures", path, "--au", AU, "--toutes").exit_code == 0


# ---------------------------------------------------------------- the data


def test_the_routes_of_the_product() -> None:
    assert {one.id for one in routes()} == {
        "petites-creances", "creances-commerciales", TC, TJ, *EUROPE, "refere-provision", "fond",
        "saisie-conservatoire", "refere-provision-administratif",
    }  # fmt: skip


@pytest.mark.parametrize("one", routes(), ids=lambda one: one.id)
def test_a_route_rests_on_what_exists(one: Procedure, law: Law) -> None:
    """Its texts, its page, its questions, its tables, its placeholders; an uncertain cost has its sources."""
    for article in one.textes:
        assert law.article(article)
    assert (ROOT / "docs" / one.page).is_file()
    assert one.issue
    assert one.delais
    for condition in one.conditions:
        assert condition.test in TESTS
        assert condition.question is None or condition.question in questions()
        if condition.seuil:
            assert law.table("seuils").serie(condition.seuil)
    for delay in one.delais:
        periods = [period.day for period in one.regimes if period.id == delay.regime]
        assert delay.length(law, periods[0] if periods else one.verifie_le)
    for cost in one.couts:
        assert cost.confiance == "haute" or cost.sources


def test_questions_are_all_asked_and_cite_existing_texts(law: Law) -> None:
    """A question nobody asks is dead; the five about people come from the tests themselves."""
    named = {condition.question for one in routes() for condition in one.conditions if condition.question}
    people = {f"{who}-{what}" for who in ("debiteur", "creancier") for what in ("commercant", "artisan")}
    assert set(questions()) == named | people | {"contrat-administratif"}
    for question in questions().values():
        assert question.texte.endswith(("?", "."))
        assert [law.article(article) for article in question.articles]


def test_an_unknown_route_is_refused() -> None:
    with pytest.raises(InvalidInput, match="refere-provision"):
        route("refere-provisoin")


@pytest.mark.parametrize(
    ("swap", "said"),
    [
        (("reprend: [toutes]", "reprend: [tout]"), "« tout » n'est le nom d'aucun fichier"),
        (("avocat: {regle: jamais", "avocat: {regle: au-dela"), "écrire seuil avec au-dela"),
        (("  test: qualite\n", "  test: nuance\n"), "inconnue : écrire"),
        (("  parmi: [professionnel, particulier]\n", ""), "il manque seuil, parmi ou depuis"),
        (('montant: "à demander"', 'montant: "12"'), "dire l'unité"),
        (('  delai: "1 mois"\n', ""), "écrire delai, ou table et cle"),
        (("- id: reponse\n", "- id: reponse\n  regime: ancien\n"), "régime « ancien » inconnu"),
        (("id: petites-creances\n", "id: petites\n"), "doit être le nom du fichier"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, swap: tuple[str, str], said: str) -> None:
    folder = ROOT / "generator" / "court" / "procedures"
    for name in ("toutes", "petites-creances"):
        text = (folder / f"{name}.yml").read_text(encoding="utf-8")
        if name != "toutes":
            assert swap[0] in text
            text = text.replace(*swap, 1)
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        procedure_files(tmp_path)
    assert said in " ".join(caught.value.problems)
    for sentence in caught.value.problems:
        assert_french(sentence)


# ---------------------------------------------------------------- the guide


def test_a_block_shows_the_same_data() -> None:
    text = "\n".join(procedure_tables.expand(["Avant.", "``` procedure petites-creances fin", "```", "Après."]))
    assert text.startswith("Avant.")
    assert text.endswith("Après.")
    for ending in route("petites-creances").issue:
        assert ending.evenement in text


@pytest.mark.parametrize(
    "options", ["petites", "petites-creances", "petites-creances prix", "tribunaux couts", "fond liste"]
)
def test_a_wrong_block_is_told_with_its_line(options: str) -> None:
    pages = {Path("page.md"): f"Un.\n\n``` procedure {options}\n```\n"}
    (problem,) = procedure_tables.problems(pages)
    assert problem.startswith("page.md: ligne 3 : écrire")


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(InvalidInput, match="rien à montrer"):
        procedure_tables.render("prescription couts")


def test_periods_stand_side_by_side() -> None:
    text = plain_spaces(procedure_tables.render("injonction-de-payer regimes"))
    assert "| Signifier une ordonnance | 6 mois, depuis la date de l'ordonnance | 3 mois, depuis la date" in text


def test_a_shared_file_shows_the_rows_of_its_routes() -> None:
    text = procedure_tables.render("injonction-de-payer couts")
    assert "Greffe du tribunal de commerce" in text
    assert "Greffe du tribunal judiciaire" in text
    assert "Multiplié par 0,5 jusqu'à 128" in text


def test_no_threshold_is_typed_twice() -> None:
    """The amounts of the table `seuils` are named in the files, never written."""
    for path in (ROOT / "generator" / "court").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert "10 000 €" not in text, path.name
        assert "5 000 €" not in text.replace("1 525 €", ""), path.name
