"""`dossier-judiciaire --procedure fond`: the writ on the merits, before each court, for each amount."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.court_drafts import HOME, SHOP, TOWN, draft, printed, refused, sample, without_journal
from tests.outside import assert_french

FOND = "fond"
DISPUTED = (
    "objet: Huisseries,",
    "objet: Huisseries, contestation: {depuis: 2026-09-20, motif: deux portes rayées, montant: 400.00},",
)
PARTNER, FREE, MUST = "pacte civil de solidarité", "toute personne de son choix", "doit constituer avocat"


def test_a_merchant_is_summoned_to_the_tribunal_de_commerce(tmp_path: Path) -> None:
    """Every mention of CPC 54, 56 and 855: court, sides, hearing, how to appear, grounds, claims, exhibits."""
    words, trace, result = draft(sample(tmp_path, SHOP), SHOP, FOND)
    for said in (
        "Assignation au fond Tribunal de commerce de [à compléter : ville du tribunal dont dépend 45000 Orléans]",
        "732 829 320 RCS Tours", "Claire Vasseur, gérante", "8 rue des Tanneurs, 45000 Orléans",
        "[à compléter : jour et heure de l’audience, et chambre si elle est désignée]", "CPC, art. 855",
        "au moins quinze jours avant l’audience et remise au greffe au moins huit jours avant (CPC, art. 856 et 857)",
        "une décision soit rendue contre lui sur les seuls éléments fournis par son adversaire (CPC, art. 56)",
        FREE, "pouvoir spécial (CPC, art. 853)", "(CPC, art. 861-2)",
        "lieu où demeure le défendeur (CPC, art. 42)", "Les deux parties sont commerçantes (C. com., art. L721-3, 1°)",
        "n’a contesté aucune de ces factures", "de condamner Menuiserie Garnier SARL à payer à Atelier Vasseur",
        "jusqu’au parfait paiement", "les dépens (CPC, art. 696)", "(CPC, art. 700)",
        "exécutoire à titre provisoire, sauf si la loi ou le tribunal en dispose autrement (CPC, art. 514)",
        "8 pièces visées, selon le bordereau annexé", "nom et signature du commissaire de justice",
    ):  # fmt: skip
        assert said in words, said
    for said in ("750-1", "art. 835", "art. 873", "provision ", PARTNER, MUST, "conteste la facture", "Fait à"):
        assert said not in words, said
    assert trace["manquantes"] == []
    assert "puis la remettre au commissaire de justice, qui la signifie" in result.stderr
    assert_french(result.output)


def test_the_sum_is_that_of_the_claims(tmp_path: Path) -> None:
    """The object, the table and the trace say the same total."""
    words, trace, _ = draft(sample(tmp_path, SHOP), SHOP, FOND)
    assert trace["total"] == trace["decompte"]["totaux"]["solde"]
    asked = printed(trace["total"])
    assert words.count(asked) == 3  # the lawyer's line, the object, the total of the table
    assert f"lui payer {asked}, sommes arrêtées au 21 novembre 2026, outre les intérêts à courir" in words


@pytest.mark.parametrize(
    ("amount", "attempt", "lawyer"),
    [("4990.00", True, False), ("5000.00", True, False), ("5000.01", False, False), ("10000.00", False, False), ("10000.01", False, True)],
)  # fmt: skip
def test_a_consumer_before_the_tribunal_judiciaire(amount: str, attempt: bool, lawyer: bool, tmp_path: Path) -> None:
    """The attempt of CPC 750-1 up to its threshold; beyond the other, a lawyer within fifteen days (CPC 763)."""
    base = sample(tmp_path, HOME, ("3450.00", amount))
    without_journal(base, HOME)  # without a mise en demeure, no interest: the claim is the amount
    words, trace, result = draft(base, HOME, FOND)
    assert "Tribunal judiciaire de [à compléter" in words
    assert ("Tentative de règlement amiable" in words) == ("750-1)" in words) == attempt
    assert ("tentative amiable ou dispense, avec sa date et sa pièce" in trace["a_completer"]) == attempt
    assert ("une médiation ou une procédure participative a-t-elle été tentée" in result.stdout) == attempt
    assert (PARTNER in words) == ("(CPC, art. 753 et 762)" in words) == (not lawyer)
    assert ("tenu de constituer avocat dans les quinze jours du présent acte" in words) == lawyer
    assert ("(CPC, art. 752 et 763)" in words) == lawyer
    assert ("nom et adresse de l’avocat constitué, et son barreau" in trace["a_completer"]) == lawyer
    assert any("texte à reproduire sur la demande de délai" in one for one in trace["a_completer"]) == (not lawyer)
    for said in ("L721-3", "861-2", "art. 855", "L441", "40,00", FREE):
        assert said not in words, said


@pytest.mark.parametrize(("amount", "lawyer"), [("10000.00", False), ("10000.01", True)])
def test_a_lawyer_beyond_the_threshold_of_the_tribunal_de_commerce(amount: str, lawyer: bool, tmp_path: Path) -> None:
    """The threshold itself is in (CPC 853); the request for time to pay is told on both sides."""
    bare = "conditions: {penalites: abandonner, indemnite_forfaitaire: abandonner}\n"
    other = f"montant_ttc: {Decimal(amount) - 2640}"
    paid = "paiements:\n  - {recu_le: 2026-08-03, montant: 1000.00, facture: F-2026-201, moyen: virement}\n"
    base = sample(tmp_path, SHOP, ("montant_ttc: 4800.00", other), (paid, ""), extra=bare)
    words, trace, _ = draft(base, SHOP, FOND)
    assert trace["total"] == amount
    assert (MUST in words) == ("Avocat constitué (CPC, art. 853)" in words) == lawyer
    assert (FREE in words) == (not lawyer)
    assert "(CPC, art. 861-2)" in words


@pytest.mark.parametrize("said", [None, "non"])
def test_an_unknown_court_is_left_blank(said: str | None, tmp_path: Path) -> None:
    """Nothing of one court's texts is asserted while the dossier does not tell which court it is."""
    base = sample(tmp_path, SHOP, ("  commercant: oui\n", f"  commercant: {said}\n" if said else ""))
    words, trace, result = draft(base, SHOP, FOND)
    assert "comment se défendre et se faire représenter devant ce tribunal, selon le montant" in trace["a_completer"]
    assert "motif de compétence du tribunal saisi" in trace["a_completer"]
    for text in (FREE, PARTNER, "861-2", "art. 763", "commerçantes", "art. 856"):
        assert text not in words, text
    assert ("commerçant ?" if said is None else "est-il artisan ?") in result.stdout


