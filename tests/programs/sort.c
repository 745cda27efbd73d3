// Input: signed 32-bit integers, little-endian. Output: the same in ascending order, by quicksort.
#include "lockstep.h"

static i32 numbers[1024];

static void sort(i32 *first, i32 *last) {
    while (first < last) {
        i32 pivot = first[(last - first) / 2];
        i32 *low = first;
        i32 *high = last;
        while (low <= high) {
            while (*low < pivot) {
                ++low;
            }
            while (*high > pivot) {
                --high;
            }
            if (low <= high) {
                i32 swapped = *low;
                *low++ = *high;
                *high-- = swapped;
            }
        }
        sort(first, high);
        first = low;
    }
}

void _start(void) {
    u32 size = input_size();
    if (size > sizeof numbers || size % 4 != 0) {
        halt(2);
    }
    input_read(numbers, 0, size);
    sort(numbers, numbers + size / 4 - 1);
    output_write(numbers, size);
}
