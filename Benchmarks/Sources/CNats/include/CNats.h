// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// A client of nats-server in C, as the yardstick of the bus: blocking sockets, writes put together to 64 KiB, reads of
// 64 KiB that are parsed in place, nothing copied or allocated for a message. It does less than any client library,
// so that nats-server is what is measured.
//
// Endpoints are "127.0.0.1:4222", IPv4 only. Functions return 0, or the errno of the call that failed; EPROTO when the
// server said `-ERR` or something unknown (which is written to standard error), ECONNRESET when it closed the
// connection, EBADMSG when a message has the wrong size.

#ifndef SINEW_BENCHMARKS_CNATS_H
#define SINEW_BENCHMARKS_CNATS_H

#include "CBaseline.h"

#pragma clang assume_nonnull begin

/// Runs a nats-server of that path on a free port of the loopback interface, without JetStream, its log in a temporary
/// directory; announces its endpoint; ends it when the parent closes this process's standard input, or when this
/// process is ended. `cpu` becomes the CPU seconds it has used from start to end.
int cn_serve(const char *program, double *cpu);

/// Publishes `count` messages of `size` bytes as fast as they go, and waits until the server has read them all.
int cn_publish(const char *endpoint, const char *subject, size_t size, uint64_t count);

/// Subscribes, announces that it has, and receives `count` messages of `size` bytes.
int cn_subscribe(const char *endpoint, const char *subject, size_t size, uint64_t count, cb_result *result);

/// Subscribes, announces that it has, and answers `count` requests with what they carried.
int cn_respond(const char *endpoint, const char *subject, uint64_t count);

/// Sends requests and keeps `outstanding` of them unanswered (at most 64), all from one connection with one wildcard
/// subscription for the answers, as nats.go does. The first `warm_up` answers are not counted; then one comes for each
/// element of `latencies` (nanoseconds).
int cn_request(const char *endpoint, const char *subject, size_t size, int outstanding, uint64_t warm_up,
               uint64_t count, uint64_t *latencies, cb_result *result);

/// The same from `connections` connections with a thread each, every one of which waits for its answer before it asks
/// again. `count` has to be a multiple of `connections`, and each warms up by itself.
int cn_request_from_threads(const char *endpoint, const char *subject, size_t size, int connections, uint64_t warm_up,
                            uint64_t count, uint64_t *latencies, cb_result *result);

/// Subscribes, announces that it has, and notes how long each message was on its way (nanoseconds), the first
/// `warm_up` not counted. With `echo`, every message is answered with an empty one.
int cn_one_way_receive(const char *endpoint, size_t size, int echo, uint64_t warm_up, uint64_t count,
                       uint64_t *latencies);

/// Publishes `count` messages that begin with the time of sending: each when the one before was echoed, or, with an
/// interval (nanoseconds), one each interval.
int cn_one_way_send(const char *endpoint, size_t size, uint64_t interval, uint64_t count);

/// A member of a queue group: subscribes, announces that it has, and takes numbered messages until the publisher says
/// that it is done. `missing` becomes the number of those that did not come here, `unbroken` the time of sending of the
/// first message since which none was missing.
int cn_queue_member(const char *endpoint, cb_result *result, uint64_t *missing, double *unbroken);

/// Publishes `count` numbered messages to the group, one each interval (nanoseconds), then says that it is done.
int cn_queue_publish(const char *endpoint, size_t size, uint64_t interval, uint64_t count);

#pragma clang assume_nonnull end

#endif
