// Input: a formula in reverse Polish notation. Output: its value in decimal digits. Numbers are 64-bit and unsigned.
// The operators are called through a table of function pointers; what a character is, a switch says.
#include "lockstep.h"

static u8 text[256];
static u64 stack[32];
static u32 height;

static u64 add(u64 a, u64 b) { return a + b; }
static u64 subtract(u64 a, u64 b) { return a - b; }
static u64 multiply(u64 a, u64 b) { return a * b; }
static u64 divide(u64 a, u64 b) { return a / b; }
static u64 remainder(u64 a, u64 b) { return a % b; }
static u64 shift(u64 a, u64 b) { return a << b; }

static u64 (*const operators[])(u64, u64) = {add, subtract, multiply, divide, remainder, shift};

static void push(u64 value) {
    if (height == 32) {
        halt(4);
    }
    stack[height++] = value;
}

static u64 pop(void) {
    if (height == 0) {
        halt(5);
    }
    return stack[--height];
}

static i32 operator_of(u8 character) {
    switch (character) {
        case '+': return 0;
        case '-': return 1;
        case '*': return 2;
        case '/': return 3;
        case '%': return 4;
        case '<': return 5;
        case ' ': return -1;
        default: return -2;
    }
}

static void write_number(u64 value) {
    u8 digits[20];
    u32 first = sizeof digits;
    do {
        digits[--first] = (u8)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    output_write(digits + first, sizeof digits - first);
}

void _start(void) {
    u32 size = input_size();
    if (size > sizeof text) {
        halt(6);
    }
    input_read(text, 0, size);
    for (u32 i = 0; i < size; ++i) {
        if (text[i] >= '0' && text[i] <= '9') {
            u64 number = 0;
            for (; i < size && text[i] >= '0' && text[i] <= '9'; ++i) {
                number = number * 10 + (text[i] - '0');
            }
            push(number);
            if (i == size) {
                break;
            }
        }
        i32 which = operator_of(text[i]);
        if (which == -2) {
            halt(7);
        }
        if (which >= 0) {
            u64 b = pop();
            u64 a = pop();
            push(operators[which](a, b));
        }
    }
    write_number(pop());
}
