"""The e-mail: a draft that any mail program opens, that no name can forge, and that says what the letter says."""

import datetime as dt
import re
import shutil
import subprocess
import zoneinfo
from dataclasses import replace
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.document import Document, parse_body
from generator.export import in_formats
from generator.export.eml import to_eml
from generator.languages import LANGUAGES
from tests.conftest import ROOT
from tests.format_text import amounts, document_of, html_words, parse_eml, plain

EXAMPLES = ROOT / "examples" / "dossiers"
PDF = b"%PDF-1.7\n\x00\xff\r\n--=_impayes_1--\r\n" * 40
DEMAND = document_of(EXAMPLES / "2026-021.yml", "mise-en-demeure")
ACT = document_of(EXAMPLES / "2026-019.yml", "accord-de-paiement")


SHORT = replace(DEMAND, corps=())


def changed(document: Document = DEMAND, **page: Any) -> Document:
    """The same letter with other texts around its body."""
    return replace(document, page=replace(document.page, **page))


def addressed(document: Document = DEMAND, **page: Any) -> Document:
    """A letter whose two addresses are known."""
    sender = ("Atelier Vasseur", "3 quai de Loire", "compta@atelier.example")
    return changed(document, **{"expediteur": sender, "courriel": "roy@client.example", **page})


