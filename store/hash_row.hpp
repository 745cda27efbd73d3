#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/hash256.hpp"
#include "store/database.hpp"
#include "store/store_error.hpp"
#include "store/trace_record.hpp"

namespace lockstep::store {

/// Level 0 of the rows of a trace: its roots. The others are levels of its history.
inline constexpr unsigned kRootLevel = 0;

/// A row of hashes on its way into a store: blocks of as many hashes as the layout says. Full ones are
/// written as they come; they count for nothing until the trace's record says that there are so many.
class HashRow {
public:
    /// Goes on behind the first `count` hashes of the row.
    [[nodiscard]] static StoreResult<HashRow> open(const Database& database, const TraceKey& trace,
                                                   unsigned level, std::uint64_t count);

    void append(std::span<const Hash256> hashes, Batch& batch);
    /// Writes the block that is not full.
    void flush(Batch& batch) const;

    [[nodiscard]] std::uint64_t count() const { return begin_ + tail_.size(); }

private:
    HashRow(const TraceKey& trace, unsigned level, std::uint32_t block_hashes)
        : trace_(trace), level_(level), block_hashes_(block_hashes) {}

    TraceKey trace_;
    unsigned level_;
    std::uint32_t block_hashes_;
    /// Index of the first hash of the last block.
    std::uint64_t begin_ = 0;
    std::vector<Hash256> tail_{};
};

/// Fills `hashes` with those of a row from `first` on; an error where the store has not so many.
[[nodiscard]] StoreResult<void> read_row(const Database& database, const TraceKey& trace,
                                         unsigned level, std::uint64_t first,
                                         std::span<Hash256> hashes);

/// How many nodes of a level of a history follow from so many leaves.
[[nodiscard]] constexpr std::uint64_t row_count(std::uint64_t leaves, unsigned level) {
    return leaves >> level;
}

}  // namespace lockstep::store
