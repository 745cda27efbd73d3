#!/usr/bin/env python3
"""Prints the constants of records_test.cpp and commitment_test.cpp, from docs/spec/state.md and hashlib alone."""

import hashlib


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def same(byte):
    return bytes([byte]) * 32


def uint(size, value):
    return value.to_bytes(size, "big")


def show(name, value):
    print(f"{name}: 0x{value.hex()}")


ONE, TWO, THREE, FOUR, FIVE = map(same, (0x11, 0x22, 0x33, 0x44, 0x55))
WORDS = [uint(4, word) for word in (0x01020304, 0x05060708, 0x090A0B0C, 0x0D0E0F10)]
LONGS = [uint(8, word) for word in (0x1112131415161718, 0x191A1B1C1D1E1F20)]

show("state", sha(b"\x01", ONE, TWO, THREE, FOUR, FIVE, b"\x02", *WORDS, *LONGS))
show("environment", sha(b"\x02", ONE, TWO, THREE, FOUR))
show("memory record", sha(b"\x03", ONE, *WORDS[:2]))
show("table record", sha(b"\x04", ONE, *WORDS[:2]))
show("io", sha(b"\x08", ONE, uint(8, 0x0102030405060708), TWO, uint(8, 0x090A0B0C0D0E0F10)))
show("image", sha(b"\x09", uint(2, 1), b"\x07", ONE, TWO))
show("program", sha(b"\x0a", b"\x01\x02\x03", ONE, TWO, THREE, FOUR))
show("initial", sha(b"\x0b", THREE, ONE, TWO))

# The program of commitment_test.cpp.
ZEROS = [bytes(32)]
for _ in range(27):
    ZEROS.append(sha(ZEROS[-1], ZEROS[-1]))


def instruction(opcode, a=0):
    return uint(2, opcode) + uint(2, 0) + uint(4, 0) + uint(8, a)


code = [sha(instruction(0x0101, 6) + instruction(0x0112), instruction(0x010F) + instruction(0x0101, 3)),
        sha(instruction(0x0242, 7) + instruction(0x010F, 1), bytes(32))]
function = uint(4, 0) + uint(4, 3) + uint(4, 1) + uint(2, 1) + uint(2, 1) + uint(1, 0) + uint(8, 1) + bytes(7)
global_slots = uint(8, 5) + uint(8, 6) + bytes(16)
table = sha(b"\x04", ZEROS[1], uint(4, 2), uint(4, 8))
chunks = sha(b"\x07", ZEROS[7], b"\x00")
for _ in range(5):
    chunks = sha(chunks, chunks)
memory = sha(b"\x03", chunks, uint(4, 1), uint(4, 2))
initial = sha(b"\x0b", memory, global_slots, table)
program = sha(b"\x0a", bytes(3), function, bytes(range(1, 33)), bytes(32), initial)
image = sha(b"\x09", uint(2, 1), b"\x02", sha(*code), program)
show("image root", image)

input_root = b"abc" + bytes(29)
for level in range(27):
    input_root = sha(input_root, ZEROS[level])
io = sha(b"\x08", input_root, uint(8, 3), ZEROS[27], uint(8, 0))
values = sha(b"\x05", sha(b"\x05", bytes(32), uint(8, 0x123456789ABCDEF0)), uint(8, 1))
environment = sha(b"\x02", memory, global_slots, table, io)
show("initial root", sha(b"\x01", image, environment, values, bytes(64), bytes(17), bytes(8), uint(8, 1000)))
