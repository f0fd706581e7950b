"""What a lawyer's reading changed in the court bundle: who signs, on which text, for how much, and what is left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.court_bundle import COMMERCE, JUDICIAIRE, company, folder_of, make, pages, trace_of
from tests.outside import tree

SHOP, HOME, TOWN = "J-2026-001", "J-2026-002", "J-2026-003"
REFERE = "refere-provision"


def change(base: Path, reference: str, *pairs: tuple[str, str]) -> None:
    """Replace words of a dossier; each must be there."""
    path = base / "dossiers" / f"{reference}.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def request_of(base: Path, reference: str, procedure: str, *options: object) -> tuple[str, Any, dict[str, bytes]]:
    """(words of the request, what the command said, every file)."""
    result = make(base, reference, procedure, *options)
    assert result.exit_code == 0, result.output
    files = tree(folder_of(base, reference, procedure))
    return " ".join(pages(files["demande.pdf"])), result, files


@pytest.mark.parametrize(
    ("reference", "procedure", "then", "signed"),
    [
        (SHOP, COMMERCE, "signer, puis déposer", "Fait à Tours"),
        (SHOP, REFERE, "puis la remettre au commissaire de justice, qui la signifie", "signature du commissaire de justice"),
        (SHOP, "creances-commerciales", "puis la remettre au commissaire de justice.", "Fait à Tours"),
        (HOME, "petites-creances", "puis la remettre au commissaire de justice.", "Fait à Tours"),
        (TOWN, "refere-provision-administratif", "puis la remettre à l'avocat", "Pour le requérant, Maître [à compléter"),
    ],
)  # fmt: skip
def test_who_signs_and_what_comes_next(reference: str, procedure: str, then: str, signed: str, tmp_path: Path) -> None:
    """A writ is signed by the commissaire de justice, a request to the administrative judge by a lawyer."""
    text, result, _ = request_of(company(tmp_path), reference, procedure)
    assert then in result.stderr
    assert signed in text
    assert ("Fait à Tours" in text) == (signed == "Fait à Tours")


@pytest.mark.parametrize(
    ("said", "there", "absent"),
    [
        ("commercant: oui", ("CPC, art. 873, al. 2", "CPC, art. 855"), ("art. 835", "750-1", "CPC, art. 872")),
        ("commercant: non", ("CPC, art. 835, al. 2",), ("art. 873", "855")),
        (None, ("[à compléter : texte du référé-provision", "CPC, art. 855"), ("al. 2",)),
    ],
)
def test_the_texts_of_the_writ_are_those_of_its_judge(
    said: str | None, there: tuple[str, ...], absent: tuple[str, ...], tmp_path: Path
) -> None:
    """873 al. 2 at the tribunal de commerce, 835 al. 2 at the tribunal judiciaire, a blank when it is not known."""
    base = company(tmp_path)
    change(base, SHOP, ("  commercant: oui\n", f"  {said}\n" if said else ""))
    text, *_ = request_of(base, SHOP, REFERE, *(("--non", "debiteur-artisan") if said == "commercant: non" else ()))
    for words in there:
        assert words in text
    for words in absent:
        assert words not in text


@pytest.mark.parametrize(
    ("amount", "lawyer", "attempt"), [("4990.00", False, True), ("5000.01", False, False), ("10000.01", True, False)]
)
def test_thresholds_of_the_writ(amount: str, lawyer: bool, attempt: bool, tmp_path: Path) -> None:
    """The special power below the threshold only, a lawyer above; CPC 750-1 up to its own threshold."""
    base = company(tmp_path)
    change(base, HOME, ("3450.00", amount))
    (base / "journal" / f"{HOME}.jsonl").unlink()  # without a mise en demeure, no interest: the claim is the amount
    (base / "journal" / ".tetes" / HOME).unlink()
    text, *_ = request_of(base, HOME, REFERE)
    assert ("Avocat constitué (CPC, art. 761) : [à compléter : nom et adresse de l’avocat constitué" in text) == lawyer
    assert ("pouvoir spécial" in text) == (not lawyer)
    assert ("CPC, art. 750-1" in text) == attempt


def test_only_what_is_not_contested_is_asked_for(tmp_path: Path) -> None:
    """« oui » takes the contested sum and its interest out, and says so; without an answer it is still in."""
    base = company(tmp_path)
    change(
        base,
        SHOP,
        (
            "objet: Huisseries,",
            "objet: Huisseries, contestation: {depuis: 2026-09-20, motif: rayures, montant: 400.00},",
        ),
    )
    whole = json.loads(make(base, SHOP, COMMERCE, "--simulation", "--json").stdout)
    text, result, files = request_of(base, SHOP, COMMERCE, "--oui", "opposition-probable")
    asked = {item["code"]: item["montant"] for item in trace_of(files)["demandes"]}
    before = {item["code"]: item["montant"] for item in whole["demandes"]}
    assert (before["principal"], asked["principal"]) == ("6522.60", "6122.60")
    assert float(asked["interets"]) < float(before["interets"])
    assert "La somme contestée de 400,00 € n’est pas demandée ici." in text
    assert "est demandée pour 2 240,00 € seulement" in text
    assert "2 640,00 € TTC à payer" in text
    assert "n’est pas demandée ici" in " ".join(pages(files["decompte.pdf"]))
    assert "400,00 € (F-2026-202) n'est pas demandée" in result.stdout
    assert trace_of(files)["non_demande"] == [{"facture": "F-2026-202", "conteste": "400.00"}]
    assert "non_demande" not in whole


def test_an_invoice_contested_in_whole_is_left_out(tmp_path: Path) -> None:
    """Its 40 € leave with it; when every invoice is contested, nothing is left to ask for."""
    base = company(tmp_path)
    dispute = "contestation: {depuis: 2026-09-20, motif: non livré},"
    change(base, SHOP, ("objet: Huisseries,", f"objet: Huisseries, {dispute}"))
    text, _, files = request_of(base, SHOP, COMMERCE, "--oui", "opposition-probable")
    asked = {item["code"]: item["montant"] for item in trace_of(files)["demandes"]}
    assert (asked["principal"], asked["indemnite"]) == ("3882.60", "40.00")
    assert "Elle n’est pas demandée ici" in text
    change(base, SHOP, ("objet: Portes,", f"objet: Portes, {dispute}"))
    refused = make(base, SHOP, COMMERCE, "--oui", "opposition-probable", "--simulation")
    assert refused.exit_code == 4
    assert "rien n'est à demander ici" in refused.stderr


def test_how_a_payment_was_applied(tmp_path: Path) -> None:
    """Interest of the day first, then the principal; the two make the payment."""
    text, *_ = request_of(company(tmp_path), SHOP, COMMERCE)
    assert (
        "a versé 1 000,00 € le 3 août 2026, imputés sur les pénalités échues à cette date pour 82,60 €, puis sur le "
        "principal pour 917,40 € (C. civ., art. 1343-1)." in text
    )
    assert "À la connaissance du requérant, le débiteur n’a contesté aucune de ces factures." in text


def test_capitalised_interest_is_an_item_of_its_own(tmp_path: Path) -> None:
    """Its ground is a blank; the total is still that of the statement."""
    base = company(tmp_path)
    change(base, SHOP, ("paiements:\n  - {recu_le: 2026-08-03, montant: 1000.00, facture: F-2026-201, moyen: virement}\n", "conditions: {capitalisation: {demandee_le: 2024-10-01}}\n"), ("_le: 2026-0", "_le: 2024-0"), ("echeance: 2026-0", "echeance: 2024-0"))  # fmt: skip
    result = make(base, SHOP, COMMERCE, "--simulation", "--json")
    assert result.exit_code == 0, result.output
    trace = json.loads(result.stdout)
    asked = {item["code"]: item["montant"] for item in trace["demandes"]}
    lines = [line for line in trace["decompte"]["lignes"] if line["nature"] == "interets-capitalises"]
    assert asked["interets-capitalises"] == f"{sum(round(float(line['montant']) * 100) for line in lines) / 100:.2f}"
    assert "clause du contrat, ou acte qui a déjà demandé la capitalisation" in trace["a_completer"]
    assert trace["total"] == trace["decompte"]["totaux"]["solde"]


def test_the_grounds_of_each_court(tmp_path: Path) -> None:
    """Merchants when the dossier says so, else a blank; the public buyer's own texts."""
    base = company(tmp_path)
    assert "Les deux parties sont commerçantes (C. com., art. L721-3, 1°)." in request_of(base, SHOP, COMMERCE)[0]
    change(base, SHOP, ("  commercant: oui\n", ""))
    text = request_of(base, SHOP, COMMERCE, "--ecraser")[0]
    assert "Les deux parties sont commerçantes" not in text
    assert "[à compléter : parties commerçantes, ou motif" in text
    assert "art. L721-3" not in request_of(base, HOME, JUDICIAIRE)[0]
    text = request_of(base, TOWN, "refere-provision-administratif")[0]
    assert "au titre de l’article L761-1" in text
    assert "tribunal du lieu d’exécution du marché" in text


def test_small_claims_ask_for_sums_only(tmp_path: Path) -> None:
    """Nothing runs on in an agreement on a sum; the price rests on L125-1."""
    text, _, files = request_of(company(tmp_path), HOME, "petites-creances")
    assert "à courir" not in text + " ".join(pages(files["page-de-garde.pdf"]))
    assert "L111-8" not in text
    assert None not in [item["montant"] for item in trace_of(files)["demandes"]]


@pytest.mark.parametrize("some", [True, False])
def test_no_exhibit_is_said_first(some: bool, tmp_path: Path) -> None:
    """A blank in the request and the first line of the output; neither with exhibits."""
    base = company(tmp_path)
    if not some:
        change(base, TOWN, (", piece: pieces/saint-aubin/F-2026-287.pdf", ""))
        path = base / "dossiers" / f"{TOWN}.yml"
        path.write_text(path.read_text(encoding="utf-8").split("pieces:\n")[0], encoding="utf-8")
    text, result, files = request_of(base, TOWN, "refere-provision-administratif")
    assert result.stdout.startswith("Attention : aucune pièce") == (not some)
    assert ("pièces" in trace_of(files)["a_completer"]) == (not some)
    assert ("[à compléter : pièces]" in text) == (not some)
