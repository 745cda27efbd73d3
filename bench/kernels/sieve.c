// Byte loads and stores in order: the primes below n, by Eratosthenes.

#include <stdint.h>

enum { LIMIT = 4 << 20 };

static uint8_t composite[LIMIT];

uint32_t kernel(uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        composite[i] = 0;
    }
    uint32_t count = 0;
    for (uint32_t i = 2; i < n; ++i) {
        if (composite[i]) {
            continue;
        }
        ++count;
        for (uint32_t j = 2 * i; j < n; j += i) {
            composite[j] = 1;
        }
    }
    return count;
}
