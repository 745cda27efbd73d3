#!/usr/bin/env python3
"""Prints the golden values of the merkle tests, computed from the definitions with hashlib alone."""

from hashlib import sha256


def digest(*parts):
    return sha256(b"".join(parts)).digest()


def filled(byte):
    return bytes([byte]) * 32


def root(leaves, depth, chunk_node=None):
    """Root of the tree; with chunk_node(index, chunk root), of a memory tree."""
    nodes = leaves + [bytes(32)] * (2**depth - len(leaves))
    for level in range(1, depth + 1):
        nodes = [digest(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
        if level == 7 and chunk_node:
            nodes = [chunk_node(i, node) for i, node in enumerate(nodes)]
    return nodes[0]


def zero_hashes(wrapped):
    nodes = [bytes(32)]
    for level in range(1, 33):
        nodes.append(digest(nodes[-1], nodes[-1]))
        if wrapped and level == 7:
            nodes[-1] = digest(b"\x07", nodes[-1], b"\x00")
    return nodes


def leaves_of(data):
    data += bytes(-len(data) % 32)
    return [data[i:i + 32] for i in range(0, len(data), 32)]


def memory_root():
    """Two pages; chunk 3 written and charged, chunk 5 zero but charged, chunk 31 written, not charged."""
    memory = bytearray(2 * 65536)
    memory[3 * 4096:4 * 4096] = bytes((7 * i + 3) % 256 for i in range(4096))
    memory[-1] = 0xff
    return root(leaves_of(bytes(memory)), 12, lambda i, node: digest(b"\x07", node, bytes([i in (3, 5)])))


def show(name, value):
    print(f"{name}: 0x{value.hex()}")


for level in (1, 7, 32):
    show(f"zero plain {level}", zero_hashes(False)[level])
for level in (6, 7, 8, 21, 27, 32):
    show(f"zero memory {level}", zero_hashes(True)[level])
show("pair", digest(filled(1), filled(2)))
show("chunk node", digest(b"\x07", filled(0x33), b"\x01"))
first_link = digest(b"\x05", bytes(32), bytes.fromhex("0102030405060708"))
show("value link", first_link)
show("second value link", digest(b"\x05", first_link, bytes.fromhex("ffffffffffffffff")))
show("frame link", digest(b"\x06", filled(0x11), filled(0x22), bytes.fromhex("deadbeef")))
show("tree", root([bytes(32)] * 5 + [filled(0x55)], 3))
show("slot tree", root(leaves_of(b"".join(i.to_bytes(8, "big") for i in range(1, 6))), 2))
show("byte tree", root(leaves_of(b"Lockstep proves every instruction."), 3))
show("memory", memory_root())
