#!/usr/bin/env bash
# What `make check` runs: the slower checks. Each sanitizer has a build directory of its own.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# address or thread; builds all, and tests the sockets.
sanitized_sockets() {
    swift test --traits Metrics --sanitize="$1" --scratch-path "$2" --disable-xctest --filter "$socket_tests"
}

# The same for what computes, with few seeds, as a simulation has one thread, and without what reads the sources.
sanitized_computing() {
    SINEW_SIMULATION_SEEDS=4 swift test --traits Metrics --sanitize="$1" --scratch-path "$2" --disable-xctest \
        --skip-build --no-parallel --skip "$socket_tests" --skip InteropTests --skip "$process_tests" \
        --skip TidyTests
}

# The same for a target whose tests start processes; once all has been built.
sanitized_target() {
    swift test --traits Metrics --sanitize="$1" --scratch-path "$2" --disable-xctest --skip-build --filter "$3"
}

began=$SECONDS
bash scripts/setup.sh
if command -v shellcheck >/dev/null 2>&1; then
    step "shellcheck" 60 shellcheck --external-sources scripts/*.sh .ci/run
fi
step "docs" 600 bash scripts/docs.sh

quiet_crashes
export ASAN_OPTIONS="suppressions=$root/scripts/asan.supp${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
# LeakSanitizer is a part of AddressSanitizer; macOS has none.
if [ "$(uname -s)" = Linux ]; then
    export ASAN_OPTIONS="detect_leaks=1:$ASAN_OPTIONS"
    export LSAN_OPTIONS="suppressions=$root/scripts/lsan.supp:print_suppressions=0${LSAN_OPTIONS:+:$LSAN_OPTIONS}"
fi
# A process may end while libzmq is joining the threads of a context that was let go; ShutdownTests counts the threads. By
# default each process, and so each run of the tool, would sleep for a second before it ends.
export TSAN_OPTIONS="halt_on_error=0:exitcode=66:report_thread_leaks=0:atexit_sleep_ms=50:suppressions=$root/scripts/tsan.supp${TSAN_OPTIONS:+:$TSAN_OPTIONS}"
step "sockets under AddressSanitizer" 1200 sanitized_sockets address .build-asan
step "what computes under AddressSanitizer" 900 sanitized_computing address .build-asan
step "interop under AddressSanitizer" 900 sanitized_target address .build-asan InteropTests
step "the tool under AddressSanitizer" 900 sanitized_target address .build-asan "$process_tests"
step "sockets under ThreadSanitizer" 1200 sanitized_sockets thread .build-tsan
step "what computes under ThreadSanitizer" 900 sanitized_computing thread .build-tsan
step "interop under ThreadSanitizer" 900 sanitized_target thread .build-tsan InteropTests
step "the tool under ThreadSanitizer" 900 sanitized_target thread .build-tsan "$process_tests"
say "make check: everything passed in $((SECONDS - began)) s"
