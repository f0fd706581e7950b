"""`dossier-judiciaire` from outside: what is in the bundle, in which order, with which amounts; what it refuses."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from generator.money import plain_spaces
from tests.court_bundle import (  # fmt: skip
    COMMERCE,
    JUDICIAIRE,
    SAMPLE,
    bookmarks,
    company,
    contents,
    folder_of,
    make,
    pages,
    reader_of,
    trace_of,
)
from tests.outside import AU, assert_french, impayes, tree

SHOP, HOME, TOWN = "J-2026-001", "J-2026-002", "J-2026-003"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The bundle of the merchant: (files, what the command printed)."""
    base = company(tmp_path_factory.mktemp("commerce"))
    result = make(base, SHOP, COMMERCE)
    assert result.exit_code == 0, result.output
    return tree(folder_of(base, SHOP, COMMERCE)), result, base


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The bundle of the consumer."""
    base = company(tmp_path_factory.mktemp("judiciaire"))
    result = make(base, HOME, JUDICIAIRE)
    assert result.exit_code == 0, result.output
    return tree(folder_of(base, HOME, JUDICIAIRE)), result, base


def test_every_part_is_a_file(shop: Any) -> None:
    """Each paper alone, each exhibit alone, the whole, the sheet twice, the archive, the trace."""
    files, result, _ = shop
    exhibits = [name for name in files if name.startswith("pieces/")]
    assert len(exhibits) == 8
    assert set(files) - set(exhibits) == {
        "page-de-garde.pdf", "demande.pdf", "decompte.pdf", "chronologie.pdf", "bordereau.pdf", "dossier-complet.pdf",
        "demande.docx", "bordereau.docx", "fiche-formulaire.pdf", "fiche-formulaire.txt", "archive.pdf", "trace.json",
    }  # fmt: skip
    assert_french(result.output)
    assert "conseill" not in result.output.replace("conseil juridique", "")


def test_the_parts_are_in_order(shop: Any) -> None:
    """Cover, contents, request, décompte, chronology, bordereau, then exhibits one to eight."""
    files, _, _ = shop
    found = bookmarks(reader_of(files["dossier-complet.pdf"]))
    titles = [title.split(" :")[0] for title, _ in found]
    assert titles == [
        "Page de garde", "Sommaire", "Requête en injonction de payer", "Décompte des sommes",
        "Chronologie", "Bordereau de pièces", *(f"Pièce n° {n}" for n in range(1, 9)),
    ]  # fmt: skip
    assert [page for _, page in found] == sorted(page for _, page in found)


@pytest.mark.parametrize("which", ["shop", "home"])
def test_page_numbers_of_the_contents_are_right(which: str, request: pytest.FixtureRequest) -> None:
    """Each line of the contents names the page where the bookmark of the same name leads."""
    files, _, _ = request.getfixturevalue(which)
    complete = files["dossier-complet.pdf"]
    read = pages(complete)
    listed = contents(read[1])
    marks = {title.split(" :")[0]: page for title, page in bookmarks(reader_of(complete))}
    assert dict(listed) == {name: page for name, page in marks.items() if name not in {"Page de garde", "Sommaire"}}
    assert len(listed) == len(marks) - 2


def test_pages_are_numbered_from_end_to_end(shop: Any) -> None:
    """« page 3/15 » on every page, and nowhere else."""
    files, _, _ = shop
    read = pages(files["dossier-complet.pdf"])
    for rank, text in enumerate(read, start=1):
        assert text.count(f"page {rank}/{len(read)}") == 1
    assert not any("page 1/" in text for text in pages(files["demande.pdf"]))


def test_every_page_of_an_exhibit_is_stamped(home: Any) -> None:
    """The stamp of its own number once a page, on the exhibits and on nothing else; the e-mail has two pages."""
    files, _, _ = home
    complete = files["dossier-complet.pdf"]
    first = {title.split(" :")[0]: page for title, page in bookmarks(reader_of(complete))}
    read = pages(complete)
    starts = sorted((page, name) for name, page in first.items() if name.startswith("Pièce"))
    for (page, name), end in zip(starts, [*(page for page, _ in starts[1:]), len(read) + 1], strict=True):
        for text in read[page - 1 : end - 1]:
            assert text.startswith(name)
    assert len(read) + 1 - starts[-1][0] == 2
    assert not any(text.startswith("Pièce n°") for text in read[: starts[0][0] - 1])


def test_the_bordereau_is_the_exhibits(shop: Any) -> None:
    """Numbers, titles, dates and page counts of the bordereau are those of the stamped files."""
    files, _, _ = shop
    text = " ".join(pages(files["bordereau.pdf"]))
    listed = trace_of(files)["pieces"]
    papers = (SAMPLE / "dossiers" / "pieces" / "garnier").iterdir()
    originals = {hashlib.sha256(path.read_bytes()).hexdigest() for path in papers}
    assert [one["nature"] for one in listed] == [
        "devis", "commande", "livraison", "facture", "facture", "relance", "mise-en-demeure", "preuve-d-envoi"
    ]  # fmt: skip
    for one in listed:
        assert f"{one['numero']} {one['titre']}" in text
        (name,) = [name for name in files if name.startswith(f"pieces/{one['numero']:02d}-")]
        assert len(reader_of(files[name]).pages) == one["pages"]
        assert one["sha256"] in originals


@pytest.mark.parametrize(("which", "reference"), [("shop", SHOP), ("home", HOME)])
def test_amounts_are_those_of_the_statement(which: str, reference: str, request: pytest.FixtureRequest) -> None:
    """Request, cover, décompte and sheet ask for the sums `decompte --json` computes, line by line."""
    files, _, base = request.getfixturevalue(which)
    result = impayes("decompte", base / "dossiers" / f"{reference}.yml", "--au", AU, "--json")
    statement = json.loads(result.stdout)
    assert trace_of(files)["decompte"] == statement
    shown = {
        name: " ".join(pages(files[f"{name}.pdf"]))
        for name in ("demande", "page-de-garde", "decompte", "fiche-formulaire")
    }

    def printed(amount: str) -> str:
        whole, cents = amount.split(".")
        return f"{int(whole):,}".replace(",", " ") + f",{cents} €"

    for text in shown.values():
        assert printed(statement["totaux"]["solde"]) in text
    for line in statement["lignes"]:
        assert f"{line['formule']} {printed(line['montant'])}" in shown["decompte"]
    for name in ("principal", "penalites"):
        assert printed(statement["totaux"][name]) in shown["demande"]
    asked = [item["montant"] for item in trace_of(files)["demandes"] if item["montant"]]
    assert sum(round(float(amount) * 100) for amount in asked) == round(float(statement["totaux"]["solde"]) * 100)


def test_the_request_says_the_facts_of_the_dossier(shop: Any) -> None:
    """Identity, invoices, letters with their dates and exhibits, interest to come from the day after."""
    files, _, _ = shop
    text = " ".join(pages(files["demande.pdf"]))
    for words in (
        "732 829 320 RCS Tours", "Claire Vasseur, gérante", "123 456 782", "8 rue des Tanneurs, 45000 Orléans",
        "Devis", "accepté le 8 avril 2026 (pièces n° 1 et 2)", "livraison ou exécution le 12 mai 2026 (pièce n° 3)",
        "Le débiteur a versé 1 000,00 € le 3 août 2026", "Le 20 juillet 2026 : envoi de « Première relance », par courriel (pièce n° 6)",
        "reçue le 7 septembre 2026 (pièces n° 7 et 8)", "à partir du 22 novembre 2026 et jusqu’au parfait paiement",
        "CPC, art. 1405", "Projet à relire",
    ):  # fmt: skip
        assert words.lower() in text.lower(), words


def test_a_consumer_is_asked_for_nothing_of_professionals(home: Any) -> None:
    """No 40 €, no L441-10, no ECB: legal interest from the day after the mise en demeure was received."""
    files, _, _ = home
    for name in ("demande.pdf", "decompte.pdf", "page-de-garde.pdf", "fiche-formulaire.pdf", "bordereau.pdf"):
        text = " ".join(pages(files[name]))
        for word in ("40,00", "L441", "D441", "forfaitaire", "BCE"):
            assert word not in text, (name, word)
    assert "18/09/2026" in " ".join(pages(files["decompte.pdf"]))
    assert "C. civ., art. 1231-6" in " ".join(pages(files["demande.pdf"]))


def test_blanks_are_visible_and_listed(shop: Any) -> None:
    """What the dossier lacks is a blank on paper, in the trace and on screen; the same ones."""
    files, result, _ = shop
    blanks = trace_of(files)["a_completer"]
    assert "ville du tribunal dont dépend 45000 Orléans" in blanks
    text = " ".join(pages(files["demande.pdf"])) + " ".join(pages(files["fiche-formulaire.pdf"]))
    for blank in blanks:
        assert f"[à compléter : {blank}]" in text
        assert plain_spaces(blank) in plain_spaces(result.output)


def test_the_seat_of_an_economic_court_is_known(tmp_path: Path) -> None:
    """Lyon is in the list of the trial: the court is named, nothing is left blank."""
    base = company(tmp_path)
    path = base / "dossiers" / f"{SHOP}.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"45000", ville: Orléans', '"69003", ville: Lyon'), encoding="utf-8"
    )
    result = make(base, SHOP, COMMERCE, "--simulation", "--json")
    assert result.exit_code == 0, result.output
    assert [blank for blank in json.loads(result.stdout)["a_completer"] if "ville" in blank] == []


def test_what_a_person_in_business_must_say_is_left_blank(tmp_path: Path) -> None:
    """CPC 54: profession, nationality, birth of a natural person."""
    base = company(tmp_path)
    path = base / "entreprise.yml"
    text = path.read_text(encoding="utf-8").replace("forme: SARL", "forme: EI").replace("  capital: 8000\n", "")
    path.write_text(text, encoding="utf-8")
    blanks = json.loads(make(base, SHOP, COMMERCE, "--oui", "creancier-commercant", "--simulation", "--json").stdout)
    assert {"profession", "nationalité", "date et lieu de naissance"} <= set(blanks["a_completer"])


def test_missing_exhibits_are_listed(home: Any) -> None:
    """A date of performance is not its proof: the delivery note is missing, and blocking."""
    files, result, _ = home
    missing = {item["id"]: item["bloquant"] for item in trace_of(files)["manquantes"]}
    assert missing == {"execution": True}
    assert "Pièces indispensables qui manquent" in result.stdout


def test_nothing_is_missing_for_the_merchant(shop: Any) -> None:
    """Every document of the route is there."""
    files, result, _ = shop
    assert trace_of(files)["manquantes"] == []
    assert "manquent" not in result.stdout


@pytest.mark.parametrize(
    ("reference", "procedure", "article"),
    [(HOME, COMMERCE, "L721-3"), (SHOP, JUDICIAIRE, "L721-3"), (TOWN, JUDICIAIRE, "R541-1"), (SHOP, "petites-creances", "L125-1")],
)  # fmt: skip
def test_a_closed_route_is_refused(reference: str, procedure: str, article: str, tmp_path: Path) -> None:
    """Exit 4, the article, nothing written."""
    base = company(tmp_path)
    result = make(base, reference, procedure)
    assert result.exit_code == 4
    assert article in result.stderr
    assert_french(result.stderr)
    assert not (base / "judiciaire").exists()


def test_an_unknown_route(tmp_path: Path) -> None:
    """Exit 3, what can be asked for."""
    result = make(company(tmp_path), SHOP, "injonction")
    assert result.exit_code == 3
    assert "nom inconnu" in result.stderr


@pytest.mark.parametrize(
    ("reference", "procedure", "word"),
    [
        (SHOP, "creances-commerciales", "Le décret d’application est-il paru"),
        (SHOP, "refere-provision", "Assignation en référé-provision"),
        (TOWN, "refere-provision-administratif", "R2192-31"),
        (HOME, "petites-creances", "petites créances"),
    ],
)
def test_the_other_routes(reference: str, procedure: str, word: str, tmp_path: Path) -> None:
    """Each has its own draft; what is to be checked is said, and passes; there is no official form."""
    base = company(tmp_path)
    result = make(base, reference, procedure)
    assert result.exit_code == 0, result.output
    files = tree(folder_of(base, reference, procedure))
    assert word in " ".join(pages(files["demande.pdf"]))
    assert "fiche-formulaire.pdf" not in files
    assert (trace_of(files)["etat"] == "a-verifier") == ("À vérifier avant de déposer" in result.stdout)


def test_a_public_buyer_is_not_asked_under_the_civil_code(tmp_path: Path) -> None:
    """Public contracts have their own texts."""
    base = company(tmp_path)
    assert make(base, TOWN, "refere-provision-administratif").exit_code == 0
    files = tree(folder_of(base, TOWN, "refere-provision-administratif"))
    assert "C. civ." not in " ".join(pages(files["demande.pdf"]))


def test_the_chronology_leaves_the_journal_of_work_out(tmp_path: Path) -> None:
    """Notes to oneself and preparations are not the judge's business; calls and letters are."""
    base = company(tmp_path)
    impayes(
        "journal",
        "ajouter",
        base / "dossiers" / f"{SHOP}.yml",
        "note",
        "--note",
        "client pénible",
        "--le",
        "2026-09-10",
    )
    assert make(base, SHOP, COMMERCE).exit_code == 0
    files = tree(folder_of(base, SHOP, COMMERCE))
    read = " ".join(pages(files["chronologie.pdf"]))
    assert "27 juillet 2026 Appel téléphonique" in read
    for name in ("chronologie.pdf", "demande.pdf", "dossier-complet.pdf"):
        assert "pénible" not in " ".join(pages(files[name]))


