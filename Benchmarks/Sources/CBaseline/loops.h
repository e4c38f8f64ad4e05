// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef SINEW_BENCHMARKS_LOOPS_H
#define SINEW_BENCHMARKS_LOOPS_H

#include "CBaseline.h"

/// What several measurements share. Each returns 0 or an errno.
int cb_announce_bound(void *socket);
int cb_send_all(void *socket, size_t size, uint64_t count);
int cb_receive_all(void *socket, size_t size, uint64_t count, int count_allocations, cb_result *result);

#endif
