// Hashes its input with SHA-256 (FIPS 180-4) and outputs the 32 bytes of the digest.

#include <stdint.h>

#include "lockstep_guest.h"

enum { kBlockBytes = 64, kWords = 8, kRounds = 64, kLengthBytes = 8 };

static const uint32_t kRoundConstants[kRounds] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate_right(uint32_t word, unsigned count) {
    return (word >> count) | (word << (32 - count));
}

static uint32_t load_big_endian(const uint8_t* from) {
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static void store_big_endian(uint8_t* to, uint32_t word) {
    to[0] = (uint8_t)(word >> 24);
    to[1] = (uint8_t)(word >> 16);
    to[2] = (uint8_t)(word >> 8);
    to[3] = (uint8_t)word;
}

// The 16 words of the block, and 48 made of them.
__attribute__((noinline)) static void expand_message(uint32_t* schedule, const uint8_t* block) {
    for (unsigned i = 0; i < 16; ++i) {
        schedule[i] = load_big_endian(block + 4 * i);
    }
    for (unsigned i = 16; i < kRounds; ++i) {
        const uint32_t early = schedule[i - 15];
        const uint32_t late = schedule[i - 2];
        const uint32_t sigma0 = rotate_right(early, 7) ^ rotate_right(early, 18) ^ (early >> 3);
        const uint32_t sigma1 = rotate_right(late, 17) ^ rotate_right(late, 19) ^ (late >> 10);
        schedule[i] = schedule[i - 16] + sigma0 + schedule[i - 7] + sigma1;
    }
}

__attribute__((noinline)) static void compress(uint32_t* state, const uint8_t* block) {
    uint32_t schedule[kRounds];
    uint32_t w[kWords];
    expand_message(schedule, block);
    for (unsigned i = 0; i < kWords; ++i) {
        w[i] = state[i];
    }
    for (unsigned i = 0; i < kRounds; ++i) {
        const uint32_t sum1 =
            rotate_right(w[4], 6) ^ rotate_right(w[4], 11) ^ rotate_right(w[4], 25);
        const uint32_t choice = (w[4] & w[5]) ^ (~w[4] & w[6]);
        const uint32_t t1 = w[7] + sum1 + choice + kRoundConstants[i] + schedule[i];
        const uint32_t sum0 =
            rotate_right(w[0], 2) ^ rotate_right(w[0], 13) ^ rotate_right(w[0], 22);
        const uint32_t majority = (w[0] & w[1]) ^ (w[0] & w[2]) ^ (w[1] & w[2]);
        w[7] = w[6];
        w[6] = w[5];
        w[5] = w[4];
        w[4] = w[3] + t1;
        w[3] = w[2];
        w[2] = w[1];
        w[1] = w[0];
        w[0] = t1 + sum0 + majority;
    }
    for (unsigned i = 0; i < kWords; ++i) {
        state[i] += w[i];
    }
}

// What is left after the whole blocks, the bit 1, zeros and the length in bits: one or two blocks.
static void hash_end(uint32_t* state, uint32_t begin, uint32_t size) {
    uint8_t blocks[2 * kBlockBytes] = {0};
    const uint32_t left = size - begin;
    const uint32_t padded = left + 1 + kLengthBytes <= kBlockBytes ? kBlockBytes : 2 * kBlockBytes;
    const uint64_t bits = (uint64_t)size * 8;
    lockstep_input_read(blocks, begin, left);
    blocks[left] = 0x80;
    store_big_endian(blocks + padded - 8, (uint32_t)(bits >> 32));
    store_big_endian(blocks + padded - 4, (uint32_t)bits);
    for (uint32_t i = 0; i < padded; i += kBlockBytes) {
        compress(state, blocks + i);
    }
}

__attribute__((export_name("_start"))) void start(void) {
    uint32_t state[kWords] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint8_t block[kBlockBytes];
    uint8_t digest[4 * kWords];
    const uint32_t size = lockstep_input_size();
    uint32_t begin = 0;
    for (; size - begin >= kBlockBytes; begin += kBlockBytes) {
        lockstep_input_read(block, begin, kBlockBytes);
        compress(state, block);
    }
    hash_end(state, begin, size);
    for (unsigned i = 0; i < kWords; ++i) {
        store_big_endian(digest + 4 * i, state[i]);
    }
    lockstep_output_write(digest, sizeof digest);
}
