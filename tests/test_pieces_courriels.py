"""E-mails as exhibits: every program's, with what they carry, hide, strike out and forward."""

import hashlib
import re
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.court_bundle import COMMERCE, folder_of, make, pages, reader_of
from tests.outside import assert_french, tree
from tests.test_pieces_reelles import photo
from tests.test_pieces_stampees import REFERENCE, bundle, office, pdf, picture, position, refused


def mail(text: str | None = "Bonjour", subtype: str = "plain", **headers: str) -> EmailMessage:
    """A message with its three headers."""
    message = EmailMessage()
    message["From"], message["To"] = "client@exemple.example", "atelier@exemple.example"
    message["Subject"], message["Date"] = "Votre facture", "Tue, 25 Aug 2026 18:40:00 +0200"
    for key, value in headers.items():
        message[key] = value
    if text is not None:
        message.set_content(text, subtype=subtype)
    return message


def shown(folder: Path, content: bytes) -> tuple[list[str], str]:
    """(the pages of a message as an exhibit, what the command said)."""
    base = office(folder, {"courriel.eml": content})
    result = make(base, REFERENCE, COMMERCE)
    assert result.exit_code == 0, result.output
    assert_french(result.stderr)
    return pages(tree(folder_of(base, REFERENCE, COMMERCE))["pieces/01-courriel.pdf"]), result.stdout


def test_an_email_with_accents_and_attachments(tmp_path: Path) -> None:
    """Headers, text, list; the PDF and the picture follow under the same number; the rest is only named."""
    picture = BytesIO()
    Image.new("RGB", (400, 200), "white").save(picture, "PNG")
    message = EmailMessage()
    message["From"], message["To"] = "Hélène Müller <h@exemple.example>", "Atelier <a@exemple.example>"
    message["Subject"], message["Date"] = "Réserve levée : dépôt à Nîmes", "Tue, 25 Aug 2026 18:40:00 +0200"
    message.set_content("Ça marche, je règle l'été prochain.\nŒuvre reçue <sans réserve> & merci.")
    message.add_attachment(
        pdf("Annexe un", "Annexe deux"), maintype="application", subtype="pdf", filename="procès.pdf"
    )
    message.add_attachment(picture.getvalue(), maintype="image", subtype="png", filename="photo.png")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="plans.zip")
    files = bundle(tmp_path, {"courriel.eml": message.as_bytes()})
    read = pages(files["pieces/01-courriel.pdf"])
    assert len(read) == 4
    assert all(text.startswith("Pièce n° 1") for text in read)
    for words in (
        "Hélène Müller", "Réserve levée : dépôt à Nîmes", "25 août 2026 à 18:40", "Ça marche, je règle l'été prochain.",
        "Œuvre reçue <sans réserve> & merci.", "plans.zip (1 Ko, non reproduite)", "procès.pdf",
    ):  # fmt: skip
        assert words in read[0], words
    assert hashlib.sha256(b"PK").hexdigest()[:20] in read[0].replace(" ", "")
    assert "Annexe un" in read[1]
    assert "Annexe deux" in read[2]


def test_an_email_in_html_calls_nobody(tmp_path: Path) -> None:
    """Only its words are kept: no picture, no style, no script, no address fetched."""
    message = EmailMessage()
    message["From"], message["Subject"] = "a@exemple.example", "Bonjour"
    message.set_content(
        "<html><head><style>p{color:red}</style></head><body><p>Premier point</p><img src='https://exemple.example/x.png'>"
        "<script>alert(1)</script><p>Second point</p></body></html>",
        subtype="html",
    )
    read = pages(bundle(tmp_path, {"courriel.eml": message.as_bytes()})["pieces/01-courriel.pdf"])[0]
    assert "Premier point [image non reprise] Second point" in read
    assert "alert" not in read
    assert "color" not in read


def test_a_bad_attachment_names_its_email(tmp_path: Path) -> None:
    """The reader is told which file of which message."""
    message = EmailMessage()
    message["From"], message["Subject"] = "a@exemple.example", "Bonjour"
    message.set_content("Voir la pièce.")
    message.add_attachment(b"%PDF-coupe", maintype="application", subtype="pdf", filename="devis.pdf")
    said = refused(tmp_path, {"courriel.eml": message.as_bytes()})
    assert "courriel.eml" in said
    assert "devis.pdf" in said


