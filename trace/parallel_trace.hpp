#pragma once

#include <cstdint>

#include "trace/trace_run.hpp"

namespace lockstep::trace {

/// trace_run() on several threads, from where the root of the range's first state, which is `state`, has
/// been taken. `state` runs ahead, at full speed, to where the next stretch of roots begins; each thread
/// forks a machine there and makes the stretch's roots. The sink is called on the calling thread only.
std::uint64_t trace_in_parallel(const vm::Engine& engine, const vm::Program& program,
                                CommittedState& state, const TraceRange& range, TraceSink& sink,
                                const TraceOptions& options);

}  // namespace lockstep::trace
