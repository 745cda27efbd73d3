#include "tests/conformance/executor.hpp"

#include <algorithm>

#include "vm/machine/interpreter.hpp"

namespace lockstep::conformance {

bool is_done(const vm::MachineState& state, std::optional<std::uint32_t> stop_pc) {
    return state.status != vm::Status::running || (state.pc == stop_pc && state.callers.empty());
}

void run_plainly(const vm::Program& program, vm::MachineState& state,
                 std::optional<std::uint32_t> stop_pc, std::uint64_t max_steps) {
    const Step end = state.steps + std::min(max_steps, ~std::uint64_t{0} - state.steps.value);
    if (!stop_pc) {
        vm::run(program, state, end);
        return;
    }
    // The interpreter knows no place to stop at.
    while (!is_done(state, stop_pc) && state.steps < end) {
        vm::run(program, state, state.steps + 1);
    }
}

void PlainExecutor::load(const vm::Program& program, const vm::MachineState& /*state*/) {
    program_ = &program;
}

std::optional<std::string> PlainExecutor::run(vm::MachineState& state,
                                              std::optional<std::uint32_t> stop_pc,
                                              const std::string& /*label*/) {
    run_plainly(*program_, state, stop_pc, ~std::uint64_t{0});
    return {};
}

}  // namespace lockstep::conformance
