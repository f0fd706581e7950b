"""What the tests of a team's fork share: a product that can change, a company, the commands."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import generator.resources
from generator.render import forget
from tests.conftest import ROOT
from tests.outside import AU, CREDITOR, assert_french, impayes, refused, write

DEMAND, FIRST, SECOND = "demande", "premiere", "seconde"
OURS = "<p>Notre paragraphe. Si vous avez payé, ne tenez pas compte de cette lettre.</p>"
THEIRS = "salutations distinguées"


# Letters of their own: the tests are about how letters change, not about what the product's say.
YML = """\
# Une lettre du produit.
id: {id}
titre: Relance {id}
resume: Demande le paiement.
version: 1
phase: amiable
envoi: [courrier]
pour: [professionnel]
objet: Factures en attente
exige: [factures]
delai_reponse_jours: 8  # laissés au client
mentions:
  - {{id: croisement, contient: "ne tenez pas compte"}}
"""
BODY = """\
{% import "_commun/blocs.html.j2" as blocs with context %}
{% set reste = decompte.factures | selectattr("solde") | list %}
<p class="appel">{{ appel }},</p>
{% block ouverture %}
<p>Nous attendons encore votre règlement des factures {{ reste | map(attribute="numero") | list | liste }}.</p>
{% endblock %}
{# Ce que le client peut répondre. #}
{% block aide %}
<p>Si vous ne pouvez pas payer en une fois, écrivez-nous avant le {{ reponse_avant_le | date_longue }} :
{{ "nous l’étudierons" if reste else "rien ne presse" }}.</p>
{% endblock %}
{% block croisement %}
<p>Si votre paiement est parti, ne tenez pas compte de cette lettre.</p>
{% endblock %}
{% block politesse %}
<p class="politesse">Recevez, {{ appel }}, nos salutations distinguées.</p>
{% endblock %}
"""


def make_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product of three letters that a test may change, as a new version would."""
    letters = tmp_path / "produit"
    shutil.copytree(ROOT / "letters" / "_commun", letters / "_commun", ignore=shutil.ignore_patterns("polices"))
    for name in (DEMAND, FIRST, SECOND):
        (letters / name).mkdir()
        (letters / name / "letter.yml").write_text(YML.format(id=name), encoding="utf-8")
        (letters / name / "body.html.j2").write_text(BODY, encoding="utf-8")
    real = generator.resources.builtin
    monkeypatch.setattr(generator.resources, "builtin", lambda name: letters if name == "letters" else real(name))
    return letters


def make_team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's folder, made the current directory of the commands; returns its `modeles`."""
    folder = tmp_path / "equipe"
    (folder / "modeles").mkdir(parents=True)
    (folder / "entreprise.yml").write_text(f"{CREDITOR}modeles: modeles\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder / "modeles"


def modeles(*args: object) -> Result:
    """`impayes modeles …`, in a process of its own as far as templates go."""
    forget()
    return impayes("modeles", *args)


def done(*args: object) -> str:
    """The same, which must succeed; what it prints."""
    result = modeles(*args)
    assert result.exit_code == 0, result.output
    return result.stdout


def failed(code: int, *args: object) -> str:
    """The same, which must end with this code; what it says."""
    forget()
    said = refused(code, "modeles", *args)
    assert_french(said)
    return said


def swap(path: Path, old: str, new: str) -> None:
    """Edit a file by hand: `old` must be in it."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def letter(folder: Path, name: str) -> str:
    """The text of a letter, written for a small dossier of the company."""
    forget()
    dossier = write(folder.parent / "dossiers")
    result = impayes("lettre", dossier, name, "--au", AU, "--format", "txt", "--ecraser")
    assert result.exit_code == 0, result.output
    return Path(result.stdout.strip()).read_text(encoding="utf-8")


def state(name: str) -> Any:
    """What `comparer --json` says of a letter."""
    return json.loads(done("comparer", name, "--json"))["lettres"][0]


def bump(product: Path, name: str) -> None:
    """A new version of a letter: its closing words and its delay change."""
    swap(product / name / "letter.yml", "version: 1", "version: 2")
    swap(product / name / "letter.yml", "delai_reponse_jours: 8", "delai_reponse_jours: 10")
    swap(product / name / "body.html.j2", THEIRS, "salutations très distinguées")


def refused_by_verify() -> str:
    """What `verifier` prints of letters with mistakes."""
    result = modeles("verifier")
    assert result.exit_code == 3, result.output
    return result.stdout
