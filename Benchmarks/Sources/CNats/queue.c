// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char work[] = "bench.work";
static const char done[] = "bench.done";

/// What each message begins with.
typedef struct {
    uint64_t number;
    uint64_t sent;
} stamp;

static int subscribe(cn_connection *connection) {
    int error = cn_queue_subscription(connection, work, "members", 1);
    if (error == 0) {
        error = cn_queue_subscription(connection, done, "", 2);
    }
    return error == 0 ? cn_flush(connection) : error;
}

int cn_queue_member(const char *endpoint, cb_result *result, uint64_t *missing, double *unbroken) {
    int error;
    cn_connection *connection = cn_open(endpoint, &error);
    if (connection == NULL) {
        return error;
    }
    error = subscribe(connection);
    if (error == 0) {
        cb_announce(endpoint);
    }
    double cpu = cb_cpu();
    uint64_t expected = 0;
    *missing = 0;
    *unbroken = 0;
    while (error == 0) {
        cn_message message;
        stamp received;
        error = cn_next(connection, &message);
        if (error != 0 || message.size < sizeof received) {
            break; // The publisher is done when it sends an empty message.
        }
        memcpy(&received, message.payload, sizeof received);
        if (received.number != expected) {
            *missing += received.number - expected;
            *unbroken = (double)received.sent * 1e-9;
        }
        expected = received.number + 1;
        result->messages++;
    }
    result->cpu = cb_cpu() - cpu;
    cn_close(connection);
    return error;
}

int cn_queue_publish(const char *endpoint, size_t size, uint64_t interval, uint64_t count) {
    int error;
    cn_connection *connection = cn_open(endpoint, &error);
    char *payload = size < sizeof(stamp) ? NULL : calloc(1, size);
    if (connection != NULL && payload == NULL) {
        cn_close(connection);
        return EINVAL;
    }
    if (connection == NULL) {
        free(payload);
        return error;
    }
    uint64_t due = cb_now_ns();
    for (uint64_t number = 0; number < count && error == 0; number++) {
        due += interval;
        cb_sleep_until(due);
        stamp stamped = {number, cb_now_ns()};
        memcpy(payload, &stamped, sizeof stamped);
        error = cn_queue_message(connection, work, sizeof work - 1, "", payload, size);
        if (error == 0) {
            error = cn_write(connection);
        }
    }
    if (error == 0) {
        error = cn_queue_message(connection, done, sizeof done - 1, "", "", 0);
    }
    if (error == 0) {
        error = cn_flush(connection);
    }
    free(payload);
    cn_close(connection);
    return error;
}
