"""Write the journals of the sample portfolio, from the table of its events below.

    python scripts/portefeuille.py            # examples/portefeuille/journal/
    python scripts/portefeuille.py FOLDER     # the same for a copy of examples/portefeuille

A journal is only ever added to, so the folder must not hold one yet: remove `journal/` first. The same table always
gives the same bytes. A letter enters a journal only if the agenda of that day had it to do: a table that the
strategy does not explain stops here, with the line that is wrong.
"""

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generator.calendar_fr import next_working_day  # noqa: E402
from generator.journal import FOLDER, Event, append_event, journal_path, read_journal  # noqa: E402
from generator.letters import load_letter  # noqa: E402
from generator.pipeline import roots_of  # noqa: E402
from generator.portfolio.confirming import sending  # noqa: E402
from generator.portfolio.stops import SPOKESMEN  # noqa: E402
from generator.portfolio.taking import Taken, take  # noqa: E402

# The company treats its agenda on Mondays and Thursdays, since June 2026; the last time on 19 November.
# One event a line: dossier, day, what, and for a letter its level (or its name when no level sends it),
# for a promise the sum and the day, for a payment the sum, otherwise what was said.
EVENTS = """
V-2026-001 2026-08-13 envoi       avant-echeance
V-2026-001 2026-10-08 envoi       avant-echeance
V-2026-002 2026-07-16 envoi       avant-echeance
V-2026-003 2026-07-02 envoi       avant-echeance
V-2026-003 2026-07-09 envoi       relance-1
V-2026-003 2026-09-17 envoi       avant-echeance
V-2026-004 2026-06-04 envoi       avant-echeance
V-2026-004 2026-07-09 envoi       avant-echeance
V-2026-004 2026-07-16 envoi       relance-1
V-2026-004 2026-07-23 appel       Lise Ponsardin : paiera le 7 août, après le festival.
V-2026-005 2026-07-30 envoi       relance-1
V-2026-005 2026-08-03 appel       Le gérant est absent, message laissé.
V-2026-006 2026-07-30 envoi       avant-echeance
V-2026-006 2026-08-06 envoi       relance-1
V-2026-006 2026-10-22 envoi       avant-echeance
V-2026-007 2026-06-01 envoi       relance-1
V-2026-007 2026-06-08 appel       Yvan Lestrade : attend le règlement d'un mariage.
V-2026-007 2026-06-11 envoi       relance-2
V-2026-007 2026-06-22 envoi       relance-3
V-2026-007 2026-09-24 envoi       avant-echeance
V-2026-007 2026-10-01 envoi       relance-1
V-2026-007 2026-10-15 envoi       relance-2
V-2026-007 2026-10-26 envoi       relance-3
V-2026-007 2026-11-05 envoi       mise-en-demeure
V-2026-007 2026-11-10 reception   mise-en-demeure
V-2026-008 2026-10-29 envoi       avant-echeance
V-2026-008 2026-11-09 envoi       relance-1
V-2026-008 2026-11-16 appel       Marianne Huteau : un premier virement de 1 500 € demain, le reste ensuite.
V-2026-009 2026-11-16 envoi       avant-echeance
V-2026-010 2026-11-16 envoi       relance-1
V-2026-011 2026-10-26 envoi       avant-echeance
V-2026-011 2026-11-02 envoi       relance-1
V-2026-011 2026-11-09 appel       Joël Bertignac : facture en attente de son bon à payer.
V-2026-011 2026-11-16 envoi       relance-2
V-2026-012 2026-10-19 envoi       avant-echeance
V-2026-012 2026-10-26 envoi       relance-1
V-2026-012 2026-11-02 appel       Répondeur, message laissé à Delphine Rougerie.
V-2026-012 2026-11-09 envoi       relance-2
V-2026-012 2026-11-19 preparation relance-3
V-2026-013 2026-10-12 envoi       avant-echeance
V-2026-013 2026-10-19 envoi       relance-1
V-2026-013 2026-10-26 appel       Lise Ponsardin : la saison a été mauvaise, paiera dès que possible.
V-2026-013 2026-11-02 envoi       relance-2
V-2026-013 2026-11-12 envoi       relance-3
V-2026-014 2026-10-05 envoi       avant-echeance
V-2026-014 2026-10-12 envoi       relance-1
V-2026-014 2026-10-19 appel       Kévin Marsollier : ne s'engage sur aucune date.
V-2026-014 2026-10-26 envoi       relance-2
V-2026-014 2026-11-05 envoi       relance-3
V-2026-014 2026-11-12 envoi       mise-en-demeure
V-2026-014 2026-11-18 reception   mise-en-demeure
V-2026-015 2026-09-21 envoi       avant-echeance
V-2026-015 2026-09-28 envoi       relance-1
V-2026-015 2026-10-05 appel       La brasserie change de comptable, rappeler la semaine suivante.
V-2026-015 2026-10-12 envoi       relance-2
V-2026-015 2026-10-22 envoi       relance-3
V-2026-015 2026-10-29 envoi       mise-en-demeure
V-2026-015 2026-11-02 reception   mise-en-demeure
V-2026-016 2026-09-21 envoi       avant-echeance
V-2026-016 2026-09-28 envoi       relance-1
V-2026-016 2026-10-12 envoi       relance-2
V-2026-016 2026-10-22 envoi       relance-3
V-2026-016 2026-10-29 envoi       mise-en-demeure
V-2026-016 2026-11-03 reception   mise-en-demeure
V-2026-016 2026-11-16 envoi       dernier-avis
V-2026-016 2026-11-19 reception   derniere-lettre
V-2026-017 2026-08-27 envoi       avant-echeance
V-2026-017 2026-09-03 envoi       relance-1
V-2026-017 2026-09-10 appel       Thibault Garrec : attend un règlement de la caisse.
V-2026-017 2026-09-17 envoi       relance-2
V-2026-017 2026-09-28 envoi       relance-3
V-2026-017 2026-10-08 envoi       mise-en-demeure
V-2026-017 2026-10-14 reception   mise-en-demeure
V-2026-017 2026-10-26 envoi       dernier-avis
V-2026-017 2026-10-30 reception   derniere-lettre
V-2026-017 2026-11-05 note        Devis demandé pour une injonction de payer.
V-2026-018 2026-10-08 envoi       avant-echeance
V-2026-018 2026-10-19 envoi       relance-1
V-2026-018 2026-11-02 envoi       relance-2
V-2026-018 2026-11-12 envoi       relance-3
V-2026-018 2026-11-19 preparation mise-en-demeure
V-2026-019 2026-10-22 envoi       avant-echeance
V-2026-019 2026-10-29 envoi       relance-1
V-2026-019 2026-11-05 appel       Iris Delaporte : paiera après la Sainte-Catherine.
V-2026-019 2026-11-05 promesse    1320.00 pour le 2026-11-27
V-2026-020 2026-10-01 envoi       avant-echeance
V-2026-020 2026-10-12 envoi       relance-1
V-2026-020 2026-10-19 appel       Octave Renaudet : facture retrouvée, paiera à la fin du mois.
V-2026-020 2026-10-19 promesse    1884.00 pour le 2026-10-30
V-2026-021 2026-10-05 envoi       avant-echeance
V-2026-021 2026-10-12 envoi       relance-1
V-2026-021 2026-10-19 appel       Mehdi Sautereau : paiera le 13 novembre.
V-2026-022 2026-10-19 envoi       avant-echeance
V-2026-022 2026-10-26 envoi       relance-1
V-2026-022 2026-11-02 appel       Hippolyte Béraud : transmet à son siège.
V-2026-022 2026-11-09 envoi       relance-2
V-2026-022 2026-11-13 reponse     Hippolyte Béraud, par courriel : trois banquettes au tissu décousu.
V-2026-022 2026-11-19 envoi       relance-3
V-2026-023 2026-10-26 envoi       avant-echeance
V-2026-023 2026-11-02 envoi       relance-1
V-2026-023 2026-11-16 envoi       relance-2
V-2026-023 2026-11-18 reponse     Victoire Lamblin, par courriel : les socles ne seraient pas de la hauteur commandée.
V-2026-024 2026-09-07 envoi       avant-echeance
V-2026-024 2026-09-14 envoi       relance-1
V-2026-024 2026-09-24 envoi       reponse-a-contestation
V-2026-025 2026-07-06 envoi       avant-echeance
V-2026-025 2026-07-13 envoi       relance-1
V-2026-025 2026-07-27 envoi       relance-2
V-2026-025 2026-08-06 envoi       relance-3
V-2026-025 2026-08-13 envoi       mise-en-demeure
V-2026-025 2026-08-18 reception   mise-en-demeure
V-2026-025 2026-08-20 envoi       proposition-de-plan
V-2026-026 2026-06-15 envoi       avant-echeance
V-2026-026 2026-06-22 envoi       relance-1
V-2026-026 2026-07-06 envoi       relance-2
V-2026-026 2026-07-16 envoi       relance-3
V-2026-026 2026-07-23 envoi       mise-en-demeure
V-2026-026 2026-07-29 reception   mise-en-demeure
V-2026-026 2026-08-10 envoi       dernier-avis
V-2026-026 2026-08-14 reception   derniere-lettre
V-2026-026 2026-08-24 envoi       proposition-de-plan
V-2026-027 2026-06-01 envoi       avant-echeance
V-2026-027 2026-06-08 envoi       relance-1
V-2026-027 2026-06-22 envoi       relance-2
V-2026-027 2026-07-02 envoi       relance-3
V-2026-027 2026-07-09 envoi       mise-en-demeure
V-2026-027 2026-07-13 reception   mise-en-demeure
V-2026-027 2026-07-23 envoi       proposition-de-plan
V-2026-027 2026-11-05 envoi       mise-en-demeure-plan
V-2026-027 2026-11-09 reception   mise-en-demeure-plan
V-2026-029 2026-10-12 envoi       avant-echeance
V-2026-029 2026-10-19 envoi       relance-1
V-2026-029 2026-10-26 appel       Mathilde Orsenne : dégât des eaux, l'expert passe début décembre.
V-2026-029 2026-10-27 note        Relances suspendues jusqu'au 11 décembre, avec l'accord de Claire Vasseur.
V-2026-030 2026-07-13 envoi       avant-echeance
V-2026-030 2026-07-20 envoi       relance-1
V-2026-030 2026-07-27 appel       Régis Maulnier : grosses difficultés, rien avant septembre.
V-2026-030 2026-08-03 envoi       relance-2
V-2026-030 2026-08-13 envoi       relance-3
V-2026-030 2026-08-20 envoi       mise-en-demeure
V-2026-030 2026-08-24 reception   mise-en-demeure
V-2026-030 2026-09-07 envoi       dernier-avis
V-2026-030 2026-09-09 reception   derniere-lettre
V-2026-031 2026-06-22 envoi       avant-echeance
V-2026-031 2026-06-29 envoi       relance-1
V-2026-031 2026-07-13 envoi       relance-2
V-2026-031 2026-07-23 envoi       relance-3
V-2026-031 2026-07-30 envoi       mise-en-demeure
V-2026-031 2026-08-04 reception   mise-en-demeure
V-2026-031 2026-08-17 envoi       dernier-avis
V-2026-031 2026-08-20 reception   derniere-lettre
V-2026-031 2026-09-24 envoi       declaration-de-creance
V-2026-031 2026-09-29 reception   declaration-de-creance
V-2026-032 2026-06-08 envoi       avant-echeance
V-2026-032 2026-06-15 envoi       relance-1
V-2026-032 2026-06-22 appel       Jordan Pasquereau : raccroche.
V-2026-032 2026-06-29 envoi       relance-2
V-2026-032 2026-07-09 envoi       relance-3
V-2026-032 2026-07-16 envoi       mise-en-demeure
V-2026-032 2026-07-22 reception   mise-en-demeure
V-2026-032 2026-08-03 envoi       dernier-avis
V-2026-032 2026-08-07 reception   derniere-lettre
V-2026-032 2026-09-07 envoi       transmission-commissaire-de-justice
V-2026-033 2026-10-12 envoi       relance-1
V-2026-033 2026-10-15 appel       Fabrice Ledantec : promet un virement pour le 23 octobre.
V-2026-033 2026-10-15 promesse    5940.00 pour le 2026-10-23
V-2026-033 2026-10-26 envoi       relance-promesse
V-2026-033 2026-11-05 envoi       relance-2
V-2026-033 2026-11-16 envoi       mise-en-demeure
V-2026-033 2026-11-18 reception   mise-en-demeure
V-2026-034 2026-07-20 envoi       avant-echeance
V-2026-034 2026-07-27 envoi       relance-1
V-2026-034 2026-08-10 envoi       reponse-a-contestation
V-2026-034 2026-08-20 envoi       relance-2
V-2026-034 2026-08-31 envoi       relance-3
V-2026-034 2026-09-10 envoi       mise-en-demeure
V-2026-034 2026-09-15 reception   mise-en-demeure
V-2026-034 2026-09-24 note        Pas d'accord sur les plateaux : le médiateur plutôt qu'un dernier avis.
V-2026-034 2026-09-28 envoi       saisine-du-mediateur
V-2026-035 2026-09-07 note        Facture oubliée, retrouvée au pointage de septembre.
V-2026-035 2026-09-07 envoi       relance-1
V-2026-035 2026-09-24 envoi       relance-2
V-2026-035 2026-10-15 envoi       mise-en-demeure
V-2026-035 2026-10-21 reception   mise-en-demeure-particulier
V-2026-035 2026-11-02 envoi       derniere-lettre
V-2026-035 2026-11-06 reception   derniere-lettre
V-2026-037 2026-11-05 envoi       avant-echeance
V-2026-037 2026-11-16 envoi       relance-1
V-2026-038 2026-09-21 envoi       avant-echeance
V-2026-038 2026-10-01 envoi       relance-1
V-2026-038 2026-10-12 appel       Bastien Courvalin : veut payer en deux fois, n'a rien envoyé depuis.
V-2026-038 2026-10-19 envoi       relance-2
V-2026-038 2026-11-09 envoi       mise-en-demeure
V-2026-038 2026-11-16 reception   mise-en-demeure-particulier
V-2026-039 2026-11-19 envoi       avant-echeance
V-2026-040 2026-11-02 envoi       avant-echeance
V-2026-040 2026-11-09 envoi       relance-1
V-2026-040 2026-11-16 appel       Le service comptable : facture mise en paiement, mandat non encore signé.
V-2026-042 2026-09-14 envoi       avant-echeance
V-2026-042 2026-09-21 envoi       relance-1
V-2026-042 2026-09-28 appel       L'agence comptable : dossier incomplet sur Chorus Pro, pièce envoyée le jour même.
V-2026-042 2026-10-05 envoi       relance-2
V-2026-042 2026-10-15 envoi       relance-3
V-2026-042 2026-10-22 envoi       mise-en-demeure
V-2026-042 2026-10-26 reception   mise-en-demeure-acheteur-public
V-2026-042 2026-11-05 envoi       notification-des-penalites
V-2026-043 2026-11-09 envoi       relance
V-2026-045 2026-11-12 envoi       avant-echeance
V-2026-046 2026-11-16 envoi       avant-echeance
V-2026-047 2026-10-12 envoi       avant-echeance
V-2026-048 2026-07-02 envoi       avant-echeance
V-2026-048 2026-07-09 envoi       relance-1
V-2026-048 2026-07-23 envoi       relance-2
V-2026-048 2026-07-27 envoi       reponse-a-contestation
V-2026-048 2026-08-06 envoi       relance-3
V-2026-048 2026-08-13 envoi       mise-en-demeure
V-2026-048 2026-08-17 reception   mise-en-demeure
V-2026-048 2026-08-31 envoi       dernier-avis
V-2026-048 2026-09-02 reception   derniere-lettre
V-2026-048 2026-10-08 envoi       transaction
V-2026-049 2026-10-29 envoi       avant-echeance
V-2026-049 2026-11-05 envoi       relance-1
V-2026-049 2026-11-12 appel       Rosalie Vautrin : paiera dans la semaine.
V-2026-049 2026-11-19 paiement    2064.00
V-2026-050 2026-09-24 envoi       avant-echeance
V-2026-052 2026-11-19 envoi       avant-echeance
V-2026-055 2026-10-22 envoi       avant-echeance
V-2026-055 2026-10-29 envoi       relance-1
V-2026-055 2026-11-12 envoi       relance-2
"""

