"""`declaration`: what to declare when a client enters collective proceedings, until when, and the folder to post."""

import datetime as dt
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from generator.cli.common import (
    au_option,
    company_option,
    court_output_option,
    dry_run_option,
    json_option,
    next_step,
    overwrite_option,
    print_json,
    say,
    table,
)

WIDTH = 110
NBSP = "\u00a0"


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@au_option
@click.option(
    "--paiement-differe",
    type=click.Choice(["oui", "non"]),
    help="Prêt, ou paiement différé, d'un an ou plus : ses intérêts ne s'arrêtent pas.",
)
@court_output_option
@company_option
@json_option
@dry_run_option
@overwrite_option
def declaration(
    dossier: Path,
    au: dt.date,
    paiement_differe: str | None,
    sortie: Path | None,
    entreprise: Path | None,
    as_json: bool,
    simulation: bool,
    ecraser: bool,
) -> None:
    """Préparer la déclaration de créance : somme au jour du jugement, délais, lettre, bordereau et pièces.

    Ce que le dossier ne dit pas est une question. Une fois le pli parti, « impayes journal envoyer » le note.
    """
    from generator.cli.stopped import show_stopped
    from generator.court import claim_folder as folder
    from generator.court.claim import build_claim
    from generator.court.claim_pieces import claim_pieces
    from generator.court.claim_report import claim_json, vat
    from generator.known_rates import rates_json, stopped_by
    from generator.watching import watch
    from generator.writing import write_all

    # The time limits are shown whatever rates are missing; the letters then wait (`make_letter`).
    loaded, statement = watch(dossier, au, entreprise)
    stopped = stopped_by(statement)
    answer = None if paiement_differe is None else paiement_differe == "oui"
    claim = build_claim(loaded.case, loaded.law, au, paiement_differe=answer)
    known = folder.claim_letters(loaded)
    pieces, remarks = claim_pieces(loaded, au)
    declared = claim.procedure.declaree_le is not None
    letters = [] if declared else folder.make_letters(loaded, statement, claim, known)
    error = letters[0].erreur if letters else None
    targets: dict[Path, bytes] = {}
    if letters and error is None:
        readme = folder.readme_text(claim, loaded.law, known, pieces, dossier.name)
        top = sortie or (loaded.company_path or loaded.path).parent / "judiciaire"
        name = f"{claim.case.reference}-declaration-{au.isoformat()}"
        files = folder.claim_files(loaded, statement, claim, letters, pieces, readme)
        targets = {top / name / inside: content for inside, content in files.items()}
        if not simulation:
            write_all(targets, overwrite=ecraser)
    shown = [str(path) for path in targets if not path.name.endswith(".trace.json")]
    if as_json:
        data = claim_json(claim, loaded.law, pieces, [made.as_json() for made in letters], shown)
        print_json({**data, "interets_arretes": rates_json(stopped)})
    else:
        show_stopped(stopped)
        click.echo("\n".join(_report(claim, loaded.law, pieces)))
        if declared and claim.tva:
            # No LISEZ-MOI is written any more: what it says of the VAT is still to do.
            click.echo(
                "\n".join(_section("TVA", vat(claim, loaded.law, known.tva.id if known.tva else None, dossier.name)))
            )
        for path in shown:
            click.echo(f"serait écrit : {path}" if simulation else path)
    for remark in remarks:
        say(f"Attention : {remark}")
    for made in letters[1:]:
        for problem in made.erreur.problems if made.erreur else ():
            say(f"Attention : {problem}")
    if error:
        raise error
    _what_next(dossier, claim, known, declared)


def proceedings_step(dossier: Path, declared: bool) -> str:
    """The command that follows once the debtor is in collective proceedings: declare, then what is left to do."""
    if declared:
        return f"impayes checklist procedure-collective --dossier {dossier}"
    return f"impayes declaration {dossier}"


def _report(claim: Any, law: Any, pieces: Any) -> Iterator[str]:
    from generator.court import claim_folder, claim_report

    yield from claim_report.heading(claim)
    if claim.factures:
        yield ""
        yield table(claim_report.HEADERS, claim_report.rows(claim), right=range(3, 7))
    for title, lines in (
        ("SOMME", claim_report.amounts(claim, law)),
        ("GARANTIE", claim_report.securities(claim, law)),
        ("DÉLAIS", claim_report.limits(claim, law)),
        ("À VÉRIFIER AVANT D'ENVOYER", claim_report.questions(claim, law)),
        ("PIÈCES", claim_folder.piece_lines(pieces)),
    ):
        yield from _section(title, lines)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"\n{title}"
    for line in lines:
        yield from _wrapped(line)


def _wrapped(line: str) -> list[str]:
    """One item under its dash; a colon or a semicolon never opens a line."""
    bound = re.sub(r" (?=[:;?!»%€])|(?<=art\.) |(?<=\bC\.) |(?<=«) ", NBSP, line)
    found = textwrap.wrap(
        bound, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
    return [
        re.sub(f"(?<=[^0-9]){NBSP}(?=[:;?!»])|(?<=art\\.){NBSP}|(?<=C\\.){NBSP}|(?<=«){NBSP}", " ", one)
        for one in found
    ]


def _what_next(dossier: Path, claim: Any, known: Any, declared: bool) -> None:
    from generator.court.claim_report import REMINDER

    say("\n" + textwrap.fill(REMINDER, WIDTH))
    if declared:
        say(
            "La créance est déjà déclarée : rien n'est écrit. Pour la corriger, effacer declaree_le si le délai court encore."
        )
        next_step(proceedings_step(dossier, declared))
        return
    if claim.procedure.type == "liquidation" and known.tva:
        say(f"TVA : voir LISEZ-MOI.txt, puis impayes lettre {dossier} {known.tva.id}")
    if claim.hors_delai:
        say("Deux plis partent ensemble : la requête au juge-commissaire, et la déclaration au mandataire.")
    next_step(
        f"signer, poster en recommandé, puis impayes journal envoyer {dossier} {known.declaration.id} --numero-recommande NUMÉRO"
    )
