"""Verify letters before they are sent: each is read without being run, then rendered on every sample.

Every mistake of a team's letters comes out as `fichier:ligne: phrase`, all at once: what a name
means nothing to, what the law forbids or demands, what would not fit on the page.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, get_type_hints

from jinja2 import TemplateSyntaxError

from generator.case import Case
from generator.checklists import find_checklists
from generator.conditions import CONDITIONS, RECIPIENTS
from generator.document import Document, Page
from generator.errors import InvalidInput, MissingComponent, UserError
from generator.law import Law
from generator.letters import SHARED, Letter, check_letter, load_letter
from generator.loading import LoadedCase
from generator.money import euros, plain_spaces
from generator.pipeline import read
from generator.refusals import refusal_files, shared_refusals
from generator.render import Choices, render, template_context
from generator.resources import SAMPLE_DAY, builtin
from generator.statement import Statement
from generator.template_names import Mistake, Template, Walker
from generator.template_text import YML
from generator.template_types import nearest, path_mistake, plain
from generator.template_words import INDEMNITY, line_of, typography_advice, words_mistakes
from generator.templates import environment_for, read_template, reason_fr
from generator.wording import check_template
from generator.yaml_text import Key, read_yaml

Roots = tuple[Path, ...]

# A letter longer than this is not read; the annex and the table of many invoices are not counted.
MAX_PAGES, MAX_WORDS, FEW_INVOICES = 2, 900, 6

_LOCATED = re.compile(r"(?P<file>[^«»\n]+?\.(?:yml|yaml|j2)):(?:(?P<line>\d+):(?:\d+:)?)? *(?P<sentence>.*)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake of a letter, or with `conseil` a mere advice: where, and one French sentence."""

    fichier: Path
    ligne: int
    phrase: str
    conseil: bool = False


Sample = tuple[LoadedCase, Statement]


def read_samples(paths: Iterable[Path], au: date, company: Path | None = None) -> tuple[list[Sample], list[Problem]]:
    """Dossiers to try letters on, with their statement; and what is wrong with those that cannot be read."""
    samples, problems = [], []
    for path in paths:
        try:
            samples.append(read(path, au, company))
        except UserError as error:
            problems += [_located(sentence, path) for sentence in error.problems]
    return samples, problems


@cache
def example_samples() -> tuple[Sample, ...]:
    """The example dossiers of the product, with their statement on the day of the guide."""
    return tuple(read_samples(sorted((builtin("examples") / "dossiers").glob("*.yml")), SAMPLE_DAY)[0])


def verify_letter(
    letter_id: str, roots: Roots, samples: Sequence[Sample], law: Law, only: Path | None = None
) -> list[Problem]:
    """Every problem of a letter, sorted. With `only`, files outside that folder are rendered but not read:
    a team does not answer for the product's."""
    folder = next((root / letter_id for root in roots if (root / letter_id).is_dir()), roots[0] / letter_id)
    try:
        letter = load_letter(letter_id, roots)
    except UserError as error:
        return sorted(_located(sentence, folder / YML) for sentence in error.problems)
    problems: list[Problem] = []
    context = _types(letter, samples)
    if only is None or letter.yml.is_relative_to(only):
        problems += _read_yml(letter, roots, context, law)
    if only is None or letter.body.is_relative_to(only):
        problems += read_body(letter.body, roots, context, law, letter.spec.langue)
    seen = {_place(problem) for problem in problems}
    rendered = [problem for problem in _rendered(letter, roots, samples) if _place(problem) not in seen]
    return sorted(once([*problems, *rendered]))


