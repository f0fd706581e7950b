"""`dossier-judiciaire --procedure saisie-conservatoire`: the request to seize before any judgment."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.court_drafts import HOME, SHOP, TOWN, draft, printed, refused, sample, without_journal
from tests.outside import assert_french

VOIE = "saisie-conservatoire"
PRESIDENT = "Avant tout procès, elle peut l’être au président de la juridiction commerciale du même lieu"
SILENCE = "depuis la mise en demeure reçue le 7 septembre 2026, aucun paiement reçu, et aucune réponse notée"
PROMISED = "promesses: [{recue_le: 2026-09-10, payer_le: 2026-09-30, montant: 3000.00}]\n"
PAID = (
    "montant: 1000.00, facture: F-2026-201, moyen: virement}\n",
    "montant: 1000.00, facture: F-2026-201, moyen: virement}\n  - {recu_le: %s, montant: 200.00}\n",
)


def paid(day: str) -> tuple[str, str]:
    """200 € more on a day."""
    return PAID[0], PAID[1] % day


def test_a_merchant(tmp_path: Path) -> None:
    """Both judges, the claim, the danger, the goods, the sum, the time limits: each with its text."""
    words, trace, result = draft(sample(tmp_path, SHOP), SHOP, VOIE)
    for said in (
        "Requête aux fins de saisie conservatoire Juge de l’exécution du tribunal judiciaire de [à compléter",
        "présentée en double exemplaire, avec l’indication précise des pièces (CPC, art. 494 et CPCE, art. R511-1)",
        "du lieu où demeure le débiteur (CPCE, art. L511-3 et R511-2)", PRESIDENT,
        "les deux parties sont commerçantes (C. com., art. L721-3, 1°)",
        "sa créance paraît fondée en son principe et des circonstances en menacent le recouvrement", "(CPCE, art. L511-1)",
        "(CPCE, art. L511-2)", "(CPCE, art. R511-4)", SILENCE,
        "montant auquel il évalue provisoirement sa créance",
        "Faire exécuter la mesure autorisée : 3 mois depuis l’autorisation (CPCE, art. R511-6)",
        "8 jours depuis la saisie (CPCE, art. R523-3",
        "1 mois depuis l’exécution de la mesure (CPCE, art. R511-7)", "(CPCE, art. R511-8)",
        "8 pièces, selon le bordereau (CPC, art. 57 et 494)", "Fait à Tours",
    ):  # fmt: skip
        assert said in words, said
    for blank in (
        "faits qui menacent le paiement, chacun avec sa date et sa pièce", "banques connues, ou rayer",
        "biens meubles et lieu où ils se trouvent, ou rayer", "juge choisi ; dire si un procès est en cours",
    ):  # fmt: skip
        assert blank in trace["a_completer"]
    assert "signer, puis déposer la requête en deux exemplaires, avec les pièces" in result.stderr
    assert_french(result.output)


def test_only_sums_are_guaranteed(tmp_path: Path) -> None:
    """The total is the statement's, each item once: nothing runs on, nothing is asked of the loser."""
    words, trace, _ = draft(sample(tmp_path, SHOP), SHOP, VOIE)
    codes = [item["code"] for item in trace["demandes"]]
    assert codes == ["principal", "interets", "indemnite"]
    assert sum(Decimal(item["montant"]) for item in trace["demandes"]) == Decimal(trace["total"])
    assert trace["total"] == trace["decompte"]["totaux"]["solde"]
    assert words.count(f"pour garantie de {printed(trace['total'])}") == 2
    for said in ("à courir", "parfait paiement", "dépens", "art. 700", "condamner"):
        assert said not in words, said


def test_capitalisation_is_not_part_of_the_sum(tmp_path: Path) -> None:
    """Asked in the dossier, it is still not a sum to guarantee."""
    extra = "conditions: {capitalisation: {demandee_le: 2026-10-01}}\n"
    words, trace, _ = draft(sample(tmp_path, SHOP, extra=extra), SHOP, VOIE)
    assert "Capitalisation" not in words
    assert None not in [item["montant"] for item in trace["demandes"]]


