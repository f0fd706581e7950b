"""Courts and States as data (`tribunaux.yml`), and the questions a dossier leaves open (`questions.yml`)."""

from datetime import date
from functools import cache
from pathlib import Path

from generator.fields import Block, Country, Day, Text, Yes
from generator.loading import validate
from generator.yaml_text import read_yaml

FOLDER = Path(__file__).parent


class EconomicCourts(Block):
    """The tribunaux de commerce renamed for a trial: `villes`, from `depuis` to `jusqu_au` included."""

    depuis: Day
    jusqu_au: Day
    villes: tuple[Text, ...]
    articles: tuple[Text, ...]
    faits: tuple[Text, ...]


class LocalChamber(Block):
    """Where a chamber of the tribunal judiciaire stands for the tribunal de commerce: postal code prefixes."""

    codes_postaux: tuple[Text, ...]
    articles: tuple[Text, ...]
    faits: tuple[Text, ...]


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
