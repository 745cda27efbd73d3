// Loads and stores all over 4 MiB, n of them.

#include <stdint.h>

enum { WORDS = 1 << 20 };

static uint32_t words[WORDS];

uint32_t kernel(uint32_t n) {
    uint32_t random = 1;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; ++i) {
        random = random * 1664525 + 1013904223;
        uint32_t* const word = &words[random >> 12];
        sum += *word;
        *word = sum ^ i;
    }
    return sum;
}
