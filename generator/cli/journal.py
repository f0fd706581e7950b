"""`journal`: write down what was done, said and received, and prove that nothing was changed since."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import list_fr, short_date
from generator.cli import french
from generator.cli.common import (
    Euros,
    FrenchDate,
    au_option,
    company_option,
    dry_run_option,
    json_option,
    next_step,
    overwrite_option,
    print_json,
    say,
    table,
)
from generator.errors import InvalidInput, UserError

dossier_argument = click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
CHANNELS = ("email", "courrier", "lrar", "lre", "telephone", "visite", "autre")  # journal.CHANNELS, without its imports


@click.group(cls=french.FrenchGroup)
def journal() -> None:
    """Tenir le journal d'un dossier : envois, appels, promesses, réponses, paiements."""


def _open(dossier: Path, entreprise: Path | None) -> tuple[Any, Path]:
    """The dossier and the file of its journal, beside its entreprise.yml."""
    from generator.journal import journal_path
    from generator.loading import load_case

    loaded = load_case(dossier, entreprise)
    return loaded, journal_path((loaded.company_path or loaded.path).parent, loaded.case.reference)


def _add(dossier: Path, entreprise: Path | None, fichiers: tuple[Path, ...] = (), **fields: Any) -> None:
    from generator.journal import Event, append_event

    _, path = _open(dossier, entreprise)
    hashes = _known(fichiers, path.parent.parent)
    event = Event(fichiers=hashes, **{name: value for name, value in fields.items() if value is not None})
    written = append_event(path, event)
    click.echo(f"{path} : {len(written.lignes)} {'ligne' if len(written.lignes) < 2 else 'lignes'}.")
    if event.action == "paiement":
        next_step(f"ajouter le paiement au dossier {dossier} (paiements:), pour que le décompte le compte.")


def _known(files: tuple[Path, ...], company: Path) -> tuple[Any, ...]:
    """Files by their content, named by their path in the company's folder: there they are found again."""
    from generator.journal import FileHash
    from generator.reading import real_place

    found, outside = [], []
    for file in files:
        content, place = _read(file), real_place(file)
        inside = place.is_relative_to(real_place(company))
        name = place.relative_to(real_place(company)).as_posix() if inside else file.name
        found.append(FileHash(nom=name, sha256=hashlib.sha256(content).hexdigest()))
        outside += [] if inside else [file.name]
    if outside:
        say(
            f"Attention : {list_fr(outside)} : hors du répertoire de l'entreprise. Seuls le nom et l'empreinte sont notés : "
            f"en mettre une copie dans {company / 'pieces'}, où « impayes dossier-judiciaire » la cherche."
        )
    return tuple(found)


def _read(path: Path) -> bytes:
    from generator.reading import file_problem
    from generator.writing import reason

    if path.exists() and (problem := file_problem(path)):
        raise InvalidInput(f"{path} : {problem}")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} : lecture impossible ({reason(error)})") from None


@journal.command()
@dossier_argument
@click.argument(
    "action", type=click.Choice(["appel", "visite", "promesse", "reponse", "paiement", "reception", "note"])
)
@click.option("--le", type=FrenchDate(), metavar="DATE", help="Jour de l'événement ; sinon celui de --au.")
@click.option("--canal", type=click.Choice(CHANNELS), help="Par quel moyen.")
@click.option("--lettre", metavar="LETTRE", help="La lettre dont il s'agit.")
@click.option("--par", metavar="NOM", help="Qui, chez vous ou chez le client.")
@click.option("--resultat", metavar="TEXTE", help="Ce qui en est sorti, en une phrase.")
@click.option("--montant", type=Euros(), metavar="SOMME", help="Somme promise ou reçue.")
@click.option("--payer-le", type=FrenchDate(), metavar="DATE", help="Date promise.")
@click.option("--note", metavar="TEXTE", help="Une remarque.")
@click.option(
    "--fichier", "fichiers", type=click.Path(path_type=Path), multiple=True, metavar="FICHIER",
    help="Une pièce, connue par son empreinte ; à répéter.",
)  # fmt: skip
@au_option
@company_option
def ajouter(
    dossier: Path, action: str, le: dt.date | None, au: dt.date, entreprise: Path | None, **fields: Any
) -> None:
    """Noter un appel, une visite, une promesse, une réponse, un paiement, une réception ou une remarque."""
    if action == "promesse" and fields["payer_le"] is None:
        raise click.UsageError("une promesse a une date : ajouter --payer-le")
    if action == "promesse" and fields["payer_le"] < (le or au):
        raise InvalidInput("--payer-le : la date promise précède la promesse : corriger --payer-le ou --le")
    _add(dossier, entreprise, action=action, le=le or au, **fields)


