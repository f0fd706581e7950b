"""`docs/outils/glossaire.md`: the words of the field, in plain sentences, from `glossaire.yml`."""

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from generator.errors import InvalidInput
from generator.fields import Block, Day, Text
from generator.law import Law
from generator.letters import not_empty
from generator.loading import validate
from generator.site.front_matter import Check, front_matter
from generator.site.guide import Guide
from generator.site.words import citations
from generator.yaml_text import read_yaml

TERMS = Path(__file__).parent / "glossaire.yml"


class Term(Block):
    """A word and its meaning; `page` is where the guide says more."""

    id: Text
    terme: Text
    definition: Text
    articles: tuple[Text, ...] = ()
    page: Text | None = None


class Glossary(Block):
    """`glossaire.yml`."""

    verifie_le: Day
    a_revoir_le: Day
    faits: tuple[Text, ...] = ()
    termes: Annotated[tuple[Term, ...], AfterValidator(not_empty)]


def load_glossary(path: Path = TERMS) -> Glossary:
    """The glossary, in the order of the dictionary; InvalidInput when an id is written twice."""
    source = read_yaml(path)
    glossary = validate(Glossary, source.data, source.marks)
    names = [term.id for term in glossary.termes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidInput(f"{path.name}: {name} : id écrit deux fois : en changer un" for name in twice)
    ordered = tuple(sorted(glossary.termes, key=lambda term: plain(term.terme)))
    return glossary.model_copy(update={"termes": ordered})


def glossary_page(glossary: Glossary, law: Law, guide: Guide) -> str:
    """The page: an alphabet to jump from, then one heading per term, so that search finds each."""
    known = {article.id for article in law.articles}
    articles = tuple(dict.fromkeys(x for term in glossary.termes for x in term.articles if x in known))
    check = Check(glossary.verifie_le, glossary.a_revoir_le, articles, glossary.faits)
    groups = [(letter, list(terms)) for letter, terms in groupby(glossary.termes, key=lambda t: plain(t.terme)[0])]
    alphabet = " ".join(f"[{letter.upper()}](#lettre-{letter})" for letter, _ in groups)
    # Not before the pages of the guide in the results: a definition is rarely what is looked for.
    return "\n".join(
        [
            front_matter(check, title="Glossaire", description="Les mots de l'impayé, expliqués simplement.", hide=["toc"], search={"boost": 0.5}),
            "# Glossaire\n\nLes mots du métier, en une ou deux phrases.\n{ .chapeau }\n",
            f"{alphabet}\n{{ .alphabet }}\n",
            *(part for letter, terms in groups for part in _group(letter, terms, law, guide)),
        ]
    )  # fmt: skip


def _group(letter: str, terms: list[Term], law: Law, guide: Guide) -> Iterator[str]:
    known = {article.id for article in law.articles}
    yield f"## {letter.upper()} {{ #lettre-{letter} }}\n"
    for term in terms:
        texts = citations(law, [article for article in term.articles if article in known], "../")
        pages = "".join(f" Voir [{title}](../{path})." for path, title in guide.pages_of(term.page))
        sources = f" ({texts})" if texts else ""
        yield f"### {term.terme} {{ #{term.id} }}\n\n{term.definition.rstrip('.')}{sources}.{pages}\n"


def plain(word: str) -> str:
    """Lower case, without accents: the order of a French dictionary."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
