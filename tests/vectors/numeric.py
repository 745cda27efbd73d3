#!/usr/bin/env python3
"""Writes numeric.txt: operands and results of the integer instructions, computed with Python's integers.

usage: numeric.py > numeric.txt

A line is: mnemonic, the operands (slots, the left one first), "=", the result or the name of the trap. All numbers are
hexadecimal. The i32 operands of some lines have bits above the 32nd, which an instruction ignores.
"""

import random

EDGES = {
    32: (0, 1, 2, 31, 32, 33, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE,
         0xFFFFFFFF),
    64: (0, 1, 2, 63, 64, 65, 0x7F, 0x80, 0x8000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000,
         0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0x8000000000000001, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF),
}
BY_ZERO, OVERFLOW = "integer_divide_by_zero", "integer_overflow"


def signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def divide_signed(a, b, bits):
    a, b = signed(a, bits), signed(b, bits)
    if b == 0:
        return BY_ZERO
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return OVERFLOW if quotient == 1 << (bits - 1) else quotient


def remainder_signed(a, b, bits):
    a, b = signed(a, bits), signed(b, bits)
    return BY_ZERO if b == 0 else abs(a) % abs(b) * (-1 if a < 0 else 1)


def rotate_left(a, count, bits):
    count %= bits
    return a << count | a >> (bits - count)


BINARY = {
    "eq": lambda a, b, n: a == b,
    "ne": lambda a, b, n: a != b,
    "lt_s": lambda a, b, n: signed(a, n) < signed(b, n),
    "lt_u": lambda a, b, n: a < b,
    "gt_s": lambda a, b, n: signed(a, n) > signed(b, n),
    "gt_u": lambda a, b, n: a > b,
    "le_s": lambda a, b, n: signed(a, n) <= signed(b, n),
    "le_u": lambda a, b, n: a <= b,
    "ge_s": lambda a, b, n: signed(a, n) >= signed(b, n),
    "ge_u": lambda a, b, n: a >= b,
    "add": lambda a, b, n: a + b,
    "sub": lambda a, b, n: a - b,
    "mul": lambda a, b, n: a * b,
    "div_s": divide_signed,
    "div_u": lambda a, b, n: a // b if b else BY_ZERO,
    "rem_s": remainder_signed,
    "rem_u": lambda a, b, n: a % b if b else BY_ZERO,
    "and": lambda a, b, n: a & b,
    "or": lambda a, b, n: a | b,
    "xor": lambda a, b, n: a ^ b,
    "shl": lambda a, b, n: a << b % n,
    "shr_s": lambda a, b, n: signed(a, n) >> b % n,
    "shr_u": lambda a, b, n: a >> b % n,
    "rotl": rotate_left,
    "rotr": lambda a, b, n: rotate_left(a, -b, n),
}
UNARY = {
    "eqz": lambda a, n: a == 0,
    "clz": lambda a, n: n - a.bit_length(),
    "ctz": lambda a, n: (a & -a).bit_length() - 1 if a else n,
    "popcnt": lambda a, n: bin(a).count("1"),
    "extend8_s": lambda a, n: signed(a, 8),
    "extend16_s": lambda a, n: signed(a, 16),
}
# name: bits of the operand, bits of the result, function
CONVERSIONS = {
    "i32_wrap_i64": (64, 32, lambda a: a),
    "i64_extend_i32_s": (32, 64, lambda a: signed(a, 32)),
    "i64_extend_i32_u": (32, 64, lambda a: a),
    "i64_extend32_s": (64, 64, lambda a: signed(a, 32)),
}

rng = random.Random(1)


def random_operand(bits):
    """Of any magnitude, sometimes negated."""
    value = rng.getrandbits(rng.randint(1, bits))
    return (-value if rng.random() < 0.3 else value) % (1 << bits)


def emit(name, operands, result, bits):
    text = result if isinstance(result, str) else f"{int(result) % (1 << bits):x}"
    print(name, *(f"{operand:x}" for operand in operands), "=", text)


def with_dirt(value, bits):
    return value | rng.getrandbits(32) << 32 if bits == 32 else value


def emit_binary(bits):
    edges = EDGES[bits]
    for suffix, function in BINARY.items():
        name = f"i{bits}_{suffix}"
        least, most = 1 << (bits - 1), (1 << bits) - 1
        pairs = [(least, most), (most, least), (least, 0), (0, 0), (7, 7), (least, least - 1)]
        pairs += [tuple(rng.choices(edges, k=2)) for _ in range(8)]
        pairs += [(random_operand(bits), random_operand(bits)) for _ in range(6)]
        pairs += [(random_operand(bits), rng.choice(edges)) for _ in range(4)]
        for a, b in dict.fromkeys(pairs):
            emit(name, (a, b), function(a, b, bits), bits)
        if bits == 32:
            a, b = random_operand(32), random_operand(32) | 1
            emit(name, (with_dirt(a, 32), with_dirt(b, 32)), function(a, b, 32), 32)


def emit_unary(name, bits, result_bits, function):
    operands = list(rng.sample(EDGES[bits], k=10)) + [0, (1 << bits) - 1] + [random_operand(bits) for _ in range(6)]
    for a in dict.fromkeys(operands):
        emit(name, (a,), function(a), result_bits)
    if bits == 32:
        a = random_operand(32)
        emit(name, (with_dirt(a, 32),), function(a), result_bits)


for width in (32, 64):
    for suffix, function in UNARY.items():
        emit_unary(f"i{width}_{suffix}", width, width, lambda a: function(a, width))
    emit_binary(width)
for name, (operand_bits, result_bits, function) in CONVERSIONS.items():
    emit_unary(name, operand_bits, result_bits, function)
