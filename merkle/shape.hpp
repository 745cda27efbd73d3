#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/hash256.hpp"

namespace lockstep::merkle {

// Levels count from the leaves: level 0 holds the leaves, level `depth` the root. The node (level,
// index) stands above the nodes (level - 1, 2 index) and (level - 1, 2 index + 1).

/// No tree has more than 2^32 leaves: 128 GiB of memory.
inline constexpr unsigned kMaxDepth = 32;

inline constexpr std::size_t kLeafBytes = 32;
/// The nodes at this level of a memory tree stand for one chunk each.
inline constexpr unsigned kChunkLevel = 7;
inline constexpr std::size_t kChunkLeaves = std::size_t{1} << kChunkLevel;
inline constexpr std::size_t kChunkBytes = kChunkLeaves * kLeafBytes;
/// A 64 KiB page of WebAssembly has 2^11 leaves.
inline constexpr unsigned kPageLevel = 11;

/// How the nodes of a tree follow from those below.
enum class Shape : std::uint8_t {
    /// Every inner node is the hash of the pair below it.
    plain,
    /// The same, but at kChunkLevel the hash of the pair is wrapped: see chunk_node().
    memory,
};

/// The node at kChunkLevel of a memory tree: SHA-256(tag | chunk root | charged as one byte). The
/// chunk root is the root of the chunk's 128 leaves; `charged` says that the run has paid for the
/// first write to the chunk.
[[nodiscard]] Hash256 chunk_node(const Hash256& chunk_root, bool charged);

/// The smallest n with 2^n >= count; count >= 1.
[[nodiscard]] constexpr unsigned ceil_log2(std::uint64_t count) {
    return static_cast<unsigned>(std::bit_width(count - 1));
}

/// Depth of the tree over a linear memory that may grow to `max_pages`.
[[nodiscard]] constexpr unsigned memory_tree_depth(std::uint64_t max_pages) {
    return kPageLevel + ceil_log2(max_pages == 0 ? 1 : max_pages);
}

}  // namespace lockstep::merkle
