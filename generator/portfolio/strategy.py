"""`strategie.yml`: which reminder goes when, by which channel, to which kind of debtor.

Frozen models of the file (field names are the YAML keys) and `load_strategy`, the only way in. What one block
cannot see (order of the levels, letters that exist and suit the debtor) is checked on the text, so that
every mistake comes out at once with its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, PlainValidator, ValidationError, WithJsonSchema, model_validator

from generator.calendar_fr import ONE_DAY, end_of_month, is_working_day, next_working_day
from generator.case import Problem, Trade, Waiver
from generator.errors import InvalidInput
from generator.fields import AmountOrZero, Block, Reference, Text, Yes
from generator.letters import KIND_NAMES, Int, LetterSpec, Tone, load_letter
from generator.loading import find_company_file, validate
from generator.parties import DebtorKind
from generator.resources import letter_roots
from generator.yaml_text import read_yaml

STRATEGY_FILE = "strategie.yml"
KINDS: tuple[DebtorKind, ...] = get_args(DebtorKind)
PHONE = "telephone"
# Letters that bind the creditor: a person reads and signs them, whatever the strategy says.
UNATTENDED = ("prevention", "amiable")
WHEN_EXAMPLES = (
    "« échéance - 5 jours », « échéance + 15 jours », « fin de mois + 2 jours » ou « précédente + 10 jours »"
)
_WHEN = re.compile(
    r"(?P<depuis>[ée]ch[ée]ance|fin de mois|pr[ée]c[ée]dente) ?(?:(?P<signe>[-+]) ?(?P<jours>\d{1,3}) ?(?:jours?|j))?"
)
_LONGEST_MONTH = 30  # from a due date to the end of its month, at most


@dataclass(frozen=True)
class When:
    """A moment told from the due date, from the end of its month, or from the level before.

    `jours` is negative before the due date.
    """

    depuis: Literal["échéance", "fin de mois", "précédente"]
    jours: int = 0

    def day(self, echeance: date, precedente: date | None = None) -> date:
        """The working day this falls on, for an invoice due on `echeance`.

        `precedente` is the day the level before was sent, needed by « précédente » only. A day off is
        moved to the next working day, or to the one before as long as the invoice is not due: what
        warns of a due date must come before it.
        """
        if self.depuis == "précédente":
            assert precedente is not None, "the first level never counts from the one before"
            start = precedente
        else:
            start = end_of_month(echeance) if self.depuis == "fin de mois" else echeance
        day = start + timedelta(days=self.jours)
        if day >= echeance:
            return next_working_day(day)
        while not is_working_day(day):
            day -= ONE_DAY
        return day

    def __str__(self) -> str:
        if not self.jours:
            return self.depuis
        count = abs(self.jours)
        return f"{self.depuis} {'+' if self.jours > 0 else '-'} {count} jour{'s' if count > 1 else ''}"


def parse_when(text: str) -> When:
    """Read « échéance + 15 jours »; ValueError with a French sentence when it is not understood."""
    words = " ".join(text.lower().replace("−", "-").replace("–", "-").split())
    found = _WHEN.fullmatch(words)
    if found is None:
        raise ValueError(f"moment illisible : écrire {WHEN_EXAMPLES}")
    days = int(found["jours"] or 0) * (-1 if found["signe"] == "-" else 1)
    if found["depuis"] == "fin de mois":
        return When("fin de mois", days)
    if found["depuis"].startswith("p"):
        if days < 1:
            raise ValueError("un niveau suit le précédent : écrire par exemple « précédente + 10 jours »")
        return When("précédente", days)
    return When("échéance", days)


def _read_when(value: Any) -> When:
    if isinstance(value, When):
        return value
    if not isinstance(value, str):
        raise ValueError(f"moment illisible : écrire {WHEN_EXAMPLES}")
    return parse_when(value)


Moment = Annotated[
    When,
    PlainValidator(_read_when),
    WithJsonSchema({"type": "string", "description": "échéance ± jours, fin de mois ± jours, ou précédente + jours"}),
]


class Level(Block):
    """One step. What is absent follows the letter (`ton`, `delai_reponse_jours`) or the dossier (`penalites`…).

    `montant_minimum`: in euros, below which the step is skipped. `validation`: a person must agree
    before the letter is made ready to send.
    """

    niveau: Reference
    quand: Moment
    lettre: Text | None = None
    lettre_particulier: Text | None = None
    lettre_public: Text | None = None
    canal: Literal["email", "courrier", "lrar", "lre", "telephone"]
    ton: Tone | None = None
    montant_minimum: AmountOrZero | None = None
    penalites: Waiver | None = None
    indemnite_forfaitaire: Waiver | None = None
    delai_reponse_jours: Int | None = None
    validation: Yes = True

    @model_validator(mode="after")
    def _has_a_letter(self) -> Self:
        if self.lettre is None and self.canal != PHONE:
            raise ValueError("lettre manquante : écrire lettre, ou canal: telephone pour un simple appel")
        if self.delai_reponse_jours is not None and self.delai_reponse_jours < 1:
            raise ValueError("delai_reponse_jours : écrire au moins un jour, ou supprimer la ligne")
        return self

    def letter_for(self, kind: DebtorKind) -> str | None:
        """The letter sent to this kind of debtor; None for a call without its sheet."""
        own = {"particulier": self.lettre_particulier, "public": self.lettre_public}
        return own.get(kind) or self.lettre


class Ladder(Block):
    """A named strategy: its levels in order, for which debtors, and what one message covers."""

    resume: Text | None = None
    pour: tuple[DebtorKind, ...] = Field(default=KINDS, min_length=1)
    regroupement: Literal["facture", "dossier", "debiteur"] = "dossier"
    niveaux: tuple[Level, ...] = Field(min_length=1)


class Defaults(Block):
    """The strategy of each kind of debtor; without one, only dossiers that name a strategy are reminded."""

    professionnel: Text | None = None
    particulier: Text | None = None
    public: Text | None = None


class Strategy(Block):
    """`strategie.yml`."""

    par_defaut: Defaults = Defaults()
    strategies: dict[str, Ladder] = Field(min_length=1)

    def ladder_for(self, kind: DebtorKind, name: str | None = None) -> Ladder | None:
        """The strategy `name` of a dossier, else the default of its kind of debtor; None when there is none.

        InvalidInput when the name is unknown or its strategy is not for that kind of debtor.
        """
        chosen = name or getattr(self.par_defaut, kind)
        if chosen is None:
            return None
        if problem := _default_problem(chosen, kind, {n: ladder.pour for n, ladder in self.strategies.items()}):
            raise InvalidInput(f"strategie : {problem}")
        return self.strategies[chosen]


def load_strategy(path: Path, company_path: Path | None = None) -> Strategy:
    """Read and validate a strategy; InvalidInput lists every mistake as `fichier:ligne:colonne: champ : phrase`.

    `company_path` names the company file, which says where letters are looked for; otherwise the nearest
    `entreprise.yml` above the strategy.
    """
    source = read_yaml(path)
    roots = _letters_of(company_path or find_company_file(path))
    return validate(Strategy, source.data, source.marks, extra=list(cross_problems(source.data, roots)))


def _letters_of(company_path: Path | None) -> tuple[Path, ...]:
    """Where letters are; the mistakes of the company's file are not the strategy's to tell."""
    try:
        data = read_yaml(company_path).data if company_path else {}
        declared, trade = data.get("modeles"), data.get("metier")
        return letter_roots(company_path, declared, None, trade if trade in get_args(Trade) else None)
    except InvalidInput:
        return letter_roots(None, None)


def cross_problems(data: dict[str, Any], roots: tuple[Path, ...]) -> Iterator[Problem]:
    """What no single block can see, as (path, French sentence), read on the text of a strategy."""
    raw = data.get("strategies")
    ladders = (
        {name: ladder for name, ladder in raw.items() if isinstance(ladder, dict)} if isinstance(raw, dict) else {}
    )
    kinds = {name: _kinds(ladder) for name, ladder in ladders.items()}
    written = data.get("par_defaut")
    defaults = written if isinstance(written, dict) else {}
    for kind in KINDS:
        name = defaults.get(kind)
        if isinstance(name, str) and (problem := _default_problem(name, kind, kinds)):
            yield ("par_defaut", kind), problem

    @cache
    def letter(name: str) -> LetterSpec | str:
        try:
            return load_letter(name, roots).spec
        except InvalidInput as error:
            return error.problems[0]

    for name, ladder in ladders.items():
        if not re.fullmatch(r"[\w-]{1,40}", name, re.ASCII):
            yield ("strategies", name), "nom de stratégie : écrire des lettres sans accent, des chiffres ou des tirets"
        levels = _levels(ladder)
        for index, level in levels:
            for field, sentence in _letter_problems(level, kinds[name], letter):
                yield ("strategies", name, "niveaux", index, field), sentence
        if ladder.get("regroupement") == "facture":
            for index, level in levels:
                for field in ("penalites", "indemnite_forfaitaire"):
                    if getattr(level, field) == "abandonner":
                        sentence = "abandonner vaut pour tout le dossier, pas pour une facture : écrire offrir"
                        yield ("strategies", name, "niveaux", index, field), sentence
        for index, field, sentence in (*_order_problems(levels), *_delay_problems(levels, kinds[name], letter)):
            yield ("strategies", name, "niveaux", index, field), sentence


def _default_problem(name: str, kind: DebtorKind, kinds: dict[str, tuple[DebtorKind, ...]]) -> str | None:
    if name not in kinds:
        return f"stratégie « {name} » absente de {STRATEGY_FILE} (connues : {', '.join(kinds) or 'aucune'})"
    if kind not in kinds[name]:
        return (
            f"la stratégie « {name} » n'est pas faite pour {KIND_NAMES[kind]} : en choisir une autre, ou compléter pour"
        )
    return None


def _kinds(ladder: dict[str, Any]) -> tuple[DebtorKind, ...]:
    written = ladder.get("pour")
    return tuple(kind for kind in KINDS if kind in written) if isinstance(written, list) else KINDS


def _levels(ladder: dict[str, Any]) -> list[tuple[int, Level]]:
    """The levels that read well, with their rank; the mistakes of the others are told by the models."""
    written = ladder.get("niveaux")
    levels = []
    for index, item in enumerate(written if isinstance(written, list) else ()):
        try:
            levels.append((index, Level.model_validate(item)))
        except ValidationError:
            continue
    return levels


def _letter_problems(level: Level, kinds: tuple[DebtorKind, ...], letter: Any) -> Iterator[tuple[str, str]]:
    for kind in kinds:
        name = level.letter_for(kind)
        field = f"lettre_{kind}" if getattr(level, f"lettre_{kind}", None) else "lettre"
        spec = letter(name) if name else None
        if spec is None:
            continue
        if isinstance(spec, str):
            yield field, spec
            continue
        if spec.destinataire != "debiteur":
            yield field, f"la lettre « {name} » s'adresse à un tiers, pas au débiteur : en choisir une autre"
        elif kind not in spec.pour:
            other = "" if kind == "professionnel" else f"écrire lettre_{kind}, ou "
            yield field, f"la lettre « {name} » n'est pas faite pour {KIND_NAMES[kind]} : {other}revoir pour"
        if level.canal != PHONE and level.canal not in spec.envoi:
            yield "canal", f"la lettre « {name} » ne part pas en « {level.canal} » : écrire {_or(spec.envoi)}"
        if level.ton and level.ton not in spec.tons:
            yield "ton", f"la lettre « {name} » n'existe pas en « {level.ton} » : écrire {_or(spec.tons)}, ou rien"
        if spec.phase not in UNATTENDED and not level.validation:
            yield "validation", f"la lettre « {name} » vous engage, une personne la relit et la signe : écrire oui"


def _or(words: tuple[str, ...]) -> str:
    return " ou ".join(words)


def _order_problems(levels: list[tuple[int, Level]]) -> Iterator[tuple[int, str, str]]:
    seen: set[str] = set()
    for index, level in levels:
        if level.niveau in seen:
            yield index, "niveau", f"le niveau « {level.niveau} » est déjà pris : chaque nom est unique"
        seen.add(level.niveau)
    if levels and levels[0][0] == 0 and levels[0][1].quand.depuis == "précédente":
        yield 0, "quand", "le premier niveau n'a pas de précédente : compter depuis l'échéance ou la fin de mois"
    for (_, (before, start)), (index, (_level, moment)) in pairwise(_placed(levels)):
        if not _may_follow(start, moment):
            sentence = f"ce niveau tombe avant « {before.niveau} », ou le même jour : les écrire dans l'ordre des dates"
            yield index, "quand", sentence
    given_up: dict[str, str] = {}
    for index, level in levels:
        for field in ("penalites", "indemnite_forfaitaire"):
            choice = getattr(level, field)
            if choice == "abandonner":
                given_up.setdefault(field, level.niveau)
            elif choice and field in given_up:
                yield (
                    index,
                    field,
                    f"déjà abandonné au niveau « {given_up[field]} », on ne revient pas dessus : y écrire offrir, qui n'engage que la lettre",
                )


Placed = tuple[int, tuple[Level, When]]


def _placed(levels: list[tuple[int, Level]]) -> list[Placed]:
    """Each level with its moment told from the due date or the end of month, « précédente » resolved."""
    placed: list[Placed] = []
    for index, level in levels:
        moment = level.quand
        if moment.depuis == "précédente" and placed:
            last = placed[-1][1][1]
            moment = When(last.depuis, last.jours + moment.jours)
        placed.append((index, (level, moment)))
    return placed


def _may_follow(before: When, after: When) -> bool:
    """Whether `after` comes later, at least for some due dates: the end of a month is up to 30 days away."""
    room = _LONGEST_MONTH if (before.depuis, after.depuis) == ("échéance", "fin de mois") else 0
    return after.jours + room > before.jours


def _delay_problems(
    levels: list[tuple[int, Level]], kinds: tuple[DebtorKind, ...], letter: Any
) -> Iterator[tuple[int, str, str]]:
    """A letter that leaves eight days cannot be followed by another after five. A call may come in between."""
    written = [item for item in _placed(levels) if item[1][0].canal != PHONE]
    for (_, (before, start)), (index, (_level, moment)) in pairwise(written):
        specs = [letter(name) for kind in kinds if (name := before.letter_for(kind))]
        delays = [spec.delai_reponse_jours or 0 for spec in specs if isinstance(spec, LetterSpec)]
        delay = before.delai_reponse_jours or max(delays, default=0)
        if start.depuis == moment.depuis and 0 < moment.jours - start.jours < delay:
            sentence = f"part avant la fin des {delay} jours que « {before.niveau} » laisse pour répondre : l'écarter"
            yield index, "quand", f"ce niveau {sentence}"
