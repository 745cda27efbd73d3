// Calls through a table of functions, in the order of a tape that repeats: n calls.

#include <stdint.h>

typedef uint32_t operation(uint32_t a, uint32_t b);

static uint32_t add(uint32_t a, uint32_t b) {
    return a + b;
}
static uint32_t subtract(uint32_t a, uint32_t b) {
    return a - b;
}
static uint32_t exclusive(uint32_t a, uint32_t b) {
    return a ^ b;
}
static uint32_t both(uint32_t a, uint32_t b) {
    return (a & b) + 0x9e3779b9;
}
static uint32_t either(uint32_t a, uint32_t b) {
    return (a | b) - 0x7f4a7c15;
}
static uint32_t multiply(uint32_t a, uint32_t b) {
    return a * (b | 1);
}
static uint32_t left(uint32_t a, uint32_t b) {
    return (a << (b & 15)) + b;
}
static uint32_t right(uint32_t a, uint32_t b) {
    return (a >> (b & 15)) ^ b;
}

enum { OPERATIONS = 8, TAPE = 64 };

static operation* const operations[OPERATIONS] = {add,    subtract, exclusive, both,
                                                  either, multiply, left,      right};

/// Short, so that branch predictors know it by heart: what is measured is the call.
static uint8_t tape[TAPE];

uint32_t kernel(uint32_t n) {
    uint32_t random = 1;
    for (uint32_t i = 0; i < TAPE; ++i) {
        random = random * 1664525 + 1013904223;
        tape[i] = (uint8_t)(random >> 29);
    }
    uint32_t value = 1;
    for (uint32_t i = 0; i < n; ++i) {
        value = operations[tape[i % TAPE]](value, i);
    }
    return value;
}
