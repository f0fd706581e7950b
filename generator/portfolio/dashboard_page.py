"""The dashboard as one self-contained HTML page: what is shown, in which words. Drawing is in `charts`.

A dashboard gets forwarded: natural persons are named by the reference of their dossier unless asked otherwise.
"""

import html
import re
from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from generator.calendar_fr import long_date
from generator.known_rates import rates_notice
from generator.look import TEXT_CONTRAST, Look, contrast
from generator.money import ZERO
from generator.portfolio.charts import Bar, columns, gauge, rows, short_euros, whole_euros
from generator.portfolio.dashboard import Aged, Dashboard, DebtorRow, Expected
from generator.portfolio.dashboard_words import (
    AGE_NAMES,
    KIND_NAMES,
    ONE_KIND,
    SHORT_AGES,
    count,
    days,
    debtor_name,
    last_level,
    number,
    percent,
    periods,
    weeks,
)
from generator.portfolio.sales import Dso, month_name, one_decimal
from generator.typography import typography

# The ground each theme writes on, tinted boxes included (`tableau.css`).
LIGHT_GROUND, DARK_GROUND = "#f6f1e9", "#25211d"


def dashboard_page(
    board: Dashboard, dso: Dso, company: str | None = None, look: Look | None = None, *, names: bool = False
) -> bytes:
    """The page as UTF-8; the same figures give the same bytes. `names` writes the names of private persons too."""
    colour = (look or Look()).couleur
    top = board.premiers
    au = long_date(board.au)
    page = _page(
        titre=f"Encours et retards{f', {company}' if company else ''}, au {au}",
        claire=legible(colour, LIGHT_GROUND),
        sombre=legible(colour, DARK_GROUND),
        entreprise=company,
        au=au,
        au_iso=board.au.isoformat(),
        dossiers=f"{count(board.dossiers, 'dossier', 'dossiers')}{f', dont {board.ouverts} à encaisser' if board.ouverts else ''}",
        resume=" ".join(filter(None, (summary(board, names), rates_notice(board.taux_absents, examples=False)))),
        illisibles=f"{count(len(board.illisibles), 'dossier illisible', 'dossiers illisibles')}."
        if board.illisibles
        else "",
        chiffres=_figures(board, dso),
        a_rendre=_or_nothing(board.credit),
        balance=_balance(board),
        premiers=[_debtor(row, top, board.total.echu, names) for row in top],
        attendu=_cash(board),
        niveaux=_levels(board),
        delais=_delays(board, dso),
        noms_phrase="" if names else "Un particulier n'est désigné que par la référence de son premier dossier.",
        noms_avis=(
            "Cette page nomme des particuliers : ne la transmettez qu'à qui doit la lire, et effacez-la ensuite."
            if names
            else "Les particuliers n'y sont pas nommés. Un entrepreneur individuel l'est, par son nom : relisez avant de transmettre."
        ),
    )
    return page.encode("utf-8")


