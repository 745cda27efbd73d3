#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/node_levels.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

class LeafPlane;
class MemoryChunk;

/// What a chunk of linear memory holds now.
struct ChunkUpdate {
    std::uint64_t index;
    /// Its kChunkBytes bytes.
    ByteView bytes;
    bool charged;
};

/// A memory's bytes for machines that map a file: see MemoryTree::leaf_file().
struct LeafFile {
    /// Chunk i's bytes are at kChunkBytes i. Null where there is no such file.
    std::shared_ptr<const LeafPlane> plane;
    /// The chunks, ascending, whose bytes the file does not have, and which must be copied.
    std::vector<std::uint64_t> beside;
};

/// The tree over a linear memory whose bytes somebody else holds: the owner names the chunks that
/// it may have changed, and only leaves that differ from the last time are rehashed. A chunk never
/// named is zero and uncharged, and costs nothing.
///
/// A copy costs a pointer and shares all nodes and leaves with its original; what either changes
/// later it copies first, chunk by chunk. It may live on another thread.
class MemoryTree {
public:
    /// `depth` is at least kChunkLevel; see memory_tree_depth().
    explicit MemoryTree(unsigned depth) : upper_(Shape::memory, kChunkLevel, depth) {}
    MemoryTree(const MemoryTree& other);
    MemoryTree& operator=(const MemoryTree& other);
    MemoryTree(MemoryTree&&) noexcept = default;
    MemoryTree& operator=(MemoryTree&&) noexcept = default;
    ~MemoryTree() = default;

    void update_chunk(std::uint64_t index, ByteView bytes, bool charged);

    /// In ascending order of index, no chunk twice. Faster than one by one: the chunks are hashed
    /// together.
    void update_chunks(std::span<const ChunkUpdate> updates);

    /// The leaves are written one after the other, and roots[i] is the root after the first i + 1 of
    /// them: as many hashes as one by one, but many at a time. A leaf's chunk is charged from its first
    /// write on. No chunk may have been updated since root().
    void write_leaves(std::span<const LeafWrite> writes, std::span<Hash256> roots);

    /// Rehashes the levels above the chunks that changed since the last call.
    [[nodiscard]] Hash256 root();

    [[nodiscard]] unsigned depth() const { return upper_.highest(); }
    [[nodiscard]] Hash256 leaf(std::uint64_t index) const { return node(0, index); }
    [[nodiscard]] bool charged(std::uint64_t chunk_index) const;
    /// The leaves of a chunk, as long as the tree does not change.
    [[nodiscard]] ByteView chunk_bytes(std::uint64_t chunk_index) const;

    /// At kChunkLevel, the wrapped node. Above that, only when no chunk was updated since the last
    /// root().
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;

    /// Calls `differs` for the chunks in which this and another tree of the same depth differ, in
    /// ascending order. Where one was copied from the other it costs what has changed since.
    void for_each_difference(const MemoryTree& other,
                             const std::function<void(std::uint64_t chunk_index)>& differs) const {
        upper_.for_each_difference(other.upper_, differs);
    }

    /// The leaves as a file, which never changes from now on, whatever becomes of the tree: to be mapped
    /// copy-on-write, with the chunks beside it copied on top. Those are the chunks changed since the file
    /// was given out first, or the tree copied; all chunks where the tree is small. When as many have
    /// been copied as the tree has, it begins another file at its next change.
    [[nodiscard]] LeafFile leaf_file() const;

private:
    [[nodiscard]] const MemoryChunk& chunk(std::uint64_t index) const;
    /// The chunk below a block of the tree's own, made if need be, held by this tree alone, and not in a
    /// plane that is sealed.
    MemoryChunk& own_chunk(NodeBlock& block, std::uint64_t index);
    /// Before each change.
    void prepare_plane();
    void seal_plane() const;
    void fill_plane(std::shared_ptr<LeafPlane> plane);
    /// Up to kGroupChunks of them.
    void update_group(std::span<const ChunkUpdate> updates);

    /// The lowest blocks hold chunks. Marked are those whose leaves differ from the plane's.
    NodeLevels upper_;
    std::uint64_t chunk_count_ = 0;
    /// Not sealed: nobody else refers to it; each chunk either has its place there, or is marked, or is
    /// equal to what is there. Sealed: what the tree held at that time, or more of its past.
    std::shared_ptr<LeafPlane> plane_;
    bool has_no_plane_ = false;  // asked for in vain
};

}  // namespace lockstep::merkle
