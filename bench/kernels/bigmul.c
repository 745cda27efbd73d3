// Products of 32-bit digits with a carry of 64 bits: numbers of 2048 bits multiplied, n times.

#include <stdint.h>

enum { DIGITS = 64 };

static void multiply(const uint32_t* a, const uint32_t* b, uint32_t* product) {
    for (int i = 0; i < 2 * DIGITS; ++i) {
        product[i] = 0;
    }
    for (int i = 0; i < DIGITS; ++i) {
        uint64_t carry = 0;
        for (int j = 0; j < DIGITS; ++j) {
            carry += (uint64_t)a[i] * b[j] + product[i + j];
            product[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        product[i + DIGITS] = (uint32_t)carry;
    }
}

uint32_t kernel(uint32_t n) {
    uint32_t a[DIGITS];
    uint32_t b[DIGITS];
    uint32_t product[2 * DIGITS];
    uint32_t random = 1;
    for (int i = 0; i < DIGITS; ++i) {
        random = random * 1664525 + 1013904223;
        a[i] = random;
        random = random * 1664525 + 1013904223;
        b[i] = random | 1;
    }
    for (uint32_t i = 0; i < n; ++i) {
        multiply(a, b, product);
        for (int j = 0; j < DIGITS; ++j) {
            a[j] = product[j] ^ product[DIGITS + j];
        }
    }
    uint32_t mix = 0;
    for (int i = 0; i < DIGITS; ++i) {
        mix = mix * 31 + a[i];
    }
    return mix;
}
