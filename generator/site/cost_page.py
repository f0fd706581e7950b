"""`docs/justice/couts-et-delais.md`: what each route costs and how long it leaves, from the procedure files.

A tariff changes more often than the text of a page: it is edited in one place, with the date and
the sources it was read in. A delay that a law table holds is read there, never typed twice.
"""

from datetime import date

from generator.court.procedure_blocks import Procedure
from generator.court.procedures import procedure_files
from generator.law import Law
from generator.site.front_matter import Check, front_matter
from generator.site.procedure_tables import UP, costs, delays, section
from generator.site.words import citations

FOLDER = "justice/"
HEAD = ("cpce-l111-8",)  # cited by the introduction


def render(law: Law, on: date) -> str:
    """The page, front matter included. InvalidInput lists what is wrong in the data files."""
    files = procedure_files()
    shown = [one for one in files if one.couts or one.delais]
    names = [*HEAD, *(name for one in shown for name in one.textes)]
    facts = sorted({fact for one in shown for fact in one.faits})
    checked, review = min(one.verifie_le for one in shown), min(one.a_revoir_le for one in shown)
    check = Check(checked, review, tuple(dict.fromkeys(names)), tuple(facts))
    description = "Ce que coûte chaque procédure et le temps qu'elle laisse, avec la date et la source."
    return "\n".join(
        [
            front_matter(check, title="Coûts et délais", description=description),
            INTRODUCTION.format(frais=citations(law, HEAD, UP)),
            *(_section(law, one, on) for one in files if one.section == one.id and section(one.id)),
            END,
        ]
    )


def _section(law: Law, one: Procedure, on: date) -> str:
    found = section(one.id)
    tables = [table for table in (costs(law, found, on), delays(law, found, on)) if table]
    if not tables:
        return ""
    page = one.page.removeprefix(FOLDER) if one.page.startswith(FOLDER) else f"{UP}{one.page}"
    parts = [f"## {one.titre} {{ #{one.id} }}", *tables, f"Voir la page [{one.titre}]({page}).\n"]
    return "\n\n".join(parts)


INTRODUCTION = """# Coûts et délais

Ce que vous avancez et le temps que chaque étape vous laisse. Chaque montant a une date et une source : vérifiez-le avant de payer.
{{ .chapeau }}

- **Incertain** : nos sources se contredisent, ou nous n'avons pas trouvé le texte. Ne décidez pas sur ce chiffre.
- **À vérifier** : une seule source, ou une source secondaire.
- « Signifier » veut dire : faire remettre un acte par un commissaire de justice.

Sans titre, vos frais de recouvrement restent en principe à votre charge ({frais}). Les tarifs des greffes et des commissaires
de justice ont été revus en 2026 : demandez toujours le montant du jour.

Pour un dossier, `impayes procedures DOSSIER` ne montre que ce qui vous concerne.
"""

END = """## Corriger un montant

Votre greffe ou votre commissaire de justice vous a donné un montant ? Écrivez-le dans `couts.yml`, à côté de votre
`entreprise.yml` : il remplace le nôtre dans vos calculs.

```yaml
couts:
  - procedure: injonction-tribunal-de-commerce
    id: greffe
    montant: 30.23
    unite: EUR TTC
    etat_le: 2026-11-20
    source: Greffe du tribunal de commerce de Tours, par téléphone
```

Un tarif a changé pour tout le monde ? Modifiez le fichier de la voie dans `generator/court/procedures/`, avec la date et la
source, puis lancez `impayes site`.

## Ensuite

- [Choisir la procédure](index.md)
- [À quel tribunal s'adresser](tribunaux.md)
- [Taux, délais et seuils](../taux.md)
"""
