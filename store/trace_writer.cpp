#include "store/trace_writer.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "store/checkpoint_writing.hpp"
#include "store/database.hpp"
#include "store/hash_row.hpp"
#include "store/keys.hpp"
#include "store/stored_entry.hpp"
#include "store/sweep.hpp"

namespace lockstep::store {

namespace {

/// What is collected before it is handed to LevelDB.
constexpr std::size_t kBatchBytes = std::size_t{1} << 22U;
/// How many roots are read at once to build a history anew.
constexpr std::uint64_t kReadRoots = 65'536;
/// Of one trace.
constexpr std::uint64_t kMaxRoots = std::uint64_t{1} << trace::kMaxHistoryHeight;
/// The part of the limit that may be written before the folder is measured again.
constexpr std::uint64_t kMeasureParts = 64;

std::uint64_t now_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

}  // namespace

struct TraceWriter::State {
    Store& store;
    Database& database;
    TraceKey key;
    WriterOptions options;
    StoredExecution execution{};
    TraceRecord record{};
    trace::HistoryBuilder builder{};
    std::map<unsigned, HashRow> rows{};  // by level
    Batch pending{};
    CheckpointWriter checkpoints;
    std::uint64_t wanted = 0;                      // roots, in this process
    std::optional<std::uint64_t> last_kept{};      // step
    std::optional<trace::Snapshot> passed_over{};  // the state at the last root, if not kept
    StoreResult<void> outcome{};
    std::uint64_t unmeasured_bytes = 0;

    State(Store& into, const TraceKey& trace, const WriterOptions& how)
        : store(into), database(into.database()), key(trace), options(how), checkpoints(database) {}

    StoreResult<void> begin(const ExecutionRecord& of, std::uint64_t expected);
    StoreResult<void> begin_trace(std::uint64_t expected);
    StoreResult<void> begin_history();
    StoreResult<void> begin_checkpoints();
    StoreResult<void> take(std::span<const StateRoot> roots);
    void take_nodes(unsigned level, std::uint64_t first, std::span<const Hash256> nodes);
    StoreResult<void> keep(const trace::Snapshot& state);
    StoreResult<void> commit();
    StoreResult<void> write_pending();
    StoreResult<void> keep_within_limit();

