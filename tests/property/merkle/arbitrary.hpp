#pragma once

// Values for the properties, tending to what is special: zeros, equal leaves, few positions.

#include <cstdint>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/hash256.hpp"

namespace lockstep::merkle {

/// From 0 to below `count`.
[[nodiscard]] inline std::uint64_t any_below(std::uint64_t count) {
    return *rc::gen::inRange<std::uint64_t>(0, count);
}

[[nodiscard]] inline bool one_in(std::uint64_t count) {
    return any_below(count) == 0;
}

/// Zero, one of a few, or anything.
[[nodiscard]] inline Hash256 any_leaf() {
    Hash256 leaf;
    switch (any_below(4)) {
        case 0: break;
        case 1: leaf.bytes.fill(static_cast<std::uint8_t>(any_below(3))); break;
        case 2: leaf.bytes[any_below(32)] = static_cast<std::uint8_t>(any_below(256)); break;
        default:
            for (std::uint8_t& byte : leaf.bytes) {
                byte = static_cast<std::uint8_t>(any_below(256));
            }
    }
    return leaf;
}

}  // namespace lockstep::merkle
