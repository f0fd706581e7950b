#!/bin/sh
# The demonstration, in steps that the Makefile picks: exemples, site, conclusion.
# `AU=2026-11-21 make demo` changes the date of the statements; it is fixed so that everyone sees the same figures.
set -eu
cd "$(dirname "$0")/.."

AU=${AU:-2026-11-21}
DOSSIERS=examples/dossiers
SORTIE=examples/sortie
PORTEFEUILLE=examples/portefeuille
LUNDI=2026-11-23

dire() { printf '%s\n' "$*"; }
titre() { printf '\n== %s\n\n' "$*"; }
impayes() { .venv/bin/impayes "$@"; }
PREMIER=$DOSSIERS/2026-014.yml

# Homebrew's libraries are not on the loader's path for a Python that does not come from Homebrew.
if command -v brew >/dev/null 2>&1; then
    DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib:${DYLD_FALLBACK_LIBRARY_PATH:-/usr/local/lib:/usr/lib}"
    export DYLD_FALLBACK_LIBRARY_PATH
fi

exemples() {
    titre "Les dossiers d'exemple sont-ils complets ?"
    impayes verifier "$DOSSIERS"/*.yml

    titre "Ce que doit un client au $AU"
    impayes decompte "$PREMIER" --au "$AU"

    titre "La lettre qui convient à chaque dossier"
    lettres --format pdf

    titre "Une cinquantaine de dossiers : quoi faire lundi ?"
    impayes agenda "$PORTEFEUILLE" --au "$LUNDI"
    impayes tableau "$PORTEFEUILLE" --au "$LUNDI" --html "$SORTIE/tableau.html" --ecraser
}

lettres() {
    code=0
    impayes lettre "$DOSSIERS" --au "$AU" --oui --ecraser --sortie "$SORTIE" "$@" || code=$?
    case $code in
        0) ;;
        # A rule of law forbids a letter to one of them: that is an answer, and its sentence has been shown.
        4) ;;
        # No Pango here: the other formats do not need it.
        5) lettres --format html --format txt ;;
        *) return "$code" ;;
    esac
}

site() {
    titre "Le guide"
    impayes site --construire
}

conclusion() {
    titre "C'est prêt"
    dire "À regarder :"
    dire "  $SORTIE/   les lettres des exemples, en PDF"
    dire "  $SORTIE/tableau.html   qui doit quoi, depuis quand"
    dire "  public/index.html          le guide (ouvrez-le dans un navigateur)"
    dire ""
    dire "À essayer :"
    dire "  .venv/bin/impayes --help"
    dire "  .venv/bin/impayes nouveau --depuis facture.pdf     un dossier depuis une facture électronique"
    dire "  .venv/bin/impayes nouveau                          un dossier, par questions"
    dire "  .venv/bin/impayes decompte $PREMIER --au $AU"
}

for etape in "$@"; do
    case $etape in
        exemples | site | conclusion) "$etape" ;;
        *)
            echo "Étape inconnue : $etape (exemples, site ou conclusion)." >&2
            exit 2
            ;;
    esac
done
