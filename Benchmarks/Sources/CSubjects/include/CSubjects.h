// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// The yardstick for SubjectIndex: the same flat trie of tokens, as a C programmer would write it.

#ifndef SINEW_BENCHMARKS_CSUBJECTS_H
#define SINEW_BENCHMARKS_CSUBJECTS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A set of filters with a number each.
typedef struct cs_trie cs_trie;

/// An empty trie, or NULL when there is no memory.
cs_trie *_Nullable cs_new(uint64_t seed);
void cs_free(cs_trie *trie);

/// Adds a number for a valid filter. Returns 0, or -1 when there is no memory.
int cs_insert(cs_trie *trie, const uint8_t *filter, size_t length, uint32_t value);

/// Writes the numbers of all filters that match a valid subject, as many as there is room for.
/// Returns how many match.
size_t cs_match(const cs_trie *trie, const uint8_t *subject, size_t length, uint32_t *matches, size_t capacity);

/// Whether the bytes are a subject: no empty token, no white space.
int cs_is_subject(const uint8_t *subject, size_t length);

/// The same, but first checks the bytes. Returns SIZE_MAX when they are no subject.
size_t cs_match_checked(const cs_trie *trie, const uint8_t *subject, size_t length, uint32_t *matches,
                        size_t capacity);

/// Matches subjects again and again, `count` times in all. Returns the sum of all results.
uint64_t cs_match_all(const cs_trie *trie, const uint8_t *_Nonnull const *_Nonnull texts, const uint32_t *lengths,
                      size_t subjects, size_t count, int checked);

/// How many bytes the trie has allocated.
size_t cs_allocated(const cs_trie *trie);

#pragma clang assume_nonnull end

#endif
