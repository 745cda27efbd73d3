#include "trace/root_stretch.hpp"

#include "trace/dense_trace.hpp"
#include "trace/trace_run.hpp"

namespace lockstep::trace {

namespace {

void append_sparse(const vm::Engine& engine, CommittedState& state, std::uint64_t stride,
                   std::uint64_t count, std::vector<StateRoot>& roots) {
    vm::MachineState& machine = state.machine;
    for (; count > 0 && machine.status == vm::Status::running; --count) {
        engine.run(machine, machine.steps + stride);
        roots.push_back(state.committer.root(machine));
    }
}

}  // namespace

void append_roots(const vm::Engine& engine, const vm::Program& program, CommittedState& state,
                  std::uint64_t stride, std::uint64_t count, std::vector<StateRoot>& roots) {
    if (stride < kDenseStrides) {
        DenseTrace(program, state.committer, state.machine).run(count * stride, roots, stride);
    } else {
        append_sparse(engine, state, stride, count, roots);
    }
}

}  // namespace lockstep::trace
