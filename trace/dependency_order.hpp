#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::trace {

/// Marks, in place of the number of a logged item, that which was committed before the log began; the
/// bits below say at which height or depth.
inline constexpr std::uint32_t kCommitted = std::uint32_t{1} << 31U;

/// Sorts links of chains into ranks: those of a rank depend on lower ranks alone, so that all of a rank
/// can be hashed together.
class DependencyOrder {
public:
    /// `nodes[i].previous` is the number, less than i, of the node that i depends on, or has kCommitted.
    /// Node 0 is none.
    template <typename Node>
    void sort(std::span<const Node> nodes) {
        ranks_.resize(nodes.size());
        ends_.clear();
        for (std::size_t i = 1; i < nodes.size(); ++i) {
            const std::uint32_t previous = nodes[i].previous;
            const std::uint32_t rank = (previous & kCommitted) != 0 ? 0 : ranks_[previous] + 1;
            ranks_[i] = rank;
            if (rank == ends_.size()) {
                ends_.push_back(0);
            }
            ++ends_[rank];
        }
        std::uint32_t begin = 0;
        for (std::uint32_t& end : ends_) {  // where each rank begins, for now
            const std::uint32_t count = end;
            end = begin;
            begin += count;
        }
        order_.resize(begin);
        for (std::size_t i = 1; i < nodes.size(); ++i) {
            order_[ends_[ranks_[i]]++] = static_cast<std::uint32_t>(i);
        }
    }

    [[nodiscard]] std::size_t ranks() const { return ends_.size(); }
    [[nodiscard]] std::span<const std::uint32_t> rank(std::size_t rank) const {
        const std::size_t begin = rank == 0 ? 0 : ends_[rank - 1];
        return std::span(order_).subspan(begin, ends_[rank] - begin);
    }

private:
    std::vector<std::uint32_t> ranks_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> ends_;  // of each rank, in order_
};

}  // namespace lockstep::trace
