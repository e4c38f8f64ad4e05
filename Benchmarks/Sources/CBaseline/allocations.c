// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Counts heap allocations of the whole process, libraries included, by standing in front of glibc's allocator.
// While nothing is counted a stand-in costs one load and one branch, on both sides of every comparison alike.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CBaseline.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__GLIBC__)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_bool counting;
static atomic_ullong counted;

static inline void count_one(void) {
    if (__builtin_expect(atomic_load_explicit(&counting, memory_order_relaxed), 0)) {
        atomic_fetch_add_explicit(&counted, 1, memory_order_relaxed);
    }
}

void *malloc(size_t size) {
    count_one();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    count_one();
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
    count_one();
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    count_one();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count_one();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    count_one();
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *pointer = memory;
    return 0;
}

int cb_can_count_allocations(void) {
    return 1;
}

void cb_count_allocations(void) {
    atomic_store(&counted, 0);
    atomic_store(&counting, 1);
}

uint64_t cb_counted_allocations(void) {
    atomic_store(&counting, 0);
    return (uint64_t)atomic_load(&counted);
}

#else

int cb_can_count_allocations(void) {
    return 0;
}

void cb_count_allocations(void) {}

uint64_t cb_counted_allocations(void) {
    return 0;
}

#endif
