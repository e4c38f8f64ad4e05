// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "loops.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

void cb_zmq_version(char *buffer, size_t capacity) {
    int major;
    int minor;
    int patch;
    zmq_version(&major, &minor, &patch);
    snprintf(buffer, capacity, "%d.%d.%d", major, minor, patch);
}

int cb_push(const char *endpoint, size_t size, uint64_t count, cb_result *result) {
    void *context = zmq_ctx_new();
    void *push = zmq_socket(context, ZMQ_PUSH);
    if (push == NULL || zmq_connect(push, endpoint) != 0) {
        return zmq_errno();
    }
    double began = cb_now();
    double cpu = cb_cpu();
    int error = cb_send_all(push, size, count);
    if (error == 0) {
        cb_wait_for_parent();
    }
    result->seconds = cb_now() - began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count;
    zmq_close(push);
    zmq_ctx_term(context);
    return error;
}

int cb_pull(const char *endpoint, size_t size, uint64_t count, int count_allocations, cb_result *result) {
    void *context = zmq_ctx_new();
    void *pull = zmq_socket(context, ZMQ_PULL);
    if (pull == NULL || zmq_bind(pull, endpoint) != 0) {
        return zmq_errno();
    }
    int error = cb_announce_bound(pull);
    if (error == 0) {
        error = cb_receive_all(pull, size, count, count_allocations, result);
    }
    zmq_close(pull);
    zmq_ctx_term(context);
    return error;
}

typedef struct {
    void *context;
    size_t size;
    uint64_t count;
    int error;
} inproc_sender;

static void *inproc_send(void *argument) {
    inproc_sender *sender = argument;
    void *push = zmq_socket(sender->context, ZMQ_PUSH);
    if (push == NULL || zmq_connect(push, "inproc://throughput") != 0) {
        sender->error = zmq_errno();
        return NULL;
    }
    sender->error = cb_send_all(push, sender->size, sender->count);
    zmq_close(push);
    return NULL;
}

int cb_inproc(size_t size, uint64_t count, cb_result *result) {
    void *context = zmq_ctx_new();
    void *pull = zmq_socket(context, ZMQ_PULL);
    if (pull == NULL || zmq_bind(pull, "inproc://throughput") != 0) {
        return zmq_errno();
    }
    inproc_sender sender = {context, size, count, 0};
    pthread_t thread;
    int error = pthread_create(&thread, NULL, inproc_send, &sender);
    if (error == 0) {
        error = cb_receive_all(pull, size, count, 0, result);
        pthread_join(thread, NULL);
    }
    zmq_close(pull);
    zmq_ctx_term(context);
    return error != 0 ? error : sender.error;
}
