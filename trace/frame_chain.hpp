#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/chain.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// The links of the suspended frames as last committed.
class FrameChain {
public:
    /// A suspended frame: its vm::Frame::id, and what its link holds.
    struct Suspended {
        std::uint64_t id = 0;
        Hash256 locals;
        Hash256 link;  // of this frame and all outside it
    };

    /// Links the frames that were suspended since the last commitment.
    void commit(const vm::MachineState& state);

    [[nodiscard]] std::size_t depth() const { return frames_.size(); }
    /// The chain of the outermost `depth` frames.
    [[nodiscard]] const Hash256& link(std::size_t depth) const {
        return depth == 0 ? merkle::kEmptyChain : frames_[depth - 1].link;
    }
    [[nodiscard]] const Hash256& head() const { return link(depth()); }
    /// The locals root of frame `depth`, counted from the outermost, 0.
    [[nodiscard]] const Hash256& locals(std::size_t depth) const { return frames_[depth].locals; }

    void push(const Suspended& frame) { frames_.push_back(frame); }
    void truncate(std::size_t depth);

private:
    std::vector<Suspended> frames_;
};

/// The locals root of the frame whose slots are [begin, end) of the state's.
[[nodiscard]] Hash256 locals_root(const vm::MachineState& state, std::size_t begin,
                                  std::size_t end);

}  // namespace lockstep::trace
