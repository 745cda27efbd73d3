#include "trace/frame_log.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "trace/message_batch.hpp"

namespace lockstep::trace {

void FrameLog::begin(std::size_t depth) {
    nodes_.resize(1);
    link_ = kCommitted | static_cast<std::uint32_t>(depth);
}

std::uint32_t FrameLog::resume() {
    if ((link_ & kCommitted) != 0) {
        return --link_;
    }
    const Node& node = nodes_[link_];
    link_ = node.previous;
    return node.locals;
}

void FrameLog::hash_links(const FrameChain& chain, const LocalsLog& locals) {
    hashes_.resize(std::max(hashes_.size(), nodes_.size()));
    order_.sort(std::span<const Node>(nodes_));
    MessageBatch<merkle::kFrameLinkBytes> batch;
    for (std::size_t rank = 0; rank < order_.ranks(); ++rank) {
        for (const std::uint32_t i : order_.rank(rank)) {
            const Node& node = nodes_[i];
            merkle::write_frame_link(hash(chain, node.previous), locals.hash(chain, node.locals),
                                     node.return_pc, batch.add(hashes_[i]));
        }
        batch.flush();
    }
}

void FrameLog::commit(FrameChain& chain, const LocalsLog& locals,
                      std::span<const vm::Frame> frames) const {
    std::vector<std::uint32_t> pushed;
    std::uint32_t link = link_;
    for (; (link & kCommitted) == 0; link = nodes_[link].previous) {
        pushed.push_back(link);
    }
    std::vector<FrameChain::Suspended> suspended;
    suspended.reserve(pushed.size());
    const std::size_t committed = link & ~kCommitted;
    for (std::size_t i = 0; i < pushed.size(); ++i) {
        const std::uint32_t node = pushed[pushed.size() - 1 - i];
        suspended.push_back({.id = frames[committed + i].id,
                             .locals = locals.hash(chain, nodes_[node].locals),
                             .link = hashes_[node]});
    }
    LOCKSTEP_CHECK(committed + suspended.size() == frames.size());
    chain.truncate(committed);
    for (const FrameChain::Suspended& frame : suspended) {
        chain.push(frame);
    }
}

}  // namespace lockstep::trace
