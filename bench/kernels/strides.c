// Writes a word of the next of 4,096 chunks (16 MiB) every `period` turns of a loop, without end: for
// measuring what commitments cost that stand at equal distances.

#include <stdint.h>

enum { CHUNKS = 4096, CHUNK_WORDS = 1024 };

static volatile uint32_t words[CHUNKS * CHUNK_WORDS];

uint32_t kernel(uint32_t period) {
    uint32_t random = 1;
    uint32_t chunk = 0;
    uint32_t left = period;
    for (;;) {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        if (--left == 0) {
            left = period;
            words[chunk * CHUNK_WORDS + random % CHUNK_WORDS] = random;
            chunk = (chunk + 1) % CHUNKS;
        }
    }
}