def test_a_consumer_has_one_judge_only(tmp_path: Path) -> None:
    """No tribunal de commerce, no text of professionals; what the dossier shows is told after the notice."""
    words, trace, _ = draft(sample(tmp_path, HOME), HOME, VOIE)
    assert f"pour garantie de {printed(trace['total'])}" in words
    assert "reçue le 17 septembre 2026, aucun paiement reçu" in words
    for said in (PRESIDENT, "L721-3", "L441", "40,00", "garder ce juge ou"):
        assert said not in words, said
    assert "juge choisi ; dire si un procès est en cours" not in trace["a_completer"]


@pytest.mark.parametrize(("amount", "lawyer"), [("10000.00", False), ("10000.01", True)])
def test_the_lawyer_on_both_sides_of_the_threshold(amount: str, lawyer: bool, tmp_path: Path) -> None:
    """Beyond it a lawyer is needed before the juge de l'exécution (CPCE L121-4): a blank, and said on screen."""
    base = sample(tmp_path, HOME, ("3450.00", amount))
    without_journal(base, HOME)
    _, trace, result = draft(base, HOME, VOIE)
    assert ("nom et adresse de l’avocat, ou rayer selon le juge saisi" in trace["a_completer"]) == lawyer
    assert ("À vérifier au-delà de 10 000 €" in result.stdout) == lawyer
    assert ("Pas obligatoire jusqu'à 10 000 € inclus" in result.stdout) == (not lawyer)


@pytest.mark.parametrize(
    ("extra", "pairs", "there", "absent"),
    [
        ("", (), (SILENCE,), ("promesse de payer", "accord de paiement")),
        (PROMISED, (), ("le 10 septembre 2026, une promesse de payer 3 000,00 € le 30 septembre 2026, qui n’a pas été tenue",), ()),
        (PROMISED.replace("2026-09-30", "2026-11-30"), (), (SILENCE.split(", et")[0],), ("qui n’a pas été tenue",)),
        ("", (paid("2026-09-08"),), ("depuis la mise en demeure reçue le 7 septembre 2026, 200,00 € reçus en tout",), ("aucun paiement",)),
        ("", (paid("2026-09-07"),), ("aucun paiement reçu",), ("reçus en tout",)),
        ("plan: {signe_le: 2026-09-25, montant: 6000.00, echeances: [{le: 2026-10-15, montant: 3000.00}, {le: 2026-12-15, montant: 3000.00}]}\n", (),
         ("un accord de paiement signé le 25 septembre 2026, dont 1 échéance passée n’est pas payée en entier : il manque 3 000,00 €",),
         ("aucune réponse notée",)),
    ],
)  # fmt: skip
def test_the_dossier_is_told_without_judging(
    extra: str, pairs: tuple[tuple[str, str], ...], there: tuple[str, ...], absent: tuple[str, ...], tmp_path: Path
) -> None:
    """A promise broken, an instalment missed, money since the notice or none: dates and sums, each side of its day."""
    words, trace, _ = draft(sample(tmp_path, SHOP, *pairs, extra=extra), SHOP, VOIE)
    for said in there:
        assert said in words, said
    for said in absent:
        assert said not in words, said
    assert "faits qui menacent le paiement, chacun avec sa date et sa pièce" in trace["a_completer"]


def test_without_a_notice_nothing_is_told(tmp_path: Path) -> None:
    """Only the blank is left: a late payment is no danger by itself."""
    base = sample(tmp_path, HOME)
    without_journal(base, HOME)
    words, *_ = draft(base, HOME, VOIE)
    assert "Le dossier montre aussi" not in words


