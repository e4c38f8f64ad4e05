// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "loops.h"

#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

int cb_reply(const char *endpoint, uint64_t count) {
    void *context = zmq_ctx_new();
    void *reply = zmq_socket(context, ZMQ_REP);
    if (reply == NULL || zmq_bind(reply, endpoint) != 0) {
        return zmq_errno();
    }
    int error = cb_announce_bound(reply);
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (uint64_t answered = 0; answered < count && error == 0; answered++) {
        if (zmq_msg_recv(&message, reply, 0) < 0 || zmq_msg_send(&message, reply, 0) < 0) {
            error = zmq_errno();
        }
    }
    zmq_msg_close(&message);
    cb_wait_for_parent();
    zmq_close(reply);
    zmq_ctx_term(context);
    return error;
}

static int round_trip(void *request, const void *payload, size_t size, zmq_msg_t *answer, uint64_t *latency) {
    uint64_t began = cb_now_ns();
    if (zmq_send(request, payload, size, 0) < 0 || zmq_msg_recv(answer, request, 0) < 0) {
        return zmq_errno();
    }
    *latency = cb_now_ns() - began;
    return zmq_msg_size(answer) == size ? 0 : EBADMSG;
}

int cb_request(const char *endpoint, size_t size, uint64_t warm_up, uint64_t count, uint64_t *latencies,
               cb_result *result) {
    void *context = zmq_ctx_new();
    void *request = zmq_socket(context, ZMQ_REQ);
    // What the other side's sockets always set: the same frames go over the wire.
    int on = 1;
    if (request == NULL || zmq_setsockopt(request, ZMQ_REQ_RELAXED, &on, sizeof on) != 0 ||
        zmq_setsockopt(request, ZMQ_REQ_CORRELATE, &on, sizeof on) != 0 || zmq_connect(request, endpoint) != 0) {
        return zmq_errno();
    }
    char *payload = calloc(1, size);
    int error = payload == NULL ? ENOMEM : 0;
    zmq_msg_t answer;
    zmq_msg_init(&answer);
    uint64_t ignored;
    for (uint64_t sent = 0; sent < warm_up && error == 0; sent++) {
        error = round_trip(request, payload, size, &answer, &ignored);
    }
    double began = cb_now();
    double cpu = cb_cpu();
    for (uint64_t sent = 0; sent < count && error == 0; sent++) {
        error = round_trip(request, payload, size, &answer, &latencies[sent]);
    }
    result->seconds = cb_now() - began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count;
    zmq_msg_close(&answer);
    free(payload);
    zmq_close(request);
    zmq_ctx_term(context);
    return error;
}
