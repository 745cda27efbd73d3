#pragma once

#include <cstdint>

#include "base/hash256.hpp"

namespace lockstep::merkle {

// Stacks are committed to as chains: the head's hash covers all below it, so a push or a pop costs
// one link. The empty chain is 32 zero bytes.

inline constexpr Hash256 kEmptyChain{};

/// SHA-256(tag | previous | value as 8 bytes): one block.
[[nodiscard]] Hash256 value_link(const Hash256& previous, std::uint64_t value);

/// SHA-256(tag | previous | locals root | return pc as 4 bytes): two blocks.
[[nodiscard]] Hash256 frame_link(const Hash256& previous, const Hash256& locals_root,
                                 std::uint32_t return_pc);

}  // namespace lockstep::merkle
