# Shared by the scripts beside it; sourced, not run.
# Written for bash 3.2, which macOS has.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export root
cd "$root" || exit 1

# Tests of the sockets wait for each other's threads and run side by side. The others compute, or start processes, or have
# several busy nodes: beside the sockets' they would take all threads of Swift's pool, and both would be too slow for their
# limits. So they run by themselves, one after the other.
socket_tests='^ZeroMQTests\.'
process_tests='^(SinewCLITests|CustomTopologySocketTests|OrdersCoreTests)\.'
export socket_tests process_tests

say() { printf '%s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

# as_root COMMAND...: directly, or with sudo. Asks for a password only at a terminal.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null 2>&1; then
        return 1
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

# Prints "pid parent" for every process this machine shows us.
process_table() {
    if [ -r /proc/self/status ]; then
        awk '/^Pid:/ { pid = $2 } /^PPid:/ { print pid, $2 }' /proc/[0-9]*/status 2>/dev/null || true
    elif command -v ps >/dev/null 2>&1; then
        ps -A -o pid=,ppid=
    fi
}

# Prints the process ids below (and including) the one given. SwiftPM puts what it starts
# into process groups of its own, so that signalling one group does not reach everything.
descendants() {
    process_table | awk -v top="$1" '
        { parent[$1] = $2 }
        END {
            for (pid in parent) {
                walk = pid
                for (depth = 0; depth < 64 && walk != "" && walk != 0; depth++) {
                    if (walk == top) { print pid; break }
                    walk = parent[walk]
                }
            }
        }'
}

# Ends one process and all below it: politely, then (10 s later) not.
end_tree() {
    local family pid
    family="$1 $(descendants "$1" | tr '\n' ' ')"
    for pid in $family; do kill -TERM "$pid" 2>/dev/null || true; done
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$1" 2>/dev/null || break
        sleep 1
    done
    for pid in $family; do kill -KILL "$pid" 2>/dev/null || true; done
}

# limited SECONDS COMMAND...: runs the command, with no standard input, and ends it and everything
# it started when the time is up. Returns the command's status, or 124.
limited() {
    local limit=$1 flag command_pid watchdog_pid status=0
    shift
    flag=$(mktemp "${TMPDIR:-/tmp}/sinew-limit.XXXXXX")
    set -m # a process group of its own: without this, bash starts background commands deaf to SIGINT
    "$@" </dev/null &
    command_pid=$!
    (
        trap 'kill "$nap" 2>/dev/null; exit 0' TERM
        sleep "$limit" &
        nap=$!
        wait "$nap"
        echo late >"$flag"
        end_tree "$command_pid"
    ) </dev/null >/dev/null 2>&1 &
    watchdog_pid=$!
    set +m
    trap 'end_tree "$command_pid"; kill "$watchdog_pid" 2>/dev/null; rm -f "$flag"; exit 130' INT TERM HUP
    wait "$command_pid" || status=$?
    if [ -s "$flag" ]; then
        wait "$watchdog_pid" 2>/dev/null || true
        status=124
    else
        kill -TERM "$watchdog_pid" 2>/dev/null || true
        wait "$watchdog_pid" 2>/dev/null || true
    fi
    trap - INT TERM HUP
    rm -f "$flag"
    return "$status"
}

# step "what" SECONDS COMMAND...: one step of a longer run. Ends the script when the command fails.
step() {
    local what=$1 limit=$2 began=$SECONDS status=0
    shift 2
    say "==> $what"
    limited "$limit" "$@" || status=$?
    if [ "$status" -eq 124 ]; then
        fail "$what: not done after $limit s, so it was stopped." "command: $*"
    elif [ "$status" -ne 0 ]; then
        fail "$what: failed with status $status after $((SECONDS - began)) s." "command: $*"
    fi
    say "<== $what: $((SECONDS - began)) s"
}

# Tests and examples below are told not to start the crash reporter: it can take minutes for each crash
# that a test provokes on purpose. Call this where crashes are expected.
quiet_crashes() { export SWIFT_BACKTRACE=enable=no; }
