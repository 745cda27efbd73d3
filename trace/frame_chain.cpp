#include "trace/frame_chain.hpp"

#include <algorithm>
#include <span>

#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "merkle/slot_leaf.hpp"

namespace lockstep::trace {

Hash256 locals_root(const vm::MachineState& state, std::size_t begin, std::size_t end) {
    const std::span<const std::uint64_t> slots(state.locals.data() + begin, end - begin);
    return merkle::slot_tree_root(slots, slot_tree_depth(slots.size()));
}

void FrameChain::commit(const vm::MachineState& state) {
    // Suspensions have unique ids that grow along the chain, so the frames that are still what they
    // were are a prefix, whose end can be found by bisection.
    std::size_t known = 0;
    for (std::size_t end = std::min(frames_.size(), state.callers.size()); known < end;) {
        const std::size_t middle = known + (end - known) / 2;
        const bool is_same = frames_[middle].id == state.callers[middle].id;
        (is_same ? known : end) = is_same ? middle + 1 : middle;
    }
    truncate(known);
    while (frames_.size() < state.callers.size()) {
        const std::size_t depth = frames_.size();
        const vm::Frame& frame = state.callers[depth];
        const std::size_t end = depth + 1 < state.callers.size()
                                    ? state.callers[depth + 1].locals_begin
                                    : state.locals_begin;
        const Hash256 locals = locals_root(state, frame.locals_begin, end);
        push({.id = frame.id,
              .locals = locals,
              .link = merkle::frame_link(head(), locals, frame.return_pc)});
    }
}

void FrameChain::truncate(std::size_t depth) {
    LOCKSTEP_CHECK(depth <= frames_.size());
    frames_.resize(depth);
}

}  // namespace lockstep::trace
