#!/usr/bin/env bash
# What `make interop` runs: installs the peers, and runs the tests against them. Here a missing peer is a failure.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

began=$SECONDS
bash scripts/setup.sh
bash scripts/peers.sh
export SINEW_REQUIRE_PEERS=1
step "build (debug)" 900 swift build --build-tests --traits Metrics --explicit-target-dependency-import-check error
step "interop tests" 600 swift test --traits Metrics --skip-build --disable-xctest --filter InteropTests
say "make interop: everything passed in $((SECONDS - began)) s, with"
sed 's/^/    /' .build/peers/*.version
