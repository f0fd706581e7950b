"""The company's own site: its letters by phase, each with a sample in its look. Plain HTML, no script, nothing fetched.

The samples are the fictitious dossiers of the product; of the company, only what its letterhead says.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from generator.calendar_fr import list_fr, long_date
from generator.case import Company
from generator.errors import Failure, InvalidInput, LegalRefusal, MissingComponent, UserError
from generator.export import FORMATS
from generator.law import Law
from generator.letterhead import IMAGE_BYTES, image_uri, legal_mentions, read_company_file
from generator.letters import SHARED, Letter, check_letter, find_letters, suggestions
from generator.loading import LoadedCase, law_of, load_company
from generator.pipeline import read
from generator.render import render
from generator.resources import builtin, letter_roots
from generator.site.letter_pages import FORMAT_NAMES, moment, ordered
from generator.site.samples import Sample
from generator.site.words import CHANNELS, KINDS, PHASES, or_list, size
from generator.statement import Statement, build_statement
from generator.typography import typography
from generator.writing import reason, write_all

DOWNLOADS = ("pdf", "docx", "txt")
# What the site has written, so that the next run removes what is no longer there and nothing else.
MARKER = ".impayes-site"
# The letter in its frame: no margin of its own; on a phone, room for its tables and for the IBAN beside the code.
_FRAMED = """
body { max-width: none; padding: 1.6rem 1.4rem; overflow-wrap: break-word; }
main { overflow-x: auto; }
@media (max-width: 40rem) {
  tbody th { overflow-wrap: normal; min-width: 5.5rem; }
  .solde.avec-qr, .banque.avec-qr { padding-right: 4mm; }
  .banque .qr { position: static; display: block; margin-bottom: 2mm; }
}
"""
OWN, ADAPTED = "à vous", "adaptée"
TRADE_NAMES = {"btp": "BTP", "freelance": "freelance", "negoce": "négoce", "association": "association"}

Example = tuple[LoadedCase, Statement]


@dataclass(frozen=True)
class Entry:
    """A letter of the company: `origine` says whose it is, `manque` why it has no sample."""

    letter: Letter
    origine: str | None
    sample: Sample | None
    manque: tuple[str, ...]


def build_site(company_path: Path, au: date) -> dict[str, bytes]:
    """Every file of the site by its path in it; nothing is written.

    InvalidInput (or LegalRefusal) lists the mistakes of the company's letters, all at once.
    """
    company, law = load_company(company_path), law_of(company_path)
    roots = letter_roots(company_path, company.modeles, None, company.metier)
    entries = _entries(company, company_path, law, roots, au)
    images = _images(company, company_path.parent)
    shared = {
        "entreprise": company.creancier, "mentions": company.apparence.pied or legal_mentions(company.creancier),
        "logo": next(iter(images), None), "au": long_date(au),
    }  # fmt: skip
    pages = {"index.html": _page("accueil", racine="", phases=_by_phase(entries), marques=_marks(entries), **shared)}
    for entry in entries:
        pages[f"lettres/{entry.letter.id}.html"] = _letter_page(entry, entries, law, shared)
    files = {name: text.encode("utf-8") for name, text in pages.items()}
    look = company.apparence
    style = f":root {{ --couleur: {look.couleur}; --fond: {look.fond}; }}\n{_source('site.css')}"
    files |= {**images, "site.css": style.encode("utf-8")}
    samples = [entry.sample for entry in entries if entry.sample]
    for sample in samples:
        files |= {f"fichiers/{sample.stem}.{name}": content for name, content in sample.files.items()}
    if samples:
        files["lettres/lettre.css"] = (samples[0].document.css + _FRAMED).encode("utf-8")
        fonts = sorted((builtin("letters") / SHARED / "polices").iterdir())
        files |= {f"lettres/polices/{path.name}": path.read_bytes() for path in fonts}
    return dict(sorted(files.items()))


def write_site(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the site and remove what an earlier run wrote and this one does not; returns what was written.

    Failure when the folder holds anything this command has not written.
    """
    marker = folder / MARKER
    try:
        if folder.is_dir() and any(folder.iterdir()) and not marker.is_file():
            raise Failure(
                f"{folder} n'est pas vide et n'a pas été écrit par « impayes site » : choisir un autre répertoire"
            )
        former = json.loads(marker.read_text(encoding="utf-8")) if marker.is_file() else []
        listed = json.dumps(sorted(files), ensure_ascii=False, indent=0).encode("utf-8") + b"\n"
        written = write_all(
            {folder / name: content for name, content in {**files, MARKER: listed}.items()}, overwrite=True
        )
        for name in set(former) - set(files):
            if (path := (folder / name).resolve()).is_relative_to(folder.resolve()):
                path.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else f"{MARKER} illisible"
        raise Failure(f"{folder} : {why} ; effacer ce répertoire, puis recommencer") from None
    return [path for path in written if path != marker]