@journal.command()
@dossier_argument
@click.argument("lettre_id", metavar="LETTRE")
@click.option("--le", type=FrenchDate(), metavar="DATE", help="Jour d'envoi ; sinon celui de --au.")
@click.option(
    "--canal", type=click.Choice(CHANNELS), help="Comment elle est partie ; sinon l'envoi habituel de la lettre."
)
@click.option("--numero-recommande", metavar="NUMÉRO", help="Numéro du bordereau.")
@click.option("--recu-le", type=FrenchDate(), metavar="DATE", help="Jour de réception, s'il est connu.")
@click.option("--par", metavar="NOM", help="Qui l'a envoyée.")
@click.option("--encore", is_flag=True, help="Noter un second envoi d'une lettre déjà partie.")
@click.option("--note", metavar="TEXTE", help="Une remarque.")
@click.option(
    "--fichier", "fichiers", type=click.Path(path_type=Path), multiple=True, metavar="FICHIER",
    help="La lettre envoyée, son bordereau ; à répéter.",
)  # fmt: skip
@au_option
@company_option
def envoyer(
    dossier: Path,
    lettre_id: str,
    le: dt.date | None,
    au: dt.date,
    entreprise: Path | None,
    fichiers: tuple[Path, ...],
    encore: bool,
    **fields: Any,
) -> None:
    """Confirmer qu'une lettre est partie : une lettre préparée n'est pas une lettre envoyée."""
    from generator.journal import read_journal
    from generator.letters import KIND_NAMES, load_letter
    from generator.pipeline import roots_of
    from generator.portfolio.confirming import append_everywhere, sending
    from generator.statement import build_statement

    loaded, path = _open(dossier, entreprise)
    letter = load_letter(lettre_id, roots_of(loaded))
    if loaded.case.debiteur.qualite not in letter.spec.pour:
        kinds = list_fr(KIND_NAMES[kind] for kind in letter.spec.pour)
        raise InvalidInput(f"la lettre « {lettre_id} » est faite pour {kinds}, pas pour ce débiteur : vérifier son nom")
    sent = le or au
    if sent > au:
        raise InvalidInput("--le : ce jour est encore à venir : corriger la date")
    if fields["recu_le"] is not None and fields["recu_le"] < sent:
        raise InvalidInput("la réception précède l'envoi : corriger --le ou --recu-le")
    hashes = _known(fichiers, path.parent.parent)
    statement = build_statement(loaded.case, loaded.law.for_watching(), sent)
    event = sending(read_journal(path).events, letter.spec, statement, sent, again=encore, fichiers=hashes, **fields)
    for written in append_everywhere(path.parent.parent, loaded.case.reference, event):
        click.echo(f"{written} : envoi de « {lettre_id} » noté, le {short_date(sent)}.")


