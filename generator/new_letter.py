"""The first version of a letter of one's own: it renders and passes every check, then it is rewritten.

A beginner changes words in something that works; nobody starts from an empty file.
"""

from pathlib import Path

from generator.errors import Failure
from generator.forks import Roots, free_name, own_letters
from generator.template_text import BODY, YML

_YML = """\
# Votre lettre. « impayes schema lettre » décrit chaque champ.
id: {id}
titre: {titre}
resume: À compléter en une phrase, ce que dit cette lettre et quand l'envoyer.
version: 1
brouillon: oui                            # effacer cette ligne quand elle est prête : elle sera alors proposée et publiée
phase: {phase}
envoi: [{envoi}]                  # le premier est celui par défaut
pour: [{pour}]
tons: [neutre]                            # ajouter cordial ou ferme, puis s'en servir dans {body} ({{% if ton == "ferme" %}})
objet: À compléter
exige: [creancier.adresse, debiteur.adresse]
refuse_si:                                # les refus communs par leur nom, les vôtres par condition et phrase
{refus}  - rien-n-est-du-reclamation
delai_reponse_jours: 8                    # donne reponse_avant_le, reporté au jour ouvré suivant
# proposer_des: 20                        # jours de retard à partir desquels « impayes lettre » la propose
# Ce qu'aucun ton ne doit perdre : la lettre est refusée si ces mots n'y sont plus.
mentions:
  - {{id: paiement-croise, contient: "ne tenez pas compte"}}
"""

# Once proceedings are open, only what belongs to them may still be sent.
_PROCEEDINGS = "  - procedure-collective\n"

_BODY = """\
{% import "_commun/blocs.html.j2" as blocs with context %}
{# Le texte de votre lettre. Entre accolades, ce que le dossier remplit ; ces notes ne s'impriment pas.
   Balises permises : p, h2, h3, ul, ol, li, table, strong, em, br. Un bloc nommé se change sans copier la lettre. #}
<p class="appel">{{ appel }},</p>
{% block ouverture %}
<p>À la date de cette lettre, nous attendons encore le règlement de ce qui suit.</p>
{% endblock %}
{% block montant %}
{# Le principal seul ; blocs.tableau_decompte(decompte) détaille pénalités et indemnité, entre professionnels. #}
{{ blocs.solde(decompte.totaux.principal, "à régler au plus tard le " ~ (reponse_avant_le | date_longue)) }}
{{ blocs.coordonnees_bancaires(creancier) }}
{{ blocs.tableau_factures(decompte.factures | selectattr("solde") | list) }}
{{ blocs.versements_recus(decompte, decompte.factures | selectattr("solde") | list) }}
{% endblock %}
{% block croisement %}
<p>Si votre règlement est déjà parti, ne tenez pas compte de cette lettre.</p>
{% endblock %}
{% block politesse %}
<p class="politesse">Nous vous prions d’agréer, {{ appel }}, nos salutations distinguées.</p>
{% endblock %}
"""


def new_letter(
    letter_id: str,
    folder: Path,
    upstream: Roots,
    *,
    titre: str,
    phase: str,
    pour: tuple[str, ...],
    envoi: tuple[str, ...],
) -> dict[Path, bytes]:
    """The two files of a new letter; InvalidInput or Failure when its name cannot be taken."""
    free_name(letter_id, upstream)
    if letter_id in own_letters(folder):
        raise Failure(f"{folder / letter_id} existe déjà : rien n'a été changé ; choisir un autre nom")
    # The editor then completes and checks the fields; a wrong path would only make it complain.
    schema = "# yaml-language-server: $schema=../../schemas/lettre.json\n"
    described = (folder.parent / "schemas" / "lettre.json").is_file()
    yml = (schema if described else "") + _YML.format(
        id=letter_id,
        titre=f'"{titre.replace(chr(34), "’")}"',
        phase=phase,
        pour=", ".join(pour),
        envoi=", ".join(envoi),
        refus="" if phase == "procedure-collective" else _PROCEEDINGS,
        body=BODY,
    )
    return {folder / letter_id / YML: yml.encode("utf-8"), folder / letter_id / BODY: _BODY.encode("utf-8")}
