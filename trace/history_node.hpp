#pragma once

// The hashes of histories (docs/spec/history.md): nodes above state roots, and the chain of bases that
// says what was agreed before a node.

#include <cstdint>
#include <span>

#include "base/hash256.hpp"
#include "base/strong.hpp"

namespace lockstep::trace {

/// No history has more leaves than 2^62, so that sums of positions fit 64 bits.
inline constexpr unsigned kMaxHistoryHeight = 62;

/// SHA-256(tag | left | right): two blocks.
[[nodiscard]] Hash256 history_node(const Hash256& left, const Hash256& right);

/// parents[i] = history_node(nodes[2i], nodes[2i + 1]), for a whole level at once. There are exactly
/// twice as many nodes as parents; `parents` may be the front of `nodes` itself.
void history_nodes(std::span<const Hash256> nodes, std::span<Hash256> parents);

/// The node of this height above 2^height leaves that are all the same.
[[nodiscard]] Hash256 repeated_leaf(const StateRoot& leaf, unsigned height);

/// What a level's first node is based on: SHA-256(tag | context | agreed root). The context says
/// which history this is, the agreed root is the state that it starts from.
[[nodiscard]] Hash256 first_base(const Hash256& context, const StateRoot& agreed);

/// What the node behind `child` is based on: SHA-256(tag | base of the child | child | height of the
/// child as one byte).
[[nodiscard]] Hash256 next_base(const Hash256& base, const Hash256& child, unsigned child_height);

}  // namespace lockstep::trace
