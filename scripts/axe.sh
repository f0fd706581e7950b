#!/bin/sh
# Fetch axe-core, which looks for accessibility faults, into build/axe/ and print the path of its script.
# Only a tool of the tests (MPL 2.0): nothing of it goes into the guide. The file is known by its sum.
set -eu
cd "$(dirname "$0")/.."

VERSION=4.14.1
SOMME=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
DOSSIER=build/axe
FICHIER=$DOSSIER/axe.min.js

dire() { printf '%s\n' "$*" >&2; }
juste() { [ -f "$FICHIER" ] && [ "$($PY -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$FICHIER")" = "$SOMME" ]; }

PY=${PY:-python3}
if ! juste; then
    command -v npm >/dev/null 2>&1 || { dire "npm manque : l'accessibilité ne sera pas mesurée par axe."; exit 1; }
    dire "  Téléchargement de axe-core $VERSION…"
    mkdir -p "$DOSSIER"
    (cd "$DOSSIER" && npm pack --silent "axe-core@$VERSION" >/dev/null 2>&1 && tar -xzf "axe-core-$VERSION.tgz" --strip-components=1 package/axe.min.js) \
        || { dire "axe-core n'a pas pu être téléchargé : l'accessibilité ne sera pas mesurée par axe."; exit 1; }
    rm -f "$DOSSIER/axe-core-$VERSION.tgz"
    juste || { dire "axe-core n'a pas la somme attendue : fichier écarté."; rm -f "$FICHIER"; exit 1; }
fi
printf '%s\n' "$PWD/$FICHIER"