@journal.command()
@click.argument("tableau", type=click.Path(path_type=Path), metavar="RÉCAPITULATIF")
@au_option
@company_option
def confirmer(tableau: Path, au: dt.date, entreprise: Path | None) -> None:
    """Confirmer d'un coup les envois notés dans un recapitulatif.csv de « relancer ».

    Remplir envoye_le (et numero_recommande) des lettres parties. Plus tard, remplir recu_le au retour des avis de réception
    et relancer la commande : ce qui est déjà noté n'est pas noté deux fois.
    """
    from generator.loading import find_company_file
    from generator.portfolio.confirming import confirm_table

    if not tableau.is_file():
        raise InvalidInput(f"{tableau} : fichier introuvable ; « impayes relancer » l'écrit dans relances/<jour>/")
    company = entreprise or find_company_file(tableau)
    folder = company.parent if company else tableau.absolute().parents[2]
    sent, received = confirm_table(tableau, folder, au)
    click.echo(
        f"{_count(sent, 'envoi noté', 'envois notés')}, {_count(received, 'réception notée', 'réceptions notées')}."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"


@journal.command()
@dossier_argument
@click.argument("ligne", type=click.IntRange(min=1), metavar="LIGNE")
@click.option("--motif", required=True, metavar="TEXTE", help="Pourquoi, en une phrase : elle reste au journal.")
@au_option
@company_option
def annuler(dossier: Path, ligne: int, motif: str, au: dt.date, entreprise: Path | None) -> None:
    """Annuler une ligne notée par erreur : elle reste écrite, mais ne compte plus.

    « impayes journal voir » les numérote. Pour corriger, annuler la ligne puis noter de nouveau ce qui est juste. Une lettre
    qui regroupe plusieurs dossiers est annulée dans chacun.
    """
    from generator.journal import journal_path, read_journal, take_back

    loaded, path = _open(dossier, entreprise)
    written = take_back(path, ligne, au, motif)
    click.echo(f"{path} : ligne {ligne} annulée.")
    event = written.lignes[ligne - 1]
    for name in event.dossiers:
        other = journal_path(path.parent.parent, name)
        found = read_journal(other)
        for number, line in enumerate(found.lignes, start=1):
            if name != loaded.case.reference and line == event and number not in found.annulees:
                take_back(other, number, au, motif)
                click.echo(f"{other} : ligne {number} annulée.")


@journal.command()
@dossier_argument
@company_option
@json_option
def voir(dossier: Path, entreprise: Path | None, as_json: bool) -> None:
    """Montrer le journal d'un dossier, du plus ancien au plus récent."""
    from generator.journal import event_data, read_journal
    from generator.portfolio import labels

    loaded, path = _open(dossier, entreprise)
    found = read_journal(path)
    if as_json:
        events = [
            {"numero": number, **event_data(event), **({"annulee": True} if number in found.annulees else {})}
            for number, event in enumerate(found.lignes, start=1)
        ]
        print_json({"schema": "impayes/journal/1", "dossier": loaded.case.reference, "evenements": events})
        return
    if not found.lignes:
        say(f"{loaded.case.reference} : le journal est vide.")
        next_step(f"impayes journal ajouter {dossier} appel --note « … »")
        return
    rows = [
        (
            str(number),
            short_date(e.le),
            f"{labels.ACTIONS[e.action]}{' : sans effet' if number in found.annulees else ''}",
            e.lettre or labels.CHANNELS.get(e.canal or "", ""),
            describe(e),
        )
        for number, e in enumerate(found.lignes, start=1)
    ]
    click.echo(table(("Ligne", "Le", "Événement", "Lettre ou moyen", "Détail"), rows, right=(0,)))


def describe(event: Any) -> str:
    """What an event says, in one line."""
    from generator.money import euros

    parts = [
        f"n° {event.numero_recommande}" if event.numero_recommande else None,
        f"reçu le {short_date(event.recu_le)}" if event.recu_le else None,
        euros(event.montant) if event.montant else None,
        f"pour le {short_date(event.payer_le)}" if event.payer_le else None,
        f"par {event.par}" if event.par else None,
        f"ligne {event.ligne}" if event.ligne else None,
        event.resultat,
        event.note,
        ", ".join(f.nom for f in event.fichiers) or None,
    ]
    return " ; ".join(part for part in parts if part)


@journal.command()
@click.argument("chemins", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CHEMINS...")
@json_option
def verifier(chemins: tuple[Path, ...], as_json: bool) -> None:
    """Vérifier que des journaux n'ont pas été modifiés ni coupés. CHEMINS : fichiers .jsonl ou répertoires."""
    from generator.journal import read_journal

    files = [f for c in chemins for f in (sorted(c.rglob("*.jsonl")) if c.is_dir() else [c])]
    if not files:
        raise InvalidInput(f"{chemins[0]} : aucun journal (.jsonl) ici")
    problems: dict[str, list[str]] = {}
    events = 0
    for path in files:
        if not path.is_file():
            problems[str(path)] = [f"{path} : fichier introuvable"]
            continue
        if path.suffix != ".jsonl":
            problems[str(path)] = [f"{path} : ce n'est pas un journal ; donner un fichier .jsonl, ou leur répertoire"]
            continue
        try:
            events += len(read_journal(path).lignes)
        except UserError as error:
            problems[str(path)] = list(error.problems)
    if as_json:
        print_json(
            {
                "schema": "impayes/verification-journal/1",
                "journaux": len(files),
                "evenements": events,
                "erreurs": [{"fichier": name, "messages": found} for name, found in problems.items()],
            }
        )
    else:
        for line in (line for found in problems.values() for line in found):
            say(line)
        sound, count = len(files) - len(problems), len(files)
        shown = f"{sound} {'journal intact' if sound < 2 else 'journaux intacts'} sur {count}"
        click.echo(f"{shown}, {_count(events, 'ligne', 'lignes')}.")
    if problems:
        click.get_current_context().exit(InvalidInput.exit_code)


@journal.command()
@dossier_argument
@click.option("--sortie", type=click.Path(path_type=Path), metavar="RÉPERTOIRE", help="Où écrire ; sinon sortie/.")
@au_option
@company_option
@dry_run_option
@overwrite_option
def exporter(
    dossier: Path, sortie: Path | None, au: dt.date, entreprise: Path | None, simulation: bool, ecraser: bool
) -> None:
    """Écrire la chronologie en PDF, à joindre à un dossier pour le juge."""
    from generator.journal import read_journal
    from generator.portfolio.chronology import chronology_pdf
    from generator.writing import write_all

    loaded, path = _open(dossier, entreprise)
    found = read_journal(path)
    if not found.lignes:
        raise InvalidInput(f"{loaded.case.reference} : le journal est vide, il n'y a rien à exporter")
    name = f"{loaded.case.reference}-chronologie-{au.isoformat()}.pdf"
    target = (sortie or dossier.parent / "sortie") / name
    if simulation:
        click.echo(f"serait écrit : {target}")
        return
    write_all({target: chronology_pdf(loaded.case, found, au.isoformat())}, overwrite=ecraser)
    click.echo(str(target))
