// Floats in nested loops: a matrix of n rows and columns is multiplied by another, row after row.

#include <stdint.h>

enum { LIMIT = 256 };

static double a[LIMIT][LIMIT];
static double b[LIMIT][LIMIT];
static double product[LIMIT][LIMIT];

uint32_t kernel(uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) {
            a[i][j] = (double)(i + 1) / (double)(j + 1);
            b[i][j] = (double)(j + 2) / (double)(i + 3);
        }
    }
    for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t k = 0; k < n; ++k) {
            const double factor = a[i][k];
            for (uint32_t j = 0; j < n; ++j) {
                product[i][j] += factor * b[k][j];
            }
        }
    }
    uint64_t mix = 0;
    for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) {
            uint64_t bits;
            __builtin_memcpy(&bits, &product[i][j], sizeof(bits));
            mix = mix * 31 + bits;
        }
    }
    return (uint32_t)(mix ^ mix >> 32);
}
