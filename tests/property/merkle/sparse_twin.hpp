#pragma once

// A slow twin of MemoryTree for large memories of which few chunks are not zero: every chunk that
// changed is hashed anew from all its bytes, by the definition.

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/bytes.hpp"
#include "merkle/shape.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle::slow {

class SparseTwin {
public:
    struct Chunk {
        Bytes bytes = Bytes(kChunkBytes);
        bool charged = false;
    };

    explicit SparseTwin(unsigned depth) : depth_(depth) {}

    [[nodiscard]] unsigned depth() const { return depth_; }
    [[nodiscard]] std::uint64_t chunk_count() const {
        return std::uint64_t{1} << (depth_ - kChunkLevel);
    }

    [[nodiscard]] Chunk chunk(std::uint64_t index) const {
        const auto found = chunks_.find(index);
        return found == chunks_.end() ? Chunk{} : found->second;
    }
    [[nodiscard]] const std::map<std::uint64_t, Chunk>& chunks() const { return chunks_; }

    void write(std::uint64_t leaf, const Hash256& value) {
        Chunk& chunk = changed(leaf / kChunkLeaves);
        std::ranges::copy(value.bytes, chunk.bytes.begin() + static_cast<std::ptrdiff_t>(
                                                                 leaf % kChunkLeaves * kLeafBytes));
    }

    void charge(std::uint64_t index, bool charged) { changed(index).charged = charged; }

    [[nodiscard]] Hash256 root() const { return node(depth_, 0); }

    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const {
        const auto first = chunks_.lower_bound(index << (level - kChunkLevel));
        if (first == chunks_.end() || first->first >> (level - kChunkLevel) != index) {
            return zero(level);
        }
        if (level == kChunkLevel) {
            return chunk_hash(first->first, first->second);
        }
        return pair(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    }

private:
    Chunk& changed(std::uint64_t index) {
        hashes_.erase(index);
        return chunks_[index];
    }

    [[nodiscard]] static Hash256 pair(const Hash256& left, const Hash256& right) {
        std::array<std::uint8_t, 64> message;
        std::ranges::copy(right.bytes, std::ranges::copy(left.bytes, message.begin()).out);
        return sha256(message);
    }

    [[nodiscard]] static Hash256 hash_of(const Chunk& chunk) {
        MemoryTree tree(kChunkLevel);
        tree.bytes = chunk.bytes;
        if (chunk.charged) {
            tree.charged = {0};
        }
        return tree.root();
    }

    [[nodiscard]] Hash256 chunk_hash(std::uint64_t index, const Chunk& chunk) const {
        const auto [found, is_new] = hashes_.try_emplace(index);
        if (is_new) {
            found->second = hash_of(chunk);
        }
        return found->second;
    }

    [[nodiscard]] static Hash256 zero(unsigned level) {
        static const auto all_zeros = [] {
            std::array<Hash256, kMaxDepth + 1> zeros;
            zeros[kChunkLevel] = hash_of({});
            for (unsigned i = kChunkLevel; i < kMaxDepth; ++i) {
                zeros[i + 1] = pair(zeros[i], zeros[i]);
            }
            return zeros;
        }();
        return all_zeros[level];
    }

    unsigned depth_;
    std::map<std::uint64_t, Chunk> chunks_;
    mutable std::map<std::uint64_t, Hash256> hashes_;
};

}  // namespace lockstep::merkle::slow
