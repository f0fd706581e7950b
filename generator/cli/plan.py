"""`plan`: compute a payment plan to propose, follow the ones that are signed."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
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
    dossier_files,
    dry_run_option,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    table,
)
from generator.errors import InvalidInput, UserError
from generator.money import euros, plain_spaces

RHYTHMS = ("hebdomadaire", "quinzaine", "mensuel", "fin-de-mois", "trimestriel")
PENALTIES = ("maintenues", "gelees", "abandonnees_si_respecte")


@click.group(cls=french.FrenchGroup)
def plan() -> None:
    """Proposer un plan de paiement, suivre ceux qui sont signés."""


@plan.command()
@click.argument("dossier", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option(
    "--montant", type=Euros(), metavar="SOMME", help="Somme à étaler ; sinon tout ce qui est échu et non contesté."
)
@click.option(
    "--versements", type=click.IntRange(1, 120), metavar="NOMBRE", help="Nombre de versements égaux ; sinon trois."
)
@click.option("--mensualite", type=Euros(), metavar="SOMME", help="Ou le montant de chaque versement.")
@click.option(
    "--acompte", type=Euros(), metavar="SOMME", help="Premier versement plus fort, avant les versements égaux."
)
@click.option(
    "--premier",
    type=FrenchDate(),
    metavar="DATE",
    help="Date du premier versement ; sinon un jour ouvré, huit jours plus tard au moins.",
)
@click.option(
    "--rythme", type=click.Choice(RHYTHMS), default="mensuel", show_default=True, help="Écart entre deux versements."
)
@click.option(
    "--jour", type=click.IntRange(1, 31), metavar="JOUR", help="Jour du mois où le client encaisse, par exemple 10."
)
@click.option(
    "--penalites", type=click.Choice(PENALTIES), default="maintenues", show_default=True,
    help="Ce qu'elles deviennent ; le coût des trois choix est montré.",
)  # fmt: skip
@click.option("--ecrire", is_flag=True, help="Ajouter le plan à la fin du fichier du dossier.")
@au_option
@company_option
@json_option
@dry_run_option
def proposer(
    dossier: Path, ecrire: bool, au: dt.date, entreprise: Path | None, as_json: bool, simulation: bool, **wish: Any
) -> None:
    """Calculer un plan à proposer : versements, dates, coût.

    Le plan étale ce qui est échu et non contesté. Avec « abandonnees_si_respecte », le principal seul. Le bloc « plan »
    est à coller dans le dossier, ou à y ajouter par --ecrire.
    """
    from generator.pipeline import read, roots_of
    from generator.portfolio.plan_proposal import Wish, plan_yaml, propose
    from generator.portfolio.plan_remarks import plan_letter, remarks, without_former_plan

    if wish["versements"] and wish["mensualite"]:
        raise click.UsageError("--versements et --mensualite se contredisent : garder l'un des deux")
    if wish["jour"] and wish["rythme"] not in {"mensuel", "trimestriel"}:
        raise click.UsageError(f"--jour ne s'applique pas au rythme « {wish['rythme']} » : retirer l'un des deux")
    loaded, statement = read(dossier, au, entreprise)
    case, bare = without_former_plan(loaded.case, statement, loaded.law)
    roots = roots_of(loaded)
    letter = plan_letter(case, bare, loaded.law, roots)
    proposal = propose(case, bare, loaded.law, Wish(**wish))
    notices = list(remarks(loaded.case, statement, loaded.law, proposal, letter, roots))
    written = _write(loaded, proposal.plan, simulation) if ecrire else None
    if as_json:
        if written:
            say(written)
        print_json(_proposal_json(loaded.case.reference, au, proposal, notices, letter))
        return
    click.echo("\n".join(_proposal_text(loaded.case, au, proposal)))
    for notice in notices:
        say(f"\nAttention : {notice.message}")
    if written:
        click.echo(f"\n{written}")
    else:
        click.echo(f"\nÀ coller dans le dossier :\n\n{plan_yaml(proposal.plan)}", nl=False)
    command = f"impayes lettre {dossier} {letter.id} --au {au}" if letter else f"impayes lettre {dossier} --au {au}"
    next_step(command if written or letter is None else f"coller ce bloc dans {dossier.name}, puis {command}")


def _write(loaded: Any, proposed: Any, simulation: bool) -> str:
    from generator.portfolio.plan_writing import with_plan
    from generator.writing import write_all

    content = with_plan(loaded, proposed)
    if simulation:
        return f"serait écrit : {loaded.path}"
    write_all({loaded.path.resolve(): content}, overwrite=True)
    return f"{loaded.path} : plan ajouté, à signer."


def _proposal_text(case: Any, au: dt.date, proposal: Any) -> Iterator[str]:
    instalments = proposal.plan.echeances
    first, last = short_date(instalments[0].le), short_date(instalments[-1].le)
    count = (
        f"{len(instalments)} versements, du {first} au {last}" if len(instalments) > 1 else f"un versement, le {first}"
    )
    yield f"Plan de paiement à proposer à {case.debiteur.nom} (dossier {case.reference})"
    debt = proposal.dette
    parts = [
        f"{euros(debt.principal)} de principal" if debt.principal else None,
        f"{euros(debt.penalites)} d'intérêts de retard" if debt.penalites else None,
        f"{euros(debt.indemnites)} d'indemnité forfaitaire" if debt.indemnites else None,
    ]
    yield f"Échu et non contesté au {short_date(au)} : {list_fr(part for part in parts if part)}"
    yield f"Étalé : {euros(proposal.plan.montant)} en {count}"
    yield ""
    rows = [[str(number), short_date(e.le), euros(e.montant)] for number, e in enumerate(instalments, start=1)]
    yield table(["N°", "Date", "Versement"], [*rows, ["", "Total", euros(proposal.plan.montant)]], right=(0, 2))
    yield ""
    yield "Si chaque versement est payé à sa date, selon le sort des pénalités :"
    yield table(
        ["Pénalités", "Versements", "Ensuite", "Total payé", "Vous abandonnez"],
        [_cost_row(cost, cost is proposal.retenu) for cost in proposal.choix],
        right=range(1, 5),
    )
    if len({(cost.total, cost.abandonne) for cost in proposal.choix}) == 1 < len(proposal.choix):
        yield "Aucune pénalité ne court pendant ce plan : ces choix reviennent au même."
    if not all(cost.complet for cost in proposal.choix):
        yield ""
        yield _unknown_rates(min(cost.connu_jusqu_au for cost in proposal.choix if not cost.complet))


def _cost_row(cost: Any, chosen: bool) -> list[str]:
    least = "" if cost.complet else "au moins "
    kept = cost.penalites == "maintenues"
    return [
        f"{cost.penalites}{' (choisi)' if chosen else ''}",
        f"{len(cost.echeances)} : {euros(cost.montant)}",
        (least if kept else "") + euros(cost.ensuite),
        (least if kept else "") + euros(cost.total),
        ("" if kept else least) + euros(cost.abandonne),
    ]


def _unknown_rates(known: dt.date) -> str:
    from generator.law import half_year_label, next_half_year

    missing = half_year_label(next_half_year(known))
    return (
        f"Le taux du {missing} n'est pas encore connu : les pénalités sont comptées jusqu'au {short_date(known)}, puis "
        "laissées de côté. Dès qu'il est publié, l'ajouter dans taux.yml, à côté d'entreprise.yml, et refaire le calcul."
    )


def _proposal_json(reference: str, au: dt.date, proposal: Any, notices: list[Any], letter: Any) -> dict[str, Any]:
    return {
        "schema": "impayes/plan-propose/1",
        "dossier": reference,
        "au": au.isoformat(),
        "dette": {
            name: _amount(getattr(proposal.dette, name)) for name in ("principal", "penalites", "indemnites", "total")
        },
        "plan": {
            "montant": _amount(proposal.plan.montant),
            "echeances": _instalments(proposal.plan.echeances),
            "penalites": proposal.plan.penalites,
            "decheance_du_terme": proposal.plan.decheance_du_terme,
        },
        "choix": [
            {
                "penalites": cost.penalites,
                "retenu": cost is proposal.retenu,
                "echeances": _instalments(cost.echeances),
                **{name: _amount(getattr(cost, name)) for name in ("montant", "ensuite", "total", "abandonne")},
                "complet": cost.complet,
                "connu_jusqu_au": cost.connu_jusqu_au.isoformat(),
            }
            for cost in proposal.choix
        ],
        "lettre": letter.id if letter else None,
        "avertissements": [{"code": n.code, "message": plain_spaces(n.message)} for n in notices],
    }


def _instalments(instalments: Any) -> list[dict[str, str]]:
    return [{"le": e.le.isoformat(), "montant": _amount(e.montant)} for e in instalments]


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"


@plan.command()
@click.argument("chemins", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOSSIERS...")
@au_option
@company_option
@json_option
def suivre(chemins: tuple[Path, ...], au: dt.date, entreprise: Path | None, as_json: bool) -> None:
    """Suivre les plans signés, voir la lettre à envoyer, et les plans proposés qui restent à signer.

    DOSSIERS sont des fichiers YAML ou des répertoires qui en contiennent. Ceux qui n'ont pas de plan sont laissés de côté.
    """
    from generator.cli.stopped import show_stopped
    from generator.known_rates import rates_json
    from generator.portfolio.plan_following import FollowedPlan, ProposedPlan, proposed
    from generator.portfolio.watched import follow_watched, missing_rates
    from generator.watching import watch

    files = dossier_files(chemins)
    if not files:
        raise InvalidInput(f"{chemins[0]} : aucun dossier (.yml) ici ; « impayes nouveau » en crée un")
    found: list[FollowedPlan] = []
    waiting: list[ProposedPlan] = []
    problems: dict[str, list[str]] = {}
    for path in progress(files, "Plans"):
        try:
            loaded, statement = watch(path, au, entreprise)
            if (followed := follow_watched(loaded, statement)) is not None:
                found.append(followed)
            elif (unsigned := proposed(loaded, au)) is not None:
                waiting.append(unsigned)
        except UserError as error:
            # One bad dossier among many is reported and the others are done.
            problems[str(path)] = list(error.problems)
            for problem in error.problems:
                say(problem if path.name in problem else f"{path.name} : {problem}")
    if as_json:
        print_json(
            {
                "schema": "impayes/plan-suivi/1",
                "au": au.isoformat(),
                "interets_arretes": rates_json(missing_rates(found)),
                "plans": [_followed_json(one, au) for one in found],
                "proposes": [_waiting_json(one) for one in waiting],
                "erreurs": [{"fichier": name, "messages": said} for name, said in problems.items()],
            }
        )
    elif found or waiting:
        show_stopped(missing_rates(found))
        parts = [_followed_text(found, au) if found else (), _waiting_text(waiting) if waiting else ()]
        click.echo("\n\n".join("\n".join(part) for part in parts if part))
    else:
        say(
            f"Aucun plan signé ni proposé au {short_date(au)} dans {_count(len(files) - len(problems), 'dossier lu', 'dossiers lus')}."
        )
    if problems:
        click.get_current_context().exit(InvalidInput.exit_code)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"


def _followed_text(found: list[Any], au: dt.date) -> Iterator[str]:
    if len(found) == 1:
        yield from _one_followed(found[0])
    else:
        yield f"Plans signés au {short_date(au)}"
        yield table(
            ["Dossier", "Débiteur", "Dû", "Payé", "Reste", "Prochain versement", "État"],
            [
                [
                    one.reference,
                    _short(one.debiteur),
                    euros(one.du),
                    euros(one.suivi.verse),
                    euros(one.suivi.reste),
                    _next(one.prochain),
                    one.phrase,
                ]
                for one in found
            ],
            right=(2, 3, 4),
        )
    for one in found:
        if one.remarque:
            yield f"\n{one.reference} : {one.remarque}."
    for one in found:
        if one.manque:
            yield f"\n{one.reference} : {' ; '.join(one.manque)}."
    commands = [_command(one, au) for one in found if one.lettre and not one.manque]
    if commands:
        yield "\nÀ envoyer :"
        yield from (f"  {command}" for command in commands)


def _waiting_text(waiting: list[Any]) -> Iterator[str]:
    yield "Plans proposés, à signer"
    rows = []
    for one in waiting:
        first, last = short_date(one.plan.echeances[0].le), short_date(one.plan.echeances[-1].le)
        count = len(one.plan.echeances)
        dates = f"{count}, du {first} au {last}" if count > 1 else f"un, le {first}"
        sent = short_date(one.propose_le) if one.propose_le else "envoi non noté"
        rows.append([one.reference, _short(one.debiteur), sent, euros(one.plan.montant), dates])
    yield table(["Dossier", "Débiteur", "Proposé le", "Montant", "Versements"], rows, right=(3,))


def _one_followed(one: Any) -> Iterator[str]:
    signed = one.plan.avenant.signe_le if _amended(one) else one.plan.signe_le
    what = "avenant signé" if _amended(one) else "accord signé"
    yield f"Plan du dossier {one.reference}, {one.debiteur} : {what} le {short_date(signed)}, {one.phrase}"
    late = set(one.suivi.manquees)
    rows = [
        [short_date(e.le), euros(e.montant), euros(e.paye), euros(e.reste), _state(e, late)]
        for e in one.suivi.echeances
    ]
    whole = sum((e.montant for e in one.suivi.echeances), start=Decimal("0.00"))
    total = ["Total", euros(whole), euros(one.suivi.verse), euros(one.suivi.reste), ""]
    yield table(["Date", "Versement", "Payé", "Reste", "État"], [*rows, total], right=(1, 2, 3))
    if one.prochain:
        yield f"\nProchain versement : {_next(one.prochain)}"


def _amended(one: Any) -> bool:
    amendment = one.plan.avenant
    return bool(amendment and amendment.signe_le and amendment.signe_le <= one.suivi.au)


def _state(instalment: Any, late: set[Any]) -> str:
    if not instalment.reste:
        return "payé"
    return "en retard" if instalment in late else "à venir"


def _next(instalment: Any) -> str:
    return f"{euros(instalment.reste)} le {short_date(instalment.le)}" if instalment else "–"


def _short(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25]}…"


def _command(one: Any, au: dt.date) -> str:
    return f"impayes lettre {one.fichier} {one.lettre} --au {au}"


def _waiting_json(one: Any) -> dict[str, Any]:
    return {
        "dossier": one.reference,
        "fichier": str(one.fichier),
        "debiteur": one.debiteur,
        "propose_le": one.propose_le.isoformat() if one.propose_le else None,
        "montant": _amount(one.plan.montant),
        "echeances": _instalments(one.plan.echeances),
    }


def _followed_json(one: Any, au: dt.date) -> dict[str, Any]:
    late, following = set(one.suivi.manquees), one.prochain
    return {
        "dossier": one.reference,
        "fichier": str(one.fichier),
        "debiteur": one.debiteur,
        "signe_le": one.plan.signe_le.isoformat(),
        "penalites": one.plan.penalites,
        "etat": one.etat,
        "preavis_jusqu_au": one.preavis_jusqu_au.isoformat() if one.preavis_jusqu_au else None,
        "du": _amount(one.du),
        "paye": _amount(one.suivi.verse),
        "en_retard": _amount(one.suivi.en_retard),
        "reste": _amount(one.suivi.reste),
        "prochain": {"le": following.le.isoformat(), "montant": _amount(following.reste)} if following else None,
        "solde_du_dossier": _amount(one.solde),
        "echeances": [
            {
                "le": e.le.isoformat(),
                "montant": _amount(e.montant),
                "paye": _amount(e.paye),
                "reste": _amount(e.reste),
                "en_retard": e in late,
            }
            for e in one.suivi.echeances
        ],
        "lettre": one.lettre,
        "manque": [plain_spaces(sentence) for sentence in one.manque],
        "remarque": plain_spaces(one.remarque) if one.remarque else None,
        "commande": _command(one, au) if one.lettre and not one.manque else None,
    }
