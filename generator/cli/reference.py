"""`echeance`, `taux` and `schema`: the law and the contract, to look at."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import long_date, parse_clause, short_date
from generator.cli.common import FrenchDate, au_option, json_option, print_json, say, table
from generator.errors import InvalidInput

SCHEMAS = ("dossier", "entreprise", "strategie", "lettre", "checklist", "taux")


@click.command()
@click.argument("emise_le", type=FrenchDate(), metavar="DATE_DE_FACTURE")
@click.argument("clause", metavar="DÉLAI")
@click.option("--executee-le", type=FrenchDate(), metavar="DATE", help="Livraison ou fin de la prestation.")
@click.option(
    "--qualite", type=click.Choice(["professionnel", "particulier", "public"]), default="professionnel",
    show_default=True, help="Qualité du client.",
)  # fmt: skip
@click.option("--secteur", default="general", show_default=True, help="Secteur à délai spécial, par exemple transport.")
@json_option
def echeance(
    emise_le: dt.date, clause: str, executee_le: dt.date | None, qualite: str, secteur: str, as_json: bool
) -> None:
    """Calculer une échéance et la comparer au maximum légal.

    DÉLAI s'écrit « 30 jours », « 45 jours fin de mois » (méthode A), « fin de mois 45 jours »
    (méthode B), « 60 jours » ou « comptant ».
    """
    from typing import get_args

    from generator.case import Sector
    from generator.law import load_law
    from generator.payment_terms import latest_due

    if secteur not in get_args(Sector):
        raise click.BadParameter(f"secteur inconnu : écrire {', '.join(get_args(Sector))}", param_hint="--secteur")
    try:
        parsed = parse_clause(clause)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="DÉLAI") from None
    due = parsed.due_on(emise_le)
    cap: tuple[dt.date, str] | None = None
    if qualite != "particulier" and secteur != "filiere-derogatoire":
        cap = latest_due(emise_le, executee_le, qualite, secteur, load_law())
    if as_json:
        print_json(
            {
                "schema": "impayes/echeance/1",
                "emise_le": emise_le.isoformat(),
                "clause": clause,
                "echeance": due.isoformat(),
                "explication": parsed.explication,
                "maximum_legal": cap and {"le": cap[0].isoformat(), "regle": cap[1]},
                "depasse": bool(cap and due > cap[0]),
            }
        )
        return
    click.echo(f"{long_date(due)} : {parsed.explication}, soit {(due - emise_le).days} jours après la facture.")
    if parsed.fin_de_mois and parsed.jours:
        other = type(parsed)(parsed.jours, "avant" if parsed.fin_de_mois == "apres" else "apres")
        click.echo(f"Avec l'autre méthode : {long_date(other.due_on(emise_le))} ({other.explication}).")
        say("Le contrat doit dire laquelle des deux méthodes s'applique.")
    if cap and due > cap[0]:
        say(f"Attention : le maximum légal est le {short_date(cap[0])}, {cap[1]}.")


@click.command()
@au_option
@click.option("--tout", is_flag=True, help="Tous les semestres connus, et non les huit derniers.")
@json_option
def taux(au: dt.date, tout: bool, as_json: bool) -> None:
    """Montrer les taux par semestre, avec leurs sources.

    Par défaut entre professionnels, acheteurs publics, intérêt légal, plancher d'un taux convenu.
    Un taux.yml à côté de votre entreprise.yml peut ajouter un semestre.
    """
    from generator.loading import find_company_file, law_of

    law = law_of(find_company_file(Path.cwd() / "dossier.yml"))
    rows = list(half_year_rates(law))
    if as_json:
        print_json({"schema": "impayes/taux/1", "semestres": rows, "tables": [_table_json(t) for t in law.tables]})
        return
    shown = rows if tout else rows[:8]
    headers = (
        "Semestre",
        "BCE",
        "Par défaut (BCE+10)",
        "Public (BCE+8)",
        "Légal, autres cas",
        "Légal, particuliers",
        "Plancher (3 × légal)",
    )
    names = ("bce", "defaut", "public", "legal_autres", "legal_particuliers", "plancher")
    click.echo(
        table(
            headers, ([row["semestre"], *(_percent(row[name]) for name in names)] for row in shown), right=range(1, 7)
        )
    )
    click.echo("\nSources")
    for row in shown:
        for texte, url, confiance in dict.fromkeys((s["texte"], s["url"], s["confiance"]) for s in row["sources"]):
            doubt = "" if confiance == "haute" else f" [confiance {confiance} : à contrôler sur la source officielle]"
            click.echo(f"  {row['semestre']} : {texte}{doubt}" + (f"\n    {url}" if url else ""))
    for stale in law.stale(au):
        say(f"Attention : la table « {stale.libelle} » devait être relue le {short_date(stale.a_revoir_le)}.")
    if not tout and len(rows) > len(shown):
        say(f"\n{len(rows) - len(shown)} semestres plus anciens : impayes taux --tout")


def half_year_rates(law: Any) -> Iterator[dict[str, Any]]:
    """One row per half-year on file, the latest first; rates are text with two decimals or None."""
    from generator.law import half_year_label
    from generator.law.rates import default_rate, floor_rate, legal_rate, public_rate

    starts = sorted({value.depuis for value in law.table("refinancement-bce").valeurs}, reverse=True)
    for start in starts:
        rates = {
            "defaut": _try(lambda day: default_rate(law, day), start),
            "public": _try(lambda day: public_rate(law, day), start),
            "legal_autres": _try(lambda day: legal_rate(law, day), start),
            "legal_particuliers": _try(lambda day: legal_rate(law, day, "particuliers"), start),
            "plancher": _try(lambda day: floor_rate(law, day), start),
        }
        values = {value for rate in rates.values() if rate for value in rate.valeurs if value.depuis == start}
        yield {
            "semestre": half_year_label(start),
            "depuis": start.isoformat(),
            "bce": f"{law.value('refinancement-bce', on=start).valeur:.2f}",
            **{name: f"{rate.taux:.2f}" if rate else None for name, rate in rates.items()},
            "sources": [
                {
                    "table": value.table + (f" ({value.cle})" if value.cle else ""),
                    "texte": value.source.texte,
                    "url": value.source.url,
                    "publie_le": value.source.publie_le and value.source.publie_le.isoformat(),
                    "confiance": value.confiance,
                    "ajoute": value.ajoute,
                }
                for value in sorted(values, key=lambda v: (v.table, v.cle or ""))
                if law.table(value.table).rythme == "semestriel"
            ],
        }


def _try(rate: Any, start: dt.date) -> Any:
    try:
        return rate(start)
    except InvalidInput:
        return None  # this rule did not exist yet, or its table starts later


def _percent(value: str | None) -> str:
    return "–" if value is None else value.replace(".", ",") + "\u00a0%"


def _table_json(found: Any) -> dict[str, Any]:
    return {
        "id": found.id,
        "libelle": found.libelle,
        "unite": found.unite,
        "verifie_le": found.verifie_le.isoformat(),
        "a_revoir_le": found.a_revoir_le.isoformat(),
        "valeurs": [
            {
                "cle": value.cle,
                "depuis": value.depuis.isoformat(),
                "valeur": str(value.valeur),
                "confiance": value.confiance,
                "source": {"texte": value.source.texte, "url": value.source.url},
            }
            for value in found.valeurs
        ],
    }


@click.command()
@click.argument("nom", type=click.Choice(SCHEMAS), metavar="|".join(SCHEMAS))
def schema(nom: str) -> None:
    """Imprimer le schéma JSON d'un type de fichier, pour l'éditeur de texte qui complète et contrôle."""
    from generator.schema import build_schema

    click.echo(json.dumps(build_schema(nom), ensure_ascii=False, indent=2))
