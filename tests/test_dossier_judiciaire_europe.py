"""`dossier-judiciaire` for the two European routes: the sheet of Form A, the paper joined to it, what closes them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.money import plain_spaces
from tests.court_bundle import company, folder_of, make, pages, trace_of
from tests.court_drafts import sample
from tests.outside import AU, assert_french, impayes, tree

ABROAD = "J-2026-004"
ORDER, SMALL = "injonction-europeenne", "petits-litiges-europeens"
BOTH = pytest.mark.parametrize("procedure", [ORDER, SMALL])
PLACE = '[Moselweg 12], code_postal: "54290", ville: Trier, pays: DE'


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Both bundles of the German debtor: route -> (files, what the command printed), and the company."""
    base = company(tmp_path_factory.mktemp("europe"))
    made = {}
    for procedure in (ORDER, SMALL):
        result = make(base, ABROAD, procedure)
        assert result.exit_code == 0, result.output
        made[procedure] = (tree(folder_of(base, ABROAD, procedure)), result)
    return made, base


def changed(folder: Path, *swaps: tuple[str, str], extra: str = "") -> Path:
    """A copy of the company where the dossier of the German debtor is another."""
    return sample(folder, ABROAD, *swaps, extra=extra)


def sheet_of(files: dict[str, bytes]) -> dict[str, dict[str, str]]:
    """The sheet as text: section -> heading -> value; a heading seen again keeps its first value."""
    sections: dict[str, dict[str, str]] = {}
    lines = plain_spaces(files["fiche-formulaire.txt"].decode("utf-8")).replace("’", "'").split("\n\n")[2:]
    for block in lines:
        title, *fields = block.strip().split("\n")
        # A heading may hold « Code 01 : demandeur »: the colon before the value is the last one before it.
        for field in fields:
            name, value = re.fullmatch(r"((?:Codes? [\d et]+ : )?[^:]+) : (.*)", field).groups()  # type: ignore[union-attr]
            sections.setdefault(title, {}).setdefault(name, value)
    return sections


def made_with(base: Path, procedure: str, *options: str) -> dict[str, bytes]:
    """The files of a bundle that must be written."""
    result = make(base, ABROAD, procedure, *options)
    assert result.exit_code == 0, result.output
    return tree(folder_of(base, ABROAD, procedure))


@BOTH
def test_a_bundle_has_its_sheet_and_five_exhibits(bundles: Any, procedure: str) -> None:
    """The form is official: a sheet to copy, an account to join, French words only on screen."""
    files, result = bundles[0][procedure]
    assert {"demande.pdf", "fiche-formulaire.pdf", "fiche-formulaire.txt", "dossier-complet.pdf"} <= set(files)
    assert len([name for name in files if name.startswith("pieces/")]) == 5
    assert_french(result.output)
    assert "recopier les valeurs dans le formulaire A" in plain_spaces(result.stderr)
    assert trace_of(files)["procedure"] == procedure


@BOTH
def test_the_sheet_has_the_sums_of_the_statement(bundles: Any, procedure: str) -> None:
    """Euros, principal without interest, interest to the day and from the day after, 40 € set apart."""
    files, _ = bundles[0][procedure]
    result = impayes("decompte", bundles[1] / "dossiers" / f"{ABROAD}.yml", "--au", AU, "--json")
    due = json.loads(result.stdout)["totaux"]
    assert due == {"principal": "3960.00", "penalites": "225.37", "indemnites": "40.00", "credit": "0.00", "solde": "4225.37"}  # fmt: skip
    values = {name: value for section in sheet_of(files).values() for name, value in section.items()}
    assert values["Monnaie"] == "EUR"
    assert values["Montant, sans intérêts ni frais"].startswith("3 960,00 €")
    assert values["Somme calculée par le demandeur"].startswith("225,37 €, jusqu'au 21/11/2026 inclus")
    assert values["Intérêts à courir"] == "sur 3 960,00 €, au même taux, du 22/11/2026 au paiement du principal"
    assert values["Indemnité forfaitaire pour frais de recouvrement"].startswith("40,00 €. Rubrique incertaine")
    assert "BCE majoré de 10 points" in values["Taux"]
    assert "IBAN FR76 3000 6000 0112 3456 7890 189" in values["Paiement de la somme par le défendeur"]


