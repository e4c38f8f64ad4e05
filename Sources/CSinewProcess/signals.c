// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CSinewProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int signal_target = -1;

static void forward(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(signal_target, &byte, 1);
    (void)ignored;
    errno = saved;
}

// A stream that was closed must not become a socket of ours. What takes its place fails when it is used.
// It has to be done before the program's own start, which opens descriptors too.
__attribute__((constructor)) static void occupy_streams(void) {
    for (int stream = 0; stream <= 2; stream++) {
        if (fcntl(stream, F_GETFD) == -1) open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
    }
}

int sinew_process_forward_signals(void) {
    int ends[2];
    if (pipe(ends) != 0) return -1;
    for (int index = 0; index < 2; index++) fcntl(ends[index], F_SETFD, FD_CLOEXEC);
    // A handler must not wait, however many signals come.
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    signal_target = ends[1];

    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    if (sigaction(SIGPIPE, &action, 0) != 0) return -1;
    action.sa_handler = forward;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGINT, &action, 0) != 0 || sigaction(SIGTERM, &action, 0) != 0) return -1;
    // Whoever started the tool may have blocked them.
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &wanted, 0);
    struct sigaction hangup;
    if (sigaction(SIGHUP, 0, &hangup) == 0 && hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, 0);
    return ends[0];
}

struct start {
    void (*body)(void *);
    void *argument;
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    // Threads of Swift's pool block everything. A thread that reads a terminal from the background has to be stopped as
    // any other program is; with these blocked, the system gives it an error instead.
    sigset_t terminal;
    sigemptyset(&terminal);
    sigaddset(&terminal, SIGTTIN);
    sigaddset(&terminal, SIGTTOU);
    sigaddset(&terminal, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &terminal, 0);
    start.body(start.argument);
    return 0;
}

int sinew_process_thread(void (*body)(void *), void *argument) {
    struct start *start = malloc(sizeof *start);
    if (!start) return ENOMEM;
    start->body = body;
    start->argument = argument;
    pthread_attr_t attributes;
    int result = pthread_attr_init(&attributes);
    if (result == 0) {
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        sigset_t blocked, before;
        sigemptyset(&blocked);
        sigaddset(&blocked, SIGINT);
        sigaddset(&blocked, SIGTERM);
        sigaddset(&blocked, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &blocked, &before);
        pthread_t thread;
        result = pthread_create(&thread, &attributes, run, start);
        pthread_sigmask(SIG_SETMASK, &before, 0);
        pthread_attr_destroy(&attributes);
    }
    if (result != 0) free(start);
    return result;
}
