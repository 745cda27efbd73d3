// Recursion with a loop in it: how many ways there are to place n queens.

#include <stdint.h>

static uint32_t place(uint32_t all, uint32_t columns, uint32_t rising, uint32_t falling) {
    if (columns == all) {
        return 1;
    }
    uint32_t count = 0;
    uint32_t free = all & ~(columns | rising | falling);
    while (free != 0) {
        const uint32_t here = free & -free;
        free ^= here;
        count += place(all, columns | here, (rising | here) << 1, (falling | here) >> 1);
    }
    return count;
}

uint32_t kernel(uint32_t n) {
    return place((1U << n) - 1, 0, 0, 0);
}
