#include "trace/history.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "base/check.hpp"

namespace lockstep::trace {

namespace {

/// How many leaves are hashed together: 16 KiB, which stay in the first-level cache.
constexpr std::size_t kBatchLeaves = 512;

constexpr std::uint64_t kMaxLeaves = std::uint64_t{1} << kMaxHistoryHeight;

bool has_bit(std::uint64_t count, unsigned level) {
    return (count >> level & 1U) != 0;
}

/// Whether the frontier could be one of a builder.
bool is_sound(const HistoryFrontier& frontier) {
    const auto peaks = static_cast<std::size_t>(std::popcount(frontier.count));
    return frontier.count <= kMaxLeaves && frontier.peaks.size() == peaks &&
           (frontier.count != 0 || frontier.last.value.is_zero()) &&
           (!has_bit(frontier.count, 0) || frontier.peaks.back() == frontier.last.value);
}

}  // namespace

Hash256 history_root(const HistoryFrontier& frontier, unsigned height) {
    LOCKSTEP_CHECK(is_sound(frontier) && frontier.count != 0);
    LOCKSTEP_CHECK(height <= kMaxHistoryHeight && frontier.count <= std::uint64_t{1} << height);
    // From the lowest peak on: what is right of the leaves is padding.
    std::size_t left = frontier.peaks.size() - 1;
    Hash256 node = frontier.peaks[left];
    Hash256 padding = frontier.last.value;
    bool has_leaves = false;
    for (unsigned level = 0; level < height; ++level) {
        const bool has_peak = has_bit(frontier.count, level);
        if (has_leaves) {
            node =
                has_peak ? history_node(frontier.peaks[--left], node) : history_node(node, padding);
        } else if (has_peak) {
            node = history_node(node, padding);
            has_leaves = true;
        }
        padding = history_node(padding, padding);
    }
    return node;
}

void append(ByteWriter& writer, const HistoryFrontier& frontier) {
    LOCKSTEP_CHECK(is_sound(frontier));
    writer.put(frontier.count);
    if (frontier.count != 0) {
        writer.put(frontier.last.value);
    }
    for (const Hash256& peak : frontier.peaks) {
        writer.put(peak);
    }
}

std::optional<HistoryFrontier> read_history_frontier(ByteReader& reader) {
    HistoryFrontier frontier;
    const auto count = reader.read<std::uint64_t>();
    if (!count || *count > kMaxLeaves) {
        return std::nullopt;
    }
    frontier.count = *count;
    if (frontier.count == 0) {
        return frontier;
    }
    const auto last = reader.read_hash();
    if (!last) {
        return std::nullopt;
    }
    frontier.last = StateRoot(*last);
    for (int i = 0; i < std::popcount(frontier.count); ++i) {
        const auto peak = reader.read_hash();
        if (!peak) {
            return std::nullopt;
        }
        frontier.peaks.push_back(*peak);
    }
    return is_sound(frontier) ? std::optional(std::move(frontier)) : std::nullopt;
}

HistoryBuilder::HistoryBuilder(const HistoryFrontier& frontier, Sink sink, unsigned row_step)
    : sink_(std::move(sink)), row_step_(row_step), count_(frontier.count), last_(frontier.last) {
    LOCKSTEP_CHECK(row_step >= 1 && is_sound(frontier));
    auto peak = frontier.peaks.rbegin();
    for (unsigned level = 0; level <= kMaxHistoryHeight; ++level) {
        if (has_bit(count_, level)) {
            peaks_[level] = *peak++;
        }
    }
}

void HistoryBuilder::append(std::span<const StateRoot> roots) {
    LOCKSTEP_CHECK(roots.size() <= kMaxLeaves - count_);
    while (!roots.empty()) {
        const std::size_t taken = std::min(roots.size(), kBatchLeaves);
        take_in(roots.first(taken));
        roots = roots.subspan(taken);
    }
}

void HistoryBuilder::take_in(std::span<const StateRoot> roots) {
    nodes_.resize(roots.size() + 1);
    // Room for one node in front: the peak whose right sibling comes now.
    std::span<Hash256> nodes = std::span(nodes_).subspan(1);
    std::ranges::transform(roots, nodes.begin(), &StateRoot::value);
    std::uint64_t first = count_;
    for (unsigned level = 0; !nodes.empty(); ++level) {
        if (sink_ && level != 0 && level % row_step_ == 0) {
            sink_(level, first, nodes);
        }
        if (has_bit(first, 0)) {
            nodes_[0] = peaks_[level];
            nodes = std::span(nodes_).first(nodes.size() + 1);
            --first;
        }
        if (nodes.size() % 2 != 0) {
            peaks_[level] = nodes.back();
        }
        const std::size_t pairs = nodes.size() / 2;
        const std::span parents = std::span(nodes_).subspan(1, pairs);
        history_nodes(nodes.first(2 * pairs), nodes.first(pairs));
        std::ranges::copy_backward(nodes.first(pairs), parents.end());
        nodes = parents;
        first /= 2;
    }
    count_ += roots.size();
    last_ = roots.back();
}

HistoryFrontier HistoryBuilder::frontier() const {
    HistoryFrontier frontier{.count = count_, .last = last_, .peaks = {}};
    for (unsigned level = kMaxHistoryHeight + 1; level-- > 0;) {
        if (has_bit(count_, level)) {
            frontier.peaks.push_back(peaks_[level]);
        }
    }
    return frontier;
}

}  // namespace lockstep::trace