def test_the_codes_read_are_written_and_the_others_left_blank(bundles: Any) -> None:
    """Parties and two grounds of jurisdiction have their code; no code that was not read is invented."""
    files, _ = bundles[0][ORDER]
    sections = sheet_of(files)
    parties, court = sections["2. PARTIES ET REPRÉSENTANTS"], sections["3. COMPÉTENCE DE LA JURIDICTION"]
    assert parties["Code 01 : demandeur"] == "Atelier Vasseur, SARL"
    assert parties["Code 05 : représentant légal du demandeur"] == "Claire Vasseur, gérante"
    assert parties["Code 02 : défendeur"] == "Tischlerei Lindner GmbH"
    assert court["Code 01 : domicile du défendeur"] == "Trier, DE"
    assert court["Code retenu"] == "[à compléter : code du motif de compétence]"
    codes = {found for section in sections.values() for name in section for found in re.findall(r"\b\d\d\b", name)}
    assert codes == {"01", "02", "03", "04", "05", "06"}
    blanks = trace_of(files)["a_completer"]
    for code in ("du motif de compétence", "du défaut de paiement", "des intérêts légaux", "de la preuve écrite"):
        assert f"code {code}" in blanks
    assert "un code que nous n'avons pas lu reste en blanc" in " ".join(
        files["fiche-formulaire.txt"].decode("utf-8").replace("’", "'").lower().split()
    )


def test_the_ten_headings_of_small_claims(bundles: Any) -> None:
    """Numbered from one to ten, with the hearing and the certificate to choose."""
    files, _ = bundles[0][SMALL]
    sections = sheet_of(files)
    assert [int(title.split(".")[0]) for title in sections] == list(range(1, 11))
    assert sections["8. DÉTAILS DE LA DEMANDE"]["Audience"].startswith("[à compléter : audience demandée, oui ou non]")
    assert "(DE)" in sections["9. CERTIFICAT"]["Langue du certificat"]
    assert "5 000,00 €" in sections["7. DEMANDE"]["Montant, sans intérêts ni frais"]
    assert "1. Bon de commande L-88 (18/03/2026)" in sections["8. DÉTAILS DE LA DEMANDE"]["Preuves écrites"]


@BOTH
def test_the_two_countries_make_it_cross_border(bundles: Any, procedure: str) -> None:
    """Both come from the addresses; the court's is left blank."""
    files, _ = bundles[0][procedure]
    (found,) = [fields for title, fields in sheet_of(files).items() if "TRANSFRONTALIER" in title]
    assert (found["Pays du demandeur"], found["Pays du défendeur"]) == ("FR", "DE")
    assert found["Pays de la juridiction"].startswith("[à compléter : pays du tribunal]")


@pytest.mark.parametrize(
    ("procedure", "said", "other"),
    [
        (ORDER, "délivrance d’une injonction de payer européenne", "petit litige"),
        (SMALL, "saisit le tribunal d’un petit litige européen", "appendice 2"),
    ],
)
def test_the_account_says_the_form_is_the_request(bundles: Any, procedure: str, said: str, other: str) -> None:
    """One template, two routes: each its regulation; a translation may be needed; the law of the contract is asked."""
    files, _ = bundles[0][procedure]
    text = " ".join(pages(files["demande.pdf"]))
    number = "1896/2006" if procedure == ORDER else "861/2007"
    for words in (
        said, f"La demande se fait sur le formulaire A (Règl. (CE) n° {number})", "exiger une autre langue que le français",
        "Règl. (CE) n° 593/2008, art. 4", "Tischlerei Lindner GmbH", "Moselweg 12, 54290 Trier (DE)", "4 225,37 €",
        "bon de commande L-88 du 18 mars 2026 (pièce n° 1)", "reçue le 11 septembre 2026 (pièces n° 4 et 5)",
    ):  # fmt: skip
        assert words in text, words
    assert other not in text
    assert "consommateur" not in text


@BOTH
def test_a_consumer_abroad_is_warned_about(procedure: str, tmp_path: Path) -> None:
    """Only the courts of the State where they live, the law of their country, no 40 €, legal interest."""
    base = changed(
        tmp_path,
        ("qualite: professionnel", "qualite: particulier"),
        ("  langue: en\n", ""),
        ("  tva: DE123456788\n", ""),
        ("Tischlerei Lindner GmbH", "Karl Lindner"),
    )
    files = made_with(base, procedure)
    sheet, text = sheet_of(files), " ".join(pages(files["demande.pdf"]))
    values = {name: value for section in sheet.values() for name, value in section.items()}
    (ground,) = [value for name, value in values.items() if name.lower().endswith("domicile du défendeur")]
    assert "Contre un consommateur, seuls les tribunaux de cet État" in ground
    assert "Règl. (CE) n° 593/2008, art. 6" in values["Loi applicable"]
    assert values["Indemnité forfaitaire pour frais de recouvrement"] == "néant"
    assert "intérêt légal" in values["Taux"]
    assert "Le défendeur est un consommateur" in text
    for word in ("40,00", "L441", "lieu de livraison"):
        assert word not in text, word


