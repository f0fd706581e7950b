"""A known field at the wrong level of a dossier: the sentence says where it goes."""

from pathlib import Path

import pytest

from generator.errors import InvalidInput
from generator.loading import load_case

DOSSIER = """reference: W-1
creancier: {nom: A, adresse: {lignes: [x], code_postal: "37000", ville: Tours}}
debiteur:
  nom: B
  qualite: professionnel
  adresse: {lignes: [x], code_postal: "37000", ville: Tours}
factures:
  - {numero: F-1, emise_le: 2026-06-01, echeance: 2026-07-01, montant_ttc: 12}
"""


def refused(tmp_path: Path, text: str) -> str:
    """The only sentence of the refusal."""
    path = tmp_path / "d.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        load_case(path)
    (sentence,) = error.value.problems
    return sentence


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("procedure_collective: {type: redressement, jugement_le: 2026-10-12}", "sous debiteur"),
        ("jugement_le: 2026-10-12", "sous debiteur.procedure_collective"),
        ("taux_penalites: bce+10", "sous conditions"),
        ("mandataire_judiciaire: {nom: Maître Allard}", "sous tiers"),
        ("echeances: []", "sous plan ou sous plan.avenant"),
    ],
)
def test_a_field_written_at_the_first_level(tmp_path: Path, line: str, place: str) -> None:
    """Where it goes, with the line it stands on."""
    sentence = refused(tmp_path, DOSSIER + line + "\n")
    assert sentence.startswith("d.yml:9:1: ")
    assert sentence.endswith(f"champ inconnu à ce niveau : à écrire {place}")


def test_a_field_written_too_deep(tmp_path: Path) -> None:
    """A block of the first level put under the debtor."""
    text = DOSSIER.replace("  nom: B\n", "  nom: B\n  paiements: []\n")
    assert refused(tmp_path, text).endswith("à écrire au premier niveau, sans retrait")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DOSSIER.replace("emise_le", "emise_lle"), "vouliez-vous dire « emise_le »"),
        (DOSSIER + "adresse: x\n", "adresse : champ inconnu ("),
        (DOSSIER + "note: x\n", "champ inconnu (champs connus"),
    ],
)
def test_a_slip_or_a_word_found_everywhere_keeps_its_sentence(tmp_path: Path, text: str, words: str) -> None:
    """A letter too many is a slip; a word of many blocks, or of the items of a list, says nothing of where it goes."""
    path = tmp_path / "d.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        load_case(path)
    assert any(words in sentence for sentence in error.value.problems)
    assert not any("à ce niveau" in sentence for sentence in error.value.problems)
