#include "trace/history_reader.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace lockstep::trace {

namespace {

/// The nodes give way to those that many levels above them.
void hash_up(std::vector<Hash256>& nodes, unsigned layers) {
    for (unsigned layer = 0; layer < layers; ++layer) {
        const std::size_t parents = nodes.size() / 2;
        history_nodes(nodes, std::span(nodes).first(parents));
        nodes.resize(parents);
    }
}

}  // namespace

HistoryBuilder::Sink HistoryRows::sink() {
    return [this](unsigned level, std::uint64_t first, std::span<const Hash256> nodes) {
        append_row(level, first, nodes);
    };
}

void HistoryRows::append_leaves(std::span<const StateRoot> roots) {
    std::vector<Hash256> leaves(roots.size());
    std::ranges::transform(roots, leaves.begin(), &StateRoot::value);
    append_row(0, rows_.empty() ? 0 : rows_.front().size(), leaves);
}

void HistoryRows::append_row(unsigned level, std::uint64_t first, std::span<const Hash256> nodes) {
    const std::size_t place = level / row_step_;
    rows_.resize(std::max(rows_.size(), place + 1));
    LOCKSTEP_CHECK(level % row_step_ == 0 && rows_[place].size() == first);
    rows_[place].insert(rows_[place].end(), nodes.begin(), nodes.end());
}

void HistoryRows::read(unsigned level, std::uint64_t first, std::span<Hash256> nodes) {
    LOCKSTEP_CHECK(level % row_step_ == 0 && level / row_step_ < rows_.size());
    const std::vector<Hash256>& row = rows_[level / row_step_];
    LOCKSTEP_CHECK(first <= row.size() && nodes.size() <= row.size() - first);
    std::ranges::copy(std::span(row).subspan(first, nodes.size()), nodes.begin());
}

HistoryReader::HistoryReader(HistorySource& source, std::uint64_t count, unsigned height,
                             unsigned row_step)
    : source_(source), count_(count), height_(height), row_step_(row_step) {
    LOCKSTEP_CHECK(height <= kMaxHistoryHeight && row_step >= 1 && row_step <= kMaxRowStep);
    LOCKSTEP_CHECK(count >= 1 && count <= std::uint64_t{1} << height);
    Hash256 padding;
    source.read(0, count - 1, std::span(&padding, 1));
    for (unsigned level = 0; level <= height; ++level) {
        padding_.push_back(padding);
        padding = history_node(padding, padding);
    }
}

Hash256 HistoryReader::node(unsigned level, std::uint64_t index) {
    return nodes(level, index, 1).front();
}

std::vector<Hash256> HistoryReader::nodes(unsigned level, std::uint64_t first,
                                          std::uint64_t count) {
    LOCKSTEP_CHECK(level <= height_ && count >= 1 && count <= kMaxNodes);
    const std::uint64_t width = std::uint64_t{1} << (height_ - level);
    LOCKSTEP_CHECK(first <= width && count <= width - first);
    const unsigned layers = level % row_step_;
    std::vector<Hash256> nodes(count << layers);
    read_row(level - layers, first << layers, nodes);
    hash_up(nodes, layers);
    return nodes;
}

std::vector<Hash256> HistoryReader::children(unsigned level, std::uint64_t index, unsigned layers) {
    LOCKSTEP_CHECK(layers <= level && kMaxNodes >> layers != 0);
    return nodes(level - layers, index << layers, std::uint64_t{1} << layers);
}

void HistoryReader::read_row(unsigned row, std::uint64_t first, std::span<Hash256> nodes) {
    const std::uint64_t stored = count_ >> row;
    const std::uint64_t complete =
        stored <= first ? 0 : std::min<std::uint64_t>(stored - first, nodes.size());
    if (complete != 0) {
        source_.read(row, first, nodes.first(complete));
    }
    nodes = nodes.subspan(complete);
    const bool has_boundary = stored << row != count_;
    if (!nodes.empty() && has_boundary && first + complete == stored) {
        nodes.front() = boundary_node(row);
        nodes = nodes.subspan(1);
    }
    std::ranges::fill(nodes, padding_[row]);
}

/// The node of a row that has leaves as well as padding below it.
Hash256 HistoryReader::boundary_node(unsigned row) {
    std::vector<Hash256> nodes(std::size_t{1} << row_step_);
    read_row(row - row_step_, count_ >> row << row_step_, nodes);
    hash_up(nodes, row_step_);
    return nodes.front();
}

}  // namespace lockstep::trace
