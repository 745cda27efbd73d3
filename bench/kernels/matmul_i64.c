// 64-bit integers in nested loops: the product of two matrices of n rows and columns.

#include <stdint.h>

enum { LIMIT = 256 };

static int64_t a[LIMIT][LIMIT];
static int64_t b[LIMIT][LIMIT];

uint32_t kernel(uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) {
            a[i][j] = (int64_t)(i * 7 + j) - 300;
            b[i][j] = (int64_t)(i ^ j * 5) * 12345;
        }
    }
    uint64_t mix = 0;
    for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) {
            int64_t sum = 0;
            for (uint32_t k = 0; k < n; ++k) {
                sum += a[i][k] * b[k][j];
            }
            mix = mix * 31 + (uint64_t)sum;
        }
    }
    return (uint32_t)(mix ^ mix >> 32);
}
