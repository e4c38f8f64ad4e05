#!/usr/bin/env bash
# What `make demo` runs: the pipeline example on this package's own files, in one process and as several.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bash scripts/setup.sh
step "build the pipeline example" 900 swift build -c release --product pipeline
step "one process: ventilator, workers and sink over inproc" 120 bash scripts/pipeline.sh single "$root"
step "several processes: the same over ipc" 120 bash scripts/pipeline.sh processes "$root"