def legible(colour: str, ground: str) -> str:
    """The company's colour, made darker or lighter in its own hue until it stands out on `ground` (both `#rrggbb`)."""
    hue, lightness, saturation = rgb_to_hls(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    step = -0.02 if contrast("#000000", ground) > contrast("#ffffff", ground) else 0.02
    while contrast(colour, ground) < TEXT_CONTRAST:
        lightness = min(1.0, max(0.0, lightness + step))
        colour = "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue, lightness, saturation))
    return colour


def summary(board: Dashboard, names: bool) -> str:
    """What to remember, in two sentences."""
    total, late = board.total.total, board.total.echu
    if not total:
        return "Rien ne reste à payer des factures."
    if not late:
        return f"{whole_euros(total)} restent à encaisser, et rien n'est échu."
    top = board.premiers
    first = top[0]
    said = f"{percent(late, total)} de l'encours est en retard : {whole_euros(late)} sur {whole_euros(total)}."
    if len(top) == 1:
        return f"{said} Un seul débiteur : {debtor_name(first, names)}."
    return f"{said} Le plus gros retard, {whole_euros(first.echu)}, est celui d'un seul débiteur : {debtor_name(first, names)}."


@dataclass(frozen=True)
class Figure:
    """One of the figures at the top of the page."""

    nom: str
    valeur: str
    precision: str


def _figures(board: Dashboard, dso: Dso) -> list[Figure]:
    total, late = board.total, board.total.echu
    unpaid = count(total.nombre, "facture non soldée", "factures non soldées")
    return [
        Figure("Encours", whole_euros(total.total), f"{unpaid}, TVA comprise"),
        Figure(
            "Dont échu", whole_euros(late), f"{percent(late, total.total)} de l'encours" if late else "rien en retard"
        ),
        Figure(
            "Pénalités et indemnités",
            whole_euros(board.penalites + board.indemnites),
            f"en plus, dont {whole_euros(board.penalites)} de pénalités",
        ),
        Figure("Attendu sous quatre semaines", whole_euros(board.cash.quatre_semaines), "plans signés et promesses"),
        Figure(
            "Délai de règlement",
            days(_rounded(dso.jours)) if dso.jours is not None else "non calculé",
            "de la vente à l'argent" if dso.jours is not None else "il manque les ventes",
        ),
        Figure(
            "Retard des paiements du mois",
            days(board.retard.pondere) if board.retard.pondere is not None else "sans objet",
            "pondéré par le montant" if board.retard.pondere is not None else "aucune facture soldée ce mois",
        ),
    ]


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), rounding="ROUND_HALF_UP")


def _balance(board: Dashboard) -> dict[str, Any] | None:
    total = board.total
    if not total.total:
        return None
    bars = [
        Bar(
            name,
            amount,
            short_euros(amount) if amount else "0 €",
            percent(amount, total.total) if amount else "",
            contested,
            douce=rank == 0,
        )
        for rank, (name, amount, contested) in enumerate(
            zip(SHORT_AGES, total.montants, board.conteste.montants, strict=True)
        )
    ]
    spoken = ", ".join(
        f"{name} {whole_euros(amount)}" for name, amount in zip(AGE_NAMES.values(), total.montants, strict=True)
    )
    lines = [
        {
            "nom": name,
            "factures": total.factures[rank],
            "montant": whole_euros(total.montants[rank]),
            "part": percent(total.montants[rank], total.total),
            "conteste": _or_nothing(board.conteste.montants[rank]),
        }
        for rank, name in enumerate(AGE_NAMES.values())
    ]
    lines.append(
        {
            "nom": "Total",
            "factures": total.nombre,
            "montant": whole_euros(total.total),
            "part": percent(total.total, total.total),
            "conteste": _or_nothing(board.conteste.total),
        }
    )
    kinds = [_kind(KIND_NAMES[kind], row) for kind, row in board.balance.items() if row.nombre]
    kinds.append(_kind("Total", total, "total"))
    kinds += [
        _kind(name, row, "dont")
        for name, row in (("dont contesté", board.conteste), ("dont procédure collective", board.procedure))
        if row.nombre
    ]
    return {
        "graphique": columns("age", "Encours par âge", f"Principal restant dû : {spoken}.", bars),
        "conteste": bool(board.conteste.total),
        "ages": lines,
        "colonnes": list(AGE_NAMES.values()),
        "natures": kinds,
    }


def _or_nothing(amount: Decimal) -> str:
    return whole_euros(amount) if amount else ""


def _kind(name: str, row: Aged, css: str = "") -> dict[str, Any]:
    return {"nom": name, "classe": css, "montants": [_or_nothing(m) or "–" for m in (*row.montants, row.total)]}


def _debtor(row: DebtorRow, top: Sequence[DebtorRow], late: Decimal, names: bool) -> dict[str, Any]:
    said = [ONE_KIND[row.qualite]] if row.qualite != "particulier" or names else []
    said.append(count(row.dossiers, "dossier", "dossiers"))
    if row.procedure_collective:
        said.append("en procédure collective")
    if row.conteste:
        said.append(f"{whole_euros(row.conteste)} contestés")
    return {
        "nom": debtor_name(row, names),
        "precision": ", ".join(said),
        "echu": whole_euros(row.echu),
        "jauge": gauge(row.echu, top[0].echu),
        "part": percent(row.echu, late),
        "retard": f"{row.retard} j",
    }


