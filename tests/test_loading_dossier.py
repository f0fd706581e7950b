"""What the loader makes of a dossier: every mistake at once and in its place, inheritance, dates, amounts."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from generator.loading import load_case
from tests.conftest import day
from tests.outside import CREDITOR, DEBTOR, DOSSIER, INVOICES, loaded, problem, problems, write

COMPANY = CREDITOR + "conditions:\n  delai: 30 jours\n"
BARE = "reference: 2026-014\n" + DEBTOR + INVOICES
AMOUNT = "montant_ttc: 1200.00"


def place(sentence: str) -> str:
    """`fichier:ligne:colonne` of a sentence."""
    return sentence.split(": ")[0]


def test_every_mistake_at_once(tmp_path: Path) -> None:
    """Syntax apart, one run tells everything: file, line, column, field, what to write."""
    path = write(
        tmp_path,
        ("reference: 2026-014", "reference: a/b"),
        ("qualite: professionnel", "qualite: pro"),
        ('siren: "732829320"', 'siren: "732829321"'),
        ("echeance: 2026-07-01", "date_echeance: 2026-07-01"),
        (AMOUNT, "montant_ttc: 12,345"),
        extra="paiements:\n  - {recu_le: 31/06/2026, montant: -5, facture: F-9}\nplan: {}\nnote: x\n",
    )
    assert problems(path) == (
        "dossier.yml:1:1: reference : référence inutilisable comme nom de fichier : écrire des lettres sans accent, "
        "chiffres, - ou _",
        "dossier.yml:4:3: creancier.siren : SIREN faux (clé de contrôle) : vérifier chaque chiffre",
        "dossier.yml:8:3: debiteur.qualite : valeur « pro » inconnue : écrire professionnel, particulier ou public",
        "dossier.yml:11:5: factures n° 1 : échéance inconnue : écrire echeance, ou conditions.delai",
        "dossier.yml:13:5: factures n° 1, date_echeance : champ inconnu (vouliez-vous dire « echeance » ?)",
        "dossier.yml:14:5: factures n° 1, montant_ttc : montant avec plus de deux décimales : l'arrondir au centime",
        "dossier.yml:16:6: paiements n° 1, recu_le : cette date n'existe pas (31/06/2026) : vérifier le jour et le mois",
        "dossier.yml:16:27: paiements n° 1, montant : montant négatif : écrire un montant positif, sans signe",
        "dossier.yml:16:40: paiements n° 1, facture : facture « F-9 » absente de ce dossier (connues : F-1)",
        "dossier.yml:17:1: plan.montant : champ obligatoire manquant : l'ajouter",
        "dossier.yml:17:1: plan.echeances : champ obligatoire manquant : l'ajouter",
        "dossier.yml:18:1: note : champ inconnu (champs connus : reference, creancier, debiteur, conditions, devis, contrat, "
        "reserve_de_propriete, factures, avoirs, paiements, promesses, suspension, strategie, mise_en_demeure, "
        "autres_mises_en_demeure, plan, transaction, decision, prescription, pieces, tiers)",
    )


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("debiteur", "debitteur"), ("factures", "facture"), ("qualite", "qualité"), ("code_postal", "cp"),
        ("emise_le", "emis_le"), ("montant_ttc", "montant"), ("numero", "num"), ("ville", "vile"),
    ],
)  # fmt: skip
def test_suggestions(tmp_path: Path, wrong: str, right: str) -> None:
    """A misspelt key says which one was meant, or lists those that exist."""
    text = DOSSIER.replace(f"{wrong}:", f"{right}:", 1)
    unknown = [line for line in problems(write(tmp_path, text=text)) if "champ inconnu" in line]
    assert len(unknown) == 1
    assert f"« {wrong} »" in unknown[0] or wrong in unknown[0].split("champs connus")[1]


@pytest.mark.parametrize(
    ("swap", "sentence"),
    [
        ((DEBTOR, "debiteur: Boulangerie Martin\n"), "debiteur : un bloc de champs est attendu ici"),
        ((INVOICES, "factures: F-1\n"), "factures : une liste est attendue ici"),
        ((INVOICES, "factures: {numero: F-1}\n"), "factures : une liste est attendue ici"),
        ((INVOICES, "factures: []\n"), "factures : il en faut au moins un"),
        ((INVOICES, "factures: [F-1]\n"), "factures n° 1 : un bloc de champs est attendu ici"),
        (("numero: F-1", "numero: [F-1]"), "factures n° 1, numero : une seule valeur est attendue ici"),
        (("lignes: [12 rue des Lilas]", "lignes: [a, b, c, d, e]"), "lignes : trop d'éléments : quatre au plus"),
        (("lignes: [12 rue des Lilas]", "lignes: 12 rue des Lilas"), "lignes : une liste est attendue ici"),
        (("lignes: [12 rue des Lilas]", "lignes: [~]"), "lignes n° 1 : valeur vide"),
        (('nom: Boulangerie Martin SARL', 'nom: "  "'), "debiteur.nom : texte vide"),
        (("numero: F-1", "numero: " + "9" * 81), "numéro trop long"),
        (("reference: 2026-014", "reference: .."), "référence inutilisable"),
        (("reference: 2026-014", "reference: été"), "référence inutilisable"),
        (("ville: Tours}\nfact", "ville: Tours, pays: France}\nfact"), "pays inconnu"),
        (("qualite: prof", "commercant: peut-être\n  qualite: prof"), "réponse inconnue : écrire oui ou non"),
        (("qualite: professionnel", f"qualite: {'x' * 5000}"), "valeur « [...] » inconnue"),
    ],
)  # fmt: skip
def test_one_mistake_one_sentence(tmp_path: Path, swap: tuple[str, str], sentence: str) -> None:
    """The wrong shape or the wrong word: one short French sentence, nothing around it."""
    said = [line for line in problems(write(tmp_path, swap)) if sentence in line]
    assert len(said) == 1
    assert len(said[0]) < 300


def test_a_dossier_inherits_its_company(tmp_path: Path) -> None:
    """Keys of `creancier` and `conditions` come from entreprise.yml, one by one; the dossier's win."""
    (tmp_path / "entreprise.yml").write_text(COMPANY, encoding="utf-8")
    inherits = load_case(write(tmp_path, text=BARE, name="d/a.yml"))
    assert inherits.case.creancier.nom == "Atelier Vasseur"
    assert inherits.company_path == tmp_path / "entreprise.yml"
    case = loaded(
        tmp_path,
        ("    echeance: 2026-07-01\n", ""),
        text=BARE,
        name="d/b.yml",
        extra="creancier: {telephone: 02 47 00 12 34}\nconditions: {imputation: principal}\n",
    ).case
    assert (case.creancier.nom, case.creancier.telephone) == ("Atelier Vasseur", "02 47 00 12 34")
    assert case.conditions.imputation == "principal"
    assert case.factures[0].echeance == day("2026-07-01")


