#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/hash256.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

/// Collects the scattered pairs of one level and hashes them many at a time. What flush() has not
/// yet written is in no parent: flush before going up to the next level.
class PairBatch {
public:
    /// The pair is copied; `parent` is written at the latest by the next flush().
    void add(const Hash256& left, const Hash256& right, Hash256& parent) {
        if (count_ == kPairs) {
            flush();
        }
        children_[2 * count_] = left;
        children_[2 * count_ + 1] = right;
        targets_[count_] = &parent;
        ++count_;
    }

    void flush() {
        const std::span parents = std::span(parents_).first(count_);
        hash_pairs(std::span(children_).first(2 * count_), parents);
        for (std::size_t i = 0; i < count_; ++i) {
            *targets_[i] = parents[i];
        }
        count_ = 0;
    }

private:
    /// Small enough for the first-level cache, large beside any kernel's interleaving.
    static constexpr std::size_t kPairs = 32;

    std::array<Hash256, 2 * kPairs> children_;
    std::array<Hash256, kPairs> parents_;
    std::array<Hash256*, kPairs> targets_{};
    std::size_t count_ = 0;
};

}  // namespace lockstep::merkle
