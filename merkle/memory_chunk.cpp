#include "merkle/memory_chunk.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "merkle/pair_batch.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

namespace {

/// So many chunks are hashed together, level by level: enough to fill batches even when each has one
/// changed leaf, few enough to stay in the second-level cache.
constexpr std::size_t kGroupChunks = 64;
/// So many neighbouring pairs are hashed where they stand.
constexpr std::size_t kDirectPairs = 16;
/// What is compared at once: as many leaves as fill four lines of the cache.
constexpr std::size_t kRunLeaves = 8;
constexpr std::size_t kRunBytes = kRunLeaves * kLeafBytes;
constexpr std::size_t kCacheLineBytes = 64;
/// Where more of a chunk's leaves have changed, the processor sees by itself what is read next.
constexpr int kFewLeaves = 4;

/// Whether kRunBytes bytes differ; a loop that compilers vectorise.
bool differ(const std::uint8_t* left, const std::uint8_t* right) {
    std::array<std::uint64_t, 4> difference{};
    for (std::size_t at = 0; at < kRunBytes; at += sizeof(difference)) {
        std::array<std::uint64_t, 4> a;
        std::array<std::uint64_t, 4> b;
        std::memcpy(a.data(), left + at, sizeof(a));
        std::memcpy(b.data(), right + at, sizeof(b));
        for (std::size_t i = 0; i < difference.size(); ++i) {
            difference[i] |= a[i] ^ b[i];
        }
    }
    return ((difference[0] | difference[1]) | (difference[2] | difference[3])) != 0;
}

/// The parents of a set of nodes: bit i of the result for bits 2 i and 2 i + 1 of each word.
std::uint64_t parents_of(const LeafSet& set) {
    const auto halve = [](std::uint64_t bits) {
        bits = (bits | bits >> 1) & 0x5555555555555555;
        bits = (bits | bits >> 1) & 0x3333333333333333;
        bits = (bits | bits >> 2) & 0x0f0f0f0f0f0f0f0f;
        bits = (bits | bits >> 4) & 0x00ff00ff00ff00ff;
        bits = (bits | bits >> 8) & 0x0000ffff0000ffff;
        return (bits | bits >> 16) & 0x00000000ffffffff;
    };
    return halve(set[0]) | halve(set[1]) << 32;
}

void rehash_group(std::span<const ChangedChunk> chunks) {
    std::array<std::uint64_t, kGroupChunks> parents{};
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        parents[i] = parents_of(chunks[i].changed);
    }
    PairBatch batch;
    for (unsigned level = 0; level < kChunkLevel; ++level) {
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            const auto below = chunks[i].chunk->nodes(level);
            const auto above = chunks[i].chunk->nodes(level + 1);
            const std::size_t all = above.size();
            if (all >= kDirectPairs && std::popcount(parents[i]) == static_cast<int>(all)) {
                hash_pairs(below, above);
            } else {
                for (std::uint64_t rest = parents[i]; rest != 0; rest &= rest - 1) {
                    const auto at = static_cast<std::size_t>(std::countr_zero(rest));
                    batch.add(below[2 * at], below[2 * at + 1], above[at]);
                }
            }
            parents[i] = parents_of({parents[i], 0});
        }
        batch.flush();
    }
}

}  // namespace

ChunkLeaves::ChunkLeaves() : leaves_(static_cast<Hash256*>(::operator new(kChunkBytes))) {}

ChunkLeaves::~ChunkLeaves() {
    if (!plane_) {
        ::operator delete(leaves_);
    }
}

MemoryChunk::MemoryChunk() {
    for (unsigned level = 0; level <= kChunkLevel; ++level) {
        std::ranges::fill(nodes(level), zero_hash(Shape::plain, level));
    }
}

MemoryChunk::MemoryChunk(const MemoryChunk& other, ChunkLeaves leaves)
    : charged(other.charged), leaves_(std::move(leaves)), nodes_(other.nodes_) {
    std::memcpy(leaves_.get(), other.leaves_.get(), kChunkBytes);
}

void MemoryChunk::move_leaves(ChunkLeaves to) noexcept {
    std::memcpy(to.get(), leaves_.get(), kChunkBytes);
    leaves_ = std::move(to);
}

const MemoryChunk& MemoryChunk::zero() {
    static const MemoryChunk zero;
    return zero;
}

void MemoryChunk::fetch_nodes_above(const LeafSet& leaves) const {
    for (std::size_t word = 0; word < leaves.size(); ++word) {
        if (std::popcount(leaves[word]) > kFewLeaves) {
            continue;
        }
        for (std::uint64_t rest = leaves[word]; rest != 0; rest &= rest - 1) {
            const std::size_t leaf = 64 * word + static_cast<std::size_t>(std::countr_zero(rest));
            for (unsigned level = 1; level < kChunkLevel; ++level) {
                __builtin_prefetch(&nodes_[offset(level) + (leaf >> level)], 1);
            }
        }
    }
}

LeafSet changed_leaves(const ChunkPair& pair, const ChunkPair& next) {
    const std::uint8_t* const old = pair.chunk->bytes().data();
    const std::uint8_t* const next_old = next.chunk->bytes().data();
    LeafSet changed{};
    for (std::size_t leaf = 0; leaf < kChunkLeaves; leaf += kRunLeaves) {
        const std::size_t at = leaf * kLeafBytes;
        for (std::size_t line = 0; line < kRunBytes; line += kCacheLineBytes) {
            __builtin_prefetch(next_old + at + line);
            __builtin_prefetch(next.bytes + at + line);
        }
        if (!differ(old + at, pair.bytes + at)) {
            continue;
        }
        for (std::size_t i = 0; i < kRunLeaves; ++i) {
            const std::size_t leaf_at = at + i * kLeafBytes;
            const bool is_changed =
                std::memcmp(old + leaf_at, pair.bytes + leaf_at, kLeafBytes) != 0;
            changed[(leaf + i) / 64] |= std::uint64_t{is_changed} << (leaf + i) % 64;
        }
    }
    return changed;
}

void copy_leaves(const LeafSet& leaves, const std::uint8_t* bytes, MemoryChunk& chunk) {
    const auto to = chunk.nodes(0);
    for (std::size_t word = 0; word < leaves.size(); ++word) {
        for (std::uint64_t rest = leaves[word]; rest != 0; rest &= rest - 1) {
            const std::size_t leaf = 64 * word + static_cast<std::size_t>(std::countr_zero(rest));
            std::memcpy(to[leaf].bytes.data(), bytes + leaf * kLeafBytes, kLeafBytes);
        }
    }
}

void rehash_chunks(std::span<const ChangedChunk> chunks) {
    while (!chunks.empty()) {
        const std::size_t count = std::min(kGroupChunks, chunks.size());
        rehash_group(chunks.first(count));
        chunks = chunks.subspan(count);
    }
}

}  // namespace lockstep::merkle
