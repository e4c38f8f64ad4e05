// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CSinewProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

// All descriptors below it are looked at, twice in the tool's life; higher ones are passed over.
enum { LIMIT = 4096 };
static unsigned char inherited[LIMIT];

static int is_connected_stream(int descriptor, int networks) {
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return 0;
    struct sockaddr_storage address;
    size = sizeof address;
    memset(&address, 0, sizeof address);
    if (getpeername(descriptor, (struct sockaddr *)&address, &size) != 0) return 0;
    return networks ? address.ss_family == AF_INET || address.ss_family == AF_INET6 : address.ss_family == AF_UNIX;
}

__attribute__((constructor)) static void remember_inherited(void) {
    for (int descriptor = 0; descriptor < LIMIT; descriptor++) {
        inherited[descriptor] = fcntl(descriptor, F_GETFD) != -1;
    }
}

int sinew_process_hold_streams(int networks, int *streams, int limit) {
    int count = 0;
    for (int descriptor = 0; descriptor < LIMIT && count < limit; descriptor++) {
        if (inherited[descriptor] || !is_connected_stream(descriptor, networks)) continue;
        int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, LIMIT / 4);
        if (copy < 0) copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) continue;
        // A copy must not be taken for one more stream.
        if (copy < LIMIT) inherited[copy] = 1;
        streams[count++] = copy;
    }
    return count;
}

int sinew_process_unread(int stream) {
#ifdef __linux__
    int count = 0;
    return ioctl(stream, SIOCOUTQ, &count) == 0 ? count : 0;
#else
    (void)stream;
    return 0;
#endif
}

int sinew_process_discard_input(int stream) {
    char bytes[16384];
    int result = SINEW_PROCESS_SILENT;
    // As much as a full buffer, and no more: whoever sends without end must not keep the caller here.
    for (int count = 0; count < 256; count++) {
        ssize_t got = recv(stream, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got > 0) {
            result = SINEW_PROCESS_HEARD;
        } else if (got == 0) {
            return SINEW_PROCESS_ENDED;
        } else if (errno != EINTR) {
            return errno == EAGAIN || errno == EWOULDBLOCK ? result : SINEW_PROCESS_ENDED;
        }
    }
    return result;
}

void sinew_process_end_output(int stream) { shutdown(stream, SHUT_WR); }
