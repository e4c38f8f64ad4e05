// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CSinewShims.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void keep(void) {
#ifdef __GLIBC__
    // Who has chosen himself is not overruled.
    if (getenv("MALLOC_TRIM_THRESHOLD_") || getenv("MALLOC_MMAP_THRESHOLD_") || getenv("GLIBC_TUNABLES")) { return; }
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

void sinew_keep_freed_memory(void) { pthread_once(&once, keep); }
