// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "trie.h"

typedef struct {
    uint32_t *matches;
    size_t count, capacity;
} results;

static inline void add(const cs_trie *trie, uint32_t list, results *found) {
    if (list == 0) return;
    uint32_t first = list & ~OTHERS, next = first;
    do {
        if (found->count < found->capacity) found->matches[found->count] = trie->values[next];
        found->count++;
        if (!(list & OTHERS)) return;
        next = trie->entries[next].next;
    } while (next != first);
}

size_t cs_match(const cs_trie *trie, const uint8_t *subject, size_t length, uint32_t *matches, size_t capacity) {
    results found = {matches, 0, capacity};
    struct {
        uint32_t node, start;
    } pending[MAX_DEPTH];
    size_t waiting = 0, start = 0;
    uint32_t at = 0;
    for (;;) {
        const node *here = &trie->nodes[at];
        add(trie, here->rest, &found);
        token wanted = token_at(trie, subject, length, start);
        uint32_t next = child(trie, at, &wanted, subject);
        start = wanted.start + wanted.length + 1;
        if (start > length) {
            if (next != 0) add(trie, trie->nodes[next].entries, &found);
            if (here->any != 0) add(trie, trie->nodes[here->any].entries, &found);
            next = 0;
        } else if (here->any != 0) {
            if (next == 0) {
                next = here->any;
            } else {
                pending[waiting].node = here->any;
                pending[waiting++].start = (uint32_t)start;
            }
        }
        if (next == 0) {
            if (waiting == 0) return found.count;
            next = pending[--waiting].node;
            start = pending[waiting].start;
        }
        at = next;
    }
}

int cs_is_subject(const uint8_t *subject, size_t length) {
    if (length == 0 || length > 4096) return 0;
    uint64_t dot_before = 0x80;
    for (size_t position = 0; position < length; position += 8) {
        uint64_t word = word_at(subject, length, position);
        if (length - position < 8) word |= 0x6161616161616161u & ~low_bytes(length - position);
        uint64_t zeros = word ^ 0x2E2E2E2E2E2E2E2Eu;
        uint64_t low = 0x7F7F7F7F7F7F7F7Fu;
        uint64_t dots = ~(((zeros & low) + low) | zeros | low);
        if (dots & (dots << 8 | dot_before)) return 0;
        dot_before = dots >> 56;
        if ((word - 0x2121212121212121u) & ~word & 0x8080808080808080u) {
            for (int index = 0; index < 64; index += 8) {
                uint8_t byte = (uint8_t)(word >> index);
                if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r') return 0;
            }
        }
    }
    return subject[length - 1] != '.';
}

size_t cs_match_checked(const cs_trie *trie, const uint8_t *subject, size_t length, uint32_t *matches,
                        size_t capacity) {
    if (!cs_is_subject(subject, length)) return SIZE_MAX;
    return cs_match(trie, subject, length, matches, capacity);
}

// As users have it: the search is a call into another translation unit, and the results are read afterwards.
uint64_t cs_match_all(const cs_trie *trie, const uint8_t *const *texts, const uint32_t *lengths, size_t subjects,
                      size_t count, int checked) {
    size_t (*volatile chosen)(const cs_trie *, const uint8_t *, size_t, uint32_t *, size_t) =
        checked ? cs_match_checked : cs_match;
    size_t (*match)(const cs_trie *, const uint8_t *, size_t, uint32_t *, size_t) = chosen;
    uint32_t matches[64];
    uint64_t sum = 0;
    for (size_t done = 0, at = 0; done < count; done++) {
        size_t found = match(trie, texts[at], lengths[at], matches, 64);
        if (found > 64) return 0;
        for (size_t index = 0; index < found; index++) sum += matches[index];
        if (++at == subjects) at = 0;
    }
    return sum;
}
