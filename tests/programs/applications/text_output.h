#pragma once

// Text for the output, written in pieces of one buffer. Whoever writes calls flush_text at the end.

#include "lockstep.h"

typedef long long i64;

static u8 text_buffer[1024];
static u32 text_size;

static inline void flush_text(void) {
    if (text_size != 0) {
        output_write(text_buffer, text_size);
        text_size = 0;
    }
}

static inline void put_character(u8 character) {
    if (text_size == sizeof text_buffer) {
        flush_text();
    }
    text_buffer[text_size++] = character;
}

static inline void put_bytes(const u8* bytes, u32 size) {
    for (u32 i = 0; i < size; ++i) {
        put_character(bytes[i]);
    }
}

static inline void put_text(const char* text) {
    for (; *text != 0; ++text) {
        put_character((u8)*text);
    }
}

static inline void put_decimal(u64 value) {
    u8 digits[20];
    u32 first = sizeof digits;
    do {
        digits[--first] = (u8)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put_bytes(digits + first, (u32)sizeof digits - first);
}

static inline void put_signed(i64 value) {
    if (value < 0) {
        put_character('-');
    }
    put_decimal(value < 0 ? 0 - (u64)value : (u64)value);
}

static inline void put_hex(u64 value, u32 digits) {
    while (digits-- != 0) {
        put_character((u8) "0123456789abcdef"[value >> (4 * digits) & 15]);
    }
}

// Ends the program with what has been put so far.
static inline void stop(u32 code) {
    flush_text();
    halt(code);
    __builtin_trap();
}
