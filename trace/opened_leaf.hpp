#pragma once

// Bytes and slots of the leaves that a multiproof has opened, by their place in memory, in a table or
// wherever the tree stands for.

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.hpp"
#include "base/hash256.hpp"
#include "merkle/multiproof.hpp"
#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"

namespace lockstep::trace {

/// The opened leaf with this index. The semantics open before they touch.
[[nodiscard]] inline const Hash256& leaf_of(const merkle::Opening& opening, std::uint64_t index) {
    const auto found = std::ranges::find(opening.indices, index);
    LOCKSTEP_CHECK(found != opening.indices.end());
    return opening.leaves[static_cast<std::size_t>(found - opening.indices.begin())];
}

[[nodiscard]] inline Hash256& leaf_of(merkle::Opening& opening, std::uint64_t index) {
    return const_cast<Hash256&>(leaf_of(std::as_const(opening), index));  // NOLINT
}

[[nodiscard]] inline std::uint8_t byte_at(const merkle::Opening& opening, std::uint64_t address) {
    return leaf_of(opening, address / merkle::kLeafBytes).bytes[address % merkle::kLeafBytes];
}

inline void set_byte(merkle::Opening& opening, std::uint64_t address, std::uint8_t byte) {
    leaf_of(opening, address / merkle::kLeafBytes).bytes[address % merkle::kLeafBytes] = byte;
}

[[nodiscard]] inline std::uint64_t slot_of(const merkle::Opening& opening, std::uint64_t index) {
    return merkle::slot_at(leaf_of(opening, index / merkle::kLeafSlots),
                           index % merkle::kLeafSlots);
}

inline void set_slot_of(merkle::Opening& opening, std::uint64_t index, std::uint64_t value) {
    merkle::set_slot(leaf_of(opening, index / merkle::kLeafSlots), index % merkle::kLeafSlots,
                     value);
}

}  // namespace lockstep::trace
