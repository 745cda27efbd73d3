#include "store/store.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "store/checkpoint_reading.hpp"
#include "store/database.hpp"
#include "store/hash_row.hpp"
#include "store/keys.hpp"
#include "store/stored_entry.hpp"

namespace lockstep::store {

StoreResult<Store> Store::open(const std::string& folder, const StoreOptions& options) {
    LOCKSTEP_TRY(auto database, Database::open(folder, options));
    return Store(std::move(database));
}

Store::Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

StoreResult<std::vector<StoredExecution>> Store::executions() const {
    std::vector<StoredExecution> executions;
    const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
        LOCKSTEP_TRY(StoredExecution execution, open_execution(*database_, key, value));
        executions.push_back(std::move(execution));
        return true;
    };
    LOCKSTEP_TRY_VOID(database_->scan(key_prefix(EntryKind::execution), visit));
    return executions;
}

StoreResult<std::optional<StoredExecution>> Store::execution(const ExecutionKey& key) const {
    const Bytes entry_key = execution_key(key);
    LOCKSTEP_TRY(const auto value, database_->get(entry_key));
    if (!value) {
        return std::nullopt;
    }
    return open_execution(*database_, entry_key, *value);
}

StoreResult<std::vector<StoredTrace>> Store::traces(const ExecutionKey& key) const {
    std::vector<StoredTrace> traces;
    const Database::Visit visit = [&](ByteView entry_key, ByteView value) -> StoreResult<bool> {
        LOCKSTEP_TRY(StoredTrace trace, open_trace(*database_, entry_key, value));
        traces.push_back(std::move(trace));
        return true;
    };
    LOCKSTEP_TRY_VOID(database_->scan(key_prefix(EntryKind::trace, key), visit));
    return traces;
}

StoreResult<std::optional<TraceRecord>> Store::trace(const TraceKey& key) const {
    const Bytes entry_key = trace_key(key);
    LOCKSTEP_TRY(const auto value, database_->get(entry_key));
    if (!value) {
        return std::nullopt;
    }
    LOCKSTEP_TRY(StoredTrace stored, open_trace(*database_, entry_key, *value));
    return std::move(stored.record);
}

StoreResult<std::vector<StateRoot>> Store::roots(const TraceKey& key, std::uint64_t index,
                                                 std::uint64_t count) const {
    LOCKSTEP_TRY(const auto found, trace(key));
    const TraceRecord record = found.value_or(TraceRecord{});
    const std::uint64_t held = record.stopped ? record.expected : record.count;
    if (index > held || count > held - index) {
        return std::unexpected(StoreError{StoreErrorKind::missing,
                                          folder() + ": the trace has " + std::to_string(held) +
                                              " roots, asked for are " + std::to_string(count) +
                                              " from number " + std::to_string(index) + " on"});
    }
    // What follows from the end of a stopped machine is its last root.
    const std::uint64_t first = std::min(index, record.count);
    const std::uint64_t stored = std::min(count, record.count - first);
    std::vector<Hash256> hashes(stored);
    LOCKSTEP_TRY_VOID(read_row(*database_, key, kRootLevel, first, hashes));
    if (stored < count) {
        Hash256 last;
        LOCKSTEP_TRY_VOID(
            read_row(*database_, key, kRootLevel, record.count - 1, std::span(&last, 1)));
        hashes.resize(count, last);
    }
    std::vector<StateRoot> roots;
    roots.reserve(hashes.size());
    std::ranges::transform(hashes, std::back_inserter(roots),
                           [](const Hash256& hash) { return StateRoot(hash); });
    return roots;
}

StoreResult<void> Store::read_history(const TraceKey& key, unsigned level, std::uint64_t first,
                                      std::span<Hash256> nodes) const {
    LOCKSTEP_TRY(const auto record, trace(key));
    const std::uint64_t held = record && record->frontier ? row_count(record->count, level) : 0;
    if (first > held || nodes.size() > held - first) {
        return std::unexpected(StoreError{
            StoreErrorKind::missing,
            folder() + ": the history of the trace has " + std::to_string(held) +
                " nodes at level " + std::to_string(level) + ", asked for are " +
                std::to_string(nodes.size()) + " from number " + std::to_string(first) + " on"});
    }
    return read_row(*database_, key, level, first, nodes);
}

StoreResult<std::vector<Step>> Store::checkpoints(const ExecutionKey& key) const {
    std::vector<Step> steps;
    const Database::Visit visit = [&](ByteView entry_key, ByteView value) -> StoreResult<bool> {
        LOCKSTEP_TRY(const OpenedEntry entry, open_entry(*database_, entry_key, value));
        steps.emplace_back(entry.key.number);
        return true;
    };
    LOCKSTEP_TRY_VOID(database_->scan(key_prefix(EntryKind::checkpoint, key), visit));
    return steps;
}

StoreResult<std::optional<trace::CommittedState>> Store::restore(
    const ExecutionKey& key, Step at_most, const trace::Image& image, const vm::Program& program,
    std::shared_ptr<const Bytes> input) const {
    LOCKSTEP_TRY(const auto known, execution(key));
    LOCKSTEP_TRY(const auto entry, database_->last(key_prefix(EntryKind::checkpoint, key),
                                                   checkpoint_key(key, at_most)));
    if (!entry) {
        return std::nullopt;
    }
    if (!known) {
        return std::unexpected(
            database_->corrupted(describe_key(execution_key(key)) + " is missing"));
    }
    if (known->record.image != image.root || known->record.input_length != input->size()) {
        return std::unexpected(
            StoreError{StoreErrorKind::mismatch,
                       folder() + ": the execution asked for is of another program or input"});
    }
    LOCKSTEP_TRY(const StoredState state, read_state(*database_, entry->key, entry->value));
    return rebuild_state(*database_, key, state, image, program, std::move(input));
}

const std::string& Store::folder() const {
    return database_->folder();
}

const StoreOptions& Store::options() const {
    return database_->options();
}

StoreResult<std::uint64_t> Store::disk_bytes() const {
    return database_->disk_bytes();
}

void StoredHistory::read(unsigned level, std::uint64_t first, std::span<Hash256> nodes) {
    if (level == kRootLevel) {
        const auto roots = store_.roots(key_, first, nodes.size());
        if (!roots) {
            throw StoreFailure(roots.error());
        }
        std::ranges::transform(*roots, nodes.begin(), &StateRoot::value);
        return;
    }
    if (const auto read = store_.read_history(key_, level, first, nodes); !read) {
        throw StoreFailure(read.error());
    }
}

}  // namespace lockstep::store
