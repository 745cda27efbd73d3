// Branches and recursion: n random numbers are sorted.

#include <stdint.h>

enum { LIMIT = 1 << 20 };

static uint32_t numbers[LIMIT];

static void sort(uint32_t* first, uint32_t* last) {
    while (last - first > 1) {
        const uint32_t pivot = first[(last - first) / 2];
        uint32_t* low = first;
        uint32_t* high = last - 1;
        while (low <= high) {
            while (*low < pivot) {
                ++low;
            }
            while (*high > pivot) {
                --high;
            }
            if (low <= high) {
                const uint32_t swapped = *low;
                *low++ = *high;
                *high-- = swapped;
            }
        }
        sort(first, high + 1);
        first = low;
    }
}

uint32_t kernel(uint32_t n) {
    uint32_t random = 1;
    for (uint32_t i = 0; i < n; ++i) {
        random = random * 1664525 + 1013904223;
        numbers[i] = random;
    }
    sort(numbers, numbers + n);
    uint32_t mix = 0;
    for (uint32_t i = 0; i < n; ++i) {
        mix = mix * 31 + numbers[i];
    }
    return mix;
}
