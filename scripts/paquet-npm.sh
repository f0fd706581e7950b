#!/bin/sh
# Fetch one file of one npm package into build/npm/ and print its path: a tool of the tests, never a part of the guide.
#   sh scripts/paquet-npm.sh axe-core 4.14.1 axe.min.js SHA256
# The file is known by its sum. Exits 1, with a sentence, when it cannot be had.
set -eu
cd "$(dirname "$0")/.."

PAQUET=$1 VERSION=$2 FICHIER=$3 SOMME=$4
DOSSIER=build/npm/$PAQUET-$VERSION
CIBLE=$DOSSIER/$(basename "$FICHIER")
PY=${PY:-python3}

dire() { printf '%s\n' "$*" >&2; }
juste() { [ -f "$CIBLE" ] && [ "$("$PY" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$CIBLE")" = "$SOMME" ]; }

if ! juste; then
    command -v npm >/dev/null 2>&1 || { dire "npm manque : $PAQUET ne sera pas employé."; exit 1; }
    dire "  Téléchargement de $PAQUET $VERSION…"
    mkdir -p "$DOSSIER"
    (cd "$DOSSIER" && npm pack --silent "$PAQUET@$VERSION" >/dev/null 2>&1 && tar -xzf ./*.tgz && cp "package/$FICHIER" . && rm -rf package ./*.tgz) \
        || { dire "$PAQUET n'a pas pu être téléchargé : il ne sera pas employé."; exit 1; }
    juste || { dire "$PAQUET n'a pas la somme attendue : fichier écarté."; rm -f "$CIBLE"; exit 1; }
fi
printf '%s\n' "$PWD/$CIBLE"
