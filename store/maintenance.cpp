#include "store/maintenance.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "store/database.hpp"
#include "store/keys.hpp"
#include "store/sweep.hpp"

namespace lockstep::store {

namespace {

bool goes(const StoredExecution& execution, const PruneOptions& options) {
    const bool is_unnamed =
        options.keep &&
        std::ranges::find(*options.keep, execution.record.key()) == options.keep->end();
    return is_unnamed || (options.used_before && execution.used < *options.used_before);
}

/// All that says that an execution is there, at once; what it leaves behind is swept.
StoreResult<std::uint64_t> drop_execution(Database& database, const ExecutionKey& key) {
    Batch batch;
    std::uint64_t checkpoints = 0;
    for (const EntryKind kind : {EntryKind::checkpoint, EntryKind::trace, EntryKind::execution}) {
        const Database::Visit visit = [&](ByteView entry_key, ByteView) -> StoreResult<bool> {
            batch.erase(entry_key);
            checkpoints += kind == EntryKind::checkpoint ? 1 : 0;
            return true;
        };
        LOCKSTEP_TRY_VOID(database.scan(key_prefix(kind, key), visit));
    }
    LOCKSTEP_TRY_VOID(database.write(batch));
    return checkpoints;
}

/// Adds an entry to what it belongs to.
void count_entry(const EntryKey& key, std::uint64_t bytes, StoreStats& stats,
                 std::map<Hash256, ExecutionStats*>& executions) {
    switch (key.kind) {
        case EntryKind::chunk:
            ++stats.chunks;
            stats.shared_bytes += bytes;
            return;
        case EntryKind::block:
            ++stats.blocks;
            stats.shared_bytes += bytes;
            return;
        case EntryKind::piece:
            ++stats.pieces;
            stats.shared_bytes += bytes;
            return;
        case EntryKind::format: return;
        default: break;
    }
    const auto execution = executions.find(key.hash);
    if (execution != executions.end()) {
        execution->second->bytes += bytes;
        execution->second->checkpoints += key.kind == EntryKind::checkpoint ? 1 : 0;
    }
}

}  // namespace

StoreResult<StoreStats> stats(const Store& store) {
    StoreStats stats;
    LOCKSTEP_TRY(std::vector<StoredExecution> executions, store.executions());
    stats.executions.reserve(executions.size());
    std::map<Hash256, ExecutionStats*> by_key;
    for (StoredExecution& execution : executions) {
        const ExecutionKey key = execution.record.key();
        LOCKSTEP_TRY(std::vector<StoredTrace> traces, store.traces(key));
        std::uint64_t roots = 0;
        for (const StoredTrace& trace : traces) {
            roots += trace.record.count;
        }
        stats.executions.push_back(
            {.execution = std::move(execution), .traces = std::move(traces), .roots = roots});
        by_key.emplace(key.value, &stats.executions.back());
    }
    const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
        if (const auto parsed = parse_key(key)) {
            count_entry(*parsed, key.size() + value.size(), stats, by_key);
        }
        return true;
    };
    LOCKSTEP_TRY_VOID(store.database().scan({}, visit));
    LOCKSTEP_TRY(stats.disk_bytes, store.disk_bytes());
    return stats;
}

StoreResult<PruneReport> prune(Store& store, const PruneOptions& options) {
    if (store.options().read_only) {
        return std::unexpected(StoreError{
            StoreErrorKind::not_writable,
            store.folder() + ": the store was opened for reading, nothing can be removed"});
    }
    Database& database = store.database();
    PruneReport report;
    LOCKSTEP_TRY(report.disk_bytes_before, store.disk_bytes());
    LOCKSTEP_TRY(const std::vector<StoredExecution> executions, store.executions());
    for (const StoredExecution& execution : executions) {
        const ExecutionKey key = execution.record.key();
        std::uint64_t dropped = 0;
        if (goes(execution, options)) {
            LOCKSTEP_TRY(dropped, drop_execution(database, key));
            ++report.executions;
        } else if (options.keep_one_in > 1) {
            LOCKSTEP_TRY(dropped, thin_checkpoints(database, key, options.keep_one_in));
        }
        report.checkpoints += dropped;
    }
    LOCKSTEP_TRY(const SweepReport swept, sweep(database));
    report.chunks = swept.chunks;
    report.blocks = swept.blocks;
    report.pieces = swept.pieces;
    report.orphans = swept.orphans;
    database.compact();
    LOCKSTEP_TRY(report.disk_bytes_after, store.disk_bytes());
    return report;
}

}  // namespace lockstep::store
