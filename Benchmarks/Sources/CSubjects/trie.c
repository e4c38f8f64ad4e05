// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "trie.h"

#include <stdlib.h>

static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

// Makes room for one more, by half or a third more than there was.
static int reserve(void **memory, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity) return 0;
    size_t grown = *capacity + (*capacity & (*capacity - 1) ? *capacity / 3 : *capacity / 2);
    void *larger = NULL;
    if (posix_memalign(&larger, 64, grown * size) != 0) return -1;
    memcpy(larger, *memory, *capacity * size);
    free(*memory);
    *memory = larger;
    *capacity = grown;
    return 0;
}

cs_trie *cs_new(uint64_t seed) {
    cs_trie *trie = calloc(1, sizeof(cs_trie));
    if (trie == NULL) return NULL;
    trie->first = mix(seed + 0x9E3779B97F4A7C15u);
    trie->second = mix(seed + 0x3C6EF372FE94F82Au);
    trie->node_capacity = trie->entry_capacity = trie->byte_capacity = 16;
    trie->shift = 32 - 5;
    trie->mask = 31;
    void *memory[5] = {NULL};
    size_t sizes[5] = {sizeof(node), sizeof(links), sizeof(entry), sizeof(uint32_t), 1};
    for (int index = 0; index < 5; index++) {
        if (posix_memalign(&memory[index], 64, 16 * sizes[index]) != 0) abort();
    }
    trie->nodes = memory[0];
    trie->links = memory[1];
    trie->entries = memory[2];
    trie->values = memory[3];
    trie->bytes = memory[4];
    trie->slots = calloc(32, sizeof(slot));
    if (trie->slots == NULL) abort();
    trie->nodes[0] = (node){UINT64_MAX, UINT32_MAX, UINT32_MAX, 0, 0, 0};
    trie->links[0] = (links){0, 0, 0};
    trie->node_count = trie->entry_count = 1;
    return trie;
}

void cs_free(cs_trie *trie) {
    free(trie->nodes);
    free(trie->links);
    free(trie->entries);
    free(trie->values);
    free(trie->bytes);
    free(trie->slots);
    free(trie);
}

size_t cs_allocated(const cs_trie *trie) {
    return trie->node_capacity * (sizeof(node) + sizeof(links)) + ((size_t)trie->mask + 1) * sizeof(slot) +
           trie->entry_capacity * (sizeof(entry) + sizeof(uint32_t)) + trie->byte_capacity;
}

void cs_long_token(const cs_trie *trie, const uint8_t *subject, size_t count, token *found) {
    uint64_t hash = found->word;
    size_t position = found->start + 8;
    while (position < count) {
        uint64_t next = word_at(subject, count, position);
        uint64_t dots = first_dot(next);
        size_t left = count - position < 8 ? count - position : 8;
        size_t length = dots == 0 ? left : (size_t)__builtin_ctzll(dots) >> 3;
        if (length == 0) break;
        if (length < 8) next &= low_bytes(length);
        hash = fold(hash ^ trie->first, next ^ trie->second);
        position += length;
        if (length < 8) break;
    }
    found->length = position - found->start;
    found->hash = token_hash(trie, hash, found->length);
}

uint32_t cs_long_child(const cs_trie *trie, uint32_t parent, const token *wanted, const uint8_t *subject) {
    uint32_t hash = edge_hash(wanted->hash, parent);
    for (uint32_t index = hash >> trie->shift;; index = (index + 1) & trie->mask) {
        slot here = trie->slots[index];
        if (here.node == 0) return 0;
        if (here.hash != hash) continue;
        const node *found = &trie->nodes[here.node];
        if (found->parent != parent || found->length != wanted->length) continue;
        if (memcmp(trie->bytes + (found->token >> 32), subject + wanted->start, wanted->length) == 0) return here.node;
    }
}

static void enter(slot *slots, uint32_t shift, uint32_t mask, slot new) {
    uint32_t index = new.hash >> shift;
    while (slots[index].node != 0) index = (index + 1) & mask;
    slots[index] = new;
}

