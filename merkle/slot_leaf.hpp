#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

// Slots are 64-bit values, four to a leaf, big-endian: slot i stands in leaf i / 4 at bytes
// 8 (i % 4) and following. Byte strings are cut into leaves of 32 bytes, the last one filled up
// with zeros.

inline constexpr std::size_t kLeafSlots = 4;

/// Packs up to four slots; those missing are zero.
[[nodiscard]] Hash256 slot_leaf(std::span<const std::uint64_t> slots);

/// `position` is the slot's index modulo 4.
[[nodiscard]] std::uint64_t slot_at(const Hash256& leaf, std::size_t position);
void set_slot(Hash256& leaf, std::size_t position, std::uint64_t value);

[[nodiscard]] Hash256 slot_tree_root(std::span<const std::uint64_t> slots, unsigned depth);

/// The root of a byte string that fits a tree of this depth.
[[nodiscard]] Hash256 byte_tree_root(ByteView bytes, unsigned depth);

}  // namespace lockstep::merkle
