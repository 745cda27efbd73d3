#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/hash256.hpp"
#include "base/tree_depth.hpp"

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

/// A chunk's root, its charged bit, and where its node is to be written, which may be the root's place.
struct WrappedChunk {
    const Hash256* root;
    bool charged;
    Hash256* node;
};

/// Writes the nodes of many chunks, hashed together.
void wrap_chunks(std::span<const WrappedChunk> chunks);

/// Depth of the tree over a linear memory that may grow to `max_pages`.
[[nodiscard]] constexpr unsigned memory_tree_depth(std::uint64_t max_pages) {
    return kPageLevel + ceil_log2(max_pages);
}

}  // namespace lockstep::merkle