def test_what_the_style_sheet_hides_is_not_shown(tmp_path: Path) -> None:
    """A rule for all screens hides; one for telephones does not (6)."""
    html = (
        "<style>.pre { display: none !important } @media (max-width: 600px) { .large { display: none } }</style>"
        "<p class='pre'>cachette</p><p class='large'>montre</p>"
    )
    (page,), said = shown(tmp_path, mail(html, "html").as_bytes())
    assert "cachette" not in page
    assert "montre" in page
    assert "passages que le message cachait" in said


def test_cells_of_a_table_stay_apart(tmp_path: Path) -> None:
    """2, 400,00 and 1 200,00 are three figures; struck words are struck; hidden ones are not shown but said (6)."""
    html = (
        "<table><tr><td><table><tr><th>Qté</th><th>Prix</th><th>Total</th></tr><tr><td>2</td><td>400,00</td><td>1 200,00</td>"
        "</tr></table></td></tr></table><p style='display:none'>invisible</p><p>après</p><pre>ligne 1\n  ligne 2</pre>"
        "<ol start='3'><li>trois<li>quatre</ol><blockquote>cité</blockquote><script>alert(1)</script>"
    )
    base = office(tmp_path, {"courriel.eml": mail(html, "html").as_bytes()})
    said = make(base, REFERENCE, COMMERCE).stdout
    content = tree(folder_of(base, REFERENCE, COMMERCE))["pieces/01-courriel.pdf"]
    (page,) = pages(content)
    for words in (
        "Qté Prix Total",
        "2 400,00 1 200,00",
        "après",
        "ligne 1 ligne 2",
        "3. trois",
        "4. quatre",
        "cité",
        "Message en HTML",
    ):
        assert words in page, words
    places = [position(content, word)[0] for word in ("2", "400,00")]
    assert places[1] - places[0] > 20
    assert "invisible" not in page
    assert "alert" not in page
    assert "passages que le message cachait" in page
    assert "passages que le message cachait" in said


def test_struck_words_are_struck_on_the_page(tmp_path: Path) -> None:
    """The line is drawn: one more dark row than the same words kept."""

    def ink(html: str, where: Path) -> int:
        content = bundle(where, {"courriel.eml": mail(html, "html").as_bytes()})["pieces/01-courriel.pdf"]
        return sum(picture(content).histogram()[:140])

    kept = ink("<p>remise de dix pour cent accordée</p>", tmp_path / "a")
    for rank, struck in enumerate(
        ("<s>{}</s>", "<del>{}</del>", "<span style='text-decoration: line-through'>{}</span>")
    ):
        there = ink(f"<p>{struck.format('remise de dix pour cent accordée')}</p>", tmp_path / str(rank))
        assert there > kept + 150


def test_pictures_in_the_text_are_shown(tmp_path: Path) -> None:
    """A phone's photograph beside a plain text, and one without a name in an HTML message (7)."""
    both = mail("Voir la photo.")
    both.add_related(photo(), maintype="image", subtype="jpeg", cid="<p1@x>", filename="IMG_1.jpg")
    read, said = shown(tmp_path / "a", both.as_bytes())
    assert len(read) == 2
    assert "IMG_1.jpg" in read[0]
    assert "reproduite ci-après" in read[0]
    assert "non reproduit" not in said
    html = mail("<p>Voir <img src='cid:p2@x'> ici</p>", "html")
    html.add_related(photo(), maintype="image", subtype="jpeg", cid="<p2@x>")
    read, _ = shown(tmp_path / "b", html.as_bytes())
    assert "[image : image 1] ici" in read[0]
    assert "reproduite ci-après" in read[0]
    assert len(read) == 2


def test_a_forwarded_message_follows_its_parent(tmp_path: Path) -> None:
    """With its own headers, text and attachments (7)."""
    inner = mail("Je paierai vendredi.")
    inner.add_attachment(pdf("Annexe"), maintype="application", subtype="pdf", filename="annexe.pdf")
    outer = mail("Voir ci-dessous.")
    outer.add_attachment(inner)
    outer.add_attachment(b"PK", maintype="application", subtype="zip", filename="plans.zip")
    read, said = shown(tmp_path, outer.as_bytes())
    assert len(read) == 3
    assert "message transféré 1.eml" in read[0]
    assert "Pièce jointe : message transféré 1.eml" in read[1]
    assert "Je paierai vendredi." in read[1]
    assert "Annexe" in read[2]
    assert "« plans.zip » : non reproduit" in said


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "multipart/encrypted"])
def test_a_sealed_message_is_refused(kind: str, tmp_path: Path) -> None:
    """Its page would be empty: how to print it is said (7)."""
    more = '; boundary="b"' if kind.startswith("multipart") else "; smime-type=enveloped-data"
    body = "--b\nContent-Type: application/octet-stream\n\nx\n--b--\n" if more.startswith("; b") else "MIAGCSqGSIb3\n"
    raw = f"From: a@b.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: {kind}{more}\n\n{body}"
    said = refused(tmp_path, {"courriel.eml": raw.encode()})
    assert "chiffré ou scellé" in said
    assert "l'imprimer en PDF" in said


