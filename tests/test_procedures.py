"""`impayes procedures`: who may sue whom, where, and what is asked when a dossier does not say."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.court.places import places
from tests import court_samples
from tests.court_samples import asked, assessed, dossier, states
from tests.outside import AU, impayes

TC, TJ = "injonction-tribunal-de-commerce", "injonction-tribunal-judiciaire"
EUROPE = ("injonction-europeenne", "petits-litiges-europeens")
CREDITOR = {
    "nom": "Atelier Vasseur",
    "adresse": {"lignes": ["3 quai de Loire"], "code_postal": "37000", "ville": "Tours"},
}
ABROAD = {"pays": "DE", "code_postal": "10115", "ville": "Berlin"}


# ---------------------------------------------------------------- who against whom


@pytest.mark.parametrize(
    ("forme", "commercant", "options", "commerce", "judiciaire", "question"),
    [
        ("SARL", "oui", (), "ouverte", "fermee", None),
        ("", "oui", (), "ouverte", "a-verifier", "creancier-commercant"),
        ("EI", "oui", ("--non", "creancier-commercant"), "ouverte", "a-verifier", "creancier-artisan"),
        ("ASSOCIATION", "oui", (), "ouverte", "a-verifier", "creancier-artisan"),
        ("ASSOCIATION", "oui", ("--non", "creancier-artisan"), "ouverte", "ouverte", None),
        ("EI", "oui", ("--non", "creancier-commercant", "--oui", "creancier-artisan"), "ouverte", "fermee", None),
        ("SARL", "", (), "a-verifier", "a-verifier", "debiteur-commercant"),
        ("SARL", "", ("--oui", "debiteur-commercant"), "ouverte", "fermee", None),
        ("SARL", "non", (), "a-verifier", "a-verifier", "debiteur-artisan"),
        ("SARL", "non", ("--non", "debiteur-artisan"), "fermee", "ouverte", None),
        ("SARL", "non", ("--oui", "debiteur-artisan"), "ouverte", "fermee", None),
        ("SCI", "non", ("--oui", "debiteur-artisan", "--non", "creancier-artisan"), "fermee", "ouverte", None),
        ("SCI", "non", ("--oui", "debiteur-artisan", "--oui", "creancier-artisan"), "ouverte", "fermee", None),
    ],
)
def test_which_court_between_professionals(
    tmp_path: Path,
    forme: str,
    commercant: str,
    options: tuple[str, ...],
    commerce: str,
    judiciaire: str,
    question: str | None,
) -> None:
    """C. com. L721-3: merchants and craftsmen; a claimant who is neither chooses against a merchant."""
    found = court_samples.routes(dossier(tmp_path, forme=forme, commercant=commercant), *options)
    assert (found[TC]["etat"], found[TJ]["etat"]) == (commerce, judiciaire)
    if question:
        assert question in asked(found[TJ])


def test_merchants_on_both_sides(tmp_path: Path) -> None:
    """Nothing to ask but what no dossier can say: the decree, the danger, what a professional accepts."""
    found = court_samples.routes(dossier(tmp_path))
    assert {name: one["etat"] for name, one in found.items()} == {
        TC: "ouverte",
        "refere-provision": "ouverte",
        "fond": "ouverte",
        "creances-commerciales": "a-verifier",
        "petites-creances": "a-verifier",
        "saisie-conservatoire": "a-verifier",
        "refere-provision-administratif": "fermee",
        TJ: "fermee",
        "injonction-europeenne": "fermee",
        "petits-litiges-europeens": "fermee",
    }
    assert asked(found["creances-commerciales"]) == ["decret-paru"]
    assert asked(found["petites-creances"]) == ["commercants-petites-creances"]
    assert asked(found["saisie-conservatoire"]) == ["recouvrement-menace"]
    assert found["creances-commerciales"]["application"] == "a-verifier"


def test_open_routes_come_first_in_the_order_of_the_files(tmp_path: Path) -> None:
    found = [(one["etat"], one["id"]) for one in assessed(dossier(tmp_path))["voies"]]
    ranks = [("ouverte", "a-verifier", "fermee").index(state) for state, _ in found]
    assert ranks == sorted(ranks)
    assert [name for state, name in found if state == "ouverte"] == [TC, "refere-provision", "fond"]


def test_answers_open_and_close(tmp_path: Path) -> None:
    """Each answer settles its routes and no other."""
    path = dossier(tmp_path)
    before = states(path)
    for question, name in (
        ("decret-paru", "creances-commerciales"),
        ("commercants-petites-creances", "petites-creances"),
        ("recouvrement-menace", "saisie-conservatoire"),
    ):
        assert states(path, "--oui", question) == {**before, name: "ouverte"}
        assert states(path, "--non", question) == {**before, name: "fermee"}


def test_not_merchants_have_no_new_procedure(tmp_path: Path) -> None:
    found = court_samples.routes(dossier(tmp_path, commercant="non"))
    assert found["creances-commerciales"]["etat"] == "fermee"
    assert found["creances-commerciales"]["motif"]["articles"] == ["cpce-l126-1"]
    assert found["petites-creances"]["etat"] == "ouverte"


def test_an_unknown_debtor_asks_once(tmp_path: Path) -> None:
    """One question, whatever number of conditions wait for it; the dossier field that answers it is named."""
    found = court_samples.routes(dossier(tmp_path, commercant=""))
    for name in (TC, TJ, "refere-provision", "fond"):
        assert asked(found[name]).count("debiteur-commercant") == 1
    (question,) = found[TC]["questions"]
    assert question["champ"] == "debiteur.commercant"
    assert asked(found["creances-commerciales"]) == ["debiteur-commercant", "decret-paru"]


def test_a_consumer(tmp_path: Path) -> None:
    """The tribunal judiciaire; nothing of the merchants' routes."""
    found = court_samples.routes(dossier(tmp_path, qualite="particulier", commercant=""))
    assert found[TJ]["etat"] == found["petites-creances"]["etat"] == "ouverte"
    assert {found[name]["etat"] for name in (TC, "creances-commerciales", *EUROPE)} == {"fermee"}
    assert any("surendettement" in remark for remark in found[TJ]["a_savoir"])
    assert not any("BODACC" in remark for remark in found[TJ]["a_savoir"])


