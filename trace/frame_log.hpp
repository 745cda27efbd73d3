#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/hash256.hpp"
#include "trace/dependency_order.hpp"
#include "trace/frame_chain.hpp"
#include "trace/locals_log.hpp"

namespace lockstep::trace {

/// The suspended frames over many steps: each call is a link, and hangs on that of the caller's caller.
class FrameLog {
public:
    /// Begins with so many suspended frames.
    void begin(std::size_t depth);

    /// `locals` stands for the root of the frame that is suspended: a number of the log of locals.
    void suspend(std::uint32_t locals, std::uint32_t return_pc) {
        nodes_.push_back({.previous = link_, .locals = locals, .return_pc = return_pc});
        link_ = static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    /// Gives what was given to suspend(), or the frame's depth with kCommitted.
    [[nodiscard]] std::uint32_t resume();
    /// There are no frames any more.
    void clear() { link_ = kCommitted; }

    /// Stands for the chain of all suspended frames, now.
    [[nodiscard]] std::uint32_t link() const { return link_; }

    /// All links; `chain` is what it was at the beginning, `locals` has the roots for what suspend() was
    /// given.
    void hash_links(const FrameChain& chain, const LocalsLog& locals);
    [[nodiscard]] const Hash256& hash(const FrameChain& chain, std::uint32_t link) const {
        return (link & kCommitted) != 0 ? chain.link(link & ~kCommitted) : hashes_[link];
    }

    /// Brings the chain forward to the frames of a state. The log is then to be begun anew.
    void commit(FrameChain& chain, const LocalsLog& locals,
                std::span<const vm::Frame> frames) const;

private:
    struct Node {
        std::uint32_t previous;
        std::uint32_t locals;
        std::uint32_t return_pc;
    };

    std::vector<Node> nodes_;  // by number, from 1 on
    std::uint32_t link_ = kCommitted;
    std::vector<Hash256> hashes_;
    DependencyOrder order_;
};

}  // namespace lockstep::trace
