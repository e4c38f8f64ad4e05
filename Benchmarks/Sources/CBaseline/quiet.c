// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CBaseline.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define MAX_PAIRS 512

int cb_idle(int pairs, double seconds, cb_result *result) {
    if (pairs < 1 || pairs > MAX_PAIRS) {
        return EINVAL;
    }
    void *context = zmq_ctx_new();
    zmq_pollitem_t items[MAX_PAIRS];
    void *pushes[MAX_PAIRS];
    for (int index = 0; index < pairs; index++) {
        char endpoint[256];
        size_t length = sizeof endpoint;
        void *pull = zmq_socket(context, ZMQ_PULL);
        pushes[index] = zmq_socket(context, ZMQ_PUSH);
        items[index] = (zmq_pollitem_t){pull, 0, ZMQ_POLLIN, 0};
        if (pull == NULL || pushes[index] == NULL || zmq_bind(pull, "tcp://127.0.0.1:*") != 0 ||
            zmq_getsockopt(pull, ZMQ_LAST_ENDPOINT, endpoint, &length) != 0 ||
            zmq_connect(pushes[index], endpoint) != 0 || zmq_send(pushes[index], "", 0, 0) != 0) {
            return zmq_errno();
        }
        // One message through each pair: the connection stands before the clock starts.
        if (zmq_recv(pull, endpoint, sizeof endpoint, 0) != 0) {
            return zmq_errno();
        }
    }
    sleep(1);
    double began = cb_now();
    double cpu = cb_cpu();
    int ready = zmq_poll(items, pairs, (long)(seconds * 1000));
    result->seconds = cb_now() - began;
    result->cpu = cb_cpu() - cpu;
    result->messages = 0;
    for (int index = 0; index < pairs; index++) {
        zmq_close(pushes[index]);
        zmq_close(items[index].socket);
    }
    zmq_ctx_term(context);
    return ready < 0 ? zmq_errno() : 0;
}

struct cb_stopped {
    void *pull;
    void *push;
    size_t size;
    atomic_ullong accepted;
};

static void *send_until_blocked(void *argument) {
    cb_stopped *stopped = argument;
    char *payload = calloc(1, stopped->size);
    while (payload != NULL && zmq_send(stopped->push, payload, stopped->size, 0) >= 0) {
        atomic_fetch_add(&stopped->accepted, 1);
    }
    return NULL;
}

int cb_stopped_start(const char *endpoint, size_t size, cb_stopped **started) {
    cb_stopped *stopped = calloc(1, sizeof *stopped);
    if (stopped == NULL) {
        return ENOMEM;
    }
    void *pull_context = zmq_ctx_new();
    void *push_context = strncmp(endpoint, "inproc:", 7) == 0 ? pull_context : zmq_ctx_new();
    stopped->size = size;
    stopped->pull = zmq_socket(pull_context, ZMQ_PULL);
    stopped->push = zmq_socket(push_context, ZMQ_PUSH);
    char resolved[256];
    size_t length = sizeof resolved;
    if (stopped->pull == NULL || stopped->push == NULL || zmq_bind(stopped->pull, endpoint) != 0 ||
        zmq_getsockopt(stopped->pull, ZMQ_LAST_ENDPOINT, resolved, &length) != 0 ||
        zmq_connect(stopped->push, resolved) != 0) {
        return zmq_errno();
    }
    pthread_t thread;
    int error = pthread_create(&thread, NULL, send_until_blocked, stopped);
    if (error == 0) {
        pthread_detach(thread);
        *started = stopped;
    }
    return error;
}

uint64_t cb_stopped_accepted(cb_stopped *stopped) {
    return (uint64_t)atomic_load(&stopped->accepted);
}
