// Bytes regrouped through tables: 48 KiB are encoded and decoded again, n times.

#include <stdint.h>

enum { BYTES = 48 << 10, LETTERS = BYTES / 3 * 4 };

static const char alphabet[64] = {
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P',
    'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f',
    'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    'w', 'x', 'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '/',
};

static uint8_t values[256];
static uint8_t bytes[BYTES];
static char letters[LETTERS];

static void encode(void) {
    char* to = letters;
    for (uint32_t i = 0; i < BYTES; i += 3) {
        const uint32_t group =
            (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = alphabet[group >> 6 & 63];
        *to++ = alphabet[group & 63];
    }
}

/// Each byte comes out changed, so that the next round encodes other ones.
static uint32_t decode(uint32_t change) {
    uint32_t sum = 0;
    uint8_t* to = bytes;
    for (uint32_t i = 0; i < LETTERS; i += 4) {
        const uint32_t group = (uint32_t)values[(uint8_t)letters[i]] << 18 |
                               (uint32_t)values[(uint8_t)letters[i + 1]] << 12 |
                               (uint32_t)values[(uint8_t)letters[i + 2]] << 6 |
                               values[(uint8_t)letters[i + 3]];
        *to++ = (uint8_t)((group >> 16) + change);
        *to++ = (uint8_t)((group >> 8) + change);
        *to++ = (uint8_t)(group + change);
        sum = sum * 31 + group;
    }
    return sum;
}

uint32_t kernel(uint32_t n) {
    for (uint32_t i = 0; i < 64; ++i) {
        values[(uint8_t)alphabet[i]] = (uint8_t)i;
    }
    uint32_t random = 1;
    for (uint32_t i = 0; i < BYTES; ++i) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(random >> 24);
    }
    uint32_t mix = 0;
    for (uint32_t round = 0; round < n; ++round) {
        encode();
        mix ^= decode(round);
    }
    return mix;
}
