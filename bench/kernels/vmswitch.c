// An interpreter's loop around a switch: the lengths of the Collatz sequences below n, in a bytecode.

#include <stdint.h>

enum { PUSH, LOAD, STORE, ADD, MULTIPLY, AND, SHIFT_RIGHT, LESS, JUMP, JUMP_IF_ZERO, HALT };

enum { NUMBER, COUNT, LAST, VALUE };

// for (number = 1; number < last; ++number)
//     for (value = number; value > 1; ++count)
//         value = value & 1 ? value * 3 + 1 : value >> 1;
static const uint8_t program[] = {
    PUSH,  1,      STORE,       NUMBER, LOAD,     NUMBER,       LOAD,   LAST, LESS, JUMP_IF_ZERO,
    62,                                                                                  // 4
    LOAD,  NUMBER, STORE,       VALUE,                                                   // 11
    PUSH,  1,      LOAD,        VALUE,  LESS,     JUMP_IF_ZERO, 53,                      // 15
    LOAD,  COUNT,  PUSH,        1,      ADD,      STORE,        COUNT,                   // 22
    LOAD,  VALUE,  PUSH,        1,      AND,      JUMP_IF_ZERO, 46,                      // 29
    LOAD,  VALUE,  PUSH,        3,      MULTIPLY, PUSH,         1,      ADD,  JUMP, 49,  // 36
    LOAD,  VALUE,  SHIFT_RIGHT,                                                          // 46
    STORE, VALUE,  JUMP,        15,                                                      // 49
    LOAD,  NUMBER, PUSH,        1,      ADD,      STORE,        NUMBER, JUMP, 4,         // 53
    HALT,                                                                                // 62
};

static uint32_t variables[4];
static uint32_t stack[16];

uint32_t kernel(uint32_t n) {
    variables[LAST] = n;
    const uint8_t* at = program;
    uint32_t* top = stack;  // past the topmost
    for (;;) {
        switch (*at++) {
            case PUSH: *top++ = *at++; break;
            case LOAD: *top++ = variables[*at++]; break;
            case STORE: variables[*at++] = *--top; break;
            case ADD: --top, top[-1] += *top; break;
            case MULTIPLY: --top, top[-1] *= *top; break;
            case AND: --top, top[-1] &= *top; break;
            case SHIFT_RIGHT: top[-1] >>= 1; break;
            case LESS: --top, top[-1] = top[-1] < *top; break;
            case JUMP: at = program + *at; break;
            case JUMP_IF_ZERO: at = *--top ? at + 1 : program + *at; break;
            default: return variables[COUNT];
        }
    }
}
