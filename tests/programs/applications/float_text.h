#pragma once

// Floats as text: their bits, and their exact value rounded to 17 digits as printf("%.16e") does. The
// sign and payload of a NaN are not written: what computed it may choose them on other hosts.

#include "text_output.h"

typedef double f64;
typedef float f32;

enum { LIMBS = 90, LIMB_DIGITS = 9, WRITTEN_DIGITS = 17 };

// Decimal limbs of nine digits, the lowest first.
typedef struct {
    u32 limb[LIMBS];
    u32 size;
} Decimal;

static inline u64 bits_of(f64 value) {
    union {
        f64 value;
        u64 bits;
    } both = {value};
    return value != value ? 0x7FF8000000000000ULL : both.bits;
}

static inline f64 f64_from_bits(u64 bits) {
    union {
        u64 bits;
        f64 value;
    } both = {bits};
    return both.value;
}

static inline u32 bits_of_f32(f32 value) {
    union {
        f32 value;
        u32 bits;
    } both = {value};
    return value != value ? 0x7FC00000U : both.bits;
}

static inline void multiply_decimal(Decimal* number, u32 factor) {
    u64 carry = 0;
    for (u32 i = 0; i < number->size; ++i) {
        carry += (u64)number->limb[i] * factor;
        number->limb[i] = (u32)(carry % 1000000000);
        carry /= 1000000000;
    }
    if (carry != 0) {
        number->limb[number->size++] = (u32)carry;
    }
}

static inline void multiply_by_power(Decimal* number, u32 base, u32 exponent) {
    for (; exponent >= 8; exponent -= 8) {
        multiply_decimal(number, base * base * base * base * base * base * base * base);
    }
    for (; exponent != 0; --exponent) {
        multiply_decimal(number, base);
    }
}

static inline u32 digit_of(const Decimal* number, u32 place) {
    u32 limb = number->limb[place / LIMB_DIGITS];
    for (u32 i = place % LIMB_DIGITS; i != 0; --i) {
        limb /= 10;
    }
    return limb % 10;
}

static inline u32 count_digits(const Decimal* number) {
    u32 count = number->size * LIMB_DIGITS;
    while (count != 0 && digit_of(number, count - 1) == 0) {
        --count;
    }
    return count;
}

// The leading digits of so many, rounded to the nearest, ties to even; returns whether all were nines
// and the number is one digit longer.
static inline u32 round_digits(const Decimal* number, u32 count, u32* digits) {
    u32 is_above_half = 0;
    for (u32 i = 0; i < WRITTEN_DIGITS; ++i) {
        digits[i] = i < count ? digit_of(number, count - 1 - i) : 0;
    }
    if (count <= WRITTEN_DIGITS) {
        return 0;
    }
    u32 next = digit_of(number, count - 1 - WRITTEN_DIGITS);
    for (u32 i = 0; i + 1 + WRITTEN_DIGITS < count; ++i) {
        is_above_half |= digit_of(number, i) != 0;
    }
    if (next < 5 || (next == 5 && !is_above_half && digits[WRITTEN_DIGITS - 1] % 2 == 0)) {
        return 0;
    }
    for (u32 i = WRITTEN_DIGITS; i-- != 0;) {
        if (digits[i] != 9) {
            ++digits[i];
            return 0;
        }
        digits[i] = 0;
    }
    digits[0] = 1;
    return 1;
}

static inline void put_exponent(i32 exponent) {
    put_text(exponent < 0 ? "e-" : "e+");
    u32 size = (u32)(exponent < 0 ? -exponent : exponent);
    if (size < 10) {
        put_character('0');
    }
    put_decimal(size);
}

// The value is mantissa * 2^exponent; with a negative exponent it is mantissa * 5^-exponent, that many
// places behind the point.
static inline void put_finite(u64 mantissa, i32 exponent) {
    Decimal number = {.size = 2};
    number.limb[0] = (u32)(mantissa % 1000000000);
    number.limb[1] = (u32)(mantissa / 1000000000);
    u32 shift = (u32)(exponent < 0 ? -exponent : exponent);
    multiply_by_power(&number, exponent < 0 ? 5 : 2, shift);
    u32 count = count_digits(&number);
    u32 digits[WRITTEN_DIGITS];
    u32 carried = round_digits(&number, count, digits);
    for (u32 i = 0; i < WRITTEN_DIGITS; ++i) {
        put_character((u8)('0' + digits[i]));
        if (i == 0) {
            put_character('.');
        }
    }
    i32 places = exponent < 0 ? exponent : 0;
    put_exponent(mantissa == 0 ? 0 : (i32)(count + carried) - 1 + places);
}

static inline void put_float(f64 value) {
    u64 bits = bits_of(value);
    i32 exponent = (i32)(bits >> 52 & 0x7FF);
    u64 mantissa = bits & 0xFFFFFFFFFFFFFULL;
    if (value != value) {
        put_text("nan");
        return;
    }
    if (bits >> 63) {
        put_character('-');
    }
    if (exponent == 0x7FF) {
        put_text("inf");
    } else if (exponent == 0) {
        put_finite(mantissa, -1074);
    } else {
        put_finite(mantissa | 1ULL << 52, exponent - 1075);
    }
}

// A line: name, bits, value.
static inline void put_measure(const char* name, f64 value) {
    put_text(name);
    put_character(' ');
    put_hex(bits_of(value), 16);
    put_character(' ');
    put_float(value);
    put_character('\n');
}