def test_mistakes_stand_in_the_file_that_makes_them(tmp_path: Path) -> None:
    """A mistake of the company is located in entreprise.yml, one of the dossier in the dossier."""
    company = tmp_path / "entreprise.yml"
    company.write_text(COMPANY, encoding="utf-8")
    path = write(tmp_path, text=BARE, extra="creancier:\n  adresse: {ville: Paris}\n")
    assert [place(line) for line in problems(path)] == ["dossier.yml:12:3"] * 2  # lignes and code_postal
    path = write(tmp_path, text=BARE, extra="creancier:\n  tva: FR75512345679\n")
    assert [place(line) for line in problems(path)] == ["dossier.yml:11:1"]  # disagrees with the company's SIREN
    path = write(tmp_path, text=BARE, extra="creancier: Atelier\n")
    assert [place(line) for line in problems(path)] == ["dossier.yml:11:1"]
    company.write_text(COMPANY.replace("30 jours", "trente"), encoding="utf-8")
    assert [place(line) for line in problems(write(tmp_path, text=BARE))] == ["entreprise.yml:6:3"]


def test_the_nearest_company_wins(tmp_path: Path) -> None:
    """The closest entreprise.yml above the dossier, unless --entreprise names another."""
    (tmp_path / "entreprise.yml").write_text(COMPANY.replace("Vasseur", "du Haut"), encoding="utf-8")
    near = tmp_path / "a" / "entreprise.yml"
    path = write(tmp_path, text=BARE, name="a/b/c/dossier.yml")
    assert load_case(path).case.creancier.nom == "Atelier du Haut"
    near.write_text(COMPANY, encoding="utf-8")
    assert load_case(path).case.creancier.nom == "Atelier Vasseur"
    assert load_case(path, tmp_path / "entreprise.yml").case.creancier.nom == "Atelier du Haut"
    assert problems(path, tmp_path / "rien.yml")[0].endswith("fichier introuvable ; vérifier le nom et le dossier")


