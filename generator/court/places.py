"""Courts and States as data (`tribunaux.yml`), and the questions a dossier leaves open (`questions.yml`)."""

from datetime import date
from functools import cache
from pathlib import Path

from generator.calendar_fr import NOWHERE, LocalHolidays
from generator.fields import Block, Country, Day, Text, Yes
from generator.loading import validate
from generator.parties import Address
from generator.yaml_text import read_yaml

FOLDER = Path(__file__).parent


class Area(Block):
    """Where an address is: country codes, or beginnings of French postal codes, `sauf` left out."""

    pays: tuple[Country, ...] = ()
    codes_postaux: tuple[Text, ...] = ()
    sauf: tuple[Text, ...] = ()

    def holds(self, address: Address) -> bool:
        """Whether an address is there."""
        return address.pays in self.pays or self.length(address) > 0

    def length(self, address: Address) -> int:
        """How many figures of its postal code place it there; 0 when they do not."""
        code = address.code_postal.replace(" ", "")
        if address.pays != "FR" or code.startswith(self.sauf):
            return 0
        return max((len(start) for start in self.codes_postaux if code.startswith(start)), default=0)


class EconomicCourts(Block):
    """The tribunaux de commerce renamed for a trial: `villes`, from `depuis` to `jusqu_au` included.

    None of them hears the cases of `ailleurs`.
    """

    depuis: Day
    jusqu_au: Day
    villes: tuple[Text, ...]
    ailleurs: Area
    articles: tuple[Text, ...]
    faits: tuple[Text, ...]


class LocalChamber(Area):
    """Where a chamber of the tribunal judiciaire stands for the tribunal de commerce."""

    articles: tuple[Text, ...]
    faits: tuple[Text, ...]


class MixedCourts(Area):
    """Where a tribunal mixte de commerce stands for the tribunal de commerce."""

    articles: tuple[Text, ...]


class LocalDays(Area):
    """The public holidays of one place beside the eleven: `jours` are (month, day) pairs."""

    lieu: Text
    jours: tuple[tuple[int, int], ...]
    vendredi_saint: Yes = False
    articles: tuple[Text, ...]


class Forms(Block):
    """Legal forms, in capitals, that tell by themselves whether a creditor is a merchant."""

    formes: tuple[Text, ...]
    articles: tuple[Text, ...]
    faits: tuple[Text, ...]


class Places(Block):
    """`tribunaux.yml`."""

    verifie_le: Day
    a_revoir_le: Day
    tae: EconomicCourts
    chambre_commerciale: LocalChamber
    tribunaux_mixtes: MixedCourts
    jours_feries: tuple[LocalDays, ...]
    france: tuple[Country, ...]
    union_europeenne: tuple[Country, ...]
    hors_procedures_europeennes: tuple[Country, ...]
    formes_commerciales: Forms
    formes_civiles: Forms

    def economic_court(self, town: str, on: date) -> str | None:
        """The town of the list this one is, when the trial runs on that day; None otherwise."""
        known = {name.casefold().replace("-", " "): name for name in self.tae.villes}
        if not self.tae_runs(on):
            return None
        return known.get(town.casefold().replace("-", " "))

    def tae_runs(self, on: date) -> bool:
        """Whether the trial of the tribunaux des activités économiques runs on that day."""
        return self.tae.depuis <= on <= self.tae.jusqu_au

    def tae_possible(self, address: Address, on: date) -> bool:
        """Whether one of these courts may hear a case of this address on that day."""
        return self.tae_runs(on) and not self.tae.ailleurs.holds(address)

    def local_days(self, address: Address) -> LocalDays | None:
        """The holidays of the place where an address is, the most exact first; None where there are only the eleven."""
        found = [days for days in self.jours_feries if days.holds(address)]
        return max(found, key=lambda days: days.length(address), default=None)

    def holidays(self, address: Address) -> LocalHolidays:
        """The same, for counting: what a court's time limit is carried over, seen from the debtor's home."""
        days = self.local_days(address)
        return LocalHolidays(days.jours, days.vendredi_saint) if days else NOWHERE

    def european(self, country: str) -> bool:
        """Whether the European procedures apply in this State (overseas departments are France)."""
        code = "FR" if country in self.france else country
        return code in self.union_europeenne and code not in self.hors_procedures_europeennes


class Question(Block):
    """A question with the dossier field that answers it, when there is one.

    Answered « oui », one with `retire_le_conteste` takes the contested sums out of what is asked for.
    """

    id: Text
    texte: Text
    champ: Text | None = None
    articles: tuple[Text, ...] = ()
    retire_le_conteste: Yes = False


class Questions(Block):
    """`questions.yml`."""

    questions: tuple[Question, ...]


@cache
def places() -> Places:
    """The courts and States."""
    source = read_yaml(FOLDER / "tribunaux.yml")
    return validate(Places, source.data, source.marks)


@cache
def questions() -> dict[str, Question]:
    """The questions by id."""
    source = read_yaml(FOLDER / "questions.yml")
    return {one.id: one for one in validate(Questions, source.data, source.marks).questions}
