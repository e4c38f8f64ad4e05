#!/usr/bin/env bash
# pipeline.sh single|processes [ARGUMENT...]: runs the built pipeline example on paths.
#   single      ventilator, workers and sink in one process
#   processes   a ventilator, two workers and a sink as processes of their own, over ipc
# Options (--json, --top N) go to the process that prints. Its status is 0 only when every process ended well.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

form=$1
shift
pipeline=$(swift build -c release --show-bin-path)/pipeline
[ -x "$pipeline" ] || fail "$pipeline is not built." "swift build -c release --product pipeline"

if [ "$form" = single ]; then exec "$pipeline" "$@"; fi

options=()
paths=()
while [ $# -gt 0 ]; do
    case $1 in
    --top | --wait | --timeout) options+=("$1" "$2") && shift 2 ;;
    --*) options+=("$1") && shift ;;
    *) paths+=("$1") && shift ;;
    esac
done

# Below /tmp because the path of a socket may have no more than about 100 bytes.
sockets=$(mktemp -d /tmp/sinew-pipeline.XXXXXX)
processes=()
# shellcheck disable=SC2317 # called by the trap
finish() {
    if [ "${#processes[@]}" -gt 0 ]; then kill "${processes[@]}" 2>/dev/null || true; fi
    rm -rf "$sockets"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

jobs=ipc://$sockets/jobs
results=ipc://$sockets/results
control=ipc://$sockets/control
"$pipeline" sink --workers 2 --endpoint "$results" --control "$control" ${options[@]+"${options[@]}"} &
processes+=($!)
for _ in 1 2; do
    "$pipeline" worker --endpoint "$jobs" --sink "$results" --control "$control" &
    processes+=($!)
done
"$pipeline" ventilator --endpoint "$jobs" --sink "$results" --control "$control" ${paths[@]+"${paths[@]}"} &
processes+=($!)

status=0
for process in "${processes[@]}"; do wait "$process" || status=1; done
processes=()
exit "$status"
