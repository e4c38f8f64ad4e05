// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// The C side of every comparison, and the measuring instruments both sides share.
// Functions return 0, or the errno of the call that failed.

#ifndef SINEW_BENCHMARKS_CBASELINE_H
#define SINEW_BENCHMARKS_CBASELINE_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What one run of one side measured.
typedef struct {
    /// Messages counted between the first and the last, the first not included.
    uint64_t messages;
    /// Wall-clock seconds between the first and the last message.
    double seconds;
    /// When the first message and the last one came, in `cb_now()`'s seconds, which all processes share.
    double began;
    double ended;
    /// CPU seconds of the whole process over the same stretch.
    double cpu;
    /// Heap allocations of the whole process over the last three quarters, when counting was asked for.
    uint64_t allocations;
    /// How many messages those allocations belong to.
    uint64_t counted;
} cb_result;

/// Seconds on the monotonic clock.
double cb_now(void);
/// Nanoseconds on the monotonic clock.
uint64_t cb_now_ns(void);
/// CPU seconds this process has used so far, user and system.
double cb_cpu(void);
/// Bytes of this process that are in memory now.
uint64_t cb_resident(void);
/// The most memory this process has had resident, in bytes.
uint64_t cb_peak(void);
/// Pins the calling thread, and every thread it starts later, to one core. ENOTSUP where that is impossible.
int cb_pin(int core);
/// Ends this process after so many seconds, so that a run that hangs ends by itself.
void cb_alarm(unsigned seconds);
/// Writes `ready ENDPOINT` to standard output: the peer may connect now.
void cb_announce(const char *endpoint);
/// Returns when the parent closes this process's standard input.
void cb_wait_for_parent(void);
/// Returns when the monotonic clock has reached that many nanoseconds.
void cb_sleep_until(uint64_t due);
/// Keeps a core busy with nothing, behind everybody else who wants it, until the parent closes this process's standard
/// input: the core does not fall asleep. Announces itself by that name when it has begun.
int cb_stay_awake(const char *name);

/// Whether heap allocations can be counted on this system.
int cb_can_count_allocations(void);
/// Starts counting heap allocations of the whole process at 0.
void cb_count_allocations(void);
/// Stops counting and returns the count.
uint64_t cb_counted_allocations(void);

/// libzmq's version as "4.3.4", written to the buffer.
void cb_zmq_version(char *buffer, size_t capacity);

/// Connects a PUSH to the endpoint, sends, waits for the parent to say that all has arrived.
int cb_push(const char *endpoint, size_t size, uint64_t count, cb_result *result);
/// Binds a PULL to the endpoint, announces it, receives.
int cb_pull(const char *endpoint, size_t size, uint64_t count, int count_allocations, cb_result *result);
/// PUSH and PULL in one process over inproc, a thread each.
int cb_inproc(size_t size, uint64_t count, cb_result *result);

/// Binds a REP, announces it, and answers `count` requests with what they carried.
int cb_reply(const char *endpoint, uint64_t count);
/// Connects a REQ, sends `warm_up` requests, then one per element of `latencies` (nanoseconds), one at a time.
int cb_request(const char *endpoint, size_t size, uint64_t warm_up, uint64_t count, uint64_t *latencies,
               cb_result *result);

/// Binds a ROUTER, announces it, and notes how long each message was on its way (nanoseconds), the first `warm_up` not
/// counted. With `echo`, every message is answered with an empty one.
int cb_one_way_receive(const char *endpoint, size_t size, int echo, uint64_t warm_up, uint64_t count,
                       uint64_t *latencies);
/// Connects a DEALER, and sends `count` messages that begin with the time of sending: each when the one before was
/// echoed, or, with an interval (nanoseconds), one each interval.
int cb_one_way_send(const char *endpoint, size_t size, uint64_t interval, uint64_t count);

/// Opens `pairs` connected PUSH/PULL pairs over tcp, waits in zmq_poll, and measures the CPU used over `seconds`.
int cb_publish(const char *endpoint, size_t size, uint64_t count, int subscribers);
int cb_subscribe(const char *endpoint, size_t size, uint64_t count, cb_result *result);

int cb_echo_router(const char *endpoint, uint64_t count);
int cb_echo_dealers(const char *endpoint, int peers, int window, size_t size, uint64_t count, cb_result *result);

int cb_idle(int pairs, double seconds, cb_result *result);

/// A PUSH with a PULL that never receives, each in a context of its own unless the transport is inproc.
typedef struct cb_stopped cb_stopped;
/// Opens both sockets and starts a thread that sends until it blocks.
int cb_stopped_start(const char *endpoint, size_t size, cb_stopped *_Nullable *_Nonnull started);
/// How many messages have been accepted so far.
uint64_t cb_stopped_accepted(cb_stopped *stopped);

#pragma clang assume_nonnull end

#endif
