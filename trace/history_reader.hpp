#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/hash256.hpp"
#include "trace/history.hpp"

namespace lockstep::trace {

/// What is kept of a history: its leaves (or what computes them anew) and the rows that a
/// HistoryBuilder handed out.
class HistorySource {
public:
    HistorySource() = default;
    HistorySource(const HistorySource&) = delete;
    HistorySource& operator=(const HistorySource&) = delete;
    HistorySource(HistorySource&&) = default;
    HistorySource& operator=(HistorySource&&) = default;
    virtual ~HistorySource() = default;

    /// Fills `nodes` with the nodes (level, first), (level, first + 1), ... of level 0, the leaves, or
    /// of a row. Only nodes are asked for below which all leaves were taken in.
    virtual void read(unsigned level, std::uint64_t first, std::span<Hash256> nodes) = 0;
};

/// The rows of one history in memory.
class HistoryRows : public HistorySource {
public:
    explicit HistoryRows(unsigned row_step = kHistoryRowStep) : row_step_(row_step) {}

    /// For the builder; the rows stay where they are as long as it is used.
    [[nodiscard]] HistoryBuilder::Sink sink();
    /// The leaves, which a builder does not hand out.
    void append_leaves(std::span<const StateRoot> roots);

    void read(unsigned level, std::uint64_t first, std::span<Hash256> nodes) override;

private:
    void append_row(unsigned level, std::uint64_t first, std::span<const Hash256> nodes);

    unsigned row_step_;
    std::vector<std::vector<Hash256>> rows_;
};

/// Reads any node of a history that is padded to its height. A node whose leaves were all taken in
/// costs less than 2^row_step nodes of the row below it, read and hashed; the one node of each level
/// that has leaves and padding below it, as much for each row.
class HistoryReader {
public:
    /// `source` holds the `count` first leaves, at least one, and must outlive the reader.
    HistoryReader(HistorySource& source, std::uint64_t count, unsigned height,
                  unsigned row_step = kHistoryRowStep);

    [[nodiscard]] unsigned height() const { return height_; }
    /// The leaves that are no padding.
    [[nodiscard]] std::uint64_t count() const { return count_; }

    [[nodiscard]] Hash256 root() { return node(height_, 0); }
    [[nodiscard]] StateRoot leaf(std::uint64_t index) { return StateRoot(node(0, index)); }
    /// The node above the leaves index 2^level to (index + 1) 2^level - 1.
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index);
    /// The nodes (level, first), (level, first + 1), ..., at most kMaxNodes of them.
    [[nodiscard]] std::vector<Hash256> nodes(unsigned level, std::uint64_t first,
                                             std::uint64_t count);
    /// The 2^layers nodes that many levels below (level, index), from left to right.
    [[nodiscard]] std::vector<Hash256> children(unsigned level, std::uint64_t index,
                                                unsigned layers);

    /// For one call: what is hashed of a row is at most 2^row_step times as much.
    static constexpr std::uint64_t kMaxNodes = std::uint64_t{1} << 16U;
    static constexpr unsigned kMaxRowStep = 10;

private:
    void read_row(unsigned row, std::uint64_t first, std::span<Hash256> nodes);
    [[nodiscard]] Hash256 boundary_node(unsigned row);

    HistorySource& source_;
    std::uint64_t count_;
    unsigned height_;
    unsigned row_step_;
    /// By level: the node above nothing but padding.
    std::vector<Hash256> padding_{};
};

}  // namespace lockstep::trace
