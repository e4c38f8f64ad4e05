#!/usr/bin/env bash
# pure.sh debug|release [ARGUMENT...]: builds and runs the tests of the pure targets alone, which takes seconds; the
# arguments go to `swift test`. Planted bugs are built in, and do nothing until a test chooses one.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export SINEW_PURE_TESTS=1
configuration=${1:-debug}
[ "$#" -eq 0 ] || shift
options=(-c "$configuration" --traits PlantedBugs --scratch-path .build-pure)
if [ "$configuration" = release ]; then options+=(-Xswiftc -enable-testing); fi
# The product and not --build-tests, which would build the snippets too, and with them all of the package.
swift build "${options[@]}" --product sinewPackageTests
swift test "${options[@]}" --skip-build --disable-xctest --no-parallel "$@"
