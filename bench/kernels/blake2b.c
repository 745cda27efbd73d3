// 64-bit arithmetic and rotates: the compression function of BLAKE2b (RFC 7693), n blocks in a chain.

#include <stdint.h>

static const uint64_t initial[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const uint8_t order[12][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

static uint64_t rotate(uint64_t value, unsigned count) {
    return value >> count | value << (64 - count);
}

/// Inlined, or gcc keeps `v` in memory.
static inline __attribute__((always_inline)) void mix(uint64_t* v, int a, int b, int c, int d,
                                                      uint64_t x, uint64_t y) {
    v[a] += v[b] + x;
    v[d] = rotate(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotate(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotate(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotate(v[b] ^ v[c], 63);
}

static void compress(uint64_t* hash, const uint64_t* block, uint64_t bytes) {
    uint64_t v[16];
    for (int i = 0; i < 8; ++i) {
        v[i] = hash[i];
        v[i + 8] = initial[i];
    }
    v[12] ^= bytes;
    for (int round = 0; round < 12; ++round) {
        const uint8_t* const s = order[round];
        mix(v, 0, 4, 8, 12, block[s[0]], block[s[1]]);
        mix(v, 1, 5, 9, 13, block[s[2]], block[s[3]]);
        mix(v, 2, 6, 10, 14, block[s[4]], block[s[5]]);
        mix(v, 3, 7, 11, 15, block[s[6]], block[s[7]]);
        mix(v, 0, 5, 10, 15, block[s[8]], block[s[9]]);
        mix(v, 1, 6, 11, 12, block[s[10]], block[s[11]]);
        mix(v, 2, 7, 8, 13, block[s[12]], block[s[13]]);
        mix(v, 3, 4, 9, 14, block[s[14]], block[s[15]]);
    }
    for (int i = 0; i < 8; ++i) {
        hash[i] ^= v[i] ^ v[i + 8];
    }
}

uint32_t kernel(uint32_t n) {
    uint64_t hash[8];
    uint64_t block[16];
    for (uint32_t i = 0; i < 8; ++i) {
        hash[i] = initial[i];
    }
    hash[0] ^= 0x01010040;
    for (uint32_t i = 0; i < 16; ++i) {
        block[i] = i * 0x9e3779b97f4a7c15;
    }
    for (uint32_t i = 0; i < n; ++i) {
        block[i % 16] ^= hash[i % 8];
        compress(hash, block, (uint64_t)(i + 1) * 128);
    }
    return (uint32_t)(hash[0] ^ hash[0] >> 32);
}
