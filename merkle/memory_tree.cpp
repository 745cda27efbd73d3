#include "merkle/memory_tree.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "merkle/leaf_plane.hpp"
#include "merkle/memory_chunk.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

namespace {

/// So many chunks are hashed together: enough to fill batches even when each has one changed leaf, few
/// enough to stay in the second-level cache.
constexpr std::size_t kGroupChunks = 64;
/// A tree of fewer has no plane: its chunks are copied faster than a file is mapped.
constexpr std::uint64_t kFewChunks = 256;
/// So many pairs are hashed at once when writes are hashed in order.
constexpr std::size_t kOrderedPairs = 64;

/// A chunk that a tree is about to change, and the node above it.
struct OpenChunk {
    MemoryChunk* chunk;
    Hash256* node;
    const ChunkUpdate* update;
    LeafSet changed;
};

const MemoryChunk& chunk_at(const NodeBlock* block, std::uint64_t index) {
    const Counted* const found =
        block == nullptr ? nullptr : block->children[NodeLevels::place_in_block(index)].get();
    return found == nullptr ? MemoryChunk::zero() : static_cast<const MemoryChunk&>(*found);
}

/// Writes nodes[i] into its place at a level of its chunk, one after the other, and puts into it the
/// node above that follows.
void climb_level(std::span<const LeafWrite> writes, std::span<MemoryChunk* const> chunks,
                 unsigned level, std::span<Hash256> nodes) {
    // Not to be filled with zeros at each call.
    static thread_local std::array<Hash256, 2 * kOrderedPairs> children;
    const std::uint64_t last_place = (kChunkLeaves >> level) - 1;
    for (std::size_t begin = 0; begin < writes.size(); begin += kOrderedPairs) {
        const std::size_t count = std::min(kOrderedPairs, writes.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t place = (writes[begin + i].index >> level) & last_place;
            const auto pair = chunks[begin + i]->nodes(level).subspan(place & ~std::uint64_t{1}, 2);
            pair[place % 2] = nodes[begin + i];
            children[2 * i] = pair[0];
            children[2 * i + 1] = pair[1];
        }
        hash_pairs(std::span(children).first(2 * count), nodes.subspan(begin, count));
    }
}

}  // namespace

MemoryTree::MemoryTree(const MemoryTree& other)
    : upper_(other.upper_),
      chunk_count_(other.chunk_count_),
      plane_(other.plane_),
      has_no_plane_(other.has_no_plane_) {
    seal_plane();
}

MemoryTree& MemoryTree::operator=(const MemoryTree& other) {
    return *this = MemoryTree(other);
}

const MemoryChunk& MemoryTree::chunk(std::uint64_t index) const {
    return chunk_at(upper_.block_of(index), index);
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
    prepare_plane();
    std::array<ChunkPair, kGroupChunks> pairs;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        LOCKSTEP_CHECK(updates[i].bytes.size() == kChunkBytes);
        pairs[i] = {&chunk(updates[i].index), updates[i].bytes.data()};
        // The pages of all of them are looked up at once.
        __builtin_prefetch(pairs[i].bytes);
        __builtin_prefetch(pairs[i].chunk->bytes().data());
    }
    std::array<OpenChunk, kGroupChunks> open;
    std::size_t count = 0;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        const LeafSet changed =
            changed_leaves(pairs[i], pairs[std::min(i + 1, updates.size() - 1)]);
        if (changed != LeafSet{} || pairs[i].chunk->charged != updates[i].charged) {
            pairs[i].chunk->fetch_nodes_above(changed);
            open[count++] = {nullptr, nullptr, &updates[i], changed};
        }
    }
    const std::span changes = std::span(open).first(count);
    // What needs memory comes first, so that without it the tree stays what it was.
    for (OpenChunk& change : changes) {
        const std::uint64_t index = change.update->index;
        NodeBlock& block = upper_.stale_block_of(index);
        change.chunk = &own_chunk(block, index);
        change.node = &block.node(0, NodeLevels::place_in_block(index));
    }
    std::array<ChangedChunk, kGroupChunks> changed;
    for (std::size_t i = 0; i < count; ++i) {
        const OpenChunk& change = changes[i];
        copy_leaves(change.changed, change.update->bytes.data(), *change.chunk);
        change.chunk->charged = change.update->charged;
        changed[i] = {change.chunk, change.changed};
    }
    rehash_chunks(std::span(changed).first(count));
    std::array<WrappedChunk, kGroupChunks> wrapped;
    for (std::size_t i = 0; i < count; ++i) {
        const MemoryChunk& chunk = *changes[i].chunk;
        wrapped[i] = {&chunk.root(), chunk.charged, changes[i].node};
    }
    wrap_chunks(std::span(wrapped).first(count));
}

