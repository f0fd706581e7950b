"""What `dossier-judiciaire` writes: archive, accessible parts, same bytes, nothing overwritten, a company's own request."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.court_bundle import COMMERCE, SAMPLE, company, folder_of, make, pages, reader_of, trace_of
from tests.outside import tree

SHOP = "J-2026-001"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The bundle of the merchant: (files, what the command printed, the company)."""
    base = company(tmp_path_factory.mktemp("sorties"))
    result = make(base, SHOP, COMMERCE)
    assert result.exit_code == 0, result.output
    return tree(folder_of(base, SHOP, COMMERCE)), result, base


def test_the_archive_holds_the_data(shop: Any) -> None:
    """PDF/A-3a by its own word, tagged; dossier, décompte and journal byte for byte, each with its relationship."""
    files, _, base = shop
    reader = reader_of(files["archive.pdf"])
    assert dict(reader.attachments) == {
        "dossier.yml": [(base / "dossiers" / f"{SHOP}.yml").read_bytes()],
        "decompte.json": [
            (json.dumps(trace_of(files)["decompte"], ensure_ascii=False, indent=2) + "\n").encode("utf-8")
        ],
        "journal.jsonl": [(base / "journal" / f"{SHOP}.jsonl").read_bytes()],
    }
    catalog = reader.trailer["/Root"]
    relations = [entry.get_object()["/AFRelationship"] for entry in catalog["/AF"]]
    assert sorted(relations) == ["/Data", "/Source", "/Supplement"]
    metadata = catalog["/Metadata"].get_data().decode("utf-8")
    assert 'part="3"' in metadata or "<pdfaid:part>3<" in metadata
    assert 'conformance="A"' in metadata or "<pdfaid:conformance>A<" in metadata
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/OutputIntents" in catalog
    assert_fonts_embedded(reader)


def assert_fonts_embedded(reader: Any) -> None:
    """Every font of every page carries its program."""
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for inner in font.get_object().get("/DescendantFonts", [font]):
                described = inner.get_object()["/FontDescriptor"]
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)


def test_each_part_alone_is_accessible(shop: Any) -> None:
    """Tagged, French, with a title: PDF/UA-1 like the letters."""
    files, _, _ = shop
    for name in ("demande.pdf", "decompte.pdf", "chronologie.pdf", "bordereau.pdf", "fiche-formulaire.pdf"):
        catalog = reader_of(files[name]).trailer["/Root"]
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"] == "fr"
        assert b"pdfuaid" in catalog["/Metadata"].get_data()


def test_same_input_same_bytes(shop: Any, tmp_path: Path) -> None:
    """Twice the same bundle, byte for byte; a second run over the first changes nothing and says nothing is in the way."""
    files, _, base = shop
    again = company(tmp_path)
    assert make(again, SHOP, COMMERCE).exit_code == 0
    assert tree(folder_of(again, SHOP, COMMERCE)) == files
    assert make(base, SHOP, COMMERCE).exit_code == 0


def test_nothing_is_overwritten_silently(tmp_path: Path) -> None:
    """--simulation writes nothing; a changed dossier needs --ecraser; what an earlier run left is named."""
    base = company(tmp_path)
    before = tree(base)
    assert "Serait écrit" in make(base, SHOP, COMMERCE, "--simulation").stdout
    assert tree(base) == before
    assert make(base, SHOP, COMMERCE).exit_code == 0
    path = base / "dossiers" / f"{SHOP}.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("  - {fichier: pieces/garnier/bon-de-livraison")], encoding="utf-8")
    kept = tree(folder_of(base, SHOP, COMMERCE))
    refused = make(base, SHOP, COMMERCE)
    assert refused.exit_code == 1
    assert "--ecraser" in refused.stderr
    assert tree(folder_of(base, SHOP, COMMERCE)) == kept
    done = make(base, SHOP, COMMERCE, "--ecraser")
    assert done.exit_code == 0
    assert "pieces/08-avis-de-reception.pdf" in done.stderr


def test_a_company_may_write_its_own_request(tmp_path: Path) -> None:
    """`modeles/_actes/` comes before the product's; a mistake in it is a sentence with its file."""

    def with_own(folder: Path, body: str) -> Path:
        base = company(folder)
        own = base / "modeles" / "_actes"
        own.mkdir(parents=True)
        with (base / "entreprise.yml").open("a", encoding="utf-8") as stream:
            stream.write("modeles: modeles\n")
        (own / "requete-injonction.html.j2").write_text(body, encoding="utf-8")
        return base

    good = with_own(tmp_path / "bon", "<p>Notre requête contre {{ debiteur.nom }}.</p>")
    assert make(good, SHOP, COMMERCE).exit_code == 0
    read = pages(tree(folder_of(good, SHOP, COMMERCE))["demande.pdf"])
    assert "Notre requête contre Menuiserie Garnier SARL." in read[0]
    for body in ("<p>{{ inconnu }}</p>", "<script>x</script>"):
        bad = with_own(tmp_path / f"mauvais{len(body)}", body)
        result = make(bad, SHOP, COMMERCE)
        assert result.exit_code == 3
        assert "requete-injonction.html.j2" in result.stderr
        assert not (bad / "judiciaire").exists()


def test_the_samples_are_what_the_script_writes(tmp_path: Path) -> None:
    """Committed exhibits and journals are those of `scripts/pieces_exemples.py`, twice the same."""
    spec = importlib.util.spec_from_file_location("pieces_exemples", ROOT / "scripts" / "pieces_exemples.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write_company(tmp_path / "un")
    script.write_company(tmp_path / "deux")
    assert tree(tmp_path / "un") == tree(tmp_path / "deux")
    there = {name: content for name, content in tree(SAMPLE).items() if not name.startswith("judiciaire/")}
    there |= {name: content for name, content in tree(tmp_path / "un").items() if name.endswith(".verrou")}
    assert set(there) == set(tree(tmp_path / "un"))
    for name in there:
        if name.endswith(".yml"):
            assert there[name] == (tmp_path / "un" / name).read_bytes()
