// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_OUTSTANDING 64

int cn_respond(const char *endpoint, const char *subject, uint64_t count) {
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
    }
    for (uint64_t answered = 0; answered < count && error == 0; answered++) {
        cn_message request;
        error = cn_next(connection, &request);
        if (error == 0) {
            error = cn_queue_message(connection, request.reply, request.reply_length, "", request.payload,
                                     request.size);
        }
    }
    if (error == 0) {
        error = cn_write(connection);
    }
    cb_wait_for_parent();
    cn_close(connection);
    return error;
}

/// Requests of one connection, each of which waits for the answer in an inbox of its own.
typedef struct {
    cn_connection *connection;
    size_t size;
    size_t inbox_length;
    uint64_t began[MOST_OUTSTANDING];
    /// What goes over the wire for a request of that inbox.
    char *lines[MOST_OUTSTANDING];
    size_t lengths[MOST_OUTSTANDING];
} requests;

/// Makes the requests and subscribes to the answers.
static int prepare(requests *all, const char *subject, int outstanding) {
    char inbox[96];
    snprintf(inbox, sizeof inbox, "_INBOX.%ld.%lx.", (long)getpid(), (unsigned long)(uintptr_t)all);
    all->inbox_length = strlen(inbox);
    for (int i = 0; i < outstanding; i++) {
        all->lines[i] = malloc(strlen(subject) + sizeof inbox + all->size + 64);
        if (all->lines[i] == NULL) {
            return ENOMEM;
        }
        size_t length = (size_t)sprintf(all->lines[i], "PUB %s %s%d %zu\r\n", subject, inbox, i, all->size);
        memset(all->lines[i] + length, 0, all->size);
        memcpy(all->lines[i] + length + all->size, "\r\n", 2);
        all->lengths[i] = length + all->size + 2;
    }
    strcat(inbox, "*");
    int error = cn_queue_subscription(all->connection, inbox, "", 1);
    return error == 0 ? cn_flush(all->connection) : error;
}

/// Takes one answer; `slot` becomes the number of its inbox.
static int take_answer(requests *all, int outstanding, int *slot) {
    cn_message answer;
    int error = cn_next(all->connection, &answer);
    if (error != 0) {
        return error;
    }
    *slot = 0;
    for (size_t i = all->inbox_length; i < answer.subject_length; i++) {
        *slot = *slot * 10 + (answer.subject[i] - '0');
    }
    return answer.size != all->size || *slot < 0 || *slot >= outstanding ? EBADMSG : 0;
}

static int ask(requests *all, int slot, uint64_t now) {
    all->began[slot] = now;
    return cn_queue(all->connection, all->lines[slot], all->lengths[slot]);
}

static int exchange(requests *all, int outstanding, uint64_t warm_up, uint64_t count, uint64_t *latencies,
                    cb_result *result) {
    uint64_t total = warm_up + count;
    uint64_t asked = 0;
    int error = 0;
    for (; asked < (uint64_t)outstanding && asked < total && error == 0; asked++) {
        error = ask(all, (int)asked, cb_now_ns());
    }
    result->began = cb_now();
    double cpu = cb_cpu();
    for (uint64_t answered = 0; answered < total && error == 0; answered++) {
        int slot;
        if (answered == warm_up) {
            result->began = cb_now();
            cpu = cb_cpu();
        }
        error = take_answer(all, outstanding, &slot);
        if (error != 0) {
            break;
        }
        uint64_t now = cb_now_ns();
        if (answered >= warm_up) {
            latencies[answered - warm_up] = now - all->began[slot];
        }
        if (asked < total) {
            error = ask(all, slot, now);
            asked++;
        }
    }
    result->ended = cb_now();
    result->seconds = result->ended - result->began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count;
    return error;
}

int cn_request(const char *endpoint, const char *subject, size_t size, int outstanding, uint64_t warm_up,
               uint64_t count, uint64_t *latencies, cb_result *result) {
    if (outstanding < 1 || outstanding > MOST_OUTSTANDING) {
        return EINVAL;
    }
    int error;
    requests all = {.size = size};
    all.connection = cn_open(endpoint, &error);
    if (all.connection == NULL) {
        return error;
    }
    error = prepare(&all, subject, outstanding);
    if (error == 0) {
        error = exchange(&all, outstanding, warm_up, count, latencies, result);
    }
    for (int i = 0; i < outstanding; i++) {
        free(all.lines[i]);
    }
    cn_close(all.connection);
    return error;
}

/// What one thread does.
typedef struct {
    pthread_t thread;
    const char *endpoint;
    const char *subject;
    size_t size;
    uint64_t warm_up;
    uint64_t count;
    uint64_t *latencies;
    cb_result result;
    int error;
} requester;

static void *run_requester(void *context) {
    requester *one = context;
    one->error = cn_request(one->endpoint, one->subject, one->size, 1, one->warm_up, one->count, one->latencies,
                            &one->result);
    return NULL;
}

int cn_request_from_threads(const char *endpoint, const char *subject, size_t size, int connections, uint64_t warm_up,
                            uint64_t count, uint64_t *latencies, cb_result *result) {
    if (connections < 1 || connections > MOST_OUTSTANDING || count % (uint64_t)connections != 0) {
        return EINVAL;
    }
    requester all[MOST_OUTSTANDING];
    uint64_t each = count / (uint64_t)connections;
    double cpu = cb_cpu();
    for (int i = 0; i < connections; i++) {
        all[i] = (requester){.endpoint = endpoint, .subject = subject, .size = size, .warm_up = warm_up,
                             .count = each, .latencies = latencies + (uint64_t)i * each};
        int error = pthread_create(&all[i].thread, NULL, run_requester, &all[i]);
        if (error != 0) {
            return error;
        }
    }
    int error = 0;
    for (int i = 0; i < connections; i++) {
        pthread_join(all[i].thread, NULL);
        error = error == 0 ? all[i].error : error;
        result->began = i == 0 || all[i].result.began < result->began ? all[i].result.began : result->began;
        result->ended = i == 0 || all[i].result.ended > result->ended ? all[i].result.ended : result->ended;
    }
    result->seconds = result->ended - result->began;
    result->cpu = cb_cpu() - cpu;
    result->messages = count;
    return error;
}
