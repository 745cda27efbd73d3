#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.hpp"
#include "base/hash256.hpp"
#include "trace/dependency_order.hpp"
#include "trace/value_chain.hpp"

namespace lockstep::trace {

/// The value stack over many steps: each push is a link, and hangs on the one that was below it then.
class ValueLog {
public:
    /// Of a step. A bulk instruction that has not ended pushes as many values as it has popped.
    static constexpr std::size_t kMaxPushes = [] {
        std::size_t most = 0;
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    most = std::max<std::size_t>({most, pops, pushes});
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
        return most;
    }();

    /// Begins with a stack of that height, and has room for so many steps.
    void begin(std::size_t height, std::size_t steps);

    /// `height` is that before the push.
    void push(std::size_t height, std::uint64_t value) {
        LOCKSTEP_CHECK(count_ < nodes_.size());
        const std::uint32_t node = count_++;
        nodes_[node] = {.value = value,
                        .previous = link(height),
                        .height = static_cast<std::uint32_t>(height + 1)};
        current_[height + 1] = node;
    }

    /// Stands for the chain of the lowest `height` values, now.
    [[nodiscard]] std::uint32_t link(std::size_t height) const {
        const std::uint32_t node = current_[height];
        return node != 0 ? node : kCommitted | static_cast<std::uint32_t>(height);
    }

    /// All links; `chain` is what it was at the beginning.
    void hash_links(const ValueChain& chain);
    [[nodiscard]] const Hash256& hash(const ValueChain& chain, std::uint32_t link) const {
        return (link & kCommitted) != 0 ? chain.link(link & ~kCommitted) : hashes_[link];
    }

    /// Brings the chain forward to a stack of that height. The log is then to be begun anew.
    void commit(ValueChain& chain, std::size_t height);

private:
    struct Node {
        std::uint64_t value;
        std::uint32_t previous;
        std::uint32_t height;  // of the stack with this value on top
    };

    std::vector<Node> nodes_;  // by number, from 1 on
    std::uint32_t count_ = 1;
    std::vector<std::uint32_t> current_;  // by height: the node that is there, 0 for none of ours
    std::vector<Hash256> hashes_;
    DependencyOrder order_;
};

}  // namespace lockstep::trace
