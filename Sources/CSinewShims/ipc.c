// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CSinewShims.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int sinew_ipc_probe(const char *path, int is_abstract) {
    struct sockaddr_un address;
    size_t length = strlen(path);
    if (length + 1 > sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return SINEW_IPC_UNKNOWN;
    }
    struct stat status;
    if (!is_abstract) {
        if (lstat(path, &status) != 0) return errno == ENOENT ? SINEW_IPC_FREE : SINEW_IPC_UNKNOWN;
        if (!S_ISSOCK(status.st_mode)) return SINEW_IPC_FILE;
    }
    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path + (is_abstract ? 1 : 0), path, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);

    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) return SINEW_IPC_UNKNOWN;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    int connected = connect(fd, (struct sockaddr *)&address, size);
    int error = errno;
    close(fd);
    if (connected == 0 || error == EAGAIN || error == EINPROGRESS) return SINEW_IPC_LIVE;
    if (error == ENOENT || error == ECONNREFUSED) return SINEW_IPC_FREE;
    errno = error;
    return SINEW_IPC_UNKNOWN;
}
