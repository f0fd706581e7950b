"""Put the built guide in one archive that opens with a double click.

    python scripts/hors_ligne.py [PUBLIC [ARCHIVE]]     public/ → dist/impayes-guide.zip

The same guide gives the same archive, byte for byte: names in order, one date for all.
"""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = "impayes-guide"
DATE = (2026, 1, 1, 0, 0, 0)
# For web servers only.
LEFT_OUT = {"sitemap.xml", "sitemap.xml.gz", "404.html"}
README = """Le guide impayés, hors ligne

Décompressez ce dossier, puis ouvrez index.html d'un double clic.
Rien n'est envoyé : vos coches restent sur cet ordinateur.
"""


def pack(public: Path, archive: Path) -> int:
    """Write the archive; returns the number of files in it."""
    files = sorted(path for path in public.rglob("*") if path.is_file() and path.name not in LEFT_OUT)
    contents = {path.relative_to(public).as_posix(): path.read_bytes() for path in files}
    contents["LISEZ-MOI.txt"] = README.encode("utf-8")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as made:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, content, compresslevel=9)
    return len(contents)


def main(arguments: list[str]) -> int:
    """Pack what the arguments name."""
    public = Path(arguments[0]) if arguments else ROOT / "public"
    archive = Path(arguments[1]) if len(arguments) > 1 else ROOT / "dist" / "impayes-guide.zip"
    if not (public / "index.html").is_file():
        print(f"{public} : guide introuvable ; le construire avec « make site »", file=sys.stderr)
        return 1
    count = pack(public, archive)
    size = f"{archive.stat().st_size / 1e6:.1f}".replace(".", ",")
    print(f"{archive} : {count} fichiers, {size} Mo")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