def test_a_public_buyer(tmp_path: Path) -> None:
    """One route, after a claim made to the buyer; a lawyer is needed; the judgment on the merits is spoken of."""
    path = dossier(tmp_path, qualite="public", commercant="")
    found = court_samples.routes(path)
    administrative = found["refere-provision-administratif"]
    assert administrative["etat"] == "a-verifier"
    assert asked(administrative) == ["demande-prealable"]
    assert administrative["questions"][0]["articles"] == ["cja-r421-1"]
    assert administrative["avocat"].startswith("Obligatoire")
    assert administrative["tribunal"] == "juge des référés du tribunal administratif (ressort à vérifier)"
    assert any("plein contentieux" in remark for remark in administrative["a_savoir"])
    assert {one["etat"] for name, one in found.items() if name != "refere-provision-administratif"} == {"fermee"}
    assert states(path, "--oui", "demande-prealable")["refere-provision-administratif"] == "ouverte"
    closed = court_samples.routes(path, "--non", "demande-prealable")["refere-provision-administratif"]
    assert closed["motif"]["articles"] == ["cja-r421-1"]


def test_a_public_undertaking_may_be_a_private_debtor(tmp_path: Path) -> None:
    """The contract decides: administrative or not."""
    path = dossier(tmp_path, qualite="public", commercant="oui", extra="conditions: {secteur: public-entreprise}\n")
    assert "contrat-administratif" in asked(court_samples.routes(path)[TC])
    private = states(path, "--non", "contrat-administratif")
    assert (private[TC], private["refere-provision-administratif"]) == ("ouverte", "fermee")
    public = states(path, "--oui", "contrat-administratif")
    assert (public[TC], public["refere-provision-administratif"]) == ("fermee", "a-verifier")


# ---------------------------------------------------------------- abroad


def test_a_debtor_in_the_union(tmp_path: Path) -> None:
    found = court_samples.routes(dossier(tmp_path, **ABROAD))
    assert {found[name]["etat"] for name in EUROPE} == {"ouverte"}
    assert {found[name]["etat"] for name in (TC, TJ, "petites-creances")} == {"fermee"}
    assert found[TC]["motif"]["articles"] == ["cpc-1406"]
    assert asked(found["fond"]) == ["tribunal-francais"]
    assert asked(found["creances-commerciales"]) == ["debiteur-a-l-etranger", "decret-paru"]
    assert "biens-en-france" in asked(found["saisie-conservatoire"])