def bodies(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a message."""
    plain_part, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain_part is not None
    assert html is not None
    text, page = (str(part.get_content()).replace("\r\n", "\n") for part in (plain_part, html))
    return text, page


def test_structure() -> None:
    """Text first, HTML next, then the files, byte for byte."""
    files = [("2026-021.pdf", PDF), ("Facture été n° 2.pdf", b"%PDF"), ("photo.png", b"\x89PNG"), ("x.inconnu", b"?")]
    message = parse_eml(to_eml(DEMAND, files))
    assert message.get_content_type() == "multipart/mixed"
    body, *attached = message.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
    assert [(part.get_filename(), part.get_content()) for part in attached] == files
    assert [part.get_content_type() for part in attached][:3] == ["application/pdf", "application/pdf", "image/png"]
    assert {part.get_content_disposition() for part in attached} == {"attachment"}
    assert not [part.defects for part in message.walk() if part.defects]


def test_structure_without_files() -> None:
    """Nothing to attach: no empty envelope around the two bodies."""
    assert parse_eml(to_eml(DEMAND)).get_content_type() == "multipart/alternative"


def test_headers_of_a_draft() -> None:
    """Everything a draft needs, and nothing that the sending program must write."""
    message = parse_eml(to_eml(addressed()))
    assert message.keys() == [
        "Date", "From", "To", "Subject", "Content-Language", "X-Unsent", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert message["X-Unsent"] == "1"
    assert message["Content-Language"] == "fr"
    assert plain(message["Subject"]) == "mise en demeure de payer : 6 factures échues [2026-021]"
    assert message["From"] == "Atelier Vasseur <compta@atelier.example>"
    assert message["To"] == "Brasserie du Port SAS <roy@client.example>"


@pytest.mark.parametrize("attachments", [[], [("lettre.pdf", PDF)]])
def test_on_the_wire(attachments: list[tuple[str, bytes]]) -> None:
    """ASCII, CRLF, short lines, quoted-printable: what the oldest server lets through."""
    content = to_eml(addressed(), attachments)
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 78
    encodings = [part["Content-Transfer-Encoding"] for part in parse_eml(content).walk() if not part.is_multipart()]
    assert encodings == ["quoted-printable", "quoted-printable", *(["base64"] * len(attachments))]
    assert content == to_eml(addressed(), attachments)


def test_date_is_noon_in_paris() -> None:
    """Checked against the time zones of the machine, around both changes of each year."""
    try:
        paris = zoneinfo.ZoneInfo("Europe/Paris")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("fuseaux horaires absents de cette machine")
    for year, month, number in product(range(2024, 2041), (1, 3, 10), range(20, 32)):
        on = dt.date(year, month, number)
        head = to_eml(replace(SHORT, au=on)).split(b"\r\n", 1)[0]
        read = parse_eml(head + b"\r\n\r\n")["Date"].datetime
        noon = dt.datetime(year, month, number, 12, tzinfo=paris)
        assert read.replace(tzinfo=None) == noon.replace(tzinfo=None)
        assert read.utcoffset() == noon.utcoffset()


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=120)


@given(NAMES)
def test_any_name_is_one_address(name: str) -> None:
    """Commas, quotes, accents, other alphabets, line breaks: one recipient, with this name."""
    message = parse_eml(to_eml(addressed(SHORT, destinataire=(name,), expediteur=(name, "compta@atelier.example"))))
    for header in ("To", "From"):
        value = message[header]
        assert isinstance(value, AddressHeader)
        (address,) = value.addresses
        assert address.addr_spec in {"roy@client.example", "compta@atelier.example"}
        assert "".join(address.display_name.split()) == "".join(c for c in name if c.isprintable() and not c.isspace())


@given(NAMES)
def test_any_object_is_one_subject(text: str) -> None:
    """An object is decoded as it was written, and adds no header."""
    message = parse_eml(to_eml(changed(SHORT, objet=text, courriel=None)))
    assert message.keys() == ["Date", "From", "Subject", "Content-Language", "X-Unsent", "MIME-Version", "Content-Type"]
    visible = "".join(c for c in text if c.isprintable() and not c.isspace())
    assert "".join(message["Subject"].split()) == f"{visible}[2026-021]"


INJECTION = "Relance\r\nBcc: pirate@exemple.example\r\n\r\n<p>Payez ici</p>"


@pytest.mark.parametrize("field", ["objet", "expediteur", "destinataire", "courriel", "references"])
def test_no_header_is_injected(field: str) -> None:
    """A line break in a dossier's text never begins a header nor the body."""
    value: Any = INJECTION if field in {"objet", "courriel"} else (INJECTION,)
    if field == "references":
        value = (("Nos références", INJECTION),)
    message = parse_eml(to_eml(addressed(**{field: value})))
    assert message["Bcc"] is None
    assert message["To"] is None if field == "courriel" else len(message["To"].addresses) == 1
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("name", ["a\r\nBcc: x@y.example.pdf", 'a"; filename="b.exe', "../../a.pdf"])
def test_no_header_is_injected_by_a_file_name(name: str) -> None:
    """The name of a file stays inside its header."""
    (part,) = parse_eml(to_eml(DEMAND, [(name, b"%PDF")])).iter_attachments()
    assert part["Bcc"] is None
    assert part.get_filename() == " ".join(name.split())


@pytest.mark.parametrize(
    "address",
    [None, "", "sans arobase", "a@b", "a@b.example, c@d.example", "Roy <a@b.example>", "é@b.example", "a@b..example", "@b.example", "a @b.example", "a@.example"],
)  # fmt: skip
def test_unusable_addresses_are_left_out(address: str | None) -> None:
    """No header rather than a wrong one: the sender fills it in."""
    message = parse_eml(to_eml(addressed(courriel=address, expediteur=("Atelier", *([address] if address else [])))))
    assert message["To"] is None
    assert message["From"] is None


def test_international_domain() -> None:
    """A domain with accents is written as servers know it."""
    message = parse_eml(to_eml(addressed(courriel="compta@hôtel-léon.example")))
    assert message["To"].addresses[0].domain == "xn--htel-lon-g1a8h.example"


def test_text_is_the_letter_without_its_paper() -> None:
    """From the salutation to the signature at 76 columns; no address, no registered letter."""
    text, _ = bodies(parse_eml(to_eml(DEMAND)))
    lines = text.split("\n")
    assert max(map(len, lines)) <= 76
    assert lines[:4] == ["Tours, le 21\u00a0novembre\u00a02026", "", "Madame,", ""]
    assert "Claire Vasseur\nGérante\n\nPièce jointe\u00a0:\n- Copie des factures" in text
    body, mark, signature = text.partition("\n-- \n")
    assert mark
    assert signature.startswith("Atelier Vasseur, SARL")
    for paper in ("44000 NANTES", "Lettre recommandée", "À l’attention", "À l'attention", "Objet", "37000 TOURS"):
        assert paper not in body


def test_third_party_reference_is_kept() -> None:
    """Our reference is in the subject; theirs, which they search by, stays in the message."""
    message = parse_eml(to_eml(changed(references=(("Nos références", "2026-021"), ("Vos références", "POL-77")))))
    for body in bodies(message):
        assert "Vos références\u00a0: POL-77" in body
        assert "Nos références" not in body


def test_text_and_html_say_the_same_words() -> None:
    """The act, with its title and its table of instalments, word for word in both."""
    text, html = bodies(parse_eml(to_eml(ACT)))
    ours = re.findall(r"\w{4,}", plain(text))
    assert sorted(set(ours)) == sorted(set(re.findall(r"\w{4,}", plain(html_words(html)))))
    assert set(amounts(text)) == set(amounts(html_words(html)))


def test_english_letter() -> None:
    """The words around the body follow the language of the letter, colons included."""
    libelles = LANGUAGES["en"].libelles
    message = parse_eml(to_eml(changed(langue="en", libelles=libelles, pieces_jointes=("Invoice F-1", "Invoice F-2"))))
    assert message["Content-Language"] == "en"
    for body in bodies(message):
        assert "Enclosures:" in body
    assert '<html lang="en">' in bodies(message)[1]


class _Page(HTMLParser):
    """Tags of a page with their attributes, and how deep they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("document", [DEMAND, ACT], ids=["lettre", "acte"])
def test_html_suits_mail_programs(document: Document) -> None:
    """Styles on the elements, nothing fetched, language said, real tables with borders."""
    _, html = bodies(parse_eml(to_eml(document)))
    page = _Page()
    page.feed(html)
    assert not page.open
    assert not page.wrong
    names = [tag for tag, _ in page.tags]
    assert not {"style", "script", "link", "img", "a", "iframe", "form"} & set(names)
    assert not re.search(r"url\(|@import|https?:|class=|position:|display:", html)
    assert [attrs["lang"] for tag, attrs in page.tags if tag in {"html", "div"} and "lang" in attrs] == ["fr", "fr"]
    cells = [attrs["style"] or "" for tag, attrs in page.tags if tag in {"th", "td"}]
    assert cells
    assert all("border:1px solid" in style for style in cells)
    assert not re.search(r"[^-]color:|background", html.replace("border-color", ""))  # readable on black as on white
    assert max(int(width) for width in re.findall(r"width:(\d+)px", html)) <= 600


def test_the_company_s_colour() -> None:
    """The sum to pay bears the colour that the company chose."""
    look = DEMAND.apparence.model_copy(update={"couleur": "#123456"})
    _, html = bodies(parse_eml(to_eml(replace(DEMAND, apparence=look))))
    assert re.search(r'<p style="[^"]*#123456"><strong>7\u202f808,06', html)
    assert DEMAND.apparence.couleur not in html


def test_amounts_are_right_aligned() -> None:
    """Every cell of figures, heads included."""
    _, html = bodies(parse_eml(to_eml(DEMAND)))
    for style, text in re.findall(r'<td[^>]*style="([^"]*)"[^>]*>([^<]*)</td>', html):
        assert ("text-align:right" in style) == (not re.fullmatch(r"\d\d/\d\d/\d{4}", text))


def test_markup_in_names_is_text() -> None:
    """A debtor's name is never read as HTML."""
    body = parse_body("<p>A &amp; B &lt;script&gt;alert(1)&lt;/script&gt;</p>", "essai")
    text, html = bodies(parse_eml(to_eml(replace(changed(objet="<b>"), corps=body))))
    assert "A & B <script>alert(1)</script>" in text
    assert "A &amp; B &lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.skipif(shutil.which("git") is None, reason="git manque : pas de second lecteur de courriel")
def test_another_program_reads_it(tmp_path: Path) -> None:
    """git, which reads e-mails in C, finds the same sender, subject, date and text."""
    content = to_eml(addressed(expediteur=("Atelier « Été », Vasseur & Cie", "compta@atelier.example"))).replace(
        b"\r\n", b"\n"
    )
    command = ["git", "mailinfo", "-k", str(tmp_path / "texte"), str(tmp_path / "reste")]
    said = subprocess.run(command, input=content, capture_output=True, check=True, cwd=tmp_path).stdout.decode()
    assert "Author: Atelier « Été », Vasseur & Cie\nEmail: compta@atelier.example\n" in said
    assert "[2026-021]\n" in said
    assert "Date: Sat, 21 Nov 2026 12:00:00 +0100" in said
    text = (tmp_path / "texte").read_text(encoding="utf-8")
    assert "7\u202f808,06\u00a0€ à régler au plus tard" in text
    assert "<strong>7\u202f808,06\u00a0€</strong> à régler au plus tard" in text


def test_the_pdf_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter asked for as an e-mail and as a PDF: one PDF, the one attached is the one written, in any order."""
    made: list[bytes] = []

    def to_pdf(document: Document) -> bytes:
        made.append(f"%PDF {len(made)} {document.nom}".encode())
        return made[-1]

    monkeypatch.setattr("generator.export.pdf.to_pdf", to_pdf)
    for asked in (("pdf", "eml", "txt"), ("eml", "pdf")):
        made.clear()
        files = in_formats(DEMAND, asked)
        (part,) = parse_eml(files["eml"]).iter_attachments()
        assert tuple(files) == asked
        assert made == [files["pdf"]]
        assert part.get_payload(decode=True) == files["pdf"]

    alone = in_formats(DEMAND, ("eml",))["eml"]  # and an e-mail alone has its PDF too
    assert len(list(parse_eml(alone).iter_attachments())) == 1
