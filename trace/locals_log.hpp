#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.hpp"
#include "base/hash256.hpp"
#include "merkle/slot_leaf.hpp"
#include "trace/dependency_order.hpp"
#include "trace/frame_chain.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// The running frame's locals over many steps: each write, and each new frame, makes a root.
///
/// Keeps the nodes of the frames' trees from one log to the next: of the running frame, and of those that
/// it has suspended or returned to. Others were suspended before the trace began and have theirs built
/// when the run returns to them.
class LocalsLog {
public:
    /// The trace begins at a state: builds the nodes of its running frame.
    void begin_trace(const vm::MachineState& state);

    /// Begins with the given root.
    void begin(const Hash256& root);

    /// Of the running frame, whose slots begin at `locals`, slot `index` has been written. `depth` is that
    /// of its tree.
    void write(const vm::MachineState& state, const std::uint64_t* locals, std::uint32_t index,
               unsigned depth) {
        Event& event = events_.emplace_back();
        event.depth = depth;
        event.frame = frame_leaf(state);
        event.leaf = index / merkle::kLeafSlots;
        for (std::size_t i = 0; i < merkle::kLeafSlots; ++i) {
            event.slots[i] = locals[event.leaf * merkle::kLeafSlots + i];
        }
        root_ = static_cast<std::uint32_t>(events_.size() - 1);
    }

    /// A frame with zero locals has been entered.
    void enter(const vm::MachineState& state, unsigned depth);

    /// The run is back in a frame whose root `root` stands for: a number, or the frame's depth with
    /// kCommitted.
    void resume(const vm::MachineState& state, std::uint32_t root);

    /// Stands for the root of the running frame's locals, now.
    [[nodiscard]] std::uint32_t root() const { return root_; }

    void hash_roots();
    /// The root that a number stands for, after that; `chain` is what it was at the beginning.
    [[nodiscard]] const Hash256& hash(const FrameChain& chain, std::uint32_t root) const {
        return (root & kCommitted) != 0 ? chain.locals(root & ~kCommitted) : roots_[root];
    }

private:
    static constexpr std::uint32_t kNewFrame = ~std::uint32_t{0};

    struct Event {
        std::uint32_t frame = 0;  // its first leaf, counted from the outermost frame's
        std::uint32_t leaf = 0;   // the one written, or kNewFrame
        std::uint32_t depth = 0;
        std::array<std::uint64_t, merkle::kLeafSlots> slots{};  // of the leaf, since then
    };

    [[nodiscard]] static std::uint32_t frame_leaf(const vm::MachineState& state) {
        return state.locals_begin / merkle::kLeafSlots;
    }
    /// The nodes of a level of a frame, which is below its root.
    [[nodiscard]] std::span<Hash256> frame_nodes(std::uint32_t frame, unsigned depth,
                                                 unsigned level) {
        const std::size_t first = frame >> level;
        const std::size_t count = std::size_t{1} << (depth - level);
        LOCKSTEP_CHECK(first + count <= levels_[level].size());
        return std::span(levels_[level]).subspan(first, count);
    }
    void make_room(const vm::MachineState& state);
    void build(const vm::MachineState& state);
    void hash_level(unsigned level);

    std::vector<Event> events_;  // by number; the first one stands for the root at the beginning
    std::uint32_t root_ = 0;
    std::size_t built_from_ = 0;  // call depth of the outermost frame whose nodes are there
    /// The nodes of all these frames below their roots. Frames have 2^depth leaves, one behind the other,
    /// so on no level do they meet. As each level is gone through from the beginning of a log to its end,
    /// the levels must not share room.
    std::vector<std::vector<Hash256>> levels_;
    std::vector<Hash256> roots_;
    std::vector<std::uint32_t> above_;  // events of trees that reach above the level being hashed
};

}  // namespace lockstep::trace
