// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CSinewShims.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

void sinew_thread_set_name(const char *name) {
#ifdef __APPLE__
    pthread_setname_np(name);
#else
    pthread_setname_np(pthread_self(), name);
#endif
}

struct start {
    void (*body)(void *);
    void *context;
    char name[16];
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    sinew_thread_set_name(start.name);
    start.body(start.context);
    return 0;
}

int sinew_thread_start(const char *name, void (*body)(void *), void *context) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
    struct start *start = malloc(sizeof *start);
    if (!start) return ENOMEM;
    start->body = body;
    start->context = context;
    size_t length = 0;
    while (name[length] && length < sizeof start->name - 1) length++;
    for (size_t index = 0; index < length; index++) start->name[index] = name[index];
    start->name[length] = 0;

    sigset_t all, before;
    sigfillset(&all);
    for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) sigdelset(&all, faults[index]);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, run, start);
    pthread_sigmask(SIG_SETMASK, &before, 0);
    pthread_attr_destroy(&attributes);
    if (error) free(start);
    return error;
}

void sinew_bell_init(sinew_bell_t *bell) {
    pthread_mutex_init(&bell->mutex, 0);
#ifdef __APPLE__
    pthread_cond_init(&bell->rung, 0);
#else
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&bell->rung, &attributes);
    pthread_condattr_destroy(&attributes);
#endif
    bell->is_rung = 0;
}

void sinew_bell_destroy(sinew_bell_t *bell) {
    pthread_cond_destroy(&bell->rung);
    pthread_mutex_destroy(&bell->mutex);
}

void sinew_bell_ring(sinew_bell_t *bell) {
    pthread_mutex_lock(&bell->mutex);
    int was_rung = bell->is_rung;
    bell->is_rung = 1;
    pthread_mutex_unlock(&bell->mutex);
    if (!was_rung) pthread_cond_signal(&bell->rung);
}

void sinew_bell_wait(sinew_bell_t *bell, int64_t nanoseconds) {
    pthread_mutex_lock(&bell->mutex);
    if (nanoseconds < 0) {
        while (!bell->is_rung) pthread_cond_wait(&bell->rung, &bell->mutex);
    } else {
#ifdef __APPLE__
        struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
        if (!bell->is_rung) pthread_cond_timedwait_relative_np(&bell->rung, &bell->mutex, &limit);
#else
        int64_t end = sinew_monotonic_nanoseconds() + nanoseconds;
        struct timespec limit = {end / 1000000000, end % 1000000000};
        while (!bell->is_rung && pthread_cond_timedwait(&bell->rung, &bell->mutex, &limit) == 0) {}
#endif
    }
    bell->is_rung = 0;
    pthread_mutex_unlock(&bell->mutex);
}
