#pragma once

#include <bit>
#include <cstdint>

namespace lockstep {

/// The least d with 2^d >= n; 0 for n = 0.
[[nodiscard]] constexpr unsigned ceil_log2(std::uint64_t n) {
    return n <= 1 ? 0 : static_cast<unsigned>(std::bit_width(n - 1));
}

/// Depth of a tree over `count` 64-bit slots, four to a leaf (docs/spec/state.md, section 2).
[[nodiscard]] constexpr unsigned slot_tree_depth(std::uint64_t count) {
    return ceil_log2(count / 4 + (count % 4 != 0 ? 1 : 0));
}

}  // namespace lockstep
