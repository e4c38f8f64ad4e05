// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Only what Swift cannot say: a lock that thread sanitizers understand, fork detection, what is at a UNIX-domain path.

#ifndef SINEW_SHIMS_H
#define SINEW_SHIMS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __linux__
// Swift's Glibc module leaves these two out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#endif
#include <time.h>

typedef struct {
    pthread_mutex_t mutex;
} sinew_lock_t;

static inline void sinew_lock_init(sinew_lock_t *lock) { pthread_mutex_init(&lock->mutex, 0); }
static inline void sinew_lock_destroy(sinew_lock_t *lock) { pthread_mutex_destroy(&lock->mutex); }
static inline void sinew_lock_lock(sinew_lock_t *lock) { pthread_mutex_lock(&lock->mutex); }
static inline void sinew_lock_unlock(sinew_lock_t *lock) { pthread_mutex_unlock(&lock->mutex); }

/// The monotonic clock in nanoseconds: a third of what Swift's own clock costs, which a message cannot afford twice.
static inline int64_t sinew_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// The time of day in nanoseconds since 1970.
static inline int64_t sinew_wall_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// How many times this process image has been forked on the way here; 0 until the first child.
extern uint32_t sinew_fork_count;
static inline uint32_t sinew_fork_generation(void) { return __atomic_load_n(&sinew_fork_count, __ATOMIC_RELAXED); }
/// Starts counting forks; safe to call many times.
void sinew_fork_watch(void);

/// Names the calling thread, for debuggers and profilers.
void sinew_thread_set_name(const char *name);

/// Runs a function on a new thread that nobody waits for: 0 or an error number. Signals are left to the program's
/// other threads, but for those that a fault of the thread itself raises: crash reporters and sanitizers want them.
/// (A program started from such a thread inherits the blocked signals.)
int sinew_thread_start(const char *name, void (*body)(void *), void *context);

/// What a thread sleeps on until somebody rings.
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t rung;
    int is_rung;
} sinew_bell_t;
void sinew_bell_init(sinew_bell_t *bell);
void sinew_bell_destroy(sinew_bell_t *bell);
void sinew_bell_ring(sinew_bell_t *bell);
/// Returns at once when it was rung since the last wait; after so long even when it was not; never, when negative.
void sinew_bell_wait(sinew_bell_t *bell, int64_t nanoseconds);

/// Has what was written to a file last, also when the power fails: 0 or an error number.
int sinew_file_synchronize(int descriptor);
/// Has space for a file to grow up to a size, which it keeps: 0 or an error number; where that is not known how, 0.
int sinew_file_reserve(int descriptor, int64_t size);

/// Has the C library keep memory that was freed, up to 64 MiB, for what is allocated next. By default glibc gives all
/// but 128 KiB back to the system, and a stream of batches pays for it with a page fault every 4 KiB. Once in a
/// process; does nothing elsewhere, or where the environment has chosen.
void sinew_keep_freed_memory(void);

/// Scheduling policies that Swift's Glibc module or the system leaves out.
enum {
    SINEW_SCHED_NONE = 0x7fff,
#ifdef __linux__
    SINEW_SCHED_BATCH = 3,
#else
    SINEW_SCHED_BATCH = SINEW_SCHED_NONE,
#endif
};
/// Whether a thread of this process may have a policy (or -1), a priority (or -1) and processors (or none): 0 or an
/// error number. Tries it on a thread that then ends.
int sinew_thread_try_scheduling(int policy, int priority, const int *processors, int count);

/// The CRC-32C of bytes; `crc` is that of the bytes before them, and 0 for none.
uint32_t sinew_crc32c(uint32_t crc, const void *bytes, size_t count);
/// The same without the processor's instructions for it: for processors without, and to check the other by.
uint32_t sinew_crc32c_by_tables(uint32_t crc, const void *bytes, size_t count);

/// What binding a UNIX-domain socket at a path would meet.
enum {
    SINEW_IPC_FREE = 0,    ///< Nothing, or a socket that was left over.
    SINEW_IPC_LIVE = 1,    ///< A socket on which somebody listens.
    SINEW_IPC_FILE = 2,    ///< Something that is not a socket.
    SINEW_IPC_UNKNOWN = 3, ///< That cannot be told; errno says why.
};
int sinew_ipc_probe(const char *path, int is_abstract);

#endif
