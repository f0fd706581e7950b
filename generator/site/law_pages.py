"""`docs/taux.md` and `docs/articles.md`: the law tables and the registry of texts, for readers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import groupby

from generator.calendar_fr import ONE_DAY
from generator.errors import InvalidInput
from generator.law import Article, Law, Table, Value, half_year_label, next_half_year
from generator.law.rates import default_rate, floor_rate, legal_rate, public_rate
from generator.money import euros, taux
from generator.site.front_matter import Check, check_of, front_matter
from generator.site.words import cell, citations, day

RATE_TABLES = ("refinancement-bce", "interet-legal", "majoration-penalites", "plancher-penalites")
RECENT = 8
Rule = Callable[[Law, date], Decimal]
# Columns of the table of rates: heading, rule.
COLUMNS: tuple[tuple[str, Rule], ...] = (
    ("Client professionnel<br>(BCE + 10)", lambda law, on: default_rate(law, on).taux),
    ("Acheteur public<br>(BCE + 8)", lambda law, on: public_rate(law, on).taux),
    ("Intérêt légal,<br>créancier professionnel", lambda law, on: legal_rate(law, on).taux),
    ("Intérêt légal,<br>créancier particulier", lambda law, on: legal_rate(law, on, "particuliers").taux),
    ("Plancher d'un taux convenu<br>(3 × légal)", lambda law, on: floor_rate(law, on).taux),
    ("BCE", lambda law, on: law.value("refinancement-bce", on).valeur),
)
UNITS = {"annees": ("an", "ans"), "jours": ("jour", "jours"), "mois": ("mois", "mois"), "points": ("point", "points")}
UNKNOWN = "–"
# Names of series that need accents or more words; any other is its own key.
LABELS = {
    "defaut": "Sans délai convenu",
    "plafond": "Délai convenu, au plus",
    "plafond-fin-de-mois": "Délai convenu, fin de mois, au plus",
    "facture-periodique": "Facture périodique",
    "denrees-perissables": "Denrées périssables",
    "viandes-fraiches": "Viandes fraîches",
    "vins-fin-de-mois": "Vins, fin de mois",
    "public-etat": "État et collectivités",
    "public-sante": "Établissements publics de santé",
    "public-entreprise": "Entreprises publiques",
    "public-interets": "Intérêts dus par un acheteur public",
    "declaration-creance": "Déclarer une créance",
    "avocat-apres-opposition": "Prendre un avocat après une opposition",
    "execution-injonction": "Exécuter une injonction de payer, sans opposition",
    "butoir": "Délai butoir",
    "reprise-minimale": "Après une suspension, au moins",
    "reprise-minimale-petites-creances": "Après une suspension, petites créances, au moins",
    "reprise-minimale-public": "Après une suspension, acheteur public, au moins",
    "suspension-maximale-public": "Suspension, acheteur public, au plus",
    "execution-titre": "Exécuter une décision de justice",
    "frais-opposition": "Consigner les frais d'opposition",
    "declaration-creance-hors-metropole": "Déclarer une créance, tribunal en métropole et créancier ailleurs",
    "declaration-creance-outre-mer": "Déclarer une créance, tribunal outre-mer et créancier ailleurs",
    "majoration-taux-legal": "Avant la majoration du taux légal",
    "opposition-injonction": "Opposition à une injonction de payer",
    "relief-forclusion": "Relevé de forclusion",
    "recuperation-tva": "Récupérer la TVA d'une créance perdue",
    "revendication": "Revendiquer un bien",
    "signification-injonction": "Signifier une injonction de payer",
    "signification-l126": "Signifier le titre d'une créance commerciale incontestée",
    "notification-jugement": "Notifier un jugement par défaut ou réputé contradictoire",
    "public": "Acheteur public",
    "petites-creances": "Procédure simplifiée des petites créances",
    "tentative-amiable": "Tentative amiable obligatoire",
    "dernier-ressort": "Jugement sans appel",
    "avocat": "Sans avocat à l'audience",
    "contribution-justice-economique": "Contribution pour la justice économique",
    "garantie-paiement-travaux": "Garantie de paiement des travaux",
    "petits-litiges-europeens": "Petits litiges européens",
}


def rates_page(law: Law, on: date) -> str:
    """`taux.md`: rates by half-year with their sources, then every other table."""
    half_years = sorted((value.depuis for value in law.table("refinancement-bce").valeurs), reverse=True)
    check = check_of(law, (), tables=law.tables)
    return "\n".join(
        [
            front_matter(check, title="Taux, délais et seuils", description="Taux par semestre et seuils, chacun avec sa source."),
            "# Taux, délais et seuils\n\nChaque valeur a une date de début et une source. "
            "`impayes` calcule avec ces tables, et avec rien d'autre.\n{ .chapeau }\n",
            _now(law, min(on, next_half_year(half_years[0]) - ONE_DAY)),
            "## Taux par semestre\n\nLe taux change le 1er janvier et le 1er juillet. Une dette ancienne traverse donc plusieurs taux. "
            "Envers un acheteur public, le taux du semestre où l'intérêt commence est gardé jusqu'au paiement "
            f"({citations(law, ['ccp-r2192-31'])}).\n",
            _rates(law, half_years[:RECENT]),
            _folded("Semestres plus anciens", _rates(law, half_years[RECENT:])),
            _folded("Sources de ces taux", _sources(law, half_years)),
            "Un semestre manque ? Ajoutez-le dans `taux.yml`, à côté de votre `entreprise.yml` : voyez [comment l'écrire](calcul.md). "
            "Tant qu'il manque, ce qui réclame une somme est refusé ; les dates, elles, continuent.\n",
            *(_other(law, table, on) for table in law.tables if table.id not in RATE_TABLES),
        ]
    )  # fmt: skip


def _now(law: Law, on: date) -> str:
    figures = (
        ("Entre professionnels", default_rate(law, on).taux, "si rien n'est convenu"),
        ("Acheteur public", public_rate(law, on).taux, "retard né ce semestre"),
        ("Intérêt légal", legal_rate(law, on).taux, "créancier professionnel"),
        ("Plancher", floor_rate(law, on).taux, "d'un taux convenu"),
    )
    rows = "\n".join(f"-   {name}\n\n    **{taux(rate)}**\n\n    {line}\n" for name, rate, line in figures)
    return f'## En ce moment : {half_year_label(on)}\n\n<div class="chiffres" markdown>\n\n{rows}\n</div>\n'


def _rates(law: Law, half_years: list[date]) -> str:
    head = "| Semestre | " + " | ".join(name for name, _ in COLUMNS) + " |\n|---|" + "--:|" * len(COLUMNS)
    rows = [
        f"| {half_year_label(on)} | " + " | ".join(_rate(law, on, rule) for _, rule in COLUMNS) + " |"
        for on in half_years
    ]
    return "\n".join([head, *rows, ""])


def _rate(law: Law, on: date, rule: Rule) -> str:
    try:
        return taux(rule(law, on))
    except InvalidInput:
        return UNKNOWN  # the legal rate of a half-year before 2015 was yearly, and is not on file


def _sources(law: Law, half_years: list[date]) -> str:
    lines = []
    for on in half_years:
        values = [v for name in RATE_TABLES[:2] for v in law.table(name).valeurs if v.depuis == on]
        links = dict.fromkeys(_source(value) for value in values)
        lines.append(f"- **{half_year_label(on)}** : {' ; '.join(links)}")
    return "\n".join(lines) + "\n"


def _source(value: Value) -> str:
    text = value.source.texte
    link = f"[{text}]({value.source.url})" if value.source.url else text
    published = f", publié le {day(value.source.publie_le)}" if value.source.publie_le else ""
    return f"{link}{published}{' (à confirmer)' if value.confiance != 'haute' else ''}"


def _folded(title: str, body: str) -> str:
    indented = "\n".join(f"    {line}".rstrip() for line in body.splitlines())
    return f'??? note "{title}"\n\n{indented}\n'


def _other(law: Law, table: Table, on: date) -> str:
    named = table.cles != (None,)
    head = f"| {'Cas | ' if named else ''}Valeur | Depuis le | Texte |\n|{'---|' if named else ''}--:|--:|---|"
    current: list[str] = []
    past: list[str] = []
    for key in table.cles:
        values = [value for value in reversed(table.serie(key)) if value.confiance != "basse"]
        newest = next((value for value in values if value.depuis <= on), None)
        for value in values:
            (past if newest and value.depuis < newest.depuis else current).append(_row(law, table, value, named))
    older = _folded("Anciennes valeurs", "\n".join([head, *past])) if past else ""
    return "\n".join(
        [
            f"## {table.libelle} {{ #{table.id} }}\n",
            head,
            *current,
            "",
            older,
            f"Vérifié le {day(table.verifie_le)}, à revoir le {day(table.a_revoir_le)}.\n{{ .verifie }}\n",
        ]
    )


def _row(law: Law, table: Table, value: Value, named: bool) -> str:
    label = f"{LABELS.get(value.cle or '', (value.cle or '').replace('-', ' ').capitalize())} | " if named else ""
    text = value.source.texte.replace('"', "")
    address = f' ([source]({value.source.url} "{text}"))' if value.source.url else f" ({text})"
    doubt = " Valeur à confirmer." if value.confiance != "haute" else ""
    note = f" {value.note}" if value.note else ""
    texts = citations(law, value.articles)
    return f"| {label}{amount(value.valeur, table.unite)} | {day(value.depuis)} | {cell(f'{texts}{address}.{note}{doubt}')} |"


def amount(value: Decimal, unit: str) -> str:
    """A value with its unit: « 40,00 € », « 2 ans », « 3 fois le taux légal »."""
    if unit == "EUR":
        return euros(value)
    if unit == "% par an":
        return taux(value)
    number = f"{value:f}".replace(".", ",")
    one, many = UNITS.get(unit, (unit, unit))
    return f"{number}\u00a0{one if value < 2 else many}"


def articles_page(law: Law) -> str:
    """`articles.md`: every text cited, by code, each with a name that other pages link to."""
    oldest = min(article.verifie_le for article in law.articles)
    review = min(table.a_revoir_le for table in law.tables)
    parts = [
        front_matter(Check(oldest, review, (), ()), title="Textes cités", description="Le registre des textes cités par le guide et par les lettres."),
        "# Textes cités\n\nTous les textes sur lesquels reposent les calculs, les lettres et ce guide. "
        "Sans lien, cherchez le numéro sur [Légifrance](https://www.legifrance.gouv.fr/).\n{ .chapeau }\n\n"
        f"Sauf autre date, chaque texte a été vérifié le {day(oldest)}.\n",
    ]  # fmt: skip
    for code, articles in groupby(law.articles, key=_code):
        parts += [f"## {code}\n", *(_article(article, code, oldest) for article in articles), ""]
    return "\n".join(parts)


def _code(article: Article) -> str:
    code = article.titre.split(", ")[0]
    return code if code.startswith("Code ") else "Autres textes"


def _article(article: Article, code: str, oldest: date) -> str:
    title = article.titre.removeprefix(f"{code}, ")
    link = [f"[lire le texte]({article.url})"] if article.url else []
    version = [f"version du {day(article.version_du)}"] if article.version_du else []
    checked = [f"vérifié le {day(article.verifie_le)}"] if article.verifie_le != oldest else []
    more = "".join(f", {part}" for part in [*link, *version, *checked])
    return f"- **{title[0].upper()}{title[1:]}**{{ #{article.id} }} : {article.objet}{more}."
