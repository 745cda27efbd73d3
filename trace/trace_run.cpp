#include "trace/trace_run.hpp"

#include <algorithm>
#include <vector>

#include "base/check.hpp"
#include "trace/parallel_trace.hpp"
#include "trace/root_stretch.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::trace {

namespace {

/// Roots handed to the sink at once, at the most.
constexpr std::uint64_t kTakenRoots = std::uint64_t{1} << 16U;
/// Leads past the end of any machine, as what is longer, and never past 2^64 - 1.
constexpr std::uint64_t kLongestStride = std::uint64_t{1} << 62U;
static_assert(vm::kMaxGasLimit + 1 < kLongestStride);

void report(const TraceOptions& options, const CommittedState& state) {
    if (options.progress) {
        options.progress(state.machine.steps);
    }
}

/// On this thread; the root at `state`, index 0, has been taken.
std::uint64_t trace_alone(const vm::Engine& engine, const vm::Program& program,
                          CommittedState& state, const TraceRange& range, TraceSink& sink,
                          const TraceOptions& options) {
    const std::uint64_t apart = roots_apart(range, options);
    std::vector<StateRoot> roots;
    std::uint64_t taken = 1;
    std::uint64_t since_checkpoint = 1;
    while (taken < range.count && state.machine.status == vm::Status::running) {
        if (since_checkpoint == apart) {
            sink.checkpoint(Snapshot(state));
            since_checkpoint = 0;
        }
        const std::uint64_t count =
            std::min({range.count - taken, apart - since_checkpoint, kTakenRoots});
        roots.clear();
        append_roots(engine, program, state, range.stride, count, roots);
        sink.take(taken, roots);
        taken += roots.size();
        since_checkpoint += roots.size();
        report(options, state);
    }
    sink.checkpoint(Snapshot(state));
    return taken;
}

}  // namespace

std::uint64_t trace_run(const vm::Engine& engine, const vm::Program& program, CommittedState& state,
                        const TraceRange& range, TraceSink& sink, const TraceOptions& options) {
    LOCKSTEP_CHECK(range.stride >= 1 && options.checkpoint_steps >= 1);
    const TraceRange reached{.first = range.first,
                             .stride = std::min(range.stride, kLongestStride),
                             .count = range.count};
    vm::MachineState& machine = state.machine;
    LOCKSTEP_CHECK(machine.steps <= range.first || machine.status != vm::Status::running);
    if (range.count == 0) {
        return 0;
    }
    if (machine.steps < range.first) {
        engine.run(machine, range.first);
    }
    const StateRoot first = state.committer.root(machine);
    sink.take(0, std::span(&first, 1));
    if (options.threads > 1 && range.count > 1 && machine.status == vm::Status::running) {
        return trace_in_parallel(engine, program, state, reached, sink, options);
    }
    return trace_alone(engine, program, state, reached, sink, options);
}

}  // namespace lockstep::trace
