#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/strong.hpp"
#include "store/store.hpp"
#include "trace/history.hpp"
#include "trace/snapshot.hpp"
#include "trace/trace_run.hpp"

namespace lockstep::store {

/// What to do where the trace has been begun before.
enum class Existing : std::uint8_t {
    refuse,   // StoreErrorKind::exists
    resume,   // go on behind its last root
    replace,  // start over; checkpoints are kept
};

struct WriterOptions {
    Existing existing = Existing::refuse;
    /// A state is kept where it is so many steps behind the last one kept, and the last state of all.
    std::uint64_t checkpoint_steps = std::uint64_t{1} << 24U;
};

/// Writes a trace, the history above its roots and states of its execution into a store.
///
/// What is written becomes visible at each state that is kept, and at finish(), all at once: wherever
/// the process ends, the trace goes on from the last of these. An error of one call is that of all
/// calls after it; what was visible before stays.
///
/// Where the store outgrows its limit, every second state of this execution is dropped, the last one
/// never, until it fits or none is left to drop: over_limit.
class TraceWriter {
public:
    /// The store must outlive the writer. `range.first` and `range.stride` say which trace it is.
    [[nodiscard]] static StoreResult<TraceWriter> open(Store& store,
                                                       const ExecutionRecord& execution,
                                                       const trace::TraceRange& range,
                                                       const WriterOptions& options = {});

    TraceWriter(TraceWriter&&) noexcept;
    TraceWriter& operator=(TraceWriter&&) noexcept;
    TraceWriter(const TraceWriter&) = delete;
    TraceWriter& operator=(const TraceWriter&) = delete;
    /// What is not yet visible is lost.
    ~TraceWriter();

    [[nodiscard]] const TraceKey& key() const;
    /// How many roots there are: the index of the next one.
    [[nodiscard]] std::uint64_t count() const;
    /// Nothing is left to do: the trace was complete when it was resumed, or is so by now.
    [[nodiscard]] bool is_complete() const;
    /// What is left of the range.
    [[nodiscard]] trace::TraceRange rest() const;
    /// Of the history above all roots so far.
    [[nodiscard]] trace::HistoryFrontier frontier() const;

    /// The next roots.
    [[nodiscard]] StoreResult<void> append(std::span<const StateRoot> roots);
    /// The state at the last root. Nothing is written where one is kept too near before it.
    [[nodiscard]] StoreResult<void> checkpoint(const trace::Snapshot& state);
    /// No more roots follow in this process. The machine has stopped where they are fewer than
    /// expected and `stopped`.
    [[nodiscard]] StoreResult<void> finish(bool stopped);

private:
    struct State;
    explicit TraceWriter(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

/// A writer as the sink of trace_run() over writer.rest(). Throws StoreFailure. The writer must outlive
/// it.
class TraceRecorder : public trace::TraceSink {
public:
    explicit TraceRecorder(TraceWriter& writer) : writer_(writer), base_(writer.count()) {}

    void take(std::uint64_t index, std::span<const StateRoot> roots) override;
    void checkpoint(const trace::Snapshot& state) override;

private:
    TraceWriter& writer_;
    std::uint64_t base_;
};

}  // namespace lockstep::store
