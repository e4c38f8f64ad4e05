// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef SINEW_BENCHMARKS_CSUBJECTS_TRIE_H
#define SINEW_BENCHMARKS_CSUBJECTS_TRIE_H

#include "CSubjects.h"

#include <string.h>

enum { MAX_DEPTH = 128, OTHERS = 1u << 31 };

// What matching reads of a node: half a cache line.
typedef struct {
    uint64_t token;  // the first eight bytes; of a longer token four, and above them where all of its bytes are
    uint32_t parent;
    uint32_t length;
    uint32_t any;      // the child for `*`
    uint32_t rest;     // the entries of the filter that goes on with `>` and ends
    uint32_t entries;  // the entries of the filter that ends here; the highest bit says that there are several
} node;

typedef struct {
    uint32_t first_child, next, previous;
} links;

typedef struct {
    uint32_t hash, node;
} slot;

typedef struct {
    uint32_t node, next, previous, generation;
} entry;

struct cs_trie {
    node *nodes;
    slot *slots;
    entry *entries;
    uint32_t *values;
    uint8_t *bytes;
    links *links;
    uint64_t first, second;
    uint32_t shift, mask;
    size_t node_count, node_capacity;
    size_t edge_count;
    size_t entry_count, entry_capacity;
    size_t byte_count, byte_capacity;
};

typedef struct {
    uint64_t word, hash;
    size_t start, length;
} token;

static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

// The eight bytes from a position on, zeros where there are fewer.
static inline uint64_t word_at(const uint8_t *bytes, size_t count, size_t position) {
    size_t remaining = count - position;
    if (remaining >= 8) return load(bytes + position);
    if (count >= 8) return load(bytes + count - 8) >> ((8 - remaining) * 8);
    uint64_t word = 0;
    for (size_t index = count; index > position;) word = word << 8 | bytes[--index];
    return word;
}

// The highest bit of the first byte that is a dot is set; bits above it may be wrong.
static inline uint64_t first_dot(uint64_t word) {
    uint64_t zeros = word ^ 0x2E2E2E2E2E2E2E2Eu;
    return (zeros - 0x0101010101010101u) & ~zeros & 0x8080808080808080u;
}

static inline uint64_t low_bytes(size_t count) { return ((uint64_t)1 << (count * 8)) - 1; }

static inline uint64_t fold(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

static inline uint64_t token_hash(const cs_trie *trie, uint64_t word, size_t length) {
    return fold(word ^ trie->first, (uint64_t)length ^ trie->second);
}

static inline uint32_t edge_hash(uint64_t hash, uint32_t parent) {
    return (uint32_t)(((hash ^ parent) * 0x9E3779B97F4A7C15u) >> 32);
}

void cs_long_token(const cs_trie *trie, const uint8_t *subject, size_t count, token *found);
uint32_t cs_long_child(const cs_trie *trie, uint32_t parent, const token *wanted, const uint8_t *subject);

static inline token token_at(const cs_trie *trie, const uint8_t *subject, size_t count, size_t start) {
    token found = {word_at(subject, count, start), 0, start, count - start};
    uint64_t dots = first_dot(found.word);
    if (dots != 0) {
        found.length = (size_t)__builtin_ctzll(dots) >> 3;
        found.word &= low_bytes(found.length);
    } else if (found.length > 8) {
        cs_long_token(trie, subject, count, &found);
        return found;
    }
    found.hash = token_hash(trie, found.word, found.length);
    return found;
}

// The child for a literal token, or 0.
static inline uint32_t child(const cs_trie *trie, uint32_t parent, const token *wanted, const uint8_t *subject) {
    if (wanted->length > 8) return cs_long_child(trie, parent, wanted, subject);
    uint32_t hash = edge_hash(wanted->hash, parent);
    for (uint32_t index = hash >> trie->shift;; index = (index + 1) & trie->mask) {
        slot here = trie->slots[index];
        if (here.hash == hash) {
            const node *found = &trie->nodes[here.node];
            if (found->token == wanted->word && found->parent == parent && found->length == wanted->length) {
                return here.node;
            }
        }
        if (here.node == 0) return 0;
    }
}

#endif
