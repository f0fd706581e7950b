"""`docs/lettres/`: the gallery and one page per letter, with its sample and its downloads."""

from collections.abc import Sequence

from generator.calendar_fr import list_fr, long_date
from generator.export import FORMATS
from generator.law import Law
from generator.letters import Letter, LetterSpec, rank
from generator.site.front_matter import check_of, front_matter
from generator.site.guide import Guide
from generator.site.preview import frame, thumbnail
from generator.site.samples import Sample
from generator.site.words import CHANNELS, KINDS, PHASES, citations, or_list, size

FORMAT_NAMES = {
    "pdf": "PDF, prêt à signer",
    "html": "HTML, pour un navigateur",
    "txt": "Texte, pour un courriel",
    "docx": "Word, à retoucher",
    "eml": "Courriel, à ouvrir dans votre messagerie",
}
# When a letter is never proposed by itself, its phase says when it serves.
MOMENTS = {
    "accord": "Quand le client propose, ou accepte, de payer en plusieurs fois.",
    "judiciaire": "Quand la mise en demeure est restée sans effet.",
    "procedure-collective": "Dès qu'une procédure collective est publiée.",
}
# Usual places of the dossier, in words; any other path is shown as it is.
FIELDS = {
    "creancier.siren": "votre SIREN",
    "creancier.adresse": "votre adresse",
    "debiteur.adresse": "l'adresse du client",
    "debiteur.siren": "le SIREN du client",
    "plan.echeances": "les versements du plan",
}
FILES = "fichiers"

# What a letter of the ladder asks of a dossier; the special ones ask more.
USUAL_NEEDS = 3

Pair = tuple[Letter, Sample]


def ordered(letters: Sequence[Letter]) -> list[Letter]:
    """In the order of the path, from before the due date to the court."""
    return sorted(
        letters,
        key=lambda x: (list(PHASES).index(x.spec.phase), *rank(x.spec), x.id),
    )


def gallery(pairs: Sequence[Pair], law: Law) -> str:
    """`lettres/index.md`."""
    articles = dict.fromkeys(article for letter, _ in pairs for article in letter.spec.articles)
    parts = [
        front_matter(check_of(law, articles), title="Lettres", description="Toutes les lettres, avec un exemple rempli.", hide=["navigation"]),
        "# Lettres\n\nChoisissez selon le moment et selon votre client. Chaque lettre est montrée remplie, "
        "pour une entreprise fictive. Copiez-la, téléchargez-la, ou laissez `impayes` la remplir avec vos données.\n{ .chapeau }\n",
    ]  # fmt: skip
    for phase, (title, line) in PHASES.items():
        cards = [_card(letter, sample) for letter, sample in pairs if letter.spec.phase == phase]
        if cards:
            parts.append(
                f'## {title}\n\n{line}\n\n<div class="cartes cartes--lettres" markdown>\n\n'
                + "\n".join(cards)
                + "\n</div>\n"
            )
    return "\n".join(parts)


def _card(letter: Letter, sample: Sample) -> str:
    spec = letter.spec
    return (
        f'<div class="carte carte--lettre" markdown>\n\n{thumbnail(sample.document)}\n\n'
        f"### [{spec.titre}]({spec.id}.md) {{ data-toc-label='{spec.titre.replace(chr(39), '’')}' }}\n\n{spec.resume}\n\n"
        f'<p class="carte__pied">Pour {or_list(KINDS[kind] for kind in spec.pour)}</p>\n\n</div>\n'
    )


def letter_page(letter: Letter, sample: Sample, guide: Guide, law: Law) -> str:
    """`lettres/<id>.md`."""
    spec = letter.spec
    articles = [*spec.articles, *(article for refusal in spec.refuse_si for article in refusal.articles)]
    articles += [article for line in sample.statement.lignes for article in line.articles] if spec.articles else []
    check = check_of(law, articles, sample.statement.valeurs)
    return "\n".join(
        [
            front_matter(check, title=spec.titre, description=spec.resume, hide=["navigation"], **_search(spec)),
            f'<p class="fil"><a href="index.html">Toutes les lettres</a> › {PHASES[spec.phase][0]}</p>\n',
            f"# {spec.titre}\n\n{spec.resume}\n{{ .chapeau }}\n",
            _facts(spec),
            _example(sample),
            _downloads(sample),
            _command(spec, sample),
            _contents(spec),
            _refusals(spec, law),
            _next(spec, guide),
        ]
    )


def _search(spec: LetterSpec) -> dict[str, dict[str, int]]:
    """Who types « mise en demeure » wants the usual one, not the nine special ones."""
    usual = spec.proposer_des is not None and spec.langue == "fr" and len(spec.exige) <= USUAL_NEEDS
    return {"search": {"boost": 3}} if usual else {}