def _cash(board: Dashboard) -> dict[str, Any]:
    if not board.cash.total:
        return {"mois": None}
    months = periods(board.cash)
    bars = [Bar(name, e.total, whole_euros(e.total), trame=e.promesses) for name, e in months]
    spoken = ", ".join(f"{name} {whole_euros(e.total)}" for name, e in months)
    return {
        "graphique": rows("attendu", "Argent attendu par mois", f"Plans signés et promesses : {spoken}.", bars),
        "mois": {"titre": "Par mois", "colonne": "Mois", "lignes": _expected_lines(months)},
        "semaines": {
            "titre": "Les quatre prochaines semaines",
            "colonne": "Du",
            "lignes": _expected_lines(weeks(board.cash)),
        },
    }


def _expected_lines(found: Sequence[tuple[str, Expected]]) -> list[dict[str, str]]:
    total = Expected(sum((e.plans for _, e in found), ZERO), sum((e.promesses for _, e in found), ZERO))
    return [
        {
            "nom": name,
            "plans": _or_nothing(e.plans) or "–",
            "promesses": _or_nothing(e.promesses) or "–",
            "total": whole_euros(e.total),
        }
        for name, e in (*found, ("Total", total))
    ]


def _levels(board: Dashboard) -> dict[str, Any]:
    found = [(last_level(row.niveau), row) for row in board.niveaux]
    if board.niveau_procedure.dossiers:
        found.append(("Procédure collective", board.niveau_procedure))
    if not found:
        return {"lignes": []}
    bars = [
        Bar(
            name,
            row.montant,
            f"{count(row.dossiers, 'dossier', 'dossiers')}, {whole_euros(row.montant)}",
            douce=row is board.niveau_procedure,
        )
        for name, row in found
    ]
    spoken = ", ".join(f"{bar.nom} {bar.texte}" for bar in bars)
    lines = [{"nom": name, "dossiers": row.dossiers, "montant": whole_euros(row.montant)} for name, row in found]
    lines.append(
        {"nom": "Total", "dossiers": sum(row.dossiers for _, row in found), "montant": whole_euros(board.total.echu)}
    )
    return {
        "graphique": rows("niveaux", "Échu par dernier message envoyé", f"{spoken}.", bars),
        "lignes": lines,
        "sens": "Les dossiers qui ont de l'échu, selon le dernier message parti, et ce qui y est échu.",
    }


def _delays(board: Dashboard, dso: Dso) -> dict[str, Any]:
    late, promises = board.retard, board.promesses
    month = month_name(board.au)
    paid = f"{count(late.factures, 'facture soldée', 'factures soldées')} en {month}, {whole_euros(late.montant)}"
    kept = [count(promises.tenues, "tenue", "tenues"), count(promises.rompues, "rompue", "rompues")]
    return {
        "dso": days(dso.jours) if dso.jours is not None else "Non calculé",
        "manque": f"{dso.manque[:1].upper()}{dso.manque[1:]}." if dso.manque else "",
        "mois": [
            {
                "nom": month_name(m.mois).capitalize(),
                "a_epuiser": whole_euros(m.a_epuiser),
                "ventes": whole_euros(m.ventes),
                "jours": number(one_decimal(m.jours)),
            }
            for m in dso.mois
        ],
        "pondere": days(late.pondere) if late.pondere is not None else "Sans objet",
        "retard": f"{paid}. Moyenne simple : {days(late.simple)}."
        if late.simple is not None
        else f"Aucune facture soldée en {month}.",
        "promesses": percent(Decimal(promises.tenues), Decimal(promises.tenues + promises.rompues)) or "Sans objet",
        "promesses_detail": f"{', '.join(kept)}, {promises.en_cours} en cours.",
    }


# A text between two tags; the style sheet keeps its own spaces.
_TEXT = re.compile(r"(<style\b.*?</style>)|(?<=>)([^<>]+)(?=<)", re.DOTALL)


def _page(**context: Any) -> str:
    """The template filled, with French typography on every text a reader sees."""

    def polish(found: re.Match[str]) -> str:
        return found[1] or html.escape(typography(html.unescape(found[2])), quote=False)

    loader = PackageLoader("generator", "portfolio")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return _TEXT.sub(polish, environment.get_template("tableau.html.j2").render(**context)).lstrip()
