#include <utility>

#include "store/database.hpp"
#include "store/inspection.hpp"
#include "store/keys.hpp"
#include "store/maintenance.hpp"
#include "store/stored_entry.hpp"

namespace lockstep::store {

namespace {

class Verification {
public:
    Verification(const Database& database, const VerifyOptions& options)
        : database_(database), options_(options) {}

    StoreResult<VerifyReport> run() {
        const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
            ++report_.entries;
            LOCKSTEP_TRY_VOID(look_at(key, value));
            return true;
        };
        LOCKSTEP_TRY_VOID(note(database_.scan({}, visit)));
        return std::move(report_);
    }

private:
    StoreResult<void> look_at(ByteView key, ByteView value) {
        const StoreResult<void> alone = check_entry(database_, key, value);
        if (!alone) {
            return note(alone);
        }
        const auto parsed = parse_key(key);
        switch (parsed ? parsed->kind : EntryKind::format) {
            case EntryKind::block: return note(check_block(database_, key, value));
            case EntryKind::checkpoint:
                ++report_.checkpoints;
                return note(check_state(database_, key, value, options_.deep));
            case EntryKind::trace: {
                LOCKSTEP_TRY(const StoredTrace trace, open_trace(database_, key, value));
                return look_at_trace(trace.key, trace.record);
            }
            case EntryKind::execution: {
                LOCKSTEP_TRY(const StoredExecution execution,
                             open_execution(database_, key, value));
                return look_at_output(execution);
            }
            default: return {};
        }
    }

    StoreResult<void> look_at_trace(const TraceKey& key, const TraceRecord& record) {
        LOCKSTEP_TRY(const std::uint64_t roots, readable_roots(database_, key, record.count));
        report_.roots += roots;
        if (roots != record.count) {
            return note(std::unexpected(database_.corrupted(
                describe_key(trace_key(key)) + " speaks of " + std::to_string(record.count) +
                " roots, only the first " + std::to_string(roots) + " can be read")));
        }
        LOCKSTEP_TRY(const bool is_owned, database_.has(execution_key(key.execution)));
        if (!is_owned) {
            return note(std::unexpected(
                database_.corrupted(describe_key(execution_key(key.execution)) + " is missing")));
        }
        return note(check_history(database_, key, record, options_.deep));
    }

    StoreResult<void> look_at_output(const StoredExecution& execution) {
        const ExecutionKey key = execution.record.key();
        LOCKSTEP_TRY(const std::uint64_t length,
                     readable_output(database_, key, execution.output_length));
        if (length == execution.output_length) {
            return {};
        }
        return note(std::unexpected(
            database_.corrupted("of the output of " + describe_key(execution_key(key)) +
                                " only the first " + std::to_string(length) + " bytes of " +
                                std::to_string(execution.output_length) + " can be read")));
    }

    /// Damage is what is looked for; other errors end the search.
    StoreResult<void> note(StoreResult<void> result) {
        if (result || result.error().kind != StoreErrorKind::corrupted) {
            return result;
        }
        if (report_.problems.size() < VerifyReport::kMaxProblems) {
            report_.problems.push_back(std::move(result.error().message));
        } else {
            report_.has_more_problems = true;
        }
        return {};
    }

    const Database& database_;
    VerifyOptions options_;
    VerifyReport report_{};
};

}  // namespace

StoreResult<VerifyReport> verify(const Store& store, const VerifyOptions& options) {
    return Verification(store.database(), options).run();
}

}  // namespace lockstep::store
