#!/usr/bin/env python3
"""Prints the vectors of docs/spec/history.md, from that page and hashlib alone."""

import hashlib
import json


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text(value):
    return "0x" + value.hex()


def node(left, right):
    return sha(b"\x0c", left, right)


def root_number(number):
    """Leaves, which need not be state roots of anything."""
    return bytes([number]) * 32


def levels(roots, height):
    """levels[l][i] is the node (l, i)."""
    rows = [list(roots) + [roots[-1]] * (2**height - len(roots))]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([node(row[i], row[i + 1]) for i in range(0, len(row), 2)])
    return rows


def inclusion(rows, level, index):
    bits, siblings = 0, b""
    for layer in range(len(rows) - 1 - level):
        here, beside = rows[level + layer][index >> layer], rows[level + layer][(index >> layer) ^ 1]
        if here != beside:
            bits |= 1 << layer
            siblings += beside
    return bits.to_bytes((len(rows) - 1 - level + 7) // 8, "little") + siblings


def cover(rows, begin, end):
    """The largest aligned sub-trees over the leaves from begin to end, by taking the largest that fits each time."""
    found = []
    while begin < end:
        level = max(l for l in range(len(rows)) if begin % 2**l == 0 and begin + 2**l <= end)
        found.append(rows[level][begin >> level])
        begin += 2**level
    return found


def prefix(rows, count):
    return cover(rows, 0, count), cover(rows, count, len(rows[0]))


def start(context, agreed):
    return sha(b"\x0e", context, agreed)


def link(base, child, height):
    return sha(b"\x0d", base, child, bytes([height]))


FIVE = [root_number(0x11 * i) for i in range(1, 6)]
ONE = FIVE[:1]
CONTEXT, AGREED = root_number(0xCC), root_number(0xA0)

vectors = {}


def history(name, roots, height):
    rows = levels(roots, height)
    vectors[name] = {"check": "history", "roots": [text(root) for root in roots], "height": height,
                     "root": text(rows[-1][0])}


def add_inclusion(name, roots, height, level, index, proof=None, error=None, root=None):
    rows = levels(roots, height)
    vectors[name] = {
        "check": "rejected_history_inclusion" if error else "history_inclusion",
        "root": text(root or rows[-1][0]), "height": height, "level": level, "index": index,
        "node": text(rows[level][index] if level <= height and index < len(rows[level]) else rows[0][0]),
        "proof": text(inclusion(rows, level, index) if proof is None else proof)}
    if error:
        vectors[name]["error"] = error


def add_prefix(name, roots, height, count, change=lambda proof: proof, error=None):
    rows = levels(roots, height)
    peaks, rest = prefix(rows, count)
    vectors[name] = {"check": "rejected_history_prefix" if error else "history_prefix", "root": text(rows[-1][0]),
                     "height": height, "count": count}
    if error:
        vectors[name]["error"] = error
    else:
        vectors[name]["peaks"] = [text(peak) for peak in peaks]
    vectors[name]["proof"] = text(change(b"".join(peaks + rest)))


def add_agreed(name, base, proof, agreed=None, error=None):
    vectors[name] = {"check": "rejected_agreed_root" if error else "agreed_root", "base": text(base),
                     "proof": text(proof)}
    vectors[name].update({"error": error} if error else {"agreed": text(agreed)})


history("one_leaf", ONE, 0)
history("one_leaf_repeated", ONE, 3)
history("five_leaves", FIVE, 3)
history("five_leaves_higher", FIVE, 5)
history("four_leaves_without_padding", FIVE[:4], 2)
history("one_leaf_at_the_greatest_height_of_a_level", ONE, 16)

rows = levels(FIVE, 3)
for layer in range(1, 4):
    vectors[f"nodes_of_level_{layer}"] = {"check": "history_nodes", "roots": [text(root) for root in FIVE],
                                          "height": 3, "level": layer, "nodes": [text(n) for n in rows[layer]]}

add_inclusion("first_leaf", FIVE, 3, 0, 0)
add_inclusion("last_leaf_in_padding", FIVE, 3, 0, 7)
add_inclusion("inner_node", FIVE, 3, 1, 2)
add_inclusion("root_in_itself", FIVE, 3, 3, 0)
add_inclusion("nine_layers", FIVE, 9, 0, 4)
proof = inclusion(rows, 0, 0)
add_inclusion("sibling_missing", FIVE, 3, 0, 0, proof[:-32], "truncated")
add_inclusion("bitmap_missing", FIVE, 3, 0, 0, b"", "truncated")
add_inclusion("byte_behind_an_inclusion", FIVE, 3, 0, 0, proof + b"\0", "trailing_bytes")
add_inclusion("unused_bit", FIVE, 3, 0, 0, bytes([proof[0] | 8]) + proof[1:], "non_zero_padding")
repeated = inclusion(rows, 0, 7)
add_inclusion("equal_sibling_given", FIVE, 3, 0, 7, bytes([repeated[0] | 1]) + FIVE[4] + repeated[1:],
              "non_canonical_sibling")
add_inclusion("siblings_swapped", FIVE, 3, 0, 0, proof[:1] + proof[33:65] + proof[1:33] + proof[65:], "wrong_root")
add_inclusion("of_another_leaf", FIVE, 3, 0, 2, proof, "wrong_root")
add_inclusion("index_of_no_leaf", FIVE, 3, 0, 8, proof, "bad_position")
add_inclusion("level_above_the_root", FIVE, 3, 4, 0, b"", "bad_position")

for count in (1, 3, 6, 8):
    add_prefix(f"prefix_of_{count}", FIVE, 3, count)
add_prefix("prefix_cut_short", FIVE, 3, 3, lambda proof: proof[:-1], "truncated")
add_prefix("byte_behind_a_prefix", FIVE, 3, 3, lambda proof: proof + b"\0", "trailing_bytes")
add_prefix("peaks_swapped", FIVE, 3, 3, lambda proof: proof[32:64] + proof[:32] + proof[64:], "wrong_root")
add_prefix("prefix_of_none", FIVE, 3, 0, lambda proof: proof, "bad_position")

longer = levels(FIVE[:4] + [root_number(0x99)], 4)
peaks, rest = prefix(rows, 4)
vectors["common_prefix"] = {
    "check": "common_prefix", "one": text(rows[-1][0]), "height_of_one": 3, "other": text(longer[-1][0]),
    "height_of_other": 4, "count": 4, "proof": text(b"".join(peaks + rest + prefix(longer, 4)[1]))}
shorter = levels(FIVE[:4], 2)
vectors["common_prefix_that_is_all_of_one"] = {
    "check": "common_prefix", "one": text(rows[-1][0]), "height_of_one": 3, "other": text(shorter[-1][0]),
    "height_of_other": 2, "count": 4, "proof": text(b"".join(peaks + rest))}

bases = [start(CONTEXT, AGREED)]
for child in rows[1][:3]:
    bases.append(link(bases[-1], child, 1))
vectors["dissection"] = {"check": "dissection", "context": text(CONTEXT), "agreed": text(AGREED),
                         "parent": text(rows[3][0]), "level": 3, "children": [text(child) for child in rows[1]],
                         "bases": [text(base) for base in bases]}
leaf_base = link(bases[2], rows[0][4], 0)
last_of_child = FIVE[3] + b"\x01" + FIVE[2]
add_agreed("base_that_is_a_start", bases[0], b"\x00" + CONTEXT + AGREED, AGREED)
add_agreed("base_behind_a_node", bases[2], b"\x01" + bases[1] + rows[1][1] + b"\x01" + last_of_child, FIVE[3])
add_agreed("base_behind_a_leaf", leaf_base, b"\x01" + bases[2] + rows[0][4] + b"\x00", FIVE[4])
add_agreed("unknown_kind", bases[0], b"\x02" + CONTEXT + AGREED, error="bad_kind")
add_agreed("another_start", bases[1], b"\x00" + CONTEXT + AGREED, error="wrong_base")
add_agreed("first_leaf_instead_of_the_last", bases[2],
           b"\x01" + bases[1] + rows[1][1] + b"\x01" + FIVE[2] + b"\x01" + FIVE[3], error="wrong_root")
add_agreed("start_cut_short", bases[0], b"\x00" + CONTEXT + AGREED[:-1], error="truncated")
add_agreed("byte_behind_a_leaf", leaf_base, b"\x01" + bases[2] + rows[0][4] + b"\x00\x00", error="trailing_bytes")

print(json.dumps(vectors, indent=2))
