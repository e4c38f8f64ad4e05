// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CSinewShims.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int sinew_file_synchronize(int descriptor) {
#ifdef __APPLE__
    // fsync leaves it in the drive's cache.
    return fcntl(descriptor, F_FULLFSYNC) == 0 ? 0 : errno;
#else
    return fdatasync(descriptor) == 0 ? 0 : errno;
#endif
}

int sinew_file_reserve(int descriptor, int64_t size) {
#ifdef __linux__
    if (fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size) == 0) return 0;
    // Not every file system can: then there may be no space later.
    return errno == ENOSPC || errno == EDQUOT || errno == EIO ? errno : 0;
#else
    (void)descriptor;
    (void)size;
    return 0;
#endif
}
