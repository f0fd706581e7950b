"""Markdown: read back by a Markdown program, it is the letter; no text of a dossier is taken for markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.document import Document, Element, parse_body
from generator.export.md import to_markdown
from tests.conftest import ROOT
from tests.format_text import document_of, html_words, markdown_html

EXAMPLES = ROOT / "examples" / "dossiers"
DEMAND = document_of(EXAMPLES / "2026-021.yml", "mise-en-demeure")
ACT = document_of(EXAMPLES / "2026-019.yml", "accord-de-paiement")
BARE = replace(
    DEMAND,
    page=replace(
        DEMAND.page, expediteur=("E",), destinataire=("D",), lieu_date="L", mention_envoi="", references=(),
        pieces_jointes=(), mentions_legales=(),
    ),
)  # fmt: skip


def source(document: Document) -> str:
    """The Markdown of a letter."""
    return to_markdown(document).decode("utf-8")


def body_of(*elements: Element) -> str:
    """The Markdown of these elements, without what surrounds a body."""
    text = source(replace(BARE, corps=elements))
    start, end = text.index("\nL\n\n") + 4, text.index("\n\n**Claire Vasseur**")
    return text[start:end]


def body(html: str) -> str:
    """The same, from a template's HTML."""
    return body_of(*parse_body(html, "essai"))


class _Tree(HTMLParser):
    """The tags of a page in order, and its tables as rows of cells."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.rows: list[list[str]] = []
        self.sides: list[list[str]] = []
        self.inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
            self.sides.append([])
        if tag in {"th", "td"}:
            self.inside = True
            self.rows[-1].append("")
            self.sides[-1].append("right" if "right" in (dict(attrs).get("style") or "") else "left")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"th", "td"}:
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def rendered(text: str) -> _Tree:
    """What a Markdown program makes of it."""
    return _Tree(markdown_html(text))


def test_the_letter_in_order() -> None:
    """Title first, then who writes to whom, the day, the references, the body, who signs, the mentions."""
    text = source(DEMAND)
    marks = [
        "# Mise en demeure de payer\u00a0: 6 factures échues\n", "**Atelier Vasseur**  \n3 quai de Loire  \n",
        "**Brasserie du Port SAS**  \n", "\nTours, le 21\u00a0novembre\u00a02026\n", "**Lettre recommandée",
        "\nNos références\u00a0: 2026-021\n", "\nMadame,\n", "\n**7\u202f808,06\u00a0€** à régler", "\n| Facture | Émise le |",
        "\n**Claire Vasseur**  \nGérante\n", "\nPièce jointe\u00a0:\n\n- Copie des factures", "\n---\n\nAtelier Vasseur, SARL",
    ]  # fmt: skip
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert text.endswith("37000 Tours\n")


def test_act_has_titles_and_two_signatures() -> None:
    """An act: no sender nor recipient above it, its articles as titles, one section for each party."""
    tree, text = rendered(source(ACT)), source(ACT)
    assert text.startswith("# Accord de paiement échelonné\n\nNos références\u00a0: 2026-019\n\n## Entre\n")
    assert tree.tags.count("h1") == 1
    titles = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert titles[1] == "1. Pourquoi cet accord"
    assert titles[-2:] == ["Pour le créancier", "Pour le débiteur"]
    debtor = text[text.index("## Pour le débiteur") :]
    assert "Menuiserie Roche  \nAntoine Roche, gérant\n\nÀ écrire vous-même" in debtor
    assert "Atelier Vasseur  \nClaire Vasseur" in text[: text.index("## Pour le débiteur")]


@pytest.mark.parametrize(("document", "columns"), [(DEMAND, 9), (ACT, 5)], ids=["lettre", "acte"])
def test_tables(document: Document, columns: int) -> None:
    """Every row has every column, whatever its spans; figures are on the right, the rest is not."""
    tree = rendered(source(document))
    head, *rows = tree.rows[: 8 if document is DEMAND else 2]
    assert {len(row) for row in (head, *rows)} == {columns}
    assert head[0] == "Facture"
    figures = [side == "right" for side in tree.sides[1]]
    assert figures == [bool(re.fullmatch(r"[\d\u202f,]+(\u00a0€)?", cell)) for cell in rows[0]]
    if document is DEMAND:
        assert rows[-1][0] == "Total au 21\u00a0novembre\u00a02026"
        assert rows[-1][1:5] == [""] * 4
        assert rows[-1][5:] == ["7\u202f267,66\u00a0€", "300,40\u00a0€", "240,00\u00a0€", "7\u202f808,06\u00a0€"]


def test_table_without_head() -> None:
    """Pipe tables need a head: an empty one, so that no row of figures becomes a title."""
    tree = rendered(
        body('<table><tr><th scope="row">A</th><td>1 | 2</td></tr><tr><td>B</td><td>x<br>y</td></tr></table>')
    )
    assert tree.rows == [["", ""], ["A", "1 | 2"], ["B", "xy"]]
    assert "br" in tree.tags


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<br>b</p>", "a  \nb"),
        ("<p>12. rue</p>", "12\\. rue"),
        ("<p>- tiret</p>", "\\- tiret"),
        ("<p>2026-014_bis*</p>", "2026-014\\_bis\\*"),
        ("<p># titre</p>", "\\# titre"),
        ("<p>a<br>1) b<br>+ c<br>=== d</p>", "a  \n1\\) b  \n\\+ c  \n&#61;== d"),
        ("<p>&lt;b&gt; &amp;amp; A &amp; B ~</p>", "&lt;b&gt; &amp;amp; A & B &#126;"),
        ("<p><strong> gras </strong>!</p>", "**gras** !"),
        ("<p>l’<strong>acte</strong>.</p>", "l’**acte**."),
        ("<p><strong>(a)</strong>b</p>", "(a)b"),
        ("<p>a<em>b</em><strong>c</strong></p>", "a*b*c"),
        ("<h3>1. Objet</h3>", "### 1. Objet"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>- c</li></ul>", "- a\n    - b\n- \\- c"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n    b"),
    ],
)
def test_each_element(html: str, expected: str) -> None:
    """What is written for each element, and for texts that look like markup."""
    assert body(html).replace("\u202f!", " !") == expected


ALPHABET = "ab1 .)-+*_`#>[](){}!|\\<&;~=:\"'/@$^%«»€\u00a0\u202f"
ODD = st.lists(st.sampled_from([*ALPHABET, "    ", "&amp;", "<b>", "---", "**", "1. "])).map("".join)


@given(ODD)
@example("1. a")
@example("[a](http://exemple.example)")
@example("![a](b)")
@example("***")
@example("| a | b |")
@example("<script>alert(1)</script>")
@example("\\*")
def test_any_text_is_only_text(text: str) -> None:
    """A paragraph, an item, a title or a cell holds the text itself and no markup of its own."""
    words = " ".join(text.split(" ")).strip()
    wanted = " ".join(words.split())
    if not wanted:
        return
    for html, tags in (("p", ["p"]), ("li", ["ul", "li"]), ("h2", ["h2"]), ("td", None)):
        leaf = Element(html, (), (words,))
        parents = {"li": Element("ul", (), (leaf,)), "td": Element("table", (), (Element("tr", (), (leaf,)),))}
        page = markdown_html(body_of(parents.get(html, leaf)))
        assert " ".join(html_words(page).split()) == wanted, page
        if tags is not None:
            assert _Tree(page).tags == tags
