#!/usr/bin/env bash
# bench.sh SUITE [ARGUMENT...]: measures Sinew against C, side by side in one run.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bash scripts/setup.sh
step "build the benchmarks" 900 swift build -c release --package-path Benchmarks
step "measure: $*" 3600 swift run -c release --skip-build --package-path Benchmarks compare "$@"
