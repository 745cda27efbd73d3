#include "merkle/node_levels.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/check.hpp"
#include "merkle/pair_batch.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

NodeLevels::NodeLevels(Shape shape, unsigned lowest, unsigned highest)
    : shape_(shape), lowest_(lowest), highest_(highest) {
    LOCKSTEP_CHECK(lowest <= highest && highest <= kMaxDepth);
    LOCKSTEP_CHECK(shape == Shape::plain || lowest >= kChunkLevel);
    levels_.resize(highest - lowest + 1);
}

const Hash256& NodeLevels::stored(unsigned level, std::uint64_t index) const {
    const std::vector<Page>& pages = levels_[level - lowest_];
    const std::uint64_t page = index / kPageNodes;
    const std::uint64_t place = index % kPageNodes;
    return page < pages.size() && place < pages[page].size() ? pages[page][place]
                                                             : zero_hash(shape_, level);
}

Hash256& NodeLevels::reserve(unsigned level, std::uint64_t index) {
    std::vector<Page>& pages = levels_[level - lowest_];
    const std::uint64_t page = index / kPageNodes;
    const std::uint64_t place = index % kPageNodes;
    if (page >= pages.size()) {
        pages.resize(page + 1);
    }
    if (place >= pages[page].size()) {
        pages[page].resize(place + 1, zero_hash(shape_, level));
    }
    return pages[page][place];
}

void NodeLevels::set(std::uint64_t index, const Hash256& node) {
    LOCKSTEP_CHECK(index >> (highest_ - lowest_) == 0);
    if (stored(lowest_, index) == node) {
        return;
    }
    reserve(lowest_, index) = node;
    if (changed_.empty() || changed_.back() != index) {
        changed_.push_back(index);
    }
}

void NodeLevels::fill(std::vector<Hash256> nodes) {
    LOCKSTEP_CHECK(levels_.front().empty());
    LOCKSTEP_CHECK(nodes.empty() || (nodes.size() - 1) >> (highest_ - lowest_) == 0);
    std::vector<Page>& pages = levels_.front();
    for (std::size_t at = 0; at < nodes.size(); at += kPageNodes) {
        const auto page =
            std::span(nodes).subspan(at, std::min<std::size_t>(kPageNodes, nodes.size() - at));
        pages.emplace_back(page.begin(), page.end());
    }
    // There may be gigabytes of them.
    nodes = std::vector<Hash256>();
    for (unsigned level = lowest_; level < highest_; ++level) {
        hash_pages(level);
    }
}

void NodeLevels::hash_pages(unsigned level) {
    const std::vector<Page>& below = levels_[level - lowest_];
    std::vector<Page>& above = levels_[level + 1 - lowest_];
    above.resize((below.size() + 1) / 2);
    for (std::size_t i = 0; i < below.size(); ++i) {
        const Page& nodes = below[i];
        Page& parents = above[i / 2];
        const std::size_t begin = parents.size();
        const std::size_t pairs = nodes.size() / 2;
        parents.resize(begin + (nodes.size() + 1) / 2);
        hash_pairs(std::span(nodes).first(2 * pairs), std::span(parents).subspan(begin, pairs));
        if (nodes.size() % 2 != 0) {
            parents.back() = hash_pair(nodes.back(), zero_hash(shape_, level));
        }
    }
}

void NodeLevels::rehash() {
    if (changed_.empty()) {
        return;
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
    // Before any parent is waited for: making room moves those of the same page.
    for (const std::uint64_t parent : parents) {
        reserve(level, parent);
    }
    for (const std::uint64_t parent : parents) {
        batch.add(stored(level - 1, 2 * parent), stored(level - 1, 2 * parent + 1),
                  reserve(level, parent));
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
