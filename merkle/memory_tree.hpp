#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/node_levels.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

/// What a chunk of linear memory holds now.
struct ChunkUpdate {
    std::uint64_t index;
    /// Its kChunkBytes bytes.
    ByteView bytes;
    bool charged;
};

/// The tree over a linear memory whose bytes somebody else holds: the owner names the chunks that
/// it may have changed, and only leaves that differ from the last time are rehashed. A chunk never
/// named is zero and uncharged.
///
/// A chunk's sub-tree is never changed once built: an update builds a new one. So a copy of the
/// tree shares them all, costs some 80 bytes a chunk up to the highest one named, and may live on
/// another thread.
class MemoryTree {
public:
    /// `depth` is at least kChunkLevel; see memory_tree_depth().
    explicit MemoryTree(unsigned depth) : upper_(Shape::memory, kChunkLevel, depth) {}

    void update_chunk(std::uint64_t index, ByteView bytes, bool charged);

    /// In ascending order of index, no chunk twice. Faster than one by one: the chunks are hashed
    /// together.
    void update_chunks(std::span<const ChunkUpdate> updates);

    /// Rehashes the levels above the chunks that changed since the last call.
    [[nodiscard]] Hash256 root();

    [[nodiscard]] unsigned depth() const { return upper_.highest(); }
    [[nodiscard]] Hash256 leaf(std::uint64_t index) const { return node(0, index); }
    [[nodiscard]] bool charged(std::uint64_t chunk_index) const;

    /// At kChunkLevel, the wrapped node. Above that, only when no chunk was updated since the last
    /// root().
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;

private:
    struct Chunk;
    struct Rebuilt;

    [[nodiscard]] static const Chunk& zero_chunk();
    static void hash_changed(std::span<Rebuilt> group);
    [[nodiscard]] const Chunk& chunk(std::uint64_t index) const;
    void update_group(std::span<const ChunkUpdate> updates);

    /// Null for the zero chunk; as long as the highest chunk ever changed demands.
    std::vector<std::shared_ptr<const Chunk>> chunks_;
    NodeLevels upper_;
};

}  // namespace lockstep::merkle
