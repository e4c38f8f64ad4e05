#!/usr/bin/env bash
# soak.sh [SECONDS] [SEED]: runs the simulations with seeds that `make test` does not have, round after round, until the
# time is over or one fails; a failure prints its seed and the command that repeats it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=${1:-600}
first=${2:-10000}
round=500
began=$SECONDS
bash scripts/pure.sh release --filter SimulationTests.RegistryTests
export SINEW_PURE_TESTS=1 SINEW_SIMULATION_SEEDS=$round
while [ $((SECONDS - began)) -lt "$seconds" ]; do
    SINEW_SIMULATION_FIRST=$first swift test -c release --traits PlantedBugs --scratch-path .build-pure \
        -Xswiftc -enable-testing --skip-build --disable-xctest --no-parallel \
        --filter 'SimulationTests.(Bus|Interest|Membership)SimulationTests.seeds' ||
        fail "a promise was broken: see above." "Go on after it with: make soak SEED=$((first + round))"
    first=$((first + round))
done
say "make soak: seeds up to $first hold, in $((SECONDS - began)) s"
