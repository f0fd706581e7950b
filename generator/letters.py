"""Letters: what `letter.yml` says, where letters are found, which one a dossier may receive.

A letter is a folder with `letter.yml` and `body.html.j2`; nothing else is registered anywhere.
A company's folder may hold either file alone: the other is then the product's.
"""

import difflib
import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from generator.calendar_fr import list_fr
from generator.case import Case
from generator.conditions import CONDITIONS, RECIPIENTS
from generator.errors import InvalidInput, LegalRefusal
from generator.fields import Block, Reference, Text, Yes
from generator.law import Law
from generator.loading import validate
from generator.parties import Debtor, DebtorKind
from generator.refusals import Refusal, refusal_files, with_shared
from generator.statement import Statement
from generator.yaml_text import read_yaml

SHARED = "_commun"

Phase = Literal["prevention", "amiable", "mise-en-demeure", "accord", "judiciaire", "procedure-collective"]
Channel = Literal["email", "courrier", "lrar", "lre"]
Tone = Literal["cordial", "neutre", "ferme"]
# What the sending of a letter changes in a dossier: the journal then says it, nobody copies it.
Establishes = Literal[
    "mise_en_demeure",
    "plan.mise_en_demeure",
    "plan.decheance_le",
    "contestation.repondu_le",
    "procedure_collective.declaree_le",
]


