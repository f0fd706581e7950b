#!/bin/sh
# Make `.venv` exactly what requirements-dev.lock says, with the project itself installed on top.
# A second run costs a few hundredths of a second: two stamps tell whether anything changed.
set -eu
cd "$(dirname "$0")/.."

dire() { printf '%s\n' "$*" >&2; }

sh scripts/installer-systeme.sh python || {
    dire "Il faut Python 3.11 ou plus récent, avec son module venv. Installez-le, puis relancez la même commande"
    dire "(ou indiquez le vôtre : make demo PYTHON=/chemin/vers/python3)."
    exit 1
}
python=$(sh scripts/trouver-python.sh)

# An environment holds absolute paths and one version of Python: both are part of the stamp.
marque_verrou=$({ pwd; "$python" -c 'import sys; print(sys.executable, sys.version)'; cat requirements-dev.lock; } | cksum)
marque_paquet=$(cat pyproject.toml generator/__init__.py | cksum)

inchange() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

if ! inchange .venv/.verrou "$marque_verrou"; then
    dire "  Installation des bibliothèques dans .venv (une à deux minutes la première fois)…"
    rm -rf .venv
    "$python" -m venv .venv
    # Every file is listed with its hash, dependencies included: nothing else can come in.
    .venv/bin/python -m pip --disable-pip-version-check --no-input install -qq --no-compile --progress-bar off \
        --require-hashes --no-deps -r requirements-dev.lock
    printf '%s\n' "$marque_verrou" >.venv/.verrou
fi

if ! inchange .venv/.paquet "$marque_paquet"; then
    # --no-build-isolation: hatchling comes from the lock, not from whatever is newest today.
    .venv/bin/python -m pip --disable-pip-version-check --no-input install -qq --no-deps --no-build-isolation -e .
    printf '%s\n' "$marque_paquet" >.venv/.paquet
fi
