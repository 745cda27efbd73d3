#pragma once

// History commitments (docs/spec/history.md): a Merkle tree over the state roots of a run at a stride,
// built while the run goes on.

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/hash256.hpp"
#include "base/strong.hpp"
#include "base/tree_depth.hpp"
#include "trace/history_node.hpp"

namespace lockstep::trace {

/// Which states the leaves of a history are. The state at `first` is agreed on and is no leaf.
struct HistoryShape {
    Step first{};
    std::uint64_t stride = 1;
    /// log2 of the number of leaves.
    unsigned height = 0;

    bool operator==(const HistoryShape&) const = default;

    [[nodiscard]] std::uint64_t leaves() const { return std::uint64_t{1} << height; }
    /// The step whose state root is leaf `index`.
    [[nodiscard]] Step step(std::uint64_t index) const { return first + stride * (index + 1); }
};

/// The least height of a history with room for `count` leaves.
[[nodiscard]] constexpr unsigned history_height(std::uint64_t count) {
    return ceil_log2(count);
}

/// All that must be kept of the leaves so far in order to go on: a few hashes.
struct HistoryFrontier {
    /// The number of leaves taken in.
    std::uint64_t count = 0;
    /// The last one of them; zero where there is none.
    StateRoot last{};
    /// The roots of the largest aligned sub-trees over the leaves, from left to right: one for each
    /// bit of `count`, the highest first.
    std::vector<Hash256> peaks{};

    bool operator==(const HistoryFrontier&) const = default;
};

/// The root of the history of this height whose first leaves are those of the frontier, and whose
/// others are all the last one of them: those of a machine that has stopped. There is at least one
/// leaf and not more than 2^height.
[[nodiscard]] Hash256 history_root(const HistoryFrontier& frontier, unsigned height);

/// count 8 | last 32 | peaks, 32 bytes each; only the count where it is 0.
void append(ByteWriter& writer, const HistoryFrontier& frontier);

/// Reads what append() wrote; nullopt where the bytes end too early or are none that it writes.
[[nodiscard]] std::optional<HistoryFrontier> read_history_frontier(ByteReader& reader);

/// Nodes are handed out for storage at every so many levels. A reader of any node then hashes at most
/// 2^8 of what is stored (trace/history_reader.hpp), and all that is stored beside the leaves is a
/// 255th of them.
inline constexpr unsigned kHistoryRowStep = 8;

/// Builds a history from its leaves in order, with memory for O(height) hashes.
///
/// Limitation: roots are hashed several at a time only within one append(): spans of at least 64 are
/// hashed fastest.
class HistoryBuilder {
public:
    /// Takes the nodes (level, first), (level, first + 1), ... of a row to be stored. Rows are the
    /// levels row_step, 2 row_step, ...: not the leaves, which the caller has. Each node is handed out
    /// once, when all leaves below it are known, in order within its row; none of them depends on
    /// padding.
    using Sink =
        std::function<void(unsigned level, std::uint64_t first, std::span<const Hash256> nodes)>;

    HistoryBuilder() : HistoryBuilder(HistoryFrontier{}) {}
    /// Goes on behind a frontier() of before. Without a sink nothing is stored.
    explicit HistoryBuilder(const HistoryFrontier& frontier, Sink sink = {},
                            unsigned row_step = kHistoryRowStep);

    /// After an exception of the sink the builder is of no use any more: go on from a frontier().
    void append(std::span<const StateRoot> roots);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] HistoryFrontier frontier() const;

    /// history_root() of the frontier. More leaves may follow.
    [[nodiscard]] Hash256 finish(unsigned height) const { return history_root(frontier(), height); }

private:
    void take_in(std::span<const StateRoot> roots);

    Sink sink_;
    unsigned row_step_;
    std::uint64_t count_;
    StateRoot last_;
    /// By level, where count_ has the bit.
    std::array<Hash256, kMaxHistoryHeight + 1> peaks_{};
    std::vector<Hash256> nodes_{};
};

}  // namespace lockstep::trace