def test_what_is_contested_and_a_clause_penale_are_said(tmp_path: Path) -> None:
    """A clause is an item of its own; the dispute is told, and that it is part of the claim."""
    base = company(tmp_path)
    path = base / "dossiers" / f"{SHOP}.yml"
    text = path.read_text(encoding="utf-8")
    old = "objet: Huisseries,"
    assert old in text
    text = text.replace(
        old, "objet: Huisseries, contestation: {depuis: 2026-09-20, motif: deux portes rayées, montant: 400.00},"
    )
    text += 'conditions: {clause_penale: {taux: "10 %", stipulation: article 6 des conditions générales}}\n'
    path.write_text(text, encoding="utf-8")
    result = make(base, SHOP, COMMERCE)
    assert result.exit_code == 0, result.output
    files = tree(folder_of(base, SHOP, COMMERCE))
    request = " ".join(pages(files["demande.pdf"]))
    assert "conteste la facture n° F-2026-202 à hauteur de 400,00 € : deux portes rayées" in request
    assert "n’a contesté aucune" not in request
    assert "la somme contestée (F-2026-202) est comprise" in result.stdout
    asked = {item["code"]: item["montant"] for item in trace_of(files)["demandes"]}
    assert asked["clause-penale"] == trace_of(files)["decompte"]["clause_penale"]["montant"]
    assert "article 6 des conditions générales" in request
    cents = sum(round(float(amount) * 100) for amount in asked.values() if amount)
    assert f"{cents / 100:.2f}" == trace_of(files)["total"]