def test_a_craftsman_answered_is_not_called_a_merchant(tmp_path: Path) -> None:
    """The tribunal de commerce, for a reason that is left to write."""
    base = sample(tmp_path, SHOP, ("  commercant: oui\n", "  commercant: non\n"))
    words, trace, _ = draft(base, SHOP, FOND, "--oui", "debiteur-artisan")
    assert "Tribunal de commerce" in words
    assert "Les deux parties sont commerçantes" not in words
    assert "parties commerçantes, ou motif de compétence du tribunal de commerce" in trace["a_completer"]


def test_alsace_moselle_is_left_to_its_own_texts(tmp_path: Path) -> None:
    """The chamber of the tribunal judiciaire is named; no text of either court is asserted."""
    base = sample(tmp_path, SHOP, ('"45000", ville: Orléans', '"67000", ville: Strasbourg'))
    words, trace, _ = draft(base, SHOP, FOND)
    assert "Tribunal judiciaire, chambre commerciale" in words
    assert "comment se défendre et se faire représenter devant ce tribunal, selon le montant" in trace["a_completer"]
    assert "861-2" not in words


def test_an_economic_court_is_named(tmp_path: Path) -> None:
    """Lyon is in the list of the trial: its court has no blank left."""
    base = sample(tmp_path, SHOP, ('"45000", ville: Orléans', '"69003", ville: Lyon'))
    words, trace, _ = draft(base, SHOP, FOND)
    assert "Tribunal des activités économiques de Lyon" in words
    assert [blank for blank in trace["a_completer"] if "ville" in blank] == []


@pytest.mark.parametrize("disputed", [True, False])
def test_what_is_contested_is_claimed_and_answered(disputed: bool, tmp_path: Path) -> None:
    """The dispute has a part of its own, with a blank for the answer; the sum is asked for all the same."""
    base = sample(tmp_path, SHOP, *((DISPUTED,) if disputed else ()))
    words, trace, result = draft(base, SHOP, FOND)
    blank = "réponse à la contestation de la facture F-2026-202, et pièces qui la prouvent"
    assert ("Ce que le défendeur conteste, et la réponse" in words) == disputed
    assert ("conteste la facture n° F-2026-202 à hauteur de 400,00 € : deux portes rayées" in words) == disputed
    assert ("La somme contestée, 400,00 €, est comprise dans la demande" in words) == disputed
    assert (blank in trace["a_completer"]) == disputed
    assert ("Position du débiteur" in words) == (not disputed)
    assert ("la somme contestée (F-2026-202) est comprise dans la demande" in result.stdout) == disputed
    assert trace["total"] == trace["decompte"]["totaux"]["solde"]
    assert "non_demande" not in trace