def once(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, as it was first said: one mistake met in ten dossiers is one mistake."""
    found: dict[tuple[Path, int, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.fichier, problem.ligne, _gist(problem.phrase)), problem)
    return list(found.values())


def _place(problem: Problem) -> tuple[Path, int, str]:
    """What makes two problems the same; rendering does not know the line of a field of `letter.yml`."""
    return problem.fichier, 0 if problem.fichier.name == YML else problem.ligne, _gist(problem.phrase)


def verify_shared(folder: Path, roots: Roots, samples: Sequence[Sample], law: Law) -> list[Problem]:
    """Problems of the common templates and refusals that a company has made its own (`_commun`)."""
    # Any letter of the product gives the variables; the company's own may be the ones with a mistake.
    name = min(path.parent.name for path in roots[-1].glob(f"[!_]*/{YML}"))
    context = {**_types(load_letter(name, roots[-1:]), samples), "page": Page}
    problems = [p for path in sorted((folder / SHARED).glob("*.j2")) for p in read_body(path, roots, context, law)]
    return sorted([*problems, *_read_refusals(folder, law)])


def _read_refusals(folder: Path, law: Law) -> Iterator[Problem]:
    """What the company's own shared refusals name and nothing holds."""
    for path in refusal_files((folder,)):
        try:
            refusals, marks = shared_refusals((path,)), read_yaml(path).marks
        except UserError as error:
            yield from (_located(sentence, path) for sentence in error.problems)
            continue
        for name, refusal in refusals.items():
            if sentence := _unknown_condition(refusal.condition):
                yield Problem(path, marks[name, "condition"][1], f"condition : {sentence}")
            for index, article in enumerate(refusal.articles):
                if sentence := _unknown_article(article, law):
                    yield Problem(path, marks[name, "articles", index][1], f"articles : {sentence}")


def read_body(path: Path, roots: Roots, context: dict[str, Any], law: Law, langue: str = "fr") -> Iterator[Problem]:
    """Problems of one template, read without being run."""
    environment = environment_for(roots, langue)
    try:
        source = read_template(path)
    except UserError as error:  # not even text
        yield from (_located(sentence, path) for sentence in error.problems)
        return
    try:
        tree = environment.parse(source, filename=str(path))
    except TemplateSyntaxError as error:
        yield Problem(path, error.lineno, reason_fr(error))
        return
    index = next((i for i, root in enumerate(roots) if path.is_relative_to(root)), 0)
    try:
        check_template(source, str(path))
    except UserError as error:
        yield from (_located(sentence, path) for sentence in error.problems)
    walker = Walker(environment, roots, context, law)
    walker.template(Template(path, tree, roots[index + 1 :]))
    yield from _all(path, [*walker.mistakes, *words_mistakes(source)])
    if langue == "fr":
        yield from _all(path, typography_advice(source), conseil=True)


def _all(path: Path, mistakes: Iterable[Mistake], *, conseil: bool = False) -> Iterator[Problem]:
    for mistake in dict.fromkeys(mistakes):
        yield Problem(path, mistake.line, mistake.sentence, conseil)


def _types(letter: Letter, samples: Sequence[Sample]) -> dict[str, Any]:
    """The type of each variable a template receives, seen on a sample so that none is forgotten here."""
    known = {name: plain(kind) for name, kind in get_type_hints(Case).items() if name in Case.model_fields}
    # Few samples hold the third party some letters are for; every one has a debtor.
    to_debtor = replace(letter, spec=letter.spec.model_copy(update={"destinataire": "debiteur"}))
    for loaded, statement in samples[:1]:
        given = template_context(to_debtor, loaded.case, statement, loaded.law)
        known |= {name: None if value is None else type(value) for name, value in given.items() if name not in known}
    # The recipient is the debtor or a third party, which do not have the same fields.
    return {**known, "destinataire": None}


# What `modeles creer` leaves to be written.
TO_FILL = "À compléter"


def _read_yml(letter: Letter, roots: Roots, context: dict[str, Any], law: Law) -> Iterator[Problem]:
    """What `letter.yml` names and nothing holds: fields, conditions, texts, lists, letters."""
    source = read_yaml(letter.yml)
    spec, marks = letter.spec, source.marks
    # A shared refusal is checked where it is written: a letter that only names it does not answer for it.
    refusals = [(i, r) for i, r in enumerate(spec.refuse_si) if not isinstance(source.data["refuse_si"][i], str)]
    walker = Walker(environment_for(roots, spec.langue), roots, context, law)

    def line(*key: str | int) -> int:
        return next((marks[key[:n]][1] for n in range(len(key), 0, -1) if key[:n] in marks), 1)

    def say(sentence: str | None, *key: str | int) -> Iterator[Problem]:
        if sentence:
            yield Problem(letter.yml, line(*key), f"{key[0]} : {sentence}")

    for field in ("titre", "resume", "objet"):
        if TO_FILL in getattr(spec, field) and not spec.brouillon:
            yield from say(f"« {TO_FILL} » est resté du modèle de départ : écrire le vôtre", field)
    if spec.destinataire not in RECIPIENTS:
        yield from say(path_mistake(Case, spec.destinataire), "destinataire")
    for index, path in enumerate(spec.exige):
        yield from say(path_mistake(Case, path), "exige", index)
    named: list[tuple[str, Key]] = [(r.condition, ("refuse_si", i, "condition")) for i, r in refusals]
    named += [(spec.proposer_si, ("proposer_si",))] if spec.proposer_si else []
    for condition, key in named:
        yield from say(_unknown_condition(condition), *key)
    cited: list[tuple[str, Key]] = [(article, ("articles", i)) for i, article in enumerate(spec.articles)]
    cited += [(a, ("refuse_si", i, "articles", j)) for i, r in refusals for j, a in enumerate(r.articles)]
    for article, place in cited:
        yield from say(_unknown_article(article, law), *place)
    checklists = [checklist.id for checklist in find_checklists()]
    if spec.checklist and spec.checklist not in checklists:
        yield from say(f"liste « {spec.checklist} » inconnue{nearest(spec.checklist, checklists)}", "checklist")
    letters = {path.parent.name for root in roots for path in root.glob(f"[!_]*/{YML}")}
    if spec.suite and spec.suite not in letters:
        yield from say(f"lettre « {spec.suite} » inconnue{nearest(spec.suite, letters)}", "suite")
    texts: list[tuple[str, Key]] = [
        (spec.objet, ("objet",)),
        *((t, ("pieces_jointes", i)) for i, t in enumerate(spec.pieces_jointes)),
    ]
    for text, place in texts:
        walker.text(text, line(*place), place[0])
        for slip in words_mistakes(text):
            yield from say(slip.sentence, *place)
    yield from _all(letter.yml, walker.mistakes)


def _unknown_condition(condition: str) -> str | None:
    if condition in CONDITIONS or not (mistake := path_mistake(Case, condition)):
        return None
    return f"{mistake} ; conditions : {', '.join(sorted(CONDITIONS))}"


def _unknown_article(article: str, law: Law) -> str | None:
    try:
        law.article(article)
    except InvalidInput as error:
        return error.problems[0]
    return None


def _rendered(letter: Letter, roots: Roots, samples: Sequence[Sample]) -> Iterator[Problem]:
    """What only shows once the letter is filled: each sample it accepts, every tone, every channel."""
    try:
        source = read_template(letter.body)
    except UserError:
        return  # `read_body` has said why
    longest: tuple[int, Document] | None = None
    tried = 0
    for loaded, statement in samples:
        case = loaded.case
        try:
            check_letter(letter, case, statement, loaded.law, roots)
        except UserError:
            continue  # a sample this letter is not for
        tried += 1
        base = (loaded.company_path or loaded.path).parent
        for ton in letter.spec.tons:
            for envoi in letter.spec.envoi:
                try:
                    document = render(
                        letter,
                        case,
                        statement,
                        loaded.law,
                        roots,
                        Choices(ton, envoi),
                        look=loaded.apparence,
                        base=base,
                    )
                except UserError as error:
                    where = f" (dossier {loaded.path.name}, ton {ton})"
                    for sentence in error.problems:
                        yield _located(sentence + where, letter.body, source)
                    continue
                words = len(document.text.split())
                yield from _indemnity_named(letter, document, statement, source)
                if len(case.factures) <= FEW_INVOICES and (longest is None or words > longest[0]):
                    longest = words, document
    if not tried:
        yield Problem(
            letter.yml, 1, "aucun dossier essayé ne convient à cette lettre : en donner un avec --dossiers", True
        )
    if longest is not None and letter.spec.mise_en_page == "lettre":
        yield from _too_long(letter, *longest)


def _indemnity_named(letter: Letter, document: Document, statement: Statement, source: str) -> Iterator[Problem]:
    """Who asks for the 40 € must call it by its name once: the debtor checks the text on that name."""
    text = plain_spaces(document.text).replace("’", "'").lower()
    # Only a letter that gives the figure asks for it; an amendment may just mention it.
    amounts = [plain_spaces(euros(sum_)) for sum_ in (statement.indemnite_unitaire, statement.exigible.indemnites)]
    claimed = statement.case.debiteur.qualite == "professionnel" and statement.exigible.indemnites
    asked = claimed and "indemnité" in text and any(amount in text for amount in amounts)
    if asked and letter.spec.langue == "fr" and INDEMNITY not in text:
        yield Problem(
            letter.body,
            line_of("indemnité", source),
            f"l'indemnité n'est jamais nommée « {INDEMNITY} » : le faire une fois",
        )


def _too_long(letter: Letter, words: int, document: Document) -> Iterator[Problem]:
    try:
        pages = _pages(document)
    except MissingComponent:
        if words > MAX_WORDS:
            yield Problem(letter.body, 1, f"lettre trop longue : {words} mots, {MAX_WORDS} au plus")
        return
    if pages > MAX_PAGES:
        yield Problem(letter.body, 1, f"lettre trop longue : {pages} pages, {MAX_PAGES} au plus ({words} mots)")


def _pages(document: Document) -> int:
    from pypdf import PdfReader

    from generator.export.pdf import to_pdf

    return len(PdfReader(BytesIO(to_pdf(document))).pages)


def _located(sentence: str, default: Path, source: str = "") -> Problem:
    """A sentence of ours as a problem: its own file and line, else those of the words it quotes."""
    if found := _LOCATED.fullmatch(sentence):
        path = default if found["file"] == default.name else Path(found["file"])
        line = int(found["line"] or 0) or _field_line(path, found["sentence"])
        return Problem(path, line, found["sentence"])
    quoted = [line_of(words, source) for words in re.findall("« ([^»]+) »", plain_spaces(sentence))]
    return Problem(default, next((line for line in quoted if line > 1), 1), sentence)


def _field_line(path: Path, sentence: str) -> int:
    """Where the field that starts this sentence is in a YAML file; 1 when it starts with none."""
    return (
        line_of(f"\n{sentence.partition(' : ')[0]}:", read_template(path)) if path.name == YML and path.is_file() else 1
    )


def _gist(sentence: str) -> str:
    """What tells two problems of a line apart, the dossier and the hint left aside."""
    return sentence.partition(" (dossier ")[0].partition(" »")[0]
