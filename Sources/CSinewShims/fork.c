// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CSinewShims.h"

uint32_t sinew_fork_count = 0;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void child_was_forked(void) { __atomic_add_fetch(&sinew_fork_count, 1, __ATOMIC_RELAXED); }
static void register_handler(void) { pthread_atfork(0, 0, child_was_forked); }

void sinew_fork_watch(void) { pthread_once(&once, register_handler); }
