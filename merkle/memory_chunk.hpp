#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/chunk_leaves.hpp"
#include "merkle/counted.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

/// A set of the leaves of a chunk.
using LeafSet = std::array<std::uint64_t, 2>;

/// The sub-tree of one chunk of memory, unwrapped: its leaves, which are the chunk's bytes, and the
/// nodes above them.
class MemoryChunk final : public Counted {
public:
    /// A copy, whose leaves are put into `leaves`.
    MemoryChunk(const MemoryChunk& other, ChunkLeaves leaves);
    MemoryChunk(const MemoryChunk&) = delete;
    MemoryChunk& operator=(const MemoryChunk&) = delete;
    MemoryChunk(MemoryChunk&&) = delete;
    MemoryChunk& operator=(MemoryChunk&&) = delete;
    ~MemoryChunk() override = default;

    /// All zero, not charged.
    [[nodiscard]] static const MemoryChunk& zero();

    /// The nodes of a level, up to kChunkLevel.
    [[nodiscard]] std::span<const Hash256> nodes(unsigned level) const {
        return {level == 0 ? leaves_.get() : nodes_.data() + offset(level), kChunkLeaves >> level};
    }
    [[nodiscard]] std::span<Hash256> nodes(unsigned level) {
        return {level == 0 ? leaves_.get() : nodes_.data() + offset(level), kChunkLeaves >> level};
    }
    [[nodiscard]] const Hash256& root() const { return nodes_.back(); }
    [[nodiscard]] ByteView bytes() const { return {leaves_.get()->bytes.data(), kChunkBytes}; }

    [[nodiscard]] const ChunkLeaves& leaves() const { return leaves_; }
    void move_leaves(ChunkLeaves to) noexcept;

    /// Has the processor fetch what rehashing takes when a few leaves have changed.
    void fetch_nodes_above(const LeafSet& leaves) const;

    bool charged = false;

private:
    MemoryChunk();

    /// Where the nodes of a level begin: 64 of level 1, 32 of level 2, and so on.
    [[nodiscard]] static constexpr std::size_t offset(unsigned level) {
        return kChunkLeaves - (2 * kChunkLeaves >> level);
    }

    ChunkLeaves leaves_;
    /// A pair of nodes is a line of the cache.
    alignas(64) std::array<Hash256, kChunkLeaves - 1> nodes_;
};

/// A chunk that is held alone, and its leaves that have changed.
struct ChangedChunk {
    MemoryChunk* chunk;
    LeafSet changed;
};

/// kChunkBytes bytes to be compared with a chunk's.
struct ChunkPair {
    const MemoryChunk* chunk;
    const std::uint8_t* bytes;
};

/// Which leaves of a chunk differ from the bytes. Meanwhile those of `next` are fetched from memory.
[[nodiscard]] LeafSet changed_leaves(const ChunkPair& pair, const ChunkPair& next);

void copy_leaves(const LeafSet& leaves, const std::uint8_t* bytes, MemoryChunk& chunk);

/// Brings the nodes above the changed leaves up to date, of all chunks together.
void rehash_chunks(std::span<const ChangedChunk> chunks);

}  // namespace lockstep::merkle
