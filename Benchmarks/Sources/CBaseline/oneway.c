// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "loops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/// Takes a message and the name of the peer it came from; notes how long it was on its way.
static int receive_one(void *router, zmq_msg_t *peer, zmq_msg_t *body, size_t size, uint64_t *latency) {
    if (zmq_msg_recv(peer, router, 0) < 0 || zmq_msg_recv(body, router, 0) < 0) {
        return zmq_errno();
    }
    uint64_t now = cb_now_ns();
    uint64_t sent;
    if (zmq_msg_size(body) != size || size < sizeof sent) {
        return EBADMSG;
    }
    memcpy(&sent, zmq_msg_data(body), sizeof sent);
    *latency = now - sent;
    return 0;
}

static int echo_one(void *router, zmq_msg_t *peer) {
    if (zmq_msg_send(peer, router, ZMQ_SNDMORE) < 0 || zmq_send(router, "", 0, 0) < 0) {
        return zmq_errno();
    }
    return 0;
}

int cb_one_way_receive(const char *endpoint, size_t size, int echo, uint64_t warm_up, uint64_t count,
                       uint64_t *latencies) {
    void *context = zmq_ctx_new();
    void *router = zmq_socket(context, ZMQ_ROUTER);
    if (router == NULL || zmq_bind(router, endpoint) != 0) {
        return zmq_errno();
    }
    int error = cb_announce_bound(router);
    zmq_msg_t peer;
    zmq_msg_t body;
    zmq_msg_init(&peer);
    zmq_msg_init(&body);
    for (uint64_t received = 0; received < warm_up + count && error == 0; received++) {
        uint64_t ignored;
        uint64_t *latency = received < warm_up ? &ignored : &latencies[received - warm_up];
        error = receive_one(router, &peer, &body, size, latency);
        if (error == 0 && echo) {
            error = echo_one(router, &peer);
        }
    }
    zmq_msg_close(&body);
    zmq_msg_close(&peer);
    zmq_close(router);
    zmq_ctx_term(context);
    return error;
}

int cb_one_way_send(const char *endpoint, size_t size, uint64_t interval, uint64_t count) {
    void *context = zmq_ctx_new();
    void *dealer = zmq_socket(context, ZMQ_DEALER);
    if (dealer == NULL || zmq_connect(dealer, endpoint) != 0) {
        return zmq_errno();
    }
    char *payload = size < sizeof(uint64_t) ? NULL : calloc(1, size);
    int error = payload == NULL ? EINVAL : 0;
    uint64_t due = cb_now_ns();
    for (uint64_t number = 0; number < count && error == 0; number++) {
        char echoed;
        due += interval;
        if (interval > 0) {
            cb_sleep_until(due);
        }
        uint64_t now = cb_now_ns();
        memcpy(payload, &now, sizeof now);
        if (zmq_send(dealer, payload, size, 0) < 0 || (interval == 0 && zmq_recv(dealer, &echoed, 1, 0) != 0)) {
            error = zmq_errno();
        }
    }
    if (error == 0) {
        cb_wait_for_parent();
    }
    free(payload);
    zmq_close(dealer);
    zmq_ctx_term(context);
    return error;
}
