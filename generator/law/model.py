"""What the law tables are made of: values with a start date and a source, tables, articles.

A table holds start dates only: an end date would be a second place to keep in step. In a
half-yearly table an entry covers its own half-year and nothing more, so that a missing rate is
an error and never last year's rate carried forward.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generator.errors import InvalidInput

NBSP = "\u00a0"
CONFIANCES = ("haute", "moyenne", "basse")
RYTHMES = ("semestriel", "sans")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: the text that sets it, its address, its day of publication."""

    texte: str
    url: str | None = None
    publie_le: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One entry of a table. `articles` are its own, or those of its table when it names none."""

    table: str
    cle: str | None
    depuis: date
    valeur: Decimal
    source: Source
    confiance: str
    articles: tuple[str, ...]
    faits: tuple[str, ...] = ()
    note: str | None = None
    ajoute: bool = False  # from the company's taux.yml, not from the product


@dataclass(frozen=True, slots=True)
class MissingRate:
    """A half-year before the first one of its table, or after the last; `phrase` says what to add, `exemple` is what to write for it."""

    table: str
    depuis: date
    phrase: str
    exemple: str

    @property
    def jusqu_au(self) -> date:
        """The last day before it: interest can be counted until then."""
        return self.depuis - timedelta(days=1)


class UnknownRate(InvalidInput):
    """A rate is not on file; `manque` says which."""

    def __init__(self, manque: MissingRate) -> None:
        super().__init__(manque.phrase)
        self.manque = manque


@dataclass(frozen=True, slots=True)
class Article:
    """One entry of the registry of texts; letters, pages and code cite its id only."""

    id: str
    titre: str
    court: str
    objet: str
    verifie_le: date
    url: str | None = None
    version_du: date | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the law, in one unit, as one series or several (told apart by `cle`)."""

    id: str
    libelle: str
    unite: str
    rythme: str
    verifie_le: date
    a_revoir_le: date
    articles: tuple[str, ...]
    valeurs: tuple[Value, ...]

    @property
    def cles(self) -> tuple[str | None, ...]:
        """The series of the table, in file order: `(None,)` when there is only one."""
        return tuple(dict.fromkeys(valeur.cle for valeur in self.valeurs))

    def serie(self, cle: str | None = None) -> tuple[Value, ...]:
        """The entries of one series, oldest first."""
        if cle not in self.cles:
            known = ", ".join(known for known in self.cles if known)
            if not known:
                raise InvalidInput(f"La table {self.id} n'a qu'une série{NBSP}: ne donnez pas de clé.")
            if cle is None:
                raise InvalidInput(f"La table {self.id} demande une clé, choisissez entre {known}.")
            raise InvalidInput(f"La table {self.id} n'a pas la clé «{NBSP}{cle}{NBSP}», choisissez entre {known}.")
        return tuple(valeur for valeur in self.valeurs if valeur.cle == cle)

    def value(self, on: date, cle: str | None = None) -> Value:
        """The value in force on a day. Nothing is ever extrapolated."""
        serie = self.serie(cle)
        if self.rythme == "semestriel":
            half_year = half_year_start(on)
            for valeur in serie:
                if valeur.depuis == half_year:
                    return valeur
            raise UnknownRate(self._missing_half_year(serie, on))
        in_force = [valeur for valeur in serie if valeur.depuis <= on]
        if not in_force:
            raise InvalidInput(
                f"{self._named(cle)}{NBSP}: la table commence le {_day(serie[0].depuis)} et ne dit rien du {_day(on)}."
            )
        return in_force[-1]

    def _missing_half_year(self, serie: tuple[Value, ...], on: date) -> MissingRate:
        first, last, start = serie[0], serie[-1], half_year_start(on)
        bound = (
            f"premier semestre connu{NBSP}: {half_year_label(first.depuis)}"
            if on < first.depuis
            else f"dernier semestre connu{NBSP}: {half_year_label(last.depuis)}"
        )
        key = f"cle: {first.cle}, " if first.cle else ""
        example = f"{first.table}: [{{depuis: {start}, {key}valeur: '…', source: {{texte: '…'}}}}]"
        return MissingRate(
            self.id,
            start,
            f"{self._named(first.cle)}{NBSP}: le {half_year_label(on)} n'est pas dans la table {self.id} "
            f"({bound}). Ajoutez-le, quand il est publié, dans taux.yml à côté de votre "
            f"entreprise.yml{NBSP}: «{NBSP}{example}{NBSP}».",
            example,
        )

    def _named(self, cle: str | None) -> str:
        return f"{self.libelle} ({cle})" if cle else self.libelle


def half_year_start(on: date) -> date:
    """First day of the half-year a day belongs to: 1 January or 1 July."""
    return date(on.year, 1 if on.month < 7 else 7, 1)


def next_half_year(on: date) -> date:
    """First day of the half-year after the one a day belongs to."""
    return date(on.year, 7, 1) if on.month < 7 else date(on.year + 1, 1, 1)


def half_year_label(on: date) -> str:
    """« 2e semestre 2026 »."""
    return f"{'1er' if on.month < 7 else '2e'} semestre {on.year}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