@pytest.mark.parametrize(
    ("pays", "pays_creancier", "etat"),
    [
        ("DK", "FR", "fermee"),
        ("GB", "FR", "fermee"),
        ("CH", "FR", "fermee"),
        ("FR", "FR", "fermee"),
        ("RE", "FR", "fermee"),
        ("IE", "RE", "ouverte"),
        ("FR", "BE", "ouverte"),
        ("FR", "GB", "fermee"),
        ("PL", "DK", "fermee"),
    ],
)
def test_european_procedures_are_between_two_states(tmp_path: Path, pays: str, pays_creancier: str, etat: str) -> None:
    """Not Denmark, not outside the Union, not inside France; an overseas department is France."""
    path = dossier(tmp_path, pays=pays, pays_creancier=pays_creancier)
    assert {states(path)[name] for name in EUROPE} == {etat}


def test_an_overseas_department_is_france(tmp_path: Path) -> None:
    path = dossier(tmp_path, pays="RE", code_postal="97400", ville="Saint-Denis")
    assert states(path)[TC] == "ouverte"


def test_twenty_seven_states() -> None:
    known = places()
    assert len(set(known.union_europeenne)) == len(known.union_europeenne) == 27
    assert len(known.tae.villes) == 12


# ---------------------------------------------------------------- contested, in whole or in part


def test_a_contested_invoice(tmp_path: Path) -> None:
    """The new procedure falls; the others ask whether the dispute holds; the judgment on the merits is open."""
    path = dossier(tmp_path, conteste="1200.00")
    found = court_samples.routes(path)
    assert found["creances-commerciales"]["motif"]["condition"] == "non-conteste"
    assert asked(found[TC]) == ["opposition-probable"]
    assert asked(found["refere-provision"]) == ["contestation-serieuse"]
    assert "accord-possible" in asked(found["petites-creances"])
    assert found["fond"]["etat"] == "ouverte"
    assert next(one["id"] for one in assessed(path)["voies"]) == "fond"
    answered = states(path, "--oui", "contestation-serieuse")
    assert answered["refere-provision"] == "ouverte"
    assert states(path, "--non", "contestation-serieuse")["refere-provision"] == "fermee"


def test_a_dispute_names_its_amount(tmp_path: Path) -> None:
    found = court_samples.routes(dossier(tmp_path, conteste="300.00"))
    assert found[TC]["questions"][0]["texte"].startswith("300,00 € sont contestés")


def test_a_contested_claim_abroad(tmp_path: Path) -> None:
    """The European order falls with an opposition; the small claims procedure hears a dispute."""
    found = court_samples.routes(dossier(tmp_path, conteste="1200.00", **ABROAD))
    assert asked(found["injonction-europeenne"]) == ["contestation-europeenne"]
    assert found["petits-litiges-europeens"]["etat"] == "ouverte"


# ---------------------------------------------------------------- documents


def _pieces(one: dict[str, Any]) -> dict[str, bool | None]:
    return {piece["id"]: piece["presente"] for piece in one["pieces"]}


def test_documents_that_the_dossier_shows(tmp_path: Path) -> None:
    """Every invoice needs its copy; what only the user can tell is neither there nor missing."""
    path = dossier(tmp_path, montants=("100.00", "200.00"))
    assert _pieces(court_samples.routes(path)[TC]) == {
        "accord": False,
        "execution": True,
        "factures": False,
        "mise-en-demeure": False,
        "immatriculation": False,
        "decompte": None,
        "bordereau": None,
        "representant": True,
    }
    text = path.read_text(encoding="utf-8").replace("numero: F-1", "numero: F-1\n    piece: F-1.pdf")
    path.write_text(text, encoding="utf-8")
    assert _pieces(court_samples.routes(path)[TC])["factures"] is False
    text = text.replace("numero: F-2", "numero: F-2\n    piece: F-2.pdf")
    path.write_text(text + "mise_en_demeure: {envoyee_le: 2026-09-01}\n", encoding="utf-8")
    found = _pieces(court_samples.routes(path)[TC])
    assert (found["factures"], found["mise-en-demeure"]) == (True, True)


def test_a_letter_of_the_journal_is_a_document(tmp_path: Path) -> None:
    """A mise en demeure confirmed in the journal counts, from its day."""
    (tmp_path / "entreprise.yml").write_text("creancier: " + json.dumps(CREDITOR), encoding="utf-8")
    path = dossier(tmp_path)
    result = impayes("journal", "envoyer", path, "mise-en-demeure", "--le", "2026-10-02", "--canal", "lrar", "--au", AU)
    assert result.exit_code == 0, result.output
    assert _pieces(court_samples.routes(path)[TC])["mise-en-demeure"] is True
    assert _pieces(court_samples.routes(path, au="2026-10-01")[TC])["mise-en-demeure"] is False