    /// After an error nothing is tried any more.
    template <typename Action>
    StoreResult<void> attempt(const Action& action) {
        if (outcome) {
            outcome = action();
        }
        return outcome;
    }
};

StoreResult<void> TraceWriter::State::begin(const ExecutionRecord& of, std::uint64_t expected) {
    if (store.options().read_only) {
        return std::unexpected(StoreError{
            StoreErrorKind::not_writable,
            store.folder() + ": the store was opened for reading, nothing can be added"});
    }
    LOCKSTEP_TRY(auto known, store.execution(of.key()));
    if (known && known->record != of) {
        return std::unexpected(StoreError{
            StoreErrorKind::mismatch,
            store.folder() + ": the store has another execution with the same first state"});
    }
    execution = known ? std::move(*known) : StoredExecution{.record = of, .created = now_seconds()};
    LOCKSTEP_TRY_VOID(begin_trace(expected));
    LOCKSTEP_TRY_VOID(begin_history());
    LOCKSTEP_TRY_VOID(begin_checkpoints());
    return commit();
}

StoreResult<void> TraceWriter::State::begin_trace(std::uint64_t expected) {
    LOCKSTEP_TRY(const auto known, store.trace(key));
    if (known && known->count != 0 && options.existing == Existing::refuse) {
        return std::unexpected(StoreError{
            StoreErrorKind::exists, store.folder() + ": the store has " +
                                        std::to_string(known->count) +
                                        " roots of this trace already; resume it, or replace it"});
    }
    if (known && options.existing == Existing::resume) {
        record = *known;
    }
    wanted = expected;
    record.expected = std::max(record.expected, expected);
    LOCKSTEP_TRY(HashRow roots, HashRow::open(database, key, kRootLevel, record.count));
    rows.emplace(kRootLevel, std::move(roots));
    return {};
}

/// Goes on with the history, or makes it anew where it has been lost.
StoreResult<void> TraceWriter::State::begin_history() {
    const trace::HistoryBuilder::Sink sink = [this](unsigned level, std::uint64_t first,
                                                    std::span<const Hash256> nodes) {
        take_nodes(level, first, nodes);
    };
    if (record.frontier || record.count == 0) {
        builder = trace::HistoryBuilder(record.frontier.value_or(trace::HistoryFrontier{}), sink);
        for (unsigned level = trace::kHistoryRowStep; row_count(record.count, level) != 0;
             level += trace::kHistoryRowStep) {
            LOCKSTEP_TRY(HashRow row,
                         HashRow::open(database, key, level, row_count(record.count, level)));
            rows.emplace(level, std::move(row));
        }
        return {};
    }
    builder = trace::HistoryBuilder(trace::HistoryFrontier{}, sink);
    for (std::uint64_t index = 0; index < record.count; index += kReadRoots) {
        std::vector<Hash256> hashes(std::min(kReadRoots, record.count - index));
        LOCKSTEP_TRY_VOID(read_row(database, key, kRootLevel, index, hashes));
        std::vector<StateRoot> roots(hashes.begin(), hashes.end());
        builder.append(roots);
    }
    return {};
}

StoreResult<void> TraceWriter::State::begin_checkpoints() {
    if (record.count == 0) {
        return {};
    }
    const Step reached = key.step(record.count - 1);
    const ExecutionKey& id = key.execution;
    LOCKSTEP_TRY(const auto entry,
                 database.last(key_prefix(EntryKind::checkpoint, id), checkpoint_key(id, reached)));
    if (entry) {
        LOCKSTEP_TRY(const OpenedEntry kept, open_entry(database, entry->key, entry->value));
        last_kept = kept.key.number;
    }
    return {};
}

StoreResult<void> TraceWriter::State::take(std::span<const StateRoot> roots) {
    LOCKSTEP_CHECK(roots.size() <= record.expected - record.count);
    std::vector<Hash256> hashes(roots.size());
    std::ranges::transform(roots, hashes.begin(), &StateRoot::value);
    rows.at(kRootLevel).append(hashes, pending);
    builder.append(roots);
    record.count += roots.size();
    passed_over.reset();
    return pending.bytes() < kBatchBytes ? StoreResult<void>() : write_pending();
}

void TraceWriter::State::take_nodes(unsigned level, std::uint64_t first,
                                    std::span<const Hash256> nodes) {
    auto row = rows.find(level);
    if (row == rows.end()) {
        auto opened = HashRow::open(database, key, level, 0);
        LOCKSTEP_CHECK(opened && first == 0);  // nothing is read for an empty row
        row = rows.emplace(level, std::move(*opened)).first;
    }
    LOCKSTEP_CHECK(row->second.count() == first);
    row->second.append(nodes, pending);
}

StoreResult<void> TraceWriter::State::keep(const trace::Snapshot& state) {
    LOCKSTEP_CHECK(record.count == 0 || builder.frontier().last == state.root());
    LOCKSTEP_TRY(const bool is_there, database.has(checkpoint_key(key.execution, state.steps())));
    if (!is_there) {
        LOCKSTEP_TRY_VOID(checkpoints.write(state, execution, pending));
    }
    // Together with the state: whoever goes on from it would have no other way to know that the last
    // root is the last one, and add it once more.
    record.stopped =
        record.stopped || (record.count != 0 && state.parts().status != vm::Status::running);
    last_kept = state.steps().value;
    passed_over.reset();
    LOCKSTEP_TRY_VOID(commit());
    return keep_within_limit();
}

/// Makes everything up to the last root visible.
StoreResult<void> TraceWriter::State::commit() {
    for (const auto& [level, row] : rows) {
        row.flush(pending);
    }
    record.frontier = builder.frontier();
    execution.used = now_seconds();
    pending.put_sealed(trace_key(key), encode(record));
    pending.put_sealed(execution_key(key.execution), encode(execution));
    return write_pending();
}

StoreResult<void> TraceWriter::State::write_pending() {
    unmeasured_bytes += pending.bytes();
    return database.write(pending);
}

StoreResult<void> TraceWriter::State::keep_within_limit() {
    const std::uint64_t limit = store.options().max_bytes;
    unmeasured_bytes += checkpoints.take_written_bytes();
    if (unmeasured_bytes < limit / kMeasureParts) {
        return {};
    }
    unmeasured_bytes = 0;
    LOCKSTEP_TRY(std::uint64_t bytes, database.disk_bytes());
    if (bytes <= limit) {
        return {};
    }
    // With some room to spare, so that this is not done at every state from now on.
    const std::uint64_t target = limit - limit / 8;
    std::uint64_t dropped = 1;
    while (bytes > target && dropped != 0) {
        LOCKSTEP_TRY_VOID(sweep(database));
        database.compact();
        LOCKSTEP_TRY(bytes, database.disk_bytes());
        if (bytes > target) {
            LOCKSTEP_TRY(dropped, thin_checkpoints(database, key.execution, 2));
            options.checkpoint_steps +=
                std::min(options.checkpoint_steps, ~options.checkpoint_steps);
        }
    }
    if (bytes <= limit) {
        return {};
    }
    return std::unexpected(StoreError{
        StoreErrorKind::over_limit,
        store.folder() + ": the store takes " + std::to_string(bytes) + " bytes, the limit is " +
            std::to_string(limit) +
            "; of this execution only the last state is left. Nothing is lost: raise the limit, or "
            "run `lockstep store prune " +
            store.folder() + "`, and resume"});
}

StoreResult<TraceWriter> TraceWriter::open(Store& store, const ExecutionRecord& execution,
                                           const trace::TraceRange& range,
                                           const WriterOptions& options) {
    LOCKSTEP_CHECK(range.stride >= 1);
    const TraceKey key{.execution = execution.key(), .first = range.first, .stride = range.stride};
    auto state = std::make_unique<State>(store, key, options);
    // No history has room for more, and no record of a trace either.
    LOCKSTEP_TRY_VOID(state->begin(execution, std::min(range.count, kMaxRoots)));
    return TraceWriter(std::move(state));
}

TraceWriter::TraceWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TraceWriter::TraceWriter(TraceWriter&&) noexcept = default;
TraceWriter& TraceWriter::operator=(TraceWriter&&) noexcept = default;
TraceWriter::~TraceWriter() = default;

const TraceKey& TraceWriter::key() const {
    return state_->key;
}

std::uint64_t TraceWriter::count() const {
    return state_->record.count;
}

bool TraceWriter::is_complete() const {
    return state_->record.stopped || state_->record.count >= state_->wanted;
}

trace::TraceRange TraceWriter::rest() const {
    const TraceRecord& record = state_->record;
    return {.first = state_->key.step(record.count),
            .stride = state_->key.stride,
            .count = is_complete() ? 0 : state_->wanted - record.count};
}

trace::HistoryFrontier TraceWriter::frontier() const {
    return state_->builder.frontier();
}

StoreResult<void> TraceWriter::append(std::span<const StateRoot> roots) {
    return state_->attempt([&] { return state_->take(roots); });
}

StoreResult<void> TraceWriter::checkpoint(const trace::Snapshot& state) {
    return state_->attempt([&]() -> StoreResult<void> {
        const auto& last_kept = state_->last_kept;
        const std::uint64_t step = state.steps().value;
        if (last_kept && step - *last_kept < state_->options.checkpoint_steps) {
            state_->passed_over = state;
            return {};
        }
        return state_->keep(state);
    });
}

StoreResult<void> TraceWriter::finish(bool stopped) {
    return state_->attempt([&]() -> StoreResult<void> {
        TraceRecord& record = state_->record;
        record.stopped = record.stopped || (stopped && record.count < record.expected);
        const auto last = std::exchange(state_->passed_over, std::nullopt);
        return last ? state_->keep(*last) : state_->commit();
    });
}

void TraceRecorder::take(std::uint64_t index, std::span<const StateRoot> roots) {
    LOCKSTEP_CHECK(base_ + index == writer_.count());
    if (const auto taken = writer_.append(roots); !taken) {
        throw StoreFailure(taken.error());
    }
}

void TraceRecorder::checkpoint(const trace::Snapshot& state) {
    if (const auto kept = writer_.checkpoint(state); !kept) {
        throw StoreFailure(kept.error());
    }
}

}  // namespace lockstep::store
