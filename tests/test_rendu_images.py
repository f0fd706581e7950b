"""Nothing is fetched: images of a team's page, style sheets and logos stay inside the folder."""

import socket
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.outside import AU, CREDITOR, assert_french, impayes, refused, tree, write

DEMAND = "mise-en-demeure"
PAGE = ROOT / "letters" / "_commun" / "page.html.j2"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("connexion tentée")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def page_with(folder: Path, markup: str) -> Path:
    """A company's own page that holds this markup."""
    path = folder / "modeles" / "_commun" / "page.html.j2"
    path.parent.mkdir(parents=True)
    path.write_text(PAGE.read_text(encoding="utf-8").replace("<main>", f"<main>{markup}", 1), encoding="utf-8")
    return folder / "modeles"


COMMUN = (ROOT / "letters" / "_commun").as_uri()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "http://127.0.0.1:9/x.png", "https://exemple.fr/x.png", "//exemple.fr/x.png",
        "ftp://exemple.fr/x", f"{COMMUN}/../x.png", f"{COMMUN}/%2e%2e/x.png", f"{COMMUN}/..%2f..%2fx.png",
    ],
)  # fmt: skip
def test_images_are_refused(tmp_path: Path, address: str) -> None:
    """Whatever the page asks for, a sentence and no file, and nothing read or fetched."""
    models = page_with(tmp_path, f'<img src="{address}" alt="x">')
    said = refused(3, "lettre", write(tmp_path), DEMAND, "--au", AU, "--modeles", models)
    assert "adresse refusée" in said
    assert_french(said)
    assert not (tmp_path / "sortie").exists()


@pytest.mark.parametrize(
    ("logo", "sentence"),
    [
        ("../logo.png", "doit être dans le dossier de l'entreprise"),
        ("/etc/logo.png", "doit être dans le dossier de l'entreprise"),
        ("lien.png", "doit être dans le dossier de l'entreprise"),
        ("/etc/passwd", "il faut un fichier SVG, PNG ou JPEG"),
        ("logo.gif", "il faut un fichier SVG, PNG ou JPEG"),
        ("absent.png", "introuvable"),
        ("images", "il faut un fichier"),
        ("gros.png", "dépasse 500 Ko"),
    ],
)
def test_logos_outside_or_wrong(tmp_path: Path, logo: str, sentence: str) -> None:
    """A logo comes from the company's folder, is an image, and is not huge."""
    home = tmp_path / "maison"
    path = write(home, ("  nom: Atelier", f"  logo: {logo}\n  nom: Atelier"))
    (tmp_path / "logo.png").write_bytes(PIXEL)
    (home / "lien.png").symlink_to("../logo.png")
    (home / "images").mkdir()
    (home / "gros.png").write_bytes(b"\0" * 500_001)
    said = refused(3, "lettre", path, DEMAND, "--au", AU, "--format", "html")
    assert said.startswith(f"creancier.logo : « {logo} »")
    assert sentence in said
    assert "sortie" not in {name.split("/")[0] for name in tree(home)}


def test_a_logo_is_inside_the_letter(tmp_path: Path) -> None:
    """A good logo travels in the file, whatever the directory the command runs from."""
    (tmp_path / "entreprise.yml").write_text(CREDITOR.replace("  nom:", "  logo: logo.png\n  nom:"), encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(PIXEL)
    path = write(tmp_path, name="dossiers/d.yml")
    result = impayes("lettre", path, DEMAND, "--au", AU, "--format", "html", "--format", "pdf")
    assert result.exit_code == 0, result.output
    page = Path(result.stdout.splitlines()[0]).read_text(encoding="utf-8")
    assert 'src="data:image/png;base64,' in page
    assert "file:" not in page


def test_a_logo_that_calls_out(tmp_path: Path) -> None:
    """An SVG logo that points elsewhere is refused with a sentence."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>'
    (tmp_path / "logo.svg").write_text(svg, encoding="utf-8")
    path = write(tmp_path, ("  nom: Atelier", "  logo: logo.svg\n  nom: Atelier"))
    assert_french(refused(3, "lettre", path, DEMAND, "--au", AU))
