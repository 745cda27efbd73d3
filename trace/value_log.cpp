#include "trace/value_log.hpp"

#include <algorithm>
#include <span>

#include "base/check.hpp"
#include "trace/message_batch.hpp"

namespace lockstep::trace {

void ValueLog::begin(std::size_t height, std::size_t steps) {
    const std::size_t pushes = kMaxPushes * steps;
    nodes_.resize(std::max(nodes_.size(), pushes + 1));
    current_.resize(std::max(current_.size(), height + pushes + 1));
    count_ = 1;
}

void ValueLog::hash_links(const ValueChain& chain) {
    const std::span<const Node> nodes = std::span(nodes_).first(count_);
    hashes_.resize(std::max<std::size_t>(hashes_.size(), count_));
    order_.sort(nodes);
    MessageBatch<merkle::kValueLinkBytes> batch;
    for (std::size_t rank = 0; rank < order_.ranks(); ++rank) {
        for (const std::uint32_t i : order_.rank(rank)) {
            const Node& node = nodes[i];
            merkle::write_value_link(hash(chain, node.previous), node.value, batch.add(hashes_[i]));
        }
        batch.flush();
    }
}

void ValueLog::commit(ValueChain& chain, std::size_t height) {
    // What has been pushed and is still there lies on what was never popped.
    std::size_t committed = height;
    while (current_[committed] != 0) {
        --committed;
    }
    chain.truncate(committed);
    for (std::size_t i = committed; i < height; ++i) {
        const std::uint32_t node = current_[i + 1];
        chain.replace(i, nodes_[node].value, hashes_[node]);
    }
    for (const Node& node : std::span(nodes_).first(count_).subspan(1)) {
        current_[node.height] = 0;
    }
}

}  // namespace lockstep::trace
