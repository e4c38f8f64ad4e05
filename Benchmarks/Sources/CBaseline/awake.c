// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CBaseline.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

void cb_sleep_until(uint64_t due) {
#if defined(__linux__)
    // The kernel may be late by this much, which is 50 µs when nothing is said.
    static int is_precise = 0;
    if (!is_precise) {
        prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
        is_precise = 1;
    }
    struct timespec until = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
#else
    for (uint64_t now = cb_now_ns(); now < due; now = cb_now_ns()) {
        struct timespec rest = {(time_t)((due - now) / 1000000000u), (long)((due - now) % 1000000000u)};
        nanosleep(&rest, NULL);
    }
#endif
}

/// Gives way to everybody else.
static int step_back(void) {
#if defined(__linux__)
    struct sched_param none = {0};
    return sched_setscheduler(0, SCHED_IDLE, &none) == 0 ? 0 : errno;
#else
    return setpriority(PRIO_PROCESS, 0, 20) == 0 ? 0 : errno;
#endif
}

int cb_stay_awake(const char *name) {
    int error = step_back();
    if (error != 0) {
        return error;
    }
    cb_announce(name);
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    while (poll(&input, 1, 0) == 0) {
        for (volatile int i = 0; i < 100000; i++) {
        }
    }
    return 0;
}
