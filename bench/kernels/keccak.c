// 64-bit logic over an array of 25 words: the permutation Keccak-f[1600] (FIPS 202), n times.

#include <stdint.h>

static const uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static const uint8_t rotations[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                      27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

static const uint8_t lanes[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                  15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

static uint64_t rotate(uint64_t value, unsigned count) {
    return value << count | value >> (64 - count);
}

/// Unrolled, as libraries have it, or gcc leaves the rotations' counts and the lanes to be loaded.
static void permute(uint64_t* state) {
    for (int round = 0; round < 24; ++round) {
        uint64_t columns[5];
#pragma GCC unroll 5
        for (int x = 0; x < 5; ++x) {
            columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }
#pragma GCC unroll 5
        for (int x = 0; x < 5; ++x) {
            const uint64_t mixed = columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1);
#pragma GCC unroll 5
            for (int y = 0; y < 25; y += 5) {
                state[y + x] ^= mixed;
            }
        }
        uint64_t moved = state[1];
#pragma GCC unroll 24
        for (int i = 0; i < 24; ++i) {
            const uint64_t next = state[lanes[i]];
            state[lanes[i]] = rotate(moved, rotations[i]);
            moved = next;
        }
#pragma GCC unroll 5
        for (int y = 0; y < 25; y += 5) {
            uint64_t row[5];
#pragma GCC unroll 5
            for (int x = 0; x < 5; ++x) {
                row[x] = state[y + x];
            }
#pragma GCC unroll 5
            for (int x = 0; x < 5; ++x) {
                state[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
            }
        }
        state[0] ^= round_constants[round];
    }
}

uint32_t kernel(uint32_t n) {
    uint64_t state[25] = {0};
    for (uint32_t i = 0; i < n; ++i) {
        permute(state);
    }
    return (uint32_t)(state[0] ^ state[0] >> 32);
}
