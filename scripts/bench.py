"""Benchmarks, as ratios between things measured in the same run: `make bench`.

Machines differ and this one is never quiet, so each round times the base, the variant, then the
base again, and the ratio is the median over rounds of variant / mean(base before, base after).
The naive script is what one would write first: everything anew for each letter, web fonts.

    python scripts/bench.py                 # prints
    python scripts/bench.py --page docs/performance.md
"""

import argparse
import base64
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


AU = dt.date(2026, 11, 21)
DOSSIER = ROOT / "examples" / "dossiers" / "2026-021.yml"
LETTER = "mise-en-demeure"
WEB_FONTS = ROOT / "docs" / "assets" / "polices"

NAIVE = """
import sys, yaml, jinja2, pydantic, weasyprint
class Dossier(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    reference: str
dossier = Dossier(**yaml.safe_load(open(sys.argv[1], encoding="utf-8")))
page = jinja2.Environment(autoescape=True).from_string(open(sys.argv[2], encoding="utf-8").read()).render(d=dossier)
weasyprint.HTML(string=page).write_pdf(sys.argv[3], pdf_variant="pdf/ua-1")
"""


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def ratio(base: Callable[[], object], variant: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """(median ratio, median seconds of the variant, median seconds of the base)."""
    base()
    variant()
    ratios, variants, bases = [], [], []
    for _ in range(rounds):
        before, middle, after = seconds(base), seconds(variant), seconds(base)
        ratios.append(middle / ((before + after) / 2))
        variants.append(middle)
        bases += [before, after]
    return statistics.median(ratios), statistics.median(variants), statistics.median(bases)


def run(*command: str) -> Callable[[], object]:
    """A command in a new process, silent."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return lambda: subprocess.run(command, check=True, capture_output=True, env=environment, cwd=ROOT)


def naive_page(html: str, css: str) -> str:
    """The same page with its style sheet inside and WOFF2 fonts as data, as first scripts do."""
    for name in ("Regular", "Bold", "It", "BoldIt"):
        found = sorted(WEB_FONTS.glob(f"*-{name}*.woff2"))
        if found:
            data = base64.b64encode(found[0].read_bytes()).decode()
            css = css.replace(f'url("polices/SourceSans3-{name}.ttf")', f'url("data:font/woff2;base64,{data}")')
    css = css.replace('url("polices/', f'url("{(ROOT / "letters" / "_commun" / "polices").as_uri()}/')
    return html.replace("</head>", f"<style>{css}</style></head>")


def measure(rounds: int) -> list[tuple[str, str, str, str]]:
    """Every line of the report: what, against what, ratio or seconds, aim."""
    from generator.export import pdf
    from generator.letters import load_letter
    from generator.pipeline import make_letter, read, roots_of
    from generator.render import render

    loaded, statement = read(DOSSIER, AU)
    roots = roots_of(loaded)
    document = render(load_letter(LETTER, roots), loaded.case, statement, loaded.law, roots)
    weasyprint = pdf.load_weasyprint()
    sheet, fonts = pdf._stylesheet(document.css), pdf._fonts()

    def bare() -> object:
        html = weasyprint.HTML(string=document.html)
        return html.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")

    def whole() -> object:
        return make_letter(*read(DOSSIER, AU), LETTER)

    page = naive_page(document.html, document.css)

    def naive() -> object:
        return weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")

    rows = []
    found, variant, base = ratio(bare, whole, rounds)
    rows.append(
        (
            "Chaîne entière, à chaud",
            f"WeasyPrint seul, même HTML ({_ms(base)})",
            f"{found:.2f} ({_ms(variant)})",
            "≤ 1,05",
        )
    )
    found, variant, base = ratio(naive, whole, rounds)
    rows.append(("Chaîne entière, à chaud", f"script naïf, à chaud ({_ms(base)})", f"{found:.2f}", "≤ 0,45"))
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "page.html"
        template.write_text(page.replace("{", "{{ '{' }}") if "{{" in page else page, encoding="utf-8")
        script = Path(folder) / "naif.py"
        script.write_text(NAIVE, encoding="utf-8")
        naive_cold = run(sys.executable, str(script), str(DOSSIER), str(template), str(Path(folder) / "naif.pdf"))
        ours_cold = run(
            sys.executable, "-m", "generator", "lettre", str(DOSSIER), LETTER,
            "--au", AU.isoformat(), "--sortie", folder, "--ecraser",
        )  # fmt: skip
        found, variant, base = ratio(naive_cold, ours_cold, rounds)
        rows.append(
            (
                "« impayes lettre », à froid",
                f"script naïf, à froid ({_ms(base)})",
                f"{found:.2f} ({_ms(variant)})",
                "≤ 0,65",
            )
        )
    rows.append(
        ("« impayes --help »", "–", _ms(_median(run(sys.executable, "-m", "generator", "--help"), rounds)), "≤ 250 ms")
    )
    rows.append(("1 000 dossiers lus et calculés", "–", f"{_thousand():.2f} s".replace(".", ","), "≤ 3 s"))
    return [*rows, *_portfolio()]


def _portfolio() -> list[tuple[str, str, str, str]]:
    """The commands on ten thousand dossiers, measured from a process that is itself small."""
    command = [sys.executable, str(ROOT / "scripts" / "bench_portefeuille.py"), AU.isoformat()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(done.stdout)]


def _thousand() -> float:
    """Read and compute a thousand dossiers in this process."""
    from generator.pipeline import read

    text = DOSSIER.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "entreprise.yml").write_bytes((ROOT / "examples" / "entreprise.yml").read_bytes())
        paths = [Path(folder) / f"d{number:04}.yml" for number in range(1000)]
        for path in paths:
            path.write_text(text.replace("reference: 2026-021", f"reference: {path.stem}"), encoding="utf-8")
        return seconds(lambda: [read(path, AU) for path in paths])


def _median(action: Callable[[], object], rounds: int) -> float:
    return statistics.median(seconds(action) for _ in range(rounds))


def _ms(value: float) -> str:
    return f"{value * 1000:.0f} ms"


def main() -> None:
    """Measure, print, and with --page write the page of the guide."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tours", type=int, default=15)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    rows = measure(options.tours)
    lines = ["| Mesure | Comparée à | Résultat | But |", "| --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(row).replace("0.", "0,").replace("1.", "1,") + " |" for row in rows]
    where = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cœurs, {options.tours} tours."
    print("\n".join([*lines, "", where]))
    if options.page:
        text = options.page.read_text(encoding="utf-8")
        start, end = "<!-- mesures -->", "<!-- fin des mesures -->"
        head, tail = text.split(start)[0], text.split(end)[1]
        options.page.write_text("\n".join([head + start, "", *lines, "", where, "", end]) + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
