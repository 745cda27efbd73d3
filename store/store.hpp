#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "store/execution_record.hpp"
#include "store/store_error.hpp"
#include "store/trace_record.hpp"
#include "trace/history_reader.hpp"
#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "vm/program/program.hpp"

namespace lockstep::store {

class Database;

/// Fixed when a store is created.
struct StoreLayout {
    /// Roots, or nodes of a history, in one value.
    std::uint32_t block_hashes = 1024;
    /// Bytes of stacks, globals and tables, and of output, in one value: a power of two, at least 64.
    std::uint32_t piece_bytes = 16384;

    bool operator==(const StoreLayout&) const = default;
};

struct StoreOptions {
    /// Where there is no folder of that name, or an empty one, a store is made.
    bool create = false;
    /// Nothing may be recorded or removed. LevelDB writes to the folder even so.
    bool read_only = false;
    /// What the folder may take on disk, about, while a trace is written; see TraceWriter.
    std::uint64_t max_bytes = std::uint64_t{16} << 30U;
    /// What survives when the power fails: all up to the last checkpoint where true. A process that is
    /// killed loses no more either way.
    bool sync = true;
    /// How long to wait for whoever has the store open: a process that was killed may take a moment to
    /// end.
    std::uint32_t lock_milliseconds = 1'000;
    std::size_t cache_bytes = std::size_t{32} << 20U;
    /// What LevelDB collects in memory before it writes a sorted file.
    std::size_t write_buffer_bytes = std::size_t{16} << 20U;
    StoreLayout layout{};
};

/// Traces, histories and states of executions in a folder (docs/store.md). Nothing that is read is
/// believed: what is not what was written is an error, never another root.
///
/// One process at a time. Threads may read together; only one may write.
class Store {
public:
    [[nodiscard]] static StoreResult<Store> open(const std::string& folder,
                                                 const StoreOptions& options = {});

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    [[nodiscard]] StoreResult<std::vector<StoredExecution>> executions() const;
    [[nodiscard]] StoreResult<std::optional<StoredExecution>> execution(
        const ExecutionKey& key) const;
    /// By first step and stride.
    [[nodiscard]] StoreResult<std::vector<StoredTrace>> traces(const ExecutionKey& key) const;
    [[nodiscard]] StoreResult<std::optional<TraceRecord>> trace(const TraceKey& key) const;

    /// The roots [index, index + count) of a trace, those that follow from its end included. All of
    /// them must be there: see TraceRecord.
    [[nodiscard]] StoreResult<std::vector<StateRoot>> roots(const TraceKey& key,
                                                            std::uint64_t index,
                                                            std::uint64_t count) const;
    /// Nodes (level, first), ... of the history of a trace, at a level that a HistoryBuilder hands out.
    [[nodiscard]] StoreResult<void> read_history(const TraceKey& key, unsigned level,
                                                 std::uint64_t first,
                                                 std::span<Hash256> nodes) const;

    /// The steps of the states that are kept, ascending.
    [[nodiscard]] StoreResult<std::vector<Step>> checkpoints(const ExecutionKey& key) const;
    /// The last state that is kept of those at or before a step: all of its hashes computed anew, and
    /// its root the one that was recorded. nullopt where there is none. `image` and `program` must
    /// outlive it.
    [[nodiscard]] StoreResult<std::optional<trace::CommittedState>> restore(
        const ExecutionKey& key, Step at_most, const trace::Image& image,
        const vm::Program& program, std::shared_ptr<const Bytes> input) const;

    [[nodiscard]] const std::string& folder() const;
    [[nodiscard]] const StoreOptions& options() const;
    /// What the folder takes on disk.
    [[nodiscard]] StoreResult<std::uint64_t> disk_bytes() const;

    /// For the files of this folder.
    [[nodiscard]] Database& database() const { return *database_; }

private:
    explicit Store(std::unique_ptr<Database> database);

    std::unique_ptr<Database> database_;
};

/// The history of a trace in a store, for a HistoryReader. read() throws StoreFailure. The store must
/// outlive it.
class StoredHistory : public trace::HistorySource {
public:
    StoredHistory(const Store& store, const TraceKey& key) : store_(store), key_(key) {}

    void read(unsigned level, std::uint64_t first, std::span<Hash256> nodes) override;

private:
    const Store& store_;
    TraceKey key_;
};

}  // namespace lockstep::store
