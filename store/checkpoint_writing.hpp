#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/strong.hpp"
#include "store/database.hpp"
#include "store/execution_record.hpp"
#include "store/store_error.hpp"
#include "trace/committer.hpp"
#include "trace/snapshot.hpp"

namespace lockstep::store {

/// Keeps states of one execution, each as what it has that the one before has not.
class CheckpointWriter {
public:
    explicit CheckpointWriter(Database& database) : database_(database) {}

    /// Puts what the state refers to into the batch, then the state itself; writes the batch whenever it
    /// is large, but not at the end. The output behind the execution's output_length is put there too,
    /// and that is raised.
    [[nodiscard]] StoreResult<void> write(const trace::Snapshot& state, StoredExecution& execution,
                                          Batch& batch);

    /// How much was written since this was asked last.
    [[nodiscard]] std::uint64_t take_written_bytes() { return std::exchange(written_bytes_, 0); }

private:
    struct HashOfBytes {
        std::size_t operator()(const Hash256& hash) const;
    };
    using HashSet = std::unordered_set<Hash256, HashOfBytes>;

    [[nodiscard]] StoreResult<void> write_memories(const trace::Snapshot& state, Batch& batch);
    [[nodiscard]] StoreResult<void> write_output(const trace::Snapshot& state,
                                                 StoredExecution& execution, Batch& batch);
    [[nodiscard]] StoreResult<void> write_state(const trace::Snapshot& state,
                                                const ExecutionKey& key, Batch& batch);
    [[nodiscard]] StoreResult<void> write_large(Batch& batch);

    Database& database_;
    /// Of the state written last, whose nodes and pieces are all there until something is swept.
    std::optional<trace::Committer> previous_{};
    HashSet previous_pieces_{};
    std::uint64_t sweeps_ = 0;
    std::uint64_t written_bytes_ = 0;
};

}  // namespace lockstep::store