def test_a_time_barred_claim_is_to_be_checked_then_refused(tmp_path: Path) -> None:
    """The last day passes; the next asks whether something interrupted it, and « non » closes the route."""
    base = company(tmp_path)
    path = base / "dossiers" / f"{HOME}.yml"
    text = path.read_text(encoding="utf-8").replace("echeance: 2026-07-02", "echeance: 2025-07-02")
    for day, said in (("2024-11-21", False), ("2024-11-20", True)):
        path.write_text(text.replace("2026-06-02", day).replace("2026-05-29", day), encoding="utf-8")
        result = make(base, HOME, JUDICIAIRE, "--simulation")
        assert result.exit_code == 0, result.output
        assert ("paraît passé" in result.stdout) == said
    result = make(base, HOME, JUDICIAIRE, "--simulation", "--non", "prescription")
    assert result.exit_code == 4
    assert "20/11/2026" in result.stderr


@pytest.mark.parametrize(
    ("montant", "word"), [("9900.00", "Pas obligatoire jusqu'à"), ("10000.01", "À vérifier au-delà")]
)
def test_the_lawyer_is_spoken_of_on_both_sides_of_the_threshold(montant: str, word: str, tmp_path: Path) -> None:
    """Before the tribunal judiciaire the sources differ beyond the threshold: said, not decided."""
    base = company(tmp_path)
    path = base / "dossiers" / f"{HOME}.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("3450.00", montant), encoding="utf-8")
    result = make(base, HOME, JUDICIAIRE, "--simulation")
    assert result.exit_code == 0, result.output
    assert word in result.stdout


def test_an_unknown_merchant_is_not_called_one(tmp_path: Path) -> None:
    """What the dossier does not say is a blank of the preparation, until it is answered."""
    base = company(tmp_path)
    path = base / "dossiers" / f"{SHOP}.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("  commercant: oui\n", ""), encoding="utf-8")
    blank = "confirmer que créancier et débiteur sont commerçants"
    for answer, left in (((), True), (("--oui", "debiteur-commercant"), False)):
        result = make(base, SHOP, "creances-commerciales", "--simulation", "--json", *answer)
        assert result.exit_code == 0, result.output
        assert (blank in json.loads(result.stdout)["a_completer"]) == left
