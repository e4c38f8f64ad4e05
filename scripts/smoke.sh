#!/usr/bin/env bash
# Runs the built examples as a user does, on a small tree, and compares what they print with `wc`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tree=$(mktemp -d "${TMPDIR:-/tmp}/sinew-smoke.XXXXXX")
trap 'rm -rf "$tree"' EXIT

plant() {
    mkdir -p "$tree/words/deep/deeper"
    : >"$tree/words/empty"
    printf 'no newline at the end' >"$tree/words/short text"
    printf 'a\tb  c\n\n\r\n naïve café\n' >"$tree/words/deep/blanks.txt"
    awk 'BEGIN { for (i = 0; i < 60000; i++) printf "word%d and%s", i % 977, i % 9 ? " " : "\n" }' \
        >"$tree/words/deep/deeper/large.txt"
    local number
    for number in $(seq 200); do printf 'file %s\n' "$number" >"$tree/words/deep/file-$number"; done
    mkdir "$tree/nothing"
}

# What wc counts below the folder, as the line the example has to print.
expected() {
    find "$1" -type f -exec sh -c 'LC_ALL=C wc <"$1"' _ {} \; |
        awk '{ lines += $1; words += $2; bytes += $3 }
            END { printf "{\"files\":%d,\"lines\":%d,\"words\":%d,\"bytes\":%d}\n", NR, lines, words, bytes }'
}

# counts "what" FOLDER COMMAND...: the command has to succeed, and to print what wc counts below the folder.
counts() {
    local what=$1 wanted printed status=0
    wanted=$(expected "$2")
    shift 2
    printed=$(limited 60 "$@" 2>"$tree/errors") || status=$?
    if [ "$status" -ne 0 ] || [ "$printed" != "$wanted" ]; then
        fail "$what: status $status." "wanted:  $wanted" "printed: $printed" "errors:  $(cat "$tree/errors")"
    fi
    say "$what: $printed"
}

plant
counts "pipeline, one process" "$tree/words" bash scripts/pipeline.sh single "$tree/words" --json
counts "pipeline, four processes" "$tree/words" bash scripts/pipeline.sh processes "$tree/words" --json
counts "pipeline, an empty folder" "$tree/nothing" bash scripts/pipeline.sh single "$tree/nothing" --json

status=0
limited 60 bash scripts/pipeline.sh single "$tree/missing" >"$tree/output" 2>"$tree/errors" || status=$?
[ "$status" -eq 1 ] || fail "pipeline, a missing path: status $status instead of 1" "$(cat "$tree/errors")"
grep -q missing "$tree/errors" || fail "pipeline, a missing path: the error does not name it" "$(cat "$tree/errors")"
say "pipeline, a missing path: $(head -n 1 "$tree/errors")"

# The user's own topology: in one process, as three, and in the simulator.
topology=$(swift build -c release --show-bin-path)/custom-topology
[ -x "$topology" ] || fail "$topology is not built." "swift build -c release --product custom-topology"
printed=$(limited 60 "$topology" --nodes 4 --tasks 200) || fail "custom-topology: status $?" "$printed"
[[ $printed == "200 tasks, all finished; "* ]] || fail "custom-topology printed: $printed"
say "custom-topology, one process: $printed"

# node NAME OPTION...: one node of three, over ipc.
node() {
    local name=$1 other
    shift
    local options=(--name "$name" --bind "ipc://$tree/node-$name")
    for other in 1 2 3; do
        if [ "$other" != "$name" ]; then options+=(--peer "$other=ipc://$tree/node-$other"); fi
    done
    limited 60 "$topology" node "${options[@]}" "$@"
}

node 2 --serve 3 >"$tree/node-2.out" 2>&1 &
second=$!
node 3 --serve 3 >"$tree/node-3.out" 2>&1 &
third=$!
# The first cannot do all of its tasks itself, so it ends only when others did them.
printed=$(node 1 --tasks 300 --filter 'image.>') || fail "custom-topology node: status $?" "$printed"
[[ $printed == "node 1: 300 tasks, all finished; "* ]] || fail "custom-topology node printed: $printed"
wait "$second" || fail "custom-topology node 2: status $?" "$(cat "$tree/node-2.out")"
wait "$third" || fail "custom-topology node 3: status $?" "$(cat "$tree/node-3.out")"
say "custom-topology, three processes: $printed"
printed=$(limited 60 "$topology" simulate --seeds 200) || fail "custom-topology simulate: status $?" "$printed"
say "custom-topology, simulated: $(head -n 1 <<<"$printed")"

orders=$(swift build -c release --show-bin-path)/orders-core
[ -x "$orders" ] || fail "$orders is not built." "swift build -c release --product orders-core"
printed=$(limited 90 "$orders" --orders 1000 --timeout 60) || fail "orders-core: status $?" "$printed"
[[ $printed == *"every difference is explained" ]] || fail "orders-core printed: $printed"
say "orders-core, six processes: $(head -n 1 <<<"$printed")"

sinew=$(swift build -c release --show-bin-path)/sinew
[ -x "$sinew" ] || fail "$sinew is not built." "swift build -c release --product sinew"
jobs=ipc://$tree/jobs
seq 1000 >"$tree/lines"
limited 60 "$sinew" pull --bind "$jobs" --count 1000 --timeout 30s >"$tree/received" 2>"$tree/errors" &
puller=$!
# shellcheck disable=SC2016 # the inner shell expands them
limited 60 sh -c '"$0" push --connect "$1" --timeout 30s <"$2"' "$sinew" "$jobs" "$tree/lines" ||
    fail "sinew push: status $?"
wait "$puller" || fail "sinew pull: status $?" "$(cat "$tree/errors")"
cmp -s "$tree/lines" "$tree/received" || fail "sinew: what was pulled is not what was pushed"
say "sinew, two processes: 1000 lines pushed and pulled"

status=0
limited 60 "$sinew" pull --bind "$jobs" --count 1 --timeout 100ms 2>"$tree/errors" || status=$?
[ "$status" -eq 75 ] || fail "sinew pull, nobody there: status $status instead of 75" "$(cat "$tree/errors")"
say "sinew pull, nobody there: $(head -n 1 "$tree/errors")"