def test_a_company_found_from_another_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is searched from the dossier up to the root, wherever the command runs."""
    for name, text in (("un", COMPANY), ("deux", COMPANY.replace("Vasseur", "du Haut"))):
        write(tmp_path, text=BARE, name=f"{name}/dossier.yml")
        (tmp_path / name / "entreprise.yml").write_text(text.ljust(400), encoding="utf-8")
        shutil.copystat(tmp_path / "un" / "entreprise.yml", tmp_path / name / "entreprise.yml")
    for name, nom in (("un", "Atelier Vasseur"), ("deux", "Atelier du Haut")):
        monkeypatch.chdir(tmp_path / name)
        assert load_case(Path("dossier.yml"), Path("entreprise.yml")).case.creancier.nom == nom


@pytest.mark.parametrize("written", ["01/07/2026", "1/7/2026", '"2026-07-01"', "2026-07-01  # imprimée"])
def test_dates(tmp_path: Path, written: str) -> None:
    """ISO or French dates, day first."""
    case = loaded(tmp_path, ("echeance: 2026-07-01", f"echeance: {written}")).case
    assert case.factures[0].echeance == day("2026-07-01")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-02-30", "cette date n'existe pas (2026-02-30)"),
        ("29/02/2026", "cette date n'existe pas (29/02/2026)"),
        ("2026-13-01", "cette date n'existe pas"),
        ("00/00/2026", "cette date n'existe pas"),
        ("07-01-2026", "date illisible"),
        ("2026-7-1", "date illisible"),
        ("1er juillet 2026", "date illisible"),
        ("01/07/26", "date illisible"),
        ("20260701", "date illisible"),
        ("9999-12-31", "année 9999 invraisemblable"),
        ("0026-07-01", "année 0026 invraisemblable"),
        ("2026-05-01", "l'échéance précède la date d'émission"),
    ],
)
def test_wrong_dates(tmp_path: Path, written: str, sentence: str) -> None:
    """Impossible, ambiguous, absurd: asked again, never guessed."""
    assert sentence in problem(tmp_path, ("echeance: 2026-07-01", f"echeance: {written}"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1200", "1200.00"), ("1200.5", "1200.50"), ("1200,50", "1200.50"), ('"1 200,50 €"', "1200.50"),
        ("1\u202f200,50\u00a0€", "1200.50"), ("12 000 000 EUR", "12000000.00"), ("0.01", "0.01"),
    ],
)  # fmt: skip
def test_amounts(tmp_path: Path, written: str, read: str) -> None:
    """Amounts as invoices print them."""
    case = loaded(tmp_path, (AMOUNT, f"montant_ttc: {written}")).case
    assert case.factures[0].montant_ttc == Decimal(read)


@pytest.mark.parametrize(
    "written",
    ["-5", "−5", "0", "0,00", "1.234,56", "1,234.56", "1.200", "1,200", "12 00", "1e3", "+5", "1200 USD", "$5", "½",
     "١٢", "nan", "inf", "1_000", "1200 €€", "9" * 13, "9" * 3000, "0x10", "mille"],
)  # fmt: skip
def test_wrong_amounts(tmp_path: Path, written: str) -> None:
    """A sign, three decimals, an ambiguous separator, another currency: refused in its place."""
    said = problem(tmp_path, (AMOUNT, f"montant_ttc: {written}"))
    assert said.startswith("dossier.yml:14:5: factures n° 1, montant_ttc : montant ")


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("siren", ["732 829 320", "732829320", "732\u00a0829\u00a0320"], ["732829321", "73282932", "7328293200", "A32829320", '""']),
        ("siret", ["732 829 320 00074", "35600000000048"], ["73282932000075", "732829320", "abc"]),
        ("tva", ["FR44732829320", "fr 44 732829320", "BE0428759497"], ["FR45732829320", "44732829320", "FR", "XX123", '""']),
        ("iban", ["FR76 3000 6000 0112 3456 7890 189", "BE71 0961 2345 6769"], ["FR76 3000 6000 0112 3456 7890 188", "FR76", "123"]),
        ("bic", ["AGRIFRPP", "agrifrpp882"], ["AGRI", "AGRIFRPPXXXX", "12345678"]),
    ],
)  # fmt: skip
def test_identifiers(tmp_path: Path, field: str, right: list[str], wrong: list[str]) -> None:
    """Keys are checked; what is wrong is said in French, in its place."""
    bare = ('  siren: "732829320"\n', "")
    for value in right:
        loaded(tmp_path, bare, ("  nom: Atelier", f"  {field}: {value}\n  nom: Atelier"))
    for value in wrong:
        said = problem(tmp_path, bare, ("  nom: Atelier", f"  {field}: {value}\n  nom: Atelier"))
        assert said.startswith(f"dossier.yml:3:3: creancier.{field} : "), value


def test_identifiers_agree(tmp_path: Path) -> None:
    """SIRET and French VAT number hold the SIREN; a foreign VAT number need not."""
    at = "  nom: Atelier"
    assert "SIRET ne commence pas par ce SIREN" in problem(tmp_path, (at, f"  siret: 35600000000048\n{at}"))
    assert "TVA ne contient pas ce SIREN" in problem(tmp_path, (at, f"  tva: FR75512345679\n{at}"))
    assert loaded(tmp_path, (at, f"  tva: BE0428759497\n{at}"))
