#pragma once

// Linear memory by the hashes of its tree (docs/store.md): chunks by their wrapped nodes, and blocks of
// nodes, each by the node above it. What is equal in two states is there once, and what is read proves
// itself.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/shape.hpp"
#include "store/database.hpp"
#include "store/store_error.hpp"

namespace lockstep::store {

/// Below the node that a block is found by: the levels go down in steps of four from the chunks' on,
/// so that only the block of a root may have fewer.
[[nodiscard]] constexpr unsigned block_height(unsigned level) {
    return (level - merkle::kChunkLevel - 1) % 4 + 1;
}

/// The nodes `height` levels below a node of a memory tree.
struct NodeBlock {
    unsigned level = 0;  // of the node above, over kChunkLevel
    std::vector<Hash256> nodes{};

    /// The node above.
    [[nodiscard]] Hash256 node() const;
};

/// level 1 | which nodes are not zero hashes 2 | those.
[[nodiscard]] Bytes encode(const NodeBlock& block);
[[nodiscard]] std::optional<NodeBlock> decode_block(ByteView bytes);

/// charged 1 | bytes 4096.
struct StoredChunk {
    bool charged = false;
    ByteView bytes;  // kChunkBytes

    [[nodiscard]] Hash256 node() const;
};

[[nodiscard]] Bytes encode(const StoredChunk& chunk);
[[nodiscard]] std::optional<StoredChunk> decode_chunk(ByteView bytes);

/// Whether the value of a chunk, block or piece is what its key says.
[[nodiscard]] bool is_content_of(ByteView key, ByteView value);

/// Writes what a tree holds and `previous`, whose nodes are in the store, does not; without one, what
/// the store does not have. Children go into the batch before their parents; `written` is called after
/// each entry and may write the batch.
[[nodiscard]] StoreResult<void> write_memory(const Database& database,
                                             const merkle::MemoryTree& tree,
                                             const merkle::MemoryTree* previous, Batch& batch,
                                             const std::function<StoreResult<void>()>& written);

/// The block of a node, checked.
[[nodiscard]] StoreResult<NodeBlock> read_block(const Database& database, const Hash256& node,
                                                unsigned level);

struct MemoryVisit {
    /// Whether to go below a node over kChunkLevel that is no zero hash.
    std::function<bool(const Hash256& node, unsigned level)> enters;
    /// A chunk that is not zero and uncharged.
    std::function<StoreResult<void>(std::uint64_t index, const Hash256& node)> chunk;
};

/// What is below a root, from left to right.
[[nodiscard]] StoreResult<void> walk_memory(const Database& database, const Hash256& root,
                                            unsigned depth, const MemoryVisit& visit);

}  // namespace lockstep::store
