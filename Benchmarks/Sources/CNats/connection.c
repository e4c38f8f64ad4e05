// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int write_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = send(socket, bytes, count, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return errno;
        }
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

int cn_write(cn_connection *connection) {
    size_t count = connection->queued;
    connection->queued = 0;
    return count == 0 ? 0 : write_all(connection->socket, connection->output, count);
}

int cn_queue(cn_connection *connection, const void *bytes, size_t count) {
    if (count > sizeof connection->output - connection->queued) {
        int error = cn_write(connection);
        if (error != 0) {
            return error;
        }
        if (count > sizeof connection->output) {
            return write_all(connection->socket, bytes, count);
        }
    }
    memcpy(connection->output + connection->queued, bytes, count);
    connection->queued += count;
    return 0;
}

/// Reads once more, behind what is not parsed yet. `wanted` is how much the next item needs from `begin` on.
static int fill(cn_connection *connection, size_t wanted) {
    if (wanted > sizeof connection->input) {
        return EMSGSIZE;
    }
    int error = cn_write(connection);
    if (error != 0) {
        return error;
    }
    size_t kept = connection->end - connection->begin;
    if (kept == 0 || sizeof connection->input - connection->end < CN_CHUNK) {
        memmove(connection->input, connection->input + connection->begin, kept);
        connection->begin = 0;
        connection->end = kept;
    }
    size_t room = sizeof connection->input - connection->end;
    ssize_t got;
    do {
        got = recv(connection->socket, connection->input + connection->end, room < CN_CHUNK ? room : CN_CHUNK, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        return got == 0 ? ECONNRESET : errno;
    }
    connection->end += (size_t)got;
    return 0;
}

/// What the server sent, other than a message.
enum { UNKNOWN, MESSAGE, PING, PONG, INFO, FINE, REFUSAL };

static int kind_of(const char *line, size_t length) {
    static const struct {
        const char *word;
        int kind;
    } words[] = {{"MSG ", MESSAGE}, {"PING", PING}, {"PONG", PONG}, {"INFO ", INFO}, {"+OK", FINE}, {"-ERR", REFUSAL}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t word_length = strlen(words[i].word);
        if (length >= word_length && memcmp(line, words[i].word, word_length) == 0) {
            return words[i].kind;
        }
    }
    return UNKNOWN;
}

/// Parses "MSG subject sid [reply] size" (without its end). Whether it is one.
static int parse_header(const char *line, size_t length, cn_message *message) {
    const char *words[5];
    size_t lengths[5];
    int count = 0;
    const char *end = line + length;
    const char *begin = line + 4;
    for (const char *next = begin; next <= end; next++) {
        if (next == end || *next == ' ') {
            if (count == 5) {
                return 0;
            }
            words[count] = begin;
            lengths[count++] = (size_t)(next - begin);
            begin = next + 1;
        }
    }
    if (count != 3 && count != 4) {
        return 0;
    }
    message->subject = words[0];
    message->subject_length = lengths[0];
    message->reply = count == 4 ? words[2] : end;
    message->reply_length = count == 4 ? lengths[2] : 0;
    message->size = 0;
    for (size_t i = 0; i < lengths[count - 1]; i++) {
        message->size = message->size * 10 + (size_t)(words[count - 1][i] - '0');
    }
    return 1;
}

/// Takes the next item, whatever it is; answers a PING.
static int next_item(cn_connection *connection, int *kind, cn_message *message) {
    while (1) {
        const char *line = connection->input + connection->begin;
        size_t there = connection->end - connection->begin;
        const char *newline = there == 0 ? NULL : memchr(line, '\n', there);
        size_t wanted = there + 1;
        if (newline != NULL) {
            size_t length = (size_t)(newline - line);
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            *kind = kind_of(line, length);
            wanted = (size_t)(newline - line) + 1;
            if (*kind == UNKNOWN || *kind == REFUSAL || (*kind == MESSAGE && !parse_header(line, length, message))) {
                fprintf(stderr, "nats-server says: %.*s\n", (int)length, line);
                return EPROTO;
            }
            if (*kind == MESSAGE) {
                message->payload = line + wanted;
                wanted += message->size + 2;
            }
            if (wanted <= there) {
                connection->begin += wanted;
                return *kind == PING ? cn_queue(connection, "PONG\r\n", 6) : 0;
            }
        }
        int error = fill(connection, wanted);
        if (error != 0) {
            return error;
        }
    }
}

int cn_next(cn_connection *connection, cn_message *message) {
    int kind = UNKNOWN;
    int error = 0;
    while (error == 0 && kind != MESSAGE) {
        error = next_item(connection, &kind, message);
    }
    return error;
}

int cn_flush(cn_connection *connection) {
    int error = cn_queue(connection, "PING\r\n", 6);
    int kind = UNKNOWN;
    cn_message message;
    while (error == 0 && kind != PONG) {
        error = next_item(connection, &kind, &message);
        if (error == 0 && kind == MESSAGE) {
            return EPROTO; // Nobody here flushes while messages may come.
        }
    }
    return error;
}

int cn_queue_message(cn_connection *connection, const char *subject, size_t subject_length, const char *reply,
                     const void *payload, size_t size) {
    char header[512];
    int length = snprintf(header, sizeof header, "PUB %.*s %s%s%zu\r\n", (int)subject_length, subject, reply,
                          reply[0] == 0 ? "" : " ", size);
    if (length < 0 || (size_t)length >= sizeof header) {
        return EMSGSIZE;
    }
    int error = cn_queue(connection, header, (size_t)length);
    if (error == 0) {
        error = cn_queue(connection, payload, size);
    }
    return error == 0 ? cn_queue(connection, "\r\n", 2) : error;
}

int cn_queue_subscription(cn_connection *connection, const char *subject, const char *queue, int sid) {
    char line[512];
    int length =
        snprintf(line, sizeof line, "SUB %s %s%s%d\r\n", subject, queue, queue[0] == 0 ? "" : " ", sid);
    return length < 0 || (size_t)length >= sizeof line ? EMSGSIZE : cn_queue(connection, line, (size_t)length);
}

static int connect_to(const char *endpoint, int *connected) {
    char host[64];
    const char *colon = strrchr(endpoint, ':');
    if (colon == NULL || (size_t)(colon - endpoint) >= sizeof host) {
        return EINVAL;
    }
    memcpy(host, endpoint, (size_t)(colon - endpoint));
    host[colon - endpoint] = 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        return EINVAL;
    }
    int yes = 1;
    *connected = socket(AF_INET, SOCK_STREAM, 0);
    if (*connected < 0 || setsockopt(*connected, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0 ||
        connect(*connected, (struct sockaddr *)&address, sizeof address) != 0) {
        return errno;
    }
    return 0;
}

cn_connection *cn_open(const char *endpoint, int *error) {
    static const char greeting[] =
        "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c\",\"version\":\"1\",\"protocol\":1}\r\n";
    cn_connection *connection = malloc(sizeof *connection);
    if (connection == NULL) {
        *error = ENOMEM;
        return NULL;
    }
    connection->socket = -1;
    connection->begin = connection->end = connection->queued = 0;
    *error = connect_to(endpoint, &connection->socket);
    int kind = UNKNOWN;
    cn_message message;
    while (*error == 0 && kind != INFO) {
        *error = next_item(connection, &kind, &message);
    }
    if (*error == 0) {
        *error = cn_queue(connection, greeting, sizeof greeting - 1);
    }
    if (*error == 0) {
        *error = cn_flush(connection);
    }
    if (*error != 0) {
        cn_close(connection);
        return NULL;
    }
    return connection;
}

void cn_close(cn_connection *connection) {
    if (connection->socket >= 0) {
        close(connection->socket);
    }
    free(connection);
}
