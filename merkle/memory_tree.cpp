#include "merkle/memory_tree.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.hpp"
#include "merkle/pair_batch.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

namespace {

/// So many chunks are hashed together, level by level: enough to fill batches even when each has
/// one changed leaf, few enough to stay in the second-level cache.
constexpr std::size_t kGroupChunks = 16;

/// Where the nodes of a level begin in a chunk's node array: 128 leaves, 64 nodes, and so on.
constexpr std::size_t level_offset(unsigned level) {
    return 2 * kChunkLeaves - (2 * kChunkLeaves >> level);
}
constexpr std::size_t kChunkNodes = level_offset(kChunkLevel) + 1;
static_assert(kChunkNodes == 2 * kChunkLeaves - 1);

}  // namespace

struct MemoryTree::Chunk {
    /// Levels 0 to 7, unwrapped, one after the other.
    std::array<Hash256, kChunkNodes> nodes;
    bool charged = false;
};

/// A chunk on its way into the tree.
struct MemoryTree::Rebuilt {
    std::uint64_t index = 0;
    std::shared_ptr<Chunk> chunk;
    /// Ascending indices, at the level being hashed, of the nodes that changed.
    std::array<std::uint8_t, kChunkLeaves> changed{};
    std::size_t changed_count = 0;
};

const MemoryTree::Chunk& MemoryTree::zero_chunk() {
    static const Chunk zero = [] {
        Chunk built;
        for (unsigned level = 0; level <= kChunkLevel; ++level) {
            const auto nodes =
                std::span(built.nodes).subspan(level_offset(level), kChunkLeaves >> level);
            std::ranges::fill(nodes, zero_hash(Shape::plain, level));
        }
        return built;
    }();
    return zero;
}

const MemoryTree::Chunk& MemoryTree::chunk(std::uint64_t index) const {
    return index < chunks_.size() && chunks_[index] ? *chunks_[index] : zero_chunk();
}

void MemoryTree::update_chunk(std::uint64_t index, ByteView bytes, bool charged) {
    const ChunkUpdate update{index, bytes, charged};
    update_group(std::span(&update, 1));
}

void MemoryTree::update_chunks(std::span<const ChunkUpdate> updates) {
    const bool distinct_ascending =
        std::ranges::adjacent_find(updates, std::ranges::greater_equal{}, &ChunkUpdate::index) ==
        updates.end();
    LOCKSTEP_CHECK(distinct_ascending);
    while (!updates.empty()) {
        const std::size_t count = std::min(kGroupChunks, updates.size());
        update_group(updates.first(count));
        updates = updates.subspan(count);
    }
}

void MemoryTree::update_group(std::span<const ChunkUpdate> updates) {
    std::array<Rebuilt, kGroupChunks> group;
    std::size_t group_size = 0;
    for (const ChunkUpdate& update : updates) {
        LOCKSTEP_CHECK(update.index >> (depth() - kChunkLevel) == 0);
        LOCKSTEP_CHECK(update.bytes.size() == kChunkBytes);
        const Chunk& old = chunk(update.index);
        Rebuilt& rebuilt = group[group_size];
        rebuilt.changed_count = 0;
        for (std::size_t i = 0; i < kChunkLeaves; ++i) {
            if (std::memcmp(old.nodes[i].bytes.data(), update.bytes.data() + i * kLeafBytes,
                            kLeafBytes) != 0) {
                rebuilt.changed[rebuilt.changed_count++] = static_cast<std::uint8_t>(i);
            }
        }
        if (rebuilt.changed_count == 0 && old.charged == update.charged) {
            continue;
        }
        rebuilt.index = update.index;
        rebuilt.chunk = std::make_shared<Chunk>(old);
        rebuilt.chunk->charged = update.charged;
        for (std::size_t i = 0; i < rebuilt.changed_count; ++i) {
            const std::size_t leaf = rebuilt.changed[i];
            std::memcpy(rebuilt.chunk->nodes[leaf].bytes.data(),
                        update.bytes.data() + leaf * kLeafBytes, kLeafBytes);
        }
        ++group_size;
    }
    const std::span rebuilt_chunks = std::span(group).first(group_size);
    hash_changed(rebuilt_chunks);
    for (Rebuilt& rebuilt : rebuilt_chunks) {
        upper_.set(rebuilt.index, chunk_node(rebuilt.chunk->nodes.back(), rebuilt.chunk->charged));
        if (rebuilt.index >= chunks_.size()) {
            chunks_.resize(rebuilt.index + 1);
        }
        chunks_[rebuilt.index] = std::move(rebuilt.chunk);
    }
}

void MemoryTree::hash_changed(std::span<Rebuilt> group) {
    PairBatch batch;
    for (unsigned level = 0; level < kChunkLevel; ++level) {
        for (Rebuilt& rebuilt : group) {
            const auto nodes = std::span(rebuilt.chunk->nodes);
            const auto children = nodes.subspan(level_offset(level));
            const auto parents = nodes.subspan(level_offset(level + 1));
            std::size_t parent_count = 0;
            for (std::size_t i = 0; i < rebuilt.changed_count; ++i) {
                const auto parent = static_cast<std::uint8_t>(rebuilt.changed[i] / 2);
                if (parent_count != 0 && rebuilt.changed[parent_count - 1] == parent) {
                    continue;
                }
                batch.add(children[2 * std::size_t{parent}], children[2 * std::size_t{parent} + 1],
                          parents[parent]);
                rebuilt.changed[parent_count++] = parent;
            }
            rebuilt.changed_count = parent_count;
        }
        batch.flush();
    }
}

Hash256 MemoryTree::root() {
    upper_.rehash();
    return upper_.node(depth(), 0);
}

bool MemoryTree::charged(std::uint64_t chunk_index) const {
    LOCKSTEP_CHECK(chunk_index >> (depth() - kChunkLevel) == 0);
    return chunk(chunk_index).charged;
}

Hash256 MemoryTree::node(unsigned level, std::uint64_t index) const {
    if (level >= kChunkLevel) {
        return upper_.node(level, index);
    }
    LOCKSTEP_CHECK(index >> (depth() - level) == 0);
    const unsigned levels_to_chunk = kChunkLevel - level;
    const std::uint64_t position = index & ((std::uint64_t{1} << levels_to_chunk) - 1);
    return chunk(index >> levels_to_chunk).nodes[level_offset(level) + position];
}

}  // namespace lockstep::merkle
