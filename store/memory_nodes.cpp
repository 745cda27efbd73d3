#include "store/memory_nodes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/check.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"
#include "store/keys.hpp"

namespace lockstep::store {

namespace {

using merkle::kChunkBytes;
using merkle::kChunkLevel;

const Hash256& zero_node(unsigned level) {
    return merkle::zero_hash(merkle::Shape::memory, level);
}

/// Replaces the nodes of a level, a power of two of them, by the one above them all.
Hash256 fold(std::span<Hash256> nodes) {
    while (nodes.size() > 1) {
        const auto parents = nodes.first(nodes.size() / 2);
        merkle::hash_pairs(nodes, parents);
        nodes = parents;
    }
    return nodes.front();
}

}  // namespace

Hash256 NodeBlock::node() const {
    std::vector<Hash256> level_nodes = nodes;
    return fold(level_nodes);
}

Bytes encode(const NodeBlock& block) {
    const Hash256& zero = zero_node(block.level - block_height(block.level));
    std::uint16_t bitmap = 0;
    ByteWriter hashes;
    for (std::size_t i = 0; i < block.nodes.size(); ++i) {
        if (block.nodes[i] != zero) {
            bitmap = static_cast<std::uint16_t>(bitmap | 1U << i);
            hashes.put(block.nodes[i]);
        }
    }
    ByteWriter writer;
    writer.put(static_cast<std::uint8_t>(block.level));
    writer.put(bitmap);
    writer.put(ByteView(hashes.bytes()));
    return writer.take();
}

std::optional<NodeBlock> decode_block(ByteView bytes) {
    ByteReader reader(bytes);
    NodeBlock block;
    block.level = reader.read<std::uint8_t>().value_or(0);
    const auto bitmap = reader.read<std::uint16_t>();
    if (block.level <= kChunkLevel || block.level > merkle::kMaxDepth || !bitmap) {
        return std::nullopt;
    }
    const unsigned height = block_height(block.level);
    if ((std::uint32_t{*bitmap} >> (1U << height)) != 0) {
        return std::nullopt;
    }
    block.nodes.assign(std::size_t{1} << height, zero_node(block.level - height));
    for (std::size_t i = 0; i < block.nodes.size(); ++i) {
        if ((*bitmap >> i & 1U) != 0) {
            const auto hash = reader.read_hash();
            if (!hash) {
                return std::nullopt;
            }
            block.nodes[i] = *hash;
        }
    }
    return reader.remaining() == 0 ? std::optional(std::move(block)) : std::nullopt;
}

Hash256 StoredChunk::node() const {
    std::array<Hash256, merkle::kChunkLeaves> leaves;
    std::memcpy(leaves.data(), bytes.data(), kChunkBytes);
    return merkle::chunk_node(fold(leaves), charged);
}

Bytes encode(const StoredChunk& chunk) {
    ByteWriter writer;
    writer.put(std::uint8_t{chunk.charged});
    writer.put(chunk.bytes);
    return writer.take();
}

std::optional<StoredChunk> decode_chunk(ByteView bytes) {
    if (bytes.size() != 1 + kChunkBytes || bytes.front() > 1) {
        return std::nullopt;
    }
    return StoredChunk{.charged = bytes.front() == 1, .bytes = bytes.subspan(1)};
}

bool is_content_of(ByteView key, ByteView value) {
    const std::optional<EntryKey> parsed = parse_key(key);
    if (!parsed) {
        return false;
    }
    switch (parsed->kind) {
        case EntryKind::block: {
            const auto block = decode_block(value);
            return block && block->node() == parsed->hash;
        }
        case EntryKind::chunk: {
            const auto chunk = decode_chunk(value);
            return chunk && chunk->node() == parsed->hash;
        }
        case EntryKind::piece: return merkle::sha256(value) == parsed->hash;
        default: return false;
    }
}

namespace {

class MemoryWriter {
public:
    MemoryWriter(const Database& database, const merkle::MemoryTree& tree,
                 const merkle::MemoryTree* previous, Batch& batch,
                 const std::function<StoreResult<void>()>& written)
        : database_(database), tree_(tree), previous_(previous), batch_(batch), written_(written) {}

    StoreResult<void> write(unsigned level, std::uint64_t index) {
        const Hash256 node = tree_.node(level, index);
        if (node == zero_node(level) ||
            (previous_ != nullptr && previous_->node(level, index) == node)) {
            return {};
        }
        const Bytes key =
            content_key(level == kChunkLevel ? EntryKind::chunk : EntryKind::block, node);
        if (previous_ == nullptr) {
            LOCKSTEP_TRY(const bool is_there, database_.has(key));
            if (is_there) {
                return {};
            }
        }
        if (level == kChunkLevel) {
            batch_.put(key, encode(StoredChunk{.charged = tree_.charged(index),
                                               .bytes = tree_.chunk_bytes(index)}));
            return written_();
        }
        const unsigned height = block_height(level);
        NodeBlock block{.level = level};
        for (std::uint64_t i = 0; i < std::uint64_t{1} << height; ++i) {
            const std::uint64_t child = (index << height) + i;
            block.nodes.push_back(tree_.node(level - height, child));
            LOCKSTEP_TRY_VOID(write(level - height, child));
        }
        batch_.put(key, encode(block));
        return written_();
    }

private:
    const Database& database_;
    const merkle::MemoryTree& tree_;
    const merkle::MemoryTree* previous_;
    Batch& batch_;
    const std::function<StoreResult<void>()>& written_;
};

StoreResult<void> walk(const Database& database, const Hash256& node, unsigned level,
                       std::uint64_t index, const MemoryVisit& visit) {
    if (node == zero_node(level)) {
        return {};
    }
    if (level == kChunkLevel) {
        return visit.chunk(index, node);
    }
    if (!visit.enters(node, level)) {
        return {};
    }
    LOCKSTEP_TRY(const NodeBlock block, read_block(database, node, level));
    const unsigned height = block_height(level);
    for (std::size_t i = 0; i < block.nodes.size(); ++i) {
        LOCKSTEP_TRY_VOID(
            walk(database, block.nodes[i], level - height, (index << height) + i, visit));
    }
    return {};
}

}  // namespace

StoreResult<void> write_memory(const Database& database, const merkle::MemoryTree& tree,
                               const merkle::MemoryTree* previous, Batch& batch,
                               const std::function<StoreResult<void>()>& written) {
    return MemoryWriter(database, tree, previous, batch, written).write(tree.depth(), 0);
}

StoreResult<NodeBlock> read_block(const Database& database, const Hash256& node, unsigned level) {
    const Bytes key = content_key(EntryKind::block, node);
    LOCKSTEP_TRY(const auto value, database.get(key));
    if (!value) {
        return std::unexpected(database.corrupted(describe_key(key) + " are missing"));
    }
    std::optional<NodeBlock> block = decode_block(*value);
    if (!block || block->level != level || block->node() != node) {
        return std::unexpected(database.corrupted(describe_key(key) + " have another hash"));
    }
    return std::move(*block);
}

StoreResult<void> walk_memory(const Database& database, const Hash256& root, unsigned depth,
                              const MemoryVisit& visit) {
    LOCKSTEP_CHECK(depth > kChunkLevel && depth <= merkle::kMaxDepth);
    return walk(database, root, depth, 0, visit);
}

}  // namespace lockstep::store
