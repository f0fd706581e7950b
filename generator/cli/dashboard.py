"""`tableau`: who owes what, since when, what is expected."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from generator.calendar_fr import short_date
from generator.cli.agenda import chemins_argument, portfolio_files, report_broken
from generator.cli.common import (
    au_option,
    company_option,
    json_option,
    next_step,
    overwrite_option,
    print_json,
    progress,
    say,
    table,
)
from generator.errors import InvalidInput

BAR = 24  # characters for the whole


@click.command()
@chemins_argument
@au_option
@click.option(
    "--ventes",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Ventes par mois, TVA comprise (mois;ventes_ttc) ; sinon ventes.csv, à côté de entreprise.yml.",
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path), metavar="FICHIER", help="Écrire une page à lire ou à imprimer."
)
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path), metavar="FICHIER", help="Écrire la balance par débiteur."
)
@click.option("--noms", is_flag=True, help="Nommer aussi les particuliers dans la page.")
@company_option
@json_option
@overwrite_option
def tableau(
    chemins: tuple[Path, ...],
    au: dt.date,
    ventes: Path | None,
    page: Path | None,
    csv_file: Path | None,
    noms: bool,
    entreprise: Path | None,
    as_json: bool,
    ecraser: bool,
) -> None:
    """Montrer qui doit quoi et depuis quand : balance âgée, pénalités, argent attendu, délais.

    DOSSIERS sont des fichiers ou des répertoires ; sinon, ceux d'ici. Ce qui est daté après --au n'existe
    pas : le tableau d'un jour passé ne change plus. Rien n'est écrit, sauf avec --html ou --csv.
    """
    from generator.cli.stopped import show_stopped
    from generator.loading import load_company
    from generator.portfolio.dashboard import build_dashboard
    from generator.portfolio.dashboard_data import balance_csv, dashboard_json
    from generator.portfolio.reading import read_all
    from generator.portfolio.sales import count_back, load_sales, no_sales
    from generator.writing import write_all

    if page and csv_file and page.absolute() == csv_file.absolute():
        raise click.UsageError("--html et --csv écriraient le même fichier : changer l'un des deux")
    if noms and not page:
        raise click.UsageError("--noms ne change que la page : ajouter --html FICHIER")
    files = portfolio_files(chemins)
    company_path = entreprise or _company_of(files)
    company = load_company(company_path) if company_path else None
    sales_path = ventes or _beside(company_path)
    sales = load_sales(sales_path) if sales_path else None
    board = build_dashboard(progress(read_all(files, au, entreprise), "Tableau", len(files)), au, _levels(company_path))
    dso = count_back(board.total.total, au, sales) if sales is not None else no_sales()

    show_stopped(board.taux_absents, err=as_json)
    outputs: dict[Path, bytes] = {}
    if page:
        from generator.portfolio.dashboard_page import dashboard_page

        name = company.creancier.nom if company else None
        outputs[page] = dashboard_page(board, dso, name, company.apparence if company else None, names=noms)
    if csv_file:
        outputs[csv_file] = balance_csv(board)
    if as_json:
        print_json(dashboard_json(board, dso))
    else:
        click.echo("\n".join(_text(board, dso)))
    report_broken(board.illisibles)
    for path in write_all(outputs, overwrite=ecraser):
        say(f"{path} : écrit.")
    if not as_json and not outputs:
        given = "".join(f" {path}" for path in chemins)
        next_step(f"impayes tableau{given} --au {au.isoformat()} --html tableau.html")
    if board.illisibles:
        click.get_current_context().exit(InvalidInput.exit_code)


def _company_of(files: Sequence[Path]) -> Path | None:
    """The company of all these dossiers; None, and it is said, when there are several."""
    from generator.loading import COMPANY_FILE, find_company_file

    folders = {path.absolute().parent for path in files}
    found = {company for folder in folders if (company := find_company_file(folder / COMPANY_FILE))}
    if len(found) > 1:
        say(f"{len(found)} entreprises ici : tableau sans nom ni ventes ; nommer les dossiers d'une seule.\n")
    return found.pop() if len(found) == 1 else None


def _beside(company_path: Path | None) -> Path | None:
    from generator.portfolio.sales import SALES_FILE

    path = company_path.parent / SALES_FILE if company_path else None
    return path if path and path.is_file() else None


def _levels(company_path: Path | None) -> list[str]:
    """The levels of the company's strategy in order; a strategy that does not read is each dossier's to tell."""
    from generator.errors import UserError
    from generator.portfolio.dashboard import level_order
    from generator.portfolio.strategy import STRATEGY_FILE, load_strategy
    from generator.resources import package_file

    own = company_path.parent / STRATEGY_FILE if company_path else None
    path = own if own and own.is_file() else package_file("intake/gabarits/strategie.yml")
    try:
        strategy = load_strategy(path, company_path)
    except UserError:
        return []
    return level_order([level.niveau for level in ladder.niveaux] for ladder in strategy.strategies.values())


def _text(board: Any, dso: Any) -> Iterator[str]:
    from generator.portfolio.dashboard_words import count

    open_ones = f", dont {board.ouverts} à encaisser" if board.ouverts else ""
    yield f"Tableau au {short_date(board.au)} : {count(board.dossiers, 'dossier', 'dossiers')}{open_ones}"
    yield ""
    yield from _totals(board)
    yield from _balance(board)
    yield from _debtors(board)
    yield from _levels_text(board)
    yield from _expected(board)
    yield from _delays(board, dso)


def _totals(board: Any) -> Iterator[str]:
    from generator.money import euros
    from generator.portfolio.dashboard_words import count, percent

    total = board.total
    rows = [
        ("Encours", euros(total.total), count(total.nombre, "facture non soldée", "factures non soldées")),
        ("dont échu", euros(total.echu), percent(total.echu, total.total)),
        ("dont contesté", euros(board.conteste.total), count(board.conteste.nombre, "facture", "factures")),
        ("dont procédure collective", euros(board.procedure.total), "à déclarer, plus à relancer"),
        ("Pénalités restant dues", euros(board.penalites), "en plus de l'encours"),
        ("Indemnités restant dues", euros(board.indemnites), "en plus de l'encours"),
        ("À rendre", euros(board.credit), "trop-perçus"),
    ]
    always = {"Encours", "dont échu", "Pénalités restant dues"}
    amounts = (
        total.total,
        total.echu,
        board.conteste.total,
        board.procedure.total,
        board.penalites,
        board.indemnites,
        board.credit,
    )
    shown = [row for row, amount in zip(rows, amounts, strict=True) if amount or row[0] in always]
    yield table(("Ce qui est dû", "Montant", ""), shown, right=(1,))


def _balance(board: Any) -> Iterator[str]:
    from generator.money import euros
    from generator.portfolio.dashboard_words import AGE_NAMES, KIND_NAMES, percent

    total = board.total
    if not total.total:
        return
    yield ""
    ages = zip(AGE_NAMES.values(), total.factures, total.montants, strict=True)
    rows = [
        (name, str(number), euros(amount), percent(amount, total.total), _bar(amount, total.total))
        for name, number, amount in ages
    ]
    yield table(("Balance âgée", "Factures", "Montant", "Part", ""), rows, right=(1, 2, 3))
    kinds = [(KIND_NAMES[kind], row) for kind, row in board.balance.items() if row.nombre]
    if len(kinds) > 1 or board.conteste.nombre or board.procedure.nombre:
        kinds += [("Total", total)] if len(kinds) > 1 else []
        kinds += [("dont contesté", board.conteste)] if board.conteste.nombre else []
        kinds += [("dont proc. collective", board.procedure)] if board.procedure.nombre else []
        yield ""
        cells = [(name, *(euros(m) if m else "" for m in (*row.montants, row.total))) for name, row in kinds]
        yield table(
            ("Débiteurs", "Non échu", "1 à 30 j", "31 à 60 j", "61 à 90 j", "> 90 j", "Total"),
            cells,
            right=range(1, 7),
        )


def _bar(part: Decimal, whole: Decimal) -> str:
    """Block characters, in eighths of one: what is not nothing shows."""
    eighths = max(1, round(part / whole * BAR * 8)) if part else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _debtors(board: Any) -> Iterator[str]:
    from generator.money import euros
    from generator.portfolio.dashboard_words import days, percent

    rows = [
        (row.nom[:40] + (" (proc. collective)" if row.procedure_collective else ""), euros(row.echu), percent(row.echu, board.total.echu), days(row.retard), str(row.dossiers))
        for row in board.premiers
    ]  # fmt: skip
    if rows:
        yield ""
        yield table(("Qui doit le plus", "Échu", "Part", "Plus vieux retard", "Dossiers"), rows, right=(1, 2, 3, 4))


def _levels_text(board: Any) -> Iterator[str]:
    from generator.money import euros
    from generator.portfolio.dashboard_words import last_level

    rows = [(last_level(row.niveau), str(row.dossiers), euros(row.montant)) for row in board.niveaux]
    if board.niveau_procedure.dossiers:
        apart = board.niveau_procedure
        rows.append(("Procédure collective", str(apart.dossiers), euros(apart.montant)))
    if rows:
        yield ""
        yield table(("Dernier message envoyé", "Dossiers", "Échu"), rows, right=(1, 2))


def _expected(board: Any) -> Iterator[str]:
    from generator.money import euros
    from generator.portfolio.dashboard_words import periods, weeks

    if not board.cash.total:
        return
    for title, found in (("Attendu par mois", periods(board.cash)), ("Attendu par semaine", weeks(board.cash))):
        rows = [(name, *(euros(m) if m else "" for m in (e.plans, e.promesses, e.total))) for name, e in found]
        yield ""
        yield table((title, "Plans", "Promesses", "Total"), rows, right=(1, 2, 3))


def _delays(board: Any, dso: Any) -> Iterator[str]:
    from generator.portfolio.dashboard_words import count, days
    from generator.portfolio.sales import of_month

    late, promises = board.retard, board.promesses
    yield ""
    if dso.jours is not None:
        yield f"Délai de règlement : {days(dso.jours)}, par épuisement, si chaque facture non payée a son dossier."
    else:
        yield f"Délai de règlement : non calculé, {dso.manque}."
    if late.pondere is not None:
        paid = count(late.factures, "facture soldée", "factures soldées")
        said = f"{days(late.pondere)}, pondéré par le montant ({paid}, moyenne simple : {days(late.simple)})"
        yield f"Retard des paiements {of_month(board.au)} : {said}."
    else:
        yield f"Retard des paiements {of_month(board.au)} : aucune facture soldée."
    if promises.part_tenue is not None:
        kept = f"{promises.tenues} sur {promises.tenues + promises.rompues}"
        yield f"Promesses tenues : {kept} ; {promises.en_cours} en cours."
