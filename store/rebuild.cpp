#include <functional>
#include <utility>
#include <vector>

#include "merkle/shape.hpp"
#include "store/database.hpp"
#include "store/inspection.hpp"
#include "store/keys.hpp"
#include "store/maintenance.hpp"
#include "store/memory_nodes.hpp"
#include "store/stored_entry.hpp"
#include "store/sweep.hpp"

namespace lockstep::store {

namespace {

/// Removes what does not verify and what depends on it, from the bottom to the top.
class Rebuilding {
public:
    explicit Rebuilding(Database& database) : database_(database) {}

    StoreResult<RebuildReport> run() {
        LOCKSTEP_TRY_VOID(drop_bad_entries());
        for (unsigned level = merkle::kChunkLevel + 1; level <= merkle::kMaxDepth; ++level) {
            LOCKSTEP_TRY_VOID(drop_blocks(level));
        }
        LOCKSTEP_TRY_VOID(cut_outputs());
        LOCKSTEP_TRY_VOID(cut_traces());
        LOCKSTEP_TRY_VOID(drop_states());
        LOCKSTEP_TRY_VOID(sweep(database_));
        database_.compact();
        return report_;
    }

private:
    using Check = std::function<StoreResult<void>(ByteView key, ByteView value)>;

    /// Erases the entries for which `check` gives an error of kind corrupted.
    StoreResult<void> drop(ByteView prefix, std::uint64_t& dropped, const Check& check) {
        Eraser eraser(database_);
        const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
            const StoreResult<void> checked = check(key, value);
            if (checked) {
                return true;
            }
            if (checked.error().kind != StoreErrorKind::corrupted) {
                return std::unexpected(checked.error());
            }
            ++dropped;
            LOCKSTEP_TRY_VOID(eraser.erase(key));
            return true;
        };
        LOCKSTEP_TRY_VOID(database_.scan(prefix, visit));
        return eraser.finish();
    }

    StoreResult<void> drop_bad_entries() {
        return drop({}, report_.entries_dropped, [&](ByteView key, ByteView value) {
            return check_entry(database_, key, value);
        });
    }

    StoreResult<void> drop_blocks(unsigned level) {
        return drop(key_prefix(EntryKind::block), report_.blocks_dropped,
                    [&](ByteView key, ByteView value) {
                        const bool is_of_level = !value.empty() && value.front() == level;
                        return is_of_level ? check_block(database_, key, value)
                                           : StoreResult<void>();
                    });
    }

    StoreResult<void> cut_outputs() {
        Batch batch;
        const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
            LOCKSTEP_TRY(StoredExecution execution, open_execution(database_, key, value));
            LOCKSTEP_TRY(
                const std::uint64_t length,
                readable_output(database_, execution.record.key(), execution.output_length));
            if (length != execution.output_length) {
                execution.output_length = length;
                batch.put_sealed(key, encode(execution));
            }
            return true;
        };
        LOCKSTEP_TRY_VOID(database_.scan(key_prefix(EntryKind::execution), visit));
        return database_.write(batch);
    }

    StoreResult<void> cut_traces() {
        Batch batch;
        const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
            LOCKSTEP_TRY(StoredTrace trace, open_trace(database_, key, value));
            LOCKSTEP_TRY_VOID(cut_trace(trace.key, std::move(trace.record), batch));
            return true;
        };
        LOCKSTEP_TRY_VOID(database_.scan(key_prefix(EntryKind::trace), visit));
        return database_.write(batch);
    }

    StoreResult<void> cut_trace(const TraceKey& trace, TraceRecord record, Batch& batch) {
        LOCKSTEP_TRY(const std::uint64_t roots, readable_roots(database_, trace, record.count));
        LOCKSTEP_TRY(const bool is_owned, database_.has(execution_key(trace.execution)));
        if (roots == 0 || !is_owned) {
            batch.erase(trace_key(trace));
            report_.traces_shortened += record.count == 0 ? 0 : 1;
            return {};
        }
        report_.roots_left += roots;
        const bool is_whole = roots == record.count;
        if (is_whole) {
            const StoreResult<void> checked = check_history(database_, trace, record, true);
            if (checked || checked.error().kind != StoreErrorKind::corrupted) {
                return checked;
            }
        }
        report_.traces_shortened += is_whole ? 0 : 1;
        record.count = roots;
        record.stopped = record.stopped && is_whole;
        // Made anew when the trace goes on.
        record.frontier.reset();
        batch.put_sealed(trace_key(trace), encode(record));
        return {};
    }

    StoreResult<void> drop_states() {
        std::uint64_t states = 0;
        LOCKSTEP_TRY_VOID(drop(key_prefix(EntryKind::checkpoint), report_.checkpoints_dropped,
                               [&](ByteView key, ByteView value) {
                                   ++states;
                                   return check_state(database_, key, value, true);
                               }));
        report_.checkpoints_left = states - report_.checkpoints_dropped;
        return {};
    }

    Database& database_;
    RebuildReport report_{};
};

}  // namespace

StoreResult<RebuildReport> rebuild(const std::string& folder, const StoreOptions& options) {
    StoreOptions writable = options;
    writable.read_only = false;
    LOCKSTEP_TRY(const auto database, Database::repair(folder, writable));
    return Rebuilding(*database).run();
}

}  // namespace lockstep::store
