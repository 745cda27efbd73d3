#pragma once

#include <span>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep::merkle {

// SHA-256 by the fastest kernel that this processor has (merkle/sha256_kernel.hpp).

[[nodiscard]] Hash256 sha256(ByteView message);

/// The inner node above two children: SHA-256 of the 64-byte message left | right.
[[nodiscard]] Hash256 hash_pair(const Hash256& left, const Hash256& right);

/// parents[i] = hash_pair(nodes[2i], nodes[2i + 1]), for a whole level at once. There are exactly
/// twice as many nodes as parents; `parents` may be the front of `nodes` itself.
void hash_pairs(std::span<const Hash256> nodes, std::span<Hash256> parents);

}  // namespace lockstep::merkle