static int add_edge(cs_trie *trie, uint32_t hash, uint32_t node) {
    size_t capacity = (size_t)trie->mask + 1;
    if ((trie->edge_count + 1) * 8 > capacity * 5) {
        slot *larger = calloc(capacity * 2, sizeof(slot));
        if (larger == NULL) return -1;
        trie->shift--;
        trie->mask = trie->mask << 1 | 1;
        for (size_t index = 0; index < capacity; index++) {
            if (trie->slots[index].node != 0) enter(larger, trie->shift, trie->mask, trie->slots[index]);
        }
        free(trie->slots);
        trie->slots = larger;
    }
    trie->edge_count++;
    enter(trie->slots, trie->shift, trie->mask, (slot){hash, node});
    return 0;
}

static uint32_t add_child(cs_trie *trie, uint32_t parent, const token *new, const uint8_t *filter, int is_any) {
    size_t capacity = trie->node_capacity;
    if (reserve((void **)&trie->nodes, &capacity, trie->node_count, sizeof(node)) != 0) return 0;
    if (reserve((void **)&trie->links, &trie->node_capacity, trie->node_count, sizeof(links)) != 0) return 0;
    uint32_t number = (uint32_t)trie->node_count++;
    node made = {new->word, parent, is_any ? 0 : (uint32_t)new->length, 0, 0, 0};
    if (new->length > 8) {
        while (trie->byte_count + new->length > trie->byte_capacity) {
            if (reserve((void **)&trie->bytes, &trie->byte_capacity, trie->byte_capacity, 1) != 0) return 0;
        }
        memcpy(trie->bytes + trie->byte_count, filter + new->start, new->length);
        made.token = (made.token & 0xFFFFFFFFu) | (uint64_t)trie->byte_count << 32;
        trie->byte_count += new->length;
    }
    trie->nodes[number] = made;
    uint32_t next = trie->links[parent].first_child;
    trie->links[number] = (links){0, next, 0};
    trie->links[parent].first_child = number;
    if (next != 0) trie->links[next].previous = number;
    if (is_any) {
        trie->nodes[parent].any = number;
    } else if (add_edge(trie, edge_hash(new->hash, parent), number) != 0) {
        return 0;
    }
    return number;
}

static int add_entry(cs_trie *trie, uint32_t node, int is_rest, uint32_t value) {
    size_t capacity = trie->entry_capacity;
    if (reserve((void **)&trie->values, &capacity, trie->entry_count, sizeof(uint32_t)) != 0) return -1;
    if (reserve((void **)&trie->entries, &trie->entry_capacity, trie->entry_count, sizeof(entry)) != 0) return -1;
    uint32_t number = (uint32_t)trie->entry_count++;
    uint32_t *list = is_rest ? &trie->nodes[node].rest : &trie->nodes[node].entries;
    uint32_t first = *list == 0 ? number : *list & ~OTHERS;
    uint32_t last = *list == 0 ? number : trie->entries[first].previous;
    trie->values[number] = value;
    trie->entries[number] = (entry){is_rest ? node | OTHERS : node, first, last, number};
    trie->entries[last].next = number;
    trie->entries[first].previous = number;
    *list = first == number ? first : first | OTHERS;
    return 0;
}

int cs_insert(cs_trie *trie, const uint8_t *filter, size_t length, uint32_t value) {
    uint32_t at = 0;
    size_t start = 0;
    for (;;) {
        token wanted = token_at(trie, filter, length, start);
        start += wanted.length + 1;
        int is_last = start > length;
        if (is_last && wanted.length == 1 && wanted.word == '>') return add_entry(trie, at, 1, value);
        int is_any = wanted.length == 1 && wanted.word == '*';
        uint32_t next = is_any ? trie->nodes[at].any : child(trie, at, &wanted, filter);
        if (next == 0) next = add_child(trie, at, &wanted, filter, is_any);
        if (next == 0) return -1;
        if (is_last) return add_entry(trie, next, 0, value);
        at = next;
    }
}
