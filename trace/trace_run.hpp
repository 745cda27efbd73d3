#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>

#include "base/strong.hpp"
#include "trace/snapshot.hpp"
#include "vm/engine/engine.hpp"

namespace lockstep::trace {

/// The roots of the states after first, first + stride, ..., `count` of them. stride >= 1.
struct TraceRange {
    Step first;
    std::uint64_t stride = 1;
    std::uint64_t count = 0;
};

/// Takes a trace as it is made. What it throws ends the trace.
class TraceSink {
public:
    TraceSink() = default;
    TraceSink(const TraceSink&) = delete;
    TraceSink& operator=(const TraceSink&) = delete;
    TraceSink(TraceSink&&) = delete;
    TraceSink& operator=(TraceSink&&) = delete;
    virtual ~TraceSink() = default;

    /// The roots of the range from `index` on: those before have been taken.
    virtual void take(std::uint64_t index, std::span<const StateRoot> roots) = 0;

    /// The state at the last root taken, now and then, and at the end.
    virtual void checkpoint(const Snapshot& state) = 0;
};

struct TraceOptions {
    /// More than one: a thread runs ahead to the states where the ranges of the others begin.
    unsigned threads = 1;
    /// Steps between two checkpoints, about: they stand where roots do. At least 1.
    std::uint64_t checkpoint_steps = std::uint64_t{1} << 22U;
    /// Called between two calls of the sink with the step of the last root, for progress bars.
    std::function<void(Step)> progress = {};
};

/// Roots between two checkpoints.
[[nodiscard]] inline std::uint64_t roots_apart(const TraceRange& range,
                                               const TraceOptions& options) {
    return std::max<std::uint64_t>(1, options.checkpoint_steps / range.stride);
}

/// From which stride on roots are made one by one, by an engine and a commitment, rather than as a part
/// of a root for every step.
inline constexpr std::uint64_t kDenseStrides = 12;

/// Makes the roots of the range, in order. `state` stands at or before range.first, committed, and
/// stands at the last root afterwards; the program is that of the engine. The trace ends early where the
/// machine stops: the last root is then the first that is the stopped machine's, and all that would
/// follow are equal to it. Gives the number of roots made. Throws std::bad_alloc and what the sink throws;
/// `state` is of no use then.
std::uint64_t trace_run(const vm::Engine& engine, const vm::Program& program, CommittedState& state,
                        const TraceRange& range, TraceSink& sink, const TraceOptions& options = {});

}  // namespace lockstep::trace
