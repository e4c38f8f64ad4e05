// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// CRC-32C (Castagnoli; RFC 3720, appendix B.4). With the instructions of SSE 4.2 or ARMv8 three streams run side by
// side, because one instruction takes three cycles and one can begin in each; without them, eight tables.

#include "CSinewShims.h"

#include <pthread.h>
#include <string.h>

enum { POLYNOMIAL = 0x82f63b78, LANE = 1024 };

/// The remainders of a byte that 0 to 7 bytes follow.
static uint32_t slices[8][256];
/// What a remainder becomes when LANE zero bytes follow, by each of its bytes.
static uint32_t shifts[4][256];
static int has_instructions;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t after_zeros(uint32_t crc, int count) {
    for (int index = 0; index < count; index++) crc = slices[0][crc & 0xff] ^ crc >> 8;
    return crc;
}

static void prepare(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ (uint32_t)POLYNOMIAL : crc >> 1;
        slices[0][byte] = crc;
    }
    for (int byte = 0; byte < 256; byte++) {
        for (int slice = 1; slice < 8; slice++) {
            uint32_t before = slices[slice - 1][byte];
            slices[slice][byte] = slices[0][before & 0xff] ^ before >> 8;
        }
    }
    // The remainder is linear: that of a byte is the sum of those of its bits.
    for (int place = 0; place < 4; place++) {
        for (int bit = 0; bit < 8; bit++) {
            uint32_t shifted = after_zeros((uint32_t)1 << (8 * place + bit), LANE);
            for (int byte = 0; byte < 256; byte++) {
                if (byte >> bit & 1) shifts[place][byte] ^= shifted;
            }
        }
    }
#if defined(__x86_64__)
    has_instructions = __builtin_cpu_supports("sse4.2");
#elif defined(__ARM_FEATURE_CRC32)
    has_instructions = 1;
#endif
}

static uint64_t word(const unsigned char *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint32_t by_tables(uint32_t crc, const unsigned char *bytes, size_t count) {
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t next = word(bytes) ^ crc;
        crc = slices[7][next & 0xff] ^ slices[6][next >> 8 & 0xff] ^ slices[5][next >> 16 & 0xff]
            ^ slices[4][next >> 24 & 0xff] ^ slices[3][next >> 32 & 0xff] ^ slices[2][next >> 40 & 0xff]
            ^ slices[1][next >> 48 & 0xff] ^ slices[0][next >> 56];
    }
    while (count-- > 0) crc = slices[0][(crc ^ *bytes++) & 0xff] ^ crc >> 8;
    return crc;
}

#if defined(__x86_64__) || defined(__ARM_FEATURE_CRC32)
#if defined(__x86_64__)
#define WITH_INSTRUCTIONS __attribute__((target("sse4.2")))
#define ADD_WORD(crc, bytes) (uint32_t) __builtin_ia32_crc32di(crc, word(bytes))
#define ADD_BYTE(crc, byte) __builtin_ia32_crc32qi(crc, byte)
#else
#define WITH_INSTRUCTIONS
#define ADD_WORD(crc, bytes) __builtin_arm_crc32cd(crc, word(bytes))
#define ADD_BYTE(crc, byte) __builtin_arm_crc32cb(crc, byte)
#endif

static uint32_t shifted(uint32_t crc) {
    return shifts[0][crc & 0xff] ^ shifts[1][crc >> 8 & 0xff] ^ shifts[2][crc >> 16 & 0xff] ^ shifts[3][crc >> 24];
}

WITH_INSTRUCTIONS
static uint32_t by_instructions(uint32_t crc, const unsigned char *bytes, size_t count) {
    for (; count >= 3 * LANE; bytes += 3 * LANE, count -= 3 * LANE) {
        uint32_t second = 0, third = 0;
        for (size_t offset = 0; offset < LANE; offset += 8) {
            crc = ADD_WORD(crc, bytes + offset);
            second = ADD_WORD(second, bytes + LANE + offset);
            third = ADD_WORD(third, bytes + 2 * LANE + offset);
        }
        crc = shifted(shifted(crc) ^ second) ^ third;
    }
    for (; count >= 8; bytes += 8, count -= 8) crc = ADD_WORD(crc, bytes);
    while (count-- > 0) crc = ADD_BYTE(crc, *bytes++);
    return crc;
}
#else
static uint32_t by_instructions(uint32_t crc, const unsigned char *bytes, size_t count) {
    return by_tables(crc, bytes, count);
}
#endif

uint32_t sinew_crc32c(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&once, prepare);
    return ~(has_instructions ? by_instructions : by_tables)(~crc, bytes, count);
}

uint32_t sinew_crc32c_by_tables(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&once, prepare);
    return ~by_tables(~crc, bytes, count);
}
