#!/usr/bin/env bash
# What `make test` runs; Documentation/testing.md says why. Every step has a limit, so that a hang ends.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

began=$SECONDS
bash scripts/setup.sh
# Here a missing peer fails the tests; elsewhere they say that they are skipped, and what to do about it.
if [ "${CI:-}" = true ] || [ "${SINEW_REQUIRE_PEERS:-}" = 1 ]; then bash scripts/peers.sh; fi
step "format" 120 bash scripts/lint.sh
# Warnings are errors in Package.swift. This builds tests, examples and snippets, with the package's traits.
step "build (debug)" 900 \
    swift build --build-tests --traits Metrics --explicit-target-dependency-import-check error
step "tests of the sockets" 600 \
    swift test --traits Metrics --skip-build --parallel --disable-xctest --filter "$socket_tests"
step "tests that compute" 600 swift test --traits Metrics --skip-build --no-parallel --disable-xctest \
    --skip "$socket_tests" --skip InteropTests --skip "$process_tests"
# By themselves, because they start processes: beside the others all would be too slow for their deadlines.
step "tests with other implementations" 600 \
    swift test --traits Metrics --skip-build --disable-xctest --filter InteropTests
step "tests of the tool" 600 swift test --traits Metrics --skip-build --disable-xctest --filter "$process_tests"
# As users have it: without traits.
step "build (release)" 900 swift build -c release
# What runs long runs optimised, in a build directory of its own: the flags differ from those of a user's build.
export SINEW_SOCKET_TESTS=1
step "build the sockets' tests (release)" 900 \
    swift build -c release --product sinewPackageTests -Xswiftc -enable-testing --scratch-path .build-release
step "cancellation under load (release)" 300 \
    swift test -c release --skip-build --disable-xctest --scratch-path .build-release --filter CancellationTests
unset SINEW_SOCKET_TESTS
# With planted bugs, each of which its simulation has to find; optimised, so that there is time for many seeds.
step "machines and simulations (release)" 900 bash scripts/pure.sh release
step "build the benchmarks" 900 swift build -c release --build-tests --package-path Benchmarks
step "the benchmarks' own tests" 120 swift test -c release --skip-build --disable-xctest --package-path Benchmarks
step "examples" 180 bash scripts/smoke.sh
say "make test: everything passed in $((SECONDS - began)) s"
