// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char there[] = "bench.there";
static const char back[] = "bench.back";

int cn_one_way_receive(const char *endpoint, size_t size, int echo, uint64_t warm_up, uint64_t count,
                       uint64_t *latencies) {
    int error;
    cn_connection *connection = cn_open(endpoint, &error);
    if (connection == NULL) {
        return error;
    }
    error = cn_queue_subscription(connection, there, "", 1);
    if (error == 0) {
        error = cn_flush(connection);
    }
    if (error == 0) {
        cb_announce(endpoint);
    }
    for (uint64_t received = 0; received < warm_up + count && error == 0; received++) {
        cn_message message;
        error = cn_next(connection, &message);
        uint64_t now = cb_now_ns();
        if (error != 0 || message.size != size) {
            error = error == 0 ? EBADMSG : error;
            break;
        }
        uint64_t sent;
        memcpy(&sent, message.payload, sizeof sent);
        if (received >= warm_up) {
            latencies[received - warm_up] = now - sent;
        }
        if (echo) {
            error = cn_queue_message(connection, back, sizeof back - 1, "", "", 0);
        }
    }
    if (error == 0) {
        error = cn_write(connection);
    }
    cn_close(connection);
    return error;
}

int cn_one_way_send(const char *endpoint, size_t size, uint64_t interval, uint64_t count) {
    int error;
    cn_connection *connection = cn_open(endpoint, &error);
    char *payload = size < sizeof(uint64_t) ? NULL : calloc(1, size);
    if (connection != NULL && payload == NULL) {
        cn_close(connection);
        return EINVAL;
    }
    if (connection == NULL) {
        free(payload);
        return error;
    }
    error = cn_queue_subscription(connection, back, "", 1);
    if (error == 0) {
        error = cn_flush(connection);
    }
    uint64_t due = cb_now_ns();
    for (uint64_t number = 0; number < count && error == 0; number++) {
        cn_message echoed;
        due += interval;
        if (interval > 0) {
            cb_sleep_until(due);
        }
        uint64_t now = cb_now_ns();
        memcpy(payload, &now, sizeof now);
        error = cn_queue_message(connection, there, sizeof there - 1, "", payload, size);
        if (error == 0) {
            error = interval > 0 ? cn_write(connection) : cn_next(connection, &echoed);
        }
    }
    if (error == 0) {
        // A connection that is closed with something unread in it takes back what was written to it.
        error = cn_flush(connection);
    }
    if (error == 0) {
        cb_wait_for_parent();
    }
    free(payload);
    cn_close(connection);
    return error;
}
