// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "loops.h"

#include <zmq.h>

/// Reads subscriptions until so many have come.
static int wait_for_subscribers(void *publisher, int subscribers) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    int error = 0;
    for (int seen = 0; seen < subscribers && error == 0; seen++) {
        error = zmq_msg_recv(&message, publisher, 0) < 0 ? zmq_errno() : 0;
    }
    zmq_msg_close(&message);
    return error;
}

int cb_publish(const char *endpoint, size_t size, uint64_t count, int subscribers) {
    void *context = zmq_ctx_new();
    void *publisher = zmq_socket(context, ZMQ_XPUB);
    // Every subscriber gets every message: a full one makes the publisher wait. One message for each subscription.
    int yes = 1;
    if (publisher == NULL || zmq_setsockopt(publisher, ZMQ_XPUB_NODROP, &yes, sizeof yes) != 0 ||
        zmq_setsockopt(publisher, ZMQ_XPUB_VERBOSE, &yes, sizeof yes) != 0 || zmq_bind(publisher, endpoint) != 0) {
        return zmq_errno();
    }
    int error = cb_announce_bound(publisher);
    if (error == 0) {
        error = wait_for_subscribers(publisher, subscribers);
    }
    if (error == 0) {
        error = cb_send_all(publisher, size, count);
    }
    if (error == 0) {
        cb_wait_for_parent();
    }
    zmq_close(publisher);
    zmq_ctx_term(context);
    return error;
}

int cb_subscribe(const char *endpoint, size_t size, uint64_t count, cb_result *result) {
    void *context = zmq_ctx_new();
    void *subscriber = zmq_socket(context, ZMQ_SUB);
    if (subscriber == NULL || zmq_setsockopt(subscriber, ZMQ_SUBSCRIBE, "", 0) != 0 ||
        zmq_connect(subscriber, endpoint) != 0) {
        return zmq_errno();
    }
    int error = cb_receive_all(subscriber, size, count, 0, result);
    zmq_close(subscriber);
    zmq_ctx_term(context);
    return error;
}
