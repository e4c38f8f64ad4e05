#!/usr/bin/env bash
# bench.sh SUITE [ARGUMENT...]: measures Sinew against C, side by side in one run.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Only the figures go to standard output, so that `--json` there is an object a line and nothing else.
say() { printf '%s\n' "$*" >&2; }

bash scripts/setup.sh >&2
# The simulator is measured by running the tool.
if [ "$1" = subjects ]; then step "build the tool" 900 swift build -c release --product sinew >&2; fi
# Without it the suite says so, and measures the rest.
if [ "$1" = bus ]; then bash scripts/nats.sh >&2 || true; fi
step "build the benchmarks" 900 swift build -c release --package-path Benchmarks >&2
step "measure: $*" 3600 swift run -c release --skip-build --package-path Benchmarks compare "$@"
