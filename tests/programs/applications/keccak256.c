// Output: the Keccak-256 hash of the input, with the padding that Ethereum uses (the one before FIPS 202: 0x01, not
// 0x06). Written from the specification of Keccak: rotations and round constants are computed as it defines them.
#include "lockstep.h"

enum { RATE = 136, ROUNDS = 24 };

static u64 lanes[25];  // lane (x, y) is at x + 5 * y
static u64 round_constants[ROUNDS];
static u8 block[RATE];

static u64 rotate_left(u64 value, u32 count) { return count == 0 ? value : value << count | value >> (64 - count); }

// The bits of the constants come out of a shift register with the polynomial x^8 + x^6 + x^5 + x^4 + 1.
static void make_round_constants(void) {
    u32 shift_register = 1;
    for (u32 round = 0; round < ROUNDS; ++round) {
        for (u32 j = 0; j <= 6; ++j) {
            if (shift_register & 1) {
                round_constants[round] |= 1ULL << ((1U << j) - 1);
            }
            shift_register <<= 1;
            if (shift_register & 0x100) {
                shift_register ^= 0x171;
            }
        }
    }
}

static void theta(void) {
    u64 parity[5];
    for (u32 x = 0; x < 5; ++x) {
        parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
    }
    for (u32 x = 0; x < 5; ++x) {
        u64 change = parity[(x + 4) % 5] ^ rotate_left(parity[(x + 1) % 5], 1);
        for (u32 y = 0; y < 5; ++y) {
            lanes[x + 5 * y] ^= change;
        }
    }
}

// Rotates each lane and moves it to (y, 2x + 3y); these moves are one cycle through all lanes but (0, 0).
static void rho_and_pi(void) {
    u32 x = 1;
    u32 y = 0;
    u64 moved = lanes[1];
    for (u32 t = 0; t < 24; ++t) {
        u32 to_y = (2 * x + 3 * y) % 5;
        x = y;
        y = to_y;
        u64 displaced = lanes[x + 5 * y];
        lanes[x + 5 * y] = rotate_left(moved, (t + 1) * (t + 2) / 2 % 64);
        moved = displaced;
    }
}

static void chi(void) {
    for (u32 y = 0; y < 25; y += 5) {
        u64 row[5];
        for (u32 x = 0; x < 5; ++x) {
            row[x] = lanes[x + y];
        }
        for (u32 x = 0; x < 5; ++x) {
            lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
    }
}

static void permute(void) {
    for (u32 round = 0; round < ROUNDS; ++round) {
        theta();
        rho_and_pi();
        chi();
        lanes[0] ^= round_constants[round];
    }
}

static void absorb(void) {
    for (u32 i = 0; i < RATE; ++i) {
        lanes[i / 8] ^= (u64)block[i] << (8 * (i % 8));
    }
    permute();
}

void _start(void) {
    make_round_constants();
    u32 size = input_size();
    u32 offset = 0;
    for (; size - offset >= RATE; offset += RATE) {
        input_read(block, offset, RATE);
        absorb();
    }
    u32 rest = size - offset;
    input_read(block, offset, rest);
    for (u32 i = rest; i < RATE; ++i) {
        block[i] = 0;
    }
    block[rest] ^= 0x01;
    block[RATE - 1] ^= 0x80;
    absorb();
    u8 digest[32];
    for (u32 i = 0; i < sizeof digest; ++i) {
        digest[i] = (u8)(lanes[i / 8] >> (8 * (i % 8)));
    }
    output_write(digest, sizeof digest);
}