@pytest.mark.parametrize("disputed", [True, False])
def test_a_dispute_is_told_to_the_judge(disputed: bool, tmp_path: Path) -> None:
    """The debtor is not heard: what they contest is said, and answered in a blank; it is an answer."""
    swap = (
        "objet: Huisseries,",
        "objet: Huisseries, contestation: {depuis: 2026-09-20, motif: rayures, montant: 400.00},",
    )
    words, trace, _ = draft(sample(tmp_path, SHOP, *((swap,) if disputed else ())), SHOP, VOIE)
    blank = "réponse à la contestation de la facture F-2026-202, et pièces qui la prouvent"
    assert ("conteste la facture n° F-2026-202 à hauteur de 400,00 € : rayures" in words) == disputed
    assert (blank in trace["a_completer"]) == disputed
    assert ("aucune réponse notée" in words) == (not disputed)


@pytest.mark.parametrize(("answer", "asked"), [((), True), (("--oui", "recouvrement-menace"), False)])
def test_the_danger_is_a_question_and_a_document(answer: tuple[str, ...], asked: bool, tmp_path: Path) -> None:
    """Its proof is never supposed to be there, and a « non » closes the route."""
    base = sample(tmp_path, SHOP)
    _, trace, result = draft(base, SHOP, VOIE, *answer)
    assert ("menacent-ils le paiement" in result.stdout) == asked
    assert {one["id"]: one["bloquant"] for one in trace["manquantes"]} == {"danger": True}


def test_closed_routes(tmp_path: Path) -> None:
    """Exit 4 with the article: a public buyer, collective proceedings, no danger."""
    assert "CPCE, art. L511-1" in refused(sample(tmp_path / "a", TOWN), TOWN, VOIE)
    opened = '  siren: "123 456 782"\n  procedure_collective: {type: redressement, jugement_le: 2026-10-01}\n'
    base = sample(tmp_path / "b", SHOP, ('  siren: "123 456 782"\n', opened))
    assert "C. com., art. L622-21" in refused(base, SHOP, VOIE)
    said = refused(sample(tmp_path / "c", SHOP), SHOP, VOIE, "--non", "recouvrement-menace")
    assert "le juge n'autorise pas la mesure" in said


def test_goods_abroad(tmp_path: Path) -> None:
    """Goods in France are asked about; without them nothing is to be seized here."""
    abroad = ('"45000", ville: Orléans', '"10115", ville: Berlin, pays: DE')
    siren = ('  siren: "123 456 782"\n', "")
    base = sample(tmp_path, SHOP, abroad, siren)
    assert "Aucun bien à bloquer en France" in refused(base, SHOP, VOIE, "--non", "biens-en-france")
    assert "Requête aux fins" in draft(base, SHOP, VOIE, "--oui", "biens-en-france")[0]


def test_an_order_and_its_opposition_are_told(tmp_path: Path) -> None:
    """The judge hears one side only: that the debtor has opposed an order may not be left out."""
    order = (
        "decision: {type: ordonnance-injonction, rendue_le: 2026-10-05, signifiee_le: 2026-10-20, signification: personne, "
        "opposition_le: 2026-11-12, interets: penalites, juridiction: tribunal de commerce d'Orléans}\n"
    )
    words, _, _ = draft(sample(tmp_path, SHOP, extra=order), SHOP, VOIE)
    assert "le débiteur a formé opposition à l’ordonnance portant injonction de payer du 5 octobre 2026" in words
    assert "l’instance est en cours (tribunal de commerce d’Orléans)" in words
    assert "Elle est frappée d’opposition : elle ne dispense pas de l’autorisation" in words
    assert "n’a contesté aucune" not in words
    assert "ni décision de justice" not in words


def test_a_debtor_abroad_is_judged_where_his_goods_are(tmp_path: Path) -> None:
    """CPCE R121-2: no French court depends on Trier."""
    words, _, _ = draft(sample(tmp_path, "J-2026-004"), "J-2026-004", VOIE, "--oui", "biens-en-france")
    assert "ville française où est un des biens" in words
    assert "du lieu où la mesure s’exécute, le débiteur demeurant à l’étranger (CPCE, art. L511-3 et R121-2)" in words
    assert "dont dépend" not in words
