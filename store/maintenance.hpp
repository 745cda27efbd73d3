#pragma once

// What an operator does with a store: see what is in it, remove, verify, mend.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace lockstep::store {

struct ExecutionStats {
    StoredExecution execution;
    std::vector<StoredTrace> traces{};
    std::uint64_t roots = 0;
    std::uint64_t checkpoints = 0;
    /// Of everything that is this execution's alone by its key, before compression.
    std::uint64_t bytes = 0;
};

struct StoreStats {
    std::vector<ExecutionStats> executions{};
    /// Shared by all states: chunks of memory, blocks of tree nodes above them, pieces of stacks and
    /// tables, with their bytes before compression.
    std::uint64_t chunks = 0;
    std::uint64_t blocks = 0;
    std::uint64_t pieces = 0;
    std::uint64_t shared_bytes = 0;
    std::uint64_t disk_bytes = 0;
};

/// Reads all keys.
[[nodiscard]] StoreResult<StoreStats> stats(const Store& store);

struct PruneOptions {
    /// Where given, all other executions go.
    std::optional<std::vector<ExecutionKey>> keep{};
    /// Where given, executions last written to before that go: seconds since 1970.
    std::optional<std::uint64_t> used_before{};
    /// Of the states of each execution that is kept one in so many stays, and the last one.
    std::uint64_t keep_one_in = 1;
};

struct PruneReport {
    std::uint64_t executions = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t chunks = 0;
    std::uint64_t blocks = 0;
    std::uint64_t pieces = 0;
    /// Blocks of hashes and of output whose trace or execution is gone.
    std::uint64_t orphans = 0;
    std::uint64_t disk_bytes_before = 0;
    std::uint64_t disk_bytes_after = 0;
};

/// Removes what the options say, then whatever nothing refers to any more. Wherever it is interrupted,
/// what is kept can be restored, and the next call removes the rest.
[[nodiscard]] StoreResult<PruneReport> prune(Store& store, const PruneOptions& options);

struct VerifyOptions {
    /// Computes also each kept state's root from all its parts and compares it with the recorded one
    /// and with the roots of the traces at its step, and each history from its roots.
    bool deep = false;
};

struct VerifyReport {
    std::uint64_t entries = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t roots = 0;
    /// What is wrong, at most kMaxProblems of it.
    std::vector<std::string> problems{};
    bool has_more_problems = false;

    static constexpr std::size_t kMaxProblems = 100;
};

/// Reads everything: each checksum, each hash of a content, each reference.
[[nodiscard]] StoreResult<VerifyReport> verify(const Store& store,
                                               const VerifyOptions& options = {});

struct RebuildReport {
    /// Entries that did not verify.
    std::uint64_t entries_dropped = 0;
    /// What had to go with them.
    std::uint64_t blocks_dropped = 0;
    std::uint64_t checkpoints_dropped = 0;
    /// Traces that were cut to what is left of them.
    std::uint64_t traces_shortened = 0;
    std::uint64_t checkpoints_left = 0;
    std::uint64_t roots_left = 0;
};

/// Makes a store of what can still be read in the folder. What LevelDB cannot read it puts aside there
/// (database/lost), the rest of what does not verify, and what depends on it, is removed.
[[nodiscard]] StoreResult<RebuildReport> rebuild(const std::string& folder,
                                                 const StoreOptions& options = {});

}  // namespace lockstep::store
