// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "loops.h"

#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#define ENDPOINT_CAPACITY 256

int cb_announce_bound(void *socket) {
    char endpoint[ENDPOINT_CAPACITY];
    size_t length = sizeof endpoint;
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &length) != 0) {
        return zmq_errno();
    }
    cb_announce(endpoint);
    return 0;
}

int cb_send_all(void *socket, size_t size, uint64_t count) {
    char *payload = calloc(1, size);
    int error = payload == NULL ? ENOMEM : 0;
    for (uint64_t sent = 0; sent < count && error == 0; sent++) {
        if (zmq_send(socket, payload, size, 0) < 0) {
            error = zmq_errno();
        }
    }
    free(payload);
    return error;
}

static int receive_one(void *socket, zmq_msg_t *message, size_t size) {
    if (zmq_msg_recv(message, socket, 0) < 0) {
        return zmq_errno();
    }
    return zmq_msg_size(message) == size ? 0 : EBADMSG;
}

int cb_receive_all(void *socket, size_t size, uint64_t count, int count_allocations, cb_result *result) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    int error = receive_one(socket, &message, size);
    double began = cb_now();
    double cpu = cb_cpu();
    uint64_t warm_up = count / 4;
    for (uint64_t received = 1; received < count && error == 0; received++) {
        if (count_allocations && received == warm_up) {
            cb_count_allocations();
        }
        error = receive_one(socket, &message, size);
    }
    result->began = began;
    result->ended = cb_now();
    result->seconds = result->ended - began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count - 1;
    result->allocations = count_allocations ? cb_counted_allocations() : 0;
    result->counted = count - warm_up;
    zmq_msg_close(&message);
    return error;
}
