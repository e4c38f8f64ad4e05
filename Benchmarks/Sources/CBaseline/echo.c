// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "loops.h"

#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

/// Sends a whole message back to the peer it came from.
static int echo_one(void *router, zmq_msg_t *peer, zmq_msg_t *body) {
    if (zmq_msg_recv(peer, router, 0) < 0 || zmq_msg_recv(body, router, 0) < 0) {
        return zmq_errno();
    }
    if (zmq_msg_send(peer, router, ZMQ_SNDMORE) < 0 || zmq_msg_send(body, router, 0) < 0) {
        return zmq_errno();
    }
    return 0;
}

int cb_echo_router(const char *endpoint, uint64_t count) {
    void *context = zmq_ctx_new();
    void *router = zmq_socket(context, ZMQ_ROUTER);
    int yes = 1;
    if (router == NULL || zmq_setsockopt(router, ZMQ_ROUTER_MANDATORY, &yes, sizeof yes) != 0 ||
        zmq_bind(router, endpoint) != 0) {
        return zmq_errno();
    }
    int error = cb_announce_bound(router);
    zmq_msg_t peer;
    zmq_msg_t body;
    zmq_msg_init(&peer);
    zmq_msg_init(&body);
    for (uint64_t echoed = 0; echoed < count && error == 0; echoed++) {
        error = echo_one(router, &peer, &body);
    }
    zmq_msg_close(&body);
    zmq_msg_close(&peer);
    if (error == 0) {
        cb_wait_for_parent();
    }
    zmq_close(router);
    zmq_ctx_term(context);
    return error;
}

typedef struct {
    zmq_pollitem_t *items;
    int peers;
    size_t size;
    char *payload;
    uint64_t unsent;
    uint64_t awaited;
} dealers;

static int open_dealers(dealers *all, void *context, const char *endpoint) {
    for (int i = 0; i < all->peers; i++) {
        void *dealer = zmq_socket(context, ZMQ_DEALER);
        all->items[i] = (zmq_pollitem_t){dealer, 0, ZMQ_POLLIN, 0};
        if (dealer == NULL || zmq_connect(dealer, endpoint) != 0) {
            return zmq_errno();
        }
    }
    return 0;
}

static int send_next(dealers *all, int i) {
    if (all->unsent == 0) {
        return 0;
    }
    all->unsent--;
    return zmq_send(all->items[i].socket, all->payload, all->size, 0) < 0 ? zmq_errno() : 0;
}

/// Takes all that has come to one dealer, and sends a new message for each.
static int answer_ready(dealers *all, int i, zmq_msg_t *message) {
    while (zmq_msg_recv(message, all->items[i].socket, ZMQ_DONTWAIT) >= 0) {
        if (zmq_msg_size(message) != all->size) {
            return EBADMSG;
        }
        all->awaited--;
        int error = send_next(all, i);
        if (error != 0) {
            return error;
        }
    }
    return zmq_errno() == EAGAIN ? 0 : zmq_errno();
}

static int exchange(dealers *all, int window) {
    int error = 0;
    for (int sent = 0; sent < window && error == 0; sent++) {
        for (int i = 0; i < all->peers && error == 0; i++) {
            error = send_next(all, i);
        }
    }
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (all->awaited > 0 && error == 0) {
        if (zmq_poll(all->items, all->peers, -1) < 0) {
            error = zmq_errno();
        }
        for (int i = 0; i < all->peers && error == 0; i++) {
            if (all->items[i].revents & ZMQ_POLLIN) {
                error = answer_ready(all, i, &message);
            }
        }
    }
    zmq_msg_close(&message);
    return error;
}

int cb_echo_dealers(const char *endpoint, int peers, int window, size_t size, uint64_t count, cb_result *result) {
    void *context = zmq_ctx_new();
    dealers all = {calloc((size_t)peers, sizeof(zmq_pollitem_t)), peers, size, calloc(1, size), count, count};
    int error = all.items == NULL || all.payload == NULL ? ENOMEM : open_dealers(&all, context, endpoint);
    double began = cb_now();
    double cpu = cb_cpu();
    if (error == 0) {
        error = exchange(&all, window);
    }
    result->seconds = cb_now() - began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count;
    for (int i = 0; i < peers && all.items != NULL; i++) {
        if (all.items[i].socket != NULL) {
            zmq_close(all.items[i].socket);
        }
    }
    free(all.payload);
    free(all.items);
    zmq_ctx_term(context);
    return error;
}
