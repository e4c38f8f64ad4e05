#!/usr/bin/env bash
# Builds the documentation of the public modules; a warning (a dead link, say) is an error.
# The plugin that does it is a dependency only while SINEW_DOCS is set, so that users never fetch it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export SINEW_DOCS=1
public_modules="ZeroMQ SinewCore SinewSubjects SinewTesting SinewLog SinewBusCore SinewBus SinewFoundation Sinew"
for module in $public_modules; do
    swift package --traits Metrics --scratch-path .build-docs generate-documentation --target "$module" --warnings-as-errors
done
