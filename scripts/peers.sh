#!/usr/bin/env bash
# Installs whom Tests/InteropTests speak with: pyzmq, the version of requirements.txt, in a virtual environment below
# .build/peers, and czmq from the system's packages. Says nothing when both are there; tries both before it fails.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts=Tests/InteropTests/Peers
home=.build/peers
python=$home/venv/bin/python

# works PEER: whether the peer's script runs here. The tests take the peer's file below .build/peers as the sign that it
# does, and print what is in it.
works() {
    rm -f "$home/$1.version"
    limited 60 "$python" "$scripts/$1_peer.py" --check >"$home/$1.draft" 2>"$home/$1.log" || return 1
    mv "$home/$1.draft" "$home/$1.version"
}

# apt_install PACKAGE...: the lists of a fresh image are empty or old, so a failure fetches them and tries again.
apt_install() {
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        say "this is not root, and there is no sudo; have somebody who may run: apt-get install $*"
        return 1
    fi
    apt install -y --no-install-recommends "$@" >"$home/apt.log" 2>&1 && return 0
    apt update >"$home/apt.log" 2>&1 || say "apt-get update failed; going on with the lists that are there"
    apt install -y --no-install-recommends "$@" >"$home/apt.log" 2>&1 && return 0
    tail -n 5 "$home/apt.log"
    return 1
}

# Prints a python3 that can make virtual environments, or nothing.
usable_python() {
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
}

install_venv() {
    local system_python
    system_python=$(usable_python)
    if [ -z "$system_python" ]; then
        say "==> no python3 with venv: installing it"
        if command -v apt-get >/dev/null 2>&1; then
            apt_install python3 python3-venv || return 1
        elif command -v brew >/dev/null 2>&1; then
            HOMEBREW_NO_AUTO_UPDATE=1 NONINTERACTIVE=1 brew install python </dev/null || return 1
        fi
        system_python=$(usable_python)
    fi
    [ -n "$system_python" ] || return 1
    rm -rf "$home/venv"
    "$system_python" -m venv "$home/venv" || return 1
}

# Built packages only: building pyzmq would need a compiler, and would link some other libzmq.
install_pyzmq() {
    say "==> pyzmq is missing: installing $(grep '^pyzmq' "$scripts/requirements.txt") below $home"
    limited 300 "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement "$scripts/requirements.txt"
}

install_czmq() {
    say "==> czmq is missing: installing it"
    if command -v apt-get >/dev/null 2>&1; then
        apt_install libczmq4
    elif command -v brew >/dev/null 2>&1; then
        HOMEBREW_NO_AUTO_UPDATE=1 NONINTERACTIVE=1 brew install czmq </dev/null
    else
        say "this machine has neither apt-get nor Homebrew; install czmq 4 by its own means"
        return 1
    fi
}

mkdir -p "$home"
missing=()
if ! "$python" -c '' >/dev/null 2>&1; then
    install_venv || say "a virtual environment could not be made"
fi
works pyzmq || { install_pyzmq && works pyzmq; } || missing+=("pyzmq")
works czmq || { install_czmq && works czmq; } || missing+=("czmq")
if [ "${#missing[@]}" -gt 0 ]; then
    for peer in "${missing[@]}"; do sed -n '$p' "$home/$peer.log" 2>/dev/null || true; done
    fail "no ${missing[*]}: the reason is above." "The tests that need it are skipped; see Documentation/interop.md"
fi