@BOTH
@pytest.mark.parametrize("country", ["DK", "FR", "CH"])
def test_denmark_france_and_the_rest_are_closed(procedure: str, country: str, tmp_path: Path) -> None:
    """Exit 4, the regulation named, nothing written."""
    base = changed(tmp_path, (PLACE, f'[Moselweg 12], code_postal: "54290", ville: Trier, pays: {country}'))
    result = make(base, ABROAD, procedure)
    assert result.exit_code == 4
    assert "1896/2006" in result.stderr
    assert "861/2007" in result.stderr
    assert_french(result.stderr)
    assert not (base / "judiciaire").exists()


@pytest.mark.parametrize(("montant", "code"), [("5000.00", 0), ("5000.01", 4)])
def test_the_ceiling_of_small_claims_counts_the_principal(montant: str, code: int, tmp_path: Path) -> None:
    """5 000 € pass, with a question about the 40 €; a cent more closes the route, and the order stays open."""
    base = changed(tmp_path, ("montant_ttc: 3960.00", f"montant_ttc: {montant}"))
    result = make(base, ABROAD, SMALL, "--simulation")
    assert result.exit_code == code, result.output
    assert ("plafond" in result.stderr) == (code == 4)
    assert ("À vérifier avant de déposer" in result.stdout) == (code == 0)
    assert make(base, ABROAD, ORDER, "--simulation").exit_code == 0


def test_an_agreed_rate_is_contractual(tmp_path: Path) -> None:
    """The nature of the interest follows the dossier; the blank asks for the other code."""
    base = changed(tmp_path, extra='conditions: {taux_penalites: "14 %"}\n')
    files = made_with(base, ORDER)
    interest = sheet_of(files)["INTÉRÊTS"]
    assert interest["Nature"] == "taux convenu au contrat ; [à compléter : code des intérêts contractuels]"
    assert "14,00 %" in interest["Taux"]
    small = made_with(base, SMALL)
    assert sheet_of(small)["7. DEMANDE"]["Intérêts"] == "oui, contractuels"


@BOTH
def test_what_the_dossier_lacks_is_a_blank(procedure: str, tmp_path: Path) -> None:
    """No account, no number, no representative: blanks of the sheet, told at the end; never « None »."""
    base = changed(tmp_path, ("  tva: DE123456788\n", ""))
    company_file = base / "entreprise.yml"
    kept = [
        line
        for line in company_file.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.strip().startswith(("iban", "bic", "representant", "qualite_rep", "tva", "telephone", "email"))
    ]
    company_file.write_text("".join(kept), encoding="utf-8")
    files = made_with(base, procedure)
    blanks = trace_of(files)["a_completer"]
    assert "IBAN et BIC du demandeur" in blanks
    assert "numéro du défendeur au registre de son pays" in blanks
    values = {name: value for section in sheet_of(files).values() for name, value in section.items()}
    assert values["Téléphone, courriel (facultatifs)"] == "néant"
    assert "None" not in files["fiche-formulaire.txt"].decode("utf-8")


def test_what_is_contested_leaves_the_european_request_too(tmp_path: Path) -> None:
    """« oui » to the question takes 330 € and their interest out, and says so."""
    swap = ("objet: ", "contestation: {depuis: 2026-09-20, motif: rayures, montant: 330.00}, objet: ")
    whole = trace_of(made_with(changed(tmp_path / "a", swap), ORDER))
    part = trace_of(made_with(changed(tmp_path / "b", swap), ORDER, "--oui", "contestation-europeenne"))
    assert [item["conteste"] for item in part["non_demande"]] == ["330.00"]
    principal = [{d["code"]: d["montant"] for d in one["demandes"]}["principal"] for one in (whole, part)]
    assert principal == ["3960.00", "3630.00"]
    assert float(part["total"]) < float(whole["total"]) - 330


def test_a_foreign_debtor_is_not_asked_for_a_french_number(tmp_path: Path) -> None:
    text = " ".join(pages(made_with(company(tmp_path), ORDER)["demande.pdf"]))
    assert "SIREN du débiteur" not in text
    assert "TVA DE" in text


def test_a_contested_small_claim_carries_its_answer(tmp_path: Path) -> None:
    """The answer of the dossier is told; without one, a blank."""
    dispute = "contestation: {{depuis: 2026-09-20, motif: rayures, montant: 330.00{}}}, objet: "
    answered = changed(tmp_path / "a", ("objet: ", dispute.format(", reponse: Livré sans réserve")))
    silent = changed(tmp_path / "b", ("objet: ", dispute.format("")))
    told, blank = (" ".join(pages(made_with(base, SMALL)["demande.pdf"])) for base in (answered, silent))
    assert "Réponse du demandeur : Livré sans réserve" in told
    assert "[à compléter : réponse à la contestation de la facture F-2026-330" in blank
    assert "La somme contestée, 330,00 €, est comprise dans la demande" in told
