// Input: n, one byte. Output: the n-th Fibonacci number by plain recursion, 4 bytes little-endian.
#include "lockstep.h"

__attribute__((noinline)) static u32 fibonacci(u32 n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

void _start(void) {
    u8 n = 0;
    input_read(&n, 0, 1);
    u32 result = fibonacci(n);
    output_write(&result, sizeof result);
}