def _entries(company: Company, path: Path, law: Law, roots: tuple[Path, ...], au: date) -> list[Entry]:
    examples = _examples(company, path, law, au)
    natural = {}
    for loaded, statement in examples:
        proposed = suggestions(loaded.case, statement, law, roots)
        natural[loaded.path] = proposed[0][0].id if proposed else None
    # A letter is shown on a dossier it is the natural letter for, else on the first that it fits.
    entries: list[Entry] = []
    problems: list[str] = []
    code: type[UserError] = InvalidInput
    for letter in _in_order(find_letters(roots)):
        fitting, lacking = _fitting(letter, examples, law, roots)
        fitting.sort(key=lambda example: natural[example[0].path] != letter.id)
        sample = None
        try:
            sample = _sample(letter, fitting[0], law, roots) if fitting else None
        except UserError as error:
            problems += error.problems
            code = type(error)
        entries.append(Entry(letter, _whose(letter, company, roots), sample, () if fitting else lacking))
    if problems:
        raise code(dict.fromkeys(problems))
    return entries


def _in_order(letters: Iterable[Letter]) -> list[Letter]:
    """In the order of the path; in each step, French first, and the letters that have a day of their own."""
    every = ordered([letter for letter in letters if not letter.spec.brouillon])
    return sorted(
        every, key=lambda x: (list(PHASES).index(x.spec.phase), x.spec.langue != "fr", x.spec.proposer_des is None)
    )


def _examples(company: Company, path: Path, law: Law, au: date) -> list[Example]:
    """The fictitious dossiers, under the company's letterhead and its usual terms."""
    examples = []
    for dossier in sorted((builtin("examples") / "dossiers").glob("*.yml")):
        try:
            loaded, _ = read(dossier, au, path)
        except InvalidInput:
            # Its own creditor and ours do not mix (two SIRET…): read it as it is.
            loaded, _ = read(dossier, au)
        case = loaded.case.model_copy(update={"creancier": company.creancier})
        loaded = replace(loaded, case=case, law=law, company=company, company_path=path)
        examples.append((loaded, build_statement(case, law, au)))
    return examples


def _fitting(
    letter: Letter, examples: Iterable[Example], law: Law, roots: tuple[Path, ...]
) -> tuple[list[Example], tuple[str, ...]]:
    """The dossiers this letter may go to, and the fields of the company that all the others lack."""
    fitting: list[Example] = []
    lacking: dict[str, None] = {}
    for loaded, statement in examples:
        if loaded.case.debiteur.qualite not in letter.spec.pour:
            continue  # a refusal looks through every letter for a better one: not needed here
        try:
            check_letter(letter, loaded.case, statement, law, roots)
        except LegalRefusal:
            continue
        except InvalidInput as error:
            fields = [problem.split(" ")[0] for problem in error.problems]
            lacking |= dict.fromkeys(field for field in fields if field.startswith("creancier."))
        else:
            fitting.append((loaded, statement))
    return fitting, tuple(lacking)


def _sample(letter: Letter, example: Example, law: Law, roots: tuple[Path, ...]) -> Sample:
    loaded, statement = example
    assert loaded.company_path is not None
    base = loaded.company_path.parent
    document = render(letter, loaded.case, statement, law, roots, look=loaded.apparence, base=base)
    files = {}
    for name in DOWNLOADS:
        try:
            files[name] = FORMATS[name](document)
        except MissingComponent:
            continue  # the page then offers the other formats
    return Sample(loaded, statement, document, files)


def _whose(letter: Letter, company: Company, roots: tuple[Path, ...]) -> str | None:
    """« à vous », « adaptée », « métier … », or None for the product's letter as it is."""
    own, below = (roots[:1], roots[1:]) if company.modeles else ((), roots)
    if any(_holds(root, letter.id) for root in own):
        return ADAPTED if any(_holds(root, letter.id) for root in below) else OWN
    if company.metier and any(_holds(root, letter.id) for root in below[:-1]):
        return f"métier : {TRADE_NAMES[company.metier]}"
    return None


