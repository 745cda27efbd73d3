// Floats in registers and a branch on each: a picture of n rows and columns.

#include <stdint.h>

enum { MOST_ROUNDS = 100 };

uint32_t kernel(uint32_t n) {
    uint32_t mix = 0;
    for (uint32_t row = 0; row < n; ++row) {
        const double y = (double)row * 2.5 / (double)n - 1.25;
        for (uint32_t column = 0; column < n; ++column) {
            const double x = (double)column * 3.0 / (double)n - 2.25;
            double real = 0;
            double imaginary = 0;
            uint32_t round = 0;
            while (round < MOST_ROUNDS) {
                const double real_square = real * real;
                const double imaginary_square = imaginary * imaginary;
                if (real_square + imaginary_square > 4.0) {
                    break;
                }
                imaginary = 2 * real * imaginary + y;
                real = real_square - imaginary_square + x;
                ++round;
            }
            mix = mix * 31 + round;
        }
    }
    return mix;
}
