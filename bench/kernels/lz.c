// Matches in a window, bytes copied one by one: n bytes of text are compressed and
// expanded again, thrice.

#include <stdint.h>

enum {
    ROUNDS = 3,
    LIMIT = 1 << 19,
    HEADS = 1 << 12,
    LEAST_MATCH = 4,
    MOST_MATCH = 130,
    WINDOW = 1 << 15
};

static uint8_t text[LIMIT];
static uint8_t packed[2 * LIMIT];
static uint8_t expanded[LIMIT];
static uint32_t heads[HEADS];

/// Words of a small vocabulary, in random order.
static void write_text(uint32_t n) {
    static const char words[16][9] = {"state",  "root",   "the",     "of",   "a",     "step",
                                      "proves", "and",    "witness", "is",   "claim", "bundle",
                                      "game",   "memory", "stack",   "value"};
    uint32_t random = 1;
    for (uint32_t i = 0; i < n;) {
        random = random * 1664525 + 1013904223;
        for (const char* letter = words[random >> 28]; *letter && i < n; ++letter) {
            text[i++] = (uint8_t)*letter;
        }
        if (i < n) {
            text[i++] = ' ';
        }
    }
}

static uint32_t head_of(const uint8_t* at) {
    const uint32_t four =
        (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    return four * 2654435761U >> 20;
}

/// A literal is a zero and the byte; a match its length less three, and the distance in two bytes.
static uint32_t compress(uint32_t n) {
    uint32_t out = 0;
    uint32_t i = 0;
    while (i + LEAST_MATCH <= n) {
        uint32_t* const head = &heads[head_of(text + i)];
        const uint32_t earlier = *head;  // one more than the place
        *head = i + 1;
        uint32_t length = 0;
        if (earlier != 0 && i + 1 - earlier < WINDOW) {
            while (length < MOST_MATCH && i + length < n &&
                   text[earlier - 1 + length] == text[i + length]) {
                ++length;
            }
        }
        if (length >= LEAST_MATCH) {
            const uint32_t distance = i + 1 - earlier;
            packed[out++] = (uint8_t)(length - LEAST_MATCH + 1);
            packed[out++] = (uint8_t)distance;
            packed[out++] = (uint8_t)(distance >> 8);
            i += length;
        } else {
            packed[out++] = 0;
            packed[out++] = text[i++];
        }
    }
    while (i < n) {
        packed[out++] = 0;
        packed[out++] = text[i++];
    }
    return out;
}

static uint32_t expand(uint32_t size) {
    uint32_t out = 0;
    for (uint32_t i = 0; i < size;) {
        const uint32_t kind = packed[i++];
        if (kind == 0) {
            expanded[out++] = packed[i++];
            continue;
        }
        const uint32_t from = out - ((uint32_t)packed[i] | (uint32_t)packed[i + 1] << 8);
        i += 2;
        for (uint32_t j = 0; j < kind + LEAST_MATCH - 1; ++j) {
            expanded[out++] = expanded[from + j];
        }
    }
    return out;
}

/// 0 where what comes out is not what went in.
uint32_t kernel(uint32_t n) {
    write_text(n);
    uint32_t mix = 0;
    for (uint32_t round = 0; round < ROUNDS; ++round) {
        for (uint32_t i = 0; i < HEADS; ++i) {
            heads[i] = 0;
        }
        const uint32_t size = compress(n);
        if (expand(size) != n) {
            return 0;
        }
        mix = mix * 31 + size + packed[size / 2];
    }
    for (uint32_t i = 0; i < n; ++i) {
        if (expanded[i] != text[i]) {
            return 0;
        }
    }
    return mix;
}