def _facts(spec: LetterSpec) -> str:
    delay = spec.delai_reponse_jours
    facts = {
        "Quand": moment(spec),
        "Pour qui": or_list(KINDS[kind] for kind in spec.pour).capitalize() + ".",
        "Envoi": or_list(CHANNELS[channel] for channel in spec.envoi).capitalize() + ".",
        "Réponse": f"{delay} jours laissés au client, reportés au jour ouvré suivant."
        if delay
        else "La lettre ne fixe aucune date.",
        "Ton": or_list(spec.tons).capitalize() + ".",
    }
    rows = "\n".join(f"{name}\n:   {value}\n" for name, value in facts.items())
    return f'<div class="faits" markdown>\n\n{rows}\n</div>\n'


def moment(spec: LetterSpec) -> str:
    """When the letter is the natural one; usage, not law."""
    days = spec.proposer_des
    if days is None:
        return MOMENTS.get(spec.phase, "Quand vous le jugez utile.")
    if days < 0:
        return f"Dans les {-days} jours qui précèdent l'échéance."
    if days < 2:
        return "Dès le lendemain de l'échéance."
    return f"À partir de {days} jours de retard."


def _example(sample: Sample) -> str:
    document, case = sample.document, sample.loaded.case
    text = sample.files["txt"].decode("utf-8").rstrip()
    block = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
    return (
        f"## Exemple\n\nLe {long_date(document.au)}, {case.creancier.nom} écrit à {case.debiteur.nom}. "
        "Ces deux noms et ces sommes sont fictifs.\n\n"
        '=== "La lettre"\n\n'
        f"    {frame(document, sample.files['html'])}\n\n"
        '=== "Le texte à copier"\n\n'
        f'    ``` {{ .text .lettre-texte title="Remplacez les noms, les dates et les sommes" }}\n{block}\n    ```\n'
    )


def _downloads(sample: Sample) -> str:
    links = [
        f"- [{FORMAT_NAMES.get(name, name.upper())}]({FILES}/{sample.stem}.{name}){{ download }} "
        f'<span class="poids">{name.upper()}, {size(len(sample.files[name]))}</span>'
        for name in FORMATS
        if name in sample.files
    ]
    return '## Télécharger l\'exemple\n\n<div class="telecharger" markdown>\n\n' + "\n".join(links) + "\n\n</div>\n"


def _command(spec: LetterSpec, sample: Sample) -> str:
    needed = list_fr(FIELDS.get(path, f"`{path}`") for path in spec.exige)
    asks = f"Elle exige {needed}. " if needed else ""
    return (
        "## La remplir avec vos données\n\n"
        f"{asks}Les sommes sont recalculées à la date que vous donnez.\n\n"
        f"```text\nimpayes lettre dossiers/{sample.loaded.path.name} {spec.id}\n```\n\n"
        f"L'exemple de cette page vient de "
        f"`impayes lettre examples/dossiers/{sample.loaded.path.name} {spec.id} --au {sample.document.au.isoformat()}`.\n"
    )


def _contents(spec: LetterSpec) -> str:
    if not spec.mentions:
        return ""
    said = "{}" if spec.langue == "fr" else f'<span lang="{spec.langue}">{{}}</span>'
    rows = "\n".join(f"- « {said.format(mention.contient)} »" for mention in spec.mentions)
    return (
        "## Ce qu'elle dit toujours\n\nSi vous adaptez cette lettre, gardez ces mots. "
        f"`impayes` refuse d'écrire une version qui les perd.\n\n{rows}\n"
    )


def _refusals(spec: LetterSpec, law: Law) -> str:
    if not spec.refuse_si:
        return ""
    rows = []
    for refusal in spec.refuse_si:
        texts = citations(law, refusal.articles, "../")
        rows.append(f"- {refusal.phrase.rstrip('.')}{f' ({texts})' if texts else ''}.")
    return (
        "## Ce qui l'interdit\n\nDans ces cas, `impayes` n'écrit pas la lettre et dit pourquoi.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def _next(spec: LetterSpec, guide: Guide) -> str:
    rows = []
    if (checklist := guide.checklist(spec.checklist)) is not None:
        rows.append(f"- Avant l'envoi : la liste [{checklist.titre}](../listes/{checklist.id}.md)")
    rows += [f"- Pour comprendre : [{title}](../{path})" for path, title in guide.pages_of(spec.page)]
    if (following := guide.letter(spec.suite)) is not None:
        rows.append(f"- Sans réponse, la lettre suivante : [{following.spec.titre}]({following.id}.md)")
    return "## Et ensuite\n\n" + "\n".join(rows) + "\n" if rows else ""
