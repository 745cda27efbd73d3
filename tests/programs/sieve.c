// Input: a limit, 4 bytes little-endian. Output: the number of primes below it. The sieve lies in pages grown for it.
#include "lockstep.h"

void _start(void) {
    u32 limit = 0;
    input_read(&limit, 0, sizeof limit);
    u32 pages = (limit + 65535) / 65536;
    u32 before = (u32)__builtin_wasm_memory_grow(0, pages);
    if (before == 0xFFFFFFFF) {
        halt(3);
    }
    u8 *composite = (u8 *)(before * 65536);
    u32 count = 0;
    for (u32 i = 2; i < limit; ++i) {
        if (composite[i]) {
            continue;
        }
        ++count;
        for (u32 j = 2 * i; j < limit; j += i) {
            composite[j] = 1;
        }
    }
    output_write(&count, sizeof count);
}
