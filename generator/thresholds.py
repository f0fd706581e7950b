"""« {seuil avocat} » in a sentence is « 10 000 € », read in the law table: a threshold is typed nowhere else."""

import re
from datetime import date

from generator.law import Law
from generator.money import euros

MARK = re.compile(r"\{seuil ([a-z-]+)\}")


def fill(text: str, law: Law, on: date) -> str:
    """The sentence with each threshold in force on a day; InvalidInput for a key that the table lacks."""
    return MARK.sub(lambda found: in_words(law, on, found[1]), text)


def in_words(law: Law, on: date, key: str) -> str:
    """« 10 000 € », without cents when there are none. InvalidInput for a key that the table lacks."""
    return euros(law.value("seuils", on, key).valeur).replace(",00", "")