def _holds(root: Path, letter_id: str) -> bool:
    return any((root / letter_id / name).is_file() for name in ("letter.yml", "body.html.j2"))


def _by_phase(entries: list[Entry]) -> list[dict[str, Any]]:
    phases = []
    for phase, (title, line) in PHASES.items():
        cards = [
            {
                "href": f"lettres/{entry.letter.id}.html", "titre": entry.letter.spec.titre,
                "resume": entry.letter.spec.resume, "origine": entry.origine,
                "pour": or_list(KINDS[kind] for kind in entry.letter.spec.pour),
            }
            for entry in entries
            if entry.letter.spec.phase == phase
        ]  # fmt: skip
        if cards:
            phases.append({"id": phase, "titre": title, "ligne": line, "cartes": cards})
    return phases


_MEANINGS = {ADAPTED: "vous avez changé un passage, un réglage ou toute la lettre", OWN: "elle n'existe que chez vous"}


def _marks(entries: list[Entry]) -> list[tuple[str, str]]:
    """The marks that serve on this site, with their meaning."""
    used = sorted({entry.origine for entry in entries if entry.origine})
    return [(mark, _MEANINGS.get(mark, "des passages sont écrits pour ce métier")) for mark in used]


def _letter_page(entry: Entry, entries: list[Entry], law: Law, shared: dict[str, Any]) -> str:
    spec, sample = entry.letter.spec, entry.sample
    delay = spec.delai_reponse_jours
    facts = {
        "Quand": moment(spec),
        "Pour qui": _sentence(or_list(KINDS[kind] for kind in spec.pour)),
        "Envoi": _sentence(or_list(CHANNELS[channel] for channel in spec.envoi)),
        "Réponse": f"{delay} jours laissés au client, reportés au jour ouvré suivant." if delay else "Aucune date n'est fixée.",
        "Ton": _sentence(or_list(spec.tons)),
    }  # fmt: skip
    refusals = [(refusal.phrase.rstrip("."), law.cited(refusal.articles)) for refusal in spec.refuse_si]
    following = next((other for other in entries if other.letter.id == spec.suite), None)
    return _page(
        "lettre", racine="../", lettre=spec, origine=entry.origine, phase=PHASES[spec.phase][0], faits=facts,
        manque=list_fr(entry.manque), refus=refusals, suite=following.letter.spec if following else None,
        exemple=_shown(sample) if sample else None, **shared,
    )  # fmt: skip


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _shown(sample: Sample) -> dict[str, Any]:
    document = sample.document
    page = document.html.replace("</head>", '<link rel="stylesheet" href="lettre.css">\n</head>', 1)
    # One main landmark per page is enough: the letter is shown, it is not the page.
    page = re.sub(r"\s*\n\s*", " ", page.replace("<main>", '<main role="none">', 1))
    return {
        "debiteur": sample.loaded.case.debiteur.nom,
        "destinataire": document.page.destinataire[0],
        "titre": document.page.titre,
        "page": page,
        "texte": sample.files["txt"].decode("utf-8").rstrip(),
        "fichiers": [
            {"href": f"../fichiers/{sample.stem}.{name}", "nom": FORMAT_NAMES[name], "poids": f"{name.upper()}, {size(len(data))}"}
            for name, data in sample.files.items()
        ],
    }  # fmt: skip


def _images(company: Company, base: Path) -> dict[str, bytes]:
    """The logo under a fixed name; InvalidInput as for a letter."""
    logo = company.creancier.logo
    if not logo or image_uri(logo, base, "creancier.logo") is None:
        return {}
    return {f"logo{Path(logo).suffix.lower()}": read_company_file(logo, base, "creancier.logo", IMAGE_BYTES)}


@cache
def _environment() -> Environment:
    loader = PackageLoader("generator", "site/entreprise")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _source(name: str) -> str:
    return _environment().loader.get_source(_environment(), name)[0]  # type: ignore[union-attr]


# A text between two tags; `pre` keeps its own spaces.
_TEXT = re.compile(r"(<pre\b.*?</pre>)|(?<=>)([^<>]+)(?=<)", re.DOTALL)


def _page(template: str, **context: Any) -> str:
    """A page with French typography on every text a reader sees."""

    def polish(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        return html.escape(typography(html.unescape(found[2])), quote=False)

    return _TEXT.sub(polish, _environment().get_template(f"{template}.html.j2").render(**context))
