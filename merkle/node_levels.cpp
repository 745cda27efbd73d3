#include "merkle/node_levels.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "merkle/pair_batch.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

NodeLevels::NodeLevels(Shape shape, unsigned lowest, unsigned highest)
    : shape_(shape), lowest_(lowest), highest_(highest) {
    LOCKSTEP_CHECK(lowest <= highest && highest <= kMaxDepth);
    LOCKSTEP_CHECK(shape == Shape::plain || lowest >= kChunkLevel);
    levels_.resize(highest - lowest + 1);
}

const Hash256& NodeLevels::stored(unsigned level, std::uint64_t index) const {
    const std::vector<Hash256>& nodes = levels_[level - lowest_];
    return index < nodes.size() ? nodes[index] : zero_hash(shape_, level);
}

void NodeLevels::set(std::uint64_t index, const Hash256& node) {
    LOCKSTEP_CHECK(index >> (highest_ - lowest_) == 0);
    if (stored(lowest_, index) == node) {
        return;
    }
    std::vector<Hash256>& nodes = levels_.front();
    if (index >= nodes.size()) {
        nodes.resize(index + 1, zero_hash(shape_, lowest_));
        marked_.resize(index + 1);
    }
    nodes[index] = node;
    if (!marked_[index]) {
        marked_[index] = true;
        changed_.push_back(index);
    }
}

void NodeLevels::rehash() {
    if (changed_.empty()) {
        return;
    }
    for (const std::uint64_t index : changed_) {
        marked_[index] = false;
    }
    std::vector<std::uint64_t> indices = std::exchange(changed_, {});
    std::ranges::sort(indices);
    PairBatch batch;
    for (unsigned level = lowest_; level < highest_; ++level) {
        std::ranges::for_each(indices, [](std::uint64_t& index) { index >>= 1U; });
        indices.erase(std::ranges::unique(indices).begin(), indices.end());
        hash_level(level + 1, indices, batch);
    }
}

void NodeLevels::hash_level(unsigned level, const std::vector<std::uint64_t>& parents,
                            PairBatch& batch) {
    const std::vector<Hash256>& below = levels_[level - 1 - lowest_];
    std::vector<Hash256>& nodes = levels_[level - lowest_];
    nodes.resize((below.size() + 1) / 2, zero_hash(shape_, level));
    for (const std::uint64_t parent : parents) {
        batch.add(stored(level - 1, 2 * parent), stored(level - 1, 2 * parent + 1), nodes[parent]);
    }
    batch.flush();
}

Hash256 NodeLevels::node(unsigned level, std::uint64_t index) const {
    LOCKSTEP_CHECK(level >= lowest_ && level <= highest_);
    LOCKSTEP_CHECK(index >> (highest_ - level) == 0);
    LOCKSTEP_CHECK(level == lowest_ || changed_.empty());
    return stored(level, index);
}

}  // namespace lockstep::merkle
