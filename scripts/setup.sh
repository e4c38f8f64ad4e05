#!/usr/bin/env bash
# Makes the machine able to build Sinew: checks the Swift toolchain, and installs libzmq where its
# header is missing (apt on Debian and Ubuntu, Homebrew on macOS). Says nothing when all is there.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

swift_wanted=6.2
zmq_wanted=4.3

check_tools() {
    command -v git >/dev/null 2>&1 || fail "no git command found; the Swift package manager needs it." \
        "On Debian and Ubuntu: apt-get install git. On macOS: xcode-select --install"
    command -v swift >/dev/null 2>&1 || fail "no swift command found." \
        "Install Swift $swift_wanted or later from https://www.swift.org/install and put it on the PATH."
    local answer version major minor
    answer=$(swift --version 2>&1) || fail "the swift command does not run: $answer" \
        "The system packages that Swift needs are listed at https://www.swift.org/install"
    version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$answer")
    major=${version%%.*}
    minor=${version#*.}
    if [ -n "$version" ]; then
        if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
            fail "this is Swift $version; Sinew needs $swift_wanted or later." \
                "See https://www.swift.org/install"
        fi
    fi
}

# The directories, one a line, where zmq.h may be.
include_directories() {
    local directory
    printf '%s\n' /usr/include /usr/local/include /opt/homebrew/include
    for directory in /usr/include/*-linux-*; do
        if [ -d "$directory" ]; then printf '%s\n' "$directory"; fi
    done
    if [ -n "${CPATH:-}" ]; then printf '%s\n' "$CPATH" | tr ':' '\n'; fi
    if command -v pkg-config >/dev/null 2>&1; then
        pkg-config --variable=includedir libzmq 2>/dev/null || true
    fi
    if command -v brew >/dev/null 2>&1; then
        printf '%s/include\n' "$(brew --prefix 2>/dev/null)"
    fi
}

# Prints the path of zmq.h, or nothing.
zmq_header() {
    local directory
    while IFS= read -r directory; do
        if [ -f "$directory/zmq.h" ]; then
            printf '%s\n' "$directory/zmq.h"
            return 0
        fi
    done <<<"$(include_directories)"
}

install_with_apt() {
    say "==> zmq.h is missing: installing libzmq3-dev with apt-get"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "libzmq is missing, this is not root, and there is no sudo to install it with." \
            "Have it installed by somebody who may: apt-get update && apt-get install libzmq3-dev"
    fi
    # The package lists of a fresh image are empty or old: fetch them, but let an offline mirror have its chance.
    apt update || say "apt-get update failed; going on with the lists that are there"
    apt install -y --no-install-recommends libzmq3-dev || fail "libzmq could not be installed: see apt-get's reason above." \
        "Without a network there is nothing to install it from; without the right to install packages, ask" \
        "somebody who has it: apt-get update && apt-get install libzmq3-dev"
}

install_with_brew() {
    say "==> zmq.h is missing: installing zeromq with Homebrew"
    HOMEBREW_NO_AUTO_UPDATE=1 NONINTERACTIVE=1 brew install zeromq </dev/null ||
        fail "libzmq could not be installed." "Try by hand: brew install zeromq"
}

install_zmq() {
    if command -v apt-get >/dev/null 2>&1; then
        install_with_apt
    elif command -v brew >/dev/null 2>&1; then
        install_with_brew
    elif [ "$(uname -s)" = Darwin ]; then
        fail "zmq.h (libzmq) is missing, and there is no Homebrew to install it with." \
            "Install Homebrew from https://brew.sh and try again, or: sudo port install zmq"
    else
        fail "zmq.h (libzmq) is missing, and this machine has no apt-get." \
            "Install libzmq $zmq_wanted or later with its headers, for example:" \
            "    Fedora: dnf install zeromq-devel    Arch: pacman -S zeromq    Alpine: apk add zeromq-dev"
    fi
}

check_zmq_version() {
    local header=$1 major minor
    major=$(sed -n 's/^#define ZMQ_VERSION_MAJOR \([0-9]*\).*/\1/p' "$header")
    minor=$(sed -n 's/^#define ZMQ_VERSION_MINOR \([0-9]*\).*/\1/p' "$header")
    if [ -n "$major" ] && { [ "$major" -lt 4 ] || { [ "$major" -eq 4 ] && [ "$minor" -lt 3 ]; }; }; then
        fail "libzmq $major.$minor ($header) is too old; Sinew needs $zmq_wanted or later."
    fi
}

check_tools
header=$(zmq_header)
if [ -z "$header" ]; then
    install_zmq
    header=$(zmq_header)
    [ -n "$header" ] || fail "libzmq was installed, but zmq.h is nowhere in: $(include_directories | tr '\n' ' ')"
fi
check_zmq_version "$header"