# What a dossier says without its first day: a letter written before it was not stopped by it.
UNDATED = "suspension"


class Row(NamedTuple):
    """One line of the table."""

    dossier: str
    le: dt.date
    quoi: str
    texte: str

    def __str__(self) -> str:
        return f"{self.dossier} {self.le} {self.quoi} {self.texte}"


def rows(table: str) -> Iterator[Row]:
    """The lines of the table."""
    for line in table.strip().splitlines():
        dossier, day, what, text = line.split(maxsplit=3)
        yield Row(dossier, dt.date.fromisoformat(day), what, text)


def write_journals(folder: Path, table: str = EVENTS) -> int:
    """Write the journals of a portfolio's folder; returns how many lines. SystemExit when one is there, or a line is wrong."""
    if (folder / FOLDER).exists():
        raise SystemExit(f"{folder / FOLDER} existe déjà : l'effacer pour le refaire")
    count = 0
    with tempfile.TemporaryDirectory() as work:
        for row in rows(table):
            path = as_it_was(folder / "dossiers" / f"{row.dossier}.yml", Path(work))
            append_event(journal_path(folder, row.dossier), event_of(row, path, folder))
            count += 1
    return count


def as_it_was(path: Path, work: Path) -> Path:
    """The dossier without the pause or the spokesman it names now; the file itself when it names none."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    third = data.get("tiers", {})
    if UNDATED not in data and not SPOKESMEN.keys() & third.keys():
        return path
    data.pop(UNDATED, None)
    data["tiers"] = {role: value for role, value in third.items() if role not in SPOKESMEN}
    copy = work / path.name
    copy.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return copy


def event_of(row: Row, path: Path, folder: Path) -> Event:
    """What this line adds to the journal of its dossier."""
    le, text = row.le, row.texte
    match row.quoi:
        case "envoi" | "preparation":
            return letter_event(row, take(path, le, folder / "entreprise.yml"))
        case "reception":
            sent = read_journal(journal_path(folder, row.dossier)).last("envoi", text)
            if sent is None or sent.le >= le:
                raise SystemExit(f"{row} : cette lettre n'est pas encore partie")
            return Event(le=le, action="reception", lettre=text, canal=sent.canal, factures=sent.factures)
        case "promesse":
            amount, day = text.split(" pour le ")
            return Event.model_validate(
                {"le": le, "action": "promesse", "canal": "telephone", "montant": amount, "payer_le": day}
            )
        case "paiement":
            return Event.model_validate({"le": le, "action": "paiement", "montant": text})
        case "appel":
            return Event(le=le, action="appel", canal="telephone", resultat=text)
        case "reponse":
            return Event(le=le, action="reponse", canal="email", resultat=text)
        case "note":
            return Event(le=le, action="note", note=text)
    raise SystemExit(f"{row} : événement inconnu")


def letter_event(row: Row, taken: Taken) -> Event:
    """A letter made ready or sent, as `relancer` and `journal envoyer` would note it, files left out."""
    roots = roots_of(taken.loaded)
    step = next((step for step in taken.snapshot.etapes if row.texte == step.niveau), None)
    if step is None or step.lettre is None:
        names = {level.niveau for level in taken.ladder.niveaux} if taken.ladder else set()
        if row.texte in names:
            raise SystemExit(f"{row} : l'agenda de ce jour n'a pas ce niveau à faire")
        return sending(taken.events, load_letter(row.texte, roots).spec, taken.statement, row.le)
    if step.etat not in ("a-faire", "a-valider"):
        why = " ; ".join(stop.phrase for stop in step.arrets) or f"prévu le {step.le}"
        raise SystemExit(f"{row} : {why}")
    spec = load_letter(step.lettre, roots).spec
    level = next((x for x in (taken.ladder.niveaux if taken.ladder else ()) if x.niveau == step.niveau), None)
    days = (level.delai_reponse_jours if level else None) or spec.delai_reponse_jours
    prepared = row.quoi == "preparation"
    return Event(
        le=row.le,
        action="preparation" if prepared else "envoi",
        lettre=step.lettre,
        niveau=level.niveau if level else None,
        canal=step.canal,  # type: ignore[arg-type]
        numero_recommande=None if prepared or step.canal != "lrar" else slip(row),
        factures=step.factures,
        reponse_avant_le=next_working_day(row.le + dt.timedelta(days=days)) if days else None,
        etablit=spec.etablit,
        note=f"à joindre à la main : {', '.join(step.factures)}" if prepared and spec.pieces_jointes else None,
    )


def slip(row: Row) -> str:
    """The number of a registered letter that never was."""
    return f"1A 999 {row.dossier[-3:]} {row.le:%m%d} {row.le.day % 10}"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "portefeuille"
    print(f"{write_journals(target)} lignes écrites dans {target / FOLDER}")
