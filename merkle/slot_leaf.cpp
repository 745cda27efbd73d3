#include "merkle/slot_leaf.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "merkle/tree.hpp"

namespace lockstep::merkle {

Hash256 slot_leaf(std::span<const std::uint64_t> slots) {
    LOCKSTEP_CHECK(slots.size() <= kLeafSlots);
    Hash256 leaf;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        set_slot(leaf, i, slots[i]);
    }
    return leaf;
}

std::uint64_t slot_at(const Hash256& leaf, std::size_t position) {
    LOCKSTEP_CHECK(position < kLeafSlots);
    return load_be<std::uint64_t>(leaf.bytes.data() + 8 * position);
}

void set_slot(Hash256& leaf, std::size_t position, std::uint64_t value) {
    LOCKSTEP_CHECK(position < kLeafSlots);
    store_be(leaf.bytes.data() + 8 * position, value);
}

Hash256 slot_tree_root(std::span<const std::uint64_t> slots, unsigned depth) {
    std::vector<Hash256> leaves;
    leaves.reserve(slots.size() / kLeafSlots + 1);
    while (!slots.empty()) {
        const std::size_t count = std::min(kLeafSlots, slots.size());
        leaves.push_back(slot_leaf(slots.first(count)));
        slots = slots.subspan(count);
    }
    return tree_root(std::move(leaves), depth);
}

Hash256 byte_tree_root(ByteView bytes, unsigned depth) {
    std::vector<Hash256> leaves;
    leaves.reserve(bytes.size() / kLeafBytes + 1);
    while (!bytes.empty()) {
        const std::size_t count = std::min(kLeafBytes, bytes.size());
        std::ranges::copy(bytes.first(count), leaves.emplace_back().bytes.begin());
        bytes = bytes.subspan(count);
    }
    return tree_root(std::move(leaves), depth);
}

}  // namespace lockstep::merkle
