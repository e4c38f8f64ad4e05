// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cn_publish(const char *endpoint, const char *subject, size_t size, uint64_t count) {
    int error;
    cn_connection *connection = cn_open(endpoint, &error);
    if (connection == NULL) {
        return error;
    }
    // What goes over the wire for each message, made once.
    char *line = malloc(strlen(subject) + size + 64);
    if (line == NULL) {
        cn_close(connection);
        return ENOMEM;
    }
    size_t length = (size_t)sprintf(line, "PUB %s %zu\r\n", subject, size);
    memset(line + length, 0, size);
    memcpy(line + length + size, "\r\n", 2);
    length += size + 2;
    for (uint64_t sent = 0; sent < count && error == 0; sent++) {
        error = cn_queue(connection, line, length);
    }
    if (error == 0) {
        error = cn_flush(connection);
    }
    if (error == 0) {
        cb_wait_for_parent();
    }
    free(line);
    cn_close(connection);
    return error;
}

static int receive_one(cn_connection *connection, size_t size) {
    cn_message message;
    int error = cn_next(connection, &message);
    return error == 0 && message.size != size ? EBADMSG : error;
}

int cn_subscribe(const char *endpoint, const char *subject, size_t size, uint64_t count, cb_result *result) {
    int error;
    cn_connection *connection = cn_open(endpoint, &error);
    if (connection == NULL) {
        return error;
    }
    error = cn_queue_subscription(connection, subject, "", 1);
    if (error == 0) {
        error = cn_flush(connection);
    }
    if (error == 0) {
        cb_announce(endpoint);
        error = receive_one(connection, size);
    }
    result->began = cb_now();
    double cpu = cb_cpu();
    for (uint64_t received = 1; received < count && error == 0; received++) {
        error = receive_one(connection, size);
    }
    result->ended = cb_now();
    result->seconds = result->ended - result->began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count - 1;
    cn_close(connection);
    return error;
}
