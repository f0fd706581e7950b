#!/bin/sh
# Install the system packages that pip cannot bring, only those that are missing:
#   sh scripts/installer-systeme.sh BESOIN...
#   python      Python 3.11+ with venv: without it nothing works (the only need whose absence is a failure)
#   pdf         Pango and friends, for WeasyPrint
#   essais      poppler-utils, hunspell and its French dictionary, Chromium: tests that need them are skipped
# Installs as root, with passwordless sudo, or with Homebrew; otherwise prints the command to type and goes on.
set -u
cd "$(dirname "$0")/.." || exit 1

dire() { printf '%s\n' "$*" >&2; }
existe() { command -v "$1" >/dev/null 2>&1; }

# --- What is already there --------------------------------------------------------------------

python=$(sh scripts/trouver-python.sh) || python=
python_pret() { [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null; }

# The libraries themselves are tried, not the packages: they may come from anywhere.
pdf_pret() {
    if [ "$gestionnaire" = brew ]; then
        [ -e "$(brew --prefix)/lib/libpango-1.0.dylib" ]
        return
    fi
    [ -n "$python" ] || return 1
    "$python" -c '
import ctypes
for nom in ("pango-1.0.so.0", "pangoft2-1.0.so.0", "harfbuzz.so.0", "harfbuzz-subset.so.0", "fontconfig.so.1"):
    ctypes.CDLL("lib" + nom)' 2>/dev/null
}
dictionnaire_pret() {
    existe hunspell && find /usr/share/hunspell /usr/share/myspell -name 'fr*.dic' 2>/dev/null | grep -q .
}
chromium_pret() { existe chromium || existe chromium-browser || existe google-chrome; }

# --- How to install here ----------------------------------------------------------------------

gestionnaire=aucun
for candidat in apt-get dnf pacman zypper apk brew; do
    if existe "$candidat"; then gestionnaire=$candidat; break; fi
done

droits=
peut_installer=non
if [ "$gestionnaire" = brew ]; then
    peut_installer=oui
elif [ "$gestionnaire" = apt-get ]; then
    if [ "$(id -u)" = 0 ]; then
        peut_installer=oui
    elif existe sudo && sudo -n true 2>/dev/null; then
        peut_installer=oui
        droits='sudo -n'
    fi
fi

commande() {  # what a person would type
    case $gestionnaire in
        apt-get) echo "sudo apt-get install --no-install-recommends $*" ;;
        dnf) echo "sudo dnf install $*" ;;
        pacman) echo "sudo pacman -S $*" ;;
        zypper) echo "sudo zypper install $*" ;;
        apk) echo "sudo apk add $*" ;;
        brew) echo "brew install $*" ;;
        *) echo "installer : $*" ;;
    esac
}

# Names differ between distributions; only Debian's are installed for the user, the others are printed.
paquets() {
    case $gestionnaire:$1 in
        apt-get:python) paquets_python_debian ;;
        brew:python) echo python@3.13 ;;
        apk:python) echo python3 py3-pip ;;
        pacman:python) echo python ;;
        *:python) echo python3 ;;
        apt-get:pdf) echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ;;
        zypper:pdf) echo libpango-1_0-0 ;;
        *:pdf) echo pango ;;
        apt-get:poppler | apk:poppler | dnf:poppler) echo poppler-utils ;;
        zypper:poppler) echo poppler-tools ;;
        *:poppler) echo poppler ;;
        apt-get:dictionnaire) echo hunspell hunspell-fr ;;
        pacman:dictionnaire) echo hunspell hunspell-fr ;;
        dnf:dictionnaire) echo hunspell hunspell-fr ;;
        *:dictionnaire) echo hunspell ;;
        *:chromium) echo chromium ;;
    esac
}
paquets_python_debian() {
    # With a suitable Python already there, only its venv module can be missing.
    if [ -n "$python" ]; then
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
        return
    fi
    for version in 3.14 3.13 3.12 3.11; do
        if apt-cache show "python$version" >/dev/null 2>&1; then
            echo "python$version" "python$version-venv"
            return
        fi
    done
    echo python3.11 python3.11-venv
}

listes_a_jour=non
rafraichir() {  # the package lists, once, and only when something has to be installed
    [ "$gestionnaire" = apt-get ] && [ "$listes_a_jour" = non ] || return 0
    listes_a_jour=oui
    dire "  Lecture de la liste des paquets…"
    $droits apt-get -qq -o DPkg::Lock::Timeout=120 update >"$journal" 2>&1 || tail -n 3 "$journal" >&2
}

installer() {  # installer BESOIN "ce que cela permet"
    liste=$(paquets "$1")
    if [ "$peut_installer" = oui ]; then
        rafraichir
        # A fresh machine knows no package before that: ask again.
        liste=$(paquets "$1")
        dire "  Installation de $liste pour $2…"
        # shellcheck disable=SC2086  # lists of names, and no sudo for root
        if [ "$gestionnaire" = brew ]; then
            brew install $liste >"$journal" 2>&1 && return 0
        else
            # Older releases ship some of these inside another package: leave out the names they do not know.
            connus=
            for paquet in $liste; do
                if apt-cache show "$paquet" >/dev/null 2>&1; then connus="$connus $paquet"; fi
            done
            [ -n "$connus" ] && $droits env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
                -o DPkg::Lock::Timeout=120 install $connus >"$journal" 2>&1 && return 0
        fi
        tail -n 5 "$journal" >&2
    fi
    dire "  À installer pour $2 :"
    # shellcheck disable=SC2086
    dire "      $(commande $liste)"
    return 1
}

# --- The work ---------------------------------------------------------------------------------

journal=$(mktemp) || exit 1
trap 'rm -f "$journal"' EXIT
etat=0

for besoin in "$@"; do
    case $besoin in
        python)
            python_pret || installer python "faire tourner impayés (Python 3.11 ou plus récent, avec venv)"
            python=$(sh scripts/trouver-python.sh) || python=
            python_pret || etat=1
            ;;
        pdf)
            pdf_pret || installer pdf "produire les PDF" \
                || dire "  On continue : les lettres en HTML et en texte n'en ont pas besoin."
            ;;
        essais)
            existe pdftotext || installer poppler "relire les PDF produits pendant les essais"
            dictionnaire_pret || installer dictionnaire "vérifier l'orthographe"
            # On Ubuntu, the package only starts a download from another store.
            if ! chromium_pret; then
                if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then
                    dire "  Chromium manque : les essais de navigateur seront sautés (snap install chromium)."
                else
                    installer chromium "essayer le site dans un navigateur"
                fi
            fi
            ;;
        *)
            dire "Besoin inconnu : $besoin (python, pdf ou essais)."
            exit 2
            ;;
    esac
done
exit "$etat"
