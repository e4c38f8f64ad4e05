// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSinewShims.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

struct attempt {
    int policy;
    int priority;
    const int *processors;
    int count;
    int error;
};

static int set_processors(const struct attempt *attempt) {
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < attempt->count; i++) {
        if (attempt->processors[i] < 0 || attempt->processors[i] >= CPU_SETSIZE) return EINVAL;
        CPU_SET(attempt->processors[i], &set);
    }
    return pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
#else
    (void)attempt;
    return ENOTSUP;
#endif
}

static void *try_scheduling(void *argument) {
    struct attempt *attempt = argument;
    if (attempt->policy >= 0) {
        struct sched_param parameters;
        int policy;
        attempt->error = pthread_getschedparam(pthread_self(), &policy, &parameters);
        if (attempt->error != 0) return 0;
        if (attempt->priority >= 0) parameters.sched_priority = attempt->priority;
        attempt->error = pthread_setschedparam(pthread_self(), attempt->policy, &parameters);
        if (attempt->error != 0) return 0;
    }
    if (attempt->count > 0) attempt->error = set_processors(attempt);
    return 0;
}

int sinew_thread_try_scheduling(int policy, int priority, const int *processors, int count) {
    if (policy == SINEW_SCHED_NONE) return ENOTSUP;
    struct attempt attempt = {policy, priority, processors, count, 0};
    pthread_t thread;
    int error = pthread_create(&thread, 0, try_scheduling, &attempt);
    if (error != 0) return error;
    pthread_join(thread, 0);
    return attempt.error;
}