def _integer(value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise ValueError("nombre entier attendu, par exemple 15") from None


def not_empty(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """A list that must hold something."""
    if not value:
        raise ValueError("il en faut au moins un")
    return value


Int = Annotated[int, PlainValidator(_integer), WithJsonSchema({"type": "integer"})]


class Mention(Block):
    """Words that every rendering must hold, whatever the tone."""

    id: Text
    contient: Text


class LetterSpec(Block):
    """`letter.yml`."""

    id: Reference
    titre: Text
    resume: Text
    version: Int
    phase: Phase
    envoi: Annotated[tuple[Channel, ...], AfterValidator(not_empty)]
    pour: Annotated[tuple[DebtorKind, ...], AfterValidator(not_empty)]
    destinataire: Text = Field(
        default="debiteur", description="À qui elle est adressée : debiteur, tiers.<rôle> ou detenteur-des-biens"
    )
    objet: Text
    exige: tuple[Text, ...] = ()
    refuse_si: tuple[Refusal, ...] = ()
    proposer_des: Int | None = None
    proposer_si: Text | None = None
    delai_reponse_jours: Int | None = None
    etablit: Establishes | None = Field(
        default=None, description="Ce que son envoi, une fois confirmé au journal, établit dans le dossier"
    )
    articles: tuple[Text, ...] = ()
    checklist: Text | None = None
    page: Text | None = None
    suite: Text | None = None
    mentions: tuple[Mention, ...] = ()
    tons: Annotated[tuple[Tone, ...], AfterValidator(not_empty)] = ("neutre",)
    signature: Literal["expediteur", "debiteur", "deux-parties", "aucune"] = "expediteur"
    mise_en_page: Literal["lettre", "acte"] = "lettre"
    langue: Literal["fr", "en"] = "fr"
    pieces_jointes: tuple[Text, ...] = ()
    annexe_des: Int | None = Field(default=None, description="Nombre de factures à partir duquel le calcul est annexé")
    origine: dict[str, str] | None = Field(
        default=None, description="Copie d'une lettre du produit : id, version, sha256"
    )
    brouillon: Yes = False


@dataclass(frozen=True)
class Letter:
    """A letter found on disk; `sha256` covers both of its files."""

    spec: LetterSpec
    yml: Path
    body: Path
    sha256: str

    @property
    def id(self) -> str:
        """The letter's identifier, which is its folder's name."""
        return self.spec.id


def rank(spec: LetterSpec) -> tuple[int, int]:
    """Within a phase: the ladder of reminders by lateness, then the letters one calls for by name."""
    foreign = spec.langue != "fr"
    return (sys.maxsize if foreign or spec.proposer_des is None else spec.proposer_des, len(spec.pour))


def find_letters(roots: tuple[Path, ...]) -> list[Letter]:
    """Every letter of every root, sorted by id; a company's copy hides the product's."""
    ids = {path.parent.name for root in roots for path in root.glob("*/letter.yml")}
    shared = _stamped(refusal_files(roots))
    return [_load(name, roots, shared) for name in sorted(ids) if not name.startswith("_")]


def load_letter(letter_id: str, roots: tuple[Path, ...]) -> Letter:
    """One letter by id; InvalidInput when it does not exist or its `letter.yml` is wrong."""
    return _load(letter_id, roots, _stamped(refusal_files(roots)))


# Files with the time and size they had: what is kept of them is read again once they change.
Stamped = tuple[tuple[Path, int, int], ...]


def _load(letter_id: str, roots: tuple[Path, ...], shared: Stamped) -> Letter:
    yml, body = _first(roots, letter_id, "letter.yml"), _first(roots, letter_id, "body.html.j2")
    if yml is not None and body is None and not letter_id.startswith("_"):
        raise InvalidInput(f"{yml.parent} : body.html.j2 manque à cette lettre ; l'ajouter")
    if letter_id.startswith("_") or "/" in letter_id or yml is None or body is None:
        known = sorted({p.parent.name for root in roots for p in root.glob("[!_]*/letter.yml")})
        raise InvalidInput(unknown_name("lettre", letter_id, known, "impayes modeles lister"))
    letter = _read(_stamped((yml, body)), shared)
    if letter.id != letter_id:
        raise InvalidInput(f"{yml}: id : « {letter.id} » doit être le nom du dossier, « {letter_id} »")
    return letter


def _stamped(paths: tuple[Path, ...]) -> Stamped:
    return tuple((path, status.st_mtime_ns, status.st_size) for path in paths for status in [path.stat()])


@cache
def _read(files: Stamped, shared: Stamped) -> Letter:
    """A folder of dossiers asks for the same letters again and again."""
    yml, body = files[0][0], files[1][0]
    digest = hashlib.sha256(yml.read_bytes() + body.read_bytes()).hexdigest()
    return Letter(_spec(yml, tuple(path for path, *_ in shared)), yml, body, digest)


def read_spec(yml: Path, roots: tuple[Path, ...]) -> LetterSpec:
    """What a `letter.yml` says, wherever it is; its shared refusals are looked for in `roots`."""
    return _spec(yml, refusal_files(roots))


def _spec(yml: Path, shared: tuple[Path, ...]) -> LetterSpec:
    source = read_yaml(yml)
    data, unknown = with_shared(source, shared)
    return validate(LetterSpec, data, source.marks, unknown)


# From how many letters on the beginning of a name says which names were meant.
SHORTEST = 3


def unknown_name(what: str, name: str, known: list[str], command: str) -> str:
    """The sentence for a name that does not exist, with those it may be short for, else the nearest, and where to see them all."""
    longer = [one for one in known if len(name) >= SHORTEST and one.startswith(name)]
    meant = longer or difflib.get_close_matches(name, known, n=1)
    hint = f" (vouliez-vous dire {' ou '.join(f'« {one} »' for one in meant)} ?)" if meant else ""
    return f"{what} « {name} » : nom inconnu{hint} ; « {command} » montre ceux qui existent"


def _first(roots: tuple[Path, ...], letter_id: str, name: str) -> Path | None:
    return next((path for root in roots if (path := root / letter_id / name).is_file()), None)


# Why a letter written for one kind of debtor is wrong for another.
KIND_ARTICLES = {"professionnel": "c-com-l441-10", "particulier": "c-civ-1231-6", "public": "ccp-l2192-13"}
KIND_NAMES = {"professionnel": "un professionnel", "particulier": "un particulier", "public": "un acheteur public"}


def check_letter(letter: Letter, case: Case, statement: Statement, law: Law, roots: tuple[Path, ...]) -> None:
    """Raise what forbids this letter (LegalRefusal) or what it lacks (InvalidInput), all at once."""
    spec, kind = letter.spec, case.debiteur.qualite
    if kind not in spec.pour:
        article = law.article(KIND_ARTICLES[kind]).court
        raise LegalRefusal(
            f"la lettre « {spec.id} » s'adresse à {list_fr(KIND_NAMES[k] for k in spec.pour)}, or le débiteur est "
            f"{KIND_NAMES[kind]}, soumis à d'autres règles ({article}){_instead(spec, case.debiteur, roots)}"
        )
    for refusal in spec.refuse_si:  # the first says enough: « rien n'est dû » makes « rien n'est échu » idle
        if holds(refusal.condition, case, statement):
            sentence = _refusal_sentence(refusal, law)
            raise LegalRefusal(f"la lettre « {spec.id} » ne peut pas partir : {sentence}")
    needed = (recipient_path(spec, case), *spec.exige)
    missing = [path for path in dict.fromkeys(needed) if not value_at(case, path)]
    if missing:
        raise InvalidInput(
            f"{path} : champ nécessaire à la lettre « {spec.id} » : {_to_write(path, case)}" for path in missing
        )


def _to_write(path: str, case: Case) -> str:
    """What to write for a field that lacks: a third party is a block, which a letter cannot reach without an address."""
    block, _, role = path.partition(".")
    if block != "tiers":
        return "l'ajouter"
    proceedings = case.debiteur.procedure_collective
    known = proceedings.mandataire if proceedings and role == "mandataire_judiciaire" else None
    address = '{lignes: ["…"], code_postal: "…", ville: "…"}'
    why = (
        " (debiteur.procedure_collective.mandataire ne donne qu'un nom, la lettre part à une adresse)" if known else ""
    )
    return f'écrire au dossier « tiers: {{{role}: {{nom: "{known or "…"}", adresse: {address}}}}} »{why}'


def recipient_path(spec: LetterSpec, case: Case) -> str:
    """The path of the dossier where the recipient is found; some depend on the proceedings."""
    rule = RECIPIENTS.get(spec.destinataire)
    return rule(case) if rule else spec.destinataire


def _refusal_sentence(refusal: Refusal, law: Law) -> str:
    texts = law.cited(refusal.articles)
    return f"{refusal.phrase.rstrip('.')} ({texts})" if texts else refusal.phrase


def _instead(spec: LetterSpec, debtor: Debtor, roots: tuple[Path, ...]) -> str:
    """The letter of the same phase for this debtor, the ladder's own before the special ones."""
    others = [
        o.spec
        for o in find_letters(roots)
        if o.spec.phase == spec.phase and debtor.qualite in o.spec.pour and o.spec.langue == debtor.langue
    ]
    usual = [other for other in others if other.proposer_des is not None] or others
    return f" ; choisir « {usual[-1].id} »" if usual else ""


def holds(condition: str, case: Case, statement: Statement) -> bool:
    """Whether a named condition, or a path of the dossier, is true of this case."""
    test = CONDITIONS.get(condition)
    return test(case, statement) if test else bool(value_at(case, condition))


def value_at(case: Case, path: str) -> Any:
    """What a dossier holds at a path such as `debiteur.adresse`; None when any part is absent."""
    value: Any = case
    for name in path.split("."):
        if value is None:
            return None
        if name not in type(value).model_fields:
            raise InvalidInput(f"champ « {path} » inconnu du dossier : corriger exige ou refuse_si de la lettre")
        value = getattr(value, name)
    return value


def suggestions(
    case: Case, statement: Statement, law: Law, roots: tuple[Path, ...]
) -> list[tuple[Letter, tuple[str, ...]]]:
    """Letters that fit today, the most natural first, each with what it still lacks (nothing: it can go).

    `proposer_des` of a letter says from how many days of lateness it fits (negative before the
    due date), `proposer_si` what the case must hold; a letter that has both needs both. A letter that a rule forbids is left out; one that only lacks a field is kept, so
    that the user learns which.
    """
    owing = [invoice.echeance for invoice in statement.factures if invoice.solde]
    # Once the time to act has run out, writing is a choice to make with open eyes: never a proposal.
    paused = case.suspension is not None and statement.au <= case.suspension.jusqu_au
    if paused or any(notice.code == "prescription-acquise" for notice in statement.avertissements):
        return []
    # What is already late matters more than what is to come.
    late = (statement.au - min(owing)).days if owing else -sys.maxsize
    # A promise that still runs is waited for; only what the case itself calls for is proposed.
    waiting = holds("promesse-a-venir", case, statement)
    found: list[tuple[tuple[int, int], Letter, tuple[str, ...]]] = []
    for letter in find_letters(roots):
        called_for = letter.spec.proposer_si is not None and holds(letter.spec.proposer_si, case, statement)
        step = letter.spec.proposer_des
        own_language = letter.spec.destinataire != "debiteur" or letter.spec.langue == case.debiteur.langue
        # A lateness alone, a condition alone, or both: then both must hold.
        due = step is not None and step <= late and not waiting
        if letter.spec.proposer_si:
            due = called_for and (step is None or due)
        if letter.spec.brouillon or not own_language or not due:
            continue
        # At equal lateness the letter that asks more of the dossier is the one made for it.
        order = (sys.maxsize if step is None else step, len(letter.spec.exige))
        try:
            check_letter(letter, case, statement, law, roots)
        except LegalRefusal:
            continue
        except InvalidInput as error:
            found.append((order, letter, error.problems))
        else:
            found.append((order, letter, ()))
    return [(letter, lacking) for _, letter, lacking in sorted(found, key=lambda item: item[0], reverse=True)]
