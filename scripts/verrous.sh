#!/bin/sh
# Refresh requirements.lock and requirements-dev.lock: exact versions and hashes, for every platform.
#   sh scripts/verrous.sh              keep what can be kept
#   sh scripts/verrous.sh --upgrade    newest versions allowed by pyproject.toml
# The files name no package index and no path of the machine that wrote them.
set -eu
cd "$(dirname "$0")/.."
VERSION_UV=0.13.9

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=build/uv/bin/uv
    if [ ! -x "$uv" ]; then
        "$(sh scripts/trouver-python.sh)" -m venv build/uv
        build/uv/bin/python -m pip --disable-pip-version-check install --quiet "uv==$VERSION_UV"
    fi
fi

verrouiller() {  # verrouiller FICHIER [options]
    fichier=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links "$@" -o "$fichier" pyproject.toml
}
verrouiller requirements.lock "$@"
# The second file starts from the first, so that both agree.
verrouiller requirements-dev.lock --all-extras --constraint requirements.lock "$@"
if grep -nE '://|(^|[ =])/[A-Za-z]' requirements.lock requirements-dev.lock; then
    echo "Une adresse ou un chemin s'est glissé dans les verrous." >&2
    exit 1
fi