HEAD = b"From: a@exemple.example\nSubject: %s\nDate: Tue, 25 Aug 2026 18:40:00 +0200\nMIME-Version: 1.0\n%s\n\n"
DECLARED = "Créance déclarée à l'été"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD % (b"Declaree", b"Content-Type: text/plain; charset=x-mac-inconnu") + DECLARED.encode("cp1252"),
        HEAD % (b"Declaree", b"Content-Type: text/plain") + DECLARED.encode("cp1252"),
        HEAD % (b"Declaree", b"Content-Type: text/plain; charset=us-ascii") + DECLARED.encode(),
        HEAD % (DECLARED.encode(), b"Content-Type: text/plain; charset=utf-8") + DECLARED.encode(),
        HEAD % (DECLARED.encode("cp1252"), b"Content-Type: text/plain; charset=iso-8859-1") + DECLARED.encode("cp1252"),
        b"\xef\xbb\xbf" + HEAD % (b"Declaree", b"Content-Type: text/plain; charset=utf-8") + DECLARED.encode(),
    ],
    ids=["inconnu", "sans", "menteur", "entete-utf8", "entete-latin1", "bom"],
)  # fmt: skip
def test_accents_of_every_program_are_read(raw: bytes, tmp_path: Path) -> None:
    """Whatever the alphabet announced, or not (21)."""
    (page,), said = shown(tmp_path, raw)
    assert page.count("éclarée à l'été") == (2 if b"Declaree" not in raw else 1)
    assert "\ufffd" not in page
    assert ("Jeu de caractères inconnu" in page) == (b"inconnu" in raw)
    assert ("jeu de caractères inconnu" in said) == (b"inconnu" in raw)


def test_a_message_cut_short_is_said(tmp_path: Path) -> None:
    """Its last part may be missing a piece: on the page and on the screen."""
    whole = mail("Bonjour")
    whole.add_attachment(b"PK" * 200, maintype="application", subtype="zip", filename="plans.zip")
    raw = whole.as_bytes()
    (page,), said = shown(tmp_path / "a", raw[: len(raw) - 60])
    assert "Message coupé : sa fin manque." in page
    assert "message coupé : sa fin manque" in said
    (page,), said = shown(tmp_path / "b", raw)
    assert "coupé" not in page
    assert "coupé" not in said


def test_a_message_of_apple_mail(tmp_path: Path) -> None:
    """A number, the message, then a property list that is not part of it (21)."""
    raw = mail("Bonjour du Mac").as_bytes()
    (page,), _ = shown(tmp_path, f"{len(raw)}   \n".encode() + raw + b"<?xml version='1.0'?><plist>flags</plist>")
    assert "Bonjour du Mac" in page
    assert "plist" not in page


def test_a_report_of_reading_is_shown(tmp_path: Path) -> None:
    """The notice that the message was read is text, not an unreadable attachment."""
    raw = (
        b"From: a@b.example\nSubject: Lu\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nLu le 3 septembre.\n--b\nContent-Type: message/disposition-notification\n\n"
        b"Final-Recipient: rfc822;client@exemple.example\nDisposition: manual-action; displayed\n\n--b--\n"
    )
    (page,), _ = shown(tmp_path, raw)
    assert "Lu le 3 septembre." in page
    assert "displayed" in page


def test_a_line_without_spaces_and_a_very_long_message(tmp_path: Path) -> None:
    """Forty thousand characters in a row make pages at once; a hundred thousand lines are refused at once (16)."""
    # Short of the minute and more it took: a loop that grows with the square would not end in time here.
    files = bundle(tmp_path / "a", {"courriel.eml": HEAD % (b"s", b"Content-Type: text/plain") + b"x" * 40_000})
    read = " ".join(pages(files["pieces/01-courriel.pdf"]))
    assert len(re.findall("x", read)) >= 40_000
    assert len(reader_of(files["pieces/01-courriel.pdf"]).pages) < 20
    said = refused(tmp_path / "b", {"courriel.eml": HEAD % (b"s", b"Content-Type: text/plain") + b"ligne\n" * 100_000})
    assert "plus de 100 pages" in said
