// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Only what Swift cannot say: a lock that thread sanitizers understand, fork detection, a socket address union.

#ifndef SINEW_SHIMS_H
#define SINEW_SHIMS_H

#include <pthread.h>
#include <stdint.h>
#ifdef __linux__
// Swift's Glibc module leaves these two out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

typedef struct {
    pthread_mutex_t mutex;
} sinew_lock_t;

static inline void sinew_lock_init(sinew_lock_t *lock) { pthread_mutex_init(&lock->mutex, 0); }
static inline void sinew_lock_destroy(sinew_lock_t *lock) { pthread_mutex_destroy(&lock->mutex); }
static inline void sinew_lock_lock(sinew_lock_t *lock) { pthread_mutex_lock(&lock->mutex); }
static inline void sinew_lock_unlock(sinew_lock_t *lock) { pthread_mutex_unlock(&lock->mutex); }

/// How many times this process image has been forked on the way here; 0 until the first child.
extern uint32_t sinew_fork_count;
static inline uint32_t sinew_fork_generation(void) { return __atomic_load_n(&sinew_fork_count, __ATOMIC_RELAXED); }
/// Starts counting forks; safe to call many times.
void sinew_fork_watch(void);

/// Names the calling thread, for debuggers and profilers.
void sinew_thread_set_name(const char *name);

/// Whether somebody listens on the UNIX-domain socket at `path`:
/// 1 = somebody answers, 0 = nobody (absent or left over), -1 = cannot tell (errno is set).
int sinew_ipc_is_live(const char *path, int is_abstract);

#endif
