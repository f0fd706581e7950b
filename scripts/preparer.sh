#!/bin/sh
# Make `.venv` exactly what requirements-dev.lock says, with the project itself installed on top.
# A second run costs a fraction of a second: two stamps tell whether anything changed.
set -eu
cd "$(dirname "$0")/.."

dire() { printf '%s\n' "$*" >&2; }
pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }
inchange() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

# An environment holds absolute paths and one version of Python: both are part of the stamp.
marque_verrou() { { pwd; echo "$python"; "$python" -V; cat requirements-dev.lock; } | cksum; }

python=$(sh scripts/trouver-python.sh) || python=
if [ -z "$python" ] || ! inchange .venv/.verrou "$(marque_verrou)"; then
    sh scripts/installer-systeme.sh python || {
        dire "  Ensuite, relancez la même commande. Pour désigner votre Python : make demo PYTHON=/chemin/vers/python3"
        exit 1
    }
    python=$(sh scripts/trouver-python.sh)
    dire "  Installation des bibliothèques dans .venv (une minute environ la première fois)…"
    rm -rf .venv
    "$python" -m venv .venv
    # Every file is listed with its hash, dependencies included: nothing else can come in.
    # --no-compile: Python compiles what is really used, on first use.
    pip install -qq --no-compile --progress-bar off --require-hashes --no-deps -r requirements-dev.lock
    marque_verrou >.venv/.verrou
fi

marque_paquet=$(cat pyproject.toml generator/__init__.py | cksum)
if ! inchange .venv/.paquet "$marque_paquet"; then
    # --no-build-isolation: hatchling comes from the lock, not from whatever is newest today.
    pip install -qq --no-deps --no-build-isolation -e .
    printf '%s\n' "$marque_paquet" >.venv/.paquet
fi
