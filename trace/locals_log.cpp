#include "trace/locals_log.hpp"

#include <algorithm>
#include <bit>

#include "base/tree_depth.hpp"
#include "merkle/pair_batch.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::trace {

void LocalsLog::begin_trace(const vm::MachineState& state) {
    built_from_ = state.callers.size();
    make_room(state);
    build(state);
}

void LocalsLog::begin(const Hash256& root) {
    events_.resize(1);
    roots_.assign(1, root);
    root_ = 0;
}

void LocalsLog::enter(const vm::MachineState& state, unsigned depth) {
    make_room(state);
    events_.push_back({.frame = frame_leaf(state), .leaf = kNewFrame, .depth = depth});
    root_ = static_cast<std::uint32_t>(events_.size() - 1);
}

void LocalsLog::resume(const vm::MachineState& state, std::uint32_t root) {
    root_ = root;
    if (state.callers.size() < built_from_) {
        // No event of this log is about its nodes yet: they can be put in place ahead of hash_roots().
        built_from_ = state.callers.size();
        build(state);
    }
}

void LocalsLog::make_room(const vm::MachineState& state) {
    const std::size_t needed = state.locals.size() / merkle::kLeafSlots;
    if (!levels_.empty() && needed <= levels_.front().size()) {
        return;
    }
    // A power of two, so that what fits the first level fits all.
    const std::size_t leaves = std::bit_ceil(needed);
    levels_.resize(static_cast<std::size_t>(std::bit_width(leaves)));
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        levels_[level].resize(leaves >> level);
    }
}

void LocalsLog::build(const vm::MachineState& state) {
    const std::span<const std::uint64_t> slots(state.locals.data() + state.locals_begin,
                                               state.locals.size() - state.locals_begin);
    const unsigned depth = slot_tree_depth(slots.size());
    if (depth == 0) {
        return;
    }
    const std::uint32_t frame = frame_leaf(state);
    const std::span<Hash256> leaves = frame_nodes(frame, depth, 0);
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
        leaves[leaf] =
            merkle::slot_leaf(slots.subspan(leaf * merkle::kLeafSlots, merkle::kLeafSlots));
    }
    for (unsigned level = 1; level < depth; ++level) {
        merkle::hash_pairs(frame_nodes(frame, depth, level - 1), frame_nodes(frame, depth, level));
    }
}

void LocalsLog::hash_roots() {
    roots_.resize(events_.size());
    above_.clear();
    for (std::size_t i = 1; i < events_.size(); ++i) {
        const Event& event = events_[i];
        roots_[i] = event.leaf == kNewFrame ? merkle::zero_hash(merkle::Shape::plain, event.depth)
                                            : merkle::slot_leaf(event.slots);
        if (event.depth != 0) {
            above_.push_back(static_cast<std::uint32_t>(i));
        }
    }
    for (unsigned level = 0; !above_.empty(); ++level) {
        hash_level(level);
        std::erase_if(above_, [&](std::uint32_t i) { return events_[i].depth == level + 1; });
    }
}

/// Goes through the events in order, so that a node's sibling is what it was then. What roots_ holds
/// of each event is its node at this level before, and its parent afterwards.
void LocalsLog::hash_level(unsigned level) {
    merkle::PairBatch batch;
    for (const std::uint32_t i : above_) {
        const Event& event = events_[i];
        const std::span<Hash256> nodes = frame_nodes(event.frame, event.depth, level);
        if (event.leaf == kNewFrame) {
            std::ranges::fill(nodes, merkle::zero_hash(merkle::Shape::plain, level));
            continue;
        }
        const std::size_t index = event.leaf >> level;
        nodes[index] = roots_[i];
        batch.add(nodes[index & ~std::size_t{1}], nodes[index | 1U], roots_[i]);
    }
    batch.flush();
}

}  // namespace lockstep::trace