def test_an_answer_of_the_dossier_is_taken_up(tmp_path: Path) -> None:
    """What the dossier answers is written; only its exhibits are left to name."""
    answered = (DISPUTED[0], DISPUTED[1].replace("montant: 400.00", "montant: 400.00, reponse: Le constat du 13 mai 2026 ne note aucune rayure."))  # fmt: skip
    words, trace, _ = draft(sample(tmp_path, SHOP, answered), SHOP, FOND)
    assert "Réponse du demandeur : Le constat du 13 mai 2026 ne note aucune rayure. [à compléter : pièces" in words
    assert "pièces qui prouvent la réponse sur la facture F-2026-202" in trace["a_completer"]
    assert not [blank for blank in trace["a_completer"] if blank.startswith("réponse à la contestation")]


def test_two_disputes_have_two_answers(tmp_path: Path) -> None:
    """One blank for each invoice, and their sum."""
    other = ("objet: Portes,", "objet: Portes, contestation: {depuis: 2026-09-21, motif: retard, montant: 100.00},")
    words, trace, _ = draft(sample(tmp_path, SHOP, DISPUTED, other), SHOP, FOND)
    assert sum("réponse à la contestation" in blank for blank in trace["a_completer"]) == 2
    assert "La somme contestée, 500,00 €, est comprise" in words
    assert words.index("F-2026-201, et pièces") < words.index("F-2026-202, et pièces")


@pytest.mark.parametrize("asked", [True, False])
def test_capitalisation_only_when_the_dossier_asks(asked: bool, tmp_path: Path) -> None:
    """C. civ. 1343-2 is a claim of its own, or absent."""
    extra = "conditions: {capitalisation: {demandee_le: 2026-10-01}}\n" if asked else ""
    words, trace, _ = draft(sample(tmp_path, SHOP, extra=extra), SHOP, FOND)
    assert ("Capitalisation des intérêts" in words) == ("C. civ., art. 1343-2" in words) == asked
    assert ("capitalisation" in {item["code"] for item in trace["demandes"]}) == asked


def test_closed_routes(tmp_path: Path) -> None:
    """Exit 4 with the article, nothing written: a public contract, open collective proceedings."""
    assert "CJA, art. R541-1" in refused(sample(tmp_path / "a", TOWN), TOWN, FOND)
    opened = '  siren: "123 456 782"\n  procedure_collective: {type: redressement, jugement_le: 2026-10-01}\n'
    base = sample(tmp_path / "b", SHOP, ('  siren: "123 456 782"\n', opened))
    said = refused(base, SHOP, FOND)
    assert "C. com., art. L622-21" in said
    assert "01/10/2026" in said


def test_a_provisional_decision_leaves_the_merits_open(tmp_path: Path) -> None:
    """A judgment closes the route; an order of référé settles nothing for good."""
    decision = (
        "decision: {type: %s, juridiction: Tribunal de commerce d'Orléans, rendue_le: 2026-10-15, interets: legal}\n"
    )
    base = sample(tmp_path / "a", SHOP, extra=decision % "jugement")
    assert "C. civ., art. 1355" in refused(base, SHOP, FOND)
    words, *_ = draft(sample(tmp_path / "b", SHOP, extra=decision % "refere"), SHOP, FOND)
    assert "Assignation au fond" in words


def test_a_debtor_abroad(tmp_path: Path) -> None:
    """The French court is asked about first, and its ground is a blank: CPC 42 does not give it."""
    base = sample(tmp_path, SHOP, ('"45000", ville: Orléans', '"10115", ville: Berlin, pays: DE'), ('  siren: "123 456 782"\n', ""))  # fmt: skip
    words, trace, _ = draft(base, SHOP, FOND, "--oui", "tribunal-francais")
    assert "clause ou texte qui la fonde" in trace["a_completer"]
    assert "CPC, art. 42" not in words


def test_a_time_barred_claim_is_closed_only_when_nothing_interrupted_it(tmp_path: Path) -> None:
    """The question comes first, then « non » closes."""
    old = (("emise_le: 2026-06-02", "emise_le: 2024-06-02"), ("executee_le: 2026-05-29", "executee_le: 2024-05-29"), ("echeance: 2026-07-02", "echeance: 2024-07-02"))  # fmt: skip
    base = sample(tmp_path, HOME, *old)
    assert "Le délai pour agir est passé depuis le" in refused(base, HOME, FOND, "--non", "prescription")
    assert "paraît passé" in draft(base, HOME, FOND)[2].stdout