void MemoryTree::write_leaves(std::span<const LeafWrite> writes, std::span<Hash256> roots) {
    LOCKSTEP_CHECK(writes.size() == roots.size());
    LOCKSTEP_CHECK(!upper_.is_stale());
    // Many calls of few writes each: the room is kept.
    static thread_local std::vector<NodeBlock*> paths;
    static thread_local std::vector<MemoryChunk*> chunks;
    static thread_local std::vector<WrappedChunk> wrapped;
    prepare_plane();
    upper_.own_paths(writes, kChunkLevel, paths);
    chunks.resize(writes.size());
    wrapped.resize(writes.size());
    for (std::size_t i = 0; i < writes.size(); ++i) {
        chunks[i] = &own_chunk(*paths[i], writes[i].index >> kChunkLevel);
    }
    for (std::size_t i = 0; i < writes.size(); ++i) {
        chunks[i]->charged = true;
        roots[i] = writes[i].leaf;
    }
    for (unsigned level = 0; level < kChunkLevel; ++level) {
        climb_level(writes, chunks, level, roots);
    }
    for (std::size_t i = 0; i < writes.size(); ++i) {
        chunks[i]->nodes(kChunkLevel).front() = roots[i];
        wrapped[i] = {&roots[i], true, &roots[i]};
    }
    wrap_chunks(wrapped);
    upper_.write_in_order(writes, kChunkLevel, paths, roots);
}

MemoryChunk& MemoryTree::own_chunk(NodeBlock& block, std::uint64_t index) {
    const bool plane_is_open = plane_ && !plane_->is_sealed();
    const auto room = [&] { return plane_is_open ? ChunkLeaves(plane_, index) : ChunkLeaves(); };
    CountedPtr<Counted>& held = block.children[NodeLevels::place_in_block(index)];
    if (!held || !held->is_held_once()) {
        CountedPtr<Counted> made(new MemoryChunk(chunk_at(&block, index), room()));
        if (!held) {
            ++chunk_count_;
        }
        held = std::move(made);
    }
    auto& chunk = static_cast<MemoryChunk&>(*held);
    if (plane_is_open ? chunk.leaves().plane() != plane_.get() : chunk.leaves().is_sealed()) {
        chunk.move_leaves(room());
    }
    upper_.mark(index, chunk.leaves().plane() != plane_.get() || !plane_);
    return chunk;
}

void MemoryTree::seal_plane() const {
    if (plane_) {
        plane_->seal(chunk_count_);
    }
}

void MemoryTree::prepare_plane() {
    if (has_no_plane_ || chunk_count_ < kFewChunks) {
        return;
    }
    const bool is_worn_out =
        plane_ && plane_->is_sealed() &&
        (plane_->copied_chunks() >= chunk_count_ || chunk_count_ >= 2 * plane_->sealed_chunks());
    if (!plane_ || is_worn_out) {
        std::shared_ptr<LeafPlane> plane =
            LeafPlane::make(std::uint64_t{1} << (depth() - kChunkLevel));
        if (plane) {
            fill_plane(std::move(plane));
        } else {
            has_no_plane_ = true;
        }
    }
}

void MemoryTree::fill_plane(std::shared_ptr<LeafPlane> plane) {
    // What needs memory comes first.
    const auto blocks = upper_.own_blocks();
    for (const auto& [first_index, block] : blocks) {
        for (unsigned place = 0; place < NodeBlock::kNodes; ++place) {
            CountedPtr<Counted>& held = block->children[place];
            if (!held) {
                continue;
            }
            auto& chunk = static_cast<MemoryChunk&>(*held);
            ChunkLeaves room(plane, first_index + place);
            if (held->is_held_once()) {
                chunk.move_leaves(std::move(room));
            } else {
                std::ranges::copy(chunk.nodes(0), room.get());
            }
            upper_.mark(first_index + place, false);
        }
    }
    plane_ = std::move(plane);
}

LeafFile MemoryTree::leaf_file() const {
    seal_plane();
    LeafFile file{plane_, {}};
    upper_.for_each_marked([&](std::uint64_t index) { file.beside.push_back(index); });
    if (plane_) {
        plane_->note_copied(file.beside.size());
    }
    return file;
}

Hash256 MemoryTree::root() {
    upper_.rehash();
    return upper_.node(depth(), 0);
}

bool MemoryTree::charged(std::uint64_t chunk_index) const {
    return chunk(chunk_index).charged;
}

ByteView MemoryTree::chunk_bytes(std::uint64_t chunk_index) const {
    return chunk(chunk_index).bytes();
}

Hash256 MemoryTree::node(unsigned level, std::uint64_t index) const {
    if (level >= kChunkLevel) {
        return upper_.node(level, index);
    }
    LOCKSTEP_CHECK(index >> (depth() - level) == 0);
    const unsigned levels_to_chunk = kChunkLevel - level;
    const std::uint64_t position = index & ((std::uint64_t{1} << levels_to_chunk) - 1);
    return chunk(index >> levels_to_chunk).nodes(level)[position];
}

}  // namespace lockstep::merkle
