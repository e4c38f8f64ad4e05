// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef SINEW_BENCHMARKS_CNATS_CONNECTION_H
#define SINEW_BENCHMARKS_CNATS_CONNECTION_H

#include "CNats.h"

#define CN_CHUNK (64 * 1024)

/// A connection to nats-server.
typedef struct {
    int socket;
    /// What of `input` is not parsed yet.
    size_t begin;
    size_t end;
    /// How much of `output` waits for being written.
    size_t queued;
    char input[4 * CN_CHUNK];
    char output[CN_CHUNK];
} cn_connection;

/// A message where it lies in the connection's buffer: valid until the next call for that connection.
typedef struct {
    const char *subject;
    size_t subject_length;
    /// Where an answer is to go; of length 0 when nobody waits for one.
    const char *reply;
    size_t reply_length;
    const char *payload;
    size_t size;
} cn_message;

/// Connects and greets; returns when the server has answered. NULL, and the errno in `error`, when that failed.
cn_connection *cn_open(const char *endpoint, int *error);
void cn_close(cn_connection *connection);

/// Puts bytes where they wait for being written; writes when 64 KiB have come together.
int cn_queue(cn_connection *connection, const void *bytes, size_t count);
/// Puts "PUB subject [reply] size" and the payload there.
int cn_queue_message(cn_connection *connection, const char *subject, size_t subject_length, const char *reply,
                     const void *payload, size_t size);
/// Puts "SUB subject [queue] sid" there.
int cn_queue_subscription(cn_connection *connection, const char *subject, const char *queue, int sid);
/// Writes all that waits.
int cn_write(cn_connection *connection);
/// Writes all that waits and a PING, and returns when its PONG has come: the server has read everything.
int cn_flush(cn_connection *connection);
/// Takes the next message. Before it waits for one, all that waits for being written is.
int cn_next(cn_connection *connection, cn_message *message);

#endif
